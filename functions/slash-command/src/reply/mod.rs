//! What people read: one message for each kind of answer.
//!
//! Every text that came from a file or from a person goes through [`text`], and every message stays within Slack's
//! limits whatever it is made of.

mod actions;
mod board;
mod dates;
mod message;
mod money;
mod near;
mod person;
mod problem;
mod shared;
mod status;
mod table;
mod teams;
mod text;
mod usage;
mod weeks;

use standings_core::Week;

pub(crate) use board::board;
pub(crate) use message::Message;
pub(crate) use person::{Who, find, forgotten, person, remembered, several_names, unknown_asker};
pub(crate) use problem::{lookup_failed, no_sales, no_secret, refused};
pub(crate) use shared::{shared, sharing_failed};
pub(crate) use status::status;
pub use table::RankingStyle;
pub(crate) use teams::teams;
pub(crate) use usage::{Unknown, help, unknown};
pub(crate) use weeks::weeks;

use crate::command::{MAX_ROWS, Note};

/// What every answer needs to know about the question.
#[derive(Clone, Copy)]
pub(crate) struct Asking<'a> {
    /// The command as it is called here, such as `/standings`.
    pub(crate) command: &'a str,
    /// The week that it is now.
    pub(crate) this_week: Week,
    /// How rankings are shown.
    pub(crate) style: RankingStyle,
    /// What was understood in another way than it was typed.
    pub(crate) notes: &'a [Note],
}

impl Asking<'_> {
    /// What was understood in another way than it was typed, for the small print.
    fn notes(&self) -> impl Iterator<Item = String> {
        let command = self.command;
        // One of each kind says enough.
        let mut notes: Vec<String> = self
            .notes
            .iter()
            .map(|note| match note {
                Note::Rows => format!("A ranking shows 1 to {MAX_ROWS} rows."),
                Note::Nearest(typed, week) => {
                    let typed = text::code(&text::shown(typed, 40));
                    format!("There is no `{typed}`; the nearest week is {week}.")
                }
                Note::Everyone => format!("`{command} find` looks through everyone, whatever the team."),
            })
            .collect();
        notes.truncate(3);
        notes.into_iter()
    }
}

/// `1 row`, `1,234 rows`
fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{} {}", money::count(count), if count == 1 { one } else { many })
}
