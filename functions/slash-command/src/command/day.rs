//! Days in a command, in any of the forms that people type, and ranges of days.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};
use standings_core::Week;

use super::period::PeriodMatch;
use super::query::{Asked, Note};
use super::span::{self, days_match};
use super::word::{Word, number, typed};
use crate::today::{DateOrder, Today};

/// A day at the start of some words.
struct DayMatch {
    day: Option<Day>,
    /// Number of words that it consists of.
    words: usize,
    /// Whether the year is a guess.
    is_without_year: bool,
    /// Whether it is the name of a day of the week alone, which may also be that of a person.
    is_bare: bool,
    /// Whether day and month could be exchanged, and nothing says which is which.
    is_ambiguous: bool,
}

/// A day, and whether it is exactly the typed one or the nearest that exists.
#[derive(Clone, Copy)]
struct Day {
    date: Date,
    is_exact: bool,
}

impl DayMatch {
    fn new(day: Option<Day>, words: usize) -> Self {
        Self { day, words, is_without_year: false, is_bare: false, is_ambiguous: false }
    }

    fn exact(date: Date, words: usize) -> Self {
        Self::new(Some(Day { date, is_exact: true }), words)
    }
}

/// Returns the week of the day, or the period of the days, at the start of `words`.
pub(super) fn days(words: &[Word], today: Today) -> Option<PeriodMatch> {
    week_with(words, today).or_else(|| range(words, today)).or_else(|| single(words, today))
}

/// Parses `week of Nov 16`, `week ending 22 Nov`, `w/c 16.11.`.
fn week_with(words: &[Word], today: Today) -> Option<PeriodMatch> {
    let key = |index: usize| words.get(index).map_or("", |word| word.key.as_str());
    let prefix = match (key(0), key(1)) {
        ("w/e" | "w/c" | "w/b" | "w/o" | "wc", _) => 1,
        (
            "week" | "wk",
            "of" | "ending" | "ended" | "starting" | "beginning" | "commencing" | "from" | "containing",
        ) => 2,
        _ => return None,
    };
    let day = day(words.get(prefix..)?, today)?;
    let used = prefix + day.words;
    let week = day.day.and_then(|day| Week::of_date(day.date));
    Some(match week {
        Some(week) => PeriodMatch::new(Asked::At(week.into()), used),
        None => PeriodMatch::new(Asked::Invalid(typed(&words[..used])), used),
    })
}

/// Parses one day, which stands for its week.
fn single(words: &[Word], today: Today) -> Option<PeriodMatch> {
    let DayMatch { day, words: used, is_bare, is_ambiguous, .. } = day(words, today)?;
    let typed = typed(&words[..used]);
    let found = day.and_then(|day| Some((day, Week::of_date(day.date)?)));
    let Some((day, week)) = found else { return Some(PeriodMatch::new(Asked::Invalid(typed), used)) };
    let note = match day {
        Day { is_exact: false, .. } => Note::Nearest(typed, week.into()),
        Day { date, .. } if is_ambiguous => Note::Ambiguous(typed, date),
        Day { date, .. } => Note::Day(date, week),
    };
    Some(PeriodMatch { note: Some(note), is_bare, ..PeriodMatch::new(Asked::At(week.into()), used) })
}

/// Parses `16–22 Nov 2026` and `30 Nov – 6 Dec 2026`, as Standings writes them, and `Nov 16 to Nov 22`.
fn range(words: &[Word], today: Today) -> Option<PeriodMatch> {
    let (first, last, used) = within_month(words, today).or_else(|| between(words, today))?;
    Some(days_match(first, last, &words[..used], today))
}

/// Parses `16-22 Nov 2026` and `Nov 16-22`: the first and last day, and the number of words.
fn within_month(words: &[Word], today: Today) -> Option<(Date, Date, usize)> {
    let [one, other, ..] = words else { return None };
    let (days, month_name) = if month(&one.key).is_some() { (other, one) } else { (one, other) };
    let (first, last) = days.key.split_once('-')?;
    let (first, last, month) = (day_of_month(first)?, day_of_month(last)?, month(&month_name.key)?);
    let year = words.get(2).and_then(Word::year);
    let used = if year.is_some() { 3 } else { 2 };
    let year = year.or_else(|| latest_year(month, last, today).and_then(|day| u32::try_from(day.date.year()).ok()))?;
    let (first, last) = (of_month(year, month, first)?, of_month(year, month, last)?);
    (first.is_exact && last.is_exact && first.date <= last.date).then_some((first.date, last.date, used))
}

/// Parses two days with a dash or a word between them: the first and last day, and the number of words.
fn between(words: &[Word], today: Today) -> Option<(Date, Date, usize)> {
    let prefix = usize::from(matches!(words.first()?.key.as_str(), "between" | "from"));
    let words_after = &words[prefix..];
    let is_joint = |word: &Word| span::is_joint(word, words[0].key == "between");
    // In "16 to 22 November" the first day has the month of the last.
    let first_number = words_after.first().and_then(|word| day_of_month(&word.key));
    let (first, used) = match day(words_after, today).filter(|first| !first.is_bare) {
        Some(first) if words_after.get(first.words).is_some_and(is_joint) => (Some(first), 1),
        _ => (None, 1),
    };
    let first_words = first.as_ref().map_or(used, |first| first.words);
    let joint = words_after.get(first_words)?;
    let last = day(words_after.get(first_words + 1..)?, today)?;
    let used = prefix + first_words + 1 + last.words;
    let to = last.day?.date;
    let Some(first) = first.filter(|_| is_joint(joint)) else {
        let from = to.with().day(i8::try_from(first_number?).ok()?).build().ok()?;
        return (is_joint(joint) && from <= to).then_some((from, to, used));
    };
    let (mut from, mut to) = (first.day?.date, to);
    match (first.is_without_year, last.is_without_year) {
        // The latest such days of which the first has begun.
        (true, true) => {
            to = to.with().year(from.year()).build().ok()?;
            if to < from {
                to = to.checked_add(1.year()).ok()?;
            }
        }
        (true, false) => from = from.with().year(to.year()).build().ok()?,
        _ => {}
    }
    if from > to && first.is_without_year {
        from = from.checked_sub(1.year()).ok()?;
    }
    (from <= to).then_some((from, to, used))
}

fn day(words: &[Word], today: Today) -> Option<DayMatch> {
    near_today(words, today.date)
        .or_else(|| weekday(words, today.date))
        .or_else(|| written(words.first()?, today))
        .or_else(|| with_month_name(words, today))
        .or_else(|| in_this_month(words, today.date))
}

/// Parses `today`, `yesterday`, `tomorrow` and `3 days ago`.
fn near_today(words: &[Word], today: Date) -> Option<DayMatch> {
    if let [count, unit, ago, ..] = words
        && let Some(count) = if count.key == "a" { Some(1) } else { count.number() }
        && matches!(unit.key.as_str(), "day" | "days")
        && matches!(ago.key.as_str(), "ago" | "back")
    {
        return Some(DayMatch::exact(today.checked_sub(i64::from(count.min(36_500)).days()).ok()?, 3));
    }
    if let [day, before, yesterday, ..] = words
        && (day.key.as_str(), before.key.as_str(), yesterday.key.as_str()) == ("day", "before", "yesterday")
    {
        return Some(DayMatch::exact(today.checked_sub(2.days()).ok()?, 3));
    }
    let date = match words.first()?.key.as_str() {
        "today" | "today's" | "todays" | "tonight" => today,
        "yesterday" | "yesterday's" | "yesterdays" => today.checked_sub(1.day()).ok()?,
        "tomorrow" => today.checked_add(1.day()).ok()?,
        _ => return None,
    };
    Some(DayMatch::exact(date, 1))
}

/// Parses `Monday`, `last Friday`, `this Wed`: the latest such day that has begun, before today after `last`, and the next
/// one after `next`.
fn weekday(words: &[Word], today: Date) -> Option<DayMatch> {
    let key = words.first()?.key.as_str();
    let is_relative = matches!(key, "last" | "past" | "this" | "next" | "on");
    let name = if is_relative { words.get(1)?.key.as_str() } else { key };
    let weekday = match name {
        "monday" | "mondays" | "mon" => Weekday::Monday,
        "tuesday" | "tuesdays" | "tue" | "tues" => Weekday::Tuesday,
        "wednesday" | "wednesdays" | "wed" | "weds" => Weekday::Wednesday,
        "thursday" | "thursdays" | "thu" | "thur" | "thurs" => Weekday::Thursday,
        "friday" | "fridays" | "fri" => Weekday::Friday,
        "saturday" | "saturdays" | "sat" => Weekday::Saturday,
        "sunday" | "sundays" | "sun" => Weekday::Sunday,
        _ => return None,
    };
    let back = i64::from(today.weekday().since(weekday));
    let date = match key {
        "last" | "past" if back == 0 => today.checked_sub(7.days()).ok()?,
        "next" => today.checked_add((7 - back).days()).ok()?,
        _ => today.checked_sub(back.days()).ok()?,
    };
    Some(DayMatch { is_bare: !is_relative, ..DayMatch::exact(date, if is_relative { 2 } else { 1 }) })
}

/// Parses a date in one word: `2026-11-20`, `20261120`, `20.11.2026`, `20.11`, `11/20/2026`, `20-nov-2026`.
fn written(word: &Word, today: Today) -> Option<DayMatch> {
    let key = word.key.as_str();
    if key.len() == 8
        && number(key).is_some()
        && let Some(day) = of_month(number(&key[..4])?, number(&key[4..6])?, number(&key[6..])?)
    {
        return (1900..2200).contains(&day.date.year()).then(|| DayMatch::new(Some(day), 1));
    }
    let parts: Vec<&str> = key.split(['-', '/', '.']).collect();
    let [first, second, rest @ ..] = parts.as_slice() else { return None };
    let is_dotted = key.contains('.');
    let third = match rest {
        [] => None,
        [third] => Some(*third),
        _ => return None,
    };
    if let Some(named) = with_name_in_word(first, second, third, today) {
        return Some(named);
    }
    let is_short = |text: &str| (1..=2).contains(&text.len()) && number(text).is_some();
    if let Some(third) = third
        && first.len() == 4
        && is_short(second)
        && is_short(third)
    {
        return Some(DayMatch::new(of_month(number(first)?, number(second)?, number(third)?), 1));
    }
    if !is_short(first) || !is_short(second) {
        return None;
    }
    let year = match third {
        None if key.contains('-') => return None,
        None => None,
        Some(year) if year.len() == 4 => Some(number(year)?),
        Some(year) if year.len() == 2 => Some(2000 + number(year)?),
        Some(_) => return None,
    };
    let (first, second) = (number(first)?, number(second)?);
    let of = |day: u32, month: u32| match year {
        Some(year) => of_month(year, month, day),
        None => latest_year(month, day, today),
    };
    let exact = |day: u32, month: u32| of(day, month).filter(|found| found.is_exact);
    let order = if is_dotted { Some(DateOrder::DayFirst) } else { today.date_order };
    let (day_first, month_first) = (exact(first, second), exact(second, first));
    let (day, is_ambiguous) = match (day_first, month_first, order) {
        (Some(day), None, _) | (None, Some(day), _) => (Some(day), false),
        (Some(day), Some(_), Some(DateOrder::DayFirst)) | (Some(_), Some(day), Some(DateOrder::MonthFirst)) => {
            (Some(day), false)
        }
        // The one that is not ahead, or of two the later.
        (Some(one), Some(other), None) => {
            let is_past = |day: &Day| day.date <= today.date;
            let latest = [one, other].into_iter().filter(is_past).max_by_key(|day| day.date).unwrap_or(one);
            (Some(latest), one.date != other.date)
        }
        (None, None, _) => (of(first, second), false),
    };
    Some(DayMatch { is_without_year: year.is_none(), is_ambiguous, ..DayMatch::new(day, 1) })
}

/// Parses `20-nov-2026` and `nov-20`, by its parts.
fn with_name_in_word(first: &str, second: &str, third: Option<&str>, today: Today) -> Option<DayMatch> {
    let (month, day) = match (month(first), month(second)) {
        (Some(month), _) => (month, day_of_month(second)?),
        (None, Some(month)) => (month, day_of_month(first)?),
        (None, None) => return None,
    };
    match third {
        None => Some(DayMatch { is_without_year: true, ..DayMatch::new(latest_year(month, day, today), 1) }),
        Some(year) => {
            let number = number(year)?;
            let year = if year.len() == 2 { 2000 + number } else { number };
            Some(DayMatch::new(of_month(year, month, day), 1))
        }
    }
}

/// Parses `Nov 20`, `20 November`, `the 20th of November`, `Nov 20 2025` or `2025 Nov 20`. Without a year, it is the latest such
/// day up to the end of this week.
fn with_month_name(words: &[Word], today: Today) -> Option<DayMatch> {
    let year_before = words.first().and_then(Word::year);
    let start = usize::from(year_before.is_some() || words.first()?.key == "the");
    let [first, rest @ ..] = words.get(start..)? else { return None };
    let joint = rest.first()?.key.as_str();
    let of = usize::from(matches!(joint, "of" | "the"));
    let second = rest.get(of)?;
    let (month, day) = match (month(&first.key), month(&second.key)) {
        (Some(month), _) if joint != "of" => (month, day_of_month(&second.key)?),
        (None, Some(month)) => (month, day_of_month(&first.key)?),
        _ => return None,
    };
    let used = start + 2 + of;
    if let Some(year) = year_before {
        return Some(DayMatch::new(of_month(year, month, day), used));
    }
    if let Some(year) = words.get(used).and_then(Word::year) {
        return Some(DayMatch::new(of_month(year, month, day), used + 1));
    }
    Some(DayMatch { is_without_year: true, ..DayMatch::new(latest_year(month, day, today), used) })
}

/// Parses `the 20th` and `20th`: the latest such day that has begun.
fn in_this_month(words: &[Word], today: Date) -> Option<DayMatch> {
    let start = usize::from(words.first()?.key == "the");
    let key = words.get(start)?.key.as_str();
    let has_suffix = key.starts_with(|c: char| c.is_ascii_digit()) && number(key).is_none();
    let day = day_of_month(key).filter(|day| has_suffix && (1..=31).contains(day))?;
    // A ranking has a third place, too; only two digits are a day of their own accord.
    if start == 0 && day < 10 {
        return None;
    }
    let first = today.first_of_month();
    let in_month = |months: i64| {
        let first = first.checked_sub(months.months()).ok()?;
        let found = of_month(u32::try_from(first.year()).ok()?, u32::try_from(first.month()).ok()?, day)?;
        (found.is_exact && found.date <= today).then_some(found)
    };
    let found = (0..3).find_map(in_month)?;
    Some(DayMatch { is_without_year: true, ..DayMatch::new(Some(found), start + 1) })
}

/// Returns the latest such day up to the end of this week.
fn latest_year(month: u32, day: u32, today: Today) -> Option<Day> {
    let this_week = Week::of_date(today.date)?;
    let this_year = u32::try_from(today.date.year()).ok()?;
    [this_year + 1, this_year, this_year - 1].into_iter().find_map(|year| {
        let day = of_month(year, month, day)?;
        (Week::of_date(day.date)? <= this_week).then_some(day)
    })
}

/// Returns a day of a month. One outside the month is clamped: 30 February becomes the last day of February. `None` if there
/// is no such month.
fn of_month(year: u32, month: u32, day: u32) -> Option<Day> {
    let first = Date::new(year.try_into().ok()?, month.try_into().ok()?, 1).ok()?;
    let last = u32::try_from(first.days_in_month()).ok()?;
    let existing = day.clamp(1, last);
    let date = first.checked_add(i64::from(existing - 1).days()).ok()?;
    Some(Day { date, is_exact: existing == day })
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
    let name = name.strip_suffix("'s").unwrap_or(name);
    let index = NAMES.iter().position(|full| name.len() >= 3 && full.starts_with(name))?;
    u32::try_from(index + 1).ok()
}

/// Parses `20` or `20th`.
fn day_of_month(text: &str) -> Option<u32> {
    let digits = ["st", "nd", "rd", "th"].iter().find_map(|suffix| text.strip_suffix(suffix)).unwrap_or(text);
    number(digits).filter(|_| digits.len() <= 2)
}
