//! Events of the Lambda function: a warm-up, a scheduled post, or an HTTP request from API Gateway.
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html>

use std::mem;

use aws_lambda_events::apigw::ApiGatewayV2httpRequest;
use aws_lambda_events::http::HeaderValue;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::de::{Deserialize, Deserializer, Error};
use serde_json::map::Entry;
use serde_json::{Map, Value};

use crate::scheduled_post::ScheduledPost;

/// An event of this function.
#[derive(Debug)]
pub enum Event {
    /// `{"warmer": true}`, the warm-up: keeps this execution environment and its connections open.
    Warmer,
    /// `{"post": {...}}`, a scheduled post.
    Post(ScheduledPost),
    /// A request to an HTTP API, in payload format 2.0.
    Http(Box<ApiGatewayV2httpRequest>),
}

impl<'de> Deserialize<'de> for Event {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut event = Value::deserialize(deserializer)?;
        if event.get("warmer") == Some(&Value::Bool(true)) {
            return Ok(Self::Warmer);
        }
        if let Some(post) = event.get_mut("post") {
            return serde_json::from_value(post.take()).map(Self::Post).map_err(D::Error::custom);
        }
        keep_repeated_headers(&mut event);
        // serde's own error may quote the event, and the runtime logs the error.
        serde_json::from_value(event).map(|request| Self::Http(Box::new(request))).map_err(|_| {
            D::Error::custom(
                "the event is neither {\"warmer\": true} nor {\"post\": ...} nor a request of an HTTP API (payload format 2.0)",
            )
        })
    }
}

/// Merges headers whose names differ only in case into one list. Deserialization would keep one of them, and a request
/// that repeats a signature header must be rejected.
fn keep_repeated_headers(event: &mut Value) {
    let Some(Value::Object(headers)) = event.get_mut("headers") else { return };
    let mut merged = Map::new();
    for (name, value) in mem::take(headers) {
        match merged.entry(name.to_ascii_lowercase()) {
            Entry::Vacant(place) => {
                place.insert(value);
            }
            Entry::Occupied(mut place) => {
                let mut values = into_list(place.get_mut().take());
                values.extend(into_list(value));
                place.insert(Value::Array(values));
            }
        }
    }
    *headers = merged;
}

fn into_list(value: Value) -> Vec<Value> {
    match value {
        Value::Array(values) => values,
        value => vec![value],
    }
}

/// Whether the request is a `POST` to `path`, in any stage, with or without a trailing slash.
pub(crate) fn is_post_to(request: &ApiGatewayV2httpRequest, path: &str) -> bool {
    is_to(request, "POST", path)
}

/// Whether the request has a method and a path, likewise.
pub(crate) fn is_to(request: &ApiGatewayV2httpRequest, method: &str, path: &str) -> bool {
    let context = &request.request_context;
    let requested = request.raw_path.as_deref().or(context.http.path.as_deref()).unwrap_or_default();
    let requested = requested.strip_suffix('/').unwrap_or(requested);
    // A stage other than `$default` is the first segment of the path.
    let stage = context.stage.as_deref().unwrap_or_default();
    let in_stage = requested.strip_prefix('/').and_then(|rest| rest.strip_prefix(stage));
    context.http.method.as_str() == method && (requested == path || in_stage == Some(path))
}

/// Returns the request body as bytes, or `None` if it is marked as base64 and is not valid base64.
pub(crate) fn raw_body(request: &ApiGatewayV2httpRequest) -> Option<Vec<u8>> {
    let body = request.body.as_deref().unwrap_or_default();
    if request.is_base64_encoded { STANDARD.decode(body).ok() } else { Some(body.as_bytes().to_vec()) }
}

/// Returns all values of a header.
pub(crate) fn header<'a>(request: &'a ApiGatewayV2httpRequest, name: &str) -> Vec<&'a [u8]> {
    request.headers.get_all(name).iter().map(HeaderValue::as_bytes).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn http(mut event: Value) -> ApiGatewayV2httpRequest {
        if event["requestContext"].is_null() {
            event["requestContext"] = json!({"stage": "$default", "http": {"method": "POST"}});
        }
        match serde_json::from_value(event).unwrap() {
            Event::Http(request) => *request,
            Event::Warmer | Event::Post(_) => panic!("the event is a warm-up, not a request"),
        }
    }

    #[test]
    fn only_warmer_true_is_a_warm_up() {
        assert!(matches!(serde_json::from_value(json!({"warmer": true})), Ok(Event::Warmer)));
        for event in [json!({"warmer": false}), json!({}), json!([]), json!("warmer")] {
            let error = serde_json::from_value::<Event>(event).unwrap_err();
            assert!(error.to_string().starts_with("the event is neither"));
        }
    }

    #[test]
    fn the_error_of_an_invalid_event_does_not_quote_it() {
        let event = json!({"headers": {"x-slack-signature": {"v0": "tell-tale"}}, "requestContext": {"http": {"method": "POST"}}});
        let error = serde_json::from_value::<Event>(event).unwrap_err();
        assert!(!error.to_string().contains("tell-tale"));
    }

    #[test]
    fn headers_are_found_in_any_case_and_repetitions_are_kept() {
        let request =
            http(json!({"headers": {"X-Slack-Signature": "a", "x-slack-signature": ["b", "c"], "Accept": "*/*"}}));
        assert_eq!(header(&request, "x-slack-signature").len(), 3);
        assert_eq!(header(&request, "accept"), [b"*/*"]);
        assert!(header(&http(json!({"headers": null})), "accept").is_empty());
    }

    #[test]
    fn a_body_is_plain_or_valid_base64() {
        assert_eq!(raw_body(&http(json!({}))).unwrap(), b"");
        assert_eq!(raw_body(&http(json!({"body": "a=1"}))).unwrap(), b"a=1");
        assert_eq!(raw_body(&http(json!({"body": "YT0x", "isBase64Encoded": true}))).unwrap(), b"a=1");
        assert_eq!(raw_body(&http(json!({"body": "a=1&b", "isBase64Encoded": true}))), None);
    }

    #[test]
    fn a_route_matches_in_any_stage() {
        let request = |path: &str, stage: &str, method: &str| {
            http(json!({"rawPath": path, "requestContext": {"stage": stage, "http": {"method": method}}}))
        };
        for (path, stage) in
            [("/slack/commands", "$default"), ("/slack/commands/", "$default"), ("/prod/slack/commands", "prod")]
        {
            assert!(is_post_to(&request(path, stage, "POST"), "/slack/commands"), "{path}");
        }
        for (path, method) in [("/slack/commands", "GET"), ("/", "POST"), ("/x/slack/commands", "POST"), ("", "POST")] {
            assert!(!is_post_to(&request(path, "$default", method), "/slack/commands"), "{method} {path}");
        }
    }
}
