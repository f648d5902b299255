//! The place of one person.

use standings_core::{Entry, Measure, Report, Roster};

use super::actions::Actions;
use super::message::Message;
use super::money::{self, Currency};
use super::text::{code, defused, shown};
use super::{Asking, board, counted, dates};
use crate::command::{Ask, Query};

/// So many neighbours are shown above and below.
const NEIGHBOURS: usize = 2;

/// So many are listed of those whose names have what was typed in them.
const LISTED: usize = 15;

/// So many can be pressed.
const PRESSED: usize = 5;

/// Whoever is asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Who {
    /// Whoever asks.
    Asker,
    /// Somebody else.
    Other,
}

/// The place of somebody who is on the roster, with those around them.
pub(crate) fn person(roster: &Roster, name: &str, who: Who, query: &Query, asking: Asking) -> Message {
    let report = &roster.report.clone().by(query.measure);
    let Some(place) = report.entries.iter().position(|entry| entry.name == name) else {
        return absent(roster, name, who, query, asking);
    };
    let entry = &report.entries[place];
    let around = place.saturating_sub(NEIGHBOURS)..(place + NEIGHBOURS + 1).min(report.entries.len());
    let columns = board::columns(report, &report.entries[around], query.measure, asking.style);
    let text = place_of(entry, place, report, query.measure);
    let message = Message::new(&heading(name, report), text.replace('*', "")).section(text);
    let (message, _) = board::ranking(message, &columns, asking);
    let all = format!("`{} {}` shows everyone", asking.command, report.week);
    Actions::new(asking, query, report.week)
        .weeks()
        .measures(report)
        .share()
        .onto(message)
        .context([format!("{all} \u{b7} {}", board::updated(report))].into_iter().chain(asking.notes()))
}

fn heading(name: &str, report: &Report) -> String {
    format!("{}: {}", shown(name, 60), dates::range(report.monday, report.sunday))
}

/// `Ana Lima is number 12 of 240 with 1,234.50 USD, 65.50 behind Bo Chen; up 2.`
fn place_of(entry: &Entry, place: usize, report: &Report, measure: Measure) -> String {
    let currency = Currency::new(&report.currency);
    let bold = |entry: &Entry| format!("*{}*", defused(&shown(&entry.name, 60)));
    let better = report.entries[..place].iter().rev().find(|other| other.rank < entry.rank);
    let distance = match better {
        Some(better) => {
            let behind = money::ahead(better, entry, measure, currency).unwrap_or_default();
            format!("{behind} behind {} (number {})", bold(better), better.rank)
        }
        None => match report.entries[place + 1..].iter().find(|next| next.rank > entry.rank) {
            Some(next) => {
                let ahead = money::ahead(entry, next, measure, currency).unwrap_or_default();
                format!("{ahead} ahead of {}", bold(next))
            }
            None => "in the lead".to_owned(),
        },
    };
    let moved = match board::movement(entry).as_str() {
        "new" => "not on the board the week before".to_owned(),
        "same" => "same place as the week before".to_owned(),
        moved => format!("{moved} on the week before"),
    };
    let value = money::named_value(entry, measure, currency);
    let medal = board::medal(entry.rank);
    format!(
        "{medal}{} is number {} of {} with {value}, {distance}; {moved}.",
        bold(entry),
        entry.rank,
        money::count(report.salespeople.into())
    )
}

/// Somebody who sold nothing that week, or who is below all that the roster has room for.
fn absent(roster: &Roster, name: &str, who: Who, query: &Query, asking: Asking) -> Message {
    let report = &roster.report;
    let name = shown(name, 60);
    let dates = dates::range(report.monday, report.sunday);
    let missing = (report.salespeople as usize).saturating_sub(report.entries.len());
    let (text, hint) = match who {
        Who::Asker => (
            format!("{} is not on the board of {dates}.", defused(&name)),
            format!("If the sales have you under another name, say `{} me is NAME`.", asking.command),
        ),
        Who::Other => (
            format!("Nobody called {} is on the board of {dates}.", defused(&name)),
            format!("A part of a name is enough: `{} find ana`.", asking.command),
        ),
    };
    let below = (missing > 0)
        .then(|| format!("The last {} of that week are too many to be kept by name.", money::count(missing as u64)));
    let message = Message::new(&heading(&name, report), text.clone()).section(format!("{text} {hint}"));
    Actions::new(asking, query, report.week)
        .weeks()
        .onto(message)
        .context(below.into_iter().chain([board::updated(report)]).chain(asking.notes()))
}

/// The place of whoever's name has these words in it, or the list of them.
pub(crate) fn find(roster: &Roster, typed: &str, query: &Query, asking: Asking) -> Message {
    match roster.find(typed).as_slice() {
        [] => absent(roster, typed, Who::Other, query, asking),
        [one] => person(roster, &one.name, Who::Other, query, asking),
        several => several_people(roster, several, typed, query, asking),
    }
}

fn several_people(roster: &Roster, found: &[&Entry], typed: &str, query: &Query, asking: Asking) -> Message {
    let report = &roster.report.clone().by(query.measure);
    let names: Vec<&str> = found.iter().map(|entry| entry.name.as_str()).collect();
    let is_found = |entry: &&Entry| names.contains(&entry.name.as_str());
    let entries: Vec<Entry> = report.entries.iter().filter(is_found).take(LISTED).cloned().collect();
    let count = counted(found.len() as u64, "person has", "people have");
    let typed = shown(typed, 40);
    let spoken = entries.iter().take(3).map(|entry| format!("{}. {}", entry.rank, defused(&shown(&entry.name, 60))));
    let text =
        format!("{count} \u{201c}{}\u{201d} in the name: {}", defused(&typed), spoken.collect::<Vec<_>>().join("; "));
    let message = Message::new(&heading(&typed, report), text)
        .section(format!("{count} `{}` in the name. Type more of it, or press one.", code(&typed)));
    let columns = board::columns(report, &entries, query.measure, asking.style);
    let (message, rows) = board::ranking(message, &columns, asking);
    let mut actions = Actions::new(asking, query, report.week);
    for entry in entries.iter().take(PRESSED) {
        actions = actions.suggestion(&entry.name, Ask::Find(entry.name.clone()));
    }
    let more = found.len() - rows.min(found.len());
    let more = (more > 0).then(|| format!("and {} more", money::count(more as u64)));
    actions.onto(message).context(more.into_iter().chain([board::updated(report)]).chain(asking.notes()))
}

/// Somebody asks for `me`, and nobody knows who that is.
pub(crate) fn unknown_asker(asking: Asking) -> Message {
    let text = "I do not know yet which salesperson you are.";
    let hint = format!(
        "Say it once: `{0} me is Ana Lima`, with the name that the sales have for you. `{0} find ana` finds names.",
        asking.command
    );
    Message::new("Who are you?", format!("{text} Type {} me is, and your name", asking.command))
        .section(format!("{text} {hint}"))
        .context(["Sales files with a column `slack_user_id` say it for everyone.".to_owned()])
}

/// Somebody said who they are.
pub(crate) fn remembered(name: &str, is_on_board: bool, asking: Asking) -> Message {
    let name = shown(name, 60);
    let text = format!("From now on you are {}.", defused(&name));
    let hint = if is_on_board {
        format!("`{} me` shows your place.", asking.command)
    } else {
        format!(
            "Nobody of that name has sold anything in the latest week; `{} me` shows your place once you have. Check the spelling with `{0} find`.",
            asking.command
        )
    };
    Message::new("Nice to meet you", format!("{text} Type {} me for your place", asking.command))
        .section(format!("{text} {hint}"))
        .context([format!("Only you see this. `{} forget me` takes it back.", asking.command)])
}

/// Somebody took back who they are.
pub(crate) fn forgotten(asking: Asking) -> Message {
    let text = "I have forgotten which salesperson you are.";
    Message::new("Forgotten", text.to_owned())
        .section(text)
        .context([format!("`{} me is NAME` says it again.", asking.command)])
}

/// A name that several people might have.
pub(crate) fn several_names(roster: &Roster, found: &[&Entry], typed: &str, query: &Query, asking: Asking) -> Message {
    let typed = shown(typed, 40);
    let text = format!(
        "{} have \u{201c}{}\u{201d} in their names. Which one are you?",
        counted(found.len() as u64, "person", "people"),
        defused(&typed)
    );
    let message = Message::new("Who are you?", text.clone()).section(text);
    let mut actions = Actions::new(asking, query, roster.report.week);
    for entry in found.iter().take(PRESSED) {
        actions = actions.suggestion(&entry.name, Ask::MeIs(Some(entry.name.clone())));
    }
    actions.onto(message).context([format!("Or type all of it: `{} me is NAME`.", asking.command)])
}
