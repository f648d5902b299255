//! Movements: how the rank of a salesperson changed since the period before.

use standings_core::{Entry, PeriodKind};

/// The change of a rank since the period before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Movement {
    /// Not on the board in the period before.
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
    pub(super) fn phrase(self, kind: PeriodKind) -> String {
        let kind = kind.name();
        match self {
            Self::New => format!("not on the board the {kind} before"),
            Self::Up(_) | Self::Down(_) => format!("{} on the {kind} before", self.cell()),
            Self::Same => format!("same place as the {kind} before"),
        }
    }
}
