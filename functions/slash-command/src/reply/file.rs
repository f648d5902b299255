//! Messages about one file: how it was read.

use standings_core::{Failure, Status, Upload};

use super::context::Context;
use super::dates;
use super::message::Message;
use super::status::failure_line;
use super::text::{display_name, escape_code, escape_mrkdwn};
use super::upload::{account, and_more, examples, key, problems, reason, weeks};

/// Clauses of each kind per message. A file has fewer; the bound keeps a damaged record within Slack's limits.
const MAX_CLAUSES: usize = 20;

/// Names of files in a list.
const MAX_NAMES: usize = 10;

/// Returns how a file was read: what counts, how, what to check, and examples of skipped rows.
pub(crate) fn file(upload: &Upload) -> Message {
    let name = upload.key.rsplit('/').next().unwrap_or(&upload.key);
    let heading = format!("How {} was read", display_name(name, 80));
    let shown = escape_mrkdwn(&display_name(&upload.key, 80));
    if upload.rejection.is_some() {
        let problem = problems(upload).join(". ");
        let text = format!("{shown} {problem}.");
        let heading = format!("{} was rejected", display_name(name, 80));
        let message = Message::new(&heading, text).section(format!("`{}` {problem}.", key(&upload.key)));
        let uploaded = uploaded(upload);
        return message.small_print(uploaded.into_iter().chain(["Nothing in it counts.".to_owned()]));
    }
    let in_weeks = weeks(upload).map(|weeks| format!(" The rows that count are of {weeks}.")).unwrap_or_default();
    let rows = match upload.other_rows.blank {
        _ if !upload.counts_entirely() || upload.rows == 0 => "",
        0 => "Every row counts: ",
        _ => "Every row with a sale counts: ",
    };
    let result = format!("{rows}{}.{in_weeks}", account(upload));
    let mut message =
        Message::new(&heading, format!("{shown}: {result}")).section(format!("`{}`: {result}", key(&upload.key)));
    message = list(message, "To check", upload.remarks.iter().map(reason).collect(), upload.remarks.len() as u64);
    message = list(message, "Skipped rows", examples(upload, MAX_CLAUSES), upload.skipped_rows);
    message =
        list(message, "How it was read", upload.read_as.iter().map(reason).collect(), upload.read_as.len() as u64);
    message.small_print(uploaded(upload))
}

/// Adds what failed when the file was to be read again, and the notes on the query.
pub(crate) fn file_with(message: Message, failure: Option<&Failure>, context: Context) -> Message {
    let message = match failure {
        Some(failure) => {
            message.section(format!("Last try, {}: {}", dates::instant(failure.at), failure_line(failure)))
        }
        None => message,
    };
    message.small_print(context.notes())
}

/// Returns the message about a file that was never read.
pub(crate) fn unread_file(failure: &Failure, context: Context) -> Message {
    let text = format!("That file was not read: {}.", reason(&failure.reason));
    Message::new("Not read", text).section(failure_line(failure)).small_print(context.notes())
}

/// Returns the message for a name that several files have.
pub(crate) fn several_files(typed: &str, keys: &[&str], context: Context) -> Message {
    let text = format!("Several files match \u{201c}{}\u{201d}. Which one?", escape_mrkdwn(&display_name(typed, 60)));
    let message = Message::new("Which file?", text.clone()).section(text);
    names(message, keys, context)
}

/// Returns the message for a name that no known file has, or for a command without a name.
pub(crate) fn no_file(typed: Option<&str>, status: &Status, context: Context) -> Message {
    let (heading, text) = match typed {
        Some(typed) => {
            let typed = escape_mrkdwn(&display_name(typed, 60));
            let text = format!(
                "None of the last uploads is called \u{201c}{typed}\u{201d}. An older file is found by its whole name, with its folders."
            );
            ("No such file", text)
        }
        None => ("Which file?", "Type a name, or a part of it, to see how that file was read.".to_owned()),
    };
    let message = Message::new(heading, text.clone()).section(text);
    let keys: Vec<&str> = status.all_uploads().map(|upload| upload.key.as_str()).collect();
    names(message, &keys, context)
}

/// Adds a list of files, each as a command.
fn names(message: Message, keys: &[&str], context: Context) -> Message {
    let command = |name: &&str| format!("`{} file {}`", context.command, escape_code(&display_name(name, 120)));
    let lines = keys.iter().take(MAX_NAMES).map(command).collect();
    list(message, "Files", lines, keys.len() as u64).small_print(context.notes())
}

/// Adds a list with a title, and says how many more there are. Without lines it adds nothing.
fn list(message: Message, title: &str, mut lines: Vec<String>, total: u64) -> Message {
    lines.truncate(MAX_CLAUSES);
    if lines.is_empty() {
        return message;
    }
    let more = and_more(total, lines.len());
    let lines = lines.into_iter().map(|line| format!("\u{2022} {line}"));
    let lines: Vec<String> = std::iter::once(format!("*{title}*")).chain(lines).chain(more).collect();
    message.sections(&lines, "", "")
}

/// Returns when the file was uploaded; nothing for a dry run.
fn uploaded(upload: &Upload) -> Option<String> {
    let at = upload.uploaded_at;
    (at != jiff::Timestamp::default()).then(|| format!("uploaded {}", dates::instant(at)))
}
