//! How the organization writes numbers and dates. The words of an answer are English.

use crate::today::DateOrder;

/// How numbers and dates are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Locale {
    /// Separators of all numbers; `None` for those of the country of the currency.
    separators: Option<Separators>,
    /// Order of day and month; `None` if it is not known.
    date_order: Option<DateOrder>,
}

/// How a number is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Separators {
    /// Separator of groups of digits.
    pub(crate) group: &'static str,
    /// Decimal mark.
    pub(crate) point: char,
    /// Whether groups above a thousand have two digits (lakh and crore), as in India.
    pub(crate) is_indian: bool,
}

impl Separators {
    /// `1,234.50`
    pub(crate) const COMMA: Self = Self { group: ",", point: '.', is_indian: false };
    /// `1.234,50`
    const DOT: Self = Self { group: ".", point: ',', is_indian: false };
    /// `1 234,50`, with no-break spaces.
    const SPACE: Self = Self { group: "\u{a0}", point: ',', is_indian: false };
    /// `1’234.50`
    const APOSTROPHE: Self = Self { group: "\u{2019}", point: '.', is_indian: false };
    /// `12,34,567.50`
    const INDIAN: Self = Self { group: ",", point: '.', is_indian: true };
}

impl Locale {
    /// Parses a language tag with a region ([BCP 47](https://www.rfc-editor.org/info/bcp47)), such as `en-US`.
    ///
    /// # Errors
    ///
    /// If it has another form. A tag of this form is never unknown: the default is the form of numbers of most regions.
    pub fn parse(tag: &str) -> Result<Self, String> {
        let malformed = || "is not a language and a region, such as en-US or de-DE".to_owned();
        let (language, region) = tag.split_once('-').ok_or_else(malformed)?;
        let is_language = (2..=3).contains(&language.len()) && language.bytes().all(|byte| byte.is_ascii_lowercase());
        let is_region = region.len() == 2 && region.bytes().all(|byte| byte.is_ascii_uppercase());
        if !is_language || !is_region {
            return Err(malformed());
        }
        // By Unicode's CLDR: the short form of a date begins with the month.
        let is_month_first = matches!((language, region), ("en", "US" | "PH") | ("es", "PA" | "PR" | "US"));
        let order = if is_month_first { DateOrder::MonthFirst } else { DateOrder::DayFirst };
        Ok(Self { separators: Some(separators_of(language, region)), date_order: Some(order) })
    }

    /// Returns the order of day and month, if it is known.
    pub(crate) const fn date_order(self) -> Option<DateOrder> {
        self.date_order
    }

    /// Returns whether dates are written with the month first: `Nov 16, 2026`.
    pub(crate) const fn is_month_first(self) -> bool {
        matches!(self.date_order, Some(DateOrder::MonthFirst))
    }

    /// Returns the separators of numbers next to amounts in a currency.
    pub(crate) fn separators(self, currency: &str) -> Separators {
        self.separators.unwrap_or_else(|| separators_of_currency(currency))
    }
}

/// Separators of a language in a region, by Unicode's CLDR.
fn separators_of(language: &str, region: &str) -> Separators {
    match (language, region) {
        (_, "CH" | "LI") => Separators::APOSTROPHE,
        (_, "IN" | "PK" | "BD" | "NP") => Separators::INDIAN,
        (_, "ZA")
        | ("pt", "PT")
        | (
            "fr" | "sv" | "nb" | "nn" | "no" | "fi" | "pl" | "cs" | "sk" | "hu" | "ru" | "uk" | "be" | "bg" | "et"
            | "lv" | "lt" | "kk" | "hy" | "ka" | "sq",
            _,
        ) => Separators::SPACE,
        ("es", "MX" | "US" | "PR" | "PA" | "DO" | "GT" | "HN" | "NI" | "PE" | "SV") => Separators::COMMA,
        (
            "de" | "es" | "it" | "nl" | "pt" | "da" | "id" | "tr" | "el" | "ro" | "sl" | "hr" | "sr" | "bs" | "mk"
            | "vi" | "is" | "ca" | "eu" | "gl" | "az",
            _,
        ) => Separators::DOT,
        _ => Separators::COMMA,
    }
}

/// Separators in the country of a currency, by the same source. For the euro, those of most countries that use it.
fn separators_of_currency(code: &str) -> Separators {
    match code {
        "EUR" | "BRL" | "ARS" | "CLP" | "COP" | "UYU" | "PYG" | "CRC" | "DKK" | "IDR" | "ISK" | "RON" | "RSD"
        | "TRY" | "VND" | "MKD" | "BAM" => Separators::DOT,
        "SEK" | "NOK" | "PLN" | "CZK" | "HUF" | "RUB" | "UAH" | "BGN" | "BYN" | "KZT" | "GEL" | "AMD" | "ZAR"
        | "XAF" | "XOF" | "XPF" | "MGA" => Separators::SPACE,
        "CHF" => Separators::APOSTROPHE,
        "INR" | "PKR" | "BDT" | "NPR" => Separators::INDIAN,
        _ => Separators::COMMA,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_locale_decides_separators_and_the_order_of_dates() {
        for (tag, separators, is_month_first) in [
            ("en-US", Separators::COMMA, true),
            ("en-GB", Separators::COMMA, false),
            ("de-DE", Separators::DOT, false),
            ("de-CH", Separators::APOSTROPHE, false),
            ("fr-FR", Separators::SPACE, false),
            ("pt-BR", Separators::DOT, false),
            ("pt-PT", Separators::SPACE, false),
            ("es-MX", Separators::COMMA, false),
            ("en-IN", Separators::INDIAN, false),
            ("ja-JP", Separators::COMMA, false),
        ] {
            let locale = Locale::parse(tag).unwrap();
            assert_eq!((locale.separators("EUR"), locale.is_month_first()), (separators, is_month_first), "{tag}");
        }
        assert_eq!(Locale::default().separators("EUR"), Separators::DOT);
        for tag in ["", "en", "en_US", "EN-us", "english-US", "en-USA", "C"] {
            assert!(Locale::parse(tag).is_err(), "{tag}");
        }
    }
}
