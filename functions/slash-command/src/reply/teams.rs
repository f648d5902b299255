//! The teams of a week.

use standings_core::Report;

use super::actions::Actions;
use super::message::Message;
use super::text::{code, defused, shown};
use super::{Asking, board, counted, dates};
use crate::command::{Ask, Query};

/// So many teams are listed; an organisation that has more can still ask for each.
const LISTED: usize = 100;

/// The teams that have sales in the week of a report.
pub(crate) fn teams(report: &Report, query: &Query, asking: Asking) -> Message {
    let dates = dates::range(report.monday, report.sunday);
    let count = counted(report.teams.len() as u64, "team", "teams");
    let Some(first) = report.teams.first() else {
        let text = "Nobody's sales name a team that week. A column `team` in the sales files makes teams.";
        return Message::new(&format!("Teams: {dates}"), text.to_owned())
            .section(text)
            .context([board::updated(report)]);
    };
    let spoken = report.teams.iter().take(10).map(|team| defused(&shown(team, 60))).collect::<Vec<_>>().join(", ");
    let more = report.teams.len().saturating_sub(LISTED);
    let names: Vec<String> =
        report.teams.iter().take(LISTED).map(|team| format!("\u{2022} {}", defused(&shown(team, 60)))).collect();
    let mut message = Message::new(&format!("Teams: {dates}"), format!("{count}, {dates}: {spoken}"))
        .section(format!("{count} sold that week. Ask for one by its name: `{}`", ask_for(first, asking)))
        .sections(&names, "", "");
    if more > 0 {
        message = message.section(format!("and {more} more"));
    }
    // Choosing one shows its ranking.
    let everyone = Query { ask: Ask::Company, ..query.clone() };
    Actions::new(asking, &everyone, report.week)
        .teams(report)
        .onto(message)
        .context(std::iter::once(board::updated(report)).chain(asking.notes()))
}

/// What to type for a team. Quotes keep a name together that sounds like something else.
fn ask_for(team: &str, asking: Asking) -> String {
    format!("{} {}", asking.command, code(&shown(team, 60)))
}
