//! Changes of files, and the rankings that follow them.

use std::io::Write;

use standings_core::{Board, Report};

use crate::harness::{Harness, csv, delete_silently, fixture, lines, put_silently};

/// Returns a report without its time.
fn content(report: Option<Report>) -> Option<Report> {
    report.map(|report| Report { computed_at: jiff::Timestamp::UNIX_EPOCH, ..report })
}

#[tokio::test]
async fn a_deleted_file_leaves_no_trace_in_any_report() {
    let harness = Harness::start().await;
    harness.put("sales/a.csv", csv(&["2026-11-16,Ana,EMEA,10.50", "2026-11-17,Bo,APAC,3"])).await;
    let first = ["1 Ana EMEA 10.5 new", "2 Bo APAC 3 new"];
    assert_eq!(harness.lines("2026-W47").await, first);
    let boards = [Board::Company, Board::team("emea").unwrap(), Board::team("apac").unwrap()];
    let mut before = Vec::new();
    for board in &boards {
        before.push(content(harness.report(board, "2026-W47").await));
        before.push(content(harness.stack.report(&board.latest_key()).await.unwrap()));
    }

    harness.put("sales/deep/er/b.CSV", csv(&["2026-11-18,Bo,APAC,8.01", "2026-11-18,Cy,LATAM,1"])).await;
    assert_eq!(harness.lines("2026-W47").await, ["1 Bo APAC 11.01 new", "2 Ana EMEA 10.5 new", "3 Cy LATAM 1 new"]);
    harness.put("sales/deep/er/b.CSV", csv(&["2026-11-18,Cy,EMEA,2"])).await;
    assert_eq!(harness.lines("2026-W47").await, ["1 Ana EMEA 10.5 new", "2 Bo APAC 3 new", "3 Cy EMEA 2 new"]);
    let latam = harness.report(&Board::team("latam").unwrap(), "2026-W47").await.unwrap();
    assert!(latam.entries.is_empty(), "the report of a team without sales is emptied");

    harness.delete("sales/deep/er/b.CSV").await;
    let mut after = Vec::new();
    for board in &boards {
        after.push(content(harness.report(board, "2026-W47").await));
        after.push(content(harness.stack.report(&board.latest_key()).await.unwrap()));
    }
    assert_eq!(after, before);

    harness.delete("sales/a.csv").await;
    assert!(harness.lines("2026-W47").await.is_empty());
    assert!(harness.ask("").await.contains("No sales"));
}

#[tokio::test]
async fn a_renamed_file_counts_once() {
    let harness = Harness::start().await;
    harness.put("sales/a b+c.csv", csv(&["2026-11-16,Ana,EMEA,10"])).await;
    let before = content(harness.report(&Board::Company, "2026-W47").await);
    let copy = harness.stack.s3.copy_object().bucket("standings").key("sales/moved/z.csv");
    copy.copy_source("standings/sales/a%20b%2Bc.csv").send().await.unwrap();
    harness.delete("sales/a b+c.csv").await;
    assert_eq!(content(harness.report(&Board::Company, "2026-W47").await), before);
}

#[tokio::test]
async fn a_change_in_one_week_changes_previous_ranks_in_the_next() {
    let harness = Harness::start().await;
    let first = jiff::civil::date(2025, 1, 6);
    let mut rows = Vec::new();
    for week in 0..60 {
        let day = first.checked_add(jiff::Span::new().weeks(week)).unwrap();
        rows.push(format!("{day},Ana,EMEA,{}.0001", week + 1));
        rows.push(format!("{day},Bo,EMEA,{}", 60 - week));
    }
    harness.put("sales/long.csv", csv(&rows.iter().map(String::as_str).collect::<Vec<_>>())).await;
    assert_eq!(harness.lines("2025-W02").await, ["1 Bo EMEA 60 new", "2 Ana EMEA 1.0001 new"]);
    assert_eq!(harness.lines("2025-W31").await, ["1 Bo EMEA 31 1", "2 Ana EMEA 30.0001 2"]);
    assert_eq!(harness.lines("2025-W32").await, ["1 Ana EMEA 31.0001 2", "2 Bo EMEA 30 1"]);
    assert_eq!(harness.stack.latest_report().await.unwrap().unwrap().period.to_string(), "2026-W09");

    // The file changes week 31 only, and with it the previous ranks in week 32.
    harness.put("sales/more.csv", csv(&["2025-08-03,Cy,EMEA,1000"])).await;
    assert_eq!(harness.lines("2025-W32").await, ["1 Ana EMEA 31.0001 3", "2 Bo EMEA 30 2"]);

    harness.put("sales/long.csv", csv(&["2025-08-03,Ana,EMEA,1"])).await;
    assert!(harness.lines("2025-W02").await.is_empty() && harness.lines("2026-W09").await.is_empty());
    assert_eq!(harness.lines("2025-W31").await, ["1 Cy EMEA 1000 new", "2 Ana EMEA 1 new"]);
    assert_eq!(harness.stack.latest_report().await.unwrap().unwrap().period.to_string(), "2025-W31");
}

#[tokio::test]
async fn every_format_gives_the_same_report() {
    let rows =
        [("2026-11-16 08:00", "Ana, the \"first\"", "EMEA", "1234.5678"), ("2026-11-22 23:59:59", "Bo", "", "-0.5")];
    let separated = |delimiter: char, end: &str| -> Vec<u8> {
        let quoted = |field: &str| format!("\"{}\"", field.replace('"', "\"\""));
        let head = ["Sold At", "SALESPERSON", "team", "amount"].join(&delimiter.to_string());
        let rows = rows.map(|(at, name, team, amount)| [at, &quoted(name), team, amount].join(&delimiter.to_string()));
        [vec![head], rows.to_vec()].concat().into_iter().flat_map(|line| (line + end).into_bytes()).collect()
    };
    let ndjson: Vec<u8> = rows
        .iter()
        .flat_map(|(at, name, team, amount)| {
            let row = serde_json::json!({"sold_at": at, "salesperson": name, "team": team, "amount": amount});
            format!("{row}\n").into_bytes()
        })
        .collect();
    let gzip = |content: &[u8]| {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(content).unwrap();
        encoder.finish().unwrap()
    };
    let plain = separated(',', "\n");
    let files = [
        ("comma", plain.clone()),
        ("CRLF and a byte order mark", [b"\xef\xbb\xbf".to_vec(), separated(',', "\r\n")].concat()),
        ("semicolon", separated(';', "\n")),
        ("tab", separated('\t', "\n")),
        ("pipe", separated('|', "\n")),
        ("ndjson", ndjson.clone()),
        ("gzip", gzip(&plain)),
        ("gzip in two parts", [gzip(&plain[..40]), gzip(&plain[40..])].concat()),
        ("zstd", zstd::encode_all(&*plain, 0).unwrap()),
        ("ndjson in gzip", gzip(&ndjson)),
    ];
    let harness = Harness::start().await;
    for (format, content) in files {
        // Without an extension the format is detected from the content.
        harness.put("sales/export", content).await;
        let expected = ["1 Ana, the \"first\" EMEA 1234.5678 new", "2 Bo - -0.5 new"];
        assert_eq!(harness.lines("2026-W47").await, expected, "{format}");
    }
    harness.put("sales/export", std::fs::read(fixture("sales/2026/46/emea.parquet")).unwrap()).await;
    assert!(harness.lines("2026-W47").await.is_empty());
    assert_eq!(harness.company("2026-W46").await.rows, 9);
}

#[tokio::test]
async fn skipped_rows_are_reported_with_their_line() {
    let harness = Harness::start().await;
    let rows = [
        "2026-11-16,Ana,EMEA,1",
        "2026-11-17,Bo,EMEA,lots",
        "2026-11-17,,EMEA,2",
        "2026-11-18,Cy,EMEA,3",
        "2026-11-18,Cy,EMEA,4",
    ];
    harness.put("sales/a.csv", csv(&rows)).await;
    let report = harness.company("2026-W47").await;
    assert_eq!(lines(&report), ["1 Cy EMEA 7 new", "2 Ana EMEA 1 new"]);
    assert_eq!((report.rows, report.skipped_rows, report.files), (3, 2, 1));
    let status = harness.status().await;
    let examples: Vec<_> = status.problems[0].examples.iter().map(|row| (row.line, row.reason.as_str())).collect();
    assert_eq!(examples, [(3, "the amount \"lots\" is not a number"), (4, "there is no salesperson")]);
    assert!(harness.ask("").await.contains("2 rows were skipped"));
    let reply = harness.ask("status").await;
    assert!(reply.contains("line 3") && reply.contains("lots"), "{reply}");
}

#[tokio::test]
async fn a_rejected_file_is_reported_and_ingested_once_fixed() {
    let harness = Harness::start().await;
    harness.put("sales/good.csv", csv(&["2026-11-16,Ana,EMEA,1"])).await;
    harness.put("sales/bad.csv", "when,who,what\n1,2,3\n").await;
    assert_eq!(harness.lines("2026-W47").await, ["1 Ana EMEA 1 new"]);
    let status = harness.status().await;
    assert_eq!(status.problems[0].key, "sales/bad.csv");
    let reason = &status.problems[0].rejection.as_ref().unwrap().0.as_str();
    assert!(reason.contains("amount"), "{reason}");
    let reply = harness.ask("status").await;
    assert!(reply.contains("sales/bad.csv` was rejected"), "{reply}");

    harness.put("sales/bad.csv", csv(&["2026-11-16,Bo,EMEA,2"])).await;
    assert_eq!(harness.lines("2026-W47").await, ["1 Bo EMEA 2 new", "2 Ana EMEA 1 new"]);
    assert!(harness.status().await.problems.is_empty());

    // More than half of its rows are unreadable, so the whole file is rejected.
    harness.put("sales/bad.csv", csv(&["2026-11-16,Bo,EMEA,2", "x,Bo,EMEA,2", "y,Bo,EMEA,2"])).await;
    assert_eq!(harness.lines("2026-W47").await, ["1 Ana EMEA 1 new"]);
    harness.delete("sales/bad.csv").await;
    assert!(harness.status().await.problems.is_empty());
}

#[tokio::test]
async fn changes_to_a_kept_folder_are_ingested_at_the_next_start() {
    let harness = Harness::start().await;
    harness.put("sales/a.csv", csv(&["2026-11-16,Ana,EMEA,1"])).await;
    harness.put("sales/b.csv", csv(&["2026-11-16,Bo,EMEA,2"])).await;
    let harness = harness
        .restart(|folder| {
            delete_silently(folder, "sales/b.csv");
            put_silently(folder, "sales/c.csv", &csv(&["2026-11-16,Cy,EMEA,3"]));
        })
        .await;
    assert_eq!(harness.lines("2026-W47").await, ["1 Cy EMEA 3 new", "2 Ana EMEA 1 new"]);
}
