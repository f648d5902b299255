//! The Lambda function: wires settings, logging, the secret and the client, and runs.

use aws_config::BehaviorVersion;
use lambda_runtime::{Error, LambdaEvent, service_fn};
use standings_slash_command::{Event, Settings, SlashCommand, logging};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    logging::init();
    let settings = Settings::from_env().inspect_err(|error| tracing::error!(%error, "a setting is wrong"))?;
    let config = aws_config::defaults(BehaviorVersion::v2026_01_12()).load().await;
    let function = SlashCommand::connect(settings, &config).await;
    let function = &function.inspect_err(|error| tracing::error!(%error, "there is no signing secret"))?;
    lambda_runtime::run(service_fn(move |event: LambdaEvent<Event>| function.handle(event))).await
}
