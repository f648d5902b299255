//! Options for reading sales files.

use jiff::tz::TimeZone;
use standings_core::DecimalStyle;

use crate::columns::ColumnNames;

/// Options for reading sales files.
#[derive(Clone, Debug)]
pub struct Reading {
    /// Additional names of columns, beyond the built-in ones.
    pub columns: ColumnNames,
    /// The notation of numbers in text.
    pub decimal_style: DecimalStyle,
    /// The time zone of the organization, which decides on which day an instant is.
    pub time_zone: TimeZone,
    /// The currency of the organization (ISO 4217, in capitals). Rows in another one are skipped.
    pub currency: String,
}

/// Decimal points, UTC, US dollars, and the built-in column names.
impl Default for Reading {
    fn default() -> Self {
        Self {
            columns: ColumnNames::default(),
            decimal_style: DecimalStyle::default(),
            time_zone: TimeZone::UTC,
            currency: "USD".to_owned(),
        }
    }
}
