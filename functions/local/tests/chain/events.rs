//! Events of AWS, in any number and order.

use lambda_runtime::{Context, LambdaEvent};
use serde_json::{Value, json};

use crate::harness::{Harness, csv, fixture};

fn event(name: &str) -> String {
    std::fs::read_to_string(fixture(&format!("events/{name}.json"))).unwrap()
}

fn ana() -> String {
    csv(&["2026-11-16,Ana,EMEA,1"])
}

#[tokio::test]
async fn every_kind_of_object_event_is_handled() {
    let harness = Harness::start().await;
    for (created, key) in [
        ("s3-put", "sales/a.csv"),
        ("s3-copy", "sales/a.csv"),
        ("s3-multipart", "sales/a.csv"),
        ("s3-several-records", "sales/b.csv"),
        ("s3-put-encoded-key", "sales/région nord/Q4 (1)+&=%.csv"),
        ("s3-restored", "sales/a.csv"),
        ("eventbridge-created", "sales/a+b%20c.csv"),
        ("eventbridge-restored", "sales/a+b%20c.csv"),
        ("sns-s3-put", "sales/a.csv"),
        ("sns-eventbridge-created", "sales/a+b%20c.csv"),
    ] {
        harness.put_silently(key, &ana());
        harness.send(&event(created)).await;
        assert_eq!(harness.lines("2026-W47").await, ["1 Ana EMEA 1 new"], "{created}");
        harness.delete_silently(key);
        // The same message again: the function reads the bucket as it is now, not what the event says.
        harness.send(&event(created)).await;
        assert!(harness.lines("2026-W47").await.is_empty(), "{created}");
    }
    for (removed, key) in [
        ("s3-delete", "sales/a.csv"),
        ("s3-delete-marker", "sales/a.csv"),
        ("s3-lifecycle-expiration", "sales/a.csv"),
        ("eventbridge-deleted", "sales/a+b%20c.csv"),
    ] {
        harness.put(key, ana()).await;
        harness.delete_silently(key);
        harness.send(&event(removed)).await;
        assert!(harness.lines("2026-W47").await.is_empty(), "{removed}");
    }
    assert!(harness.stack.queue.dead_letters().is_empty());
}

#[tokio::test]
async fn events_of_other_objects_are_ignored() {
    let harness = Harness::start().await;
    harness.put_silently("sales/a.csv", &ana());
    harness.put_silently("drafts/a.csv", &ana());
    for name in ["s3-test-event", "s3-unknown-event", "s3-other-prefix"] {
        harness.send(&event(name)).await;
        assert!(harness.lines("2026-W47").await.is_empty(), "{name}");
    }
    assert!(harness.stack.queue.dead_letters().is_empty());
}

#[tokio::test]
async fn late_duplicates_change_nothing() {
    let harness = Harness::start().await;
    harness.put("sales/a.csv", ana()).await;
    harness.put("sales/a.csv", csv(&["2026-11-09,Ana,EMEA,5", "2026-11-16,Bo,EMEA,2"])).await;
    for _ in 0..20 {
        harness.stack.queue.send(event("s3-put"));
        harness.stack.queue.send(event("s3-delete"));
    }
    harness.stack.queue.quiet().await;
    assert_eq!(harness.lines("2026-W46").await, ["1 Ana EMEA 5 new"]);
    assert_eq!(harness.lines("2026-W47").await, ["1 Bo EMEA 2 new"]);
    assert_eq!(harness.company("2026-W47").await.files, 1);
}

#[tokio::test]
async fn the_response_to_a_batch_lists_the_failed_messages() {
    let harness = Harness::start().await;
    harness.put_silently("sales/a.csv", &ana());
    harness.put_silently("sales/b.csv", &csv(&["2026-11-16,Bo,EMEA,2"]));
    let batch: Value = serde_json::from_str(&event("sqs-batch")).unwrap();
    let garbage = batch["Records"][3]["messageId"].clone();
    let mut context = Context::default();
    context.deadline = u64::try_from(jiff::Timestamp::now().as_millisecond()).unwrap() + 60_000;
    let event = LambdaEvent::new(serde_json::from_value(batch).unwrap(), context);
    let response = harness.stack.recompute.handle(event).await.unwrap();
    assert_eq!(response, json!({"batchItemFailures": [{"itemIdentifier": garbage}]}));
    assert_eq!(harness.lines("2026-W47").await, ["1 Bo EMEA 2 new", "2 Ana EMEA 1 new"]);
}

#[tokio::test]
async fn unrecognized_messages_reach_the_dead_letter_queue_and_do_not_block_others() {
    let harness = Harness::start().await;
    for body in ["no notification", "{}", "", "{\"Records\":[{\"eventName\":\"ObjectCreated:Put\"}]}"] {
        harness.stack.queue.send(body);
    }
    harness.put("sales/a.csv", ana()).await;
    assert_eq!(harness.lines("2026-W47").await, ["1 Ana EMEA 1 new"]);
    let letters = harness.stack.queue.dead_letters();
    assert_eq!(letters.len(), 4);
    assert!(letters.iter().all(|letter| letter.receives == 10));
}

#[tokio::test]
async fn a_message_is_redelivered_while_the_tables_are_missing() {
    let harness = Harness::start().await;
    harness.put("sales/a.csv", ana()).await;
    harness.stack.dynamodb.delete_table().table_name("standings-ledger").send().await.unwrap();
    harness.put("sales/b.csv", csv(&["2026-11-16,Bo,EMEA,2"])).await;
    let letters = harness.stack.queue.dead_letters();
    assert_eq!(letters.len(), 1);
    assert!(letters[0].body.contains("sales/b.csv") && letters[0].receives == 10);
    assert_eq!(harness.lines("2026-W47").await, ["1 Ana EMEA 1 new"], "published reports stay");
}
