//! The command grammar, as help and as the reply to words that match nothing.

use standings_core::{PeriodKind, Report, Roster};

use super::actions::Actions;
use super::blocks::MAX_SECTION;
use super::context::Context;
use super::dates;
use super::message::Message;
use super::suggestions::{Suggestion, suggestions};
use super::text::{display_name, escape_code, escape_mrkdwn};
use crate::command::Query;
use crate::topics::topic_of;

/// Team names in the reply to an unknown word.
const MAX_TEAMS: usize = 20;

/// Maximum characters of these names, half of a section. The other half is for what was typed and the suggestions.
const MAX_TEAMS_CHARS: usize = MAX_SECTION / 2;

/// Typed words that match nothing.
pub(crate) enum Unknown<'a> {
    /// Words with the form of a period or date that does not exist.
    Period(&'a str),
    /// Words that are no team or person of this roster; `None` if there is none for the period.
    Name(&'a str, Option<&'a Roster>),
}

/// Returns the command grammar.
pub(crate) fn help(context: Context) -> Message {
    let text = format!(
        "Type {0} for the latest week, and add a week, month, team or top 5, in any order. {0} teams lists the teams",
        context.command
    );
    usage(Message::new("How to ask", text), context)
}

/// Returns the reply to words that match nothing: suggestions, the known teams, and the command grammar.
pub(crate) fn unknown(unknown: &Unknown, query: &Query, context: Context) -> Message {
    let (typed, roster) = match *unknown {
        Unknown::Period(typed) => (typed, None),
        Unknown::Name(typed, roster) => (typed, roster),
    };
    let report = roster.map(|roster| &roster.report);
    let period = report.map_or_else(|| context.running(PeriodKind::Week), |report| report.period);
    let suggestions = suggestions(typed, roster);
    let problem = match unknown {
        Unknown::Period(_) => "is not a week, month or date that exists.".to_owned(),
        Unknown::Name(_, None) => "is not a team, person, period or date that I know.".to_owned(),
        Unknown::Name(_, Some(Roster { report, .. })) => {
            let dates = dates::title(report.period, context.today);
            format!("is not a team or person with sales in {dates}, nor a period or date.")
        }
    };
    let problem = match topic_of(typed) {
        Some(topic) => format!("is something I do not know: I know what was sold, but no {topic}."),
        None => problem,
    };
    // A number alone may be that of a week or of rows.
    let phrases = match typed.parse::<u8>() {
        Ok(number @ 1..=53) => vec![format!("top {number}"), format!("week {number}")],
        _ => Vec::new(),
    };
    let labels: Vec<&str> =
        phrases.iter().map(String::as_str).chain(suggestions.iter().map(|near| near.label.as_str())).collect();
    let heading = match topic_of(typed) {
        Some(topic) => format!("There are no {topic} in the sales files"),
        None => heading(unknown, &labels),
    };
    let answer: Vec<String> =
        [Some(problem), did_you_mean(&labels), report.map(known_teams)].into_iter().flatten().collect();
    let answer = answer.join(" ");
    let typed = display_name(typed, 60);
    let text = format!("\u{201c}{}\u{201d} {answer}", escape_mrkdwn(&typed));
    let message = Message::new(&heading, text).section(format!("`{}` {answer}", escape_code(&typed)));
    let mut actions = Actions::new(context, query, period);
    for Suggestion { label, subject } in suggestions {
        actions = actions.suggestion(&label, subject);
    }
    for phrase in &phrases {
        actions = actions.phrase(phrase);
    }
    usage(actions.onto(message), context)
}

fn heading(unknown: &Unknown, suggested: &[&str]) -> String {
    match (unknown, suggested) {
        (_, [label]) => format!("Did you mean {}?", display_name(label, 40)),
        (_, [_, ..]) => "Did you mean one of these?".to_owned(),
        (Unknown::Period(_), []) => "No such period or date".to_owned(),
        (Unknown::Name(..), []) => "No such team, person, period or date".to_owned(),
    }
}

/// Returns the question whether one of these was meant, if there are any.
pub(super) fn did_you_mean(suggested: &[&str]) -> Option<String> {
    let labels: Vec<String> = suggested.iter().map(|label| escape_mrkdwn(&display_name(label, 40))).collect();
    (!labels.is_empty()).then(|| format!("Did you mean {}?", labels.join(" or ")))
}

fn known_teams(report: &Report) -> String {
    if report.teams.is_empty() {
        return format!("No sale of that {} has a team.", report.period.kind().name());
    }
    let mut chars = 0;
    let names = report.teams.iter().take(MAX_TEAMS).map(|team| escape_mrkdwn(&display_name(team, 40)));
    let names: Vec<String> = names
        .take_while(|name| {
            chars += name.chars().count();
            chars <= MAX_TEAMS_CHARS
        })
        .collect();
    match report.team_count() - names.len() {
        0 => format!("Teams: {}.", names.join(", ")),
        more => format!("Teams: {} and {more} more.", names.join(", ")),
    }
}

/// Adds the command grammar to a message.
fn usage(message: Message, context: Context) -> Message {
    let week = context.running(PeriodKind::Week).previous();
    let lines = [
        (String::new(), "the latest week with sales"),
        ("last week".to_owned(), "also `this week`, `2 weeks ago`"),
        (week.to_string(), "any week; also `week 47`, or a date such as `Nov 20` or `2026-11-20`"),
        ("november".to_owned(), "a month; also `this month`, `last month`, `2026-11`"),
        ("Q4".to_owned(), "a quarter or a year; also `last quarter`, `ytd`, `2026`"),
        ("top 5".to_owned(), "fewer or more rows, up to 100; also `bottom 5`, `total`"),
        ("emea".to_owned(), "one team; `emea vs apac` and `teams` rank teams"),
        (
            "ana lima".to_owned(),
            "someone's place; also `ana vs bo`; part of the name is enough, `find ana` if it is also something else",
        ),
        ("by deals".to_owned(), "ranked by deals; also `by units`"),
        ("last week emea top 5 share".to_owned(), "all of it, in any order; `share` posts it to the channel"),
        ("me".to_owned(), "your own place; also `my team`, `me vs bo`; `me is Ana Lima` tells me once who you are"),
        ("weeks".to_owned(), "the weeks with sales; also `months`, `quarters` and `years`"),
        ("emea trend".to_owned(), "the last 13 weeks; `trend november` for months, and so on"),
        ("csv last month".to_owned(), "everyone of a period as a file for a spreadsheet"),
        ("wide".to_owned(), "all columns, which a phone may wrap"),
        ("status".to_owned(), "the last uploads and their problems; `file november.csv` shows how one was read"),
    ];
    let lines = lines.map(|(words, meaning)| {
        let command = [context.command, &words].join(" ");
        format!("`{}`  {meaning}", command.trim_end())
    });
    let ranking =
        "Highest amount first; equal amounts share a rank. Change is the rank compared with the period before."
            .to_owned();
    message.sections(&lines, "", "").small_print(std::iter::once(ranking).chain(context.notes()))
}
