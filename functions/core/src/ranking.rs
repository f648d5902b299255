//! Ranking of one board, with movement against the previous week.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::board::Board;
use crate::contribution::{Contribution, Person, Tally};
use crate::decimal::Decimal;
use crate::entry::Entry;
use crate::measure::Measure;

/// The full ranking of one board.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ranking {
    /// Everyone with a sale, highest amount first.
    pub entries: Vec<Entry>,
    /// Sum of all amounts.
    pub total: Decimal,
    /// Sum of all amounts in the previous week.
    pub previous_total: Decimal,
}

/// Returns the teams of a week with their display names. Of several spellings of one team, the smallest by code point
/// is displayed, so that the choice does not depend on the order of files.
#[must_use]
pub fn teams(week: &Contribution) -> BTreeMap<Board, &str> {
    let names: BTreeSet<&str> =
        week.people.values().flat_map(|person| person.teams.keys()).map(String::as_str).collect();
    let mut teams = BTreeMap::new();
    for name in names {
        if let Some(board) = Board::team(name) {
            teams.entry(board).or_insert(name);
        }
    }
    teams
}

/// Ranks `board` for a week by amount. Entries carry the ranks of the previous week on the same board by each measure.
#[must_use]
pub fn rank(board: &Board, week: &Contribution, previous: &Contribution) -> Ranking {
    let mut before = entries(board, previous);
    let previous_total = before.iter().map(|entry| entry.amount).sum();
    let mut previous_ranks: HashMap<String, [u32; 3]> = HashMap::new();
    for (index, measure) in Measure::ALL.into_iter().enumerate() {
        measure.rank(&mut before);
        for entry in &before {
            previous_ranks.entry(entry.name.clone()).or_default()[index] = entry.rank;
        }
    }
    let mut entries = entries(board, week);
    for entry in &mut entries {
        if let Some([by_amount, by_deals, by_units]) = previous_ranks.get(&entry.name).copied() {
            entry.previous_rank = Some(by_amount);
            entry.previous_rank_by_deals = Some(by_deals);
            entry.previous_rank_by_units = Some(by_units);
        }
    }
    Measure::Amount.rank(&mut entries);
    let total = entries.iter().map(|entry| entry.amount).sum();
    Ranking { entries, total, previous_total }
}

/// Returns the entries of a board, without ranks.
fn entries(board: &Board, week: &Contribution) -> Vec<Entry> {
    match board {
        Board::Company => week.people.iter().filter_map(|(name, person)| company_entry(name, person)).collect(),
        Board::Team(_) => week.people.iter().filter_map(|(name, person)| team_entry(board, name, person)).collect(),
    }
}

/// Returns the entry of a person on the company board: the sum over their teams, listed under the team with the highest
/// amount. On a tie a named team precedes sales without a team, then the smallest name wins.
fn company_entry(name: &str, person: &Person) -> Option<Entry> {
    let (team, _) = person.teams.iter().min_by_key(|(team, tally)| (Reverse(tally.amount), team.is_empty(), *team))?;
    let tally = Tally { amount: person.amount(), deals: person.deals, units: person.units() };
    Some(Entry::new(name, team, tally))
}

/// Returns the entry of a person on a team's board, or `None` if they sold nothing for that team.
fn team_entry(board: &Board, name: &str, person: &Person) -> Option<Entry> {
    let mut entry: Option<Entry> = None;
    for (team, tally) in person.teams.iter().filter(|(team, _)| Board::team(team).as_ref() == Some(board)) {
        match &mut entry {
            // The same team in another spelling.
            Some(entry) => {
                entry.amount += tally.amount;
                entry.deals += tally.deals;
                entry.units += tally.units;
            }
            None => entry = Some(Entry::new(name, team, *tally)),
        }
    }
    entry
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    fn week(sales: &[(&str, &str, &str)]) -> Contribution {
        let mut week = Contribution::default();
        for (name, team, amount) in sales {
            let person = week.people.entry((*name).to_owned()).or_default();
            person.deals += 1;
            let tally = person.teams.entry((*team).to_owned()).or_default();
            *tally += Tally { amount: amount.parse().unwrap(), deals: 1, units: Decimal::ZERO };
        }
        week
    }

    fn lines(ranking: &Ranking) -> Vec<String> {
        let line = |e: &Entry| {
            let team = e.team.as_deref().unwrap_or("-");
            let before = e.previous_rank.map_or("new".to_owned(), |rank| rank.to_string());
            format!("{} {} {team} {} {before}", e.rank, e.name, e.amount)
        };
        ranking.entries.iter().map(line).collect()
    }

    #[test]
    fn equal_amounts_share_a_rank_and_the_next_is_skipped() {
        let now = week(&[("Dee", "", "1"), ("Cy", "", "5"), ("Bo", "", "5"), ("Ana", "", "9")]);
        let ranking = rank(&Board::Company, &now, &Contribution::default());
        assert_eq!(lines(&ranking), ["1 Ana - 9 new", "2 Bo - 5 new", "2 Cy - 5 new", "4 Dee - 1 new"]);
        assert_eq!(ranking.total.to_string(), "20");
    }

    #[test]
    fn movement_compares_with_the_same_board() {
        let before = week(&[("Ana", "EMEA", "1"), ("Bo", "EMEA", "2"), ("Cy", "APAC", "3")]);
        let now = week(&[("Ana", "EMEA", "9"), ("Bo", "EMEA", "2"), ("Dee", "EMEA", "-1")]);
        let company = rank(&Board::Company, &now, &before);
        assert_eq!(lines(&company), ["1 Ana EMEA 9 3", "2 Bo EMEA 2 2", "3 Dee EMEA -1 new"]);
        assert_eq!(company.previous_total.to_string(), "6");
        let emea = rank(&Board::team("emea").unwrap(), &now, &before);
        assert_eq!(lines(&emea), ["1 Ana EMEA 9 2", "2 Bo EMEA 2 1", "3 Dee EMEA -1 new"]);
        assert_eq!(emea.previous_total.to_string(), "3");
    }

    #[test]
    fn a_person_in_several_teams_is_listed_once_under_the_team_with_the_highest_amount() {
        let now = week(&[
            ("Ana", "EMEA", "3"),
            ("Ana", "APAC", "4"),
            ("Ana", "", "4"),
            ("Bo", "emea", "5"),
            ("Bo", "EMEA", "1"),
        ]);
        let none = Contribution::default();
        assert_eq!(lines(&rank(&Board::Company, &now, &none)), ["1 Ana APAC 11 new", "2 Bo emea 6 new"]);
        assert_eq!(lines(&rank(&Board::team("EMEA").unwrap(), &now, &none)), ["1 Bo EMEA 6 new", "2 Ana EMEA 3 new"]);
        let shown: Vec<&str> = teams(&now).into_values().collect();
        assert_eq!(shown, ["APAC", "EMEA"]);
    }

    proptest! {
        /// The oracle counts instead of sorting.
        #[test]
        fn a_rank_is_one_more_than_the_number_of_people_who_sold_more(sales in vec(("[a-h]", "[xyz]?", -5_i64..6), 0..40)) {
            let sales: Vec<_> = sales.iter().map(|(n, t, a)| (n.as_str(), t.as_str(), a.to_string())).collect();
            let sales: Vec<_> = sales.iter().map(|(n, t, a)| (*n, *t, a.as_str())).collect();
            let now = week(&sales);
            let ranking = rank(&Board::Company, &now, &Contribution::default());
            prop_assert_eq!(ranking.entries.len(), now.people.len());
            for entry in &ranking.entries {
                let more = ranking.entries.iter().filter(|other| other.amount > entry.amount).count();
                prop_assert_eq!(entry.rank as usize, more + 1);
            }
            let key = |e: &Entry| (Reverse(e.amount), e.name.clone());
            prop_assert!(ranking.entries.is_sorted_by_key(key));
        }
    }
}
