//! The sales files that come with Standings, compared with rankings from an independent implementation.

use serde_json::{Value, json};
use standings_core::{Board, Report};
use walkdir::WalkDir;

use crate::harness::{Harness, fixture};

/// The part of a report that the expected rankings have.
fn ranking(report: &Report) -> Value {
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
async fn rankings_equal_those_of_an_independent_implementation() {
    let harness = Harness::start().await;
    let root = fixture("sales");
    for entry in WalkDir::new(&root).into_iter().map(Result::unwrap).filter(|entry| entry.file_type().is_file()) {
        let key = format!("sales/{}", entry.path().strip_prefix(&root).unwrap().to_str().unwrap());
        harness.put(&key, std::fs::read(entry.path()).unwrap()).await;
    }
    for week in ["2026-W46", "2026-W47"] {
        let expected = std::fs::read_to_string(fixture(&format!("expected/{week}.json"))).unwrap();
        let expected: serde_json::Map<String, Value> = serde_json::from_str(&expected).unwrap();
        assert_eq!(expected.len(), 5);
        for (name, expected) in expected {
            let board = if name == "company" { Board::Company } else { Board::team(&name).unwrap() };
            let report = harness.report(&board, week).await.unwrap();
            assert_eq!(ranking(&report), expected, "{week} {name}");
        }
    }
    for week in 40..=47 {
        assert!(!harness.lines(&format!("2026-W{week}")).await.is_empty(), "week {week}");
    }
    let status = harness.status().await;
    let skipped: Vec<_> = status.problems.iter().flat_map(|upload| &upload.examples).map(|row| row.line).collect();
    assert_eq!(skipped, [6]);
    // A sale whose amount was corrected under the same id.
    let remarks: Vec<_> = status.problems.iter().flat_map(|upload| &upload.remarks).collect();
    assert!(
        matches!(remarks[..], [remark] if remark.to_string().contains("same sale_id have different amounts")),
        "{remarks:?}"
    );
    assert_eq!((harness.company("2026-W45").await.rows, harness.company("2026-W43").await.skipped_rows), (24, 0));
}
