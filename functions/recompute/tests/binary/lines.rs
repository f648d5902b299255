//! The log: one line per unit of work, with what a human asks next.

use serde_json::{Value, json};
use standings_local::aws::lambda_process::FUNCTION_NAME;
use standings_local::batch_of;

use crate::world::{Log, MINUTE, World, csv, failed, start};

/// What stands under these names. Numbers that differ from run to run only have to be there, as `true`.
fn fields(line: &Value, names: &[&str], numbers: &[&str]) -> Value {
    let texts = names.iter().map(|&name| (name.to_owned(), line[name].clone()));
    texts.chain(numbers.iter().map(|&name| (name.to_owned(), line[name].is_u64().into()))).collect()
}

#[tokio::test]
async fn a_line_per_unit_of_work_says_what_a_human_asks_next() {
    let mut world = World::start().await;
    let content =
        csv(&["2026-11-10,Ana,EMEA,1", "2026-11-16,Bo,EMEA,2", "2026-11-16,Bo,EMEA,a lot", "2026-11-17,Cy,,3"]);
    world.put("sales/a.csv", &content);
    world.put("sales/bad.csv", "name,city\nAna,Rome\n");
    let mut batch = batch_of(world.stack.bucket(), &["sales/a.csv", "sales/bad.csv", "sales/gone.csv"]);
    let mut foreign = batch["Records"][0].clone();
    (foreign["messageId"], foreign["body"]) = ("foreign".into(), "hello".into());
    batch["Records"].as_array_mut().unwrap().push(foreign);
    assert_eq!(failed(&world.function.invoke(&batch, MINUTE).await), ["foreign"]);
    let request_id = world.function.request_id();
    let log = world.log().await;

    for line in log.0.iter().filter(|line| line.get("_aws").is_none()) {
        assert_eq!(line["span"]["requestId"], *request_id, "{line}");
    }
    let [taken] = log.saying("the file was taken in")[..] else { panic!("{log:?}") };
    assert_eq!(
        fields(
            taken,
            &["level", "object.key", "object.bytes", "weeks", "rows", "skipped_rows"],
            &["generation", "duration_ms"]
        ),
        json!({
            "level": "INFO", "object.key": "sales/a.csv", "object.bytes": content.len(), "weeks": 2, "rows": 3,
            "skipped_rows": 1, "generation": true, "duration_ms": true,
        })
    );
    let [rejected] = log.saying("the file was rejected")[..] else { panic!("{log:?}") };
    assert_eq!(
        fields(rejected, &["level", "object.key", "object.bytes"], &["generation", "duration_ms"]),
        json!({
            "level": "WARN", "object.key": "sales/bad.csv", "object.bytes": 19, "generation": true, "duration_ms": true,
        })
    );
    assert!(rejected["reason"].as_str().unwrap().contains("amount"));
    let [gone] = log.saying("the file is gone")[..] else { panic!("{log:?}") };
    assert_eq!(
        fields(gone, &["object.key"], &["generation", "duration_ms"]),
        json!({"object.key": "sales/gone.csv", "generation": true, "duration_ms": true})
    );
    let weeks = log.saying("the week was refreshed");
    let of = |week: &str| {
        let line = weeks.iter().find(|line| line["week.id"] == week).unwrap();
        fields(line, &["files", "rows", "boards"], &["generation", "duration_ms"])
    };
    assert_eq!(of("2026-W46"), json!({"files": 1, "rows": 1, "boards": 2, "generation": true, "duration_ms": true}));
    assert_eq!(of("2026-W47"), json!({"files": 1, "rows": 2, "boards": 2, "generation": true, "duration_ms": true}));
    let [batch] = log.saying("the batch is done")[..] else { panic!("{log:?}") };
    assert_eq!(
        fields(batch, &["messages", "failed_messages", "objects"], &["duration_ms"]),
        json!({"messages": 4, "failed_messages": 1, "objects": 3, "duration_ms": true})
    );
    let [error] = log.errors()[..] else { panic!("{log:?}") };
    assert_eq!(fields(error, &["message", "message.id"], &[])["message.id"], "foreign");
}

#[tokio::test]
async fn metrics_count_what_was_done() {
    let mut world = World::start().await;
    world.put("sales/a.csv", &csv(&["2026-11-10,Ana,EMEA,1", "2026-11-16,Bo,EMEA,2", "2026-11-16,Bo,EMEA,a lot"]));
    world.put("sales/bad.csv", "name,city\nAna,Rome\n");
    assert!(world.failed(&["sales/a.csv", "sales/bad.csv"]).await.is_empty());
    let log = world.log().await;
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
async fn a_wrong_setting_is_said_once() {
    let variables = [("SALES_BUCKET", "b"), ("LEDGER_TABLE", "l"), ("REPORTS_TABLE", "r"), ("TIME_ZONE", "Mars")];
    let log = Log::of(&start(&variables).await.ended().await);
    let [error] = log.0.as_slice() else { panic!("{log:?}") };
    assert_eq!(error["level"], "ERROR");
    assert!(error["error"].as_str().unwrap().contains("TIME_ZONE=\"Mars\""));
}
