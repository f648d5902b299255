//! Rebuild: a bucket full of old data is taken in, and a wrong ledger mended.

use aws_sdk_dynamodb::types::AttributeValue;
use lambda_runtime::{Context, LambdaEvent};
use serde_json::{Value, json};

use crate::world::{World, csv, fixture};

async fn rebuild(world: &World, event: Value) -> Value {
    let mut context = Context::default();
    context.deadline = u64::try_from(jiff::Timestamp::now().as_millisecond()).unwrap() + 600_000;
    world.stack.recompute.handle(LambdaEvent::new(serde_json::from_value(event).unwrap(), context)).await.unwrap()
}

#[tokio::test]
async fn a_bucket_of_old_data_is_taken_in() {
    let world = World::start().await;
    for number in 0..30 {
        world.put_behind(&format!("sales/{number}.csv"), &csv(&[&format!("2026-11-16,Ana,EMEA,{number}")]));
    }
    world.put_behind("drafts/a.csv", &csv(&["2026-11-16,Bo,EMEA,1"]));
    let event = serde_json::from_str(&std::fs::read_to_string(fixture("events/rebuild.json")).unwrap()).unwrap();
    assert_eq!(rebuild(&world, event).await, json!({"objects": 30, "failed": [], "next": null}));
    assert_eq!(world.lines("2026-W47").await, ["1 Ana EMEA 435 new"]);

    // The prefix may be narrower, never wider.
    world.put_behind("sales/7.csv", &csv(&["2026-11-16,Ana,EMEA,1007"]));
    world.put_behind("sales/8.csv", &csv(&["2026-11-16,Ana,EMEA,1008"]));
    assert_eq!(rebuild(&world, json!({"rebuild": {"prefix": "sales/7"}})).await["objects"], 1);
    assert_eq!(world.lines("2026-W47").await, ["1 Ana EMEA 1435 new"]);
    assert_eq!(rebuild(&world, json!({"rebuild": {"prefix": ""}})).await["objects"], 30);
    assert_eq!(world.lines("2026-W47").await, ["1 Ana EMEA 2435 new"]);
    let after = json!({"rebuild": {"start_after": "sales/8.csv"}});
    assert_eq!(rebuild(&world, after).await["objects"], 1, "sales/9.csv comes last");
}

#[tokio::test]
async fn a_lost_ledger_and_what_was_deleted_unseen_are_mended() {
    let world = World::start().await;
    world.put("sales/a.csv", csv(&["2026-11-09,Ana,EMEA,5", "2026-11-16,Bo,EMEA,2"])).await;
    world.put("sales/b.csv", csv(&["2026-11-16,Ana,EMEA,1"])).await;
    let expected = (world.lines("2026-W46").await, world.lines("2026-W47").await);

    let items = world.stack.dynamodb.scan().table_name("standings-ledger").send().await.unwrap();
    for item in items.items() {
        let key = ["pk", "sk"].map(|name| (name.to_owned(), item[name].clone()));
        let delete = world.stack.dynamodb.delete_item().table_name("standings-ledger").set_key(Some(key.into()));
        delete.send().await.unwrap();
    }
    let done = |objects: u32| json!({"objects": objects, "failed": [], "next": null});
    assert_eq!(rebuild(&world, json!({"rebuild": {}})).await, done(2));
    assert_eq!((world.lines("2026-W46").await, world.lines("2026-W47").await), expected);

    world.delete_behind("sales/b.csv");
    assert_eq!(rebuild(&world, json!({"rebuild": {}})).await, done(2), "a file that is gone is put through as well");
    assert_eq!(world.lines("2026-W47").await, ["1 Bo EMEA 2 new"]);

    // A report that someone damaged is written anew.
    let key = AttributeValue::S("2026-W47#company".to_owned());
    let update = world.stack.dynamodb.update_item().table_name("standings-reports").key("pk", key);
    let damaged = AttributeValue::S("{".to_owned());
    update
        .update_expression("SET report = :damaged")
        .expression_attribute_values(":damaged", damaged)
        .send()
        .await
        .unwrap();
    assert!(world.ask("2026-W47").await.contains("damaged"));
    rebuild(&world, json!({"rebuild": {}})).await;
    assert_eq!(world.lines("2026-W47").await, ["1 Bo EMEA 2 new"]);
}
