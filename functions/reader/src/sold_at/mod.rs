//! Dates and times of sales as text, in the forms that programs and people write.

mod clock;
mod count;
mod cursor;
mod day;
#[cfg(test)]
mod tests;
mod words;
mod zone;

use std::borrow::Cow;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};

use crate::reading::DateOrder;
use clock::Clock;
use cursor::{Cursor, normalized};
use day::Day;
use zone::Zone;

/// When a sale was made, as a text says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum When {
    /// A day without a time.
    Day(Date),
    /// A time without an offset or zone.
    Local(DateTime),
    /// A time with an offset or zone, or counted since 1970.
    Instant(Timestamp),
}

/// What the text of a date shows about the order of day and month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OrderShown {
    /// Nothing: the form has one order only, or day and month are equal.
    Nothing,
    /// One of the numbers can only be the day: 11/16/2026.
    Only(DateOrder),
    /// Each of the numbers can be the day: 11/12/2026.
    Either,
}

/// What a date of three numbers shows about the place of the year, if that has two digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ShortDate {
    /// Only the last number can be the year: 5/11/26, 11/16/26.
    YearLast,
    /// The first and the last number may be the year: 26/11/23.
    Either {
        first: u8,
        last: u8,
        /// Whether points separate them, as in 23.11.26.
        has_points: bool,
    },
}

/// What the text of a date shows about the order of its parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shown {
    pub(crate) order: OrderShown,
    pub(crate) short: Option<ShortDate>,
}

impl Shown {
    const NOTHING: Self = Self { order: OrderShown::Nothing, short: None };
}

/// A parsed date or time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SoldAt {
    pub(crate) when: When,
    pub(crate) order: Shown,
}

impl SoldAt {
    const fn evident(when: When) -> Self {
        Self { when, order: Shown::NOTHING }
    }
}

/// Parses a date or time. `order` decides only where the text shows [`OrderShown::Either`]; there, `None` reads the
/// month first. The year comes first in [`ShortDate::Either`] only if `order` says so. Returns `None` for a text that is no date, or a date that does not exist.
pub(crate) fn parse(text: &str, order: Option<DateOrder>) -> Option<SoldAt> {
    iso(text).map(SoldAt::evident).or_else(|| short(text, order)).or_else(|| any(text, order))
}

/// Fast path for most files: `2026-11-20` and the times of RFC 3339, which jiff parses without allocation.
#[inline]
fn iso(text: &str) -> Option<When> {
    let date = iso_date(text.get(..10)?)?;
    let time = &text[10..];
    if time.is_empty() {
        return Some(When::Day(date));
    }
    let clock = time.strip_prefix(['T', 't', ' '])?;
    if clock.bytes().all(|b| b.is_ascii_digit() || b == b':' || b == b'.') {
        return (clock.len() >= 5).then(|| text.parse().ok().map(When::Local)).flatten();
    }
    // No form of RFC 3339 has a space here, and an error costs jiff more than a parse.
    if clock.contains(' ') {
        return None;
    }
    text.parse().ok().map(When::Instant)
}

/// Parses `2026-11-20`.
fn iso_date(text: &str) -> Option<Date> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = *text.as_bytes() else { return None };
    if ![y1, y2, y3, y4, m1, m2, d1, d2].iter().all(u8::is_ascii_digit) {
        return None;
    }
    let two = |a: u8, b: u8| (a - b'0') * 10 + (b - b'0');
    let year = i16::from(two(y1, y2)) * 100 + i16::from(two(y3, y4));
    Date::new(year, i8::try_from(two(m1, m2)).ok()?, i8::try_from(two(d1, d2)).ok()?).ok()
}

/// Fast path for days of numbers, which need no normalization: `11/16/2026`, `16.11.2026`, `20261116`.
fn short(text: &str, order: Option<DateOrder>) -> Option<SoldAt> {
    if text.len() > 10 || !text.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let mut cursor = Cursor::new(text);
    let Day { date, order, .. } = day::take(&mut cursor, order)?;
    cursor.is_at_end().then_some(SoldAt { when: When::Day(date), order })
}

/// Parses every form.
fn any(text: &str, order: Option<DateOrder>) -> Option<SoldAt> {
    let text = normalized(text)?;
    let text = match without_wrapper(&text).map(str::to_owned).or_else(|| time_last(&text)) {
        Some(text) => Cow::Owned(text),
        None => text,
    };
    if let Some(when) = count::parse(&text) {
        return Some(SoldAt::evident(when));
    }
    let mut cursor = Cursor::new(&text);
    words::skip_weekday(&mut cursor);
    let day = day::take(&mut cursor, order).or_else(|| {
        // The year comes last in what C, Java and Ruby print: `Mon Nov 16 14:30:00 UTC 2026`.
        let (before, year) = text.rsplit_once(' ')?;
        let year = (year.len() == 4).then(|| year.parse().ok()).flatten()?;
        cursor = Cursor::new(before);
        words::skip_weekday(&mut cursor);
        day::take_without_year(&mut cursor, year)
    })?;
    let (date, order) = (day.date, day.order);
    words::skip_weekday(&mut cursor);
    if cursor.is_at_end() || Zone::is_offset(cursor.rest()) {
        // XML Schema allows a zone after a date; it says nothing about the day.
        return Some(SoldAt { when: When::Day(date), order });
    }
    let Clock { time, rest } = Clock::parse(cursor, day.is_compact)?;
    let local = date.to_datetime(time);
    let when = if rest.is_empty() { When::Local(local) } else { When::Instant(Zone::parse(rest)?.instant(local)?) };
    Some(SoldAt { when, order })
}

/// Returns a text that begins with its time with the time after the date: `14:30:00 Nov 16, 2026 PST`
/// as payment services write it, `14:30 16/11/2026` as in Vietnam. `None` if it begins otherwise.
fn time_last(text: &str) -> Option<String> {
    let (hour, _) = text.split_once(':')?;
    if hour.len() > 2 || !hour.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let (time, date) = text.split_once([' ', ','])?;
    let (half, date) = match date.trim_start().split_once(' ') {
        Some((half, date)) if matches!(half.trim_end_matches(','), "am" | "pm" | "a.m." | "p.m.") => {
            (half.trim_end_matches(','), date)
        }
        _ => ("", date),
    };
    let date = date.trim_start();
    // A zone stays last. It is one word of letters.
    let (date, zone) = match date.rsplit_once(' ') {
        Some((date, zone)) if zone.bytes().all(|b| b.is_ascii_alphabetic()) => (date, zone),
        _ => (date, ""),
    };
    Some(format!("{date} {time} {half} {zone}").trim_end().to_owned())
}

/// Returns the milliseconds of `/Date(1794839400000)/`, as older .NET programs write JSON.
fn without_wrapper(text: &str) -> Option<&str> {
    let count = text.strip_prefix("/date(")?.strip_suffix(")/")?;
    Some(count.split(['+', '-']).next().unwrap_or(count))
}
