//! Tests of the reader as a whole.

mod conservation;
mod meaning;
mod notation;

use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::ops::Range;

use proptest::prelude::*;
use standings_core::{Decimal, Explanation};

use super::*;

fn read_as(name: &str, bytes: impl Into<Vec<u8>>) -> Result<SalesFile, String> {
    read(name, &Reading::default(), &bytes.into()).map_err(|error| error.to_string())
}

/// A line per segment, name and team: with the amount, the deals of the person and the deals of the team.
fn lines(file: &SalesFile) -> Vec<String> {
    let mut lines = Vec::new();
    for (segment, contribution) in &file.segments {
        // A segment that is a whole week is written as the week.
        let week = if segment.shares_week() { segment.to_string() } else { segment.week().to_string() };
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
fn spellings_of_one_person_are_one_person_with_each_order_once() {
    let rows = ["Ana Lima,EMEA,1,o1", "ANA  LIMA,emea,2,o1", "ana lima,EMEA,3,o2", "Ana Lima,EMEA,4,o3"];
    let rows = rows.map(|row| format!("2026-11-16,{row}\n")).concat();
    let file = csv(&format!("sold_at,salesperson,team,amount,order_id\n{rows}")).unwrap();
    assert_eq!(lines(&file), ["2026-W47 Ana Lima EMEA 10 3 3"]);
}

/// 1 December 2026 is a Tuesday.
#[test]
fn an_order_is_one_deal_of_its_week_and_belongs_to_the_month_of_its_first_row() {
    let rows = [
        "2026-12-01,Ana,EMEA,1,o1\n",
        "2026-11-30,ANA,emea,2,o1\n",
        "2026-12-02,Ana,APAC,3,o1\n",
        "2026-12-02,Ana,APAC,4,o1\n",
        "2026-12-01,Bo,EMEA,5,o1\n",
        "2026-11-30,Bo,EMEA,6,\n",
        "2026-12-08,Ana,EMEA,7,o1\n",
    ];
    let expected = [
        "2026-11-30 ANA EMEA 2 1 1",
        "2026-11-30 Bo EMEA 6 1 1",
        "2026-12-01 Ana APAC 7 0 1",
        "2026-12-01 Ana EMEA 1 0 0",
        "2026-12-01 Bo EMEA 5 1 1",
        "2026-W50 Ana EMEA 7 1 1",
    ];
    for rows in [rows.concat(), rows.into_iter().rev().collect()] {
        let file = csv(&format!("sold_at,salesperson,team,amount,order_id\n{rows}")).unwrap();
        assert_eq!(lines(&file), expected);
    }
}

#[test]
fn amounts_are_kept_per_day_and_team() {
    let rows = "2026-11-16,Ana,EMEA,1\n2026-11-16,Bo,emea,2\n2026-11-17,Ana,,3\n2026-11-16,Cy,,much\n";
    let file = csv(&format!("sold_at,salesperson,team,amount\n{rows}")).unwrap();
    let (_, week) = file.segments.first_key_value().unwrap();
    let days =
        week.days.iter().flat_map(|(day, teams)| teams.iter().map(move |(team, sum)| format!("{day} {team} {sum}")));
    assert_eq!(days.collect::<Vec<_>>(), ["2026-11-16 EMEA 3", "2026-11-17  3"]);
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
fn a_gzip_file_may_have_several_members() {
    let member = |text: &str| {
        let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gz.write_all(text.as_bytes()).unwrap();
        gz.finish().unwrap()
    };
    let bytes = [member("date,rep,amount\n2026-11-16,Ana,1\n"), member("2026-11-16,Ana,2\n")].concat();
    assert_eq!(lines(&read_as("x", bytes).unwrap()), ["2026-W47 Ana  3 2 2"]);
}

/// A file whose bytes arrive one by one, as a slow connection may deliver them.
struct Trickle(Vec<u8>);

struct OneByOne(io::Cursor<Vec<u8>>);

impl Read for OneByOne {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let end = buffer.len().min(1);
        self.0.read(&mut buffer[..end])
    }
}

impl Origin for Trickle {
    fn size(&self) -> u64 {
        self.0.size()
    }

    fn open(&self) -> io::Result<Bytes> {
        Ok(Box::new(OneByOne(io::Cursor::new(self.0.clone()))))
    }

    fn part(&self, range: Range<u64>, to: &mut Vec<u8>) -> io::Result<()> {
        self.0.part(range, to)
    }
}

#[test]
fn a_file_whose_bytes_arrive_one_by_one_is_read_as_any_other() {
    let text = "date,rep,amount\n2026-11-16,Ana,1\n2026-11-16,\"Ana\",2\n";
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(text.as_bytes()).unwrap();
    let utf_16: Vec<u8> = std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let json = "{\"date\":\"2026-11-16\",\"rep\":\"Ana\",\"amount\":1}\n".to_owned()
        + "{\"date\":\"2026-11-16\",\"rep\":\"Ana\",\"amount\":2}";
    let column = |name: &str, values: [&str; 2]| polars_core::prelude::Column::new(name.into(), values);
    let columns = vec![column("date", ["2026-11-16"; 2]), column("rep", ["Ana"; 2]), column("amount", ["1", "2"])];
    let mut parquet = Vec::new();
    let mut frame = polars_core::prelude::DataFrame::new(2, columns).unwrap();
    polars_io::prelude::ParquetWriter::new(&mut parquet).finish(&mut frame).unwrap();
    let files = [
        ("text", text.as_bytes().to_vec()),
        ("old Mac text", text.replace('\n', "\r").into_bytes()),
        ("text with a byte order mark", format!("\u{feff}{text}").into_bytes()),
        ("UTF-16", utf_16),
        ("JSON", json.into_bytes()),
        ("gzip", gzip.finish().unwrap()),
        ("zstd", zstd::bulk::compress(text.as_bytes(), 1).unwrap()),
        ("Parquet", parquet),
    ];
    for (kind, bytes) in files {
        let file = read("x", &Reading::default(), &Trickle(bytes)).unwrap_or_else(|error| panic!("{kind}: {error}"));
        assert_eq!(lines(&file), ["2026-W47 Ana  3 2 2"], "{kind}");
    }
}

#[test]
fn bad_rows_are_skipped_with_their_lines() {
    let file = csv(concat!(
        "date,rep,amount,currency,team\n",    // 1
        "2026-11-16,Ana,1,USD,\"a\nteam\"\n", // 2, 3
        "2026-11-16,,2,USD,x\n",              // 4: no salesperson
        "\n",                                 // 5: blank
        "2026-02-30,Ana,3,USD,x\n",           // 6: no such day
        "2026-11-16,Ana,many,USD,x\n",        // 7: not a number
        "2026-11-16,Ana,4,EUR,x\n",           // 8: another currency
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
            "8: the currency is \"EUR\"; only USD is counted",
            "9: it has more fields than the header",
        ]
    );
    let redacted: Vec<String> = file.examples.iter().map(|row| row.reason.redacted()).collect();
    assert_eq!(
        redacted,
        [
            "there is no salesperson",
            "\"…\" is not a date such as 2026-11-20",
            "the amount \"…\" is not a number",
            "the currency is \"…\"; only USD is counted",
            "it has more fields than the header",
        ]
    );
    let week = &file.segments.values().next().unwrap();
    assert_eq!((week.rows, week.skipped_rows, week.undated_rows), (6, 4, 2));
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
        ("date,amount\n2026-11-16,1\n", "there is no column for salesperson"),
        ("date,rep,amount\nx,Ana,1\ny,Bo,2\n", "2 of 2 rows cannot be counted. Line 2: \"x\" is not a date"),
        (
            "{\"date\":\"2026-11-16\",\"rep\":\"Ana\"}\n",
            "there is no column for amount. Rename a column, or set COLUMNS=amount=... The columns are \"date\", \"rep\"",
        ),
        ("PAR1 is how this text begins", "Parquet file is damaged"),
    ] {
        let error = read_as("x", text).unwrap_err();
        assert!(error.contains(reason), "{error}");
    }
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gz.write_all(&b"date,rep,amount\n2026-11-16,Ana,1\n".repeat(500)).unwrap();
    let gz = gz.finish().unwrap();
    assert!(read_as("x", &gz[..gz.len() / 2]).unwrap_err().contains("incomplete"));
}

#[test]
fn a_header_without_rows_is_an_empty_file() {
    for text in ["date,rep,amount\n", "sep=;\n\ndate;rep;amount"] {
        let SalesFile { columns, read_as, .. } = csv(text).unwrap();
        assert_eq!(columns, ["date", "rep", "amount"]);
        assert_eq!(csv(text).unwrap(), SalesFile { columns, read_as, ..SalesFile::default() });
    }
}

#[test]
fn orders_and_repeated_sales_count_once_across_chunks() {
    use std::fmt::Write as _;
    let mut text = "sale_id,date,rep,team,amount,order_id\n".to_owned();
    for i in 0..50 {
        // Order o0 has rows in two teams; sale s7 is repeated with other amounts.
        writeln!(text, "s{i},2026-11-16,Ana,{},1,o{}", ["x", "y"][i % 2], i % 5).unwrap();
        writeln!(text, "s7,2026-11-16,Ana,x,{i},o9").unwrap();
    }
    let file = csv(&text).unwrap();
    assert_eq!(file.rows, 50);
    // All but s7 once, and of s7 the last row.
    assert_eq!(lines(&file), ["2026-W47 Ana x 74 6 6", "2026-W47 Ana y 24 6 5"]);
}

#[test]
fn a_failing_source_is_not_a_rejection() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(SourceError::io("reset"))
        }
    }
    /// Breaks off after these bytes.
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

/// Every explanation that reading the file gives: why it was rejected, or why rows were skipped.
fn explanations(name: &str, bytes: &Vec<u8>) -> Vec<Explanation> {
    match read(name, &Reading::default(), bytes) {
        Ok(file) => file.examples.into_iter().map(|row| row.reason).collect(),
        Err(ReadError::Rejected(rejection)) => vec![rejection.0],
        Err(ReadError::Source(error)) => panic!("{error}"),
    }
}

/// Content of a cell of which no part is a word of any explanation, among everything that could confuse a redaction.
fn private() -> impl Strategy<Value = String> {
    "(qzx|\\PC|[\"\\\\'`,;|\t\n\r\u{1}\u{202e}\u{1f3c6}]){0,12}(QZX|\u{3a9})[\"\\\\ ]{0,3}(qzx){0,20}"
}

/// Files with private content in every place that an explanation may quote.
fn private_files(content: &str) -> Vec<(&'static str, Vec<u8>)> {
    let cell = format!("\"{}\"", content.replace('"', "\"\""));
    let json = serde_json::to_string(content).unwrap();
    let header = "date,rep,amount,currency,team\n";
    let good = "2026-11-16,Ana,1,USD,x\n";
    let texts = [
        format!("{cell},{cell}\n1,2\n"),
        format!("{content},{content}\n1,2\n"),
        format!("amount,{cell}\n1,2\n"),
        format!("{header}{good}{cell},Ana,1,USD,x\n"),
        format!("{header}{good}2026-11-16,Ana,{cell},USD,x\n"),
        format!("{header}{good}2026-11-16,Ana,\u{20ac}{cell},USD,x\n"),
        format!("{header}{good}2026-11-16,Ana,1,{cell},x\n"),
        format!("{header}{good}2026-11-16,{cell}{},1,USD,x\n", "q".repeat(5_000)),
        format!("{header}{good}2026-11-16,Ana,1,USD,{cell}{}\n", "q".repeat(5_000)),
        format!("{header}{good}{content}\n"),
        format!("{header}{cell}\n"),
    ];
    let lines = [
        json.clone(),
        format!("[{json}]"),
        content.to_owned(),
        format!("{{{json}: 1}}"),
        format!("{{\"date\": {json}, \"rep\": \"Ana\", \"amount\": 1}}"),
        format!("{{\"date\": \"2026-11-16\", \"rep\": {{{json}: 1}}, \"amount\": {json}}}"),
        format!("{{\"date\": \"2026-11-16\", \"rep\": [{json}], \"amount\": 1}}"),
        format!("{{\"date\": \"2026-11-16\", {json}: 1, {json}"),
    ];
    let texts = texts.map(|text| ("x.csv", text.into_bytes()));
    texts.into_iter().chain(lines.map(|line| ("x.ndjson", line.into_bytes()))).collect()
}

fn field() -> impl Strategy<Value = String> {
    "[a-c ,;\"\\n|]{0,6}"
}

proptest! {
    /// The oracle is a naive sum over the rows that were written. Chunks have 64 bytes.
    #[test]
    fn quoting_and_chunk_boundaries_change_nothing(rows in proptest::collection::vec((field(), 0_u32..10_000, field()), 1..40), delimiter in "[,;|\t]") {
        let mut text = ["sold_at", "junk", "amount", "salesperson"].join(&delimiter) + "\n";
        let mut expected: BTreeMap<String, Decimal> = BTreeMap::new();
        for (name, cents, junk) in &rows {
            let quote = |field: &str| format!("\"{}\"", field.replace('"', "\"\""));
            let name = format!("n{name}");
            let amount = Decimal::from_ten_thousandths(i128::from(*cents) * 100);
            text += &[quote("2026-11-16"), quote(junk), amount.to_string(), quote(&name)].join(&delimiter);
            text += "\n";
            *expected.entry(standings_core::name::fold(&name)).or_default() += amount;
        }
        let file = csv(&text).unwrap();
        let week = file.segments.into_values().next().unwrap();
        let sums: BTreeMap<String, Decimal> = week.people.iter().map(|(name, person)| (standings_core::name::fold(name), person.amount())).collect();
        prop_assert_eq!(sums, expected);
    }

    #[test]
    fn nothing_from_the_file_is_in_a_redacted_explanation(content in private()) {
        for (name, bytes) in private_files(&content) {
            for explanation in explanations(name, &bytes) {
                let redacted = explanation.redacted();
                prop_assert!(redacted.chars().all(|c| c.is_ascii() || c == '\u{2026}'), "{}", redacted);
                for word in ["qz", "zx", "QZ", "ZX"] {
                    prop_assert!(!redacted.contains(word), "{}", redacted);
                }
            }
        }
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
