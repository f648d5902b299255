//! Dates that are one number: without separators, as a count since 1970, or as a day of a spreadsheet.

use jiff::civil::{Date, DateTime, Time};
use jiff::{SignedDuration, Timestamp};

use super::When;

/// The days of Excel that are read: 1 January 1995 to 31 December 2099. Numbers of five digits outside are no dates of
/// sales.
const SERIALS: std::ops::RangeInclusive<i64> = 34_700..=73_050;

/// Day 0 of Excel, for days after February 1900: Excel counts a 29 February 1900.
const SERIAL_ZERO: Date = Date::constant(1899, 12, 30);

/// Parses digits with at most one point or comma. The number of digits before it tells what they count.
pub(super) fn parse(text: &str) -> Option<When> {
    let (whole, fraction) = text.split_once(['.', ',']).unwrap_or((text, ""));
    if !whole.bytes().chain(fraction.bytes()).all(|b| b.is_ascii_digit()) {
        return None;
    }
    let number: i64 = whole.parse().ok()?;
    let instant = |timestamp: Result<Timestamp, jiff::Error>| timestamp.ok().map(When::Instant);
    match whole.len() {
        5 => serial(number, fraction),
        12 | 14 if fraction.is_empty() => compact(whole),
        10 => instant(Timestamp::new(number, nanoseconds(fraction)?)),
        13 => instant(Timestamp::from_millisecond(number)),
        16 => instant(Timestamp::from_microsecond(number)),
        19 => instant(Timestamp::from_nanosecond(number.into())),
        _ => None,
    }
}

/// A day of Excel, and its time as a fraction.
fn serial(day: i64, fraction: &str) -> Option<When> {
    if !SERIALS.contains(&day) {
        return None;
    }
    let date = SERIAL_ZERO.checked_add(SignedDuration::from_hours(24 * day)).ok()?;
    if fraction.bytes().all(|b| b == b'0') {
        return Some(When::Day(date));
    }
    // The fraction is a rounded binary number, so that the second is the nearest one.
    let billionths = i64::from(nanoseconds(fraction)?);
    let second = (billionths * 86_400 + 500_000_000) / 1_000_000_000;
    date.to_datetime(Time::midnight()).checked_add(SignedDuration::from_secs(second)).ok().map(When::Local)
}

/// `20261116143000` or `202611161430`
fn compact(digits: &str) -> Option<When> {
    let part = |from: usize| -> Option<i8> { digits.get(from..from + 2).map_or(Some(0), |part| part.parse().ok()) };
    let year = digits[..4].parse().ok()?;
    DateTime::new(year, part(4)?, part(6)?, part(8)?, part(10)?, part(12)?, 0).ok().map(When::Local)
}

/// Returns the first nine digits of a fraction.
fn nanoseconds(fraction: &str) -> Option<i32> {
    format!("{fraction:0<9}")[..9].parse().ok()
}
