//! Tests of what the values of a whole file show about their notation.

use standings_core::DecimalStyle;

use super::*;

/// Reads amounts, one a row, and returns their total.
fn total(amounts: &[&str], delimiter: char, reading: &Reading) -> Result<String, String> {
    let rows = amounts.iter().map(|amount| format!("2026-11-16{delimiter}Ana{delimiter}\"{amount}\"\n"));
    let text = format!("date{delimiter}rep{delimiter}amount\n{}", rows.collect::<String>());
    let file = read("sales.csv", reading, &text.into_bytes()).map_err(|error| error.to_string())?;
    let all: Decimal =
        file.segments.values().flat_map(|week| week.people.values()).map(standings_core::Person::amount).sum();
    assert_eq!(file.skipped_rows, 0, "{:?}", file.examples);
    Ok(all.to_string())
}

fn in_currency(code: &str) -> Reading {
    Reading { currency: code.to_owned(), ..Reading::default() }
}

#[test]
fn amounts_in_a_currency_of_three_decimals_are_not_thousands() {
    let kuwait = in_currency("KWD");
    for (amounts, delimiter, expected) in [
        (&["1,234.500", "250.000"][..], ',', "1484.5"),
        (&["250.000", "85.500"], ',', "335.5"),
        (&["250.000", "85.500"], ';', "335.5"),
        (&["250,000", "85,500"], ';', "335.5"),
        (&["250,000", "0,750"], ',', "250.75"),
        (&["250.000", "12000"], ',', "12250"),
        // Marks of thousands: the smaller numbers have none.
        (&["1,500", "250"], ',', "1750"),
    ] {
        assert_eq!(total(amounts, delimiter, &kuwait).as_deref(), Ok(expected), "{amounts:?}");
    }
    let error = total(&["250,000", "85,500"], ',', &kuwait).unwrap_err();
    assert!(error.contains("\"250,000\" can have thousands") && error.contains("decimal_mark"), "{error}");
    let option = Reading { decimal_mark: Some(DecimalStyle::Comma), ..kuwait };
    assert_eq!(total(&["250,000", "85,500"], ',', &option).as_deref(), Ok("335.5"));
}

#[test]
fn amounts_in_a_currency_without_decimals_are_whole() {
    for (code, amounts, delimiter, expected) in [
        ("CLP", &["1.500", "2.000"][..], ',', "3500"),
        ("JPY", &["1,500", "2,000"], ';', "3500"),
        ("KRW", &["1.500.000", "2.000"], '\t', "1502000"),
        ("IDR", &["150.000"], ',', "150000"),
        ("JPY", &["12.5", "1.525"], ',', "14.025"),
    ] {
        assert_eq!(total(amounts, delimiter, &in_currency(code)).as_deref(), Ok(expected), "{amounts:?}");
    }
    let option = Reading { decimal_mark: Some(DecimalStyle::Comma), ..in_currency("JPY") };
    assert_eq!(total(&["1,500"], ',', &option).as_deref(), Ok("1500"), "yen have no decimals, whatever the option");
    assert!(total(&["1.500"], ',', &in_currency("USD")).unwrap_err().contains("decimal_mark"));
}

/// Reads dates, one a row, and returns the days, as the file says them in words.
fn days(dates: &[&str], date_order: Option<DateOrder>) -> Result<Vec<String>, String> {
    let rows = dates.iter().map(|date| format!("{date},Ana,1\n")).collect::<Vec<_>>().concat();
    let reading = Reading { date_order, ..Reading::default() };
    let file = read("sales.csv", &reading, &format!("date,rep,amount\n{rows}").into_bytes())
        .map_err(|error| error.to_string())?;
    assert_eq!(file.skipped_rows, 0, "{:?}", file.examples);
    Ok(file.segments.values().flat_map(|week| week.days.keys()).map(ToString::to_string).collect())
}

#[test]
fn the_years_of_a_file_show_whether_they_come_first() {
    for (dates, expected) in [
        // Years are few, days are many.
        (&["26/11/23", "26/11/24", "26/11/25"][..], ["2026-11-23", "2026-11-24", "2026-11-25"]),
        (&["26-11-23", "26-11-24 10:30", "26-11-25"], ["2026-11-23", "2026-11-24", "2026-11-25"]),
        (&["26.11.23.", "26.11.24.", "26.11.25."], ["2026-11-23", "2026-11-24", "2026-11-25"]),
        (&["23/11/26", "24/11/26", "25/11/26"], ["2026-11-23", "2026-11-24", "2026-11-25"]),
        (&["23.11.26", "24.11.26", "25.11.26"], ["2026-11-23", "2026-11-24", "2026-11-25"]),
        // No sales were made in 2002, nor will they be made in 2042.
        (&["26/11/02", "26/11/03", "26/12/31"], ["2026-11-02", "2026-11-03", "2026-12-31"]),
        // One date shows it for all.
        (&["26/11/23", "1/12/23", "26/12/23"], ["2023-11-26", "2023-12-01", "2023-12-26"]),
    ] {
        assert_eq!(days(dates, None).as_deref().unwrap(), expected, "{dates:?}");
    }
    for dates in [&["26/11/23"][..], &["26-11-23", "26-11-24"]] {
        let error = days(dates, None).unwrap_err();
        assert!(error.contains("date_order") && error.contains("year_first"), "{error}");
        assert_eq!(days(dates, Some(DateOrder::YearFirst)).unwrap()[0], "2026-11-23");
        assert_eq!(days(dates, Some(DateOrder::DayFirst)).unwrap()[0], "2023-11-26");
    }
    // The option decides nothing about years of four digits.
    let error = days(&["26/11/23", "03/04/2026"], Some(DateOrder::YearFirst)).unwrap_err();
    assert!(error.contains("03/04/2026"), "{error}");
    let file = csv("date,rep,amount\n23.11.26,Ana,1\n").unwrap();
    assert!(file.remarks[0].to_string().contains("read as day.month.year"), "{:?}", file.remarks);
}
