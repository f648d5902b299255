//! When the expected sources came in last: one item for each, whose time only moves forward. What arrived has arrived, so that a
//! file that is deleted or replaced later changes nothing, and no fence is needed.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;

use crate::app::Recompute;
use crate::error::StoreError;
use crate::ledger;
use crate::table::{Item, Range, superseded_is_success};

/// Partition of the arrivals.
const ARRIVALS: &str = "arrivals";

/// Notes that a file was uploaded, for each expected source that it belongs to.
pub(crate) async fn note(app: &Recompute, key: &str, uploaded_at: Timestamp) -> Result<(), StoreError> {
    let table = &app.ledger.table;
    for name in app.settings.expected.of_file(key) {
        let update = table
            .client
            .update_item()
            .table_name(&table.name)
            .set_key(Some(ledger::item_key(ARRIVALS, name)))
            .update_expression("SET arrived_at = :time")
            .condition_expression("attribute_not_exists(arrived_at) OR arrived_at < :time")
            .expression_attribute_values(":time", AttributeValue::N(uploaded_at.as_second().to_string()));
        superseded_is_success(update.send().await)?;
    }
    Ok(())
}

/// Returns the last uploads of the expected sources, by name. Strongly consistent.
pub(crate) async fn all(app: &Recompute) -> Result<BTreeMap<String, Timestamp>, StoreError> {
    let mut arrivals = BTreeMap::new();
    if app.settings.expected.is_empty() {
        return Ok(arrivals);
    }
    let mut add = |item: Item| {
        let name = item.get("sk").and_then(|name| name.as_s().ok());
        let at = item.get("arrived_at").and_then(|at| Timestamp::from_second(at.as_n().ok()?.parse().ok()?).ok());
        arrivals.extend(name.cloned().zip(at));
        Ok(())
    };
    app.ledger.table.query(&Range::all(ARRIVALS), "sk, arrived_at", &mut add).await?;
    Ok(arrivals)
}
