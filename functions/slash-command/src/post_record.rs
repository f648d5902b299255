//! The record of a scheduled post: whether it was sent for a time of its schedule.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;

use crate::lookup::{LookupError, ReportsTable};

/// Seconds after which a post that is being sent must have ended: longer than the function runs.
const IN_FLIGHT_SECONDS: i64 = 30;

/// What is stored as the state of a post.
const SENDING: &str = "sending";
const SENT: &str = "sent";
const FAILED: &str = "failed";

/// The record of a post for one time of its schedule.
pub(crate) struct PostRecord<'a> {
    reports: &'a ReportsTable,
    key: String,
}

/// Whether the post may be sent now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Attempt {
    /// It may: this is the attempt of this number, from 1. The record says that it is being sent.
    Number(u32),
    /// It was sent.
    SentBefore,
    /// Another invocation is sending it.
    InFlight,
    /// An invocation began to send it and never said how that ended.
    Unknown,
}

impl<'a> PostRecord<'a> {
    pub(crate) fn new(reports: &'a ReportsTable, name: &str, scheduled_at: &str) -> Self {
        Self { reports, key: format!("posted#{name}#{scheduled_at}") }
    }

    /// Notes that the post is being sent, unless it was or may have been.
    pub(crate) async fn begin(&self, now: Timestamp) -> Result<Attempt, LookupError> {
        // Without a record, or after a failure, of which the record has the attempt.
        let first = self.reports.put_if(self.item(SENDING, now, 1), "attribute_not_exists(pk)", &[]).await?;
        let Some(found) = first else { return Ok(Attempt::Number(1)) };
        let number = |name: &str| found.get(name).and_then(|value| value.as_n().ok()?.parse::<i64>().ok()).unwrap_or(0);
        let (attempts, at) = (u32::try_from(number("attempts")).unwrap_or(u32::MAX), number("at"));
        match found.get("state").and_then(|state| state.as_s().ok()).map(String::as_str) {
            Some(SENT) => Ok(Attempt::SentBefore),
            Some(FAILED) => {
                let next = attempts.saturating_add(1);
                // Whoever begins before this one counts the attempts up.
                let is_same = [(":attempts", AttributeValue::N(attempts.to_string()))];
                let item = self.item(SENDING, now, next);
                let other = self.reports.put_if(item, "attempts = :attempts", &is_same).await?;
                Ok(if other.is_some() { Attempt::InFlight } else { Attempt::Number(next) })
            }
            _ if now.as_second() - at < IN_FLIGHT_SECONDS => Ok(Attempt::InFlight),
            _ => Ok(Attempt::Unknown),
        }
    }

    /// Notes that Slack accepted the post.
    pub(crate) async fn sent(&self, now: Timestamp) -> Result<(), LookupError> {
        self.reports.put(self.item(SENT, now, 0)).await
    }

    /// Notes that Slack did not accept the post, so that it may be sent again.
    pub(crate) async fn failed(&self, now: Timestamp, attempt: u32) -> Result<(), LookupError> {
        self.reports.put(self.item(FAILED, now, attempt)).await
    }

    fn item(&self, state: &str, now: Timestamp, attempts: u32) -> HashMap<String, AttributeValue> {
        HashMap::from([
            ("pk".to_owned(), AttributeValue::S(self.key.clone())),
            ("state".to_owned(), AttributeValue::S(state.to_owned())),
            ("at".to_owned(), AttributeValue::N(now.as_second().to_string())),
            ("attempts".to_owned(), AttributeValue::N(attempts.to_string())),
        ])
    }
}
