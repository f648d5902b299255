//! Failing well: every failure is retried, answered as a failed message, or recorded as a rejection.

use std::time::{Duration, Instant};

use serde_json::json;
use standings_local::aws::fault_proxy::Fault;

use crate::world::{MINUTE, World, csv, failed};

const A: &str = "sales/a.csv";
const B: &str = "sales/b.csv";
const GET_A: &str = "GET /standings/sales/a.csv";

/// More tries than any client makes.
const ALWAYS: u32 = 1000;

/// Errors of S3 that stay until somebody does something.
const S3: [Fault; 7] = [
    Fault::Xml(403, "AccessDenied"),
    Fault::Xml(400, "KMS.DisabledException"),
    Fault::Xml(404, "NoSuchBucket"),
    Fault::Xml(500, "InternalError"),
    Fault::Xml(503, "SlowDown"),
    Fault::Xml(400, "RequestTimeout"),
    Fault::Disconnect,
];

/// Errors of `DynamoDB` that stay until somebody does something.
const DYNAMODB: [Fault; 5] = [
    Fault::Json(400, "ProvisionedThroughputExceededException", "slow down"),
    Fault::Json(400, "AccessDeniedException", "no kms:Decrypt"),
    Fault::Json(400, "ResourceNotFoundException", "no such table"),
    Fault::Json(500, "InternalServerError", "oh"),
    Fault::Truncate,
];

async fn world() -> World {
    let world = World::start().await;
    world.put(A, &csv(&["2026-11-16,Ana,EMEA,1"]));
    world.put(B, &csv(&["2026-11-16,Bo,EMEA,2"]));
    world
}

#[tokio::test]
async fn an_object_that_s3_does_not_give_out_comes_again_and_holds_up_no_other() {
    let mut world = world().await;
    for fault in &S3 {
        world.s3.fail(GET_A, fault, ALWAYS);
        assert_eq!(world.failed(&[A, B]).await, [A], "{fault:?}");
        assert_eq!(world.ranks("2026-W47").await, ["1 Bo 2"], "{fault:?}");
        world.s3.clear();
    }
    assert!(world.failed(&[A]).await.is_empty());
    assert_eq!(world.ranks("2026-W47").await, ["1 Bo 2", "2 Ana 1"]);
    let log = world.log().await;
    assert_eq!(log.errors().len(), 7, "each once: {log:?}");
    assert!(log.errors().iter().all(|error| error["object.key"] == A && error["error"].is_string()));
}

#[tokio::test]
async fn an_archived_object_is_rejected_with_what_to_do() {
    let mut world = world().await;
    world.s3.fail(GET_A, &Fault::Xml(403, "InvalidObjectState"), ALWAYS);
    assert!(world.failed(&[A, B]).await.is_empty());
    let status = world.stack.status().await.unwrap();
    let upload = status.uploads.iter().find(|upload| upload.key == A).unwrap();
    assert!(upload.rejection.as_ref().unwrap().0.contains("Restore it"));
}

#[tokio::test]
async fn whatever_dynamodb_refuses_fails_the_messages_that_need_it() {
    let mut world = world().await;
    for call in ["UpdateItem", "PutItem", "Query", "GetItem"] {
        for fault in &DYNAMODB {
            world.dynamodb.fail(call, fault, ALWAYS);
            assert_eq!(world.failed(&[A, B]).await, [A, B], "{call} {fault:?}");
            world.dynamodb.clear();
        }
    }
    assert!(world.failed(&[A, B]).await.is_empty());
    assert_eq!(world.ranks("2026-W47").await, ["1 Bo 2", "2 Ana 1"]);
}

#[tokio::test]
async fn what_passes_is_tried_again_within_the_invocation() {
    let mut world = world().await;
    for fault in [Fault::Xml(503, "SlowDown"), Fault::Xml(500, "InternalError")] {
        world.s3.fail(GET_A, &fault, 2);
        assert!(world.failed(&[A]).await.is_empty(), "{fault:?}");
    }
    for fault in [&DYNAMODB[0], &DYNAMODB[3]] {
        for call in ["UpdateItem", "PutItem", "Query", "GetItem"] {
            world.dynamodb.fail(call, fault, 2);
        }
        assert!(world.failed(&[A]).await.is_empty(), "{fault:?}");
    }
    // An answer that does not come is not waited for.
    world.dynamodb.fail("Query", &Fault::Delay(MINUTE), 1);
    world.s3.fail(GET_A, &Fault::Delay(MINUTE), 1);
    assert!(world.failed(&[A]).await.is_empty());
    assert_eq!(world.log().await.errors().len(), 0);
}

#[tokio::test]
async fn with_little_time_left_the_batch_is_answered_before_lambda_ends_it() {
    let mut world = world().await;
    for (call, door) in [(GET_A, &world.s3), ("Query", &world.dynamodb)] {
        door.fail(call, &Fault::Delay(MINUTE), ALWAYS);
    }
    let started = Instant::now();
    assert_eq!(failed(&world.invoke(&[A, B], Duration::from_secs(5)).await), [A, B]);
    assert!(started.elapsed() < Duration::from_secs(5));
    world.s3.clear();
    world.dynamodb.clear();
    assert_eq!(failed(&world.invoke(&[A], Duration::from_secs(1)).await), [A], "there was no time to begin");
    assert!(world.failed(&[A, B]).await.is_empty());
    assert_eq!(world.ranks("2026-W47").await, ["1 Bo 2", "2 Ana 1"]);
}

#[tokio::test]
async fn a_panic_is_reported_and_the_process_lives() {
    let mut world = world().await;
    // Two such rows do not add up; no file can hold so many.
    let absurd = json!({"people": {}, "rows": u64::MAX, "skipped_rows": 0});
    for key in ["sales/x.csv", "sales/y.csv"] {
        world.plant("2026-W47", key, &absurd).await;
    }
    world.put("sales/c.csv", &csv(&["2026-06-01,Cy,EMEA,3"]));
    assert_eq!(world.failed(&[A, "sales/c.csv"]).await, [A]);
    assert!(world.failed(&["sales/c.csv"]).await.is_empty());
    assert_eq!(world.ranks("2026-W23").await, ["1 Cy 3"]);
    let log = world.log().await;
    let panics = log.saying("internal error (bug in Standings); please report it");
    assert!(
        panics.iter().all(|line| line["place"].as_str().unwrap().contains("contribution.rs")) && !panics.is_empty()
    );
    assert!(log.saying("a week was not refreshed").iter().any(|line| line["week.id"] == "2026-W47"));
}

#[tokio::test]
async fn what_was_killed_is_made_good_when_the_messages_come_again() {
    for call in ["UpdateItem", "PutItem", "Query", "GetItem"] {
        let mut world = world().await;
        world.dynamodb.fail(call, &Fault::Delay(MINUTE), ALWAYS);
        // Lambda ends what takes longer, with SIGKILL, in the middle of this call.
        let killed = world.invoke(&[A, B], Duration::from_millis(1500)).await;
        assert!(killed.response().is_none() || failed(&killed) == [A, B], "{call}: {killed:?}");
        world.dynamodb.clear();
        let mut world = world.again().await;
        assert!(world.failed(&[A, B]).await.is_empty(), "{call}");
        assert_eq!(world.ranks("2026-W47").await, ["1 Bo 2", "2 Ana 1"], "{call}");
    }
}
