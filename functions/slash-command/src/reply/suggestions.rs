//! Suggestions for words that match nothing: "Did you mean EMEA?"

use standings_core::{PeriodKind, name};
use strsim::normalized_damerau_levenshtein as similarity;

use crate::command::Subject;

/// Minimum similarity, from 0 to 1, at which a word is taken for a typing error of another. It allows two swapped
/// letters in a word of four ("emae").
const MIN_SIMILARITY: f64 = 0.6;

/// Suggestions per reply.
const MAX_SUGGESTIONS: usize = 3;

/// A suggested subject.
pub(super) struct Suggestion {
    /// The name of the team or the keyword.
    pub(super) label: String,
    pub(super) subject: Subject,
}

/// Returns the teams and keywords that are similar to what was typed, the most similar first.
pub(super) fn suggestions(typed: &str, teams: &[String]) -> Vec<Suggestion> {
    // No name is as long as this text, and comparing it would take long.
    if name::is_too_long(typed) {
        return Vec::new();
    }
    let typed = name::plain(typed);
    let keywords = [
        ("help", Subject::Help),
        ("me", Subject::Me),
        ("status", Subject::Status),
        ("teams", Subject::Teams),
        ("weeks", Subject::Periods(Some(PeriodKind::Week))),
        ("months", Subject::Periods(Some(PeriodKind::Month))),
        ("quarters", Subject::Periods(Some(PeriodKind::Quarter))),
        ("years", Subject::Periods(Some(PeriodKind::Year))),
    ];
    let teams = teams.iter().map(|team| (team.as_str(), Subject::Team(team.clone())));
    let mut suggestions: Vec<(f64, Suggestion)> = keywords
        .into_iter()
        .chain(teams)
        .map(|(label, subject)| {
            let plain = name::plain(label);
            let is_start = typed.chars().count() >= 2 && plain.starts_with(&typed);
            let similarity = if is_start { 1.0 } else { similarity(&typed, &plain) };
            (similarity, Suggestion { label: label.to_owned(), subject })
        })
        .filter(|(similarity, _)| *similarity >= MIN_SIMILARITY)
        .collect();
    suggestions.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    suggestions.into_iter().take(MAX_SUGGESTIONS).map(|(_, suggestion)| suggestion).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typing_error_and_the_start_of_a_name_have_suggestions() {
        let teams = ["EMEA", "North America", "Île-de-France", "R&D"].map(str::to_owned);
        let labels = |typed| suggestions(typed, &teams).into_iter().map(|found| found.label).collect::<Vec<_>>();
        assert_eq!(labels("emae"), ["EMEA"]);
        assert_eq!(labels("nroth amercia"), ["North America"]);
        assert_eq!(labels("north"), ["North America"]);
        assert_eq!(labels("ile de france"), ["Île-de-France"]);
        assert_eq!(labels("stauts"), ["status"]);
        assert_eq!(labels("xyzzy"), [""; 0]);
        assert_eq!(labels(&"x".repeat(9999)), [""; 0]);
    }
}
