//! Faults of AWS: a reply in time that says what to do, and recovery without a restart.

use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::json;
use standings_local::aws::fault_proxy::Fault;
use standings_local::slack::client;

use crate::harness::Harness;

/// Repetitions of a fault: more than any client makes attempts.
const ALWAYS: u32 = 1000;

/// In the reply to a problem that may pass.
const TRY_AGAIN: &str = "try again in a minute";

/// In the reply to a problem that someone must fix.
const TELL_ADMINISTRATOR: &str = "tell your Standings administrator";

#[tokio::test]
async fn a_failing_database_is_reported_in_time_until_it_recovers() {
    let mut harness = Harness::start().await;
    harness.warm_up().await;
    for (fault, hint) in [
        (Fault::Delay(Duration::from_mins(1)), TRY_AGAIN),
        (Fault::Json(400, "ProvisionedThroughputExceededException", "slow down"), TRY_AGAIN),
        (Fault::Json(400, "ThrottlingException", "slow down"), TRY_AGAIN),
        (Fault::Json(500, "InternalServerError", "oh"), TRY_AGAIN),
        (Fault::Json(400, "AccessDeniedException", "no kms:Decrypt"), TELL_ADMINISTRATOR),
        (Fault::Json(400, "ResourceNotFoundException", "no such table"), TELL_ADMINISTRATOR),
        (Fault::Truncate, TRY_AGAIN),
        (Fault::Disconnect, TRY_AGAIN),
    ] {
        harness.dynamodb.fail("GetItem", &fault, ALWAYS);
        let response = harness.send_command("").await;
        assert_eq!(response.status, 200, "{fault:?}");
        assert!(!response.body.contains("Ana") && response.body.contains(hint), "{fault:?}: {}", response.body);
        harness.dynamodb.clear();
        assert!(harness.send_command("").await.body.contains("Ana"), "{fault:?}");
    }
}

#[tokio::test]
async fn a_read_that_fails_once_is_retried_within_the_request() {
    let mut harness = Harness::start().await;
    harness.warm_up().await;
    for fault in [Fault::Delay(Duration::from_mins(1)), Fault::Json(500, "InternalServerError", "oh")] {
        harness.dynamodb.fail("GetItem", &fault, 1);
        assert!(harness.send_command("").await.body.contains("Ana"), "{fault:?}");
    }
}

#[tokio::test]
async fn a_damaged_or_newer_report_is_reported_until_it_is_replaced() {
    let mut harness = Harness::start().await;
    harness.warm_up().await;
    for report in ["{", "{\"version\":99}", "[]"] {
        let put = harness.stack.dynamodb.put_item().table_name(harness.stack.reports_table());
        let put = put.item("pk", AttributeValue::S("latest#company".to_owned()));
        put.item("report", AttributeValue::S(report.to_owned())).send().await.unwrap();
        let response = harness.send_command("").await;
        assert_eq!(response.status, 200);
        assert!(response.body.contains(TELL_ADMINISTRATOR), "{report}: {}", response.body);
        harness.upload_sale("Ana").await;
        assert!(harness.send_command("").await.body.contains("Ana"), "{report}");
    }
}

#[tokio::test]
async fn a_parameter_store_that_fails_at_startup_is_read_again() {
    for fault in [
        Fault::Json(500, "InternalServerError", "oh"),
        Fault::Json(400, "ThrottlingException", "slow down"),
        Fault::Json(400, "AccessDeniedException", "no kms:Decrypt"),
        Fault::Delay(Duration::from_mins(1)),
    ] {
        let mut harness = Harness::start_with("INFO", |ssm| ssm.fail("GetParameter", &fault, ALWAYS)).await;
        harness.upload_sale("Ana").await;
        harness.warm_up().await;
        // Without the secret, no request can be verified.
        let response = harness.send_command("").await;
        assert!(!response.body.contains("Ana"), "{fault:?}: {response:?}");
        assert_eq!(response.status, 200, "{fault:?}");
        assert!(response.body.contains(TRY_AGAIN), "{fault:?}: {response:?}");
        let mut interaction = client::event("");
        interaction["rawPath"] = json!("/slack/interactions");
        let response = harness.send(&interaction).await;
        assert_eq!((response.status, &*response.body), (503, ""), "{fault:?}");
        harness.ssm.clear();
        harness.wait_for("Ana").await;
    }
}
