//! End-to-end tests: from a change in the bucket to the reply in Slack, through the embedded servers.
#![allow(clippy::unwrap_used, reason = "a test that cannot continue has failed")]

mod bad;
mod bucket;
mod events;
mod exports;
mod files;
mod fixtures;
mod harness;
mod page;
mod periods;
mod questions;
mod rebuild;
mod settings;
mod side_files;
mod status;
mod teams;
