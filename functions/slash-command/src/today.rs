//! The day of a request, the periods that are running on it, and how dates are written.

use jiff::civil::Date;
use standings_core::{FiscalCalendar, Period, PeriodKind};

use crate::locale::Locale;

/// The day of a request in the organization's time zone, its fiscal calendar, and how it writes numbers and dates.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Today {
    pub(crate) date: Date,
    pub(crate) calendar: FiscalCalendar,
    /// Order of day and month in questions.
    pub(crate) date_order: Option<DateOrder>,
    /// Form of numbers and dates in answers.
    pub(crate) locale: Locale,
}

/// The order of day and month in dates such as 11/12/2026.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateOrder {
    /// 11 December.
    DayFirst,
    /// November 12.
    MonthFirst,
}

impl Today {
    /// Returns the running period of a kind, or `None` for a year outside 1900 to 2199.
    pub(crate) fn running(self, kind: PeriodKind) -> Option<Period> {
        Period::of(kind, self.date, self.calendar)
    }
}
