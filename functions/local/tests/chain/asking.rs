//! Asking over HTTP, as Slack does.

use standings_local::slack::client;

use crate::world::{World, csv};

#[tokio::test]
async fn the_answer_follows_the_files() {
    let world = World::start().await;
    assert!(world.ask("").await.contains("No sales yet"));
    world.put("sales/a.csv", csv(&["2026-11-16,Ana,EMEA,10", "2026-11-17,Bo,North America,3"])).await;
    let first = world.ask("2026-W47").await;
    assert!(first.contains("*Ana* led with 10.00 USD, 7.00 ahead of 🥈 *Bo*."), "{first}");

    world.put("sales/b.csv", csv(&["2026-11-18,Bo,North America,8.01"])).await;
    let second = world.ask("2026-W47").await;
    assert!(second.contains("*Bo* led with 11.01 USD, 1.01 ahead of 🥈 *Ana*."), "{second}");
    assert!(world.ask("north america 2026-11-20 top 1").await.contains("*Bo* led with 11.01 USD."));
    assert!(world.ask("teams").await.contains("2 teams sold that week"));

    world.delete("sales/b.csv").await;
    // All but the time of the report is as before.
    let timeless = |text: &str| text.split("updated").next().unwrap().to_owned();
    assert_eq!(timeless(&world.ask("2026-W47").await), timeless(&first));
}

#[tokio::test]
async fn a_forged_request_learns_nothing() {
    let world = World::start().await;
    let timestamp = jiff::Timestamp::now().as_second().to_string();
    let body = client::form("help");
    let good = client::sign(client::SIGNING_SECRET, &timestamp, &body);
    let answer =
        client::post(world.stack.slack_address, client::COMMANDS, &timestamp, &good, body.clone()).await.unwrap();
    assert_eq!(answer.status, 200);
    for (signature, body) in [(client::sign("guess", &timestamp, &body), body.clone()), (good, body + "&text=teams")] {
        let answer =
            client::post(world.stack.slack_address, client::COMMANDS, &timestamp, &signature, body).await.unwrap();
        assert_eq!((answer.status, answer.body.as_str()), (401, ""));
    }
}
