//! A DynamoDB table and its items; what the ledger and the reports table have in common.

use std::collections::HashMap;
use std::error::Error;
use std::ops::ControlFlow;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::operation::RequestId;
use aws_sdk_dynamodb::types::AttributeValue;

use crate::error::StoreError;

/// Items per page of a query that may stop early.
const PAGE: i32 = 100;

/// An item, or the key of one.
pub(crate) type Item = HashMap<String, AttributeValue>;

/// A range of items in a partition.
pub(crate) struct Range {
    pk: String,
    sort: Sort,
}

/// The sort keys of a range.
enum Sort {
    All,
    /// Both ends are included.
    Between(String, String),
}

impl Range {
    /// All items of a partition.
    pub(crate) fn all(pk: impl Into<String>) -> Self {
        Self { pk: pk.into(), sort: Sort::All }
    }

    /// The items whose sort keys are between `first` and `last`, both included.
    pub(crate) fn between(pk: impl Into<String>, first: String, last: String) -> Self {
        Self { pk: pk.into(), sort: Sort::Between(first, last) }
    }
}

/// A DynamoDB table.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    pub(crate) client: Client,
    pub(crate) name: String,
}

impl Table {
    /// Returns the item with this key. Strongly consistent.
    pub(crate) async fn get(&self, key: Item) -> Result<Option<Item>, StoreError> {
        let get = self.client.get_item().table_name(&self.name).set_key(Some(key)).consistent_read(true);
        Ok(get.send().await?.item)
    }

    /// Writes an item with a generation, if none of this generation or a newer one is stored.
    pub(crate) async fn put_if_newer(&self, mut item: Item, generation: AttributeValue) -> Result<(), StoreError> {
        item.insert("generation".to_owned(), generation.clone());
        let put = self
            .client
            .put_item()
            .table_name(&self.name)
            .set_item(Some(item))
            .condition_expression("attribute_not_exists(generation) OR generation < :generation")
            .expression_attribute_values(":generation", generation);
        superseded_is_success(put.send().await)
    }

    /// Passes the items of a partition to `add`, the last first, until it breaks. Strongly consistent.
    pub(crate) async fn query_backwards(
        &self,
        partition: String,
        attributes: &str,
        add: &mut (dyn FnMut(Item) -> Result<ControlFlow<()>, StoreError> + Send),
    ) -> Result<(), StoreError> {
        let query = self
            .client
            .query()
            .table_name(&self.name)
            .consistent_read(true)
            .scan_index_forward(false)
            .projection_expression(attributes)
            .key_condition_expression("pk = :pk")
            .expression_attribute_values(":pk", AttributeValue::S(partition))
            .limit(PAGE);
        let mut pages = query.into_paginator().send();
        while let Some(page) = pages.next().await {
            for item in page?.items.unwrap_or_default() {
                if add(item)?.is_break() {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// Passes the items of a range to `add`, page by page, so that at most two pages are in memory. Only `attributes` are
    /// returned, which shortens the transfer and decoding of thousands of items. Strongly consistent.
    pub(crate) async fn query(
        &self,
        range: &Range,
        attributes: &str,
        add: &mut (dyn FnMut(Item) -> Result<(), StoreError> + Send),
    ) -> Result<(), StoreError> {
        let query = self
            .client
            .query()
            .table_name(&self.name)
            .consistent_read(true)
            .projection_expression(attributes)
            .expression_attribute_values(":pk", AttributeValue::S(range.pk.clone()));
        let query = match &range.sort {
            Sort::All => query.key_condition_expression("pk = :pk"),
            Sort::Between(first, last) => query
                .key_condition_expression("pk = :pk AND sk BETWEEN :first AND :last")
                .expression_attribute_values(":first", AttributeValue::S(first.clone()))
                .expression_attribute_values(":last", AttributeValue::S(last.clone())),
        };
        let mut next = Some(query.clone().send().await?);
        while let Some(page) = next.take() {
            // The next page arrives while this one is decoded.
            let start = page.last_evaluated_key.filter(|key| !key.is_empty());
            let following = start.map(|start| tokio::spawn(query.clone().set_exclusive_start_key(Some(start)).send()));
            for item in page.items.unwrap_or_default() {
                add(item)?;
            }
            if let Some(following) = following {
                next = Some(
                    following.await.map_err(|_| StoreError::Call("the task that reads a page ended".to_owned()))??,
                );
            }
        }
        Ok(())
    }
}

/// Turns the failed condition of a write into success: a newer generation is stored, and that writer has read later.
pub(crate) fn superseded_is_success<T, E>(written: Result<T, SdkError<E>>) -> Result<(), StoreError>
where
    SdkError<E>: Error + ProvideErrorMetadata + RequestId,
{
    match written {
        Ok(_) => Ok(()),
        Err(error) if error.code() == Some("ConditionalCheckFailedException") => Ok(()),
        Err(error) => Err(error.into()),
    }
}
