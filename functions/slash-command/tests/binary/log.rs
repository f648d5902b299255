//! The log: one line per request with its outcome, and metrics.

use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};
use standings_local::aws::cloudwatch;
use standings_local::aws::fault_proxy::Fault;
use standings_local::aws::lambda_process::{FUNCTION_NAME, LambdaProcess};
use standings_local::slack::client;

use crate::harness::Harness;

fn lines<'a>(log: &'a [Value], message_start: &str) -> Vec<&'a Value> {
    log.iter().filter(|line| line["message"].as_str().is_some_and(|text| text.starts_with(message_start))).collect()
}

#[tokio::test]
async fn each_request_has_one_line_with_its_outcome_and_is_counted_in_the_metrics() {
    let mut harness = Harness::start().await;
    harness.warm_up().await;
    for text in ["", "2020-W01", "help"] {
        assert_eq!(harness.send_command(text).await.status, 200);
    }
    assert_eq!(harness.send(&client::event_of("1", "v0=00", "text=")).await.status, 401);
    harness.dynamodb.fail("GetItem", &Fault::Json(400, "AccessDeniedException", "no"), 1);
    assert_eq!(harness.send_command("").await.status, 200);
    let log = harness.log().await;

    assert_eq!(lines(&log, "warm-up done").len(), 1);
    let requests = lines(&log, "request ");
    let seen: Vec<Value> = requests
        .iter()
        .map(|line| json!([line["level"], line["message"], line["outcome"], line["status"], line["reason"]]))
        .collect();
    let stale = "the timestamp is more than five minutes off";
    assert_eq!(
        seen,
        [
            json!(["INFO", "request answered: board", "board", 200, null]),
            json!(["INFO", "request answered: no sales", "no sales", 200, null]),
            json!(["INFO", "request answered: help", "help", 200, null]),
            json!(["WARN", "request rejected: not verified", "unverified", 401, stale]),
            json!(["INFO", "request answered: lookup failed", "lookup failed", 200, null]),
        ]
    );
    for (number, line) in requests.iter().enumerate() {
        assert!(line["duration_us"].is_u64(), "{line}");
        // The warm-up was the first request.
        assert_eq!(line["span"]["requestId"], format!("00000000-0000-4000-8000-{:012}", number + 2), "{line}");
    }
    let errors: Vec<&Value> = log.iter().filter(|line| line["level"] == "ERROR").collect();
    let [error] = &errors[..] else { panic!("a failure is logged once: {errors:?}") };
    let message = error["message"].as_str().unwrap();
    assert!(message.starts_with("lookup failed: ") && message.contains("AccessDeniedException"), "{error}");
    assert_eq!(log.iter().filter(|line| line["level"] == "WARN").count(), 1, "{log:?}");

    let metrics = lines(&log, "metrics");
    assert!(metrics.iter().all(|line| line["function"] == FUNCTION_NAME));
    let lookups: Vec<&Value> =
        metrics.iter().filter(|line| line["Lookups"] == 1).map(|line| &line["outcome"]).collect();
    assert_eq!(lookups, ["found", "none", "failed"]);
    assert_eq!(metrics.iter().filter(|line| line["AnswerTime"].is_u64()).count(), 3);
}

#[tokio::test]
async fn the_metrics_are_those_that_alarms_and_dashboard_watch() {
    let expected = r#"{"apac": {"prefix": "sales/apac/", "every": "day", "by": "00:00"}}"#;
    let mut harness = Harness::start_expecting(expected).await;
    harness.warm_up().await;
    for text in ["", "2020-W01"] {
        harness.send_command(text).await;
    }
    harness.dynamodb.fail("GetItem", &Fault::Json(400, "AccessDeniedException", "no"), 1);
    harness.send_command("").await;
    let now = jiff::Timestamp::now().as_second().to_string();
    assert_eq!(harness.send(&client::event_of(&now, &format!("v0={}", "0".repeat(64)), "text=")).await.status, 401);
    // The parameter holds neither a webhook nor a token.
    let post = json!({"post": {"name": "monday", "question": "top 3", "scheduled_at": "now"}});
    let outcome = harness.function.invoke(&post, Duration::from_secs(10)).await;
    assert_eq!(outcome.response(), Some(&json!({"post": "failed"})), "{outcome:?}");
    let golden: Value = serde_json::from_str(include_str!("../../../../fixtures/metrics/slash-command.json")).unwrap();
    assert_eq!(json!(cloudwatch::series(&harness.log().await)), golden, "fixtures/metrics/slash-command.json");
}

#[tokio::test]
async fn an_invalid_setting_is_logged_once() {
    let variables = [("REPORTS_TABLE", "r"), ("TIME_ZONE", "Mars"), ("SLACK_SIGNING_SECRET", "s")];
    let function = LambdaProcess::start(Path::new(env!("CARGO_BIN_EXE_slash-command")), &[], &variables).await.unwrap();
    let lines = tokio::time::timeout(Duration::from_secs(30), function.ended()).await.unwrap();
    let [line] = &lines[..] else { panic!("{lines:?}") };
    let line = cloudwatch::read(line).unwrap();
    assert_eq!((&line["level"], &line["message"]), (&json!("ERROR"), &json!("startup failed")), "{line}");
    assert!(line["error"].as_str().unwrap().contains("TIME_ZONE"), "{line}");
}
