//! Weeks, months, quarters and years of the same files.

use standings_core::Board;

use crate::harness::{Harness, csv};

/// Total and rows of the company in a period; `None` if it has no report.
async fn total(harness: &Harness, period: &str) -> Option<(String, u64)> {
    let report = harness.report(&Board::Company, period).await?;
    Some((report.total.to_string(), report.rows))
}

async fn totals(harness: &Harness, periods: &[&str]) -> Vec<String> {
    let mut totals = Vec::new();
    for period in periods {
        let (total, rows) = total(harness, period).await.unwrap_or_default();
        totals.push(format!("{period}: {total} in {rows}"));
    }
    totals
}

/// 1 July 2026 is a Wednesday.
#[tokio::test]
async fn one_file_across_the_border_of_a_month_counts_in_every_period_of_its_days() {
    let harness = Harness::start_with(&[("FISCAL_YEAR_START", "7")]).await;
    let lines =
        ["2026-06-30,Ana,EMEA,1.10", "2026-07-01,Ana,EMEA,20", "2026-07-05,Bo,APAC,300", "2026-09-30,Bo,APAC,4000"];
    harness.put("sales/a.csv", csv(&lines)).await;
    let periods =
        ["2026-W27", "2026-06", "2026-07", "2026-09", "2026-04/P3M", "2026-07/P3M", "2025-07/P1Y", "2026-07/P1Y"];
    let expected = [
        "2026-W27: 321.1 in 3",
        "2026-06: 1.1 in 1",
        "2026-07: 320 in 2",
        "2026-09: 4000 in 1",
        "2026-04/P3M: 1.1 in 1",
        "2026-07/P3M: 4320 in 3",
        "2025-07/P1Y: 1.1 in 1",
        "2026-07/P1Y: 4320 in 3",
    ];
    assert_eq!(totals(&harness, &periods).await, expected);
    let july = harness.report(&Board::Company, "2026-07").await.unwrap();
    assert_eq!((july.previous_total.to_string(), july.entries[1].previous_rank), ("1.1".to_owned(), Some(1)));

    harness.put("sales/a.csv", csv(&["2026-07-05,Bo,APAC,300"])).await;
    assert_eq!(
        totals(&harness, &["2026-06", "2026-07", "2025-07/P1Y"]).await,
        ["2026-06: 0 in 0", "2026-07: 300 in 1", "2025-07/P1Y: 0 in 0"]
    );
    harness.delete("sales/a.csv").await;
    for period in periods {
        assert_eq!(total(&harness, period).await, Some(("0".to_owned(), 0)), "{period}");
    }
}

#[tokio::test]
async fn people_ask_for_months_quarters_and_years() {
    let harness = Harness::start_with(&[("FISCAL_YEAR_START", "7")]).await;
    harness.put("sales/a.csv", csv(&["2024-11-04,Ana,EMEA,100", "2024-12-02,Bo,EMEA,50"])).await;
    for (text, expected) in [
        ("november 2024", "Sales standings: November 2024"),
        ("2024-12", "Sales standings: December 2024"),
        ("FY25 Q2", "Sales standings: FY25 Q2, 1 Oct"),
        ("emea fy25", "EMEA: FY25, 1 Jul 2024"),
        ("find bo fy25 q2", "Bo is number 2 of 2 with 50.00"),
        ("months", "2024-11"),
        ("october 2024", "No sales in October 2024."),
    ] {
        let reply = harness.ask(text).await;
        assert!(reply.contains(expected), "{text}: {reply}");
    }
}

#[tokio::test]
async fn uploads_in_a_row_share_one_refresh_of_longer_periods() {
    let harness = Harness::start().await;
    for number in 0..12 {
        let (body, key) = (csv(&[&format!("2025-03-0{},Ana,EMEA,1", 1 + number % 3)]), format!("sales/{number}.csv"));
        let put = harness.stack.s3.put_object().bucket(harness.stack.bucket()).key(key).body(body.into_bytes().into());
        put.send().await.unwrap();
    }
    harness.stack.queue.quiet().await;
    assert_eq!(total(&harness, "2025-03").await, Some(("12".to_owned(), 12)));
    let (sent, _) = harness.stack.queue.counts();
    // Twelve notifications, and far fewer than three messages for each of them.
    assert!((15..=30).contains(&sent), "{sent}");
}

/// A ledger as the version before wrote it: contributions by week.
#[tokio::test]
async fn a_rebuild_migrates_the_ledger_of_the_version_before() {
    use std::collections::HashMap;

    use aws_sdk_dynamodb::primitives::Blob;
    use aws_sdk_dynamodb::types::AttributeValue;

    let harness = Harness::start().await;
    let item = |pairs: Vec<(&str, AttributeValue)>| {
        pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<HashMap<_, _>>()
    };
    let text = |text: &str| AttributeValue::S(text.to_owned());
    let generation = || ("generation", AttributeValue::N("5".to_owned()));
    let old = r#"{"people":{"Ana":{"deals":1,"teams":{"EMEA":{"amount":"70","deals":1,"units":"0"}}}},"rows":1,"skipped_rows":0}"#;
    let packed = AttributeValue::B(Blob::new(zstd::bulk::compress(old.as_bytes(), 3).unwrap()));
    let members = AttributeValue::Ss(vec!["2024-W10".to_owned(), "2024-03-05".to_owned()]);
    harness.put_silently("sales/old.csv", &csv(&["2024-03-05,Ana,EMEA,70"]));
    let clear = harness.stack.dynamodb.delete_item().table_name(harness.stack.ledger_table());
    clear.key("pk", text("version")).key("sk", text("version")).send().await.unwrap();
    for old in [
        item(vec![("pk", text("source#sales/old.csv")), ("sk", text("fence")), generation(), ("members", members)]),
        item(vec![
            ("pk", text("week#2024-W10")),
            ("sk", text("sales/old.csv")),
            generation(),
            ("contribution", packed),
        ]),
        item(vec![("pk", text("weeks")), ("sk", text("2024-W10")), generation()]),
    ] {
        let put = harness.stack.dynamodb.put_item().table_name(harness.stack.ledger_table()).set_item(Some(old));
        put.send().await.unwrap();
    }
    // The same harness has looked at the version already, another one has not.
    let harness = harness.restart(|_| ()).await;
    assert_eq!(total(&harness, "2024-W10").await, Some(("70".to_owned(), 1)));
    assert_eq!(total(&harness, "2024-03").await, Some(("70".to_owned(), 1)));
    let march = harness.report(&Board::Company, "2024-03").await.unwrap();
    assert!(!march.is_migrating);
}

#[tokio::test]
async fn a_file_of_more_people_than_an_item_holds_counts_and_everyone_is_found() {
    let harness = Harness::start().await;
    // Names that hardly compress.
    let name =
        |number: u32| format!("{:x}", u128::from(number + 1).pow(3).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060));
    let lines: Vec<String> =
        (0..40_000).map(|number| format!("2025-03-05,{},EMEA,{}", name(number), number % 900)).collect();
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    harness.put("sales/all.csv", csv(&lines)).await;
    for period in ["2025-W10", "2025-03", "2025-01/P1Y"] {
        let report = harness.report(&Board::Company, period).await.unwrap();
        assert_eq!((report.salespeople, report.rows), (40_000, 40_000), "{period}");
    }
    for number in [0, 39_999] {
        let reply = harness.ask(&format!("find {} march 2025", name(number))).await;
        assert!(reply.contains("of 40,000 with"), "{reply}");
    }
    // With fewer people, the parts that are not needed any more are gone.
    harness.put("sales/all.csv", csv(&lines[..5])).await;
    let report = harness.report(&Board::Company, "2025-W10").await.unwrap();
    assert_eq!((report.salespeople, report.rows), (5, 5));
}
