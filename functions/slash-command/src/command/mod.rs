//! What people type: periods, `top N`, a measure and whom it is about, in any order.
//!
//! Whatever is not a known phrase is the name of a team, so that every team can be typed as it is written; one that
//! sounds like a phrase ("Last Week") can be put in quotes. Of two periods the last counts.

mod period;
mod word;

use jiff::civil::Date;
use standings_core::{Measure, Week};

use self::word::Word;
pub(crate) use self::word::quoted;

/// A board shows so many rows unless asked otherwise.
pub(crate) const DEFAULT_ROWS: usize = 15;

/// A board shows so many rows at most: a report has no more, and they fit into a message however long the names are.
pub(crate) const MAX_ROWS: usize = standings_core::report::MAX_ENTRIES;

/// Everything that a text asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Query {
    pub(crate) ask: Ask,
    pub(crate) period: Period,
    pub(crate) rows: usize,
    pub(crate) measure: Measure,
    /// Whether everyone in the channel is to see the answer.
    pub(crate) share: bool,
    /// What was understood in another way than it was typed.
    pub(crate) notes: Vec<Note>,
}

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Ask {
    /// The ranking of everyone.
    Company,
    /// The ranking of a team, by the words typed for it.
    Team(String),
    /// The place of whoever asks.
    Me,
    /// Who asks, from now on, by the words typed for the name; nobody in particular where it is `None`.
    MeIs(Option<String>),
    /// The place of somebody, by a part of the name.
    Find(String),
    /// The teams of a week.
    Teams,
    /// The weeks that have sales.
    Weeks,
    /// The last uploads.
    Status,
    /// How to ask.
    Help,
}

/// Of which week.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Period {
    /// The latest that has sales.
    Latest,
    /// This one.
    Week(Week),
    /// These words look like a week or date, and there is none such.
    NoSuch(String),
}

/// What was understood in another way than it was typed, so that the answer can say so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Note {
    /// Another number of rows was typed, one that is out of range.
    Rows,
    /// There is nothing such as these words; this week is the nearest.
    Nearest(String, Week),
    /// A person was looked for in a team; everyone was looked through.
    Everyone,
}

impl Query {
    /// Reads what was typed after the command. Every text is read as something.
    pub(crate) fn parse(text: &str, today: Date) -> Self {
        // Slack escapes these three in the text of a command.
        let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
        let words = word::split(&text);
        let mut query = Self {
            ask: Ask::Company,
            period: Period::Latest,
            rows: DEFAULT_ROWS,
            measure: Measure::Amount,
            share: false,
            notes: Vec::new(),
        };
        let mut names: Vec<&Word> = Vec::new();
        // Where the words of a person's name begin, among the names.
        let mut person: Option<usize> = None;
        let mut rest = words.as_slice();
        while let [first, others @ ..] = rest {
            if let Some(found) = period::period(rest, today) {
                query.period = found.period;
                query.notes.extend(found.note);
                rest = &rest[found.words..];
            } else if let Some((rows, used)) = top(rest) {
                query.rows = rows.clamp(1, MAX_ROWS);
                query.notes.extend((rows != query.rows).then_some(Note::Rows));
                rest = without_joint(&rest[used..]);
            } else if let Some((measure, used)) = measure(rest) {
                query.measure = measure;
                rest = without_joint(&rest[used..]);
            } else if let Some((name, used)) = me_is(rest).filter(|_| names.is_empty() && person.is_none()) {
                query.ask = Ask::MeIs(name);
                rest = &rest[used..];
            } else if first.key == "share" {
                query.share = true;
                rest = others;
            } else if first.key == "find" && person.is_none() {
                person = Some(names.len());
                rest = others;
            } else {
                // "emea in week 47"
                if !(first.is_preposition() && period::period(others, today).is_some()) {
                    names.push(first);
                }
                rest = others;
            }
        }
        if query.ask == Ask::Company {
            query.ask = ask(&names, person);
            query.notes.extend(person.is_some_and(|place| place > 0).then_some(Note::Everyone));
        }
        query
    }

    /// The text that asks for this in `week`, for buttons: [`Query::parse`] reads it as the same.
    pub(crate) fn text(&self, week: Week) -> String {
        let whom = match &self.ask {
            Ask::Company => String::new(),
            Ask::Team(team) => quoted(team),
            Ask::Me => "me".to_owned(),
            Ask::MeIs(None) => "forget me".to_owned(),
            Ask::MeIs(Some(name)) => format!("me is {}", quoted(name)),
            Ask::Find(name) => format!("find {}", quoted(name)),
            Ask::Teams => "teams".to_owned(),
            Ask::Weeks => "weeks".to_owned(),
            Ask::Status => "status".to_owned(),
            Ask::Help => "help".to_owned(),
        };
        let measure = match self.measure {
            Measure::Amount => "",
            Measure::Deals => "by deals",
            Measure::Units => "by units",
        };
        let rows = if self.rows == DEFAULT_ROWS { String::new() } else { format!("top {}", self.rows) };
        let share = if self.share { "share" } else { "" };
        let parts = [week.to_string(), rows, measure.to_owned(), share.to_owned(), whom];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
    }
}

/// The words after the preposition in "top 5 in emea", if there is one.
fn without_joint<'a, 'b>(words: &'a [Word<'b>]) -> &'a [Word<'b>] {
    match words {
        [joint, others @ ..] if joint.is_preposition() => others,
        _ => words,
    }
}

/// What is asked for, from the words that belong to no phrase.
fn ask(words: &[&Word], person: Option<usize>) -> Ask {
    let joined = |words: &[&Word]| words.iter().map(|word| word.raw).collect::<Vec<_>>().join(" ");
    if let Some(place) = person {
        // A name is missing; help says how to go on.
        return if place == words.len() { Ask::Help } else { Ask::Find(joined(&words[place..])) };
    }
    let keys: Vec<&str> = words.iter().map(|word| word.key.as_str()).collect();
    match keys.as_slice() {
        [] | ["everyone" | "company"] => Ask::Company,
        ["help" | "?"] => Ask::Help,
        ["me"] | ["my", "rank" | "place"] => Ask::Me,
        ["forget", "me"] => Ask::MeIs(None),
        ["teams" | "team"] => Ask::Teams,
        ["weeks"] => Ask::Weeks,
        ["status"] => Ask::Status,
        _ => Ask::Team(joined(words)),
    }
}

/// `me is Ana Lima`: what comes after it is the name, whatever it sounds like.
fn me_is(words: &[Word]) -> Option<(Option<String>, usize)> {
    let key = |index: usize| words.get(index).map_or("", |word| word.key.as_str());
    let used = match (key(0), key(1), key(2)) {
        ("me", "is", _) | ("i", "am", _) => 2,
        ("my", "name", "is") => 3,
        _ => return None,
    };
    let name = words.get(used..)?.iter().map(|word| word.raw).collect::<Vec<_>>().join(" ");
    (!name.is_empty()).then_some((Some(name), words.len()))
}

/// `top 5`, `top5`, `top all`
fn top(words: &[Word]) -> Option<(usize, usize)> {
    let [first, rest @ ..] = words else { return None };
    let (count, used) = match (first.key.strip_prefix("top")?, rest) {
        ("", [next, ..]) => (next.key.as_str(), 2),
        (count, _) => (count, 1),
    };
    if count == "all" {
        return Some((MAX_ROWS, used));
    }
    let rows = match count.strip_prefix('-') {
        Some(negative) => word::number(negative).map(|_| 0)?,
        None => usize::try_from(word::number(count)?).unwrap_or(usize::MAX),
    };
    Some((rows, used))
}

/// `by deals`
fn measure(words: &[Word]) -> Option<(Measure, usize)> {
    let [by, what, ..] = words else { return None };
    let measure = match what.key.as_str() {
        "amount" | "amounts" | "sales" | "revenue" | "money" => Measure::Amount,
        "deals" | "deal" | "orders" | "count" => Measure::Deals,
        "units" | "unit" | "quantity" | "pieces" => Measure::Units,
        _ => return None,
    };
    (by.key == "by").then_some((measure, 2))
}

#[cfg(test)]
mod tests;
