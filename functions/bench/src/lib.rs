//! What Standings costs on AWS, as formulas of a workload.
#![allow(clippy::float_arithmetic, reason = "estimates of costs, not money that is counted")]

pub mod bill;
pub mod prices;
pub mod units;

/// Formats a number with thousands separators.
#[must_use]
pub fn grouped(number: impl Into<u128>) -> String {
    let digits = number.into().to_string();
    let groups: Vec<&str> = digits.as_bytes().rchunks(3).rev().filter_map(|group| str::from_utf8(group).ok()).collect();
    groups.join(",")
}
