//! Parts of messages about uploads: what counts of a file, and what is wrong with it.

use standings_core::{Explanation, Upload};

use super::number::{count, counted};
use super::text::{display_name, escape_code, escape_mrkdwn};

/// Skipped rows shown per file in a list of files.
pub(super) const MAX_EXAMPLES: usize = 3;

/// Maximum width of a reason about a file.
pub(super) const REASON_COLUMNS: usize = 300;

/// Maximum width of the reason why a row was skipped.
const ROW_REASON_COLUMNS: usize = 120;

/// Returns what counts of a file: `rejected`, `1,234 rows`, or `40 rows: 12 count, 28 are not sales`. Parts without rows are
/// left out.
pub(super) fn account(upload: &Upload) -> String {
    if upload.rejection.is_some() {
        return "rejected".to_owned();
    }
    let all = counted(upload.all_rows(), "row", "rows");
    if upload.all_rows() == upload.rows {
        return all;
    }
    let part = |rows: u64, one: &str, several: &str| (rows > 0).then(|| counted(rows, one, several));
    let parts = [
        Some(counted(upload.rows, "counts", "count")),
        part(upload.other_rows.not_sales, "is not a sale", "are not sales"),
        part(upload.skipped_rows, "was skipped", "were skipped"),
        part(upload.other_rows.repeated, "is repeated", "are repeated"),
        part(upload.other_rows.blank, "is blank or a total", "are blank or totals"),
    ];
    format!("{all}: {}", parts.into_iter().flatten().collect::<Vec<_>>().join(", "))
}

/// Returns the weeks that a file has counted rows in: `2026-W46 to 2026-W47`.
pub(super) fn weeks(upload: &Upload) -> Option<String> {
    upload.weeks.map(|(first, last)| if first == last { first.to_string() } else { format!("{first} to {last}") })
}

/// Returns what is wrong with a file, each as a sentence without its full stop: the rejection, skipped rows, remarks.
pub(super) fn problems(upload: &Upload) -> Vec<String> {
    if let Some(rejection) = &upload.rejection {
        return vec![format!("was rejected: {}", reason(&rejection.0))];
    }
    let mut problems = Vec::new();
    if upload.skipped_rows > 0 {
        let skipped = counted(upload.skipped_rows, "row was skipped", "rows were skipped");
        let examples = examples(upload, MAX_EXAMPLES);
        problems.push(if examples.is_empty() { skipped } else { format!("{skipped}; {}", examples.join("; ")) });
    }
    problems.extend(upload.remarks.iter().map(reason));
    problems
}

/// Returns examples of skipped rows: `line 7: the amount "n/a" is not a number`.
pub(super) fn examples(upload: &Upload, max: usize) -> Vec<String> {
    let shown = upload.examples.iter().take(max);
    let text = |reason: &Explanation| escape_mrkdwn(&display_name(reason.as_str(), ROW_REASON_COLUMNS));
    shown.map(|row| format!("line {}: {}", count(row.line), text(&row.reason))).collect()
}

/// Returns the key of a file, for a code span.
pub(super) fn key(key: &str) -> String {
    escape_code(&display_name(key, 120))
}

/// Returns a reason or a remark as markup.
pub(super) fn reason(reason: &Explanation) -> String {
    escape_mrkdwn(&display_name(reason.as_str(), REASON_COLUMNS))
}

/// Returns how many more there are than are shown, or nothing.
pub(super) fn and_more(total: u64, shown: usize) -> Option<String> {
    let more = total.saturating_sub(shown as u64);
    (more > 0).then(|| format!("and {} more", count(more)))
}
