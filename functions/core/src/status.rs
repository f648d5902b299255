//! The status: the latest uploads, their problems, and what failed before or after a file was read.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::explain;
use crate::explanation::{Explanation, quoted, quoted_list};
use crate::period::Period;
use crate::week::Week;

#[cfg(test)]
mod tests;

/// Key of the status in the reports table.
pub const KEY: &str = "status";

/// Returns the key of the record of a file in the reports table. `name` is its key without the prefix of sales files.
#[must_use]
pub fn file_key(name: &str) -> String {
    format!("file#{name}")
}

/// Maximum length of each list: the latest uploads, the latest uploads with problems, and the latest failures.
pub const MAX_UPLOADS: usize = 20;

/// Maximum column names stored per upload. Beyond it, a lost column is not noticed.
const MAX_COLUMNS: usize = 200;

/// Maximum clauses of each kind stored per upload, so that a status of forty uploads fits into an item of `DynamoDB`.
const MAX_CLAUSES: usize = 20;

/// Maximum names in a remark. More would not fit into a reason.
const MAX_NAMED: usize = 3;

/// The latest uploads, their problems, and what failed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// Latest uploads, newest first, at most [`MAX_UPLOADS`].
    pub uploads: Vec<Upload>,
    /// Latest uploads with a [problem](Upload::has_problem), newest first, at most [`MAX_UPLOADS`].
    pub problems: Vec<Upload>,
    /// What failed before or after a file was read, at most [`MAX_UPLOADS`]: archived files last, the newest first.
    #[serde(default)]
    pub failures: Vec<Failure>,
    /// Lengths of the lists before they were cut.
    #[serde(default)]
    pub totals: Totals,
    /// Week and computation time of the latest company report. `None` if nothing was ever sold.
    #[serde(default)]
    pub newest: Option<(Week, Timestamp)>,
    /// Prefix of the keys of sales files.
    #[serde(default)]
    pub prefix: String,
    /// Times of the last uploads of the [expected sources](crate::ExpectedSources), by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub arrivals: BTreeMap<String, Timestamp>,
    /// Time of computation.
    pub computed_at: Timestamp,
}

/// Numbers of uploads and failures that a status was computed from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// Uploads.
    pub uploads: u64,
    /// Uploads with a [problem](Upload::has_problem).
    pub problems: u64,
    /// Failures of files and weeks, archived files aside.
    pub failures: u64,
    /// Archived files that were not read again.
    pub archived: u64,
    /// Uploads of which [every row counts](Upload::counts_entirely).
    pub complete: u64,
}

/// One version of a sales file, as it was ingested.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Upload {
    /// Key of the file in the bucket.
    pub key: String,
    /// Upload time.
    pub uploaded_at: Timestamp,
    /// Entity tag of this version: the same for the same bytes, unless the file was uploaded in parts.
    #[serde(default)]
    pub etag: Option<String>,
    /// Size in bytes.
    #[serde(default)]
    pub size: u64,
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
    /// Names of the columns of the file. The status leaves them out.
    #[serde(default)]
    pub columns: Vec<String>,
    /// A sketch of the sales of the file that have ids: some of their hashes. The status leaves it out.
    #[serde(default)]
    pub sketch: Vec<u64>,
    /// How the file was read, one clause each.
    #[serde(default)]
    pub read_as: Vec<Explanation>,
    /// What a person should check. The file counts nevertheless.
    #[serde(default)]
    pub remarks: Vec<Explanation>,
    /// Reason for the rejection, if the file was rejected.
    pub rejection: Option<Rejection>,
    /// The last accepted version of the file before this one. The status leaves it out.
    #[serde(default)]
    pub previous: Option<PreviousVersion>,
}

/// What is kept of the version of a file that another one replaced.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviousVersion {
    /// Entity tag.
    pub etag: Option<String>,
    /// Number of all rows.
    pub rows: u64,
    /// Names of the columns.
    pub columns: Vec<String>,
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

/// Something that failed before or after a file was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// What failed.
    pub subject: FailedSubject,
    /// Time of the failure.
    pub at: Timestamp,
    /// What went wrong and what to do, for an operator.
    pub reason: Explanation,
    /// What happens next.
    pub outlook: Outlook,
}

/// What failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailedSubject {
    /// A sales file, by key.
    File(String),
    /// The reports of a period.
    #[serde(alias = "week")]
    Period(Period),
    /// A message of the queue that is not a notification about a file.
    Message,
}

/// What happens after a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outlook {
    /// The message is redelivered.
    Retried,
    /// It was the last try.
    GivenUp,
    /// The file is archived. What was counted of it keeps counting.
    Archived,
}

impl OtherRows {
    /// Returns the number of all these rows.
    #[must_use]
    pub const fn sum(&self) -> u64 {
        self.not_sales.saturating_add(self.repeated).saturating_add(self.blank)
    }
}

impl Upload {
    /// Returns whether a person should look at the file: it was rejected, has skipped rows, or has a remark.
    #[must_use]
    pub fn has_problem(&self) -> bool {
        self.skipped_rows > 0 || self.rejection.is_some() || !self.remarks.is_empty()
    }

    /// Returns whether every row of the file counts. Blank rows and totals hold no sale that could count.
    #[must_use]
    pub fn counts_entirely(&self) -> bool {
        !self.has_problem() && self.other_rows.not_sales == 0 && self.other_rows.repeated == 0
    }

    /// Returns the number of all rows of the file, counted or not.
    #[must_use]
    pub const fn all_rows(&self) -> u64 {
        self.rows.saturating_add(self.skipped_rows).saturating_add(self.other_rows.sum())
    }

    /// Completes the record of this version with the comparison with `stored`, the record that was stored of the file
    /// before. Ingesting the same version again gives the same record, because that of the version before it is kept.
    #[must_use]
    pub fn after(mut self, stored: Option<Self>) -> Self {
        self.columns.truncate(MAX_COLUMNS);
        self.read_as.truncate(MAX_CLAUSES);
        self.remarks.truncate(MAX_CLAUSES);
        self.previous = match stored {
            None => None,
            Some(stored) if stored.is_same_version(&self) || stored.rejection.is_some() => stored.previous,
            Some(stored) => {
                Some(PreviousVersion { etag: stored.etag.clone(), rows: stored.all_rows(), columns: stored.columns })
            }
        };
        if self.rejection.is_none() {
            let found = self.previous.as_ref().map(|previous| self.compared_with(previous)).unwrap_or_default();
            self.remarks.extend(found);
        }
        self
    }

    fn is_same_version(&self, other: &Self) -> bool {
        self.etag == other.etag && self.uploaded_at == other.uploaded_at
    }

    /// Returns remarks about what the file lost since its previous version.
    fn compared_with(&self, previous: &PreviousVersion) -> Vec<Explanation> {
        let mut remarks = Vec::new();
        if self.all_rows() < previous.rows.div_ceil(2) {
            remarks.push(explain![
                "it has ",
                self.all_rows(),
                " rows, less than half of the ",
                previous.rows,
                " of the version that it replaced. Check that the export is complete",
            ]);
        }
        let lost: Vec<&str> =
            previous.columns.iter().filter(|name| !self.columns.contains(name)).map(String::as_str).collect();
        // A format whose reader does not list columns, or a list that was cut, cannot be compared.
        if !lost.is_empty() && !self.columns.is_empty() && self.columns.len() < MAX_COLUMNS {
            remarks.push(explain![
                if lost.len() == 1 { "the column " } else { "the columns " },
                quoted_list(lost.iter().take(MAX_NAMED).copied()),
                if lost.len() > MAX_NAMED { " and more" } else { "" },
                if lost.len() == 1 {
                    " of the version that it replaced is missing"
                } else {
                    " of the version that it replaced are missing"
                },
            ]);
        }
        remarks
    }

    /// Returns the record as the status lists it.
    fn listed(&self) -> Self {
        Self { columns: Vec::new(), sketch: Vec::new(), previous: None, ..self.clone() }
    }
}

impl Failure {
    /// Returns whether an archived file was not read.
    #[must_use]
    pub fn is_archived(&self) -> bool {
        self.outlook == Outlook::Archived
    }
}

impl Status {
    /// Returns the status of `uploads` and `failures`, with the week and computation time of the latest report.
    #[must_use]
    pub fn of(
        mut uploads: Vec<Upload>,
        mut failures: Vec<Failure>,
        newest: Option<(Week, Timestamp)>,
        computed_at: Timestamp,
    ) -> Self {
        uploads.sort_by(|a, b| b.uploaded_at.cmp(&a.uploaded_at).then_with(|| a.key.cmp(&b.key)));
        failures.sort_by_key(|failure| (failure.is_archived(), std::cmp::Reverse(failure.at)));
        remark_same_content(&mut uploads);
        remark_same_sales(&mut uploads);
        let count = |of: &dyn Fn(&Upload) -> bool| uploads.iter().filter(|upload| of(upload)).count() as u64;
        let archived = failures.iter().filter(|failure| failure.is_archived()).count();
        let totals = Totals {
            uploads: uploads.len() as u64,
            problems: count(&Upload::has_problem),
            complete: count(&Upload::counts_entirely),
            failures: (failures.len() - archived) as u64,
            archived: archived as u64,
        };
        let problems =
            uploads.iter().filter(|upload| upload.has_problem()).take(MAX_UPLOADS).map(Upload::listed).collect();
        let uploads = uploads.iter().take(MAX_UPLOADS).map(Upload::listed).collect();
        failures.truncate(MAX_UPLOADS);
        let (prefix, arrivals) = (String::new(), BTreeMap::new());
        Self { uploads, problems, failures, totals, newest, prefix, arrivals, computed_at }
    }

    /// Returns every upload that the status lists, each once, newest first.
    pub fn all_uploads(&self) -> impl Iterator<Item = &Upload> {
        let older = self.problems.iter().filter(|problem| !self.uploads.iter().any(|upload| upload.key == problem.key));
        self.uploads.iter().chain(older)
    }
}

/// Adds a remark to the uploads that have the same content under several names. Nearly always somebody uploaded one
/// export twice. Rejected and empty files do not count, so they need none.
fn remark_same_content(uploads: &mut [Upload]) {
    let mut by_content: BTreeMap<(String, u64), Vec<usize>> = BTreeMap::new();
    for (at, upload) in uploads.iter().enumerate() {
        if let Some(etag) = upload.etag.as_ref().filter(|_| upload.rejection.is_none() && upload.size > 0) {
            by_content.entry((etag.clone(), upload.size)).or_default().push(at);
        }
    }
    for same in by_content.into_values().filter(|same| same.len() > 1) {
        let keys: Vec<String> = same.iter().map(|&at| uploads[at].key.clone()).collect();
        for &at in &same {
            let mut others: Vec<&str> =
                keys.iter().filter(|key| **key != uploads[at].key).map(|key| short_name(key)).collect();
            others.sort_unstable();
            // Two records of one key: a version that was replaced on another day is about to be emptied.
            let [first, ..] = others[..] else { continue };
            uploads[at].remarks.push(match others.len() {
                1 => explain![
                    "it has the same content as ",
                    quoted(first),
                    "; both count. Delete one of them if it is a copy"
                ],
                more => explain![
                    "it has the same content as ",
                    quoted(first),
                    " and ",
                    more - 1,
                    " more; all of them count. Delete those that are copies",
                ],
            });
        }
    }
}

/// Adds a remark to the uploads with sales that another file has too, such as an export of the month to date that is
/// uploaded every day under another name.
fn remark_same_sales(uploads: &mut [Upload]) {
    let mut by_sale: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
    for (at, upload) in uploads.iter().enumerate().filter(|(_, upload)| upload.rejection.is_none()) {
        upload.sketch.iter().for_each(|&sale| by_sale.entry(sale).or_default().push(at));
    }
    let mut shared: BTreeMap<usize, BTreeMap<usize, usize>> = BTreeMap::new();
    for files in by_sale.values().filter(|files| files.len() > 1) {
        for &at in files {
            for &other in files.iter().filter(|&&other| uploads[other].key != uploads[at].key) {
                *shared.entry(at).or_default().entry(other).or_default() += 1;
            }
        }
    }
    for (at, others) in shared {
        // The same content has a remark already.
        let others = others.into_iter().filter(|(other, _)| uploads[*other].etag != uploads[at].etag);
        let Some((other, _)) = others.max_by_key(|(other, count)| (*count, std::cmp::Reverse(*other))) else {
            continue;
        };
        let key = uploads[other].key.clone();
        uploads[at].remarks.push(explain![
            "it has sales that ",
            quoted(short_name(&key)),
            " has too; both count. Upload an export that grows under one name, or delete the older file",
        ]);
    }
}

/// Returns the end of a key that a quoted value shows in full: with as many folders as fit.
fn short_name(key: &str) -> &str {
    const MAX_CHARS: usize = 40;
    let mut name = key;
    while name.chars().count() > MAX_CHARS {
        let Some((_, rest)) = name.split_once('/') else { break };
        name = rest;
    }
    name
}
