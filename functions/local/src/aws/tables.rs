//! The embedded `DynamoDB` and its tables.

use std::path::Path;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::{DisplayErrorContext, SdkError};
use aws_sdk_dynamodb::operation::create_table::CreateTableError;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, AttributeValue, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType,
};
use dynoxide::Database;
use standings_core::{Status, Upload, status};
use tokio::net::TcpListener;

use crate::error::StackError;

pub(crate) const LEDGER: &str = "standings-ledger";
pub(crate) const REPORTS: &str = "standings-reports";

/// Key attributes of the ledger table: partition key, sort key.
pub const LEDGER_KEYS: [&str; 2] = ["pk", "sk"];

/// Key attribute of the reports table.
pub const REPORTS_KEYS: [&str; 1] = ["pk"];

/// Serves `DynamoDB` over HTTP until the returned future is dropped. Data is kept in `file`, or else in memory.
///
/// # Errors
///
/// If the database cannot be opened.
pub fn serve(listener: TcpListener, file: Option<&Path>) -> Result<impl Future<Output = ()> + use<>, StackError> {
    let database = match file {
        None => Database::memory(),
        Some(file) => Database::new(&file.to_string_lossy()),
    };
    let database = database.map_err(|error| StackError::dynamodb("opening the database", error))?;
    Ok(async move {
        let never = std::future::pending();
        if let Err(error) = dynoxide::server::serve_with_shutdown(listener, database, never).await {
            tracing::error!(error, "the embedded DynamoDB stopped");
        }
    })
}

/// Creates a table with string keys (partition key first, then the sort key if there is one), unless it exists.
///
/// # Errors
///
/// If `DynamoDB` refuses.
pub async fn create(client: &Client, table: &str, keys: &[&str]) -> Result<(), StackError> {
    let failed = |error: String| StackError::dynamodb("creating the tables", error);
    let mut create = client.create_table().table_name(table).billing_mode(BillingMode::PayPerRequest);
    for (name, kind) in keys.iter().zip([KeyType::Hash, KeyType::Range]) {
        let definition = AttributeDefinition::builder().attribute_name(*name).attribute_type(ScalarAttributeType::S);
        let schema = KeySchemaElement::builder().attribute_name(*name).key_type(kind);
        create = create
            .attribute_definitions(definition.build().map_err(|error| failed(error.to_string()))?)
            .key_schema(schema.build().map_err(|error| failed(error.to_string()))?);
    }
    match create.send().await {
        Ok(_) => Ok(()),
        Err(SdkError::ServiceError(error)) if matches!(error.err(), CreateTableError::ResourceInUseException(_)) => {
            Ok(())
        }
        Err(error) => Err(failed(DisplayErrorContext(error).to_string())),
    }
}

/// Creates both tables of the local stack, with the keys that `terraform/` gives them.
pub(crate) async fn create_all(client: &Client) -> Result<(), StackError> {
    create(client, LEDGER, &LEDGER_KEYS).await?;
    create(client, REPORTS, &REPORTS_KEYS).await
}

/// Reads the status: the latest uploads and their problems.
pub(crate) async fn status(client: &Client) -> Result<Status, StackError> {
    let text = report(client, status::KEY).await?;
    let status = text.map(|text| serde_json::from_str(&text)).transpose();
    Ok(status.map_err(|error| StackError::dynamodb("decoding the status", error))?.unwrap_or_default())
}

/// Reads the record of the file with this name below the prefix; `None` if there is no such file.
pub(crate) async fn file(client: &Client, name: &str) -> Result<Option<Upload>, StackError> {
    let text = report(client, &status::file_key(name)).await?;
    let file = text.map(|text| serde_json::from_str::<Option<Upload>>(&text)).transpose();
    Ok(file.map_err(|error| StackError::dynamodb("decoding a file", error))?.flatten())
}

/// Reads an item of the reports table in its stored form.
pub(crate) async fn report(client: &Client, key: &str) -> Result<Option<String>, StackError> {
    let get = client.get_item().table_name(REPORTS).key("pk", AttributeValue::S(key.to_owned()));
    let item = get.consistent_read(true).send().await;
    let item = item.map_err(|error| StackError::dynamodb("reading a report", DisplayErrorContext(error)))?.item;
    Ok(item.and_then(|mut item| item.remove("report")?.as_s().ok().cloned()))
}
