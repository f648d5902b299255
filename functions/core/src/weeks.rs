//! The list of weeks that have sales, from which the slash command suggests weeks when the requested one has none.

use serde::{Deserialize, Serialize};

use crate::decimal::Decimal;
use crate::week::Week;

/// Key of the list in the reports table.
pub const KEY: &str = "weeks";

/// Maximum length of the list: two years, which fit into one read unit.
pub const MAX_WEEKS: usize = 104;

/// The latest weeks that have sales, with their totals.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Weeks {
    /// Weeks and their totals, latest first, at most [`MAX_WEEKS`].
    pub weeks: Vec<(Week, Decimal)>,
    /// The organization's currency (ISO 4217).
    pub currency: String,
}
