use std::collections::BTreeMap;

use proptest::prelude::*;
use standings_core::Decimal;

use super::grammar::{Grammar, Shape};
use super::notation::Quoting;
use crate::chunks::Records;
use crate::{Reading, SalesFile, read};

fn file(bytes: impl Into<Vec<u8>>) -> SalesFile {
    read("x.csv", &Reading::default(), &bytes.into()).unwrap_or_else(|error| panic!("{error}"))
}

/// The amount of each person, and the numbers of counted and skipped rows.
fn summary(bytes: impl Into<Vec<u8>>) -> String {
    let file = file(bytes);
    let mut sums = BTreeMap::<String, Decimal>::new();
    for (name, person) in file.segments.into_values().flat_map(|week| week.people) {
        *sums.entry(name).or_default() += person.amount();
    }
    let sums: Vec<String> = sums.iter().map(|(name, sum)| format!("{name} {sum}")).collect();
    format!("{} ({} counted, {} skipped)", sums.join(", "), file.rows, file.skipped_rows)
}

fn clauses(bytes: impl Into<Vec<u8>>) -> Vec<String> {
    let all = file(bytes).read_as;
    all.iter().map(ToString::to_string).filter(|clause| !clause.starts_with("columns")).collect()
}

fn reasons(bytes: impl Into<Vec<u8>>) -> Vec<String> {
    file(bytes).examples.iter().map(|row| format!("{}: {}", row.line, row.reason)).collect()
}

#[test]
fn backslashes_before_quotes_hide_no_row() {
    let last = "sold_at,rep,amount,notes\n2026-11-16,\"Mi\",100,\"a 6\\\" pipe\"\n2026-11-17,\"Tom\",2000,\"nothing\"\n\
                2026-11-17,\"Tom\",3000,\"nothing\"\n2026-11-18,\"Mi\",10,\"a 4\\\"\"\n";
    assert_eq!(summary(last), "Mi 110, Tom 5000 (4 counted, 0 skipped)");
    assert!(clauses(last).contains(&"quotes are escaped with backslashes".to_owned()));
    let first = "notes,sold_at,rep,amount\n\"6\\\"\",2026-11-16,Mi,1000\nplain,2026-11-17,Tom,2500\n\
                 \"a 4\\\" pipe\",2026-11-18,Mi,10\nplain,2026-11-18,\"M\\\"i\\\"\",1\n";
    assert_eq!(summary(first), "M\"i\" 1, Mi 1010, Tom 2500 (4 counted, 0 skipped)");
}

#[test]
fn backslashes_escape_delimiters_and_line_ends_without_quotes() {
    let text = "sold_at,rep,amount,notes\n2026-11-16,Holt\\, Mi,1,a\\\nb\n2026-11-17,Tom,2,\\N\n2026-11-17,Tom,x,\n";
    assert_eq!(summary(text), "Holt, Mi 1, Tom 2 (2 counted, 1 skipped)");
    assert_eq!(reasons(text)[0].split(':').next(), Some("5"));
    // A path is none.
    let path = "sold_at,rep,path,amount\n2026-11-16,Mi,C:\\a\\,1\n2026-11-17,Tom,\"C:\\b\\\",2\n";
    assert_eq!(summary(path), "Mi 1, Tom 2 (2 counted, 0 skipped)");
}

#[test]
fn quotes_are_ordinary_characters_where_nothing_is_quoted() {
    let text = "sold_at\trep\tamount\tnotes\n2026-11-16\tMi\t1\t\"6 inch\n2026-11-17\tTom\t2\t\"7\" inch\n\
                2026-11-17\t\"Bo\" Li\t4\t5\"\n2026-11-18\tMi\t8\tplain\n";
    assert_eq!(summary(text), "\"Bo\" Li 4, Mi 9, Tom 2 (4 counted, 0 skipped)");
    assert_eq!(clauses(text), ["CSV with tabs", "quotes are ordinary characters"]);
}

#[test]
fn quotes_within_quoted_fields_and_spaces_around_them_are_understood() {
    let text =
        "sold_at, rep, amount, notes\n2026-11-16, \"Holt, Mi\" , 1, \"a 6\" pipe\"\n2026-11-17, \"Holt, Mi\", 2,\n";
    assert_eq!(summary(text), "Holt, Mi 3 (2 counted, 0 skipped)");
}

#[test]
fn notes_of_several_lines_stay_whole() {
    let text = "sold_at,rep,amount,notes\n2026-11-16,Mi,1,\"call, mail\nand, then, visit, 4\n\"\"2026\"\"\"\n\
                2026-11-17,Tom,2,\"a 6\" pipe\nand more\"\n2026-11-17,Tom,x,\n";
    assert_eq!(summary(text), "Mi 1, Tom 2 (2 counted, 1 skipped)");
    assert_eq!(reasons(text)[0].split(':').next(), Some("7"));
}

#[test]
fn a_quote_that_is_never_closed_costs_only_its_row() {
    let rows = "2026-11-17,Tom,2,\"x, y\"\n".repeat(20);
    let text = format!("sold_at,rep,amount,notes\n2026-11-16,\"Mi,1,\n{rows}");
    assert_eq!(summary(text.as_str()), "Tom 40 (20 counted, 1 skipped)");
    assert_eq!(reasons(text), ["2: its quotes are not closed properly"]);
    let last = format!("sold_at,rep,amount,notes\n{rows}2026-11-16,\"Mi,1,");
    assert_eq!(summary(last), "Tom 40 (20 counted, 1 skipped)");
}

/// Without a limit, each line would be looked at once for every line before it: minutes for this file.
#[test]
fn quotes_that_each_line_opens_take_linear_time() {
    let text = format!("sold_at,rep,amount,notes\n{}{}", "\"a\n".repeat(60_000), "2026-11-17,Tom,2,x\n".repeat(70_000));
    assert_eq!(summary(text), "Tom 140000 (70000 counted, 60000 skipped)");
}

#[test]
fn each_row_that_a_quote_has_swallowed_is_skipped() {
    let quoted = "2026-11-17,\"Holt, Tom\",2,x\n".repeat(9);
    let text = format!(
        "sold_at,rep,amount,notes\n{quoted}2026-11-16,Mi,1,\"6 inch\n2026-11-16,Mi,1,x\n2026-11-16,Mi,1,4\"\n{quoted}"
    );
    assert_eq!(summary(text.as_str()), "Holt, Tom 36 (18 counted, 3 skipped)");
    assert!(reasons(text)[0].starts_with("11: it is within quotes that hold several rows"));
}

#[test]
fn text_of_windows_is_decoded() {
    let text = b"Date;Rep;Amount\n2026-11-16;Zo\xeb M\xfcller;1000\n2026-11-17;Tom;2500\n";
    assert_eq!(summary(text), "Tom 2500, Zo\u{eb} M\u{fc}ller 1000 (2 counted, 0 skipped)");
    assert_eq!(clauses(text), ["CSV with semicolons", "encoding Windows-1252 (line 2: \"Zo\u{eb}\")"]);
    let reading = Reading { columns: "salesperson=Verk\u{e4}ufer".parse().unwrap(), ..Reading::default() };
    let file = read("x", &reading, &b"Date;Verk\xe4ufer;Amount\n2026-11-16;Mi;1\n".to_vec()).unwrap();
    assert_eq!((file.rows, file.columns[1].as_str()), (1, "Verk\u{e4}ufer"));
}

#[test]
fn text_that_was_encoded_twice_is_pointed_out() {
    let remarks = |text: &str| read("x", &Reading::default(), &text.as_bytes().to_vec()).unwrap().remarks;
    let found = remarks("date,rep,amount\n2026-11-16,Ana,1\n2026-11-16,JosÃ© GarcÃ\u{ad}a,1\n");
    assert!(found[0].to_string().starts_with("line 3: \"JosÃ©\" looks as if"), "{found:?}");
    assert!(remarks("date,rep,amount\n2026-11-16,JOÃO MAÇÃ\u{a0}SÁ,1\n").is_empty());
}

#[test]
fn text_in_japanese_is_decoded_before_its_header_is_looked_for() {
    let text = "売上日,担当者,金額\n2026/11/16,表 花子,\"1,250\"\n2026/11/17,佐藤 健,300\n";
    let (bytes, ..) = encoding_rs::SHIFT_JIS.encode(text);
    let columns = "sold_at=売上日,salesperson=担当者,amount=金額".parse().unwrap();
    let reading = Reading { columns, currency: "JPY".to_owned(), ..Reading::default() };
    let file = read("x", &reading, &bytes.into_owned()).unwrap();
    assert_eq!((file.rows, file.columns[1].as_str()), (2, "担当者"));
    assert_eq!(file.read_as[1].to_string(), "encoding Shift_JIS (line 1: \"売上日\")");
    let (bytes, ..) = encoding_rs::WINDOWS_1250.encode("date,rep,amount\n2026-11-16,Łukasz \"Zima\" Żak,1\n");
    let file = read("x", &Reading::default(), &bytes.into_owned()).unwrap();
    let names: Vec<&str> =
        file.segments.values().flat_map(|week| week.people.iter().map(|(name, _)| name.as_str())).collect();
    assert_eq!(names, ["Łukasz \"Zima\" Żak"]);
}

#[test]
fn damaged_characters_cost_only_rows_whose_columns_are_read() {
    let rows = "2026-11-16,Zo\u{eb},1,ok\n".repeat(9);
    let text =
        [b"Date,Rep,Amount,Notes\n", rows.as_bytes(), b"2026-11-16,Mi,2,caf\xe9\n2026-11-16,M\xefa,4,ok\n"].concat();
    assert_eq!(summary(text.clone()), "Mi 2, Zo\u{eb} 9 (10 counted, 1 skipped)");
    assert_eq!(reasons(text), ["12: the column \"Rep\" has damaged characters. Export the file as UTF-8"]);
}

#[test]
fn the_header_may_be_below_titles() {
    let text = "Per rep report,,\nPeriod:,2026-11-16 to 2026-11-22,\n,,\nDate,Rep,Amount\n2026-11-16,Mi,1000\n";
    assert_eq!(summary(text), "Mi 1000 (1 counted, 0 skipped)");
    assert_eq!(clauses(text), ["CSV", "header on line 4"]);
    let other = "Sales, all teams\n\nDate;Rep;Amount\n2026-11-16;Mi;1000\nx;Mi;1\n2026-11-16;Mi;1\n";
    assert_eq!(summary(other), "Mi 1001 (2 counted, 1 skipped)");
    assert!(reasons(other)[0].starts_with("5: "));
}

#[test]
fn rules_footers_and_repeated_headers_are_blank() {
    for text in [
        " sold_at    | rep | amount \n------------+-----+--------\n 2026-11-16 | Mi  |      1\n 2026-11-16 | Tom | 2\n(2 rows)\n\n",
        "| sold_at | rep | amount |\n|---|:--:|---|\n| 2026-11-16 | Mi | 1 |\n| 2026-11-16 | Tom | 2 |\n",
        "+------------+-----+---+\n| sold_at | rep | amount |\n+------------+-----+---+\n| 2026-11-16 | Mi | 1 |\n\
         | 2026-11-16 | Tom | 2 |\n+------------+-----+---+\n2 rows in set (0.00 sec)\n",
        "sold_at,rep,amount\n-------,---,------\n2026-11-16,Mi,1\nsold_at,rep,amount\n2026-11-16,Tom,2\n\n(2 rows affected)\n\x1a",
    ] {
        assert_eq!(summary(text), "Mi 1, Tom 2 (2 counted, 0 skipped)", "{text}");
    }
}

#[test]
fn surplus_fields_are_skipped_unless_every_row_has_them() {
    let thousands = "Date,Rep,Amount,Notes\n2026-11-16,Mi,1,234.50,\n2026-11-17,Tom,900.00,\n2026-11-18,Tom,1,x\n2026-11-18,Mi,12,345.00,";
    assert_eq!(summary(thousands), "Tom 901 (2 counted, 2 skipped)");
    assert_eq!(reasons(thousands)[0], "2: it has more fields than the header");
    for end in ["\n", "\r\n"] {
        let trailing = format!("Date,Rep,Amount{end}2026-11-16,Mi,1,,{end}2026-11-17,Tom,2,,{end}");
        assert_eq!(summary(trailing), "Mi 1, Tom 2 (2 counted, 0 skipped)");
        let both = format!("Date,Rep,Amount,{end}2026-11-16,Mi,1,{end}2026-11-17,Tom,2{end}");
        assert_eq!(summary(both), "Mi 1, Tom 2 (2 counted, 0 skipped)");
    }
    let all = "Date,Rep,Amount,Notes\n2026-11-16,Mi,1,234.50,\n2026-11-18,Mi,12,345.00,\n";
    assert!(read("x", &Reading::default(), &all.as_bytes().to_vec()).is_err());
}

/// A sale as the `csv` crate writes it.
#[derive(Clone, Debug)]
struct Sale {
    rep: String,
    note: String,
    amount: u32,
}

fn sale() -> impl Strategy<Value = Sale> {
    ("[A-E\u{e9}][a-c ,;|'\"\u{fc}]{0,6}[a-z]", "[a-c ,;|'\"\n]{0,8}", 0_u32..100_000)
        .prop_map(|(rep, note, amount)| Sale { rep, note, amount })
}

const DELIMITERS: &[u8] = b",;\t|";

proptest! {
    #[test]
    fn each_notation_of_another_program_gives_the_same_sums(
        sales in proptest::collection::vec(sale(), 1..20),
        delimiter in prop::sample::select(DELIMITERS),
        always in any::<bool>(),
        backslash in any::<bool>(),
        crlf in any::<bool>(),
        titles in 0_usize..4,
        windows in any::<bool>(),
        trailing in 0_usize..3,
    ) {
        let style = if always { csv::QuoteStyle::Always } else { csv::QuoteStyle::Necessary };
        let end = if crlf { csv::Terminator::CRLF } else { csv::Terminator::Any(b'\n') };
        let mut writer = csv::WriterBuilder::new()
            .delimiter(delimiter)
            .quote_style(style)
            .terminator(end)
            .double_quote(!backslash)
            .escape(b'\\')
            .flexible(true)
            .from_writer(Vec::new());
        for title in &["Sales report", "", "All teams, all regions"][..titles.min(3)] {
            writer.write_record([title, ""]).unwrap();
        }
        writer.write_record(["notes", "sold_at", "rep", "amount"]).unwrap();
        let mut expected = BTreeMap::<String, Decimal>::new();
        for Sale { rep, note, amount } in &sales {
            let amount = amount.to_string();
            let mut row = vec![note.as_str(), "2026-11-16", rep, &amount];
            row.extend(vec![""; trailing]);
            writer.write_record(row).unwrap();
            let name = standings_core::name::clean(rep).into_owned();
            *expected.entry(name).or_default() += amount.parse::<i128>().map(|n| Decimal::from_ten_thousandths(n * 10_000)).unwrap();
        }
        let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
        let bytes = if windows { encoding_rs::WINDOWS_1252.encode(&text).0.into_owned() } else { text.clone().into_bytes() };
        let read = read("x.csv", &Reading::default(), &bytes);
        let file = read.map_err(|error| TestCaseError::fail(format!("{error} {text}")))?;
        let people = file.segments.into_values().flat_map(|week| week.people);
        let sums: BTreeMap<String, Decimal> = people.map(|(name, person)| (name, person.amount())).collect();
        prop_assert_eq!(sums, expected, "{}", text);
    }

    /// Rows in between others, in whatever quotes and escapes, are counted or skipped.
    #[test]
    fn no_row_vanishes(parts in proptest::collection::vec(("[a,;\"\\\\ \r]{0,12}\n|(2026-11-16,\"?A \"?a,1,?\n)", 0_usize..3), 0..30)) {
        let (mut text, mut rows) = ("date,rep,amount\n".to_owned(), 0);
        for (junk, count) in &parts {
            text += junk;
            text += &"2026-11-16,Ana,1\n".repeat(*count);
            rows += *count as u64;
        }
        if let Ok(file) = read("x.csv", &Reading::default(), &text.clone().into_bytes()) {
            prop_assert!(file.rows + file.skipped_rows >= rows, "{} of {}: {:?}", file.rows + file.skipped_rows, rows, text);
        }
    }

    /// The size of chunks must not matter: cutting after any complete records leaves the same records.
    #[test]
    fn cutting_anywhere_leaves_the_same_records(
        text in "([12a,\"\\\\ \r\n]|1111,b,1\n){0,40}",
        cut in 0_usize..80,
        quoting in prop::sample::select(vec![Quoting::Standard, Quoting::Backslash, Quoting::Literal]),
    ) {
        let shape = Some(Shape { width: 3, sold_at: 0, salesperson: 1, amount: 2 });
        let grammar = Grammar { delimiter: b',', quoting, shape };
        let text = text.as_bytes();
        let whole = grammar.whole(&text[..cut.min(text.len())]);
        let mut parts = ends(&grammar, &text[..whole]);
        parts.extend(ends(&grammar, &text[whole..]).into_iter().map(|(end, broken)| (end + whole, broken)));
        prop_assert_eq!(parts, ends(&grammar, text));
    }
}

/// The end of each record, and whether it is broken.
fn ends(grammar: &Grammar, text: &[u8]) -> Vec<(usize, bool)> {
    let (mut ends, mut at) = (Vec::new(), 0);
    while at < text.len() {
        let outline = grammar.record(&text[at..], true, &mut Vec::new()).unwrap();
        at += outline.end;
        ends.push((at, outline.broken));
    }
    ends
}
