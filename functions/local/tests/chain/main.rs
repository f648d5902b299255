//! The chain, from a change in the bucket to the answer in Slack, through the embedded servers.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod asking;
mod bad;
mod events;
mod files;
mod fixtures;
mod page;
mod rebuild;
mod settings;
mod world;
