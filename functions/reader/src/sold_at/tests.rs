use jiff::tz::TimeZone;
use proptest::prelude::*;

use super::*;
use crate::reading::DateOrder::{DayFirst, MonthFirst, YearFirst};

/// Returns what a text says: a day, a local time or an instant in UTC.
fn read(text: &str) -> Option<String> {
    parse(text, None).map(|sold_at| match sold_at.when {
        When::Day(day) => day.to_string(),
        When::Local(time) => time.to_string(),
        When::Instant(instant) => instant.to_string(),
    })
}

fn check(cases: &[(&str, &str)]) {
    for (text, expected) in cases {
        assert_eq!(read(text).as_deref(), Some(*expected), "{text}");
    }
}

#[test]
fn days_are_read_in_every_form_of_one_order() {
    for text in [
        "2026-11-16",
        "2026/11/16",
        "2026.11.16",
        "2026. 11. 16.",
        "20261116",
        "16.11.2026",
        "16.11.26",
        "16. 11. 2026",
        "16.11.2026.",
        "16-NOV-26",
        "16-Nov-2026",
        "16/Nov/2026",
        "16Nov2026",
        "2026-Nov-16",
        "Nov 16, 2026",
        "Nov. 16, 2026",
        "Nov 16 2026",
        "Nov-16-2026",
        "November 16th, 2026",
        "16 November 2026",
        "16th November 2026",
        "16th of November, 2026",
        "Mon, 16 Nov 2026",
        "Mon 16 Nov 2026",
        "Monday, November 16, 2026",
        "16. November 2026",
        "Montag, 16. November 2026",
        "Mo., 16.11.2026",
        "16.11.2026 (Mo)",
        "16 novembre 2026",
        "lundi 16 novembre 2026",
        "lun. 16 nov. 2026",
        "16 de noviembre de 2026",
        "lunes, 16 de noviembre de 2026",
        "lunedì 16 novembre 2026",
        "16 de novembro de 2026",
        "segunda-feira, 16 de novembro de 2026",
        "maandag 16 november 2026",
        "2026年11月16日",
        "2026年11月16日(月)",
        "2026년 11월 16일",
        "２０２６/１１/１６",
        "２０２６－１１－１６",
        "2026-11-16Z",
        "2026-11-16+01:00",
        "46342",
        "46342.0",
        "Tuesday, 16 November 2026",
    ] {
        assert_eq!(read(text).as_deref(), Some("2026-11-16"), "{text}");
        assert_eq!(parse(text, Some(MonthFirst)).unwrap().order.order, OrderShown::Nothing, "{text}");
    }
    check(&[
        ("2026/1/5", "2026-01-05"),
        ("2026-1-5", "2026-01-05"),
        ("5.1.2026", "2026-01-05"),
        ("1er mars 2026", "2026-03-01"),
        ("1º de março de 2026", "2026-03-01"),
        ("mar. 17 nov. 2026", "2026-11-17"),
        ("Mar 17 2026", "2026-03-17"),
        ("3. März 2026", "2026-03-03"),
        ("2024-02-29", "2024-02-29"),
        ("34700", "1995-01-01"),
        ("16-NOV-99", "1999-11-16"),
    ]);
}

#[test]
fn times_are_read_in_every_form() {
    for text in [
        "2026-11-16T14:30",
        "2026-11-16 14:30:00",
        "2026-11-16, 14:30",
        "2026/11/16 14:30",
        "2026/11/16 下午 2:30:00",
        "2026. 11. 16. 오후 2:30:00",
        "2026-11-16 02:30:00 PM",
        "2026-11-16 2:30pm",
        "2026-11-16 2:30 p.m.",
        "2026-11-16 2:30\u{a0}p. m.",
        "2026-11-16 14:30 PM",
        "2026-11-16-14.30.00.000000",
        "20261116143000",
        "202611161430",
        "20261116T143000",
        "20261116 143000",
        "20261116 14:30:00",
        "16.11.2026 14:30",
        "16.11.2026 14.30",
        "16.11.2026, 14:30:00 Uhr",
        "16. November 2026 um 14:30 Uhr",
        "16 novembre 2026 à 14h30",
        "16-NOV-26 02.30.00.000000000 PM",
        "17-Nov-2026 02:14 PM",
        "November 16, 2026, 2:30 PM",
        "November 16, 2026 at 2:30\u{202f}PM",
        "Nov 16 2026  2:30PM",
        "Nov 16 2026 02:30:00:000PM",
        "11/16/2026 2:30 PM",
        "11/16/2026, 2:30:00\u{202f}PM",
        "16/11/2026 - 14:30",
        "16/Nov/2026:14:30:00",
        "Mon Nov 16 14:30:00 2026",
        "Nov 16, 2026 @ 2:30 pm",
        "14:30 16/11/2026",
        "2:30 PM 11/16/2026",
        "2:30:00 PM, 11/16/2026",
        "14:30:00 16.11.2026",
        "46342.6041666667",
        "46342,6041666667",
    ] {
        let expected = if text.contains("17") { "2026-11-17T14:14:00" } else { "2026-11-16T14:30:00" };
        assert_eq!(read(text).as_deref(), Some(expected), "{text}");
    }
    check(&[
        ("2026/11/16 9:05", "2026-11-16T09:05:00"),
        ("2026-11-16 12:00 AM", "2026-11-16T00:00:00"),
        ("2026-11-16 12:00 PM", "2026-11-16T12:00:00"),
        ("2026-11-16 11:59:59 PM", "2026-11-16T23:59:59"),
        ("11/16/2026 2 PM", "2026-11-16T14:00:00"),
        ("2026-11-16 09:05:07.123", "2026-11-16T09:05:07.123"),
        ("2026-11-16 09:05:07,123", "2026-11-16T09:05:07.123"),
        ("16.11.2026 09:05:07,123", "2026-11-16T09:05:07.123"),
        ("2026/11/16 23:59:60", "2026-11-16T23:59:59"),
        ("46342.0", "2026-11-16"),
        ("46342.99999999", "2026-11-17T00:00:00"),
    ]);
}

#[test]
fn zones_and_offsets_make_a_time_an_instant() {
    for text in [
        "2026-11-16T14:30:00Z",
        "2026-11-16T14:30:00.000+00:00",
        "2026-11-16t14:30z",
        "2026-11-16T14:30:00.000+0000",
        "2026-11-16T14:30:00.000Z[UTC]",
        "2026-11-16 14:30:00.000 Z",
        "Monday, 16-Nov-26 14:30:00 GMT",
        "06:30:00 Nov 16, 2026 PST",
        "Nov 16, 2026 6:30:00 AM PST",
        "16 nov. 2026 15:30:00 GMT+1",
        "/Date(1794839400000)/",
        "/Date(1794839400000+0100)/",
        "2026-11-16 14:30:00 UTC",
        "2026-11-16 14:30:00 GMT",
        "2026-11-16 14:30:00 Etc/UTC",
        "2026-11-16 14:30:00.000000+00",
        "2026-11-16 06:30:00.000 -0800",
        "2026-11-16 16:30:00 GMT+2",
        "2026-11-16 15:30:00 UTC+01:00",
        "2026-11-16 15:30:00 +0100 CET",
        "2026-11-16 14:30:00 +0000 UTC",
        "2026-11-16 15:30:00 CET",
        "2026-11-16 09:30:00 EST",
        "2026-11-16 09:30:00 America/New_York",
        "2026-11-16T09:30:00[America/New_York]",
        "2026-11-16T09:30:00-05:00[America/New_York]",
        "2026/11/16T23:30:00+09:00",
        "2026-11-16 2:30 PM UTC",
        "20261116T143000Z",
        "16-NOV-26 09.30.00.000000 AM AMERICA/NEW_YORK",
        "16-NOV-26 03.30.00.000000 PM +01:00",
        "11/16/2026 9:30 AM EST",
        "Mon, 16 Nov 2026 14:30:00 +0000",
        "Mon, 16 Nov 2026 14:30:00 GMT",
        "Mon Nov 16 14:30:00 UTC 2026",
        "Mon Nov 16 14:30:00 +0000 2026",
        "Mon Nov 16 2026 15:30:00 GMT+0100 (Central European Standard Time)",
        "1794839400",
        "1794839400.0",
        "1794839400000",
        "1794839400000.0",
        "1794839400000000",
        "1794839400000000000",
    ] {
        assert_eq!(read(text).as_deref(), Some("2026-11-16T14:30:00Z"), "{text}");
    }
}

#[test]
fn the_order_of_day_and_month_is_shown_or_decided() {
    for (text, shown, as_day_first, as_month_first) in [
        ("11/16/2026", OrderShown::Only(MonthFirst), "2026-11-16", "2026-11-16"),
        ("16/11/2026", OrderShown::Only(DayFirst), "2026-11-16", "2026-11-16"),
        ("16-11-26", OrderShown::Only(DayFirst), "2026-11-16", "2026-11-16"),
        ("3/4/26", OrderShown::Either, "2026-04-03", "2026-03-04"),
        ("03-04-2026 10:00", OrderShown::Either, "2026-04-03T10:00:00", "2026-03-04T10:00:00"),
        ("4/4/2026", OrderShown::Nothing, "2026-04-04", "2026-04-04"),
        ("3.4.2026", OrderShown::Nothing, "2026-04-03", "2026-04-03"),
    ] {
        for (order, expected) in
            [(Some(DayFirst), as_day_first), (Some(MonthFirst), as_month_first), (None, as_month_first)]
        {
            let sold_at = parse(text, order).unwrap();
            assert_eq!(sold_at.order.order, shown, "{text}");
            let day = match sold_at.when {
                When::Day(day) => day.to_string(),
                When::Local(time) => time.to_string(),
                When::Instant(instant) => instant.to_string(),
            };
            assert_eq!(day, expected, "{text} {order:?}");
        }
    }
}

#[test]
fn months_and_calendars_of_other_languages_are_read() {
    for text in [
        "16 ноября 2026 г.",
        "16 нояб. 2026",
        "16 листопада 2026 р.",
        "16 Kasım 2026",
        "16 Kas 2026",
        "16. listopadu 2026",
        "2026. november 16.",
        "16. marraskuuta 2026",
        "16 Νοεμβρίου 2026",
        "16 noiembrie 2026",
        "16 noi. 2026",
        "١٦/١١/٢٠٢٦",
        "۲۰۲۶-۱۱-۱۶",
        "令和8年11月16日",
        "R8.11.16",
        "2026-W47-1",
        "2026W471",
    ] {
        assert_eq!(read(text).as_deref(), Some("2026-11-16"), "{text}");
    }
    check(&[
        ("16.11.2026 klo 14.30", "2026-11-16T14:30:00"),
        ("平成30年1月5日", "2018-01-05"),
        ("令和元年5月1日", "2019-05-01"),
        ("16 października 2026", "2026-10-16"),
    ]);
    // Abbreviations and months that Polish and Croatian use for different months.
    for text in ["16 lis 2026", "16 listopada 2026", "16 lip 2026", "R8", "令和8年", "2026-W60-1", "2026-W47"] {
        assert_eq!(read(text), None, "{text}");
    }
}

#[test]
fn a_year_of_two_digits_may_be_first() {
    let either = |first, last, has_points| Some(ShortDate::Either { first, last, has_points });
    for (text, short, year_last, year_first) in [
        ("26/11/23", either(26, 23, false), "2023-11-26", "2026-11-23"),
        ("26-11-23", either(26, 23, false), "2023-11-26", "2026-11-23"),
        ("26.11.23.", either(26, 23, true), "2023-11-26", "2026-11-23"),
        ("16/11/26", either(16, 26, false), "2026-11-16", "2016-11-26"),
        ("11/16/26", Some(ShortDate::YearLast), "2026-11-16", "2026-11-16"),
        ("5/11/26", Some(ShortDate::YearLast), "2026-05-11", "2026-05-11"),
        ("23/11/99", Some(ShortDate::YearLast), "1999-11-23", "1999-11-23"),
        ("16/11/2026", None, "2026-11-16", "2026-11-16"),
    ] {
        for (order, expected) in [(None, year_last), (Some(YearFirst), year_first)] {
            let sold_at = parse(text, order).unwrap();
            assert_eq!(sold_at.order.short, short, "{text}");
            let When::Day(day) = sold_at.when else { panic!("{text}") };
            assert_eq!(day.to_string(), expected, "{text} {order:?}");
        }
    }
}

#[test]
fn other_texts_are_not_dates() {
    for text in [
        "",
        "2026",
        "2026-11",
        "Nov 2026",
        "Nov-26",
        "16 Nov",
        "Nov 16 14:30",
        "2026-W47",
        "2026-Q4",
        "Q4 2026",
        "14:30",
        "2:30 PM",
        "2:30 PM EST",
        "10:00 2026",
        "11.16.2026",
        "13/13/2026",
        "2026-13-01",
        "2026-02-30",
        "2026/02/30",
        "31.2.2026",
        "2026-11-15x",
        "2026-11-15T25:00",
        "2026-11-15 25:61",
        "2026-11-15 12",
        "2026-11-15 13:00 AM",
        "2026-11/15",
        "2026-11-15TZ",
        "2026-11-15 10:00 XYZ",
        "2026-11-15 10:00 BST",
        "2026-11-15 10:00 +25:00",
        "2026-11-15 10:00 Mars/Olympus",
        "16 Smarch 2026",
        "yesterday",
        "Total",
        "1.234.567",
        "1,234",
        "12.50",
        "12345",
        "99999",
        "123456",
        "11,16,2026",
        "-1794837000",
        "1.794837E+12",
        "２０２６",
    ] {
        assert_eq!(read(text), None, "{text}");
    }
    assert_eq!(read(&"9".repeat(10_000)), None);
}

#[test]
fn an_instant_is_not_moved_by_the_zone_of_its_text() {
    let berlin = TimeZone::get("Europe/Berlin").unwrap();
    let Some(SoldAt { when: When::Instant(instant), .. }) = parse("2026-07-01 00:30:00 Europe/Berlin", None) else {
        panic!("it is an instant")
    };
    assert_eq!(berlin.to_datetime(instant).date().to_string(), "2026-07-01");
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

proptest! {
    #[test]
    fn a_day_is_read_from_every_form_that_shows_it(days in 0_i64..25_000, form in 0..16_usize) {
        let date = Date::constant(2000, 1, 1) + jiff::SignedDuration::from_hours(24 * days);
        let (y, m, d) = (date.year(), date.month(), date.day());
        let name = MONTHS[usize::try_from(m).unwrap() - 1];
        let text = match form {
            0 => format!("{y}-{m:02}-{d:02}"),
            1 => format!("{y}/{m}/{d}"),
            2 => format!("{y}.{m:02}.{d:02}"),
            3 => format!("{y}{m:02}{d:02}"),
            4 => format!("{d}.{m}.{y}"),
            5 => format!("{d:02}.{m:02}.{:02}", y % 100),
            6 => format!("{name} {d}, {y}"),
            7 => format!("{d} {name} {y}"),
            8 => format!("{d:02}-{}-{:02}", name[..3].to_uppercase(), y % 100),
            9 => date.strftime("%A, %B %d, %Y").to_string(),
            10 => format!("{y}年{m}月{d}日"),
            11 => (36_526 + days).to_string(),
            12 => format!("{m}/{d}/{y}"),
            13 => format!("{d}-{m}-{y}"),
            14 => format!("{m:02}/{d:02}/{y} 11:59 PM"),
            _ => format!("{y}-{m}-{d} 12:05:09 a.m."),
        };
        let order = match form {
            12 | 14 => Some(MonthFirst),
            13 => Some(DayFirst),
            _ => None,
        };
        let read = match parse(&text, order).map(|sold_at| sold_at.when) {
            Some(When::Day(day)) => Some(day),
            Some(When::Local(time)) => Some(time.date()),
            _ => None,
        };
        // Two digits reach until 2068.
        prop_assume!(!matches!(form, 5 | 8) || y < 2069);
        prop_assert_eq!(read, Some(date), "{}", text);
    }

    #[test]
    fn an_instant_is_read_from_every_form_that_shows_it(second in 1_000_000_000_i64..4_000_000_000, form in 0..8_usize) {
        let instant = Timestamp::from_second(second).unwrap();
        let paris = TimeZone::get("Europe/Paris").unwrap().to_datetime(instant);
        let offset = TimeZone::get("Europe/Paris").unwrap().to_offset(instant).seconds() / 3600;
        let text = match form {
            0 => second.to_string(),
            1 => format!("{second}000"),
            2 => instant.to_string(),
            3 => instant.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string(),
            4 => instant.strftime("%m/%d/%Y %I:%M:%S %p UTC").to_string(),
            5 => paris.strftime("%Y/%m/%d %H:%M:%S ").to_string() + &format!("+{offset:02}00"),
            6 => paris.strftime("%d.%m.%Y, %H:%M:%S ").to_string() + &format!("GMT+{offset}"),
            _ => instant.strftime("%a %b %e %H:%M:%S UTC %Y").to_string(),
        };
        prop_assert_eq!(parse(&text, None).map(|sold_at| sold_at.when), Some(When::Instant(instant)), "{}", text);
    }

    #[test]
    fn no_text_causes_a_panic(text in "\\PC{0,40}", digits in "[0-9a-z ./:,+\\-年月]{0,30}") {
        let _ = (parse(&text, None), parse(&digits, Some(DayFirst)));
    }
}
