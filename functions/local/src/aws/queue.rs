//! The queue between bucket and recompute. Like SQS with Lambda, it delivers messages in batches, redelivers failed
//! ones, and moves a message to the dead-letter queue after too many receives.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use lambda_runtime::{Context, LambdaEvent};
use standings_recompute::{Event, Recompute};
use tokio::sync::Notify;

use crate::aws::notification;

/// Maximum messages per batch, as in `terraform/`.
const BATCH: usize = 10;

/// Time that a batch has to fill. Much shorter than in `terraform/`, because people and tests wait for it.
const WINDOW: Duration = Duration::from_millis(20);

/// Time until a message is visible again whose batch failed as a whole. Much shorter than in `terraform/`, so that tests reach
/// the dead-letter queue in a second.
const VISIBILITY: Duration = Duration::from_millis(100);

/// Maximum receives of a message before it moves to the dead-letter queue, as in `terraform/`.
const MAX_RECEIVES: u32 = 10;

/// Time limit of an invocation, the maximum of Lambda.
const TIMEOUT: Duration = Duration::from_mins(15);

/// A handle to the queue.
#[derive(Clone, Debug, Default)]
pub struct Queue(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    /// A message became visible.
    arrived: Notify,
    /// Messages were handled.
    handled: Notify,
}

#[derive(Debug, Default)]
struct State {
    visible: VecDeque<Message>,
    /// Times until failed messages are visible again that the function asked for, by receipt handle.
    visible_after: HashMap<String, Duration>,
    /// Messages that are neither handled nor in the dead-letter queue.
    waiting: usize,
    sent: u64,
    receives: u64,
    batches: u64,
    /// Interval, in batches, at which the response of a batch is discarded.
    lose_every: Option<u64>,
    dead: Vec<DeadLetter>,
}

#[derive(Clone, Debug)]
struct Message {
    id: String,
    body: String,
    receives: u32,
}

/// A message in the dead-letter queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeadLetter {
    /// Body of the message.
    pub body: String,
    /// Number of failed deliveries.
    pub receives: u32,
}

impl Queue {
    /// Sends a message.
    pub fn send(&self, body: impl Into<String>) {
        let mut state = self.state();
        state.sent += 1;
        state.waiting += 1;
        let id = format!("message-{}", state.sent);
        state.visible.push_back(Message { id, body: body.into(), receives: 0 });
        drop(state);
        self.0.arrived.notify_one();
    }

    /// Sends a message that is delivered after a delay.
    pub(crate) fn send_later(&self, body: String, delay: Duration) {
        self.state().waiting += 1;
        let queue = self.clone();
        tokio::spawn(async move {
            tokio::time::sleep(delay).await;
            queue.state().waiting -= 1;
            queue.send(body);
        });
    }

    /// Sets the time until a failed message is delivered again.
    pub(crate) fn redeliver_after(&self, receipt_handle: String, delay: Duration) {
        self.state().visible_after.insert(receipt_handle, delay);
    }

    /// Returns the number of messages sent, and how many of them are not handled yet.
    #[must_use]
    pub fn counts(&self) -> (u64, usize) {
        let state = self.state();
        (state.sent, state.waiting)
    }

    /// Discards the response of every `n`th batch from now on, so that all its messages are redelivered although they
    /// were handled.
    pub fn lose_responses(&self, n: u64) {
        self.state().lose_every = Some(n);
    }

    /// Returns the number of deliveries, redeliveries included.
    #[must_use]
    pub fn receives(&self) -> u64 {
        self.state().receives
    }

    /// Returns the messages in the dead-letter queue.
    #[must_use]
    pub fn dead_letters(&self) -> Vec<DeadLetter> {
        self.state().dead.clone()
    }

    /// Waits until every message is handled or in the dead-letter queue.
    pub async fn quiet(&self) {
        loop {
            let handled = self.0.handled.notified();
            if self.state().waiting == 0 {
                return;
            }
            handled.await;
        }
    }

    /// Delivers batches to the function, one after the other, until the returned future is dropped.
    pub(crate) async fn deliver(self, function: Recompute) {
        loop {
            let arrived = self.0.arrived.notified();
            if self.state().visible.is_empty() {
                arrived.await;
            }
            tokio::time::sleep(WINDOW).await;
            let batch = self.receive();
            if !batch.is_empty() {
                let failed = invoke(&function, &batch).await;
                self.settle(batch, if self.is_lost() { &Failed::All } else { &failed });
            }
        }
    }

    fn receive(&self) -> Vec<Message> {
        let mut state = self.state();
        let size = state.visible.len().min(BATCH);
        let mut batch: Vec<Message> = state.visible.drain(..size).collect();
        if !state.visible.is_empty() {
            // Wakes the other poller: a full batch left messages behind.
            self.0.arrived.notify_one();
        }
        for message in &mut batch {
            message.receives += 1;
            state.receives += 1;
        }
        batch
    }

    /// Counts a handled batch, and returns whether its response is to be discarded.
    fn is_lost(&self) -> bool {
        let mut state = self.state();
        state.batches += 1;
        state.lose_every.is_some_and(|n| state.batches.is_multiple_of(n))
    }

    /// Deletes handled messages. Failed ones become visible again later, or move to the dead-letter queue.
    fn settle(&self, batch: Vec<Message>, failed: &Failed) {
        let mut state = self.state();
        for message in batch {
            let visible_after =
                state.visible_after.remove(&notification::receipt_handle(&message.id, message.receives));
            if !failed.contains(&message.id) {
                state.waiting -= 1;
            } else if message.receives >= MAX_RECEIVES {
                state.waiting -= 1;
                state.dead.push(DeadLetter { body: message.body, receives: message.receives });
            } else {
                let queue = self.clone();
                tokio::spawn(async move {
                    tokio::time::sleep(visible_after.unwrap_or(VISIBILITY)).await;
                    queue.state().visible.push_back(message);
                    queue.0.arrived.notify_one();
                });
            }
        }
        drop(state);
        self.0.handled.notify_waiters();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Failed messages of a batch, by id.
enum Failed {
    All,
    Some(Vec<String>),
}

impl Failed {
    fn contains(&self, id: &str) -> bool {
        match self {
            Self::All => true,
            Self::Some(ids) => ids.iter().any(|failed| failed == id),
        }
    }
}

/// Invokes the function with the JSON that Lambda would send. An error or a panic fails the whole batch.
async fn invoke(function: &Recompute, batch: &[Message]) -> Failed {
    let event = notification::sqs_event(
        batch.iter().map(|message| (message.id.as_str(), message.body.as_str(), message.receives)),
    );
    let event: Event = match serde_json::from_value(event) {
        Ok(event) => event,
        Err(error) => {
            tracing::error!(%error, "recompute cannot decode this event");
            return Failed::All;
        }
    };
    let function = function.clone();
    let invocation = tokio::spawn(async move { function.handle(LambdaEvent::new(event, context())).await });
    match invocation.await {
        Ok(Ok(response)) => failures(&response).map_or(Failed::All, Failed::Some),
        Ok(Err(error)) => {
            tracing::error!(%error, "the invocation of recompute failed");
            Failed::All
        }
        Err(error) => {
            tracing::error!(%error, "the invocation of recompute panicked");
            Failed::All
        }
    }
}

/// Returns the failed messages that a response reports; `None` if it is malformed, which fails the whole batch.
/// <https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html>
fn failures(response: &serde_json::Value) -> Option<Vec<String>> {
    let failures = response.get("batchItemFailures")?.as_array()?;
    failures.iter().map(|failure| Some(failure.get("itemIdentifier")?.as_str()?.to_owned())).collect()
}

/// Returns the context of an invocation.
pub(crate) fn context() -> Context {
    let mut context = Context::default();
    let deadline = jiff::Timestamp::now().as_millisecond() + i64::try_from(TIMEOUT.as_millis()).unwrap_or(i64::MAX);
    context.deadline = u64::try_from(deadline).unwrap_or_default();
    "local".clone_into(&mut context.request_id);
    context
}
