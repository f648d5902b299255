//! What came in last, and what is wrong with it.

use standings_core::{Explanation, Status, Upload};

use super::message::Message;
use super::text::{code, defused, shown};
use super::{Asking, counted, dates};

/// So many uploads of each kind are shown.
const LISTED: usize = 5;

/// So many skipped rows of a file are shown.
const EXAMPLES: usize = 3;

/// The reasons are cut here: what is wrong with a file, and with a row.
const REASON: usize = 300;
const ROW_REASON: usize = 120;

/// The last uploads, and those with problems.
pub(crate) fn status(status: &Status, asking: Asking) -> Message {
    let Some(last) = status.uploads.first() else {
        let text = "No sales file has come in yet.";
        return Message::new("Uploads", text.to_owned()).section(text);
    };
    let newest = match status.newest {
        Some((week, computed_at)) => {
            format!("The newest ranking is of {week}, updated {}.", dates::instant(computed_at))
        }
        None => "There is no ranking yet.".to_owned(),
    };
    let trouble = match status.problems.len() {
        0 => "Every row of the last uploads counts.".to_owned(),
        _ => format!(
            "{} something wrong.",
            counted(status.problems.len() as u64, "of the last files has", "of the last files have")
        ),
    };
    let text = format!("Last upload: {}, {}. {trouble}", defused(&shown(&last.key, 80)), rows(last));
    let titled = |title: &str, uploads: &[Upload], line: fn(&Upload) -> String| -> Vec<String> {
        let lines = uploads.iter().take(LISTED).map(|upload| format!("\u{2022} {}", line(upload)));
        std::iter::once(format!("*{title}*")).chain(lines).collect()
    };
    let mut message =
        Message::new("Uploads", text).section(newest).sections(&titled("Last uploads", &status.uploads, line), "", "");
    if status.problems.is_empty() {
        message = message.section(trouble);
    } else {
        message = message.sections(&titled("What is wrong", &status.problems, problem), "", "");
    }
    let mend = "Mend a file and upload it again under the same name: it then counts as it is.";
    let updated = format!("as of {}", dates::instant(status.computed_at));
    let mend = (!status.problems.is_empty()).then(|| mend.to_owned());
    message.context(mend.into_iter().chain([updated]).chain(asking.notes()))
}

fn line(upload: &Upload) -> String {
    format!("`{}`: {}, {}", key(upload), rows(upload), dates::instant(upload.uploaded_at))
}

fn rows(upload: &Upload) -> String {
    if upload.rejection.is_some() {
        return "rejected".to_owned();
    }
    let rows = counted(upload.rows, "row", "rows");
    let skipped = (upload.skipped_rows > 0).then(|| format!(", {} skipped", super::money::count(upload.skipped_rows)));
    let weeks = upload.weeks.map(
        |(first, last)| {
            if first == last { format!(" of {first}") } else { format!(" of {first} to {last}") }
        },
    );
    [Some(rows), weeks, skipped].into_iter().flatten().collect()
}

fn problem(upload: &Upload) -> String {
    if let Some(rejection) = &upload.rejection {
        return format!("`{}` was rejected: {}", key(upload), reason(&rejection.0, REASON));
    }
    let examples: Vec<String> = upload
        .examples
        .iter()
        .take(EXAMPLES)
        .map(|row| format!("line {}: {}", row.line, reason(&row.reason, ROW_REASON)))
        .collect();
    let skipped = counted(upload.skipped_rows, "row was skipped", "rows were skipped");
    format!("`{}`: {skipped}; {}", key(upload), examples.join("; "))
}

fn key(upload: &Upload) -> String {
    code(&shown(&upload.key, 120))
}

fn reason(reason: &Explanation, max: usize) -> String {
    defused(&shown(reason.as_str(), max))
}
