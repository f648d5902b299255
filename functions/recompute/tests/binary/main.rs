//! The real binary on a local Runtime API: what it answers, what it writes to its log, and how it fails.
#![allow(clippy::panic, clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod calls;
mod faults;
mod lines;
mod privacy;
mod world;
