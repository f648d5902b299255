//! Segments: the days that a week and a month share, of which all periods are unions.

use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::week::Week;

/// For each week, by its ordinal, the number of its days before the first day of a month: 7 in a week without one. A month
/// that starts on a Monday starts with the week, so that number is never 0.
static DAYS_IN_FIRST: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let mut days = Vec::new();
    let mut week = Week::of_day(Week::FIRST_DAY);
    while let Some(current) = week {
        let monday = current.monday();
        let next_month = monday.first_of_month().saturating_add(1.month());
        let before = (next_month - monday).get_days();
        days.push(u8::try_from(before).unwrap_or(7).min(7));
        week = Some(current.next()).filter(|next| next.ordinal() <= Week::LAST_ORDINAL);
    }
    days
});

/// The days that a week and a month share: a whole week, or the part of one before or after the first day of a month.
///
/// Weeks consist of one or two segments, months of four to six, and so do quarters and years of whole months. Sums per
/// segment therefore add up to those of every period.
///
/// ```
/// use jiff::civil::date;
/// use standings_core::Segment;
///
/// // 1 December 2026 is a Tuesday.
/// let before = Segment::of_date(date(2026, 11, 30)).expect("a year between 1900 and 2199");
/// let after = Segment::of_date(date(2026, 12, 6)).expect("a year between 1900 and 2199");
/// assert_eq!((before.first_day(), before.last_day()), (date(2026, 11, 30), date(2026, 11, 30)));
/// assert_eq!((after.first_day(), after.last_day()), (date(2026, 12, 1), date(2026, 12, 6)));
/// assert_eq!((before.week(), before.next()), (after.week(), after));
///
/// // A segment is written as its first day.
/// assert_eq!(after.to_string(), "2026-12-01");
/// assert_eq!("2026-12-01".parse(), Ok(after));
/// assert!("2026-12-02".parse::<Segment>().is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Segment {
    /// Twice the ordinal of the week, and one more for the part from the first day of a month on, in a week in which a
    /// month starts after Monday. One number, because the reader keeps it with every sum.
    ordinal: i32,
}

/// Text that is not the first day of a segment.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not the first day of a segment, a Monday or the first of a month between 1900 and 2199")]
pub struct ParseSegmentError(String);

impl Segment {
    /// Returns the segment that contains `date`, or `None` for a year outside 1900 to 2199.
    #[must_use]
    pub fn of_date(date: Date) -> Option<Self> {
        let week = Week::of_date(date)?;
        Some(Self::new(week, date.month() != week.monday().month()))
    }

    /// Returns the segment of a day given as days since 1 January 1970, or `None` for a year outside 1900 to 2199.
    ///
    /// A division and a look into a table of 16 KB: the reader calls this for every row.
    #[must_use]
    #[inline]
    pub fn of_day(day: i32) -> Option<Self> {
        let week = Week::of_day(day)?;
        let weekday = day - Week::FIRST_DAY - 7 * week.ordinal();
        let first = days_in_first(week);
        Some(Self::new(week, weekday >= first.into()))
    }

    fn new(week: Week, is_second: bool) -> Self {
        Self { ordinal: 2 * week.ordinal() + i32::from(is_second) }
    }

    /// Returns the week that the segment is a part of.
    #[must_use]
    pub fn week(self) -> Week {
        Week::FIRST.back(-(self.ordinal >> 1))
    }

    /// Returns whether it is the later one of two segments of its week.
    #[must_use]
    pub const fn is_second(self) -> bool {
        self.ordinal & 1 == 1
    }

    /// Returns whether its week has another segment.
    #[must_use]
    #[inline]
    pub fn shares_week(self) -> bool {
        days_in_first(self.week()) < 7
    }

    /// Returns the first day.
    #[must_use]
    pub fn first_day(self) -> Date {
        let week = self.week();
        let days = if self.is_second() { i32::from(days_in_first(week)) } else { 0 };
        week.monday().saturating_add(days.days())
    }

    /// Returns the last day.
    #[must_use]
    pub fn last_day(self) -> Date {
        let week = self.week();
        let days = if self.is_second() { 7 } else { i32::from(days_in_first(week)) };
        week.monday().saturating_add((days - 1).days())
    }

    /// Returns the segment after this one.
    #[must_use]
    pub fn next(self) -> Self {
        let is_followed_in_week = !self.is_second() && self.shares_week();
        if is_followed_in_week { Self { ordinal: self.ordinal + 1 } } else { Self::new(self.week().next(), false) }
    }
}

fn days_in_first(week: Week) -> u8 {
    let index = usize::try_from(week.ordinal()).unwrap_or(usize::MAX);
    DAYS_IN_FIRST.get(index).copied().unwrap_or(7)
}

impl fmt::Display for Segment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.first_day().fmt(f)
    }
}

impl FromStr for Segment {
    type Err = ParseSegmentError;

    /// Parses the first day of a segment, such as `2026-12-01`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let date = text.parse::<Date>().ok();
        let segment = date.and_then(|date| Self::of_date(date).filter(|segment| segment.first_day() == date));
        segment.ok_or_else(|| ParseSegmentError(text.to_owned()))
    }
}

impl TryFrom<String> for Segment {
    type Error = ParseSegmentError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Segment> for String {
    fn from(segment: Segment) -> Self {
        segment.to_string()
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_segment_is_the_days_of_one_week_and_one_month(days in 0i32..109_000) {
            let day = date(1900, 1, 8).saturating_add(days.days());
            let segment = Segment::of_date(day).unwrap();
            prop_assert_eq!(Segment::of_day((day - date(1970, 1, 1)).get_days()), Some(segment));
            prop_assert_eq!(segment.to_string().parse(), Ok(segment));
            let (first, last) = (segment.first_day(), segment.last_day());
            prop_assert!(first <= day && day <= last);
            let is_same = |other: Date| other.month() == day.month() && Week::of_date(other) == Week::of_date(day);
            prop_assert!(is_same(first) && is_same(last));
            prop_assert!(!is_same(first.yesterday().unwrap()) && !is_same(last.tomorrow().unwrap()));
            prop_assert_eq!(segment.next().first_day(), last.tomorrow().unwrap());
            prop_assert!(segment < segment.next());
        }
    }
}
