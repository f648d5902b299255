//! Claim, read, put if newer: the protocol under which every derived item is written.
//!
//! A claim on a subject gives a generation that no one else has. Whoever holds it reads the truth after that, and
//! writes each item only where one of a lower generation stands. So what stands at the end was read after the last
//! change, in whatever order, how often and how much at a time events came in.
//!
//! What a subject was once derived into must be emptied when it no longer is. So the fence keeps the set of all its
//! members ever, and a writer covers the whole set.

use std::collections::{BTreeSet, HashMap};

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue, ReturnValuesOnConditionCheckFailure};

use jiff::Timestamp;

use crate::error::StoreError;

/// An item of DynamoDB.
pub(crate) type Item = HashMap<String, AttributeValue>;

/// A claim on a subject.
pub(crate) struct Claim {
    table: String,
    key: Item,
    /// A number that no one else has; who claims later has a higher one.
    pub(crate) generation: u64,
    /// The members that were known when the claim was made.
    pub(crate) members: BTreeSet<String>,
}

impl Claim {
    /// Claims the subject whose fence stands under `key` in `table`.
    ///
    /// The first generation is the time in milliseconds, and each further one is one more, in one atomic step. So after
    /// the ledger was lost, claims are still newer than the reports that stand, and a rebuild replaces them.
    pub(crate) async fn new(client: &Client, table: &str, key: Item) -> Result<Self, StoreError> {
        Self::with(client, table, key, BTreeSet::new()).await
    }

    /// Claims a subject and adds members in the same step. It is for members that are not read after the claim: whoever
    /// claims later would not derive them, but finds them in the set.
    pub(crate) async fn with(
        client: &Client,
        table: &str,
        key: Item,
        added: BTreeSet<String>,
    ) -> Result<Self, StoreError> {
        let birth = Timestamp::now().as_millisecond();
        let claim = "SET generation = if_not_exists(generation, :birth) + :one";
        let mut update = client.update_item().table_name(table).set_key(Some(key.clone()));
        update = if added.is_empty() {
            update.update_expression(claim)
        } else {
            let added = AttributeValue::Ss(added.into_iter().collect());
            update
                .update_expression(format!("{claim} ADD members :members"))
                .expression_attribute_values(":members", added)
        };
        let claimed = update
            .expression_attribute_values(":one", AttributeValue::N("1".to_owned()))
            .expression_attribute_values(":birth", AttributeValue::N(birth.to_string()))
            .return_values(ReturnValue::AllNew)
            .send()
            .await?;
        let fence = claimed.attributes.unwrap_or_default();
        let generation = number(&fence, "generation").ok_or(StoreError::Damaged("a fence has no generation"))?;
        Ok(Self { table: table.to_owned(), key, generation, members: members(&fence) })
    }

    /// Adds members, and returns all that this writer is to cover.
    ///
    /// Where a newer claim exists, that one may have read the set already, so nothing may be added; this writer then
    /// covers what is in the set as it stands. It does not give up: under a steady stream of events someone has to
    /// publish.
    pub(crate) async fn extend(
        &self,
        client: &Client,
        derived: BTreeSet<String>,
    ) -> Result<BTreeSet<String>, StoreError> {
        // After this claim nobody but newer ones can have added anything, and what they add is theirs to write.
        if derived.is_subset(&self.members) {
            return Ok(self.members.clone());
        }
        let extended = client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(self.key.clone()))
            .update_expression("ADD members :members")
            .condition_expression("generation = :generation")
            .expression_attribute_values(":members", AttributeValue::Ss(derived.into_iter().collect()))
            .expression_attribute_values(":generation", AttributeValue::N(self.generation.to_string()))
            .return_values(ReturnValue::AllNew)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .send()
            .await;
        match extended {
            Ok(extended) => Ok(members(&extended.attributes.unwrap_or_default())),
            Err(SdkError::ServiceError(error)) => match error.into_err() {
                UpdateItemError::ConditionalCheckFailedException(failed) => {
                    Ok(members(&failed.item.unwrap_or_default()))
                }
                error => Err(error.into()),
            },
            Err(error) => Err(error.into()),
        }
    }

    /// Puts an item where none or one of a lower generation stands. To lose against a newer one is success.
    pub(crate) async fn put_if_newer(&self, client: &Client, table: &str, mut item: Item) -> Result<(), StoreError> {
        item.insert("generation".to_owned(), AttributeValue::N(self.generation.to_string()));
        let put = client
            .put_item()
            .table_name(table)
            .set_item(Some(item))
            .condition_expression("attribute_not_exists(generation) OR generation < :generation")
            .expression_attribute_values(":generation", AttributeValue::N(self.generation.to_string()))
            .send()
            .await;
        match put {
            Ok(_) => Ok(()),
            Err(SdkError::ServiceError(error)) => match error.into_err() {
                PutItemError::ConditionalCheckFailedException(_) => Ok(()),
                error => Err(error.into()),
            },
            Err(error) => Err(error.into()),
        }
    }
}

/// The key of an item with a sort key.
pub(crate) fn key(pk: impl Into<String>, sk: impl Into<String>) -> Item {
    HashMap::from([("pk".to_owned(), AttributeValue::S(pk.into())), ("sk".to_owned(), AttributeValue::S(sk.into()))])
}

/// The number that stands under `name`.
pub(crate) fn number(item: &Item, name: &str) -> Option<u64> {
    item.get(name)?.as_n().ok()?.parse().ok()
}

/// The members of a fence.
pub(crate) fn members(fence: &Item) -> BTreeSet<String> {
    let members = fence.get("members").and_then(|members| members.as_ss().ok());
    members.map(|members| members.iter().cloned().collect()).unwrap_or_default()
}
