//! Whatever the data holds, the message is one that Slack takes and in which nothing is hidden.

use proptest::collection::vec;
use proptest::prelude::*;
use standings_core::{Decimal, Entry, Rejection, Report, SkippedRow, Status, Upload, Week};

use super::limits;
use crate::allow::Refusal;
use crate::command::{Query, Top};
use crate::form::Form;
use crate::reply::{self, Asking, Message, Unknown};

/// Names as nobody has them.
fn name() -> impl Strategy<Value = String> {
    let nasty = prop_oneof![
        Just("<!channel> <@U1> <#C1|x> <https://evil.example|click>".to_owned()),
        Just("```\n*bold* _it_ ~no~ `code`".to_owned()),
        Just("@here #general :tada: https://evil.example/x?a=b&c=d evil.example".to_owned()),
        Just("&amp;&lt;&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&".to_owned()),
        Just("\u{202e}\u{2066}drow\u{200b}\u{0}\u{7}\r\n\t".to_owned()),
        Just("\u{200d}\u{fe0f}".to_owned()),
        Just("e\u{301}".repeat(200)),
        Just("𝕬𝖓𝖆 👩‍👩‍👧‍👦 山田 שרה لينا".to_owned()),
        Just("&".repeat(200)),
        Just(String::new()),
    ];
    prop_oneof![nasty, ".{0,80}", "[<>&`*@#:/]{1,40}"]
}

prop_compose! {
    fn entry()(rank: u32, name in name(), team in proptest::option::of(name()), amount: i128, previous_rank: Option<u32>) -> Entry {
        let amount = Decimal::from_ten_thousandths(amount);
        Entry { rank, name, team, amount, deals: 1, units: Decimal::ZERO, previous_rank }
    }
}

prop_compose! {
    fn report()(
        entries in vec(entry(), 1..=100),
        team in proptest::option::of(name()),
        teams in vec(name(), 0..130),
        currency in prop_oneof![Just("USD".to_owned()), name()],
        (total, previous_total) in any::<(i128, i128)>(),
        (salespeople, files, rejected_files) in any::<(u32, u32, u32)>(),
        (rows, skipped_rows) in any::<(u64, u64)>(),
    ) -> Report {
        let week = "2026-W47".parse().unwrap();
        let (total, previous_total) = (Decimal::from_ten_thousandths(total), Decimal::from_ten_thousandths(previous_total));
        Report {
            team, teams, entries, total, previous_total, salespeople, files, rejected_files, rows, skipped_rows,
            currency: currency.clone(),
            ..Report::empty(week, None, &currency, "2026-11-23T19:00:00Z".parse().unwrap())
        }
    }
}

fn upload() -> impl Strategy<Value = Upload> {
    let rows = vec((any::<u64>(), name()), 0..6);
    (name(), proptest::option::of(name()), any::<(u64, u64)>(), rows).prop_map(
        |(key, rejection, (rows, skipped_rows), examples)| Upload {
            key,
            uploaded_at: "2026-11-23T19:00:00Z".parse().unwrap(),
            weeks: None,
            rows,
            skipped_rows,
            examples: examples.into_iter().map(|(line, reason)| SkippedRow { line, reason }).collect(),
            rejection: rejection.map(Rejection),
        },
    )
}

fn check(message: &Message) {
    limits::check(&serde_json::to_value(message).unwrap());
}

fn asking(this_week: &str) -> Asking<'static> {
    Asking { command: "/standings", this_week: this_week.parse::<Week>().unwrap() }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_report_is_too_strange(report in report(), rows in 1usize..=100, is_clamped: bool) {
        let asking = asking("2026-W48");
        check(&reply::board(&report, Top { rows, is_clamped }, asking));
        check(&reply::teams(&report, asking));
        check(&reply::no_sales(None, Some(&report), asking));
    }

    #[test]
    fn no_upload_is_too_strange(uploads in vec(upload(), 0..25)) {
        check(&reply::status(&Status::of(uploads, "2026-11-23T19:00:00Z".parse().unwrap())));
    }

    #[test]
    fn no_word_is_too_strange(word in name(), report in report()) {
        let asking = asking("2026-W48");
        check(&reply::unknown(&Unknown::Team(&word, Some(&report)), asking));
        check(&reply::unknown(&Unknown::Team(&word, None), asking));
        check(&reply::unknown(&Unknown::Period(&word), asking));
        let _ = Query::parse(&word, asking.this_week);
    }

    #[test]
    fn no_asker_is_too_strange(name in name()) {
        let form = Form { channel_id: name.clone(), command: name, ..Form::default() };
        check(&reply::refused(Refusal::Channel, &form, &form.command_name()));
    }
}
