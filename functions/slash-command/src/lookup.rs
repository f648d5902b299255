//! Reading reports: one `GetItem` each.

use std::time::Duration;

use aws_config::SdkConfig;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::ProvideErrorMetadata;
use aws_sdk_dynamodb::types::AttributeValue;
use standings_core::report::DecodeError;
use standings_core::{Board, Report, Status, Week, board};

/// Slack waits for three seconds in all: an attempt that takes one has failed, and there is time for another.
const ATTEMPT: Duration = Duration::from_secs(1);
const OPERATION: Duration = Duration::from_secs(2);
const ATTEMPTS: u32 = 2;

/// A client that gives up before Slack does.
pub(crate) fn client(config: &SdkConfig) -> Client {
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(ATTEMPT)
        .operation_attempt_timeout(ATTEMPT)
        .operation_timeout(OPERATION)
        .build();
    let retries = RetryConfig::standard().with_max_attempts(ATTEMPTS);
    let config = aws_sdk_dynamodb::config::Builder::from(config).timeout_config(timeouts).retry_config(retries);
    Client::from_conf(config.build())
}

/// The table of reports. Reads are eventually consistent: they cost half, and a report that is a second old is fresh.
#[derive(Debug)]
pub(crate) struct Reports {
    client: Client,
    table: String,
}

/// Why a report cannot be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum LookupError {
    /// `DynamoDB` does not answer, or not in time.
    #[error("DynamoDB does not answer")]
    Unavailable,
    /// There is no such table, or this function may not read it.
    #[error("the table of reports does not exist, or this function may not read it")]
    NotSetUp,
    /// The item is not what was once written.
    #[error("the report is damaged; a rebuild writes it anew")]
    Damaged,
    /// The item was written by a newer version.
    #[error("the report was written by a newer version; deploy both functions from the same commit")]
    Newer,
}

impl Reports {
    pub(crate) fn new(client: Client, table: String) -> Self {
        Self { client, table }
    }

    /// The latest report of a board, or `None` where there is none.
    pub(crate) async fn latest(&self, board: &Board) -> Result<Option<Report>, LookupError> {
        self.of(board, None).await
    }

    /// The report of a board and a week, of the latest one where it is `None`; or `None` where there is none.
    pub(crate) async fn of(&self, board: &Board, week: Option<Week>) -> Result<Option<Report>, LookupError> {
        self.report(week.map_or_else(|| board.latest_key(), |week| board.key(week))).await
    }

    async fn report(&self, key: String) -> Result<Option<Report>, LookupError> {
        let Some(text) = self.read(key).await? else { return Ok(None) };
        Report::decode(&text).map(Some).map_err(|error| match error {
            DecodeError::Newer(_) => LookupError::Newer,
            // The error itself may quote names, so that it is not logged.
            DecodeError::Damaged(_) | DecodeError::Packed(_) => LookupError::Damaged,
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
            // The error itself is logged where it is answered; this is what DynamoDB calls it.
            tracing::warn!(table = self.table, code, "a report cannot be fetched");
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
