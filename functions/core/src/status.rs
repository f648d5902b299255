//! The status: the latest uploads and their problems.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::explanation::Explanation;
use crate::week::Week;

/// Key of the status in the reports table.
pub const KEY: &str = "status";

/// Maximum length of each list: the latest uploads, and the latest uploads with problems.
pub const MAX_UPLOADS: usize = 20;

/// The latest uploads and their problems.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// Latest uploads, newest first, at most [`MAX_UPLOADS`].
    pub uploads: Vec<Upload>,
    /// Latest uploads with skipped rows or a rejection, newest first, at most [`MAX_UPLOADS`].
    pub problems: Vec<Upload>,
    /// Week and computation time of the latest company report. `None` if nothing was ever sold.
    #[serde(default)]
    pub newest: Option<(Week, Timestamp)>,
    /// Time of computation.
    pub computed_at: Timestamp,
}

/// One version of a sales file, as it was ingested.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Upload {
    /// Key of the file in the bucket.
    pub key: String,
    /// Upload time.
    pub uploaded_at: Timestamp,
    /// First and last week that the file has counted rows in.
    pub weeks: Option<(Week, Week)>,
    /// Number of rows that were counted.
    pub rows: u64,
    /// Number of rows that were skipped.
    pub skipped_rows: u64,
    /// Examples of skipped rows: the first ones of the file.
    pub examples: Vec<SkippedRow>,
    /// The rows that neither count nor were skipped.
    #[serde(flatten)]
    pub other_rows: OtherRows,
    /// Names of the columns of the file.
    #[serde(default)]
    pub columns: Vec<String>,
    /// How the file was read, one clause each.
    #[serde(default)]
    pub read_as: Vec<Explanation>,
    /// What a person should check. The file counts nevertheless.
    #[serde(default)]
    pub remarks: Vec<Explanation>,
    /// Reason for the rejection, if the file was rejected.
    pub rejection: Option<Rejection>,
}

/// Numbers of rows that neither count nor are skipped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OtherRows {
    /// Rows that are not sales: lost, open, refunded or deleted ones.
    #[serde(default)]
    pub not_sales: u64,
    /// Rows that a later row with the same `sale_id` replaces.
    #[serde(default)]
    pub repeated: u64,
    /// Rows without a sale of their own: blank ones, rules, footers, totals, and continuation lines of an order.
    #[serde(default)]
    pub blank: u64,
}

/// A row that was skipped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SkippedRow {
    /// The line it starts on, the first being 1; for Parquet the row.
    pub line: u64,
    /// Why, in words for the person who exported the file.
    pub reason: Explanation,
}

/// Why a file was rejected whole, in words for the person who exported it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Rejection(pub Explanation);

impl Upload {
    /// Returns whether the file was rejected or has skipped rows.
    #[must_use]
    pub fn has_problem(&self) -> bool {
        self.skipped_rows > 0 || self.rejection.is_some()
    }
}

impl Status {
    /// Returns the status of `uploads`, with the week and computation time of the latest report.
    #[must_use]
    pub fn of(mut uploads: Vec<Upload>, newest: Option<(Week, Timestamp)>, computed_at: Timestamp) -> Self {
        uploads.sort_by(|a, b| b.uploaded_at.cmp(&a.uploaded_at).then_with(|| a.key.cmp(&b.key)));
        let problems = uploads.iter().filter(|upload| upload.has_problem()).take(MAX_UPLOADS).cloned().collect();
        uploads.truncate(MAX_UPLOADS);
        Self { uploads, problems, newest, computed_at }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn upload(key: &str, second: i64, skipped_rows: u64) -> Upload {
        Upload {
            key: key.to_owned(),
            uploaded_at: Timestamp::from_second(second).unwrap(),
            rows: 1,
            skipped_rows,
            ..Upload::default()
        }
    }

    #[test]
    fn the_latest_come_first_and_problems_are_kept_when_newer_uploads_have_none() {
        let mut uploads = vec![upload("bad", 1, 3)];
        uploads.extend((0..30).map(|i| upload(&format!("good-{i}"), 100 + i, 0)));
        let status = Status::of(uploads, None, Timestamp::UNIX_EPOCH);
        assert_eq!((status.uploads.len(), status.uploads[0].key.as_str()), (20, "good-29"));
        assert_eq!(status.problems.iter().map(|u| u.key.as_str()).collect::<Vec<_>>(), ["bad"]);
    }
}
