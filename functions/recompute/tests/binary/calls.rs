//! What an upload costs in calls to AWS, and that it does not grow with what is there already.

use crate::world::{World, csv};

/// A file of one week and one team. Whoever needs more calls says here why.
const S3_CALLS: u64 = 1;
const DYNAMODB_CALLS: u64 = 24;

#[tokio::test]
async fn an_upload_takes_a_fixed_number_of_calls() {
    let mut world = World::start().await;
    world.put("sales/a.csv", &csv(&["2026-11-16,Ana,EMEA,1"]));
    assert!(world.failed(&["sales/a.csv"]).await.is_empty());
    let mut counted = Vec::new();
    for files in [1, 40] {
        for file in 1..files {
            let key = format!("sales/{file}.csv");
            world.put(&key, &csv(&["2026-11-16,Bo,EMEA,1"]));
            assert!(world.failed(&[&key]).await.is_empty());
        }
        let _ = (world.s3.calls(), world.dynamodb.calls());
        assert!(world.failed(&["sales/a.csv"]).await.is_empty());
        counted.push((world.s3.calls(), world.dynamodb.calls()));
    }
    let [(s3, dynamodb), with_forty] = &counted[..] else { panic!("{counted:?}") };
    assert_eq!(
        &(s3.clone(), dynamodb.clone()),
        with_forty,
        "a week of forty files takes no more calls than one of one"
    );
    assert!(s3.values().sum::<u64>() <= S3_CALLS, "{s3:?}");
    assert!(dynamodb.values().sum::<u64>() <= DYNAMODB_CALLS, "{dynamodb:?}");
}
