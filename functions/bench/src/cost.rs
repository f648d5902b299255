//! Cost on AWS: measured durations at list prices.

use std::fmt::Write;
use std::time::Duration;

use standings_bench::bill::{RECOMPUTE_GB, SLASH_COMMAND_GB};
use standings_bench::grouped;
use standings_bench::prices::{API, DATED, GB_SECOND, INVOCATION, QUEUE_REQUEST, READ_UNIT, S3_GET, WRITE_UNIT};
use standings_bench::units::{Sizes, Week};
use standings_local::BoxError;

use crate::command::Times;

/// The week that the uploads are part of.
const WEEK: Week = Week { files: 100, people: 100, people_per_file: 100, teams: 5, periods: 100 };

/// Assumed extra time of a call to AWS, against a call to an embedded server on the same machine.
const NETWORK: Duration = Duration::from_millis(5);

/// Sequential AWS calls of a command.
const COMMAND_CALLS: u32 = 1;

/// AWS calls of an upload that wait for one another.
const UPLOAD_CALLS: u32 = 28;

/// Read units of a command: an eventually consistent read of one report.
const COMMAND_READS: f64 = 0.5;

/// Queue requests of an upload: send, receive, delete.
const UPLOAD_QUEUE: f64 = 3.0;

/// Commands and uploads per month, in a small, a medium and a large organization.
const MONTHS: [(u32, u32); 3] = [(1_000, 500), (20_000, 10_000), (500_000, 200_000)];

/// Returns the seconds that Lambda bills, in whole milliseconds, for a duration measured here with this many AWS calls.
fn billed(measured: Duration, calls: u32) -> f64 {
    ((measured + NETWORK * calls).as_secs_f64() * 1000.0).ceil() / 1000.0
}

/// Returns the cost table in Markdown.
pub(crate) fn table(upload: Duration, times: &Times) -> Result<String, BoxError> {
    let units = Sizes::of(WEEK)?.upload(1.0);
    let command = API
        + INVOCATION
        + billed(times.command, COMMAND_CALLS) * SLASH_COMMAND_GB * GB_SECOND
        + COMMAND_READS * READ_UNIT;
    let upload = INVOCATION
        + billed(upload, UPLOAD_CALLS) * RECOMPUTE_GB * GB_SECOND
        + units.written * WRITE_UNIT
        + units.read * READ_UNIT
        + UPLOAD_QUEUE * QUEUE_REQUEST
        + S3_GET;
    let classic = times
        .classic
        .map(|(rows, time)| (rows, API + INVOCATION + billed(time, COMMAND_CALLS) * RECOMPUTE_GB * GB_SECOND + S3_GET));
    let mut text = format!(
        "### Cost\n\nDollars at list prices of {DATED}. The peer reads the week's CSV with Pandas at request time.\n\n\
         | what | Standings |"
    );
    for (rows, _) in classic {
        // Writing to a string does not fail.
        let _ = write!(text, " Pandas, {} rows |", grouped(rows));
    }
    text += "\n|---|---|---|---|---|\n";
    let mut row = |what: &str, ours: f64, theirs: &dyn Fn(f64) -> f64| {
        let _ = write!(text, "| {what} | {ours:.2} |");
        for (_, each) in classic {
            let _ = write!(text, " {:.2} |", theirs(each));
        }
        text.push('\n');
    };
    row("1,000,000 commands", command * 1e6, &|each| each * 1e6);
    row("1,000 uploads", upload * 1000.0, &|_| 0.0);
    for (commands, uploads) in MONTHS {
        let what = format!("a month of {} commands and {} uploads", grouped(commands), grouped(uploads));
        let (commands, uploads) = (f64::from(commands), f64::from(uploads));
        row(&what, commands * command + uploads * upload, &|each| commands * each);
    }
    Ok(text)
}
