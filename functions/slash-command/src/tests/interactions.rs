//! Pressed buttons: where the answers go, and what whoever pressed one sees.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Value, json};
use standings_core::Report;
use tokio::net::TcpListener;

use super::answers::{company, emea};
use super::desk::{Desk, SECRET, config, fixture, http, now, request_to, settings, sign, signed};
use super::limits;
use crate::{AllowLists, ResponseUrls, Settings, SigningSecret, SlashCommand, lookup};

/// Slack, as far as it takes answers: what came in, and with which status it is answered.
#[derive(Clone, Default)]
struct Slack(Arc<Mutex<(Vec<Value>, Vec<u16>)>>);

impl Slack {
    async fn serve(&self) -> SocketAddr {
        let take = async |State(slack): State<Slack>, body: String| {
            let mut inner = slack.0.lock().unwrap();
            inner.0.push(serde_json::from_str(&body).unwrap());
            let status = if inner.1.is_empty() { 200 } else { inner.1.remove(0) };
            (StatusCode::from_u16(status).unwrap(), [("location", "/elsewhere")])
        };
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = axum::Router::new().fallback(take).with_state(self.clone());
        tokio::spawn(async { axum::serve(listener, router).await });
        address
    }

    /// The next answers get these statuses.
    fn answers(&self, statuses: &[u16]) {
        self.0.lock().unwrap().1 = statuses.to_vec();
    }

    /// What came in since one last looked.
    fn taken(&self) -> Vec<Value> {
        std::mem::take(&mut self.0.lock().unwrap().0)
    }
}

/// A function whose answers Slack takes.
async fn office(settings: Settings, reports: &[Report]) -> (Desk, Slack, SocketAddr) {
    let slack = Slack::default();
    let address = slack.serve().await;
    let Desk { client, .. } = Desk::with(reports).await;
    let secret = SigningSecret::fixed(SECRET).unwrap();
    let function = SlashCommand::new(settings, client.clone(), secret, ResponseUrls::local(address));
    (Desk { function, client }, slack, address)
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

async fn press(desk: &Desk, payload: &Value) -> u64 {
    let body = form_urlencoded::Serializer::new(String::new()).append_pair("payload", &payload.to_string()).finish();
    let response = desk.function.answer(&signed("/slack/interactions", &body), now()).await;
    assert_eq!(response["body"], "", "an ack says nothing");
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
async fn a_button_replaces_the_message_by_what_it_says() {
    let before = Report { week: "2026-W46".parse().unwrap(), ..company() };
    let (desk, slack, address) = office(settings(), &[before, company(), emea()]).await;
    let url = format!("http://{address}/actions/1");
    let first = desk.ask("").await;
    for (id, typed) in [
        ("week_before", "2026-W46"),
        ("week_after", "2026-W48"),
        ("by_deals", "2026-W47 by deals"),
        ("by_units", "2026-W47 by units"),
    ] {
        assert_eq!(press(&desk, &payload(&url, &element(&first, id))).await, 200);
        let mut expected = desk.ask(typed).await;
        expected["replace_original"] = json!(true);
        assert_eq!(slack.taken(), [expected], "{id}");
    }
    // A choice keeps the rest of the question.
    let select = element(&desk.ask("top 5 by deals").await, "team");
    let option = select["options"].as_array().unwrap().iter().find(|option| option["text"]["text"] == "EMEA").unwrap();
    let chosen = json!({"type": "static_select", "block_id": select["block_id"], "selected_option": option});
    assert_eq!(press(&desk, &payload(&url, &chosen)).await, 200);
    let mut expected = desk.ask("emea 2026-W47 top 5 by deals").await;
    assert_eq!(element(&expected, "team")["initial_option"]["text"]["text"], "EMEA");
    expected["replace_original"] = json!(true);
    assert_eq!(slack.taken(), [expected]);
}

#[tokio::test]
async fn sharing_shows_the_channel_who_shared_and_the_asker_that_it_was() {
    let (desk, slack, address) = office(settings(), &[company()]).await;
    let share = element(&desk.ask("top 2").await, "share");
    assert_eq!(press(&desk, &payload(&format!("http://{address}/x"), &share)).await, 200);
    let [for_channel, private] = slack.taken().try_into().unwrap();
    limits::check_shared(&for_channel);
    assert_eq!(for_channel["replace_original"], false);
    assert!(for_channel.to_string().contains("Shared by ana &lt;!here&gt;"), "{for_channel}");
    limits::check(&private);
    assert_eq!(private["replace_original"], true);
    assert!(private.to_string().contains("You shared this") && !private.to_string().contains("\"share\""));
}

#[tokio::test]
async fn slack_gets_what_it_refuses_once_more_and_as_plain_text() {
    let (desk, slack, address) = office(settings(), &[company()]).await;
    let action = element(&desk.ask("").await, "by_deals");
    let payload = payload(&format!("http://{address}/x"), &action);
    slack.answers(&[500]);
    assert_eq!(press(&desk, &payload).await, 200);
    let [first, again] = slack.taken().try_into().unwrap();
    assert_eq!(first, again);

    slack.answers(&[400]);
    assert_eq!(press(&desk, &payload).await, 200);
    let [first, plain] = slack.taken().try_into().unwrap();
    assert_eq!((&plain["text"], plain.get("blocks"), &plain["replace_original"]), (&first["text"], None, &json!(true)));

    // Slack shows an error of ours to whoever pressed. A redirect is not followed.
    for statuses in [[500, 500], [400, 400], [302, 302], [404, 404]] {
        slack.answers(&statuses);
        assert_eq!(press(&desk, &payload).await, 502);
        assert_eq!(slack.taken().len(), 2);
    }
}

#[tokio::test]
async fn sharing_that_fails_is_said_and_uses_no_more_than_five_responses() {
    let (desk, slack, address) = office(settings(), &[company()]).await;
    let share = element(&desk.ask("").await, "share");
    let payload = payload(&format!("http://{address}/x"), &share);
    slack.answers(&[404, 404]);
    assert_eq!(press(&desk, &payload).await, 200);
    let taken = slack.taken();
    assert_eq!(taken.len(), 3);
    assert!(taken[2]["text"].as_str().unwrap().contains("could not be shared"));
    assert_eq!((&taken[2]["replace_original"], &taken[2]["response_type"]), (&json!(false), &json!("ephemeral")));
    slack.answers(&[500, 200, 500, 200]);
    assert_eq!(press(&desk, &payload).await, 200);
    assert_eq!(slack.taken().len(), 4);
    slack.answers(&[500; 9]);
    assert_eq!(press(&desk, &payload).await, 502);
    assert!(slack.taken().len() <= 5);
}

#[tokio::test]
async fn a_lookup_that_fails_is_said_beside_the_ranking_that_was_there() {
    let slack = Slack::default();
    let address = slack.serve().await;
    let client = lookup::client(&config(([127, 0, 0, 1], 9).into()).await);
    let secret = SigningSecret::fixed(SECRET).unwrap();
    let function = SlashCommand::new(settings(), client.clone(), secret, ResponseUrls::local(address));
    let desk = Desk { function, client };
    let action = json!({"type": "button", "value": "/standings 2026-W47 share"});
    assert_eq!(press(&desk, &payload(&format!("http://{address}/x"), &action)).await, 200);
    let [said] = slack.taken().try_into().unwrap();
    assert!(said["text"].as_str().unwrap().contains("cannot be reached right now"), "{said}");
    assert_eq!((&said["replace_original"], &said["response_type"]), (&json!(false), &json!("ephemeral")));
}

#[tokio::test]
async fn buttons_obey_the_lists_of_who_may_ask() {
    let allow = AllowLists { users: vec!["U2".to_owned()], ..AllowLists::default() };
    let (desk, slack, address) = office(Settings { allow, ..settings() }, &[company()]).await;
    let action = json!({"type": "button", "value": "/standings"});
    assert_eq!(press(&desk, &payload(&format!("http://{address}/x"), &action)).await, 200);
    let [said] = slack.taken().try_into().unwrap();
    assert!(said.to_string().contains("ALLOWED_USERS"), "{said}");
    assert_eq!(said["replace_original"], false);
}

#[tokio::test]
async fn whatever_is_typed_into_a_button_is_answered() {
    let (desk, slack, address) = office(settings(), &[company()]).await;
    for value in ["", "/standings", "x", "/standings <!here> share", "/old-name 2026-W47 top 15 nonsense", "\u{0}"] {
        let action = json!({"type": "button", "value": value});
        assert_eq!(press(&desk, &payload(&format!("http://{address}/x"), &action)).await, 200, "{value:?}");
        let taken = slack.taken();
        assert_eq!(taken.len(), 1, "{value:?}");
        limits::check(&taken[0]);
    }
}

#[tokio::test]
async fn no_other_address_is_called() {
    let (_, slack, address) = office(settings(), &[]).await;
    let desk = Desk::with(&[company()]).await;
    let action = json!({"type": "button", "value": "/standings"});
    for url in [format!("http://{address}/x"), "https://evil.example/x".to_owned(), String::new()] {
        assert_eq!(press(&desk, &payload(&url, &action)).await, 400, "{url}");
    }
    assert!(slack.taken().is_empty());
}

#[tokio::test]
async fn an_interaction_is_verified_like_a_command() {
    let (desk, slack, address) = office(settings(), &[company()]).await;
    let payload = payload(&format!("http://{address}/x"), &json!({"type": "button", "value": "/standings"}));
    let body = form_urlencoded::Serializer::new(String::new()).append_pair("payload", &payload.to_string()).finish();
    let timestamp = now().as_second().to_string();
    for signature in ["v0=00".to_owned(), String::new(), sign("another", &timestamp, body.as_bytes())] {
        let headers = json!({"x-slack-request-timestamp": timestamp, "x-slack-signature": signature});
        let response = desk.function.answer(&request_to("/slack/interactions", &body, &headers), now()).await;
        assert_eq!((&response["statusCode"], &response["body"]), (&json!(401), &json!("")));
    }
    assert!(slack.taken().is_empty());
    // What is verified and asks for nothing is acknowledged; what cannot be read is refused.
    for (body, status) in [("payload=%7B%22type%22%3A%22view_closed%22%7D", 200), ("payload=%7B", 400), ("", 400)] {
        let response = desk.function.answer(&signed("/slack/interactions", body), now()).await;
        assert_eq!(response["statusCode"], status, "{body}");
    }
}

#[tokio::test]
async fn an_event_of_api_gateway_is_taken_as_it_comes() {
    let (desk, slack, _) = office(settings(), &[company()]).await;
    let event = serde_json::from_str(&fixture("api-gateway/interaction.json")).unwrap();
    let response = desk.function.answer(&http(event), jiff::Timestamp::from_second(1_700_000_001).unwrap()).await;
    // It is signed as it should be, and would be a 401 if it were not. Its response URL is Slack's, not that of here.
    assert_eq!(response["statusCode"], 400, "{response}");
    assert!(slack.taken().is_empty());
}
