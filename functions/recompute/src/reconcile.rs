//! Reconciliation: finds recent files whose events were lost, by comparing the bucket with the ledger, and runs the pipeline
//! for them.
//!
//! Events get lost when the notifications of a bucket are replaced, a rule is deleted or a permission is withdrawn, and nothing
//! else tells. A rebuild would heal that as well, but reads every file again. This reads the listing of the bucket and the
//! records of the days in question, which costs a fraction of a cent when nothing is amiss.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use serde::Serialize;
use standings_core::Outlook;
use tokio::time::Instant;

use crate::app::Recompute;
use crate::bucket::{self, Listed};
use crate::error::WorkError;
use crate::event::Reconcile;
use crate::ledger::Version;
use crate::pipeline::LongerPeriods;
use crate::rebuild::{FILES_PER_RUN, TIME_PER_RUN};
use crate::sales_key::{KeyKind, is_marker};
use crate::{metrics, pipeline};

/// Age up to which a file is left alone: its event is probably on its way, or being handled again.
const ON_ITS_WAY: SignedDuration = SignedDuration::from_mins(15);

/// Response of a reconciliation.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Summary {
    /// Number of recent files that were compared.
    compared: usize,
    /// Keys of those whose event was lost: uploaded, replaced or deleted.
    missed: BTreeSet<String>,
    /// Keys of those that failed. The log has the reasons.
    failed: BTreeSet<String>,
    /// Number of those for which there was no time. The next reconciliation finds them again.
    left: usize,
}

/// Compares the files that were uploaded in the last days with the ledger, and ingests those that differ.
///
/// # Errors
///
/// If the bucket or the ledger cannot be listed. Failures of single files are part of the summary.
pub(crate) async fn handle(app: &Recompute, request: &Reconcile, deadline: Instant) -> Result<Summary, WorkError> {
    let now = Timestamp::now();
    let mut comparison = Comparison::new(now, request.days);
    // The ledger first: a file that is ingested after it was read is in the listing, too young to be compared.
    for day in comparison.days(now) {
        comparison.recorded.extend(app.ledger.versions(day).await?);
    }
    bucket::list(&app.s3, &app.settings.bucket, &app.settings.prefix, |object| {
        if app.settings.kind_of(&object.key) == KeyKind::SalesFile && !is_marker(&object.key, object.size) {
            comparison.add(object);
        }
    })
    .await?;
    let mut summary = Summary { compared: comparison.compared, missed: comparison.missed(), ..Summary::default() };
    let missed: Vec<String> = summary.missed.iter().cloned().collect();
    summary.left = missed.len();
    for keys in missed.chunks(FILES_PER_RUN) {
        // The first run starts regardless of the time left.
        if summary.left < missed.len() && Instant::now() + TIME_PER_RUN > deadline {
            break;
        }
        summary.left -= keys.len();
        for key in keys {
            tracing::warn!(object.key = key, "file {key} was changed without an event; ingested now");
        }
        // Nothing is redelivered; the next reconciliation tries again.
        let files = keys.iter().map(|key| (key.clone(), Outlook::Retried)).collect();
        let result = pipeline::run(app, &files, LongerPeriods::Delayed, deadline).await;
        metrics::emit(app, result.counts, None);
        summary.failed.extend(result.failed);
    }
    metrics::emit_missed(app, summary.missed.len());
    let Summary { compared, missed, failed, left } = &summary;
    tracing::info!(compared, missed = missed.len(), failed = failed.len(), left, "reconciliation done");
    Ok(summary)
}

/// The comparison of a listing with the records of the ledger.
#[derive(Debug)]
struct Comparison {
    /// Upload time from which on files are compared, and the one up to which.
    from: Timestamp,
    to: Timestamp,
    /// Recorded versions by key. Those that the bucket has are taken out.
    recorded: BTreeMap<String, Version>,
    missed: BTreeSet<String>,
    compared: usize,
}

impl Comparison {
    fn new(now: Timestamp, days: u16) -> Self {
        let from = now - SignedDuration::from_hours(24 * i64::from(days));
        Self { from, to: now - ON_ITS_WAY, recorded: BTreeMap::new(), missed: BTreeSet::new(), compared: 0 }
    }

    /// Returns the days of the records, in UTC.
    fn days(&self, now: Timestamp) -> impl Iterator<Item = Date> + use<> {
        let [first, last] = [self.from, now].map(|time| TimeZone::UTC.to_datetime(time).date());
        first.series(1.day()).take_while(move |day| *day <= last)
    }

    /// Adds a sales file of the bucket.
    fn add(&mut self, object: Listed) {
        let recorded = self.recorded.remove(&object.key);
        if object.uploaded_at < self.from || object.uploaded_at > self.to {
            return;
        }
        self.compared += 1;
        if recorded.is_none_or(|version| !version.is_of(&object)) {
            self.missed.insert(object.key);
        }
    }

    /// Returns the keys of the files to ingest, once all of the bucket were added: what is still recorded is gone.
    fn missed(self) -> BTreeSet<String> {
        // A file whose time is that of the first day but before `from` was in the listing as well, if it is there.
        let gone = self.recorded.into_iter().filter(|(_, version)| version.uploaded_at <= self.to);
        self.missed.into_iter().chain(gone.map(|(key, _)| key)).collect()
    }
}

impl Version {
    /// Returns whether the record is of the version in the bucket. Its time is that of a header, in whole seconds.
    fn is_of(&self, object: &Listed) -> bool {
        let is_other = matches!((&self.etag, &object.etag), (Some(a), Some(b)) if a != b);
        !is_other && self.uploaded_at.as_second() == object.uploaded_at.as_second()
    }
}
