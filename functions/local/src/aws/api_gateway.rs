//! The embedded API Gateway: HTTP requests become events, and the function's responses HTTP responses.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Method, Response, StatusCode, Uri};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use lambda_runtime::LambdaEvent;
use serde::Deserialize;
use serde_json::{Value, json};
use standings_slash_command::{Event, SlashCommand};

use crate::aws::queue::context;

/// Routes every path to the function. (The demo page adds routes of its own.)
pub(crate) fn router(function: SlashCommand) -> Router {
    Router::new().fallback(respond).with_state(Arc::new(function))
}

/// Response of a function, in payload format 2.0.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct FunctionResponse {
    status_code: u16,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    #[serde(default)]
    body: Option<String>,
    #[serde(default)]
    is_base64_encoded: bool,
}

async fn respond(
    State(function): State<Arc<SlashCommand>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    match invoke(&function, event(&method, &uri, &headers, &body)).await {
        Ok(response) => response,
        Err(error) => {
            // API Gateway responds like this to a failed invocation.
            tracing::error!(error, "the invocation of slash-command failed");
            let mut response = Response::new(Body::from("{\"message\":\"Internal Server Error\"}"));
            *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
            response
        }
    }
}

async fn invoke(function: &SlashCommand, event: Value) -> Result<Response<Body>, String> {
    let event: Event = serde_json::from_value(event).map_err(|error| error.to_string())?;
    let response = function.handle(LambdaEvent::new(event, context())).await.map_err(|error| error.to_string())?;
    let response: FunctionResponse = serde_json::from_value(response).map_err(|error| error.to_string())?;
    let text = response.body.unwrap_or_default();
    let is_encoded = response.is_base64_encoded;
    let body = if is_encoded { STANDARD.decode(&text).map_err(|error| error.to_string())? } else { text.into() };
    let mut builder = Response::builder().status(response.status_code);
    for (name, value) in response.headers {
        builder = builder.header(name, value);
    }
    builder.body(Body::from(body)).map_err(|error| error.to_string())
}

/// Returns the event of a request to an HTTP API. The body is base64, except for content types that API Gateway treats
/// as text.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html>
pub(crate) fn event(method: &Method, uri: &Uri, headers: &HeaderMap, body: &[u8]) -> Value {
    // Names are in lower case, and repeated headers joined with commas.
    let mut joined: BTreeMap<&str, String> = BTreeMap::new();
    for (name, value) in headers {
        let value = String::from_utf8_lossy(value.as_bytes());
        joined
            .entry(name.as_str())
            .and_modify(|all| *all = format!("{all},{value}"))
            .or_insert_with(|| value.into_owned());
    }
    // This machine has no certificate.
    joined.insert("x-forwarded-proto", "http".to_owned());
    let kind = joined.get("content-type").map(String::as_str).unwrap_or_default();
    let is_text = kind.starts_with("text/") || kind.starts_with("application/json");
    let text = std::str::from_utf8(body).ok().filter(|_| is_text);
    let now = Timestamp::now();
    json!({
        "version": "2.0",
        "routeKey": format!("{method} {}", uri.path()),
        "rawPath": uri.path(),
        "rawQueryString": uri.query().unwrap_or_default(),
        "headers": joined,
        "requestContext": {
            "accountId": "000000000000",
            "apiId": "local",
            "domainName": joined.get("host").map_or("local.execute-api.localhost", String::as_str),
            "http": {
                "method": method.as_str(),
                "path": uri.path(),
                "protocol": "HTTP/1.1",
                "sourceIp": "127.0.0.1",
                "userAgent": joined.get("user-agent").map(String::as_str).unwrap_or_default(),
            },
            "requestId": "local",
            "routeKey": format!("{method} {}", uri.path()),
            "stage": "$default",
            "time": now.strftime("%d/%b/%Y:%H:%M:%S +0000").to_string(),
            "timeEpoch": now.as_millisecond(),
        },
        "body": text.map_or_else(|| STANDARD.encode(body), str::to_owned),
        "isBase64Encoded": text.is_none(),
    })
}
