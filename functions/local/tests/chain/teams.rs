//! Weeks with very many teams, and people with several spellings.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use aws_sdk_dynamodb::types::AttributeValue;
use standings_core::Board;

use crate::harness::{HEADER, Harness, csv};

/// Returns a file with a sale for each of `count` teams. Their names start with `prefix` and are as long as allowed.
fn many_teams(prefix: &str, count: usize) -> String {
    let mut text = HEADER.to_owned();
    for number in 0..count {
        let name = format!("{prefix} {number:03} {}", "\u{533a}".repeat(190));
        writeln!(text, "2026-11-17,Ana Lima,{name},{}", number + 1).unwrap();
    }
    text
}

/// Returns the generation of each item of the reports table.
async fn generations(harness: &Harness) -> BTreeMap<String, AttributeValue> {
    let table = harness.stack.reports_table();
    let items = harness.stack.dynamodb.scan().table_name(table).projection_expression("pk, generation");
    let items: Vec<_> = items.into_paginator().items().send().collect::<Result<_, _>>().await.unwrap();
    items.into_iter().map(|mut item| (item["pk"].as_s().unwrap().clone(), item.remove("generation").unwrap())).collect()
}

/// Uploads a file of one row, and returns the keys of the reports that were written for it.
async fn written_for_an_upload(harness: &Harness, key: &str) -> Vec<String> {
    let before = generations(harness).await;
    harness.put(key, csv(&["2026-11-18,Cy Diaz,LATAM,1"])).await;
    let after = generations(harness).await;
    after.into_iter().filter(|(key, generation)| before.get(key) != Some(generation)).map(|(key, _)| key).collect()
}

#[tokio::test]
async fn too_many_teams_stop_no_file_and_leave_the_week_as_fast_as_before() {
    let harness = Harness::start().await;
    harness.put("sales/a.csv", csv(&["2026-11-16,Bo Chen,EMEA,1000", "2026-11-16,Cy Diaz,LATAM,500"])).await;
    let usual = written_for_an_upload(&harness, "sales/b.csv").await;
    assert!((24..=28).contains(&usual.len()), "{usual:?}");

    harness.put("sales/one.csv", many_teams("One", 400)).await;
    harness.put("sales/two.csv", many_teams("Two", 400)).await;
    harness.put("sales/good.csv", csv(&["2026-11-18,Dee Fox,EMEA,9000"])).await;
    let company = harness.company("2026-W47").await;
    assert_eq!(company.entries[0].name, "Ana Lima");
    assert_eq!((company.entries[1].name.as_str(), company.files), ("Dee Fox", 5));
    assert_eq!((company.team_count(), company.teams_without_board), (500, 302));
    assert!(company.encode().unwrap().len() < 150 * 1024);
    let emea = harness.report(&Board::team("emea").unwrap(), "2026-W47").await.unwrap();
    assert_eq!((emea.entries.len(), emea.teams.len(), emea.teams_without_board), (2, 0, 302));
    assert!(harness.ask("teams").await.contains("and 302 more teams without a board of their own"));
    assert!(harness.stack.queue.dead_letters().is_empty());

    harness.delete("sales/one.csv").await;
    harness.delete("sales/two.csv").await;
    harness.delete("sales/good.csv").await;
    assert_eq!(written_for_an_upload(&harness, "sales/b.csv").await, usual);
    assert!(harness.ask("emea").await.contains("Bo Chen"));
}

#[tokio::test]
async fn a_week_that_a_file_no_longer_has_rows_in_is_not_refreshed_for_ever() {
    let harness = Harness::start().await;
    harness.put("sales/a.csv", csv(&["2026-11-16,Bo,EMEA,1", "2026-11-10,Bo,EMEA,1", "2026-11-03,Bo,EMEA,1"])).await;
    harness.put("sales/a.csv", csv(&["2026-11-16,Bo,EMEA,2"])).await;
    assert!(harness.lines("2026-W45").await.is_empty() && harness.lines("2026-W46").await.is_empty());
    let before = generations(&harness).await;
    harness.put("sales/a.csv", csv(&["2026-11-16,Bo,EMEA,3"])).await;
    let after = generations(&harness).await;
    assert_eq!(before["2026-W45#company"], after["2026-W45#company"]);
    assert_ne!(before["2026-W47#company"], after["2026-W47#company"]);
}

#[tokio::test]
async fn a_person_is_one_over_all_files_and_moves_against_other_spellings() {
    let harness = Harness::start().await;
    harness.put("sales/last.csv", csv(&["2026-11-10,SIOBHÁN O'NEILL,EMEA,1", "2026-11-10,Bo,EMEA,2"])).await;
    harness
        .put("sales/a.csv", csv(&["2026-11-16,Siobhán O'Neill,EMEA,20", "2026-11-16,Siobha\u{301}n  O'Neill,EMEA,1"]))
        .await;
    harness
        .put(
            "sales/b.csv",
            csv(&[
                "2026-11-17,Siobhán O\u{2019}Neill,EMEA,90",
                "2026-11-18,Siobhán O\u{2019}Neill,EMEA,1",
                "2026-11-18,Siobhán O\u{2019}Neill,EMEA,0",
            ]),
        )
        .await;
    assert_eq!(harness.lines("2026-W47").await, ["1 Siobhán O\u{2019}Neill EMEA 112 2"]);
    assert!(harness.ask("find siobhan o'neill").await.contains("number 1 of 1"));
}
