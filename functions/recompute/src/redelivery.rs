//! When failed messages are delivered again: seconds later at first, and after ever longer times.
//!
//! Without this, SQS would deliver a failed message again only when its visibility timeout ends. That timeout has to be many
//! times as long as an invocation may take, so that no message is delivered while it is being handled: half an hour.
//! <https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html>

use std::collections::BTreeMap;

use aws_lambda_events::sqs::SqsMessage;
use aws_sdk_sqs::types::ChangeMessageVisibilityBatchRequestEntry;
use aws_sdk_sqs::types::builders::ChangeMessageVisibilityBatchRequestEntryBuilder;
use futures_util::future::join_all;
use standings_core::Outlook;
use tokio::time::{Instant, timeout_at};

use crate::app::Recompute;
use crate::error::StoreError;

/// Number of times that SQS delivers a message before it goes to the dead-letter queue, as in `terraform/queue.tf`.
const MAX_RECEIVES: u32 = 10;

/// Seconds until the second delivery. Each further one comes after twice as long, so that the last of ten comes after an hour
/// and a half: longer than most outages.
const FIRST: i32 = 10;

/// Seconds until an unrecognized message is delivered again. It fails each time, so it had better be among the dead letters
/// soon, where the alarm sees it.
const UNRECOGNIZED: i32 = 1;

/// Messages per call, a limit of SQS.
const BATCH: usize = 10;

/// Returns how often a message was delivered, this time included.
fn receives(message: &SqsMessage) -> u32 {
    message.attributes.get("ApproximateReceiveCount").and_then(|count| count.parse().ok()).unwrap_or(1)
}

/// Returns what happens to a message that fails now.
pub(crate) fn outlook(message: &SqsMessage) -> Outlook {
    if receives(message) >= MAX_RECEIVES { Outlook::GivenUp } else { Outlook::Retried }
}

/// Why a message has failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failed {
    /// A call to AWS failed, or there was no time.
    Work,
    Unrecognized,
}

/// Returns the seconds until the next delivery of a message that was delivered `receives` times.
fn delay(failed: Failed, receives: u32) -> i32 {
    match failed {
        Failed::Work => FIRST << receives.clamp(1, MAX_RECEIVES).saturating_sub(1),
        Failed::Unrecognized => UNRECOGNIZED,
    }
}

/// Has the failed messages, by id, delivered again soon. What fails here is delivered when its visibility timeout ends.
pub(crate) async fn schedule(
    app: &Recompute,
    messages: &[SqsMessage],
    failed: &BTreeMap<String, Failed>,
    deadline: Instant,
) {
    let entries: Vec<_> = messages.iter().filter_map(|message| entry(message, failed)).collect();
    let calls = entries.chunks(BATCH).map(|entries| async {
        let change = app.sqs.change_message_visibility_batch().queue_url(&app.settings.queue_url);
        let changed = change.set_entries(Some(entries.to_vec())).send().await;
        let changed = changed.map_err(|error| StoreError::queue(&error))?;
        Ok::<_, StoreError>(changed.failed.len())
    });
    for changed in timeout_at(deadline, join_all(calls)).await.unwrap_or_default() {
        match changed {
            Ok(0) => {}
            Ok(refused) => tracing::warn!(refused, "some messages are not delivered again soon, but later"),
            Err(error) => tracing::warn!(%error, "messages are not delivered again soon, but later"),
        }
    }
}

fn entry(message: &SqsMessage, failed: &BTreeMap<String, Failed>) -> Option<ChangeMessageVisibilityBatchRequestEntry> {
    let id = message.message_id.as_ref()?;
    let seconds = delay(*failed.get(id)?, receives(message));
    ChangeMessageVisibilityBatchRequestEntryBuilder::default()
        .id(id)
        .receipt_handle(message.receipt_handle.as_ref()?)
        .visibility_timeout(seconds)
        .build()
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tenth_delivery_is_the_last() {
        let mut message = SqsMessage::default();
        assert_eq!(outlook(&message), Outlook::Retried, "without a count");
        for (receives, expected) in [("1", Outlook::Retried), ("9", Outlook::Retried), ("10", Outlook::GivenUp)] {
            message.attributes.insert("ApproximateReceiveCount".to_owned(), receives.to_owned());
            assert_eq!(outlook(&message), expected);
        }
    }

    #[test]
    fn deliveries_come_after_seconds_at_first_and_span_an_outage_of_an_hour() {
        let delays: Vec<i32> = (1..MAX_RECEIVES).map(|receives| delay(Failed::Work, receives)).collect();
        assert_eq!(delays, [10, 20, 40, 80, 160, 320, 640, 1280, 2560]);
        assert_eq!(delay(Failed::Unrecognized, 9), 1);
    }
}
