//! The day of a request, and the periods that are running on it.

use jiff::civil::Date;
use standings_core::{FiscalCalendar, Period, PeriodKind};

/// The day of a request in the organization's time zone, and its fiscal calendar.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Today {
    pub(crate) date: Date,
    pub(crate) calendar: FiscalCalendar,
}

impl Today {
    /// Returns the running period of a kind, or `None` for a year outside 1900 to 2199.
    pub(crate) fn running(self, kind: PeriodKind) -> Option<Period> {
        Period::of(kind, self.date, self.calendar)
    }
}
