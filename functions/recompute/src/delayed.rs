//! Delayed refreshes of months, quarters and years.
//!
//! A week is refreshed with each upload. The longer periods read more sums, and nobody watches them by the second, so a
//! delayed message to the function's own queue has them refreshed, one for all uploads of the meantime. Each period has
//! three counters:
//!
//! * `wanted` goes up whenever sums that the period reads have been put;
//! * `scheduled` is the value of `wanted` that a message was sent for;
//! * `started` is the value of `wanted` at the time a refresh started.
//!
//! An upload raises `wanted`. If `scheduled` is higher than `started`, a message is under way whose refresh has not started
//! yet. It will claim the period later, and so read the sums, which were put before. Otherwise the upload sends a message,
//! and then raises `scheduled`.
//!
//! * A writer that crashes before it has sent the message is healed by the redelivery of its own message. One that crashes
//!   afterwards leaves `scheduled` as it is, and the next upload sends another message, which does no harm.
//! * A writer that stalls after sending, until the refresh has started, raises `scheduled` to a value that `started` has
//!   reached already, so that it does not look like a message under way.
//! * A message that was lost, which SQS does not do, or that ended among the dead letters before its refresh started, is
//!   replaced after [`LOST`].
//!
//! Handling such a message sends none, so there is no loop: Lambda's recursion control (16 rounds) stays on.

use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use standings_core::Period;

use crate::app::Recompute;
use crate::error::{StoreError, WorkError};
use crate::ledger;
use crate::table::{Item, superseded_is_success};

/// Seconds until a message is delivered: an upload is in all reports within a minute.
const DELAY: i32 = 45;

/// Time after which a message that did not start a refresh is considered lost. The deliveries of a message
/// that fails take longer, too, and a second message does no harm.
const LOST: SignedDuration = SignedDuration::from_mins(15);

/// Partition of the counters.
const REFRESHES: &str = "refreshes";

/// Has a period refreshed later, after sums that it reads have been put. One that is only `compared`, with what was put,
/// needs no refresh if it never had one.
pub(crate) async fn want(app: &Recompute, period: Period, compared: bool) -> Result<(), WorkError> {
    let table = &app.ledger.table;
    let mut wanted = table
        .client
        .update_item()
        .table_name(&table.name)
        .set_key(Some(key(period)))
        .update_expression("ADD wanted :one")
        .expression_attribute_values(":one", AttributeValue::N("1".to_owned()))
        .return_values(ReturnValue::AllNew);
    if compared {
        wanted = wanted.condition_expression("attribute_exists(started)");
    }
    let counters = match wanted.send().await {
        Ok(updated) => Counters::of(&updated.attributes.unwrap_or_default()),
        // A refresh that starts from now on claims the period after the sums were put.
        Err(error) => return Ok(superseded_is_success::<(), _>(Err(error))?),
    };
    let now = Timestamp::now();
    if counters.is_under_way(now) {
        return Ok(());
    }
    send(app, period).await?;
    let scheduled = table
        .client
        .update_item()
        .table_name(&table.name)
        .set_key(Some(key(period)))
        .update_expression("SET scheduled = :wanted, scheduled_at = :now")
        .condition_expression("attribute_not_exists(scheduled) OR scheduled < :wanted")
        .expression_attribute_values(":wanted", AttributeValue::N(counters.wanted.to_string()))
        .expression_attribute_values(":now", AttributeValue::N(now.as_second().to_string()));
    Ok(superseded_is_success(scheduled.send().await)?)
}

/// Notes that a refresh of the period starts. Called before it claims the period.
pub(crate) async fn start(app: &Recompute, period: Period) -> Result<(), StoreError> {
    let table = &app.ledger.table;
    let start = table
        .client
        .update_item()
        .table_name(&table.name)
        .set_key(Some(key(period)))
        .update_expression("SET started = if_not_exists(wanted, :zero)")
        .expression_attribute_values(":zero", AttributeValue::N("0".to_owned()));
    start.send().await?;
    Ok(())
}

async fn send(app: &Recompute, period: Period) -> Result<(), StoreError> {
    let message = app.sqs.send_message().queue_url(&app.settings.queue_url);
    let body = json!({"refresh": {"period": period}}).to_string();
    let sent = message.message_body(body).delay_seconds(DELAY).send().await;
    sent.map_err(|error| StoreError::queue(&error))?;
    tracing::debug!(period.id = %period, "refresh of {period} scheduled");
    Ok(())
}

/// The counters of a period.
#[derive(Debug, Default)]
struct Counters {
    wanted: u64,
    scheduled: u64,
    started: u64,
    scheduled_at: i64,
}

impl Counters {
    fn of(item: &Item) -> Self {
        let number = |name: &str| item.get(name).and_then(|number| number.as_n().ok()?.parse().ok());
        let at = item.get("scheduled_at").and_then(|number| number.as_n().ok()?.parse().ok());
        Self {
            wanted: number("wanted").unwrap_or_default(),
            scheduled: number("scheduled").unwrap_or_default(),
            started: number("started").unwrap_or_default(),
            scheduled_at: at.unwrap_or_default(),
        }
    }

    /// Returns whether a message is under way whose refresh has not started.
    fn is_under_way(&self, now: Timestamp) -> bool {
        let is_lost = now.as_second() - self.scheduled_at > LOST.as_secs();
        self.scheduled > self.started && !is_lost
    }
}

fn key(period: Period) -> Item {
    ledger::item_key(REFRESHES, period.to_string())
}
