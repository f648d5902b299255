//! A batch of SQS messages: classify them, run the pipeline once for all changed files, and answer per message.
//!
//! | message | handled as |
//! |---|---|
//! | an object change, a sales file of this bucket | the file goes through the pipeline; if that fails, the message is redelivered |
//! | an object change, anything else | ignored with a warning; a retry would not change it |
//! | the test event of S3 | ignored |
//! | unrecognized | fails on every delivery, so that SQS moves it to the dead-letter queue, where the alarm sees it |

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent, SqsMessage};
use jiff::Timestamp;
use standings_lambda::milliseconds;
use tokio::time::Instant;

use crate::app::Recompute;
use crate::event::{Notification, Object};
use crate::settings::Settings;
use crate::{metrics, pipeline};

/// Handles a batch of messages, and returns those to redeliver (partial batch failure).
pub(crate) async fn handle(app: &Recompute, batch: &SqsEvent, deadline: Instant) -> SqsBatchResponse {
    let started = Instant::now();
    let Classified { files, unrecognized: mut failed_messages } = classify(&app.settings, &batch.records);
    if !files.is_empty() {
        let failed_files = refresh(app, &files, started, deadline).await;
        failed_messages.extend(messages_of(&files, &failed_files));
    }
    tracing::info!(
        messages = batch.records.len(),
        failed_messages = failed_messages.len(),
        objects = files.len(),
        duration_ms = milliseconds(started.elapsed()),
        "batch done"
    );
    response(failed_messages)
}

/// The messages of a batch, by what has to be done about them.
#[derive(Debug, Default)]
struct Classified {
    /// Changed sales files by key, deduplicated.
    files: BTreeMap<String, ChangedFile>,
    /// Ids of unrecognized messages.
    unrecognized: BTreeSet<String>,
}

/// A sales file that at least one message is about.
#[derive(Debug, Default)]
struct ChangedFile {
    /// Ids of the messages about this file.
    messages: BTreeSet<String>,
    /// Time of the earliest of these changes.
    changed_at: Option<Timestamp>,
}

/// Classifies messages, and groups those about the same file, which is then ingested once.
fn classify(settings: &Settings, messages: &[SqsMessage]) -> Classified {
    let mut classified = Classified::default();
    for message in messages {
        let id = message.message_id.clone().unwrap_or_default();
        match Notification::parse(message) {
            Notification::TestEvent => tracing::debug!("ignored: the test event of S3"),
            Notification::Unrecognized(problem) => {
                tracing::error!(message.id = id, problem, "unrecognized message; it will go to the dead-letter queue");
                classified.unrecognized.insert(id);
            }
            Notification::Changed(objects) => {
                for object in objects {
                    classified.add(settings, &id, object);
                }
            }
        }
    }
    classified
}

impl Classified {
    /// Adds an object that the message `id` is about, if it is a sales file.
    fn add(&mut self, settings: &Settings, id: &str, object: Object) {
        let Object { bucket, key, changed_at } = object;
        if bucket != settings.bucket || !settings.is_sales_file(&key) {
            tracing::warn!(object.key = key, object.bucket = bucket, "ignored: not a sales file");
            return;
        }
        let file = self.files.entry(key).or_default();
        file.messages.insert(id.to_owned());
        file.changed_at = [file.changed_at, changed_at].into_iter().flatten().min();
    }
}

/// Runs the pipeline for the changed files, emits metrics, and returns the keys of those that failed.
async fn refresh(
    app: &Recompute,
    files: &BTreeMap<String, ChangedFile>,
    started: Instant,
    deadline: Instant,
) -> BTreeSet<String> {
    let result = pipeline::run(app, files.keys().cloned().collect(), deadline).await;
    metrics::emit(app, result.counts, started.elapsed(), &delays(files, &result.failed, Timestamp::now()));
    result.failed
}

/// Returns the time from each change to now, when the reports include it. Failed files have no such time yet.
fn delays(files: &BTreeMap<String, ChangedFile>, failed: &BTreeSet<String>, now: Timestamp) -> Vec<Duration> {
    let refreshed = files.iter().filter(|(key, _)| !failed.contains(*key));
    // A clock that is ahead of S3's gives a negative delay, which is reported as zero.
    refreshed
        .filter_map(|(_, file)| Some(now.duration_since(file.changed_at?).try_into().unwrap_or_default()))
        .collect()
}

/// Returns the ids of all messages about the files `keys`.
fn messages_of(files: &BTreeMap<String, ChangedFile>, keys: &BTreeSet<String>) -> BTreeSet<String> {
    keys.iter().filter_map(|key| files.get(key)).flat_map(|file| file.messages.iter().cloned()).collect()
}

/// Returns the partial batch response: SQS redelivers the failed messages and deletes the others.
fn response(failed_messages: BTreeSet<String>) -> SqsBatchResponse {
    let mut response = SqsBatchResponse::default();
    for id in failed_messages {
        response.add_failure(id);
    }
    response
}

#[cfg(test)]
mod tests {
    use standings_lambda::Variables;

    use super::*;

    fn message(id: &str, body: &str) -> SqsMessage {
        let mut message = SqsMessage::default();
        (message.message_id, message.body) = (Some(id.to_owned()), Some(body.to_owned()));
        message
    }

    fn change(id: &str, bucket: &str, key: &str, time: &str) -> SqsMessage {
        message(
            id,
            &format!(
                r#"{{"Records":[{{"eventName":"ObjectCreated:Put","eventTime":"{time}","s3":{{"bucket":{{"name":"{bucket}"}},"object":{{"key":"{key}"}}}}}}]}}"#
            ),
        )
    }

    #[test]
    fn messages_about_one_file_are_grouped_and_fail_together() {
        let variables = [("SALES_BUCKET", "b"), ("LEDGER_TABLE", "l"), ("REPORTS_TABLE", "r")];
        let settings = Settings::read(&Variables::from_pairs(variables)).unwrap();
        let messages = [
            change("1", "b", "sales/a.csv", "2026-11-23T12:00:05Z"),
            change("2", "b", "sales/a.csv", "2026-11-23T12:00:00Z"),
            change("3", "b", "sales/b.csv", "2026-11-23T12:00:00Z"),
            change("4", "b", "other/a.csv", "2026-11-23T12:00:00Z"),
            change("5", "another", "sales/a.csv", "2026-11-23T12:00:00Z"),
            message("6", "hello"),
        ];
        let Classified { files, unrecognized } = classify(&settings, &messages);
        assert_eq!(files.keys().collect::<Vec<_>>(), ["sales/a.csv", "sales/b.csv"]);
        assert_eq!(unrecognized, ["6".to_owned()].into());
        let failed = BTreeSet::from(["sales/a.csv".to_owned()]);
        assert_eq!(messages_of(&files, &failed), ["1".to_owned(), "2".to_owned()].into());
        let now = "2026-11-23T12:00:10Z".parse().unwrap();
        assert_eq!(delays(&files, &failed, now), [Duration::from_secs(10)]);
        assert_eq!(delays(&files, &BTreeSet::new(), now), [Duration::from_secs(10); 2], "from the earliest change");
    }
}
