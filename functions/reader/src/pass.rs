//! A pass: one reading of a file from its beginning, on assumptions about its notation.

use std::sync::{Mutex, PoisonError};

use standings_core::explain;

use crate::currency::Currency;
use crate::dialect::Dialect;
use crate::ids::Ids;
use crate::partitions::Partitions;
use crate::reading::Reading;
use crate::sales_file::{ReadError, rejected};

/// One pass over a file, shared by all workers.
pub(crate) struct Pass<'a> {
    /// The name of the file, with its folders.
    pub(crate) name: &'a str,
    pub(crate) reading: &'a Reading,
    /// The currency of the organization.
    pub(crate) currency: Currency,
    /// What the folders of the file name.
    pub(crate) partitions: Partitions,
    /// What this pass assumes of the file's notation.
    pub(crate) dialect: Dialect,
    pub(crate) ids: Ids,
    /// The assumptions of the next pass, if this one met evidence against its own.
    next: Mutex<Option<Dialect>>,
}

impl<'a> Pass<'a> {
    pub(crate) fn new(name: &'a str, reading: &'a Reading, dialect: Dialect, ids: Ids) -> Self {
        let (currency, partitions) = (Currency::new(&reading.currency), Partitions::of(name, reading));
        Self { name, reading, currency, partitions, dialect, ids, next: Mutex::default() }
    }

    /// Has the file read again on other assumptions. Returns the error with which this pass has to stop; nobody sees
    /// it.
    pub(crate) fn read_again(&self, dialect: Dialect) -> ReadError {
        // A panic while the lock was held leaves the value valid.
        *self.next.lock().unwrap_or_else(PoisonError::into_inner) = Some(dialect);
        rejected(explain!["the file contradicts what its beginning shows"])
    }

    /// Ends the pass: returns the assumptions of the next one, if there has to be one.
    pub(crate) fn next(&self) -> Option<Dialect> {
        self.next.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}
