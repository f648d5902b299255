//! What people type: periods, `top N`, and a team, in any order.
//!
//! Whatever is not a known phrase is the name of a team, so that every team can be typed as it is written; one that
//! sounds like a phrase ("Last Week") can be put in quotes. Of two periods the last counts.

use jiff::civil::Date;
use standings_core::{Week, name};

/// A board shows so many rows unless asked otherwise.
pub(crate) const DEFAULT_ROWS: usize = 15;

/// A board shows so many rows at most: a report has no more, and they fit into a message however long the names are.
pub(crate) const MAX_ROWS: usize = standings_core::report::MAX_ENTRIES;

/// Nobody looks further back than this many weeks.
const MAX_WEEKS_AGO: u32 = 5200;

/// Everything that a text asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Query {
    pub(crate) ask: Ask,
    pub(crate) period: Period,
    pub(crate) top: Top,
}

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Ask {
    /// The ranking of everyone.
    Company,
    /// The ranking of a team, by the words typed for it.
    Team(String),
    /// The teams of a week.
    Teams,
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

/// How many rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Top {
    pub(crate) rows: usize,
    /// Whether another number was typed, one that is out of range.
    pub(crate) is_clamped: bool,
}

impl Default for Top {
    fn default() -> Self {
        Self { rows: DEFAULT_ROWS, is_clamped: false }
    }
}

/// A word, as typed and as compared.
struct Word<'a> {
    raw: &'a str,
    /// Empty for quoted words: they belong to no phrase.
    key: String,
}

impl Query {
    /// Reads what was typed after the command. Every text is read as something.
    pub(crate) fn parse(text: &str, this_week: Week) -> Self {
        // Slack escapes these three in the text of a command.
        let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
        let words = split(&text);
        let mut query = Self { ask: Ask::Company, period: Period::Latest, top: Top::default() };
        let mut team: Vec<&Word> = Vec::new();
        let mut rest = words.as_slice();
        while let [first, others @ ..] = rest {
            if let Some((period, used)) = period(rest, this_week) {
                query.period = period;
                rest = &rest[used..];
            } else if let Some((top, used)) = top(rest) {
                query.top = top;
                rest = &rest[used..];
                // "top 5 in emea"
                if let [joint, others @ ..] = rest
                    && joint.is_preposition()
                {
                    rest = others;
                }
            } else {
                // "emea in week 47"
                if !(first.is_preposition() && period(others, this_week).is_some()) {
                    team.push(first);
                }
                rest = others;
            }
        }
        query.ask = ask(&team);
        query
    }
}

impl<'a> Word<'a> {
    fn plain(raw: &'a str) -> Self {
        let key = name::fold(raw).trim_matches([',', '.', ';', ':', '!', '(', ')']).to_owned();
        Self { raw: raw.trim_matches([',', ';']), key }
    }

    fn quoted(raw: &'a str) -> Self {
        Self { raw, key: String::new() }
    }

    fn is_preposition(&self) -> bool {
        matches!(self.key.as_str(), "for" | "from" | "in" | "of" | "on" | "during")
    }

    fn number(&self) -> Option<u32> {
        number(&self.key)
    }
}

/// Words are split at white space, and what stands in double quotes stays together.
fn split(text: &str) -> Vec<Word<'_>> {
    let is_quote = |c: char| matches!(c, '"' | '\u{201c}' | '\u{201d}' | '\u{201e}' | '«' | '»');
    let mut words = Vec::new();
    let mut rest = text;
    while let Some((before, (inner, after))) =
        rest.split_once(is_quote).and_then(|(before, quoted)| Some((before, quoted.split_once(is_quote)?)))
    {
        words.extend(before.split_whitespace().map(Word::plain));
        words.push(Word::quoted(inner.trim()));
        rest = after;
    }
    // A quote that is never closed is only a mark.
    words.extend(rest.split(|c: char| c.is_whitespace() || is_quote(c)).map(Word::plain));
    words.retain(|word| !word.raw.is_empty());
    words
}

/// What is asked for, from the words that belong to no phrase.
fn ask(words: &[&Word]) -> Ask {
    if let [word] = words {
        match word.key.as_str() {
            "help" | "?" => return Ask::Help,
            "teams" | "team" => return Ask::Teams,
            "status" => return Ask::Status,
            _ => {}
        }
    }
    if words.is_empty() {
        return Ask::Company;
    }
    Ask::Team(words.iter().map(|word| word.raw).collect::<Vec<_>>().join(" "))
}

/// A period at the beginning of `words`, and how many of them it takes.
fn period(words: &[Word], this_week: Week) -> Option<(Period, usize)> {
    let key = |index: usize| words.get(index).map_or("", |word| word.key.as_str());
    let week = |week| Period::Week(week);
    let named = match (key(0), key(1)) {
        ("this" | "current", "week") => Some((week(this_week), 2)),
        ("last" | "previous" | "prev" | "past", "week") => Some((week(this_week.previous()), 2)),
        ("next", "week") => Some((week(this_week.next()), 2)),
        ("latest", "week") => Some((Period::Latest, 2)),
        ("latest", _) => Some((Period::Latest, 1)),
        _ => None,
    };
    named
        .or_else(|| weeks_ago(words, this_week))
        .or_else(|| numbered(words, this_week))
        .or_else(|| dated(words.first()?))
}

/// `2 weeks ago`
fn weeks_ago(words: &[Word], this_week: Week) -> Option<(Period, usize)> {
    let [count, weeks, ago, ..] = words else { return None };
    let count = if matches!(count.key.as_str(), "a" | "one") { 1 } else { count.number()? };
    let is_phrase = matches!(weeks.key.as_str(), "week" | "weeks") && ago.key == "ago";
    let back = i32::try_from(count.min(MAX_WEEKS_AGO)).ok()?;
    is_phrase.then(|| (Period::Week(this_week.back(back)), 3))
}

/// `2026-W47`, `2026 week 47`, `W47`, `week 47`, `week 47 2026`
fn numbered(words: &[Word], this_week: Week) -> Option<(Period, usize)> {
    let (year, after_year) = match words {
        [first, rest @ ..] if year(&first.key).is_some() => (year(&first.key), rest),
        _ => (None, words),
    };
    let [first, rest @ ..] = after_year else { return None };
    let (number, year, used) = if let Some((before, number)) = first.key.split_once('w')
        && let Some(number_of_week) = week_digits(number)
        && let before = before.strip_suffix('-').unwrap_or(before)
        && (before.is_empty() || before.len() == 4 && self::number(before).is_some())
    {
        (number_of_week, self::number(before).or(year), 1)
    } else if let Some(number) = first.key.strip_prefix("week").or_else(|| first.key.strip_prefix("wk")) {
        match (week_digits(number), rest) {
            (Some(number), _) => (number, year, 1),
            (None, [next, ..]) if number.is_empty() => (next.number()?, year, 2),
            _ => return None,
        }
    } else if let ("w", [next, ..]) = (first.key.as_str(), rest) {
        (next.number()?, year, 2)
    } else {
        return None;
    };
    let used = used + words.len() - after_year.len();
    let (year, used) = match words.get(used) {
        Some(next) if year.is_none() && self::year(&next.key).is_some() => (self::year(&next.key), used + 1),
        _ => (year, used),
    };
    let found = match year {
        Some(year) => week_of(year, number),
        None => latest(number, this_week),
    };
    let typed = || words[..used].iter().map(|word| word.raw).collect::<Vec<_>>().join(" ");
    Some((found.map_or_else(|| Period::NoSuch(typed()), Period::Week), used))
}

/// `2026-11-20`
fn dated(word: &Word) -> Option<(Period, usize)> {
    let mut parts = word.key.split(['-', '/']);
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let shape = year.len() == 4 && (1..=2).contains(&month.len()) && (1..=2).contains(&day.len());
    let (year, month, day) = (number(year)?, number(month)?, number(day)?);
    if !shape || parts.next().is_some() {
        return None;
    }
    let date = || Date::new(year.try_into().ok()?, month.try_into().ok()?, day.try_into().ok()?).ok();
    let week = date().and_then(Week::of_date);
    Some((week.map_or_else(|| Period::NoSuch(word.raw.to_owned()), Period::Week), 1))
}

/// `top 5`, `top5`, `top all`
fn top(words: &[Word]) -> Option<(Top, usize)> {
    let [first, rest @ ..] = words else { return None };
    let (count, used) = match (first.key.strip_prefix("top")?, rest) {
        ("", [next, ..]) => (next.key.as_str(), 2),
        (count, _) => (count, 1),
    };
    if count == "all" {
        return Some((Top { rows: MAX_ROWS, is_clamped: false }, used));
    }
    let asked = match count.strip_prefix('-') {
        Some(negative) => number(negative).map(|_| 0)?,
        None => usize::try_from(number(count)?).unwrap_or(usize::MAX),
    };
    let rows = asked.clamp(1, MAX_ROWS);
    Some((Top { rows, is_clamped: rows != asked }, used))
}

/// Digits alone; a number too large for anything stays too large.
fn number(text: &str) -> Option<u32> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().unwrap_or(u32::MAX))
}

fn week_digits(text: &str) -> Option<u32> {
    number(text).filter(|_| text.len() <= 2)
}

fn year(text: &str) -> Option<u32> {
    number(text).filter(|_| text.len() == 4)
}

fn week_of(year: u32, number: u32) -> Option<Week> {
    Week::new(year.try_into().ok()?, number.try_into().ok()?)
}

/// The latest week of this number that has begun. A week 53 comes every five or six years, once in seven at most.
fn latest(number: u32, this_week: Week) -> Option<Week> {
    let this_year = this_week.monday().iso_week_date().year();
    let number = number.try_into().ok()?;
    (0..=7).filter_map(|back| Week::new(this_year - back, number)).find(|&week| week <= this_week)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn week(text: &str) -> Week {
        text.parse().unwrap()
    }

    fn parse(text: &str) -> Query {
        Query::parse(text, week("2026-W48"))
    }

    fn team(name: &str) -> Ask {
        Ask::Team(name.to_owned())
    }

    #[test]
    fn nothing_asks_for_the_latest() {
        for text in ["", "  ", "\u{a0}", "latest", "latest week", "\"\"", ","] {
            let query = Query { ask: Ask::Company, period: Period::Latest, top: Top::default() };
            assert_eq!(parse(text), query, "{text:?}");
        }
    }

    #[test]
    fn periods_are_read_in_many_ways() {
        for (text, expected) in [
            ("this week", "2026-W48"),
            ("LAST  week", "2026-W47"),
            ("previous week,", "2026-W47"),
            ("next week", "2026-W49"),
            ("2026-W47", "2026-W47"),
            ("2026w7", "2026-W07"),
            ("W47", "2026-W47"),
            ("w 47", "2026-W47"),
            ("week 47", "2026-W47"),
            ("Week47", "2026-W47"),
            ("wk 47", "2026-W47"),
            ("in week 47", "2026-W47"),
            ("week 49", "2025-W49"),
            ("week 48", "2026-W48"),
            ("week 53", "2020-W53"),
            ("week 53 2026", "2026-W53"),
            ("2024 week 5", "2024-W05"),
            ("2024 w5", "2024-W05"),
            ("0 weeks ago", "2026-W48"),
            ("1 week ago", "2026-W47"),
            ("a week ago", "2026-W47"),
            ("53 weeks ago", "2025-W47"),
            ("2026-11-20", "2026-W47"),
            ("2026/1/1", "2026-W01"),
            ("2027-01-01", "2026-W53"),
            ("on 2026-11-20.", "2026-W47"),
            ("last week this week", "2026-W48"),
        ] {
            let query = parse(text);
            assert_eq!((query.period, query.ask), (Period::Week(week(expected)), Ask::Company), "{text}");
        }
        assert!(matches!(parse("99999999999 weeks ago").period, Period::Week(_)));
    }

    #[test]
    fn weeks_and_dates_that_are_none_are_named() {
        for text in ["week 60", "W0", "2026-W60", "2025-W53", "0000-W01", "2026-13-01", "2026-02-30", "9999-12-31"] {
            assert_eq!(parse(text).period, Period::NoSuch(text.to_owned()), "{text}");
        }
        assert_eq!(parse("week 99 2026").period, Period::NoSuch("week 99 2026".to_owned()));
    }

    #[test]
    fn a_number_of_rows_is_brought_into_range() {
        let top = |rows, is_clamped| Top { rows, is_clamped };
        for (text, expected) in [
            ("top 5", top(5, false)),
            ("Top5", top(5, false)),
            ("top 100", top(100, false)),
            ("top all", top(100, false)),
            ("top 101", top(100, true)),
            ("top 0", top(1, true)),
            ("top -3", top(1, true)),
            ("top 99999999999999999999", top(100, true)),
            ("emea", Top::default()),
        ] {
            assert_eq!(parse(text).top, expected, "{text}");
        }
    }

    #[test]
    fn the_rest_is_a_team() {
        for (text, expected) in [
            ("EMEA", "EMEA"),
            ("north america top 5", "north america"),
            ("top 5 north america last week", "north america"),
            ("north top 5 america", "north america"),
            ("top 5 in emea", "emea"),
            ("emea for last week", "emea"),
            ("emea, last week", "emea"),
            ("R&amp;D", "R&D"),
            ("help desk", "help desk"),
            ("Top Guns", "Top Guns"),
            ("last mile", "last mile"),
            ("week", "week"),
            ("\"last week\" last week", "last week"),
            ("\u{201c}teams\u{201d}", "teams"),
            ("emea\" top 5", "emea"),
            ("<@U012ABCDEF>", "<@U012ABCDEF>"),
            ("w1000", "w1000"),
        ] {
            assert_eq!(parse(text).ask, team(expected), "{text}");
        }
    }

    #[test]
    fn words_that_stand_alone_ask_for_other_things() {
        assert_eq!((parse("Help").ask, parse("?").ask, parse("help!").ask), (Ask::Help, Ask::Help, Ask::Help));
        assert_eq!((parse("status").ask, parse("teams").ask), (Ask::Status, Ask::Teams));
        assert_eq!(parse("last week teams").period, Period::Week(week("2026-W47")));
    }

    #[test]
    fn the_order_of_phrases_does_not_matter() {
        let expected = Query {
            ask: team("north america"),
            period: Period::Week(week("2026-W47")),
            top: Top { rows: 5, is_clamped: false },
        };
        for text in [
            "last week north america top 5",
            "last week top 5 north america",
            "top 5 last week north america",
            "top 5 north america last week",
            "north america top 5 last week",
            "north america last week top 5",
        ] {
            assert_eq!(parse(text), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_is_too_strange(text in ".{0,200}") {
            let query = parse(&text);
            prop_assert!((1..=MAX_ROWS).contains(&query.top.rows));
        }

        #[test]
        fn no_phrase_is_too_strange(words in proptest::collection::vec(
            "top|week|weeks|ago|last|this|w|in|a|-|\"|\u{201d}|[0-9]{1,11}|-[0-9]{1,3}|[0-9]{4}-?w[0-9]{0,3}|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}|emea",
            0..12,
        )) {
            let query = parse(&words.join(" "));
            prop_assert!((1..=MAX_ROWS).contains(&query.top.rows));
        }
    }
}
