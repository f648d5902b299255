//! The pipeline from changed sales files to refreshed reports, which batches and rebuilds share.
//!
//! Three phases run one after the other. Each claims its subjects after the items of the phase before have been put, as
//! [`fence`](crate::fence) requires, and handles each subject once, however many files it depends on:
//!
//! 1. ingest each file into the ledger,
//! 2. refresh the reports of each affected week,
//! 3. refresh the latest reports and the status.
//!
//! At last, weeks and days that no longer hold anything of a file are dropped from its members.
//! What fails is recorded, so that the status says so.
//!
//! A failure in any phase fails the files that depend on the failed subject, and only those (partial batch failure).
//! The caller has their messages redelivered, and the whole pipeline runs again for them. That is safe because every
//! step is idempotent.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures_util::{FutureExt, StreamExt, stream};
use standings_core::{Outlook, Week};
use tokio::time::{Instant, timeout_at};

use crate::app::Recompute;
use crate::error::WorkError;
use crate::metrics::Counts;
use crate::source::{self, Affected, Emptied};
use crate::{failures, refresh};

/// Files ingested concurrently, so that some are downloaded while another is parsed. The reader itself uses all cores.
const CONCURRENT_FILES: usize = 4;

/// Weeks refreshed concurrently, so that DynamoDB's latency overlaps with the computation of reports.
const CONCURRENT_WEEKS: usize = 4;

/// Time to refresh the status after the deadline of the work, if something failed. A part of what is reserved for the
/// response.
const STATUS_TIME: Duration = Duration::from_millis(300);

/// Files to ingest, each with what happens if it fails.
pub(crate) type Files = BTreeMap<String, Outlook>;

/// Outcome of the pipeline.
#[derive(Debug, Default)]
pub(crate) struct BatchResult {
    /// Keys of the files whose reports may be stale, and which have to be handled again.
    pub(crate) failed: BTreeSet<String>,
    /// Contents of the ingested files.
    pub(crate) counts: Counts,
}

/// Ingests the files and refreshes all reports that depend on them.
///
/// This never fails as a whole: failures are logged here and end in [`BatchResult::failed`].
pub(crate) async fn run(app: &Recompute, files: &Files, deadline: Instant) -> BatchResult {
    // Futures of SDK calls are large and nested. Boxed, they take up neither the stack nor compile time.
    Box::pin(run_phases(app, files, deadline)).await
}

async fn run_phases(app: &Recompute, files: &Files, deadline: Instant) -> BatchResult {
    let Ingestion { ingested, mut failed, counts, weeks, days, emptied } = ingest(app, files, deadline).await;
    if ingested.is_empty() {
        if !failed.is_empty() {
            refresh_status_of_failures(app, days, deadline).await;
        }
        return BatchResult { failed, counts };
    }
    let Refresh { refreshed, failed: stale } = refresh_weeks(app, &weeks, files, deadline).await;
    let has_failures = !failed.is_empty() || !stale.is_empty();
    failed.extend(stale);
    if !refresh_latest_and_status(app, days.clone(), &refreshed, deadline).await {
        failed.extend(ingested);
        if has_failures {
            refresh_status_of_failures(app, days, deadline).await;
        }
    }
    drop_members(emptied, &failed, deadline).await;
    BatchResult { failed, counts }
}

/// Refreshes the status for what failed. If that fails too, the next batch does it.
pub(crate) async fn refresh_status_of_failures(app: &Recompute, days: BTreeSet<String>, deadline: Instant) {
    let end = deadline.max(Instant::now()) + STATUS_TIME;
    let refreshed = BTreeMap::new();
    let status = refresh::status(app, days, &refreshed);
    if let Err(error) = isolated(end, Box::pin(status)).await {
        tracing::debug!(%error, "status not refreshed after a failure");
    }
}

/// Outcome of the first phase.
#[derive(Debug, Default)]
struct Ingestion {
    /// Keys of the ingested files, including rejected and deleted ones.
    ingested: BTreeSet<String>,
    /// Keys of the files that were not ingested.
    failed: BTreeSet<String>,
    counts: Counts,
    /// Weeks whose contributions changed, each with the keys of the files that affect it.
    weeks: BTreeMap<Week, BTreeSet<String>>,
    /// Days whose uploads or failures changed.
    days: BTreeSet<String>,
    /// Weeks and days that no longer hold anything of a file, with the key of the file.
    emptied: Vec<(String, Emptied)>,
}

/// Outcome of the second phase.
#[derive(Debug, Default)]
struct Refresh {
    /// Refreshed weeks, each with the generation of the refresh.
    refreshed: BTreeMap<Week, u64>,
    /// Keys of the files whose weeks were not refreshed.
    failed: BTreeSet<String>,
}

/// First phase: ingests each file into the ledger.
///
/// Content that cannot be used is not a failure here: the file is ingested as rejected. What fails is a call to S3 or
/// DynamoDB, and the file is then retried by redelivery.
async fn ingest(app: &Recompute, files: &Files, deadline: Instant) -> Ingestion {
    let outcomes: Vec<(String, Result<Affected, WorkError>)> = stream::iter(files.clone())
        .map(|(key, outlook)| async move {
            let affected = Box::pin(source::ingest(app, &key, outlook, deadline)).await;
            (key, affected)
        })
        .buffer_unordered(CONCURRENT_FILES)
        .collect()
        .await;

    let mut ingestion = Ingestion::default();
    for (key, outcome) in outcomes {
        match outcome {
            Ok(affected) => {
                ingestion.counts.add(affected.counts);
                ingestion.emptied.extend(affected.emptied.map(|emptied| (key.clone(), emptied)));
                ingestion.days.extend(affected.days);
                for week in affected.weeks {
                    ingestion.weeks.entry(week).or_default().insert(key.clone());
                }
                ingestion.ingested.insert(key);
            }
            Err(error) => {
                tracing::error!(object.key = key, %error, "file {key} not ingested");
                ingestion.failed.insert(key);
                ingestion.days.insert(failures::today(app).to_string());
            }
        }
    }
    ingestion
}

/// Second phase: refreshes the reports of the affected weeks.
///
/// The week after an affected one is refreshed as well, because its reports show movement against it. If that week was
/// never claimed there is nothing to refresh: a claim from now on reads the contributions that the first phase has put.
async fn refresh_weeks(
    app: &Recompute,
    affected: &BTreeMap<Week, BTreeSet<String>>,
    files: &Files,
    deadline: Instant,
) -> Refresh {
    let to_refresh: BTreeSet<Week> = affected.keys().flat_map(|week| [*week, week.next()]).collect();
    let to_refresh: Vec<(Week, bool)> =
        to_refresh.into_iter().map(|week| (week, affected.contains_key(&week))).collect();
    let outcomes: Vec<(Week, Result<Option<u64>, WorkError>)> = stream::iter(to_refresh)
        .map(|(week, is_affected)| async move {
            let refresh = async {
                let is_refreshed = is_affected || app.ledger.is_claimed(week).await?;
                if is_refreshed { refresh::week(app, week).await.map(Some) } else { Ok(None) }
            };
            (week, isolated(deadline, Box::pin(refresh)).await)
        })
        .buffer_unordered(CONCURRENT_WEEKS)
        .collect()
        .await;

    let mut refresh = Refresh::default();
    for (week, outcome) in outcomes {
        match outcome {
            Ok(generation) => refresh.refreshed.extend(generation.map(|generation| (week, generation))),
            Err(error) => {
                tracing::error!(week.id = %week, %error, "week {week} not refreshed");
                let causes = [week, week.previous()];
                let causes: BTreeSet<String> =
                    causes.iter().filter_map(|week| affected.get(week)).flatten().cloned().collect();
                // The week is refreshed with the first of these files that is handled again.
                let is_retried = causes.iter().any(|key| files.get(key) == Some(&Outlook::Retried));
                let outlook = if is_retried { Outlook::Retried } else { Outlook::GivenUp };
                let record = failures::record_week(app, week, &error, outlook);
                let end = deadline.max(Instant::now() + STATUS_TIME);
                if let Err(error) = isolated(end, Box::pin(async { Ok(record.await?) })).await {
                    tracing::debug!(week.id = %week, %error, "failure not recorded");
                }
                refresh.failed.extend(causes);
            }
        }
    }
    refresh
}

/// Third phase: refreshes the copies of the latest reports, then the status, which shows when the latest report was
/// computed. Returns whether both succeeded. They depend on every file, so a failure here fails all files of the batch.
async fn refresh_latest_and_status(
    app: &Recompute,
    days: BTreeSet<String>,
    refreshed: &BTreeMap<Week, u64>,
    deadline: Instant,
) -> bool {
    let refresh = async {
        refresh::latest(app).await?;
        refresh::status(app, days, refreshed).await
    };
    match isolated(deadline, Box::pin(refresh)).await {
        Ok(()) => true,
        Err(error) => {
            tracing::error!(%error, "latest reports or status not refreshed");
            false
        }
    }
}

/// Drops the members of files that were written empty, now that what depends on them is refreshed. Those of failed files
/// stay, so that the redelivered message refreshes their weeks and days again.
async fn drop_members(emptied: Vec<(String, Emptied)>, failed: &BTreeSet<String>, deadline: Instant) {
    let done = emptied.into_iter().filter(|(key, _)| !failed.contains(key));
    let drops = stream::iter(done).for_each_concurrent(CONCURRENT_FILES, |(_, emptied)| emptied.drop_members());
    // At the deadline they stay, and the next upload of the file drops them.
    let _ = timeout_at(deadline, drops).await;
}

/// Runs `work` until the deadline, and turns a panic into an error.
///
/// One file or week must not take the others down with it. A panic or a timeout of the invocation would have Lambda
/// redeliver every message of the batch together with the one that causes it, until all of them are in the dead-letter
/// queue.
pub(crate) async fn isolated<T>(
    deadline: Instant,
    work: impl Future<Output = Result<T, WorkError>>,
) -> Result<T, WorkError> {
    // `AssertUnwindSafe` is sound: the panicking future's state is dropped, and every table write is guarded by the
    // fence, so stopping at any point is safe. The same holds for the deadline, which drops the future.
    let work = AssertUnwindSafe(work).catch_unwind();
    match timeout_at(deadline, work).await {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(_panic)) => Err(WorkError::Panicked),
        Err(_elapsed) => Err(WorkError::OutOfTime),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_and_a_timeout_leave_concurrent_work_alone() {
        let soon = Instant::now() + Duration::from_millis(50);
        let (panicked, stuck, done) = tokio::join!(
            isolated::<()>(soon, async { panic!("a bug") }),
            isolated::<()>(soon, std::future::pending()),
            isolated(soon, async { Ok(1) }),
        );
        assert!(matches!(panicked, Err(WorkError::Panicked)));
        assert!(matches!(stuck, Err(WorkError::OutOfTime)));
        assert!(matches!(done, Ok(1)));
    }
}
