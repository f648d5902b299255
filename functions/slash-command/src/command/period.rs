//! Periods in a command.

use super::day;
use super::longer;
use super::query::{Asked, Note};
use super::week;
use super::word::Word;
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
    week::week(words, today.date).or_else(|| day::days(words, today)).or_else(|| longer::longer(words, today))
}
