//! Access to the table of reports.

use aws_sdk_dynamodb::types::AttributeValue;
use futures_util::{StreamExt, TryStreamExt, stream};

use crate::app::Recompute;
use crate::error::StoreError;
use crate::fence::{Claim, Item};

/// Items are read and written side by side, so many at once.
pub(crate) const CALLS: usize = 16;

/// An item of the table of reports: its key, and the stored form, which for a roster is compressed.
pub(crate) struct Stored {
    pub(crate) pk: String,
    pub(crate) report: AttributeValue,
}

impl Stored {
    pub(crate) fn text(pk: String, report: String) -> Self {
        Self { pk, report: AttributeValue::S(report) }
    }

    fn item(self) -> Item {
        Item::from([("pk".to_owned(), AttributeValue::S(self.pk)), ("report".to_owned(), self.report)])
    }
}

/// What stands in the table of reports under a key.
pub(crate) async fn stored(app: &Recompute, pk: String) -> Result<Option<AttributeValue>, StoreError> {
    let item = app
        .dynamodb
        .get_item()
        .table_name(&app.settings.reports_table)
        .key("pk", AttributeValue::S(pk))
        .consistent_read(true)
        .send()
        .await?
        .item;
    Ok(item.and_then(|mut item| item.remove("report")))
}

pub(crate) async fn put_all(app: &Recompute, claim: &Claim, reports: Vec<Stored>) -> Result<(), StoreError> {
    stream::iter(reports)
        .map(|stored| claim.put_if_newer(&app.dynamodb, &app.settings.reports_table, stored.item()))
        .buffer_unordered(CALLS)
        .try_collect()
        .await
}
