//! What it costs on AWS: measured durations at list prices.

use std::fmt::Write;
use std::time::Duration;

/// List prices of us-east-1 in dollars, as they stood in November 2026, without the free tier:
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

/// The memory of each function in GB, as `terraform/` has it unless set; Pandas has that of recompute.
const SLASH_COMMAND_GB: f64 = 0.512;
const RECOMPUTE_GB: f64 = 1.769;

/// What a call to AWS takes more than one to a server on the same machine, by and large.
const NETWORK: Duration = Duration::from_millis(5);
/// The calls that wait for each other: of a command, and of an upload as if none of its calls went out beside another.
const COMMAND_CALLS: u32 = 1;
const UPLOAD_CALLS: u32 = 25;

/// A report is read with eventual consistency: half a unit.
const READS: f64 = 0.5;
/// An upload writes its ledger items, the reports and the status, and reads the ledger of two weeks of a hundred files.
const UPLOAD_WRITES: f64 = 60.0;
const UPLOAD_READS: f64 = 40.0;
/// A message is sent, received and deleted.
const UPLOAD_QUEUE: f64 = 3.0;

/// Questions and uploads of a month.
const MONTHS: [(u32, u32); 3] = [(1_000, 500), (20_000, 10_000), (500_000, 200_000)];

/// What was measured.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Measured {
    pub(crate) command: Duration,
    pub(crate) upload: Duration,
    /// A question to the classic design, with its rows.
    pub(crate) classic: [(u32, Duration); 3],
}

/// The seconds that Lambda bills, by whole milliseconds, for what was measured here and makes so many calls.
fn billed(measured: Duration, calls: u32) -> f64 {
    ((measured + NETWORK * calls).as_secs_f64() * 1000.0).ceil() / 1000.0
}

/// The table.
pub(crate) fn table(measured: &Measured) -> String {
    let command =
        API + INVOCATION + billed(measured.command, COMMAND_CALLS) * SLASH_COMMAND_GB * GB_SECOND + READS * READ_UNIT;
    let upload = INVOCATION
        + billed(measured.upload, UPLOAD_CALLS) * RECOMPUTE_GB * GB_SECOND
        + UPLOAD_WRITES * WRITE_UNIT
        + UPLOAD_READS * READ_UNIT
        + UPLOAD_QUEUE * QUEUE_REQUEST
        + S3_GET;
    let classic = measured
        .classic
        .map(|(rows, time)| (rows, API + INVOCATION + billed(time, COMMAND_CALLS) * RECOMPUTE_GB * GB_SECOND + S3_GET));
    let mut text = format!("| dollars at list prices of {DATED} | Standings |");
    for (rows, _) in classic {
        // Writing to a string does not fail.
        let _ = write!(text, " Pandas at request time, {rows} rows |");
    }
    text += "\n|---|---|---|---|---|\n";
    let mut row = |what: &str, ours: f64, theirs: &dyn Fn(f64) -> f64| {
        let _ = write!(text, "| {what} | {ours:.2} |");
        for (_, each) in classic {
            let _ = write!(text, " {:.2} |", theirs(each));
        }
        text.push('\n');
    };
    row("a million commands", command * MILLION, &|each| each * MILLION);
    row("a thousand uploads", upload * 1000.0, &|_| 0.0);
    for (commands, uploads) in MONTHS {
        let what = format!("a month of {commands} commands and {uploads} uploads");
        let (commands, uploads) = (f64::from(commands), f64::from(uploads));
        row(&what, commands * command + uploads * upload, &|each| commands * each);
    }
    text
}
