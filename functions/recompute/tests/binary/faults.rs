//! Injected faults: every failure is retried, returned as a failed message, or recorded as a rejection.

use std::time::{Duration, Instant};

use serde_json::json;
use standings_local::aws::fault_proxy::Fault;

use crate::harness::{Harness, MINUTE, csv, failed};

const A: &str = "sales/a.csv";
const B: &str = "sales/b.csv";
const GET_A: &str = "GET /standings/sales/a.csv";

/// More failures than any client retries.
const ALWAYS: u32 = 1000;

/// Permanent errors of S3.
const S3: [Fault; 7] = [
    Fault::Xml(403, "AccessDenied"),
    Fault::Xml(400, "KMS.DisabledException"),
    Fault::Xml(404, "NoSuchBucket"),
    Fault::Xml(500, "InternalError"),
    Fault::Xml(503, "SlowDown"),
    Fault::Xml(400, "RequestTimeout"),
    Fault::BreaksOff,
];

/// Permanent errors of `DynamoDB`.
const DYNAMODB: [Fault; 5] = [
    Fault::Json(400, "ProvisionedThroughputExceededException", "slow down"),
    Fault::Json(400, "AccessDeniedException", "no kms:Decrypt"),
    Fault::Json(400, "ResourceNotFoundException", "no such table"),
    Fault::Json(500, "InternalServerError", "oh"),
    Fault::Garbage,
];

/// Starts a harness with two sales files in the bucket.
async fn with_two_files() -> Harness {
    let harness = Harness::start().await;
    harness.put(A, &csv(&["2026-11-16,Ana,EMEA,1"]));
    harness.put(B, &csv(&["2026-11-16,Bo,EMEA,2"]));
    harness
}

#[tokio::test]
async fn an_object_that_s3_does_not_return_fails_alone_and_is_logged_once() {
    let mut harness = with_two_files().await;
    for fault in &S3 {
        harness.s3.fail(GET_A, fault, ALWAYS);
        assert_eq!(harness.failed(&[A, B]).await, [A], "{fault:?}");
        assert_eq!(harness.ranks("2026-W47").await, ["1 Bo 2"], "{fault:?}");
        harness.s3.mend();
    }
    assert!(harness.failed(&[A]).await.is_empty());
    assert_eq!(harness.ranks("2026-W47").await, ["1 Bo 2", "2 Ana 1"]);
    let log = harness.log().await;
    assert_eq!(log.errors().len(), 7, "one error per failure: {log:?}");
    assert!(log.errors().iter().all(|error| error["message"] == "file sales/a.csv not ingested"
        && error["object.key"] == A
        && error["error"].is_string()));
}

#[tokio::test]
async fn an_archived_object_is_rejected_with_a_remedy() {
    let mut harness = with_two_files().await;
    harness.s3.fail(GET_A, &Fault::Xml(403, "InvalidObjectState"), ALWAYS);
    assert!(harness.failed(&[A, B]).await.is_empty());
    let status = harness.stack.status().await.unwrap();
    let upload = status.uploads.iter().find(|upload| upload.key == A).unwrap();
    assert!(upload.rejection.as_ref().unwrap().0.as_str().contains("Restore it"));
}

#[tokio::test]
async fn errors_of_dynamodb_fail_the_messages_that_depend_on_it() {
    let mut harness = with_two_files().await;
    for call in ["UpdateItem", "PutItem", "Query", "GetItem"] {
        for fault in &DYNAMODB {
            harness.dynamodb.fail(call, fault, ALWAYS);
            assert_eq!(harness.failed(&[A, B]).await, [A, B], "{call} {fault:?}");
            harness.dynamodb.mend();
        }
    }
    assert!(harness.failed(&[A, B]).await.is_empty());
    assert_eq!(harness.ranks("2026-W47").await, ["1 Bo 2", "2 Ana 1"]);
}

#[tokio::test]
async fn temporary_errors_are_retried_within_the_invocation() {
    let mut harness = with_two_files().await;
    for fault in [Fault::Xml(503, "SlowDown"), Fault::Xml(500, "InternalError")] {
        harness.s3.fail(GET_A, &fault, 2);
        assert!(harness.failed(&[A]).await.is_empty(), "{fault:?}");
    }
    for fault in [&DYNAMODB[0], &DYNAMODB[3]] {
        for call in ["UpdateItem", "PutItem", "Query", "GetItem"] {
            harness.dynamodb.fail(call, fault, 2);
        }
        assert!(harness.failed(&[A]).await.is_empty(), "{fault:?}");
    }
    // A response that does not arrive is given up and retried.
    harness.dynamodb.fail("Query", &Fault::Late(MINUTE), 1);
    harness.s3.fail(GET_A, &Fault::Late(MINUTE), 1);
    assert!(harness.failed(&[A]).await.is_empty());
    assert_eq!(harness.log().await.errors().len(), 0);
}

#[tokio::test]
async fn a_batch_that_runs_out_of_time_still_returns_its_failed_messages() {
    let mut harness = with_two_files().await;
    for (call, proxy) in [(GET_A, &harness.s3), ("Query", &harness.dynamodb)] {
        proxy.fail(call, &Fault::Late(MINUTE), ALWAYS);
    }
    let started = Instant::now();
    assert_eq!(failed(&harness.invoke(&[A, B], Duration::from_secs(5)).await), [A, B]);
    assert!(started.elapsed() < Duration::from_secs(5));
    harness.s3.mend();
    harness.dynamodb.mend();
    assert_eq!(failed(&harness.invoke(&[A], Duration::from_secs(1)).await), [A], "less time than the reserve");
    assert!(harness.failed(&[A, B]).await.is_empty());
    assert_eq!(harness.ranks("2026-W47").await, ["1 Bo 2", "2 Ana 1"]);
}

#[tokio::test]
async fn a_panic_fails_its_own_messages_only_and_is_logged_with_its_place() {
    let mut harness = with_two_files().await;
    // The sum of two such numbers of rows overflows. No file can have that many.
    let absurd = json!({"people": {}, "rows": u64::MAX, "skipped_rows": 0});
    for key in ["sales/x.csv", "sales/y.csv"] {
        harness.plant("2026-W47", key, &absurd).await;
    }
    harness.put("sales/c.csv", &csv(&["2026-06-01,Cy,EMEA,3"]));
    assert_eq!(harness.failed(&[A, "sales/c.csv"]).await, [A]);
    assert!(harness.failed(&["sales/c.csv"]).await.is_empty());
    assert_eq!(harness.ranks("2026-W23").await, ["1 Cy 3"]);
    let log = harness.log().await;
    let panics = log.saying("internal error (bug in Standings); please report it");
    assert!(
        panics.iter().all(|line| line["place"].as_str().unwrap().contains("contribution.rs")) && !panics.is_empty()
    );
    assert!(log.saying("week 2026-W47 not refreshed").iter().any(|line| line["week.id"] == "2026-W47"));
}

#[tokio::test]
async fn a_killed_invocation_is_repaired_by_redelivery() {
    for call in ["UpdateItem", "PutItem", "Query", "GetItem"] {
        let mut harness = with_two_files().await;
        harness.dynamodb.fail(call, &Fault::Late(MINUTE), ALWAYS);
        // The timeout ends the process with SIGKILL in the middle of this call.
        let killed = harness.invoke(&[A, B], Duration::from_millis(1500)).await;
        assert!(killed.answer().is_none() || failed(&killed) == [A, B], "{call}: {killed:?}");
        harness.dynamodb.mend();
        let mut harness = harness.restart().await;
        assert!(harness.failed(&[A, B]).await.is_empty(), "{call}");
        assert_eq!(harness.ranks("2026-W47").await, ["1 Bo 2", "2 Ana 1"], "{call}");
    }
}
