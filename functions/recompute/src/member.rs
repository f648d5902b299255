//! Members of a sales file: the items of the ledger that it is derived into.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use standings_core::{Segment, Week};

use crate::ledger::{self, FAILED, Shard, item_key};
use crate::table::Item;

/// A member of a sales file: an item of the ledger that the file is derived into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Member {
    /// A part of the contribution to a segment, by its number.
    Part(Segment, u32),
    /// The record of the version that was uploaded at a time.
    Upload(Timestamp),
    /// The same, of a version with a problem.
    Problem(Timestamp),
    /// Why the file was not read.
    Failed,
    /// The contribution to a week, as version 1 of this table kept it.
    Week(Week),
    /// The record of a day, as version 1 of this table kept it.
    Day(Date),
}

impl Member {
    /// Parses a member as [`Display`](fmt::Display) writes it.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        if let Some((segment, part)) = text.split_once('/') {
            return Some(Self::Part(segment.parse().ok()?, part.parse().ok()?));
        }
        if let Some((kind, time)) = text.split_once('#') {
            let time = time.parse().ok()?;
            return match kind {
                "upload" => Some(Self::Upload(time)),
                "problem" => Some(Self::Problem(time)),
                _ => None,
            };
        }
        if text == FAILED {
            return Some(Self::Failed);
        }
        text.parse().map(Self::Week).ok().or_else(|| text.parse().map(Self::Day).ok())
    }

    /// Returns the day of a record of an upload, in UTC.
    pub(crate) fn day(self) -> Option<Date> {
        match self {
            Self::Upload(time) | Self::Problem(time) => Some(utc_day(time)),
            Self::Day(day) => Some(day),
            Self::Part(..) | Self::Failed | Self::Week(_) => None,
        }
    }

    /// Returns the key of this member of the file `key`.
    pub(crate) fn key(self, key: &str) -> Item {
        match self {
            Self::Part(segment, part) => item_key(Shard::of(segment, key).contributions(), format!("{part}#{key}")),
            Self::Upload(time) => item_key(ledger::uploads(utc_day(time)), format!("{time:.3}#{key}")),
            Self::Problem(time) => item_key(ledger::problems(utc_day(time)), format!("{time:.3}#{key}")),
            Self::Failed => item_key(FAILED, key),
            Self::Week(week) => item_key(ledger::contributions_of_version_1(week), key),
            Self::Day(day) => item_key(ledger::uploads(day), key),
        }
    }
}

impl fmt::Display for Member {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Part(segment, part) => write!(f, "{segment}/{part}"),
            Self::Upload(time) => write!(f, "upload#{time:.3}"),
            Self::Problem(time) => write!(f, "problem#{time:.3}"),
            Self::Failed => f.write_str(FAILED),
            Self::Week(week) => week.fmt(f),
            Self::Day(day) => day.fmt(f),
        }
    }
}

fn utc_day(time: Timestamp) -> Date {
    TimeZone::UTC.to_datetime(time).date()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_parsed_as_they_are_written() {
        let time = "2026-11-23T12:00:00.000Z";
        for text in [
            "2026-12-01/0",
            "2026-11-30/63",
            &format!("upload#{time}"),
            &format!("problem#{time}"),
            "failed",
            "2026-W47",
            "2026-11-23",
        ] {
            assert_eq!(Member::parse(text).map(|member| member.to_string()).as_deref(), Some(text));
        }
        // Not the first day of a segment.
        assert_eq!(Member::parse("2026-12-02/0").or_else(|| Member::parse("company")), None);
    }
}
