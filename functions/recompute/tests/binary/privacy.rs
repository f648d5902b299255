//! Whatever the level and whatever fails: no name, no secret, no body in the log.

use serde_json::json;
use standings_local::aws::fault_proxy::Fault;

use crate::harness::{Harness, csv};

const A: &str = "sales/a.csv";

#[tokio::test]
async fn the_log_has_no_names_and_no_secrets_at_any_level_and_whatever_fails() {
    for level in ["TRACE", "DEBUG", "INFO"] {
        let mut harness = Harness::start_at(level).await;
        let (_, secret_key, _) = harness.stack.credentials();
        let bad =
            ["2026-11-16,Zelda Quux,Hyrule,twelve", "2026-02-30,Zelda Quux,Hyrule,1", "2026-11-16,Zelda Quux,Hyrule,1"];
        harness.put(A, &csv(&bad[2..]));
        harness.put("sales/skips.csv", &csv(&[bad[0], bad[2], bad[2]]));
        harness.put("sales/rejected.csv", &csv(&bad));
        harness.put("sales/columns.csv", "Zelda Quux,Hyrule\n1,2\n");
        harness.put("sales/no-header.csv", "2026-11-16,\"Ana \"\"Zelda\"\" Quux\",\"\"\"Hyrule\"\"\",1\n");
        harness.put("sales/values.ndjson", "\"Zelda Quux\"\n{\"rep\": \"Zelda\", \"Quux\n");
        harness.put("sales/keys.ndjson", r#"{"date": "Zelda \" Quux", "rep": "Hyrule", "\"Zelda\" Quux": 1}"#);
        let keys = [
            A,
            "sales/skips.csv",
            "sales/rejected.csv",
            "sales/columns.csv",
            "sales/no-header.csv",
            "sales/values.ndjson",
            "sales/keys.ndjson",
        ];
        assert!(harness.failed(&keys).await.is_empty());
        for fault in [Fault::Truncate, Fault::Json(400, "ValidationException", "no"), Fault::Json(500, "Oh", "oh")] {
            for call in ["UpdateItem", "PutItem", "Query", "GetItem"] {
                harness.dynamodb.fail(call, &fault, 3);
                harness.failed(&keys).await;
                harness.dynamodb.clear();
            }
        }
        for fault in [Fault::Disconnect, Fault::Xml(403, "SignatureDoesNotMatch")] {
            harness.s3.fail("GET /standings/sales/a.csv", &fault, 3);
            harness.failed(&keys).await;
            harness.s3.clear();
        }
        let absurd = json!({"people": {"Zelda Quux": {"deals": u64::MAX, "teams": {}}}, "rows": 1, "skipped_rows": 0});
        for part in [1, 2] {
            harness.plant(part, &absurd).await;
        }
        assert!(!harness.failed(&keys).await.is_empty());
        let event = json!({"Zelda Quux": "is no event of ours"});
        harness.function.invoke(&event, crate::harness::MINUTE).await;

        let lines = harness.function.stop().await;
        assert!(lines.len() > 50, "{level}");
        for line in &lines {
            for private in ["Zelda", "Quux", "Hyrule", secret_key, "AWS4-HMAC", "Signature="] {
                assert!(!line.contains(private), "{level}: {line}");
            }
        }
    }
}
