//! The parser of the command grammar.

use standings_core::{Measure, PeriodKind};

use super::period;
use super::query::{Asked, DEFAULT_ROWS, MAX_ROWS, Note, Query, Subject};
use super::word::{self, Word};
use crate::today::Today;

impl Query {
    /// Parses the text of a command, on the day `today`. Every text has a meaning, so there is no error; see
    /// [`Asked::Invalid`] and [`Query::notes`].
    ///
    /// On Tuesday, 24 November 2026:
    ///
    /// | text | subject | period | further |
    /// |---|---|---|---|
    /// | (empty) | company | latest | 15 rows by amount |
    /// | `last week` | company | 2026-W47 | |
    /// | `november`, `this month`, `2026-11` | company | November 2026 | |
    /// | `Q4`, `this quarter`, `2026-Q4` | company | the fourth quarter of 2026 | |
    /// | `ytd`, `2026` | company | the year 2026 | |
    /// | `north america top 5 by deals share` | team "north america" | latest | 5 rows by deals, shared |
    /// | `top 500` | company | latest | 100 rows, with [`Note::Rows`] |
    /// | `Feb 30` | company | 2026-W09 | with [`Note::Nearest`] |
    /// | `2026-13-01` | company | invalid | |
    /// | `file "november.csv"` | the file "november.csv" | latest | |
    /// | `me is Ana Lima` | the user is "Ana Lima" | latest | |
    /// | `emea find ana` | person "ana" | latest | with [`Note::WholeCompany`] |
    /// | `"last week" last week` | team "last week" | 2026-W47 | |
    pub(crate) fn parse(text: &str, today: Today) -> Self {
        // Slack escapes these three characters in the text of a command.
        // https://docs.slack.dev/messaging/formatting-message-text
        let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
        let words = word::split(&text);
        let mut query = Self {
            subject: Subject::Company,
            period: Asked::Latest,
            rows: DEFAULT_ROWS,
            measure: Measure::Amount,
            share: false,
            notes: Vec::new(),
        };
        // The words that belong to no phrase, and the index among them at which the name of a person starts.
        let mut names: Vec<&Word> = Vec::new();
        let mut person_starts: Option<usize> = None;
        let mut rest = words.as_slice();
        while let [first, after_first @ ..] = rest {
            if first.key == "file" && names.is_empty() && person_starts.is_none() {
                // Names of files look like anything, so all further words are the name.
                let name = after_first.iter().map(|word| word.raw).collect::<Vec<_>>().join(" ");
                query.subject = Subject::File((!name.is_empty()).then_some(name));
                rest = &[];
            } else if let Some(found) = period::period(rest, today).filter(|found| {
                // In "find may" it is a name.
                person_starts.is_none_or(|start| start < names.len()) || !found.is_bare_month
            }) {
                query.period = found.period;
                query.notes.extend(found.note);
                rest = &rest[found.words..];
            } else if let Some((rows, used)) = top(rest) {
                query.rows = rows.clamp(1, MAX_ROWS);
                if query.rows != rows {
                    query.notes.push(Note::Rows);
                }
                rest = skip_preposition(&rest[used..]);
            } else if let Some((measure, used)) = measure(rest) {
                query.measure = measure;
                rest = skip_preposition(&rest[used..]);
            } else if let Some((name, used)) = me_is(rest).filter(|_| names.is_empty() && person_starts.is_none()) {
                query.subject = Subject::MeIs(Some(name));
                rest = &rest[used..];
            } else if first.key == "share" {
                query.share = true;
                rest = after_first;
            } else if first.key == "find" && person_starts.is_none() {
                person_starts = Some(names.len());
                rest = after_first;
            } else {
                // The "in" of "emea in week 47" belongs to the period, not to the team.
                if !(first.is_preposition() && period::period(after_first, today).is_some()) {
                    names.push(first);
                }
                rest = after_first;
            }
        }
        if query.subject == Subject::Company {
            query.subject = subject(&names, person_starts);
            if person_starts.is_some_and(|start| start > 0) {
                query.notes.push(Note::WholeCompany);
            }
        }
        query
    }
}

/// Drops the preposition after a phrase, as in "top 5 in emea".
fn skip_preposition<'a, 'b>(words: &'a [Word<'b>]) -> &'a [Word<'b>] {
    match words {
        [first, rest @ ..] if first.is_preposition() => rest,
        _ => words,
    }
}

/// Returns the subject from the words that belong to no phrase.
fn subject(names: &[&Word], person_starts: Option<usize>) -> Subject {
    let joined = |words: &[&Word]| words.iter().map(|word| word.raw).collect::<Vec<_>>().join(" ");
    if let Some(start) = person_starts {
        // `find` without a name: the help explains it.
        return if start == names.len() { Subject::Help } else { Subject::Find(joined(&names[start..])) };
    }
    let keys: Vec<&str> = names.iter().map(|word| word.key.as_str()).collect();
    match keys.as_slice() {
        [] | ["everyone" | "company"] => Subject::Company,
        ["help" | "?"] => Subject::Help,
        ["me"] | ["my", "rank" | "place"] => Subject::Me,
        ["forget", "me"] => Subject::MeIs(None),
        ["teams" | "team"] => Subject::Teams,
        ["periods"] => Subject::Periods(None),
        ["weeks"] => Subject::Periods(Some(PeriodKind::Week)),
        ["months"] => Subject::Periods(Some(PeriodKind::Month)),
        ["quarters"] => Subject::Periods(Some(PeriodKind::Quarter)),
        ["years"] => Subject::Periods(Some(PeriodKind::Year)),
        ["status"] => Subject::Status,
        _ => Subject::Team(joined(names)),
    }
}

/// Parses `me is Ana Lima`: the name and the number of words. All remaining words are the name, even if they look like
/// phrases.
fn me_is(words: &[Word]) -> Option<(String, usize)> {
    let key = |index: usize| words.get(index).map_or("", |word| word.key.as_str());
    let used = match (key(0), key(1), key(2)) {
        ("me", "is", _) | ("i", "am", _) => 2,
        ("my", "name", "is") => 3,
        _ => return None,
    };
    let name = words.get(used..)?.iter().map(|word| word.raw).collect::<Vec<_>>().join(" ");
    (!name.is_empty()).then_some((name, words.len()))
}

/// Parses `top 5`, `top5` or `top all`: the number of rows, which may be out of range, and the number of words.
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

/// Parses `by deals`: the measure and the number of words.
fn measure(words: &[Word]) -> Option<(Measure, usize)> {
    let [by, name, ..] = words else { return None };
    let measure = match name.key.as_str() {
        "amount" | "amounts" | "sales" | "revenue" | "money" => Measure::Amount,
        "deals" | "deal" | "orders" | "count" => Measure::Deals,
        "units" | "unit" | "quantity" | "pieces" => Measure::Units,
        _ => return None,
    };
    (by.key == "by").then_some((measure, 2))
}
