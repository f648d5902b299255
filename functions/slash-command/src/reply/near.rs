//! What was probably meant by words that mean nothing.

use standings_core::name;
use strsim::normalized_damerau_levenshtein as likeness;

use crate::command::Ask;

/// From this likeness on, of 1 for the same, one word is taken for a slip of the other.
const ALIKE: f64 = 0.6;

/// So many are offered.
const OFFERED: usize = 3;

/// Something that can be asked for.
pub(super) struct Meant {
    /// What people read.
    pub(super) label: String,
    pub(super) ask: Ask,
}

/// The teams and other words that are like what was typed, the likest first.
pub(super) fn meant(typed: &str, teams: &[String]) -> Vec<Meant> {
    // Whoever types more than any name has does not make a slip.
    if name::is_too_long(typed) {
        return Vec::new();
    }
    let typed = name::plain(typed);
    let words =
        [("help", Ask::Help), ("me", Ask::Me), ("status", Ask::Status), ("teams", Ask::Teams), ("weeks", Ask::Weeks)];
    let teams = teams.iter().map(|team| (team.as_str(), Ask::Team(team.clone())));
    let mut meant: Vec<(f64, Meant)> = words
        .into_iter()
        .chain(teams)
        .map(|(label, ask)| {
            let plain = name::plain(label);
            // The beginning of a name is as good as a slip.
            let begins = typed.chars().count() >= 2 && plain.starts_with(&typed);
            let likeness = if begins { 1.0 } else { likeness(&typed, &plain) };
            (likeness, Meant { label: label.to_owned(), ask })
        })
        .filter(|(likeness, _)| *likeness >= ALIKE)
        .collect();
    meant.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    meant.into_iter().take(OFFERED).map(|(_, meant)| meant).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_near_what_was_meant() {
        let teams = ["EMEA", "North America", "Île-de-France", "R&D"].map(str::to_owned);
        let meant = |typed| meant(typed, &teams).into_iter().map(|meant| meant.label).collect::<Vec<_>>();
        assert_eq!(meant("emae"), ["EMEA"]);
        assert_eq!(meant("nroth amercia"), ["North America"]);
        assert_eq!(meant("north"), ["North America"]);
        assert_eq!(meant("ile de france"), ["Île-de-France"]);
        assert_eq!(meant("stauts"), ["status"]);
        assert_eq!(meant("xyzzy"), [""; 0]);
        assert_eq!(meant(&"x".repeat(9999)), [""; 0]);
    }
}
