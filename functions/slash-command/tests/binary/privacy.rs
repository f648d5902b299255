//! Privacy of the log: no name, secret, signature or body at any level, whatever fails.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::json;
use standings_local::aws::fault_proxy::Fault;
use standings_local::slack::client;

use crate::harness::Harness;

#[tokio::test]
async fn the_log_contains_no_private_data_at_any_level() {
    for level in ["TRACE", "DEBUG", "INFO"] {
        let mut harness = Harness::start_with(level, |ssm| ssm.fail("GetParameter", &Fault::Truncate, 1)).await;
        harness.upload_sale("Zelda Quux").await;
        harness.wait_for("Zelda").await;
        let (_, secret_key, _) = harness.stack.credentials();
        for text in ["", "zelda", "hyrule", "top 3", "status", "help"] {
            assert_eq!(harness.send_command(text).await.status, 200, "{text}");
        }
        let timestamp = Timestamp::now().as_second().to_string();
        let body = client::form("hyrule");
        let signature = client::signature(client::SIGNING_SECRET, &timestamp, &body);
        for (timestamp, signature) in
            [(&*timestamp, "v0=forged"), ("never", &*signature), ("1", &signature), (&timestamp, &signature[1..])]
        {
            assert_eq!(harness.send(&client::event_of(timestamp, signature, &body)).await.status, 401);
        }
        for fault in [Fault::Truncate, Fault::Json(500, "Oh", "oh"), Fault::Json(400, "AccessDeniedException", "no")] {
            harness.dynamodb.fail("GetItem", &fault, 10);
            harness.send_command("hyrule").await;
            harness.dynamodb.clear();
        }
        // An event that is not a request.
        harness.function.invoke(&json!({"text": "hyrule"}), Duration::from_secs(10)).await;

        let lines = harness.function.stop().await;
        assert!(lines.len() > 12, "{level}");
        let private =
            ["zelda", "quux", "hyrule", "hooks.slack.com", "U0LOCAL", "user_name", "deprecated", "forged", "AWS4-HMAC"];
        for line in &lines {
            for private in private.into_iter().chain([secret_key, client::SIGNING_SECRET, &signature]) {
                assert!(!line.to_lowercase().contains(&private.to_lowercase()), "{level}, {private}: {line}");
            }
        }
    }
}
