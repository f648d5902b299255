//! The forms of a time of day.

use jiff::civil::Time;

use super::cursor::Cursor;

/// Words before a time.
const AT: [&str; 14] = ["at", "um", "à", "a", "las", "om", "kl", "klo", "alle", "ore", "ás", "às", "v", "о"];

/// Words of East Asian languages for the halves of the day. They come before the time.
const MORNING: [&str; 3] = ["午前", "上午", "오전"];
const AFTERNOON: [&str; 3] = ["午後", "下午", "오후"];

/// Half of the day on a 12-hour clock.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Half {
    Morning,
    Afternoon,
}

/// A time of day and the text after it.
pub(super) struct Clock<'t> {
    pub(super) time: Time,
    pub(super) rest: &'t str,
}

impl<'t> Clock<'t> {
    /// Parses the time that comes after a date, with what separates them. After a compact date it may be compact.
    pub(super) fn parse(mut cursor: Cursor<'t>, may_be_compact: bool) -> Option<Self> {
        if !separator(&mut cursor) && !may_be_compact {
            return None;
        }
        let half_before = half_before(&mut cursor);
        let hour = cursor.digits();
        let (hour, minute, second) = match hour.len() {
            1 | 2 => {
                let hour = hour.parse().ok()?;
                let (minute, second) = after_hour(&mut cursor)?;
                (hour, minute, second)
            }
            4 | 6 if may_be_compact => {
                let second = if hour.len() == 6 { hour[4..].parse().ok()? } else { 0 };
                (hour[..2].parse().ok()?, Some(hour[2..4].parse().ok()?), second)
            }
            _ => return None,
        };
        let nanosecond = fraction(&mut cursor)?;
        let half = half_before.or_else(|| half_after(&mut cursor));
        if minute.is_none() && half.is_none() {
            return None;
        }
        cursor.skip_spaces();
        cursor.take_word(&["uhr", "h"]);
        cursor.skip_spaces();
        let hour = on_24_hours(hour, half)?;
        let time = Time::new(hour, minute.unwrap_or(0), if second == 60 { 59 } else { second }, nanosecond).ok()?;
        Some(Self { time, rest: cursor.rest() })
    }
}

/// Skips what separates a date from its time. Returns whether anything does.
fn separator(cursor: &mut Cursor<'_>) -> bool {
    let before = cursor.rest().len();
    if cursor.rest().starts_with('t') && cursor.rest()[1..].starts_with(|c: char| c.is_ascii_digit()) {
        return cursor.take("t");
    }
    cursor.take(",");
    // The logs of web servers have a colon.
    cursor.take(":");
    cursor.skip_spaces();
    if !cursor.take("-") {
        cursor.take("@");
    }
    cursor.skip_spaces();
    while cursor.take_word(&AT) {
        cursor.take(".");
        cursor.skip_spaces();
    }
    cursor.rest().len() < before
}

/// Takes minutes and seconds. `None` for the minutes if there are none: `2 PM`.
fn after_hour(cursor: &mut Cursor<'_>) -> Option<(Option<i8>, i8)> {
    let mut ahead = *cursor;
    let separator = if ahead.take(":") {
        ":"
    } else if ahead.take(".") {
        "."
    } else if ahead.take("h") || ahead.take(" h ") {
        // `14h30`; seconds are not written this way.
        let minute = if ahead.is_at_digit() { two_digits(&mut ahead)? } else { 0 };
        *cursor = ahead;
        return Some((Some(minute), 0));
    } else {
        return Some((None, 0));
    };
    // The full stop of `p.m.` or of a sentence is not a separator, but then there is no minute either.
    let minute = two_digits(&mut ahead)?;
    *cursor = ahead;
    if !ahead.take(separator) || !ahead.is_at_digit() {
        return Some((Some(minute), 0));
    }
    let second = two_digits(&mut ahead)?;
    *cursor = ahead;
    Some((Some(minute), second))
}

/// Takes a fraction of a second, in nanoseconds: `.123`, `,123456`, `:123` (SQL Server).
fn fraction(cursor: &mut Cursor<'_>) -> Option<i32> {
    let mut ahead = *cursor;
    if !ahead.take(".") && !ahead.take(",") && !ahead.take(":") || !ahead.is_at_digit() {
        return Some(0);
    }
    let digits = ahead.digits();
    *cursor = ahead;
    format!("{digits:0<9}")[..9].parse().ok()
}

fn half_before(cursor: &mut Cursor<'_>) -> Option<Half> {
    let half = if MORNING.iter().any(|word| cursor.take(word)) {
        Half::Morning
    } else if AFTERNOON.iter().any(|word| cursor.take(word)) {
        Half::Afternoon
    } else {
        return None;
    };
    cursor.skip_spaces();
    Some(half)
}

/// Takes `PM`, `p.m.` or `p. m.`
fn half_after(cursor: &mut Cursor<'_>) -> Option<Half> {
    let mut ahead = *cursor;
    ahead.skip_spaces();
    let half = if ahead.take("a") {
        Half::Morning
    } else if ahead.take("p") {
        Half::Afternoon
    } else {
        return None;
    };
    let is_dotted = ahead.take(".");
    if is_dotted {
        ahead.skip_spaces();
    }
    if !ahead.take("m") || ahead.peek().is_some_and(char::is_alphabetic) {
        return None;
    }
    if is_dotted {
        ahead.take(".");
    }
    *cursor = ahead;
    Some(half)
}

/// Returns the hour on a 24-hour clock. One above 12 is on it already: some programs add the half of the day to it.
fn on_24_hours(hour: i8, half: Option<Half>) -> Option<i8> {
    match half {
        Some(Half::Morning) if hour > 12 => None,
        Some(Half::Morning) => Some(hour % 12),
        Some(Half::Afternoon) if hour < 12 => Some(hour + 12),
        Some(Half::Afternoon) | None => Some(hour),
    }
}

fn two_digits(cursor: &mut Cursor<'_>) -> Option<i8> {
    let digits = cursor.digits();
    (digits.len() == 2).then(|| digits.parse().ok()).flatten()
}
