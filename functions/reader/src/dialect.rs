//! The dialect: the notation of a file, as far as it takes more than one value to know it.

use std::collections::BTreeSet;

use standings_core::DecimalStyle;

use crate::csv::Notation;
use crate::encoding::Encoding;
use crate::reading::{DateOrder, Reading};

/// What a pass assumes of the notation of a file. Values that are evident by themselves are read as they are; the
/// dialect decides the others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools, reason = "each is an assumption of its own")]
pub(crate) struct Dialect {
    /// Whether the whole file has been read once, so that its beginning decides nothing any more.
    pub(crate) is_of_whole_file: bool,
    /// The order of the parts of dates such as 11/12/2026 and 26/11/23.
    pub(crate) date_order: Option<DateOrder>,
    /// The decimal mark of amounts such as 1.500.
    pub(crate) decimal_mark: DecimalStyle,
    /// Whether midnight UTC is a time like any other. Where every time of a file is midnight UTC, they are dates.
    pub(crate) midnight_is_time: bool,
    /// Names of the columns of stages in which some deals are won: all others are not. Likewise of the columns of kinds in
    /// which some rows are receipts: their lines and payments are not.
    pub(crate) pipelines: BTreeSet<String>,
    /// Names of columns whose words show that they are statuses, though their names do not.
    pub(crate) statuses: BTreeSet<String>,
    /// Names of columns that do not tell sales from other rows, though their names suggest it.
    pub(crate) ignored_gates: BTreeSet<String>,
    /// Names of columns of refunded amounts that are named like those of yes and no.
    pub(crate) refunded: BTreeSet<String>,
    /// Whether rows are grouped: a row with nothing but a salesperson, and then the sales of that person.
    pub(crate) is_grouped: bool,
    /// Whether amounts named "total" are those of orders, repeated on each of their lines.
    pub(crate) totals_are_of_orders: bool,
    /// Whether the ids of sales are those of orders, whose lines repeat them.
    pub(crate) sale_ids_are_orders: bool,
    /// Folded names that end in a word for a total, and whose rows are totals.
    pub(crate) totals: BTreeSet<String>,
    /// Whether the column for the team has too many values to be one.
    pub(crate) without_teams: bool,
    /// The encoding of delimited text.
    pub(crate) encoding: Encoding,
    /// The notation of delimited text.
    pub(crate) csv: Notation,
}

impl Dialect {
    /// Returns the assumptions of the first pass: what the options say.
    pub(crate) fn assumed(reading: &Reading) -> Self {
        Self {
            date_order: reading.date_order,
            decimal_mark: reading.decimal_mark.unwrap_or_default(),
            ..Self::default()
        }
    }
}
