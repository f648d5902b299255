//! Whatever the level and whatever fails: no name, no secret, no signature, no body in the log.

use jiff::Timestamp;
use serde_json::json;
use standings_local::aws::fault_proxy::Fault;
use standings_local::slack::client;

use crate::world::World;

#[tokio::test]
async fn the_log_has_nothing_private_at_any_level_and_whatever_fails() {
    for level in ["TRACE", "DEBUG", "INFO"] {
        let mut world = World::start_with(level, |ssm| ssm.fail("GetParameter", &Fault::Truncate, 1)).await;
        world.sell("Zelda Quux").await;
        tokio::time::sleep(std::time::Duration::from_secs(3)).await;
        let (_, secret_key, _) = world.stack.credentials();
        for text in ["", "zelda", "hyrule", "top 3", "status", "help"] {
            assert_eq!(world.ask(text).await.status, 200, "{text}");
        }
        let timestamp = Timestamp::now().as_second().to_string();
        let body = client::form("hyrule");
        let signature = client::signature(client::SIGNING_SECRET, &timestamp, &body);
        for (timestamp, signature) in
            [(&*timestamp, "v0=forged"), ("never", &*signature), ("1", &signature), (&timestamp, &signature[1..])]
        {
            assert_eq!(world.send(&client::event_of(timestamp, signature, &body)).await.status, 401);
        }
        for fault in [Fault::Truncate, Fault::Json(500, "Oh", "oh"), Fault::Json(400, "AccessDeniedException", "no")] {
            world.dynamodb.fail("GetItem", &fault, 10);
            world.ask("hyrule").await;
            world.dynamodb.clear();
        }
        world.function.invoke(&json!({"text": "hyrule"}), std::time::Duration::from_secs(10)).await;

        let lines = world.function.stop().await;
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
