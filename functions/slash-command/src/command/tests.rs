use proptest::collection::vec;
use proptest::prelude::*;

use jiff::civil::Date;
use standings_core::{FiscalCalendar, FiscalYearName, Measure, Period, PeriodKind};

use super::query::DEFAULT_ROWS;
use super::*;
use crate::locale::Locale;
use crate::today::Today;

fn week(text: &str) -> Period {
    text.parse().unwrap()
}

fn today() -> Today {
    Today {
        date: Date::constant(2026, 11, 24),
        calendar: FiscalCalendar::CIVIL,
        date_order: None,
        locale: Locale::default(),
    }
}

/// Parses a text on a Tuesday in week 48.
fn parse(text: &str) -> Query {
    Query::parse(text, today())
}

fn named(name: &str) -> Subject {
    Subject::named(name)
}

/// A name, next to words that add nothing.
fn among(core: &str, typed: &str) -> Subject {
    Subject::Named(Name { core: core.to_owned(), typed: typed.to_owned() })
}

fn introduced(name: &str, is_plain: bool) -> Subject {
    Subject::MeIs(Introduction { name: name.to_owned(), is_plain })
}

/// The table in the documentation of [`Query::parse`].
#[test]
fn documented_examples_are_parsed_as_documented() {
    let latest = |subject| Query {
        subject,
        period: Asked::Latest,
        rows: 15,
        part: Part::Best,
        measure: Measure::Amount,
        wide: false,
        share: false,
        notes: Vec::new(),
        alternative: None,
    };
    let in_week = |number: &str, query: Query| Query { period: Asked::At(week(number)), ..query };
    let company = || latest(Subject::Company);
    assert_eq!(parse(""), company());
    assert_eq!(parse("who is winning?"), latest(among("", "who is winning")));
    let day = Note::Day(Date::constant(2026, 11, 18), "2026-W47".parse().unwrap());
    for text in ["nov 18", "last wednesday"] {
        assert_eq!(parse(text), in_week("2026-W47", Query { notes: vec![day.clone()], ..company() }), "{text}");
    }
    assert_eq!(parse("show me the emea team please"), latest(among("emea", "show me the emea team please")));
    assert_eq!(parse("bottom 5"), Query { rows: 5, part: Part::Last, ..company() });
    assert_eq!(parse("total"), Query { part: Part::Total, ..company() });
    for typed in ["csv", "download the spreadsheet", "can i get it as a csv"] {
        assert_eq!(parse(typed).part, Part::File, "{typed}");
    }
    let unused = Note::Unused("W46".to_owned());
    assert_eq!(parse("W46 W47"), in_week("2026-W47", Query { notes: vec![unused], ..company() }));
    assert_eq!((parse("best team"), parse("where am i")), (latest(Subject::Teams), latest(Subject::Me)));
    assert_eq!(parse("team totals"), latest(Subject::Teams));
    assert_eq!(parse("last week"), in_week("2026-W47", company()));
    assert_eq!(
        parse("north america top 5 by deals share"),
        Query { rows: 5, measure: Measure::Deals, share: true, ..latest(named("north america")) }
    );
    assert_eq!(parse("top 500"), Query { rows: 100, notes: vec![Note::Rows], ..company() });
    let note = Note::Nearest("Feb 30".to_owned(), week("2026-W09"));
    assert_eq!(parse("Feb 30"), in_week("2026-W09", Query { notes: vec![note], ..company() }));
    assert_eq!(parse("2026-13-01"), Query { period: Asked::Invalid("2026-13-01".to_owned()), ..company() });
    assert_eq!(parse("file \"november.csv\""), latest(Subject::File(Some("november.csv".to_owned()))));
    assert_eq!(parse("me is Ana Lima"), latest(introduced("Ana Lima", true)));
    let find = latest(Subject::Find("ana".to_owned()));
    assert_eq!(parse("emea find ana"), Query { notes: vec![Note::WholeCompany], ..find });
    assert_eq!(parse("\"last week\" last week"), in_week("2026-W47", latest(named("last week"))));
}

#[test]
fn an_empty_text_is_the_company_board_of_the_latest_week() {
    for text in ["", "  ", "\u{a0}", "latest", "latest week", "\"\"", ",", "by amount"] {
        let query = parse(text);
        assert_eq!(
            (query.subject, query.period, query.rows),
            (Subject::Company, Asked::Latest, DEFAULT_ROWS),
            "{text:?}"
        );
        assert_eq!((query.measure, query.share, query.notes), (Measure::Amount, false, Vec::new()), "{text:?}");
    }
}

#[test]
fn a_week_has_many_forms() {
    for (text, expected) in [
        ("this week", "2026-W48"),
        ("LAST  week", "2026-W47"),
        ("previous week,", "2026-W47"),
        ("next week", "2026-W49"),
        ("2026-W47", "2026-W47"),
        ("2026w7", "2026-W07"),
        ("W47", "2026-W47"),
        ("w 47", "2026-W47"),
        ("week 47", "2026-W47"),
        ("Week47", "2026-W47"),
        ("wk 47", "2026-W47"),
        ("in week 47", "2026-W47"),
        ("week 49", "2025-W49"),
        ("week 48", "2026-W48"),
        ("week 53", "2020-W53"),
        ("week 53 2026", "2026-W53"),
        ("2024 week 5", "2024-W05"),
        ("2024 w5", "2024-W05"),
        ("0 weeks ago", "2026-W48"),
        ("1 week ago", "2026-W47"),
        ("a week ago", "2026-W47"),
        ("53 weeks ago", "2025-W47"),
        ("2026-11-20", "2026-W47"),
        ("2026/1/1", "2026-W01"),
        ("2027-01-01", "2026-W53"),
        ("on 2026-11-20.", "2026-W47"),
        ("last week this week", "2026-W48"),
        ("today", "2026-W48"),
        ("yesterday", "2026-W48"),
        ("Nov 20", "2026-W47"),
        ("nov. 20th", "2026-W47"),
        ("20 November", "2026-W47"),
        ("Nov 20, 2025", "2025-W47"),
        ("Nov 29", "2026-W48"),
        ("Nov 30", "2025-W48"),
        ("Jan 1", "2026-W01"),
        ("sept 1", "2026-W36"),
        ("on Feb 29 2024", "2024-W09"),
    ] {
        let query = parse(text);
        assert_eq!((query.period, query.subject), (Asked::At(week(expected)), Subject::Company), "{text}");
    }
    assert!(matches!(parse("99999999999 weeks ago").period, Asked::At(_)));
}

#[test]
fn months_quarters_and_years_have_many_forms() {
    for (text, expected) in [
        ("this month", "2026-11"),
        ("month", "2026-11"),
        ("last month", "2026-10"),
        ("2 months ago", "2026-09"),
        ("mtd", "2026-11"),
        ("november", "2026-11"),
        ("Nov", "2026-11"),
        ("in dec", "2025-12"),
        ("nov 2025", "2025-11"),
        ("november, 2025", "2025-11"),
        ("2025 march", "2025-03"),
        ("2026-11", "2026-11"),
        ("2026/3", "2026-03"),
        ("11/2026", "2026-11"),
        ("quarter", "2026-10/P3M"),
        ("last quarter", "2026-07/P3M"),
        ("Q4", "2026-10/P3M"),
        ("q1", "2026-01/P3M"),
        ("q4 2025", "2025-10/P3M"),
        ("2026-Q3", "2026-07/P3M"),
        ("2026q3", "2026-07/P3M"),
        ("2026 Q3", "2026-07/P3M"),
        ("3Q26", "2026-07/P3M"),
        ("Q3/2026", "2026-07/P3M"),
        ("third quarter 2026", "2026-07/P3M"),
        ("qtd", "2026-10/P3M"),
        ("2026-10/P3M", "2026-10/P3M"),
        ("year", "2026-01/P1Y"),
        ("year to date", "2026-01/P1Y"),
        ("YTD", "2026-01/P1Y"),
        ("last year", "2025-01/P1Y"),
        ("2025", "2025-01/P1Y"),
        ("fy26", "2026-01/P1Y"),
        ("2026-07/P1Y", "2026-07/P1Y"),
        ("week", "2026-W48"),
        ("wtd", "2026-W48"),
    ] {
        let query = parse(text);
        assert_eq!((query.period, query.subject), (Asked::At(week(expected)), Subject::Company), "{text}");
    }
    let emea = parse("emea last quarter top 3 by deals");
    assert_eq!((emea.subject, emea.period, emea.rows), (named("emea"), Asked::At(week("2026-07/P3M")), 3));
    for text in ["2026-13", "1776", "3000-Q1", "999 years ago"] {
        assert_eq!(parse(text).period, Asked::Invalid(text.to_owned()), "{text}");
    }
    // A person may be called like a month.
    assert_eq!(parse("find may west").subject, Subject::Find("may west".to_owned()));
    assert_eq!(parse("find april 2025").period, Asked::At(week("2025-04")));
}

#[test]
fn quarters_and_years_are_those_of_the_fiscal_calendar() {
    let calendar = FiscalCalendar::new(7, FiscalYearName::End).unwrap();
    let july = |text: &str| Query::parse(text, Today { calendar, ..today() }).period;
    for (text, expected) in [
        ("this quarter", "2026-10/P3M"),
        ("Q1", "2026-07/P3M"),
        ("Q3", "2026-01/P3M"),
        ("FY27 Q1", "2026-07/P3M"),
        ("q1 fy2027", "2026-07/P3M"),
        ("FY2027Q1", "2026-07/P3M"),
        ("fy27", "2026-07/P1Y"),
        ("fy 2027", "2026-07/P1Y"),
        ("ytd", "2026-07/P1Y"),
        ("last year", "2025-07/P1Y"),
    ] {
        assert_eq!(july(text), Asked::At(week(expected)), "{text}");
    }
}

#[test]
fn several_periods_at_once_are_answered_with_one_and_a_note() {
    for (text, expected) in [
        ("last 4 weeks", "2026-11"),
        ("last 7 days", "2026-W48"),
        ("past 3 months", "2026-10/P3M"),
        ("last 2 years", "2026-01/P1Y"),
    ] {
        let query = parse(text);
        assert_eq!(query.period, Asked::At(week(expected)), "{text}");
        assert_eq!(query.notes, [Note::Single(text.to_owned(), week(expected))]);
    }
}

#[test]
fn a_week_or_date_that_does_not_exist_becomes_the_nearest_with_a_note() {
    for (text, nearest) in [
        ("week 60", "2026-W48"),
        ("W0", "2026-W01"),
        ("2026-W60", "2026-W53"),
        ("2025-W53", "2025-W52"),
        ("week 99 2026", "2026-W53"),
        ("2026-02-30", "2026-W09"),
        ("Feb 30", "2026-W09"),
        ("Nov 0", "2026-W44"),
    ] {
        let query = parse(text);
        assert_eq!(query.period, Asked::At(week(nearest)), "{text}");
        assert_eq!(query.notes, [Note::Nearest(text.to_owned(), week(nearest))]);
    }
    assert!(matches!(parse("99999999999 weeks ago").notes[..], [Note::Nearest(..)]));
    for text in ["0000-W01", "2026-13-01", "9999-12-31"] {
        assert_eq!(parse(text).period, Asked::Invalid(text.to_owned()), "{text}");
    }
}

#[test]
fn a_number_of_rows_out_of_range_is_clamped_with_a_note() {
    for (text, rows, is_noted) in [
        ("top 5", 5, false),
        ("Top5", 5, false),
        ("top 100", 100, false),
        ("top all", 100, false),
        ("top 101", 100, true),
        ("top 0", 1, true),
        ("top -3", 3, false),
        ("top-5", 5, false),
        ("top - 5", 5, false),
        ("top \u{2013}5", 5, false),
        ("top:5", 5, false),
        ("top #5", 5, false),
        ("top ten", 10, false),
        ("the top five reps", 5, false),
        ("best 3", 3, false),
        ("3 best", 3, false),
        ("top", 15, false),
        ("top 99999999999999999999", 100, true),
        ("emea", 15, false),
    ] {
        let query = parse(text);
        assert_eq!((query.rows, query.notes.contains(&Note::Rows)), (rows, is_noted), "{text}");
    }
}

#[test]
fn a_measure_has_synonyms() {
    for (text, measure) in [
        ("by deals", Measure::Deals),
        ("BY units", Measure::Units),
        ("last week by orders top 5", Measure::Deals),
        ("by deals by amount", Measure::Amount),
    ] {
        assert_eq!((parse(text).measure, parse(text).subject), (measure, Subject::Company), "{text}");
    }
    for (text, measure) in [
        ("deals", Measure::Deals),
        ("top 5 deals", Measure::Deals),
        ("most units", Measure::Units),
        ("by number of deals", Measure::Deals),
        ("deal count", Measure::Deals),
        ("revenue", Measure::Amount),
        ("by sales", Measure::Amount),
    ] {
        assert_eq!(parse(text).measure, measure, "{text}");
    }
    assert_eq!(parse("by design").subject, among("design", "by design"));
}

#[test]
fn people_are_found_by_name() {
    let find = |name: &str| Subject::Find(name.to_owned());
    for (text, expected) in [
        ("find ana", find("ana")),
        ("find ana lima last week by deals", find("ana lima")),
        ("last week find Ana Lima", find("Ana Lima")),
        ("find \"top 5\"", find("top 5")),
        ("find", Subject::Help),
        ("me", Subject::Me),
        ("me last week", Subject::Me),
        ("me too", Subject::Me),
        ("where am I in EMEA", Subject::Me),
        ("last week Me", Subject::Me),
        ("my rank", Subject::Me),
        ("find me Ana.", find("Ana")),
        ("find @ana", find("ana")),
        ("my position?", Subject::Me),
        ("where do i stand this month", Subject::Me),
        ("how am I doing", Subject::Me),
        ("who am i", Subject::Me),
        ("i am winning", Subject::Me),
        ("<@U012ABCDEF|ana>", Subject::User("U012ABCDEF".to_owned(), Some("ana".to_owned()))),
        ("how is <@U012ABCDEF> doing", Subject::User("U012ABCDEF".to_owned(), None)),
        ("@ana", named("ana")),
        ("me is Ana Lima.", introduced("Ana Lima", true)),
        ("me is May Week 4", introduced("May Week 4", true)),
        ("i am \"Ana  Lima\"", introduced("Ana  Lima", false)),
        ("hi, i'm ana", introduced("ana", false)),
        ("i am not sure", introduced("not sure", false)),
        ("me is", Subject::Me),
        ("forget me", Subject::ForgetMe),
    ] {
        assert_eq!(parse(text).subject, expected, "{text}");
    }
    assert_eq!((parse("emea find ana").subject, parse("emea find ana").notes), (find("ana"), vec![Note::WholeCompany]));
}

#[test]
fn all_words_after_file_are_its_name() {
    let file = |name: &str| Subject::File(Some(name.to_owned()));
    for (text, expected) in [
        ("file", Subject::File(None)),
        ("File \"\"", Subject::File(None)),
        ("file november.csv", file("november.csv")),
        ("file week48 (1).csv", file("week48 (1).csv")),
        ("FILE \u{201c}week 47.csv\u{201d}", file("week 47.csv")),
        ("file 2026/11/week 47 top 5.csv", file("2026/11/week 47 top 5.csv")),
        ("file R&amp;D.csv", file("R&D.csv")),
        ("\"file\"", named("file")),
        ("emea file", named("emea file")),
    ] {
        assert_eq!(parse(text).subject, expected, "{text}");
    }
    assert!(!parse("file share.csv share").share);
}

#[test]
fn words_of_no_phrase_are_a_team() {
    for (text, expected) in [
        ("EMEA", "EMEA"),
        ("north america top 5", "north america"),
        ("top 5 north america last week", "north america"),
        ("north top 5 america", "north america"),
        ("top 5 in emea", "emea"),
        ("emea for last week", "emea"),
        ("emea, last week", "emea"),
        ("R&amp;D", "R&D"),
        ("help desk", "help desk"),
        ("last mile", "last mile"),
        ("\"last week\" last week", "last week"),
        ("\u{201c}teams\u{201d}", "teams"),
        ("emea\" top 5", "emea"),
        ("w1000", "w1000"),
        ("2026-week47", "2026-week47"),
    ] {
        assert_eq!(parse(text).subject, named(expected), "{text}");
    }
    for (text, core) in [
        ("Top Guns", "Guns"),
        ("the emea team", "emea"),
        ("team emea", "emea"),
        ("show me emea", "emea"),
        ("for emea", "emea"),
        ("who is leading in emea?", "emea"),
        ("emea and apac", "emea and apac"),
    ] {
        let typed = text.trim_end_matches('?');
        assert_eq!(parse(text).subject, among(core, typed), "{text}");
    }
    // Only words that add nothing: the company, unless a team has that name.
    for text in ["leaderboard", "the sales", "who sold the most?", "show us the ranking please", "everyone"] {
        assert_eq!(parse(text).subject, among("", text.trim_end_matches('?')), "{text}");
    }
    for text in ["this week vs last week", "compare last week to this week", "week 47 vs week 48"] {
        let query = parse(text);
        assert_eq!((query.period, query.subject), (Asked::At(week("2026-W48")), Subject::Company), "{text}");
        // The change of a period is against the one before.
        assert_eq!(query.notes, [], "{text}");
    }
    assert!(matches!(parse("week 45 vs week 48").notes.as_slice(), [Note::Unused(_)]));
    assert_eq!(parse("emea vs apac last week").subject, named("emea vs apac"));
}

#[test]
fn a_single_keyword_is_a_subject_of_its_own() {
    assert_eq!(
        (parse("Help").subject, parse("?").subject, parse("help!").subject),
        (Subject::Help, Subject::Help, Subject::Help)
    );
    assert_eq!(
        (parse("status").subject, parse("teams").subject, parse("weeks").subject),
        (Subject::Status, Subject::Teams, Subject::Periods(Some(PeriodKind::Week)))
    );
    assert_eq!(
        (parse("quarters").subject, parse("periods").subject),
        (Subject::Periods(Some(PeriodKind::Quarter)), Subject::Periods(None))
    );
    assert!(parse("share").share && parse("emea share top 5").share && !parse("\"share\"").share);
    assert_eq!(parse("last week teams").period, Asked::At(week("2026-W47")));
}

#[test]
fn phrases_may_come_in_any_order() {
    let expected = parse("last week north america top 5 by deals share");
    assert_eq!((&expected.subject, &expected.period), (&named("north america"), &Asked::At(week("2026-W47"))));
    assert_eq!((expected.rows, expected.measure, expected.share), (5, Measure::Deals, true));
    for text in [
        "share last week top 5 north america by deals",
        "by deals north america last week share top 5",
        "north america by deals share top 5 in last week",
        "top 5 by orders of north america, share, last week",
    ] {
        assert_eq!(parse(text), expected, "{text}");
    }
}

proptest! {
    #[test]
    fn every_text_is_parsed(text in ".*") {
        parse(&text);
    }

    #[test]
    fn every_mix_of_phrases_has_rows_in_range(words in vec(
        prop_oneof![
            Just("top"), Just("week"), Just("W47"), Just("2026"), Just("-3"), Just("ago"), Just("last"), Just("emea"),
            Just("find"), Just("me"), Just("is"), Just("by"), Just("deals"), Just("nov"), Just("31"), Just("\""),
            Just("99999999999"), Just("2026-02-30"), Just("share"), Just("é"),
        ],
        0..12,
    )) {
        let query = parse(&words.join(" "));
        prop_assert!((1..=MAX_ROWS).contains(&query.rows));
    }

    #[test]
    fn the_text_of_a_query_is_parsed_as_the_same_query(
        name in "[a-zA-Z0-9 é&#'-]{1,20}", kind in 0..13, rows in 1_usize..=100, measure in 0_usize..3, share: bool,
    ) {
        let name = standings_core::name::clean(&name).into_owned();
        prop_assume!(!name.is_empty() && !name.contains("  "));
        let subject = match kind {
            0 => Subject::named(name),
            1 => Subject::Find(name),
            2 => introduced(&name, true),
            3 => Subject::ForgetMe,
            10 => Subject::User("U012ABCDEF".to_owned(), None),
            4 => Subject::Me,
            5 => Subject::Teams,
            6 => Subject::Periods(Some(PeriodKind::Month)),
            9 => Subject::Periods(None),
            7 => Subject::Status,
            8 => Subject::File(Some(name)),
            _ => Subject::Company,
        };
        let measure = Measure::ALL[measure];
        for period in ["2026-W47", "2026-11", "2026-10/P3M", "2026-01/P1Y"].map(week) {
            let query = Query {
                subject: subject.clone(),
                period: Asked::At(period),
                rows,
                part: [Part::Best, Part::Last][rows % 2],
                measure,
                wide: share,
                share,
                notes: Vec::new(),
                alternative: None,
            };
            let parsed = parse(&query.text(period));
            // A status has no rows, and so on.
            let is_board = matches!(query.subject, Subject::Company | Subject::Named(_) | Subject::Teams);
            if is_board {
                prop_assert_eq!(parsed, query);
            } else {
                prop_assert_eq!(parsed.subject, query.subject);
            }
        }
    }
}
