//! Sketches of the sales of a file: few hashes, by which files that contain the same sales are noticed.

use std::collections::BTreeSet;

use standings_core::{Decimal, Week};
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

/// Hashes per sketch. Of two files, one of which contains the other, the smaller one's sketch is found in the larger
/// one's to the share that they have in common; 32 hashes show a tenth.
pub const SKETCH_SIZE: usize = 32;

/// The smallest hashes of all sales that have an id.
#[derive(Default)]
pub(crate) struct Sketch(BTreeSet<u64>);

impl Sketch {
    /// Adds a sale with its sale or order id. An id alone does not name a sale: shops number their orders alike.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "bits of a hash are picked")]
    pub(crate) fn add(&mut self, id: &str, week: Week, person: &str, amount: Decimal) {
        let amount = amount.ten_thousandths() as u64;
        let seed = xxh3_64(person.as_bytes()) ^ amount.rotate_left(32) ^ u64::from(week.ordinal().unsigned_abs());
        self.insert(xxh3_64_with_seed(id.as_bytes(), seed));
    }

    pub(crate) fn merge(&mut self, other: Self) {
        for hash in other.0 {
            self.insert(hash);
        }
    }

    /// Returns the hashes, in ascending order.
    pub(crate) fn into_hashes(self) -> Vec<u64> {
        self.0.into_iter().collect()
    }

    fn insert(&mut self, hash: u64) {
        if self.0.len() < SKETCH_SIZE {
            self.0.insert(hash);
        } else if self.0.last().is_some_and(|&last| hash < last) && self.0.insert(hash) {
            self.0.pop_last();
        }
    }
}
