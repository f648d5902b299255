//! The bill of a month.

use std::fmt::Write;

use standings_core::PeriodKind;
use standings_local::BoxError;

use crate::grouped;
use crate::prices;
use crate::units::{Sizes, Units, Week};

/// Weeks of a month.
const WEEKS: f64 = 365.25 / 7.0 / 12.0;

/// Minutes of a month in which files arrive: 22 days of 10 hours. In each, longer periods are refreshed once at most.
const BUSY_MINUTES: f64 = 22.0 * 10.0 * 60.0;

/// Memory of the functions in GB, the defaults of `terraform/`.
pub const SLASH_COMMAND_GB: f64 = 0.512;
/// As above.
pub const RECOMPUTE_GB: f64 = 1.769;

/// Seconds that a question takes, with a call to DynamoDB.
const QUESTION: f64 = 0.010;
/// Questions of the warmer: one every 12 minutes.
const WARMER: f64 = 5.0 * 24.0 * 365.25 / 12.0;

/// Calls to AWS that an invocation of recompute makes one after the other, and the seconds that one takes.
const SEQUENTIAL_CALLS: f64 = 28.0;
const CALL: f64 = 0.005;
/// Seconds of computing for each thousand people and for each file.
const THOUSAND_PEOPLE: f64 = 0.020;
const FILE: f64 = 0.005;

/// Requests with which Lambda polls the queue: five pollers, each every 20 seconds.
/// <https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html>
const POLLS: f64 = 5.0 * 3.0 * 60.0 * 24.0 * 365.25 / 12.0;

/// Bytes of the log of a question, of an ingested file and of an invocation.
const QUESTION_LOG: f64 = 1_500.0;
const FILE_LOG: f64 = 400.0;
const INVOCATION_LOG: f64 = 3_500.0;

/// Periods in the list of periods, after two years.
const PERIODS: u32 = 90;

/// What `terraform/` creates.
const ALARMS: f64 = 14.0;
const METRICS: f64 = 11.0;

/// Nights of a month, and days that a reconciliation compares.
const NIGHTS: f64 = 365.25 / 12.0;
const COMPARED_DAYS: f64 = 7.0;

/// Read units of the record of an upload.
const RECORD_UNITS: f64 = 0.25;

/// Segments for which the tables keep sums and reports: two years.
const KEPT_WEEKS: f64 = 104.0;

/// What a month brings.
#[derive(Clone, Copy, Debug)]
pub struct Workload {
    /// Questions asked in Slack.
    pub questions: u32,
    /// Files.
    pub files: u32,
    /// Files that arrive within seconds of one another, and are handled by one invocation.
    pub burst: f64,
    /// Salespeople who sell in a week.
    pub people: u32,
    /// Salespeople in one file.
    pub people_per_file: u32,
    /// Teams.
    pub teams: u32,
    /// GB of sales files in the bucket.
    pub gigabytes: f64,
}

/// The workloads that `terraform/README.md` shows.
pub const DOCUMENTED: [Workload; 3] = [
    Workload { questions: 1_000, files: 500, burst: 1.0, people: 50, people_per_file: 10, teams: 5, gigabytes: 1.0 },
    Workload {
        questions: 20_000,
        files: 10_000,
        burst: 1.0,
        people: 200,
        people_per_file: 10,
        teams: 10,
        gigabytes: 10.0,
    },
    Workload {
        questions: 500_000,
        files: 200_000,
        burst: 1.0,
        people: 1_000,
        people_per_file: 20,
        teams: 20,
        gigabytes: 200.0,
    },
];

/// A burst as large as a batch of the event source mapping by default.
const BURST: f64 = 100.0;

/// The lines of a bill, in dollars.
#[derive(Debug)]
pub struct Bill {
    lines: Vec<(&'static str, f64)>,
    /// Units of one upload by itself, without the refreshes of longer periods.
    pub upload: Units,
    /// A rebuild of all files of the month.
    pub rebuild: f64,
}

/// Dollars of capacity units.
fn capacity(units: Units) -> f64 {
    units.read * prices::READ_UNIT + units.written * prices::WRITE_UNIT
}

/// What a reconciliation costs: the listing of two years of files, and the records of some days.
fn reconciliation(files_a_month: f64) -> f64 {
    let listed = files_a_month * 24.0 / 1000.0;
    let records = files_a_month / NIGHTS * COMPARED_DAYS;
    listed.max(1.0) * prices::S3_PUT + records * RECORD_UNITS * prices::READ_UNIT + recompute(1.0 + listed * CALL)
}

/// Dollars of an invocation of recompute that takes this many seconds.
fn recompute(seconds: f64) -> f64 {
    prices::INVOCATION + seconds * RECOMPUTE_GB * prices::GB_SECOND
}

impl Bill {
    /// Adds up the bill of a month.
    ///
    /// # Errors
    ///
    /// If the reports of such a week cannot be encoded.
    pub fn of(workload: Workload) -> Result<Self, BoxError> {
        let Workload { burst, people, people_per_file, teams, gigabytes, .. } = workload;
        let (questions, files) = (f64::from(workload.questions), f64::from(workload.files));
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a number of files")]
        let of = |files: f64| {
            Sizes::of(Week { files: files.ceil() as u32, people, people_per_file, teams, periods: PERIODS })
        };
        // The week is half over on average.
        let sizes = of((files / WEEKS / 2.0).max(1.0))?;
        let full = of((files / WEEKS).max(1.0))?;
        let invocations = files / burst.max(1.0);
        let delayed = invocations.min(BUSY_MINUTES);
        let units = sizes.upload(burst) * invocations + sizes.longer_periods() * delayed;
        let computing = THOUSAND_PEOPLE * f64::from(people) / 1000.0;
        let upload_seconds = SEQUENTIAL_CALLS * CALL + computing + FILE * burst;
        let delayed_seconds = SEQUENTIAL_CALLS * CALL + computing * 3.0;
        let asked = questions + WARMER;
        let logged = QUESTION_LOG * asked + FILE_LOG * files + INVOCATION_LOG * (invocations + delayed);
        let stored = full.stored() * KEPT_WEEKS / 1e9;
        let lines = vec![
            ("API", questions * prices::API),
            (
                "slash-command and warmer",
                asked * (prices::INVOCATION + QUESTION * SLASH_COMMAND_GB * prices::GB_SECOND),
            ),
            ("recompute", recompute(upload_seconds) * invocations + recompute(delayed_seconds) * delayed),
            ("DynamoDB, units", capacity(units) + questions * prices::READ_UNIT),
            ("DynamoDB, storage and recovery", stored * (prices::TABLE_GB + prices::RECOVERY_GB)),
            ("S3", gigabytes * prices::S3_GB + files * (prices::S3_PUT + prices::S3_GET)),
            ("nightly reconciliation", NIGHTS * reconciliation(files)),
            // Sent, received and deleted.
            ("SQS", (POLLS + 3.0 * files + 9.0 * delayed) * prices::QUEUE_REQUEST),
            ("logs", logged / 1e9 * prices::LOG_GB),
            (
                "14 alarms, 11 metrics, 1 dashboard",
                ALARMS * prices::ALARM + METRICS * prices::METRIC + prices::DASHBOARD,
            ),
        ];
        let batches = files / BURST;
        let rebuild = batches * (capacity(full.upload(BURST)) + recompute(upload_seconds + FILE * BURST))
            + files * prices::S3_GET
            + capacity(full.refresh(PeriodKind::Year));
        Ok(Self { lines, upload: sizes.upload(1.0), rebuild })
    }

    /// The whole bill.
    #[must_use]
    pub fn total(&self) -> f64 {
        self.lines.iter().map(|(_, dollars)| dollars).sum()
    }
}

/// Returns the bills of workloads side by side, as a table in Markdown.
///
/// # Errors
///
/// As [`Bill::of`].
pub fn table(workloads: &[Workload]) -> Result<String, BoxError> {
    let bills = workloads.iter().map(|workload| Bill::of(*workload)).collect::<Result<Vec<_>, _>>()?;
    let bursts = workloads.iter().map(|workload| Bill::of(Workload { burst: BURST, ..*workload }));
    let bursts = bursts.collect::<Result<Vec<_>, _>>()?;
    let mut text = "| dollars per month |".to_owned();
    for Workload { questions, files, people, teams, gigabytes, .. } in workloads {
        let (questions, files) = (grouped(*questions), grouped(*files));
        let people = grouped(*people);
        write!(text, " {questions} questions, {files} files, {people} people, {teams} teams, {gigabytes} GB |")?;
    }
    writeln!(text, "\n|---|{}", "---|".repeat(workloads.len()))?;
    let mut row = |what: &str, values: Vec<String>| {
        // Writing to a string does not fail.
        let _ = writeln!(text, "| {what} | {} |", values.join(" | "));
    };
    let dollars = |value: f64| format!("{value:.2}");
    let lines = bills.first().map(|bill| bill.lines.len()).unwrap_or_default();
    for line in 0..lines {
        let of_line = |bill: &Bill| bill.lines.get(line).copied().unwrap_or_default();
        let what = bills.first().map(|bill| of_line(bill).0).unwrap_or_default();
        row(what, bills.iter().map(|bill| dollars(of_line(bill).1)).collect());
    }
    let bold = |value: f64| format!("**{value:.2}**");
    row("**total, files one by one**", bills.iter().map(|bill| bold(bill.total())).collect());
    row("**total, files in bursts of 100**", bursts.iter().map(|bill| bold(bill.total())).collect());
    row("a rebuild of the month", bills.iter().map(|bill| dollars(bill.rebuild)).collect());
    let units = |bill: &Bill| format!("{:.0} read, {:.0} write", bill.upload.read, bill.upload.written);
    row("units of one upload", bills.iter().map(units).collect());
    Ok(text)
}
