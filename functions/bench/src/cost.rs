//! Cost on AWS: measured durations at list prices.

use std::fmt::Write;
use std::time::Duration;

use crate::command::Times;
use crate::table::grouped;

/// Date of the prices below: list prices of us-east-1 in dollars, without the free tier.
/// <https://aws.amazon.com/lambda/pricing/>, <https://aws.amazon.com/api-gateway/pricing/>,
/// <https://aws.amazon.com/dynamodb/pricing/on-demand/>, <https://aws.amazon.com/sqs/pricing/>,
/// <https://aws.amazon.com/s3/pricing/>.
const DATED: &str = "November 2026";
const MILLION: f64 = 1e6;
const API: f64 = 1.00 / MILLION;
const INVOCATION: f64 = 0.20 / MILLION;
const GB_SECOND: f64 = 0.000_016_666_7;
const READ_UNIT: f64 = 0.125 / MILLION;
const WRITE_UNIT: f64 = 0.625 / MILLION;
const QUEUE_REQUEST: f64 = 0.40 / MILLION;
const S3_GET: f64 = 0.40 / MILLION;

/// Memory of each function in GB, the defaults of `terraform/`. Pandas gets that of recompute.
const SLASH_COMMAND_GB: f64 = 0.512;
const RECOMPUTE_GB: f64 = 1.769;

/// Assumed extra time of a call to AWS, against a call to an embedded server on the same machine.
const NETWORK: Duration = Duration::from_millis(5);

/// Sequential AWS calls of a command.
const COMMAND_CALLS: u32 = 1;

/// AWS calls of an upload. Some are concurrent; counting all as sequential overestimates the cost.
const UPLOAD_CALLS: u32 = 25;

/// Read units of a command: an eventually consistent read of one report.
const COMMAND_READS: f64 = 0.5;

/// Write units of an upload: ledger items, reports and status.
const UPLOAD_WRITES: f64 = 60.0;

/// Read units of an upload: the ledger of two weeks of a hundred files each.
const UPLOAD_READS: f64 = 40.0;

/// Queue requests of an upload: send, receive, delete.
const UPLOAD_QUEUE: f64 = 3.0;

/// Commands and uploads per month, in a small, a medium and a large organization.
const MONTHS: [(u32, u32); 3] = [(1_000, 500), (20_000, 10_000), (500_000, 200_000)];

/// Returns the seconds that Lambda bills, in whole milliseconds, for a duration measured here with this many AWS calls.
fn billed(measured: Duration, calls: u32) -> f64 {
    ((measured + NETWORK * calls).as_secs_f64() * 1000.0).ceil() / 1000.0
}

/// Returns the cost table in Markdown.
pub(crate) fn table(upload: Duration, times: &Times) -> String {
    let command = API
        + INVOCATION
        + billed(times.command, COMMAND_CALLS) * SLASH_COMMAND_GB * GB_SECOND
        + COMMAND_READS * READ_UNIT;
    let upload = INVOCATION
        + billed(upload, UPLOAD_CALLS) * RECOMPUTE_GB * GB_SECOND
        + UPLOAD_WRITES * WRITE_UNIT
        + UPLOAD_READS * READ_UNIT
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
    row("1,000,000 commands", command * MILLION, &|each| each * MILLION);
    row("1,000 uploads", upload * 1000.0, &|_| 0.0);
    for (commands, uploads) in MONTHS {
        let what = format!("a month of {} commands and {} uploads", grouped(commands), grouped(uploads));
        let (commands, uploads) = (f64::from(commands), f64::from(uploads));
        row(&what, commands * command + uploads * upload, &|each| commands * each);
    }
    text
}
