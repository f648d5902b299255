//! How to ask.

use standings_core::Report;

use super::actions::Actions;
use super::message::Message;
use super::text::{code, defused, shown};
use super::{Asking, dates, near};
use crate::command::Query;

/// So many teams are named beside a word that is none.
const NAMED: usize = 20;

/// What was typed and means nothing.
pub(crate) enum Unknown<'a> {
    /// It looks like a week or a date, and there is none such.
    Period(&'a str),
    /// It is no team of the week that this report is about; `None` where there is no such report.
    Team(&'a str, Option<&'a Report>),
}

/// How to ask.
pub(crate) fn help(asking: Asking) -> Message {
    let text = format!(
        "Type {0} for the latest week, or add a week, a team or top 5, in any order. {0} teams lists the teams",
        asking.command
    );
    usage(Message::new("How to ask", text), asking)
}

/// How to ask, for someone who typed something else; with what was probably meant.
pub(crate) fn unknown(what: &Unknown, query: &Query, asking: Asking) -> Message {
    let (typed, says) = match what {
        Unknown::Period(typed) => (typed, "is not a week or a day that there is.".to_owned()),
        Unknown::Team(typed, None) => (typed, "is not a team, a week or a date that I know.".to_owned()),
        Unknown::Team(typed, Some(report)) => {
            let dates = dates::range(report.monday, report.sunday);
            (typed, format!("is not a team that sold in {dates}, nor a week or a date.{}", known(report)))
        }
    };
    let (teams, week) = match what {
        Unknown::Team(_, Some(report)) => (report.teams.as_slice(), report.week),
        _ => (Default::default(), asking.this_week),
    };
    let meant = near::meant(typed, teams);
    let typed = shown(typed, 60);
    let did_you_mean = match meant.as_slice() {
        [] => String::new(),
        meant => {
            let named = meant.iter().map(|meant| defused(&shown(&meant.label, 40))).collect::<Vec<_>>();
            format!(" Did you mean {}?", named.join(" or "))
        }
    };
    let text = format!("\u{201c}{}\u{201d} {says}{did_you_mean}", defused(&typed));
    let message = Message::new("I did not understand that", text);
    let message = message.section(format!("`{}` {says}{did_you_mean}", code(&typed)));
    let mut actions = Actions::new(asking, query, week);
    for meant in meant {
        actions = actions.suggestion(&meant.label, meant.ask);
    }
    usage(actions.onto(message), asking)
}

fn known(report: &Report) -> String {
    let names: Vec<String> = report.teams.iter().take(NAMED).map(|team| defused(&shown(team, 40))).collect();
    match report.teams.len() {
        0 => " Nobody's sales name a team that week.".to_owned(),
        count if count > NAMED => format!(" Teams: {} and {} more.", names.join(", "), count - NAMED),
        _ => format!(" Teams: {}.", names.join(", ")),
    }
}

fn usage(message: Message, asking: Asking) -> Message {
    let week = asking.this_week.previous();
    let lines = [
        (String::new(), "the latest week that has sales"),
        ("last week".to_owned(), "also `this week`, `2 weeks ago`"),
        (week.to_string(), "any week; also `week 47`, or a day such as `Nov 20` or `2026-11-20`"),
        ("top 5".to_owned(), "fewer rows or more, up to 100"),
        ("emea".to_owned(), "one team; quotes help where a name sounds like something else"),
        ("by deals".to_owned(), "ranked by deals, or `by units`"),
        ("last week emea top 5 share".to_owned(), "all of it, in any order; `share` shows it to the channel"),
        ("me".to_owned(), "your own place; `me is Ana Lima` says once who you are"),
        ("find ana".to_owned(), "somebody's place; a part of the name is enough"),
        ("teams".to_owned(), "the teams; `weeks` lists the weeks with sales"),
        ("status".to_owned(), "what came in last, and what is wrong with it"),
    ];
    let lines = lines.map(|(words, meaning)| {
        let command = [asking.command, &words].join(" ");
        format!("`{}`  {meaning}", command.trim_end())
    });
    message.sections(&lines, "", "").context(
        ["Highest amount first; equal amounts share a rank. Change is the rank against the week before.".to_owned()]
            .into_iter()
            .chain(asking.notes()),
    )
}
