//! Entries of a ranking.

use serde::{Deserialize, Serialize};

use crate::contribution::Tally;
use crate::decimal::Decimal;

/// One salesperson in a ranking.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Row", into = "Row")]
pub struct Entry {
    /// Rank, counted from 1. Equal values share a rank.
    pub rank: u32,
    /// Name of the salesperson.
    pub name: String,
    /// Name of their team, if they have one. On the company board, the team with their highest amount.
    pub team: Option<String>,
    /// Amount sold, in the organization's currency.
    pub amount: Decimal,
    /// Number of deals.
    pub deals: u64,
    /// Units sold.
    pub units: Decimal,
    /// Rank on the same board in the previous period, by the same measure. `None` if they were not on it.
    pub previous_rank: Option<u32>,
    /// Rank by deals in the previous period.
    pub previous_rank_by_deals: Option<u32>,
    /// Rank by units in the previous period.
    pub previous_rank_by_units: Option<u32>,
}

/// Stored form of an entry: a JSON array without field names, so that a report of 100 entries stays close to 4 KB, one
/// DynamoDB read unit. The last field holds the three previous ranks (by amount, deals and units).
type Row = (u32, String, Option<String>, Decimal, u64, Decimal, Option<(u32, u32, u32)>);

impl Entry {
    /// Returns an entry that has no rank yet.
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
