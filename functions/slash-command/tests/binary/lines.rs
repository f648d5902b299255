//! The log: a line per request with what a human asks next, and metrics.

use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};
use standings_local::aws::cloudwatch;
use standings_local::aws::fault_proxy::Fault;
use standings_local::aws::lambda_process::{FUNCTION_NAME, LambdaProcess};
use standings_local::slack::client;

use crate::world::World;

fn saying<'a>(log: &'a [Value], message: &str) -> Vec<&'a Value> {
    log.iter().filter(|line| line["message"] == message).collect()
}

#[tokio::test]
async fn a_line_per_request_says_what_came_of_it_and_metrics_count_it() {
    let mut world = World::start().await;
    world.warm().await;
    for text in ["", "2020-W01", "help"] {
        assert_eq!(world.ask(text).await.status, 200);
    }
    assert_eq!(world.send(&client::event_of("1", "v0=00", "text=")).await.status, 401);
    world.dynamodb.fail("GetItem", &Fault::Json(400, "AccessDeniedException", "no"), 1);
    assert_eq!(world.ask("").await.status, 200);
    let log = world.log().await;

    let answered = saying(&log, "answered");
    let seen: Vec<Value> =
        answered.iter().map(|line| json!([line["level"], line["outcome"], line["status"]])).collect();
    assert_eq!(
        seen,
        [
            json!(["INFO", "board", 200]),
            json!(["INFO", "no sales", 200]),
            json!(["INFO", "help", 200]),
            json!(["INFO", "unverified", 401]),
            json!(["INFO", "lookup failed", 200]),
        ]
    );
    for (number, line) in answered.iter().enumerate() {
        assert!(line["duration_us"].is_u64(), "{line}");
        // The warmer was the first.
        assert_eq!(line["span"]["requestId"], format!("00000000-0000-4000-8000-{:012}", number + 2), "{line}");
    }
    let errors: Vec<&Value> = log.iter().filter(|line| line["level"] == "ERROR").collect();
    assert_eq!(errors.len(), 1, "what failed is said once: {errors:?}");

    let metrics = saying(&log, "metrics");
    assert!(metrics.iter().all(|line| line["function"] == FUNCTION_NAME));
    let lookups: Vec<&Value> =
        metrics.iter().filter(|line| line["Lookups"] == 1).map(|line| &line["outcome"]).collect();
    assert_eq!(lookups, ["found", "none", "failed"]);
    assert_eq!(metrics.iter().filter(|line| line["AnswerTime"].is_u64()).count(), 3);
}

#[tokio::test]
async fn a_wrong_setting_is_said_once() {
    let variables = [("REPORTS_TABLE", "r"), ("TIME_ZONE", "Mars"), ("SLACK_SIGNING_SECRET", "s")];
    let function = LambdaProcess::start(Path::new(env!("CARGO_BIN_EXE_slash-command")), &[], &variables).await.unwrap();
    let lines = tokio::time::timeout(Duration::from_secs(30), function.ended()).await.unwrap();
    let [line] = &lines[..] else { panic!("{lines:?}") };
    let line = cloudwatch::read(line).unwrap();
    assert!(line["level"] == "ERROR" && line["error"].as_str().unwrap().contains("TIME_ZONE"), "{line}");
}
