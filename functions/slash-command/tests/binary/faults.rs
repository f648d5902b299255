//! Whatever fails: an answer in time that says what to do, and recovery by itself.

use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::json;
use standings_local::aws::fault_proxy::Fault;
use standings_local::slack::client;

use crate::world::World;

/// More tries than any client makes.
const ALWAYS: u32 = 1000;

#[tokio::test]
async fn a_database_that_fails_is_said_in_time_and_no_longer_than_it_does() {
    let mut world = World::start().await;
    world.warm().await;
    for (fault, says) in [
        (Fault::Delay(Duration::from_mins(1)), "again"),
        (Fault::Json(400, "ProvisionedThroughputExceededException", "slow down"), "again"),
        (Fault::Json(400, "ThrottlingException", "slow down"), "again"),
        (Fault::Json(500, "InternalServerError", "oh"), "again"),
        (Fault::Json(400, "AccessDeniedException", "no kms:Decrypt"), "whoever runs Standings"),
        (Fault::Json(400, "ResourceNotFoundException", "no such table"), "whoever runs Standings"),
        (Fault::Truncate, "again"),
        (Fault::Disconnect, "again"),
    ] {
        world.dynamodb.fail("GetItem", &fault, ALWAYS);
        let answer = world.ask("").await;
        assert_eq!(answer.status, 200, "{fault:?}");
        assert!(!answer.text.contains("Ana") && answer.text.contains(says), "{fault:?}: {}", answer.text);
        world.dynamodb.clear();
        assert!(world.ask("").await.text.contains("Ana"), "{fault:?}");
    }
}

#[tokio::test]
async fn what_passes_is_tried_again_within_the_answer() {
    let mut world = World::start().await;
    world.warm().await;
    for fault in [Fault::Delay(Duration::from_mins(1)), Fault::Json(500, "InternalServerError", "oh")] {
        world.dynamodb.fail("GetItem", &fault, 1);
        assert!(world.ask("").await.text.contains("Ana"), "{fault:?}");
    }
}

#[tokio::test]
async fn a_damaged_or_a_newer_report_is_said_and_a_new_one_is_shown() {
    let mut world = World::start().await;
    world.warm().await;
    for report in ["{", "{\"version\":99}", "[]"] {
        let put = world.stack.dynamodb.put_item().table_name(world.stack.reports_table());
        let put = put.item("pk", AttributeValue::S("latest#company".to_owned()));
        put.item("report", AttributeValue::S(report.to_owned())).send().await.unwrap();
        let answer = world.ask("").await;
        assert_eq!(answer.status, 200);
        assert!(answer.text.contains("whoever runs Standings"), "{report}: {}", answer.text);
        world.sell("Ana").await;
        assert!(world.ask("").await.text.contains("Ana"), "{report}");
    }
}

#[tokio::test]
async fn a_parameter_store_that_is_down_at_the_start_is_asked_again() {
    for fault in [
        Fault::Json(500, "InternalServerError", "oh"),
        Fault::Json(400, "ThrottlingException", "slow down"),
        Fault::Json(400, "AccessDeniedException", "no kms:Decrypt"),
        Fault::Delay(Duration::from_mins(1)),
    ] {
        let mut world = World::start_with("INFO", |ssm| ssm.fail("GetParameter", &fault, ALWAYS)).await;
        world.sell("Ana").await;
        world.warm().await;
        // Nobody is let in whose signature cannot be checked.
        let answer = world.ask("").await;
        assert!(!answer.text.contains("Ana"), "{fault:?}: {answer:?}");
        assert_eq!(answer.status, 200, "{fault:?}");
        assert!(answer.text.contains("Ask again in a minute"), "{fault:?}: {answer:?}");
        let mut press = client::event("");
        press["rawPath"] = json!("/slack/interactions");
        let pressed = world.send(&press).await;
        assert_eq!((pressed.status, &*pressed.text), (503, ""), "{fault:?}");
        world.ssm.clear();
        // It is asked again every three seconds at most.
        tokio::time::sleep(Duration::from_secs(3)).await;
        let answer = world.ask("").await;
        assert!(answer.text.contains("Ana"), "{fault:?}: {answer:?}");
    }
}
