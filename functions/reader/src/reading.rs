//! Options for reading sales files.

use jiff::tz::TimeZone;
use standings_core::DecimalStyle;

use crate::columns::ColumnNames;
use crate::encoding::TextEncoding;

/// Options for reading sales files.
#[derive(Clone, Debug)]
pub struct Reading {
    /// Additional names of columns, beyond the built-in ones.
    pub columns: ColumnNames,
    /// The decimal mark of amounts in text, where the file does not show it. `None` if that is not known.
    pub decimal_mark: Option<DecimalStyle>,
    /// The order of the parts of dates such as 11/12/2026 and 26/11/23, where the file does not show it.
    pub date_order: Option<DateOrder>,
    /// The encoding of text that is not UTF-8. `None` if its words decide.
    pub encoding: Option<TextEncoding>,
    /// The time zone of the organization, which decides on which day an instant is.
    pub time_zone: TimeZone,
    /// The time zone of times without an offset. `None` if it is that of the organization.
    pub local_time_zone: Option<TimeZone>,
    /// Whether times without an offset are in UTC instead of local.
    pub utc_times: bool,
    /// Which rows are sales. `None` if the columns of the file decide.
    pub sales: Option<SalesRule>,
    /// The currency of the organization (ISO 4217, in capitals). Rows in another one are skipped.
    pub currency: String,
    /// The currency of amounts that name none (ISO 4217, in capitals). `None` if it is that of the organization.
    pub amounts_in: Option<String>,
}

/// The order of the parts of a date of numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateOrder {
    /// 16/11/2026
    DayFirst,
    /// 11/16/2026
    MonthFirst,
    /// 26/11/16, of years of two digits. A year of four digits shows itself.
    YearFirst,
}

/// Tells sales from other rows: those whose column has one of the values, whatever their case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SalesRule {
    /// The name of the column.
    pub column: String,
    /// Its values for sales.
    pub values: Vec<String>,
}

/// No options, UTC, US dollars, and the built-in column names.
impl Default for Reading {
    fn default() -> Self {
        Self {
            columns: ColumnNames::default(),
            decimal_mark: None,
            date_order: None,
            encoding: None,
            utc_times: false,
            sales: None,
            time_zone: TimeZone::UTC,
            local_time_zone: None,
            currency: "USD".to_owned(),
            amounts_in: None,
        }
    }
}
