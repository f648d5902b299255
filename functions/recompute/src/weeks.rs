//! Access to the fences of weeks, which list the weeks that have sales.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::AttributeValue;
use serde::Deserialize;
use standings_core::{Decimal, Week};

use crate::app::Recompute;
use crate::error::{StoreError, WorkError, form};
use crate::fence::{self, Claim};
use crate::ledger::WEEKS;

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
pub(crate) async fn with_sales(
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

/// Notes at the fence of a week what it has, so that the weeks with sales can be listed.
pub(crate) async fn put_totals(
    app: &Recompute,
    claim: &Claim,
    week: Week,
    rows: u64,
    total: Decimal,
) -> Result<(), StoreError> {
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
