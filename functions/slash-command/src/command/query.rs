//! A query: what a command asks for.

use jiff::civil::Date;
use standings_core::{Measure, Period, PeriodKind, Week, report};

use super::word::quoted;

/// Rows of a board unless the command says otherwise.
pub(crate) const DEFAULT_ROWS: usize = 15;

/// Rows at the end of a board, likewise.
pub(crate) const LAST_ROWS: usize = 5;

/// Maximum rows of a board: a report keeps no more entries, and this many fit into a message even with long names.
pub(crate) const MAX_ROWS: usize = report::MAX_ENTRIES;

/// What a command asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Query {
    pub(crate) subject: Subject,
    pub(crate) period: Asked,
    /// Rows of the board, from 1 to [`MAX_ROWS`].
    pub(crate) rows: usize,
    /// What of the board is shown.
    pub(crate) part: Part,
    pub(crate) measure: Measure,
    /// Whether a table has all columns, even if a phone wraps its rows.
    pub(crate) wide: bool,
    /// Whether the reply is posted to the channel instead of only to the user who typed the command.
    pub(crate) share: bool,
    /// Where the query differs from what was typed.
    pub(crate) notes: Vec<Note>,
    /// Another reading of the words, where the name of a month or of a day may be that of a person ("april jones").
    pub(crate) alternative: Option<Box<Query>>,
}

/// Returns the phrase that asks for a measure, empty for the amount.
pub(crate) const fn phrase_of(measure: Measure) -> &'static str {
    match measure {
        Measure::Amount => "",
        Measure::Deals => "by deals",
        Measure::Units => "by units",
    }
}

/// What of a board is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Part {
    /// The first rows.
    #[default]
    Best,
    /// The last rows.
    Last,
    /// The total alone.
    Total,
    /// The totals of the last periods.
    Trend,
    /// Everyone, as a file.
    File,
    /// Those that were named, to compare them. Found when the names are looked up.
    Compared,
}

/// What a query is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    /// The board of the company.
    Company,
    /// The board of a team or the place of a salesperson.
    Named(Name),
    /// The place of a user of Slack who was mentioned, with the name that the mention had.
    User(String, Option<String>),
    /// The place of the user who typed the command.
    Me,
    /// The board of the team of the user who typed the command.
    MyTeam,
    /// Places that are compared, of which at least one is that of a user of Slack.
    Versus(Vec<Side>),
    /// The salesperson that the user is from now on.
    MeIs(Introduction),
    /// Forgets which salesperson the user is.
    ForgetMe,
    /// The place of a salesperson, by a part of the name.
    Find(String),
    /// The ranking of the teams.
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

/// Somebody who is compared with others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    /// The user who typed the command.
    Asker,
    /// A user of Slack who was mentioned, with the name that the mention had.
    User(String, Option<String>),
    /// A salesperson, by a part of the name.
    Named(String),
}

/// Words that name a team or a salesperson.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Name {
    /// The words without those that add nothing, such as "show me the". Empty if there are no others.
    pub(crate) core: String,
    /// All words as typed, since a team may be called "The Sales".
    pub(crate) typed: String,
}

impl Name {
    /// A name with no words around it.
    pub(crate) fn new(name: impl Into<String>) -> Self {
        let core = name.into();
        Self { typed: core.clone(), core }
    }
}

/// What a user said about who they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Introduction {
    pub(crate) name: String,
    /// Whether it was said in words that mean nothing else (`me is`). After "i am" may come anything.
    pub(crate) is_plain: bool,
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
    /// Several periods were asked for together, or one of another length; the query uses one.
    Single(String, Period),
    /// A day was asked for; the query uses its week.
    Day(Date, Week),
    /// A date that can be read in two ways was read as this day.
    Ambiguous(String, Date),
    /// A person was looked for in a team; the query searches the whole company.
    WholeCompany,
    /// A file of a team or a person was asked for; it has the whole company.
    WholeFile,
    /// Words that look like a slip were read as this period.
    Slip(String, Period),
    /// Words that were not used.
    Unused(String),
    /// Names that are compared and have no sales in the period.
    NoSalesOf(Vec<String>),
    /// Only rankings can be shared.
    NotShared,
    /// Sharing was asked about, refused, or meant for others than this channel.
    NothingPosted,
    /// A single deal was asked for; the query ranks by the number of deals.
    SingleDeals,
    /// The display name of a mention was read as this person.
    Mention(String, String),
}

impl Note {
    /// Returns the note about words that were not used, if there are any.
    pub(crate) fn unused(words: String) -> Option<Self> {
        (!words.is_empty()).then_some(Self::Unused(words))
    }

    /// Returns whether the note explains the period of a query.
    pub(super) const fn is_about_period(&self) -> bool {
        matches!(self, Self::Nearest(..) | Self::Single(..) | Self::Day(..) | Self::Ambiguous(..) | Self::Slip(..))
    }
}

impl Side {
    fn text(&self) -> String {
        match self {
            Self::Asker => "me".to_owned(),
            Self::User(id, _) => format!("<@{id}>"),
            Self::Named(name) => quoted(name),
        }
    }
}

impl Subject {
    /// Returns whether the answer has sales in it.
    pub(crate) const fn is_of_sales(&self) -> bool {
        !matches!(self, Self::MeIs(_) | Self::ForgetMe | Self::Periods(_) | Self::Status | Self::File(_) | Self::Help)
    }

    /// A team or salesperson by a name that is not to be read in any other way.
    pub(crate) fn named(name: impl Into<String>) -> Self {
        Self::Named(Name::new(name))
    }
}

impl Query {
    /// Returns the phrase about the rows, if they are not the default.
    pub(crate) fn text_of_rows(&self) -> String {
        match (self.part, self.rows) {
            (Part::Best, DEFAULT_ROWS) | (Part::Compared, _) => String::new(),
            (Part::Best, rows) => format!("top {rows}"),
            (Part::Last, LAST_ROWS) => "bottom".to_owned(),
            (Part::Last, rows) => format!("bottom {rows}"),
            (Part::Total, _) => "total".to_owned(),
            (Part::Trend, _) => "trend".to_owned(),
            (Part::File, _) => "csv".to_owned(),
        }
    }

    /// Returns the command text for this query in a period, for buttons. [`Query::parse`] is its inverse, except for
    /// notes.
    pub(crate) fn text(&self, period: Period) -> String {
        let subject = match &self.subject {
            Subject::Company => String::new(),
            Subject::Named(Name { core, .. }) => quoted(core),
            Subject::User(id, _) => format!("<@{id}>"),
            Subject::Me => "me".to_owned(),
            Subject::MyTeam => "my team".to_owned(),
            Subject::Versus(sides) => sides.iter().map(Side::text).collect::<Vec<_>>().join(" vs "),
            Subject::ForgetMe => "forget me".to_owned(),
            Subject::MeIs(Introduction { name, .. }) => format!("me is {}", quoted(name)),
            Subject::Find(name) => format!("find {}", quoted(name)),
            Subject::Teams => "teams".to_owned(),
            Subject::Periods(None) => "periods".to_owned(),
            Subject::Periods(Some(kind)) => format!("{}s", kind.name()),
            Subject::Status => "status".to_owned(),
            Subject::File(None) => "file".to_owned(),
            Subject::File(Some(name)) => format!("file {}", quoted(name)),
            Subject::Help => "help".to_owned(),
        };
        let measure = phrase_of(self.measure);
        let rows = self.text_of_rows();
        let wide = if self.wide { "wide" } else { "" };
        let share = if self.share { "share" } else { "" };
        // The subject comes last: after `me is`, `find` and `file` every word belongs to the name.
        let phrases = [period.to_string(), rows, measure.to_owned(), wide.to_owned(), share.to_owned(), subject];
        phrases.into_iter().filter(|phrase| !phrase.is_empty()).collect::<Vec<_>>().join(" ")
    }
}
