//! The fencing protocol under which every derived item is written: claim, read, put if newer.
//!
//! S3 events arrive at least once and in any order, and invocations overlap. The protocol makes the stored result
//! independent of all three. It is optimistic concurrency with *fencing tokens*: nothing is locked, and a conditional
//! write turns away the writer with the older token.
//!
//! 1. **Claim.** An atomic increment of the subject's *generation*, the fencing token, returns a number that no other
//!    writer has. Subjects are sales files, shards and segments of the tree of sums, periods, the latest reports and the status. Each has a *fence*, an item of the
//!    ledger that holds its generation.
//! 2. **Read** the source of truth after the claim, strongly consistent: for a file, the object in S3 (a missing object
//!    counts as an empty one); for the other subjects, the items of the level below.
//! 3. **Put if newer.** Write each derived item together with the generation, on the condition that the stored
//!    generation is lower. Losing to a newer generation is success, because that writer has read later.
//!
//! # Why it is correct
//!
//! Take the last change of a subject's source of truth.
//!
//! * The invocation that handles the event of this change claims after the change, so it reads the new state.
//! * Generations grow in the order of claims. Every higher generation was claimed later still, so it also read the new
//!   state.
//! * A writer that claimed before the change may have read the old state, but its generation is lower. Its items are
//!   rejected if a newer one is stored, and overwritten otherwise.
//!
//! So the stored items are those of the highest generation that completed, and it was derived from the last state. When
//! events are handled twice, in another order or at the same time, only the number of writers changes.
//!
//! A writer may stop at any point (an error, a deadline, a panic, the end of the process). Its message is then
//! redelivered, and the three steps run again with a new generation. They are idempotent: each write replaces an item
//! with values that were computed from the source of truth, and nothing is added to what was stored, so nothing is
//! counted twice.
//!
//! Levels compose (file, shard, segment, period, latest reports, status): a subject is claimed after the items of the level below have
//! been put, so the argument holds with these items as its source of truth.
//!
//! # Members
//!
//! What a subject is derived into changes. A file that had rows in week 46 may be replaced by one with rows in week 47
//! only, and its contribution to week 46 then has to be emptied. The fence therefore keeps the set of all *members*, the items
//! that any writer of the subject may have written, and every writer covers the whole set: it writes an empty item for
//! members that it did not derive. [`Claim::extend`] adds to the set.
//!
//! Without an end to it, a subject would stay as slow as its largest version ever made it. A member that was written
//! empty is therefore removed ([`Claim::drop_members`]), after the put and under the condition that the generation is
//! still the latest. Take a member that the writer of generation *g* removes.
//!
//! * Its item is empty and has generation *g*: had the put lost to a newer writer, the generation would no longer be
//!   the latest. The item stays in the table, and turns away all writers that claimed before *g*.
//! * A writer that claimed after *g*, but before the removal, makes its condition fail. One that claimed after the
//!   removal does not know the member. If it derives the member, it adds it again before it writes it; if not, the item
//!   is empty already.
//!
//! What a member leads to has to be handled before it is removed, since a redelivered message no longer finds it: the
//! members of a file are removed only once their segments and days are refreshed.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue, ReturnValuesOnConditionCheckFailure};
use futures_util::{StreamExt, TryStreamExt, stream};
use jiff::Timestamp;

use crate::error::StoreError;
use crate::table::{Item, Table, superseded_is_success};

/// Items written concurrently by one claim. It bounds the connections of a batch: four files or weeks of 16 writes
/// each.
const CONCURRENT_WRITES: usize = 16;

/// A claim on a subject.
#[derive(Clone, Debug)]
pub(crate) struct Claim {
    ledger: Table,
    fence: Item,
    /// Fencing token: unique among the claims on this subject, and higher than those of all earlier claims.
    pub(crate) generation: u64,
    /// Members of the subject at the time of the claim.
    pub(crate) members: BTreeSet<String>,
}

impl Claim {
    /// Claims the subject with the fence `fence` in `ledger`, and adds `added` to its members in the same atomic step.
    ///
    /// Most subjects add no members here but call [`Claim::extend`] after reading. Adding them with the claim is for
    /// members that cannot be derived from the source of truth, such as the upload days of the status: a later writer
    /// would not derive them, but finds them in the set.
    ///
    /// The first generation of a fence is the current time in milliseconds, and each claim adds one. If the ledger is
    /// lost and starts empty, new claims are therefore still newer than the items in the reports table, and a rebuild
    /// replaces them. (A subject would need a thousand claims a second to get ahead of the clock.)
    pub(crate) async fn new(ledger: &Table, fence: Item, added: BTreeSet<String>) -> Result<Self, StoreError> {
        let now = Timestamp::now().as_millisecond();
        let claim = "SET generation = if_not_exists(generation, :now) + :one";
        let mut update = ledger.client.update_item().table_name(&ledger.name).set_key(Some(fence.clone()));
        // DynamoDB does not accept an empty set.
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
            .expression_attribute_values(":now", AttributeValue::N(now.to_string()))
            .return_values(ReturnValue::AllNew)
            .send()
            .await?;
        let item = claimed.attributes.unwrap_or_default();
        let generation = generation(&item).ok_or(StoreError::Damaged("a fence has no generation"))?;
        Ok(Self { ledger: ledger.clone(), fence, generation, members: members(&item) })
    }

    /// Adds the derived members to the set, and returns all members that this writer has to write.
    ///
    /// The addition is conditional on this claim being the latest. Otherwise a newer writer may have read the set
    /// already, would not know of the addition, and would leave the added items as this older writer wrote them.
    ///
    /// A superseded writer adds nothing and gets the set as it is. It still writes those members, because under a
    /// steady stream of events each writer may be superseded before it is done, and reports would never be refreshed if
    /// all of them gave up.
    pub(crate) async fn extend(&self, derived: BTreeSet<String>) -> Result<BTreeSet<String>, StoreError> {
        // Fast path: all derived members are known already. Anything added since this claim was added by a newer claim,
        // which writes it itself.
        if derived.is_subset(&self.members) {
            return Ok(self.members.clone());
        }
        let extended = self
            .if_latest("ADD members :members", derived)
            .return_values(ReturnValue::AllNew)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .send()
            .await;
        match extended {
            Ok(extended) => Ok(members(&extended.attributes.unwrap_or_default())),
            Err(error) => match error.as_service_error() {
                Some(UpdateItemError::ConditionalCheckFailedException(superseded)) => {
                    Ok(superseded.item.as_ref().map(members).unwrap_or_default())
                }
                _ => Err(error.into()),
            },
        }
    }

    /// Removes members that this writer has written empty, if its generation is still the latest. No call if there are
    /// none.
    ///
    /// A failure only leaves members in the set, which the next writer removes, so it is logged instead of returned.
    pub(crate) async fn drop_members(&self, emptied: BTreeSet<String>) {
        if emptied.is_empty() {
            return;
        }
        let count = emptied.len();
        let dropped = self.if_latest("DELETE members :members", emptied).send().await;
        if let Err(error) = superseded_is_success(dropped) {
            tracing::warn!(%error, count, "emptied members not removed from a fence; the next refresh removes them");
        }
    }

    /// Returns an update of the members that fails unless this claim is the latest.
    fn if_latest(&self, expression: &str, members: BTreeSet<String>) -> UpdateItemFluentBuilder {
        self.ledger
            .client
            .update_item()
            .table_name(&self.ledger.name)
            .set_key(Some(self.fence.clone()))
            .update_expression(expression)
            .condition_expression("generation = :generation")
            .expression_attribute_values(":members", AttributeValue::Ss(members.into_iter().collect()))
            .expression_attribute_values(":generation", self.generation())
    }

    /// Writes items with this claim's generation, each only if no item of a higher generation is stored.
    pub(crate) async fn put_if_newer(&self, table: &Table, items: Vec<Item>) -> Result<(), StoreError> {
        stream::iter(items)
            .map(|item| table.put_if_newer(item, self.generation()))
            .buffer_unordered(CONCURRENT_WRITES)
            .try_collect()
            .await
    }

    /// Returns the generation as DynamoDB stores it.
    pub(crate) fn generation(&self) -> AttributeValue {
        AttributeValue::N(self.generation.to_string())
    }
}

fn generation(fence: &Item) -> Option<u64> {
    fence.get("generation")?.as_n().ok()?.parse().ok()
}

fn members(fence: &Item) -> BTreeSet<String> {
    let members = fence.get("members").and_then(|members| members.as_ss().ok());
    members.map(|members| members.iter().cloned().collect()).unwrap_or_default()
}
