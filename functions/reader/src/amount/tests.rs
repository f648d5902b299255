use DecimalStyle::{Comma, Point};
use MarkShown::{Either, Nothing};
use proptest::prelude::*;

use super::*;

fn read(text: &str, style: DecimalStyle, currency: &str) -> Result<String, AmountError> {
    parse(text, style, &Currency::new(currency)).map(|amount| amount.value.to_string())
}

fn shown(text: &str) -> MarkShown {
    parse(text, Point, &Currency::new("USD")).unwrap().shown
}

#[test]
fn evident_numbers_are_read_alike_in_both_styles() {
    for (text, value, mark) in [
        ("0", "0", Nothing),
        ("12", "12", Nothing),
        ("+7", "7", Nothing),
        ("7-", "-7", Nothing),
        ("1 234", "1234", Nothing),
        ("1'234", "1234", Nothing),
        ("1234567", "1234567", Nothing),
        ("-0.5", "-0.5", MarkShown::Point),
        ("12.5", "12.5", MarkShown::Point),
        ("0.123", "0.123", MarkShown::Point),
        ("-0.123", "-0.123", MarkShown::Point),
        ("012.345", "12.345", MarkShown::Point),
        ("1234.567", "1234.567", MarkShown::Point),
        ("1,234.56", "1234.56", MarkShown::Point),
        ("1,234.567", "1234.567", MarkShown::Point),
        ("1,234,567", "1234567", MarkShown::Point),
        ("12,34,567.00", "1234567", MarkShown::Point),
        ("12,34,567", "1234567", MarkShown::Point),
        ("1 234.5", "1234.5", MarkShown::Point),
        ("1'250.00", "1250", MarkShown::Point),
        ("1’250.00", "1250", MarkShown::Point),
        ("1 234.567", "1234.567", MarkShown::Point),
        (".5", "0.5", MarkShown::Point),
        (".500", "0.5", MarkShown::Point),
        ("5.", "5", Nothing),
        ("5,", "5", Nothing),
        ("1E5", "100000", Nothing),
        ("99.-", "99", Nothing),
        ("99,-", "99", MarkShown::Comma),
        ("1.250,-", "1250", MarkShown::Comma),
        ("1,500/-", "1500", MarkShown::Point),
        ("1,500.-", "1500", MarkShown::Point),
        ("1.5E3", "1500", MarkShown::Point),
        ("1.500e-3", "0.0015", MarkShown::Point),
        ("12,5", "12.5", MarkShown::Comma),
        ("12,50", "12.5", MarkShown::Comma),
        ("0,123", "0.123", MarkShown::Comma),
        ("1,2345", "1.2345", MarkShown::Comma),
        ("1234,567", "1234.567", MarkShown::Comma),
        ("1.234,56", "1234.56", MarkShown::Comma),
        ("1.234.567", "1234567", MarkShown::Comma),
        ("1.234.567,8", "1234567.8", MarkShown::Comma),
        ("1 234,5", "1234.5", MarkShown::Comma),
        ("1\u{202f}234,56", "1234.56", MarkShown::Comma),
        ("1\u{2009}234,56", "1234.56", MarkShown::Comma),
        ("1\u{a0}234,56", "1234.56", MarkShown::Comma),
        ("1,5E+03", "1500", MarkShown::Comma),
        ("１，０００．５０", "1000.5", MarkShown::Point),
        ("9999999999999999999999,9999", "9999999999999999999999.9999", MarkShown::Comma),
    ] {
        for style in [Point, Comma] {
            assert_eq!(read(text, style, "USD").as_deref(), Ok(value), "{text} {style:?}");
        }
        assert_eq!(shown(text), mark, "{text}");
    }
}

#[test]
fn a_single_mark_before_three_digits_is_read_by_the_style() {
    for (text, mark, trailing_zero, point, comma) in [
        ("1.500", '.', true, "1.5", "1500"),
        ("-1.500", '.', true, "-1.5", "-1500"),
        ("123.456", '.', false, "123.456", "123456"),
        ("12,250", ',', true, "12250", "12.25"),
        ("$1,001", ',', false, "1001", "1.001"),
        ("(1.500)", '.', true, "-1.5", "-1500"),
    ] {
        assert_eq!(shown(text), Either { mark, trailing_zero }, "{text}");
        assert_eq!(read(text, Point, "USD").as_deref(), Ok(point), "{text}");
        assert_eq!(read(text, Comma, "USD").as_deref(), Ok(comma), "{text}");
    }
}

#[test]
fn text_that_is_not_a_number_is_refused() {
    use AmountError::{Empty, NotANumber, TooLarge};
    for (text, error) in [
        ("", Empty),
        ("   ", Empty),
        ("\u{a0}", Empty),
        ("'", Empty),
        ("abc", NotANumber),
        ("NaN", NotANumber),
        ("inf", NotANumber),
        ("1,23,45", NotANumber),
        ("1,23.45", NotANumber),
        ("1.2.3", NotANumber),
        ("1,2,3", NotANumber),
        ("1.234,567,890", NotANumber),
        ("1,234.567.890", NotANumber),
        ("1 234'567", NotANumber),
        ("1 23", NotANumber),
        ("12.5 5", NotANumber),
        ("--1", NotANumber),
        ("-5-", NotANumber),
        ("--", NotANumber),
        ("+", NotANumber),
        ("(1", NotANumber),
        ("1)", NotANumber),
        ("(-1)", NotANumber),
        ("-(1)", NotANumber),
        ("()", NotANumber),
        ("(-)", NotANumber),
        (".", NotANumber),
        (",", NotANumber),
        ("1e", NotANumber),
        ("1e99999999", NotANumber),
        ("0x10", NotANumber),
        ("1_000", NotANumber),
        ("12%", NotANumber),
        ("12 %", NotANumber),
        ("12q", NotANumber),
        ("$1.234M", NotANumber),
        ("12 M M", NotANumber),
        ("M12", NotANumber),
        ("12 XYZ", NotANumber),
        ("100 CR", NotANumber),
        ("100 DR", NotANumber),
        ("12/5", NotANumber),
        ("12,50,-", NotANumber),
        ("12.50,-", NotANumber),
        ("-,-", NotANumber),
        ("2026-11-16", NotANumber),
        ("$", NotANumber),
        ("USD", NotANumber),
        ("$$5", NotANumber),
        ("5$5", NotANumber),
        ("=1+1", NotANumber),
        ("1e40", TooLarge),
        ("1234567890123456789012345678901234567890", TooLarge),
        ("10.000.000.000.000.000.000.000", TooLarge),
    ] {
        for style in [Point, Comma] {
            assert_eq!(read(text, style, "USD"), Err(error), "{text} {style:?}");
        }
    }
    assert_eq!(read(&"1".repeat(1_000), Point, "USD"), Err(NotANumber));
}

#[test]
fn words_for_thousands_and_millions_multiply() {
    for (text, currency, value) in [
        ("$1.2M", "USD", "1200000"),
        ("950K", "USD", "950000"),
        ("USD 1.23456 million", "USD", "1234560"),
        ("(1.5k)", "USD", "-1500"),
        ("1,2 Mio. €", "EUR", "1200000"),
        ("950 Tsd. €", "EUR", "950000"),
        ("12 k€", "EUR", "12000"),
        ("Rs. 2.5 lakh", "INR", "250000"),
        ("1.2 Crore", "INR", "12000000"),
        ("125万円", "JPY", "1250000"),
        ("3.5万", "CNY", "35000"),
        ("1,5 млн руб.", "RUB", "1500000"),
        ("0,00001234567 Mrd", "EUR", "12345.67"),
    ] {
        assert_eq!(read(text, Point, currency).as_deref(), Ok(value), "{text}");
    }
    assert_eq!(shown("$1.2M"), MarkShown::Scaled(Some('.')));
    assert_eq!(read("1.2M €", Point, "USD"), Err(AmountError::Foreign));
}

#[test]
fn digits_and_signs_of_other_scripts_are_read() {
    for (text, currency, value) in [
        ("١٬٢٥٠٫٥٠", "EGP", "1250.5"),
        ("۱۲۳۴", "IRR", "1234"),
        ("१२३.५", "INR", "123.5"),
        ("１，２５０", "JPY", "1250"),
        ("\\1,250,000", "JPY", "1250000"),
        ("300.00 ש\"ח", "ILS", "300"),
        ("BD 250.5", "BHD", "250.5"),
        ("1 250,5 DT", "TND", "1250.5"),
    ] {
        assert_eq!(read(text, Point, currency).as_deref(), Ok(value), "{text}");
    }
}

#[test]
fn a_dash_is_zero_or_stands_for_no_cents() {
    for text in ["-", " - ", "–", "—", "$ -", "$-", " $ -   ", "- $", "$ -??", "-   ??", "$ –"] {
        assert_eq!(read(text, Point, "USD").as_deref(), Ok("0"), "{text}");
    }
    for (text, value) in [
        ("99,-", "99"),
        ("99.-", "99"),
        ("99,--", "99"),
        ("12.--", "12"),
        ("99,–", "99"),
        ("1'250.-", "1250"),
        ("CHF 99.-", "99"),
        ("99.- CHF", "99"),
        ("Fr. 1'250.—", "1250"),
        ("-99.-", "-99"),
        ("12,00-", "-12"),
        ("12.00-", "-12"),
        ("12.50 -", "-12.5"),
    ] {
        assert_eq!(read(text, Point, "CHF").as_deref(), Ok(value), "{text}");
    }
    assert_eq!(read("€ 1.250,-", Comma, "EUR").as_deref(), Ok("1250"));
    assert_eq!(read("1.250,- €", Comma, "EUR").as_deref(), Ok("1250"));
    assert_eq!(read("Rs. 1,500/-", Point, "INR").as_deref(), Ok("1500"));
}

#[test]
fn guards_of_spreadsheets_are_ignored() {
    for (text, value) in [
        ("'-500", "-500"),
        ("'1000", "1000"),
        ("’+5", "5"),
        ("'(5.25)", "-5.25"),
        ("=\"1000\"", "1000"),
        ("=\"1,000.00\"", "1000"),
        ("=\"-5\"", "-5"),
    ] {
        assert_eq!(read(text, Point, "USD").as_deref(), Ok(value), "{text}");
    }
}

#[test]
fn marks_of_the_organizations_currency_are_ignored() {
    for text in [
        "$1,234.50",
        "US$ 1,234.50",
        "USD 1234.5",
        "usd 1234.50",
        "1234.50 USD",
        "1,234.50 $",
        "$1,234.50 USD",
        "USD $1,234.50",
        "USD$1,234.50",
        "$ 1,234.50 ",
        "1.234,50 $US",
        "1 234,50 $ US",
        "1,234.50 US Dollars",
        "＄１，２３４．５０",
        "'$1,234.50",
    ] {
        assert_eq!(read(text, Point, "USD").as_deref(), Ok("1234.5"), "{text}");
    }
    for text in [
        "-$5", "($5)", "$(5)", "$ (5.00)", "$-5", "(5 USD)", "(5) USD", "-5$", "−$5", "$5-", "$ 5.00 -", "5- USD",
        "USD -5",
    ] {
        assert_eq!(read(text, Point, "USD").as_deref(), Ok("-5"), "{text}");
    }
    for (text, currency, value) in [
        ("€7", "EUR", "7"),
        ("7,50 €", "EUR", "7.5"),
        ("7,50 Euro", "EUR", "7.5"),
        ("£1,000.50", "GBP", "1000.5"),
        ("￥１，０００，０００", "JPY", "1000000"),
        ("1000円", "JPY", "1000"),
        ("¥ 12.5", "CNY", "12.5"),
        ("100元", "CNY", "100"),
        ("RMB 100", "CNY", "100"),
        ("₩1,000,000", "KRW", "1000000"),
        ("100원", "KRW", "100"),
        ("₹12,34,567.00", "INR", "1234567"),
        ("Rs.500", "INR", "500"),
        ("Rs. 500.25", "INR", "500.25"),
        ("Rs 500", "INR", "500"),
        ("kr 1 234,50", "NOK", "1234.5"),
        ("1.234,50 kr.", "DKK", "1234.5"),
        ("100:-", "SEK", "100"),
        ("1 234,50 zł", "PLN", "1234.5"),
        ("₺1.234,50", "TRY", "1234.5"),
        ("1.234,50 TL", "TRY", "1234.5"),
        ("Fr. 12.50", "CHF", "12.5"),
        ("SFr.12.50", "CHF", "12.5"),
        ("R 1 234,50", "ZAR", "1234.5"),
        ("R1,234.50", "ZAR", "1234.5"),
        ("R$ 1.234,50", "BRL", "1234.5"),
        ("CA$5", "CAD", "5"),
        ("C$5", "CAD", "5"),
        ("5,00 $ CA", "CAD", "5"),
        ("$5", "CAD", "5"),
        ("A$5", "AUD", "5"),
        ("NZ$5", "NZD", "5"),
        ("HK$5", "HKD", "5"),
        ("S$5", "SGD", "5"),
        ("MX$5", "MXN", "5"),
        ("NT$5", "TWD", "5"),
        ("100 Kč", "CZK", "100"),
        ("100 Ft", "HUF", "100"),
        ("100 lei", "RON", "100"),
        ("100 ₽", "RUB", "100"),
        ("₪100", "ILS", "100"),
        ("100 ₫", "VND", "100"),
        ("฿100", "THB", "100"),
        ("₱100", "PHP", "100"),
        ("100 ₴", "UAH", "100"),
        ("RM100", "MYR", "100"),
        ("Rp 100", "IDR", "100"),
        ("AED 100", "AED", "100"),
        ("د.إ 100", "AED", "100"),
        ("$.50", "USD", "0.5"),
    ] {
        assert_eq!(read(text, Point, currency).as_deref(), Ok(value), "{text}");
    }
}

#[test]
fn an_amount_in_another_currency_is_foreign() {
    for text in [
        "€5",
        "5 EUR",
        "EUR 1,000.00",
        "eur 5",
        "CA$5",
        "A$5",
        "R$5",
        "5 kr",
        "£ -",
        "$5 EUR",
        "€5 USD",
        "$5 CAD",
        "(€5)",
        "-€5",
        "5 euros",
        "5,00 $ CA",
        "￥500",
        "99.- CHF",
    ] {
        assert_eq!(read(text, Point, "USD"), Err(AmountError::Foreign), "{text}");
    }
    assert_eq!(read("$5", Point, "EUR"), Err(AmountError::Foreign));
    assert_eq!(read("US$5", Point, "CAD"), Err(AmountError::Foreign));
}

/// Separates the digits of a whole number into groups, the last of three digits.
fn grouped(digits: &str, separator: &str, lakhs: bool) -> String {
    let mut groups = vec![];
    let mut rest = digits;
    while rest.len() > if lakhs && !groups.is_empty() { 2 } else { 3 } {
        let size = if lakhs && !groups.is_empty() { 2 } else { 3 };
        let (before, group) = rest.split_at(rest.len() - size);
        groups.push(group);
        rest = before;
    }
    groups.push(rest);
    groups.reverse();
    groups.join(separator)
}

proptest! {
    #[test]
    fn an_amount_is_read_as_its_value_however_it_is_written(
        value in 0_i64..10_000_000_000_000,
        places in 0..5_usize,
        separator in prop::sample::select(vec!["", "'", " ", "\u{a0}", "\u{202f}", "’", "other", "lakhs"]),
        style in prop::sample::select(vec![Point, Comma]),
        form in prop::sample::select(vec![
            "{}", "-{}", "{}-", "({})", "$({})", "+{}", "'{}", "'-{}", "\u{2212}{}", "${}", "$ {}", "-${}", "$-{}", "(${})",
            "{} $", "{} USD", "USD {}", "usd {}", "${} USD", "US$ {}", "-{} USD", "=\"{}\"", " {} ",
        ]),
    ) {
        let unit = 10_i64.pow(4 - u32::try_from(places).unwrap());
        let value = value / unit * unit;
        let (mark, other) = if style == Point { (".", ",") } else { (",", ".") };
        let whole = (value / 10_000).to_string();
        let whole = match separator {
            "other" => grouped(&whole, other, false),
            "lakhs" => grouped(&whole, other, true),
            separator => grouped(&whole, separator, false),
        };
        let fraction = format!("{:04}", value % 10_000);
        let number = if places == 0 { whole } else { format!("{whole}{mark}{}", &fraction[..places]) };
        let negative = form.contains(['-', '(', '\u{2212}']);
        let expected = Decimal::from_ten_thousandths(i128::from(if negative { -value } else { value }));
        let text = form.replace("{}", &number);
        let currency = Currency::new("USD");
        let amount = parse(&text, style, &currency);
        prop_assert_eq!(amount.map(|amount| amount.value), Ok(expected), "{}", text);
        // What is evident is read alike in the other style.
        if !matches!(amount.unwrap().shown, Either { .. }) {
            let other = if style == Point { Comma } else { Point };
            prop_assert_eq!(parse(&text, other, &currency), amount, "{}", text);
        }
    }

    #[test]
    fn the_fast_path_agrees_with_the_slow_path(text in "-?[0-9]{1,9}([.,][0-9]{1,4})?", style in prop::sample::select(vec![Point, Comma])) {
        prop_assert_eq!(plain(&text, style), affixes::parse(&text, style, &Currency::new("USD")).ok());
    }

    #[test]
    fn no_text_causes_a_panic(text in "\\PC{0,60}", signs in "[-0-9(),.' $€a-z?]{0,12}") {
        let currency = Currency::new("EUR");
        let _ = (parse(&text, Point, &currency), parse(&signs, Comma, &currency));
    }
}
