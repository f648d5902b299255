//! Reports: the precomputed ranking of one period and one board, from which the slash command answers with one read.

use std::collections::HashSet;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::decimal::Decimal;
use crate::entry::Entry;
use crate::measure::Measure;
use crate::period::Period;
use crate::stored::{self, DecodeError};

/// Entries kept by each measure. 100 rows are the most that a Slack table can show, and keep a report close to one read
/// unit.
pub const MAX_ENTRIES: usize = 100;

/// Maximum bytes of the names of teams in the company report, a quarter of an item: 500 names of ordinary length.
pub(crate) const MAX_TEAMS_BYTES: usize = 96 * 1024;

/// Teams up to which the reports of teams name all of them too: the most that fit into a select of Slack.
pub(crate) const FEW_TEAMS: usize = 99;

/// Maximum bytes of the names of teams in the report of a team.
pub(crate) const FEW_TEAMS_BYTES: usize = 4 * 1024;

/// Maximum size of the stored form. DynamoDB items are limited to 400 KB including the key.
const MAX_BYTES: usize = 380 * 1024;

/// The precomputed ranking of one period and one board.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Period of the report. Version 1 only had weeks.
    #[serde(alias = "week")]
    pub period: Period,
    /// Display name of the team. `None` for the company.
    pub team: Option<String>,
    /// The organization's currency (ISO 4217).
    pub currency: String,
    /// Sum of all amounts, including those of people whose entries are not kept.
    pub total: Decimal,
    /// Sum of all amounts of this board in the previous period.
    pub previous_total: Decimal,
    /// If the period was running at the time of computation: how far, and what the previous one had by then.
    #[serde(default)]
    pub so_far: Option<SoFar>,
    /// Entries ranked by amount: everyone who is among the first [`MAX_ENTRIES`] by at least one measure.
    pub entries: Vec<Entry>,
    /// Number of salespeople on this board.
    pub salespeople: u32,
    /// Number of files that have rows in this period. One with several segments has at least as many.
    pub files: u32,
    /// Number of rejected files that were uploaded in this period.
    pub rejected_files: u32,
    /// Number of rows that were counted.
    pub rows: u64,
    /// Number of rows that were skipped.
    pub skipped_rows: u64,
    /// Display names of the teams of this period that have a board. Of many or long ones the company report names as many
    /// as fit, and the report of a team none.
    pub teams: Vec<String>,
    /// Number of teams that have a board but are not in [`teams`](Self::teams).
    #[serde(default)]
    pub unnamed_teams: u32,
    /// Number of teams that have no board, because the period has too many.
    #[serde(default)]
    pub teams_without_board: u32,
    /// Whether the ledger was being migrated from an older version: files that were not ingested since are missing.
    #[serde(default)]
    pub is_migrating: bool,
    /// Time of computation.
    pub computed_at: Timestamp,
}

/// A running period, compared with the same days of the one before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SoFar {
    /// The day of computation, in the time zone of the organization.
    pub through: Date,
    /// Sum of the amounts of the board up to that day.
    pub total: Decimal,
    /// The day of the previous period that corresponds to it ([`Period::same_day_before`]).
    pub previous_through: Date,
    /// Sum of the amounts of the board in the previous period up to that day.
    pub previous_total: Decimal,
}

impl Report {
    /// Returns the report of a board without sales in `period`.
    #[must_use]
    pub fn empty(period: Period, team: Option<&str>, currency: &str, computed_at: Timestamp) -> Self {
        Self {
            period,
            team: team.map(str::to_owned),
            currency: currency.to_owned(),
            total: Decimal::ZERO,
            previous_total: Decimal::ZERO,
            so_far: None,
            entries: Vec::new(),
            salespeople: 0,
            files: 0,
            rejected_files: 0,
            rows: 0,
            skipped_rows: 0,
            teams: Vec::new(),
            unnamed_teams: 0,
            teams_without_board: 0,
            is_migrating: false,
            computed_at,
        }
    }

    /// Returns this report with its entries ranked by `measure`, and [`Entry::previous_rank`] by that measure too.
    ///
    /// Only for a report as it is stored, ranked by amount: the previous ranks by amount are overwritten.
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

    /// Returns the number of teams that have a board, named or not.
    #[must_use]
    pub fn team_count(&self) -> usize {
        self.teams.len() + self.unnamed_teams as usize
    }

    /// Names the teams of the period, as far as their names fit into `max_bytes`, and counts the others.
    pub(crate) fn name_teams(&mut self, names: &[&str], max_bytes: usize) {
        let mut bytes = 0;
        let fitting = names.iter().take_while(|name| {
            bytes += name.len();
            bytes <= max_bytes
        });
        self.teams = fitting.map(|name| (*name).to_owned()).collect();
        self.unnamed_teams = u32::try_from(names.len() - self.teams.len()).unwrap_or(u32::MAX);
    }

    /// Drops the entries that are not among the first [`MAX_ENTRIES`] by any measure.
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

    /// Returns the stored form. If very long names make it too large for an item, the entries with the lowest amounts
    /// are dropped, a fifth at a time.
    ///
    /// # Errors
    ///
    /// None in practice: every field has a JSON representation.
    pub fn encode(&self) -> Result<String, serde_json::Error> {
        let text = stored::encode(self)?;
        if text.len() <= MAX_BYTES || self.entries.is_empty() {
            return Ok(text);
        }
        let kept = self.entries.len() * 4 / 5;
        Self { entries: self.entries[..kept].to_vec(), ..self.clone() }.encode()
    }

    /// Parses the stored form.
    ///
    /// # Errors
    ///
    /// If the text is damaged or has a newer version than this code.
    pub fn decode(text: &str) -> Result<Self, DecodeError> {
        stored::decode(text.as_bytes())
    }
}
