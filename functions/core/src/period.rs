//! Periods: the stretches of time that rankings are about.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use jiff::{Span, ToSpan};
use serde::{Deserialize, Serialize};

use crate::fiscal::FiscalCalendar;
use crate::month::Month;
use crate::segment::Segment;
use crate::week::Week;

/// A week, month, quarter or year.
///
/// The text form says which days the period has, whatever the fiscal calendar: quarters and years are written as their
/// first month and a duration (ISO 8601). A report can therefore never be taken for that of another period after the
/// fiscal calendar was changed.
///
/// ```
/// use jiff::civil::date;
/// use standings_core::{FiscalCalendar, Period, PeriodKind};
///
/// let day = date(2026, 11, 24);
/// let periods = Period::all_of(day, FiscalCalendar::CIVIL).expect("a year between 1900 and 2199");
/// assert_eq!(periods.map(|period| period.to_string()), ["2026-W48", "2026-11", "2026-10/P3M", "2026-01/P1Y"]);
/// for period in periods {
///     assert_eq!(period.to_string().parse(), Ok(period));
///     assert!(period.first_day() <= day && day <= period.last_day());
///     assert_eq!(period.next().previous(), period);
/// }
/// assert_eq!(periods[2].segments().count(), 16);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Period {
    /// An ISO week.
    Week(Week),
    /// A month of the civil calendar.
    Month(Month),
    /// Three months, by the first one.
    Quarter(Month),
    /// Twelve months, by the first one.
    Year(Month),
}

/// A kind of period.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PeriodKind {
    /// ISO weeks.
    #[default]
    Week,
    /// Months of the civil calendar.
    Month,
    /// Quarters of the fiscal calendar.
    Quarter,
    /// Years of the fiscal calendar.
    Year,
}

/// Text that is not a period.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a period; periods are written 2026-W47, 2026-11, 2026-10/P3M and 2026-01/P1Y")]
pub struct ParsePeriodError(String);

impl PeriodKind {
    /// All kinds, the shortest first.
    pub const ALL: [Self; 4] = [Self::Week, Self::Month, Self::Quarter, Self::Year];

    /// Returns the name of the kind in lower case, such as `week`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Week => "week",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
        }
    }
}

impl Period {
    /// Returns the period of a kind that contains `date`, or `None` for a year outside 1900 to 2199.
    #[must_use]
    pub fn of(kind: PeriodKind, date: Date, calendar: FiscalCalendar) -> Option<Self> {
        let month = Month::of_date(date)?;
        Some(match kind {
            PeriodKind::Week => Self::Week(Week::of_date(date)?),
            PeriodKind::Month => Self::Month(month),
            PeriodKind::Quarter => Self::Quarter(calendar.quarter_of(month).2),
            PeriodKind::Year => Self::Year(calendar.year_of(month).1),
        })
    }

    /// Returns the periods of all kinds that contain `date`, the shortest first, or `None` for a year outside 1900 to
    /// 2199.
    #[must_use]
    pub fn all_of(date: Date, calendar: FiscalCalendar) -> Option<[Self; 4]> {
        let [week, month, quarter, year] = PeriodKind::ALL.map(|kind| Self::of(kind, date, calendar));
        Some([week?, month?, quarter?, year?])
    }

    /// Returns the kind.
    #[must_use]
    pub const fn kind(self) -> PeriodKind {
        match self {
            Self::Week(_) => PeriodKind::Week,
            Self::Month(_) => PeriodKind::Month,
            Self::Quarter(_) => PeriodKind::Quarter,
            Self::Year(_) => PeriodKind::Year,
        }
    }

    /// Returns the first day.
    #[must_use]
    pub fn first_day(self) -> Date {
        match self {
            Self::Week(week) => week.monday(),
            Self::Month(month) | Self::Quarter(month) | Self::Year(month) => month.first_day(),
        }
    }

    /// Returns the last day.
    #[must_use]
    pub fn last_day(self) -> Date {
        match self {
            Self::Week(week) => week.sunday(),
            Self::Month(month) => month.last_day(),
            Self::Quarter(month) => month.back(-2).last_day(),
            Self::Year(month) => month.back(-11).last_day(),
        }
    }

    /// Returns whether a day lies in the period.
    #[must_use]
    pub fn contains(self, day: Date) -> bool {
        self.first_day() <= day && day <= self.last_day()
    }

    /// Returns the period of the same kind before this one.
    #[must_use]
    pub fn previous(self) -> Self {
        self.back(1)
    }

    /// Returns the period of the same kind after this one.
    #[must_use]
    pub fn next(self) -> Self {
        self.back(-1)
    }

    /// Returns the period of the same kind that lies `count` earlier, or later if `count` is negative.
    #[must_use]
    pub fn back(self, count: i32) -> Self {
        match self {
            Self::Week(week) => Self::Week(week.back(count)),
            Self::Month(month) => Self::Month(month.back(count)),
            Self::Quarter(month) => Self::Quarter(month.back(count.saturating_mul(3))),
            Self::Year(month) => Self::Year(month.back(count.saturating_mul(12))),
        }
    }

    /// Returns the segments of the period, in order.
    pub fn segments(self) -> impl Iterator<Item = Segment> {
        let last = self.last_day();
        let first = Segment::of_date(self.first_day());
        std::iter::successors(first, |segment| Some(segment.next()))
            .take_while(move |segment| segment.first_day() <= last)
    }

    /// Returns the day of the previous period up to which it had as many days as this one up to `day`: the same weekday,
    /// or the same day of a month, or the last of a shorter one. The last day of a period corresponds to the last day of
    /// the previous one.
    #[must_use]
    pub fn same_day_before(self, day: Date) -> Date {
        if day >= self.last_day() {
            return self.previous().last_day();
        }
        let before: Span = match self.kind() {
            PeriodKind::Week => 7.days(),
            PeriodKind::Month => 1.month(),
            PeriodKind::Quarter => 3.months(),
            PeriodKind::Year => 12.months(),
        };
        day.saturating_sub(before)
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Week(week) => week.fmt(f),
            Self::Month(month) => month.fmt(f),
            Self::Quarter(first) => write!(f, "{first}/P3M"),
            Self::Year(first) => write!(f, "{first}/P1Y"),
        }
    }
}

impl FromStr for Period {
    type Err = ParsePeriodError;

    /// Parses the text form.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parsed = match text.split_once('/') {
            None => text.parse().map(Self::Week).ok().or_else(|| text.parse().map(Self::Month).ok()),
            Some((first, "P3M")) => first.parse().map(Self::Quarter).ok(),
            Some((first, "P1Y")) => first.parse().map(Self::Year).ok(),
            Some(_) => None,
        };
        parsed.ok_or_else(|| ParsePeriodError(text.to_owned()))
    }
}

impl TryFrom<String> for Period {
    type Error = ParsePeriodError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Period> for String {
    fn from(period: Period) -> Self {
        period.to_string()
    }
}

impl From<Week> for Period {
    fn from(week: Week) -> Self {
        Self::Week(week)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;
    use crate::fiscal::FiscalYearName;

    #[test]
    fn the_same_days_of_a_shorter_month_end_with_it() {
        let same = |period: &str, day| period.parse::<Period>().unwrap().same_day_before(day);
        assert_eq!(same("2026-11", date(2026, 11, 24)), date(2026, 10, 24));
        assert_eq!(same("2026-03", date(2026, 3, 30)), date(2026, 2, 28));
        assert_eq!(same("2026-11", date(2026, 11, 30)), date(2026, 10, 31));
        assert_eq!(same("2026-W48", date(2026, 11, 24)), date(2026, 11, 17));
        assert_eq!(same("2026-10/P3M", date(2026, 11, 24)), date(2026, 8, 24));
        assert_eq!(same("2024-01/P1Y", date(2024, 2, 29)), date(2023, 2, 28));
    }

    proptest! {
        #[test]
        fn segments_are_the_days_of_a_period_without_gaps(
            (days, start, kind) in (0i32..100_000, 1i8..=12, proptest::sample::select(PeriodKind::ALL.to_vec()))
        ) {
            let day = date(1901, 1, 1).saturating_add(days.days());
            let calendar = FiscalCalendar::new(start, FiscalYearName::End).unwrap();
            let period = Period::of(kind, day, calendar).unwrap();
            prop_assert_eq!(period.kind(), kind);
            prop_assert!(period.contains(day));
            prop_assert_eq!(period.to_string().parse(), Ok(period));
            prop_assert_eq!(period.next().first_day(), period.last_day().tomorrow().unwrap());
            let mut next = period.first_day();
            let segments: Vec<Segment> = period.segments().collect();
            for segment in &segments {
                prop_assert_eq!(segment.first_day(), next);
                next = segment.last_day().tomorrow().unwrap();
            }
            prop_assert_eq!(next, period.next().first_day());
            let most = match kind { PeriodKind::Week => 2, PeriodKind::Month => 6, PeriodKind::Quarter => 16, PeriodKind::Year => 65 };
            prop_assert!(segments.len() <= most, "{}", segments.len());
            let before = period.same_day_before(day);
            prop_assert!(period.previous().contains(before));
        }
    }
}
