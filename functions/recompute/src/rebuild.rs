//! Rebuild: every object under a prefix is put through the same path as one that changed.

use std::collections::BTreeSet;
use std::time::Duration;

use serde::Serialize;
use tokio::time::Instant;

use crate::app::Recompute;
use crate::error::WorkError;
use crate::event::Rebuild;
use crate::{batch, bucket, ledger, metrics, weeks};

/// So many objects are worked through at a time, so that a week they share is refreshed once for all of them.
const AT_ONCE: usize = 200;

/// With less time than this left, the rest is for the next invocation.
const RESERVE: Duration = Duration::from_secs(30);

/// What a rebuild did.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Summary {
    /// The objects that were put through.
    objects: usize,
    /// The keys of those that failed; the log says why.
    failed: BTreeSet<String>,
    /// Where the time ran out: invoke again with this as `start_after`. None where all is done.
    next: Option<String>,
}

/// Puts every object under the prefix through, and those that the ledger knows and the bucket no longer has.
pub(crate) async fn handle(app: &Recompute, rebuild: &Rebuild, deadline: Instant) -> Result<Summary, WorkError> {
    let prefix = rebuild.prefix.as_deref().unwrap_or(&app.settings.prefix);
    let listed = listed(app, prefix).await?;
    let mut summary = Summary::default();
    let mut next = rebuild.start_after.clone();
    let rest: Vec<String> = listed.iter().filter(|&key| next.as_ref().is_none_or(|next| key > next)).cloned().collect();
    for part in rest.chunks(AT_ONCE) {
        // The first part is done in any case: an invocation that does nothing would be followed by the same one.
        if next != rebuild.start_after && Instant::now() + RESERVE > deadline {
            summary.next = next;
            return Ok(summary);
        }
        put_through(app, part.iter().cloned().collect(), deadline, &mut summary).await;
        next = part.last().cloned();
    }
    // What was deleted while nobody listened has left its contributions behind. Putting it through again finds nothing
    // in the bucket, and empties them.
    let mut gone = BTreeSet::new();
    for found in weeks::with_sales(app, None, None).await? {
        let files = ledger::files(&app.dynamodb, &app.settings.ledger_table, found.week, prefix).await?;
        gone.extend(files.into_iter().filter(|key| !listed.contains(key)));
    }
    put_through(app, gone, deadline, &mut summary).await;
    tracing::info!(prefix, objects = summary.objects, failed = summary.failed.len(), "the rebuild is done");
    Ok(summary)
}

async fn put_through(app: &Recompute, mut keys: BTreeSet<String>, deadline: Instant, summary: &mut Summary) {
    keys.retain(|key| batch::is_sales_file(key, &app.settings.prefix));
    summary.objects += keys.len();
    let started = Instant::now();
    let worked = batch::work_through(app, keys, deadline).await;
    metrics::emit(app, worked.counts, started.elapsed(), &[]);
    summary.failed.extend(worked.again);
}

async fn listed(app: &Recompute, prefix: &str) -> Result<BTreeSet<String>, WorkError> {
    let keys = bucket::list(&app.s3, &app.settings.bucket, prefix).await?;
    Ok(keys.into_iter().collect())
}
