//! The Lambda function: wires settings, logging and clients, and runs.

use aws_config::BehaviorVersion;
use lambda_runtime::{Error, LambdaEvent, service_fn};
use standings_recompute::{Event, Recompute, Settings, logging};

#[tokio::main]
async fn main() -> Result<(), Error> {
    logging::init();
    let settings = Settings::from_env().inspect_err(|error| tracing::error!(%error, "a setting is wrong"))?;
    let config = aws_config::defaults(BehaviorVersion::v2026_01_12()).load().await;
    let app = Recompute::new(settings, aws_sdk_s3::Client::new(&config), aws_sdk_dynamodb::Client::new(&config));
    app.warm_up().await;
    let app = &app;
    lambda_runtime::run(service_fn(move |event: LambdaEvent<Event>| app.handle(event))).await
}
