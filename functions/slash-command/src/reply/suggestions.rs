//! Suggestions for words that match nothing: "Did you mean EMEA?"

use standings_core::{PeriodKind, Roster, name};
use strsim::{damerau_levenshtein, normalized_damerau_levenshtein as similarity};

use crate::command::Subject;

/// Minimum similarity, from 0 to 1, at which a word is taken for a typing error of another. It allows two swapped
/// letters in a word of four ("emae").
const MIN_SIMILARITY: f64 = 0.6;

/// Minimum letters of words that are compared: of shorter ones, most have a similar one.
const MIN_LETTERS: usize = 4;

/// Suggestions per reply.
const MAX_SUGGESTIONS: usize = 3;

/// A suggested subject.
pub(super) struct Suggestion {
    /// The name of the team or person, or the keyword.
    pub(super) label: String,
    pub(super) subject: Subject,
}

/// Returns the teams, people and keywords that are similar to what was typed, the most similar first.
pub(super) fn suggestions(typed: &str, roster: Option<&Roster>) -> Vec<Suggestion> {
    // No name is as long as this text, and comparing it would take long.
    if name::is_too_long(typed) {
        return Vec::new();
    }
    let typed = name::plain(typed);
    let keywords = [
        ("help", Subject::Help),
        ("status", Subject::Status),
        ("teams", Subject::Teams),
        ("weeks", Subject::Periods(Some(PeriodKind::Week))),
        ("months", Subject::Periods(Some(PeriodKind::Month))),
        ("quarters", Subject::Periods(Some(PeriodKind::Quarter))),
        ("years", Subject::Periods(Some(PeriodKind::Year))),
    ];
    let mut suggestions: Vec<(f64, Suggestion)> =
        keywords.into_iter().filter_map(|(label, subject)| rated(whole(&typed, label), label, || subject)).collect();
    if let Some(roster) = roster {
        let teams = roster.report.teams.iter();
        suggestions.extend(teams.filter_map(|team| rated(whole(&typed, team), team, || Subject::named(team.clone()))));
        let people = roster.report.entries.iter().map(|entry| &entry.name);
        suggestions.extend(
            people.filter_map(|person| rated(of_words(&typed, person), person, || Subject::Find(person.clone()))),
        );
    }
    suggestions.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    suggestions.into_iter().take(MAX_SUGGESTIONS).map(|(_, suggestion)| suggestion).collect()
}

fn rated(similarity: f64, label: &str, subject: impl FnOnce() -> Subject) -> Option<(f64, Suggestion)> {
    (similarity >= MIN_SIMILARITY).then(|| (similarity, Suggestion { label: label.to_owned(), subject: subject() }))
}

/// Returns how similar a typed text is to a label as a whole.
fn whole(typed: &str, label: &str) -> f64 {
    let label = name::plain(label);
    let letters = typed.chars().count();
    if letters >= 2 && label.starts_with(typed) {
        return 1.0;
    }
    if letters.min(label.chars().count()) < MIN_LETTERS { 0.0 } else { similarity(typed, &label) }
}

/// Returns how similar a typed text is to the name of a person: each word with one of the name's, of which it may differ in
/// one letter, or in two if it is long.
fn of_words(typed: &str, person: &str) -> f64 {
    let (typed, words) = (name::words(typed), name::words(person));
    if typed.is_empty() || typed.len() > words.len() {
        return 0.0;
    }
    let similar = |one: &String| {
        let best = words.iter().map(|word| (damerau_levenshtein(one, word), similarity(one, word)));
        let (distance, similarity) = best.min_by_key(|(distance, _)| *distance)?;
        let allowed = if one.chars().count() >= 7 { 2 } else { 1 };
        (distance == 0 || (distance <= allowed && one.chars().count() >= MIN_LETTERS)).then_some(similarity)
    };
    let all: Option<Vec<f64>> = typed.iter().map(similar).collect();
    all.map_or(0.0, |all| all.into_iter().fold(1.0, f64::min))
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use standings_core::{Entry, Period, Report};

    use super::*;

    fn roster() -> Roster {
        let period: Period = "2026-W47".parse().unwrap();
        let mut report = Report::empty(period, None, "USD", Timestamp::UNIX_EPOCH);
        report.teams = ["EMEA", "North America", "Île-de-France", "R&D"].map(str::to_owned).to_vec();
        report.entries = ["Ana Lima", "Siobhán O'Neill", "Katarzyna Nowak"]
            .map(|name| Entry {
                rank: 1,
                name: name.to_owned(),
                team: None,
                amount: standings_core::Decimal::ZERO,
                deals: 1,
                units: standings_core::Decimal::ZERO,
                previous_rank: None,
                previous_rank_by_deals: None,
                previous_rank_by_units: None,
            })
            .to_vec();
        Roster { report, ..Roster::empty(period, "USD", Timestamp::UNIX_EPOCH) }
    }

    #[test]
    fn a_typing_error_and_the_start_of_a_name_have_suggestions() {
        let roster = roster();
        let labels = |typed| suggestions(typed, Some(&roster)).into_iter().map(|found| found.label).collect::<Vec<_>>();
        assert_eq!(labels("emae"), ["EMEA"]);
        assert_eq!(labels("nroth amercia"), ["North America"]);
        assert_eq!(labels("north"), ["North America"]);
        assert_eq!(labels("ile de france"), ["Île-de-France"]);
        assert_eq!(labels("stauts"), ["status"]);
        assert_eq!(labels("anna lima"), ["Ana Lima"]);
        assert_eq!(labels("katarzina"), ["Katarzyna Nowak"]);
        assert_eq!(labels("oneil"), ["Siobhán O'Neill"]);
        for typed in ["xyzzy", "ame", "dea", &"x".repeat(9999)] {
            assert_eq!(labels(typed), [""; 0], "{typed}");
        }
    }
}
