//! The Lambda function: wires settings, logging, the secret and the client, and runs.

use std::process::ExitCode;

use aws_config::BehaviorVersion;
use lambda_runtime::{Error, LambdaEvent, service_fn};
use standings_slash_command::{Event, Settings, SlashCommand, logging};

#[tokio::main(flavor = "current_thread")]
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
    let config = aws_config::defaults(BehaviorVersion::v2026_01_12()).load().await;
    let function = &SlashCommand::connect(settings, &config).await?;
    lambda_runtime::run(service_fn(move |event: LambdaEvent<Event>| function.handle(event))).await
}
