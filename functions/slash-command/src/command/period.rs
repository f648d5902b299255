//! Periods: a week, named in any of the ways that people name one.

use jiff::ToSpan;
use jiff::civil::Date;
use standings_core::Week;

use super::word::{Word, number};
use super::{Note, Period};

/// Nobody looks further back than this many weeks, a century.
const MAX_WEEKS_AGO: u32 = 5200;

/// A period at the beginning of some words.
pub(super) struct Found {
    pub(super) period: Period,
    pub(super) note: Option<Note>,
    /// How many words it takes.
    pub(super) words: usize,
}

impl Found {
    fn new(period: Period, words: usize) -> Self {
        Self { period, note: None, words }
    }

    /// The week that was meant, or the nearest where there is no such week; or none at all.
    fn nearest(found: Option<Nearest>, words: &[Word]) -> Self {
        let typed = || words.iter().map(|word| word.raw).collect::<Vec<_>>().join(" ");
        match found {
            Some(Nearest { week, is_exact: true }) => Self::new(Period::Week(week), words.len()),
            Some(Nearest { week, is_exact: false }) => {
                Self { note: Some(Note::Nearest(typed(), week)), ..Self::new(Period::Week(week), words.len()) }
            }
            None => Self::new(Period::NoSuch(typed()), words.len()),
        }
    }
}

/// A week that was brought into range, if it had to be.
#[derive(Clone, Copy)]
struct Nearest {
    week: Week,
    is_exact: bool,
}

/// A period at the beginning of `words`.
pub(super) fn period(words: &[Word], today: Date) -> Option<Found> {
    named(words, today)
        .or_else(|| weeks_ago(words, today))
        .or_else(|| numbered(words, today))
        .or_else(|| dated(words.first()?))
        .or_else(|| month_and_day(words, today))
}

fn named(words: &[Word], today: Date) -> Option<Found> {
    let key = |index: usize| words.get(index).map_or("", |word| word.key.as_str());
    let this_week = Week::of_date(today)?;
    let week = |week| Period::Week(week);
    let (period, used) = match (key(0), key(1)) {
        ("this" | "current", "week") => (week(this_week), 2),
        ("last" | "previous" | "prev" | "past", "week") => (week(this_week.previous()), 2),
        ("next", "week") => (week(this_week.next()), 2),
        ("latest", "week") => (Period::Latest, 2),
        ("latest", _) => (Period::Latest, 1),
        ("today", _) => (week(this_week), 1),
        ("yesterday", _) => (week(Week::of_date(today.checked_sub(1.day()).ok()?)?), 1),
        _ => return None,
    };
    Some(Found::new(period, used))
}

/// `2 weeks ago`
fn weeks_ago(words: &[Word], today: Date) -> Option<Found> {
    let [count, weeks, ago, ..] = words else { return None };
    let count = if matches!(count.key.as_str(), "a" | "one") { 1 } else { count.number()? };
    if !(matches!(weeks.key.as_str(), "week" | "weeks") && ago.key == "ago") {
        return None;
    }
    let back = i32::try_from(count.min(MAX_WEEKS_AGO)).ok()?;
    let week = Week::of_date(today)?.back(back);
    Some(Found::nearest(Some(Nearest { week, is_exact: count <= MAX_WEEKS_AGO }), &words[..3]))
}

/// `2026-W47`, `2026 week 47`, `W47`, `week 47`, `week 47 2026`
fn numbered(words: &[Word], today: Date) -> Option<Found> {
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
        None => latest(number, Week::of_date(today)?),
    };
    Some(Found::nearest(found, &words[..used]))
}

/// `2026-11-20`
fn dated(word: &Word) -> Option<Found> {
    let mut parts = word.key.split(['-', '/']);
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let shape = year.len() == 4 && (1..=2).contains(&month.len()) && (1..=2).contains(&day.len());
    let (year, month, day) = (number(year)?, number(month)?, number(day)?);
    if !shape || parts.next().is_some() {
        return None;
    }
    Some(Found::nearest(date(year, month, day).and_then(of_date), std::slice::from_ref(word)))
}

/// `Nov 20`, `20 November`, `Nov 20 2025`; without a year the last such day that is not after this week.
fn month_and_day(words: &[Word], today: Date) -> Option<Found> {
    let [first, second, rest @ ..] = words else { return None };
    let (month, day) = match (month(&first.key), month(&second.key)) {
        (Some(month), _) => (month, day_digits(&second.key)?),
        (None, Some(month)) => (month, day_digits(&first.key)?),
        (None, None) => return None,
    };
    if let Some(year) = rest.first().and_then(|word| year(&word.key)) {
        return Some(Found::nearest(date(year, month, day).and_then(of_date), &words[..3]));
    }
    let this_week = Week::of_date(today)?;
    let this_year = u32::try_from(today.year()).ok()?;
    let last = [this_year + 1, this_year, this_year - 1].into_iter().find_map(|year| {
        let found = of_date(date(year, month, day)?)?;
        (found.week <= this_week).then_some(found)
    });
    Some(Found::nearest(last, &words[..2]))
}

/// A date, and whether it is the one that was asked for: the 30th of February becomes the last day of that month.
fn date(year: u32, month: u32, day: u32) -> Option<(Date, bool)> {
    let first = Date::new(year.try_into().ok()?, month.try_into().ok()?, 1).ok()?;
    let last = u32::try_from(first.days_in_month()).ok()?;
    let given = day.clamp(1, last);
    let date = first.checked_add(i64::from(given - 1).days()).ok()?;
    Some((date, given == day))
}

fn of_date((date, is_exact): (Date, bool)) -> Option<Nearest> {
    Week::of_date(date).map(|week| Nearest { week, is_exact })
}

/// The number of a month by its name, or by three letters of it and more.
fn month(name: &str) -> Option<u32> {
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
    let place = NAMES.iter().position(|full| name.len() >= 3 && full.starts_with(name))?;
    u32::try_from(place + 1).ok()
}

/// `20`, `20th`
fn day_digits(text: &str) -> Option<u32> {
    let digits = ["st", "nd", "rd", "th"].iter().find_map(|suffix| text.strip_suffix(suffix)).unwrap_or(text);
    number(digits).filter(|_| digits.len() <= 2)
}

fn week_digits(text: &str) -> Option<u32> {
    number(text).filter(|_| text.len() <= 2)
}

fn year(text: &str) -> Option<u32> {
    number(text).filter(|_| text.len() == 4)
}

/// The week of this number, or the first or last of the year.
fn week_of(year: u32, number: u32) -> Option<Nearest> {
    let year = year.try_into().ok()?;
    let given = number.clamp(1, 53);
    let found = Week::new(year, given.try_into().ok()?);
    let week = found.or_else(|| Week::new(year, 52))?;
    Some(Nearest { week, is_exact: found.is_some() && given == number })
}

/// The latest week of this number that has begun. A week 53 comes every five or six years, once in seven at most.
fn latest(number: u32, this_week: Week) -> Option<Nearest> {
    if number > 53 {
        return Some(Nearest { week: this_week, is_exact: false });
    }
    let this_year = this_week.monday().iso_week_date().year();
    let given = number.max(1).try_into().ok()?;
    let week = (0..=7).filter_map(|back| Week::new(this_year - back, given)).find(|&week| week <= this_week)?;
    Some(Nearest { week, is_exact: number >= 1 })
}
