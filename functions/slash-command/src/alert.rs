//! Alerts: posts that are sent only when the first places of a ranking have changed hands.
//!
//! A run of the schedule compares the ranking with what was announced last, not with what the run before found, and a change
//! is news only once two runs in a row have found it. Otherwise a correction (a file that is deleted and uploaded again) would
//! announce a leader who never led.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use standings_core::{Measure, Period, Report, name};

use crate::lookup::{LookupError, ReportsTable};

/// What an alert announces, as the schedule has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Alert {
    /// Places that are watched: 1 announces new leaders, 3 also who enters the top three.
    pub places: u32,
    /// Maximum number of announcements per day.
    pub per_day: u32,
}

/// A change that is worth a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum News {
    /// This person or team is first and was not.
    Leads(String),
    /// This person or team is among the first places, which were taken by others.
    Enters(String),
}

/// One of the first places of a ranking.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Place {
    rank: u32,
    name: String,
}

/// What an alert has announced, and what it is about to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Record {
    period: Period,
    /// The first places, as announced last.
    announced: Vec<Place>,
    /// The changes since then that the last run found.
    found: Vec<News>,
    /// The last announcement, for a repeated invocation.
    last: Option<Announcement>,
    /// Day of the last announcement, and the number of announcements on it.
    day: Date,
    sent: u32,
}

/// An announcement for one time of the schedule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Announcement {
    scheduled_at: String,
    news: Vec<News>,
}

impl Alert {
    /// Returns the news of a ranking for one time of the schedule, and notes that they are being announced. A repeated
    /// invocation for the same time gets the same news.
    ///
    /// # Errors
    ///
    /// If the note cannot be read or written, or another invocation writes it.
    pub(crate) async fn news(
        self,
        reports: &ReportsTable,
        post: &str,
        scheduled_at: &str,
        report: Report,
        measure: Measure,
        today: Date,
    ) -> Result<Vec<News>, LookupError> {
        let (key, period) = (format!("posted#{post}#announced"), report.period);
        let places = self.places_of(report.by(measure));
        let stored = reports.note(&key).await?;
        let (record, news) = match &stored {
            None => (Record::new(period, places, today), Vec::new()),
            Some(stored) => {
                let known: Record = serde_json::from_str(stored).map_err(|_| LookupError::Damaged)?;
                known.next(self, period, places, scheduled_at, today)
            }
        };
        let text = serde_json::to_string(&record).map_err(|_| LookupError::Internal("a note that is not JSON"))?;
        let item =
            HashMap::from([("pk".to_owned(), AttributeValue::S(key)), ("report".to_owned(), AttributeValue::S(text))]);
        let written = match stored {
            None => reports.put_if(item, "attribute_not_exists(pk)", &[]).await?,
            Some(stored) => reports.put_if(item, "report = :stored", &[(":stored", AttributeValue::S(stored))]).await?,
        };
        if written.is_some() {
            return Err(LookupError::Unavailable { code: "another invocation announces".to_owned() });
        }
        Ok(news)
    }

    /// Returns the entries at the watched places. Those who are tied share one.
    fn places_of(self, report: Report) -> Vec<Place> {
        let first = report.entries.into_iter().take_while(|entry| entry.rank <= self.places);
        first.map(|entry| Place { rank: entry.rank, name: entry.name }).collect()
    }
}

impl Record {
    fn new(period: Period, announced: Vec<Place>, day: Date) -> Self {
        Self { period, announced, found: Vec::new(), last: None, day, sent: 0 }
    }

    /// Returns the record after a run that found `places`, and the news to announce.
    fn next(
        self,
        alert: Alert,
        period: Period,
        places: Vec<Place>,
        scheduled_at: &str,
        today: Date,
    ) -> (Self, Vec<News>) {
        if let Some(last) = self.last.as_ref().filter(|last| last.scheduled_at == scheduled_at) {
            let news = last.news.clone();
            return (self, news);
        }
        let sent = if self.day == today { self.sent } else { 0 };
        if self.period != period {
            // Whoever is first in a new period has overtaken no one.
            return (Self { last: self.last, sent, ..Self::new(period, places, today) }, Vec::new());
        }
        let found = changes(&self.announced, &places, alert.places);
        if found.is_empty() {
            return (Self { announced: places, found, ..self }, Vec::new());
        }
        let is_confirmed = found.iter().all(|news| self.found.contains(news));
        if !is_confirmed || sent >= alert.per_day {
            return (Self { found, ..self }, Vec::new());
        }
        let last = Some(Announcement { scheduled_at: scheduled_at.to_owned(), news: found.clone() });
        let record = Self { period, announced: places, found: Vec::new(), last, day: today, sent: sent + 1 };
        (record, found)
    }
}

/// Returns what is new in the first `count` places since they were announced.
fn changes(announced: &[Place], places: &[Place], count: u32) -> Vec<News> {
    let was_at = |name: &str, rank: u32| {
        let identity = name::fold(name);
        announced.iter().any(|place| place.rank <= rank && name::fold(&place.name) == identity)
    };
    // As long as a place is free, taking it overtakes no one.
    let are_all_taken = u32::try_from(announced.len()).is_ok_and(|taken| taken >= count);
    let news = places.iter().filter_map(|Place { rank, name }| match rank {
        1 if !was_at(name, 1) && !announced.is_empty() => Some(News::Leads(name.clone())),
        _ if are_all_taken && !was_at(name, count) => Some(News::Enters(name.clone())),
        _ => None,
    });
    news.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALERT: Alert = Alert { places: 3, per_day: 2 };

    fn places(names: &str) -> Vec<Place> {
        let names = names.split_whitespace();
        (1..).zip(names).map(|(rank, name)| Place { rank, name: name.to_owned() }).collect()
    }

    /// Runs an alert over what it finds at each time, and returns what it announces.
    fn announced(runs: &[(&str, &str)]) -> Vec<String> {
        let period: Period = "2026-W48".parse().unwrap();
        let mut record: Option<Record> = None;
        let mut said = Vec::new();
        for (at, (day, names)) in (0..).zip(runs) {
            let day: Date = format!("2026-11-{day}").parse().unwrap();
            let at: u32 = at;
            let (next, news) = match record {
                None => (Record::new(period, places(names), day), Vec::new()),
                Some(record) => record.next(ALERT, period, places(names), &at.to_string(), day),
            };
            record = Some(next);
            said.extend(news.iter().map(|news| format!("{at}: {news:?}")));
        }
        said
    }

    #[test]
    fn a_change_is_announced_once_two_runs_have_found_it() {
        let runs = [("24", "ana bo cy"), ("24", "bo ana cy"), ("24", "bo ana cy"), ("24", "bo ana cy")];
        assert_eq!(announced(&runs), [r#"2: Leads("bo")"#]);
        let runs = [("24", "ana bo cy"), ("24", "ana bo di"), ("24", "ana di bo"), ("24", "ana di bo")];
        assert_eq!(announced(&runs), [r#"2: Enters("di")"#]);
    }

    #[test]
    fn a_correction_announces_no_false_leader() {
        let runs = [("24", "ana bo cy"), ("24", "bo cy di"), ("24", "ana bo cy"), ("24", "bo cy di"), ("24", "Ana bo")];
        assert_eq!(announced(&runs), [""; 0]);
    }

    #[test]
    fn taking_a_free_place_or_changing_places_below_the_first_is_no_news() {
        let runs = [("24", "ana"), ("24", "ana bo"), ("24", "ana bo"), ("24", "ana bo cy"), ("24", "ana cy bo")];
        assert_eq!(announced(&runs), [""; 0]);
    }

    #[test]
    fn what_exceeds_the_day_is_compared_on_the_next() {
        let runs = ["ana bo cy", "bo ana cy", "bo ana cy", "cy ana bo", "cy ana bo", "di ana bo", "di ana bo"];
        let mut runs: Vec<(&str, &str)> = runs.map(|names| ("24", names)).to_vec();
        assert_eq!(announced(&runs), [r#"2: Leads("bo")"#, r#"4: Leads("cy")"#]);
        runs.push(("25", "di ana bo"));
        assert_eq!(announced(&runs)[2..], [r#"7: Leads("di")"#]);
    }

    #[test]
    fn a_new_period_starts_without_news_and_a_repeated_run_has_the_same() {
        let today = Date::constant(2026, 11, 24);
        let [first, second] = ["2026-W48", "2026-W49"].map(|week| week.parse::<Period>().unwrap());
        let record = Record::new(first, places("ana"), today);
        let (record, _) = record.next(ALERT, first, places("bo"), "1", today);
        let (record, news) = record.next(ALERT, first, places("bo"), "2", today);
        assert_eq!(news, [News::Leads("bo".to_owned())]);
        let (record, again) = record.next(ALERT, first, places("bo"), "2", today);
        assert_eq!(again, news);
        let (record, none) = record.next(ALERT, second, places("cy"), "3", today);
        assert_eq!((none, record.announced), (Vec::new(), places("cy")));
    }
}
