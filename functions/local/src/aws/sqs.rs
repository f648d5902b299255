//! The endpoint of SQS, for messages that recompute sends to its own queue: `SendMessage` of the AWS JSON protocol.
//! <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html>

use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::json;

use crate::aws::queue::Queue;

/// URL of the queue, which only names it.
pub(crate) const QUEUE_URL: &str = "http://sqs.local/standings";

/// Divisor of delays. Much shorter ones than in AWS, because people and tests wait for them.
const SHORTENED: u32 = 500;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SendMessage {
    message_body: String,
    #[serde(default)]
    delay_seconds: u32,
}

/// Returns the router of the endpoint.
pub(crate) fn router(queue: Queue) -> Router {
    Router::new().fallback(send).with_state(queue)
}

async fn send(State(queue): State<Queue>, headers: HeaderMap, body: String) -> Response {
    let is_known = headers.get("x-amz-target").is_some_and(|target| target == "AmazonSQS.SendMessage");
    match serde_json::from_str::<SendMessage>(&body) {
        Ok(SendMessage { message_body, delay_seconds }) if is_known => {
            queue.send_later(message_body, Duration::from_secs(delay_seconds.into()) / SHORTENED);
            Json(json!({"MessageId": "local"})).into_response()
        }
        _ => {
            let error =
                json!({"__type": "com.amazonaws.sqs#UnsupportedOperation", "message": "only SendMessage is known"});
            (StatusCode::BAD_REQUEST, Json(error)).into_response()
        }
    }
}
