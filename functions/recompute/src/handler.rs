//! The entry point: warm-up, and one invocation.

use std::time::{Duration, SystemTime};

use lambda_runtime::LambdaEvent;
use standings_core::PeriodKind;
use tokio::time::{Instant, timeout};

use crate::app::Recompute;
use crate::event::Event;
use crate::{batch, rebuild, reconcile};

/// Time of an invocation that is reserved for the response.
const RESERVE: Duration = Duration::from_secs(3);

/// Maximum duration of the warm-up. Lambda stops an initialization that takes longer than ten seconds.
const WARM_UP: Duration = Duration::from_secs(2);

impl Recompute {
    /// Opens the connection to DynamoDB during initialization, so that the first event does not wait for it.
    ///
    /// A failure is not reported here: the first event meets it again, and has a message to redeliver.
    pub async fn warm_up(&self) {
        match timeout(WARM_UP, self.ledger.periods_with_sales(PeriodKind::Week, None, Some(1))).await {
            Ok(Ok(_)) => {}
            Ok(Err(error)) => tracing::debug!(%error, "warm-up failed"),
            Err(_) => tracing::debug!("warm-up timed out"),
        }
    }

    /// Handles one event. The response to a batch lists the messages to redeliver (partial batch failure); the response
    /// to a rebuild or a reconciliation is its summary.
    ///
    /// # Errors
    ///
    /// If a rebuild or a reconciliation cannot list the bucket or the ledger. A batch never fails as a whole: Lambda would redeliver all of
    /// its messages, including those that were handled.
    pub async fn handle(&self, event: LambdaEvent<Event>) -> Result<serde_json::Value, lambda_runtime::Error> {
        let deadline = deadline(event.context.deadline());
        Ok(match event.payload {
            Event::Sqs(messages) => serde_json::to_value(batch::handle(self, &messages, deadline).await)?,
            Event::Reconcile { reconcile } => {
                serde_json::to_value(reconcile::handle(self, &reconcile, deadline).await?)?
            }
            Event::Rebuild { rebuild } => serde_json::to_value(rebuild::handle(self, &rebuild, deadline).await?)?,
        })
    }
}

/// Returns when to stop working: [`RESERVE`] before Lambda ends the invocation. Without a deadline in the context, as
/// in tests and benchmarks, an hour from now.
fn deadline(end: SystemTime) -> Instant {
    let left = end.duration_since(SystemTime::now()).unwrap_or(Duration::from_hours(1));
    Instant::now() + left.saturating_sub(RESERVE)
}
