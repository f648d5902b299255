//! Tests of the reader as a whole.

use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::ops::Range;

use proptest::prelude::*;
use standings_core::Decimal;

use super::*;

fn read_as(name: &str, bytes: impl Into<Vec<u8>>) -> Result<SalesFile, String> {
    read(name, &Reading::default(), &bytes.into()).map_err(|error| error.to_string())
}

/// Week, name, team, amount, deals of the person, deals of the team: a line each.
fn lines(file: &SalesFile) -> Vec<String> {
    let mut lines = Vec::new();
    for (week, contribution) in &file.weeks {
        for (name, person) in &contribution.people {
            for (team, tally) in &person.teams {
                lines.push(format!("{week} {name} {team} {} {} {}", tally.amount, person.deals, tally.deals));
            }
        }
    }
    lines
}

fn csv(rows: &str) -> Result<SalesFile, String> {
    read_as("sales.csv", rows)
}

#[test]
fn every_delimiter_line_end_and_compression_reads_the_same() {
    let rows = [
        ["sold_at", "Sales Person", "amount", "region"],
        ["2026-11-16", "Ana Lima", "10.25", "EMEA"],
        ["2026-11-22T23:59:59Z", "Bo; Chen, jr", "5", "APAC"],
        ["2026-11-23", "Ana Lima", "0.0001", ""],
    ];
    let expected =
        ["2026-W47 Ana Lima EMEA 10.25 1 1", "2026-W47 Bo; Chen, jr APAC 5 1 1", "2026-W48 Ana Lima  0.0001 1 1"];
    for delimiter in [",", ";", "\t", "|"] {
        for line_end in ["\n", "\r\n", "\r"] {
            for bom in ["", "\u{feff}"] {
                let quoted = rows.map(|row| row.map(|field| format!("\"{field}\"")).join(delimiter));
                let text = format!("{bom}{}{line_end}", quoted.join(line_end));
                assert_eq!(lines(&csv(&text).unwrap()), expected, "{text:?}");
                let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
                gz.write_all(text.as_bytes()).unwrap();
                assert_eq!(lines(&read_as("x", gz.finish().unwrap()).unwrap()), expected);
                let zst = zstd::bulk::compress(text.as_bytes(), 1).unwrap();
                assert_eq!(lines(&read_as("x", zst).unwrap()), expected);
            }
        }
    }
    let json = rows[1..].iter().map(|row| {
        format!("{{\"sold_at\":\"{}\",\"rep\":\"{}\",\"amount\":{},\"team\":\"{}\"}}\n", row[0], row[1], row[2], row[3])
    });
    assert_eq!(lines(&read_as("x", json.collect::<String>()).unwrap()), expected);
}

#[test]
fn several_members_of_a_gzip_are_one_file() {
    let member = |text: &str| {
        let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gz.write_all(text.as_bytes()).unwrap();
        gz.finish().unwrap()
    };
    let bytes = [member("date,rep,amount\n2026-11-16,Ana,1\n"), member("2026-11-16,Ana,2\n")].concat();
    assert_eq!(lines(&read_as("x", bytes).unwrap()), ["2026-W47 Ana  3 2 2"]);
}

#[test]
fn bad_rows_are_skipped_with_their_lines() {
    let file = csv(concat!(
        "date,rep,amount,currency,team\n",    // 1
        "2026-11-16,Ana,1,USD,\"a\nteam\"\n", // 2, 3
        "2026-11-16,,2,USD,x\n",              // 4: nobody
        "\n",                                 // 5: blank
        "2026-02-30,Ana,3,USD,x\n",           // 6: no such day
        "2026-11-16,Ana,many,USD,x\n",        // 7: no number
        "2026-11-16,Ana,4,EUR,x\n",           // 8: foreign
        "2026-11-16,Ana,1,234.50,USD,x\n",    // 9: one field too many
        "2026-11-16,Ana,5\n",                 // 10: optional fields left out
        "2026-11-16,\"Ana\"x,5,,\n",          // 11: quotes not closed properly
        "2026-11-16,Ana,6,usd,x\n",
        "2026-11-16,Ana,7,,x\n2026-11-16,Ana,8,,x\n2026-11-16,Ana,9,,\n",
    ))
    .unwrap();
    assert_eq!((file.rows, file.skipped_rows), (6, 6));
    let examples: Vec<String> = file.examples.iter().map(|row| format!("{}: {}", row.line, row.reason)).collect();
    assert_eq!(
        examples,
        [
            "4: there is no salesperson",
            "6: \"2026-02-30\" is not a date such as 2026-11-20",
            "7: the amount \"many\" is not a number",
            "8: the currency is \"EUR\", and USD is what counts",
            "9: it has more fields than the header",
        ]
    );
    let week = &file.weeks.values().next().unwrap();
    assert_eq!((week.rows, week.skipped_rows), (6, 6), "those without a date are shown in each week");
    assert_eq!(week.people["Ana"].amount().to_string(), "36");
}

#[test]
fn bad_lines_of_json_are_skipped_with_their_lines() {
    let deep = "[".repeat(100_000);
    let text = format!(
        "{{\"date\":\"2026-11-16\",\"rep\":\"Ana\",\"amount\":1.5}}\n\n{{broken\n[1]\n{{\"a\":{deep}\n\
         {{\"date\":\"2026-11-16\",\"rep\":\"Ana\",\"amount\":\"2\",\"team\":null}}\n\
         {{\"date\":\"2026-11-16\",\"rep\":\"Bo\",\"amount\":3,\"team\":\"x\"}}\n\
         {{\"date\":\"2026-11-16\",\"rep\":\"Bo\",\"amount\":4}}"
    );
    let file = read_as("x.jsonl", text).unwrap();
    assert_eq!(lines(&file), ["2026-W47 Ana  3.5 2 2", "2026-W47 Bo  4 2 1", "2026-W47 Bo x 3 2 1"]);
    assert_eq!(file.examples.iter().map(|row| row.line).collect::<Vec<_>>(), [3, 4, 5]);
}

#[test]
fn a_file_that_cannot_be_read_is_rejected_with_a_reason() {
    for (text, reason) in [
        (
            "date,rep,amount\n2026-11-16,\"Ana,1\n2026-11-17,Bo,2\n",
            "line 2: a quote opens in the row that begins there and never closes",
        ),
        ("date,amount\n2026-11-16,1\n", "no column for salesperson"),
        ("date,rep,amount\nx,Ana,1\ny,Bo,2\n", "2 of 2 rows cannot be counted. Line 2: \"x\" is not a date"),
        (
            "{\"date\":\"2026-11-16\",\"rep\":\"Ana\"}\n",
            "no column for amount. Rename one, or set COLUMNS=amount=... The columns are \"date\", \"rep\"",
        ),
        ("PAR1 is how this text begins", "Parquet file is damaged"),
    ] {
        let error = read_as("x", text).unwrap_err();
        assert!(error.contains(reason), "{error}");
    }
    let mut latin = b"date,rep,amount\n2026-11-16,Ana,1\n2026-11-16,Zo\xeb,1\n".to_vec();
    assert!(read_as("x", latin.clone()).unwrap_err().contains("line 3 is not UTF-8"));
    latin.truncate(10);
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gz.write_all(&b"date,rep,amount\n2026-11-16,Ana,1\n".repeat(500)).unwrap();
    let gz = gz.finish().unwrap();
    assert!(read_as("x", &gz[..gz.len() / 2]).unwrap_err().contains("cut off"));
}

#[test]
fn a_header_without_rows_is_an_empty_file() {
    assert_eq!(csv("date,rep,amount\n").unwrap(), SalesFile::default());
    assert_eq!(csv("sep=;\n\ndate;rep;amount").unwrap(), SalesFile::default());
}

#[test]
fn orders_and_repeated_sales_count_once_wherever_they_stand() {
    use std::fmt::Write as _;
    let mut text = "sale_id,date,rep,team,amount,order_id\n".to_owned();
    for i in 0..50 {
        // Order o0 has rows in two teams; sale s7 comes again and again, with another amount.
        writeln!(text, "s{i},2026-11-16,Ana,{},1,o{}", ["x", "y"][i % 2], i % 5).unwrap();
        writeln!(text, "s7,2026-11-16,Ana,x,{i},o9").unwrap();
    }
    let file = csv(&text).unwrap();
    assert_eq!(file.rows, 50);
    // All but s7 once, and of s7 the last row.
    assert_eq!(lines(&file), ["2026-W47 Ana x 74 6 6", "2026-W47 Ana y 24 6 5"]);
}

#[test]
fn a_failing_source_is_no_rejection() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(SourceError::io("reset"))
        }
    }
    /// It begins with this, and breaks off.
    struct Cut(&'static [u8]);
    impl Origin for Cut {
        fn size(&self) -> u64 {
            u64::MAX
        }

        fn open(&self) -> io::Result<Bytes> {
            Ok(Box::new(self.0.chain(Broken)))
        }

        fn part(&self, _: Range<u64>, _: &mut Vec<u8>) -> io::Result<()> {
            Err(SourceError::io("reset"))
        }
    }
    for head in [&b"date,rep,amount\n"[..], b"\x1f\x8b\x08\0", b"", b"PAR1"] {
        let result = read("x", &Reading::default(), &Cut(head));
        assert!(matches!(result, Err(ReadError::Source(_))), "{result:?}");
    }
}

fn field() -> impl Strategy<Value = String> {
    "[a-c ,;\"\\n|]{0,6}"
}

proptest! {
    /// The oracle is a naive sum over the rows that were written, with every kind of quoting, in pieces of 64 bytes.
    #[test]
    fn quoting_and_pieces_change_nothing(rows in proptest::collection::vec((field(), 0_u32..10_000, field()), 1..40), delimiter in "[,;|\t]") {
        let mut text = ["sold_at", "junk", "amount", "salesperson"].join(&delimiter) + "\n";
        let mut expected: BTreeMap<String, Decimal> = BTreeMap::new();
        for (name, cents, junk) in &rows {
            let quote = |field: &str| format!("\"{}\"", field.replace('"', "\"\""));
            let name = format!("n{name}");
            let amount = Decimal::from_ten_thousandths(i128::from(*cents) * 100);
            text += &[quote("2026-11-16"), quote(junk), amount.to_string(), quote(&name)].join(&delimiter);
            text += "\n";
            let name = standings_core::name::clean(&name).into_owned();
            *expected.entry(name).or_default() += amount;
        }
        let file = csv(&text).unwrap();
        let week = file.weeks.into_values().next().unwrap();
        let sums: BTreeMap<String, Decimal> = week.people.into_iter().map(|(name, person)| (name, person.amount())).collect();
        prop_assert_eq!(sums, expected);
    }

    #[test]
    fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = read_as("x", bytes);
    }

    #[test]
    fn no_text_makes_the_reader_panic(rows in "([\"a,;\\n\r0-9.-]|2026-11-16|\u{1f600}){0,80}") {
        let _ = csv(&format!("date,rep,amount\n{rows}"));
        let _ = read_as("x", format!("{{\"date\":1}}\n{rows}"));
    }
}
