//! The status: the latest uploads, their problems, and what failed.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use jiff::Timestamp;
use jiff::civil::Date;
use standings_core::{Board, Failure, Period, Report, Status, Upload, Week, status};
use standings_lambda::milliseconds;

use crate::app::Recompute;
use crate::arrivals;
use crate::error::{StoreError, WorkError, json_error};
use crate::failures;
use crate::ledger::{Subject, Uploads};
use crate::reports::StoredReport;

/// Upload days that the status looks back at. Days without uploads do not count.
const STATUS_DAYS: usize = 14;

/// Uploads that the status looks at, and with a problem likewise: the latest ones. So it takes no longer on a day of
/// thousands of uploads.
const MAX_LOOKED_AT: usize = 100;

/// Refreshes the status after the uploads of `days` changed, and the periods `refreshed` were refreshed under claims of
/// these generations.
pub(crate) async fn status(
    app: &Recompute,
    days: BTreeSet<String>,
    refreshed: &BTreeMap<Period, u64>,
) -> Result<(), WorkError> {
    let started = Instant::now();
    let (claim, stored) = loop {
        // Days are never removed from the set; one without uploads costs an empty query at most.
        let claim = app.ledger.claim_with_members(Subject::Status, days.clone()).await?;
        let stored = app.ledger.failures().await?;
        // A failure that is cleared after the claim may have been read by a newer one, so the status is claimed again.
        if !failures::clear(app, &stored, refreshed).await? {
            break (claim, stored);
        }
    };
    let now = Timestamp::now();
    let current = stored.into_iter().filter(|stored| stored.is_current(now));
    let mut failures: Vec<Failure> = current.map(|stored| stored.failure).collect();
    failures.extend(app.ledger.failed_files().await?);
    let days: Vec<Date> = claim.members.iter().rev().filter_map(|day| day.parse().ok()).take(STATUS_DAYS).collect();
    let mut uploads = latest_uploads(app, &days, Uploads::All).await?;
    for upload in latest_uploads(app, &days, Uploads::WithProblem).await? {
        if !uploads.iter().any(|listed| listed.key == upload.key && listed.uploaded_at == upload.uploaded_at) {
            uploads.push(upload);
        }
    }
    let newest = newest_report(app).await?;
    let arrivals = arrivals::all(app).await?;
    let status = Status { prefix: app.settings.prefix.clone(), arrivals, ..Status::of(uploads, failures, newest, now) };
    let text = serde_json::to_string(&status).map_err(json_error("the status"))?;
    app.reports.put(&claim, vec![StoredReport::text(status::KEY, text)]).await?;

    tracing::info!(generation = claim.generation, duration_ms = milliseconds(started.elapsed()), "status refreshed");
    Ok(())
}

/// Returns the uploads of the latest days, up to the day on which there are enough of them.
async fn latest_uploads(app: &Recompute, days: &[Date], of: Uploads) -> Result<Vec<Upload>, StoreError> {
    let mut uploads = Vec::new();
    for day in days {
        uploads.extend(app.ledger.uploads(*day, of, MAX_LOOKED_AT - uploads.len()).await?);
        if uploads.len() >= status::MAX_UPLOADS {
            break;
        }
    }
    Ok(uploads)
}

/// Returns the week and computation time of the latest company report, if it has sales.
async fn newest_report(app: &Recompute) -> Result<Option<(Week, Timestamp)>, StoreError> {
    let Some(stored) = app.reports.get(Board::Company.latest_key()).await? else { return Ok(None) };
    let report = stored.as_s().ok().and_then(|text| Report::decode(text).ok());
    let of_week = |report: Report| match report.period {
        Period::Week(week) if report.rows > 0 => Some((week, report.computed_at)),
        _ => None,
    };
    Ok(report.and_then(of_week))
}
