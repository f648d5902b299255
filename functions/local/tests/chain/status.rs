//! What the status and `/standings file` say about files.

use crate::harness::{Harness, csv, fixture};

fn weeks_of(rows: usize) -> String {
    csv(&(0..rows).map(|_| "2026-11-16,Ana,EMEA,1").collect::<Vec<_>>())
}

#[tokio::test]
async fn the_same_export_under_two_names_counts_twice_and_is_pointed_out() {
    let harness = Harness::start().await;
    harness.put("sales/week48.csv", weeks_of(2)).await;
    assert!(harness.ask("status").await.contains("Every row of the last upload counts."));
    harness.put("sales/week48 (1).csv", weeks_of(2)).await;
    assert_eq!(harness.lines("2026-W47").await, ["1 Ana EMEA 4 new"]);
    let reply = harness.ask("file week48 (1).csv").await;
    assert!(reply.contains("same content as") && reply.contains("both count"), "{reply}");
    let reply = harness.ask("status").await;
    assert!(reply.contains("Of the last 2 uploads, 2 have problems."), "{reply}");
    harness.delete("sales/week48 (1).csv").await;
    assert!(harness.ask("status").await.contains("Every row of the last upload counts."));
}

#[tokio::test]
async fn a_file_that_shrank_is_pointed_out_however_often_it_is_ingested() {
    let harness = Harness::start().await;
    harness.put("sales/a.csv", weeks_of(10)).await;
    harness.put("sales/a.csv", weeks_of(4)).await;
    for _ in 0..2 {
        let reply = harness.ask("file a.csv").await;
        assert!(reply.contains("it has 4 rows, less than half of the 10"), "{reply}");
        harness.send(&standings_local::notification_of("standings", "sales/a.csv")).await;
    }
    assert_eq!(harness.lines("2026-W47").await, ["1 Ana EMEA 4 new"]);
    harness.put("sales/a.csv", weeks_of(5)).await;
    assert!(harness.status().await.problems.is_empty());
    // After a deletion, there is no version to compare with.
    harness.delete("sales/a.csv").await;
    assert!(harness.ask("file a.csv").await.contains("None of the last uploads"));
    harness.put("sales/a.csv", weeks_of(1)).await;
    assert!(harness.status().await.problems.is_empty());
}

#[tokio::test]
async fn an_old_file_is_found_by_its_whole_name() {
    let harness = Harness::start().await;
    harness.put("sales/2026/47/old export.csv", weeks_of(1)).await;
    for number in 0..25 {
        harness
            .stack
            .s3
            .put_object()
            .bucket("standings")
            .key(format!("sales/{number}.csv"))
            .body(weeks_of(number + 2).into_bytes().into())
            .send()
            .await
            .unwrap();
    }
    harness.stack.queue.quiet().await;
    let status = harness.status().await;
    assert_eq!((status.uploads.len(), status.totals.uploads), (20, 26));
    let reply = harness.ask("status").await;
    assert!(reply.contains("and 21 more"), "{reply}");
    for name in ["2026/47/old export.csv", "sales/2026/47/old export.csv"] {
        let reply = harness.ask(&format!("file {name}")).await;
        assert!(reply.contains("How old export.csv was read") && reply.contains("Every row counts: 1 row"), "{reply}");
    }
}

#[tokio::test]
async fn an_unrecognized_message_is_in_the_status() {
    let harness = Harness::start().await;
    harness.put("sales/a.csv", weeks_of(1)).await;
    harness.send("hello").await;
    let reply = harness.ask("status").await;
    assert!(
        reply.contains("A message in the queue is not about a file") && reply.contains("dead-letter queue"),
        "{reply}"
    );
    assert!(!reply.contains("Every row"), "{reply}");
}

#[test]
fn the_demo_explains_files_without_starting_anything() {
    let demo = |arguments: &[&str]| {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_demo"))
            .current_dir(fixture(""))
            .arg("--explain")
            .args(arguments)
            .output()
            .unwrap();
        (output.status.code(), String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    let (code, text, error) = demo(&["sales/2026/46/emea.parquet", "sales/2026"]);
    assert_eq!(code, Some(0), "{text}{error}");
    assert!(text.contains("How emea.parquet was read") && text.contains("9 rows"), "{text}");
    let (code, text, _) = demo(&["README.md"]);
    assert!(code == Some(1) && text.contains("README.md") && text.contains("was rejected"), "{text}");
    let (code, _, error) = demo(&["missing.csv"]);
    assert!(code == Some(1) && error.contains("missing.csv"), "{error}");
    let (code, _, error) = demo(&["sales/2026", "--source", r#"{"prefix": "sales/2026/", "date_order": "dmy"}"#]);
    assert!(code == Some(1) && error.contains("date_order") && error.contains("day_first"), "{error}");
}

#[tokio::test]
async fn an_expected_source_that_is_late_is_named_below_rankings_and_in_the_status() {
    let expected = r#"{
        "emea": {"prefix": "sales/emea/", "every": "day", "by": "00:00"},
        "apac": {"prefix": "sales/apac/", "every": "day", "by": "00:00"}
    }"#;
    let harness = Harness::start_with(&[("EXPECTED", expected)]).await;
    harness.put("sales/emea/a.csv", csv(&["2026-11-16,Ana,EMEA,1"])).await;
    // It does not count, so it is no sign that the source is there.
    harness.put("sales/apac/bad.csv", "who,what\n1,2\n").await;
    let ranking = harness.ask("2026-W47").await;
    assert!(ranking.contains("*apac* is late: nothing was uploaded yet") && !ranking.contains("*emea*"), "{ranking}");
    let status = harness.ask("status").await;
    assert!(
        status.contains("*apac* is late") && status.contains("*emea* is up to date: its last upload was"),
        "{status}"
    );
    let help = harness.ask("help").await;
    assert!(!help.contains("is late"), "{help}");

    harness.put("sales/apac/a.csv", csv(&["2026-11-16,Bo,APAC,2"])).await;
    assert!(!harness.ask("2026-W47").await.contains("is late"));
    // What arrived has arrived.
    harness.delete("sales/apac/a.csv").await;
    assert!(!harness.ask("2026-W47").await.contains("is late"));
}
