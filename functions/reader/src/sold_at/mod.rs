//! Dates and times of sales as text, in the forms that programs and people write.

mod clock;
mod count;
mod cursor;
mod day;
#[cfg(test)]
mod tests;
mod words;
mod zone;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};

use crate::reading::DateOrder;
use clock::Clock;
use cursor::{Cursor, normalized};
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

/// A parsed date or time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SoldAt {
    pub(crate) when: When,
    pub(crate) order: OrderShown,
}

impl SoldAt {
    const fn evident(when: When) -> Self {
        Self { when, order: OrderShown::Nothing }
    }
}

/// Parses a date or time. `order` decides only where the text shows [`OrderShown::Either`]; there, `None` reads the
/// month first. Returns `None` for a text that is no date, or a date that does not exist.
pub(crate) fn parse(text: &str, order: Option<DateOrder>) -> Option<SoldAt> {
    iso(text).map(SoldAt::evident).or_else(|| any(text, order))
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

/// Parses every form.
fn any(text: &str, order: Option<DateOrder>) -> Option<SoldAt> {
    let text = normalized(text)?;
    if text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b',')) {
        if let Some(when) = count::parse(&text) {
            return Some(SoldAt::evident(when));
        }
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
    let when = match Zone::parse(rest)? {
        None => When::Local(local),
        Some(zone) => When::Instant(zone.instant(local)?),
    };
    Some(SoldAt { when, order })
}
