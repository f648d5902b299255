//! Scheduled posts: sent once, and told when they are not, whatever Slack does.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_lambda_events::http::StatusCode;
use axum::extract::State;
use axum::http::HeaderMap;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use standings_core::{ExpectedSources, Report, Status, status};
use tokio::net::TcpListener;

use super::harness::{Harness, settings};
use super::replies::company;
use super::signed::{SECRET, config, now};
use crate::{Channels, ResponseUrls, ScheduledPost, Settings, SigningSecret, SlashCommand};

/// What Slack does with a message.
#[derive(Clone)]
enum Does {
    /// Responds with this status and body.
    Respond(u16, Value),
    /// Takes the message and never responds.
    Hang,
}

/// A double of Slack and of the parameter store.
#[derive(Clone, Default)]
struct Slack(Arc<Mutex<Inner>>);

#[derive(Default)]
struct Inner {
    /// The messages that it took.
    posted: Vec<Value>,
    /// What it does with the next ones: it accepts them if nothing is set.
    does: Vec<Does>,
    /// What the parameter holds.
    parameter: String,
}

impl Slack {
    async fn serve(&self) -> SocketAddr {
        let receive = async |State(slack): State<Self>, headers: HeaderMap, body: String| {
            let body: Value = serde_json::from_str(&body).unwrap();
            if headers.get("x-amz-target").is_some_and(|target| target == "AmazonSSM.GetParameter") {
                assert_eq!(body["Name"], "/standings/posts/monday");
                let value = slack.0.lock().unwrap().parameter.clone();
                return (StatusCode::OK, json!({"Parameter": {"Value": value}}).to_string());
            }
            let does = {
                let mut inner = slack.0.lock().unwrap();
                let mut message = body;
                message["token"] = headers.get("authorization").map_or("", |value| value.to_str().unwrap()).into();
                inner.posted.push(message);
                if inner.does.is_empty() { Does::Respond(200, json!({"ok": true})) } else { inner.does.remove(0) }
            };
            match does {
                Does::Respond(status, body) => (StatusCode::from_u16(status).unwrap(), body.to_string()),
                Does::Hang => std::future::pending().await,
            }
        };
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = axum::Router::new().fallback(receive).with_state(self.clone());
        tokio::spawn(async { axum::serve(listener, router).await });
        address
    }

    fn does(&self, next: &[Does]) {
        self.0.lock().unwrap().does = next.to_vec();
    }

    fn posted(&self) -> Vec<Value> {
        std::mem::take(&mut self.0.lock().unwrap().posted)
    }
}

/// Starts the function with a report and a double of Slack. `door` is what the parameter holds.
async fn start(door: impl FnOnce(SocketAddr) -> String) -> (SlashCommand, Slack) {
    let (harness, slack) = start_with(settings(), door).await;
    (harness.function, slack)
}

async fn start_with(settings: Settings, door: impl FnOnce(SocketAddr) -> String) -> (Harness, Slack) {
    let slack = Slack::default();
    let address = slack.serve().await;
    slack.0.lock().unwrap().parameter = door(address);
    let Harness { client, .. } = Harness::with(&[company()]).await;
    let ssm = aws_sdk_ssm::Client::new(&config(address).await);
    let secret = SigningSecret::fixed(SECRET).unwrap();
    let function = SlashCommand::new(settings, client.clone(), secret, ResponseUrls::local(address));
    let function = function.with_channels(Channels::local(ssm, "/standings/posts/", address));
    (Harness { function, client }, slack)
}

fn webhook(slack: SocketAddr) -> String {
    format!("http://{slack}/services/T1/B1/secret\n")
}

fn post(question: &str, scheduled_at: &str) -> ScheduledPost {
    serde_json::from_value(json!({
        "name": "monday", "question": question, "scheduled_at": scheduled_at, "channel": "C1", "command": "/wins",
    }))
    .unwrap()
}

fn post_with(question: &str, scheduled_at: &str, option: &str, value: Value) -> ScheduledPost {
    let mut post = json!({"name": "monday", "question": question, "scheduled_at": scheduled_at, "channel": null});
    post[option] = value;
    serde_json::from_value(post).unwrap()
}

async fn send(function: &SlashCommand, post: &ScheduledPost, at: Timestamp) -> String {
    match function.post(post, at).await {
        Ok(sent) => sent["post"].as_str().unwrap().to_owned(),
        Err(error) => format!("again: {error}"),
    }
}

#[tokio::test]
async fn a_post_is_what_its_question_answers_and_is_sent_once() {
    let (function, slack) = start(webhook).await;
    let monday = post("last week top 2", "2026-11-23T08:00:00Z");
    assert_eq!(send(&function, &monday, now()).await, "sent");
    let [message] = slack.posted().try_into().unwrap();
    assert!(message["text"].as_str().unwrap().contains("1. Ana Lima"), "{message}");
    assert!(message["blocks"].to_string().contains("Top 2 of 5") && !message.to_string().contains("actions"));
    assert_eq!((&message["response_type"], &message["channel"]), (&Value::Null, &Value::Null));
    // The same time of the schedule, delivered again: at once, and much later.
    for later in [1, 3600] {
        assert_eq!(send(&function, &monday, now() + SignedDuration::from_secs(later)).await, "sent before");
    }
    assert_eq!(slack.posted(), [Value::Null; 0]);
    assert_eq!(send(&function, &post("last week", "2026-11-30T08:00:00Z"), now()).await, "sent");
    assert_eq!(slack.posted().len(), 1);
}

#[tokio::test]
async fn a_bot_token_posts_to_the_channel_and_a_week_without_sales_is_told() {
    let (function, slack) = start(|_| "xoxb-1-2-hush".to_owned()).await;
    assert_eq!(send(&function, &post("this week", "1"), now()).await, "sent");
    let [message] = slack.posted().try_into().unwrap();
    assert_eq!((&message["channel"], &message["token"]), (&json!("C1"), &json!("Bearer xoxb-1-2-hush")));
    assert!(message["text"].as_str().unwrap().contains("No sales yet this week"), "{message}");
}

#[tokio::test]
async fn what_slack_refuses_for_now_is_tried_again_and_given_up_after_three_times() {
    let (function, slack) = start(webhook).await;
    let busy = [(429, "rate_limited"), (503, ""), (500, "")].map(|(status, body)| Does::Respond(status, json!(body)));
    slack.does(&busy[..2]);
    let post_1 = post("last week", "1");
    for expected in ["again: post monday not sent yet: Slack refuses it for now (status 429)", "again: post", "sent"] {
        let outcome = send(&function, &post_1, now()).await;
        assert!(outcome.starts_with(expected), "{outcome}");
    }
    assert_eq!(slack.posted().len(), 3);
    slack.does(&busy);
    let post_2 = post("last week", "2");
    for expected in ["again:", "again:", "failed"] {
        let outcome = send(&function, &post_2, now()).await;
        assert!(outcome.starts_with(expected), "{outcome}");
    }
}

#[tokio::test]
async fn what_slack_refuses_for_good_fails_and_rejected_blocks_are_sent_as_text() {
    let (function, slack) = start(webhook).await;
    slack.does(&[Does::Respond(404, json!("no_service"))]);
    assert_eq!(send(&function, &post("last week", "1"), now()).await, "failed");
    slack.does(&[Does::Respond(400, json!("invalid_blocks"))]);
    assert_eq!(send(&function, &post("last week", "2"), now()).await, "sent");
    let posted = slack.posted();
    assert!(posted[1]["blocks"].is_array() && posted[2]["blocks"].is_null(), "{posted:?}");
    let (function, slack) = start(|_| "xoxb-1".to_owned()).await;
    slack.does(&[Does::Respond(200, json!({"ok": false, "error": "not_in_channel"}))]);
    assert_eq!(send(&function, &post("last week", "1"), now()).await, "failed");
    // A question without a ranking, and a parameter with something else.
    assert_eq!(send(&function, &post("xyzzy", "3"), now()).await, "failed");
    let (function, slack) = start(|_| "https://evil.example/services/x".to_owned()).await;
    assert_eq!(send(&function, &post("last week", "1"), now()).await, "failed");
    assert_eq!(slack.posted(), [Value::Null; 0]);
}

#[tokio::test]
async fn a_post_that_may_have_arrived_is_not_sent_again() {
    let (function, slack) = start(webhook).await;
    slack.does(&[Does::Hang]);
    let monday = post("last week", "1");
    assert_eq!(send(&function, &monday, now()).await, "unknown");
    assert_eq!(slack.posted().len(), 1);
    // The record still says that it is being sent.
    assert!(send(&function, &monday, now()).await.starts_with("again: post monday is being sent"));
    assert_eq!(send(&function, &monday, now() + SignedDuration::from_mins(1)).await, "unknown");
    assert_eq!(slack.posted(), [Value::Null; 0]);
}

#[tokio::test]
async fn an_invocation_that_dies_while_it_sends_leaves_it_unknown() {
    let (function, slack) = start(webhook).await;
    slack.does(&[Does::Hang]);
    let monday = post("last week", "1");
    let killed = tokio::time::timeout(Duration::from_millis(500), send(&function, &monday, now())).await;
    assert!(killed.is_err());
    assert_eq!(send(&function, &monday, now() + SignedDuration::from_mins(1)).await, "unknown");
    assert_eq!(slack.posted().len(), 1);
}

#[tokio::test]
async fn a_post_waits_for_late_sources_until_its_latest_hour_and_is_sent_once_a_day() {
    let expected = r#"{"emea": {"prefix": "sales/emea/", "every": "day", "by": "07:00"}}"#;
    let settings = Settings { expected: ExpectedSources::parse(expected).unwrap(), ..settings() };
    let (harness, slack) = start_with(settings, webhook).await;
    let status = |arrived: &str| {
        let arrivals = [("emea".to_owned(), arrived.parse().unwrap())].into();
        serde_json::to_string(&Status { arrivals, ..Status::default() }).unwrap()
    };
    harness.put(status::KEY, &status("2026-11-22T05:00:00Z")).await;
    // Ten, eleven and twelve o'clock in Berlin.
    let when = json!({"latest_hour": 12, "time_zone": "Europe/Berlin"});
    let run = async |hours: i64| {
        let post = post_with("last week", &hours.to_string(), "only_when_complete", when.clone());
        send(&harness.function, &post, now() + SignedDuration::from_hours(hours)).await
    };
    assert_eq!(
        (run(0).await, run(1).await),
        ("waiting for late sources".to_owned(), "waiting for late sources".to_owned())
    );
    assert_eq!(slack.posted(), [Value::Null; 0]);
    assert_eq!(run(2).await, "sent");
    let [message] = slack.posted().try_into().unwrap();
    assert!(message.to_string().contains("*emea* is late"), "{message}");
    assert_eq!(run(3).await, "sent before");
    // The next day, as soon as everything is there.
    assert_eq!(run(24).await, "waiting for late sources");
    harness.put(status::KEY, &status("2026-11-25T08:30:00Z")).await;
    assert_eq!((run(24).await, run(25).await), ("sent".to_owned(), "sent before".to_owned()));
    let [message] = slack.posted().try_into().unwrap();
    assert!(!message.to_string().contains("is late"), "{message}");
}

#[tokio::test]
async fn an_alert_says_who_took_the_lead_once_two_runs_have_found_it() {
    let (harness, slack) = start_with(settings(), webhook).await;
    let run = async |at: i64, question: &str| {
        let post = post_with(question, &at.to_string(), "alert", json!({"places": 3, "per_day": 1}));
        send(&harness.function, &post, now() + SignedDuration::from_mins(at)).await
    };
    let put = async |change: &dyn Fn(&mut Report)| {
        let mut report = company();
        change(&mut report);
        harness.put("2026-W47#company", &report.encode().unwrap()).await;
    };
    let question = "last week top 3";
    assert_eq!(run(0, question).await, "no news");
    put(&|report| report.entries[1].amount = "200000".parse().unwrap()).await;
    assert_eq!(run(15, question).await, "no news");
    slack.does(&[Does::Respond(503, json!(""))]);
    // Lambda repeats the invocation, for the same time of the schedule.
    assert!(run(30, question).await.starts_with("again:"));
    assert_eq!(run(30, question).await, "sent");
    assert_eq!(run(30, question).await, "sent before");
    let [_, message] = slack.posted().try_into().unwrap();
    assert!(message["text"].as_str().unwrap().starts_with(":trophy: *Bo Chen* takes the lead."), "{message}");
    assert!(message["blocks"][1]["text"]["text"].as_str().unwrap().contains("Bo Chen"), "{message}");
    assert_eq!(run(45, question).await, "no news");
    // A second one on this day is too many.
    put(&|_| ()).await;
    assert_eq!((run(60, question).await, run(75, question).await), ("no news".to_owned(), "no news".to_owned()));
    assert_eq!(run(75 + 24 * 60, question).await, "sent");
    assert_eq!(run(0, "status").await, "failed");
}
