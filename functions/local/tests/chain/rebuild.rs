//! Rebuilds and reconciliations: existing files are ingested, a damaged ledger is repaired, and lost events are made up for.

use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;
use lambda_runtime::{Context, LambdaEvent};
use serde_json::{Value, json};

use crate::harness::{Harness, csv, fixture};

async fn rebuild(harness: &Harness, event: Value) -> Value {
    rebuild_within(harness, event, 600_000).await
}

async fn rebuild_within(harness: &Harness, event: Value, milliseconds: u64) -> Value {
    let mut context = Context::default();
    context.deadline = u64::try_from(jiff::Timestamp::now().as_millisecond()).unwrap() + milliseconds;
    harness.stack.recompute.handle(LambdaEvent::new(serde_json::from_value(event).unwrap(), context)).await.unwrap()
}

#[tokio::test]
async fn existing_files_are_ingested() {
    let harness = Harness::start().await;
    for number in 0..30 {
        harness.put_silently(&format!("sales/{number}.csv"), &csv(&[&format!("2026-11-16,Ana,EMEA,{number}")]));
    }
    harness.put_silently("drafts/a.csv", &csv(&["2026-11-16,Bo,EMEA,1"]));
    let event = serde_json::from_str(&std::fs::read_to_string(fixture("events/rebuild.json")).unwrap()).unwrap();
    assert_eq!(rebuild(&harness, event).await, json!({"objects": 30, "failed": [], "next": null}));
    assert_eq!(harness.lines("2026-W47").await, ["1 Ana EMEA 435 new"]);

    // A narrower prefix is used, a wider one is not.
    harness.put_silently("sales/7.csv", &csv(&["2026-11-16,Ana,EMEA,1007"]));
    harness.put_silently("sales/8.csv", &csv(&["2026-11-16,Ana,EMEA,1008"]));
    assert_eq!(rebuild(&harness, json!({"rebuild": {"prefix": "sales/7"}})).await["objects"], 1);
    assert_eq!(harness.lines("2026-W47").await, ["1 Ana EMEA 1435 new"]);
    assert_eq!(rebuild(&harness, json!({"rebuild": {"prefix": ""}})).await["objects"], 30);
    assert_eq!(harness.lines("2026-W47").await, ["1 Ana EMEA 2435 new"]);
    let after = json!({"rebuild": {"start_after": "sales/8.csv"}});
    assert_eq!(rebuild(&harness, after).await["objects"], 1, "only sales/9.csv is after sales/8.csv");
}

#[tokio::test]
async fn a_rebuild_that_runs_out_of_time_goes_on_where_it_stopped() {
    let harness = Harness::start().await;
    let lines: Vec<String> =
        (0..36).map(|month| format!("20{}-{:02}-15,Ana,EMEA,1", 20 + month / 12, month % 12 + 1)).collect();
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    harness.put_silently("sales/a.csv", &csv(&lines));
    let mut event = json!({"rebuild": {}});
    let (mut invocations, mut milliseconds) = (0, 8_000);
    loop {
        let summary = rebuild_within(&harness, event.clone(), milliseconds).await;
        if !summary["failed"].as_array().unwrap().is_empty() || !summary["failed_periods"].is_null() {
            // Too little time even for one run, on a busy machine.
            milliseconds *= 2;
            continue;
        }
        invocations += 1;
        if summary["next"].is_null() {
            break;
        }
        event = json!({"rebuild": {"start_after": summary["next"]}});
    }
    // 36 months, 12 quarters and 3 years.
    assert!((2..=4).contains(&invocations), "{invocations}");
    for (period, rows) in [("2020-01", 1), ("2022-12", 1), ("2021-04/P3M", 3), ("2022-01/P1Y", 12)] {
        assert_eq!(harness.company(period).await.rows, rows, "{period}");
    }
}

#[tokio::test]
async fn a_lost_ledger_a_missed_deletion_and_a_damaged_report_are_repaired() {
    let harness = Harness::start().await;
    harness.put("sales/a.csv", csv(&["2026-11-09,Ana,EMEA,5", "2026-11-16,Bo,EMEA,2"])).await;
    harness.put("sales/b.csv", csv(&["2026-11-16,Ana,EMEA,1"])).await;
    let expected = (harness.lines("2026-W46").await, harness.lines("2026-W47").await);

    let items = harness.stack.dynamodb.scan().table_name("standings-ledger").send().await.unwrap();
    for item in items.items() {
        let key = ["pk", "sk"].map(|name| (name.to_owned(), item[name].clone()));
        let delete = harness.stack.dynamodb.delete_item().table_name("standings-ledger").set_key(Some(key.into()));
        delete.send().await.unwrap();
    }
    let done = |objects: u32| json!({"objects": objects, "failed": [], "next": null});
    assert_eq!(rebuild(&harness, json!({"rebuild": {}})).await, done(2));
    assert_eq!((harness.lines("2026-W46").await, harness.lines("2026-W47").await), expected);

    harness.delete_silently("sales/b.csv");
    assert_eq!(rebuild(&harness, json!({"rebuild": {}})).await, done(2), "a deleted file is also processed");
    assert_eq!(harness.lines("2026-W47").await, ["1 Bo EMEA 2 new"]);

    // A damaged report is written again.
    let key = AttributeValue::S("2026-W47#company".to_owned());
    let update = harness.stack.dynamodb.update_item().table_name("standings-reports").key("pk", key);
    let damaged = AttributeValue::S("{".to_owned());
    update
        .update_expression("SET report = :damaged")
        .expression_attribute_values(":damaged", damaged)
        .send()
        .await
        .unwrap();
    assert!(harness.ask("2026-W47").await.contains("damaged"));
    rebuild(&harness, json!({"rebuild": {}})).await;
    assert_eq!(harness.lines("2026-W47").await, ["1 Bo EMEA 2 new"]);
}

#[tokio::test]
async fn a_reconciliation_makes_up_for_lost_events_and_leaves_the_rest_alone() {
    let harness = Harness::start().await;
    let hours_ago = |hours: u64| Duration::from_hours(hours);
    let reconcile = |days: u16| rebuild(&harness, json!({"reconcile": {"days": days}}));
    for (key, amount) in [("sales/known.csv", 1), ("sales/replaced.csv", 2), ("sales/deleted.csv", 4)] {
        harness.put_silently(key, &csv(&[&format!("2026-11-16,Ana,EMEA,{amount}")]));
        harness.set_age(key, hours_ago(3));
    }
    rebuild(&harness, json!({"rebuild": {}})).await;
    assert_eq!(harness.lines("2026-W47").await, ["1 Ana EMEA 7 new"]);
    let nothing = json!({"compared": 3, "missed": [], "failed": [], "left": 0});
    assert_eq!(reconcile(7).await, nothing);

    harness.put_silently("sales/replaced.csv", &csv(&["2026-11-16,Ana,EMEA,20"]));
    harness.set_age("sales/replaced.csv", hours_ago(2));
    harness.delete_silently("sales/deleted.csv");
    harness.put_silently("sales/new.csv", &csv(&["2026-11-16,Ana,EMEA,100"]));
    harness.set_age("sales/new.csv", hours_ago(2));
    // Their events may be on their way, or they are none of the files that count, or too old for this comparison.
    harness.put_silently("sales/young.csv", &csv(&["2026-11-16,Ana,EMEA,1000"]));
    harness.put_silently("sales/_SUCCESS", "");
    harness.put_silently("drafts/a.csv", &csv(&["2026-11-16,Ana,EMEA,10000"]));
    harness.put_silently("sales/old.csv", &csv(&["2026-11-16,Ana,EMEA,100000"]));
    for key in ["sales/_SUCCESS", "drafts/a.csv"] {
        harness.set_age(key, hours_ago(2));
    }
    harness.set_age("sales/old.csv", hours_ago(24 * 8));
    let missed = ["sales/deleted.csv", "sales/new.csv", "sales/replaced.csv"];
    assert_eq!(reconcile(7).await, json!({"compared": 3, "missed": missed, "failed": [], "left": 0}));
    assert_eq!(harness.lines("2026-W47").await, ["1 Ana EMEA 121 new"]);
    harness.stack.queue.quiet().await;
    assert_eq!(harness.company("2026-11").await.rows, 3, "the month is refreshed later");
    assert_eq!(reconcile(7).await, nothing);
    assert_eq!(reconcile(9).await["missed"], json!(["sales/old.csv"]));
}
