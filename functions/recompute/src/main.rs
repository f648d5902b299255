//! The Lambda function: wires settings, logging and clients, and runs.

use std::process::ExitCode;
use std::time::Duration;

use aws_config::BehaviorVersion;
use aws_config::timeout::TimeoutConfig;
use lambda_runtime::{Error, LambdaEvent, service_fn};
use standings_recompute::{Event, Recompute, Settings, logging};

/// A call that has had no answer for this long is made again.
const PATIENCE: Duration = Duration::from_secs(5);

#[tokio::main]
async fn main() -> ExitCode {
    logging::init();
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        // Returned from here, it would stand on standard error as well, and not as JSON.
        Err(error) => {
            tracing::error!(error, "the function does not run");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Error> {
    let settings = Settings::from_env()?;
    let timeouts = TimeoutConfig::builder().read_timeout(PATIENCE).build();
    let config = aws_config::defaults(BehaviorVersion::v2026_01_12()).timeout_config(timeouts).load().await;
    let app = &Recompute::new(settings, aws_sdk_s3::Client::new(&config), aws_sdk_dynamodb::Client::new(&config));
    app.warm_up().await;
    lambda_runtime::run(service_fn(move |event: LambdaEvent<Event>| app.handle(event))).await
}
