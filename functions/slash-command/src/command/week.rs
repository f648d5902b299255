//! Weeks in a command, in any of the forms that people type, and days, which stand for their weeks.

use jiff::ToSpan;
use jiff::civil::Date;
use standings_core::Week;

use super::period::PeriodMatch;
use super::query::{Asked, Note};
use super::word::{Word, number, year};

/// Maximum of `N weeks ago`: a century. Larger numbers are taken as this one, with a note.
const MAX_WEEKS_AGO: u32 = 5200;

fn of(week: Week) -> Asked {
    Asked::At(week.into())
}

/// A match of all `words`: with a note if the week is only the nearest one, and invalid if there is none.
fn nearest_match(nearest: Option<Nearest>, words: &[Word]) -> PeriodMatch {
    let typed = || words.iter().map(|word| word.raw).collect::<Vec<_>>().join(" ");
    match nearest {
        Some(Nearest { week, is_exact: true }) => PeriodMatch::new(of(week), words.len()),
        Some(Nearest { week, is_exact: false }) => {
            PeriodMatch { note: Some(Note::Nearest(typed(), week.into())), ..PeriodMatch::new(of(week), words.len()) }
        }
        None => PeriodMatch::new(Asked::Invalid(typed()), words.len()),
    }
}

/// A week, and whether it is exactly the typed one or the nearest that exists.
#[derive(Clone, Copy)]
struct Nearest {
    week: Week,
    is_exact: bool,
}

/// Returns the week at the start of `words`, if there is one.
pub(super) fn week(words: &[Word], today: Date) -> Option<PeriodMatch> {
    named(words, today)
        .or_else(|| weeks_ago(words, today))
        .or_else(|| numbered(words, today))
        .or_else(|| dated(words.first()?))
        .or_else(|| month_and_day(words, today))
}

/// Parses `this week`, `last week`, `today` and the like.
fn named(words: &[Word], today: Date) -> Option<PeriodMatch> {
    let key = |index: usize| words.get(index).map_or("", |word| word.key.as_str());
    let this_week = Week::of_date(today)?;
    let (period, used) = match (key(0), key(1)) {
        ("this" | "current", "week") => (of(this_week), 2),
        ("last" | "previous" | "prev" | "past", "week") => (of(this_week.previous()), 2),
        ("next", "week") => (of(this_week.next()), 2),
        ("latest", "week") => (Asked::Latest, 2),
        ("latest", _) => (Asked::Latest, 1),
        ("today", _) => (of(this_week), 1),
        ("yesterday", _) => (of(Week::of_date(today.checked_sub(1.day()).ok()?)?), 1),
        _ => return None,
    };
    Some(PeriodMatch::new(period, used))
}

/// Parses `2 weeks ago`.
fn weeks_ago(words: &[Word], today: Date) -> Option<PeriodMatch> {
    let [count, weeks, ago, ..] = words else { return None };
    let count = if matches!(count.key.as_str(), "a" | "one") { 1 } else { count.number()? };
    if !(matches!(weeks.key.as_str(), "week" | "weeks") && ago.key == "ago") {
        return None;
    }
    let back = i32::try_from(count.min(MAX_WEEKS_AGO)).ok()?;
    let week = Week::of_date(today)?.back(back);
    Some(nearest_match(Some(Nearest { week, is_exact: count <= MAX_WEEKS_AGO }), &words[..3]))
}

/// Parses a week number with or without a year: `2026-W47`, `2026 week 47`, `week 47 2026`, `W47`.
///
/// Without a year, it is the latest week of that number that has started.
fn numbered(words: &[Word], today: Date) -> Option<PeriodMatch> {
    let year_before = words.first()?.year();
    let words_before = usize::from(year_before.is_some());
    let numbered = NumberedWeek::parse(&words[words_before..])?;
    let mut used = words_before + numbered.words;
    let mut year = numbered.year.or(year_before);
    if year.is_none()
        && let Some(year_after) = words.get(used).and_then(Word::year)
    {
        year = Some(year_after);
        used += 1;
    }
    let nearest = match year {
        Some(year) => week_of_year(year, numbered.number),
        None => latest_of_number(numbered.number, Week::of_date(today)?),
    };
    Some(nearest_match(nearest, &words[..used]))
}

/// A week number as typed, which may be out of range.
struct NumberedWeek {
    /// The year in the same word as the number.
    year: Option<u32>,
    number: u32,
    /// Number of words that the week consists of.
    words: usize,
}

impl NumberedWeek {
    /// Parses one word (`2026-W47`, `2026w47`, `W47`, `week47`, `wk47`) or two (`week 47`, `wk 47`, `w 47`).
    fn parse(words: &[Word]) -> Option<Self> {
        let [first, rest @ ..] = words else { return None };
        match first.key.as_str() {
            "w" | "wk" | "week" => Some(Self { year: None, number: rest.first()?.number()?, words: 2 }),
            key => {
                let (before, digits) = match key.strip_prefix("week").or_else(|| key.strip_prefix("wk")) {
                    Some(digits) => ("", digits),
                    None => key.split_once('w')?,
                };
                let number = number(digits).filter(|_| digits.len() <= 2)?;
                let year = match before.strip_suffix('-').unwrap_or(before) {
                    "" => None,
                    before => Some(year(before)?),
                };
                Some(Self { year, number, words: 1 })
            }
        }
    }
}

/// Parses `2026-11-20` or `2026/11/20`.
fn dated(word: &Word) -> Option<PeriodMatch> {
    let mut parts = word.key.split(['-', '/']);
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let shape = year.len() == 4 && (1..=2).contains(&month.len()) && (1..=2).contains(&day.len());
    let (year, month, day) = (number(year)?, number(month)?, number(day)?);
    if !shape || parts.next().is_some() {
        return None;
    }
    Some(nearest_match(week_of_day(year, month, day), std::slice::from_ref(word)))
}

/// Parses `Nov 20`, `20 November` or `Nov 20 2025`. Without a year, it is the latest such day up to the end of this
/// week.
fn month_and_day(words: &[Word], today: Date) -> Option<PeriodMatch> {
    let [first, second, rest @ ..] = words else { return None };
    let (month, day) = match (month(&first.key), month(&second.key)) {
        (Some(month), _) => (month, day_of_month(&second.key)?),
        (None, Some(month)) => (month, day_of_month(&first.key)?),
        (None, None) => return None,
    };
    if let Some(year) = rest.first().and_then(Word::year) {
        return Some(nearest_match(week_of_day(year, month, day), &words[..3]));
    }
    let this_week = Week::of_date(today)?;
    let this_year = u32::try_from(today.year()).ok()?;
    let latest = [this_year + 1, this_year, this_year - 1].into_iter().find_map(|year| {
        let nearest = week_of_day(year, month, day)?;
        (nearest.week <= this_week).then_some(nearest)
    });
    Some(nearest_match(latest, &words[..2]))
}

/// Returns the week of a day. A day outside the month is clamped: 30 February becomes the last day of February. `None` if there is no such month, or if [`Week`] does not cover the year.
fn week_of_day(year: u32, month: u32, day: u32) -> Option<Nearest> {
    let first = Date::new(year.try_into().ok()?, month.try_into().ok()?, 1).ok()?;
    let last = u32::try_from(first.days_in_month()).ok()?;
    let existing = day.clamp(1, last);
    let week = Week::of_date(first.checked_add(i64::from(existing - 1).days()).ok()?)?;
    Some(Nearest { week, is_exact: existing == day })
}

/// Returns the number of a month from its English name, or from at least three letters of it.
pub(super) fn month(name: &str) -> Option<u32> {
    const NAMES: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let index = NAMES.iter().position(|full| name.len() >= 3 && full.starts_with(name))?;
    u32::try_from(index + 1).ok()
}

/// Parses `20` or `20th`.
fn day_of_month(text: &str) -> Option<u32> {
    let digits = ["st", "nd", "rd", "th"].iter().find_map(|suffix| text.strip_suffix(suffix)).unwrap_or(text);
    number(digits).filter(|_| digits.len() <= 2)
}

/// Returns the week of this year and number, or the first or last week of the year if there is none of that number.
fn week_of_year(year: u32, number: u32) -> Option<Nearest> {
    let year = year.try_into().ok()?;
    let clamped = number.clamp(1, 53);
    let found = Week::new(year, clamped.try_into().ok()?);
    // A year without a week 53 ends with week 52.
    let week = found.or_else(|| Week::new(year, 52))?;
    Some(Nearest { week, is_exact: found.is_some() && clamped == number })
}

/// Returns the latest week of this number that has started, or this week if no year has such a number.
fn latest_of_number(number: u32, this_week: Week) -> Option<Nearest> {
    if number > 53 {
        return Some(Nearest { week: this_week, is_exact: false });
    }
    let this_year = this_week.monday().iso_week_date().year();
    let clamped = number.max(1).try_into().ok()?;
    // Two years that have a week 53 are at most seven years apart.
    let week = (0..=7).filter_map(|back| Week::new(this_year - back, clamped)).find(|&week| week <= this_week)?;
    Some(Nearest { week, is_exact: number >= 1 })
}
