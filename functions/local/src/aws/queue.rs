//! The queue between bucket and function, with SQS's manners: messages come in batches, failed ones come again, and
//! after too many receives they end among the dead letters.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use lambda_runtime::{Context, LambdaEvent};
use standings_recompute::{Event, Recompute};
use tokio::sync::Notify;

use crate::aws::notification;

/// The largest batch, as the event source mapping has it.
const BATCH: usize = 10;

/// The window in which a batch fills; short, since somebody waits.
const WINDOW: Duration = Duration::from_millis(20);

/// Failed messages are visible again after this, times the number of receives.
const VISIBILITY: Duration = Duration::from_millis(100);

/// After this many receives a message is a dead letter.
const MAX_RECEIVES: u32 = 5;

/// How long a function may take.
const TIMEOUT: Duration = Duration::from_mins(15);

/// The queue. Clones are handles to the same one.
#[derive(Clone, Debug, Default)]
pub struct Queue(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    /// Something was sent, or became visible again.
    arrived: Notify,
    /// Something was handled.
    handled: Notify,
}

#[derive(Debug, Default)]
struct State {
    visible: VecDeque<Message>,
    /// Sent and neither handled nor dead.
    waiting: usize,
    sent: u64,
    /// Messages that were handed over, those that came again included.
    receives: u64,
    batches: u64,
    /// The answer of every so many-th batch is lost.
    lost: Option<u64>,
    dead: Vec<DeadLetter>,
}

#[derive(Clone, Debug)]
struct Message {
    id: String,
    body: String,
    receives: u32,
}

/// A message that was given up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeadLetter {
    /// What it said.
    pub body: String,
    /// How often it was tried.
    pub receives: u32,
}

impl Queue {
    /// Sends a message with this body.
    pub fn send(&self, body: impl Into<String>) {
        let mut state = self.state();
        state.sent += 1;
        state.waiting += 1;
        let id = format!("message-{}", state.sent);
        state.visible.push_back(Message { id, body: body.into(), receives: 0 });
        drop(state);
        self.0.arrived.notify_one();
    }

    /// How many messages were sent, and how many of them still wait.
    #[must_use]
    pub fn counts(&self) -> (u64, usize) {
        let state = self.state();
        (state.sent, state.waiting)
    }

    /// Loses the answer of every `n`-th batch from now on, so that all of it comes again although it was done.
    pub fn lose_answers(&self, n: u64) {
        self.state().lost = Some(n);
    }

    /// How many messages were handed over, those that came again included.
    #[must_use]
    pub fn receives(&self) -> u64 {
        self.state().receives
    }

    /// The messages that were given up.
    #[must_use]
    pub fn dead_letters(&self) -> Vec<DeadLetter> {
        self.state().dead.clone()
    }

    /// Waits until nothing waits.
    pub async fn quiet(&self) {
        loop {
            let handled = self.0.handled.notified();
            if self.state().waiting == 0 {
                return;
            }
            handled.await;
        }
    }

    /// Hands batches to the function, one after the other, until the task is dropped.
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
            // The other poller need not wait for another message.
            self.0.arrived.notify_one();
        }
        for message in &mut batch {
            message.receives += 1;
            state.receives += 1;
        }
        batch
    }

    /// Counts a batch that was answered, and says whether its answer is one of those that are lost.
    fn is_lost(&self) -> bool {
        let mut state = self.state();
        state.batches += 1;
        state.lost.is_some_and(|n| state.batches.is_multiple_of(n))
    }

    /// Forgets what was handled; the rest becomes visible again later, or is given up.
    fn settle(&self, batch: Vec<Message>, failed: &Failed) {
        let mut state = self.state();
        for message in batch {
            if !failed.contains(&message.id) {
                state.waiting -= 1;
            } else if message.receives >= MAX_RECEIVES {
                state.waiting -= 1;
                state.dead.push(DeadLetter { body: message.body, receives: message.receives });
            } else {
                let queue = self.clone();
                tokio::spawn(async move {
                    tokio::time::sleep(VISIBILITY * message.receives).await;
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

/// The messages of a batch that failed.
enum Failed {
    All,
    These(Vec<String>),
}

impl Failed {
    fn contains(&self, id: &str) -> bool {
        match self {
            Self::All => true,
            Self::These(ids) => ids.iter().any(|failed| failed == id),
        }
    }
}

/// Invokes the function through the JSON that Lambda would hand over. An error or a panic fails the whole batch.
async fn invoke(function: &Recompute, batch: &[Message]) -> Failed {
    let event = notification::sqs_event(
        batch.iter().map(|message| (message.id.as_str(), message.body.as_str(), message.receives)),
    );
    let event: Event = match serde_json::from_value(event) {
        Ok(event) => event,
        Err(error) => {
            tracing::error!(%error, "the function does not take this event");
            return Failed::All;
        }
    };
    let function = function.clone();
    let invocation = tokio::spawn(async move { function.handle(LambdaEvent::new(event, context())).await });
    match invocation.await {
        Ok(Ok(answer)) => failures(&answer).map_or(Failed::All, Failed::These),
        Ok(Err(error)) => {
            tracing::error!(%error, "the invocation failed");
            Failed::All
        }
        Err(error) => {
            tracing::error!(%error, "the invocation panicked");
            Failed::All
        }
    }
}

/// The failed messages of an answer; `None` where the answer is none, which fails the whole batch.
/// <https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html>
fn failures(answer: &serde_json::Value) -> Option<Vec<String>> {
    let failures = answer.get("batchItemFailures")?.as_array()?;
    failures.iter().map(|failure| Some(failure.get("itemIdentifier")?.as_str()?.to_owned())).collect()
}

/// What Lambda tells about an invocation.
pub(crate) fn context() -> Context {
    let mut context = Context::default();
    let end = jiff::Timestamp::now().as_millisecond() + i64::try_from(TIMEOUT.as_millis()).unwrap_or(i64::MAX);
    context.deadline = u64::try_from(end).unwrap_or_default();
    "local".clone_into(&mut context.request_id);
    context
}
