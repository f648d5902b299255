//! The message about the last uploads and their problems.

use standings_core::{Explanation, Status, Upload};

use super::context::Context;
use super::dates;
use super::message::Message;
use super::number::{count, counted};
use super::text::{display_name, escape_code, escape_mrkdwn};

/// Uploads per list.
const MAX_LISTED: usize = 5;

/// Skipped rows shown per file.
const MAX_EXAMPLES: usize = 3;

/// Maximum width of the reason why a file was rejected.
const REASON_COLUMNS: usize = 300;

/// Maximum width of the reason why a row was skipped.
const ROW_REASON_COLUMNS: usize = 120;

/// Returns the last uploads, and those with problems.
pub(crate) fn status(status: &Status, context: Context) -> Message {
    let Some(last) = status.uploads.first() else {
        let text = "No sales file has been read yet.";
        return Message::new("Uploads", text.to_owned()).section(text);
    };
    let newest = match status.newest {
        Some((week, computed_at)) => format!("The newest ranking is {week}, updated {}.", dates::instant(computed_at)),
        None => "There is no ranking yet.".to_owned(),
    };
    let has_problems = !status.problems.is_empty();
    let problems = if has_problems {
        let files = counted(status.problems.len() as u64, "of the last files has", "of the last files have");
        format!("{files} problems.")
    } else {
        "No problems found in the last uploads.".to_owned()
    };
    let text = format!("Last upload: {}, {}. {problems}", escape_mrkdwn(&display_name(&last.key, 80)), result(last));
    let message =
        Message::new("Uploads", text).section(newest).sections(&list("Last uploads", &status.uploads, summary), "", "");
    let message = if has_problems {
        message.sections(&list("Problems", &status.problems, problem), "", "")
    } else {
        message.section(problems)
    };
    let mut small_print = Vec::new();
    if has_problems {
        small_print.push("Fix the file and upload it again under the same name.".to_owned());
    }
    small_print.push(format!("as of {}", dates::instant(status.computed_at)));
    small_print.extend(context.notes());
    message.small_print(small_print)
}

/// Returns the lines of a list with a title.
fn list(title: &str, uploads: &[Upload], line: fn(&Upload) -> String) -> Vec<String> {
    let lines = uploads.iter().take(MAX_LISTED).map(|upload| format!("\u{2022} {}", line(upload)));
    std::iter::once(format!("*{title}*")).chain(lines).collect()
}

fn summary(upload: &Upload) -> String {
    format!("`{}`: {}, {}", key(upload), result(upload), dates::instant(upload.uploaded_at))
}

/// Returns the outcome of an upload: `rejected`, or `1,234 rows of 2026-W46 to 2026-W47, 2 skipped`.
fn result(upload: &Upload) -> String {
    if upload.rejection.is_some() {
        return "rejected".to_owned();
    }
    let rows = counted(upload.rows, "row", "rows");
    let weeks = match upload.weeks {
        Some((first, last)) if first == last => format!(" of {first}"),
        Some((first, last)) => format!(" of {first} to {last}"),
        None => String::new(),
    };
    let skipped =
        if upload.skipped_rows > 0 { format!(", {} skipped", count(upload.skipped_rows)) } else { String::new() };
    format!("{rows}{weeks}{skipped}")
}

fn problem(upload: &Upload) -> String {
    if let Some(rejection) = &upload.rejection {
        return format!("`{}` was rejected: {}", key(upload), reason(&rejection.0, REASON_COLUMNS));
    }
    let examples: Vec<String> = upload
        .examples
        .iter()
        .take(MAX_EXAMPLES)
        .map(|row| format!("line {}: {}", row.line, reason(&row.reason, ROW_REASON_COLUMNS)))
        .collect();
    let skipped = counted(upload.skipped_rows, "row was skipped", "rows were skipped");
    format!("`{}`: {skipped}; {}", key(upload), examples.join("; "))
}

fn key(upload: &Upload) -> String {
    escape_code(&display_name(&upload.key, 120))
}

fn reason(reason: &Explanation, max: usize) -> String {
    escape_mrkdwn(&display_name(reason.as_str(), max))
}
