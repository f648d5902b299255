//! Fiscal calendars: the month in which the year starts, and the year that it is named after.

use crate::month::Month;

/// The fiscal calendar of an organization. Quarters and years are those of it; months and weeks are the civil ones.
///
/// ```
/// use standings_core::{FiscalCalendar, FiscalYearName, Month};
///
/// let july = FiscalCalendar::new(7, FiscalYearName::End).expect("a month");
/// let start = Month::new(2026, 7).expect("a month");
/// assert_eq!(july.year_of(Month::new(2027, 6).expect("a month")), (2027, start));
/// assert_eq!(july.quarter_of(Month::new(2026, 11).expect("a month")), (2027, 2, Month::new(2026, 10).expect("a month")));
/// assert_eq!(july.start_of_year(2027), Some(start));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FiscalCalendar {
    /// The month in which the year starts, 1 to 12.
    start: i8,
    name: FiscalYearName,
}

/// The civil year that a fiscal year is named after.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FiscalYearName {
    /// The year in which it starts.
    Start,
    /// The year in which it ends, as most organizations do.
    #[default]
    End,
}

impl FiscalCalendar {
    /// The civil calendar.
    pub const CIVIL: Self = Self { start: 1, name: FiscalYearName::End };

    /// Returns the calendar of years that start in a month, 1 being January, or `None` if there is no such month.
    #[must_use]
    pub fn new(start: i8, name: FiscalYearName) -> Option<Self> {
        (1..=12).contains(&start).then_some(Self { start, name })
    }

    /// Returns whether years are those of the civil calendar.
    #[must_use]
    pub const fn is_civil(self) -> bool {
        self.start == 1
    }

    /// Returns the year of a month: its number, and the month in which it starts.
    #[must_use]
    pub fn year_of(self, month: Month) -> (i16, Month) {
        let start = month.back((i32::from(month.number()) - i32::from(self.start)).rem_euclid(12));
        (self.name_of(start), start)
    }

    /// Returns the quarter of a month: the number of the year, that of the quarter from 1 to 4, and the month in which it
    /// starts.
    #[must_use]
    pub fn quarter_of(self, month: Month) -> (i16, u8, Month) {
        let since_start = (i32::from(month.number()) - i32::from(self.start)).rem_euclid(12);
        let number = u8::try_from(since_start / 3).unwrap_or_default() + 1;
        (self.year_of(month).0, number, month.back(since_start % 3))
    }

    /// Returns the month in which the year with this number starts, or `None` if it is not one of 1900 to 2199.
    #[must_use]
    pub fn start_of_year(self, year: i16) -> Option<Month> {
        let starts_before = !self.is_civil() && self.name == FiscalYearName::End;
        Month::new(year.checked_sub(i16::from(starts_before))?, self.start)
    }

    fn name_of(self, start: Month) -> i16 {
        match self.name {
            FiscalYearName::Start => start.year(),
            FiscalYearName::End => start.back(-11).year(),
        }
    }
}

impl Default for FiscalCalendar {
    fn default() -> Self {
        Self::CIVIL
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_is_named_after_its_start_or_its_end() {
        let april = |name| FiscalCalendar::new(4, name).unwrap();
        let march: Month = "2026-03".parse().unwrap();
        assert_eq!(april(FiscalYearName::End).year_of(march), (2026, "2025-04".parse().unwrap()));
        assert_eq!(april(FiscalYearName::Start).year_of(march), (2025, "2025-04".parse().unwrap()));
        assert_eq!(FiscalCalendar::CIVIL.year_of(march), (2026, "2026-01".parse().unwrap()));
        assert_eq!(FiscalCalendar::new(13, FiscalYearName::End), None);
    }

    #[test]
    fn every_month_lies_in_its_quarter_and_year() {
        for start in 1..=12 {
            for name in [FiscalYearName::Start, FiscalYearName::End] {
                let calendar = FiscalCalendar::new(start, name).unwrap();
                for back in 0..40 {
                    let month = Month::new(2026, 11).unwrap().back(back);
                    let (year, first) = calendar.year_of(month);
                    assert_eq!(calendar.start_of_year(year), Some(first));
                    assert!((0..12).any(|after| first.back(-after) == month));
                    let (quarter_year, number, quarter) = calendar.quarter_of(month);
                    assert_eq!((quarter_year, quarter), (year, first.back(-3 * (i32::from(number) - 1))));
                    assert!((0..3).any(|after| quarter.back(-after) == month));
                }
            }
        }
    }
}
