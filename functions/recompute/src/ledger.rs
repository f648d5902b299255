//! The ledger table: the fences of all subjects, and what each sales file contributes to each week.
//!
//! | `pk` | `sk` | item |
//! |---|---|---|
//! | `source#KEY` | `fence` | fence of the sales file `KEY`; members: weeks, and days of upload |
//! | `week#2026-W47` | `KEY` | contribution of the file to the week (compressed JSON), or that the file was rejected |
//! | `uploads#2026-11-23` | `KEY` | the file as it was uploaded on that day, or why it failed on it, for the status (JSON) |
//! | `failures` | `2026-W47`, `message` | why the week was not refreshed; the latest unrecognized message (JSON) |
//! | `weeks` | `2026-W47` | fence of the week, with its rows and total; members: boards |
//! | `latest` | `fence` | fence of the latest reports; members: boards |
//! | `status` | `fence` | fence of the status; members: days of upload |
//!
//! Items of a file that is no longer derived into them are kept without content, since their generation still has to
//! turn away older writers.

use std::collections::{BTreeSet, HashMap};

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use jiff::civil::Date;
use standings_core::{Contribution, Failure, Upload, Week, WeekLedger};
use zstd::bulk::Decompressor;

use crate::error::{StoreError, encoding_error, json_error};
use crate::failures::StoredFailure;
use crate::fence::Claim;
use crate::table::{Item, Table};

/// Maximum size of a compressed contribution. DynamoDB items are limited to 400 KB including key and attribute names.
pub(crate) const MAX_CONTRIBUTION: usize = 380 * 1024;

/// Maximum size of a decompressed contribution, which bounds the memory that a damaged item can take.
const MAX_UNPACKED: usize = 64 * 1024 * 1024;

/// Partition of the fences of weeks.
pub(crate) const WEEKS: &str = "weeks";

/// Partition of the failures of weeks and messages.
pub(crate) const FAILURES: &str = "failures";

/// The ledger table.
#[derive(Clone, Debug)]
pub(crate) struct Ledger {
    pub(crate) table: Table,
}

/// A subject of the fencing protocol.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Subject<'a> {
    /// A sales file, by key.
    File(&'a str),
    /// The reports of a week.
    Week(Week),
    /// The copies of the latest reports.
    Latest,
    /// The status.
    Status,
}

impl Subject<'_> {
    /// Returns the key of the fence. The fences of weeks share a partition, so that they can be listed in order.
    pub(crate) fn fence(self) -> Item {
        match self {
            Self::File(key) => item_key(format!("source#{key}"), "fence"),
            Self::Week(week) => item_key(WEEKS, week.to_string()),
            Self::Latest => item_key("latest", "fence"),
            Self::Status => item_key("status", "fence"),
        }
    }
}

/// A member of a sales file: an item of the ledger that the file is derived into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Member {
    /// The contribution to a week.
    Week(Week),
    /// The entry in the list of uploads and failures of a day.
    Day(Date),
}

impl Member {
    /// Parses a member as [`Display`](std::fmt::Display) writes it.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        text.parse().map(Self::Week).ok().or_else(|| text.parse().map(Self::Day).ok())
    }

    /// Returns the key of this member of the file `key`.
    pub(crate) fn key(self, key: &str) -> Item {
        item_key(self.partition(), key)
    }

    fn partition(self) -> String {
        match self {
            Self::Week(week) => format!("week#{week}"),
            Self::Day(day) => format!("uploads#{day}"),
        }
    }
}

impl std::fmt::Display for Member {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Week(week) => week.fmt(f),
            Self::Day(day) => day.fmt(f),
        }
    }
}

impl Ledger {
    /// Wraps the table `name`.
    pub(crate) fn new(client: Client, name: String) -> Self {
        Self { table: Table { client, name } }
    }

    /// Claims a subject.
    pub(crate) async fn claim(&self, subject: Subject<'_>) -> Result<Claim, StoreError> {
        self.claim_with_members(subject, BTreeSet::new()).await
    }

    /// Claims a subject and adds members in the same step; see [`Claim::new`].
    pub(crate) async fn claim_with_members(
        &self,
        subject: Subject<'_>,
        added: BTreeSet<String>,
    ) -> Result<Claim, StoreError> {
        Claim::new(&self.table, subject.fence(), added).await
    }

    /// Writes items of a sales file under its claim.
    pub(crate) async fn put(&self, claim: &Claim, items: Vec<Item>) -> Result<(), StoreError> {
        claim.put_if_newer(&self.table, items).await
    }

    /// Returns the sum of all contributions to a week. Strongly consistent.
    pub(crate) async fn week(&self, week: Week) -> Result<WeekLedger, StoreError> {
        let mut ledger = WeekLedger::default();
        // One decompressor for all: creating one takes longer than decompressing a small contribution.
        let mut decompressor = Decompressor::new().map_err(encoding_error("a contribution"))?;
        for item in self.partition(Member::Week(week), "", "contribution, rejected").await? {
            if let Some(packed) = item.get("contribution").and_then(|packed| packed.as_b().ok()) {
                let contribution = unpack(&mut decompressor, packed.as_ref())?;
                ledger.files += u32::from(contribution.rows > 0);
                ledger.total += contribution;
            }
            let rejected = item.get("rejected").and_then(|rejected| rejected.as_bool().ok());
            ledger.rejected_files += u32::from(rejected == Some(&true));
        }
        Ok(ledger)
    }

    /// Returns the current versions of the files that were uploaded on a day, and the files that failed on it. Strongly
    /// consistent.
    pub(crate) async fn uploads(&self, day: Date) -> Result<(Vec<Upload>, Vec<Failure>), StoreError> {
        let items = self.partition(Member::Day(day), "", "upload, failure").await?;
        let texts = items.iter().filter_map(|item| item.get("upload")?.as_s().ok());
        let uploads = texts.map(|text| serde_json::from_str(text).map_err(json_error("an upload")));
        let failures = items.iter().filter_map(|item| failure_of(item).transpose());
        Ok((uploads.collect::<Result<_, _>>()?, failures.collect::<Result<_, _>>()?))
    }

    /// Returns the failures of weeks and messages. Strongly consistent.
    pub(crate) async fn failures(&self) -> Result<Vec<StoredFailure>, StoreError> {
        let items = self.query(FAILURES.to_owned(), "", "failure, generation").await?;
        items.iter().filter_map(|item| StoredFailure::of(item).transpose()).collect()
    }

    /// Returns the days on which something was uploaded. Strongly consistent.
    pub(crate) async fn upload_days(&self) -> Result<Vec<Date>, StoreError> {
        let fence = self.table.get(Subject::Status.fence()).await?.unwrap_or_default();
        let days = fence.get("members").and_then(|days| days.as_ss().ok());
        Ok(days.into_iter().flatten().filter_map(|day| day.parse().ok()).collect())
    }

    /// Returns the generation of a subject, if it was ever claimed. Strongly consistent.
    pub(crate) async fn generation(&self, subject: Subject<'_>) -> Result<Option<u64>, StoreError> {
        let fence = self.table.get(subject.fence()).await?;
        Ok(fence.and_then(|fence| fence.get("generation")?.as_n().ok()?.parse().ok()))
    }

    /// Returns the keys of the files that have something in a week or on a day, and start with `prefix`. Strongly
    /// consistent.
    pub(crate) async fn files(&self, member: Member, prefix: &str) -> Result<Vec<String>, StoreError> {
        let (attributes, contents) = match member {
            Member::Week(_) => ("sk, contribution, rejected", ["contribution", "rejected"]),
            Member::Day(_) => ("sk, upload, failure", ["upload", "failure"]),
        };
        let items = self.partition(member, prefix, attributes).await?;
        let live = items.into_iter().filter(|item| contents.iter().any(|content| item.contains_key(*content)));
        Ok(live.filter_map(|mut item| item.remove("sk")?.as_s().ok().cloned()).collect())
    }

    async fn partition(&self, member: Member, prefix: &str, attributes: &str) -> Result<Vec<Item>, StoreError> {
        self.query(member.partition(), prefix, attributes).await
    }

    /// Returns the items of a partition whose sort keys start with `prefix`. Only `attributes` are returned, which
    /// shortens the transfer and decoding of thousands of items.
    async fn query(&self, partition: String, prefix: &str, attributes: &str) -> Result<Vec<Item>, StoreError> {
        let query = self
            .table
            .client
            .query()
            .table_name(&self.table.name)
            .consistent_read(true)
            .projection_expression(attributes)
            .expression_attribute_values(":pk", AttributeValue::S(partition));
        let query = if prefix.is_empty() {
            query.key_condition_expression("pk = :pk")
        } else {
            query
                .key_condition_expression("pk = :pk AND begins_with(sk, :prefix)")
                .expression_attribute_values(":prefix", AttributeValue::S(prefix.to_owned()))
        };
        Ok(query.into_paginator().items().send().collect::<Result<_, _>>().await?)
    }
}

/// Encodes a contribution as it is stored: JSON, compressed with zstd.
pub(crate) fn pack(contribution: &Contribution) -> Result<Vec<u8>, StoreError> {
    let text = serde_json::to_vec(contribution).map_err(json_error("a contribution"))?;
    zstd::bulk::compress(&text, 3).map_err(encoding_error("a contribution"))
}

/// Returns the item attributes of a packed contribution, without key.
pub(crate) fn contribution_item(packed: Vec<u8>) -> Item {
    Item::from([("contribution".to_owned(), AttributeValue::B(Blob::new(packed)))])
}

/// Returns the item attributes of a rejected file in the week of its upload, without key.
pub(crate) fn rejected_item() -> Item {
    Item::from([("rejected".to_owned(), AttributeValue::Bool(true))])
}

/// Returns the item attributes of an upload, without key.
pub(crate) fn upload_item(upload: &Upload) -> Result<Item, StoreError> {
    let text = serde_json::to_string(upload).map_err(json_error("an upload"))?;
    Ok(Item::from([("upload".to_owned(), AttributeValue::S(text))]))
}

/// Returns the item attributes of a failure, without key.
pub(crate) fn failure_item(failure: &Failure) -> Result<Item, StoreError> {
    let text = serde_json::to_string(failure).map_err(json_error("a failure"))?;
    Ok(Item::from([("failure".to_owned(), AttributeValue::S(text))]))
}

/// Returns the failure in an item, if it has one.
pub(crate) fn failure_of(item: &Item) -> Result<Option<Failure>, StoreError> {
    let text = item.get("failure").and_then(|text| text.as_s().ok());
    text.map(|text| serde_json::from_str(text).map_err(json_error("a failure"))).transpose()
}

fn unpack(decompressor: &mut Decompressor<'_>, packed: &[u8]) -> Result<Contribution, StoreError> {
    let text = decompressor.decompress(packed, MAX_UNPACKED).map_err(encoding_error("a contribution"))?;
    serde_json::from_slice(&text).map_err(json_error("a contribution"))
}

pub(crate) fn item_key(pk: impl Into<String>, sk: impl Into<String>) -> Item {
    HashMap::from([("pk".to_owned(), AttributeValue::S(pk.into())), ("sk".to_owned(), AttributeValue::S(sk.into()))])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_is_a_week_or_a_day() {
        for text in ["2026-W47", "2026-11-23"] {
            assert_eq!(Member::parse(text).map(|member| member.to_string()).as_deref(), Some(text));
        }
        assert_eq!(Member::parse("company"), None);
    }

    #[test]
    fn the_stored_form_of_a_contribution_round_trips() {
        let contribution = Contribution { rows: 3, ..Contribution::default() };
        let mut decompressor = Decompressor::new().unwrap();
        assert_eq!(unpack(&mut decompressor, &pack(&contribution).unwrap()).unwrap(), contribution);
        assert!(matches!(unpack(&mut decompressor, b"damaged"), Err(StoreError::Encoding { .. })));
    }

    #[test]
    fn the_error_for_a_damaged_contribution_quotes_no_name() {
        let packed = zstd::bulk::compress(br#"{"people": {"Ana Lima": "Ana Lima"}}"#, 3).unwrap();
        let error = unpack(&mut Decompressor::new().unwrap(), &packed).unwrap_err().to_string();
        assert!(error.contains("a contribution") && error.contains("column"), "{error}");
        assert!(!error.contains("Ana"), "{error}");
    }
}
