//! Boards: the groups of people that are ranked.

use std::fmt;

use sha2::{Digest, Sha256};

use crate::name;
use crate::period::Period;

/// Maximum bytes of a team's identifier. Longer ones are shortened: 500 of them have to fit into one item of DynamoDB,
/// and a key has at most 2,048 bytes, more than a name of 200 characters can fold into.
const MAX_ID_BYTES: usize = 120;

/// Bytes that a shortened identifier keeps of the name. With its hash it is longer than [`MAX_ID_BYTES`], so that it is
/// never the name of another team.
const KEPT_BYTES: usize = 100;

/// What is ranked together: everyone in the company, the people of one team, or the teams.
///
/// A team is identified by its folded name, so that `EMEA` in one export and `emea` in another are one board:
///
/// ```
/// use standings_core::{Board, Period};
///
/// let week: Period = "2026-W47".parse()?;
/// let emea = Board::team(" EMEA ").expect("a valid name");
/// assert_eq!(Some(&emea), Board::team("emea").as_ref());
/// assert_eq!(emea.key(week), "2026-W47#team#emea");
/// assert_eq!(Board::Company.latest_key(), "latest#company");
/// assert_eq!(Board::Teams.key(week), "2026-W47#teams");
///
/// // The text form and its parser are inverse.
/// assert_eq!(Board::from_id(&emea.to_string()), Some(emea));
/// assert_eq!(Board::team("  "), None);
/// # Ok::<(), standings_core::ParsePeriodError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Board {
    /// Everyone in the company.
    Company,
    /// The teams, each as one entry.
    Teams,
    /// One team, by its folded name, or if that is long by the start and a hash of it.
    Team(String),
}

impl Board {
    /// Returns the board of a team, or `None` if the name is empty or too long to be a name.
    #[must_use]
    pub fn team(team: &str) -> Option<Self> {
        let folded = name::fold(team);
        (!folded.is_empty() && !name::is_too_long(team)).then(|| Self::Team(shortened(folded)))
    }

    /// Returns the key of this board's report of `period` in the reports table, such as `2026-W47#team#emea`.
    #[must_use]
    pub fn key(&self, period: Period) -> String {
        format!("{period}#{self}")
    }

    /// Returns the key of the copy of this board's latest report.
    #[must_use]
    pub fn latest_key(&self) -> String {
        format!("latest#{self}")
    }

    /// Parses an identifier as [`Display`](fmt::Display) writes it.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        match id.strip_prefix("team#") {
            Some(team) => Some(Self::Team(team.to_owned())),
            None if id == "company" => Some(Self::Company),
            None => (id == "teams").then_some(Self::Teams),
        }
    }
}

/// Returns a folded name with at most [`MAX_ID_BYTES`] bytes as it is, and of a longer one the start and a hash.
fn shortened(folded: String) -> String {
    if folded.len() <= MAX_ID_BYTES {
        return folded;
    }
    let hash = Sha256::digest(folded.as_bytes());
    let start = &folded[..folded.floor_char_boundary(KEPT_BYTES)];
    hash[..16].iter().fold(format!("{start}~"), |id, byte| format!("{id}{byte:02x}"))
}

/// Writes `company`, `teams` or `team#emea`. The team's name comes last and everything after the first `#` belongs to it, so
/// that no name can collide with another board, even if it contains `#`.
impl fmt::Display for Board {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Company => f.write_str("company"),
            Self::Teams => f.write_str("teams"),
            Self::Team(team) => write!(f, "team#{team}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn keys_contain_the_folded_name_and_empty_or_long_names_are_no_board() {
        let week: Period = "2026-W47".parse().unwrap();
        assert_eq!(Board::Company.key(week), "2026-W47#company");
        assert_eq!(Board::team(" EMEA ").unwrap().key(week), "2026-W47#team#emea");
        assert_eq!(Board::team("").or_else(|| Board::team(&"x".repeat(201))), None);
    }

    #[test]
    fn identifiers_of_long_names_are_short_and_differ() {
        // Each of these characters folds into eighteen.
        let long = |last: &str| Board::team(&format!("{}{last}", "\u{fdfa}".repeat(199))).unwrap();
        assert_ne!(long("a"), long("b"));
        assert_eq!(long("a"), long("A"));
        let id = long("a").to_string();
        assert!((MAX_ID_BYTES..160).contains(&id.len()), "{id}");
        assert_eq!(Board::from_id(&id), Some(long("a")));
        assert_eq!(Board::team(&"x".repeat(120)).unwrap().to_string().len(), 125);
    }

    proptest! {
        #[test]
        fn no_team_name_collides_with_another_board(name in "[a-z# ]{1,12}") {
            if let Some(board) = Board::team(&name) {
                prop_assert_ne!(&board.to_string(), "company");
                prop_assert_ne!(&board.to_string(), "teams");
                prop_assert_eq!(Board::from_id(&board.to_string()), Some(board));
            }
        }
    }
}
