//! The pipeline from changed sales files to refreshed reports, which batches and rebuilds share.
//!
//! It goes up the tree of sums, level by level. Each level claims its subjects after the items of the level below have been
//! put, as [`fence`](crate::fence) requires, and handles each subject once, however many files it depends on:
//!
//! 1. ingest each file: its contributions to segments;
//! 2. sum up each affected shard, then each affected segment;
//! 3. refresh the reports of each affected week, and have those of longer periods refreshed later;
//! 4. refresh the latest reports and the status.
//!
//! At last, segments and days that no longer hold anything of a file are dropped from its members. What fails is recorded,
//! so that the status says so.
//!
//! A failure on any level fails the files that depend on the failed subject, and only those (partial batch failure). The
//! caller has their messages redelivered, and the whole pipeline runs again for them. That is safe because every step is
//! idempotent.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;
use std::time::Duration;

use futures_util::{StreamExt, stream};
use standings_core::{FiscalCalendar, Outlook, Period, PeriodKind, Segment, Week};
use tokio::time::{Instant, timeout_at};

use crate::app::Recompute;
use crate::error::WorkError;
use crate::isolation::isolated;
use crate::ledger::Shard;
use crate::metrics::Counts;
use crate::source::{self, Affected, Emptied};
use crate::{delayed, failures, refresh};

/// Files ingested concurrently, so that some are downloaded while another is parsed. The reader itself uses all cores.
const CONCURRENT_FILES: usize = 4;

/// Sums of shards or segments refreshed concurrently. They are small, and most of the time is DynamoDB's latency.
const CONCURRENT_SUMS: usize = 16;

/// Periods refreshed concurrently, so that DynamoDB's latency overlaps with the computation of reports.
pub(crate) const CONCURRENT_PERIODS: usize = 4;

/// Time to refresh the status after the deadline of the work, if something failed. A part of what is reserved for the
/// response.
const STATUS_TIME: Duration = Duration::from_millis(300);

/// Files to ingest, each with what happens if it fails.
pub(crate) type Files = BTreeMap<String, Outlook>;

/// Subjects, each with the keys of the files that affect it.
type Causes<S> = BTreeMap<S, BTreeSet<String>>;

/// What happens to months, quarters and years.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LongerPeriods {
    /// A delayed message has them refreshed.
    Delayed,
    /// The caller refreshes all of them when it is done.
    ByCaller,
}

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
pub(crate) async fn run(app: &Recompute, files: &Files, longer: LongerPeriods, deadline: Instant) -> BatchResult {
    // Futures of SDK calls are large and nested. Boxed, they take up neither the stack nor compile time.
    Box::pin(run_levels(app, files, longer, deadline)).await
}

async fn run_levels(app: &Recompute, files: &Files, longer: LongerPeriods, deadline: Instant) -> BatchResult {
    let Ingestion { ingested, failed, counts, segments, days, emptied } = ingest(app, files, deadline).await;
    let mut run = Run { app, files, deadline, failed, refreshed: BTreeMap::new() };
    if ingested.is_empty() {
        if !run.failed.is_empty() {
            refresh_status_of_failures(app, days, deadline).await;
        }
        return BatchResult { failed: run.failed, counts };
    }
    run.sum_up(&segments).await;
    run.refresh_weeks(&segments).await;
    if longer == LongerPeriods::Delayed {
        run.have_longer_periods_refreshed(&segments).await;
    }
    let Run { mut failed, refreshed, .. } = run;
    let has_failures = !failed.is_empty();
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

/// Outcome of the first level.
#[derive(Debug, Default)]
struct Ingestion {
    /// Keys of the ingested files, including rejected and deleted ones.
    ingested: BTreeSet<String>,
    /// Keys of the files that were not ingested.
    failed: BTreeSet<String>,
    counts: Counts,
    /// Segments whose contributions changed.
    segments: Causes<Segment>,
    /// Days whose uploads changed.
    days: BTreeSet<String>,
    /// Segments and days that no longer hold anything of a file, with the key of the file.
    emptied: Vec<(String, Emptied)>,
}

/// Ingests each file into the ledger.
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
                for segment in affected.segments {
                    ingestion.segments.entry(segment).or_default().insert(key.clone());
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

/// The levels above the files.
struct Run<'a> {
    app: &'a Recompute,
    files: &'a Files,
    deadline: Instant,
    /// Keys of the files that failed so far.
    failed: BTreeSet<String>,
    /// Refreshed weeks, each with the generation of the refresh.
    refreshed: BTreeMap<Period, u64>,
}

impl Run<'_> {
    /// Sums up the affected shards, then the affected segments.
    async fn sum_up(&mut self, segments: &Causes<Segment>) {
        let mut shards: Causes<Shard> = BTreeMap::new();
        for (segment, keys) in segments {
            for key in keys {
                shards.entry(Shard::of(*segment, key)).or_default().insert(key.clone());
            }
        }
        let app = self.app;
        let sums = level(&shards, CONCURRENT_SUMS, self.deadline, |shard| refresh::shard(app, shard)).await;
        for (shard, sum) in sums {
            if let Err(error) = sum {
                self.fail("shard", shard, shard.segment.week(), &error, &shards[&shard]).await;
            }
        }
        let sums = level(segments, CONCURRENT_SUMS, self.deadline, |segment| refresh::segment(app, segment)).await;
        for (segment, sum) in sums {
            if let Err(error) = sum {
                self.fail("segment", segment, segment.week(), &error, &segments[&segment]).await;
            }
        }
    }

    /// Refreshes the reports of the affected weeks.
    ///
    /// The week after an affected one is refreshed as well, because its reports show movement against it. If that week was
    /// never claimed there is nothing to refresh: a claim from now on reads the sums that the level below has put.
    async fn refresh_weeks(&mut self, segments: &Causes<Segment>) {
        let mut weeks: Causes<Week> = BTreeMap::new();
        for (segment, keys) in segments {
            for week in [segment.week(), segment.week().next()] {
                weeks.entry(week).or_default().extend(keys.iter().cloned());
            }
        }
        let affected: BTreeSet<Week> = segments.keys().map(|segment| segment.week()).collect();
        let (app, affected) = (self.app, &affected);
        let refreshed = level(&weeks, CONCURRENT_PERIODS, self.deadline, |week| async move {
            let is_refreshed = affected.contains(&week) || app.ledger.is_claimed(week.into()).await?;
            if is_refreshed { refresh::period(app, week.into()).await.map(Some) } else { Ok(None) }
        });
        for (week, outcome) in refreshed.await {
            match outcome {
                Ok(generation) => self.refreshed.extend(generation.map(|generation| (week.into(), generation))),
                Err(error) => self.fail("week", week, week, &error, &weeks[&week]).await,
            }
        }
    }

    /// Has the months, quarters and years of the affected segments refreshed later, and those after them, which are
    /// compared with them.
    async fn have_longer_periods_refreshed(&mut self, segments: &Causes<Segment>) {
        let calendar = self.app.settings.calendar;
        let mut periods: Causes<(Period, bool)> = BTreeMap::new();
        for (segment, keys) in segments {
            for period in longer_periods(*segment, calendar) {
                periods.entry((period, false)).or_default().extend(keys.iter().cloned());
                periods.entry((period.next(), true)).or_default().extend(keys.iter().cloned());
            }
        }
        let app = self.app;
        let wanted = level(&periods, CONCURRENT_SUMS, self.deadline, |(period, is_compared)| {
            delayed::want(app, period, is_compared)
        });
        for (subject @ (period, _), outcome) in wanted.await {
            if let Err(error) = outcome {
                tracing::error!(period.id = %period, %error, "refresh of {period} not scheduled");
                self.record_and_fail(period, &error, &periods[&subject]).await;
            }
        }
    }

    /// Logs that a subject of a week was not refreshed, and fails the files that affect it.
    async fn fail(
        &mut self,
        kind: &str,
        subject: impl Display,
        week: Week,
        error: &WorkError,
        causes: &BTreeSet<String>,
    ) {
        tracing::error!(week.id = %week, %error, "{kind} {subject} not refreshed");
        self.record_and_fail(week.into(), error, causes).await;
    }

    /// Records that a period is out of date, and fails the files that affect it.
    async fn record_and_fail(&mut self, period: Period, error: &WorkError, causes: &BTreeSet<String>) {
        // The period is refreshed with the first of these files that is handled again.
        let is_retried = causes.iter().any(|key| self.files.get(key) == Some(&Outlook::Retried));
        let outlook = if is_retried { Outlook::Retried } else { Outlook::GivenUp };
        record(self.app, period, error, outlook, self.deadline).await;
        self.failed.extend(causes.iter().cloned());
    }
}

/// Returns the months, quarters and years that a segment belongs to.
pub(crate) fn longer_periods(segment: Segment, calendar: FiscalCalendar) -> impl Iterator<Item = Period> {
    let periods = Period::all_of(segment.first_day(), calendar);
    periods.into_iter().flatten().filter(|period| period.kind() != PeriodKind::Week)
}

/// Refreshes the subjects of one level, `concurrent` at the same time, each isolated from the others.
async fn level<S: Copy, O, F>(
    subjects: &Causes<S>,
    concurrent: usize,
    deadline: Instant,
    refresh: impl Fn(S) -> F,
) -> Vec<(S, Result<O, WorkError>)>
where
    F: Future<Output = Result<O, WorkError>>,
{
    let subjects: Vec<S> = subjects.keys().copied().collect();
    stream::iter(subjects)
        .map(|subject| {
            let refresh = Box::pin(isolated(deadline, refresh(subject)));
            async move { (subject, refresh.await) }
        })
        .buffer_unordered(concurrent)
        .collect()
        .await
}

/// Refreshes periods at the request of a message or a rebuild. Returns those that failed.
pub(crate) async fn refresh_periods(
    app: &Recompute,
    periods: &BTreeMap<Period, Outlook>,
    deadline: Instant,
) -> BTreeSet<Period> {
    let causes: Causes<Period> = periods.keys().map(|period| (*period, BTreeSet::new())).collect();
    let refreshed = level(&causes, CONCURRENT_PERIODS, deadline, |period| async move {
        delayed::start(app, period).await?;
        refresh::period(app, period).await
    });
    let (mut failed, mut generations) = (BTreeSet::new(), BTreeMap::new());
    for (period, outcome) in refreshed.await {
        match outcome {
            Ok(generation) => drop(generations.insert(period, generation)),
            Err(error) => {
                tracing::error!(period.id = %period, %error, "{} {period} not refreshed", period.kind().name());
                record(app, period, &error, periods[&period], deadline).await;
                failed.insert(period);
            }
        }
    }
    if !refresh_latest_and_status(app, BTreeSet::new(), &generations, deadline).await {
        failed.extend(generations.into_keys());
    }
    failed
}

/// Records that a period was not refreshed, if there is time.
async fn record(app: &Recompute, period: Period, error: &WorkError, outlook: Outlook, deadline: Instant) {
    let record = failures::record_period(app, period, error, outlook);
    let end = deadline.max(Instant::now() + STATUS_TIME);
    if let Err(error) = isolated(end, Box::pin(async { Ok(record.await?) })).await {
        tracing::debug!(period.id = %period, %error, "failure not recorded");
    }
}

/// Refreshes the copies of the latest reports, then the status, which shows when the latest report was
/// computed. Returns whether both succeeded. They depend on every file, so a failure here fails all files of the batch.
async fn refresh_latest_and_status(
    app: &Recompute,
    days: BTreeSet<String>,
    refreshed: &BTreeMap<Period, u64>,
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
/// stay, so that the redelivered message refreshes their segments and days again.
async fn drop_members(emptied: Vec<(String, Emptied)>, failed: &BTreeSet<String>, deadline: Instant) {
    let done = emptied.into_iter().filter(|(key, _)| !failed.contains(key));
    let drops = stream::iter(done).for_each_concurrent(CONCURRENT_FILES, |(_, emptied)| emptied.drop_members());
    // At the deadline they stay, and the next upload of the file drops them.
    let _ = timeout_at(deadline, drops).await;
}
