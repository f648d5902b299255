//! Routes, signatures and allow-lists.

use jiff::Timestamp;
use lambda_runtime::{Context, LambdaEvent};
use serde::Deserialize;
use serde_json::{Value, json};

use super::harness::{Harness, settings};
use super::signed::{SECRET, command, config, fixture, http, now, request, sign};
use crate::event::Event;
use crate::{AllowLists, ResponseUrls, Settings, SigningSecret, SlashCommand, VerificationToken, lookup};

#[derive(Deserialize)]
struct Vector {
    secret: String,
    timestamp: String,
    body: String,
    signature: String,
}

fn vectors() -> Vec<Vector> {
    serde_json::from_str(&fixture("slack/signatures.json")).unwrap()
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(seconds).unwrap()
}

/// Starts a function without a table. A verified request gets a 200 with a message that says so.
async fn without_table(secret: &str) -> SlashCommand {
    let client = lookup::client(&config(([127, 0, 0, 1], 9).into()).await);
    SlashCommand::new(settings(), client, SigningSecret::fixed(secret).unwrap(), ResponseUrls::slack())
}

async fn status(function: &SlashCommand, body: &str, headers: Value, seconds: i64) -> u64 {
    let response = function.respond(&request(body, &headers), at(seconds)).await;
    let status = response["statusCode"].as_u64().unwrap();
    assert_eq!(response["body"] == "", status != 200 || body.starts_with("ssl_check=1"), "{response}");
    status
}

#[tokio::test]
async fn published_signatures_are_valid_for_five_minutes() {
    for Vector { secret, timestamp, body, signature } in vectors() {
        let function = without_table(&secret).await;
        let headers = json!({"X-Slack-Request-Timestamp": timestamp, "x-slack-signature": signature});
        let body = fixture(&format!("slack/{body}"));
        for seconds in [-300, 0, 300] {
            let seconds = timestamp.parse::<i64>().unwrap() + seconds;
            assert_eq!(status(&function, &body, headers.clone(), seconds).await, 200, "{body}");
        }
    }
}

#[tokio::test]
async fn during_rotation_both_secrets_are_valid() {
    let body = "command=/standings&text=help";
    let function = without_table(&format!(" new-secret,{SECRET}\n")).await;
    for secret in ["new-secret", SECRET] {
        let signature = sign(secret, "1700000000", body);
        let headers = json!({"x-slack-request-timestamp": "1700000000", "x-slack-signature": signature});
        assert_eq!(status(&function, body, headers, 1_700_000_000).await, 200);
    }
    assert!(SigningSecret::fixed("").is_err() && SigningSecret::fixed(" , ").is_err());
}

#[tokio::test]
async fn every_other_signature_gets_a_bare_401() {
    let (body, seconds) = ("command=/standings&text=", 1_700_000_000);
    let timestamp = seconds.to_string();
    let good = sign(SECRET, &timestamp, body);
    let function = without_table(SECRET).await;
    let headers = |timestamp: Value, signature: Value| json!({"x-slack-request-timestamp": timestamp, "x-slack-signature": signature});
    assert_eq!(status(&function, body, headers(json!(timestamp), json!(good)), seconds).await, 200);
    assert_eq!(status(&function, &format!("{body}x"), headers(json!(timestamp), json!(good)), seconds).await, 401);

    for signature in [
        String::new(),
        "v0=".to_owned(),
        good[3..].to_owned(),
        good.replace("v0=", "v1="),
        good.to_uppercase().replace("V0=", "v0="),
        good[..66].to_owned(),
        format!("{good}0"),
        format!("{}é", &good[..65]),
        good.replace("v0=", "v0=\u{2603}"),
        sign("another secret", &timestamp, body),
        // The timestamp of another request.
        sign(SECRET, "1700000001", body),
    ] {
        assert_eq!(
            status(&function, body, headers(json!(timestamp), json!(signature)), seconds).await,
            401,
            "{signature}"
        );
    }
    for timestamp in
        ["", "abc", "-1", "1e9", "+1700000000", " 1700000000", "9223372036854775807", "99999999999999999999"]
    {
        let signature = sign(SECRET, timestamp, body);
        assert_eq!(
            status(&function, body, headers(json!(timestamp), json!(signature)), seconds).await,
            401,
            "{timestamp}"
        );
    }
    for off in [-301, 301] {
        assert_eq!(status(&function, body, headers(json!(timestamp), json!(good)), seconds + off).await, 401, "{off}");
    }
    for incomplete in [
        json!({}),
        json!({"x-slack-signature": good}),
        json!({"x-slack-request-timestamp": timestamp}),
        json!({"x-slack-request-timestamp": timestamp, "x-slack-signature": [good, good]}),
        json!({"x-slack-request-timestamp": timestamp, "x-slack-signature": good, "X-Slack-Signature": good}),
    ] {
        assert_eq!(status(&function, body, incomplete.clone(), seconds).await, 401, "{incomplete}");
    }
}

#[tokio::test]
async fn commands_as_api_gateway_sends_them_are_verified() {
    let harness = Harness::start(settings()).await;
    let respond = async |name: &str| {
        let event = serde_json::from_str(&fixture(&format!("api-gateway/{name}.json"))).unwrap();
        harness.function.respond(&http(event), at(1_700_000_000)).await
    };
    for name in ["command", "command-plain"] {
        let response = respond(name).await;
        assert_eq!(response["statusCode"], 200);
        // The text is "last week région=Île-de-France".
        assert!(response["body"].as_str().unwrap().contains("région=Île-de-France"), "{response}");
    }
    assert_eq!(respond("command-forged").await["statusCode"], 401);
    let response = respond("ssl-check").await;
    assert_eq!((&response["statusCode"], &response["body"]), (&json!(200), &json!("")));
}

#[tokio::test]
async fn a_body_with_invalid_base64_is_not_verified() {
    let mut event: Value = serde_json::from_str(&fixture("api-gateway/command-plain.json")).unwrap();
    event["isBase64Encoded"] = json!(true);
    let response = without_table(SECRET).await.respond(&http(event), at(1_700_000_000)).await;
    assert_eq!(response["statusCode"], 401);
}

#[tokio::test]
async fn other_routes_are_not_found() {
    for (method, path) in [("GET", "/slack/commands"), ("POST", "/"), ("POST", "/slack/commands/x")] {
        let mut event: Value = serde_json::from_str(&fixture("api-gateway/command.json")).unwrap();
        event["rawPath"] = json!(path);
        event["requestContext"]["http"] = json!({"method": method, "path": path});
        let response = without_table(SECRET).await.respond(&http(event), at(1_700_000_000)).await;
        assert_eq!(response["statusCode"], 404, "{method} {path}");
    }
}

#[tokio::test]
async fn a_warm_up_reads_the_table_and_fails_without_it() {
    let event = || {
        let event: Event = serde_json::from_str(&fixture("api-gateway/warmer.json")).unwrap();
        LambdaEvent::new(event, Context::default())
    };
    let harness = Harness::start(settings()).await;
    assert_eq!(harness.function.handle(event()).await.unwrap(), json!({"warmed": true}));
    let error = without_table(SECRET).await.handle(event()).await.unwrap_err();
    assert!(error.to_string().starts_with("DynamoDB does not respond"), "{error}");
}

#[tokio::test]
async fn a_request_that_is_not_on_an_allow_list_is_refused_with_the_setting() {
    let allow = AllowLists { channels: vec!["C2".to_owned()], ..AllowLists::default() };
    let harness = Harness::start(Settings { allow, ..settings() }).await;
    assert_contains(&harness.ask("help").await, "C1", "ALLOWED_CHANNELS");

    let allow = AllowLists { channels: vec!["C1".to_owned()], users: vec!["U1".to_owned()], ..AllowLists::default() };
    let harness = Harness::start(Settings { allow, ..settings() }).await;
    assert!(!harness.ask("help").await.to_string().contains("ALLOWED"));

    let harness = Harness::start(Settings { verification_token: VerificationToken::new("legacy"), ..settings() }).await;
    assert_contains(&harness.ask("help").await, "SLACK_VERIFICATION_TOKEN", "Standings administrator");
}

fn assert_contains(message: &Value, one: &str, other: &str) {
    let text = message.to_string();
    assert!(text.contains(one) && text.contains(other), "{text}");
}

#[tokio::test]
async fn a_lookup_without_response_is_reported_before_slack_gives_up() {
    // A server that accepts connections and never responds.
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let client = lookup::client(&config(listener.local_addr().unwrap()).await);
    let function = SlashCommand::new(settings(), client, SigningSecret::fixed(SECRET).unwrap(), ResponseUrls::slack());
    let request = command("");
    let response = function.respond(&request, now());
    let response = tokio::time::timeout(std::time::Duration::from_millis(2500), response).await.unwrap();
    assert!(response["body"].as_str().unwrap().contains("cannot be reached right now"));
}
