//! Contributions and their sums: how they are stored, in as many items as they need, and how they are added up.
//!
//! An item of DynamoDB has at most 400 KB. A contribution or sum that needs more is split into parts by a hash of the names
//! in it, so that no number of people is too large. The parts are members of their subject: a writer that needs fewer
//! empties the others.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use jiff::civil::Date;
use serde::Serialize;
use standings_core::{Contribution, LedgerSum, Period, Segment, StoredSum, Week};
use zstd::bulk::Decompressor;

use crate::error::{StoreError, encoding_error, json_error};
use crate::ledger::{self, Ledger, Shard};
use crate::member::Member;
use crate::table::{Item, Range};

/// Maximum size of a compressed part. DynamoDB items are limited to 400 KB including key and attribute names.
pub(crate) const MAX_PART: usize = 380 * 1024;

/// Maximum number of parts: those of about a million salespeople.
const MAX_PARTS: u32 = 64;

/// Maximum size of a decompressed part, which bounds the memory that a damaged item can take.
const MAX_UNPACKED: usize = 64 * 1024 * 1024;

/// Attribute of a contribution.
const CONTRIBUTION: &str = "contribution";

/// Attribute of a sum.
const SUM: &str = "subtotal";

/// Decodes items of the ledger. One decompressor for all: creating one takes longer than decompressing a small item.
struct Decoder {
    decompressor: Decompressor<'static>,
}

impl Decoder {
    fn new() -> Result<Self, StoreError> {
        Ok(Self { decompressor: Decompressor::new().map_err(encoding_error("a sum"))? })
    }

    /// Decompresses an attribute of an item, if the item has it.
    fn unpack(&mut self, item: &Item, attribute: &'static str) -> Result<Option<Vec<u8>>, StoreError> {
        let Some(packed) = item.get(attribute).and_then(|packed| packed.as_b().ok()) else { return Ok(None) };
        self.decompressor.decompress(packed.as_ref(), MAX_UNPACKED).map(Some).map_err(encoding_error(attribute))
    }

    /// Adds a stored contribution, or the record of a rejected file.
    fn add_contribution(&mut self, sum: &mut StoredSum, item: &Item) -> Result<(), StoreError> {
        if let Some(json) = self.unpack(item, CONTRIBUTION)? {
            sum.add_contribution(&json).map_err(json_error(CONTRIBUTION))?;
        }
        if item.get("rejected").and_then(|rejected| rejected.as_bool().ok()) == Some(&true) {
            sum.add_rejected_file();
        }
        Ok(())
    }

    /// Adds the stored sum of a shard to that of its segment.
    fn add_shard(&mut self, sum: &mut StoredSum, item: &Item) -> Result<(), StoreError> {
        let Some(json) = self.unpack(item, SUM)? else { return Ok(()) };
        sum.add_shard(&json).map_err(json_error(SUM))
    }

    /// Adds the stored sum of a segment to that of a period.
    fn add_segment(&mut self, sum: &mut StoredSum, item: &Item) -> Result<(), StoreError> {
        let Some(json) = self.unpack(item, SUM)? else { return Ok(()) };
        sum.add_segment(&json).map_err(json_error(SUM))
    }
}

impl Ledger {
    /// Returns the sum of all contributions in a shard. Strongly consistent.
    pub(crate) async fn sum_of_shard(&self, shard: Shard) -> Result<LedgerSum, StoreError> {
        self.sum_of_contributions(shard.contributions()).await
    }

    /// Returns the sum of what files contributed to a week in version 1 of the ledger. Strongly consistent.
    pub(crate) async fn sum_of_version_1(&self, week: Week) -> Result<LedgerSum, StoreError> {
        self.sum_of_contributions(ledger::contributions_of_version_1(week)).await
    }

    async fn sum_of_contributions(&self, partition: String) -> Result<LedgerSum, StoreError> {
        let (mut sum, mut decoder) = (StoredSum::default(), Decoder::new()?);
        let mut add = |item: Item| decoder.add_contribution(&mut sum, &item);
        self.table.query(&Range::all(partition), "contribution, rejected", &mut add).await?;
        Ok(sum.into_sum())
    }

    /// Returns the sum of the shards of a segment. Strongly consistent.
    pub(crate) async fn sum_of_segment(&self, segment: Segment) -> Result<LedgerSum, StoreError> {
        let (mut sum, mut decoder) = (StoredSum::default(), Decoder::new()?);
        let mut add = |item: Item| decoder.add_shard(&mut sum, &item);
        self.table.query(&Range::all(ledger::sums(segment)), "subtotal", &mut add).await?;
        Ok(sum.into_sum())
    }

    /// Returns the sums of the segments of a period, and of those of the period before. Strongly consistent.
    pub(crate) async fn sums_of_period(&self, period: Period) -> Result<(LedgerSum, LedgerSum), StoreError> {
        let (mut sum, mut previous, mut decoder) = (StoredSum::default(), StoredSum::default(), Decoder::new()?);
        let first_day = period.first_day();
        for (partition, first, last) in partitions(period.previous().first_day(), period.last_day()) {
            let mut add = |item: Item| {
                let is_previous = day_of_total(&item).is_none_or(|day| day < first_day);
                decoder.add_segment(if is_previous { &mut previous } else { &mut sum }, &item)
            };
            // The number of the part follows the day, and `~` sorts after all of them.
            let range = Range::between(partition, first.to_string(), format!("{last}~"));
            self.table.query(&range, "sk, subtotal", &mut add).await?;
        }
        Ok((sum.into_sum(), previous.into_sum()))
    }

    /// Returns the key of a part of the sum of a segment.
    pub(crate) fn total_key(segment: Segment, part: u32) -> Item {
        ledger::item_key(ledger::totals(segment.first_day().year()), format!("{segment}#{part}"))
    }
}

/// Returns the first day of the segment whose sum an item is a part of.
fn day_of_total(item: &Item) -> Option<Date> {
    item.get("sk")?.as_s().ok()?.split_once('#')?.0.parse().ok()
}

/// Returns the partitions of the sums of segments that start between two days, each with its first and last day.
fn partitions(first: Date, last: Date) -> Vec<(String, Date, Date)> {
    // A week's first segment may start in the year before that of its Thursday, so years are those of days.
    let years = first.year()..=last.year();
    let of_year = |year: i16| {
        let (start, end) = (Date::new(year, 1, 1).unwrap_or(first), Date::new(year, 12, 31).unwrap_or(last));
        (ledger::totals(year), first.max(start), last.min(end))
    };
    years.map(of_year).collect()
}

/// Encodes a contribution: by number, the parts that it is stored as. There is at least one.
///
/// # Errors
///
/// `Ok(None)` if it needs more than [`MAX_PARTS`].
pub(crate) fn contribution_items(contribution: Contribution) -> Result<Option<BTreeMap<u32, Item>>, StoreError> {
    items(contribution, CONTRIBUTION, Contribution::split)
}

/// Returns the items of the ledger that hold what the file `key` contributes to a segment, without their generation. For
/// benchmarks, which need ledgers of more files than they can upload.
///
/// # Errors
///
/// If there are more people than can be stored.
pub fn stored_contribution(
    key: &str,
    segment: Segment,
    contribution: Contribution,
) -> std::io::Result<Vec<HashMap<String, AttributeValue>>> {
    let items = contribution_items(contribution).ok().flatten();
    let items = items.ok_or_else(|| std::io::Error::other("the contribution has too many people"))?;
    let with_key = items.into_iter().map(|(part, mut item)| {
        item.extend(Member::Part(segment, part).key(key));
        item
    });
    Ok(with_key.collect())
}

/// Encodes a sum likewise. One that holds nothing has no part.
pub(crate) fn sum_items(sum: LedgerSum) -> Result<BTreeMap<u32, Item>, StoreError> {
    if sum.is_empty() {
        return Ok(BTreeMap::new());
    }
    let split = |sum: LedgerSum, parts| {
        let LedgerSum { total, files, rejected_files } = sum;
        let mut split: Vec<LedgerSum> =
            total.split(parts).into_iter().map(|total| LedgerSum { total, ..LedgerSum::default() }).collect();
        if let Some(first) = split.first_mut() {
            (first.files, first.rejected_files) = (files, rejected_files);
        }
        split
    };
    items(sum, SUM, split)?.ok_or(StoreError::TooLarge("a sum of sales has too many salespeople"))
}

/// Encodes a value in one item, or in as many parts as it takes.
fn items<T: Serialize + Clone>(
    value: T,
    attribute: &'static str,
    split: impl Fn(T, u32) -> Vec<T>,
) -> Result<Option<BTreeMap<u32, Item>>, StoreError> {
    let whole = pack(&value, attribute)?;
    let needed = u32::try_from(whole.len().div_ceil(MAX_PART)).unwrap_or(u32::MAX).next_power_of_two();
    if needed == 1 {
        return Ok(Some(BTreeMap::from([(0, item(attribute, whole))])));
    }
    let mut parts = needed;
    while parts <= MAX_PARTS {
        let packed =
            split(value.clone(), parts).iter().map(|part| pack(part, attribute)).collect::<Result<Vec<_>, _>>()?;
        if packed.iter().all(|part| part.len() <= MAX_PART) {
            return Ok(Some((0..).zip(packed.into_iter().map(|packed| item(attribute, packed))).collect()));
        }
        parts *= 2;
    }
    Ok(None)
}

/// Encodes a value as JSON, compressed with zstd.
fn pack(value: &impl Serialize, attribute: &'static str) -> Result<Vec<u8>, StoreError> {
    let text = serde_json::to_vec(value).map_err(json_error(attribute))?;
    zstd::bulk::compress(&text, 3).map_err(encoding_error(attribute))
}

fn item(attribute: &str, packed: Vec<u8>) -> Item {
    Item::from([(attribute.to_owned(), AttributeValue::B(Blob::new(packed)))])
}

#[cfg(test)]
mod tests {
    use standings_core::Person;

    use super::*;

    /// Names that hardly compress.
    fn people(count: u64) -> Contribution {
        let mut contribution = Contribution { rows: count, ..Contribution::default() };
        for person in 0..count {
            let name = format!("{:x}", u128::from(person + 1).pow(3).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060));
            contribution.people.add(&name, 1, Person::default());
        }
        contribution
    }

    fn added_up(items: &BTreeMap<u32, Item>) -> LedgerSum {
        let (mut sum, mut decoder) = (StoredSum::default(), Decoder::new().unwrap());
        for item in items.values() {
            decoder.add_contribution(&mut sum, item).unwrap();
        }
        sum.into_sum()
    }

    #[test]
    fn a_contribution_of_any_number_of_people_is_stored_in_parts_that_add_up_to_it() {
        for (count, parts) in [(0, 1), (100, 1), (60_000, 4)] {
            let contribution = people(count);
            let items = contribution_items(contribution.clone()).unwrap().unwrap();
            assert_eq!(items.len(), parts);
            let sum = added_up(&items);
            assert_eq!((sum.files, sum.total), (u32::from(count > 0), contribution));
        }
    }

    #[test]
    fn a_sum_is_split_likewise_and_an_empty_one_is_not_stored() {
        let sum = LedgerSum { total: people(60_000), files: 7, rejected_files: 2 };
        let mut decoder = Decoder::new().unwrap();
        let mut found = StoredSum::default();
        for item in sum_items(sum.clone()).unwrap().values() {
            decoder.add_shard(&mut found, item).unwrap();
        }
        assert_eq!(found.into_sum(), sum);
        assert!(sum_items(LedgerSum::default()).unwrap().is_empty());
    }

    #[test]
    fn the_error_for_a_damaged_item_quotes_no_name() {
        let packed = zstd::bulk::compress(br#"{"people": {"Ana Lima": "Ana Lima"}}"#, 3).unwrap();
        let mut sum = StoredSum::default();
        let error = Decoder::new().unwrap().add_contribution(&mut sum, &item(CONTRIBUTION, packed));
        let error = error.unwrap_err().to_string();
        assert!(error.contains("contribution") && error.contains("column"), "{error}");
        assert!(!error.contains("Ana"), "{error}");
        let damaged = Decoder::new().unwrap().add_shard(&mut sum, &item(SUM, b"damaged".to_vec()));
        assert!(matches!(damaged, Err(StoreError::Encoding { .. })));
    }

    #[test]
    fn sums_of_a_period_across_years_are_in_the_partitions_of_both() {
        let period: Period = "2026-W53".parse().unwrap();
        let found = partitions(period.previous().first_day(), period.last_day());
        let found: Vec<String> = found.into_iter().map(|(pk, first, last)| format!("{pk} {first} {last}")).collect();
        assert_eq!(found, ["totals#2026 2026-12-21 2026-12-31", "totals#2027 2027-01-01 2027-01-03"]);
    }
}
