//! Objects that hold no sales: files that tools write for themselves, markers, and tables.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::json;
use standings_core::Contribution;
use standings_recompute::stored_contribution;

use crate::harness::{Harness, csv, fixture};

fn ana() -> String {
    csv(&["2026-11-16,Ana,EMEA,1"])
}

#[tokio::test]
async fn side_files_and_markers_are_passed_over_and_an_empty_export_is_not() {
    let harness = Harness::start().await;
    harness.put("sales/a.csv", ana()).await;
    for name in [
        "_temporary/0/part-0.csv",
        "_SUCCESS",
        "2026/.DS_Store",
        ".part-0.csv.crc",
        "__MACOSX/._a.csv",
        "_committed_123",
        "day_$folder$",
        "q.csv.metadata",
        "unload/manifest",
        "~$week48.xlsx",
        "Thumbs.db",
    ] {
        harness.put(&format!("sales/{name}"), ana()).await;
    }
    harness.put("sales/2026/47", "").await;
    assert_eq!(harness.lines("2026-W47").await, ["1 Ana EMEA 1 new"]);
    let status = harness.status().await;
    assert_eq!((status.totals.uploads, status.totals.problems), (1, 0));
    assert!(harness.ask("status").await.contains("Every row of the last upload counts."));

    harness.put("sales/empty.csv", "").await;
    assert!(harness.status().await.problems[0].rejection.is_some());
    // A file that becomes a marker counts no longer.
    harness.put("sales/export", csv(&["2026-11-16,Bo,EMEA,2"])).await;
    assert_eq!(harness.lines("2026-W47").await, ["1 Bo EMEA 2 new", "2 Ana EMEA 1 new"]);
    harness.put("sales/export", "").await;
    assert_eq!(harness.lines("2026-W47").await, ["1 Ana EMEA 1 new"]);
}

#[tokio::test]
async fn a_rebuild_empties_what_an_older_version_counted_of_side_files() {
    let harness = Harness::start().await;
    harness.put("sales/a.csv", ana()).await;
    harness.put("sales/b.csv", csv(&["2026-11-16,Bo,EMEA,2", "lots,Bo,EMEA,2"])).await;
    // What an older version stored of a file, in the same shard.
    let segment = "2026-11-16".parse().unwrap();
    let shard = |key: &str| stored_contribution(key, segment, Contribution::default()).unwrap()[0]["pk"].clone();
    let old =
        (0..9999).map(|number| format!("sales/_{number}.csv")).find(|key| shard(key) == shard("sales/b.csv")).unwrap();
    let dynamodb = &harness.stack.dynamodb;
    let table = harness.stack.ledger_table();
    let items = dynamodb.scan().table_name(table).send().await.unwrap().items.unwrap();
    let renamed = |value: &AttributeValue| match value {
        AttributeValue::S(text) => AttributeValue::S(text.replace("sales/b.csv", &old)),
        other => other.clone(),
    };
    for item in items {
        let copy: HashMap<_, _> = item.iter().map(|(name, value)| (name.clone(), renamed(value))).collect();
        if copy != item {
            dynamodb.put_item().table_name(table).set_item(Some(copy)).send().await.unwrap();
        }
    }
    harness.put_silently(&old, &csv(&["2026-11-16,Bo,EMEA,2"]));
    harness.delete("sales/b.csv").await;
    assert_eq!(harness.lines("2026-W47").await, ["1 Bo EMEA 2 new", "2 Ana EMEA 1 new"]);
    assert_eq!(harness.status().await.problems[0].key, old);

    let summary = harness.stack.rebuild().await.unwrap();
    assert_eq!(summary, json!({"objects": 2, "failed": [], "next": null}));
    assert_eq!(harness.lines("2026-W47").await, ["1 Ana EMEA 1 new"]);
    assert!(harness.status().await.problems.is_empty());
}

#[tokio::test]
async fn the_files_of_a_delta_or_iceberg_table_are_refused() {
    let harness = Harness::start().await;
    let parquet = std::fs::read(fixture("sales/2026/46/emea.parquet")).unwrap();
    let rejection = async |key: &str| {
        let status = harness.status().await;
        let upload = status.uploads.into_iter().find(|upload| upload.key == key).unwrap();
        upload.rejection.map(|rejection| rejection.0.to_string())
    };
    // The files of a table arrive before its log.
    for (file, log, format) in [
        ("orders/day=1/part-0.parquet", "orders/_delta_log/00000000000000000000.json", "Delta"),
        ("deals/data/part-0.parquet", "deals/metadata/00000-a.metadata.json", "Iceberg"),
    ] {
        let (file, log) = (format!("sales/{file}"), format!("sales/{log}"));
        harness.put(&file, parquet.clone()).await;
        assert_eq!((rejection(&file).await, harness.company("2026-W46").await.rows), (None, 9), "{format}");
        harness.put(&log, "{}").await;
        let reason = rejection(&file).await.unwrap();
        assert!(reason.contains(format) && reason.contains("Export the table") && reason.len() <= 300, "{reason}");
        assert!(harness.lines("2026-W46").await.is_empty(), "{format}");
        let later = file.replace("part-0", "part-1");
        harness.put(&later, parquet.clone()).await;
        assert!(rejection(&later).await.is_some());
        // Without the log, they are files like any other.
        harness.delete(&log).await;
        assert_eq!(rejection(&later).await, None);
        harness.delete(&file).await;
        harness.delete(&later).await;
    }
    // Other files of the same names, and a table next to the file, are no reason.
    harness.put("sales/other/_delta_log/00000000000000000000.json", "{}").await;
    harness.put("sales/data/part-0.parquet", parquet).await;
    assert_eq!(harness.company("2026-W46").await.rows, 9);
}
