//! Reasons: what is wrong with the columns of a file, in words.

use standings_core::explanation::{quoted, quoted_list, trusted};
use standings_core::{Explanation, explain};

use super::field::Field;
use super::header::Unit;
use crate::sales_file::{ReadError, rejected};

/// Maximum column names quoted if a required one is missing. Eight usually show what kind of export it is.
const MAX_QUOTED_NAMES: usize = 8;

pub(super) fn shown<S: AsRef<str>>(names: &[S]) -> Explanation {
    let shown = quoted_list(names.iter().take(MAX_QUOTED_NAMES).map(AsRef::as_ref));
    explain![shown, if names.len() > MAX_QUOTED_NAMES { " ..." } else { "" }]
}

pub(super) fn ambiguous(field: Field, first: &str, second: &str) -> ReadError {
    rejected(explain![
        "two columns could be ",
        field.name(),
        ": ",
        quoted(first),
        " and ",
        quoted(second),
        ". Rename one of them, or set COLUMNS=",
        field.name(),
        "=...",
    ])
}

pub(super) fn refused_amount(name: &str, unit: Unit, currency: &str) -> ReadError {
    let (problem, advice) = match unit {
        Unit::Foreign => (" is in another currency; only ", " is counted"),
        Unit::Scaled => (" is in thousands or millions. Export whole amounts of ", ""),
        _ => (" is a number or a percentage. Export a column with amounts of ", ""),
    };
    rejected(explain!["the column ", quoted(name), problem, trusted(currency), advice])
}
