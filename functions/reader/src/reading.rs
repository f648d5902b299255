//! Options for reading sales files.

use jiff::tz::TimeZone;
use standings_core::DecimalStyle;

use crate::columns::ColumnNames;

/// Options for reading sales files.
#[derive(Clone, Debug)]
pub struct Reading {
    /// Names of columns beyond those that are known anyway.
    pub columns: ColumnNames,
    /// How numbers are written.
    pub decimal_style: DecimalStyle,
    /// Where a day begins.
    pub time_zone: TimeZone,
    /// The currency that counts (ISO 4217, in capitals).
    pub currency: String,
}

/// Point decimals, UTC, US dollars, and no column names beyond the known ones.
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
