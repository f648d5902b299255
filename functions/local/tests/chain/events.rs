//! Events as AWS sends them, in any number and order.

use lambda_runtime::{Context, LambdaEvent};
use serde_json::{Value, json};

use crate::world::{World, csv, fixture};

fn event(name: &str) -> String {
    std::fs::read_to_string(fixture(&format!("events/{name}.json"))).unwrap()
}

fn ana() -> String {
    csv(&["2026-11-16,Ana,EMEA,1"])
}

#[tokio::test]
async fn every_kind_of_change_is_followed() {
    let world = World::start().await;
    for (created, key) in [
        ("s3-put", "sales/a.csv"),
        ("s3-copy", "sales/a.csv"),
        ("s3-multipart", "sales/a.csv"),
        ("s3-several-records", "sales/b.csv"),
        ("s3-put-encoded-key", "sales/région nord/Q4 (1)+&=%.csv"),
        ("eventbridge-created", "sales/a+b%20c.csv"),
    ] {
        world.put_behind(key, &ana());
        world.send(&event(created)).await;
        assert_eq!(world.lines("2026-W47").await, ["1 Ana EMEA 1 new"], "{created}");
        world.delete_behind(key);
        // The same message again: what counts is the bucket as it is.
        world.send(&event(created)).await;
        assert!(world.lines("2026-W47").await.is_empty(), "{created}");
    }
    for (removed, key) in [
        ("s3-delete", "sales/a.csv"),
        ("s3-delete-marker", "sales/a.csv"),
        ("s3-lifecycle-expiration", "sales/a.csv"),
        ("eventbridge-deleted", "sales/a+b%20c.csv"),
    ] {
        world.put(key, ana()).await;
        world.delete_behind(key);
        world.send(&event(removed)).await;
        assert!(world.lines("2026-W47").await.is_empty(), "{removed}");
    }
    assert!(world.stack.queue.dead_letters().is_empty());
}

#[tokio::test]
async fn what_changes_no_sales_file_is_let_pass() {
    let world = World::start().await;
    world.put_behind("sales/a.csv", &ana());
    world.put_behind("drafts/a.csv", &ana());
    for name in ["s3-test-event", "s3-unknown-event", "s3-other-prefix"] {
        world.send(&event(name)).await;
        assert!(world.lines("2026-W47").await.is_empty(), "{name}");
    }
    assert!(world.stack.queue.dead_letters().is_empty());
}

#[tokio::test]
async fn a_late_duplicate_changes_nothing() {
    let world = World::start().await;
    world.put("sales/a.csv", ana()).await;
    world.put("sales/a.csv", csv(&["2026-11-09,Ana,EMEA,5", "2026-11-16,Bo,EMEA,2"])).await;
    for _ in 0..20 {
        world.stack.queue.send(event("s3-put"));
        world.stack.queue.send(event("s3-delete"));
    }
    world.stack.queue.quiet().await;
    assert_eq!(world.lines("2026-W46").await, ["1 Ana EMEA 5 new"]);
    assert_eq!(world.lines("2026-W47").await, ["1 Bo EMEA 2 new"]);
    assert_eq!(world.company("2026-W47").await.files, 1);
}

#[tokio::test]
async fn a_batch_is_answered_with_the_messages_that_failed() {
    let world = World::start().await;
    world.put_behind("sales/a.csv", &ana());
    world.put_behind("sales/b.csv", &csv(&["2026-11-16,Bo,EMEA,2"]));
    let batch: Value = serde_json::from_str(&event("sqs-batch")).unwrap();
    let garbage = batch["Records"][3]["messageId"].clone();
    let mut context = Context::default();
    context.deadline = u64::try_from(jiff::Timestamp::now().as_millisecond()).unwrap() + 60_000;
    let event = LambdaEvent::new(serde_json::from_value(batch).unwrap(), context);
    let answer = world.stack.recompute.handle(event).await.unwrap();
    assert_eq!(answer, json!({"batchItemFailures": [{"itemIdentifier": garbage}]}));
    assert_eq!(world.lines("2026-W47").await, ["1 Bo EMEA 2 new", "2 Ana EMEA 1 new"]);
}

#[tokio::test]
async fn a_message_of_someone_else_ends_among_the_dead_letters_and_holds_up_nobody() {
    let world = World::start().await;
    for body in ["no notification", "{}", "", "{\"Records\":[{\"eventName\":\"ObjectCreated:Put\"}]}"] {
        world.stack.queue.send(body);
    }
    world.put("sales/a.csv", ana()).await;
    assert_eq!(world.lines("2026-W47").await, ["1 Ana EMEA 1 new"]);
    let letters = world.stack.queue.dead_letters();
    assert_eq!(letters.len(), 4);
    assert!(letters.iter().all(|letter| letter.receives == 5));
}

#[tokio::test]
async fn a_change_comes_again_until_the_tables_are_back() {
    let world = World::start().await;
    world.put("sales/a.csv", ana()).await;
    world.stack.dynamodb.delete_table().table_name("standings-ledger").send().await.unwrap();
    world.put("sales/b.csv", csv(&["2026-11-16,Bo,EMEA,2"])).await;
    let letters = world.stack.queue.dead_letters();
    assert_eq!(letters.len(), 1);
    assert!(letters[0].body.contains("sales/b.csv") && letters[0].receives == 5);
    assert_eq!(world.lines("2026-W47").await, ["1 Ana EMEA 1 new"], "what was published stays");
}
