//! Sketches of the ids of a file: few hashes, by which files that contain the same sales are noticed.

use std::collections::BTreeSet;

use xxhash_rust::xxh3::xxh3_64;

/// Hashes per sketch. Of two files, one of which contains the other, the smaller one's sketch is found in the larger
/// one's to the share that they have in common; 32 hashes show a tenth.
pub const SKETCH_SIZE: usize = 32;

/// The smallest hashes of all ids.
#[derive(Default)]
pub(crate) struct Sketch(BTreeSet<u64>);

impl Sketch {
    pub(crate) fn add(&mut self, id: &str) {
        self.insert(xxh3_64(id.as_bytes()));
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
