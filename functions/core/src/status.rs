//! The status: what came in last, and what is wrong with it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::week::Week;

/// The key of the status in the table of reports.
pub const KEY: &str = "status";

/// The status lists this many files of each kind: the last ones, and the last ones that have something wrong.
pub const MAX_UPLOADS: usize = 20;

/// The last uploads, and what is wrong with them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// The last uploads, newest first, at most [`MAX_UPLOADS`].
    pub uploads: Vec<Upload>,
    /// The last uploads with skipped rows or a rejection, newest first, at most [`MAX_UPLOADS`].
    pub problems: Vec<Upload>,
    /// The newest report: its week, and when it was computed; `None` where nothing was ever sold.
    #[serde(default)]
    pub newest: Option<(Week, Timestamp)>,
    /// When this was computed.
    pub computed_at: Timestamp,
}

/// One sales file as it was taken in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Upload {
    /// The key of the file in the bucket.
    pub key: String,
    /// When it was uploaded.
    pub uploaded_at: Timestamp,
    /// The first and last week that it has rows in.
    pub weeks: Option<(Week, Week)>,
    /// The rows that counted.
    pub rows: u64,
    /// The rows that were skipped.
    pub skipped_rows: u64,
    /// The first few skipped rows.
    pub examples: Vec<SkippedRow>,
    /// Why the file was rejected whole, if it was.
    pub rejection: Option<Rejection>,
}

/// A row that was skipped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SkippedRow {
    /// The line it starts on, the first being 1; for Parquet the row.
    pub line: u64,
    /// Why, in words for the person who exported the file.
    pub reason: String,
}

/// Why a file was rejected whole, in words for the person who exported it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Rejection(pub String);

impl Upload {
    /// Whether anything in it did not count.
    #[must_use]
    pub fn has_problem(&self) -> bool {
        self.skipped_rows > 0 || self.rejection.is_some()
    }
}

impl Status {
    /// The status of these uploads, with the week of the newest report and when that was computed.
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
            weeks: None,
            rows: 1,
            skipped_rows,
            examples: Vec::new(),
            rejection: None,
        }
    }

    #[test]
    fn the_last_come_first_and_problems_are_not_crowded_out() {
        let mut uploads = vec![upload("bad", 1, 3)];
        uploads.extend((0..30).map(|i| upload(&format!("good-{i}"), 100 + i, 0)));
        let status = Status::of(uploads, None, Timestamp::UNIX_EPOCH);
        assert_eq!((status.uploads.len(), status.uploads[0].key.as_str()), (20, "good-29"));
        assert_eq!(status.problems.iter().map(|u| u.key.as_str()).collect::<Vec<_>>(), ["bad"]);
    }
}
