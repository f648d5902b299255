//! The copies of the reports of the latest week, and the list of periods with sales.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use aws_sdk_dynamodb::types::AttributeValue;
use futures_util::future::try_join_all;
use futures_util::{StreamExt, TryStreamExt, stream};
use jiff::Timestamp;
use standings_core::{Board, Period, Periods, Report, Roster, periods};
use standings_lambda::milliseconds;

use crate::app::Recompute;
use crate::error::{StoreError, WorkError, encoding_error, json_error};
use crate::ledger::Subject;
use crate::period_fences::PeriodFence;
use crate::reports::{ReportMember, StoredReport};

/// Reports of the latest week that are read concurrently.
const CONCURRENT_READS: usize = 16;

/// Maximum boards that have a latest report, unless the latest week alone has more: those of earlier weeks are left out
/// beyond it. Each is an item that every upload writes.
const MAX_LATEST: usize = 100;

/// Refreshes the copies of the latest reports, and the list of periods with sales.
///
/// The latest week is the last one with sales that has begun. Sales that are dated in the future, such as planned ones,
/// do not hide the current week.
pub(crate) async fn latest(app: &Recompute) -> Result<(), WorkError> {
    let started = Instant::now();
    let claim = app.ledger.claim(Subject::Latest).await?;
    let now = Timestamp::now();
    let today = app.settings.reading.time_zone.to_datetime(now).date();
    // `None` only with a clock outside of 1900 to 2199.
    let Some(running) = Period::all_of(today, app.settings.calendar) else { return Ok(()) };
    let with_sales = try_join_all(running.map(|period| {
        let kind = period.kind();
        app.ledger.periods_with_sales(kind, Some(period), Some(periods::max(kind)))
    }));
    let with_sales = with_sales.await?;
    let currency = &app.settings.reading.currency;
    let list = Periods {
        periods: with_sales.iter().flatten().map(|fence| (fence.period, fence.total)).collect(),
        currency: currency.clone(),
    };
    let list = serde_json::to_string(&list).map_err(json_error("the list of periods"))?;
    let [this_week, ..] = running;
    let weeks = with_sales.into_iter().next().unwrap_or_default();
    let week = weeks.first().map_or(this_week, |fence| fence.period);
    let known = known_members(&weeks);
    let own = weeks.into_iter().next().map(|fence| fence.members).unwrap_or_default();
    let roster = app.reports.get(Roster::key(week)).await?;
    let mut reports = stored_reports(app, week, &own).await?;

    let members = claim.extend(known.clone()).await?;
    let mut copies = Vec::with_capacity(members.len() + 2);
    let mut emptied = BTreeSet::new();
    for id in &members {
        let Some(member) = ReportMember::parse(id) else { continue };
        let key = member.key(None);
        copies.push(match (reports.remove(id), member) {
            (Some(report), _) => StoredReport::copy(key, report),
            // A team that sold in an earlier week, or the company before the first sale.
            (None, ReportMember::Board(board)) if known.contains(id) || board == Board::Company => {
                StoredReport::text(key, empty_report(&board, week, currency, now)?)
            }
            // A team without sales in any of the weeks, or a part that the roster no longer has. Not an empty report:
            // nothing would refresh its week.
            _ => {
                emptied.insert(id.clone());
                StoredReport::removed(key)
            }
        });
    }
    copies.push(match roster {
        Some(roster) => StoredReport::copy(Roster::latest_key(), roster),
        None => StoredReport::binary(Roster::latest_key(), empty_roster(week, currency, now)?),
    });
    copies.push(StoredReport::text(periods::KEY, list));
    app.reports.put(&claim, copies).await?;
    claim.drop_members(emptied).await;

    tracing::info!(
        period.id = %week,
        generation = claim.generation,
        boards = members.len(),
        duration_ms = milliseconds(started.elapsed()),
        "latest reports refreshed"
    );
    Ok(())
}

/// Returns what has a latest report: all of the latest week, and the boards of earlier ones as long as they are not too
/// many. A team without sales in the latest week is still a team.
fn known_members(weeks: &[PeriodFence]) -> BTreeSet<String> {
    let Some((latest, earlier)) = weeks.split_first() else { return BTreeSet::new() };
    let mut known = latest.members.clone();
    for week in earlier {
        let boards = week.members.iter().filter(|id| Board::from_id(id).is_some());
        let added: Vec<&String> = boards.filter(|id| !known.contains(*id)).collect();
        if known.len() + added.len() > MAX_LATEST {
            break;
        }
        known.extend(added.into_iter().cloned());
    }
    known
}

/// Returns the stored reports of a week and the parts of its roster, by member.
async fn stored_reports(
    app: &Recompute,
    week: Period,
    members: &BTreeSet<String>,
) -> Result<BTreeMap<String, AttributeValue>, StoreError> {
    let members: Vec<(String, ReportMember)> =
        members.iter().filter_map(|id| Some((id.clone(), ReportMember::parse(id)?))).collect();
    stream::iter(members)
        .map(|(id, member)| async move {
            let report = app.reports.get(member.key(Some(week))).await?;
            Ok(report.map(|report| (id, report)))
        })
        .buffer_unordered(CONCURRENT_READS)
        .try_filter_map(|report| async move { Ok(report) })
        .try_collect()
        .await
}

/// Returns the stored form of the report of a board without sales. A team is displayed by its folded name, since no row
/// of the period has a spelling of it.
pub(super) fn empty_report(
    board: &Board,
    period: Period,
    currency: &str,
    now: Timestamp,
) -> Result<String, StoreError> {
    let team = match board {
        Board::Company | Board::Teams => None,
        Board::Team(name) => Some(name.as_str()),
    };
    Report::empty(period, team, currency, now).encode().map_err(json_error("a report"))
}

/// Returns the stored form of the roster of a week without sales.
fn empty_roster(week: Period, currency: &str, now: Timestamp) -> Result<Vec<u8>, StoreError> {
    let items = Roster::empty(week, currency, now).encode_all().map_err(encoding_error("a roster"))?;
    Ok(items.into_iter().next().unwrap_or_default())
}
