//! Commands over HTTP, as Slack sends them.

use standings_local::slack::client;

use crate::harness::{Harness, csv};

#[tokio::test]
async fn replies_follow_changes_of_files() {
    let harness = Harness::start().await;
    assert!(harness.ask("").await.contains("No sales yet"));
    harness.put("sales/a.csv", csv(&["2026-11-16,Ana,EMEA,10", "2026-11-17,Bo,North America,3"])).await;
    let first = harness.ask("2026-W47").await;
    assert!(first.contains("*Ana* led with 10.00 USD, 7.00 ahead of 🥈 *Bo*."), "{first}");

    harness.put("sales/b.csv", csv(&["2026-11-18,Bo,North America,8.01"])).await;
    let second = harness.ask("2026-W47").await;
    assert!(second.contains("*Bo* led with 11.01 USD, 1.01 ahead of 🥈 *Ana*."), "{second}");
    assert!(harness.ask("north america 2026-11-20 top 1").await.contains("*Bo* led with 11.01 USD."));
    assert!(harness.ask("teams").await.contains("*North America* led with 11.01 USD, 1.01 ahead of 🥈 *EMEA*."));

    harness.delete("sales/b.csv").await;
    // Only the time of the report differs.
    let timeless = |text: &str| text.split("updated").next().unwrap().to_owned();
    assert_eq!(timeless(&harness.ask("2026-W47").await), timeless(&first));
}

#[tokio::test]
async fn a_forged_request_gets_an_empty_401() {
    let harness = Harness::start().await;
    let timestamp = jiff::Timestamp::now().as_second().to_string();
    let body = client::form("help");
    let valid = client::signature(client::SIGNING_SECRET, &timestamp, &body);
    let guessed = client::signature("guess", &timestamp, &body);
    let address = harness.stack.slack_address;
    let response = client::post(address, client::COMMANDS, &timestamp, &valid, body.clone()).await.unwrap();
    assert_eq!(response.status, 200);
    for (signature, body) in [(guessed, body.clone()), (valid, body + "&text=teams")] {
        let response = client::post(address, client::COMMANDS, &timestamp, &signature, body).await.unwrap();
        assert_eq!((response.status, response.body.as_str()), (401, ""));
    }
}
