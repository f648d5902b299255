//! What every message needs to know about the request.

use standings_core::Week;

use super::table::RankingStyle;
use super::text::{display_name, escape_code};
use crate::command::{MAX_ROWS, Note};

/// Notes per message. More would only repeat themselves.
const MAX_NOTES: usize = 3;

/// What every message needs to know about the request.
#[derive(Clone, Copy)]
pub(crate) struct Context<'a> {
    /// Name of the command in this workspace, such as `/standings`.
    pub(crate) command: &'a str,
    /// The current week in the organization's time zone.
    pub(crate) this_week: Week,
    /// How rankings are shown.
    pub(crate) style: RankingStyle,
    /// Where the query differs from what was typed.
    pub(crate) notes: &'a [Note],
}

impl Context<'_> {
    /// Returns the notes as markup.
    pub(super) fn notes(&self) -> impl Iterator<Item = String> {
        self.notes.iter().take(MAX_NOTES).map(|note| match note {
            Note::Rows => format!("A ranking shows 1 to {MAX_ROWS} rows."),
            Note::Nearest(typed, week) => {
                let typed = escape_code(&display_name(typed, 40));
                format!("There is no `{typed}`; the nearest week is {week}.")
            }
            Note::WholeCompany => format!("`{} find` searches the whole company, not one team.", self.command),
        })
    }
}
