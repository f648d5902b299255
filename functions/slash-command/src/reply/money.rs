//! Amounts and percentages, as people read them.

use standings_core::Decimal;

/// What amounts are counted in, and how many places it has.
#[derive(Clone, Copy)]
pub(crate) struct Currency<'a> {
    pub(crate) code: &'a str,
    places: usize,
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
        Self { code, places }
    }

    /// An amount with separators and the currency's places, rounded half away from zero: `-1,234.50`.
    pub(crate) fn amount(self, amount: Decimal) -> String {
        fixed(amount.ten_thousandths(), self.places)
    }
}

/// A number of ten-thousandths with separators and at most four places.
fn fixed(ten_thousandths: i128, places: usize) -> String {
    let step = 10_u128.pow(4 - u32::try_from(places.min(4)).unwrap_or(4));
    let rounded = (ten_thousandths.unsigned_abs() + step / 2) / step;
    let digits = format!("{rounded:0>width$}", width = places + 1);
    let (whole, fraction) = digits.split_at(digits.len() - places);
    let sign = if ten_thousandths < 0 && rounded > 0 { "-" } else { "" };
    let point = if places > 0 { "." } else { "" };
    format!("{sign}{}{point}{fraction}", grouped(whole))
}

/// Thousands, separated.
pub(crate) fn grouped(digits: &str) -> String {
    let mut grouped = String::with_capacity(digits.len() * 4 / 3 + 1);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
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
        return Some(format!("{direction} {} {}", fixed(difference.checked_abs()?, currency.places), currency.code));
    }
    // In ten-thousandths of a percent, so that `fixed` rounds it.
    let share = difference.checked_abs()?.checked_mul(1_000_000)?.checked_div(before)?;
    Some(match fixed(share, 1).as_str() {
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
        assert_eq!(amount("EUR", "-1234567.005"), "-1,234,567.01");
        assert_eq!(amount("JPY", "1234.5"), "1,235");
        assert_eq!(amount("KWD", "1234.5678"), "1,234.568");
        assert_eq!(amount("CLF", "0.5"), "0.5000");
        assert_eq!(amount("USD", "-0.004"), "0.00");
        assert_eq!(amount("USD", "0"), "0.00");
        assert_eq!(amount("", "999"), "999.00");
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
                prop_assert_eq!(currency.amount(now).replace(',', "").parse::<f64>().unwrap() < 0.0, currency.amount(now).starts_with('-'));
                let _ = change(now, before, currency);
            }
        }
    }
}
