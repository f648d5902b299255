//! Messages about one salesperson, and about which salesperson the user is.

use standings_core::{Entry, Measure, Report, Roster};

use super::actions::Actions;
use super::board;
use super::context::Context;
use super::dates;
use super::message::Message;
use super::money::{Currency, Value};
use super::movement::Movement;
use super::number::{count, counted};
use super::suggestions::{Suggestion, suggestions};
use super::table::add_table;
use super::text::{display_name, escape_code, escape_mrkdwn};
use super::usage::did_you_mean;
use crate::command::{Introduction, Query, Subject};
use crate::locale::Locale;

/// Entries shown above and below the salesperson.
const NEIGHBORS: usize = 2;

/// Rows in the list of salespeople whose names match.
const MAX_LISTED: usize = 15;

/// Buttons for salespeople whose names match.
const MAX_BUTTONS: usize = 5;

/// The person that a message is about.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Who {
    /// The user who sent the request.
    Asker,
    /// Another salesperson.
    Other,
    /// A salesperson who is known from other periods.
    Known,
}

/// Returns the place of the salesperson with this name in a roster, with their neighbors.
pub(crate) fn person(roster: &Roster, name: &str, who: Who, query: &Query, context: Context) -> Message {
    let (report, measure) = &ranked(roster, query.measure);
    let Some(index) = report.entries.iter().position(|entry| entry.name == name) else {
        return absent(roster, name, who, query, context);
    };
    let range = if roster.parts > 0 { 0 } else { NEIGHBORS };
    let neighbors = index.saturating_sub(range)..(index + range + 1).min(report.entries.len());
    let ranked_by = Query { subject: Subject::Company, measure: *measure, ..query.clone() };
    let columns = board::columns(report, &report.entries[neighbors], &ranked_by, context);
    let text = if roster.parts > 0 {
        // Of a roster in parts, the neighbors are not known.
        place_alone(report, index, *measure, context.today.locale)
    } else {
        place(report, index, *measure, context.today.locale)
    };
    let message = Message::new(&heading(name, report, context), text.replace('*', "")).section(text);
    let (message, _) = add_table(message, &columns, context.style);
    let everyone = format!(
        "`{} {}` shows everyone \u{b7} {}",
        context.command,
        dates::phrase(report.period, context.today.calendar),
        board::updated(report)
    );
    Actions::new(context, query, report.period)
        .neighbors()
        .measures(report)
        .trend()
        .share()
        .onto(message)
        .small_print(std::iter::once(everyone).chain(only_by_amount(*measure, query, roster)).chain(context.notes()))
}

/// Returns the report of a roster ranked by a measure. Of a roster in parts only some entries are here, which have their
/// ranks by amount.
fn ranked(roster: &Roster, measure: Measure) -> (Report, Measure) {
    let measure = board::measure(&roster.report, measure);
    match roster.parts {
        0 => (roster.report.clone().by(measure), measure),
        _ => (roster.report.clone(), Measure::Amount),
    }
}

/// Says why people are not ranked by the measure that was asked for.
fn only_by_amount(measure: Measure, query: &Query, roster: &Roster) -> Option<String> {
    let reason = if roster.parts > 0 {
        "With so many people, the place of one is known by amount only."
    } else {
        "No sale of this period has a quantity, so this is by amount."
    };
    (measure != query.measure).then(|| reason.to_owned())
}

fn heading(name: &str, report: &Report, context: Context) -> String {
    format!("{}: {}", display_name(name, 60), dates::title(report.period, context.today))
}

/// Returns a sentence about the entry at `index`:
/// `Ana Lima is number 12 of 240 with 1,234.50 USD, 65.50 behind Bo Chen (number 11); up 2 on the week before.`
fn place(report: &Report, index: usize, measure: Measure, locale: Locale) -> String {
    let currency = Currency::new(&report.currency, locale);
    let entry = &report.entries[index];
    let bold = |entry: &Entry| format!("*{}*", escape_mrkdwn(&display_name(&entry.name, 60)));
    let ahead = |first: &Entry, second: &Entry| {
        Value::ahead(first, second, measure).map_or(String::new(), |ahead| ahead.brief(currency))
    };
    let better = report.entries[..index].iter().rev().find(|other| other.rank < entry.rank);
    let distance = match better {
        Some(better) => format!("{} behind {} (number {})", ahead(better, entry), bold(better), better.rank),
        None => match report.entries[index + 1..].iter().find(|next| next.rank > entry.rank) {
            Some(next) => format!("{} ahead of {}", ahead(entry, next), bold(next)),
            None => "in the lead".to_owned(),
        },
    };
    format!(
        "{}{} is number {} of {} with {}, {distance}; {}.",
        board::medal(entry.rank),
        bold(entry),
        entry.rank,
        count(report.salespeople.into()),
        Value::of(entry, measure).named(currency),
        Movement::of(entry).phrase(report.period.kind()),
    )
}

/// Returns a sentence about the entry at `index` alone: `Ana Lima is number 12,345 of 60,000 with 12.50 USD; up 2 on the week
/// before.`
fn place_alone(report: &Report, index: usize, measure: Measure, locale: Locale) -> String {
    let entry = &report.entries[index];
    format!(
        "{}*{}* is number {} of {} with {}; {}.",
        board::medal(entry.rank),
        escape_mrkdwn(&display_name(&entry.name, 60)),
        count(entry.rank.into()),
        count(report.salespeople.into()),
        Value::of(entry, measure).named(Currency::new(&report.currency, locale)),
        Movement::of(entry).phrase(report.period.kind()),
    )
}

/// Returns the message for a name that is not in a roster: without sales in that period, or in a part of a very long
/// roster that was not read.
fn absent(roster: &Roster, name: &str, who: Who, query: &Query, context: Context) -> Message {
    let report = &roster.report;
    let name = display_name(name, 60);
    let dates = dates::title(report.period, context.today);
    let (text, hint) = match who {
        Who::Asker => (
            format!("{} is not in the ranking of {dates}.", escape_mrkdwn(&name)),
            format!("If the sales files spell your name differently, type `{} me is NAME`.", context.command),
        ),
        Who::Known => (
            format!(
                "No sales for {} in {dates}{}.",
                escape_mrkdwn(&name),
                if context.is_open(report.period) { " yet" } else { "" }
            ),
            "Other periods have some.".to_owned(),
        ),
        Who::Other => (
            format!("No name with \u{201c}{}\u{201d} is in the ranking of {dates}.", escape_mrkdwn(&name)),
            format!("Part of a name is enough: `{} find ana`.", context.command),
        ),
    };
    let near = if who == Who::Other { suggestions(&name, Some(roster)) } else { Vec::new() };
    let labels: Vec<&str> = near.iter().map(|near| near.label.as_str()).collect();
    let hint = did_you_mean(&labels).unwrap_or(hint);
    let message = Message::new(&heading(&name, report, context), text.clone()).section(format!("{text} {hint}"));
    let mut small_print = Vec::new();
    let missing = (report.salespeople as usize).saturating_sub(report.entries.len());
    if missing > 0 {
        small_print
            .push(format!("There are {} more people, who are found by their whole name.", count(missing as u64)));
    }
    small_print.push(board::updated(report));
    small_print.extend(context.notes());
    let mut actions = Actions::new(context, query, report.period).neighbors();
    for Suggestion { label, subject } in near {
        actions = actions.suggestion(&label, subject);
    }
    actions.onto(message).small_print(small_print)
}

/// Returns the place of the only salesperson whose name matches, or the list of all that match.
pub(crate) fn find(roster: &Roster, typed: &str, query: &Query, context: Context) -> Message {
    match roster.find(typed).as_slice() {
        [] => absent(roster, typed, Who::Other, query, context),
        [one] => person(roster, &one.name, Who::Other, query, context),
        several => several_people(roster, several, typed, query, context),
    }
}

/// Returns the places of several people, to compare them.
pub(crate) fn compared(roster: &Roster, names: &[String], query: &Query, context: Context) -> Message {
    let (report, measure) = &ranked(roster, query.measure);
    let entries: Vec<Entry> = report.entries.iter().filter(|entry| names.contains(&entry.name)).cloned().collect();
    let currency = Currency::new(&report.currency, context.today.locale);
    let bold = |entry: &Entry| format!("*{}*", escape_mrkdwn(&display_name(&entry.name, 60)));
    let text = match entries.as_slice() {
        [first, second, ..] => {
            let ahead = Value::ahead(first, second, *measure);
            let ahead = ahead.filter(|_| first.rank < second.rank);
            let ahead =
                ahead.map_or(", level with ".to_owned(), |ahead| format!(", {} ahead of ", ahead.brief(currency)));
            let value = Value::of(first, *measure).named(currency);
            format!("{}{} has {value}{ahead}{}.", board::medal(first.rank), bold(first), bold(second))
        }
        [one] => format!("{} has {}.", bold(one), Value::of(one, *measure).named(currency)),
        [] => String::new(),
    };
    let dates = dates::title(report.period, context.today);
    let message = Message::new(&format!("Compared: {dates}"), text.replace('*', "")).section(text);
    let ranked_by = Query { subject: Subject::Company, measure: *measure, ..query.clone() };
    let columns = board::columns(report, &entries, &ranked_by, context);
    let (message, _) = add_table(message, &columns, context.style);
    Actions::new(context, query, report.period).neighbors().measures(report).share().onto(message).small_print(
        std::iter::once(board::updated(report)).chain(only_by_amount(*measure, query, roster)).chain(context.notes()),
    )
}

fn several_people(roster: &Roster, found: &[&Entry], typed: &str, query: &Query, context: Context) -> Message {
    let (report, measure) = &ranked(roster, query.measure);
    let names: Vec<&str> = found.iter().map(|entry| entry.name.as_str()).collect();
    let is_found = |entry: &&Entry| names.contains(&entry.name.as_str());
    let entries: Vec<Entry> = report.entries.iter().filter(is_found).take(MAX_LISTED).cloned().collect();
    let people = counted(found.len() as u64, "person has", "people have");
    let typed = display_name(typed, 40);
    let spoken = entries
        .iter()
        .take(3)
        .map(|entry| format!("{}. {}", entry.rank, escape_mrkdwn(&display_name(&entry.name, 60))))
        .collect::<Vec<_>>()
        .join("; ");
    let text = format!("{people} \u{201c}{}\u{201d} in the name: {spoken}", escape_mrkdwn(&typed));
    let message = Message::new(&heading(&typed, report, context), text)
        .section(format!("{people} `{}` in the name. Choose one, or type more of the name.", escape_code(&typed)));
    let ranked_by = Query { subject: Subject::Company, measure: *measure, ..query.clone() };
    let columns = board::columns(report, &entries, &ranked_by, context);
    let (message, rows) = add_table(message, &columns, context.style);
    let mut actions = Actions::new(context, query, report.period);
    for entry in entries.iter().take(MAX_BUTTONS) {
        actions = actions.suggestion(&entry.name, Subject::Find(entry.name.clone()));
    }
    let mut small_print = Vec::from_iter(only_by_amount(*measure, query, roster));
    if found.len() > rows {
        small_print.push(format!("and {} more", count((found.len() - rows) as u64)));
    }
    small_print.push(board::updated(report));
    small_print.extend(context.notes());
    actions.onto(message).small_print(small_print)
}

/// Returns the reply to `me` while it is unknown which salesperson the user is.
pub(crate) fn unknown_asker(context: Context) -> Message {
    let command = context.command;
    let text = "I do not know yet which salesperson you are.";
    let hint = format!(
        "Tell me once: `{command} me is Ana Lima`, with your name as it is in the sales files. `{command} find ana` \
         looks it up."
    );
    Message::new("Who are you?", format!("{text} Type {command} me is and your name"))
        .section(format!("{text} {hint}"))
        .small_print(["Sales files with a column `slack_user_id` tell me for everyone.".to_owned()])
}

/// Returns the reply about a user of Slack who was mentioned, while it is unknown which salesperson they are.
pub(crate) fn unknown_user(context: Context) -> Message {
    let command = context.command;
    let text = "I do not know which salesperson that is.";
    let hint = format!(
        "They can tell me: `{command} me is NAME`. Or ask for the name in the sales files: `{command} ana lima`."
    );
    Message::new("Who is that?", text.to_owned()).section(format!("{text} {hint}")).small_print(context.notes())
}

/// Returns the reply to "i am" and words that are nobody's name.
pub(crate) fn not_introduced(typed: &str, context: Context) -> Message {
    let command = context.command;
    let text =
        format!("Nobody called \u{201c}{}\u{201d} is in the latest ranking.", escape_mrkdwn(&display_name(typed, 60)));
    let hint = format!("To tell me who you are, type `{command} me is` and your name as it is in the sales files.");
    Message::new("Who are you?", text.clone()).section(format!("{text} {hint}"))
}

/// Returns the reply to `me is NAME`.
pub(crate) fn remembered(name: &str, is_on_board: bool, context: Context) -> Message {
    let command = context.command;
    let name = display_name(name, 60);
    let text = format!("From now on you are {}.", escape_mrkdwn(&name));
    let hint = if is_on_board {
        format!("`{command} me` shows your place.")
    } else {
        format!(
            "That name is not in the ranking of the latest week; `{command} me` shows your place once it is. To check \
             the spelling, type `{command} find` and a part of the name."
        )
    };
    Message::new("Nice to meet you", format!("{text} Type {command} me for your place"))
        .section(format!("{text} {hint}"))
        .small_print([format!("Only you see this. `{command} forget me` undoes it.")])
}

/// Returns the reply to `forget me`.
pub(crate) fn forgotten(context: Context) -> Message {
    let text = "I have forgotten which salesperson you are.";
    Message::new("Forgotten", text.to_owned())
        .section(text)
        .small_print([format!("`{} me is NAME` tells me again.", context.command)])
}

/// Returns the reply to `me is NAME` if several names match.
pub(crate) fn several_names(
    roster: &Roster,
    found: &[&Entry],
    typed: &str,
    query: &Query,
    context: Context,
) -> Message {
    let typed = display_name(typed, 40);
    let text = format!(
        "{} \u{201c}{}\u{201d} in the name. Which one are you?",
        counted(found.len() as u64, "person has", "people have"),
        escape_mrkdwn(&typed)
    );
    let message = Message::new("Who are you?", text.clone()).section(text);
    let mut actions = Actions::new(context, query, roster.report.period);
    for entry in found.iter().take(MAX_BUTTONS) {
        let introduction = Introduction { name: entry.name.clone(), is_plain: true };
        actions = actions.suggestion(&entry.name, Subject::MeIs(introduction));
    }
    actions.onto(message).small_print([format!("Or type the full name: `{} me is NAME`.", context.command)])
}
