use super::*;
use CurrencyNamed::{None, Other, Own};

#[test]
fn the_organizations_currency_is_recognized_in_every_form() {
    for (code, texts) in [
        (
            "USD",
            &[
                "USD",
                "usd",
                " Usd ",
                "$",
                "US$",
                "US Dollar",
                "us dollars",
                "U.S. Dollars",
                "United States dollar",
                "Dollar",
                "American Dollar",
                "USD - US Dollar",
                "US Dollar (USD)",
                "USD ($)",
                "USD$",
                "$ USD",
                "USD United States Dollar",
                "US-Dollar",
            ][..],
        ),
        ("EUR", &["eur", "€", "Euro", "euros", "EUR (€)", "Euro (EUR)", "EUR - Euro", "Euro EUR"]),
        ("GBP", &["£", "￡", "Pound Sterling", "British Pound", "Pounds", "British Pounds Sterling", "GBP (£)"]),
        ("CHF", &["Fr.", "SFr.", "sFr", "Swiss Franc", "Swiss francs", "Franken", "CHF"]),
        ("JPY", &["¥", "￥", "円", "Japanese Yen", "yen"]),
        ("CNY", &["RMB", "元", "¥", "Chinese Yuan", "Yuan Renminbi"]),
        ("CAD", &["CA$", "C$", "Can$", "$", "$CA", "$ CA", "Canadian Dollar", "Canadian Dollars", "CAD (CA$)"]),
        ("SEK", &["kr", "kr.", "Swedish Krona", "kronor"]),
        ("DKK", &["kr.", "Danish Krone", "kroner"]),
        ("PLN", &["zł", "zl", "Polish Zloty", "Polish złoty"]),
        ("INR", &["₹", "Rs.", "Rs", "₨", "Indian Rupee", "rupees"]),
        ("TRY", &["₺", "TL", "TRY", "try", "Turkish Lira"]),
        ("ZAR", &["R", "Rand", "South African Rand"]),
        ("CZK", &["Kč", "kc", "Czech Koruna"]),
        ("BRL", &["R$", "Brazilian Real"]),
        ("AED", &["AED", "د.إ", "Dhs", "UAE Dirham"]),
        ("KRW", &["₩", "원", "￦", "South Korean won", "Korean Won"]),
        ("ILS", &["₪", "NIS", "Israeli new shekel", "Shekels"]),
    ] {
        for text in texts {
            assert_eq!(Currency::new(code).is_named_by(text), Own, "{code}: {text}");
        }
    }
}

#[test]
fn other_currencies_are_told_from_words() {
    let dollar = Currency::new("USD");
    for text in [
        "EUR",
        "eur",
        "€",
        "CA$",
        "R$",
        "A$",
        "Euro",
        "Pound Sterling",
        "Canadian Dollar",
        "kr",
        "JPY (¥)",
        "USD (€)",
        "ALL",
    ] {
        assert_eq!(dollar.is_named_by(text), Other, "{text}");
    }
    for text in
        ["", "-", "XYZ", "#", "%", "k", "M", "EUR (thousands)", "USD 000", "all", "Won", "net", "XXX", "$$", "Total"]
    {
        assert_eq!(dollar.is_named_by(text), None, "{text}");
    }
    assert_eq!(Currency::new("EUR").is_named_by("$"), Other);
    assert_eq!(dollar.is_named_by(&"$ ".repeat(1_000)), None);
}

#[test]
fn the_decimal_places_are_those_in_use() {
    for (codes, places) in [
        (&["KWD", "BHD", "OMR", "TND", "JOD", "LYD"][..], Places::Three),
        (&["JPY", "KRW", "CLP", "VND", "XOF", "ISK", "HUF", "IDR", "COP", "IQD"], Places::None),
        (&["USD", "EUR", "MAD", "BTC"], Places::Two),
    ] {
        for code in codes {
            assert_eq!(Currency::new(code).places(), places, "{code}");
        }
    }
}

#[test]
fn a_currency_that_iso_does_not_list_is_known_by_its_code() {
    assert_eq!(Currency::new("btc").is_named_by("BTC"), Own);
    assert_eq!(Currency::new("BTC").is_named_by("USD"), Other);
}

#[test]
fn terraform_takes_the_currencies_that_are_known_here() {
    let known = (0..1000).filter_map(iso_currency::Currency::from_numeric).filter(|currency| !currency.is_special());
    let mut known: Vec<&str> = known.map(|currency| currency.code()).collect();
    known.sort_unstable();
    let listed = include_str!("../../../../terraform/lists/currencies.txt");
    assert_eq!(known.join("\n"), listed.trim_end(), "terraform/lists/currencies.txt");
}
