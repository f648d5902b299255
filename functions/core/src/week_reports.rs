//! Computation of all reports of a week from the ledger.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::board::Board;
use crate::contribution::WeekLedger;
use crate::ranking::{Ranking, Rankings};
use crate::report::{self, Report};
use crate::roster::Roster;
use crate::week::Week;

/// The reports of one week: one per board that has sales, and the roster of everyone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WeekReports {
    /// Reports by board. The company always has one, even if nothing was sold.
    pub boards: BTreeMap<Board, Report>,
    /// Everyone on the company board, for commands about one person.
    pub roster: Roster,
}

impl WeekReports {
    /// Ranks all boards of `week` from its ledger. Movement and change compare with `previous`, the ledger of the
    /// previous week.
    #[must_use]
    pub fn compute(
        week: Week,
        ledger: &WeekLedger,
        previous: &WeekLedger,
        currency: &str,
        computed_at: Timestamp,
    ) -> Self {
        let Rankings { company, teams, teams_without_board } = Rankings::of(&ledger.total, &previous.total);
        let report = |ranking: Ranking, name: Option<&str>| Report {
            total: ranking.total,
            previous_total: ranking.previous_total,
            salespeople: u32::try_from(ranking.entries.len()).unwrap_or(u32::MAX),
            entries: ranking.entries,
            files: ledger.files,
            rejected_files: ledger.rejected_files,
            rows: ledger.total.rows,
            skipped_rows: ledger.total.skipped_rows,
            teams_without_board,
            ..Report::empty(week, name, currency, computed_at)
        };

        let names: Vec<&str> = teams.values().map(|(name, _)| name.as_str()).collect();
        // Only the company's report names all teams: otherwise writes would grow with the square of their number.
        let mut company = report(company, None);
        company.name_teams(&names, report::MAX_TEAMS_BYTES);
        let few = names.len() <= report::FEW_TEAMS;
        let few: &[&str] = if few { &names } else { &[] };
        let mut boards = BTreeMap::new();
        for (board, (name, ranking)) in &teams {
            let mut report = report(ranking.clone(), Some(name));
            report.name_teams(few, report::FEW_TEAMS_BYTES);
            report.keep_the_best();
            boards.insert(board.clone(), report);
        }
        let roster = Roster::of(company.clone(), &ledger.total);
        company.keep_the_best();
        boards.insert(Board::Company, company);
        Self { boards, roster }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contribution::{Contribution, Person, Tally};
    use crate::decimal::Decimal;
    use crate::measure::Measure;
    use crate::stored::DecodeError;

    fn ledger(people: u32) -> WeekLedger {
        let mut total = Contribution { rows: people.into(), ..Contribution::default() };
        for i in 0..people {
            let tally = Tally {
                amount: Decimal::from_ten_thousandths(i128::from(i) * 1_234_500),
                deals: 3,
                units: Decimal::ZERO,
            };
            let team = ["EMEA", "APAC", ""][i as usize % 3].to_owned();
            let person = Person { deals: 3, teams: [(team, tally)].into(), slack_user_id: None };
            total.people.add(&format!("Person Number {i}"), 3, person);
        }
        WeekLedger { total, files: 2, rejected_files: 0 }
    }

    fn reports(people: u32) -> BTreeMap<Board, Report> {
        let week = "2026-W47".parse().unwrap();
        WeekReports::compute(week, &ledger(people), &ledger(people), "USD", Timestamp::UNIX_EPOCH).boards
    }

    #[test]
    fn a_report_keeps_a_hundred_entries_per_measure_and_counts_everyone() {
        let reports = reports(300);
        let company = &reports[&Board::Company];
        // Deals and units are equal for all, so the first names rank highest by them.
        assert_eq!((company.entries[99].rank, company.salespeople), (100, 300));
        assert!(company.entries.len() <= 200, "{}", company.entries.len());
        assert_eq!(company.teams, ["APAC", "EMEA"]);
        assert_eq!(company.total, company.previous_total);
        assert_eq!(reports.len(), 3);
        let size = |people| self::reports(people)[&Board::Company].encode().unwrap().len();
        assert!(size(100) < 8 * 1024, "100 people fit into one eventually consistent read unit");
        assert!(size(3000) < 24 * 1024, "a report never takes more than three");
    }

    #[test]
    fn entries_that_rank_high_by_another_measure_are_kept() {
        let week = "2026-W47".parse().unwrap();
        let mut ledger = ledger(300);
        for (name, deals) in [("Person Number 0", 900), ("Person Number 1", 800), ("Person Number 299", 1)] {
            ledger.total.people.get_mut(name).unwrap().deals = deals;
        }
        let mut reports = WeekReports::compute(week, &ledger, &ledger, "USD", Timestamp::UNIX_EPOCH);
        let company = reports.boards.remove(&Board::Company).unwrap();
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
    fn the_stored_form_round_trips_and_a_newer_version_is_refused() {
        let report = reports(5).remove(&Board::Company).unwrap();
        let text = report.encode().unwrap();
        assert_eq!(Report::decode(&text).unwrap(), report);
        let newer = text.replace("\"version\":1", "\"version\":2");
        assert!(matches!(Report::decode(&newer), Err(DecodeError::Newer(2))));
        assert!(matches!(Report::decode("{\"version\":9,\"other\":1}"), Err(DecodeError::Newer(9))));
        assert!(matches!(Report::decode("{\"version\":1}"), Err(DecodeError::Damaged(_))));
    }
}
