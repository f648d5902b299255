//! Messages: one function for each kind of reply.
//!
//! All text from files and users goes through [`text`], and every message stays within the limits of Slack ([`blocks`])
//! whatever it is made of. `tests/limits.rs` checks both for every message that a test produces.

mod actions;
mod blocks;
mod board;
mod context;
mod csv;
mod dates;
mod file;
mod freshness;
mod message;
mod money;
mod movement;
mod news;
mod number;
mod periods;
mod person;
mod problem;
mod shared;
mod status;
mod suggestions;
mod table;
mod teams;
mod text;
mod trend;
mod upload;
mod usage;

pub(crate) use board::board;
pub(crate) use context::Context;
pub(crate) use csv::csv;
pub(crate) use file::{file, file_with, no_file, several_files, unread_file};
pub(crate) use freshness::{with_late, with_sources};
pub(crate) use message::Message;
pub(crate) use news::with_news;
pub(crate) use periods::periods;
pub(crate) use person::{
    Who, compared, find, forgotten, not_introduced, person, remembered, several_names, unknown_asker, unknown_user,
};
pub(crate) use problem::{lookup_failed, no_sales, no_secret, refused};
pub(crate) use shared::{shared, sharing_failed};
pub(crate) use status::status;
pub use table::RankingStyle;
pub(crate) use teams::teams;
pub(crate) use trend::{PERIODS as TREND_PERIODS, Trend, trend};
pub(crate) use usage::{Unknown, help, unknown};
