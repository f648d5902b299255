//! The number of calls to AWS per command.

use crate::harness::Harness;

/// Commands, and the reads that each needs.
const CALLS: [(&str, u64); 4] = [("", 1), ("top 3", 1), ("help", 0), ("EMEA", 1)];

#[tokio::test]
async fn a_command_needs_at_most_one_read() {
    let mut harness = Harness::start().await;
    harness.warm_up().await;
    for (text, calls) in CALLS {
        let _ = (harness.dynamodb.calls(), harness.ssm.calls());
        assert_eq!(harness.send_command(text).await.status, 200);
        assert_eq!(harness.dynamodb.calls().values().sum::<u64>(), calls, "{text}");
        assert!(harness.ssm.calls().is_empty(), "{text}: the secret is known already");
    }
}
