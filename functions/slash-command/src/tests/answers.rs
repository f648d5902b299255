//! The golden replies: one of each kind of answer, in `fixtures/replies`. `cargo insta review` shows what changed.

use standings_core::{Board, Entry, Rejection, Report, Roster, SkippedRow, Status, Upload, Weeks};

use super::desk::{Desk, TABLE, config, settings};
use crate::{RankingStyle, ResponseUrls, Settings, SigningSecret, SlashCommand, lookup};

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
pub(super) fn report(week: &str, team: Option<&str>, total: &str, previous_total: &str, lines: &[&str]) -> Report {
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
                previous_rank_by_deals: before.parse().ok(),
                previous_rank_by_units: before.parse().ok(),
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

pub(super) fn company() -> Report {
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

pub(super) fn emea() -> Report {
    report("2026-W47", Some("EMEA"), "182340.50", "0", &["1 Ana Lima|EMEA|182340.50|"])
}

fn weeks() -> Weeks {
    let week = |week: &str, total: &str| (week.parse().unwrap(), total.parse().unwrap());
    let weeks = [("2026-W47", "544331.60"), ("2026-W46", "522391.17"), ("2026-W44", "7"), ("2026-W43", "8")];
    let older = (30..=42).rev().map(|number| week(&format!("2026-W{number}"), "1234567.5"));
    Weeks {
        weeks: weeks.map(|(name, total)| week(name, total)).into_iter().chain(older).collect(),
        currency: "USD".to_owned(),
    }
}

fn roster() -> Roster {
    let mut report = company();
    for (place, name) in ["Ana Souza", "José Núñez", "Zoe"].into_iter().enumerate() {
        let rank = u32::try_from(place).unwrap() + 6;
        let entry = Entry {
            rank,
            name: name.to_owned(),
            amount: format!("-{rank}").parse().unwrap(),
            ..report.entries[4].clone()
        };
        report.entries.push(entry);
    }
    report.salespeople = 8;
    Roster { report, slack_users: [("U7".to_owned(), "Bo Chen".to_owned())].into() }
}

#[tokio::test]
async fn the_latest_week() {
    assert_reply!("board", Desk::with(&[company()]).await.ask("").await);
}

#[tokio::test]
async fn a_ranking_as_a_table_of_slack() {
    let desk = Desk::open(Settings { ranking_style: RankingStyle::Table, ..settings() }).await;
    desk.put(&Board::Company.latest_key(), &company().encode().unwrap()).await;
    assert_reply!("board-as-table", desk.ask("").await);
}

#[tokio::test]
async fn by_deals_and_by_units() {
    let mut report = company();
    (report.entries[4].deals, report.entries[4].previous_rank_by_deals) = (12, Some(1));
    report.entries[2].units = "12.5".parse().unwrap();
    let desk = Desk::with(&[report]).await;
    assert_reply!("board-by-deals", desk.ask("by deals top 3").await);
    let text = desk.ask("by units").await["text"].to_string();
    assert!(text.contains("1. 山田太郎 12.5 units; 2. Ana Lima 7 units; 2. Bo Chen 7 units."), "{text}");
}

#[tokio::test]
async fn what_is_shared_is_for_the_channel() {
    let desk = Desk::with(&[company()]).await;
    assert_reply!("board-shared", desk.ask("top 1 share").await);
    // What went wrong is for whoever asked.
    for text in ["share nonsense", "share help", "share 2020-W01", "share status"] {
        assert_eq!(desk.ask(text).await["response_type"], "ephemeral", "{text}");
    }
}

#[tokio::test]
async fn somebody_is_found_by_a_part_of_the_name() {
    let desk = Desk::open(settings()).await;
    desk.put_roster(&roster()).await;
    assert_reply!("person", desk.ask("find cy").await);
    assert_reply!("person-first", desk.ask("find ana lima by deals").await);
    assert_reply!("person-several", desk.ask("find ana").await);
    assert_reply!("person-nobody", desk.ask("emea find xyzzy last week").await);
    let text = desk.ask("find jose nunez").await["text"].to_string();
    assert!(text.contains("José Núñez is number 7 of 8"), "{text}");
    desk.put_roster(&Roster::empty("2026-W40".parse().unwrap(), "USD", jiff::Timestamp::UNIX_EPOCH)).await;
    assert!(desk.ask("find ana 2026-W40").await["text"].as_str().unwrap().contains("Nobody sold anything"));
}

#[tokio::test]
async fn whoever_asks_is_known_once_they_said_who_they_are() {
    let desk = Desk::open(settings()).await;
    desk.put_roster(&roster()).await;
    let text = async |typed: &str| desk.ask(typed).await["text"].as_str().unwrap().to_owned();
    assert_reply!("me-unknown", desk.ask("me").await);
    assert_reply!("me-several", desk.ask("me is ana").await);
    assert!(text("me").await.contains("do not know yet"));
    assert_reply!("me-is", desk.ask("me is cy").await);
    assert!(text("me").await.contains("Cy Diaz is number 5 of 8"));
    // The next name takes the place of the one before; one that has sold nothing yet is kept as it is.
    assert!(text("me is  Ana  LIMA").await.contains("From now on you are Ana Lima"));
    assert!(text("me last week by deals").await.contains("Ana Lima is number 1 of 8"));
    assert_reply!("me-is-new", desk.ask("me is Eve Newcomer").await);
    assert_reply!("me-absent", desk.ask("me").await);
    assert_reply!("me-forgotten", desk.ask("forget me").await);
    assert!(text("me").await.contains("do not know yet"));
}

#[tokio::test]
async fn whoever_asks_is_known_by_what_the_sales_say() {
    let desk = Desk::open(settings()).await;
    let mut roster = roster();
    roster.slack_users.insert("U1".to_owned(), "Bo Chen".to_owned());
    desk.put_roster(&roster).await;
    assert!(desk.ask("me").await["text"].as_str().unwrap().contains("Bo Chen is number 2 of 8"));
    // What one says oneself counts more.
    desk.ask("me is zoe").await;
    assert!(desk.ask("me").await["text"].as_str().unwrap().contains("Zoe is number 8 of 8"));
}

#[tokio::test]
async fn the_weeks_with_sales() {
    let desk = Desk::open(settings()).await;
    assert_reply!("weeks-none", desk.ask("weeks").await);
    desk.put("weeks", &serde_json::to_string(&weeks()).unwrap()).await;
    assert_reply!("weeks", desk.ask("weeks").await);
}

#[tokio::test]
async fn a_team_is_found_whatever_its_marks() {
    let mut team = emea();
    team.team = Some("R&D <core>".to_owned());
    let desk = Desk::with(&[company(), team]).await;
    for text in ["r&d <core>", "r&amp;d &lt;core&gt;", "R&D core", "\"r d core\""] {
        assert!(desk.ask(text).await["text"].as_str().unwrap().starts_with("R&amp;D &lt;core&gt;: "), "{text}");
    }
}

#[tokio::test]
async fn what_is_out_of_range_is_brought_into_range_and_said() {
    let desk = Desk::with(&[company()]).await;
    for (text, said) in [
        ("top 0 last week", "A ranking shows 1 to 100 rows."),
        ("2026-W47 top 9999", "A ranking shows 1 to 100 rows."),
        ("week 99 2025", "There is no `week 99 2025`; the nearest week is 2025-W52."),
        ("Feb 31 2026", "There is no `Feb 31 2026`; the nearest week is 2026-W09."),
    ] {
        assert!(desk.ask(text).await.to_string().contains(said), "{text}");
    }
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
    assert_reply!("no-such-week", desk.ask("2026-13-01").await);
    assert_reply!("no-such-word", desk.ask("xyzzy").await);
    let reply = desk.ask("emae top 5").await;
    assert!(reply["text"].as_str().unwrap().ends_with("Did you mean EMEA?"), "{reply}");
    assert_reply!("did-you-mean", reply);
    assert_reply!("unknown-word-in-empty-week", desk.ask("emae 2026-W01").await);
}

#[tokio::test]
async fn nothing_sold() {
    assert_reply!("no-sales-ever", Desk::open(settings()).await.ask("").await);
    let empty =
        Report::empty("2026-W46".parse().unwrap(), Some("EMEA"), "USD", "2026-11-23T19:00:00Z".parse().unwrap());
    let desk = Desk::with(&[empty, company()]).await;
    desk.put("weeks", &serde_json::to_string(&weeks()).unwrap()).await;
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
    let skipped = SkippedRow { line: 7, reason: "the amount \"n/a\" is not a number".to_owned().into() };
    let rejection = Some(Rejection("there is no column for the amount".to_owned().into()));
    let uploads = vec![
        upload("sales/2026/week-47.csv", 0),
        Upload { skipped_rows: 2, examples: vec![skipped], ..upload("sales/région <b>/47.csv", 1) },
        Upload { rejection, weeks: None, rows: 0, ..upload("sales/`notes`.docx", 2) },
    ];
    let newest = Some(("2026-W47".parse().unwrap(), "2026-11-23T19:04:58Z".parse().unwrap()));
    let status = Status::of(uploads, newest, "2026-11-23T19:05:00Z".parse().unwrap());
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
    let function = SlashCommand::new(settings(), client.clone(), secret, ResponseUrls::slack());
    let desk = Desk { function, client };
    assert_reply!("unavailable", desk.ask("").await);
}
