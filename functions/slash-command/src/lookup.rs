//! Reading reports: one `GetItem` each.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::ProvideErrorMetadata;
use aws_sdk_dynamodb::types::AttributeValue;
use standings_core::report::DecodeError;
use standings_core::{Report, Status, board};

/// The table of reports. Reads are eventually consistent: they cost half, and a report that is a second old is fresh.
pub(crate) struct Reports {
    client: Client,
    table: String,
}

/// Why a report cannot be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LookupError {
    /// `DynamoDB` does not answer, or not in time.
    Unavailable,
    /// There is no such table, or this function may not read it.
    NotSetUp,
    /// The item is not what was once written.
    Damaged,
    /// The item was written by a newer version.
    Newer,
}

impl LookupError {
    /// The reason as it is logged.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Unavailable => "unavailable",
            Self::NotSetUp => "not set up",
            Self::Damaged => "damaged",
            Self::Newer => "newer version",
        }
    }
}

impl Reports {
    pub(crate) fn new(client: Client, table: String) -> Self {
        Self { client, table }
    }

    /// The report under `key`, or `None` where there is none.
    pub(crate) async fn report(&self, key: String) -> Result<Option<Report>, LookupError> {
        let Some(text) = self.read(key).await? else { return Ok(None) };
        Report::decode(&text).map(Some).map_err(|error| match error {
            DecodeError::Newer(_) => LookupError::Newer,
            // The error itself may quote names, so that it is not logged.
            DecodeError::Damaged(_) => LookupError::Damaged,
        })
    }

    /// The last uploads, or `None` where there were none.
    pub(crate) async fn status(&self) -> Result<Option<Status>, LookupError> {
        let Some(text) = self.read(board::STATUS_KEY.to_owned()).await? else { return Ok(None) };
        serde_json::from_str(&text).map(Some).map_err(|_| LookupError::Damaged)
    }

    async fn read(&self, key: String) -> Result<Option<String>, LookupError> {
        let request = self.client.get_item().table_name(&self.table).key("pk", AttributeValue::S(key));
        let answer = request.send().await.map_err(|error| {
            let code = error.code().unwrap_or("no answer");
            tracing::error!(table = self.table, code, "a report cannot be fetched");
            match code {
                "ResourceNotFoundException" | "AccessDeniedException" | "ValidationException" => LookupError::NotSetUp,
                _ => LookupError::Unavailable,
            }
        })?;
        let Some(mut item) = answer.item else { return Ok(None) };
        match item.remove("report") {
            Some(AttributeValue::S(text)) => Ok(Some(text)),
            _ => Err(LookupError::Damaged),
        }
    }
}
