//! Metrics of a batch, a rebuild or a reconciliation, for the dashboard and the alarms.

use std::time::Duration;

use standings_lambda::metrics::MAX_VALUES;
use standings_lambda::{Metrics, Unit, milliseconds};

use crate::app::Recompute;

/// Numbers of ingested files and of their rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) files: u64,
    pub(crate) rows: u64,
    pub(crate) skipped_rows: u64,
    pub(crate) rejected_files: u64,
}

impl Counts {
    pub(crate) fn add(&mut self, other: Self) {
        self.files += other.files;
        self.rows += other.rows;
        self.skipped_rows += other.skipped_rows;
        self.rejected_files += other.rejected_files;
    }
}

/// Emits the metrics of files. A batch also has a duration, and the times from each change in the bucket to the reports that
/// include it. Other work is not watched by the second.
pub(crate) fn emit(app: &Recompute, counts: Counts, batch: Option<(Duration, &[Duration])>) {
    let Some(function) = &app.settings.function_name else { return };
    let mut metrics = Metrics::of(function)
        .with("Files", Unit::Count, counts.files)
        .with("Rows", Unit::Count, counts.rows)
        .with("SkippedRows", Unit::Count, counts.skipped_rows)
        .with("RejectedFiles", Unit::Count, counts.rejected_files);
    if let Some((took, delays)) = batch {
        metrics = metrics.with("RefreshDuration", Unit::Milliseconds, milliseconds(took));
        let delays: Vec<u64> = delays.iter().take(MAX_VALUES).copied().map(milliseconds).collect();
        if !delays.is_empty() {
            metrics = metrics.with("EventToReport", Unit::Milliseconds, delays);
        }
    }
    metrics.emit();
}

/// Emits the number of files whose events were lost.
pub(crate) fn emit_missed(app: &Recompute, files: usize) {
    if let Some(function) = &app.settings.function_name {
        Metrics::of(function).with("MissedFiles", Unit::Count, files).emit();
    }
}
