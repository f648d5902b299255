//! Dates whose day and month Excel has swapped: it opened a file with the day first as if the month were first. 5/11/2026 became
//! a date in May, and 16/11/2026, which has no such month, stayed a text.

use standings_core::explanation::quoted;
use standings_core::{Explanation, explain};

use super::cell::Value;
use crate::sales_file::{ReadError, rejected};

/// Minimum dates and texts that leave no doubt.
const MANY: u64 = 2;

/// What the dates of a sheet look like.
pub(super) struct Dates {
    /// Their column in a batch.
    pub(super) column: Option<usize>,
    /// Dates with a day up to 12, which may be a month, and whether there are others.
    early: u64,
    has_late: bool,
    /// Texts whose first or second number can only be the day, with the first of them, and whether there are others.
    texts: u64,
    example: Option<(u64, String)>,
    has_other_texts: bool,
}

impl Dates {
    pub(super) const fn new(column: Option<usize>) -> Self {
        Self { column, early: 0, has_late: false, texts: 0, example: None, has_other_texts: false }
    }

    pub(super) fn add(&mut self, line: u64, date: Option<&Value>) {
        let Some(Value { text, is_date, .. }) = date else { return };
        if *is_date {
            let is_early = text.get(8..10).and_then(|day| day.parse::<u8>().ok()).is_some_and(|day| day <= 12);
            self.early += u64::from(is_early);
            self.has_late |= !is_early;
            return;
        }
        let mut numbers = text.split(['/', '-', '.']).map(|number| number.trim().parse::<u8>().ok());
        match (numbers.next().flatten(), numbers.next().flatten()) {
            (Some(first), Some(second)) if first > 12 || second > 12 => {
                self.texts += 1;
                self.example.get_or_insert_with(|| (line, text.clone()));
            }
            (Some(_), Some(_)) => self.has_other_texts = true,
            _ => {}
        }
    }

    /// Points out dates that are probably swapped.
    ///
    /// # Errors
    ///
    /// If there are many.
    pub(super) fn swapped(&self) -> Result<Option<Explanation>, ReadError> {
        let Some((line, text)) =
            self.example.as_ref().filter(|_| self.early > 0 && !self.has_late && !self.has_other_texts)
        else {
            return Ok(None);
        };
        let problem = explain![
            "no date of the sheet has a day after the 12th, except those that are text, such as ",
            quoted(text),
            " on row ",
            *line,
            ": Excel has probably swapped day and month of the others when it opened the file. Upload the original file, or \
             import it into Excel with the right order of dates",
        ];
        if self.early >= MANY && self.texts >= MANY { Err(rejected(problem)) } else { Ok(Some(problem)) }
    }
}
