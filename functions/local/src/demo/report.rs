//! A report as JSON, for whoever wants to check it.

use serde_json::{Value, json};
use standings_core::Report;

/// The report, with amounts as strings: a number in JSON is a float to most who read it.
pub(crate) fn json(report: &Report) -> serde_json::Result<String> {
    let entries: Vec<Value> = report
        .entries
        .iter()
        .map(|entry| {
            json!({
                "rank": entry.rank,
                "name": entry.name,
                "team": entry.team,
                "amount": entry.amount,
                "deals": entry.deals,
                "units": entry.units,
                "previous_rank": entry.previous_rank,
            })
        })
        .collect();
    serde_json::to_string_pretty(&json!({
        "week": report.week,
        "monday": report.monday,
        "sunday": report.sunday,
        "currency": report.currency,
        "total": report.total,
        "previous_total": report.previous_total,
        "salespeople": report.salespeople,
        "files": report.files,
        "rejected_files": report.rejected_files,
        "rows": report.rows,
        "skipped_rows": report.skipped_rows,
        "teams": report.teams,
        "computed_at": report.computed_at,
        "entries": entries,
    }))
}
