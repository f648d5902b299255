//! Recompute: a sales file changes, the rankings follow.

mod reader;
mod settings;

use aws_lambda_events::sqs::SqsEvent;
use lambda_runtime::LambdaEvent;
use serde::Deserialize;

pub use self::reader::{ReadError, Reading, SalesFile, SourceError, read};
pub use self::settings::{Settings, SettingsError};

/// What invokes the function.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum Event {
    /// `{"rebuild":{"prefix":"sales/"}}`: put every object under the prefix through.
    Rebuild {
        /// What to rebuild.
        rebuild: Rebuild,
    },
    /// A batch of messages that hold S3 notifications.
    Sqs(SqsEvent),
}

/// What to rebuild.
#[derive(Debug, Deserialize)]
pub struct Rebuild {
    /// Objects whose keys start with this; the whole of `SALES_PREFIX` where it is missing.
    pub prefix: Option<String>,
}

/// The function.
pub struct Recompute {}

impl Recompute {
    /// Wires it.
    pub fn new(_settings: Settings, _s3: aws_sdk_s3::Client, _dynamodb: aws_sdk_dynamodb::Client) -> Self {
        Self {}
    }
    /// Opens connections.
    pub async fn warm_up(&self) {}
    /// Handles an event.
    pub async fn handle(&self, _event: LambdaEvent<Event>) -> Result<serde_json::Value, lambda_runtime::Error> {
        Ok(serde_json::json!({"batchItemFailures": []}))
    }
}
