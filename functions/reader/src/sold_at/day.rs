//! The forms of a day.

use jiff::civil::{Date, ISOWeekDate, Weekday};

use super::cursor::Cursor;
use super::words;
use super::{OrderShown, ShortDate, Shown};
use crate::reading::DateOrder;

/// Words between the parts of a date: `16 de noviembre de 2026`.
const LINKS: [&str; 5] = ["de", "del", "of", "den", "der"];

/// Endings of ordinal numbers: `16th`, `1er`, `1º`.
const ORDINALS: [&str; 8] = ["st", "nd", "rd", "th", "er", "o", "º", "ª"];

/// A parsed day.
pub(super) struct Day {
    pub(super) date: Date,
    pub(super) order: Shown,
    /// Whether it was written without separators, so that its time may be, too.
    pub(super) is_compact: bool,
}

impl Day {
    fn new(year: i16, month: i8, day: i8) -> Option<Self> {
        let date = Date::new(year, month, day).ok()?;
        Some(Self { date, order: Shown::NOTHING, is_compact: false })
    }
}

/// Takes the day that comes next.
pub(super) fn take(cursor: &mut Cursor<'_>, order: Option<DateOrder>) -> Option<Day> {
    let mut ahead = *cursor;
    let day = if let Some(year) = era(&mut ahead) {
        year_first(year, &mut ahead)
    } else if ahead.is_at_digit() {
        let first = ahead.digits();
        match first.len() {
            8 => compact(first),
            4 => year_first(first.parse().ok()?, &mut ahead),
            1 | 2 => day_or_month_first(first, &mut ahead, order),
            _ => None,
        }
    } else {
        let (month, day) = month_and_day(&mut ahead)?;
        skip_link(&mut ahead);
        year(&mut ahead).and_then(|year| Day::new(year, month, day))
    }?;
    *cursor = ahead;
    Some(day)
}

/// Takes the month and day that come next, of a year that is known.
pub(super) fn take_without_year(cursor: &mut Cursor<'_>, year: i16) -> Option<Day> {
    let (month, day) = month_and_day(cursor)?;
    Day::new(year, month, day)
}

/// `20261116`
fn compact(digits: &str) -> Option<Day> {
    let (year, month, day) = (digits[..4].parse().ok()?, digits[4..6].parse().ok()?, digits[6..].parse().ok()?);
    Some(Day { is_compact: true, ..Day::new(year, month, day)? })
}

/// Eras of the Japanese calendar, by their names and letters, and the year before their first one.
const ERAS: [(&str, &str, i16); 2] = [("令和", "r", 2018), ("平成", "h", 1988)];

/// Takes the year of an era: `令和8`, `令和元`, `r8`. A letter without a number is none.
fn era(cursor: &mut Cursor<'_>) -> Option<i16> {
    let mut ahead = *cursor;
    let (_, _, before) = ERAS.iter().find(|(name, letter, _)| ahead.take(name) || ahead.take(letter))?;
    let year = if ahead.take("元") { 1 } else { one_or_two_digits(&mut ahead)? };
    *cursor = ahead;
    Some(before + i16::from(year))
}

/// `2026-w47-1`, `2026w471`: a day of an ISO week, behind the `w`.
fn day_of_week(year: i16, cursor: &mut Cursor<'_>) -> Option<Day> {
    let digits = cursor.digits();
    let (week, weekday) = match digits.len() {
        2 if cursor.take("-") => (digits, cursor.digits()),
        3 => digits.split_at(2),
        _ => return None,
    };
    let weekday =
        if weekday.len() == 1 { Weekday::from_monday_one_offset(weekday.parse().ok()?).ok()? } else { return None };
    let date = ISOWeekDate::new(year, week.parse().ok()?, weekday).ok()?.date();
    Day::new(date.year(), date.month(), date.day())
}

/// `2026/1/5`, `2026. 11. 16.`, `2026-Nov-16`, `2026年11月16日`
fn year_first(year: i16, cursor: &mut Cursor<'_>) -> Option<Day> {
    if cursor.take("年") || cursor.take("년") {
        cursor.skip_spaces();
        let month = one_or_two_digits(cursor)?;
        if !cursor.take("月") && !cursor.take("월") {
            return None;
        }
        cursor.skip_spaces();
        let day = one_or_two_digits(cursor)?;
        return (cursor.take("日") || cursor.take("일")).then(|| Day::new(year, month, day)).flatten();
    }
    if cursor.take("-w") || cursor.take("w") {
        return day_of_week(year, cursor);
    }
    let separator = separator(cursor)?;
    let is_word = !cursor.is_at_digit();
    let month = if is_word {
        words::month(cursor.letters())?
    } else if separator == b' ' {
        return None;
    } else {
        one_or_two_digits(cursor)?
    };
    // `2026. november 16.`
    if self::separator(cursor)? != separator && !is_word {
        return None;
    }
    let day = one_or_two_digits(cursor)?;
    if separator == b'.' {
        cursor.take(".");
    }
    Day::new(year, month, day)
}

/// `16.11.2026`, `11/16/2026`, `16-11-26`, `16-Nov-2026`, `16th of November 2026`
fn day_or_month_first(digits: &str, cursor: &mut Cursor<'_>, order: Option<DateOrder>) -> Option<Day> {
    let first: i8 = digits.parse().ok()?;
    let is_ordinal = cursor.take_word(&ORDINALS);
    let separator = match separator(cursor) {
        None if !cursor.peek()?.is_alphabetic() => return None,
        separator => separator,
    };
    if !cursor.is_at_digit() {
        cursor.take_word(&LINKS);
        cursor.skip_spaces();
        let month = words::month(cursor.letters())?;
        skip_link(cursor);
        let year = year(cursor)?;
        skip_word_for_year(cursor);
        return Day::new(year, month, first);
    }
    let separator = separator.filter(|&separator| separator != b' ' && !is_ordinal)?;
    let second = one_or_two_digits(cursor)?;
    if self::separator(cursor)? != separator {
        return None;
    }
    let third = cursor.rest();
    let year = year(cursor)?;
    let is_short = third.len() - cursor.rest().len() == 2;
    let has_points = separator == b'.';
    if has_points {
        cursor.take(".");
    }
    let short = is_short.then(|| ShortDate::of(digits, second, third, has_points)).flatten();
    if let (Some(ShortDate::Either { first, last, .. }), Some(DateOrder::YearFirst)) = (short, order) {
        let day = Day::new(2000 + i16::from(first), second, i8::try_from(last).ok()?)?;
        return Some(Day { order: Shown { order: OrderShown::Nothing, short }, ..day });
    }
    if has_points {
        return Some(Day { order: Shown { order: OrderShown::Nothing, short }, ..Day::new(year, second, first)? });
    }
    let (order, shown) = match (first > 12, second > 12) {
        (true, _) => (DateOrder::DayFirst, OrderShown::Only(DateOrder::DayFirst)),
        (false, true) => (DateOrder::MonthFirst, OrderShown::Only(DateOrder::MonthFirst)),
        (false, false) if first == second => (DateOrder::MonthFirst, OrderShown::Nothing),
        (false, false) => (order.unwrap_or(DateOrder::MonthFirst), OrderShown::Either),
    };
    let (month, day) = match order {
        DateOrder::DayFirst => (second, first),
        DateOrder::MonthFirst | DateOrder::YearFirst => (first, second),
    };
    Some(Day { order: Shown { order: shown, short }, ..Day::new(year, month, day)? })
}

impl ShortDate {
    /// Returns what a date shows whose last number has two digits.
    fn of(first: &str, second: i8, third: &str, has_points: bool) -> Option<Self> {
        let last = third.get(..2)?.parse().ok()?;
        let can_be_year_first = first.len() == 2 && second <= 12 && (1..=31).contains(&last);
        Some(match first.parse() {
            Ok(first) if can_be_year_first => Self::Either { first, last, has_points },
            _ => Self::YearLast,
        })
    }
}

/// `Nov 16`, `November 16th`, `nov. 16`, `Nov-16`
fn month_and_day(cursor: &mut Cursor<'_>) -> Option<(i8, i8)> {
    let month = words::month(cursor.letters())?;
    cursor.take(".");
    if !cursor.take("-") && !cursor.take("/") {
        cursor.skip_spaces();
    }
    let day = one_or_two_digits(cursor)?;
    cursor.take_word(&ORDINALS);
    Some((month, day))
}

/// Takes what separates two parts of a date, with the spaces around it: a space if there are only spaces.
fn separator(cursor: &mut Cursor<'_>) -> Option<u8> {
    let mut ahead = *cursor;
    ahead.skip_spaces();
    let separator = match ahead.take_mark(b"-/.") {
        Some(mark) => mark,
        None if ahead.rest().len() < cursor.rest().len() => b' ',
        None => return None,
    };
    ahead.skip_spaces();
    *cursor = ahead;
    Some(separator)
}

/// Skips what is between a month and the year: `. `, `, `, ` de `, `-`, ` '`.
fn skip_link(cursor: &mut Cursor<'_>) {
    for mark in [".", ",", "-", "/"] {
        cursor.take(mark);
    }
    cursor.skip_spaces();
    if cursor.take_word(&LINKS) {
        cursor.skip_spaces();
    }
    cursor.take("'");
}

/// Skips the word for "year" behind it: `2026 г.`, `2026 р.`.
fn skip_word_for_year(cursor: &mut Cursor<'_>) {
    let mut ahead = *cursor;
    ahead.skip_spaces();
    if ahead.take_word(&["г", "года", "р", "року"]) {
        ahead.take(".");
        *cursor = ahead;
    }
}

/// Takes a year of two or four digits, but not the hour of a time. Two digits are 1969 to 2068, as POSIX reads `%y`.
fn year(cursor: &mut Cursor<'_>) -> Option<i16> {
    let mut ahead = *cursor;
    let digits = ahead.digits();
    let year: i16 = digits.parse().ok()?;
    let year = match digits.len() {
        4 => year,
        2 if ahead.peek() == Some(':') => return None,
        2 if year < 69 => 2000 + year,
        2 => 1900 + year,
        _ => return None,
    };
    *cursor = ahead;
    Some(year)
}

fn one_or_two_digits(cursor: &mut Cursor<'_>) -> Option<i8> {
    let digits = cursor.digits();
    (digits.len() <= 2).then(|| digits.parse().ok()).flatten()
}
