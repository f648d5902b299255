//! Number of AWS calls per upload, which must not grow with the number of files.

use polars_core::prelude::{Column, DataFrame};
use polars_io::prelude::{ParquetCompression, ParquetWriter};

use crate::harness::{Harness, csv};

/// Maximum number of calls for a file of one week and one team. A change that needs more has to justify it here.
const S3_CALLS: u64 = 1;
/// Six of them go up the tree of sums (claim, read and put a shard and a segment), six have the month, quarter and year and
/// those after them refreshed later, three are about the ranking of the teams. Many are concurrent.
const DYNAMODB_CALLS: u64 = 49;
/// Number of calls for a large Parquet file: look for the log of a table, open it, fetch its index, fetch the columns of its
/// only row group.
const S3_CALLS_OF_PARQUET: u64 = 4;

#[tokio::test]
async fn the_number_of_calls_does_not_depend_on_the_number_of_files() {
    let mut harness = Harness::start().await;
    harness.put("sales/a.csv", &csv(&["2026-11-16,Ana,EMEA,1"]));
    assert!(harness.failed(&["sales/a.csv"]).await.is_empty());
    let mut counted = Vec::new();
    for files in [1, 40] {
        for file in 1..files {
            let key = format!("sales/{file}.csv");
            harness.put(&key, &csv(&["2026-11-16,Bo,EMEA,1"]));
            assert!(harness.failed(&[&key]).await.is_empty());
        }
        let _ = (harness.s3.calls(), harness.dynamodb.calls());
        assert!(harness.failed(&["sales/a.csv"]).await.is_empty());
        counted.push((harness.s3.calls(), harness.dynamodb.calls()));
    }
    let [(s3, dynamodb), with_forty] = &counted[..] else { panic!("{counted:?}") };
    assert_eq!(&(s3.clone(), dynamodb.clone()), with_forty, "a week of 40 files and a week of one");
    assert!(s3.values().sum::<u64>() <= S3_CALLS, "{s3:?}");
    assert!(dynamodb.values().sum::<u64>() <= DYNAMODB_CALLS, "{dynamodb:?}");
}

#[tokio::test]
async fn only_the_known_columns_of_a_large_parquet_file_are_fetched() {
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
    let mut harness = Harness::start().await;
    harness.put("sales/a.parquet", &file);
    assert!(harness.failed(&["sales/a.parquet"]).await.is_empty());
    assert_eq!(harness.ranks("2026-W47").await, ["1 Bo 6000", "2 Ana 3000"]);
    assert_eq!(harness.s3.calls().values().sum::<u64>(), S3_CALLS_OF_PARQUET);
}
