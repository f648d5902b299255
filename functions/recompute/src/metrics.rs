//! What is counted for whoever runs Standings.

use std::time::Duration;

use standings_lambda::{Metrics, Unit};

use crate::app::Recompute;

/// CloudWatch takes so many values of a metric from one line.
const MAX_VALUES: usize = 100;

/// What was taken in.
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

/// Writes the metrics of a piece of work; `delays` are the times from the events to the reports that hold them.
pub(crate) fn emit(app: &Recompute, counts: Counts, took: Duration, delays: &[Duration]) {
    let Some(function) = &app.settings.function_name else { return };
    let millis = |duration: &Duration| u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
    let mut metrics = Metrics::of(function)
        .with("Files", Unit::Count, counts.files)
        .with("Rows", Unit::Count, counts.rows)
        .with("SkippedRows", Unit::Count, counts.skipped_rows)
        .with("RejectedFiles", Unit::Count, counts.rejected_files)
        .with("RefreshDuration", Unit::Milliseconds, millis(&took));
    if !delays.is_empty() {
        let delays: Vec<u64> = delays.iter().take(MAX_VALUES).map(millis).collect();
        metrics = metrics.with("EventToReport", Unit::Milliseconds, delays);
    }
    metrics.emit();
}
