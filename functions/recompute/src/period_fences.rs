//! The fences of periods, which also record the rows and the total of each, so that periods with sales can be listed.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::types::AttributeValue;
use serde::Deserialize;
use standings_core::{Decimal, Period, PeriodKind};

use crate::error::{StoreError, encoding_error};
use crate::fence::Claim;
use crate::ledger::{self, Ledger, Subject};
use crate::table::superseded_is_success;

/// The fence of a period.
#[derive(Deserialize)]
pub(crate) struct PeriodFence {
    #[serde(rename = "sk")]
    pub(crate) period: Period,
    /// Number of counted rows. Missing, that is 0, if the period was claimed but not refreshed yet.
    #[serde(default)]
    rows: u64,
    /// Total amount.
    #[serde(default)]
    pub(crate) total: Decimal,
    /// Members: the boards that the period has or had, and the parts of its roster.
    #[serde(default)]
    pub(crate) members: BTreeSet<String>,
}

impl Ledger {
    /// Returns the latest periods of a kind that have sales, latest first: at most `limit`, and none after `until`. Strongly
    /// consistent.
    pub(crate) async fn periods_with_sales(
        &self,
        kind: PeriodKind,
        until: Option<Period>,
        limit: Option<usize>,
    ) -> Result<Vec<PeriodFence>, StoreError> {
        // Sorts after every period.
        let until = until.map_or_else(|| "9999".to_owned(), |period| period.to_string());
        let mut fences = self
            .table
            .client
            .query()
            .table_name(&self.table.name)
            .consistent_read(true)
            .scan_index_forward(false)
            .key_condition_expression("pk = :pk AND sk <= :until")
            .expression_attribute_values(":pk", AttributeValue::S(ledger::periods(kind)))
            .expression_attribute_values(":until", AttributeValue::S(until))
            .into_paginator()
            .items()
            .send();
        let mut periods = Vec::new();
        while periods.len() < limit.unwrap_or(usize::MAX) {
            let Some(item) = fences.next().await.transpose()? else { break };
            let period: PeriodFence = serde_dynamo::from_item(item).map_err(encoding_error("the fence of a period"))?;
            if period.rows > 0 {
                periods.push(period);
            }
        }
        Ok(periods)
    }

    /// Returns whether the period was ever claimed. Strongly consistent.
    pub(crate) async fn is_claimed(&self, period: Period) -> Result<bool, StoreError> {
        Ok(self.table.get(Subject::Period(period).fence()).await?.is_some())
    }

    /// Records the rows and the total of a period at its fence.
    ///
    /// They have a generation of their own: the fence's generation is already that of a later claim when a superseded
    /// writer arrives here.
    pub(crate) async fn put_period_total(
        &self,
        claim: &Claim,
        period: Period,
        rows: u64,
        total: Decimal,
    ) -> Result<(), StoreError> {
        let put = self
            .table
            .client
            .update_item()
            .table_name(&self.table.name)
            .set_key(Some(Subject::Period(period).fence()))
            .update_expression("SET #rows = :rows, #total = :total, totals_generation = :generation")
            .condition_expression("attribute_not_exists(totals_generation) OR totals_generation < :generation")
            .expression_attribute_names("#rows", "rows")
            .expression_attribute_names("#total", "total")
            .expression_attribute_values(":total", AttributeValue::S(total.to_string()))
            .expression_attribute_values(":rows", AttributeValue::N(rows.to_string()))
            .expression_attribute_values(":generation", claim.generation());
        superseded_is_success(put.send().await)
    }
}
