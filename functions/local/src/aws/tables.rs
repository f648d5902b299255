//! The embedded `DynamoDB`, and the two tables.

use std::path::Path;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::{DisplayErrorContext, SdkError};
use aws_sdk_dynamodb::operation::create_table::CreateTableError;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, AttributeValue, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType,
};
use dynoxide::Database;
use standings_core::{Status, status};
use tokio::net::TcpListener;

use crate::error::StackError;

pub(crate) const LEDGER: &str = "standings-ledger";
pub(crate) const REPORTS: &str = "standings-reports";

/// Serves `DynamoDB` over HTTP until the task is dropped: in memory, or kept in a file.
pub(crate) fn serve(listener: TcpListener, file: Option<&Path>) -> Result<impl Future<Output = ()> + use<>, String> {
    let database = match file {
        None => Database::memory(),
        Some(file) => Database::new(&file.to_string_lossy()),
    };
    let database = database.map_err(|error| error.to_string())?;
    Ok(async move {
        let never = std::future::pending();
        if let Err(error) = dynoxide::server::serve_with_shutdown(listener, database, never).await {
            tracing::error!(error, "the embedded DynamoDB stopped");
        }
    })
}

/// Creates the tables where they are missing, as Terraform defines them.
pub(crate) async fn create(client: &Client) -> Result<(), String> {
    for (table, keys) in
        [(LEDGER, &[("pk", KeyType::Hash), ("sk", KeyType::Range)][..]), (REPORTS, &[("pk", KeyType::Hash)])]
    {
        let mut create = client.create_table().table_name(table).billing_mode(BillingMode::PayPerRequest);
        for (name, kind) in keys {
            let definition =
                AttributeDefinition::builder().attribute_name(*name).attribute_type(ScalarAttributeType::S);
            let schema = KeySchemaElement::builder().attribute_name(*name).key_type(kind.clone());
            create = create
                .attribute_definitions(definition.build().map_err(|error| error.to_string())?)
                .key_schema(schema.build().map_err(|error| error.to_string())?);
        }
        match create.send().await {
            Ok(_) => {}
            Err(SdkError::ServiceError(error))
                if matches!(error.err(), CreateTableError::ResourceInUseException(_)) => {}
            Err(error) => return Err(format!("{}", DisplayErrorContext(error))),
        }
    }
    Ok(())
}

/// What came in last, and what is wrong with it.
pub(crate) async fn status(client: &Client) -> Result<Status, StackError> {
    let text = report(client, status::KEY).await?;
    let status = text.map(|text| serde_json::from_str(&text)).transpose();
    Ok(status.map_err(|error| StackError::Part("the status", error.to_string()))?.unwrap_or_default())
}

/// What stands under a key of `reports`, as it is written there.
pub(crate) async fn report(client: &Client, key: &str) -> Result<Option<String>, StackError> {
    let get = client.get_item().table_name(REPORTS).key("pk", AttributeValue::S(key.to_owned()));
    let item = get.consistent_read(true).send().await;
    let item = item.map_err(|error| StackError::Part("DynamoDB", format!("{}", DisplayErrorContext(error))))?.item;
    Ok(item.and_then(|mut item| item.remove("report")?.as_s().ok().cloned()))
}
