//! Boards: whom a ranking is about.

use std::fmt;

use crate::name;
use crate::week::Week;

/// Whom a ranking is about: everyone, or one team.
///
/// A team is known by its folded name, so that `EMEA` and `emea` in two exports are one board.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Board {
    /// Everyone.
    Company,
    /// One team, by its folded name.
    Team(String),
}

impl Board {
    /// The board of a team, or `None` where the name is empty or longer than any name is.
    #[must_use]
    pub fn team(team: &str) -> Option<Self> {
        let folded = name::fold(team);
        (!folded.is_empty() && !name::is_too_long(team)).then_some(Self::Team(folded))
    }

    /// The key of this board's report of `week`, such as `2026-W47#team#emea`.
    #[must_use]
    pub fn key(&self, week: Week) -> String {
        format!("{week}#{self}")
    }

    /// The key of the copy of this board's latest report.
    #[must_use]
    pub fn latest_key(&self) -> String {
        format!("latest#{self}")
    }

    /// Reads what [`Display`](fmt::Display) writes.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        match id.strip_prefix("team#") {
            Some(team) => Some(Self::Team(team.to_owned())),
            None => (id == "company").then_some(Self::Company),
        }
    }
}

/// `company` or `team#emea`. The team comes last, so that no name can pass for another board, whatever it contains.
impl fmt::Display for Board {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Company => f.write_str("company"),
            Self::Team(team) => write!(f, "team#{team}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_board_has_one_key() {
        let week: Week = "2026-W47".parse().unwrap();
        assert_eq!(Board::Company.key(week), "2026-W47#company");
        assert_eq!(Board::team(" EMEA ").unwrap().key(week), "2026-W47#team#emea");
        assert_eq!(Board::team("").or_else(|| Board::team(&"x".repeat(201))), None);
    }

    proptest! {
        #[test]
        fn no_team_can_pass_for_another_board(name in "[a-z# ]{1,12}") {
            if let Some(board) = Board::team(&name) {
                prop_assert_ne!(&board.to_string(), "company");
                prop_assert_eq!(Board::from_id(&board.to_string()), Some(board));
            }
        }
    }
}
