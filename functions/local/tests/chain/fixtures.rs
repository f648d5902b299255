//! The sales files that come with Standings, against rankings that were counted by other means.

use std::path::Path;

use serde_json::{Value, json};
use standings_core::{Board, Report};

use crate::world::{World, fixture};

fn files(folder: &Path, found: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files(&path, found) } else { found.push(path) }
    }
}

fn seen(report: &Report) -> Value {
    let entries: Vec<Value> = report
        .entries
        .iter()
        .map(|entry| {
            json!({
                "rank": entry.rank, "name": entry.name, "team": entry.team, "amount": entry.amount,
                "deals": entry.deals, "units": entry.units, "previous_rank": entry.previous_rank,
            })
        })
        .collect();
    json!({"total": report.total, "previous_total": report.previous_total, "entries": entries})
}

#[tokio::test]
async fn the_rankings_are_those_that_were_counted_by_other_means() {
    let world = World::start().await;
    let root = fixture("sales");
    let mut paths = Vec::new();
    files(&root, &mut paths);
    for path in &paths {
        let key = format!("sales/{}", path.strip_prefix(&root).unwrap().to_str().unwrap());
        world.put(&key, std::fs::read(path).unwrap()).await;
    }
    for week in ["2026-W46", "2026-W47"] {
        let expected = std::fs::read_to_string(fixture(&format!("expected/{week}.json"))).unwrap();
        let expected: serde_json::Map<String, Value> = serde_json::from_str(&expected).unwrap();
        assert_eq!(expected.len(), 5);
        for (name, expected) in expected {
            let board = if name == "company" { Board::Company } else { Board::team(&name).unwrap() };
            let report = world.report(&board, week).await.unwrap();
            assert_eq!(seen(&report), expected, "{week} {name}");
        }
    }
    for week in 40..=47 {
        assert!(!world.lines(&format!("2026-W{week}")).await.is_empty(), "week {week}");
    }
    let status = world.status().await;
    let problems: Vec<_> =
        status.problems.iter().map(|upload| (upload.skipped_rows, upload.examples[0].line)).collect();
    assert_eq!(problems, [(1, 6)]);
    assert_eq!((world.company("2026-W45").await.rows, world.company("2026-W43").await.skipped_rows), (24, 0));
}
