//! The log: one line per unit of work, with the fields that an operator needs.

use serde_json::{Value, json};
use standings_local::aws::cloudwatch;
use standings_local::aws::lambda_process::FUNCTION_NAME;
use standings_local::batch_of;

use crate::harness::{Harness, Log, MINUTE, csv, failed, start};

/// Returns the fields `names` of a line. Of `numbers`, which differ from run to run, only whether they are numbers.
fn fields(line: &Value, names: &[&str], numbers: &[&str]) -> Value {
    let texts = names.iter().map(|&name| (name.to_owned(), line[name].clone()));
    texts.chain(numbers.iter().map(|&name| (name.to_owned(), line[name].is_u64().into()))).collect()
}

#[tokio::test]
async fn each_unit_of_work_logs_one_line_with_its_identifier() {
    let mut harness = Harness::start().await;
    let content =
        csv(&["2026-11-10,Ana,EMEA,1", "2026-11-16,Bo,EMEA,2", "2026-11-16,Bo,EMEA,a lot", "2026-11-17,Cy,,3"]);
    harness.put("sales/a.csv", &content);
    harness.put("sales/bad.csv", "name,city\nAna,Rome\n");
    let mut batch = batch_of(harness.stack.bucket(), &["sales/a.csv", "sales/bad.csv", "sales/gone.csv"]);
    let mut unrecognized = batch["Records"][0].clone();
    (unrecognized["messageId"], unrecognized["body"]) = ("unrecognized".into(), "hello".into());
    batch["Records"].as_array_mut().unwrap().push(unrecognized);
    assert_eq!(failed(&harness.function.invoke(&batch, MINUTE).await), ["unrecognized"]);
    let request_id = harness.function.request_id();
    let log = harness.log().await;

    for line in log.0.iter().filter(|line| line.get("_aws").is_none()) {
        assert_eq!(line["span"]["requestId"], *request_id, "{line}");
    }
    let [ingested] = log.saying("file sales/a.csv ingested")[..] else { panic!("{log:?}") };
    assert_eq!(
        fields(
            ingested,
            &["level", "object.key", "object.bytes", "segments", "rows", "skipped_rows"],
            &["generation", "duration_ms"]
        ),
        json!({
            "level": "INFO", "object.key": "sales/a.csv", "object.bytes": content.len(), "segments": 2, "rows": 3,
            "skipped_rows": 1, "generation": true, "duration_ms": true,
        })
    );
    let [rejected] = log.saying("file sales/bad.csv rejected")[..] else { panic!("{log:?}") };
    assert_eq!(
        fields(rejected, &["level", "object.key", "object.bytes"], &["generation", "duration_ms"]),
        json!({
            "level": "WARN", "object.key": "sales/bad.csv", "object.bytes": 19, "generation": true, "duration_ms": true,
        })
    );
    assert!(rejected["reason"].as_str().unwrap().contains("amount"));
    let [deleted] = log.saying("file sales/gone.csv deleted")[..] else { panic!("{log:?}") };
    assert_eq!(
        fields(deleted, &["object.key"], &["generation", "duration_ms"]),
        json!({"object.key": "sales/gone.csv", "generation": true, "duration_ms": true})
    );
    for (week, rows) in [("2026-W46", 1), ("2026-W47", 2)] {
        let [refreshed] = log.saying(&format!("week {week} refreshed"))[..] else { panic!("{log:?}") };
        assert_eq!(
            fields(refreshed, &["period.id", "files", "rows", "boards"], &["generation", "duration_ms"]),
            json!({
                "period.id": week, "files": 1, "rows": rows, "boards": 3, "generation": true, "duration_ms": true,
            })
        );
    }
    let [latest] = log.saying("latest reports refreshed")[..] else { panic!("{log:?}") };
    assert_eq!(
        fields(latest, &[], &["boards", "generation", "duration_ms"]),
        json!({"boards": true, "generation": true, "duration_ms": true})
    );
    let [status] = log.saying("status refreshed")[..] else { panic!("{log:?}") };
    assert_eq!(fields(status, &[], &["generation", "duration_ms"]), json!({"generation": true, "duration_ms": true}));
    let [batch] = log.saying("batch done")[..] else { panic!("{log:?}") };
    assert_eq!(
        fields(batch, &["messages", "failed_messages", "objects"], &["duration_ms"]),
        json!({"messages": 4, "failed_messages": 1, "objects": 3, "duration_ms": true})
    );
    let [error] = log.errors()[..] else { panic!("{log:?}") };
    assert_eq!(
        fields(error, &["message", "message.id"], &[]),
        json!({
            "message": "unrecognized message; it will go to the dead-letter queue", "message.id": "unrecognized",
        })
    );
}

#[tokio::test]
async fn metrics_count_files_rows_and_rejections() {
    let mut harness = Harness::start().await;
    harness.put("sales/a.csv", &csv(&["2026-11-10,Ana,EMEA,1", "2026-11-16,Bo,EMEA,2", "2026-11-16,Bo,EMEA,a lot"]));
    harness.put("sales/bad.csv", "name,city\nAna,Rome\n");
    assert!(harness.failed(&["sales/a.csv", "sales/bad.csv"]).await.is_empty());
    let log = harness.log().await;
    let [metrics] = log.saying("metrics")[..] else { panic!("{log:?}") };
    assert_eq!(
        fields(metrics, &["function", "Files", "Rows", "SkippedRows", "RejectedFiles"], &["RefreshDuration"]),
        json!({
            "function": FUNCTION_NAME, "Files": 2, "Rows": 2, "SkippedRows": 1, "RejectedFiles": 1,
            "RefreshDuration": true,
        })
    );
    assert_eq!(metrics["EventToReport"].as_array().unwrap().len(), 2);
    let named = metrics["_aws"]["CloudWatchMetrics"][0]["Metrics"].as_array().unwrap().iter();
    let named: Vec<&str> = named.map(|metric| metric["Name"].as_str().unwrap()).collect();
    assert_eq!(named, ["Files", "Rows", "SkippedRows", "RejectedFiles", "RefreshDuration", "EventToReport"]);
}

#[tokio::test]
async fn the_metrics_are_those_that_alarms_and_dashboard_watch() {
    let mut harness = Harness::start().await;
    harness.put("sales/bad.csv", "name,city\nAna,Rome\n");
    assert!(harness.failed(&["sales/bad.csv"]).await.is_empty());
    let outcome = harness.function.invoke(&json!({"reconcile": {}}), MINUTE).await;
    assert_eq!(outcome.response().unwrap()["failed"], json!([]));
    let golden: Value = serde_json::from_str(include_str!("../../../../fixtures/metrics/recompute.json")).unwrap();
    assert_eq!(json!(cloudwatch::series(&harness.log().await.0)), golden, "fixtures/metrics/recompute.json");
}

#[tokio::test]
async fn metrics_are_written_at_any_level() {
    let mut harness = Harness::start_at("ERROR").await;
    harness.put("sales/bad.csv", "name,city\nAna,Rome\n");
    assert!(harness.failed(&["sales/bad.csv"]).await.is_empty());
    let log = harness.log().await;
    let [metrics] = &log.0[..] else { panic!("only metrics: {log:?}") };
    assert_eq!((&metrics["level"], &metrics["RejectedFiles"]), (&json!("INFO"), &json!(1)));
}

#[tokio::test]
async fn an_invalid_setting_is_logged_once() {
    let variables = [
        ("SALES_BUCKET", "b"),
        ("LEDGER_TABLE", "l"),
        ("REPORTS_TABLE", "r"),
        ("QUEUE_URL", "q"),
        ("TIME_ZONE", "Mars"),
    ];
    let log = Log::of(&start(&variables).await.ended().await);
    let [error] = log.0.as_slice() else { panic!("{log:?}") };
    assert_eq!((&error["level"], &error["message"]), (&json!("ERROR"), &json!("startup failed")));
    assert!(error["error"].as_str().unwrap().contains("TIME_ZONE=\"Mars\""));
}
