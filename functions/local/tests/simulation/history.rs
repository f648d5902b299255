//! What happens in a history, and how histories are made up.

use std::fmt::{self, Write as _};

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

/// The keys that sales files are uploaded to.
pub(crate) const KEYS: [&str; 4] = ["sales/a.csv", "sales/b c+d.csv", "sales/2020/région.csv", "sales/x"];

/// A week with its first and last day.
pub(crate) type Days = (&'static str, [&'static str; 2]);

/// Weeks that follow each other, and one that has not begun. All lie far from now, so that a history means the same on
/// any day.
pub(crate) const WEEKS: [Days; 5] = [
    ("2020-W10", ["2020-03-02", "2020-03-08"]),
    ("2020-W11", ["2020-03-09", "2020-03-15"]),
    ("2020-W12", ["2020-03-16", "2020-03-22"]),
    ("2020-W13", ["2020-03-23", "2020-03-29"]),
    ("2199-W02", ["2199-01-07", "2199-01-13"]),
];

/// The week that has not begun.
pub(crate) const FUTURE: &str = "2199-W02";

/// The days of uploads, each in another week.
pub(crate) const UPLOAD_DAYS: [&str; 3] = ["2020-03-04", "2020-03-11", "2020-03-20"];

/// A history. Whatever it leaves undone is done at its end, without further harm.
#[derive(Clone, Debug)]
pub(crate) struct History {
    pub(crate) steps: Vec<Step>,
    /// How often the SDK tries a call.
    pub(crate) attempts: u32,
    /// At the end the workers that were left in the middle go on last, after all that is newer, rather than first.
    pub(crate) stalled_last: bool,
}

/// A step a line.
impl fmt::Display for History {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for step in &self.steps {
            writeln!(f, "  {step:?}")?;
        }
        let Self { attempts, stalled_last, .. } = self;
        write!(f, "  with {attempts} attempts a call, stalled workers last: {stalled_last}")
    }
}

/// Something that happens. Where a step points at a message, a worker or a call, it means the one at this place of
/// those that there are, counted round and round, so that a history without some of its steps is still one.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// Somebody uploads a file; so many events tell of it.
    Put { key: usize, file: File, events: usize },
    /// Somebody deletes a file, if there is one; so many events tell of it.
    Delete { key: usize, events: usize },
    /// A message comes that is no notification.
    Strange,
    /// A free worker receives a batch of these messages.
    Receive { messages: Vec<usize> },
    /// A worker makes so many calls, one after the other.
    Go { worker: usize, call: usize, calls: usize },
    /// The next calls of a worker come to harm.
    Harm { worker: usize, fault: Fault, calls: usize },
    /// A worker stops in the middle, and its messages come again.
    Crash { worker: usize },
}

/// What happens to a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It is refused, for there are too many.
    Throttled,
    /// It is answered with a 500, after or before it was done.
    Failed { done: bool },
    /// It is never answered, after or before it was done.
    TimedOut { done: bool },
    /// The answer breaks off in the middle; what is done is done.
    CutOff,
    /// Before it is done, others claim every subject there is, and stop; so its condition fails.
    Outclaimed,
    /// Before the file that is being read is opened again, it is replaced by an empty one.
    Replaced,
}

/// A sales file.
#[derive(Clone, Debug)]
pub(crate) struct File {
    pub(crate) content: Content,
    /// The day of its upload.
    pub(crate) day: usize,
}

/// What a sales file holds.
#[derive(Clone, Debug)]
pub(crate) enum Content {
    Rows {
        rows: Vec<Row>,
        /// Sales are named, and names repeat, so that the file has to be read twice.
        named: bool,
    },
    /// Something that cannot be read.
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
    /// The amount is no number.
    pub(crate) bad: bool,
}

impl File {
    /// The file as it is uploaded.
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

/// Any history.
pub(crate) fn histories() -> impl Strategy<Value = History> {
    (vec(step(), 5..40), select(vec![1, 3]), any::<bool>()).prop_map(|(steps, attempts, stalled_last)| History {
        steps,
        attempts,
        stalled_last,
    })
}

fn step() -> impl Strategy<Value = Step> {
    let place = || 0..8_usize;
    // Some files more than others, so that workers get into each other's way.
    let key = || select(vec![0, 0, 0, 1, 1, 2, 3]);
    let events = || select(vec![1, 1, 1, 2]);
    prop_oneof![
        5 => (key(), file(), events()).prop_map(|(key, file, events)| Step::Put { key, file, events }),
        2 => (key(), events()).prop_map(|(key, events)| Step::Delete { key, events }),
        1 => Just(Step::Strange),
        8 => vec(place(), 1..4).prop_map(|messages| Step::Receive { messages }),
        // Bursts, so that one worker stalls while another runs far ahead.
        16 => (place(), place(), select(vec![1, 1, 2, 5, 20, 60]))
            .prop_map(|(worker, call, calls)| Step::Go { worker, call, calls }),
        4 => (place(), fault(), 1..5_usize).prop_map(|(worker, fault, calls)| Step::Harm { worker, fault, calls }),
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
            // A bad row of a sale that comes again is another question.
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
    let names = select(vec!["Ana", "Bo", "Cy"]);
    let teams = select(vec!["", "EMEA", "emea", "APAC"]);
    (select(dates), names, teams, -3..9_i32, 0..3_u8, prop::bool::weighted(0.1))
        .prop_map(|(date, name, team, amount, quantity, bad)| Row { date, name, team, amount, quantity, bad })
}
