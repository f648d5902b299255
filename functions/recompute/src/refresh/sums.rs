//! The sums of shards and segments.

use std::collections::{BTreeMap, BTreeSet};

use standings_core::Segment;

use crate::app::Recompute;
use crate::error::{StoreError, WorkError};
use crate::fence::Claim;
use crate::ledger::{Ledger, Shard, Subject};
use crate::sums::sum_items;
use crate::table::Item;

/// Refreshes the sum of a shard from the contributions in it.
pub(crate) async fn shard(app: &Recompute, shard: Shard) -> Result<(), WorkError> {
    let claim = app.ledger.claim(Subject::Shard(shard)).await?;
    let sum = app.ledger.sum_of_shard(shard).await?;
    put(app, &claim, sum_items(sum)?, &|part| shard.sum(part)).await?;
    tracing::debug!(generation = claim.generation, "shard {shard} refreshed");
    Ok(())
}

/// Refreshes the sum of a segment from those of its shards.
pub(crate) async fn segment(app: &Recompute, segment: Segment) -> Result<(), WorkError> {
    let claim = app.ledger.claim(Subject::Segment(segment)).await?;
    let sum = app.ledger.sum_of_segment(segment).await?;
    put(app, &claim, sum_items(sum)?, &|part| Ledger::total_key(segment, part)).await?;
    tracing::debug!(segment.id = %segment, generation = claim.generation, "segment {segment} refreshed");
    Ok(())
}

/// Puts the parts of a sum, and empty items for the parts that it no longer has.
async fn put(
    app: &Recompute,
    claim: &Claim,
    mut parts: BTreeMap<u32, Item>,
    key: &(dyn Fn(u32) -> Item + Sync),
) -> Result<(), StoreError> {
    let members = claim.extend(parts.keys().map(u32::to_string).collect()).await?;
    let mut emptied = BTreeSet::new();
    let mut items = Vec::with_capacity(members.len());
    for member in members {
        let Ok(part) = member.parse::<u32>() else { continue };
        let mut item = parts.remove(&part).unwrap_or_else(|| {
            emptied.insert(member);
            Item::new()
        });
        item.extend(key(part));
        items.push(item);
    }
    app.ledger.put(claim, items).await?;
    claim.drop_members(emptied).await;
    Ok(())
}
