//! Which team or person words name: one way of matching for both, whatever the case, accents and punctuation.

use standings_core::{Board, Entry, Roster, name};

use crate::command::{Name, is_between, negates};
use crate::topics::topic;

/// People who are compared at once.
const MAX_COMPARED: usize = 15;

/// What words name, among the teams and people of a period.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// A team, and the words next to its name that name nothing.
    Team(Board, String),
    /// Several teams, to be compared, by their names, and the words that name nothing.
    Teams(Vec<String>, String),
    /// One person or several, by these words, and the words next to them about what is not kept.
    People(String, String),
    /// One person or several, with the name of a team next to theirs.
    PeopleOfTeam(String),
    /// People to be compared, by their names, and the names that are nobody's.
    Compared(Vec<String>, Vec<String>),
    Nothing,
}

/// Returns what `typed` names. Teams go first.
pub(crate) fn find(typed: &Name, roster: &Roster) -> Found {
    let teams: Vec<(String, &String)> = roster.report.teams.iter().map(|team| (letters(team), team)).collect();
    let team_with = |key: &str| teams.iter().find(|(team, _)| !key.is_empty() && team == key).map(|(_, team)| *team);
    // Also "EMEA's".
    let team_of = |text: &str| {
        let owner = || team_with(&letters(name::fold(text).strip_suffix("'s")?));
        team_with(&letters(text)).or_else(owner)
    };
    let board_of = |team: &String| Board::team(team);
    if let Some(board) = [&typed.typed, &typed.core].into_iter().find_map(|text| team_of(text)).and_then(board_of) {
        return Found::Team(board, String::new());
    }
    // "everyone except EMEA" is not EMEA.
    if typed.core.split_whitespace().any(|word| negates(&word.to_lowercase())) {
        return Found::Nothing;
    }
    let (mentioned, unused) = mentioned(&typed.core, &team_of);
    match mentioned.as_slice() {
        [_, _, ..] => return Found::Teams(mentioned, unused),
        _ if !roster.find(&typed.core).is_empty() => return Found::People(typed.core.clone(), String::new()),
        [] => return people(&typed.core, roster),
        [team] => {
            if !roster.find(&unused).is_empty() {
                return Found::PeopleOfTeam(unused);
            }
            if let Some(board) = board_of(team) {
                return Found::Team(board, unused);
            }
        }
    }
    Found::Nothing
}

/// Returns the people whose names have words like "vs" and "and" between them, or an "'s" after them.
fn people(text: &str, roster: &Roster) -> Found {
    let words: Vec<&str> = text.split_whitespace().collect();
    let names = words.split(|word| is_between(&word.to_lowercase())).filter(|name| !name.is_empty());
    let owner = |word: &&str| match name::fold(word).strip_suffix("'s") {
        Some(owner) => owner.to_owned(),
        None => (*word).to_owned(),
    };
    let names: Vec<String> = names.map(|name| name.iter().map(owner).collect::<Vec<_>>().join(" ")).collect();
    let found: Vec<Vec<&Entry>> = names.iter().map(|name| roster.find(name)).collect();
    match (names.as_slice(), found.as_slice()) {
        ([name], [found]) if !found.is_empty() => Found::People(name.clone(), String::new()),
        ([name], _) => beside_topic(name, roster),
        (names, found) if found.iter().any(|found| !found.is_empty()) => {
            let missing = names.iter().zip(found).filter(|(_, found)| found.is_empty());
            Found::Compared(
                found.iter().flatten().take(MAX_COMPARED).map(|entry| entry.name.clone()).collect(),
                missing.map(|(name, _)| name.clone()).collect(),
            )
        }
        _ => Found::Nothing,
    }
}

/// Returns the people whose name is next to what is not kept: "ana's commission".
fn beside_topic(text: &str, roster: &Roster) -> Found {
    let (topics, name): (Vec<&str>, Vec<&str>) = text.split_whitespace().partition(|word| topic(word).is_some());
    let (topics, name) = (topics.join(" "), name.join(" "));
    let name = name.strip_suffix("'s").unwrap_or(&name);
    if topics.is_empty() || roster.find(name).is_empty() {
        Found::Nothing
    } else {
        Found::People(name.to_owned(), topics)
    }
}

/// Returns the teams whose names are among the words, each once, and the other words.
fn mentioned<'a>(text: &str, team_of: &dyn Fn(&str) -> Option<&'a String>) -> (Vec<String>, String) {
    let words: Vec<&str> = text.split_whitespace().collect();
    let (mut teams, mut unused): (Vec<String>, Vec<&str>) = (Vec::new(), Vec::new());
    let mut start = 0;
    while start < words.len() {
        let longest =
            (start + 1..=words.len()).rev().find_map(|end| Some((end, team_of(&words[start..end].join(" "))?)));
        if let Some((end, team)) = longest {
            if !teams.contains(team) {
                teams.push(team.clone());
            }
            start = end;
        } else {
            let word = words[start];
            unused.extend((!is_between(&word.to_lowercase())).then_some(word));
            start += 1;
        }
    }
    (teams, unused.join(" "))
}

/// Returns only the letters and digits of a name, so that `R & D`, `r&d` and `R-D` compare equal.
fn letters(text: &str) -> String {
    name::plain(text).chars().filter(|c| c.is_alphanumeric()).collect()
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use standings_core::period_reports::{Computation, PeriodReports};
    use standings_core::{Contribution, LedgerSum, Person, Tally};

    use super::*;

    fn roster() -> Roster {
        let mut total = Contribution::default();
        for (person, team) in
            [("Ana Lima", "EMEA"), ("Siobhán O'Neill", "North America"), ("José Núñez", "R&D"), ("North, Kay", "APAC")]
        {
            let person_of =
                Person { deals: 1, teams: [(team.to_owned(), Tally::default())].into(), ..Person::default() };
            total.people.add(person, 1, person_of);
        }
        let of = Computation {
            period: "2026-W47".parse().unwrap(),
            currency: "USD",
            today: "2026-11-24".parse().unwrap(),
            computed_at: Timestamp::UNIX_EPOCH,
            is_migrating: false,
        };
        PeriodReports::compute(of, &LedgerSum { total, ..LedgerSum::default() }, &LedgerSum::default()).roster
    }

    #[test]
    fn teams_and_people_are_found_in_any_spelling() {
        let roster = roster();
        let found = |core: &str| find(&Name { core: core.to_owned(), typed: core.to_owned() }, &roster);
        let team = |name: &str, unused: &str| Found::Team(Board::team(name).unwrap(), unused.to_owned());
        for typed in ["emea", "EMEA.", "e-m-e-a", ":emea:"] {
            assert_eq!(found(typed), team("EMEA", ""), "{typed}");
        }
        assert_eq!(found("r and d"), Found::Nothing);
        assert_eq!(found("R & D"), team("R&D", ""));
        assert_eq!(found("northamerica"), team("North America", ""));
        for typed in ["ana", "lima ana", "ANA LIMA.", "o\u{2019}neill", "siobhan oneill", "jose nunez", "kay north"] {
            assert_eq!(found(typed), Found::People(typed.to_owned(), String::new()), "{typed}");
        }
        let both = vec!["EMEA".to_owned(), "North America".to_owned()];
        assert_eq!(found("emea vs north america"), Found::Teams(both.clone(), String::new()));
        assert_eq!(found("compare emea, north america commission"), Found::Teams(both, "commission".to_owned()));
        assert_eq!(found("emea ana"), Found::PeopleOfTeam("ana".to_owned()));
        assert_eq!(found("emea commission"), team("EMEA", "commission"));
        assert_eq!(found("commission"), Found::Nothing);
        assert_eq!(found("not emea"), Found::Nothing);
        assert_eq!(found("ana\u{2019}s"), Found::People("ana".to_owned(), String::new()));
        assert_eq!(found("ana commission"), Found::People("ana".to_owned(), "commission".to_owned()));
        assert_eq!(found("ana garcia"), Found::Nothing);
        let both = ["Ana Lima", "José Núñez"].map(str::to_owned).to_vec();
        assert_eq!(found("ana vs jose nunez"), Found::Compared(both, Vec::new()));
        let only = (vec!["Ana Lima".to_owned()], vec!["nobody".to_owned()]);
        assert_eq!(found("ana and nobody"), Found::Compared(only.0, only.1));
        assert_eq!(found("somebody and nobody"), Found::Nothing);
    }
}
