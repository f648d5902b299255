//! The message with the teams of a period.

use standings_core::Report;

use super::actions::Actions;
use super::board;
use super::context::Context;
use super::dates;
use super::message::Message;
use super::number::counted;
use super::text::{display_name, escape_code, escape_mrkdwn};
use crate::command::{Query, Subject};

/// Teams in the list. The others can still be asked for by name.
const MAX_LISTED: usize = 100;

/// Teams in the plain text, which screen readers read aloud.
const SPOKEN: usize = 10;

/// Says how many teams have no board of their own, if there are any.
pub(super) fn without_board(report: &Report) -> Option<String> {
    let without = counted(report.teams_without_board.into(), "more team", "more teams");
    (report.teams_without_board > 0).then(|| {
        format!(
            "and {without} without a board of their own: their sales are in the company's ranking only. Is the right \
             column of the sales files read as the team?"
        )
    })
}

/// Returns the teams that have sales in the period of a report.
pub(crate) fn teams(report: &Report, query: &Query, context: Context) -> Message {
    let dates = dates::title(report.period, context.today);
    let kind = report.period.kind().name();
    let heading = format!("Teams: {dates}");
    let Some(first) = report.teams.first() else {
        let text = format!("No sale of that {kind} has a team. Teams come from the column `team` of the sales files.");
        return Message::new(&heading, text.replace('`', "")).section(&text).small_print([board::updated(report)]);
    };
    let count = counted(report.team_count() as u64, "team", "teams");
    let names: Vec<String> =
        report.teams.iter().take(MAX_LISTED).map(|team| escape_mrkdwn(&display_name(team, 60))).collect();
    let spoken = names[..names.len().min(SPOKEN)].join(", ");
    let lines: Vec<String> = names.iter().map(|name| format!("\u{2022} {name}")).collect();
    let example = format!("{} {}", context.command, escape_code(&display_name(first, 60)));
    let mut message = Message::new(&heading, format!("{count}, {dates}: {spoken}"))
        .section(format!("{count} sold that {kind}. Ask for one by its name: `{example}`"))
        .sections(&lines, "", "");
    let more = report.team_count().saturating_sub(names.len());
    if more > 0 {
        message = message.section(format!("and {more} more"));
    }
    if let Some(without) = without_board(report) {
        message = message.section(without);
    }
    // Choosing a team from the select shows its ranking.
    let company = Query { subject: Subject::Company, ..query.clone() };
    Actions::new(context, &company, report.period)
        .teams(report)
        .onto(message)
        .small_print(std::iter::once(board::updated(report)).chain(context.notes()))
}
