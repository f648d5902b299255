//! Measures: the quantities that people are ranked by.

use std::borrow::BorrowMut;
use std::cmp::Reverse;

use crate::entry::Entry;

/// A quantity that people are ranked by.
///
/// Stored reports are ranked by amount. [`Report::by`](crate::Report::by) ranks one by another measure:
///
/// ```
/// use standings_core::period_reports::{Computation, PeriodReports};
/// use standings_core::{Board, Contribution, LedgerSum, Measure, Person, Tally};
///
/// // Ana sold more, Bo closed more deals.
/// let mut total = Contribution::default();
/// for (name, amount, deals) in [("Ana", "900", 1), ("Bo", "250.50", 3)] {
///     let tally = Tally { amount: amount.parse()?, deals, ..Tally::default() };
///     let person = Person { deals, teams: [("EMEA".to_owned(), tally)].into(), slack_user_id: None };
///     total.people.add(name, 1, person);
/// }
/// let (now, previous) = (LedgerSum { total, ..LedgerSum::default() }, LedgerSum::default());
/// let november = Computation {
///     period: "2026-11".parse()?,
///     currency: "EUR",
///     today: jiff::civil::date(2026, 11, 24),
///     computed_at: jiff::Timestamp::UNIX_EPOCH,
///     is_migrating: false,
/// };
/// let mut reports = PeriodReports::compute(november, &now, &previous);
///
/// let report = reports.boards.remove(&Board::Company).expect("the company always has a report");
/// assert_eq!(report.entries[0].name, "Ana");
/// assert_eq!(report.by(Measure::Deals).entries[0].name, "Bo");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Measure {
    /// Amount sold, in the organization's currency.
    #[default]
    Amount,
    /// Number of deals.
    Deals,
    /// Units sold.
    Units,
}

impl Measure {
    /// All measures, the default one first.
    pub const ALL: [Self; 3] = [Self::Amount, Self::Deals, Self::Units];

    /// Returns the value of this measure for `entry`, in a form that orders like the value itself.
    fn of(self, entry: &Entry) -> i128 {
        match self {
            Self::Amount => entry.amount.ten_thousandths(),
            Self::Deals => entry.deals.into(),
            Self::Units => entry.units.ten_thousandths(),
        }
    }

    /// Sorts entries by this measure, highest first, and assigns ranks (standard competition ranking): equal values
    /// share a rank, the next ranks are skipped (1, 2, 2, 4), and ties are ordered by name.
    pub(crate) fn rank<E: BorrowMut<Entry>>(self, entries: &mut [E]) {
        entries.sort_by(|a, b| {
            let (a, b) = (a.borrow(), b.borrow());
            (Reverse(self.of(a)), &a.name).cmp(&(Reverse(self.of(b)), &b.name))
        });
        let mut last: Option<(i128, u32)> = None;
        for (position, entry) in (1..).zip(entries) {
            let entry = entry.borrow_mut();
            entry.rank = match last {
                Some((value, rank)) if value == self.of(entry) => rank,
                _ => position,
            };
            last = Some((self.of(entry), entry.rank));
        }
    }
}
