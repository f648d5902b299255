//! Rebuild: runs the pipeline for every sales file under a prefix, as if each of them had changed, and then refreshes all
//! months, quarters and years.

use std::collections::BTreeSet;
use std::time::Duration;

use serde::Serialize;
use standings_core::{Outlook, Period};
use tokio::time::Instant;

use crate::app::Recompute;
use crate::error::WorkError;
use crate::event::Rebuild;
use crate::pipeline::LongerPeriods;
use crate::sales_key::KeyKind;
use crate::{bucket, metrics, pipeline};

/// Files per run of the pipeline. Each run refreshes a week once for all of its files, so larger runs do less work; 200
/// files leave enough checks of the deadline in between.
pub(crate) const FILES_PER_RUN: usize = 200;

/// Time that must be left to start another run. With less, the rest is left to the next invocation.
pub(crate) const TIME_PER_RUN: Duration = Duration::from_secs(30);

/// Periods refreshed per run.
const PERIODS_PER_RUN: usize = 16;

/// Time that must be left to start another run of periods: a year of thousands of people takes a second or two.
const TIME_PER_PERIODS: Duration = Duration::from_secs(5);

/// Start of a `next` that is a period. No key of a sales file starts with it, since keys start with the prefix.
const PERIOD: &str = "period#";

/// Response of a rebuild.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Summary {
    /// Number of handled files.
    objects: usize,
    /// Keys of the files that failed. The log has the reasons.
    failed: BTreeSet<String>,
    /// The periods that were not refreshed, likewise.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    failed_periods: BTreeSet<Period>,
    /// If time ran out, the last handled key or period: invoke again with it as `start_after`. `None` if the rebuild is
    /// complete.
    next: Option<String>,
}

/// Rebuilds all sales files under the prefix: those in the bucket, and those that were deleted but are still in the
/// ledger. Then refreshes the months, quarters and years.
///
/// # Errors
///
/// If the bucket or the ledger cannot be listed. Failures of single files and periods are part of the summary.
pub(crate) async fn handle(app: &Recompute, rebuild: &Rebuild, deadline: Instant) -> Result<Summary, WorkError> {
    let mut summary = Summary::default();
    let start_after = rebuild.start_after.as_deref();
    let period = start_after.and_then(|next| next.strip_prefix(PERIOD)?.parse::<Period>().ok());
    let is_interrupted = match period {
        Some(_) => false,
        None => ingest_all(app, rebuild, deadline, &mut summary).await?,
    };
    if !is_interrupted {
        refresh_all(app, period, deadline, &mut summary).await?;
    }
    let Summary { objects, failed, next, .. } = &summary;
    if next.is_none() {
        tracing::info!(objects, failed = failed.len(), "rebuild done");
    }
    Ok(summary)
}

/// Ingests the files. Returns whether time ran out; `next` then has the last one.
async fn ingest_all(
    app: &Recompute,
    rebuild: &Rebuild,
    deadline: Instant,
    summary: &mut Summary,
) -> Result<bool, WorkError> {
    let prefix = rebuild.prefix.as_deref().unwrap_or(&app.settings.prefix);
    let mut listed = BTreeSet::new();
    bucket::list(&app.s3, &app.settings.bucket, prefix, |object| {
        if app.settings.kind_of(&object.key) == KeyKind::SalesFile {
            listed.insert(object.key);
        }
    })
    .await?;
    let mut next = rebuild.start_after.clone();
    let rest: Vec<String> = listed.iter().filter(|&key| next.as_ref().is_none_or(|next| key > next)).cloned().collect();
    for keys in rest.chunks(FILES_PER_RUN) {
        // The first run starts regardless of the time left. Otherwise an invocation with a short timeout would do
        // nothing, and so would every further one.
        if next != rebuild.start_after && Instant::now() + TIME_PER_RUN > deadline {
            summary.next = next;
            return Ok(true);
        }
        run(app, keys.iter().cloned().collect(), deadline, summary).await;
        next = keys.last().cloned();
    }
    let gone = gone_files(app, prefix, &listed).await?;
    run(app, gone, deadline, summary).await;
    app.migration.finish(&app.ledger).await?;
    Ok(false)
}

/// Refreshes the months, quarters and years that have a segment in the ledger, those after the period `start_after`. If time
/// runs out, `next` has the last one.
async fn refresh_all(
    app: &Recompute,
    start_after: Option<Period>,
    deadline: Instant,
    summary: &mut Summary,
) -> Result<(), WorkError> {
    let segments = app.ledger.segments().await?.into_iter();
    let periods: BTreeSet<Period> =
        segments.flat_map(|segment| pipeline::longer_periods(segment, app.settings.calendar)).collect();
    let rest: Vec<Period> =
        periods.into_iter().filter(|&period| start_after.is_none_or(|last| period > last)).collect();
    let mut last = start_after;
    for some in rest.chunks(PERIODS_PER_RUN) {
        // The first run starts regardless of the time left, likewise.
        if last != start_after && Instant::now() + TIME_PER_PERIODS > deadline {
            summary.next = last.map(|last| format!("{PERIOD}{last}"));
            return Ok(());
        }
        let outlooks = some.iter().map(|period| (*period, Outlook::GivenUp)).collect();
        summary.failed_periods.extend(pipeline::refresh_periods(app, &outlooks, deadline).await);
        last = some.last().copied();
    }
    Ok(())
}

/// Returns the files that are in the ledger but not among the sales files in the bucket: the event of their deletion was
/// lost, or an older version of Standings took them for sales files. The pipeline empties what is stored of them.
async fn gone_files(app: &Recompute, prefix: &str, listed: &BTreeSet<String>) -> Result<BTreeSet<String>, WorkError> {
    let mut gone = BTreeSet::new();
    let days = app.ledger.upload_days().await?.into_iter().map(Some);
    for day in days.chain([None]) {
        let files = app.ledger.files(day, prefix).await?;
        gone.extend(files.into_iter().filter(|key| !listed.contains(key)));
    }
    Ok(gone)
}

/// Runs the pipeline for the files `keys`, and adds the outcome to the summary.
async fn run(app: &Recompute, keys: BTreeSet<String>, deadline: Instant, summary: &mut Summary) {
    summary.objects += keys.len();
    // Nothing is redelivered: whoever started the rebuild sees what failed.
    let files = keys.into_iter().map(|key| (key, Outlook::GivenUp)).collect();
    let result = pipeline::run(app, &files, LongerPeriods::ByCaller, deadline).await;
    metrics::emit(app, result.counts, None);
    summary.failed.extend(result.failed);
}
