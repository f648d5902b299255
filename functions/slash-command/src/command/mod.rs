//! Command grammar: the text after `/standings` becomes a [`Query`].
//!
//! A text is a sequence of phrases in any order: a period, `top N`, `by MEASURE`, `share`, `find NAME`, `file NAME`, or a single
//! word such as `teams`. The words that belong to no phrase, and are no mere fillers ("show me the"), are the name of a team
//! or of a person, so both can be typed as they are written. A name that looks like a phrase ("Last Week") goes into quotes. If
//! two periods are typed, the last one wins, and a note names the other.

mod day;
mod filler;
mod longer;
mod parse;
mod part_of;
mod period;
mod query;
mod rows;
mod span;
mod subject;
mod two_periods;
mod week;
mod word;

pub(crate) use self::filler::{is_between, negates};
pub(crate) use self::query::{
    Asked, DEFAULT_ROWS, Introduction, MAX_ROWS, Name, Note, Part, Query, Side, Subject, phrase_of,
};
pub(crate) use self::word::quoted;

use jiff::civil::Date;
use standings_core::{FiscalCalendar, Period};

use crate::locale::Locale;
use crate::today::Today;

/// Returns the period that a text names in one of the forms that a command takes, on the day `date`; `None` if it names
/// anything else, or a period that does not exist.
#[must_use]
pub fn period_of(text: &str, date: Date, calendar: FiscalCalendar) -> Option<Period> {
    match Query::parse(text, Today { date, calendar, date_order: None, locale: Locale::default() }) {
        Query { subject: Subject::Company, period: Asked::At(period), notes, .. } if notes.is_empty() => Some(period),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
