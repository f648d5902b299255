//! The list of periods that have sales, from which the slash command suggests another one when the requested one has none.

use serde::{Deserialize, Serialize};

use crate::decimal::Decimal;
use crate::period::{Period, PeriodKind};

/// Key of the list in the reports table.
pub const KEY: &str = "periods";

/// The latest periods that have sales, with their totals.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Periods {
    /// Periods and their totals: those of each kind latest first, at most [`max`] of a kind.
    pub periods: Vec<(Period, Decimal)>,
    /// The organization's currency (ISO 4217).
    pub currency: String,
}

/// Returns the maximum number of periods of a kind in the list. All of them fit into one read unit.
#[must_use]
pub const fn max(kind: PeriodKind) -> usize {
    match kind {
        PeriodKind::Week => 53,
        PeriodKind::Month => 25,
        PeriodKind::Quarter => 12,
        PeriodKind::Year => 10,
    }
}

impl Periods {
    /// Returns the periods of a kind, latest first.
    pub fn of(&self, kind: PeriodKind) -> impl Iterator<Item = (Period, Decimal)> {
        self.periods.iter().copied().filter(move |(period, _)| period.kind() == kind)
    }
}
