//! A query: what a command asks for.

use standings_core::{Measure, Period, PeriodKind, report};

use super::word::quoted;

/// Rows of a board unless the command says otherwise.
pub(crate) const DEFAULT_ROWS: usize = 15;

/// Maximum rows of a board: a report keeps no more entries, and this many fit into a message even with long names.
pub(crate) const MAX_ROWS: usize = report::MAX_ENTRIES;

/// What a command asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Query {
    pub(crate) subject: Subject,
    pub(crate) period: Asked,
    /// Rows of the board, from 1 to [`MAX_ROWS`].
    pub(crate) rows: usize,
    pub(crate) measure: Measure,
    /// Whether the reply is posted to the channel instead of only to the user who typed the command.
    pub(crate) share: bool,
    /// Where the query differs from what was typed.
    pub(crate) notes: Vec<Note>,
}

/// What a query is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    /// The board of the company.
    Company,
    /// The board of a team, by the name as it was typed.
    Team(String),
    /// The place of the user who typed the command.
    Me,
    /// The salesperson that the user is from now on, by the name as it was typed; `None` to forget it.
    MeIs(Option<String>),
    /// The place of a salesperson, by a part of the name.
    Find(String),
    /// The teams of a period.
    Teams,
    /// The periods with sales: those of a kind, or of all kinds.
    Periods(Option<PeriodKind>),
    /// The last uploads.
    Status,
    /// How a file was read, by a part of its name; `None` if no name was typed.
    File(Option<String>),
    /// The command grammar.
    Help,
}

/// The period of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    /// The latest week with sales.
    Latest,
    /// A given period.
    At(Period),
    /// Words with the form of a period that does not exist and has no nearest one.
    Invalid(String),
}

/// A difference between a query and what was typed. The reply mentions it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Note {
    /// The number of rows was out of range.
    Rows,
    /// The typed period or date does not exist; the query uses the nearest period.
    Nearest(String, Period),
    /// Several periods were asked for together; the query uses one.
    Single(String, Period),
    /// A person was looked for in a team; the query searches the whole company.
    WholeCompany,
}

impl Query {
    /// Returns the command text for this query in a period, for buttons. [`Query::parse`] is its inverse, except for
    /// notes.
    pub(crate) fn text(&self, period: Period) -> String {
        let subject = match &self.subject {
            Subject::Company => String::new(),
            Subject::Team(team) => quoted(team),
            Subject::Me => "me".to_owned(),
            Subject::MeIs(None) => "forget me".to_owned(),
            Subject::MeIs(Some(name)) => format!("me is {}", quoted(name)),
            Subject::Find(name) => format!("find {}", quoted(name)),
            Subject::Teams => "teams".to_owned(),
            Subject::Periods(None) => "periods".to_owned(),
            Subject::Periods(Some(kind)) => format!("{}s", kind.name()),
            Subject::Status => "status".to_owned(),
            Subject::File(None) => "file".to_owned(),
            Subject::File(Some(name)) => format!("file {}", quoted(name)),
            Subject::Help => "help".to_owned(),
        };
        let measure = match self.measure {
            Measure::Amount => "",
            Measure::Deals => "by deals",
            Measure::Units => "by units",
        };
        let rows = if self.rows == DEFAULT_ROWS { String::new() } else { format!("top {}", self.rows) };
        let share = if self.share { "share" } else { "" };
        // The subject comes last: after `me is`, `find` and `file` every word belongs to the name.
        let phrases = [period.to_string(), rows, measure.to_owned(), share.to_owned(), subject];
        phrases.into_iter().filter(|phrase| !phrase.is_empty()).collect::<Vec<_>>().join(" ")
    }
}
