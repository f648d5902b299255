//! Amounts and percentages, as people read them.

use standings_core::{Decimal, Entry, Measure};

/// What amounts are counted in, how many places it has, and what separates them.
#[derive(Clone, Copy)]
pub(crate) struct Currency<'a> {
    pub(crate) code: &'a str,
    places: usize,
    separators: Separators,
}

/// How a number is written.
#[derive(Clone, Copy)]
struct Separators {
    /// Between thousands.
    group: &'static str,
    /// Before the places.
    point: char,
    /// Whether groups above a thousand have two digits, as in India: lakh and crore.
    is_indian: bool,
}

/// `1,234.50`, and all numbers that are no amounts.
const COMMA: Separators = Separators { group: ",", point: '.', is_indian: false };
/// `1.234,50`
const DOT: Separators = Separators { group: ".", point: ',', is_indian: false };
/// `1 234,50`, with spaces that do not break.
const SPACE: Separators = Separators { group: "\u{a0}", point: ',', is_indian: false };
/// `1\u{2019}234.50`
const APOSTROPHE: Separators = Separators { group: "\u{2019}", point: '.', is_indian: false };
/// `12,34,567.50`
const INDIAN: Separators = Separators { group: ",", point: '.', is_indian: true };

impl Separators {
    /// Those of the country that a currency is at home in; for the euro of most of them. From Unicode's CLDR.
    fn of(code: &str) -> Self {
        match code {
            "EUR" | "BRL" | "ARS" | "CLP" | "COP" | "UYU" | "PYG" | "CRC" | "DKK" | "IDR" | "ISK" | "RON" | "RSD"
            | "TRY" | "VND" | "MKD" | "BAM" => DOT,
            "SEK" | "NOK" | "PLN" | "CZK" | "HUF" | "RUB" | "UAH" | "BGN" | "BYN" | "KZT" | "GEL" | "AMD" | "ZAR"
            | "XAF" | "XOF" | "XPF" | "MGA" => SPACE,
            "CHF" => APOSTROPHE,
            "INR" | "PKR" | "BDT" | "NPR" => INDIAN,
            _ => COMMA,
        }
    }
}

impl<'a> Currency<'a> {
    /// A currency of ISO 4217; an unknown one has two places, as most have. What is no code at all is not shown.
    pub(crate) fn new(code: &'a str) -> Self {
        let is_code = code.len() <= 8 && code.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let code = if is_code { code } else { "" };
        let places = match code {
            "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF" | "UGX" | "UYI" | "VND"
            | "VUV" | "XAF" | "XOF" | "XPF" => 0,
            "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
            "CLF" | "UYW" => 4,
            _ => 2,
        };
        Self { code, places, separators: Separators::of(code) }
    }

    /// An amount with separators and the currency's places, rounded half away from zero: `-1,234.50`.
    pub(crate) fn amount(self, amount: Decimal) -> String {
        fixed(amount.ten_thousandths(), self.places, self.separators)
    }

    /// A total with its currency, shortened from a million on, where nobody reads digit by digit: `1.23M USD`.
    pub(crate) fn total(self, total: Decimal) -> String {
        const SHORT: [(i128, &str); 3] = [(1_000_000_000_000, "T"), (1_000_000_000, "B"), (1_000_000, "M")];
        let ten_thousandths = total.ten_thousandths();
        let short = SHORT.into_iter().find(|(size, _)| ten_thousandths.unsigned_abs() / 10_000 >= size.unsigned_abs());
        let amount = match short {
            Some((size, letter)) => format!("{}{letter}", fixed(ten_thousandths / size, 2, self.separators)),
            None => self.amount(total),
        };
        format!("{amount} {}", self.code).trim_end().to_owned()
    }
}

/// What an entry is ranked by, as it stands in a table.
pub(crate) fn value(entry: &Entry, measure: Measure, currency: Currency) -> String {
    match measure {
        Measure::Amount => currency.amount(entry.amount),
        Measure::Deals => count(entry.deals),
        Measure::Units => units(entry.units),
    }
}

/// The same with what it is: `1,234.50 USD`, `12 deals`.
pub(crate) fn named_value(entry: &Entry, measure: Measure, currency: Currency) -> String {
    let value = value(entry, measure, currency);
    let is_one = value == "1";
    let name = match measure {
        Measure::Amount => currency.code,
        Measure::Deals if is_one => "deal",
        Measure::Deals => "deals",
        Measure::Units if is_one => "unit",
        Measure::Units => "units",
    };
    format!("{value} {name}").trim_end().to_owned()
}

/// By how much the first of two entries is ahead, named; `None` where that is no number, which is damage.
pub(crate) fn ahead(first: &Entry, second: &Entry, measure: Measure, currency: Currency) -> Option<String> {
    let difference = |a: Decimal, b: Decimal| {
        a.ten_thousandths().checked_sub(b.ten_thousandths()).map(Decimal::from_ten_thousandths)
    };
    let entry = Entry {
        amount: difference(first.amount, second.amount).or((measure != Measure::Amount).then_some(Decimal::ZERO))?,
        deals: first.deals.saturating_sub(second.deals),
        units: difference(first.units, second.units).or((measure != Measure::Units).then_some(Decimal::ZERO))?,
        ..first.clone()
    };
    Some(match measure {
        Measure::Amount => value(&entry, measure, currency),
        Measure::Deals | Measure::Units => named_value(&entry, measure, currency),
    })
}

/// A number of things.
pub(crate) fn count(number: u64) -> String {
    grouped(&number.to_string(), COMMA)
}

/// A number of units, with the places that it has.
fn units(units: Decimal) -> String {
    let text = fixed(units.ten_thousandths(), 4, COMMA);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A number of ten-thousandths with separators and at most four places.
fn fixed(ten_thousandths: i128, places: usize, separators: Separators) -> String {
    let step = 10_u128.pow(4 - u32::try_from(places.min(4)).unwrap_or(4));
    let rounded = (ten_thousandths.unsigned_abs() + step / 2) / step;
    let digits = format!("{rounded:0>width$}", width = places + 1);
    let (whole, fraction) = digits.split_at(digits.len() - places);
    let sign = if ten_thousandths < 0 && rounded > 0 { "-" } else { "" };
    let mut text = format!("{sign}{}", grouped(whole, separators));
    if places > 0 {
        text.push(separators.point);
        text.push_str(fraction);
    }
    text
}

/// Digits in groups.
fn grouped(digits: &str, separators: Separators) -> String {
    let mut grouped = String::with_capacity(digits.len() * 2);
    for (index, digit) in digits.chars().enumerate() {
        let left = digits.len() - index;
        let begins =
            if separators.is_indian && left > 3 { (left - 3).is_multiple_of(2) } else { left.is_multiple_of(3) };
        if index > 0 && begins {
            grouped.push_str(separators.group);
        }
        grouped.push(digit);
    }
    grouped
}

/// How a total compares with the one before: `up 4.2%`, or `None` where there is nothing to compare with.
///
/// A share of a negative total says nothing, so that there the difference stands in its place.
pub(crate) fn change(total: Decimal, previous: Decimal, currency: Currency) -> Option<String> {
    let (now, before) = (total.ten_thousandths(), previous.ten_thousandths());
    if before == 0 {
        return None;
    }
    // Totals that overflow here are damage; they are shown, only not compared.
    let difference = now.checked_sub(before)?;
    let direction = match difference {
        0 => return Some("unchanged".to_owned()),
        1.. => "up",
        _ => "down",
    };
    if before < 0 {
        return Some(format!(
            "{direction} {} {}",
            currency.amount(Decimal::from_ten_thousandths(difference.checked_abs()?)),
            currency.code
        ));
    }
    // In ten-thousandths of a percent, so that `fixed` rounds it.
    let share = difference.checked_abs()?.checked_mul(1_000_000)?.checked_div(before)?;
    Some(match fixed(share, 1, COMMA).as_str() {
        "0.0" => format!("{direction} less than 0.1%"),
        percent => format!("{direction} {percent}%"),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn amount(code: &str, amount: &str) -> String {
        Currency::new(code).amount(amount.parse().unwrap())
    }

    #[test]
    fn a_currency_has_its_places() {
        assert_eq!(amount("USD", "182340.5"), "182,340.50");
        assert_eq!(amount("EUR", "-1234567.005"), "-1.234.567,01");
        assert_eq!(amount("JPY", "1234.5"), "1,235");
        assert_eq!(amount("KWD", "1234.5678"), "1,234.568");
        assert_eq!(amount("CLF", "0.5"), "0.5000");
        assert_eq!(amount("USD", "-0.004"), "0.00");
        assert_eq!(amount("USD", "0"), "0.00");
        assert_eq!(amount("", "999"), "999.00");
    }

    #[test]
    fn a_currency_has_its_separators() {
        assert_eq!(amount("EUR", "1234567.5"), "1.234.567,50");
        assert_eq!(amount("SEK", "-1234.5"), "-1\u{a0}234,50");
        assert_eq!(amount("CHF", "1234.5"), "1\u{2019}234.50");
        assert_eq!(amount("INR", "123456789"), "12,34,56,789.00");
        assert_eq!(amount("INR", "999"), "999.00");
        assert_eq!(amount("CLP", "1234567"), "1.234.567");
    }

    #[test]
    fn only_big_totals_are_shortened() {
        let total = |code: &str, amount: &str| Currency::new(code).total(amount.parse().unwrap());
        assert_eq!(total("USD", "999999.99"), "999,999.99 USD");
        assert_eq!(total("USD", "1000000"), "1.00M USD");
        assert_eq!(total("EUR", "-12345678.9"), "-12,35M EUR");
        assert_eq!(total("JPY", "2500000000"), "2.50B JPY");
        assert_eq!(total("USD", "1234000000000000"), "1,234.00T USD");
        assert_eq!(total("<b>", "5"), "5.00");
    }

    #[test]
    fn what_people_are_ranked_by_has_its_name() {
        let entry = |amount: &str, deals, units: &str| Entry {
            rank: 1,
            name: "Ana".to_owned(),
            team: None,
            amount: amount.parse().unwrap(),
            deals,
            units: units.parse().unwrap(),
            previous_rank: None,
            previous_rank_by_deals: None,
            previous_rank_by_units: None,
        };
        let (first, second) = (entry("1234.5", 1001, "2.5"), entry("1000", 1000, "1.5"));
        let usd = Currency::new("USD");
        let named = |entry| Measure::ALL.map(|measure| named_value(entry, measure, usd));
        assert_eq!(named(&first), ["1,234.50 USD", "1,001 deals", "2.5 units"]);
        let ahead = Measure::ALL.map(|measure| ahead(&first, &second, measure, usd).unwrap());
        assert_eq!(ahead, ["234.50", "1 deal", "1 unit"]);
    }

    fn compare(total: &str, previous: &str) -> Option<String> {
        change(total.parse().unwrap(), previous.parse().unwrap(), Currency::new("USD"))
    }

    #[test]
    fn a_change_names_direction_and_size() {
        assert_eq!(compare("104.2", "100").as_deref(), Some("up 4.2%"));
        assert_eq!(compare("0", "100").as_deref(), Some("down 100.0%"));
        assert_eq!(compare("12345600", "100").as_deref(), Some("up 12,345,500.0%"));
        assert_eq!(compare("100.01", "100").as_deref(), Some("up less than 0.1%"));
        assert_eq!(compare("100", "100").as_deref(), Some("unchanged"));
        assert_eq!(compare("50", "-100").as_deref(), Some("up 150.00 USD"));
        assert_eq!(compare("50", "0"), None);
    }

    proptest! {
        #[test]
        fn no_amount_is_too_large(now: i128, before: i128) {
            let (now, before) = (Decimal::from_ten_thousandths(now), Decimal::from_ten_thousandths(before));
            for code in ["USD", "JPY", "KWD", "CLF"] {
                let currency = Currency::new(code);
                let (amount, total) = (currency.amount(now), currency.total(now));
                let digits: String = amount.chars().filter(|c| !matches!(c, ',' | '.')).collect();
                prop_assert_eq!(digits.parse::<i128>().is_ok_and(|digits| digits < 0), amount.starts_with('-'));
                prop_assert!(total.len() < 48, "{}", total);
                let _ = change(now, before, currency);
            }
        }
    }
}
