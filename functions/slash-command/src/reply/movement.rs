//! Movements: how the rank of a salesperson changed since the week before.

use standings_core::Entry;

/// The change of a rank since the week before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Movement {
    /// Not on the board in the week before.
    New,
    /// Better by this many ranks.
    Up(u32),
    /// Worse by this many ranks.
    Down(u32),
    Same,
}

impl Movement {
    pub(super) fn of(entry: &Entry) -> Self {
        match entry.previous_rank {
            None => Self::New,
            Some(before) if before > entry.rank => Self::Up(before - entry.rank),
            Some(before) if before < entry.rank => Self::Down(entry.rank - before),
            Some(_) => Self::Same,
        }
    }

    /// Returns the movement as the cell of a table: `up 2`.
    pub(super) fn cell(self) -> String {
        match self {
            Self::New => "new".to_owned(),
            Self::Up(ranks) => format!("up {ranks}"),
            Self::Down(ranks) => format!("down {ranks}"),
            Self::Same => "same".to_owned(),
        }
    }

    /// Returns the movement as the end of a sentence: `up 2 on the week before`.
    pub(super) fn phrase(self) -> String {
        match self {
            Self::New => "not on the board the week before".to_owned(),
            Self::Up(_) | Self::Down(_) => format!("{} on the week before", self.cell()),
            Self::Same => "same place as the week before".to_owned(),
        }
    }
}
