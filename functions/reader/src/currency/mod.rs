//! Currencies by their code, sign or name.

mod table;
#[cfg(test)]
mod tests;

/// Maximum length of a text that names a currency, in bytes.
const MAX_BYTES: usize = 100;

/// The currency of the organization.
#[derive(Clone, Debug)]
pub(crate) struct Currency {
    code: String,
    /// Its signs and short names, which amounts have in each row: they are compared before anything is looked up.
    signs: Vec<&'static str>,
}

/// The decimal places with which a currency is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Places {
    /// None: its smallest unit in use is 1.
    None,
    /// Two, as most currencies, or a number that is not known.
    Two,
    /// Three: a dinar has 1,000 fils.
    Three,
}

/// What a text says about the currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CurrencyNamed {
    /// It names the organization's currency, or can mean it: `$` is any dollar.
    Own,
    /// It names another currency.
    Other,
    /// It names no currency.
    None,
}

impl Currency {
    /// Returns the currency of an ISO 4217 code.
    pub(crate) fn new(code: &str) -> Self {
        let code = code.to_ascii_uppercase();
        Self { signs: table::signs(&code), code }
    }

    /// Returns the decimal places of its amounts.
    pub(crate) fn places(&self) -> Places {
        table::places(&self.code)
    }

    /// Tells whether a text names this currency: by its code in any case, a sign, a name, or several of them, which then
    /// have to agree: `USD`, `US$`, `U.S. Dollars`, `USD - US Dollar`, `US Dollar (USD)`, `USD ($)`.
    pub(crate) fn is_named_by(&self, text: &str) -> CurrencyNamed {
        let text = text.trim();
        if text.eq_ignore_ascii_case(&self.code) || self.signs.contains(&text) {
            return CurrencyNamed::Own;
        }
        if text.len() > MAX_BYTES {
            return CurrencyNamed::None;
        }
        match self.can_be_meant_by(text) {
            Some(true) => CurrencyNamed::Own,
            Some(false) => CurrencyNamed::Other,
            None => CurrencyNamed::None,
        }
    }

    /// Whether each part of a text can mean this currency, or `None` if a part names no currency.
    fn can_be_meant_by(&self, text: &str) -> Option<bool> {
        let trimmed = text.trim();
        let bare = trimmed.trim_matches(|c: char| c.is_whitespace() || "()[]-\u{2013}/:|,".contains(c));
        if let Some(is_own) = self.is_meant(trimmed).or_else(|| self.is_meant(bare)) {
            return Some(is_own);
        }
        // Parts are split where letters begin or end: `USD$`, `EUR Euro`, `Euro (EUR)`.
        let mut was_letter = None;
        for (place, c) in bare.char_indices() {
            let changes = was_letter.is_some_and(|was| was != c.is_alphabetic());
            was_letter = Some(c.is_alphabetic());
            if !changes {
                continue;
            }
            let (first, others) = bare.split_at(place);
            if let Some(is_own) = self.is_meant(first)
                && let Some(are_own) = self.can_be_meant_by(others)
            {
                return Some(is_own && are_own);
            }
        }
        None
    }

    /// Whether a code, sign or name can mean this currency, or `None` if it is none of them.
    fn is_meant(&self, text: &str) -> Option<bool> {
        if text.eq_ignore_ascii_case(&self.code) {
            return Some(true);
        }
        table::with_codes(text, |codes| codes.contains(&self.code.as_str()))
    }
}
