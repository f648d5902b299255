//! The Lambda function: wires settings, logging, the secret and the client, and runs.

use std::process::ExitCode;

use aws_config::BehaviorVersion;
use lambda_runtime::{Error, LambdaEvent, service_fn};
use standings_lambda::Variables;
use standings_slash_command::{Event, Settings, SlashCommand};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    // The futures of SDK calls are large: on the heap they do not fill the stack.
    Box::pin(standings_lambda::start(run())).await
}

async fn run() -> Result<(), Error> {
    let variables = Variables::Environment;
    let settings = Settings::read(&variables)?;
    let config = aws_config::defaults(BehaviorVersion::v2026_01_12()).load().await;
    let function = &SlashCommand::connect(settings, &variables, &config).await?;
    lambda_runtime::run(service_fn(move |event: LambdaEvent<Event>| function.handle(event))).await
}
