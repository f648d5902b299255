//! The function, with the clients that it works through.

use std::time::{Duration, SystemTime};

use lambda_runtime::LambdaEvent;
use tokio::time::{Instant, timeout};

use crate::event::Event;
use crate::settings::Settings;
use crate::{batch, rebuild, weeks};

/// So much of an invocation's time is kept for its answer.
const RESERVE: Duration = Duration::from_secs(3);

/// Lambda gives up a function that takes ten seconds to start.
const WARM_UP: Duration = Duration::from_secs(2);

/// The function, with the clients that it works through.
#[derive(Clone, Debug)]
pub struct Recompute {
    pub(crate) settings: Settings,
    pub(crate) s3: aws_sdk_s3::Client,
    pub(crate) dynamodb: aws_sdk_dynamodb::Client,
}

impl Recompute {
    /// Wires the function.
    #[must_use]
    pub fn new(settings: Settings, s3: aws_sdk_s3::Client, dynamodb: aws_sdk_dynamodb::Client) -> Self {
        Self { settings, s3, dynamodb }
    }

    /// Opens the connection to DynamoDB, so that the first event need not wait for it. A failure is left to that event.
    pub async fn warm_up(&self) {
        match timeout(WARM_UP, weeks::with_sales(self, None, Some(1))).await {
            Ok(Ok(_)) => {}
            Ok(Err(error)) => tracing::debug!(%error, "the warm-up failed"),
            Err(_) => tracing::debug!("the warm-up took too long"),
        }
    }

    /// Handles an event. A batch is answered with the messages that have to come again, a rebuild with what it did.
    ///
    /// # Errors
    ///
    /// Where a rebuild cannot list the bucket or the ledger. A batch never fails as a whole.
    pub async fn handle(&self, event: LambdaEvent<Event>) -> Result<serde_json::Value, lambda_runtime::Error> {
        let deadline = deadline(event.context.deadline());
        Ok(match event.payload {
            Event::Sqs(messages) => serde_json::to_value(batch::handle(self, &messages, deadline).await)?,
            Event::Rebuild { rebuild } => serde_json::to_value(rebuild::handle(self, &rebuild, deadline).await?)?,
        })
    }
}

/// When to stop: somewhat before Lambda does. Where the context has no deadline, an hour is one.
fn deadline(end: SystemTime) -> Instant {
    let left = end.duration_since(SystemTime::now()).unwrap_or(Duration::from_hours(1));
    Instant::now() + left.saturating_sub(RESERVE)
}
