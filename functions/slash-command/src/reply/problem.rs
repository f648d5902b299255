//! Messages without a ranking: no sales, a failed lookup, a rejected request.

use standings_core::{Period, Periods, Report};

use super::actions::Actions;
use super::board;
use super::context::Context;
use super::dates;
use super::message::Message;
use super::periods;
use super::text::{display_name, escape_code, escape_mrkdwn};
use crate::allow::Refusal;
use crate::command::Query;
use crate::form::Form;
use crate::lookup::LookupError;

/// Header of a message about something that failed.
const FAILED: &str = "That did not work";

/// Returns the message for a period without sales, or for the latest week if `period` is `None`. `report` is the empty
/// report, if there is one, and `periods` are those that have sales.
pub(crate) fn no_sales(
    period: Option<Period>,
    report: Option<&Report>,
    periods: &Periods,
    query: &Query,
    context: Context,
) -> Message {
    let command = context.command;
    let Some(period) = report.map(|report| report.period).or(period) else {
        let text = "No sales yet. The ranking starts with the first sales file, within a minute of its upload.";
        return Message::new("No sales yet", text.to_owned()).section(text);
    };
    let kind = period.kind().name();
    let dates = dates::title(period, context.today);
    let team = report.and_then(|report| report.team.as_deref()).map(|team| escape_mrkdwn(&display_name(team, 60)));
    let of_team = team.as_ref().map_or(String::new(), |team| format!(" for {team}"));
    let phrase = dates::phrase(period, context.today.calendar);
    let everyone = format!("`{command} {phrase}` shows everyone in that {kind}.");
    let latest = format!("`{command}` shows the latest week with sales.");
    let (text, hint) = if period.first_day() > context.today.date {
        (format!("{dates} has not started yet."), latest)
    } else if period.contains(context.today.date) {
        let hint = if team.is_some() { everyone } else { format!("`{command} last {kind}` shows the {kind} before.") };
        (format!("No sales{of_team} yet this {kind}, {dates}."), hint)
    } else {
        (format!("No sales{of_team} in {dates}."), if team.is_some() { everyone } else { latest })
    };
    let message = Message::new(&format!("No sales: {dates}"), text.clone()).section(format!("{text} {hint}"));
    let message = Actions::new(context, query, period).neighbors().latest().onto(message);
    let mut small_print = Vec::from_iter(periods::others(periods, period.kind(), context));
    if let Some(report) = report {
        small_print.push(board::updated(report));
        small_print.extend(board::problems(report, context));
    }
    small_print.extend(context.notes());
    message.small_print(small_print)
}

/// Returns the message for a lookup that failed. The details are in the log.
pub(crate) fn lookup_failed(error: &LookupError) -> Message {
    let text = match error {
        LookupError::Unavailable { .. } => "The standings cannot be reached right now. Please try again in a minute.",
        LookupError::NotSetUp { .. } => {
            "Standings is not set up completely: its reports cannot be read. Trying again will not help; please tell \
             your Standings administrator."
        }
        LookupError::Damaged => {
            "This report is damaged. The next upload for its period replaces it, and so does a rebuild; please tell your \
             Standings administrator."
        }
        LookupError::Newer => {
            "This report was written by a newer version of Standings. An update is probably in progress: try again in \
             a minute. If it stays like this, please tell your Standings administrator."
        }
        LookupError::Internal(_) => "This is a bug in Standings. Please tell your Standings administrator.",
    };
    Message::new(FAILED, text.to_owned()).section(text)
}

/// Returns the message while the signing secret is not known, so that no request can be verified.
pub(crate) fn no_secret() -> Message {
    let text = "Standings cannot verify right now that this request comes from Slack, because its signing secret \
                cannot be read. Please try again in a minute. If it stays like this, please tell your Standings \
                administrator.";
    Message::new(FAILED, text.to_owned()).section(text)
}

/// Returns the message for a request that is not on an allow-list.
pub(crate) fn refused(refusal: Refusal, form: &Form) -> Message {
    let place = match refusal {
        Refusal::Token | Refusal::App => "from this Slack app",
        Refusal::Enterprise => "in this organization",
        Refusal::Workspace => "in this workspace",
        Refusal::Channel => "in this channel",
        Refusal::User => "for you",
    };
    let text = format!(
        "{} is not allowed {place}. Your Standings administrator can change that",
        escape_mrkdwn(&form.command_name())
    );
    let setting = refusal.setting();
    let hint = match refusal.value(form) {
        "" => format!("the setting is `{setting}`."),
        value => format!("`{}` is not in the setting `{setting}`.", escape_code(&display_name(value, 40))),
    };
    Message::new("Not allowed", format!("{text}.")).section(format!("{text}: {hint}"))
}
