//! Rebuild: runs the pipeline for every sales file under a prefix, as if each of them had changed, and then refreshes all
//! months, quarters and years.

use std::collections::BTreeSet;
use std::time::Duration;

use serde::Serialize;
use standings_core::{Outlook, Period};
use tokio::time::Instant;

use crate::app::Recompute;
use crate::error::{StoreError, WorkError};
use crate::event::Rebuild;
use crate::pipeline::LongerPeriods;
use crate::sales_key::KeyKind;
use crate::{bucket, metrics, pipeline};

/// Files per run of the pipeline. Each run refreshes a week once for all of its files, so larger runs do less work; 200
/// files leave enough checks of the deadline in between.
const FILES_PER_RUN: usize = 200;

/// Time that must be left to start another run. With less, the rest is left to the next invocation.
const TIME_PER_RUN: Duration = Duration::from_secs(30);

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
    /// If time ran out, the last handled key: invoke again with it as `start_after`. `None` if the rebuild is complete.
    next: Option<String>,
}

/// Rebuilds all sales files under the prefix: those in the bucket, and those that were deleted but are still in the
/// ledger.
///
/// # Errors
///
/// If the bucket or the ledger cannot be listed. Failures of single files are part of the summary.
pub(crate) async fn handle(app: &Recompute, rebuild: &Rebuild, deadline: Instant) -> Result<Summary, WorkError> {
    let prefix = rebuild.prefix.as_deref().unwrap_or(&app.settings.prefix);
    let listed = bucket::list(&app.s3, &app.settings.bucket, prefix).await?;
    let is_sales_file = |key: &String| app.settings.kind_of(key) == KeyKind::SalesFile;
    let listed: BTreeSet<String> = listed.into_iter().filter(is_sales_file).collect();
    let mut summary = Summary::default();
    let mut next = rebuild.start_after.clone();
    let rest: Vec<String> = listed.iter().filter(|&key| next.as_ref().is_none_or(|next| key > next)).cloned().collect();
    for keys in rest.chunks(FILES_PER_RUN) {
        // The first run starts regardless of the time left. Otherwise an invocation with a short timeout would do
        // nothing, and so would every further one.
        if next != rebuild.start_after && Instant::now() + TIME_PER_RUN > deadline {
            summary.next = next;
            return Ok(summary);
        }
        run(app, keys.iter().cloned().collect(), deadline, &mut summary).await;
        next = keys.last().cloned();
    }
    let gone = gone_files(app, prefix, &listed).await?;
    run(app, gone, deadline, &mut summary).await;
    let is_migrated = app.migration.finish(&app.ledger).await?;
    let periods = all_periods(app, is_migrated).await?;
    // A few at a time, so that the rest is left to the next invocation in time.
    let periods: Vec<Period> = periods.into_iter().collect();
    for some in periods.chunks(pipeline::CONCURRENT_PERIODS) {
        if Instant::now() + TIME_PER_RUN > deadline {
            summary.next = next.or_else(|| Some(String::new()));
            return Ok(summary);
        }
        let some = some.iter().map(|period| (*period, Outlook::GivenUp)).collect();
        summary.failed_periods.extend(pipeline::refresh_periods(app, &some, deadline).await);
    }
    tracing::info!(prefix, objects = summary.objects, failed = summary.failed.len(), "rebuild done");
    Ok(summary)
}

/// Returns the months, quarters and years that have a segment in the ledger, and with `weeks` also the weeks.
async fn all_periods(app: &Recompute, weeks: bool) -> Result<BTreeSet<Period>, StoreError> {
    let mut periods = BTreeSet::new();
    for segment in app.ledger.segments().await? {
        periods.extend(pipeline::longer_periods(segment, app.settings.calendar));
        periods.extend(weeks.then(|| Period::Week(segment.week())));
    }
    Ok(periods)
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
    let started = Instant::now();
    // Nothing is redelivered: whoever started the rebuild sees what failed.
    let files = keys.into_iter().map(|key| (key, Outlook::GivenUp)).collect();
    let result = pipeline::run(app, &files, LongerPeriods::ByCaller, deadline).await;
    metrics::emit(app, result.counts, started.elapsed(), &[]);
    summary.failed.extend(result.failed);
}
