//! The ledger: what each sales file adds to each week, as it is stored.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use jiff::civil::Date;
use standings_core::{Contribution, Upload, Week, WeekLedger};
use zstd::bulk::Decompressor;

use crate::error::StoreError;
use crate::fence::{self, Item};

/// What a contribution may take, compressed: an item may have 400 KB, its key included.
pub(crate) const MAX_CONTRIBUTION: usize = 380 * 1024;

/// No contribution of that size unpacks to more.
const MAX_UNPACKED: usize = 64 * 1024 * 1024;

/// The sort key of a fence that stands alone in its partition.
pub(crate) const FENCE: &str = "fence";

/// The partition of the weeks' fences, in order.
pub(crate) const WEEKS: &str = "weeks";

/// What a sales file is derived into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Member {
    /// A week that it has rows in.
    Week(Week),
    /// The day that it was uploaded on.
    Day(Date),
}

impl Member {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        text.parse().map(Self::Week).ok().or_else(|| text.parse().map(Self::Day).ok())
    }

    /// Where this member of the file `key` stands.
    pub(crate) fn key(self, key: &str) -> Item {
        fence::key(self.partition(), key)
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

/// A contribution as it is stored: compressed JSON.
pub(crate) fn pack(contribution: &Contribution) -> Result<AttributeValue, StoreError> {
    let text = serde_json::to_vec(contribution).map_err(|error| form(&error))?;
    Ok(AttributeValue::B(Blob::new(zstd::bulk::compress(&text, 3).map_err(|error| form(&error))?)))
}

/// To make a `Decompressor` takes longer than what it does to a small contribution.
fn unpack(decompressor: &mut Decompressor<'_>, packed: &[u8]) -> Result<Contribution, StoreError> {
    let text = decompressor.decompress(packed, MAX_UNPACKED).map_err(|error| form(&error))?;
    serde_json::from_slice(&text).map_err(|error| form(&error))
}

fn form(error: &dyn std::error::Error) -> StoreError {
    StoreError::Form { what: "a contribution", problem: error.to_string() }
}

/// All contributions to a week, merged. Strongly consistent.
pub(crate) async fn week(client: &Client, table: &str, week: Week) -> Result<WeekLedger, StoreError> {
    let mut ledger = WeekLedger::default();
    let mut decompressor = Decompressor::new().map_err(|error| form(&error))?;
    for item in partition(client, table, Member::Week(week), "", "contribution, rejected").await? {
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

/// The files that were uploaded on a day, as they stand now. Strongly consistent.
pub(crate) async fn uploads(client: &Client, table: &str, day: Date) -> Result<Vec<Upload>, StoreError> {
    let items = partition(client, table, Member::Day(day), "", "upload").await?;
    let texts = items.iter().filter_map(|item| item.get("upload")?.as_s().ok());
    texts
        .map(|text| {
            serde_json::from_str(text)
                .map_err(|error| StoreError::Form { what: "an upload", problem: error.to_string() })
        })
        .collect()
}

/// The keys of the files that count in a week and start with `prefix`. Strongly consistent.
pub(crate) async fn files(client: &Client, table: &str, week: Week, prefix: &str) -> Result<Vec<String>, StoreError> {
    let items = partition(client, table, Member::Week(week), prefix, "sk, contribution, rejected").await?;
    let live = items.into_iter().filter(|item| item.contains_key("contribution") || item.contains_key("rejected"));
    Ok(live.filter_map(|mut item| item.remove("sk")?.as_s().ok().cloned()).collect())
}

/// The items of a member whose keys start with `prefix`, with these attributes alone: thousands of them take their time.
async fn partition(
    client: &Client,
    table: &str,
    member: Member,
    prefix: &str,
    attributes: &str,
) -> Result<Vec<Item>, StoreError> {
    let query = client
        .query()
        .table_name(table)
        .consistent_read(true)
        .projection_expression(attributes)
        .expression_attribute_values(":pk", AttributeValue::S(member.partition()));
    let query = if prefix.is_empty() {
        query.key_condition_expression("pk = :pk")
    } else {
        query
            .key_condition_expression("pk = :pk AND begins_with(sk, :prefix)")
            .expression_attribute_values(":prefix", AttributeValue::S(prefix.to_owned()))
    };
    Ok(query.into_paginator().items().send().collect::<Result<_, _>>().await?)
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
    fn a_contribution_comes_back_from_its_stored_form() {
        let contribution = Contribution { rows: 3, ..Contribution::default() };
        let packed = pack(&contribution).unwrap();
        let mut decompressor = Decompressor::new().unwrap();
        assert!(matches!(unpack(&mut decompressor, b"damaged"), Err(StoreError::Form { .. })));
        assert_eq!(unpack(&mut decompressor, packed.as_b().unwrap().as_ref()).unwrap(), contribution);
    }
}
