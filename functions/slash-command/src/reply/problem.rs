//! Answers that are no ranking: nothing sold, nothing found, not allowed.

use standings_core::{Report, Week, Weeks};

use super::actions::Actions;
use super::message::Message;
use super::text::{code, defused, shown};
use super::{Asking, board, dates, weeks};
use crate::allow::Refusal;
use crate::command::Query;
use crate::form::Form;
use crate::lookup::LookupError;

/// A week, or the latest where it is `None`, in which nothing was sold; with the empty report, where there is one, and
/// the weeks to ask for instead.
pub(crate) fn no_sales(
    week: Option<Week>,
    report: Option<&Report>,
    weeks: &Weeks,
    query: &Query,
    asking: Asking,
) -> Message {
    let command = asking.command;
    let Some(week) = report.map(|report| report.week).or(week) else {
        let text = "No sales yet. The first sales file that is uploaded starts the ranking, within a minute.";
        return Message::new("No sales yet", text.to_owned()).section(text);
    };
    let dates = dates::range(week.monday(), week.sunday());
    let team = report.and_then(|report| report.team.as_deref()).map(|team| shown(team, 60));
    let who = team.as_deref().map_or("Nobody".to_owned(), defused);
    let (text, hint) = if week > asking.this_week {
        (format!("The week {dates} has not begun."), format!("`{command}` shows the latest week that has sales."))
    } else if team.is_some() {
        (format!("{who} sold nothing in {dates}."), format!("`{command} {week}` shows everyone in that week."))
    } else if week == asking.this_week {
        (
            format!("Nobody sold anything yet this week, {dates}."),
            format!("`{command} last week` shows the one before."),
        )
    } else {
        (format!("Nobody sold anything in {dates}."), format!("`{command}` shows the latest week that has sales."))
    };
    let message = Message::new(&format!("No sales: {dates}"), text.clone()).section(format!("{text} {hint}"));
    let message = Actions::new(asking, query, week).weeks().latest().onto(message);
    let about = report.map(|report| [Some(board::updated(report)), board::problems(report, asking)]);
    let small = weeks::instead(weeks, asking).into_iter().chain(about.into_iter().flatten().flatten());
    let small: Vec<String> = small.chain(asking.notes()).collect();
    if small.is_empty() { message } else { message.context(small) }
}

/// A report that cannot be had. The log has the details.
pub(crate) fn lookup_failed(error: LookupError) -> Message {
    let (text, hint) = match error {
        LookupError::Unavailable => {
            ("The standings cannot be reached right now.", "Nothing is lost: ask again in a minute.")
        }
        LookupError::NotSetUp => (
            "Standings is not set up completely: its reports cannot be read.",
            "Asking again will not help; please tell whoever runs Standings.",
        ),
        LookupError::Damaged => (
            "This report is damaged.",
            "The next upload for its week writes it anew; please tell whoever runs Standings (a rebuild does it too).",
        ),
        LookupError::Newer => (
            "This report was written by a newer version of Standings.",
            "An update is probably under way: ask again in a minute. If it stays, please tell whoever runs Standings.",
        ),
    };
    Message::new("That did not work", format!("{text} {hint}")).section(format!("{text} {hint}"))
}

/// The signing secret cannot be read, so that nobody's request can be checked.
pub(crate) fn no_secret() -> Message {
    let text = "Standings cannot check right now that this question comes from Slack. Ask again in a minute; if it \
                stays like this, please tell whoever runs Standings: its signing secret cannot be read.";
    Message::new("That did not work", text.to_owned()).section(text)
}

/// Somebody who may not ask, or not here.
pub(crate) fn refused(refusal: Refusal, form: &Form, command: &str) -> Message {
    let place = match refusal {
        Refusal::Token => "by this Slack app",
        Refusal::App => "through this Slack app",
        Refusal::Enterprise => "in this organisation",
        Refusal::Workspace => "in this workspace",
        Refusal::Channel => "in this channel",
        Refusal::User => "by you",
    };
    let text = format!("{} may not be used {place}.", defused(command));
    let value = refusal.value(form);
    let hint = if value.is_empty() {
        format!("Whoever runs Standings can change that: the setting is `{}`.", refusal.setting())
    } else {
        let value = code(&shown(value, 40));
        format!("Whoever runs Standings can change that: `{value}` is not in the setting `{}`.", refusal.setting())
    };
    Message::new("Not allowed", format!("{text} Whoever runs Standings can change that."))
        .section(format!("{text} {hint}"))
}
