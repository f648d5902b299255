//! The result of reading a sales file.

use std::collections::BTreeMap;
use std::io;

use standings_core::explanation::trusted;
use standings_core::{Contribution, Explanation, OtherRows, Rejection, Segment, SkippedRow, explain};

use crate::compression::Bomb;

/// The contents of a sales file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SalesFile {
    /// The contribution to each segment.
    pub segments: BTreeMap<Segment, Contribution>,
    /// The number of rows that count.
    pub rows: u64,
    /// The number of skipped rows.
    pub skipped_rows: u64,
    /// The first few skipped rows.
    pub examples: Vec<SkippedRow>,
    /// The rows that neither count nor are skipped.
    pub other_rows: OtherRows,
    /// A sketch of its sales that have an id: the smallest [`SKETCH_SIZE`](crate::SKETCH_SIZE) hashes. Two files with
    /// hashes in common contain the same sales.
    pub sketch: Vec<u64>,
    /// The names of its columns.
    pub columns: Vec<String>,
    /// How the file was read, one clause each.
    pub read_as: Vec<Explanation>,
    /// What a person should check. The file counts nevertheless.
    pub remarks: Vec<Explanation>,
}

/// Why a file was not read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The content is at fault: reading it again gives the same result.
    #[error("the file is rejected: {}", .0.0)]
    Rejected(Rejection),
    /// The bytes did not arrive. Retryable.
    #[error("the file could not be fetched: {0}")]
    Source(#[source] io::Error),
}

/// The rejection of a file that cannot be decompressed.
pub(crate) fn damaged(error: &io::Error) -> ReadError {
    if let Some(bomb) = error.get_ref().and_then(|inner| inner.downcast_ref::<Bomb>()) {
        return rejected(explain![trusted(bomb)]);
    }
    rejected(explain![
        "the compressed data is damaged or incomplete (",
        trusted(error),
        "). Export the file again and upload it under the same name"
    ])
}

pub(crate) fn rejected(reason: Explanation) -> ReadError {
    ReadError::Rejected(Rejection(reason))
}
