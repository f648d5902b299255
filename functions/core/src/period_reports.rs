//! Computation of all reports of a period from the ledger.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::board::Board;
use crate::contribution::{Contribution, LedgerSum};
use crate::decimal::Decimal;
use crate::period::Period;
use crate::ranking::{Ranking, Rankings};
use crate::report::{self, Report, SoFar};
use crate::roster::Roster;

/// The reports of one period: one per board that has sales, and the roster of everyone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeriodReports {
    /// Reports by board. The company always has one, even if nothing was sold; the teams have one if there are any.
    pub boards: BTreeMap<Board, Report>,
    /// Everyone on the company board, for commands about one person.
    pub roster: Roster,
}

/// What reports are computed for.
#[derive(Clone, Copy, Debug)]
pub struct Computation<'a> {
    /// The period.
    pub period: Period,
    /// The organization's currency (ISO 4217).
    pub currency: &'a str,
    /// Today in the time zone of the organization.
    pub today: Date,
    /// Time of computation.
    pub computed_at: Timestamp,
    /// See [`Report::is_migrating`].
    pub is_migrating: bool,
}

impl PeriodReports {
    /// Ranks all boards of a period from its sum. Movement and change compare with `previous`, the sum of the previous
    /// period.
    #[must_use]
    pub fn compute(of: Computation<'_>, sum: &LedgerSum, previous: &LedgerSum) -> Self {
        let Rankings { company, by_team, teams, teams_without_board } = Rankings::of(&sum.total, &previous.total);
        let mut so_far = BoardsSoFar::of(of, &sum.total, &previous.total);
        let mut report = |board: &Board, ranking: Ranking, name: Option<&str>| Report {
            total: ranking.total,
            previous_total: ranking.previous_total,
            so_far: so_far.as_mut().map(|boards| boards.of_board(board)),
            salespeople: u32::try_from(ranking.entries.len()).unwrap_or(u32::MAX),
            entries: ranking.entries,
            files: sum.files,
            rejected_files: sum.rejected_files,
            rows: sum.total.rows,
            skipped_rows: sum.total.all_skipped_rows(),
            teams_without_board,
            is_migrating: of.is_migrating,
            ..Report::empty(of.period, name, of.currency, of.computed_at)
        };

        let names: Vec<&str> = teams.values().map(|(name, _)| name.as_str()).collect();
        // Only the company's report names all teams: otherwise writes would grow with the square of their number.
        let mut company = report(&Board::Company, company, None);
        company.name_teams(&names, report::MAX_TEAMS_BYTES);
        let few = names.len() <= report::FEW_TEAMS;
        let few: &[&str] = if few { &names } else { &[] };
        let mut boards = BTreeMap::new();
        for (board, (name, ranking)) in &teams {
            let mut report = report(board, ranking.clone(), Some(name));
            report.name_teams(few, report::FEW_TEAMS_BYTES);
            report.keep_the_best();
            boards.insert(board.clone(), report);
        }
        let roster = Roster::of(company.clone(), &sum.total);
        if !by_team.entries.is_empty() {
            let mut report = report(&Board::Teams, by_team, None);
            report.keep_the_best();
            boards.insert(Board::Teams, report);
        }
        company.keep_the_best();
        boards.insert(Board::Company, company);
        Self { boards, roster }
    }
}

/// The totals of all boards of a running period so far, and of the same days of the period before.
struct BoardsSoFar {
    through: Date,
    previous_through: Date,
    totals: BTreeMap<Board, (Decimal, Decimal)>,
}

impl BoardsSoFar {
    /// Returns the totals, or `None` if the period is not running.
    fn of(of: Computation<'_>, sum: &Contribution, previous: &Contribution) -> Option<Self> {
        let through = of.today;
        if !of.period.contains(through) {
            return None;
        }
        let previous_through = of.period.same_day_before(through);
        let mut totals: BTreeMap<Board, (Decimal, Decimal)> = BTreeMap::new();
        let mut add = |contribution: &Contribution, through: Date, is_previous: bool| {
            for (team, amount) in contribution.days.range(..=through).flat_map(|(_, teams)| teams) {
                let of_team = Board::team(team).into_iter().flat_map(|board| [Board::Teams, board]);
                for board in std::iter::once(Board::Company).chain(of_team) {
                    let (now, then) = totals.entry(board).or_default();
                    *(if is_previous { then } else { now }) += *amount;
                }
            }
        };
        add(sum, through, false);
        add(previous, previous_through, true);
        Some(Self { through, previous_through, totals })
    }

    fn of_board(&mut self, board: &Board) -> SoFar {
        let (total, previous_total) = self.totals.get(board).copied().unwrap_or_default();
        SoFar { through: self.through, total, previous_through: self.previous_through, previous_total }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contribution::{Person, Tally};
    use crate::measure::Measure;
    use crate::stored::DecodeError;

    fn ledger(people: u32) -> LedgerSum {
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
        LedgerSum { total, files: 2, rejected_files: 0 }
    }

    fn reports(people: u32) -> BTreeMap<Board, Report> {
        PeriodReports::compute(week(), &ledger(people), &ledger(people)).boards
    }

    fn week() -> Computation<'static> {
        computation("2026-W47", "2026-11-26")
    }

    fn computation(period: &str, today: &str) -> Computation<'static> {
        let (period, today) = (period.parse().unwrap(), today.parse().unwrap());
        Computation { period, currency: "USD", today, computed_at: Timestamp::UNIX_EPOCH, is_migrating: false }
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
        assert_eq!(reports.len(), 4);
        assert_eq!(reports[&Board::Teams].entries.len(), 2);
        let size = |people| self::reports(people)[&Board::Company].encode().unwrap().len();
        assert!(size(100) < 8 * 1024, "100 people fit into one eventually consistent read unit");
        assert!(size(3000) < 24 * 1024, "a report never takes more than three");
    }

    #[test]
    fn entries_that_rank_high_by_another_measure_are_kept() {
        let mut ledger = ledger(300);
        for (name, deals) in [("Person Number 0", 900), ("Person Number 1", 800), ("Person Number 299", 1)] {
            ledger.total.people.get_mut(name).unwrap().deals = deals;
        }
        let mut reports = PeriodReports::compute(week(), &ledger, &ledger);
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
        let newer = text.replace("\"version\":2", "\"version\":3");
        assert!(matches!(Report::decode(&newer), Err(DecodeError::Newer(3))));
        assert!(matches!(Report::decode("{\"version\":9,\"other\":1}"), Err(DecodeError::Newer(9))));
        assert!(matches!(Report::decode("{\"version\":2}"), Err(DecodeError::Damaged(_))));
    }

    #[test]
    fn a_running_period_is_compared_with_the_same_days_of_the_one_before() {
        let sum = |days: &[(&str, &str, &str)]| {
            let mut sum = LedgerSum::default();
            for (day, team, amount) in days {
                let tally = Tally { amount: amount.parse().unwrap(), deals: 1, units: Decimal::ZERO };
                let person = Person { deals: 1, teams: [((*team).to_owned(), tally)].into(), slack_user_id: None };
                sum.total.people.add("Ana", 1, person);
                sum.total.add_to_day(day.parse().unwrap(), team, tally.amount);
            }
            sum
        };
        let now = sum(&[("2026-11-02", "EMEA", "5"), ("2026-11-24", "emea", "7"), ("2026-11-25", "", "100")]);
        let before = sum(&[("2026-10-24", "EMEA", "4"), ("2026-10-25", "EMEA", "50"), ("2026-10-01", "APAC", "3")]);
        let so_far = |today: &str, board: Board| {
            let reports = PeriodReports::compute(computation("2026-11", today), &now, &before);
            let so_far = reports.boards[&board].so_far.clone();
            so_far.map(|so_far| format!("{} {} {}", so_far.total, so_far.previous_through, so_far.previous_total))
        };
        assert_eq!(so_far("2026-11-24", Board::Company).unwrap(), "12 2026-10-24 7");
        assert_eq!(so_far("2026-11-24", Board::team("EMEA").unwrap()).unwrap(), "12 2026-10-24 4");
        assert_eq!(so_far("2026-11-30", Board::Company).unwrap(), "112 2026-10-31 57");
        assert_eq!(so_far("2026-12-01", Board::Company), None);
    }

    #[test]
    fn reports_of_weeks_stored_by_the_version_before_are_read() {
        let report = reports(5).remove(&Board::Company).unwrap();
        let text = report.encode().unwrap();
        let old = text.replace("\"version\":2", "\"version\":1").replace("\"period\":", "\"week\":");
        assert_eq!(Report::decode(&old).unwrap(), report);
    }
}
