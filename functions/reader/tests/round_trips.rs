//! Round trips: files of other writers are read as they were written, in every dialect and compression.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::BTreeMap;
use std::io::Write;

use jiff::Span;
use jiff::civil::date;
use polars_core::prelude::{Column, DataFrame, DataType, TimeUnit};
use polars_io::prelude::{ParquetCompression, ParquetWriter};
use proptest::prelude::*;
use standings_core::{Decimal, Week, name};
use standings_reader::{Reading, SalesFile, read};

#[derive(Clone, Debug)]
struct Sale {
    day: i64,
    salesperson: String,
    team: String,
    /// In ten-thousandths.
    amount: i64,
    units: u16,
}

impl Sale {
    fn date(&self) -> jiff::civil::Date {
        date(2026, 11, 2).checked_add(Span::new().days(self.day)).unwrap()
    }

    fn amount(&self) -> String {
        Decimal::from_ten_thousandths(self.amount.into()).to_string()
    }
}

prop_compose! {
    fn sale()(
        day in 0_i64..30,
        salesperson in "[A-Eé\u{1f3c6}][a-c ,;|'\"\t\n]{0,8}",
        team in "|EMEA|North, \"East\"|a\nb",
        amount in -1_000_000_000_i64..1_000_000_000_000,
        units in 0_u16..100,
    ) -> Sale {
        Sale { day, salesperson, team, amount, units }
    }
}

fn sales() -> impl Strategy<Value = Vec<Sale>> {
    proptest::collection::vec(sale(), 1..30)
}

/// Amount, deals and units by week, person and team.
type Sums = BTreeMap<(Week, String, String), (Decimal, u64, Decimal)>;

/// Returns the naive sums.
fn expected(sales: &[Sale]) -> Sums {
    let mut sums = Sums::new();
    for sale in sales {
        let week = Week::of_date(sale.date()).unwrap();
        let key = (week, name::fold(&sale.salesperson), name::clean(&sale.team).into_owned());
        let (amount, deals, units) = sums.entry(key).or_default();
        *amount += Decimal::from_ten_thousandths(sale.amount.into());
        *deals += 1;
        *units += Decimal::from_ten_thousandths(i128::from(sale.units) * 10_000);
    }
    sums
}

fn sums(file: &SalesFile) -> Sums {
    let mut sums = Sums::new();
    for (segment, contribution) in &file.segments {
        let week = segment.week();
        for (person, teams) in &contribution.people {
            for (team, tally) in &teams.teams {
                let (amount, deals, units) = sums.entry((week, name::fold(person), team.clone())).or_default();
                *amount += tally.amount;
                *deals += tally.deals;
                *units += tally.units;
            }
        }
    }
    sums
}

fn check(sales: &[Sale], content: &[u8]) -> Result<(), TestCaseError> {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(content).unwrap();
    let packed = [content.to_vec(), gzip.finish().unwrap(), zstd::bulk::compress(content, 1).unwrap()];
    for content in packed {
        let file = read("sales/export", &Reading::default(), &content);
        let file = file.map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert_eq!((file.rows, file.skipped_rows), (sales.len() as u64, 0), "{:?}", file.examples);
        prop_assert_eq!(sums(&file), expected(sales));
    }
    Ok(())
}

fn utf_16(text: &str, bytes: impl Fn(u16) -> [u8; 2]) -> Vec<u8> {
    std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(bytes).collect()
}

proptest! {
    #[test]
    fn csv_in_every_dialect_is_read_as_it_was_written(
        sales in sales(),
        delimiter in prop::sample::select(b",;\t|".to_vec()),
        style in prop::sample::select(vec![csv::QuoteStyle::Always, csv::QuoteStyle::Necessary, csv::QuoteStyle::NonNumeric]),
        end in prop::sample::select(vec![csv::Terminator::CRLF, csv::Terminator::Any(b'\n'), csv::Terminator::Any(b'\r')]),
        hint in any::<bool>(),
    ) {
        let mut writer = csv::WriterBuilder::new().delimiter(delimiter).quote_style(style).terminator(end).from_writer(Vec::new());
        writer.write_record(["Junk", "Sold At", "Rep", "Region", "Amount", "Qty"]).unwrap();
        for sale in &sales {
            let (day, units) = (sale.date().to_string(), sale.units.to_string());
            writer.write_record(["\"", &day, &sale.salesperson, &sale.team, &sale.amount(), &units]).unwrap();
        }
        let mut text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
        if hint && !matches!(end, csv::Terminator::Any(b'\r')) {
            text = format!("sep={}\r\n{text}", char::from(delimiter));
        }
        check(&sales, text.as_bytes())?;
        check(&sales, format!("\u{feff}{text}").as_bytes())?;
        check(&sales, &utf_16(&text, u16::to_le_bytes))?;
        check(&sales, &utf_16(&text, u16::to_be_bytes))?;
    }

    #[test]
    fn json_lines_are_read_as_they_were_written(sales in sales(), end in "\n|\r\n|\n\n") {
        let mut text = String::new();
        for sale in &sales {
            let row = serde_json::json!({
                "junk": {"a": [1, null]}, "sold_at": sale.date().to_string(), "salesperson": sale.salesperson,
                "team": if sale.team.is_empty() { serde_json::Value::Null } else { sale.team.clone().into() },
                "amount": sale.amount(), "quantity": sale.units,
            });
            text.extend([row.to_string().as_str(), end.as_str()]);
        }
        check(&sales, text.as_bytes())?;
    }

    #[test]
    fn parquet_is_read_as_it_was_written(sales in sales(), groups in 1_usize..40, typed in any::<bool>()) {
        let text = |of: fn(&Sale) -> String| sales.iter().map(of).collect::<Vec<_>>();
        let days: Vec<i32> = sales.iter().map(|sale| 20_759 + i32::try_from(sale.day).unwrap()).collect();
        let days = Column::new("Sold At".into(), days).cast(&DataType::Date).unwrap();
        let amounts = Column::new("Amount".into(), text(Sale::amount));
        let (days, amounts) = if typed {
            let time = DataType::Datetime(TimeUnit::Milliseconds, None);
            (days.cast(&time).unwrap(), amounts.strict_cast(&DataType::Decimal(38, 4)).unwrap())
        } else {
            (days, amounts)
        };
        let columns = vec![
            days,
            Column::new("Junk".into(), vec![f64::NAN; sales.len()]),
            Column::new("Salesperson".into(), text(|sale| sale.salesperson.clone())),
            amounts,
            Column::new("Team".into(), text(|sale| sale.team.clone())),
            Column::new("Quantity".into(), sales.iter().map(|sale| u32::from(sale.units)).collect::<Vec<_>>()),
        ];
        let mut frame = DataFrame::new(sales.len(), columns).unwrap();
        let mut file = Vec::new();
        let writer = ParquetWriter::new(&mut file).with_compression(ParquetCompression::Uncompressed);
        writer.with_row_group_size(Some(groups)).finish(&mut frame).unwrap();
        check(&sales, &file)?;
    }
}
