//! Months of the civil calendar.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A month of the civil calendar, such as `2026-11`.
///
/// ```
/// use jiff::civil::date;
/// use standings_core::Month;
///
/// let november: Month = "2026-11".parse()?;
/// assert_eq!((november.first_day(), november.last_day()), (date(2026, 11, 1), date(2026, 11, 30)));
/// assert_eq!(november.back(-2).to_string(), "2027-01");
/// assert_eq!(Month::of_date(date(2026, 11, 24)), Some(november));
/// assert!("2026-13".parse::<Month>().is_err());
/// # Ok::<(), standings_core::ParseMonthError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Month {
    /// Number of months since January of the year 0.
    ordinal: i32,
}

/// Text that is not a month.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a month; a month is written 2026-11, and the years are 1900 to 2199")]
pub struct ParseMonthError(String);

impl Month {
    /// Returns the month of a year, 1 being January, or `None` if there is no such month or the year is not one of 1900 to
    /// 2199.
    #[must_use]
    pub fn new(year: i16, number: i8) -> Option<Self> {
        let is_valid = (1900..=2199).contains(&year) && (1..=12).contains(&number);
        is_valid.then(|| Self { ordinal: i32::from(year) * 12 + i32::from(number) - 1 })
    }

    /// Returns the month that contains `date`, or `None` for a year outside 1900 to 2199.
    #[must_use]
    pub fn of_date(date: Date) -> Option<Self> {
        Self::new(date.year(), date.month())
    }

    /// Returns the year.
    #[must_use]
    pub fn year(self) -> i16 {
        i16::try_from(self.ordinal.div_euclid(12)).unwrap_or(i16::MAX)
    }

    /// Returns the number of the month in its year, 1 being January.
    #[must_use]
    pub fn number(self) -> i8 {
        i8::try_from(self.ordinal.rem_euclid(12)).unwrap_or(0) + 1
    }

    /// Returns the first day.
    #[must_use]
    pub fn first_day(self) -> Date {
        Date::new(self.year(), self.number(), 1).unwrap_or(Date::MAX)
    }

    /// Returns the last day.
    #[must_use]
    pub fn last_day(self) -> Date {
        self.first_day().last_of_month()
    }

    /// Returns the month that lies `months` earlier, or later if `months` is negative.
    #[must_use]
    pub fn back(self, months: i32) -> Self {
        Self { ordinal: self.ordinal.saturating_sub(months) }
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year(), self.number())
    }
}

impl FromStr for Month {
    type Err = ParseMonthError;

    /// Parses `2026-11`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parse = || {
            let (year, number) = text.split_once('-')?;
            let digits = |part: &str, length| part.len() == length && part.bytes().all(|b| b.is_ascii_digit());
            if !digits(year, 4) || !digits(number, 2) {
                return None;
            }
            Self::new(year.parse().ok()?, number.parse().ok()?)
        };
        parse().ok_or_else(|| ParseMonthError(text.to_owned()))
    }
}

impl TryFrom<String> for Month {
    type Error = ParseMonthError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Month> for String {
    fn from(month: Month) -> Self {
        month.to_string()
    }
}
