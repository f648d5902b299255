//! The page: a chat in the browser, for whoever has no Slack at hand.
//!
//! The browser holds no secret. What is typed and pressed there is signed here, and posted over HTTP to the very front
//! that Slack would reach; files dropped there go into the bucket like all others.

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

use crate::aws::bucket::BUCKET;
use crate::aws::queue::Queue;
use crate::aws::tables;
use crate::slack::client::{self, Answer, Press};
use crate::slack::page::responses::Responses;

/// Where sales files lie in the bucket.
const PREFIX: &str = "sales/";

/// The largest file that the page takes, in bytes: it passes through memory.
const LARGEST_FILE: usize = 1 << 30;

/// What the page reaches.
pub(crate) struct Page {
    front: SocketAddr,
    s3: S3,
    dynamodb: DynamoDb,
    queue: Queue,
    responses: Responses,
}

/// What a person types after `/standings`.
#[derive(Deserialize)]
struct Command {
    text: String,
}

/// What comes of a command or a press: the status that Slack would get, and the messages that it would show.
#[derive(Serialize)]
struct Outcome {
    status: u16,
    messages: Vec<Value>,
}

/// A file in the bucket.
#[derive(Serialize)]
struct File {
    /// Its key without the prefix.
    name: String,
    /// In bytes.
    size: i64,
}

/// Why the page gets no answer, in words for whoever sits before it.
struct Failure(String);

impl IntoResponse for Failure {
    fn into_response(self) -> axum::response::Response {
        (StatusCode::BAD_GATEWAY, self.0).into_response()
    }
}

impl Page {
    pub(crate) fn new(front: SocketAddr, s3: S3, dynamodb: DynamoDb, queue: Queue) -> Self {
        Self { front, s3, dynamodb, queue, responses: Responses::default() }
    }
}

/// The routes of the page.
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
        .route_layer(DefaultBodyLimit::max(LARGEST_FILE))
        .route_layer(middleware::from_fn(guard::same_origin))
        .with_state(Arc::new(page))
}

async fn command(State(page): State<Arc<Page>>, Json(command): Json<Command>) -> Result<Json<Outcome>, Failure> {
    let Answer { status, body } =
        client::ask(page.front, &command.text).await.map_err(|error| Failure(error.to_string()))?;
    Ok(Json(Outcome { status, messages: serde_json::from_str(&body).into_iter().collect() }))
}

/// The function posts what it has to say before it answers, so all of it is there in the end.
async fn interaction(State(page): State<Arc<Page>>, Json(press): Json<Press>) -> Result<Json<Outcome>, Failure> {
    let id = page.responses.open();
    let response_url = format!("http://{}/page/responses/{id}", page.front);
    let answer = client::press(page.front, &press, &response_url).await;
    let messages = page.responses.close(id);
    let status = answer.map_err(|error| Failure(error.to_string()))?.status;
    Ok(Json(Outcome { status, messages }))
}

/// What a `response_url` leads to.
async fn response(State(page): State<Arc<Page>>, Path(id): Path<u64>, Json(message): Json<Value>) -> StatusCode {
    if page.responses.add(id, message) { StatusCode::OK } else { StatusCode::NOT_FOUND }
}

async fn files(State(page): State<Arc<Page>>) -> Result<Json<Vec<File>>, Failure> {
    let list = page.s3.list_objects_v2().bucket(BUCKET).prefix(PREFIX);
    let pages: Result<Vec<_>, _> = list.into_paginator().send().collect().await;
    let pages = pages.map_err(failure)?;
    let files = pages
        .iter()
        .flat_map(aws_sdk_s3::operation::list_objects_v2::ListObjectsV2Output::contents)
        .filter_map(|object| {
            let name = object.key()?.strip_prefix(PREFIX)?.to_owned();
            Some(File { name, size: object.size.unwrap_or_default() })
        });
    Ok(Json(files.collect()))
}

/// Puts a file into the bucket, waits until it counts, and says what became of it.
async fn upload(
    State(page): State<Arc<Page>>,
    Path(name): Path<String>,
    content: Bytes,
) -> Result<Json<Option<Upload>>, Failure> {
    let key = format!("{PREFIX}{name}");
    page.s3.put_object().bucket(BUCKET).key(&key).body(content.into()).send().await.map_err(failure)?;
    page.queue.quiet().await;
    let status = tables::status(&page.dynamodb).await.map_err(|error| Failure(error.to_string()))?;
    Ok(Json(status.uploads.into_iter().find(|upload| upload.key == key)))
}

/// Deletes a file, and waits until it no longer counts.
async fn delete(State(page): State<Arc<Page>>, Path(name): Path<String>) -> Result<StatusCode, Failure> {
    page.s3.delete_object().bucket(BUCKET).key(format!("{PREFIX}{name}")).send().await.map_err(failure)?;
    page.queue.quiet().await;
    Ok(StatusCode::NO_CONTENT)
}

fn failure(error: impl std::error::Error) -> Failure {
    Failure(format!("{}", DisplayErrorContext(error)))
}
