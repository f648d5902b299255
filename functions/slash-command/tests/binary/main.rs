//! The binary on a local Runtime API: its replies when DynamoDB or SSM fail, its calls to AWS, and its log.
#![allow(clippy::panic, clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod calls;
mod faults;
mod harness;
mod log;
mod privacy;
