//! A batch of SQS messages: classify them, run the pipeline once for all changed files, and answer per message.
//!
//! | message | handled as |
//! |---|---|
//! | an object change, a sales file of this bucket | the file goes through the pipeline; if that fails, the message is redelivered |
//! | an object change, a commit of a Delta or Iceberg table | the Parquet files of the table's folder go through the pipeline |
//! | an object change, a folder marker or a file that a tool wrote for itself | ignored |
//! | an object change, anything else | ignored with a warning; a retry would not change it |
//! | the test event of S3 | ignored |
//! | a message of this function to itself | the period is refreshed; if that fails, the message is redelivered |
//! | a message of SNS around one of these | as the one inside |
//! | unrecognized | fails on every delivery, so that SQS moves it to the dead-letter queue, where the alarm sees it |

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent, SqsMessage};
use jiff::Timestamp;
use standings_core::{Outlook, Period};
use standings_lambda::milliseconds;
use tokio::time::Instant;

use crate::app::Recompute;
use crate::event::{Notification, Object};
use crate::pipeline::LongerPeriods;
use crate::redelivery::{self, Failed, outlook};
use crate::sales_key::KeyKind;
use crate::settings::Settings;
use crate::{failures, metrics, pipeline, table_format};

/// Time to say when failed messages are to be delivered again, after the deadline of the work. A part of what is reserved for
/// the response.
const REDELIVERY_TIME: Duration = Duration::from_millis(700);

/// Handles a batch of messages, and returns those to redeliver (partial batch failure).
pub(crate) async fn handle(app: &Recompute, batch: &SqsEvent, deadline: Instant) -> SqsBatchResponse {
    let started = Instant::now();
    let Classified { mut files, tables, periods, unrecognized } = classify(&app.settings, &batch.records);
    let mut failed_messages = files_of_tables(app, tables, &mut files).await;
    report(app, &unrecognized).await;
    if files.is_empty() && !unrecognized.is_empty() {
        pipeline::refresh_status_of_failures(app, BTreeSet::new(), deadline).await;
    }
    if !files.is_empty() {
        let failed_files = refresh(app, &files, started, deadline).await;
        failed_messages.extend(messages_of(&files, &failed_files));
    }
    if !periods.is_empty() {
        let outlooks = periods.iter().map(|(period, message)| (*period, message.outlook())).collect();
        let failed = pipeline::refresh_periods(app, &outlooks, deadline).await;
        failed_messages.extend(failed.iter().flat_map(|period| periods[period].messages.iter().cloned()));
    }
    let mut failed: BTreeMap<String, Failed> = failed_messages.into_iter().map(|id| (id, Failed::Work)).collect();
    failed.extend(unrecognized.into_keys().map(|id| (id, Failed::Unrecognized)));
    redelivery::schedule(app, &batch.records, &failed, deadline.max(Instant::now()) + REDELIVERY_TIME).await;
    tracing::info!(
        messages = batch.records.len(),
        failed_messages = failed.len(),
        objects = files.len(),
        duration_ms = milliseconds(started.elapsed()),
        "batch done"
    );
    response(failed.into_keys())
}

/// The messages of a batch, by what has to be done about them.
#[derive(Debug, Default)]
struct Classified {
    /// Changed sales files by key, deduplicated.
    files: BTreeMap<String, Changed>,
    /// Folders that became Delta or Iceberg tables, or were changed as such.
    tables: BTreeMap<String, Changed>,
    /// Periods that are to be refreshed.
    periods: BTreeMap<Period, Changed>,
    /// Unrecognized messages by id, each with its problem and what happens to it.
    unrecognized: BTreeMap<String, (String, Outlook)>,
}

/// What at least one message is about: a sales file, a folder, or a period.
#[derive(Debug, Default)]
struct Changed {
    /// Ids of these messages.
    messages: BTreeSet<String>,
    /// Time of the earliest of these changes.
    since: Option<Timestamp>,
    /// Whether one of these messages is redelivered if it fails.
    is_retried: bool,
}

impl Changed {
    fn add(&mut self, id: &str, changed_at: Option<Timestamp>, outlook: Outlook) {
        self.messages.insert(id.to_owned());
        self.since = [self.since, changed_at].into_iter().flatten().min();
        self.is_retried |= outlook == Outlook::Retried;
    }

    fn outlook(&self) -> Outlook {
        if self.is_retried { Outlook::Retried } else { Outlook::GivenUp }
    }
}

/// Classifies messages, and groups those about the same file, which is then ingested once.
fn classify(settings: &Settings, messages: &[SqsMessage]) -> Classified {
    let mut classified = Classified::default();
    for message in messages {
        let id = message.message_id.clone().unwrap_or_default();
        let outlook = outlook(message);
        match Notification::parse(message) {
            Notification::Refresh(period) => classified.periods.entry(period).or_default().add(&id, None, outlook),
            Notification::TestEvent => tracing::debug!("ignored: the test event of S3"),
            Notification::Unrecognized(problem) => {
                tracing::error!(message.id = id, problem, "unrecognized message; it will go to the dead-letter queue");
                classified.unrecognized.insert(id, (problem, outlook));
            }
            Notification::Changed(objects) => {
                for object in objects {
                    classified.add(settings, &id, object, outlook);
                }
            }
        }
    }
    classified
}

impl Classified {
    /// Adds an object that the message `id` is about, if it matters to sales files.
    fn add(&mut self, settings: &Settings, id: &str, object: Object, outlook: Outlook) {
        let Object { bucket, key, changed_at } = object;
        let kind = if bucket == settings.bucket { settings.kind_of(&key) } else { KeyKind::Outside };
        match kind {
            KeyKind::SalesFile => self.files.entry(key).or_default().add(id, changed_at, outlook),
            KeyKind::TableLog { folder } => {
                self.tables.entry(folder.to_owned()).or_default().add(id, changed_at, outlook);
            }
            KeyKind::SideFile => tracing::debug!(object.key = key, "ignored: a side file"),
            KeyKind::Outside => {
                tracing::warn!(object.key = key, object.bucket = bucket, "ignored: not a sales file");
            }
        }
    }
}

/// Adds the Parquet files of the folders `tables`, each with the messages about its folder. Returns the ids of the messages
/// about folders that could not be listed.
async fn files_of_tables(
    app: &Recompute,
    tables: BTreeMap<String, Changed>,
    files: &mut BTreeMap<String, Changed>,
) -> BTreeSet<String> {
    let mut failed = BTreeSet::new();
    for (folder, changed) in tables {
        match table_format::files(app, &folder).await {
            Ok(keys) => {
                for key in keys {
                    let file = files.entry(key).or_default();
                    changed.messages.iter().for_each(|id| file.add(id, None, changed.outlook()));
                }
            }
            Err(error) => {
                tracing::error!(object.folder = folder, %error, "folder {folder} not listed");
                failed.extend(changed.messages);
            }
        }
    }
    failed
}

/// Records unrecognized messages for the status: one of them, the last to be given up.
async fn report(app: &Recompute, unrecognized: &BTreeMap<String, (String, Outlook)>) {
    let given_up = unrecognized.values().find(|(_, outlook)| *outlook == Outlook::GivenUp);
    let Some((problem, outlook)) = given_up.or_else(|| unrecognized.values().next()) else { return };
    if let Err(error) = failures::record_message(app, problem, *outlook).await {
        tracing::debug!(%error, "failure not recorded");
    }
}

/// Runs the pipeline for the changed files, emits metrics, and returns the keys of those that failed.
async fn refresh(
    app: &Recompute,
    files: &BTreeMap<String, Changed>,
    started: Instant,
    deadline: Instant,
) -> BTreeSet<String> {
    let outlooks = files.iter().map(|(key, file)| (key.clone(), file.outlook())).collect();
    let result = pipeline::run(app, &outlooks, LongerPeriods::Delayed, deadline).await;
    let delays = delays(files, &result.failed, Timestamp::now());
    metrics::emit(app, result.counts, Some((started.elapsed(), &delays)));
    result.failed
}

/// Returns the time from each change to now, when the reports include it. Failed files have no such time yet.
fn delays(files: &BTreeMap<String, Changed>, failed: &BTreeSet<String>, now: Timestamp) -> Vec<Duration> {
    let refreshed = files.iter().filter(|(key, _)| !failed.contains(*key));
    // A clock that is ahead of S3's gives a negative delay, which is reported as zero.
    refreshed.filter_map(|(_, file)| Some(now.duration_since(file.since?).try_into().unwrap_or_default())).collect()
}

/// Returns the ids of all messages about the files `keys`.
fn messages_of(files: &BTreeMap<String, Changed>, keys: &BTreeSet<String>) -> BTreeSet<String> {
    keys.iter().filter_map(|key| files.get(key)).flat_map(|file| file.messages.iter().cloned()).collect()
}

/// Returns the partial batch response: SQS redelivers the failed messages and deletes the others.
fn response(failed_messages: impl IntoIterator<Item = String>) -> SqsBatchResponse {
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
        let variables = [("SALES_BUCKET", "b"), ("LEDGER_TABLE", "l"), ("REPORTS_TABLE", "r"), ("QUEUE_URL", "q")];
        let settings = Settings::read(&Variables::from_pairs(variables)).unwrap();
        let messages = [
            change("1", "b", "sales/a.csv", "2026-11-23T12:00:05Z"),
            change("2", "b", "sales/a.csv", "2026-11-23T12:00:00Z"),
            change("3", "b", "sales/b.csv", "2026-11-23T12:00:00Z"),
            change("4", "b", "other/a.csv", "2026-11-23T12:00:00Z"),
            change("5", "another", "sales/a.csv", "2026-11-23T12:00:00Z"),
            message("6", "hello"),
        ];
        let Classified { files, unrecognized, .. } = classify(&settings, &messages);
        assert_eq!(files.keys().collect::<Vec<_>>(), ["sales/a.csv", "sales/b.csv"]);
        assert_eq!(unrecognized.keys().collect::<Vec<_>>(), ["6"]);
        let failed = BTreeSet::from(["sales/a.csv".to_owned()]);
        assert_eq!(messages_of(&files, &failed), ["1".to_owned(), "2".to_owned()].into());
        let now = "2026-11-23T12:00:10Z".parse().unwrap();
        assert_eq!(delays(&files, &failed, now), [Duration::from_secs(10)]);
        assert_eq!(delays(&files, &BTreeSet::new(), now), [Duration::from_secs(10); 2], "from the earliest change");
    }

    #[test]
    fn side_files_are_left_out_and_commits_of_a_table_name_its_folder() {
        let variables = [("SALES_BUCKET", "b"), ("LEDGER_TABLE", "l"), ("REPORTS_TABLE", "r"), ("QUEUE_URL", "q")];
        let settings = Settings::read(&Variables::from_pairs(variables)).unwrap();
        let messages = ["_SUCCESS", "a.csv.crc", "orders/_delta_log/0.json", "orders/_delta_log/1.json"]
            .map(|name| change(name, "b", &format!("sales/{name}"), "2026-11-23T12:00:00Z"));
        let Classified { files, tables, unrecognized, .. } = classify(&settings, &messages);
        assert!(files.is_empty() && unrecognized.is_empty());
        assert_eq!(tables["sales/orders/"].messages.len(), 2);
    }
}
