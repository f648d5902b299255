//! Tests of the real binary on a local Runtime API: its responses, its log, its calls to AWS, and its failures.
#![allow(clippy::panic, clippy::unwrap_used, reason = "a failed assumption fails the test")]

mod calls;
mod faults;
mod harness;
mod lines;
mod privacy;
