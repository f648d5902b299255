//! The demo page: a chat in the browser that takes the place of Slack.
//!
//! The browser holds no secret. Commands and interactions are signed here, and posted over HTTP to the same API Gateway
//! that Slack would call. Files that are dropped into the page are uploaded to the bucket.

mod guard;
mod responses;

use std::net::SocketAddr;
use std::sync::Arc;

use aws_sdk_dynamodb::Client as DynamoDb;
use aws_sdk_s3::Client as S3;
use aws_sdk_s3::error::DisplayErrorContext;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::{get, post, put};
use axum::{Json, Router, middleware};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use standings_core::Upload;
use standings_recompute::KeyKind;

use crate::aws::bucket::BUCKET;
use crate::aws::queue::Queue;
use crate::aws::tables;
use crate::error::StackError;
use crate::slack::client::{self, HttpResponse, Press};
use crate::slack::page::responses::Responses;

/// Prefix of sales files in the bucket.
const PREFIX: &str = "sales/";

/// Maximum size of an uploaded file in bytes. Uploads are buffered in memory.
const MAX_FILE_BYTES: usize = 1 << 30;

/// State of the page.
pub(crate) struct Page {
    /// Address of API Gateway, and of the page itself.
    address: SocketAddr,
    s3: S3,
    dynamodb: DynamoDb,
    queue: Queue,
    responses: Responses,
}

/// A command, as typed after `/standings`.
#[derive(Deserialize)]
struct Command {
    text: String,
}

/// The reply to a command or interaction: the HTTP status that Slack would get, and the messages that it would show.
#[derive(Serialize)]
struct Reply {
    status: u16,
    messages: Vec<Value>,
}

/// A file in the bucket.
#[derive(Serialize)]
struct File {
    /// Key without the prefix.
    name: String,
    /// Size in bytes.
    size: i64,
}

/// An error that the page shows to the user.
struct PageError(String);

impl IntoResponse for PageError {
    fn into_response(self) -> axum::response::Response {
        (StatusCode::BAD_GATEWAY, self.0).into_response()
    }
}

impl Page {
    pub(crate) fn new(address: SocketAddr, s3: S3, dynamodb: DynamoDb, queue: Queue) -> Self {
        Self { address, s3, dynamodb, queue, responses: Responses::default() }
    }
}

/// Returns the routes of the page.
pub(crate) fn router(page: Page) -> Router {
    let html = include_str!("page.html");
    let css = include_str!("page.css");
    let js = include_str!("page.js");
    Router::new()
        .route("/", get(([(CONTENT_TYPE, "text/html; charset=utf-8")], html)))
        .route("/page/page.css", get(([(CONTENT_TYPE, "text/css; charset=utf-8")], css)))
        .route("/page/page.js", get(([(CONTENT_TYPE, "text/javascript; charset=utf-8")], js)))
        .route("/page/commands", post(command))
        .route("/page/interactions", post(interaction))
        .route("/page/responses/{id}", post(response))
        .route("/page/files", get(files))
        .route("/page/files/{*name}", put(upload).delete(delete))
        .route_layer(DefaultBodyLimit::max(MAX_FILE_BYTES))
        .route_layer(middleware::from_fn(guard::same_origin))
        .with_state(Arc::new(page))
}

async fn command(State(page): State<Arc<Page>>, Json(command): Json<Command>) -> Result<Json<Reply>, PageError> {
    let response = client::ask(page.address, &command.text).await;
    let HttpResponse { status, body } = response.map_err(|error| PageError(error.to_string()))?;
    Ok(Json(Reply { status, messages: serde_json::from_str(&body).into_iter().collect() }))
}

/// Sends an interaction. The function posts all its messages before it responds, so none can arrive later.
async fn interaction(State(page): State<Arc<Page>>, Json(press): Json<Press>) -> Result<Json<Reply>, PageError> {
    let id = page.responses.open();
    let response_url = format!("http://{}/page/responses/{id}", page.address);
    let response = client::press(page.address, &press, &response_url).await;
    let messages = page.responses.close(id);
    let status = response.map_err(|error| PageError(error.to_string()))?.status;
    Ok(Json(Reply { status, messages }))
}

/// Target of a `response_url`.
async fn response(State(page): State<Arc<Page>>, Path(id): Path<u64>, Json(message): Json<Value>) -> StatusCode {
    if page.responses.add(id, message) { StatusCode::OK } else { StatusCode::NOT_FOUND }
}

async fn files(State(page): State<Arc<Page>>) -> Result<Json<Vec<File>>, PageError> {
    let list = page.s3.list_objects_v2().bucket(BUCKET).prefix(PREFIX);
    let pages: Result<Vec<_>, _> = list.into_paginator().send().collect().await;
    let pages = pages.map_err(page_error)?;
    let files = pages
        .iter()
        .flat_map(aws_sdk_s3::operation::list_objects_v2::ListObjectsV2Output::contents)
        .filter_map(|object| {
            let name = object.key()?.strip_prefix(PREFIX)?.to_owned();
            Some(File { name, size: object.size.unwrap_or_default() })
        });
    Ok(Json(files.collect()))
}

/// Uploads a file, waits until it is ingested, and returns its record. There is none for a file that is not a sales file.
async fn upload(
    State(page): State<Arc<Page>>,
    Path(name): Path<String>,
    content: Bytes,
) -> Result<Json<Option<Upload>>, PageError> {
    let key = format!("{PREFIX}{name}");
    page.s3.put_object().bucket(BUCKET).key(&key).body(content.into()).send().await.map_err(page_error)?;
    page.queue.quiet().await;
    if !matches!(KeyKind::of(&key, PREFIX), KeyKind::SalesFile) {
        return Ok(Json(None));
    }
    let failed = |error: StackError| PageError(error.to_string());
    // The status also compares the file with the others.
    let status = tables::status(&page.dynamodb).await.map_err(failed)?;
    let listed = status.uploads.into_iter().find(|upload| upload.key == key);
    Ok(Json(match listed {
        Some(upload) => Some(upload),
        None => tables::file(&page.dynamodb, &name).await.map_err(failed)?,
    }))
}

/// Deletes a file, and waits until the rankings are refreshed.
async fn delete(State(page): State<Arc<Page>>, Path(name): Path<String>) -> Result<StatusCode, PageError> {
    page.s3.delete_object().bucket(BUCKET).key(format!("{PREFIX}{name}")).send().await.map_err(page_error)?;
    page.queue.quiet().await;
    Ok(StatusCode::NO_CONTENT)
}

fn page_error(error: impl std::error::Error) -> PageError {
    PageError(DisplayErrorContext(error).to_string())
}
