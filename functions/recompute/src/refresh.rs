//! Refreshing reports: those of a week, the copies of the latest, and the status.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use futures_util::{StreamExt, TryStreamExt, stream};
use jiff::Timestamp;
use jiff::civil::Date;
use standings_core::{Board, Report, Roster, Status, Week, WeekReports, Weeks, status, weeks};

use crate::app::Recompute;
use crate::error::{StoreError, WorkError, form};
use crate::fence::{self, Claim};
use crate::ledger::{self, FENCE, WEEKS};
use crate::reports::{CALLS, Stored, put_all, stored};
use crate::weeks::{put_totals, with_sales};

/// The status looks back this many days on which something was uploaded.
const STATUS_DAYS: usize = 14;

/// Refreshes the reports of a week from the ledger.
pub(crate) async fn week(app: &Recompute, week: Week) -> Result<(), WorkError> {
    let started = std::time::Instant::now();
    let ledger = &app.settings.ledger_table;
    let claim = Claim::new(&app.dynamodb, ledger, fence::key(WEEKS, week.to_string())).await?;
    let (current, previous) = tokio::try_join!(
        ledger::week(&app.dynamodb, ledger, week),
        ledger::week(&app.dynamodb, ledger, week.previous())
    )?;
    let currency = &app.settings.reading.currency;
    let now = Timestamp::now();
    let WeekReports { boards: reports, roster } = WeekReports::compute(week, &current, &previous, currency, now);
    let boards = claim.extend(&app.dynamodb, reports.keys().map(Board::to_string).collect()).await?;
    let boards: Vec<Board> = boards.iter().filter_map(|id| Board::from_id(id)).collect();
    let mut stored: Vec<Stored> = boards
        .iter()
        .map(|board| {
            let empty = || Report::empty(week, team(board), currency, now);
            let text = reports.get(board).map_or_else(|| empty().encode(), Report::encode).map_err(form)?;
            Ok(Stored::text(board.key(week), text))
        })
        .collect::<Result<_, StoreError>>()?;
    let total = roster.report.total;
    // A week always has a roster, so that it needs no place among the members.
    let packed = AttributeValue::B(Blob::new(roster.encode().map_err(form)?));
    stored.push(Stored { pk: Roster::key(week), report: packed });
    put_all(app, &claim, stored).await?;
    put_totals(app, &claim, week, current.total.rows, total).await?;
    tracing::info!(
        week.id = %week,
        generation = claim.generation,
        boards = boards.len(),
        files = current.files,
        rows = current.total.rows,
        duration_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        "the week was refreshed"
    );
    Ok(())
}

/// Refreshes the copies of the latest reports: those of the last week with sales that has begun.
pub(crate) async fn latest(app: &Recompute) -> Result<(), WorkError> {
    let ledger = &app.settings.ledger_table;
    let claim = Claim::new(&app.dynamodb, ledger, fence::key("latest", FENCE)).await?;
    let now = Timestamp::now();
    let Some(this_week) = Week::of_instant(now, &app.settings.reading.time_zone) else { return Ok(()) };
    let weeks = with_sales(app, Some(this_week), Some(weeks::MAX_WEEKS)).await?;
    let list = Weeks {
        weeks: weeks.iter().map(|found| (found.week, found.total)).collect(),
        currency: app.settings.reading.currency.clone(),
    };
    let list = Stored::text(weeks::KEY.to_owned(), serde_json::to_string(&list).map_err(form)?);
    let (week, boards) = match weeks.into_iter().next() {
        Some(found) => (found.week, found.boards),
        None => (this_week, BTreeSet::new()),
    };
    let roster = stored(app, Roster::key(week)).await?;
    let copies: BTreeMap<Board, AttributeValue> =
        stream::iter(boards.iter().filter_map(|id| Board::from_id(id)).collect::<Vec<_>>())
            .map(|board| async move {
                let report = stored(app, board.key(week)).await?;
                Ok::<_, StoreError>(report.map(|report| (board, report)))
            })
            .buffer_unordered(CALLS)
            .try_filter_map(|copy| async move { Ok(copy) })
            .try_collect()
            .await?;
    let members = claim.extend(&app.dynamodb, copies.keys().map(Board::to_string).collect()).await?;
    let currency = &app.settings.reading.currency;
    let mut latest: Vec<Stored> = members
        .iter()
        .filter_map(|id| Board::from_id(id))
        .map(|board| {
            let empty = || Report::empty(week, team(&board), currency, now).encode().map(AttributeValue::S);
            let report = copies.get(&board).cloned().map_or_else(empty, Ok).map_err(form)?;
            Ok(Stored { pk: board.latest_key(), report })
        })
        .collect::<Result<_, StoreError>>()?;
    let empty = || Roster::empty(week, currency, now).encode().map(|packed| AttributeValue::B(Blob::new(packed)));
    latest.push(Stored { pk: Roster::latest_key(), report: roster.map_or_else(empty, Ok).map_err(form)? });
    latest.push(list);
    Ok(put_all(app, &claim, latest).await?)
}

/// Refreshes the status after uploads on `days` changed.
pub(crate) async fn status(app: &Recompute, days: BTreeSet<String>) -> Result<(), WorkError> {
    let ledger = &app.settings.ledger_table;
    // Days are only ever added: to look at one that has nothing left does no harm.
    let claim = Claim::with(&app.dynamodb, ledger, fence::key("status", FENCE), days).await?;
    let mut uploads = Vec::new();
    for day in claim.members.iter().rev().filter_map(|day| day.parse::<Date>().ok()).take(STATUS_DAYS) {
        uploads.extend(ledger::uploads(&app.dynamodb, ledger, day).await?);
        if uploads.len() >= status::MAX_UPLOADS {
            break;
        }
    }
    let newest = stored(app, Board::Company.latest_key()).await?;
    let newest = newest.and_then(|text| Report::decode(text.as_s().ok()?).ok()).filter(|report| report.rows > 0);
    let newest = newest.map(|report| (report.week, report.computed_at));
    let text = serde_json::to_string(&Status::of(uploads, newest, Timestamp::now())).map_err(form)?;
    Ok(put_all(app, &claim, vec![Stored::text(status::KEY.to_owned(), text)]).await?)
}

/// The name by which a team without sales is shown: nobody has written it in another way this week.
fn team(board: &Board) -> Option<&str> {
    match board {
        Board::Company => None,
        Board::Team(name) => Some(name),
    }
}
