//! Rebuild: runs the pipeline for every sales file under a prefix, as if each of them had changed.

use std::collections::BTreeSet;
use std::time::Duration;

use serde::Serialize;
use tokio::time::Instant;

use crate::app::Recompute;
use crate::error::WorkError;
use crate::event::Rebuild;
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
    let listed: BTreeSet<String> = bucket::list(&app.s3, &app.settings.bucket, prefix).await?.into_iter().collect();
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
    let deleted = deleted_files(app, prefix, &listed).await?;
    run(app, deleted, deadline, &mut summary).await;
    tracing::info!(prefix, objects = summary.objects, failed = summary.failed.len(), "rebuild done");
    Ok(summary)
}

/// Returns the files that have contributions in the ledger but are no longer in the bucket, because the event of their
/// deletion was lost. The pipeline finds no object and empties their contributions.
async fn deleted_files(
    app: &Recompute,
    prefix: &str,
    listed: &BTreeSet<String>,
) -> Result<BTreeSet<String>, WorkError> {
    let mut deleted = BTreeSet::new();
    for fence in app.ledger.weeks_with_sales(None, None).await? {
        let files = app.ledger.files(fence.week, prefix).await?;
        deleted.extend(files.into_iter().filter(|key| !listed.contains(key)));
    }
    Ok(deleted)
}

/// Runs the pipeline for the sales files among `keys`, and adds the outcome to the summary.
async fn run(app: &Recompute, mut keys: BTreeSet<String>, deadline: Instant, summary: &mut Summary) {
    keys.retain(|key| app.settings.is_sales_file(key));
    summary.objects += keys.len();
    let started = Instant::now();
    let result = pipeline::run(app, keys, deadline).await;
    metrics::emit(app, result.counts, started.elapsed(), &[]);
    summary.failed.extend(result.failed);
}
