//! What a command costs in calls to AWS.

use crate::world::World;

/// The most common questions take one read; a name takes the report it may be in and the one that names others.
const CALLS: [(&str, u64); 4] = [("", 1), ("top 3", 1), ("help", 0), ("EMEA", 1)];

#[tokio::test]
async fn a_command_takes_one_read() {
    let mut world = World::start().await;
    world.warm().await;
    for (text, calls) in CALLS {
        let _ = (world.dynamodb.calls(), world.ssm.calls());
        assert_eq!(world.ask(text).await.status, 200);
        assert_eq!(world.dynamodb.calls().values().sum::<u64>(), calls, "{text}");
        assert!(world.ssm.calls().is_empty(), "{text}: the secret is known");
    }
}
