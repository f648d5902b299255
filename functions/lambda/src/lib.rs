//! What both Lambda functions share: start-up, settings, logging and metrics.
//!
//! A `main` only wires its function and passes the future that runs it to [`start`]:
//!
//! ```no_run
//! #[tokio::main]
//! async fn main() -> std::process::ExitCode {
//!     standings_lambda::start(async { Ok(()) }).await
//! }
//! ```

pub mod logging;
pub mod metrics;
pub mod settings;

use std::process::ExitCode;

pub use metrics::{Metrics, Unit, milliseconds};
pub use settings::{SettingsError, Variables};

/// Sets up logging and runs a function until Lambda ends it.
///
/// A failure is logged as JSON. Returned from `main`, it would also be printed to standard error as plain text, which
/// log queries do not find.
pub async fn start(run: impl Future<Output = Result<(), lambda_runtime::Error>>) -> ExitCode {
    logging::init();
    match run.await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(error, "startup failed");
            ExitCode::FAILURE
        }
    }
}
