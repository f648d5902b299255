//! Refreshing of reports: those of a week, the copies of the latest, and the status.
//!
//! Each function follows the protocol of [`fence`](crate::fence): claim, read, put if newer.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use aws_sdk_dynamodb::types::AttributeValue;
use futures_util::{StreamExt, TryStreamExt, stream};
use jiff::Timestamp;
use jiff::civil::Date;
use standings_core::{Board, Report, Roster, Status, Week, WeekReports, Weeks, status, weeks};
use standings_lambda::milliseconds;

use crate::app::Recompute;
use crate::error::{StoreError, WorkError, encoding_error, json_error};
use crate::failures;
use crate::ledger::Subject;
use crate::reports::StoredReport;

/// Upload days that the status looks back at. Days without uploads do not count.
const STATUS_DAYS: usize = 14;

/// Reports of the latest week that are read concurrently.
const CONCURRENT_READS: usize = 16;

/// Maximum boards that have a latest report, unless the latest week alone has more: those of earlier weeks are left out
/// beyond it. Each is an item that every upload writes.
const MAX_LATEST: usize = 100;

/// Refreshes the reports of a week from the ledger. Returns the generation of its claim.
pub(crate) async fn week(app: &Recompute, week: Week) -> Result<u64, WorkError> {
    let started = Instant::now();
    let claim = app.ledger.claim(Subject::Week(week)).await?;
    let (current, previous) = tokio::try_join!(app.ledger.week(week), app.ledger.week(week.previous()))?;
    let currency = &app.settings.reading.currency;
    let now = Timestamp::now();
    let WeekReports { boards: reports, roster } = WeekReports::compute(week, &current, &previous, currency, now);

    let boards = claim.extend(reports.keys().map(Board::to_string).collect()).await?;
    let mut stored = Vec::with_capacity(boards.len() + 1);
    let mut emptied = BTreeSet::new();
    for id in &boards {
        let Some(board) = Board::from_id(id) else { continue };
        let report = if let Some(report) = reports.get(&board) {
            report.encode().map_err(json_error("a report"))?
        } else {
            // A team that no longer has sales in this week.
            emptied.insert(id.clone());
            empty_report(&board, week, currency, now)?
        };
        stored.push(StoredReport::text(board.key(week), report));
    }
    // Every writer writes the roster, so it does not have to be a member.
    let encoded = roster.encode().map_err(encoding_error("a roster"))?;
    stored.push(StoredReport::binary(Roster::key(week), encoded));
    app.reports.put(&claim, stored).await?;
    app.ledger.put_week_total(&claim, week, current.total.rows, roster.report.total).await?;
    claim.drop_members(emptied).await;

    let without_board = roster.report.teams_without_board;
    if without_board > 0 {
        tracing::warn!(
            week.id = %week,
            teams_without_board = without_board,
            "week {week} has {without_board} teams too many for boards; is the right column read as the team?"
        );
    }
    tracing::info!(
        week.id = %week,
        generation = claim.generation,
        boards = boards.len(),
        files = current.files,
        rows = current.total.rows,
        duration_ms = milliseconds(started.elapsed()),
        "week {week} refreshed"
    );
    Ok(claim.generation)
}

/// Refreshes the copies of the latest reports, and the list of weeks with sales.
///
/// The latest week is the last one with sales that has begun. Sales that are dated in the future, such as planned ones,
/// do not hide the current week.
pub(crate) async fn latest(app: &Recompute) -> Result<(), WorkError> {
    let started = Instant::now();
    let claim = app.ledger.claim(Subject::Latest).await?;
    let now = Timestamp::now();
    // `None` only with a clock outside of 1900 to 2199.
    let Some(this_week) = Week::of_instant(now, &app.settings.reading.time_zone) else { return Ok(()) };
    let weeks = app.ledger.weeks_with_sales(Some(this_week), Some(weeks::MAX_WEEKS)).await?;
    let currency = &app.settings.reading.currency;
    let list =
        Weeks { weeks: weeks.iter().map(|fence| (fence.week, fence.total)).collect(), currency: currency.clone() };
    let list = serde_json::to_string(&list).map_err(json_error("the list of weeks"))?;
    let week = weeks.first().map_or(this_week, |fence| fence.week);
    let boards = known_boards(weeks.iter().map(|fence| &fence.boards));
    let roster = app.reports.get(Roster::key(week)).await?;
    let own: BTreeSet<String> = weeks.into_iter().next().map(|fence| fence.boards).unwrap_or_default();
    let reports = stored_reports(app, week, &own).await?;

    let members = claim.extend(boards.clone()).await?;
    let mut copies = Vec::with_capacity(members.len() + 2);
    let mut emptied = BTreeSet::new();
    for id in &members {
        let Some(board) = Board::from_id(id) else { continue };
        let key = board.latest_key();
        copies.push(match reports.get(&board) {
            Some(report) => StoredReport::copy(key, report.clone()),
            // A team that sold in an earlier week, or the company before the first sale.
            None if boards.contains(id) || board == Board::Company => {
                StoredReport::text(key, empty_report(&board, week, currency, now)?)
            }
            // A team without sales in any of the weeks. Not an empty report: nothing would refresh its week.
            None => {
                emptied.insert(id.clone());
                StoredReport::removed(key)
            }
        });
    }
    copies.push(match roster {
        Some(roster) => StoredReport::copy(Roster::latest_key(), roster),
        None => StoredReport::binary(Roster::latest_key(), empty_roster(week, currency, now)?),
    });
    copies.push(StoredReport::text(weeks::KEY, list));
    app.reports.put(&claim, copies).await?;
    claim.drop_members(emptied).await;

    tracing::info!(
        week.id = %week,
        generation = claim.generation,
        boards = members.len(),
        duration_ms = milliseconds(started.elapsed()),
        "latest reports refreshed"
    );
    Ok(())
}

/// Refreshes the status after the uploads of `days` changed, and the weeks `refreshed` were refreshed under claims of
/// these generations.
pub(crate) async fn status(
    app: &Recompute,
    days: BTreeSet<String>,
    refreshed: &BTreeMap<Week, u64>,
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
    let (mut uploads, mut failures) = (Vec::new(), current.map(|stored| stored.failure).collect::<Vec<_>>());
    for day in claim.members.iter().rev().filter_map(|day| day.parse::<Date>().ok()).take(STATUS_DAYS) {
        let (uploaded, failed) = app.ledger.uploads(day).await?;
        uploads.extend(uploaded);
        failures.extend(failed);
        if uploads.len() >= status::MAX_UPLOADS {
            break;
        }
    }
    let newest = newest_report(app).await?;
    let status = Status { prefix: app.settings.prefix.clone(), ..Status::of(uploads, failures, newest, now) };
    let text = serde_json::to_string(&status).map_err(json_error("the status"))?;
    app.reports.put(&claim, vec![StoredReport::text(status::KEY, text)]).await?;

    tracing::info!(generation = claim.generation, duration_ms = milliseconds(started.elapsed()), "status refreshed");
    Ok(())
}

/// Returns the boards that have a latest report: those of the latest week, and of earlier ones as long as they are not
/// too many. A team without sales in the latest week is still a team.
fn known_boards<'a>(weeks: impl Iterator<Item = &'a BTreeSet<String>>) -> BTreeSet<String> {
    let mut known = BTreeSet::new();
    for boards in weeks {
        let added = boards.difference(&known).count();
        if !known.is_empty() && known.len() + added > MAX_LATEST {
            break;
        }
        known.extend(boards.iter().cloned());
    }
    known
}

/// Returns the stored reports of a week, by board.
async fn stored_reports(
    app: &Recompute,
    week: Week,
    boards: &BTreeSet<String>,
) -> Result<BTreeMap<Board, AttributeValue>, StoreError> {
    let boards: Vec<Board> = boards.iter().filter_map(|id| Board::from_id(id)).collect();
    stream::iter(boards)
        .map(|board| async move {
            let report = app.reports.get(board.key(week)).await?;
            Ok(report.map(|report| (board, report)))
        })
        .buffer_unordered(CONCURRENT_READS)
        .try_filter_map(|report| async move { Ok(report) })
        .try_collect()
        .await
}

/// Returns the week and computation time of the latest company report, if it has sales.
async fn newest_report(app: &Recompute) -> Result<Option<(Week, Timestamp)>, StoreError> {
    let Some(stored) = app.reports.get(Board::Company.latest_key()).await? else { return Ok(None) };
    let report = stored.as_s().ok().and_then(|text| Report::decode(text).ok());
    Ok(report.filter(|report| report.rows > 0).map(|report| (report.week, report.computed_at)))
}

/// Returns the stored form of the report of a board without sales. A team is displayed by its folded name, since no row
/// of the week has a spelling of it.
fn empty_report(board: &Board, week: Week, currency: &str, now: Timestamp) -> Result<String, StoreError> {
    let team = match board {
        Board::Company => None,
        Board::Team(name) => Some(name.as_str()),
    };
    Report::empty(week, team, currency, now).encode().map_err(json_error("a report"))
}

/// Returns the stored form of the roster of a week without sales.
fn empty_roster(week: Week, currency: &str, now: Timestamp) -> Result<Vec<u8>, StoreError> {
    Roster::empty(week, currency, now).encode().map_err(encoding_error("a roster"))
}
