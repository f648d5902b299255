//! Who is let in: routes, signatures, allow-lists.

use jiff::Timestamp;
use lambda_runtime::{Context, LambdaEvent};
use serde::Deserialize;
use serde_json::{Value, json};

use super::desk::{Desk, SECRET, command, config, fixture, http, now, request, settings, sign};
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

/// A function that reaches no table; whoever gets past the signature learns that with a 200.
async fn nowhere(secret: &str) -> SlashCommand {
    let client = lookup::client(&config(([127, 0, 0, 1], 9).into()).await);
    SlashCommand::new(settings(), client, SigningSecret::fixed(secret).unwrap(), ResponseUrls::slack())
}

async fn status(function: &SlashCommand, body: &str, headers: Value, seconds: i64) -> u64 {
    let response = function.answer(&request(body, &headers), at(seconds)).await;
    let status = response["statusCode"].as_u64().unwrap();
    assert_eq!(response["body"] == "", status != 200 || body.starts_with("ssl_check=1"), "{response}");
    status
}

#[tokio::test]
async fn signatures_that_slack_or_others_published_are_taken() {
    for Vector { secret, timestamp, body, signature } in vectors() {
        let function = nowhere(&secret).await;
        let headers = json!({"X-Slack-Request-Timestamp": timestamp, "x-slack-signature": signature});
        let body = fixture(&format!("slack/{body}"));
        for seconds in [-300, 0, 300] {
            let seconds = timestamp.parse::<i64>().unwrap() + seconds;
            assert_eq!(status(&function, &body, headers.clone(), seconds).await, 200, "{body}");
        }
    }
}

#[tokio::test]
async fn a_secret_that_is_being_changed_counts_in_both_forms() {
    let body = "command=/standings&text=help";
    let function = nowhere(&format!(" new-secret,{SECRET}\n")).await;
    for secret in ["new-secret", SECRET] {
        let signature = sign(secret, "1700000000", body.as_bytes());
        let headers = json!({"x-slack-request-timestamp": "1700000000", "x-slack-signature": signature});
        assert_eq!(status(&function, body, headers, 1_700_000_000).await, 200);
    }
    assert!(SigningSecret::fixed("").is_err() && SigningSecret::fixed(" , ").is_err());
}

#[tokio::test]
async fn every_other_signature_gets_a_bare_401() {
    let (body, seconds) = ("command=/standings&text=", 1_700_000_000);
    let timestamp = seconds.to_string();
    let good = sign(SECRET, &timestamp, body.as_bytes());
    let function = nowhere(SECRET).await;
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
        sign("another secret", &timestamp, body.as_bytes()),
        // Signed for another moment.
        sign(SECRET, "1700000001", body.as_bytes()),
    ] {
        assert_eq!(
            status(&function, body, headers(json!(timestamp), json!(signature)), seconds).await,
            401,
            "{signature}"
        );
    }
    for moment in ["", "abc", "-1", "1e9", "+1700000000", " 1700000000", "9223372036854775807", "99999999999999999999"]
    {
        let signature = sign(SECRET, moment, body.as_bytes());
        assert_eq!(status(&function, body, headers(json!(moment), json!(signature)), seconds).await, 401, "{moment}");
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
async fn events_of_api_gateway_are_taken_as_they_come() {
    let desk = Desk::open(settings()).await;
    let answer = async |name: &str| {
        let event = serde_json::from_str(&fixture(&format!("api-gateway/{name}.json"))).unwrap();
        desk.function.answer(&http(event), at(1_700_000_000)).await
    };
    for name in ["command", "command-plain"] {
        let response = answer(name).await;
        assert_eq!(response["statusCode"], 200);
        // The text is "last week région=Île-de-France".
        assert!(response["body"].as_str().unwrap().contains("région=Île-de-France"), "{response}");
    }
    assert_eq!(answer("command-forged").await["statusCode"], 401);
    let response = answer("ssl-check").await;
    assert_eq!((&response["statusCode"], &response["body"]), (&json!(200), &json!("")));
}

#[tokio::test]
async fn a_body_that_is_not_the_base64_it_claims_to_be_is_refused() {
    let mut event: Value = serde_json::from_str(&fixture("api-gateway/command-plain.json")).unwrap();
    event["isBase64Encoded"] = json!(true);
    let response = nowhere(SECRET).await.answer(&http(event), at(1_700_000_000)).await;
    assert_eq!(response["statusCode"], 401);
}

#[tokio::test]
async fn other_routes_are_not_found() {
    for (method, path) in [("GET", "/slack/commands"), ("POST", "/"), ("POST", "/slack/commands/x")] {
        let mut event: Value = serde_json::from_str(&fixture("api-gateway/command.json")).unwrap();
        event["rawPath"] = json!(path);
        event["requestContext"]["http"] = json!({"method": method, "path": path});
        let response = nowhere(SECRET).await.answer(&http(event), at(1_700_000_000)).await;
        assert_eq!(response["statusCode"], 404, "{method} {path}");
    }
}

#[tokio::test]
async fn the_warmer_reads_and_says_so() {
    let event = || {
        let event: Event = serde_json::from_str(&fixture("api-gateway/warmer.json")).unwrap();
        LambdaEvent::new(event, Context::default())
    };
    let desk = Desk::open(settings()).await;
    assert_eq!(desk.function.handle(event()).await.unwrap(), json!({"warmed": true}));
    let error = nowhere(SECRET).await.handle(event()).await.unwrap_err();
    assert_eq!(error.to_string(), "DynamoDB does not answer");
}

#[tokio::test]
async fn only_those_on_the_lists_may_ask() {
    let allow = AllowLists { channels: vec!["C2".to_owned()], ..AllowLists::default() };
    let desk = Desk::open(Settings { allow, ..settings() }).await;
    insta_text(&desk.ask("help").await, "C1", "ALLOWED_CHANNELS");

    let allow = AllowLists { channels: vec!["C1".to_owned()], users: vec!["U1".to_owned()], ..AllowLists::default() };
    let desk = Desk::open(Settings { allow, ..settings() }).await;
    assert!(!desk.ask("help").await.to_string().contains("ALLOWED"));

    let desk = Desk::open(Settings { verification_token: VerificationToken::new("legacy"), ..settings() }).await;
    insta_text(&desk.ask("help").await, "SLACK_VERIFICATION_TOKEN", "Whoever runs Standings");
}

fn insta_text(message: &Value, one: &str, other: &str) {
    let text = message.to_string();
    assert!(text.contains(one) && text.contains(other), "{text}");
}

#[tokio::test]
async fn the_answer_comes_before_slack_gives_up() {
    // A server that takes connections and never answers.
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let client = lookup::client(&config(listener.local_addr().unwrap()).await);
    let function = SlashCommand::new(settings(), client, SigningSecret::fixed(SECRET).unwrap(), ResponseUrls::slack());
    let request = command("");
    let answer = function.answer(&request, now());
    let response = tokio::time::timeout(std::time::Duration::from_millis(2500), answer).await.unwrap();
    assert!(response["body"].as_str().unwrap().contains("cannot be reached right now"));
}
