//! Refreshing: sums of shards and segments, the reports of a period, the copies of the latest ones, and the status.
//!
//! Each function follows the protocol of [`fence`](crate::fence): claim, read, put if newer.

mod latest;
mod period;
mod status;
mod sums;

pub(crate) use latest::latest;
pub(crate) use period::period;
pub(crate) use status::status;
pub(crate) use sums::{segment, shard};
