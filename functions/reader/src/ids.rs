//! Deduplication of orders and sales by their ids, at 16 bytes per order and 32 per sale, however long the ids are.

use std::collections::hash_map::{Entry, RandomState};
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, BuildHasherDefault, Hasher};
use std::sync::{Mutex, MutexGuard, PoisonError};

use standings_core::{Week, explain};
use xxhash_rust::xxh3::{xxh3_128, xxh3_128_with_seed};

use crate::sales_file::{ReadError, rejected};

/// The position of the last row of each repeated sale.
pub(crate) type LastRows = HashMap<u128, u64>;

/// Locks among which the ids are spread. Many more than workers, so that two rarely wait for the same one.
const SHARDS: usize = 64;

/// Maximum distinct orders and sales per file. They take some hundred megabytes.
const MAX_IDS: usize = 20_000_000;

/// The ids that all workers of a file have met.
pub(crate) struct Ids {
    seed: u64,
    shards: [Mutex<Shard>; SHARDS],
    last_rows: LastRows,
}

#[derive(Default)]
struct Shard {
    /// Orders of a person in a week by 96 bits of their hash, with 32 bits of the hash of the first team.
    orders: HashMap<[u32; 3], u32, IdentityState>,
    /// Orders that span teams, once for each team after the first.
    further: HashSet<u128, IdentityState>,
    /// Sales, each with its highest position so far. Workers meet rows in any order.
    sales: HashMap<u128, u64, IdentityState>,
    repeated: LastRows,
}

/// Whether a row is a new deal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Deal {
    /// Whether the order is new for this person and week.
    pub(crate) of_person: bool,
    /// Whether the order is new for this person, week and team.
    pub(crate) of_team: bool,
}

impl Ids {
    /// Starts a pass over a file. `last_rows` are the repeated sales of the pass before, empty in the first one.
    pub(crate) fn new(last_rows: LastRows) -> Self {
        // With a random seed, a file cannot be made to collide.
        let seed = RandomState::new().hash_one(0);
        Self { seed, shards: std::array::from_fn(|_| Mutex::default()), last_rows }
    }

    /// Whether this pass finds out which sales are repeated.
    pub(crate) fn is_first_pass(&self) -> bool {
        self.last_rows.is_empty()
    }

    /// Returns hashes of an order of a person in a week, and of the same in a team.
    pub(crate) fn of_order(&self, week: Week, person: &str, team: &str, order: &str) -> (u128, u128) {
        let of_person = self.hash_all([week.ordinal().unsigned_abs().into(), self.hash(person), self.hash(order)]);
        (of_person, self.hash_all([of_person, self.hash(team)]))
    }

    /// Notes an order of a person in a week.
    ///
    /// Orders are compared by 96 bits of a hash: even with a hundred million orders in a file, the chance that any two
    /// collide is below 10^-12.
    #[expect(clippy::cast_possible_truncation, reason = "bits of a hash are picked")]
    pub(crate) fn order(&self, week: Week, person: &str, team: &str, order: &str) -> Deal {
        let hash = self.hash_all([week.ordinal().unsigned_abs().into(), self.hash(person), self.hash(order)]);
        let key = [hash as u32, (hash >> 32) as u32, (hash >> 64) as u32];
        let of_team = self.hash(team);
        let team = of_team as u32;
        let mut shard = self.shard(hash);
        match shard.orders.entry(key) {
            Entry::Vacant(entry) => {
                entry.insert(team);
                Deal { of_person: true, of_team: true }
            }
            Entry::Occupied(entry) if *entry.get() == team => Deal::default(),
            Entry::Occupied(_) => {
                Deal { of_person: false, of_team: shard.further.insert(self.hash_all([hash, of_team])) }
            }
        }
    }

    /// Notes a sale at `position` in the file, and tells whether that row counts. In the first pass every row does; if
    /// any sale was repeated, a second pass counts only the last row of each.
    pub(crate) fn sale_counts(&self, id: &str, position: u64) -> bool {
        // Without the seed, since both passes must agree.
        let hash = xxh3_128(id.as_bytes());
        if !self.last_rows.is_empty() {
            return self.last_rows.get(&hash).is_none_or(|&last| last == position);
        }
        let mut shard = self.shard(hash);
        let last = match shard.sales.entry(hash) {
            Entry::Vacant(entry) => {
                entry.insert(position);
                return true;
            }
            Entry::Occupied(entry) => {
                let last = entry.into_mut();
                *last = position.max(*last);
                *last
            }
        };
        shard.repeated.insert(hash, last);
        true
    }

    /// Checks that the ids fit into memory, with `further` ones that are kept elsewhere.
    pub(crate) fn check(&self, further: usize) -> Result<(), ReadError> {
        let count = |shard: &Mutex<Shard>| {
            let shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
            shard.orders.len() + shard.further.len() + shard.sales.len()
        };
        if self.shards.iter().map(count).sum::<usize>() + further > MAX_IDS {
            return Err(rejected(explain![
                "the file has more than ",
                MAX_IDS,
                " order and sale ids. Split it into several files"
            ]));
        }
        Ok(())
    }

    /// Returns the repeated sales, each with the position of its last row.
    pub(crate) fn into_repeated(self) -> LastRows {
        let shards = self.shards.into_iter().map(|shard| shard.into_inner().unwrap_or_else(PoisonError::into_inner));
        shards.flat_map(|shard| shard.repeated).collect()
    }

    fn shard(&self, hash: u128) -> MutexGuard<'_, Shard> {
        // A panic while the lock was held leaves the sets valid.
        self.shards[(hash >> 122) as usize].lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn hash(&self, text: &str) -> u128 {
        xxh3_128_with_seed(text.as_bytes(), self.seed)
    }

    fn hash_all<const N: usize>(&self, parts: [u128; N]) -> u128 {
        xxh3_128_with_seed(parts.map(u128::to_le_bytes).as_flattened(), self.seed)
    }
}

type IdentityState = BuildHasherDefault<IdentityHasher>;

/// A hasher for keys that are hashes already: it uses their own bits.
#[derive(Default)]
struct IdentityHasher(u64);

impl Hasher for IdentityHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.0 = self.0.rotate_left(32) ^ u64::from_le_bytes(word);
        }
    }

    #[expect(clippy::cast_possible_truncation, reason = "bits of a hash are picked")]
    fn write_u128(&mut self, hash: u128) {
        self.0 = hash as u64;
    }

    /// Ignores the length of an array, which is always the same.
    fn write_usize(&mut self, _: usize) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_counts_once_for_a_person_and_once_for_each_team() {
        let ids = Ids::new(LastRows::new());
        let week: Week = "2026-W47".parse().unwrap();
        let (both, neither) = (Deal { of_person: true, of_team: true }, Deal::default());
        assert_eq!(ids.order(week, "Ana", "EMEA", "o1"), both);
        assert_eq!(ids.order(week, "Ana", "EMEA", "o1"), neither);
        assert_eq!(ids.order(week, "Ana", "APAC", "o1"), Deal { of_person: false, of_team: true });
        assert_eq!(ids.order(week, "Ana", "APAC", "o1"), neither);
        assert_eq!(ids.order(week.next(), "Ana", "EMEA", "o1"), both);
        assert_eq!(ids.order(week, "Bo", "EMEA", "o1"), both);
    }

    #[test]
    fn a_repeated_sale_counts_by_its_last_row_in_whatever_order_rows_arrive() {
        for rows in [
            [(7, "s1"), (8, "s2"), (30, "s1"), (20, "s1")],
            [(30, "s1"), (8, "s2"), (7, "s1"), (20, "s1")],
            [(20, "s1"), (30, "s1"), (7, "s1"), (8, "s2")],
        ] {
            let first = Ids::new(LastRows::new());
            for (position, id) in rows {
                assert!(first.sale_counts(id, position));
            }
            let second = Ids::new(first.into_repeated());
            let mut counted: Vec<u64> =
                rows.into_iter().filter(|(p, id)| second.sale_counts(id, *p)).map(|(p, _)| p).collect();
            counted.sort_unstable();
            assert_eq!(counted, [8, 30]);
        }
    }
}
