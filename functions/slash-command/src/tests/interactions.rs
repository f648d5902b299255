//! Interactions: where replies are posted, and what the user sees who pressed a button.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Value, json};
use standings_core::Report;
use tokio::net::TcpListener;

use super::harness::{Harness, settings};
use super::limits;
use super::replies::{company, emea};
use super::signed::{SECRET, config, fixture, http, now, request_to, sign, signed};
use crate::{AllowLists, ResponseUrls, Settings, SigningSecret, SlashCommand, lookup};

/// A fake of Slack's response URLs: the posted messages, and the status codes of the next responses (200 if none is
/// set).
#[derive(Clone, Default)]
struct Slack(Arc<Mutex<(Vec<Value>, Vec<u16>)>>);

impl Slack {
    async fn serve(&self) -> SocketAddr {
        let receive = async |State(slack): State<Slack>, body: String| {
            let mut inner = slack.0.lock().unwrap();
            inner.0.push(serde_json::from_str(&body).unwrap());
            let status = if inner.1.is_empty() { 200 } else { inner.1.remove(0) };
            (StatusCode::from_u16(status).unwrap(), [("location", "/elsewhere")])
        };
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = axum::Router::new().fallback(receive).with_state(self.clone());
        tokio::spawn(async { axum::serve(listener, router).await });
        address
    }

    /// Sets the status codes of the next responses.
    fn respond_with(&self, statuses: &[u16]) {
        self.0.lock().unwrap().1 = statuses.to_vec();
    }

    /// Returns the messages posted since the last call.
    fn posted(&self) -> Vec<Value> {
        std::mem::take(&mut self.0.lock().unwrap().0)
    }
}

/// Starts the function with these reports and a fake of Slack.
async fn start(settings: Settings, reports: &[Report]) -> (Harness, Slack, SocketAddr) {
    let slack = Slack::default();
    let address = slack.serve().await;
    let Harness { client, .. } = Harness::with(reports).await;
    let secret = SigningSecret::fixed(SECRET).unwrap();
    let function = SlashCommand::new(settings, client.clone(), secret, ResponseUrls::local(address));
    (Harness { function, client }, slack, address)
}

fn payload(response_url: &str, action: &Value) -> Value {
    json!({
        "type": "block_actions", "api_app_id": "A1", "token": "t", "trigger_id": "1.2.3",
        "team": {"id": "T1", "domain": "acme"}, "channel": {"id": "C1", "name": "sales"},
        "user": {"id": "U1", "username": "ana <!here>", "team_id": "T1"},
        "container": {"type": "message", "message_ts": "1.2", "channel_id": "C1", "is_ephemeral": true},
        "response_url": response_url, "actions": [action],
    })
}

async fn press(harness: &Harness, payload: &Value) -> u64 {
    let body = form_urlencoded::Serializer::new(String::new()).append_pair("payload", &payload.to_string()).finish();
    let response = harness.function.respond(&signed("/slack/interactions", &body), now()).await;
    assert_eq!(response["body"], "", "an acknowledgment has no body");
    response["statusCode"].as_u64().unwrap()
}

/// The element with this id in a message.
fn element(message: &Value, id: &str) -> Value {
    let blocks = message["blocks"].as_array().unwrap();
    let actions = blocks.iter().find(|block| block["type"] == "actions").unwrap();
    let mut element =
        actions["elements"].as_array().unwrap().iter().find(|element| element["action_id"] == id).unwrap().clone();
    element["block_id"] = actions["block_id"].clone();
    element
}

#[tokio::test]
async fn a_button_replaces_the_message_by_the_reply_to_its_command() {
    let before = Report { period: "2026-W46".parse().unwrap(), ..company() };
    let (harness, slack, address) = start(settings(), &[before, company(), emea()]).await;
    let url = format!("http://{address}/actions/1");
    let first = harness.ask("").await;
    for (id, typed) in [
        ("period_before", "2026-W46"),
        ("period_after", "2026-W48"),
        ("by_deals", "2026-W47 by deals"),
        ("by_units", "2026-W47 by units"),
    ] {
        assert_eq!(press(&harness, &payload(&url, &element(&first, id))).await, 200);
        let mut expected = harness.ask(typed).await;
        expected["replace_original"] = json!(true);
        assert_eq!(slack.posted(), [expected], "{id}");
    }
    // An option keeps the rest of the query.
    let select = element(&harness.ask("top 5 by deals").await, "team");
    let option = select["options"].as_array().unwrap().iter().find(|option| option["text"]["text"] == "EMEA").unwrap();
    let chosen = json!({"type": "static_select", "block_id": select["block_id"], "selected_option": option});
    assert_eq!(press(&harness, &payload(&url, &chosen)).await, 200);
    let mut expected = harness.ask("emea 2026-W47 top 5 by deals").await;
    assert_eq!(element(&expected, "team")["initial_option"]["text"]["text"], "EMEA");
    expected["replace_original"] = json!(true);
    assert_eq!(slack.posted(), [expected]);
}

#[tokio::test]
async fn sharing_tells_the_channel_who_shared_and_confirms_to_the_user() {
    let (harness, slack, address) = start(settings(), &[company()]).await;
    let share = element(&harness.ask("top 2").await, "share");
    assert_eq!(press(&harness, &payload(&format!("http://{address}/x"), &share)).await, 200);
    let [for_channel, private] = slack.posted().try_into().unwrap();
    limits::check_shared(&for_channel);
    assert_eq!(for_channel["replace_original"], false);
    assert!(for_channel.to_string().contains("Shared by ana &lt;!here&gt;"), "{for_channel}");
    limits::check(&private);
    assert_eq!(private["replace_original"], true);
    assert!(private.to_string().contains("You shared this") && !private.to_string().contains("\"share\""));
}

#[tokio::test]
async fn a_double_click_shares_once() {
    let (harness, slack, address) = start(settings(), &[company()]).await;
    let payload = payload(&format!("http://{address}/x"), &element(&harness.ask("top 2").await, "share"));
    let other = self::payload(&format!("http://{address}/x"), &element(&harness.ask("top 3").await, "share"));
    for (payload, is_shared) in [(&payload, true), (&payload, false), (&other, true)] {
        assert_eq!(press(&harness, payload).await, 200);
        let posted = slack.posted();
        let in_channel = posted.iter().filter(|message| message["response_type"] == "in_channel").count();
        assert_eq!(in_channel, usize::from(is_shared));
        assert!(posted.last().unwrap().to_string().contains("You shared this"));
    }
    // One that Slack refused is shared by the next press.
    let again = self::payload(&format!("http://{address}/x"), &element(&harness.ask("top 4").await, "share"));
    slack.respond_with(&[500, 500]);
    press(&harness, &again).await;
    assert!(slack.posted().last().unwrap()["text"].as_str().unwrap().contains("could not be shared"));
    press(&harness, &again).await;
    assert_eq!(slack.posted()[0]["response_type"], "in_channel");
}

#[tokio::test]
async fn a_failed_post_is_retried_once_and_after_a_400_as_plain_text() {
    let (harness, slack, address) = start(settings(), &[company()]).await;
    let action = element(&harness.ask("").await, "by_deals");
    let payload = payload(&format!("http://{address}/x"), &action);
    slack.respond_with(&[500]);
    assert_eq!(press(&harness, &payload).await, 200);
    let [first, again] = slack.posted().try_into().unwrap();
    assert_eq!(first, again);

    slack.respond_with(&[400]);
    assert_eq!(press(&harness, &payload).await, 200);
    let [first, plain] = slack.posted().try_into().unwrap();
    assert_eq!((&plain["text"], plain.get("blocks"), &plain["replace_original"]), (&first["text"], None, &json!(true)));

    // An error makes Slack show a warning to the user. A redirect is not followed.
    for statuses in [[500, 500], [400, 400], [302, 302], [404, 404]] {
        slack.respond_with(&statuses);
        assert_eq!(press(&harness, &payload).await, 502);
        assert_eq!(slack.posted().len(), 2);
    }
}

#[tokio::test]
async fn a_trend_is_a_chart_where_slack_takes_it_and_else_a_table() {
    let (harness, slack, address) = start(settings(), &[company()]).await;
    let answer = harness.ask("trend").await;
    assert!(
        !answer.to_string().contains("data_visualization"),
        "the answer to a command cannot be refused and sent again"
    );
    let payload = payload(&format!("http://{address}/x"), &element(&harness.ask("").await, "trend"));
    assert_eq!(press(&harness, &payload).await, 200);
    let [charted] = slack.posted().try_into().unwrap();
    limits::check(&charted);
    let blocks = charted["blocks"].as_array().unwrap();
    let chart = blocks.iter().find(|block| block["type"] == "data_visualization").unwrap();
    let points = chart["chart"]["series"][0]["data"].as_array().unwrap();
    assert_eq!((points.len(), &points[12]["label"]), (13, &json!("2026-W47")));
    assert!(points[12]["value"].as_f64().unwrap() > 0.0);
    assert!(!charted.to_string().contains("```"), "a chart has no table");

    slack.respond_with(&[400]);
    assert_eq!(press(&harness, &payload).await, 200);
    let [refused, table] = slack.posted().try_into().unwrap();
    assert_eq!(refused, charted);
    assert_eq!(table["blocks"], answer["blocks"], "the table of the command");
    slack.respond_with(&[400, 400]);
    assert_eq!(press(&harness, &payload).await, 200);
    assert!(slack.posted()[2].get("blocks").is_none(), "at last, the text alone");
}

#[tokio::test]
async fn failed_sharing_is_reported_within_five_posts() {
    let (harness, slack, address) = start(settings(), &[company()]).await;
    let share = element(&harness.ask("").await, "share");
    let payload = payload(&format!("http://{address}/x"), &share);
    slack.respond_with(&[404, 404]);
    assert_eq!(press(&harness, &payload).await, 200);
    let posted = slack.posted();
    assert_eq!(posted.len(), 3);
    assert!(posted[2]["text"].as_str().unwrap().contains("could not be shared"));
    assert_eq!((&posted[2]["replace_original"], &posted[2]["response_type"]), (&json!(false), &json!("ephemeral")));
    slack.respond_with(&[500, 200, 500, 200]);
    assert_eq!(press(&harness, &payload).await, 200);
    assert_eq!(slack.posted().len(), 4);
    slack.respond_with(&[500; 9]);
    assert_eq!(press(&harness, &payload).await, 502);
    assert!(slack.posted().len() <= 5);
}

#[tokio::test]
async fn a_failed_lookup_does_not_replace_the_ranking() {
    let slack = Slack::default();
    let address = slack.serve().await;
    let client = lookup::client(&config(([127, 0, 0, 1], 9).into()).await);
    let secret = SigningSecret::fixed(SECRET).unwrap();
    let function = SlashCommand::new(settings(), client.clone(), secret, ResponseUrls::local(address));
    let harness = Harness { function, client };
    let action = json!({"type": "button", "value": "/standings 2026-W47 share"});
    assert_eq!(press(&harness, &payload(&format!("http://{address}/x"), &action)).await, 200);
    let [reply] = slack.posted().try_into().unwrap();
    assert!(reply["text"].as_str().unwrap().contains("cannot be reached right now"), "{reply}");
    assert_eq!((&reply["replace_original"], &reply["response_type"]), (&json!(false), &json!("ephemeral")));
}

#[tokio::test]
async fn buttons_are_subject_to_the_allow_lists() {
    let allow = AllowLists { users: vec!["U2".to_owned()], ..AllowLists::default() };
    let (harness, slack, address) = start(Settings { allow, ..settings() }, &[company()]).await;
    let action = json!({"type": "button", "value": "/standings"});
    assert_eq!(press(&harness, &payload(&format!("http://{address}/x"), &action)).await, 200);
    let [reply] = slack.posted().try_into().unwrap();
    assert!(reply.to_string().contains("ALLOWED_USERS"), "{reply}");
    assert_eq!(reply["replace_original"], false);
}

#[tokio::test]
async fn every_value_of_a_button_has_one_reply() {
    let (harness, slack, address) = start(settings(), &[company()]).await;
    for value in ["", "/standings", "x", "/standings <!here> share", "/old-name 2026-W47 top 15 nonsense", "\u{0}"] {
        let action = json!({"type": "button", "value": value});
        assert_eq!(press(&harness, &payload(&format!("http://{address}/x"), &action)).await, 200, "{value:?}");
        let posted = slack.posted();
        assert_eq!(posted.len(), 1, "{value:?}");
        limits::check(&posted[0]);
    }
}

#[tokio::test]
async fn no_other_host_is_called() {
    let (_, slack, address) = start(settings(), &[]).await;
    let harness = Harness::with(&[company()]).await;
    let action = json!({"type": "button", "value": "/standings"});
    for url in [format!("http://{address}/x"), "https://evil.example/x".to_owned(), String::new()] {
        assert_eq!(press(&harness, &payload(&url, &action)).await, 400, "{url}");
    }
    assert!(slack.posted().is_empty());
}

#[tokio::test]
async fn an_interaction_is_verified_like_a_command() {
    let (harness, slack, address) = start(settings(), &[company()]).await;
    let payload = payload(&format!("http://{address}/x"), &json!({"type": "button", "value": "/standings"}));
    let body = form_urlencoded::Serializer::new(String::new()).append_pair("payload", &payload.to_string()).finish();
    let timestamp = now().as_second().to_string();
    for signature in ["v0=00".to_owned(), String::new(), sign("another", &timestamp, &body)] {
        let headers = json!({"x-slack-request-timestamp": timestamp, "x-slack-signature": signature});
        let response = harness.function.respond(&request_to("/slack/interactions", &body, &headers), now()).await;
        assert_eq!((&response["statusCode"], &response["body"]), (&json!(401), &json!("")));
    }
    assert!(slack.posted().is_empty());
    // A verified interaction of another type is acknowledged; one that cannot be parsed is an error.
    for (body, status) in [("payload=%7B%22type%22%3A%22view_closed%22%7D", 200), ("payload=%7B", 400), ("", 400)] {
        let response = harness.function.respond(&signed("/slack/interactions", body), now()).await;
        assert_eq!(response["statusCode"], status, "{body}");
    }
}

#[tokio::test]
async fn an_interaction_as_api_gateway_sends_it_is_verified() {
    let (harness, slack, _) = start(settings(), &[company()]).await;
    let event = serde_json::from_str(&fixture("api-gateway/interaction.json")).unwrap();
    let response = harness.function.respond(&http(event), jiff::Timestamp::from_second(1_700_000_001).unwrap()).await;
    // Not a 401, so the signature is valid. The response URL is one of Slack, which this function does not call.
    assert_eq!(response["statusCode"], 400, "{response}");
    assert!(slack.posted().is_empty());
}
