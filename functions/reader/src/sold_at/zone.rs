//! The forms of a time zone.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};

/// Abbreviations of zones and their offsets in minutes: those that RFC 2822 defines, and others that mean one offset
/// only. `BST` and `IST` are left out because each means several.
const ABBREVIATIONS: [(&str, i32); 29] = [
    ("z", 0),
    ("ut", 0),
    ("utc", 0),
    ("gmt", 0),
    ("est", -5 * 60),
    ("edt", -4 * 60),
    ("cst", -6 * 60),
    ("cdt", -5 * 60),
    ("mst", -7 * 60),
    ("mdt", -6 * 60),
    ("pst", -8 * 60),
    ("pdt", -7 * 60),
    ("akst", -9 * 60),
    ("akdt", -8 * 60),
    ("hst", -10 * 60),
    ("wet", 0),
    ("west", 60),
    ("cet", 60),
    ("cest", 2 * 60),
    ("mez", 60),
    ("mesz", 2 * 60),
    ("eet", 2 * 60),
    ("eest", 3 * 60),
    ("jst", 9 * 60),
    ("kst", 9 * 60),
    ("aest", 10 * 60),
    ("aedt", 11 * 60),
    ("nzst", 12 * 60),
    ("nzdt", 13 * 60),
];

/// What the text after a time says about its zone.
pub(super) enum Zone {
    Fixed(Offset),
    Named(TimeZone),
}

impl Zone {
    /// Parses the text after a time.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Some((before, annotation)) = text.strip_suffix(']').and_then(|text| text.split_once('[')) {
            // RFC 9557: the annotation adds nothing to an offset.
            let name = annotation.split("][").next().unwrap_or_default().trim_start_matches('!');
            return if before.is_empty() { Self::named(name) } else { Self::parse(before) };
        }
        if let Some((before, comment)) = text.split_once(" (") {
            // What JavaScript prints: `GMT+0100 (Central European Standard Time)`.
            return if comment.ends_with(')') { Self::parse(before) } else { None };
        }
        if let Some(zone) = Self::named(text) {
            return Some(zone);
        }
        // What Go and Ruby print: `+0100 CET`.
        let (first, name) = text.split_once(' ')?;
        let is_name = name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'_' | b'-' | b'+'));
        offset(first).filter(|_| is_name).map(Self::Fixed)
    }

    /// Returns the zone of an abbreviation, an offset, or a name of the IANA database with a slash. The names
    /// without one, such as `CET`, are left to the abbreviations.
    fn named(name: &str) -> Option<Self> {
        match abbreviation(name).or_else(|| offset(name)) {
            Some(offset) => Some(Self::Fixed(offset)),
            None => name.contains('/').then(|| TimeZone::get(name).ok()).flatten().map(Self::Named),
        }
    }

    /// Whether the text is an offset and nothing else.
    pub(super) fn is_offset(text: &str) -> bool {
        text == "z" || text.starts_with(['+', '-']) && text.len() == 6 && offset(text).is_some()
    }

    /// Returns the instant of a local time in the zone. Of a time that occurs twice it is the first.
    pub(super) fn instant(self, local: DateTime) -> Option<Timestamp> {
        match self {
            Self::Fixed(offset) => offset.to_timestamp(local).ok(),
            Self::Named(zone) => zone.to_timestamp(local).ok(),
        }
    }
}

fn abbreviation(text: &str) -> Option<Offset> {
    let (_, minutes) = ABBREVIATIONS.iter().find(|(name, _)| *name == text)?;
    Offset::from_seconds(minutes * 60).ok()
}

/// `+01`, `+0100`, `+01:00`, `-8`, `GMT+2`, `UTC-03:30`
fn offset(text: &str) -> Option<Offset> {
    let numeric = text.strip_prefix("utc").or_else(|| text.strip_prefix("gmt")).unwrap_or(text).trim_start();
    let (sign, digits) = match numeric.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, numeric.strip_prefix('+')?),
    };
    let parts: [&str; 3] = match digits.split(':').collect::<Vec<_>>()[..] {
        [hours] if hours.len() <= 2 => [hours, "00", "00"],
        [all] if all.len() == 4 && all.is_ascii() => [&all[..2], &all[2..], "00"],
        [hours, minutes] => [hours, minutes, "00"],
        [hours, minutes, seconds] => [hours, minutes, seconds],
        _ => return None,
    };
    let number = |text: &str| -> Option<i32> {
        let is_number = (1..=2).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        is_number.then(|| text.parse().ok()).flatten()
    };
    let (hours, minutes, seconds) = (number(parts[0])?, number(parts[1])?, number(parts[2])?);
    // No zone is further from UTC than Kiritimati, 14 hours ahead, except in the 19th century.
    let is_sound = hours <= 18 && minutes < 60 && seconds < 60;
    is_sound.then(|| Offset::from_seconds(sign * (hours * 3600 + minutes * 60 + seconds)).ok()).flatten()
}
