//! Which orders and sales a file has named already: 16 bytes for an order and 32 for a sale, whatever its id looks like.

use std::collections::hash_map::{Entry, RandomState};
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, BuildHasherDefault, Hasher};
use std::sync::{Mutex, MutexGuard, PoisonError};

use standings_core::Week;
use xxhash_rust::xxh3::{xxh3_128, xxh3_128_with_seed};

use crate::sales_file::{ReadError, rejected};

/// The last row (by its position) of each sale that the file names more than once.
pub(crate) type LastRows = HashMap<u128, u64>;

const SHARDS: usize = 64;

/// A file may name this many orders and sales; they take some hundred megabytes.
const MAX_IDS: usize = 20_000_000;

/// What all workers of a file know together.
pub(crate) struct Ids {
    seed: u64,
    shards: [Mutex<Shard>; SHARDS],
    last_rows: LastRows,
}

#[derive(Default)]
struct Shard {
    /// Orders of a person in a week by 96 bits, with 32 bits of the team that they were met in first.
    orders: HashMap<[u32; 3], u32, Plain>,
    /// Orders that span teams, for each further team.
    further: HashSet<u128, Plain>,
    /// Sales, with the last position that each was met at. Workers meet rows in any order.
    sales: HashMap<u128, u64, Plain>,
    repeated: LastRows,
}

/// What a row adds to the number of deals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Deal {
    /// The order is new for this person and week.
    pub(crate) of_person: bool,
    /// The order is new for this person, week and team.
    pub(crate) of_team: bool,
}

impl Ids {
    /// `last_rows` holds the last row of each sale that a former pass over the file has met more than once.
    pub(crate) fn new(last_rows: LastRows) -> Self {
        // Hashes that nobody can foresee cannot be made to collide.
        let seed = RandomState::new().hash_one(0);
        Self { seed, shards: std::array::from_fn(|_| Mutex::default()), last_rows }
    }

    /// Notes an order of a person in a week.
    ///
    /// Orders are told apart by 96 bits of a hash: with a hundred million of them in a file, the chance that any two
    /// are taken for one is below 10^-12.
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

    /// Notes a sale that stands at `position` in the file, and tells whether that row counts. In the first pass each
    /// does; where any sale was met again, a second pass counts the last row of each.
    pub(crate) fn sale_counts(&self, id: &str, position: u64) -> bool {
        // The same in each pass, hence without the seed.
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

    /// Whether there are no more ids than fit into memory.
    pub(crate) fn check(&self) -> Result<(), ReadError> {
        let count = |shard: &Mutex<Shard>| {
            let shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
            shard.orders.len() + shard.further.len() + shard.sales.len()
        };
        if self.shards.iter().map(count).sum::<usize>() > MAX_IDS {
            return Err(rejected(format!("it names more than {MAX_IDS} orders and sales. Split it into several")));
        }
        Ok(())
    }

    /// The sales that were met more than once, each with its last position.
    pub(crate) fn into_repeated(self) -> LastRows {
        let shards = self.shards.into_iter().map(|shard| shard.into_inner().unwrap_or_else(PoisonError::into_inner));
        shards.flat_map(|shard| shard.repeated).collect()
    }

    fn shard(&self, hash: u128) -> MutexGuard<'_, Shard> {
        // A panic while the lock was held leaves sets that are whole.
        self.shards[(hash >> 122) as usize].lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn hash(&self, text: &str) -> u128 {
        xxh3_128_with_seed(text.as_bytes(), self.seed)
    }

    fn hash_all<const N: usize>(&self, parts: [u128; N]) -> u128 {
        xxh3_128_with_seed(parts.map(u128::to_le_bytes).as_flattened(), self.seed)
    }
}

/// Takes a key that is a hash already by its own bits.
#[derive(Default)]
struct PlainHasher(u64);

type Plain = BuildHasherDefault<PlainHasher>;

impl Hasher for PlainHasher {
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

    /// The length of an array, which says nothing.
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
    fn a_repeated_sale_counts_by_its_last_row_whichever_is_met_first() {
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
