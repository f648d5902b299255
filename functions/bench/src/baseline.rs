//! The baseline of a command: a function that makes one `GetItem`, with the same runtime and the same client.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_dynamodb::types::AttributeValue;
use lambda_runtime::{LambdaEvent, service_fn};
use serde_json::{Value, json};
use standings_local::BoxError;

/// Runs the function on the Runtime API that the environment names.
pub(crate) async fn run() -> Result<(), BoxError> {
    let var = |name| std::env::var(name).map_err(|_| format!("{name} is not set"));
    let credentials = Credentials::new(var("AWS_ACCESS_KEY_ID")?, var("AWS_SECRET_ACCESS_KEY")?, None, None, "bench");
    let config = aws_sdk_dynamodb::Config::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .region(Region::new(var("AWS_REGION")?))
        .credentials_provider(credentials)
        .endpoint_url(var("AWS_ENDPOINT_URL_DYNAMODB")?)
        .build();
    let (client, table) = (&Client::from_conf(config), &var("REPORTS_TABLE")?);
    let handler = move |_: LambdaEvent<Value>| async move {
        let get = client.get_item().table_name(table);
        let item = get.key("pk", AttributeValue::S("latest#company".to_owned())).send().await?.item;
        let report = item.and_then(|item| item.get("report")?.as_s().ok().cloned());
        Ok::<_, lambda_runtime::Error>(json!({"statusCode": 200, "body": report}))
    };
    lambda_runtime::run(service_fn(handler)).await
}
