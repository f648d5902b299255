//! The fences of weeks, which also record the rows and the total of each week, so that weeks with sales can be listed.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::types::AttributeValue;
use serde::Deserialize;
use standings_core::{Decimal, Week};

use crate::error::{StoreError, encoding_error};
use crate::fence::{Claim, superseded_is_success};
use crate::ledger::{Ledger, Subject, WEEKS};

/// The fence of a week.
#[derive(Deserialize)]
pub(crate) struct WeekFence {
    #[serde(rename = "sk")]
    pub(crate) week: Week,
    /// Number of counted rows. Missing, that is 0, if the week was claimed but not refreshed yet.
    #[serde(default)]
    rows: u64,
    /// Total amount.
    #[serde(default)]
    pub(crate) total: Decimal,
    /// Members: the boards that the week has or had.
    #[serde(default, rename = "members")]
    pub(crate) boards: BTreeSet<String>,
}

impl Ledger {
    /// Returns the latest weeks that have sales, latest first: at most `limit`, and none after `until`. Strongly
    /// consistent.
    pub(crate) async fn weeks_with_sales(
        &self,
        until: Option<Week>,
        limit: Option<usize>,
    ) -> Result<Vec<WeekFence>, StoreError> {
        // Sorts after every week.
        let until = until.map_or_else(|| "9999-W99".to_owned(), |week| week.to_string());
        let mut fences = self
            .table
            .client
            .query()
            .table_name(&self.table.name)
            .consistent_read(true)
            .scan_index_forward(false)
            .key_condition_expression("pk = :pk AND sk <= :until")
            .expression_attribute_values(":pk", AttributeValue::S(WEEKS.to_owned()))
            .expression_attribute_values(":until", AttributeValue::S(until))
            .into_paginator()
            .items()
            .send();
        let mut weeks = Vec::new();
        while weeks.len() < limit.unwrap_or(usize::MAX) {
            let Some(item) = fences.next().await.transpose()? else { break };
            let week: WeekFence = serde_dynamo::from_item(item).map_err(encoding_error("the fence of a week"))?;
            if week.rows > 0 {
                weeks.push(week);
            }
        }
        Ok(weeks)
    }

    /// Returns whether the week was ever claimed. Strongly consistent.
    pub(crate) async fn is_claimed(&self, week: Week) -> Result<bool, StoreError> {
        Ok(self.table.get(Subject::Week(week).fence()).await?.is_some())
    }

    /// Records the rows and the total of a week at its fence.
    ///
    /// They have a generation of their own: the fence's generation is already that of a later claim when a superseded
    /// writer arrives here.
    pub(crate) async fn put_week_total(
        &self,
        claim: &Claim,
        week: Week,
        rows: u64,
        total: Decimal,
    ) -> Result<(), StoreError> {
        let put = self
            .table
            .client
            .update_item()
            .table_name(&self.table.name)
            .set_key(Some(Subject::Week(week).fence()))
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
