//! The message about the last uploads, their problems, and what failed.

use standings_core::{FailedSubject, Failure, Outlook, Status, Upload};

use super::context::Context;
use super::dates;
use super::message::Message;
use super::number::{count, counted};
use super::text::{display_name, escape_mrkdwn};
use super::upload::{account, and_more, key, problems, reason, weeks};

/// Entries per list.
const MAX_LISTED: usize = 5;

/// Problems shown per file. `file NAME` shows all.
const MAX_PROBLEMS: usize = 3;

/// Returns what failed, the uploads with problems, and the last uploads, in this order.
pub(crate) fn status(status: &Status, context: Context) -> Message {
    if status.uploads.is_empty() && status.failures.is_empty() {
        let text = "No sales file has been read yet.";
        return Message::new("Uploads", text.to_owned()).section(text).small_print(context.notes());
    }
    let verdict = verdict(status);
    let last = status
        .uploads
        .first()
        .map(|upload| format!("Last upload: {}, {}. ", escape_mrkdwn(&display_name(&upload.key, 80)), result(upload)));
    let mut message = Message::new("Uploads", format!("{}{verdict}", last.unwrap_or_default())).section(&*verdict);
    let (archived, failed): (Vec<&Failure>, Vec<&Failure>) =
        status.failures.iter().partition(|failure| failure.is_archived());
    // A status of an older version has no totals.
    let total = |total: u64, listed: usize| total.max(listed as u64);
    if !failed.is_empty() {
        let lines = failed.iter().map(|failure| bulleted(failure_line(failure))).map(|line| vec![line]).collect();
        message = list(message, "Not read or refreshed", lines, total(status.totals.failures, failed.len()));
    }
    if !status.problems.is_empty() {
        let lines = status.problems.iter().map(problem_lines).collect();
        message = list(message, "Problems", lines, total(status.totals.problems, status.problems.len()));
    }
    if !archived.is_empty() {
        message = archived_list(message, &archived, total(status.totals.archived, archived.len()));
    }
    if !status.uploads.is_empty() {
        let lines = status.uploads.iter().map(|upload| vec![bulleted(summary(upload))]).collect();
        message = list(message, "Last uploads", lines, total(status.totals.uploads, status.uploads.len()));
    }
    message = message.section(match status.newest {
        Some((week, computed_at)) => format!("The newest ranking is {week}, updated {}.", dates::instant(computed_at)),
        None => "There is no ranking yet.".to_owned(),
    });
    let mut small_print = Vec::new();
    if !status.problems.is_empty() {
        small_print.push("Fix the file and upload it again under the same name.".to_owned());
    }
    if !status.uploads.is_empty() {
        small_print.push(format!("`{} file NAME` shows how a file was read.", context.command));
    }
    small_print.push(format!("as of {}", dates::instant(status.computed_at)));
    small_print.extend(context.notes());
    message.small_print(small_print)
}

/// Returns the most important sentence: that something needs attention, or what was checked.
fn verdict(status: &Status) -> String {
    let uploads = status.totals.uploads.max(status.uploads.len() as u64);
    let failures =
        status.totals.failures.max(status.failures.iter().filter(|failure| !failure.is_archived()).count() as u64);
    let problems = status.totals.problems.max(status.problems.len() as u64);
    let failed = (failures > 0).then(|| {
        counted(failures, "file, week or message could not be handled", "files, weeks or messages could not be handled")
    });
    let with_problems = (problems > 0).then(|| {
        let files = counted(problems, "has problems", "have problems");
        format!("Of the last {}, {files}", counted(uploads.max(problems), "upload", "uploads"))
    });
    let exceptions: Vec<String> = [failed, with_problems].into_iter().flatten().collect();
    if !exceptions.is_empty() {
        return format!("{}.", exceptions.join(". "));
    }
    let last = if uploads == 1 { "last upload".to_owned() } else { format!("last {} uploads", count(uploads)) };
    if status.totals.archived > 0 {
        return format!("No problems found in the {last}. Some files are archived.");
    }
    if status.totals.uploads == 0 {
        return format!("No problems found in the {last}.");
    }
    if status.totals.complete == uploads {
        return format!("Every row of the {last} counts.");
    }
    format!("No problems found in the {last}. Not every row is a sale that counts.")
}

/// Adds a list with a title: the first entries, with the lines of each, and how many more there are.
fn list(message: Message, title: &str, mut entries: Vec<Vec<String>>, total: u64) -> Message {
    entries.truncate(MAX_LISTED);
    let more = and_more(total, entries.len());
    let title = std::iter::once(format!("*{title}*"));
    let lines: Vec<String> = title.chain(entries.into_iter().flatten()).chain(more).collect();
    message.sections(&lines, "", "")
}

fn summary(upload: &Upload) -> String {
    format!("`{}`: {}, {}", key(&upload.key), result(upload), dates::instant(upload.uploaded_at))
}

/// Returns the outcome of an upload: `rejected`, or `1,234 rows of 2026-W46 to 2026-W47`.
fn result(upload: &Upload) -> String {
    match weeks(upload) {
        Some(weeks) if upload.all_rows() == upload.rows => format!("{} of {weeks}", account(upload)),
        Some(weeks) => format!("{} ({weeks})", account(upload)),
        None => account(upload),
    }
}

/// Returns what is wrong with a file, one line each, so that no line is longer than a section.
fn problem_lines(upload: &Upload) -> Vec<String> {
    let found = problems(upload);
    let more = and_more(found.len() as u64, MAX_PROBLEMS);
    let mut lines: Vec<String> = found.into_iter().take(MAX_PROBLEMS).chain(more).collect();
    let separator = if upload.rejection.is_some() { " " } else { ": " };
    if let Some(first) = lines.first_mut() {
        *first = format!("\u{2022} `{}`{separator}{first}", key(&upload.key));
    }
    lines
}

/// Returns what failed, why, and what happens next.
pub(super) fn failure_line(failure: &Failure) -> String {
    let what = match &failure.subject {
        FailedSubject::File(name) => format!("`{}` was not read", key(name)),
        FailedSubject::Period(period) => format!("{period} was not refreshed, so its ranking may be out of date"),
        FailedSubject::Message => "A message in the queue is not about a file".to_owned(),
    };
    let next = match (failure.outlook, &failure.subject) {
        (Outlook::Archived, _) => "",
        (Outlook::Retried, FailedSubject::Message) => " It will go to the dead-letter queue.",
        (Outlook::Retried, _) => " It is tried again.",
        (Outlook::GivenUp, FailedSubject::File(_)) => {
            " That was the last try: once it is fixed, upload the file again or redrive the dead-letter queue."
        }
        (Outlook::GivenUp, FailedSubject::Period(_)) => {
            " That was the last try: once it is fixed, redrive the dead-letter queue or rebuild."
        }
        (Outlook::GivenUp, FailedSubject::Message) => " It is in the dead-letter queue.",
    };
    format!("{what}: {}.{next}", reason(&failure.reason))
}

/// Adds the archived files.
fn archived_list(message: Message, archived: &[&Failure], total: u64) -> Message {
    let names = archived.iter().filter_map(|failure| match &failure.subject {
        FailedSubject::File(name) => Some(format!("`{}`", key(name))),
        _ => None,
    });
    let names: Vec<String> = names.take(MAX_LISTED).map(bulleted).collect();
    let files = counted(total, "file is archived and was not read again", "files are archived and were not read again");
    let note = "What was counted before keeps counting. A restored file is read again.".to_owned();
    let more = and_more(total, names.len());
    let lines: Vec<String> = [format!("*{files}*"), note].into_iter().chain(names).chain(more).collect();
    message.sections(&lines, "", "")
}

fn bulleted(line: impl AsRef<str>) -> String {
    format!("\u{2022} {}", line.as_ref())
}
