//! Measures: what people are ranked by.

use std::cmp::Reverse;

use crate::entry::Entry;

/// What people are ranked by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Measure {
    /// What they sold, in the organisation's currency.
    #[default]
    Amount,
    /// The number of deals.
    Deals,
    /// The units sold.
    Units,
}

impl Measure {
    /// All measures, the usual one first.
    pub const ALL: [Self; 3] = [Self::Amount, Self::Deals, Self::Units];

    /// How much of it an entry has; entries with the same share a rank.
    fn of(self, entry: &Entry) -> i128 {
        match self {
            Self::Amount => entry.amount.ten_thousandths(),
            Self::Deals => entry.deals.into(),
            Self::Units => entry.units.ten_thousandths(),
        }
    }

    /// Orders entries and gives them their ranks: the most first; those who have the same share a rank and the next is
    /// skipped (1, 2, 2, 4), in the order of their names.
    pub(crate) fn rank(self, entries: &mut [Entry]) {
        entries.sort_by(|a, b| (Reverse(self.of(a)), &a.name).cmp(&(Reverse(self.of(b)), &b.name)));
        let mut last: Option<(i128, u32)> = None;
        for (place, entry) in (1..).zip(entries) {
            entry.rank = match last {
                Some((amount, rank)) if amount == self.of(entry) => rank,
                _ => place,
            };
            last = Some((self.of(entry), entry.rank));
        }
    }
}
