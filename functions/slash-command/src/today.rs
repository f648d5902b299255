//! The day of a request, and the periods that are running on it.

use jiff::civil::Date;
use standings_core::{FiscalCalendar, Period, PeriodKind};

/// The day of a request in the organization's time zone, its fiscal calendar, and how it writes dates.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Today {
    pub(crate) date: Date,
    pub(crate) calendar: FiscalCalendar,
    pub(crate) date_order: Option<DateOrder>,
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
