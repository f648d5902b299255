//! Freshness: which of the expected sources are late. An answer that lacks their sales says so.

use jiff::Timestamp;
use standings_core::{Expected, Status};

use crate::lookup::{LookupError, ReportsTable};
use crate::settings::Settings;

/// An expected source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Source {
    pub(crate) name: String,
    /// Time of its last upload.
    pub(crate) arrived_at: Option<Timestamp>,
    pub(crate) is_late: bool,
}

/// Returns the expected sources. Reads the status, but nothing if no source is expected.
///
/// # Errors
///
/// If the status cannot be read.
pub(crate) async fn sources(
    reports: &ReportsTable,
    settings: &Settings,
    now: Timestamp,
) -> Result<Vec<Source>, LookupError> {
    if settings.expected.is_empty() {
        return Ok(Vec::new());
    }
    // Boxed, so that it does not make the future of every request larger.
    let Status { arrivals, .. } = Box::pin(reports.status()).await?.unwrap_or_default();
    let source = |(name, expected): (&String, &Expected)| {
        let arrived_at = arrivals.get(name).copied();
        Source { name: name.clone(), arrived_at, is_late: expected.is_late(arrived_at, now, &settings.time_zone) }
    };
    Ok(settings.expected.0.iter().map(source).collect())
}
