//! What Standings costs on AWS, as formulas of a workload.
#![allow(clippy::float_arithmetic, reason = "estimates of costs, not money that is counted")]

pub mod bill;
pub mod prices;
pub mod units;
