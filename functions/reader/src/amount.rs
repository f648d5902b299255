//! Amounts as text, with an optional currency sign or code.

use standings_core::{Decimal, ParseDecimalError};

use crate::reading::Reading;

/// Currency signs, and the currencies that each may mean.
const SIGNS: [(&str, &[&str]); 8] = [
    ("US$", &["USD"]),
    ("R$", &["BRL"]),
    ("$", &["USD", "CAD", "AUD", "NZD", "SGD", "HKD", "TWD", "MXN", "ARS", "CLP", "COP"]),
    ("\u{20ac}", &["EUR"]),
    ("\u{a3}", &["GBP"]),
    ("\u{a5}", &["JPY", "CNY"]),
    ("\u{20b9}", &["INR"]),
    ("\u{20a9}", &["KRW"]),
];

/// Parses an amount, with or without the sign or code of the organization's currency: `$1,234.56`, `-$5`, `1.234,56
/// EUR`.
pub(crate) fn parse(text: &str, reading: &Reading) -> Result<Decimal, ParseDecimalError> {
    let style = reading.decimal_mark.unwrap_or_default();
    Decimal::parse(text, style).or_else(|error| {
        let bare = without_currency(text, &reading.currency).ok_or(error)?;
        Decimal::parse(&bare, style)
    })
}

/// Whether an amount that could not be parsed has the sign of another currency.
pub(crate) fn is_foreign(text: &str, currency: &str) -> bool {
    SIGNS.iter().any(|(sign, codes)| !codes.contains(&currency) && text.contains(sign))
}

/// Returns the text without the sign or code of `currency`, or `None` if it has none. That of another currency stays,
/// so that the text is not a number.
fn without_currency(text: &str, currency: &str) -> Option<String> {
    let own = SIGNS.iter().filter(|(_, codes)| codes.contains(&currency)).map(|(sign, _)| *sign);
    let mark = std::iter::once(currency).chain(own).find(|mark| text.contains(mark))?;
    let at = text.find(mark)?;
    let (before, after) = (text[..at].trim(), text[at + mark.len()..].trim());
    // Before the sign there may be a minus, the bracket of a negative amount, or the whole number.
    let apart = before.is_empty() || after.is_empty() || matches!(before, "-" | "+" | "(" | "\u{2212}");
    let closed = after == ")" && before.starts_with('(');
    (apart || closed).then(|| format!("{before}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, currency: &str) -> Option<String> {
        let reading = Reading { currency: currency.to_owned(), ..Reading::default() };
        parse(text, &reading).ok().map(|amount| amount.to_string())
    }

    #[test]
    fn the_sign_of_the_organizations_currency_is_ignored() {
        for text in ["$1,234.50", "US$ 1,234.50", "USD 1234.5", "1234.50 USD", "1,234.50 $"] {
            assert_eq!(read(text, "USD").as_deref(), Some("1234.5"), "{text}");
        }
        for text in ["-$5", "($5)", "$-5", "(5 USD)", "-5$", "\u{2212}$5"] {
            assert_eq!(read(text, "USD").as_deref(), Some("-5"), "{text}");
        }
        assert_eq!(read("\u{20ac}7", "EUR").as_deref(), Some("7"));
    }

    #[test]
    fn an_amount_in_another_currency_is_not_a_number() {
        for text in ["\u{20ac}5", "5 EUR", "$$5", "5$5", "$", "USD"] {
            assert_eq!(read(text, "USD"), None, "{text}");
        }
        assert_eq!(read("$5", "EUR"), None);
    }
}
