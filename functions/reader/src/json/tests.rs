//! Tests of JSON files as a whole.

use std::fmt::Write as _;

use proptest::prelude::*;
use serde_json::{Value, json};
use standings_core::DecimalStyle;

use crate::read;
use crate::reading::Reading;
use crate::sales_file::{ReadError, SalesFile};

fn read_json(text: &str) -> Result<SalesFile, String> {
    read_with(&Reading::default(), text)
}

fn read_with(reading: &Reading, text: &str) -> Result<SalesFile, String> {
    read("sales", reading, &text.as_bytes().to_vec()).map_err(|error| error.to_string())
}

fn with_columns(columns: &str) -> Reading {
    Reading { columns: columns.parse().unwrap(), ..Reading::default() }
}

/// Each salesperson with the amount, in all weeks.
fn sums(file: &SalesFile) -> Vec<String> {
    let people = file.segments.values().flat_map(|week| &week.people);
    people.map(|(name, person)| format!("{name} {}", person.amount())).collect()
}

/// How the file was read, in one line.
fn read_as(file: &SalesFile) -> String {
    file.read_as.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

/// The sums of a file that has no other rows.
fn all(text: &str) -> Vec<String> {
    let file = read_json(text).unwrap_or_else(|error| panic!("{error}: {text}"));
    assert_eq!((file.skipped_rows, file.other_rows.blank), (0, 0), "{text}: {:?}", file.examples);
    sums(&file)
}

/// Reads one line between two valid rows of Bo.
fn between(line: &str) -> SalesFile {
    let bo = r#"{"date":"2026-11-16","rep":"Bo","amount":1}"#;
    read_json(&format!("{bo}\n{line}\n{bo}")).unwrap()
}

/// The amount of Ana, whose only sale has these keys and values in addition to its date.
fn amount(values: &str) -> Option<String> {
    let file = between(&format!(r#"{{"date":"2026-11-16","rep":"Ana",{values}}}"#));
    file.segments.values().find_map(|week| week.people.get("Ana")).map(|person| person.amount().to_string())
}

#[test]
fn numbers_are_read_as_they_are_written() {
    for (number, expected) in [
        ("1.10", "1.1"),
        ("-0.12345", "-0.1235"),
        ("1.5E+3", "1500"),
        ("12345678901234567.89", "12345678901234567.89"),
        ("\"1,234.5\"", "1234.5"),
        ("\"1\\u0032\"", "12"),
    ] {
        assert_eq!(amount(&format!("\"amount\":{number}")).as_deref(), Some(expected), "{number}");
    }
    for value in ["1e999", "340282366920938463463374607431768211456", "true", "null", "[1]", "\"\\ud800\""] {
        assert_eq!(amount(&format!("\"amount\":{value}")), None, "{value}");
    }
}

#[test]
fn numbers_have_a_decimal_point_in_every_style() {
    let row = |amount: &str| format!("{{\"date\":\"2026-11-16\",\"rep\":\"Ana\",\"amount\":{amount}}}\n");
    let text = row("1.234") + &row("-1.5e1") + &row("\"1.234,5\"");
    let reading = Reading { decimal_mark: Some(DecimalStyle::Comma), ..Reading::default() };
    assert_eq!(sums(&read_with(&reading, &text).unwrap()), ["Ana 1220.734"]);
}

#[test]
fn the_first_value_of_a_repeated_key_wins() {
    assert_eq!(amount(r#""amount":1,"amount":2"#).as_deref(), Some("1"));
    assert_eq!(amount(r#""amount":1,"a\u006dount":2"#).as_deref(), Some("1"));
    assert_eq!(amount(r#""amount":null,"amount":2"#), None);
}

#[test]
fn unknown_keys_may_have_any_values() {
    let deep = format!("{}{}", "[".repeat(300_000), "]".repeat(300_000));
    for value in [deep.as_str(), r#"{"amount":7}"#, r#"{"x":{"\ud800":1}}"#, "1e999", "\"\\ud800\""] {
        assert_eq!(amount(&format!("\"x\":{value},\"amount\":1")).as_deref(), Some("1"));
    }
}

#[test]
fn an_invalid_line_adds_none_of_its_values() {
    let sale = r#"{"date":"2026-11-16","rep":"Bo","amount":1,"team":"x"}"#;
    for line in [&sale.replace("1,", "1"), &sale[..sale.len() - 1], "[1]", "1"] {
        let file = between(line);
        assert_eq!((file.rows, file.skipped_rows, file.examples[0].line), (2, 1, 2), "{line}");
        let teams: Vec<_> = file.segments.values().flat_map(|week| week.people["Bo"].teams.keys()).collect();
        assert_eq!(teams, [""], "{line}");
    }
}

#[test]
fn several_objects_on_a_line_are_as_many_records() {
    let bo = r#"{"date":"2026-11-16","rep":"Bo","amount":1}"#;
    for (line, rows) in [(format!("{bo}{bo}"), 4), (format!("{bo}, {bo},"), 4), (format!("{bo},"), 3)] {
        let file = between(&line);
        assert_eq!((file.rows, file.skipped_rows), (rows, 0), "{line}");
    }
}

#[test]
fn text_that_is_not_utf_8_matters_only_in_columns_that_are_read() {
    let row = |key: &str| {
        let mut row = format!("{{\"date\":\"2026-11-16\",\"rep\":\"Ana\",\"amount\":1,\"{key}\":\"").into_bytes();
        row.extend(b"Z\xfcrich\"}\n");
        row
    };
    let file = read("x", &Reading::default(), &[row("city"), row("team")].concat()).unwrap();
    assert_eq!((file.rows, file.skipped_rows), (1, 1));
    assert_eq!(file.examples[0].reason.as_str(), "it is not UTF-8. Export the file in UTF-8");
}

#[test]
fn lists_are_found_in_wrappers() {
    let list = r#"[{"date":"2026-11-16","rep":"Ana","amount":1},{"date":"2026-11-17","rep":"Bo","amount":2}]"#;
    for (text, form) in [
        (list.to_owned(), "a JSON array"),
        (format!(r#"{{"paging":{{"next":[{{"x":1}}]}},"results":{list},"x":"]}}"}}"#), r#"JSON: the list "results""#),
        (format!(r#"{{"data":{{"orders":{list},"users":[{{"name":"Cy"}}]}}}}"#), r#"JSON: the list "data.orders""#),
        (format!("{{\"errors\":[],\n\"records\":{list}\n}}"), r#"JSON: the list "records""#),
    ] {
        let file = read_json(&text).unwrap();
        assert_eq!((sums(&file), file.skipped_rows), (vec!["Ana 1".to_owned(), "Bo 2".to_owned()], 0), "{text}");
        assert!(read_as(&file).starts_with(&format!("{form}; ")), "{}", read_as(&file));
    }
    let pages = format!("{{\"results\":{list}}}\n{{\"more\":false,\"results\":{list}}}{{\"results\":[]}}");
    assert_eq!(all(&pages), ["Ana 2", "Bo 4"]);
    assert_eq!(all(&format!("[{pages}]").replace('\n', ",").replace("}{", "},{")), ["Ana 2", "Bo 4"]);
}

#[test]
fn a_page_without_the_list_is_a_skipped_row() {
    let page =
        r#"{"results":[{"date":"2026-11-16","rep":"Ana","amount":1},{"date":"2026-11-16","rep":"Ana","amount":1}]}"#;
    let file = read_json(&format!("{page}\n{{\"error\":\"rate limit\"}}\n{page}\n")).unwrap();
    assert_eq!((file.rows, file.skipped_rows), (4, 1));
    assert_eq!((file.examples[0].line, file.examples[0].reason.as_str()), (2, "it has no list \"results\""));
}

#[test]
fn an_empty_list_is_an_empty_file() {
    for text in ["[]", "[ ]\n", r#"{"results":[],"paging":{"next":null}}"#, "{\"data\":{\"orders\":[ ]}}"] {
        assert_eq!(all(text), [""; 0], "{text}");
    }
}

#[test]
fn two_lists_of_sales_are_not_added_up() {
    let list = r#"[{"date":"2026-11-16","rep":"Ana","amount":1}]"#;
    let error = read_json(&format!(r#"{{"won":{list},"lost":{list}}}"#)).unwrap_err();
    assert!(error.contains("two lists could be the sales: \"won\" and \"lost\""), "{error}");
    // The second one lies far behind the beginning.
    let long = format!("[{}]", [&list[1..list.len() - 1]; 100].join(","));
    let error = read_json(&format!(r#"{{"won":{long},"x":[1,{list}],"lost":{list}}}"#)).unwrap_err();
    assert!(error.contains("two lists could be the sales: \"won\" and \"lost\""), "{error}");
    let other = r#"[{"date":"2026-11-16"}]"#;
    assert_eq!(all(&format!(r#"{{"won":{long},"x":[1,{list}],"y":{other},"z":[]}}"#)), ["Ana 100"]);
}

#[test]
fn a_record_may_have_lists_of_its_own() {
    let order =
        r#"{"date":"2026-11-16","rep":"Ana","amount":3,"lines":[{"date":"2026-11-16","rep":"Ana","amount":1}]}"#;
    assert_eq!(all(order), ["Ana 3"]);
    assert_eq!(all(&format!("[{order},{order}]")), ["Ana 6"]);
}

#[test]
fn a_file_that_was_cut_off_says_so() {
    let sale = r#"{"date":"2026-11-16","rep":"Ana","amount":1}"#;
    for (text, rows, skipped, remarks) in [
        (format!("[{sale},{sale},{}", &sale[..20]), 2, 1, 1),
        (format!("[{sale},{sale},"), 2, 0, 1),
        (format!("{{\"results\":[{sale},{sale}]"), 2, 0, 1),
        (format!("{sale}{sale}{}", &sale[..20]), 2, 1, 0),
    ] {
        let file = read_json(&text).unwrap();
        assert_eq!((file.rows, file.skipped_rows, file.remarks.len()), (rows, skipped, remarks), "{text}");
        let reasons: Vec<_> = file.examples.iter().map(|row| row.reason.to_string()).collect();
        assert!(reasons.iter().all(|reason| reason.contains("the rest of it is missing")), "{reasons:?}");
    }
}

#[test]
fn fields_are_found_in_envelopes() {
    let sale = json!({"date": "2026-11-16", "rep": "Ana", "amount": 1});
    for (text, within) in [
        (json!({"_airbyte_emitted_at": 1, "_airbyte_data": sale}), "_airbyte_data"),
        (json!({"_airbyte_emitted_at": 1, "_airbyte_data": sale.to_string()}), "_airbyte_data"),
        (json!({"id": 1, "timestamp": "2020-01-01", "properties": sale}), "properties"),
        (json!({"results": [{"id": 1, "attributes": sale}], "included": [{"id": 2}]}), "attributes"),
        (json!({"records": [{"id": "rec1", "createdTime": "2020-01-01", "fields": sale}]}), "fields"),
        (json!({"hits": {"total": 1, "hits": [{"_id": "1", "_source": sale}]}}), "_source"),
        (json!({"data": {"deals": {"edges": [{"cursor": "x", "node": sale}]}}}), "node"),
        (json!({"op": "c", "before": null, "after": sale}), "after"),
        (json!({"op": "c", "before": {"date": "2026-11-16", "rep": "Bo", "amount": 5}, "after": sale}), "after"),
        (json!({"schema": {}, "payload": {"op": "c", "ts_ms": 1, "after": sale}}), "payload.after"),
        (json!({"key": 1, "value": sale}), "value"),
        (json!({"stream": "x", "record": sale}), "record"),
    ] {
        let file = read_json(&text.to_string()).unwrap_or_else(|error| panic!("{error}: {text}"));
        assert_eq!(sums(&file), ["Ana 1"], "{text}");
        assert!(read_as(&file).contains(&format!("fields within \"{within}\"")), "{}", read_as(&file));
    }
    // A change without an id could be that of any row.
    let change = json!({"op": "u", "before": {"amount": 5}, "after": sale});
    assert!(read_json(&change.to_string()).unwrap_err().contains("sale_id=..."));
    // The record's own keys take precedence.
    let own = json!({"date": "2026-11-16", "rep": "Ana", "amount": 1, "data": {"date": "2026-11-16", "rep": "Bo", "amount": 5}});
    assert_eq!(all(&own.to_string()), ["Ana 1"]);
    // Fields may be on both sides.
    let both = json!({"closed_at": "2026-11-16", "fields": {"rep": "Ana", "amount": 1}});
    assert_eq!(all(&both.to_string()), ["Ana 1"]);
}

#[test]
fn people_and_amounts_may_be_objects() {
    for sale in [
        json!({"date": "2026-11-16", "salesperson": {"name": "Ana"}, "total": {"amount": 1}}),
        json!({"date": "2026-11-16", "sales_rep": {"name": "Ana"}, "deal": {"value": {"value": 1}}}),
        json!({"date": "2026-11-16", "owner": {"id": 7, "name": "Ana", "email": "x"}, "amount": 1}),
        json!({"date": "2026-11-16", "Owner": {"FullName": "Ana", "name": null}, "amount": {"value": "1.00", "currency": "USD"}}),
        json!({"date": {"$date": "2026-11-16"}, "sales_rep": {"display_name": "Ana"}, "amount": {"$numberDecimal": "1.00"}}),
        json!({"date": {"$date": {"$numberLong": "2026-11-16"}}, "rep": "Ana", "deal": {"amount": {"amount": 1}}}),
    ] {
        assert_eq!(all(&sale.to_string()), ["Ana 1"], "{sale}");
    }
    let foreign = json!({"date": "2026-11-16", "rep": "Ana", "amount": {"value": 5, "currency_code": "EUR"}});
    let file = read_json(&format!("{foreign}\n{}", foreign.to_string().replace("EUR", "USD"))).unwrap();
    assert_eq!((sums(&file), file.skipped_rows), (vec!["Ana 5".to_owned()], 1));
    let error = read_json(r#"{"date":"2026-11-16","rep":{"id":7},"amount":1}"#).unwrap_err();
    assert!(error.contains("is a JSON object or list, not a name"), "{error}");
}

#[test]
fn names_of_columns_may_be_paths() {
    let sale = r#"{"Deal":{"Closed":{"On":"2026-11-16"}},"Owner":{"Nick":"Ana"},"Net":{"a":{"b":{"c":{"d":1}}}}}"#;
    let reading = with_columns("sold_at=deal.closed.on, salesperson=Owner.Nick, amount=net.a.b.c.d");
    let file = read_with(&reading, sale).unwrap();
    assert_eq!(sums(&file), ["Ana 1"]);
    assert_eq!(file.columns, ["Deal.Closed.On", "Net.a.b.c.d", "Owner.Nick"]);
    // A path that the settings name takes precedence over a column that is known without them.
    let two = r#"{"date":"2026-11-16","rep":"Bo","owner":{"name":"Ana"},"amount":1}"#;
    assert_eq!(sums(&read_with(&with_columns("salesperson=owner.name"), two).unwrap()), ["Ana 1"]);
}

#[test]
fn lists_of_lists_have_their_names_in_a_header() {
    let rows = r#"["2026-11-16","Ana",1],["2026-11-17","Bo","2.50","x"],["2026-11-17"]"#;
    let header = r#"["date","rep","amount"]"#;
    for text in [
        format!("[{header},{rows}]"),
        format!(r#"{{"range":"A1:C4","values":[{header},{rows}]}}"#),
        format!(r#"{{"columns":{header},"index":[0,1,2],"data":[{rows}]}}"#),
    ] {
        let file = read_json(&text).unwrap();
        assert_eq!(
            (sums(&file), file.skipped_rows + file.other_rows.blank),
            (vec!["Ana 1".to_owned(), "Bo 2.5".to_owned()], 1),
            "{text}"
        );
    }
}

#[test]
fn a_file_without_sales_is_explained() {
    for (text, reason) in [
        (r#"{"error":{"code":403,"message":"no"}}"#, "this is an error message, not sales"),
        (r#"{"deal":{"date":"2026-11-16","rep":"Ana","amount":1}}"#, "the sales seem to lie within \"deal\""),
        (r#"{"results":[{"when":1,"who":"Ana"}]}"#, "there is no column for sold_at, salesperson, amount"),
        ("{\"date\":\"2026-11-16\",\"rep\":\"Ana\"}\n", "The columns are \"date\", \"rep\""),
    ] {
        let error = read_json(text).unwrap_err();
        assert!(error.contains(reason), "{error}");
    }
}

#[test]
fn objects_without_known_values_are_skipped_and_empty_ones_are_blank() {
    let file = between("{\"x\":1}\n{}\n{\"x\":null}");
    assert_eq!((file.rows, file.skipped_rows, file.other_rows.blank), (2, 1, 2));
}

/// A sale, valid or not.
fn sale() -> impl Strategy<Value = Value> {
    let name = prop_oneof![Just("Ana".to_owned()), "[a-c{}\\[\\]\",:\\\\ \u{eb}]{1,8}"];
    let amount =
        prop_oneof![(0_u32..1000).prop_map(|n| json!(n)), Just(json!("x")), "[1-9]\\.[0-9]{2}".prop_map(Value::from)];
    (name, amount, "[a-c{}\\[\\]\"\\\\]{0,70}").prop_map(|(name, amount, note)| {
        json!({"date": "2026-11-16", "rep": format!("n{name}"), "amount": amount, "note": note, "lines": [{"note": "]"}]})
    })
}

fn joined(sales: &[Value], between: &str) -> String {
    sales.iter().map(ToString::to_string).collect::<Vec<_>>().join(between)
}

/// The same sales, in every shape.
fn shapes(sales: &[Value]) -> Vec<String> {
    let pretty = |value: &Value| serde_json::to_string_pretty(value).unwrap();
    let within = |wrap: &dyn Fn(&Value) -> Value| joined(&sales.iter().map(wrap).collect::<Vec<_>>(), "\n");
    let (first, second) = sales.split_at(sales.len() / 2);
    let mut text_sequence = String::new();
    for sale in sales {
        writeln!(text_sequence, "\u{1e}{sale}").unwrap();
    }
    vec![
        joined(sales, "\r\n"),
        format!("\u{feff}{}\n", joined(sales, "\n\n")),
        joined(sales, ""),
        joined(sales, ","),
        joined(sales, ",\n"),
        text_sequence,
        sales.iter().map(pretty).collect::<Vec<_>>().join("\n"),
        sales.iter().map(pretty).collect::<String>(),
        json!(sales).to_string(),
        pretty(&json!(sales)),
        format!("[{}\n]", joined(sales, ",\r\n")),
        json!({"a": {"b": "]"}, "results": sales, "c": [{"d": 1}]}).to_string(),
        pretty(&json!({"data": {"x": [1, "}"], "orders": sales}})),
        format!("{}\n{}", json!({"records": first}), json!({"records": second})),
        within(&|sale| json!({"_airbyte_data": sale, "_airbyte_raw_id": "x"})),
        within(&|sale| json!({"_airbyte_data": sale.to_string()})),
        within(&|sale| json!({"payload": {"op": "c", "after": sale}})),
        json!({"data": {"edges": sales.iter().map(|sale| json!({"node": sale})).collect::<Vec<_>>()}}).to_string(),
        json!({"columns": ["date", "rep", "amount"], "data": sales.iter().map(|sale| json!([sale["date"], sale["rep"], sale["amount"]])).collect::<Vec<_>>()}).to_string(),
    ]
}

proptest! {
    /// Chunks have 64 bytes.
    #[test]
    fn the_shape_changes_nothing(mut sales in proptest::collection::vec(sale(), 1..12)) {
        // Enough valid sales that the file is not rejected.
        sales.extend((0..=sales.len()).map(|_| json!({"date": "2026-11-16", "rep": "Ana", "amount": 1})));
        sales.rotate_right(1);
        let expected = read_json(&joined(&sales, "\n")).unwrap();
        prop_assert_eq!(expected.rows + expected.skipped_rows, sales.len() as u64);
        for text in shapes(&sales) {
            let file = read_json(&text).map_err(|error| TestCaseError::fail(format!("{error}: {text}")))?;
            prop_assert_eq!(&file.segments, &expected.segments, "{}", text);
            prop_assert_eq!((file.rows, file.skipped_rows, &file.other_rows), (expected.rows, expected.skipped_rows, &expected.other_rows), "{}", text);
            prop_assert!(file.remarks.is_empty());
        }
    }

    /// Each broken line is one skipped row, wherever it is.
    #[test]
    fn no_line_vanishes(lines in proptest::collection::vec(0..5_usize, 1..40)) {
        let good = r#"{"date":"2026-11-16","rep":"Ana","amount":1}"#;
        let kinds = [good, r#"{"date":"2026-11-16","rep":"A"#, r#""x"}"#, r#"{"a":1}"#, r#"{"date":"2026-11-16" "rep":1}"#];
        let all: Vec<&str> = std::iter::repeat_n(good, lines.len() + 1).chain(lines.iter().map(|&kind| kinds[kind])).collect();
        let file = read_json(&all.join("\n")).unwrap();
        prop_assert_eq!(file.rows + file.skipped_rows, all.len() as u64);
        prop_assert_eq!(file.rows, all.iter().filter(|line| **line == good).count() as u64);
    }

    #[test]
    fn no_text_makes_it_panic(head in prop_oneof![Just("["), Just("{\"results\":["), Just("{\"data\":["), Just("")], text in "([{}\\[\\],:\"\\\\ \n]|\"date\":\"2026-11-16\"|\"rep\":\"Ana\"|\"amount\":1|null|\u{1f600}){0,80}") {
        let sale = r#"{"date":"2026-11-16","rep":"Ana","amount":1}"#;
        for text in [format!("{head}{text}"), format!("{head}{sale},{text}")] {
            if let Err(ReadError::Source(error)) = read("x.json", &Reading::default(), &text.into_bytes()) {
                return Err(TestCaseError::fail(error.to_string()));
            }
        }
    }
}

/// Several records on one line are told apart by their place in the file, whichever worker reads them.
#[test]
fn the_first_of_several_bad_records_on_one_line_is_the_example() {
    let record = |date: &str| format!(r#"{{"date":"{date}","rep":"Ana","amount":1}}"#);
    let text = record("first") + &record("second") + &record("third") + &record("2026-11-16").repeat(20);
    for _ in 0..20 {
        let examples = read_json(&text).unwrap().examples;
        let reasons: Vec<String> = examples.iter().map(|row| row.reason.to_string()).collect();
        assert_eq!(reasons.len(), 3, "{reasons:?}");
        assert!(reasons[0].contains("\"first\"") && reasons[2].contains("\"third\""), "{reasons:?}");
    }
}
