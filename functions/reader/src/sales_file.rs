//! What reading a sales file results in.

use std::collections::BTreeMap;
use std::io;

use standings_core::explanation::trusted;
use standings_core::{Contribution, Explanation, Rejection, SkippedRow, Week, explain};

use crate::compression::Bomb;

/// What a sales file holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SalesFile {
    /// What it adds to each week.
    pub weeks: BTreeMap<Week, Contribution>,
    /// The rows that counted.
    pub rows: u64,
    /// The rows that were skipped.
    pub skipped_rows: u64,
    /// The first few of them.
    pub examples: Vec<SkippedRow>,
}

/// Why a file was not read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// There is something wrong with the file; reading it again changes nothing.
    #[error("the file is rejected: {}", .0.0)]
    Rejected(Rejection),
    /// The bytes did not arrive; another try may help.
    #[error("the file could not be fetched: {0}")]
    Source(#[source] io::Error),
}

/// What a decompressor found wrong.
pub(crate) fn damaged(error: &io::Error) -> ReadError {
    if let Some(bomb) = error.get_ref().and_then(|inner| inner.downcast_ref::<Bomb>()) {
        return rejected(explain![trusted(bomb)]);
    }
    rejected(explain![
        "the compressed data is damaged or cut off (",
        trusted(error),
        "). Export and upload the file again"
    ])
}

pub(crate) fn rejected(reason: Explanation) -> ReadError {
    ReadError::Rejected(Rejection(reason))
}
