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
//!
//! A failure in any phase fails the files that depend on the failed subject, and only those (partial batch failure).
//! The caller has their messages redelivered, and the whole pipeline runs again for them. That is safe because every
//! step is idempotent.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::AssertUnwindSafe;

use futures_util::{FutureExt, StreamExt, stream};
use standings_core::Week;
use tokio::time::{Instant, timeout_at};

use crate::app::Recompute;
use crate::error::WorkError;
use crate::metrics::Counts;
use crate::refresh;
use crate::source::{self, Affected, Emptied};

/// Files ingested concurrently, so that some are downloaded while another is parsed. The reader itself uses all cores.
const CONCURRENT_FILES: usize = 4;

/// Weeks refreshed concurrently, so that DynamoDB's latency overlaps with the computation of reports.
const CONCURRENT_WEEKS: usize = 4;

/// Outcome of the pipeline.
#[derive(Debug, Default)]
pub(crate) struct BatchResult {
    /// Keys of the files whose reports may be stale, and which have to be handled again.
    pub(crate) failed: BTreeSet<String>,
    /// Contents of the ingested files.
    pub(crate) counts: Counts,
}

/// Ingests the files `keys` and refreshes all reports that depend on them.
///
/// This never fails as a whole: failures are logged here and end in [`BatchResult::failed`].
pub(crate) async fn run(app: &Recompute, keys: BTreeSet<String>, deadline: Instant) -> BatchResult {
    // Futures of SDK calls are large and nested. Boxed, they take up neither the stack nor compile time.
    Box::pin(run_phases(app, keys, deadline)).await
}

async fn run_phases(app: &Recompute, keys: BTreeSet<String>, deadline: Instant) -> BatchResult {
    let Ingestion { ingested, mut failed, counts, weeks, days, emptied } = ingest(app, keys, deadline).await;
    if !ingested.is_empty() {
        failed.extend(refresh_weeks(app, &weeks, deadline).await);
        if !refresh_latest_and_status(app, days, deadline).await {
            failed.extend(ingested);
        }
        drop_members(emptied, &failed, deadline).await;
    }
    BatchResult { failed, counts }
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
    /// Days whose uploads changed.
    days: BTreeSet<String>,
    /// Weeks and days that no longer hold anything of a file, with the key of the file.
    emptied: Vec<(String, Emptied)>,
}

/// First phase: ingests each file into the ledger.
///
/// Content that cannot be used is not a failure here: the file is ingested as rejected. What fails is a call to S3 or
/// DynamoDB, and the file is then retried by redelivery.
async fn ingest(app: &Recompute, keys: BTreeSet<String>, deadline: Instant) -> Ingestion {
    let outcomes: Vec<(String, Result<Affected, WorkError>)> = stream::iter(keys)
        .map(|key| async move {
            let affected = isolated(deadline, Box::pin(source::ingest(app, &key))).await;
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
            }
        }
    }
    ingestion
}

/// Second phase: refreshes the reports of the affected weeks, and returns the keys of the files whose weeks failed.
///
/// The week after an affected one is refreshed as well, because its reports show movement against it. If that week was
/// never claimed there is nothing to refresh: a claim from now on reads the contributions that the first phase has put.
async fn refresh_weeks(
    app: &Recompute,
    affected: &BTreeMap<Week, BTreeSet<String>>,
    deadline: Instant,
) -> BTreeSet<String> {
    let to_refresh: BTreeSet<Week> = affected.keys().flat_map(|week| [*week, week.next()]).collect();
    let to_refresh: Vec<(Week, bool)> =
        to_refresh.into_iter().map(|week| (week, affected.contains_key(&week))).collect();
    let outcomes: Vec<(Week, Result<(), WorkError>)> = stream::iter(to_refresh)
        .map(|(week, is_affected)| async move {
            let refresh = async {
                if is_affected || app.ledger.is_claimed(week).await? { refresh::week(app, week).await } else { Ok(()) }
            };
            (week, isolated(deadline, Box::pin(refresh)).await)
        })
        .buffer_unordered(CONCURRENT_WEEKS)
        .collect()
        .await;

    let mut failed = BTreeSet::new();
    for (week, outcome) in outcomes {
        if let Err(error) = outcome {
            tracing::error!(week.id = %week, %error, "week {week} not refreshed");
            let causes = [week, week.previous()];
            failed.extend(causes.iter().filter_map(|week| affected.get(week)).flatten().cloned());
        }
    }
    failed
}

/// Third phase: refreshes the copies of the latest reports, then the status, which shows when the latest report was
/// computed. Returns whether both succeeded. They depend on every file, so a failure here fails all files of the batch.
async fn refresh_latest_and_status(app: &Recompute, days: BTreeSet<String>, deadline: Instant) -> bool {
    let refresh = async {
        refresh::latest(app).await?;
        refresh::status(app, days).await
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
async fn isolated<T>(deadline: Instant, work: impl Future<Output = Result<T, WorkError>>) -> Result<T, WorkError> {
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
    use std::time::Duration;

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
