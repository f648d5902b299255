//! Orders in weeks in which a month begins: an order is one deal of its week, and belongs to the segment of its first row.
//!
//! Workers meet rows in any order, so which segment has the first row is known only at the end.

use super::Key;
use crate::names::Map;

/// The orders of people in such weeks.
#[derive(Default)]
pub(super) struct Straddling {
    /// The first sum of each order of a person in a week.
    of_people: Map<u128, Key>,
    /// Likewise of each order of a person in a week and team.
    of_teams: Map<u128, Key>,
}

impl Straddling {
    /// Notes a row of an order, which was added to the sum `key`, by the hashes of the order of its person and of its team.
    pub(super) fn add(&mut self, (of_person, of_team): (u128, u128), key: Key) {
        note(&mut self.of_people, of_person, key);
        note(&mut self.of_teams, of_team, key);
    }

    /// Adds the orders of another worker, whose keys `here` translates.
    pub(super) fn merge(&mut self, other: Self, here: impl Fn(Key) -> Key) {
        for (hash, key) in other.of_people {
            note(&mut self.of_people, hash, here(key));
        }
        for (hash, key) in other.of_teams {
            note(&mut self.of_teams, hash, here(key));
        }
    }

    /// Returns the number of orders of people and of teams that belong to each sum.
    pub(super) fn deals(&self) -> Map<Key, (u64, u64)> {
        let mut deals: Map<Key, (u64, u64)> = Map::default();
        self.of_people.values().for_each(|key| deals.entry(*key).or_default().0 += 1);
        self.of_teams.values().for_each(|key| deals.entry(*key).or_default().1 += 1);
        deals
    }

    /// Returns the number of orders.
    pub(super) fn len(&self) -> usize {
        self.of_teams.len()
    }
}

/// Keeps the sum of the earliest segment. Of several in one segment any will do: they are those of other spellings of the
/// same names, which are added up.
fn note(orders: &mut Map<u128, Key>, hash: u128, key: Key) {
    let first = orders.entry(hash).or_insert(key);
    if key.segment < first.segment {
        *first = key;
    }
}
