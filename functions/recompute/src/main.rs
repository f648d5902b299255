//! The `recompute` Lambda function: wires settings, logging and clients, and runs.

use std::process::ExitCode;
use std::time::Duration;

use aws_config::BehaviorVersion;
use aws_config::timeout::TimeoutConfig;
use lambda_runtime::{Error, LambdaEvent, service_fn};
use standings_lambda::Variables;
use standings_recompute::{Event, Recompute, Settings};

/// Maximum wait for the first byte of a response. The SDK then retries; without it, one lost response would use up the
/// whole invocation.
const READ_TIMEOUT: Duration = Duration::from_secs(5);

#[tokio::main]
async fn main() -> ExitCode {
    // The futures of SDK calls are large; boxed, they do not take up the stack of the main thread.
    Box::pin(standings_lambda::start(run())).await
}

async fn run() -> Result<(), Error> {
    let settings = Settings::read(&Variables::Environment)?;
    let timeouts = TimeoutConfig::builder().read_timeout(READ_TIMEOUT).build();
    let config = aws_config::defaults(BehaviorVersion::v2026_01_12()).timeout_config(timeouts).load().await;
    let app = &Recompute::new(
        settings,
        aws_sdk_s3::Client::new(&config),
        aws_sdk_dynamodb::Client::new(&config),
        aws_sdk_sqs::Client::new(&config),
    );
    app.warm_up().await;
    lambda_runtime::run(service_fn(move |event: LambdaEvent<Event>| app.handle(event))).await
}
