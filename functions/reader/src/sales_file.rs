//! What reading a sales file results in.

use std::collections::BTreeMap;
use std::io;

use standings_core::{Contribution, Rejection, SkippedRow, Week};

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
    if error
        .get_ref()
        .is_some_and(<dyn std::error::Error + std::marker::Send + std::marker::Sync + 'static>::is::<Bomb>)
    {
        return rejected(error.to_string());
    }
    rejected(format!("the compressed data is damaged or cut off ({error}). Export and upload the file again"))
}

pub(crate) fn rejected(reason: impl Into<String>) -> ReadError {
    ReadError::Rejected(Rejection(reason.into()))
}
