//! Histories: sequences of steps, and their generator.

use std::fmt::{self, Write as _};

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

/// Keys of the sales files.
pub(crate) const KEYS: [&str; 4] = ["sales/a.csv", "sales/b c+d.csv", "sales/2020/région.csv", "sales/x"];

/// A week with its first and last day.
pub(crate) type Days = (&'static str, [&'static str; 2]);

/// Four consecutive weeks, and one in the future. In the last of the four, a month, a quarter and a fiscal year begin. All
/// are far from today, so that a history gives the same result on any day.
pub(crate) const WEEKS: [Days; 5] = [
    ("2020-W11", ["2020-03-09", "2020-03-15"]),
    ("2020-W12", ["2020-03-16", "2020-03-22"]),
    ("2020-W13", ["2020-03-23", "2020-03-29"]),
    ("2020-W14", ["2020-03-31", "2020-04-01"]),
    ("2199-W02", ["2199-01-07", "2199-01-13"]),
];

/// Month in which the fiscal year starts.
pub(crate) const FISCAL_YEAR_START: i8 = 4;

/// Year of the week in the future.
pub(crate) const FUTURE: &str = "2199";

/// Days of uploads, each in another segment.
pub(crate) const UPLOAD_DAYS: [&str; 3] = ["2020-03-11", "2020-03-31", "2020-04-01"];

/// A history. Work that is left after its last step is finished without further faults.
#[derive(Clone, Debug)]
pub(crate) struct History {
    pub(crate) steps: Vec<Step>,
    /// Attempts of the SDK per call.
    pub(crate) attempts: u32,
    /// Whether workers that are still busy after the last step finish after all newer invocations, or before them.
    pub(crate) stalled_last: bool,
}

/// One step per line.
impl fmt::Display for History {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for step in &self.steps {
            writeln!(f, "  {step:?}")?;
        }
        let Self { attempts, stalled_last, .. } = self;
        write!(f, "  with {attempts} attempts a call, stalled workers last: {stalled_last}")
    }
}

/// A step. It refers to messages, workers and calls by an index modulo their number, so that a history stays valid when
/// shrinking removes some of its steps.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// Uploads a file, with this number of events.
    Put { key: usize, file: File, events: usize },
    /// Deletes a file if it exists, with this number of events.
    Delete { key: usize, events: usize },
    /// Sends a message that is not a notification.
    Unrecognized,
    /// Delivers these messages to a free worker.
    Receive { messages: Vec<usize> },
    /// Lets a worker make this number of calls, one after the other.
    Go { worker: usize, call: usize, calls: usize },
    /// Injects a fault into the next calls of a worker.
    Inject { worker: usize, fault: Fault, calls: usize },
    /// Aborts a worker, whose messages are then redelivered.
    Crash { worker: usize },
}

/// What happens to a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It is throttled.
    Throttled,
    /// It gets a 500, with or without being executed.
    Failed { done: bool },
    /// It gets no response, with or without being executed.
    TimedOut { done: bool },
    /// It is executed, but the connection breaks in the middle of the response.
    CutOff,
    /// Before it is executed, others claim every subject and then crash, so that its condition fails.
    Outclaimed,
    /// Before the file that is being read is opened again, an empty file replaces it.
    Replaced,
}

/// A sales file.
#[derive(Clone, Debug)]
pub(crate) struct File {
    pub(crate) content: Content,
    /// Index of the upload day.
    pub(crate) day: usize,
}

/// Content of a sales file.
#[derive(Clone, Debug)]
pub(crate) enum Content {
    Rows {
        rows: Vec<Row>,
        /// Rows have sale ids, and some repeat, so that the file has to be read twice.
        named: bool,
    },
    /// No sales file at all.
    Unreadable,
}

/// A row of a sales file.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) date: &'static str,
    pub(crate) name: &'static str,
    pub(crate) team: &'static str,
    pub(crate) amount: i32,
    pub(crate) quantity: u8,
    /// Whether the amount is not a number.
    pub(crate) bad: bool,
}

impl File {
    /// Returns the file as uploaded.
    pub(crate) fn text(&self) -> String {
        let Content::Rows { rows, named } = &self.content else { return "name,price\nAna,1\n".to_owned() };
        let mut text = "sale_id,sold_at,salesperson,team,amount,quantity\n".to_owned();
        for (number, row) in rows.iter().enumerate() {
            let id = if *named { format!("s{}", number % 2) } else { String::new() };
            let amount = if row.bad { "much".to_owned() } else { row.amount.to_string() };
            writeln!(text, "{id},{},{},{},{amount},{}", row.date, row.name, row.team, row.quantity).unwrap();
        }
        text
    }
}

/// Generates histories.
pub(crate) fn histories() -> impl Strategy<Value = History> {
    (vec(step(), 5..40), select(vec![1, 3]), any::<bool>()).prop_map(|(steps, attempts, stalled_last)| History {
        steps,
        attempts,
        stalled_last,
    })
}

fn step() -> impl Strategy<Value = Step> {
    let place = || 0..8_usize;
    // Some files change more often than others, so that workers compete for them.
    let key = || select(vec![0, 0, 0, 1, 1, 2, 3]);
    let events = || select(vec![1, 1, 1, 2]);
    prop_oneof![
        5 => (key(), file(), events()).prop_map(|(key, file, events)| Step::Put { key, file, events }),
        2 => (key(), events()).prop_map(|(key, events)| Step::Delete { key, events }),
        1 => Just(Step::Unrecognized),
        8 => vec(place(), 1..4).prop_map(|messages| Step::Receive { messages }),
        // Bursts of calls, so that one worker stalls while another gets far ahead.
        16 => (place(), place(), select(vec![1, 1, 2, 5, 20, 60]))
            .prop_map(|(worker, call, calls)| Step::Go { worker, call, calls }),
        4 => (place(), fault(), 1..5_usize).prop_map(|(worker, fault, calls)| Step::Inject { worker, fault, calls }),
        1 => place().prop_map(|worker| Step::Crash { worker }),
    ]
}

fn fault() -> impl Strategy<Value = Fault> {
    select(vec![
        Fault::Throttled,
        Fault::Failed { done: false },
        Fault::Failed { done: true },
        Fault::TimedOut { done: false },
        Fault::TimedOut { done: true },
        Fault::CutOff,
        Fault::Outclaimed,
        Fault::Replaced,
    ])
}

fn file() -> impl Strategy<Value = File> {
    let content = prop_oneof![
        9 => (vec(row(), 0..4), prop::bool::weighted(0.2)).prop_map(|(mut rows, named)| {
            // Which row of a repeated sale counts if the last one is unreadable is not tested here.
            for row in &mut rows {
                row.bad &= !named;
            }
            Content::Rows { rows, named }
        }),
        1 => Just(Content::Unreadable),
    ];
    (content, 0..UPLOAD_DAYS.len()).prop_map(|(content, day)| File { content, day })
}

fn row() -> impl Strategy<Value = Row> {
    let dates = WEEKS.iter().flat_map(|(_, days)| days).copied().collect::<Vec<_>>();
    // Three people, of whom two are spelled in several ways.
    let names = select(vec!["Ana O'Day", "ana o'day", "ANA  O\u{2019}DAY", "Ana O\u{2019}Day", "Bo", "bo", "Cy"]);
    let teams = select(vec!["", "EMEA", "emea", "APAC"]);
    (select(dates), names, teams, -3..9_i32, 0..3_u8, prop::bool::weighted(0.1))
        .prop_map(|(date, name, team, amount, quantity, bad)| Row { date, name, team, amount, quantity, bad })
}
