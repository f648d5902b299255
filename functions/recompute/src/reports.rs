//! The reports table: everything that the slash command reads.
//!
//! | `pk` | `report` |
//! |---|---|
//! | `2026-W47#company`, `2026-11#team#emea`, `2026-10/P3M#company`, `2026-01/P1Y#company` | report of a period and board (versioned JSON) |
//! | `2026-W47#roster` | roster (versioned JSON, compressed with DEFLATE) |
//! | `2026-W47#roster#0` | part 0 of a roster that does not fit into one item, by a hash of names |
//! | `latest#company`, `latest#team#emea`, `latest#roster` | copies of those of the latest week with sales |
//! | `periods` | list of the latest periods with sales (JSON) |
//! | `status` | latest uploads, their problems and what failed (JSON) |
//! | `file#2026/47/emea.csv` | the file as it was ingested, by its name below the prefix; `null` once it is deleted (JSON) |
//!
//! The slash command also writes `person#USER` items to this table, which this function does not use.

use std::fmt;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;

use standings_core::{Board, Period, Roster, Upload, status};

use crate::error::{StoreError, json_error};
use crate::fence::Claim;
use crate::table::{Item, Table};

/// Name of the attribute that holds the stored form.
const BODY: &str = "report";

/// The reports table.
#[derive(Clone, Debug)]
pub(crate) struct Reports {
    table: Table,
}

/// A member of a period or of the latest reports: an item that reports are derived into.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum ReportMember {
    /// The report of a board.
    Board(Board),
    /// A part of a roster.
    RosterPart(u32),
}

impl ReportMember {
    /// Parses a member as [`Display`](fmt::Display) writes it.
    pub(crate) fn parse(id: &str) -> Option<Self> {
        match id.strip_prefix("roster#") {
            Some(part) => part.parse().ok().map(Self::RosterPart),
            None => Board::from_id(id).map(Self::Board),
        }
    }

    /// Returns the key of its item: of a period, or of the latest week.
    pub(crate) fn key(&self, period: Option<Period>) -> String {
        match (self, period) {
            (Self::Board(board), Some(period)) => board.key(period),
            (Self::Board(board), None) => board.latest_key(),
            (Self::RosterPart(part), period) => Roster::part_key(period, *part),
        }
    }
}

impl fmt::Display for ReportMember {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Board(board) => board.fmt(f),
            Self::RosterPart(part) => write!(f, "roster#{part}"),
        }
    }
}

/// An item of the reports table.
pub(crate) struct StoredReport {
    key: String,
    body: Option<AttributeValue>,
}

impl StoredReport {
    /// An item whose stored form is text.
    pub(crate) fn text(key: impl Into<String>, body: String) -> Self {
        Self { key: key.into(), body: Some(AttributeValue::S(body)) }
    }

    /// An item whose stored form is compressed.
    pub(crate) fn binary(key: impl Into<String>, body: Vec<u8>) -> Self {
        Self { key: key.into(), body: Some(AttributeValue::B(Blob::new(body))) }
    }

    /// The record of the file with this name below the prefix; `None` if it is deleted.
    pub(crate) fn file(name: &str, upload: Option<&Upload>) -> Result<Self, StoreError> {
        Ok(Self::text(status::file_key(name), serde_json::to_string(&upload).map_err(json_error("an upload"))?))
    }

    /// A copy of the stored form of another item.
    pub(crate) fn copy(key: impl Into<String>, body: AttributeValue) -> Self {
        Self { key: key.into(), body: Some(body) }
    }

    /// An item without a report, whose generation turns away older writers. Reads find no report.
    pub(crate) fn removed(key: impl Into<String>) -> Self {
        Self { key: key.into(), body: None }
    }

    fn into_item(self) -> Item {
        let mut item = item_key(self.key);
        item.extend(self.body.map(|body| (BODY.to_owned(), body)));
        item
    }
}

impl Reports {
    /// Wraps the table `name`.
    pub(crate) fn new(client: Client, name: String) -> Self {
        Self { table: Table { client, name } }
    }

    /// Returns the stored form of the item with this key. Strongly consistent.
    pub(crate) async fn get(&self, key: String) -> Result<Option<AttributeValue>, StoreError> {
        let item = self.table.get(item_key(key)).await?;
        Ok(item.and_then(|mut item| item.remove(BODY)))
    }

    /// Returns the record of the file with this name below the prefix. Strongly consistent.
    ///
    /// A record that cannot be decoded, such as that of a newer version of Standings, is about to be replaced.
    pub(crate) async fn upload(&self, name: &str) -> Result<Option<Upload>, StoreError> {
        let stored = self.get(status::file_key(name)).await?;
        Ok(stored.and_then(|text| serde_json::from_str(text.as_s().ok()?).ok()?))
    }

    /// Writes items under the claim on their subject.
    pub(crate) async fn put(&self, claim: &Claim, reports: Vec<StoredReport>) -> Result<(), StoreError> {
        claim.put_if_newer(&self.table, reports.into_iter().map(StoredReport::into_item).collect()).await
    }
}

fn item_key(pk: String) -> Item {
    Item::from([("pk".to_owned(), AttributeValue::S(pk))])
}
