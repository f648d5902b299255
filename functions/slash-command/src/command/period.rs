//! Periods in a command.

use standings_core::{Period, PeriodKind};

use super::day;
use super::longer;
use super::part_of;
use super::query::{Asked, Note};
use super::span;
use super::week;
use super::word::{Word, typed};
use crate::today::Today;

/// A period that was found at the start of some words.
pub(super) struct PeriodMatch {
    pub(super) period: Asked,
    pub(super) note: Option<Note>,
    /// Number of words that the period consists of.
    pub(super) words: usize,
    /// Whether it is the name of a month or of a day of the week alone, which may also be that of a person.
    pub(super) is_bare: bool,
}

impl PeriodMatch {
    pub(super) fn new(period: Asked, words: usize) -> Self {
        Self { period, note: None, words, is_bare: false }
    }
}

/// Returns the period at the start of `words`, if there is one. Weeks and days come first: "Nov 20" is not November.
pub(super) fn period(words: &[Word], today: Today) -> Option<PeriodMatch> {
    if let [since, after @ ..] = words
        && matches!(since.key.as_str(), "since" | "after")
    {
        let found = period(after, today)?;
        let first_day = match (&found.note, &found.period) {
            (Some(Note::Day(day, _) | Note::Ambiguous(_, day)), _) => *day,
            (_, Asked::At(period)) => period.first_day(),
            _ => return Some(PeriodMatch { words: found.words + 1, ..found }),
        };
        // The shortest running period with that day, up to which there is all.
        let of_kind = |kind| today.running(kind).filter(|period| period.contains(first_day));
        let period = PeriodKind::ALL
            .into_iter()
            .find_map(of_kind)
            .or_else(|| Period::of(PeriodKind::Year, first_day, today.calendar))?;
        let is_whole = period.first_day() == first_day && since.key == "since";
        let note = (!is_whole).then(|| Note::Single(typed(&words[..=found.words]), period));
        return Some(PeriodMatch { note, ..PeriodMatch::new(Asked::At(period), found.words + 1) });
    }
    part_of::part_of(words, today)
        .or_else(|| span::span(words, today))
        .or_else(|| single(words, today))
        .or_else(|| inexact(words, today))
}

/// Parses `up to september`, `mid november` and `end of Q3`. A ranking is of the whole period.
fn inexact(words: &[Word], today: Today) -> Option<PeriodMatch> {
    let key = |index: usize| words.get(index).map_or("", |word| word.key.as_str());
    let used = match (key(0), key(1)) {
        ("up", "to") | ("end" | "beginning" | "start" | "middle", "of") => 2,
        ("until" | "till" | "through" | "before" | "mid" | "early" | "late", _) => 1,
        _ => return None,
    };
    let article = usize::from(key(used) == "the");
    let found = single(words.get(used + article..)?, today)?;
    let Asked::At(period) = found.period else { return None };
    let words = &words[..used + article + found.words];
    Some(PeriodMatch {
        note: Some(Note::Single(typed(words), period)),
        ..PeriodMatch::new(Asked::At(period), words.len())
    })
}

/// Returns the period at the start of `words` that is named by itself, not as a part of another one or by the ends of a span.
pub(super) fn single(words: &[Word], today: Today) -> Option<PeriodMatch> {
    week::week(words, today.date).or_else(|| day::days(words, today)).or_else(|| longer::longer(words, today))
}
