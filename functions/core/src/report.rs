//! Reports: the finished ranking of one week and one board, as Slack users read it.

use std::collections::{BTreeMap, HashSet};

use jiff::Timestamp;
use jiff::civil::Date;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::board::Board;
use crate::contribution::{Tally, WeekLedger};
use crate::decimal::Decimal;
use crate::measure::Measure;
use crate::ranking;
use crate::roster::Roster;
use crate::week::Week;

/// A report keeps so many entries, the best by each measure: as many as Slack shows rows.
pub const MAX_ENTRIES: usize = 100;

/// The version of the stored form. A reader refuses a newer one rather than misread it.
pub(crate) const VERSION: u32 = 1;

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

/// One line of a ranking.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Row", into = "Row")]
pub struct Entry {
    /// The place; equal amounts share it.
    pub rank: u32,
    /// The salesperson.
    pub name: String,
    /// Their team, if they have one.
    pub team: Option<String>,
    /// What they sold, in the organisation's currency.
    pub amount: Decimal,
    /// The number of deals.
    pub deals: u64,
    /// The units sold.
    pub units: Decimal,
    /// The place on the same board in the week before, by the same measure; `None` where they were not on it.
    pub previous_rank: Option<u32>,
    /// The place by deals in the week before.
    pub previous_rank_by_deals: Option<u32>,
    /// The place by units in the week before.
    pub previous_rank_by_units: Option<u32>,
}

/// An entry as it is stored: a row without names, so that a hundred of them stay near one read unit of 4 KB.
type Row = (u32, String, Option<String>, Decimal, u64, Decimal, Option<(u32, u32, u32)>);

/// Why a stored report cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// It was written by a newer version of Standings.
    #[error(
        "the report has version {0}; this function reads version {VERSION}. Deploy both functions from the same commit"
    )]
    Newer(u32),
    /// It is not what was once written.
    #[error("the report is damaged: {0}. A rebuild writes it anew")]
    Damaged(#[from] serde_json::Error),
    /// It was compressed, and cannot be unpacked.
    #[error("the report is damaged: {0}. A rebuild writes it anew")]
    Packed(#[from] std::io::Error),
}

/// The stored form.
#[derive(Serialize, Deserialize)]
pub(crate) struct Versioned<T> {
    pub(crate) version: u32,
    #[serde(flatten)]
    pub(crate) report: T,
}

impl Entry {
    /// An entry that has no rank yet.
    #[must_use]
    pub(crate) fn new(name: &str, team: &str, tally: Tally) -> Self {
        Self {
            rank: 0,
            name: name.to_owned(),
            team: (!team.is_empty()).then(|| team.to_owned()),
            amount: tally.amount,
            deals: tally.deals,
            units: tally.units,
            previous_rank: None,
            previous_rank_by_deals: None,
            previous_rank_by_units: None,
        }
    }
}

impl Report {
    /// Computes the reports of all boards that have sales in `week`, and its roster, from its ledger and that of the
    /// week before. The company has one always, also where nothing was sold.
    #[must_use]
    pub fn compute(
        week: Week,
        ledger: &WeekLedger,
        previous: &WeekLedger,
        currency: &str,
        computed_at: Timestamp,
    ) -> (BTreeMap<Board, Self>, Roster) {
        let teams = ranking::teams(&ledger.total);
        let names: Vec<String> = teams.values().map(|&name| name.to_owned()).collect();
        let boards =
            std::iter::once((Board::Company, None)).chain(teams.into_iter().map(|(board, name)| (board, Some(name))));
        let mut roster = Roster::empty(week, currency, computed_at);
        let reports = boards
            .map(|(board, name)| {
                let ranking = ranking::rank(&board, &ledger.total, &previous.total);
                let mut report = Self {
                    total: ranking.total,
                    previous_total: ranking.previous_total,
                    salespeople: u32::try_from(ranking.entries.len()).unwrap_or(u32::MAX),
                    entries: ranking.entries,
                    files: ledger.files,
                    rejected_files: ledger.rejected_files,
                    rows: ledger.total.rows,
                    skipped_rows: ledger.total.skipped_rows,
                    teams: names.clone(),
                    ..Self::empty(week, name, currency, computed_at)
                };
                if board == Board::Company {
                    roster = Roster::of(report.clone(), &ledger.total);
                }
                report.keep_the_best();
                (board, report)
            })
            .collect();
        (reports, roster)
    }

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
    fn keep_the_best(&mut self) {
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
        serde_json::to_string(&Versioned { version: VERSION, report: self })
    }

    /// Reads the stored form.
    ///
    /// # Errors
    ///
    /// Where the text is damaged, or newer than this code.
    pub fn decode(text: &str) -> Result<Self, DecodeError> {
        decode(text.as_bytes())
    }
}

/// Reads a stored form of this version.
pub(crate) fn decode<T: DeserializeOwned>(text: &[u8]) -> Result<T, DecodeError> {
    #[derive(Deserialize)]
    struct Version {
        version: u32,
    }
    match serde_json::from_slice::<Versioned<T>>(text) {
        Ok(stored) if stored.version == VERSION => Ok(stored.report),
        Ok(stored) => Err(DecodeError::Newer(stored.version)),
        Err(error) => match serde_json::from_slice::<Version>(text) {
            Ok(Version { version }) if version > VERSION => Err(DecodeError::Newer(version)),
            _ => Err(error.into()),
        },
    }
}

impl From<Row> for Entry {
    fn from((rank, name, team, amount, deals, units, previous): Row) -> Self {
        let (previous_rank, previous_rank_by_deals, previous_rank_by_units) =
            previous.map_or((None, None, None), |(a, b, c)| (Some(a), Some(b), Some(c)));
        Self { rank, name, team, amount, deals, units, previous_rank, previous_rank_by_deals, previous_rank_by_units }
    }
}

impl From<Entry> for Row {
    fn from(entry: Entry) -> Self {
        let previous = entry.previous_rank.zip(entry.previous_rank_by_deals).zip(entry.previous_rank_by_units);
        let previous = previous.map(|((by_amount, by_deals), by_units)| (by_amount, by_deals, by_units));
        (entry.rank, entry.name, entry.team, entry.amount, entry.deals, entry.units, previous)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contribution::{Contribution, Person};

    fn ledger(people: u32) -> WeekLedger {
        let mut total = Contribution { rows: people.into(), ..Contribution::default() };
        for i in 0..people {
            let tally = Tally {
                amount: Decimal::from_ten_thousandths(i128::from(i) * 1_234_500),
                deals: 3,
                units: Decimal::ZERO,
            };
            let team = ["EMEA", "APAC", ""][i as usize % 3].to_owned();
            total.people.insert(
                format!("Person Number {i}"),
                Person { deals: 3, teams: [(team, tally)].into(), slack_user_id: None },
            );
        }
        WeekLedger { total, files: 2, rejected_files: 0 }
    }

    fn reports(people: u32) -> BTreeMap<Board, Report> {
        let week = "2026-W47".parse().unwrap();
        Report::compute(week, &ledger(people), &ledger(people), "USD", Timestamp::UNIX_EPOCH).0
    }

    #[test]
    fn a_report_keeps_the_best_hundred_and_counts_all() {
        let reports = reports(300);
        let company = &reports[&Board::Company];
        // The deals and units are all the same, so that by them the first by name are the best.
        assert_eq!((company.entries[99].rank, company.salespeople), (100, 300));
        assert!(company.entries.len() <= 200, "{}", company.entries.len());
        assert_eq!(company.teams, ["APAC", "EMEA"]);
        assert_eq!(company.total, company.previous_total);
        assert_eq!(reports.len(), 3);
        let size = |people| self::reports(people)[&Board::Company].encode().unwrap().len();
        assert!(size(100) < 8 * 1024, "up to a hundred people fit into one read unit, eventually consistent");
        assert!(size(3000) < 24 * 1024, "however many there are, it is three at most");
    }

    #[test]
    fn whoever_is_best_by_another_measure_is_kept() {
        let week = "2026-W47".parse().unwrap();
        let mut ledger = ledger(300);
        for (name, deals) in [("Person Number 0", 900), ("Person Number 1", 800), ("Person Number 299", 1)] {
            ledger.total.people.get_mut(name).unwrap().deals = deals;
        }
        let (mut reports, _) = Report::compute(week, &ledger, &ledger, "USD", Timestamp::UNIX_EPOCH);
        let company = reports.remove(&Board::Company).unwrap();
        assert_eq!(company.entries[0].name, "Person Number 299");
        let by_deals = Report::decode(&company.encode().unwrap()).unwrap().by(Measure::Deals);
        let best: Vec<_> = by_deals.entries[..4].iter().map(|e| (e.rank, e.name.as_str(), e.previous_rank)).collect();
        assert_eq!(
            best,
            [
                (1, "Person Number 0", Some(1)),
                (2, "Person Number 1", Some(2)),
                (3, "Person Number 10", Some(3)),
                (3, "Person Number 100", Some(3)),
            ]
        );
        assert_eq!(company.entries.iter().map(|entry| entry.rank).max(), Some(300));
    }

    #[test]
    fn a_week_without_sales_has_an_empty_report() {
        let reports = reports(0);
        assert_eq!(reports.keys().collect::<Vec<_>>(), [&Board::Company]);
        assert!(reports[&Board::Company].entries.is_empty());
    }

    #[test]
    fn the_stored_form_comes_back_and_a_newer_one_is_refused() {
        let report = reports(5).remove(&Board::Company).unwrap();
        let text = report.encode().unwrap();
        assert_eq!(Report::decode(&text).unwrap(), report);
        let newer = text.replace("\"version\":1", "\"version\":2");
        assert!(matches!(Report::decode(&newer), Err(DecodeError::Newer(2))));
        assert!(matches!(Report::decode("{\"version\":9,\"other\":1}"), Err(DecodeError::Newer(9))));
        assert!(matches!(Report::decode("{\"version\":1}"), Err(DecodeError::Damaged(_))));
    }
}
