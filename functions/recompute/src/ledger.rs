//! The ledger table: the fences of all subjects, and the tree of sums from sales files to periods.
//!
//! | `pk` | `sk` | item |
//! |---|---|---|
//! | `source#KEY` | `fence` | fence of the sales file `KEY`; members: parts of contributions, and the records below |
//! | `contributions#2026-11-30#07` | `0#KEY` | part 0 of what the file contributes to the segment that starts on that day, in shard 7 (compressed JSON), or that the file was rejected |
//! | `shards#2026-11-30` | `07` | fence of the shard; members: the parts of its sum |
//! | `sums#2026-11-30` | `07#0` | part 0 of the sum of the shard (compressed JSON) |
//! | `segments` | `2026-11-30` | fence of the segment; members: the parts of its sum |
//! | `totals#2026` | `2026-11-30#0` | part 0 of the sum of the segment (compressed JSON), by the year of its first day |
//! | `periods#month` | `2026-11` | fence of the period, with its rows and total; members: boards and parts of the roster |
//! | `refreshes` | `2026-11` | whether a delayed message about the period is under way ([`delayed`](crate::delayed)) |
//! | `uploads#2026-11-23` | `2026-11-23T12:00:00.000Z#KEY` | the version of the file that was uploaded at that time, for the status (JSON); days are those of UTC |
//! | `problems#2026-11-23` | likewise | the same, of files with a problem |
//! | `failed` | `KEY` | why the file was not read (JSON) |
//! | `failures` | `2026-W47`, `message` | why the period was not refreshed; the latest unrecognized message (JSON) |
//! | `arrivals` | `emea` | when the expected source came in last ([`arrivals`](crate::arrivals)) |
//! | `latest` | `fence` | fence of the latest reports; members: boards and parts of the roster |
//! | `status` | `fence` | fence of the status; members: days of upload |
//! | `version` | `version` | version of this table ([`migration`](crate::migration)) |
//!
//! Items of a subject that is no longer derived into them are kept without content, since their generation still has to
//! turn away older writers.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;
use std::ops::ControlFlow;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Deserialize;
use standings_core::{Failure, Period, PeriodKind, Segment, Upload, Week};
use xxhash_rust::xxh3::xxh3_64;

use crate::error::{StoreError, json_error};
use crate::failures::StoredFailure;
use crate::fence::Claim;
use crate::table::{Item, Range, Table};

/// Shards of a segment. An upload reads the contributions of one of them and the sums of all, which is least for some
/// 4,000 files a segment and little for 50,000.
const SHARDS: u8 = 64;

/// Partition of the fences of segments.
pub(crate) const SEGMENTS: &str = "segments";

/// Partition of the failures of files.
pub(crate) const FAILED: &str = "failed";

/// Partition of the failures of periods and messages.
pub(crate) const FAILURES: &str = "failures";

/// The ledger table.
#[derive(Clone, Debug)]
pub(crate) struct Ledger {
    pub(crate) table: Table,
}

/// Some of the files of a segment, by a hash of their keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Shard {
    pub(crate) segment: Segment,
    number: u8,
}

/// A subject of the fencing protocol.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Subject<'a> {
    /// A sales file, by key.
    File(&'a str),
    /// The sum of the contributions in a shard.
    Shard(Shard),
    /// The sum of the shards of a segment.
    Segment(Segment),
    /// The reports of a period.
    Period(Period),
    /// The copies of the latest reports.
    Latest,
    /// The status.
    Status,
}

/// What an [`Upload`] has about the version of its file.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Version {
    pub(crate) key: String,
    pub(crate) uploaded_at: Timestamp,
    #[serde(default)]
    pub(crate) etag: Option<String>,
}

/// Uploads of a day.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Uploads {
    All,
    /// Those with a [problem](Upload::has_problem).
    WithProblem,
}

impl Shard {
    /// Returns the shard of a file in a segment.
    pub(crate) fn of(segment: Segment, key: &str) -> Self {
        let number = u8::try_from(xxh3_64(key.as_bytes()) % u64::from(SHARDS)).unwrap_or_default();
        Self { segment, number }
    }

    /// Returns the partition of the contributions.
    pub(crate) fn contributions(self) -> String {
        format!("contributions#{}#{:02}", self.segment, self.number)
    }

    /// Returns the key of a part of the sum.
    pub(crate) fn sum(self, part: u32) -> Item {
        item_key(sums(self.segment), format!("{:02}#{part}", self.number))
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}#{:02}", self.segment, self.number)
    }
}

/// Returns the partition of the sums of the shards of a segment.
pub(crate) fn sums(segment: Segment) -> String {
    format!("sums#{segment}")
}

/// Returns the partition of the sums of segments that start in a year.
pub(crate) fn totals(year: i16) -> String {
    format!("totals#{year}")
}

/// Returns the partition of the fences of periods of a kind. Sort keys are in the order of time.
pub(crate) fn periods(kind: PeriodKind) -> String {
    format!("periods#{}", kind.name())
}

impl Subject<'_> {
    /// Returns the key of the fence. The fences of segments and periods share partitions, so that they can be listed.
    pub(crate) fn fence(self) -> Item {
        match self {
            Self::File(key) => item_key(format!("source#{key}"), "fence"),
            Self::Shard(Shard { segment, number }) => item_key(format!("shards#{segment}"), format!("{number:02}")),
            Self::Segment(segment) => item_key(SEGMENTS, segment.to_string()),
            Self::Period(period) => item_key(periods(period.kind()), period.to_string()),
            Self::Latest => item_key("latest", "fence"),
            Self::Status => item_key("status", "fence"),
        }
    }
}

/// Returns the partition of the uploads of a day.
pub(crate) fn uploads(day: Date) -> String {
    format!("uploads#{day}")
}

/// Returns the partition of the uploads of a day that have a problem.
pub(crate) fn problems(day: Date) -> String {
    format!("problems#{day}")
}

/// Returns the partition of the contributions to a week in version 1 of this table.
pub(crate) fn contributions_of_version_1(week: Week) -> String {
    format!("week#{week}")
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

    /// Writes items of this table under a claim.
    pub(crate) async fn put(&self, claim: &Claim, items: Vec<Item>) -> Result<(), StoreError> {
        claim.put_if_newer(&self.table, items).await
    }

    /// Returns the latest uploads of a day, or the latest with a problem, at most `limit`. Strongly consistent.
    pub(crate) async fn uploads(&self, day: Date, of: Uploads, limit: usize) -> Result<Vec<Upload>, StoreError> {
        let partition = match of {
            Uploads::All => uploads(day),
            Uploads::WithProblem => problems(day),
        };
        let mut uploads = Vec::new();
        let mut add = |item: Item| {
            if let Some(text) = item.get("upload").and_then(|text| text.as_s().ok()) {
                uploads.push(serde_json::from_str(text).map_err(json_error("an upload"))?);
            }
            Ok(if uploads.len() < limit { ControlFlow::Continue(()) } else { ControlFlow::Break(()) })
        };
        self.table.query_backwards(partition, "upload", &mut add).await?;
        Ok(uploads)
    }

    /// Returns the failures of files. Strongly consistent.
    pub(crate) async fn failed_files(&self) -> Result<Vec<Failure>, StoreError> {
        let mut failures = Vec::new();
        let mut add = |item: Item| {
            failures.extend(failure_of(&item)?);
            Ok(())
        };
        self.table.query(&Range::all(FAILED), "failure", &mut add).await?;
        Ok(failures)
    }

    /// Returns the failures of periods and messages. Strongly consistent.
    pub(crate) async fn failures(&self) -> Result<Vec<StoredFailure>, StoreError> {
        let mut failures = Vec::new();
        let mut add = |item: Item| {
            failures.extend(StoredFailure::of(&item)?);
            Ok(())
        };
        self.table.query(&Range::all(FAILURES), "failure, generation", &mut add).await?;
        Ok(failures)
    }

    /// Returns the days on which something was uploaded. Strongly consistent.
    pub(crate) async fn upload_days(&self) -> Result<Vec<Date>, StoreError> {
        let fence = self.table.get(Subject::Status.fence()).await?.unwrap_or_default();
        let days = fence.get("members").and_then(|days| days.as_ss().ok());
        Ok(days.into_iter().flatten().filter_map(|day| day.parse().ok()).collect())
    }

    /// Returns the segments that were ever claimed, in order. Strongly consistent.
    pub(crate) async fn segments(&self) -> Result<Vec<Segment>, StoreError> {
        let mut segments = Vec::new();
        let mut add = |item: Item| {
            segments.extend(item.get("sk").and_then(|segment| segment.as_s().ok()?.parse::<Segment>().ok()));
            Ok(())
        };
        self.table.query(&Range::all(SEGMENTS), "sk", &mut add).await?;
        Ok(segments)
    }

    /// Returns the generation of a subject, if it was ever claimed. Strongly consistent.
    pub(crate) async fn generation(&self, subject: Subject<'_>) -> Result<Option<u64>, StoreError> {
        let fence = self.table.get(subject.fence()).await?;
        Ok(fence.and_then(|fence| fence.get("generation")?.as_n().ok()?.parse().ok()))
    }

    /// Returns the versions that were uploaded on a day (UTC), by key. Of several versions of a file, the latest. Strongly
    /// consistent.
    pub(crate) async fn versions(&self, day: Date) -> Result<BTreeMap<String, Version>, StoreError> {
        let mut versions = BTreeMap::new();
        let mut add = |item: Item| {
            if let Some(text) = item.get("upload").and_then(|text| text.as_s().ok()) {
                let version: Version = serde_json::from_str(text).map_err(json_error("an upload"))?;
                versions.insert(version.key.clone(), version);
            }
            Ok(())
        };
        self.table.query(&Range::all(uploads(day)), "upload", &mut add).await?;
        Ok(versions)
    }

    /// Returns the keys of the files that start with `prefix` and have a record of a day, or with `None` failed. Every file
    /// that has something in this table has one. Strongly consistent.
    pub(crate) async fn files(&self, day: Option<Date>, prefix: &str) -> Result<Vec<String>, StoreError> {
        let mut keys = Vec::new();
        let mut add = |mut item: Item| {
            let is_live = item.contains_key("upload") || item.contains_key("failure");
            let key = item.remove("sk").and_then(|key| key.as_s().ok().cloned()).filter(|_| is_live);
            keys.extend(key.map(|key| without_time(&key).to_owned()).filter(|key| key.starts_with(prefix)));
            Ok(())
        };
        let partition = day.map_or_else(|| FAILED.to_owned(), uploads);
        self.table.query(&Range::all(partition), "sk, upload, failure", &mut add).await?;
        Ok(keys)
    }
}

/// Returns the key of the file in a sort key, which may begin with the time of the upload.
fn without_time(sort_key: &str) -> &str {
    match sort_key.split_once('#') {
        Some((time, key)) if time.parse::<Timestamp>().is_ok() => key,
        _ => sort_key,
    }
}

/// Returns the item attributes of a rejected file in the segment of its upload, without key.
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

pub(crate) fn item_key(pk: impl Into<String>, sk: impl Into<String>) -> Item {
    HashMap::from([("pk".to_owned(), AttributeValue::S(pk.into())), ("sk".to_owned(), AttributeValue::S(sk.into()))])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::member::Member;

    #[test]
    fn records_of_a_day_are_in_the_order_of_time_and_name_their_file() {
        let keys = ["2026-11-23T12:00:00Z", "2026-11-23T12:00:00.5Z", "2026-11-23T12:00:01Z"].map(|time| {
            let key = Member::Upload(time.parse().unwrap()).key("sales/a#b.csv");
            assert_eq!(key["pk"].as_s().unwrap(), "uploads#2026-11-23");
            key["sk"].as_s().unwrap().clone()
        });
        assert!(keys.is_sorted());
        assert!(keys.iter().all(|key| without_time(key) == "sales/a#b.csv"));
        assert_eq!(without_time("sales/a#b.csv"), "sales/a#b.csv");
    }

    #[test]
    fn the_shard_of_a_file_never_changes() {
        let segment = "2026-11-30".parse().unwrap();
        let shards = ["sales/a.csv", "sales/2026/47/emea.csv"].map(|key| Shard::of(segment, key).to_string());
        assert_eq!(shards, ["2026-11-30#48", "2026-11-30#61"]);
    }
}
