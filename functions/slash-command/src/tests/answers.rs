//! The golden replies: one of each kind of answer, in `fixtures/replies`. `cargo insta review` shows what changed.

use standings_core::{Entry, Rejection, Report, SkippedRow, Status, Upload};

use super::desk::{Desk, TABLE, config, settings};
use crate::{SigningSecret, SlashCommand, lookup};

macro_rules! assert_reply {
    ($name:literal, $message:expr) => {
        let message = $message;
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path("../../../../fixtures/replies");
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| insta::assert_json_snapshot!($name, message));
    };
}

/// Lines such as `1 Ana Lima|EMEA|182340.50|2`: rank, name, team, amount, rank before.
fn report(week: &str, team: Option<&str>, total: &str, previous_total: &str, lines: &[&str]) -> Report {
    let entries: Vec<Entry> = lines
        .iter()
        .map(|line| {
            let (rank, rest) = line.split_once(' ').unwrap();
            let [name, team, amount, before] = rest.split('|').collect::<Vec<_>>().try_into().unwrap();
            Entry {
                rank: rank.parse().unwrap(),
                name: name.to_owned(),
                team: (!team.is_empty()).then(|| team.to_owned()),
                amount: amount.parse().unwrap(),
                deals: 3,
                units: "7".parse().unwrap(),
                previous_rank: before.parse().ok(),
            }
        })
        .collect();
    Report {
        total: total.parse().unwrap(),
        previous_total: previous_total.parse().unwrap(),
        salespeople: u32::try_from(entries.len()).unwrap(),
        entries,
        files: 3,
        rows: 42,
        teams: ["APAC", "EMEA", "North America", "R&D <core>"].map(str::to_owned).to_vec(),
        ..Report::empty(week.parse().unwrap(), team, "USD", "2026-11-23T19:00:00Z".parse().unwrap())
    }
}

fn company() -> Report {
    report(
        "2026-W47",
        None,
        "544331.60",
        "522391.17",
        &[
            "1 Ana Lima|EMEA|182340.50|3",
            "2 Bo Chen|North America|171002.00|1",
            "3 山田太郎|APAC|150990.10|3",
            "4 Siobhán O'Neill <i>|R&D <core>|40000.00|",
            "5 Cy Diaz||-1.00|4",
        ],
    )
}

fn emea() -> Report {
    report("2026-W47", Some("EMEA"), "182340.50", "0", &["1 Ana Lima|EMEA|182340.50|"])
}

#[tokio::test]
async fn the_latest_week() {
    assert_reply!("board", Desk::with(&[company()]).await.ask("").await);
}

#[tokio::test]
async fn a_team() {
    let desk = Desk::with(&[company(), emea()]).await;
    let reply = desk.ask("emea").await;
    assert_reply!("team", &reply);
    for text in ["EMEA", "last week Emea", "2026-W47 emea", "emea 2026-11-20", "top 15 emea"] {
        assert_eq!(desk.ask(text).await, reply, "{text}");
    }
}

#[tokio::test]
async fn fewer_rows_and_more_than_there_are() {
    let desk = Desk::with(&[company()]).await;
    assert_reply!("top-2", desk.ask("top 2").await);
    assert_reply!("top-too-many", desk.ask("top 1000").await);
}

#[tokio::test]
async fn the_week_that_still_runs_with_shared_leads_and_problems() {
    let lines = ["1 Ana Lima|EMEA|500.00|1", "1 Bo Chen|EMEA|500.00|2", "3 Cy Diaz|EMEA|1.50|3"];
    let running =
        Report { skipped_rows: 1, rejected_files: 2, ..report("2026-W48", None, "1001.50", "1000.00", &lines) };
    let desk = Desk::with(&[company(), running]).await;
    let reply = desk.ask("this week").await;
    assert_reply!("running-week", &reply);
    assert_eq!(desk.ask("").await, reply);
    assert_ne!(desk.ask("last week").await, reply);
}

#[tokio::test]
async fn teams_and_help() {
    let desk = Desk::with(&[company()]).await;
    assert_reply!("teams", desk.ask("teams").await);
    assert_reply!("help", desk.ask("help").await);
}

#[tokio::test]
async fn words_that_mean_nothing() {
    let desk = Desk::with(&[company()]).await;
    let reply = desk.ask("emae <!here> top 5").await;
    assert!(reply["text"].as_str().unwrap().contains("emae"), "{reply}");
    assert_reply!("unknown-word", reply);
    assert_reply!("no-such-week", desk.ask("2025-W53").await);
    assert_reply!("unknown-word-in-empty-week", desk.ask("emae 2026-W01").await);
}

#[tokio::test]
async fn nothing_sold() {
    assert_reply!("no-sales-ever", Desk::open(settings()).await.ask("").await);
    let empty =
        Report::empty("2026-W46".parse().unwrap(), Some("EMEA"), "USD", "2026-11-23T19:00:00Z".parse().unwrap());
    let desk = Desk::with(&[empty, company()]).await;
    assert_reply!("no-sales-that-week", desk.ask("2026-W40").await);
    assert_reply!("no-sales-this-week", desk.ask("this week").await);
    assert_reply!("no-sales-next-week", desk.ask("next week").await);
    assert_reply!("no-sales-of-a-team", desk.ask("emea 2026-W46").await);
    assert_reply!("no-teams", {
        let desk = Desk::with(&[Report { teams: Vec::new(), ..company() }]).await;
        desk.ask("teams").await
    });
}

#[tokio::test]
async fn the_last_uploads() {
    let upload = |key: &str, minute: i64| Upload {
        key: key.to_owned(),
        uploaded_at: jiff::Timestamp::from_second(1_795_460_400 + 60 * minute).unwrap(),
        weeks: Some(("2026-W46".parse().unwrap(), "2026-W47".parse().unwrap())),
        rows: 1234,
        skipped_rows: 0,
        examples: Vec::new(),
        rejection: None,
    };
    let skipped = SkippedRow { line: 7, reason: "the amount \"n/a\" is not a number".to_owned() };
    let rejection = Some(Rejection("there is no column for the amount".to_owned()));
    let uploads = vec![
        upload("sales/2026/week-47.csv", 0),
        Upload { skipped_rows: 2, examples: vec![skipped], ..upload("sales/région <b>/47.csv", 1) },
        Upload { rejection, weeks: None, rows: 0, ..upload("sales/`notes`.docx", 2) },
    ];
    let status = Status::of(uploads, "2026-11-23T19:05:00Z".parse().unwrap());
    let desk = Desk::open(settings()).await;
    assert_reply!("status-empty", desk.ask("status").await);
    desk.put("status", &serde_json::to_string(&status).unwrap()).await;
    assert_reply!("status", desk.ask("status").await);
}

#[tokio::test]
async fn reports_that_cannot_be_had() {
    let desk = Desk::open(settings()).await;
    desk.put("latest#company", "{\"version\":1,\"week\":").await;
    assert_reply!("damaged", desk.ask("").await);
    desk.put("latest#company", "{\"version\":9}").await;
    assert_reply!("newer", desk.ask("").await);

    desk.client.delete_table().table_name(TABLE).send().await.unwrap();
    assert_reply!("not-set-up", desk.ask("").await);

    let client = lookup::client(&config(([127, 0, 0, 1], 9).into()).await);
    let secret = SigningSecret::fixed(super::desk::SECRET).unwrap();
    let desk = Desk { function: SlashCommand::new(settings(), client.clone(), secret), client };
    assert_reply!("unavailable", desk.ask("").await);
}
