//! Every row of a file is accounted for, in every format: rows = counted + not a sale + skipped + repeated + blank.

use std::fmt::Write as _;

use polars_core::prelude::{Column, DataFrame};
use polars_io::prelude::ParquetWriter;
use proptest::collection::vec;
use proptest::prelude::*;
use standings_core::OtherRows;

use crate::{Reading, SalesFile, read};

const HEADER: [&str; 6] = ["sold_at", "salesperson", "amount", "currency", "stage", "sale_id"];

/// What a row is, as its author means it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Sale,
    /// A sale with an id that other rows may have too.
    Identified(u8),
    Lost,
    /// A lost deal with an id.
    LostIdentified(u8),
    Unreadable(u8),
    Blank,
    Total(u8),
}

fn kinds() -> impl Strategy<Value = Vec<Kind>> {
    let kind = prop_oneof![
        6 => Just(Kind::Sale),
        2 => (0..4_u8).prop_map(Kind::Identified),
        2 => Just(Kind::Lost),
        1 => (0..4_u8).prop_map(Kind::LostIdentified),
        2 => (0..4_u8).prop_map(Kind::Unreadable),
        1 => Just(Kind::Blank),
        1 => (0..3_u8).prop_map(Kind::Total),
    ];
    vec(kind, 1..60)
}

fn fields(kind: Kind) -> [String; 6] {
    let id = |id: u8| format!("s{id}");
    let row = |row: [&str; 6]| row.map(str::to_owned);
    match kind {
        Kind::Sale => row(["2026-11-16", "Ana Lima", "10.50", "USD", "Closed Won", "\\N"]),
        Kind::Identified(n) => ["2026-11-17", "Bo", "1.25", "", "Closed Won", &id(n)].map(str::to_owned),
        Kind::Lost => row(["2026-11-17", "Bo", "7000", "USD", "Closed Lost", ""]),
        Kind::LostIdentified(n) => ["2026-11-17", "Bo", "7000", "USD", "Closed Lost", &id(n)].map(str::to_owned),
        Kind::Unreadable(0) => row(["yesterday", "Bo", "5", "USD", "Closed Won", ""]),
        Kind::Unreadable(1) => row(["2026-11-17", "Bo", "a lot", "USD", "Closed Won", ""]),
        Kind::Unreadable(2) => row(["2026-11-17", "NULL", "5", "USD", "Closed Won", ""]),
        Kind::Unreadable(_) => row(["2026-11-17", "Bo", "5", "EUR", "Closed Won", ""]),
        Kind::Blank => row(["", "", "", "", "", ""]),
        Kind::Total(0) => row(["2026-11-22", "Grand Total", "99", "USD", "", ""]),
        Kind::Total(1) => row(["Totals:", "", "99", "", "", ""]),
        Kind::Total(_) => row(["", "Total for Ana Lima", "99", "", "", ""]),
    }
}

/// The account of the rows, counted in another way than the reader does: counted, skipped and other rows.
fn account(kinds: &[Kind]) -> (u64, u64, OtherRows) {
    let id = |kind: &Kind| match kind {
        Kind::Identified(id) | Kind::LostIdentified(id) => Some(*id),
        _ => None,
    };
    let (mut counted, mut skipped, mut other) = (0, 0, OtherRows::default());
    for (at, kind) in kinds.iter().enumerate() {
        let is_repeated = id(kind).is_some_and(|this| kinds[at + 1..].iter().any(|later| id(later) == Some(this)));
        *match kind {
            Kind::Identified(_) if is_repeated => &mut other.repeated,
            Kind::Sale | Kind::Identified(_) => &mut counted,
            Kind::Lost | Kind::LostIdentified(_) => &mut other.not_sales,
            Kind::Unreadable(_) => &mut skipped,
            Kind::Blank | Kind::Total(_) => &mut other.blank,
        } += 1;
    }
    (counted, skipped, other)
}

fn csv(rows: &[[String; 6]], delimiter: &str) -> Vec<u8> {
    let mut text = HEADER.join(delimiter) + "\n";
    for row in rows {
        writeln!(text, "{}", row.join(delimiter)).unwrap();
    }
    text.into_bytes()
}

fn json(rows: &[[String; 6]]) -> Vec<serde_json::Value> {
    fn object(row: &[String; 6]) -> serde_json::Value {
        let pairs = HEADER.iter().zip(row).map(|(name, value)| ((*name).to_owned(), value.clone().into()));
        serde_json::Value::Object(pairs.collect())
    }
    rows.iter().map(object).collect()
}

fn lines(rows: &[[String; 6]]) -> Vec<u8> {
    json(rows).iter().map(|row| format!("{row}\n")).collect::<Vec<_>>().concat().into_bytes()
}

fn array(rows: &[[String; 6]]) -> Vec<u8> {
    serde_json::to_vec_pretty(&json(rows)).unwrap()
}

fn parquet(rows: &[[String; 6]]) -> Vec<u8> {
    let column = |at: usize| {
        let values: Vec<Option<&str>> =
            rows.iter().map(|row| Some(row[at].as_str()).filter(|v| !v.is_empty())).collect();
        Column::new(HEADER[at].into(), values)
    };
    let mut frame = DataFrame::new(rows.len(), (0..6).map(column).collect()).unwrap();
    let mut file = Vec::new();
    ParquetWriter::new(&mut file).with_row_group_size(Some(7)).finish(&mut frame).unwrap();
    file
}

fn read_all(file: &Vec<u8>) -> Result<SalesFile, String> {
    read("sales/export", &Reading::default(), file).map_err(|error| error.to_string())
}

proptest! {
    #[test]
    fn every_row_is_accounted_for(kinds in kinds()) {
        let rows: Vec<_> = kinds.iter().copied().map(fields).collect();
        let (counted, skipped, other) = account(&kinds);
        let is_rejected = skipped > counted + other.not_sales + other.repeated;
        for (format, file) in [
            ("comma", csv(&rows, ",")),
            ("semicolon", csv(&rows, ";")),
            ("lines of JSON", lines(&rows)),
            ("an array of JSON", array(&rows)),
            ("Parquet", parquet(&rows)),
        ] {
            match read_all(&file) {
                Ok(file) => {
                    prop_assert_eq!((file.rows, file.skipped_rows, file.other_rows), (counted, skipped, other), "{}", format);
                    prop_assert_eq!(counted + skipped + other.not_sales + other.repeated + other.blank, kinds.len() as u64);
                }
                Err(error) => prop_assert!(is_rejected, "{}: {}", format, error),
            }
        }
    }
}
