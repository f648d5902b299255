//! The reports of a period.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use jiff::Timestamp;
use standings_core::period_reports::{Computation, PeriodReports};
use standings_core::{Period, Roster};
use standings_lambda::milliseconds;

use super::latest::empty_report;
use crate::app::Recompute;
use crate::error::{WorkError, encoding_error, json_error};
use crate::ledger::Subject;
use crate::migration;
use crate::reports::{ReportMember, StoredReport};

/// Refreshes the reports of a period from the sums of its segments. Returns the generation of its claim.
pub(crate) async fn period(app: &Recompute, period: Period) -> Result<u64, WorkError> {
    let started = Instant::now();
    let claim = app.ledger.claim(Subject::Period(period)).await?;
    let is_migrating = app.migration.is_pending(&app.ledger).await?;
    let (mut sum, mut previous) = app.ledger.sums_of_period(period).await?;
    if is_migrating {
        migration::add_version_1(app, period, &mut sum, &mut previous).await?;
    }
    let currency = &app.settings.reading.currency;
    let now = Timestamp::now();
    let today = app.settings.reading.time_zone.to_datetime(now).date();
    let computation = Computation { period, currency, today, computed_at: now, is_migrating };
    let (files, rows) = (sum.files, sum.total.rows);
    let PeriodReports { boards: reports, roster } = PeriodReports::compute(computation, &sum, &previous);

    let mut bodies: BTreeMap<ReportMember, StoredReport> = BTreeMap::new();
    for (board, report) in reports {
        let report = report.encode().map_err(json_error("a report"))?;
        let key = board.key(period);
        bodies.insert(ReportMember::Board(board), StoredReport::text(key, report));
    }
    let mut roster_items = roster.encode_all().map_err(encoding_error("a roster"))?.into_iter();
    // Every writer writes the base of the roster, so it does not have to be a member.
    let base = roster_items.next().map(|base| StoredReport::binary(Roster::key(period), base));
    for (number, part) in (0..).zip(roster_items) {
        let member = ReportMember::RosterPart(number);
        let key = member.key(Some(period));
        bodies.insert(member, StoredReport::binary(key, part));
    }

    let members = claim.extend(bodies.keys().map(ReportMember::to_string).collect()).await?;
    let mut stored: Vec<StoredReport> = base.into_iter().collect();
    let mut emptied = BTreeSet::new();
    for id in &members {
        let Some(member) = ReportMember::parse(id) else { continue };
        stored.push(match (bodies.remove(&member), &member) {
            (Some(report), _) => report,
            // A team that no longer has sales in this period, or a part that its roster no longer has.
            (None, member) => {
                emptied.insert(id.clone());
                let key = member.key(Some(period));
                match member {
                    ReportMember::Board(board) => StoredReport::text(key, empty_report(board, period, currency, now)?),
                    ReportMember::RosterPart(_) => StoredReport::removed(key),
                }
            }
        });
    }
    app.reports.put(&claim, stored).await?;
    app.ledger.put_period_total(&claim, period, rows, roster.report.total).await?;
    claim.drop_members(emptied).await;

    let kind = period.kind().name();
    let without_board = roster.report.teams_without_board;
    if without_board > 0 {
        tracing::warn!(
            period.id = %period,
            teams_without_board = without_board,
            "{kind} {period} has {without_board} teams too many for boards; is the right column read as the team?"
        );
    }
    tracing::info!(
        period.id = %period,
        generation = claim.generation,
        boards = members.len(),
        files,
        rows,
        duration_ms = milliseconds(started.elapsed()),
        "{kind} {period} refreshed"
    );
    Ok(claim.generation)
}
