//! The endpoint of SQS, for what recompute does with its own queue: `SendMessage` and `ChangeMessageVisibilityBatch` of the AWS
//! JSON protocol.
//! <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html>,
//! <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibilityBatch.html>

use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::aws::queue::Queue;

/// URL of the queue, which only names it.
pub(crate) const QUEUE_URL: &str = "http://sqs.local/standings";

/// Divisor of delays. Much shorter ones than in AWS, because people and tests wait for them.
const SHORTENED: u32 = 500;

/// Longest of the shortened delays.
const LONGEST: Duration = Duration::from_millis(200);

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SendMessage {
    message_body: String,
    #[serde(default)]
    delay_seconds: u32,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ChangeVisibility {
    entries: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Entry {
    id: String,
    receipt_handle: String,
    visibility_timeout: u32,
}

/// Returns the router of the endpoint.
pub(crate) fn router(queue: Queue) -> Router {
    Router::new().fallback(call).with_state(queue)
}

async fn call(State(queue): State<Queue>, headers: HeaderMap, body: String) -> Response {
    let target = headers.get("x-amz-target").and_then(|target| target.to_str().ok()).unwrap_or_default();
    let response = match target {
        "AmazonSQS.SendMessage" => serde_json::from_str(&body).map(|message| send(&queue, message)),
        "AmazonSQS.ChangeMessageVisibilityBatch" => {
            serde_json::from_str(&body).map(|change| change_visibility(&queue, change))
        }
        other => Err(serde::de::Error::custom(format!("{other} is not known"))),
    };
    match response {
        Ok(response) => Json(response).into_response(),
        Err(error) => {
            let error = json!({"__type": "com.amazonaws.sqs#UnsupportedOperation", "message": error.to_string()});
            (StatusCode::BAD_REQUEST, Json(error)).into_response()
        }
    }
}

fn send(queue: &Queue, message: SendMessage) -> Value {
    let SendMessage { message_body, delay_seconds } = message;
    queue.send_later(message_body, shortened(delay_seconds));
    json!({"MessageId": "local"})
}

fn change_visibility(queue: &Queue, change: ChangeVisibility) -> Value {
    let mut successful = Vec::new();
    for Entry { id, receipt_handle, visibility_timeout } in change.entries {
        queue.redeliver_after(receipt_handle, shortened(visibility_timeout));
        successful.push(json!({"Id": id}));
    }
    json!({"Successful": successful, "Failed": []})
}

fn shortened(seconds: u32) -> Duration {
    (Duration::from_secs(seconds.into()) / SHORTENED).min(LONGEST)
}
