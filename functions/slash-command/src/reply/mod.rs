//! What people read: one message for each kind of answer.
//!
//! Every text that came from a file or from a person goes through [`text`], and every message stays within Slack's
//! limits whatever it is made of.

mod board;
mod dates;
mod message;
mod money;
mod problem;
mod status;
mod table;
mod teams;
mod text;
mod usage;

use standings_core::Week;

pub(crate) use board::board;
pub(crate) use message::Message;
pub(crate) use problem::{lookup_failed, no_sales, refused};
pub(crate) use status::status;
pub(crate) use teams::teams;
pub(crate) use usage::{Unknown, help, unknown};

/// What every answer needs to know about the question.
#[derive(Clone, Copy)]
pub(crate) struct Asking<'a> {
    /// The command as it is called here, such as `/standings`.
    pub(crate) command: &'a str,
    /// The week that it is now.
    pub(crate) this_week: Week,
}

/// `1 row`, `1,234 rows`
fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{} {}", board::number(count), if count == 1 { one } else { many })
}
