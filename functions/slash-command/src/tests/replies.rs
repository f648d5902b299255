//! Golden replies: one of each kind, in `fixtures/replies`. `cargo insta review` shows and accepts changes.

use standings_core::{
    Board, Entry, FailedSubject, Failure, FiscalCalendar, FiscalYearName, OtherRows, Outlook, Periods, Rejection,
    Report, Roster, SkippedRow, SoFar, Status, Upload,
};

use super::harness::{Harness, TABLE, settings};
use super::signed::{SECRET, config};
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

/// Builds a report from lines such as `1 Ana Lima|EMEA|182340.50|2`: rank, name, team, amount, rank in the week before.
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

fn periods() -> Periods {
    let week = |week: &str, total: &str| (week.parse().unwrap(), total.parse().unwrap());
    let weeks = [("2026-W47", "544331.60"), ("2026-W46", "522391.17"), ("2026-W44", "7"), ("2026-W43", "8")];
    let older = (30..=42).rev().map(|number| week(&format!("2026-W{number}"), "1234567.5"));
    let longer =
        [("2026-11", "900000"), ("2026-10", "800000.25"), ("2026-10/P3M", "1700000.25"), ("2026-01/P1Y", "9000000")];
    let longer = longer.map(|(name, total)| week(name, total));
    Periods {
        periods: weeks.map(|(name, total)| week(name, total)).into_iter().chain(older).chain(longer).collect(),
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
    Roster { report, slack_users: [("U7".to_owned(), "Bo Chen".to_owned())].into(), parts: 0 }
}

#[tokio::test]
async fn an_empty_text_shows_the_latest_week() {
    assert_reply!("board", Harness::with(&[company()]).await.ask("").await);
}

/// The report of the running month, on 24 November.
fn november(total_before: &str) -> Report {
    let so_far = SoFar {
        through: "2026-11-23".parse().unwrap(),
        total: "544331.60".parse().unwrap(),
        previous_through: "2026-10-23".parse().unwrap(),
        previous_total: total_before.parse().unwrap(),
    };
    Report { period: "2026-11".parse().unwrap(), so_far: Some(so_far), ..company() }
}

#[tokio::test]
async fn a_running_month_is_compared_with_the_same_days() {
    let harness = Harness::with(&[november("500000")]).await;
    assert_reply!("board-of-month", harness.ask("november").await);
    assert_eq!(harness.ask("this month").await, harness.ask("2026-11").await);
}

#[tokio::test]
async fn a_quarter_is_named_after_the_fiscal_year() {
    let calendar = FiscalCalendar::new(7, FiscalYearName::End).unwrap();
    let harness = Harness::start(Settings { calendar, ..settings() }).await;
    let report = Report { period: "2026-07/P3M".parse().unwrap(), ..company() };
    harness.put(&Board::Company.key(report.period), &report.encode().unwrap()).await;
    assert_reply!("board-of-quarter", harness.ask("FY27 Q1").await);
    assert_reply!("no-sales-in-year", harness.ask("last year").await);
}

#[tokio::test]
async fn a_team_without_sales_in_a_month_is_still_a_team() {
    let harness = Harness::with(&[november("1"), emea()]).await;
    assert_reply!("no-sales-of-team-in-month", harness.ask("apac last month").await);
    assert_reply!("no-sales-of-known-team", harness.ask("emea 2026-09").await);
}

#[tokio::test]
async fn someone_in_a_roster_of_many_parts_is_found_by_name_and_by_slack_user() {
    let mut roster = roster();
    let filler = roster.report.entries[7].clone();
    for number in 9..60_000_u32 {
        // Names that hardly compress.
        let name = format!("Zoe {:x}", u64::from(number).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        roster.report.entries.push(Entry { rank: number, name, ..filler.clone() });
    }
    roster.report.salespeople = 59_999;
    let last = roster.report.entries.last().unwrap().name.clone();
    roster.slack_users.insert("U1".to_owned(), last.clone());
    let harness = Harness::start(settings()).await;
    harness.put_roster(&roster).await;
    for text in ["me", &format!("find {last} by deals"), &format!("find {}", &last[4..])] {
        let reply = harness.ask(text).await.to_string();
        assert!(reply.contains(&last) && reply.contains("59,999 of 59,999"), "{text}: {reply}");
    }
}

#[tokio::test]
async fn the_ranking_style_table_uses_a_table_block() {
    let harness = Harness::start(Settings { ranking_style: RankingStyle::Table, ..settings() }).await;
    harness.put(&Board::Company.latest_key(), &company().encode().unwrap()).await;
    assert_reply!("board-as-table", harness.ask("").await);
}

#[tokio::test]
async fn a_board_is_ranked_by_the_measure() {
    let mut report = company();
    (report.entries[4].deals, report.entries[4].previous_rank_by_deals) = (12, Some(1));
    report.entries[2].units = "12.5".parse().unwrap();
    let harness = Harness::with(&[report]).await;
    assert_reply!("board-by-deals", harness.ask("by deals top 3").await);
    let text = harness.ask("by units").await["text"].to_string();
    assert!(text.contains("1. 山田太郎 12.5 units; 2. Ana Lima 7 units; 2. Bo Chen 7 units."), "{text}");
}

#[tokio::test]
async fn only_results_are_shared_with_the_channel() {
    let harness = Harness::with(&[company()]).await;
    assert_reply!("board-shared", harness.ask("top 1 share").await);
    // Problems are for the user alone.
    for text in ["share nonsense", "share help", "share 2020-W01", "share status"] {
        assert_eq!(harness.ask(text).await["response_type"], "ephemeral", "{text}");
    }
}

#[tokio::test]
async fn a_salesperson_is_found_by_a_part_of_the_name() {
    let harness = Harness::start(settings()).await;
    harness.put_roster(&roster()).await;
    assert_reply!("person", harness.ask("find cy").await);
    assert_reply!("person-first", harness.ask("find ana lima by deals").await);
    assert_reply!("person-several", harness.ask("find ana").await);
    assert_reply!("person-not-found", harness.ask("emea find xyzzy last week").await);
    let text = harness.ask("find jose nunez").await["text"].to_string();
    assert!(text.contains("José Núñez is number 7 of 8"), "{text}");
    harness.put_roster(&Roster::empty("2026-W40".parse().unwrap(), "USD", jiff::Timestamp::UNIX_EPOCH)).await;
    assert!(harness.ask("find ana 2026-W40").await["text"].as_str().unwrap().contains("No sales in"));
}

#[tokio::test]
async fn me_is_remembers_replaces_and_forgets_the_salesperson() {
    let harness = Harness::start(settings()).await;
    harness.put_roster(&roster()).await;
    let text = async |typed: &str| harness.ask(typed).await["text"].as_str().unwrap().to_owned();
    assert_reply!("me-unknown", harness.ask("me").await);
    assert_reply!("me-several", harness.ask("me is ana").await);
    assert!(text("me").await.contains("do not know yet"));
    assert_reply!("me-is", harness.ask("me is cy").await);
    assert!(text("me").await.contains("Cy Diaz is number 5 of 8"));
    // A new name replaces the one before. A name without sales is stored as it was typed.
    assert!(text("me is  Ana  LIMA").await.contains("From now on you are Ana Lima"));
    assert!(text("me last week by deals").await.contains("Ana Lima is number 1 of 8"));
    assert_reply!("me-is-new", harness.ask("me is Eve Newcomer").await);
    assert_reply!("me-absent", harness.ask("me").await);
    assert_reply!("me-forgotten", harness.ask("forget me").await);
    assert!(text("me").await.contains("do not know yet"));
}

#[tokio::test]
async fn me_uses_the_slack_user_id_of_the_sales_unless_the_user_said_otherwise() {
    let harness = Harness::start(settings()).await;
    let mut roster = roster();
    roster.slack_users.insert("U1".to_owned(), "Bo Chen".to_owned());
    harness.put_roster(&roster).await;
    assert!(harness.ask("me").await["text"].as_str().unwrap().contains("Bo Chen is number 2 of 8"));
    harness.ask("me is zoe").await;
    assert!(harness.ask("me").await["text"].as_str().unwrap().contains("Zoe is number 8 of 8"));
}

#[tokio::test]
async fn weeks_with_sales_are_listed() {
    let harness = Harness::start(settings()).await;
    assert_reply!("weeks-none", harness.ask("weeks").await);
    harness.put("periods", &serde_json::to_string(&periods()).unwrap()).await;
    assert_reply!("weeks", harness.ask("weeks").await);
    assert_reply!("periods", harness.ask("periods").await);
    assert_reply!("quarters", harness.ask("quarters").await);
}

#[tokio::test]
async fn a_team_is_found_without_its_punctuation() {
    let mut team = emea();
    team.team = Some("R&D <core>".to_owned());
    let harness = Harness::with(&[company(), team]).await;
    for text in ["r&d <core>", "r&amp;d &lt;core&gt;", "R&D core", "\"r d core\""] {
        assert!(harness.ask(text).await["text"].as_str().unwrap().starts_with("R&amp;D &lt;core&gt;: "), "{text}");
    }
}

#[tokio::test]
async fn a_value_out_of_range_is_noted_in_the_reply() {
    let harness = Harness::with(&[company()]).await;
    for (text, note) in [
        ("top 0 last week", "A ranking shows 1 to 100 rows."),
        ("2026-W47 top 9999", "A ranking shows 1 to 100 rows."),
        ("week 99 2025", "There is no `week 99 2025`; the nearest week is 2025-W52."),
        ("nov 20", "this is the week of Fri 20 Nov, W47, 16\u{2013}22 Nov 2026."),
        ("11/12/2025", "is read as"),
        ("lst week", "`lst week` is read as W47, 16\u{2013}22 Nov 2026."),
        ("W46 W47", "`W46` was not used."),
        ("bo last week top 3", "`top 3` was not used."),
        ("Feb 31 2026", "There is no `Feb 31 2026`; the nearest week is 2026-W09."),
    ] {
        assert!(harness.ask(text).await.to_string().contains(note), "{text}");
    }
}

#[tokio::test]
async fn a_team_has_the_same_board_in_every_spelling() {
    let harness = Harness::with(&[company(), emea()]).await;
    let reply = harness.ask("emea").await;
    assert_reply!("team", &reply);
    for text in ["EMEA", "last week Emea", "2026-W47 emea", "the EMEA team", "for emea?", "top 15 emea"] {
        assert_eq!(harness.ask(text).await, reply, "{text}");
    }
}

#[tokio::test]
async fn top_limits_the_rows() {
    let harness = Harness::with(&[company()]).await;
    assert_reply!("top-2", harness.ask("top 2").await);
    assert_reply!("top-too-many", harness.ask("top 1000").await);
}

#[tokio::test]
async fn a_running_week_with_a_shared_lead_and_skipped_rows() {
    let lines = ["1 Ana Lima|EMEA|500.00|1", "1 Bo Chen|EMEA|500.00|2", "3 Cy Diaz|EMEA|1.50|3"];
    let running =
        Report { skipped_rows: 1, rejected_files: 2, ..report("2026-W48", None, "1001.50", "1000.00", &lines) };
    let harness = Harness::with(&[company(), running]).await;
    let reply = harness.ask("this week").await;
    assert_reply!("running-week", &reply);
    assert_eq!(harness.ask("").await, reply);
    assert_ne!(harness.ask("last week").await, reply);
}

#[tokio::test]
async fn teams_without_a_board_are_counted() {
    let harness = Harness::with(&[Report { unnamed_teams: 300, teams_without_board: 220, ..company() }]).await;
    let reply = serde_json::to_string(&harness.ask("teams").await).unwrap();
    assert!(reply.contains("304 teams sold that week") && reply.contains("and 300 more"), "{reply}");
    assert!(reply.contains("and 220 more teams without a board of their own"), "{reply}");
}

#[tokio::test]
async fn teams_and_help_are_listed() {
    let harness = Harness::with(&[company()]).await;
    assert_reply!("teams", harness.ask("teams").await);
    assert_reply!("help", harness.ask("help").await);
}

#[tokio::test]
async fn unknown_words_have_suggestions_and_help() {
    let harness = Harness::with(&[company()]).await;
    let reply = harness.ask("emae <!here> top 5").await;
    assert!(reply["text"].as_str().unwrap().contains("emae"), "{reply}");
    assert_reply!("unknown-word", reply);
    assert_reply!("no-such-week", harness.ask("2026-13-01").await);
    assert_reply!("no-such-word", harness.ask("xyzzy").await);
    let reply = harness.ask("emae top 5").await;
    assert!(reply["text"].as_str().unwrap().contains("Did you mean EMEA?"), "{reply}");
    assert_reply!("did-you-mean", reply);
    assert_reply!("unknown-word-in-empty-week", harness.ask("emae 2026-W01").await);
}

#[tokio::test]
async fn a_period_without_sales_is_explained() {
    assert_reply!("no-sales-ever", Harness::start(settings()).await.ask("").await);
    let empty =
        Report::empty("2026-W46".parse().unwrap(), Some("EMEA"), "USD", "2026-11-23T19:00:00Z".parse().unwrap());
    let harness = Harness::with(&[empty, company()]).await;
    harness.put("periods", &serde_json::to_string(&periods()).unwrap()).await;
    assert_reply!("no-sales-that-week", harness.ask("2026-W40").await);
    assert_reply!("no-sales-this-week", harness.ask("this week").await);
    assert_reply!("no-sales-next-week", harness.ask("next week").await);
    assert_reply!("no-sales-of-a-team", harness.ask("emea 2026-W46").await);
    assert_reply!("no-teams", {
        let harness = Harness::with(&[Report { teams: Vec::new(), ..company() }]).await;
        harness.ask("teams").await
    });
}

#[tokio::test]
async fn the_status_lists_uploads_and_their_problems() {
    let upload = |key: &str, minute: i64| Upload {
        key: key.to_owned(),
        uploaded_at: jiff::Timestamp::from_second(1_795_460_400 + 60 * minute).unwrap(),
        weeks: Some(("2026-W46".parse().unwrap(), "2026-W47".parse().unwrap())),
        rows: 1234,
        ..Upload::default()
    };
    let skipped = SkippedRow { line: 7, reason: "the amount \"n/a\" is not a number".to_owned().into() };
    let rejection = Some(Rejection("there is no column for the amount".to_owned().into()));
    let uploads = vec![
        upload("sales/2026/week-47.csv", 0),
        Upload { skipped_rows: 2, examples: vec![skipped], ..upload("sales/région <b>/47.csv", 1) },
        Upload { rejection, weeks: None, rows: 0, ..upload("sales/`notes`.docx", 2) },
    ];
    let newest = Some(("2026-W47".parse().unwrap(), "2026-11-23T19:04:58Z".parse().unwrap()));
    let failure = |subject, minute: i64, reason: &str, outlook| Failure {
        subject,
        at: jiff::Timestamp::from_second(1_795_460_400 + 60 * minute).unwrap(),
        reason: reason.to_owned().into(),
        outlook,
    };
    let file = |key: &str| FailedSubject::File(key.to_owned());
    let failures = vec![
        failure(file("sales/a.csv"), 3, "S3 says AccessDenied (kms:Decrypt): allow it for the role", Outlook::GivenUp),
        failure(
            FailedSubject::Period("2026-W47".parse().unwrap()),
            4,
            "DynamoDB did not carry out a call",
            Outlook::Retried,
        ),
        failure(FailedSubject::Message, 2, "the body is not an S3 notification", Outlook::Retried),
        failure(file("sales/2020/old.csv"), 4, "the file is archived", Outlook::Archived),
    ];
    let status = Status::of(uploads, Vec::new(), newest, "2026-11-23T19:05:00Z".parse().unwrap());
    let harness = Harness::start(settings()).await;
    assert_reply!("status-empty", harness.ask("status").await);
    let all = Status {
        prefix: "sales/".to_owned(),
        ..Status::of(status.uploads.clone(), failures, newest, status.computed_at)
    };
    let good = Status::of(vec![upload("sales/2026/week-47.csv", 0)], Vec::new(), newest, status.computed_at);
    harness.put("status", &serde_json::to_string(&good).unwrap()).await;
    assert_reply!("status-without-problems", harness.ask("status").await);
    harness.put("status", &serde_json::to_string(&status).unwrap()).await;
    assert_reply!("status", harness.ask("status").await);
    harness.put("status", &serde_json::to_string(&all).unwrap()).await;
    assert_reply!("status-with-failures", harness.ask("status").await);
    let reply = harness.ask("file a.csv").await["text"].to_string();
    assert!(reply.contains("was not read") && reply.contains("kms:"), "{reply}");
    // Rows that do not count are no problem, but not every row counts.
    let other_rows = OtherRows { not_sales: 28, blank: 1, ..OtherRows::default() };
    let some = Upload { rows: 12, other_rows, ..upload("sales/2026/week-47.csv", 0) };
    let some = Status::of(vec![some], Vec::new(), newest, status.computed_at);
    harness.put("status", &serde_json::to_string(&some).unwrap()).await;
    let reply = harness.ask("status").await.to_string();
    assert!(reply.contains("41 rows: 12 count, 28 are not sales, 1 is blank or a total"), "{reply}");
    assert!(!reply.contains("Every row"), "{reply}");
}

#[tokio::test]
async fn the_status_says_how_many_more_there_are() {
    let upload = |number: i64| Upload {
        key: format!("sales/{number}.csv"),
        uploaded_at: jiff::Timestamp::from_second(1_795_460_400 + number).unwrap(),
        rows: 1,
        skipped_rows: u64::from(number < 25),
        ..Upload::default()
    };
    let status = Status::of((0..40).map(upload).collect(), Vec::new(), None, "2026-11-23T19:05:00Z".parse().unwrap());
    let harness = Harness::start(settings()).await;
    harness.put("status", &serde_json::to_string(&status).unwrap()).await;
    let reply = harness.ask("status").await.to_string();
    assert!(reply.contains("Of the last 40 uploads, 25 have problems."), "{reply}");
    assert!(reply.contains("and 20 more") && reply.contains("and 35 more"), "{reply}");
}

#[tokio::test]
async fn a_file_is_found_by_a_part_of_its_name_and_explained() {
    let skipped = SkippedRow { line: 7, reason: "the amount \"n/a\" is not a number".to_owned().into() };
    let read_as = ["dates are month/day/year (line 14: \"11/20/2026\")", "column \"Region\" is the team"];
    let november = Upload {
        key: "sales/2026/november.csv".to_owned(),
        uploaded_at: "2026-11-23T19:00:00Z".parse().unwrap(),
        weeks: Some(("2026-W46".parse().unwrap(), "2026-W47".parse().unwrap())),
        rows: 12,
        skipped_rows: 1,
        examples: vec![skipped],
        other_rows: OtherRows { not_sales: 28, ..OtherRows::default() },
        read_as: read_as.map(|clause| clause.to_owned().into()).to_vec(),
        remarks: vec!["it has 41 rows, less than half of the 100 of the version that it replaced".to_owned().into()],
        ..Upload::default()
    };
    let october = Upload { key: "sales/2026/october.csv".to_owned(), ..november.clone() };
    let rejected = Upload {
        key: "sales/notes.docx".to_owned(),
        rejection: Some(Rejection("there is no column for the amount".to_owned().into())),
        ..Upload::default()
    };
    let harness = Harness::start(settings()).await;
    assert_reply!("file-none", harness.ask("file november").await);
    let uploads = vec![november, october, rejected];
    let status = Status::of(uploads, Vec::new(), None, "2026-11-23T19:05:00Z".parse().unwrap());
    let status = Status { prefix: "sales/".to_owned(), ..status };
    harness.put("status", &serde_json::to_string(&status).unwrap()).await;
    assert_reply!("file", harness.ask("file November").await);
    assert_reply!("file-rejected", harness.ask("file notes.docx").await);
    assert_reply!("file-several", harness.ask("file 2026").await);
    assert_reply!("file-which", harness.ask("file").await);
    // An older file has a record of its own.
    let old = Upload { key: "sales/2020/old.csv".to_owned(), rows: 3, ..Upload::default() };
    harness.put("file#2020/old.csv", &serde_json::to_string(&old).unwrap()).await;
    for name in ["2020/old.csv", "sales/2020/old.csv"] {
        let reply = harness.ask(&format!("file {name}")).await.to_string();
        assert!(reply.contains("Every row counts: 3 rows."), "{reply}");
    }
    let mut with_total = old;
    with_total.other_rows.blank = 1;
    harness.put("file#2020/old.csv", &serde_json::to_string(&with_total).unwrap()).await;
    let reply = harness.ask("file 2020/old.csv").await.to_string();
    assert!(reply.contains("Every row with a sale counts: 4 rows: 3 count"), "{reply}");
    harness.put("file#2020/old.csv", "null").await;
    assert!(harness.ask("file 2020/old.csv").await.to_string().contains("None of the last uploads"));
    assert!(harness.ask(&format!("file {}", "x".repeat(2000))).await.to_string().contains("None of the last uploads"));
}

#[tokio::test]
async fn every_failed_lookup_has_a_reply() {
    let harness = Harness::start(settings()).await;
    harness.put("latest#company", "{\"version\":1,\"week\":").await;
    assert_reply!("damaged", harness.ask("").await);
    harness.put("latest#company", "{\"version\":9}").await;
    assert_reply!("newer", harness.ask("").await);

    harness.client.delete_table().table_name(TABLE).send().await.unwrap();
    assert_reply!("not-set-up", harness.ask("").await);

    let client = lookup::client(&config(([127, 0, 0, 1], 9).into()).await);
    let secret = SigningSecret::fixed(SECRET).unwrap();
    let function = SlashCommand::new(settings(), client.clone(), secret, ResponseUrls::slack());
    let harness = Harness { function, client };
    assert_reply!("unavailable", harness.ask("").await);
}
