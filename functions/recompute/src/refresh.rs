//! Refreshing reports: those of a week, the copies of the latest, and the status.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::AttributeValue;
use futures_util::{StreamExt, TryStreamExt, stream};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use standings_core::{Board, Report, Status, Week, status};

use crate::Recompute;
use crate::error::{StoreError, WorkError};
use crate::fence::{self, Claim, Item};
use crate::ledger::{self, FENCE, WEEKS};

/// Items are read and written side by side, so many at once.
const CALLS: usize = 16;

/// The status looks back this many days on which something was uploaded.
const STATUS_DAYS: usize = 14;

/// An item of the table of reports.
#[derive(Serialize, Deserialize)]
struct Stored {
    pk: String,
    report: String,
}

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
    let reports = Report::compute(week, &current, &previous, currency, now);
    let boards = claim.extend(&app.dynamodb, reports.keys().map(Board::to_string).collect()).await?;
    let boards: Vec<Board> = boards.iter().filter_map(|id| Board::from_id(id)).collect();
    let stored: Vec<(String, String)> = boards
        .iter()
        .map(|board| {
            let empty = || Report::empty(week, team(board), currency, now);
            let text = reports.get(board).map_or_else(|| empty().encode(), Report::encode).map_err(form)?;
            Ok((board.key(week), text))
        })
        .collect::<Result<_, StoreError>>()?;
    put_all(app, &claim, stored).await?;
    put_totals(app, &claim, week, current.total.rows).await?;
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

/// Whether anyone ever claimed this week: whoever did so before now may have read the week before it too early.
pub(crate) async fn is_known(app: &Recompute, week: Week) -> Result<bool, WorkError> {
    let fence = app
        .dynamodb
        .get_item()
        .table_name(&app.settings.ledger_table)
        .set_key(Some(fence::key(WEEKS, week.to_string())))
        .consistent_read(true)
        .send()
        .await
        .map_err(StoreError::from)?;
    Ok(fence.item.is_some())
}

/// Refreshes the copies of the latest reports: those of the last week with sales that has begun.
pub(crate) async fn latest(app: &Recompute) -> Result<(), WorkError> {
    let ledger = &app.settings.ledger_table;
    let claim = Claim::new(&app.dynamodb, ledger, fence::key("latest", FENCE)).await?;
    let now = Timestamp::now();
    let Some(this_week) = Week::of_instant(now, &app.settings.reading.time_zone) else { return Ok(()) };
    let found = weeks_with_sales(app, Some(this_week), Some(1)).await?.into_iter().next();
    let (week, boards) = found.unwrap_or((this_week, BTreeSet::new()));
    let copies: BTreeMap<Board, String> =
        stream::iter(boards.iter().filter_map(|id| Board::from_id(id)).collect::<Vec<_>>())
            .map(|board| async move {
                let report = report(app, board.key(week)).await?;
                Ok::<_, StoreError>(report.map(|report| (board, report)))
            })
            .buffer_unordered(CALLS)
            .try_filter_map(|copy| async move { Ok(copy) })
            .try_collect()
            .await?;
    let members = claim.extend(&app.dynamodb, copies.keys().map(Board::to_string).collect()).await?;
    let stored: Vec<(String, String)> = members
        .iter()
        .filter_map(|id| Board::from_id(id))
        .map(|board| {
            let empty = || Report::empty(week, team(&board), &app.settings.reading.currency, now).encode();
            let text = copies.get(&board).cloned().map_or_else(empty, Ok).map_err(form)?;
            Ok((board.latest_key(), text))
        })
        .collect::<Result<_, StoreError>>()?;
    Ok(put_all(app, &claim, stored).await?)
}

/// Refreshes the status after uploads on `days` changed.
pub(crate) async fn status(app: &Recompute, days: BTreeSet<String>) -> Result<(), WorkError> {
    let ledger = &app.settings.ledger_table;
    let claim = Claim::new(&app.dynamodb, ledger, fence::key("status", FENCE)).await?;
    // Days are only ever added: to look at one that has nothing left does no harm.
    let days = claim.extend(&app.dynamodb, days).await?;
    let mut uploads = Vec::new();
    for day in days.iter().rev().filter_map(|day| day.parse::<Date>().ok()).take(STATUS_DAYS) {
        uploads.extend(ledger::uploads(&app.dynamodb, ledger, day).await?);
        if uploads.len() >= status::MAX_UPLOADS {
            break;
        }
    }
    let text = serde_json::to_string(&Status::of(uploads, Timestamp::now())).map_err(form)?;
    Ok(put_all(app, &claim, vec![(standings_core::board::STATUS_KEY.to_owned(), text)]).await?)
}

/// The weeks that have sales, latest first, with the boards they ever had; not those after `until`.
pub(crate) async fn weeks_with_sales(
    app: &Recompute,
    until: Option<Week>,
    most: Option<usize>,
) -> Result<Vec<(Week, BTreeSet<String>)>, StoreError> {
    let until = until.map_or_else(|| "9999-W99".to_owned(), |week| week.to_string());
    let mut fences = app
        .dynamodb
        .query()
        .table_name(&app.settings.ledger_table)
        .consistent_read(true)
        .scan_index_forward(false)
        .key_condition_expression("pk = :pk AND sk <= :until")
        .expression_attribute_values(":pk", AttributeValue::S(WEEKS.to_owned()))
        .expression_attribute_values(":until", AttributeValue::S(until))
        .into_paginator()
        .items()
        .send();
    let mut weeks = Vec::new();
    while weeks.len() < most.unwrap_or(usize::MAX) {
        let Some(item) = fences.next().await.transpose()? else { break };
        let week = item.get("sk").and_then(|sk| sk.as_s().ok()?.parse().ok());
        if let Some(week) = week.filter(|_| fence::number(&item, "rows").is_some_and(|rows| rows > 0)) {
            weeks.push((week, fence::members(&item)));
        }
    }
    Ok(weeks)
}

async fn report(app: &Recompute, pk: String) -> Result<Option<String>, StoreError> {
    let item = app
        .dynamodb
        .get_item()
        .table_name(&app.settings.reports_table)
        .key("pk", AttributeValue::S(pk))
        .consistent_read(true)
        .send()
        .await?
        .item;
    let stored: Option<Stored> = item.map(serde_dynamo::from_item).transpose().map_err(form)?;
    Ok(stored.map(|stored| stored.report))
}

async fn put_all(app: &Recompute, claim: &Claim, reports: Vec<(String, String)>) -> Result<(), StoreError> {
    stream::iter(reports)
        .map(|(pk, report)| async move {
            let item: Item = serde_dynamo::to_item(Stored { pk, report }).map_err(form)?;
            claim.put_if_newer(&app.dynamodb, &app.settings.reports_table, item).await
        })
        .buffer_unordered(CALLS)
        .try_collect()
        .await
}

/// Notes at the fence of a week how many rows it has, so that the weeks with sales can be listed.
async fn put_totals(app: &Recompute, claim: &Claim, week: Week, rows: u64) -> Result<(), StoreError> {
    let noted = app
        .dynamodb
        .update_item()
        .table_name(&app.settings.ledger_table)
        .set_key(Some(fence::key(WEEKS, week.to_string())))
        .update_expression("SET #rows = :rows, totals_generation = :generation")
        .condition_expression("attribute_not_exists(totals_generation) OR totals_generation < :generation")
        .expression_attribute_names("#rows", "rows")
        .expression_attribute_values(":rows", AttributeValue::N(rows.to_string()))
        .expression_attribute_values(":generation", AttributeValue::N(claim.generation.to_string()))
        .send()
        .await;
    match noted {
        Ok(_) => Ok(()),
        Err(SdkError::ServiceError(error)) => match error.into_err() {
            UpdateItemError::ConditionalCheckFailedException(_) => Ok(()),
            error => Err(error.into()),
        },
        Err(error) => Err(error.into()),
    }
}

/// The name by which a team without sales is shown: nobody has written it in another way this week.
fn team(board: &Board) -> Option<&str> {
    match board {
        Board::Company => None,
        Board::Team(name) => Some(name),
    }
}

fn form(error: impl std::fmt::Display) -> StoreError {
    StoreError::Form { what: "a report", problem: error.to_string() }
}
