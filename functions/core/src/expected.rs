//! Sources that are expected to be uploaded regularly, and whether one is late.

use std::collections::BTreeMap;

use jiff::civil::{Date, Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Deserializer};

/// The expected sources by name (setting `EXPECTED`), such as
/// `{"emea": {"prefix": "sales/emea/", "every": "weekday", "by": "07:00"}}`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct ExpectedSources(pub BTreeMap<String, Expected>);

/// A source that is expected to be uploaded regularly.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// Beginning of the keys of its files.
    pub prefix: String,
    /// Days on which an upload is due.
    pub every: Every,
    /// Time of day by which it is due, in the organization's time zone.
    #[serde(deserialize_with = "time")]
    pub by: Time,
}

/// The days on which an upload is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Every {
    /// Each day.
    Day,
    /// Monday to Friday.
    Weekday,
    /// Once a week.
    Monday,
    /// Once a week.
    Tuesday,
    /// Once a week.
    Wednesday,
    /// Once a week.
    Thursday,
    /// Once a week.
    Friday,
    /// Once a week.
    Saturday,
    /// Once a week.
    Sunday,
}

/// Reads a time such as `07:00`.
fn time<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Time, D::Error> {
    let text = String::deserialize(deserializer)?;
    Time::strptime("%H:%M", &text)
        .map_err(|_| serde::de::Error::custom(format!("{text:?} is not a time such as 07:00")))
}

impl ExpectedSources {
    /// Parses the setting.
    ///
    /// # Errors
    ///
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        serde_json::from_str(text).map_err(|error| error.to_string())
    }

    /// Returns whether no source is expected.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the names of the sources that a file belongs to.
    pub fn of_file<'a>(&'a self, key: &'a str) -> impl Iterator<Item = &'a str> {
        let sources = self.0.iter().filter(move |(_, expected)| key.starts_with(&expected.prefix));
        sources.map(|(name, _)| name.as_str())
    }
}

impl Expected {
    /// Returns whether the upload that was due last has not come. Each one has the time from when the one before was due.
    /// `arrived` is the time of the last upload.
    #[must_use]
    pub fn is_late(&self, arrived: Option<Timestamp>, now: Timestamp, zone: &TimeZone) -> bool {
        let today = zone.to_datetime(now).date();
        // Two due times are in the last two weeks whatever the days are.
        let days = (0..15).filter_map(|back| today.checked_sub(back.days()).ok());
        let due = days
            .filter(|day| self.every.is_on(*day))
            .filter_map(|day| zone.to_timestamp(day.to_datetime(self.by)).ok());
        let before = due.filter(|due| *due <= now).nth(1);
        before.is_some_and(|before| arrived.is_none_or(|arrived| arrived <= before))
    }
}

impl Every {
    fn is_on(self, day: Date) -> bool {
        let weekday = day.weekday();
        match self {
            Self::Day => true,
            Self::Weekday => !matches!(weekday, Weekday::Saturday | Weekday::Sunday),
            Self::Monday => weekday == Weekday::Monday,
            Self::Tuesday => weekday == Weekday::Tuesday,
            Self::Wednesday => weekday == Weekday::Wednesday,
            Self::Thursday => weekday == Weekday::Thursday,
            Self::Friday => weekday == Weekday::Friday,
            Self::Saturday => weekday == Weekday::Saturday,
            Self::Sunday => weekday == Weekday::Sunday,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_late(every: &str, arrived: &str, now: &str) -> bool {
        let text = format!(r#"{{"emea": {{"prefix": "sales/emea/", "every": "{every}", "by": "07:00"}}}}"#);
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let at = |time: &str| zone.to_timestamp(time.parse().unwrap()).unwrap();
        let arrived = (!arrived.is_empty()).then(|| at(arrived));
        ExpectedSources::parse(&text).unwrap().0["emea"].is_late(arrived, at(now), &zone)
    }

    #[test]
    fn an_upload_is_late_from_the_time_it_is_due_until_it_comes() {
        for (every, arrived, now, expected) in [
            // Tuesday's is due at seven, from seven on Monday.
            ("day", "2026-11-23T09:00", "2026-11-24T06:59", false),
            ("day", "2026-11-23T06:30", "2026-11-24T06:59", false),
            ("day", "2026-11-23T06:30", "2026-11-24T07:00", true),
            ("day", "2026-11-23T09:00", "2026-11-24T12:00", false),
            ("day", "2026-11-24T08:00", "2026-11-24T12:00", false),
            // On Monday, that of Friday is still the last one.
            ("weekday", "2026-11-20T06:00", "2026-11-23T06:59", false),
            ("weekday", "2026-11-20T06:00", "2026-11-23T07:00", true),
            ("weekday", "2026-11-20T06:00", "2026-11-22T12:00", false),
            ("monday", "2026-11-16T06:00", "2026-11-22T12:00", false),
            ("monday", "2026-11-16T06:00", "2026-11-23T08:00", true),
            ("monday", "2026-11-17T06:00", "2026-11-23T08:00", false),
            ("monday", "", "2026-11-23T08:00", true),
        ] {
            assert_eq!(is_late(every, arrived, now), expected, "{every}, arrived {arrived}, now {now}");
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        for text in [
            "[]",
            r#"{"emea": {"prefix": "sales/emea/", "every": "month", "by": "07:00"}}"#,
            r#"{"emea": {"prefix": "sales/emea/", "every": "day", "by": "7 am"}}"#,
            r#"{"emea": {"prefix": "sales/emea/", "every": "day", "by": "07:00", "at": "UTC"}}"#,
        ] {
            assert!(ExpectedSources::parse(text).is_err(), "{text}");
        }
    }
}
