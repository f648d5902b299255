use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

fn week(text: &str) -> Week {
    text.parse().unwrap()
}

fn parse(text: &str) -> Query {
    Query::parse(text, "2026-11-24".parse().unwrap())
}

fn team(name: &str) -> Ask {
    Ask::Team(name.to_owned())
}

#[test]
fn nothing_asks_for_the_latest() {
    for text in ["", "  ", "\u{a0}", "latest", "latest week", "\"\"", ",", "everyone", "by amount"] {
        let query = parse(text);
        assert_eq!((query.ask, query.period, query.rows), (Ask::Company, Period::Latest, DEFAULT_ROWS), "{text:?}");
        assert_eq!((query.measure, query.share, query.notes), (Measure::Amount, false, Vec::new()), "{text:?}");
    }
}

#[test]
fn periods_are_read_in_many_ways() {
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
        assert_eq!((query.period, query.ask), (Period::Week(week(expected)), Ask::Company), "{text}");
    }
    assert!(matches!(parse("99999999999 weeks ago").period, Period::Week(_)));
}

#[test]
fn weeks_and_dates_out_of_range_are_brought_into_range_and_noted() {
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
        assert_eq!(query.period, Period::Week(week(nearest)), "{text}");
        assert_eq!(query.notes, [Note::Nearest(text.to_owned(), week(nearest))]);
    }
    assert!(matches!(parse("99999999999 weeks ago").notes[..], [Note::Nearest(..)]));
    for text in ["0000-W01", "2026-13-01", "9999-12-31"] {
        assert_eq!(parse(text).period, Period::NoSuch(text.to_owned()), "{text}");
    }
}

#[test]
fn a_number_of_rows_is_brought_into_range_and_noted() {
    for (text, rows, is_noted) in [
        ("top 5", 5, false),
        ("Top5", 5, false),
        ("top 100", 100, false),
        ("top all", 100, false),
        ("top 101", 100, true),
        ("top 0", 1, true),
        ("top -3", 1, true),
        ("top 99999999999999999999", 100, true),
        ("emea", 15, false),
    ] {
        let query = parse(text);
        assert_eq!((query.rows, query.notes.contains(&Note::Rows)), (rows, is_noted), "{text}");
    }
}

#[test]
fn people_are_ranked_by_what_is_asked_for() {
    for (text, measure) in [
        ("by deals", Measure::Deals),
        ("BY units", Measure::Units),
        ("last week by orders top 5", Measure::Deals),
        ("by deals by amount", Measure::Amount),
    ] {
        assert_eq!((parse(text).measure, parse(text).ask), (measure, Ask::Company), "{text}");
    }
    assert_eq!(parse("by design").ask, team("by design"));
}

#[test]
fn people_are_asked_for_by_name() {
    let find = |name: &str| Ask::Find(name.to_owned());
    for (text, expected) in [
        ("find ana", find("ana")),
        ("find ana lima last week by deals", find("ana lima")),
        ("last week find Ana Lima", find("Ana Lima")),
        ("find \"top 5\"", find("top 5")),
        ("find", Ask::Help),
        ("me", Ask::Me),
        ("me last week", Ask::Me),
        ("last week Me", Ask::Me),
        ("my rank", Ask::Me),
        ("me is Ana Lima", Ask::MeIs(Some("Ana Lima".to_owned()))),
        ("me is May Week 4", Ask::MeIs(Some("May Week 4".to_owned()))),
        ("i am \"Ana  Lima\"", Ask::MeIs(Some("Ana  Lima".to_owned()))),
        ("me is", team("me is")),
        ("forget me", Ask::MeIs(None)),
    ] {
        assert_eq!(parse(text).ask, expected, "{text}");
    }
    assert_eq!((parse("emea find ana").ask, parse("emea find ana").notes), (find("ana"), vec![Note::Everyone]));
}

#[test]
fn the_rest_is_a_team() {
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
        ("Top Guns", "Top Guns"),
        ("last mile", "last mile"),
        ("week", "week"),
        ("\"last week\" last week", "last week"),
        ("\u{201c}teams\u{201d}", "teams"),
        ("emea\" top 5", "emea"),
        ("<@U012ABCDEF>", "<@U012ABCDEF>"),
        ("w1000", "w1000"),
        ("me too", "me too"),
        ("march", "march"),
    ] {
        assert_eq!(parse(text).ask, team(expected), "{text}");
    }
}

#[test]
fn words_that_stand_alone_ask_for_other_things() {
    assert_eq!((parse("Help").ask, parse("?").ask, parse("help!").ask), (Ask::Help, Ask::Help, Ask::Help));
    assert_eq!((parse("status").ask, parse("teams").ask, parse("weeks").ask), (Ask::Status, Ask::Teams, Ask::Weeks));
    assert!(parse("share").share && parse("emea share top 5").share && !parse("\"share\"").share);
    assert_eq!(parse("last week teams").period, Period::Week(week("2026-W47")));
}

#[test]
fn the_order_of_phrases_does_not_matter() {
    let expected = parse("last week north america top 5 by deals share");
    assert_eq!((&expected.ask, &expected.period), (&team("north america"), &Period::Week(week("2026-W47"))));
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
    fn every_text_is_read_as_something(text in ".*") {
        parse(&text);
    }

    #[test]
    fn every_mix_of_phrases_is_read(words in vec(
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

    /// What a button asks for is what it was made for.
    #[test]
    fn the_text_of_a_query_is_read_as_the_same(
        name in "[a-zA-Z0-9 é&#'-]{1,20}", ask in 0..9, rows in 1_usize..=100, measure in 0_usize..3, share: bool,
    ) {
        let name = standings_core::name::clean(&name).into_owned();
        prop_assume!(!name.is_empty() && !name.contains("  "));
        let ask = match ask {
            0 => Ask::Team(name),
            1 => Ask::Find(name),
            2 => Ask::MeIs(Some(name)),
            3 => Ask::MeIs(None),
            4 => Ask::Me,
            5 => Ask::Teams,
            6 => Ask::Weeks,
            7 => Ask::Status,
            _ => Ask::Company,
        };
        let measure = Measure::ALL[measure];
        let query = Query { ask, period: Period::Week(week("2026-W47")), rows, measure, share, notes: Vec::new() };
        prop_assert_eq!(parse(&query.text(week("2026-W47"))), query);
    }
}
