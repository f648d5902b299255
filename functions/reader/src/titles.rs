//! Titles: what the lines above a header say about the amounts below.

use standings_core::explanation::{quoted, trusted};
use standings_core::{Explanation, explain};

use crate::currency::{Currency, CurrencyNamed};

/// Maximum characters of a title that are quoted.
const MAX_QUOTED: usize = 60;

/// Phrases for amounts in thousands or millions, in lower case.
const SCALES: [&str; 38] = [
    "in thousands",
    "in '000",
    "(000s)",
    "(000)",
    "($000)",
    "'000)",
    "in millions",
    "in mio",
    "in mln",
    "in tsd",
    "in tausend",
    "in teur",
    "in t€",
    "in k€",
    "in keur",
    "in kusd",
    "in $k",
    "en milliers",
    "en millions",
    "en k€",
    "en keur",
    "en miles de",
    "en millones",
    "em milhares",
    "em milhões",
    "in migliaia",
    "in milioni",
    "in duizenden",
    "w tys",
    "v tis",
    "тыс.",
    "тыс руб",
    "млн руб",
    "千円",
    "百万円",
    "万元",
    "천원",
    "백만원",
];

/// Words before the name of a currency.
const CURRENCY_WORDS: [&str; 12] = [
    "amounts in ",
    "all amounts in ",
    "values in ",
    "currency",
    "reporting currency",
    "währung",
    "beträge in ",
    "alle beträge in ",
    "devise",
    "montants en ",
    "moneda",
    "moeda",
];

/// Points out a title that says that the amounts are not whole ones in the organization's currency.
pub(crate) fn remark(line: u64, title: &str, currency: &Currency, counted: &str) -> Option<Explanation> {
    let title = title.trim();
    let lower = title.to_lowercase();
    let shown: String = title.chars().take(MAX_QUOTED).collect();
    if SCALES.iter().any(|phrase| lower.contains(phrase)) {
        return Some(explain![
            "line ",
            line,
            " says ",
            quoted(&shown),
            ", but amounts count as they are written. If they are in thousands or millions, export whole amounts",
        ]);
    }
    let after = CURRENCY_WORDS.iter().find_map(|word| lower.strip_prefix(word))?;
    let named =
        after.trim_matches(|c: char| c.is_whitespace() || matches!(c, ':' | '=' | ',' | ';' | '"' | '.' | '(' | ')'));
    let named = named.split([',', ';', '\t']).next().unwrap_or_default();
    (currency.is_named_by(&named.to_uppercase()) == CurrencyNamed::Other).then(|| {
        explain![
            "line ",
            line,
            " says ",
            quoted(&shown),
            ", but amounts count as ",
            trusted(counted),
            ". If they are in another currency, set `currency` for this source, and they do not count",
        ]
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_that_change_the_meaning_of_amounts_are_pointed_out() {
        let remark = |title: &str| remark(2, title, &Currency::new("USD"), "USD").map(|remark| remark.to_string());
        for (title, word) in [
            ("Sales by rep (amounts in thousands of USD),,", "in thousands or millions"),
            ("Umsatz in TEUR", "in thousands or millions"),
            ("単位：千円", "in thousands or millions"),
            ("Currency: EUR", "count as USD"),
            ("Currency,EUR,,", "count as USD"),
            ("Alle Beträge in CHF", "count as USD"),
            ("\"Amounts in Euro\"", "count as USD"),
        ] {
            assert!(remark(title.trim_matches('"')).is_some_and(|remark| remark.contains(word)), "{title}");
        }
        for title in ["Currency: USD", "Amounts in US dollars", "Sales by rep", "Period: 2026-11-16", "Currency", ""] {
            assert_eq!(remark(title), None, "{title}");
        }
    }
}
