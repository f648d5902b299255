//! What every message needs to know about the request.

use standings_core::{Period, PeriodKind};

use super::dates;
use super::table::RankingStyle;
use super::text::{display_name, escape_code, escape_mrkdwn};
use crate::command::{MAX_ROWS, Note};
use crate::today::Today;

/// Notes per message. More would only repeat themselves.
const MAX_NOTES: usize = 3;

/// What every message needs to know about the request.
#[derive(Clone, Copy)]
pub(crate) struct Context<'a> {
    /// Name of the command in this workspace, such as `/standings`.
    pub(crate) command: &'a str,
    /// The day of the request.
    pub(crate) today: Today,
    /// The running periods, in the order of [`PeriodKind::ALL`].
    pub(crate) running: [Period; 4],
    /// How rankings are shown.
    pub(crate) style: RankingStyle,
    /// Where the query differs from what was typed.
    pub(crate) notes: &'a [Note],
}

impl Context<'_> {
    /// Returns the running period of a kind.
    pub(super) const fn running(&self, kind: PeriodKind) -> Period {
        let [week, month, quarter, year] = self.running;
        match kind {
            PeriodKind::Week => week,
            PeriodKind::Month => month,
            PeriodKind::Quarter => quarter,
            PeriodKind::Year => year,
        }
    }

    /// Returns whether a period has not ended yet.
    pub(super) fn is_open(&self, period: Period) -> bool {
        period.last_day() >= self.today.date
    }

    /// Returns the notes as markup.
    pub(super) fn notes(&self) -> impl Iterator<Item = String> {
        self.notes.iter().take(MAX_NOTES).map(|note| match note {
            Note::Rows => format!("A ranking shows 1 to {MAX_ROWS} rows."),
            Note::Nearest(typed, period) => {
                let typed = escape_code(&display_name(typed, 40));
                let (kind, phrase) = (period.kind().name(), dates::phrase(*period, self.today.calendar));
                format!("There is no `{typed}`; the nearest {kind} is {phrase}.")
            }
            Note::Single(typed, period) => {
                let typed = escape_code(&display_name(typed, 40));
                let title = dates::title(*period, self.today);
                format!("A ranking is of one week, month, quarter or year. For `{typed}`, this is {title}.")
            }
            Note::Day(date, week) => {
                let week = dates::title((*week).into(), self.today);
                let day = dates::day(*date, self.today.locale);
                format!(
                    "A ranking is of a week, not of a day: this is the week of {} {day}, {week}.",
                    date.strftime("%a")
                )
            }
            Note::Ambiguous(typed, date) => {
                let typed = escape_code(&display_name(typed, 40));
                let week = Period::of(PeriodKind::Week, *date, self.today.calendar);
                let week = week.map_or_else(String::new, |week| dates::title(week, self.today));
                format!(
                    "`{typed}` is read as {}: this is its week, {week}.",
                    dates::days(*date, *date, self.today.locale)
                )
            }
            Note::Slip(typed, period) => {
                let typed = escape_code(&display_name(typed, 40));
                format!("`{typed}` is read as {}.", dates::title(*period, self.today))
            }
            Note::Unused(typed) => format!("`{}` was not used.", escape_code(&display_name(typed, 40))),
            Note::NoSalesOf(names) => {
                let names: Vec<String> = names.iter().map(|name| escape_mrkdwn(&display_name(name, 40))).collect();
                format!("No sales for {} in this period.", names.join(" and "))
            }
            Note::NotShared => "Only rankings can be shared, so only you see this.".to_owned(),
            Note::NothingPosted => {
                format!("Nothing was posted. `{} ... share` posts to the channel where it is typed.", self.command)
            }
            Note::SingleDeals => "Single deals are not kept: this is by the number of deals.".to_owned(),
            Note::Mention(typed, name) => {
                let typed = escape_code(&display_name(typed, 40));
                format!("`@{typed}` is read as {}.", escape_mrkdwn(&display_name(name, 60)))
            }
            Note::WholeFile => "The file has the whole company, with teams in a column.".to_owned(),
            Note::WholeCompany => "Places are in the whole company, not in one team.".to_owned(),
        })
    }
}
