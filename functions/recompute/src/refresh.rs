//! Refreshing reports: those of a week, the copies of the latest, and the status.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use futures_util::{StreamExt, TryStreamExt, stream};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Deserialize;
use standings_core::{Board, Decimal, Report, Roster, Status, Week, Weeks, status, weeks};

use crate::Recompute;
use crate::error::{StoreError, WorkError};
use crate::fence::{self, Claim, Item};
use crate::ledger::{self, FENCE, WEEKS};

/// Items are read and written side by side, so many at once.
const CALLS: usize = 16;

/// The status looks back this many days on which something was uploaded.
const STATUS_DAYS: usize = 14;

/// An item of the table of reports: its key, and the stored form, which for a roster is compressed.
struct Stored {
    pk: String,
    report: AttributeValue,
}

impl Stored {
    fn text(pk: String, report: String) -> Self {
        Self { pk, report: AttributeValue::S(report) }
    }

    fn item(self) -> Item {
        Item::from([("pk".to_owned(), AttributeValue::S(self.pk)), ("report".to_owned(), self.report)])
    }
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
    let (reports, roster) = Report::compute(week, &current, &previous, currency, now);
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
    let weeks = weeks_with_sales(app, Some(this_week), Some(weeks::MAX_WEEKS)).await?;
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
    Ok(put_all(app, &claim, vec![Stored::text(standings_core::board::STATUS_KEY.to_owned(), text)]).await?)
}

/// A week as it stands at its fence.
#[derive(Deserialize)]
pub(crate) struct WeekWithSales {
    #[serde(rename = "sk")]
    pub(crate) week: Week,
    /// The rows that count; none where the week was claimed and not yet refreshed.
    #[serde(default)]
    rows: u64,
    /// What was sold in it.
    #[serde(default)]
    pub(crate) total: Decimal,
    /// The boards it ever had.
    #[serde(default, rename = "members")]
    pub(crate) boards: BTreeSet<String>,
}

/// The weeks that have sales, latest first; not those after `until`, and at most `most`.
pub(crate) async fn weeks_with_sales(
    app: &Recompute,
    until: Option<Week>,
    most: Option<usize>,
) -> Result<Vec<WeekWithSales>, StoreError> {
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
        let week: WeekWithSales = serde_dynamo::from_item(item).map_err(form)?;
        if week.rows > 0 {
            weeks.push(week);
        }
    }
    Ok(weeks)
}

/// What stands in the table of reports under a key.
async fn stored(app: &Recompute, pk: String) -> Result<Option<AttributeValue>, StoreError> {
    let item = app
        .dynamodb
        .get_item()
        .table_name(&app.settings.reports_table)
        .key("pk", AttributeValue::S(pk))
        .consistent_read(true)
        .send()
        .await?
        .item;
    Ok(item.and_then(|mut item| item.remove("report")))
}

async fn put_all(app: &Recompute, claim: &Claim, reports: Vec<Stored>) -> Result<(), StoreError> {
    stream::iter(reports)
        .map(|stored| claim.put_if_newer(&app.dynamodb, &app.settings.reports_table, stored.item()))
        .buffer_unordered(CALLS)
        .try_collect()
        .await
}

/// Notes at the fence of a week what it has, so that the weeks with sales can be listed.
async fn put_totals(app: &Recompute, claim: &Claim, week: Week, rows: u64, total: Decimal) -> Result<(), StoreError> {
    let noted = app
        .dynamodb
        .update_item()
        .table_name(&app.settings.ledger_table)
        .set_key(Some(fence::key(WEEKS, week.to_string())))
        .update_expression("SET #rows = :rows, #total = :total, totals_generation = :generation")
        .condition_expression("attribute_not_exists(totals_generation) OR totals_generation < :generation")
        .expression_attribute_names("#rows", "rows")
        .expression_attribute_names("#total", "total")
        .expression_attribute_values(":total", AttributeValue::S(total.to_string()))
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
