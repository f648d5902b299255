//! The dialect: the notation of a file, as far as it takes more than one value to know it.

use standings_core::DecimalStyle;

use crate::csv::Notation;
use crate::reading::{DateOrder, Reading};

/// What a pass assumes of the notation of a file. Values that are evident by themselves are read as they are; the
/// dialect decides the others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Dialect {
    /// The order of day and month in dates such as 11/12/2026.
    pub(crate) date_order: Option<DateOrder>,
    /// The decimal mark of amounts such as 1.500.
    pub(crate) decimal_mark: DecimalStyle,
    /// The notation of delimited text.
    pub(crate) csv: Notation,
}

impl Dialect {
    /// Returns the assumptions of the first pass: what the options say.
    pub(crate) fn assumed(reading: &Reading) -> Self {
        Self {
            date_order: reading.date_order,
            decimal_mark: reading.decimal_mark.unwrap_or_default(),
            csv: Notation::default(),
        }
    }
}
