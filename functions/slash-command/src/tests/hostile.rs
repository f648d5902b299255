//! Property tests: whatever the data, Slack accepts the message, and no markup gets into it.

use proptest::collection::vec;
use proptest::prelude::*;
use standings_core::{
    Decimal, Entry, FailedSubject, Failure, FiscalCalendar, Measure, OtherRows, Outlook, Period, PeriodKind, Periods,
    Rejection, Report, Roster, SkippedRow, SoFar, Status, Upload,
};

use super::limits;
use crate::allow::Refusal;
use crate::command::{Note, Part, Query, Subject};
use crate::form::Form;
use crate::locale::Locale;
use crate::reply::{self, Context, Message, RankingStyle, Unknown, Who};
use crate::today::Today;

/// Names that try to break out of their place in a message.
fn name() -> impl Strategy<Value = String> {
    let hostile = prop_oneof![
        Just("<!channel> <@U1> <#C1|x> <https://evil.example|click>".to_owned()),
        Just("```\n*bold* _it_ ~no~ `code`".to_owned()),
        Just("@here #general :tada: https://evil.example/x?a=b&c=d evil.example".to_owned()),
        Just("&amp;&lt;&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&".to_owned()),
        Just("\u{202e}\u{2066}drow\u{200b}\u{0}\u{7}\r\n\t".to_owned()),
        Just("\u{200d}\u{fe0f}".to_owned()),
        Just("e\u{301}".repeat(200)),
        Just("𝕬𝖓𝖆 👩‍👩‍👧‍👦 山田 שרה لينا".to_owned()),
        Just("👩‍👩‍👧‍👦".repeat(20)),
        Just(format!("q{}", "\u{323}".repeat(199))),
        Just("&".repeat(200)),
        Just(String::new()),
    ];
    prop_oneof![hostile, ".{0,80}", "[<>&`*@#:/]{1,40}"]
}

prop_compose! {
    fn entry()(
        name in name(),
        team in proptest::option::of(name()),
        (amount, units) in any::<(i128, i128)>(),
        (rank, deals, previous_rank, previous_rank_by_deals) in any::<(u32, u64, Option<u32>, Option<u32>)>(),
    ) -> Entry {
        let (amount, units) = (Decimal::from_ten_thousandths(amount), Decimal::from_ten_thousandths(units));
        let previous_rank_by_units = previous_rank_by_deals;
        Entry { rank, name, team, amount, deals, units, previous_rank, previous_rank_by_deals, previous_rank_by_units }
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
        (unnamed_teams, teams_without_board, is_migrating) in any::<(u32, u32, bool)>(),
        period in proptest::sample::select(vec!["2026-W47", "2026-W48", "2026-11", "2026-10/P3M", "2025-01/P1Y"]),
        so_far in any::<Option<(i128, i128)>>(),
    ) -> Report {
        let period: Period = period.parse().unwrap();
        let so_far = so_far.map(|(total, previous_total)| SoFar {
            through: today().date,
            total: Decimal::from_ten_thousandths(total),
            previous_through: period.previous().first_day(),
            previous_total: Decimal::from_ten_thousandths(previous_total),
        });
        let [total, previous_total] = [total, previous_total].map(Decimal::from_ten_thousandths);
        Report {
            team, teams, entries, total, previous_total, salespeople, files, rejected_files, rows, skipped_rows,
            unnamed_teams, teams_without_board, is_migrating, so_far,
            currency: currency.clone(),
            ..Report::empty(period, None, &currency, "2026-11-23T19:00:00Z".parse().unwrap())
        }
    }
}

fn upload() -> impl Strategy<Value = Upload> {
    let rows = vec((any::<u64>(), name()), 0..6);
    let clauses = || vec(name().prop_map(Into::into), 0..25);
    (name(), proptest::option::of(name()), any::<(u64, u64, u64)>(), rows, clauses(), clauses()).prop_map(
        |(key, rejection, (rows, skipped_rows, not_sales), examples, read_as, remarks)| Upload {
            key,
            uploaded_at: "2026-11-23T19:00:00Z".parse().unwrap(),
            weeks: None,
            rows,
            skipped_rows,
            examples: examples.into_iter().map(|(line, reason)| SkippedRow { line, reason: reason.into() }).collect(),
            rejection: rejection.map(|reason| Rejection(reason.into())),
            other_rows: OtherRows { not_sales, ..OtherRows::default() },
            read_as,
            remarks,
            ..Upload::default()
        },
    )
}

fn failure() -> impl Strategy<Value = Failure> {
    let subject = prop_oneof![
        name().prop_map(FailedSubject::File),
        Just(FailedSubject::Period("2026-W47".parse().unwrap())),
        Just(FailedSubject::Message),
    ];
    let outlook = prop_oneof![Just(Outlook::Retried), Just(Outlook::GivenUp), Just(Outlook::Archived)];
    (subject, name(), outlook).prop_map(|(subject, reason, outlook)| Failure {
        subject,
        at: "2026-11-23T19:00:00Z".parse().unwrap(),
        reason: reason.into(),
        outlook,
    })
}

fn check(message: &Message) {
    limits::check(&serde_json::to_value(message).unwrap());
    limits::check_shared(&serde_json::to_value(message.clone().for_the_channel()).unwrap());
}

prop_compose! {
    /// Any query.
    fn query()(text in name(), rows in 1_usize..=100, measure in 0_usize..3, notes in 0_usize..3) -> Query {
        let mut query = Query::parse(&text, today());
        query.rows = rows;
        query.measure = Measure::ALL[measure];
        query.notes.extend((0..notes).map(|_| Note::Nearest(text.clone(), "2026-W47".parse().unwrap())));
        query
    }
}

fn context(query: &Query, style: RankingStyle) -> Context<'_> {
    let running = Period::all_of(today().date, today().calendar).unwrap();
    Context { command: "/standings", today: today(), running, style, notes: &query.notes }
}

fn today() -> Today {
    Today {
        date: "2026-11-24".parse().unwrap(),
        calendar: FiscalCalendar::CIVIL,
        date_order: None,
        locale: Locale::default(),
    }
}

fn style() -> impl Strategy<Value = RankingStyle> {
    prop_oneof![Just(RankingStyle::Text), Just(RankingStyle::Wide), Just(RankingStyle::Table)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases()))]

    #[test]
    fn messages_about_every_report_are_valid(report in report(), query in query(), style in style()) {
        let context = context(&query, style);
        check(&reply::board(&report, &query, context));
        for part in [Part::Last, Part::Total] {
            check(&reply::board(&report, &Query { part, ..query.clone() }, context));
        }
        check(&reply::board(&report, &Query { subject: Subject::Teams, ..query.clone() }, context));
        check(&reply::teams(&report, &query, context));
        let periods = Periods { periods: vec![(report.period, report.total); 120], currency: report.currency.clone() };
        check(&reply::no_sales(None, Some(&report), &periods, &query, context));
        check(&reply::periods(&periods, None, query.rows, context));
        check(&reply::periods(&periods, Some(PeriodKind::Week), query.rows, context));
        let (for_channel, private) = reply::shared(reply::board(&report, &query, context), &report.currency);
        limits::check_shared(&serde_json::to_value(for_channel).unwrap());
        check(&private);
    }

    #[test]
    fn messages_about_every_salesperson_are_valid(
        report in report(), typed in name(), query in query(), style in style(),
    ) {
        let context = context(&query, style);
        let typed = report.entries.first().filter(|_| query.rows > 50).map_or(typed, |entry| entry.name.clone());
        let roster = Roster { report, slack_users: [("U1".to_owned(), typed.clone())].into(), parts: 0 };
        check(&reply::find(&roster, &typed, &query, context));
        check(&reply::find(&roster, "a", &query, context));
        check(&reply::person(&roster, &typed, Who::Asker, &query, context));
        check(&reply::remembered(&typed, query.rows > 50, context));
        let found: Vec<&Entry> = roster.report.entries.iter().collect();
        check(&reply::several_names(&roster, &found, &typed, &query, context));
        check(&reply::unknown_asker(context));
        check(&reply::forgotten(context));
    }

    #[test]
    fn messages_about_every_upload_are_valid(
        uploads in vec(upload(), 0..25), failures in vec(failure(), 0..25), typed in name(), query in query(),
    ) {
        let context = context(&query, RankingStyle::Text);
        let at = "2026-11-23T19:00:00Z".parse().unwrap();
        let newest = Some(("2026-W47".parse().unwrap(), at));
        let status = Status::of(uploads, failures, newest, at);
        check(&reply::status(&status, context));
        check(&reply::no_file(Some(&typed), &status, context));
        check(&reply::no_file(None, &status, context));
        let keys: Vec<&str> = status.uploads.iter().map(|upload| upload.key.as_str()).collect();
        check(&reply::several_files(&typed, &keys, context));
        for upload in &status.uploads {
            check(&reply::file_with(reply::file(upload), status.failures.first(), context));
        }
        for failure in &status.failures {
            check(&reply::unread_file(failure, context));
        }
    }

    #[test]
    fn messages_about_every_typed_word_are_valid(word in name(), report in report(), query in query()) {
        let context = context(&query, RankingStyle::Text);
        let roster = Roster { report, slack_users: [].into(), parts: 0 };
        check(&reply::unknown(&Unknown::Name(&word, Some(&roster)), &query, context));
        check(&reply::unknown(&Unknown::Name(&word, None), &query, context));
        check(&reply::unknown_user(context));
        check(&reply::not_introduced(&word, context));
        check(&reply::unknown(&Unknown::Period(&word), &query, context));
        check(&reply::help(context));
        // The text of a button is parsed as the query that it was made for.
        let text = query.text("2026-W47".parse().unwrap());
        let is_board = matches!(query.subject, Subject::Company | Subject::Named(_) | Subject::Teams);
        prop_assert!(!is_board || Query::parse(&text, today()).rows == query.rows);
    }

    #[test]
    fn messages_to_every_rejected_user_are_valid(name in name()) {
        let form = Form { channel_id: name.clone(), command: name, ..Form::default() };
        check(&reply::refused(Refusal::Channel, &form));
    }
}

/// Cases per test. `PROPTEST_CASES` sets another number.
fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(64)
}
