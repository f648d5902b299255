//! Injected faults: every failure is retried, returned as a failed message, or recorded as a rejection.

use std::time::{Duration, Instant};

use serde_json::json;
use standings_core::{FailedSubject, Outlook};
use standings_local::aws::fault_proxy::Fault;
use standings_local::batch_of;

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
    Fault::Disconnect,
];

/// Permanent errors of `DynamoDB`.
const DYNAMODB: [Fault; 5] = [
    Fault::Json(400, "ProvisionedThroughputExceededException", "slow down"),
    Fault::Json(400, "AccessDeniedException", "no kms:Decrypt"),
    Fault::Json(400, "ResourceNotFoundException", "no such table"),
    Fault::Json(500, "InternalServerError", "oh"),
    Fault::Truncate,
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
        harness.s3.clear();
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
async fn a_file_that_cannot_be_opened_is_in_the_status_until_it_can() {
    let mut harness = with_two_files().await;
    harness.s3.fail(GET_A, &Fault::Xml(403, "AccessDenied"), ALWAYS);
    assert_eq!(harness.failed(&[A, B]).await, [A]);
    let status = harness.stack.status().await.unwrap();
    let [failure] = &status.failures[..] else { panic!("{status:?}") };
    assert_eq!((&failure.subject, failure.outlook), (&FailedSubject::File(A.to_owned()), Outlook::Retried));
    assert!(failure.reason.as_str().contains("s3:GetObject") && failure.reason.as_str().contains("kms:Decrypt"));
    assert_eq!(status.uploads.len(), 1);
    // The tenth delivery is the last.
    let mut last = batch_of(harness.stack.bucket(), &[A]);
    last["Records"][0]["attributes"]["ApproximateReceiveCount"] = "10".into();
    assert_eq!(failed(&harness.function.invoke(&last, MINUTE).await), [A]);
    assert_eq!(harness.stack.status().await.unwrap().failures[0].outlook, Outlook::GivenUp);
    harness.s3.clear();
    assert!(harness.failed(&[A]).await.is_empty());
    let status = harness.stack.status().await.unwrap();
    assert_eq!((status.failures.len(), status.uploads.len()), (0, 2));
}

#[tokio::test]
async fn a_week_that_is_not_refreshed_is_in_the_status_until_it_is() {
    let mut harness = with_two_files().await;
    assert!(harness.failed(&[B]).await.is_empty());
    // The sum of two such numbers of rows overflows.
    let absurd = json!({"people": {}, "rows": u64::MAX, "skipped_rows": 0});
    for part in [1, 2] {
        harness.plant(part, &absurd).await;
    }
    assert_eq!(harness.failed(&[A]).await, [A]);
    let status = harness.stack.status().await.unwrap();
    let subjects: Vec<_> = status.failures.iter().map(|failure| failure.subject.clone()).collect();
    assert!(subjects.contains(&FailedSubject::Period("2026-W47".parse().unwrap())), "{subjects:?}");
    for part in [1, 2] {
        harness.plant(part, &json!({"people": {}, "rows": 0, "skipped_rows": 0})).await;
    }
    assert!(harness.failed(&[A]).await.is_empty());
    // The month, the quarter and the year failed likewise, and are refreshed a little later.
    harness.stack.queue.quiet().await;
    assert!(harness.stack.status().await.unwrap().failures.is_empty());
    assert_eq!(harness.ranks("2026-W47").await, ["1 Bo 2", "2 Ana 1"]);
}

#[tokio::test]
async fn an_archived_object_keeps_counting_until_it_is_restored_or_deleted() {
    let mut harness = with_two_files().await;
    assert!(harness.failed(&[A, B]).await.is_empty());
    harness.s3.fail(GET_A, &Fault::Xml(403, "InvalidObjectState"), ALWAYS);
    assert!(harness.failed(&[A, B]).await.is_empty());
    assert_eq!(harness.ranks("2026-W47").await, ["1 Bo 2", "2 Ana 1"]);
    let status = harness.stack.status().await.unwrap();
    assert_eq!((status.totals.archived, status.totals.failures, status.problems.len()), (1, 0, 0));
    assert!(status.failures[0].reason.as_str().contains("restore it"));
    harness.s3.clear();
    harness.put(A, &csv(&["2026-11-16,Ana,EMEA,5"]));
    assert!(harness.failed(&[A]).await.is_empty());
    assert!(harness.stack.status().await.unwrap().failures.is_empty());
    assert_eq!(harness.ranks("2026-W47").await, ["1 Ana 5", "2 Bo 2"]);
}

#[tokio::test]
async fn errors_of_dynamodb_fail_the_messages_that_depend_on_it() {
    let mut harness = with_two_files().await;
    for call in ["UpdateItem", "PutItem", "Query", "GetItem"] {
        for fault in &DYNAMODB {
            harness.dynamodb.fail(call, fault, ALWAYS);
            assert_eq!(harness.failed(&[A, B]).await, [A, B], "{call} {fault:?}");
            harness.dynamodb.clear();
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
    harness.dynamodb.fail("Query", &Fault::Delay(MINUTE), 1);
    harness.s3.fail(GET_A, &Fault::Delay(MINUTE), 1);
    assert!(harness.failed(&[A]).await.is_empty());
    assert_eq!(harness.log().await.errors().len(), 0);
}

#[tokio::test]
async fn a_batch_that_runs_out_of_time_still_returns_its_failed_messages() {
    let mut harness = with_two_files().await;
    for (call, proxy) in [(GET_A, &harness.s3), ("Query", &harness.dynamodb)] {
        proxy.fail(call, &Fault::Delay(MINUTE), ALWAYS);
    }
    let started = Instant::now();
    assert_eq!(failed(&harness.invoke(&[A, B], Duration::from_secs(5)).await), [A, B]);
    assert!(started.elapsed() < Duration::from_secs(5));
    harness.s3.clear();
    harness.dynamodb.clear();
    assert_eq!(failed(&harness.invoke(&[A], Duration::from_secs(1)).await), [A], "less time than the reserve");
    assert!(harness.failed(&[A, B]).await.is_empty());
    assert_eq!(harness.ranks("2026-W47").await, ["1 Bo 2", "2 Ana 1"]);
}

#[tokio::test]
async fn a_panic_fails_its_own_messages_only_and_is_logged_with_its_place() {
    let mut harness = with_two_files().await;
    // The sum of two such numbers of rows overflows. No file can have that many.
    let absurd = json!({"people": {}, "rows": u64::MAX, "skipped_rows": 0});
    for part in [1, 2] {
        harness.plant(part, &absurd).await;
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
        harness.dynamodb.fail(call, &Fault::Delay(MINUTE), ALWAYS);
        // The timeout ends the process with SIGKILL in the middle of this call.
        let killed = harness.invoke(&[A, B], Duration::from_millis(1500)).await;
        assert!(killed.response().is_none() || failed(&killed) == [A, B], "{call}: {killed:?}");
        harness.dynamodb.clear();
        let mut harness = harness.restart().await;
        assert!(harness.failed(&[A, B]).await.is_empty(), "{call}");
        assert_eq!(harness.ranks("2026-W47").await, ["1 Bo 2", "2 Ana 1"], "{call}");
    }
}
