//! Lines of a ranking.

use serde::{Deserialize, Serialize};

use crate::contribution::Tally;
use crate::decimal::Decimal;

/// One line of a ranking.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Row", into = "Row")]
pub struct Entry {
    /// The place; equal amounts share it.
    pub rank: u32,
    /// The salesperson.
    pub name: String,
    /// Their team, if they have one.
    pub team: Option<String>,
    /// What they sold, in the organisation's currency.
    pub amount: Decimal,
    /// The number of deals.
    pub deals: u64,
    /// The units sold.
    pub units: Decimal,
    /// The place on the same board in the week before, by the same measure; `None` where they were not on it.
    pub previous_rank: Option<u32>,
    /// The place by deals in the week before.
    pub previous_rank_by_deals: Option<u32>,
    /// The place by units in the week before.
    pub previous_rank_by_units: Option<u32>,
}

/// An entry as it is stored: a row without names, so that a hundred of them stay near one read unit of 4 KB.
type Row = (u32, String, Option<String>, Decimal, u64, Decimal, Option<(u32, u32, u32)>);

impl Entry {
    /// An entry that has no rank yet.
    #[must_use]
    pub(crate) fn new(name: &str, team: &str, tally: Tally) -> Self {
        Self {
            rank: 0,
            name: name.to_owned(),
            team: (!team.is_empty()).then(|| team.to_owned()),
            amount: tally.amount,
            deals: tally.deals,
            units: tally.units,
            previous_rank: None,
            previous_rank_by_deals: None,
            previous_rank_by_units: None,
        }
    }
}

impl From<Row> for Entry {
    fn from((rank, name, team, amount, deals, units, previous): Row) -> Self {
        let (previous_rank, previous_rank_by_deals, previous_rank_by_units) =
            previous.map_or((None, None, None), |(a, b, c)| (Some(a), Some(b), Some(c)));
        Self { rank, name, team, amount, deals, units, previous_rank, previous_rank_by_deals, previous_rank_by_units }
    }
}

impl From<Entry> for Row {
    fn from(entry: Entry) -> Self {
        let previous = entry.previous_rank.zip(entry.previous_rank_by_deals).zip(entry.previous_rank_by_units);
        let previous = previous.map(|((by_amount, by_deals), by_units)| (by_amount, by_deals, by_units));
        (entry.rank, entry.name, entry.team, entry.amount, entry.deals, entry.units, previous)
    }
}
