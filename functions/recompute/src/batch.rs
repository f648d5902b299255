//! A batch of changes: each object is taken in once, then each week it touches is refreshed once.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent};
use futures_util::{FutureExt, StreamExt, stream};
use jiff::Timestamp;
use standings_core::Week;
use tokio::time::{Instant, timeout_at};

use crate::app::Recompute;
use crate::error::WorkError;
use crate::event::Message;
use crate::metrics::{self, Counts};
use crate::refresh;
use crate::source::{self, Touched};

/// Objects are taken in side by side, so many at once: while one is fetched, another is parsed.
const OBJECTS: usize = 4;

/// Weeks are refreshed side by side, so many at once.
const WEEKS: usize = 4;

/// Handles a batch of messages and answers with those that have to come again.
pub(crate) async fn handle(app: &Recompute, batch: &SqsEvent, deadline: Instant) -> SqsBatchResponse {
    let started = Instant::now();
    let mut messages: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut changes: BTreeMap<String, Timestamp> = BTreeMap::new();
    let mut again: BTreeSet<String> = BTreeSet::new();
    for message in &batch.records {
        let id = message.message_id.clone().unwrap_or_default();
        match Message::of(message) {
            Message::TestEvent => tracing::debug!("S3 tries out the queue"),
            // It would be lost here; after some more tries it stands among the dead letters, where someone sees it.
            Message::Foreign(problem) => {
                tracing::error!(message.id = id, problem, "a message is none of ours");
                again.insert(id);
            }
            Message::Changed(objects) => {
                for object in objects {
                    if object.bucket == app.settings.bucket && is_sales_file(&object.key, &app.settings.prefix) {
                        if let Some(at) = object.changed_at {
                            let first = changes.entry(object.key.clone()).or_insert(at);
                            *first = at.min(*first);
                        }
                        messages.entry(object.key).or_default().insert(id.clone());
                    } else {
                        tracing::warn!(object.key = object.key, object.bucket = object.bucket, "this is no sales file");
                    }
                }
            }
        }
    }
    let objects = messages.len();
    if !messages.is_empty() {
        let Worked { again: keys, counts } = work_through(app, messages.keys().cloned().collect(), deadline).await;
        let now = Timestamp::now();
        let done = changes.iter().filter(|(key, _)| !keys.contains(*key));
        let delays: Vec<Duration> =
            done.map(|(_, at)| now.duration_since(*at).try_into().unwrap_or_default()).collect();
        metrics::emit(app, counts, started.elapsed(), &delays);
        for key in keys {
            again.extend(messages.remove(&key).unwrap_or_default());
        }
    }
    tracing::info!(
        messages = batch.records.len(),
        failed_messages = again.len(),
        objects,
        duration_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        "the batch is done"
    );
    let mut answer = SqsBatchResponse::default();
    for id in again {
        answer.add_failure(id);
    }
    answer
}

/// Whether a key is that of a sales file. What ends in a slash is a folder that a console made.
pub(crate) fn is_sales_file(key: &str, prefix: &str) -> bool {
    key.starts_with(prefix) && !key.ends_with('/')
}

/// What came of a piece of work.
#[derive(Debug, Default)]
pub(crate) struct Worked {
    /// The keys that have to be worked through again.
    pub(crate) again: BTreeSet<String>,
    /// What the others held.
    pub(crate) counts: Counts,
}

/// Takes in these objects and refreshes what depends on them.
pub(crate) async fn work_through(app: &Recompute, keys: BTreeSet<String>, deadline: Instant) -> Worked {
    // The futures of SDK calls are large, and nest: on the heap they neither fill the stack nor the compiler.
    Box::pin(take_in_and_refresh(app, keys, deadline)).await
}

async fn take_in_and_refresh(app: &Recompute, keys: BTreeSet<String>, deadline: Instant) -> Worked {
    let taken: Vec<(String, Result<Touched, WorkError>)> = stream::iter(keys)
        .map(|key| async move {
            let touched = in_time(deadline, Box::pin(source::take_in(app, &key))).await;
            (key, touched)
        })
        .buffer_unordered(OBJECTS)
        .collect()
        .await;

    let Worked { mut again, mut counts } = Worked::default();
    let mut done = BTreeSet::new();
    let mut weeks: BTreeMap<Week, BTreeSet<String>> = BTreeMap::new();
    let mut days = BTreeSet::new();
    for (key, touched) in taken {
        match touched {
            Ok(touched) => {
                counts.add(touched.counts);
                days.extend(touched.days);
                for week in touched.weeks {
                    weeks.entry(week).or_default().insert(key.clone());
                }
                done.insert(key);
            }
            Err(error) => {
                tracing::error!(object.key = key, %error, "an object was not taken in");
                again.insert(key);
            }
        }
    }
    if done.is_empty() {
        return Worked { again, counts };
    }

    let touched: BTreeSet<Week> = weeks.keys().flat_map(|week| [*week, week.next()]).collect();
    let touched = touched.into_iter().map(|week| (week, !weeks.contains_key(&week))).collect::<Vec<_>>();
    let refreshed: Vec<(Week, Result<(), WorkError>)> = stream::iter(touched)
        .map(|(week, follows)| async move {
            let refresh = async {
                // The movement of the week after looks at this one, where anybody has that week.
                if follows && !crate::weeks::is_known(app, week).await? {
                    Ok(())
                } else {
                    refresh::week(app, week).await
                }
            };
            let refreshed = in_time(deadline, Box::pin(refresh));
            (week, refreshed.await)
        })
        .buffer_unordered(WEEKS)
        .collect()
        .await;
    for (week, outcome) in refreshed {
        if let Err(error) = outcome {
            tracing::error!(week.id = %week, %error, "a week was not refreshed");
            again.extend([week, week.previous()].iter().filter_map(|week| weeks.get(week)).flatten().cloned());
        }
    }
    // The status says how fresh the latest report is, so that it comes after it.
    let rest = async {
        refresh::latest(app).await?;
        refresh::status(app, days).await
    };
    let rest = in_time(deadline, Box::pin(rest)).await;
    if let Err(error) = rest {
        tracing::error!(%error, "the latest reports or the status were not refreshed");
        again.extend(done);
    }
    Worked { again, counts }
}

/// What the work comes to until the deadline. A panic ends this piece of work, and not those beside it.
async fn in_time<T>(deadline: Instant, work: impl Future<Output = Result<T, WorkError>>) -> Result<T, WorkError> {
    // Whatever it broke off in is dropped with it; what it has written to the tables holds, whenever it ends.
    let work = AssertUnwindSafe(work).catch_unwind();
    match timeout_at(deadline, work).await {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(_)) => Err(WorkError::Panicked),
        Err(_) => Err(WorkError::OutOfTime),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_and_a_deadline_end_one_piece_of_work_alone() {
        let soon = Instant::now() + Duration::from_millis(50);
        let (panicked, stuck, done) = tokio::join!(
            in_time::<()>(soon, async { panic!("a bug") }),
            in_time::<()>(soon, std::future::pending()),
            in_time(soon, async { Ok(1) }),
        );
        assert!(matches!(panicked, Err(WorkError::Panicked)));
        assert!(matches!(stuck, Err(WorkError::OutOfTime)));
        assert!(matches!(done, Ok(1)));
    }
}
