//! Rankings of all boards of a period, with movement against the previous one.

use std::borrow::{Borrow, BorrowMut};
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap, HashSet};

use crate::board::Board;
use crate::contribution::{Contribution, Person, Tally};
use crate::decimal::Decimal;
use crate::entry::Entry;
use crate::measure::Measure;

/// Maximum teams of a period that have a board. Each board is an item that every refresh of the period writes, and a column
/// with more values is usually not the team.
pub const MAX_TEAMS: usize = 500;

/// The rankings of a period.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rankings {
    /// Everyone.
    pub company: Ranking,
    /// The teams that have a board, each as one entry.
    pub by_team: Ranking,
    /// The teams that have a board, with their display names: those with the highest amounts, at most [`MAX_TEAMS`].
    pub teams: BTreeMap<Board, (String, Ranking)>,
    /// Number of teams that have none. Their sales are in the ranking of the company.
    pub teams_without_board: u32,
}

/// The full ranking of one board.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ranking {
    /// Everyone with a sale, highest amount first.
    pub entries: Vec<Entry>,
    /// Sum of all amounts.
    pub total: Decimal,
    /// Sum of all amounts in the previous period.
    pub previous_total: Decimal,
}

/// An entry of a person, with the folded name that identifies them: the displayed one may be another in each period.
struct Identified<'a> {
    identity: &'a str,
    entry: Entry,
}

impl Borrow<Entry> for Identified<'_> {
    fn borrow(&self) -> &Entry {
        &self.entry
    }
}

impl BorrowMut<Entry> for Identified<'_> {
    fn borrow_mut(&mut self) -> &mut Entry {
        &mut self.entry
    }
}

/// A team of a period.
#[derive(Default)]
struct Team<'a> {
    /// Display name: of several spellings the smallest by code point, so that the choice does not depend on the order
    /// of files.
    name: &'a str,
    tally: Tally,
}

impl Rankings {
    /// Ranks all boards of a period by amount. Entries carry the ranks of the previous period on the same board by each
    /// measure.
    #[must_use]
    pub fn of(period: &Contribution, previous: &Contribution) -> Self {
        let all = teams(period);
        let count = all.len();
        let by_team = rank_teams(&all, &teams(previous));
        let kept = with_boards(all);
        let boards: HashSet<&Board> = kept.keys().collect();
        let mut now = team_entries(period, &boards);
        let mut before = team_entries(previous, &boards);
        let ranked =
            |board: &Board| rank(now.remove(board).unwrap_or_default(), before.remove(board).unwrap_or_default());
        let rankings: Vec<Ranking> = kept.keys().map(ranked).collect();
        let company = rank(company_entries(period), company_entries(previous));
        let teams_without_board = u32::try_from(count - kept.len()).unwrap_or(u32::MAX);
        let teams = kept.into_iter().zip(rankings);
        let teams = teams.map(|((board, name), ranking)| (board, (name.to_owned(), ranking))).collect();
        Self { company, by_team, teams, teams_without_board }
    }
}

/// Returns the teams of a period.
fn teams(period: &Contribution) -> HashMap<Board, Team<'_>> {
    // Folding a name takes longer than the rest, so each spelling is folded once.
    let mut spellings: HashMap<&str, Tally> = HashMap::new();
    for (name, tally) in period.people.values().flat_map(|person| &person.teams) {
        *spellings.entry(name).or_default() += *tally;
    }
    let mut teams: HashMap<Board, Team<'_>> = HashMap::new();
    for (name, tally) in spellings {
        if let Some(board) = Board::team(name) {
            let team = teams.entry(board).or_insert(Team { name, tally: Tally::default() });
            team.name = team.name.min(name);
            team.tally += tally;
        }
    }
    teams
}

/// Ranks the teams of a period against those of the previous one. Of too many, those that have a board.
fn rank_teams(teams: &HashMap<Board, Team<'_>>, before: &HashMap<Board, Team<'_>>) -> Ranking {
    let mut ranking = rank(team_totals(teams), team_totals(before));
    ranking.entries.truncate(MAX_TEAMS);
    ranking
}

/// Returns an entry for each team, without ranks.
fn team_totals<'a>(teams: &'a HashMap<Board, Team<'_>>) -> Vec<Identified<'a>> {
    let identified = teams.iter().filter_map(|(board, team)| match board {
        Board::Team(identity) => Some(Identified { identity, entry: Entry::new(team.name, "", team.tally) }),
        Board::Company | Board::Teams => None,
    });
    identified.collect()
}

/// Returns the teams that get a board, with their display names: those with the highest amounts, and of equal ones the
/// first by name.
fn with_boards(teams: HashMap<Board, Team<'_>>) -> BTreeMap<Board, &str> {
    let mut teams: Vec<(Board, Team<'_>)> = teams.into_iter().collect();
    if teams.len() > MAX_TEAMS {
        teams.sort_by(|(a, one), (b, other)| (Reverse(one.tally.amount), a).cmp(&(Reverse(other.tally.amount), b)));
        teams.truncate(MAX_TEAMS);
    }
    teams.into_iter().map(|(board, team)| (board, team.name)).collect()
}

/// Ranks the entries of a board. Entries carry the ranks of `before`, those of the previous period.
fn rank(mut entries: Vec<Identified<'_>>, mut before: Vec<Identified<'_>>) -> Ranking {
    let previous_total = before.iter().map(|previous| previous.entry.amount).sum();
    let mut previous_ranks: HashMap<&str, [u32; 3]> = HashMap::new();
    for (index, measure) in Measure::ALL.into_iter().enumerate() {
        measure.rank(&mut before);
        for Identified { identity, entry } in &before {
            previous_ranks.entry(identity).or_default()[index] = entry.rank;
        }
    }
    for Identified { identity, entry } in &mut entries {
        if let Some([by_amount, by_deals, by_units]) = previous_ranks.get(identity).copied() {
            entry.previous_rank = Some(by_amount);
            entry.previous_rank_by_deals = Some(by_deals);
            entry.previous_rank_by_units = Some(by_units);
        }
    }
    Measure::Amount.rank(&mut entries);
    let entries: Vec<Entry> = entries.into_iter().map(|ranked| ranked.entry).collect();
    let total = entries.iter().map(|entry| entry.amount).sum();
    Ranking { entries, total, previous_total }
}

/// Returns the entries of the company board, without ranks.
fn company_entries(period: &Contribution) -> Vec<Identified<'_>> {
    let entries = period.people.identified();
    entries
        .filter_map(|(identity, name, person)| Some(Identified { identity, entry: company_entry(name, person)? }))
        .collect()
}

/// Returns the entry of a person on the company board: the sum over their teams, listed under the team with the highest
/// amount. On a tie a named team precedes sales without a team, then the smallest name wins.
fn company_entry(name: &str, person: &Person) -> Option<Entry> {
    let (team, _) = person.teams.iter().min_by_key(|(team, tally)| (Reverse(tally.amount), team.is_empty(), *team))?;
    let tally = Tally { amount: person.amount(), deals: person.deals, units: person.units() };
    Some(Entry::new(name, team, tally))
}

/// Returns the entries of team boards, without ranks. One pass over the people, however many boards there are.
fn team_entries<'a>(period: &'a Contribution, boards: &HashSet<&Board>) -> HashMap<Board, Vec<Identified<'a>>> {
    let mut board_of: HashMap<&str, Option<Board>> = HashMap::new();
    let mut entries: HashMap<Board, Vec<Identified<'a>>> = HashMap::new();
    for (identity, name, person) in period.people.identified() {
        for (team, tally) in &person.teams {
            let board =
                board_of.entry(team).or_insert_with(|| Board::team(team).filter(|board| boards.contains(board)));
            let Some(board) = board else { continue };
            if !entries.contains_key(board) {
                entries.insert(board.clone(), Vec::new());
            }
            let Some(entries) = entries.get_mut(board) else { continue };
            match entries.last_mut() {
                // The same team in another spelling.
                Some(Identified { identity: last, entry }) if *last == identity.as_str() => {
                    entry.amount += tally.amount;
                    entry.deals += tally.deals;
                    entry.units += tally.units;
                }
                _ => entries.push(Identified { identity, entry: Entry::new(name, team, *tally) }),
            }
        }
    }
    entries
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    fn week(sales: &[(&str, &str, &str)]) -> Contribution {
        let mut week = Contribution::default();
        for (name, team, amount) in sales {
            let tally = Tally { amount: amount.parse().unwrap(), deals: 1, units: Decimal::ZERO };
            week.people.add(
                name,
                1,
                Person { deals: 1, teams: [((*team).to_owned(), tally)].into(), ..Person::default() },
            );
        }
        week
    }

    fn rank(board: &Board, week: &Contribution, previous: &Contribution) -> Ranking {
        let mut rankings = Rankings::of(week, previous);
        match board {
            Board::Company => rankings.company,
            Board::Teams => rankings.by_team,
            Board::Team(_) => rankings.teams.remove(board).unwrap().1,
        }
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
    fn teams_are_ranked_by_what_they_sold_together() {
        let before = week(&[("Ana", "APAC", "9"), ("Bo", "EMEA", "2")]);
        let now = week(&[("Ana", "APAC", "4"), ("Bo", "EMEA", "3"), ("Cy", "emea", "2"), ("Dee", "", "99")]);
        let ranking = rank(&Board::Teams, &now, &before);
        assert_eq!(lines(&ranking), ["1 EMEA - 5 2", "2 APAC - 4 1"]);
        assert_eq!((ranking.total.to_string(), ranking.previous_total.to_string()), ("9".into(), "11".into()));
        assert_eq!(rank(&Board::Teams, &week(&[("Dee", "", "1")]), &before).entries, []);
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
        let shown: Vec<String> = Rankings::of(&now, &none).teams.into_values().map(|(name, _)| name).collect();
        assert_eq!(shown, ["APAC", "EMEA"]);
    }

    #[test]
    fn a_person_is_one_whatever_the_spelling_and_moves_against_another_one() {
        let before = week(&[("ANA LIMA", "EMEA", "1"), ("Bo", "EMEA", "2")]);
        let now = week(&[
            ("Siobhán O'Neill", "EMEA", "20"),
            ("Siobhán O\u{2019}Neill", "EMEA", "90"),
            ("Ana  Lima", "EMEA", "10"),
            ("Ana Lima", "emea", "100"),
            ("Ana Lima", "EMEA", "6"),
        ]);
        let expected = ["1 Ana Lima EMEA 116 2", "2 Siobhán O'Neill EMEA 110 new"];
        let company = rank(&Board::Company, &now, &before);
        assert_eq!(lines(&company), ["1 Ana Lima emea 116 2", expected[1]]);
        assert_eq!(lines(&rank(&Board::team("emea").unwrap(), &now, &before)), expected);
    }

    #[test]
    fn the_teams_with_the_highest_amounts_have_boards_and_the_others_are_counted() {
        let mut sales: Vec<(String, String)> =
            (0..700).map(|i| (format!("Team {i:03}"), (i / 7).to_string())).collect();
        sales.push(("team 000".to_owned(), "1000".to_owned()));
        let sales: Vec<_> = sales.iter().map(|(team, amount)| ("Ana", team.as_str(), amount.as_str())).collect();
        let rankings = Rankings::of(&week(&sales), &Contribution::default());
        assert_eq!((rankings.teams.len(), rankings.teams_without_board), (MAX_TEAMS, 200));
        let is_kept = |team: &str| rankings.teams.contains_key(&Board::team(team).unwrap());
        assert!(is_kept("Team 000") && is_kept("Team 699") && is_kept("Team 203"));
        // 28 is the amount of teams 196 to 202: the first two by name have a board.
        assert!(is_kept("Team 197") && !is_kept("Team 198"));
        assert_eq!(rankings.company.entries.len(), 1);
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
