//! Dates and times of sales as text: the day for which a sale counts.

use std::borrow::Cow;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

use crate::reading::DateOrder;
pub(crate) enum When {
    Day(Date),
    Local(DateTime),
    Instant(Timestamp),
}
pub(crate) enum OrderShown {
    Nothing,
    Only(DateOrder),
    Either,
}
pub(crate) struct SoldAt {
    pub(crate) when: When,
    pub(crate) order: OrderShown,
}
pub(crate) fn parse(text: &str, _: Option<DateOrder>) -> Option<SoldAt> {
    let when =
        if let Ok(instant) = text.parse() { When::Instant(instant) } else { When::Day(day(text, &TimeZone::UTC)?) };
    Some(SoldAt { when, order: OrderShown::Nothing })
}
/// Returns the day in `time_zone` of an RFC 3339 timestamp, `YYYY-MM-DD` or `YYYY-MM-DD HH:MM[:SS]`; `None` for any
/// other text. A time without an offset is local already, so only its date matters.
pub(crate) fn day(text: &str, time_zone: &TimeZone) -> Option<Date> {
    let text = text.trim();
    let date = date(text.get(..10)?)?;
    let time = &text[10..];
    if time.is_empty() {
        return Some(date);
    }
    let clock = time.strip_prefix(['T', 't', ' '])?;
    let slashed = text[..10].contains('/');
    let text = if slashed { Cow::Owned(text.replacen('/', "-", 2)) } else { Cow::Borrowed(text) };
    if clock.len() >= 5 && clock.bytes().all(|b| b.is_ascii_digit() || b == b':' || b == b'.') {
        // Parsed only to refuse a time such as 25:61.
        return text.parse().ok().map(DateTime::date);
    }
    let instant = text.parse().or_else(|error| {
        let clock = &text[11..];
        let clock = clock.strip_suffix(" UTC").map_or_else(|| clock.to_owned(), |clock| format!("{clock}Z"));
        format!("{date}T{}", clock.replace(' ', "")).parse::<Timestamp>().map_err(|_| error)
    });
    Some(time_zone.to_datetime(instant.ok()?).date())
}

/// Parses `2026-11-20` or `2026/11/20`.
fn date(text: &str) -> Option<Date> {
    let bytes = text.as_bytes();
    let [y1, y2, y3, y4, s1 @ (b'-' | b'/'), m1, m2, s2, d1, d2] = *bytes else { return None };
    if s1 != s2 || ![y1, y2, y3, y4, m1, m2, d1, d2].iter().all(u8::is_ascii_digit) {
        return None;
    }
    let two = |a: u8, b: u8| (a - b'0') * 10 + (b - b'0');
    let year = i16::from(two(y1, y2)) * 100 + i16::from(two(y3, y4));
    Date::new(year, i8::try_from(two(m1, m2)).ok()?, i8::try_from(two(d1, d2)).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn berlin(text: &str) -> Option<String> {
        day(text, &TimeZone::get("Europe/Berlin").unwrap()).map(|day| day.to_string())
    }

    #[test]
    fn every_documented_date_format_is_read() {
        for (text, expected) in [
            ("2026-11-15", "2026-11-15"),
            (" 2026/11/15 ", "2026-11-15"),
            ("2026-11-15 23:59", "2026-11-15"),
            ("2026-11-15 23:59:59", "2026-11-15"),
            ("2026-11-15T23:59:59.123", "2026-11-15"),
            ("2026-11-15T22:59:59Z", "2026-11-15"),
            ("2026-11-15T23:00:00Z", "2026-11-16"),
            ("2026-11-15T23:00:00.000+00:00", "2026-11-16"),
            ("2026-11-15 23:00:00 UTC", "2026-11-16"),
            ("2026-11-16T08:30:00+09:00", "2026-11-16"),
            ("2026-11-16 07:30:00 +0900", "2026-11-15"),
            ("2026/11/16 07:30", "2026-11-16"),
            ("2026/11/16 07:30:00 +0900", "2026-11-15"),
            ("2026/11/15T23:00:00Z", "2026-11-16"),
            ("2026-11-15T23:00:00+00:00[Europe/London]", "2026-11-16"),
            ("2024-02-29", "2024-02-29"),
        ] {
            assert_eq!(berlin(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn other_texts_are_not_dates() {
        for text in [
            "",
            "2026",
            "20.11.2026",
            "11/20/2026",
            "2026-13-01",
            "2026-02-30",
            "2026-11-15x",
            "2026-11-15T25:00",
            "2026-11-15 12",
            "2026-11/15",
            "２０２６-11-15",
            "yesterday",
            "1763164800",
            "2026-11-15TZ",
        ] {
            assert_eq!(berlin(text), None, "{text}");
        }
    }
}
