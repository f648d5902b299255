//! Amounts, other measures and their changes, as people read them.

use standings_core::{Decimal, Entry, Measure};

use super::number::{fixed, grouped};
use crate::locale::{Locale, Separators};

/// A currency: its code and how its amounts are written.
#[derive(Clone, Copy)]
pub(super) struct Currency<'a> {
    /// Code of ISO 4217, or empty if it is not known.
    pub(super) code: &'a str,
    places: usize,
    separators: Separators,
}

impl<'a> Currency<'a> {
    /// A currency by its code of ISO 4217. A text that cannot be a code is not shown.
    pub(super) fn new(code: &'a str, locale: Locale) -> Self {
        let is_code = code.len() <= 8 && code.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let code = if is_code { code } else { "" };
        Self { code, places: decimal_places(code), separators: locale.separators(code) }
    }

    /// Formats an amount with the places of the currency, rounded half away from zero: `-1,234.50`.
    pub(super) fn amount(self, amount: Decimal) -> String {
        fixed(amount.ten_thousandths(), self.places, self.separators)
    }

    /// Formats a total with its currency. From a million it is shortened, where single digits do not matter: `1.23M
    /// USD`.
    pub(super) fn total(self, total: Decimal) -> String {
        const UNITS: [(i128, &str); 3] = [(1_000_000_000_000, "T"), (1_000_000_000, "B"), (1_000_000, "M")];
        let ten_thousandths = total.ten_thousandths();
        let unit = UNITS.into_iter().find(|(size, _)| ten_thousandths.unsigned_abs() / 10_000 >= size.unsigned_abs());
        let amount = match unit {
            Some((size, letter)) => format!("{}{letter}", fixed(ten_thousandths / size, 2, self.separators)),
            None => self.amount(total),
        };
        format!("{amount} {}", self.code).trim_end().to_owned()
    }
}

/// Decimal places of a currency by ISO 4217; two for an unknown one, as for most.
fn decimal_places(code: &str) -> usize {
    match code {
        "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF" | "UGX" | "UYI" | "VND"
        | "VUV" | "XAF" | "XOF" | "XPF" => 0,
        "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
        "CLF" | "UYW" => 4,
        _ => 2,
    }
}

/// A value of one measure, or the difference of two.
#[derive(Clone, Copy)]
pub(super) enum Value {
    Amount(Decimal),
    Deals(u64),
    Units(Decimal),
}

impl Value {
    /// Returns the value by which an entry is ranked.
    pub(super) fn of(entry: &Entry, measure: Measure) -> Self {
        match measure {
            Measure::Amount => Self::Amount(entry.amount),
            Measure::Deals => Self::Deals(entry.deals),
            Measure::Units => Self::Units(entry.units),
        }
    }

    /// Returns by how much `first` is ahead of `second`, or `None` on overflow, which only damaged reports cause.
    pub(super) fn ahead(first: &Entry, second: &Entry, measure: Measure) -> Option<Self> {
        let difference = |first: Decimal, second: Decimal| {
            first.ten_thousandths().checked_sub(second.ten_thousandths()).map(Decimal::from_ten_thousandths)
        };
        Some(match measure {
            Measure::Amount => Self::Amount(difference(first.amount, second.amount)?),
            Measure::Deals => Self::Deals(first.deals.saturating_sub(second.deals)),
            Measure::Units => Self::Units(difference(first.units, second.units)?),
        })
    }

    /// Formats the value without its unit, for a table: `1,234.50`, `12`.
    pub(super) fn bare(self, currency: Currency) -> String {
        match self {
            Self::Amount(amount) => currency.amount(amount),
            Self::Deals(deals) => grouped(&deals.to_string(), currency.separators),
            Self::Units(units) => {
                let text = fixed(units.ten_thousandths(), 4, currency.separators);
                text.trim_end_matches('0').trim_end_matches(currency.separators.point).to_owned()
            }
        }
    }

    /// Formats the value with its unit: `1,234.50 USD`, `12 deals`.
    pub(super) fn named(self, currency: Currency) -> String {
        let bare = self.bare(currency);
        let is_one = bare == "1";
        let unit = match self {
            Self::Amount(_) => currency.code,
            Self::Deals(_) if is_one => "deal",
            Self::Deals(_) => "deals",
            Self::Units(_) if is_one => "unit",
            Self::Units(_) => "units",
        };
        format!("{bare} {unit}").trim_end().to_owned()
    }

    /// Formats the value for a text that has named the currency already: `1,234.50`, `12 deals`.
    pub(super) fn brief(self, currency: Currency) -> String {
        match self {
            Self::Amount(_) => self.bare(currency),
            Self::Deals(_) | Self::Units(_) => self.named(currency),
        }
    }
}

/// Formats the change of a total: `up 4.2%`. `None` if there is nothing to compare with.
///
/// A percentage of a negative total is meaningless, so there it is the difference.
pub(super) fn change(total: Decimal, previous: Decimal, currency: Currency) -> Option<String> {
    let (now, before) = (total.ten_thousandths(), previous.ten_thousandths());
    if before == 0 {
        return None;
    }
    // Only damaged totals overflow; they are shown without a comparison.
    let difference = now.checked_sub(before)?;
    let direction = match difference {
        0 => return Some("unchanged".to_owned()),
        1.. => "up",
        _ => "down",
    };
    if before < 0 {
        let size = Decimal::from_ten_thousandths(difference.checked_abs()?);
        return Some(format!("{direction} {}", Value::Amount(size).named(currency)));
    }
    // In ten-thousandths of a percent, for `fixed`.
    let percent = difference.checked_abs()?.checked_mul(1_000_000)?.checked_div(before)?;
    if percent < 500 {
        return Some(format!("{direction} less than {}%", fixed(1000, 1, currency.separators)));
    }
    Some(format!("{direction} {}%", fixed(percent, 1, currency.separators)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn amount(code: &str, amount: &str) -> String {
        Currency::new(code, Locale::default()).amount(amount.parse().unwrap())
    }

    #[test]
    fn amounts_have_the_places_of_their_currency() {
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
    fn amounts_have_the_separators_of_their_currency() {
        assert_eq!(amount("EUR", "1234567.5"), "1.234.567,50");
        assert_eq!(amount("SEK", "-1234.5"), "-1\u{a0}234,50");
        assert_eq!(amount("CHF", "1234.5"), "1\u{2019}234.50");
        assert_eq!(amount("INR", "123456789"), "12,34,56,789.00");
        assert_eq!(amount("INR", "999"), "999.00");
        assert_eq!(amount("CLP", "1234567"), "1.234.567");
    }

    #[test]
    fn totals_are_shortened_from_a_million() {
        let total = |code: &str, amount: &str| Currency::new(code, Locale::default()).total(amount.parse().unwrap());
        assert_eq!(total("USD", "999999.99"), "999,999.99 USD");
        assert_eq!(total("USD", "1000000"), "1.00M USD");
        assert_eq!(total("EUR", "-12345678.9"), "-12,35M EUR");
        assert_eq!(total("JPY", "2500000000"), "2.50B JPY");
        assert_eq!(total("USD", "1234000000000000"), "1,234.00T USD");
        assert_eq!(total("<b>", "5"), "5.00");
    }

    #[test]
    fn a_value_is_formatted_with_its_unit() {
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
        let usd = Currency::new("USD", Locale::default());
        let named = |entry| Measure::ALL.map(|measure| Value::of(entry, measure).named(usd));
        assert_eq!(named(&first), ["1,234.50 USD", "1,001 deals", "2.5 units"]);
        let ahead = Measure::ALL.map(|measure| Value::ahead(&first, &second, measure).unwrap().brief(usd));
        assert_eq!(ahead, ["234.50", "1 deal", "1 unit"]);
    }

    fn compare(total: &str, previous: &str) -> Option<String> {
        change(total.parse().unwrap(), previous.parse().unwrap(), Currency::new("USD", Locale::default()))
    }

    #[test]
    fn a_change_has_a_direction_and_a_size() {
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
        fn every_amount_can_be_formatted(now: i128, before: i128) {
            let (now, before) = (Decimal::from_ten_thousandths(now), Decimal::from_ten_thousandths(before));
            for code in ["USD", "JPY", "KWD", "CLF"] {
                let currency = Currency::new(code, Locale::default());
                let (amount, total) = (currency.amount(now), currency.total(now));
                let digits: String = amount.chars().filter(|c| !matches!(c, ',' | '.')).collect();
                prop_assert_eq!(digits.parse::<i128>().is_ok_and(|digits| digits < 0), amount.starts_with('-'));
                prop_assert!(total.len() < 48, "{}", total);
                let _ = change(now, before, currency);
            }
        }
    }
}
