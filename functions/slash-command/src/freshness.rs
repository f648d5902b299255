//! Freshness: which of the expected sources are late. An answer that lacks their sales says so.

use jiff::Timestamp;
use standings_core::Status;

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
    let Status { arrivals, .. } = reports.status().await?.unwrap_or_default();
    let late: Vec<&str> = settings.expected.late(&arrivals, now, &settings.time_zone).map(|(name, _)| name).collect();
    let source = |name: &String| Source {
        name: name.clone(),
        arrived_at: arrivals.get(name).copied(),
        is_late: late.contains(&name.as_str()),
    };
    Ok(settings.expected.0.keys().map(source).collect())
}
