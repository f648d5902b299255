//! What an upload costs in calls to AWS, and that it does not grow with what is there already.

use polars::prelude::{Column, DataFrame, ParquetCompression, ParquetWriter};

use crate::world::{World, csv};

/// A file of one week and one team. Whoever needs more calls says here why.
const S3_CALLS: u64 = 1;
const DYNAMODB_CALLS: u64 = 24;
/// A large Parquet file is opened, its index is fetched, and then what is needed of its rows.
const S3_CALLS_OF_PARQUET: u64 = 3;

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

#[tokio::test]
async fn of_a_large_parquet_file_parts_are_fetched() {
    let rows = 6_000;
    let column =
        |name: &str, of: &dyn Fn(u32) -> String| Column::new(name.into(), (0..rows).map(of).collect::<Vec<_>>());
    let columns = vec![
        column("sold_at", &|_| "2026-11-16".to_owned()),
        column("salesperson", &|row| ["Ana", "Bo"][row as usize % 2].to_owned()),
        column("amount", &|row| (row % 2 + 1).to_string()),
        column("notes", &|row| format!("{row:0>400}")),
    ];
    let mut frame = DataFrame::new(rows as usize, columns).unwrap();
    let mut file = Vec::new();
    let writer = ParquetWriter::new(&mut file).with_compression(ParquetCompression::Uncompressed);
    writer.with_row_group_size(Some(rows as usize)).finish(&mut frame).unwrap();
    let mut world = World::start().await;
    world.put("sales/a", &file);
    assert!(world.failed(&["sales/a"]).await.is_empty());
    assert_eq!(world.ranks("2026-W47").await, ["1 Bo 6000", "2 Ana 3000"]);
    assert_eq!(world.s3.calls().values().sum::<u64>(), S3_CALLS_OF_PARQUET);
}
