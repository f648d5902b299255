//! The latest report as JSON, for `--report`.

use serde_json::{Value, json};
use standings_core::Report;

/// Returns a report as JSON. Amounts are strings, because most JSON parsers read numbers as floats.
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
        "period": report.period,
        "first_day": report.period.first_day(),
        "last_day": report.period.last_day(),
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
