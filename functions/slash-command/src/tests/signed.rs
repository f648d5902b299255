//! Signed requests, as API Gateway delivers them.

use std::net::SocketAddr;

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_lambda_events::apigw::ApiGatewayV2httpRequest;
use aws_sdk_dynamodb::config::Credentials;
use jiff::Timestamp;
use serde_json::{Value, json};
pub(crate) use standings_local::slack::client::signature as sign;

use crate::event::Event;

pub(crate) const SECRET: &str = "8f742231b10e8888abcd99yyyzzz85a5";

/// A Tuesday, in week 48.
pub(crate) fn now() -> Timestamp {
    "2026-11-24T09:00:00Z".parse().unwrap()
}

pub(crate) fn fixture(path: &str) -> String {
    std::fs::read_to_string(format!("{}/../../fixtures/{path}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// Returns the configuration of clients for a server on this machine.
pub(crate) async fn config(address: SocketAddr) -> SdkConfig {
    aws_config::defaults(BehaviorVersion::v2026_01_12())
        .region(Region::new("us-east-1"))
        .credentials_provider(Credentials::new("key", "secret", None, None, "test"))
        .endpoint_url(format!("http://{address}"))
        .load()
        .await
}

/// Returns a signed command with this text.
pub(crate) fn command(text: &str) -> ApiGatewayV2httpRequest {
    let body = form_urlencoded::Serializer::new(String::new())
        .extend_pairs([("team_id", "T1"), ("channel_id", "C1"), ("user_id", "U1"), ("command", "/standings")])
        .append_pair("text", text)
        .finish();
    signed("/slack/commands", &body)
}

/// Returns a signed request.
pub(crate) fn signed(path: &str, body: &str) -> ApiGatewayV2httpRequest {
    let timestamp = now().as_second().to_string();
    let signature = sign(SECRET, &timestamp, body);
    request_to(path, body, &json!({"x-slack-request-timestamp": timestamp, "x-slack-signature": signature}))
}

pub(crate) fn request(body: &str, headers: &Value) -> ApiGatewayV2httpRequest {
    request_to("/slack/commands", body, headers)
}

pub(crate) fn request_to(path: &str, body: &str, headers: &Value) -> ApiGatewayV2httpRequest {
    http(json!({
        "version": "2.0",
        "rawPath": path,
        "headers": headers,
        "requestContext": {"stage": "$default", "http": {"method": "POST", "path": path}},
        "body": body,
        "isBase64Encoded": false,
    }))
}

/// Parses an event that is an HTTP request.
pub(crate) fn http(event: Value) -> ApiGatewayV2httpRequest {
    match serde_json::from_value(event).unwrap() {
        Event::Http(request) => *request,
        Event::Warmer | Event::Post(_) => panic!("the event is a warm-up, not a request"),
    }
}
