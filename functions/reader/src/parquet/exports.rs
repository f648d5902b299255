//! Tests with files of other writers, and with generated ones.

use std::fs;
use std::path::Path;

use jiff::tz::TimeZone;
use polars_core::prelude::{Column, DataFrame, NamedFrom};
use polars_io::prelude::ParquetWriter;
use proptest::prelude::*;

use crate::reading::Reading;
use crate::sales_file::SalesFile;

fn read(name: &str, reading: &Reading) -> Result<SalesFile, String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/parquet").join(name);
    crate::read(name, reading, &fs::read(path).unwrap()).map_err(|error| error.to_string())
}

/// A line per week and name: with the amount and the deals.
fn lines(file: &SalesFile) -> Vec<String> {
    let mut lines = Vec::new();
    for (segment, contribution) in &file.segments {
        for (name, person) in &contribution.people {
            lines.push(format!("{} {name} {} {}", segment.week(), person.amount(), person.deals));
        }
    }
    lines
}

#[test]
fn columns_of_types_that_polars_does_not_read_are_read_or_do_not_matter() {
    for name in [
        "duckdb-variant.parquet",
        "duckdb-geometry.parquet",
        "duckdb-uuid.parquet",
        "bigquery-bignumeric.parquet",
        "float16.parquet",
        "binary-order-ids.parquet",
    ] {
        let file = read(name, &Reading::default()).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(lines(&file), ["2026-W47 Mira Holt 1000 1", "2026-W47 Tom Abara 2500 1"], "{name}");
    }
}

#[test]
fn times_of_12_bytes_are_in_utc() {
    let reading = Reading { time_zone: TimeZone::get("Pacific/Auckland").unwrap(), ..Reading::default() };
    let lines_in = |reading: &Reading| lines(&read("spark-int96.parquet", reading).unwrap());
    // 11:00 UTC on Sunday is midnight on Monday in Auckland.
    assert_eq!(lines_in(&reading), ["2026-W48 Mira Holt 1000 1", "2026-W48 Tom Abara 2500 1"]);
    assert_eq!(lines_in(&Reading::default()), ["2026-W47 Mira Holt 1000 1", "2026-W48 Tom Abara 2500 1"]);
}

#[test]
fn a_field_of_a_record_is_read_if_it_is_known_or_named() {
    let named = Reading { columns: "salesperson=Owner.Name".parse().unwrap(), ..Reading::default() };
    for reading in [Reading::default(), named] {
        let file = read("nested-owner.parquet", &reading).unwrap();
        assert_eq!(lines(&file), ["2026-W47 Mira Holt 1000 1", "2026-W47 Tom Abara 2500 1"]);
        // The record itself is null in the third row, although the field cannot be.
        assert_eq!((file.skipped_rows, file.examples[0].line), (1, 3));
    }
}

#[test]
fn an_encrypted_column_is_named() {
    let error = read("encrypted-amount.parquet", &Reading::default()).unwrap_err();
    assert!(error.contains("\"amount\" is encrypted"), "{error}");
}

#[test]
fn a_list_in_place_of_a_value_is_named() {
    let team = polars_core::prelude::Series::new("team".into(), ["EMEA"]);
    let columns = vec![
        Column::new("sold_at".into(), ["2026-11-16"]),
        Column::new("rep".into(), ["Ana"]),
        Column::new("amount".into(), [1]),
        Column::new("team".into(), [team]),
    ];
    let mut file = Vec::new();
    ParquetWriter::new(&mut file).finish(&mut DataFrame::new(1, columns).unwrap()).unwrap();
    let error = crate::read("x", &Reading::default(), &file).unwrap_err().to_string();
    assert!(error.contains("\"team\"") && error.contains("lists"), "{error}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_row_is_accounted_for(
        rows in proptest::collection::vec((0..40_u32, 0..3_usize, proptest::option::weighted(0.8, any::<i32>())), 1..60),
        group in 1..20_usize,
    ) {
        let dates: Vec<String> = rows.iter().map(|(day, ..)| format!("2026-11-{day:02}")).collect();
        let names: Vec<&str> = rows.iter().map(|(_, name, _)| ["Ana", "Bo", "Cy"][*name]).collect();
        let amounts: Vec<Option<i32>> = rows.iter().map(|(.., amount)| *amount).collect();
        let csv: Vec<String> = (0..rows.len())
            .map(|row| format!("{},{},{}\n", dates[row], names[row], amounts[row].map_or_else(String::new, |n| n.to_string())))
            .collect();
        let columns = vec![
            Column::new("date".into(), dates),
            Column::new("rep".into(), names),
            Column::new("amount".into(), amounts),
        ];
        let mut file = Vec::new();
        let mut frame = DataFrame::new(rows.len(), columns).unwrap();
        ParquetWriter::new(&mut file).with_row_group_size(Some(group)).finish(&mut frame).unwrap();
        let of_parquet = crate::read("x", &Reading::default(), &file);
        let of_csv = crate::read("x", &Reading::default(), &format!("date,rep,amount\n{}", csv.concat()).into_bytes());
        match (of_parquet, of_csv) {
            (Ok(of_parquet), Ok(of_csv)) => {
                prop_assert_eq!(&of_parquet.segments, &of_csv.segments);
                let other = &of_parquet.other_rows;
                let all = of_parquet.rows + of_parquet.skipped_rows + other.not_sales + other.repeated + other.blank;
                prop_assert_eq!(all, rows.len() as u64);
            }
            (of_parquet, of_csv) => prop_assert!(of_parquet.is_err() && of_csv.is_err()),
        }
    }
}
