//! ISO 8601 weeks, Monday to Sunday.

use std::fmt;
use std::str::FromStr;

use jiff::civil::{Date, ISOWeekDate, Weekday};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

/// Accepted days, 1 January 1900 (a Monday) to 31 December 2199, as days since 1 January 1970.
///
/// A date outside is a typing error or a placeholder such as 9999-12-31. Accepting it would create weeks without
/// meaning, and one of them would be the latest week.
const DAYS: std::ops::RangeInclusive<i32> = Week::FIRST_DAY..=84_005;

/// First day of the week with the ordinal 0, the start of [`DAYS`].
const FIRST_MONDAY: Date = Date::constant(1900, 1, 1);

/// An ISO 8601 week, Monday to Sunday, such as `2026-W47`.
///
/// A week belongs to the year that contains its Thursday. The first days of January may therefore belong to the last
/// week of the previous year, and the last days of December to the first week of the next one:
///
/// ```
/// use jiff::civil::date;
/// use standings_core::Week;
///
/// let week = Week::of_date(date(2027, 1, 1)).expect("a year between 1900 and 2199");
/// assert_eq!(week.to_string(), "2026-W53");
/// assert_eq!((week.monday(), week.sunday()), (date(2026, 12, 28), date(2027, 1, 3)));
/// assert_eq!(Week::of_date(date(2024, 12, 30)), Week::new(2025, 1));
/// // Most years have 52 weeks.
/// assert_eq!(Week::new(2025, 53), None);
/// ```
///
/// Weeks are parsed from their text form, are ordered by time, and neighbors are found across years:
///
/// ```
/// # use standings_core::Week;
/// let week: Week = "2026-W53".parse()?;
/// assert_eq!(week.next().to_string(), "2027-W01");
/// assert_eq!(week.next().previous(), week);
/// assert_eq!(week.back(52).to_string(), "2026-W01");
/// assert!(week.back(52) < week);
///
/// // The hyphen may be missing and the letter may be small. The year needs four digits.
/// assert_eq!("2026w53".parse::<Week>()?, week);
/// assert!("26-W53".parse::<Week>().is_err());
/// # Ok::<(), standings_core::ParseWeekError>(())
/// ```
///
/// An instant belongs to different weeks in different time zones. Sunday evening in UTC is already Monday in Berlin:
///
/// ```
/// # use standings_core::Week;
/// use jiff::Timestamp;
/// use jiff::tz::TimeZone;
///
/// let instant: Timestamp = "2026-11-15T23:30:00Z".parse()?;
/// assert_eq!(Week::of_instant(instant, &TimeZone::UTC), Week::new(2026, 46));
/// assert_eq!(Week::of_instant(instant, &TimeZone::get("Europe/Berlin")?), Week::new(2026, 47));
/// # Ok::<(), jiff::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Week {
    /// Number of weeks since [`FIRST_MONDAY`].
    ordinal: i32,
}

/// Text that is not a week.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a week; a week is written 2026-W47, and the years are 1900 to 2199")]
pub struct ParseWeekError(String);

impl Week {
    /// The first accepted day, 1 January 1900, as days since 1 January 1970.
    pub(crate) const FIRST_DAY: i32 = -25_567;

    /// The first week.
    pub(crate) const FIRST: Self = Self { ordinal: 0 };

    /// The ordinal of the last week.
    pub(crate) const LAST_ORDINAL: i32 = (84_005 - Self::FIRST_DAY) / 7;

    /// Returns the week that contains `date`, or `None` for a year outside 1900 to 2199.
    #[must_use]
    pub fn of_date(date: Date) -> Option<Self> {
        let hours = date.duration_since(Date::constant(1970, 1, 1)).as_hours();
        Self::of_day(i32::try_from(hours / 24).ok()?)
    }

    /// Returns the week of a day given as days since 1 January 1970, or `None` for a year outside 1900 to 2199.
    ///
    /// A division and no calendar: the reader calls this for every row.
    #[must_use]
    #[inline]
    pub fn of_day(day: i32) -> Option<Self> {
        DAYS.contains(&day).then(|| Self { ordinal: (day - Self::FIRST_DAY) / 7 })
    }

    /// Returns the week that contains `instant` in `time_zone`, or `None` for a year outside 1900 to 2199.
    #[must_use]
    pub fn of_instant(instant: Timestamp, time_zone: &TimeZone) -> Option<Self> {
        Self::of_date(time_zone.to_datetime(instant).date())
    }

    /// Returns the week of an ISO year and week number, or `None` if that year has no such week.
    #[must_use]
    pub fn new(year: i16, number: i8) -> Option<Self> {
        Self::of_date(ISOWeekDate::new(year, number, Weekday::Monday).ok()?.date())
    }

    /// Returns the number of weeks since the week of 1 January 1900.
    #[must_use]
    pub fn ordinal(self) -> i32 {
        self.ordinal
    }

    /// Returns the first day of the week.
    #[must_use]
    pub fn monday(self) -> Date {
        FIRST_MONDAY.saturating_add(SignedDuration::from_hours(7 * 24) * self.ordinal)
    }

    /// Returns the last day of the week.
    #[must_use]
    pub fn sunday(self) -> Date {
        self.monday().saturating_add(6.days())
    }

    /// Returns the week before this one.
    #[must_use]
    pub fn previous(self) -> Self {
        self.back(1)
    }

    /// Returns the week after this one.
    #[must_use]
    pub fn next(self) -> Self {
        self.back(-1)
    }

    /// Returns the week that lies `weeks` earlier, or later if `weeks` is negative.
    #[must_use]
    pub fn back(self, weeks: i32) -> Self {
        Self { ordinal: self.ordinal.saturating_sub(weeks) }
    }
}

impl fmt::Display for Week {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let iso = self.monday().iso_week_date();
        write!(f, "{:04}-W{:02}", iso.year(), iso.week())
    }
}

impl FromStr for Week {
    type Err = ParseWeekError;

    /// Parses `2026-W47`. The hyphen is optional, and the `W` may be lower case.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parse = || {
            let (year, number) = text.split_once(['W', 'w'])?;
            let year = year.strip_suffix('-').unwrap_or(year);
            let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
            if year.len() != 4 || !(1..=2).contains(&number.len()) || !digits(year) || !digits(number) {
                return None;
            }
            Self::new(year.parse().ok()?, number.parse().ok()?)
        };
        parse().ok_or_else(|| ParseWeekError(text.to_owned()))
    }
}

impl TryFrom<String> for Week {
    type Error = ParseWeekError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Week> for String {
    fn from(week: Week) -> Self {
        week.to_string()
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    fn week(text: &str) -> Week {
        text.parse().unwrap()
    }

    #[test]
    fn a_week_belongs_to_the_year_of_its_thursday() {
        assert_eq!(Week::of_date(date(2026, 12, 31)), Some(week("2026-W53")));
        assert_eq!(Week::of_date(date(2027, 1, 3)), Some(week("2026-W53")));
        assert_eq!(Week::of_date(date(2027, 1, 4)), Some(week("2027-W01")));
        assert_eq!(Week::of_date(date(2024, 12, 30)), Some(week("2025-W01")));
    }

    #[test]
    fn only_long_years_have_a_week_53() {
        assert_eq!(Week::new(2026, 53).map(|w| w.to_string()).as_deref(), Some("2026-W53"));
        assert_eq!(Week::new(2025, 53), None);
        assert_eq!(Week::new(2026, 0), None);
        assert_eq!(week("2026-W53").next(), week("2027-W01"));
        assert_eq!(week("2027-W01").previous(), week("2026-W53"));
    }

    #[test]
    fn the_week_of_an_instant_depends_on_the_time_zone() {
        let berlin = TimeZone::get("Europe/Berlin").unwrap();
        let sunday_night: Timestamp = "2026-11-15T23:30:00Z".parse().unwrap();
        assert_eq!(Week::of_instant(sunday_night, &TimeZone::UTC), Some(week("2026-W46")));
        assert_eq!(Week::of_instant(sunday_night, &berlin), Some(week("2026-W47")));
        // Daylight saving time ends on Sunday, 25 October 2026, which has 25 hours.
        let last_hour: Timestamp = "2026-10-25T22:59:59Z".parse().unwrap();
        assert_eq!(Week::of_instant(last_hour, &berlin), Some(week("2026-W43")));
        let next: Timestamp = "2026-10-25T23:00:00Z".parse().unwrap();
        assert_eq!(Week::of_instant(next, &berlin), Some(week("2026-W44")));
    }

    #[test]
    fn only_iso_weeks_with_a_full_year_are_parsed() {
        for text in ["2026-W47", "2026W47", "2026-w47"] {
            assert_eq!(week(text).to_string(), "2026-W47");
        }
        for text in ["", "2026", "2026-W", "2026-W54", "2026-W00", "26-W47", "2026-W+7", "1776-W27", "2026-W047"] {
            assert!(text.parse::<Week>().is_err(), "{text}");
        }
    }

    #[test]
    fn dates_outside_1900_to_2199_have_no_week() {
        assert_eq!(Week::of_date(date(9999, 12, 31)), None);
        assert_eq!(Week::of_date(date(0, 1, 1)), None);
        for (first_or_last, beyond) in [(date(1900, 1, 1), date(1899, 12, 31)), (date(2199, 12, 31), date(2200, 1, 1))]
        {
            let week = Week::of_date(first_or_last).unwrap();
            assert_eq!(week.to_string().parse(), Ok(week));
            assert_eq!(Week::of_date(beyond), None);
        }
    }

    proptest! {
        #[test]
        fn every_day_lies_in_its_week_and_weeks_round_trip(days in 0i32..109_000) {
            let day = date(1900, 1, 8).saturating_add(days.days());
            let week = Week::of_date(day).unwrap();
            prop_assert!(week.monday() <= day && day <= week.sunday());
            prop_assert_eq!(week.to_string().parse::<Week>(), Ok(week));
            prop_assert_eq!(week.next().previous(), week);
            prop_assert_eq!(week.sunday().tomorrow().unwrap(), week.next().monday());
            prop_assert_eq!(week.monday().weekday(), Weekday::Monday);
            let epoch_day = (day - date(1970, 1, 1)).get_days();
            prop_assert_eq!(Week::of_day(epoch_day), Some(week));
        }
    }
}
