//! The weeks that have sales, for whoever asks for one that has none.

use serde::{Deserialize, Serialize};

use crate::decimal::Decimal;
use crate::week::Week;

/// The key of the list.
pub const KEY: &str = "weeks";

/// So many weeks are listed: two years.
pub const MAX_WEEKS: usize = 104;

/// The last weeks that have sales, and what was sold in each.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Weeks {
    /// The weeks with their totals, the latest first, at most [`MAX_WEEKS`].
    pub weeks: Vec<(Week, Decimal)>,
    /// The organisation's currency (ISO 4217).
    pub currency: String,
}
