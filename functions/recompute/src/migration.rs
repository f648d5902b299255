//! Migration of the ledger from version 1, in which contributions were kept by week and read by each refresh of the week.
//!
//! A rebuild ingests every file again, which empties its contributions of version 1 under the same claim as it puts those
//! of version 2. It can run next to live uploads. Until it is done, weeks are ranked from both versions together; months,
//! quarters and years from version 2 alone, that is from the files that were ingested since. Their reports say so.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::ToSpan;
use standings_core::{LedgerSum, Period, Segment, Week};

use crate::app::Recompute;
use crate::error::{StoreError, WorkError};
use crate::fence::Claim;
use crate::ledger::{self, Ledger};
use crate::member::Member;
use crate::table::{Item, Range, superseded_is_success};

/// Version of the ledger that this function writes.
const VERSION: u32 = 2;

/// Partition of the fences of weeks in version 1.
const WEEKS_OF_VERSION_1: &str = "weeks";

/// Whether the ledger still has contributions of version 1. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub(crate) struct Migration {
    /// Set once the ledger is known to have version 2. It never goes back.
    is_done: Arc<AtomicBool>,
}

impl Migration {
    /// Returns whether a rebuild has yet to migrate the ledger.
    ///
    /// # Errors
    ///
    /// If a newer version of Standings wrote the ledger, or it cannot be read.
    pub(crate) async fn is_pending(&self, ledger: &Ledger) -> Result<bool, StoreError> {
        if self.is_done.load(Ordering::Relaxed) {
            return Ok(false);
        }
        let version = match ledger.table.get(key()).await? {
            Some(item) => item.get("version").and_then(|version| version.as_n().ok()?.parse().ok()),
            None if weeks(ledger).await?.is_empty() => {
                set_version(ledger).await?;
                Some(VERSION)
            }
            None => None,
        };
        match version {
            Some(version) if version > VERSION => Err(StoreError::Newer(version)),
            Some(_) => {
                self.is_done.store(true, Ordering::Relaxed);
                Ok(false)
            }
            None => Ok(true),
        }
    }

    /// Ends the migration if nothing of version 1 is left in the ledger.
    pub(crate) async fn finish(&self, ledger: &Ledger) -> Result<(), StoreError> {
        if !self.is_pending(ledger).await? {
            return Ok(());
        }
        for week in weeks(ledger).await? {
            let mut is_empty = true;
            let mut look = |item: Item| {
                is_empty &= item.is_empty();
                Ok(())
            };
            let range = Range::all(ledger::contributions_of_version_1(week));
            ledger.table.query(&range, "contribution, rejected", &mut look).await?;
            if !is_empty {
                tracing::warn!(week.id = %week, "the ledger is not migrated yet: week {week} has contributions of version 1");
                return Ok(());
            }
        }
        set_version(ledger).await?;
        self.is_done.store(true, Ordering::Relaxed);
        tracing::info!("the ledger is migrated to version {VERSION}");
        Ok(())
    }
}

/// Adds what is left of version 1 to the sums of a week and of the one before. Those of other periods stay as they are.
pub(crate) async fn add_version_1(
    app: &Recompute,
    period: Period,
    sum: &mut LedgerSum,
    previous: &mut LedgerSum,
) -> Result<(), WorkError> {
    if let Period::Week(week) = period {
        sum.add_shard(app.ledger.sum_of_version_1(week).await?);
        previous.add_shard(app.ledger.sum_of_version_1(week.previous()).await?);
    }
    Ok(())
}

/// Carries the contributions of version 1 of an archived file over to version 2, since the file cannot be read again. Which
/// days of a week they belong to is not known: they count in the month of its Thursday. Returns the affected segments.
pub(crate) async fn carry_over(app: &Recompute, key: &str, claim: &Claim) -> Result<BTreeSet<Segment>, StoreError> {
    let members = claim.members.iter().filter_map(|member| Member::parse(member));
    let weeks: Vec<Week> =
        members.filter_map(|member| if let Member::Week(week) = member { Some(week) } else { None }).collect();
    let mut segments = BTreeSet::new();
    let mut emptied = BTreeSet::new();
    for week in weeks {
        let old = Member::Week(week);
        let Some(segment) = Segment::of_date(week.monday().saturating_add(3.days())) else { continue };
        let new = Member::Part(segment, 0);
        segments.extend(Period::Week(week).segments());
        let Some(mut item) = app.ledger.table.get(old.key(key)).await? else { continue };
        item.retain(|name, _| ["contribution", "rejected"].contains(&name.as_str()));
        if !claim.extend(BTreeSet::from([new.to_string()])).await?.contains(&new.to_string()) {
            // A newer writer does it.
            return Ok(segments);
        }
        item.extend(new.key(key));
        app.ledger.put(claim, vec![item, old.key(key)]).await?;
        emptied.insert(old.to_string());
        tracing::warn!(object.key = key, week.id = %week, "archived file {key}: all its sales of {week} count in one month");
    }
    claim.drop_members(emptied).await;
    Ok(segments)
}

/// Returns the weeks that version 1 had claimed.
async fn weeks(ledger: &Ledger) -> Result<Vec<Week>, StoreError> {
    let mut weeks = Vec::new();
    let mut add = |item: Item| {
        weeks.extend(item.get("sk").and_then(|week| week.as_s().ok()?.parse::<Week>().ok()));
        Ok(())
    };
    ledger.table.query(&Range::all(WEEKS_OF_VERSION_1), "sk", &mut add).await?;
    Ok(weeks)
}

async fn set_version(ledger: &Ledger) -> Result<(), StoreError> {
    let mut item = key();
    item.insert("version".to_owned(), AttributeValue::N(VERSION.to_string()));
    let put = ledger.table.client.put_item().table_name(&ledger.table.name).set_item(Some(item));
    superseded_is_success(put.condition_expression("attribute_not_exists(pk)").send().await)
}

fn key() -> Item {
    ledger::item_key("version", "version")
}
