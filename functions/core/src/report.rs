//! Reports: the finished ranking of one week and one board, as Slack users read it.

use std::collections::HashSet;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::decimal::Decimal;
use crate::entry::Entry;
use crate::measure::Measure;
use crate::stored::{self, DecodeError};
use crate::week::Week;

/// A report keeps so many entries, the best by each measure: as many as Slack shows rows.
pub const MAX_ENTRIES: usize = 100;

/// The finished ranking of one week and one board.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// The week.
    pub week: Week,
    /// Its first day.
    pub monday: Date,
    /// Its last day.
    pub sunday: Date,
    /// The team's name as it is shown; `None` for the company.
    pub team: Option<String>,
    /// The organisation's currency (ISO 4217).
    pub currency: String,
    /// The sum of all amounts, also of those beyond the entries kept here.
    pub total: Decimal,
    /// The sum of all amounts of this board in the week before.
    pub previous_total: Decimal,
    /// The best by amount, with those among the best [`MAX_ENTRIES`] by deals or by units.
    pub entries: Vec<Entry>,
    /// The number of salespeople on this board.
    pub salespeople: u32,
    /// The files that have rows in this week.
    pub files: u32,
    /// The files of this week that cannot be read.
    pub rejected_files: u32,
    /// The rows that counted.
    pub rows: u64,
    /// The rows that were skipped.
    pub skipped_rows: u64,
    /// The names of all teams of this week.
    pub teams: Vec<String>,
    /// When this was computed.
    pub computed_at: Timestamp,
}

impl Report {
    /// The report of a board that has no sales in `week`.
    #[must_use]
    pub fn empty(week: Week, team: Option<&str>, currency: &str, computed_at: Timestamp) -> Self {
        Self {
            week,
            monday: week.monday(),
            sunday: week.sunday(),
            team: team.map(str::to_owned),
            currency: currency.to_owned(),
            total: Decimal::ZERO,
            previous_total: Decimal::ZERO,
            entries: Vec::new(),
            salespeople: 0,
            files: 0,
            rejected_files: 0,
            rows: 0,
            skipped_rows: 0,
            teams: Vec::new(),
            computed_at,
        }
    }

    /// The same report with its entries ranked by another measure; it comes ranked by amount.
    #[must_use]
    pub fn by(mut self, measure: Measure) -> Self {
        for entry in &mut self.entries {
            entry.previous_rank = match measure {
                Measure::Amount => entry.previous_rank,
                Measure::Deals => entry.previous_rank_by_deals,
                Measure::Units => entry.previous_rank_by_units,
            };
        }
        measure.rank(&mut self.entries);
        self
    }

    /// Leaves out whoever is not among the best [`MAX_ENTRIES`] by any measure.
    pub(crate) fn keep_the_best(&mut self) {
        if self.entries.len() <= MAX_ENTRIES {
            return;
        }
        let mut best: HashSet<String> = HashSet::new();
        let mut entries = self.entries.clone();
        for measure in Measure::ALL {
            measure.rank(&mut entries);
            best.extend(entries[..MAX_ENTRIES].iter().map(|entry| entry.name.clone()));
        }
        self.entries.retain(|entry| best.contains(&entry.name));
    }

    /// The stored form.
    ///
    /// # Errors
    ///
    /// None in practice: every field has a form in JSON.
    pub fn encode(&self) -> Result<String, serde_json::Error> {
        stored::encode(self)
    }

    /// Reads the stored form.
    ///
    /// # Errors
    ///
    /// Where the text is damaged, or newer than this code.
    pub fn decode(text: &str) -> Result<Self, DecodeError> {
        stored::decode(text.as_bytes())
    }
}
