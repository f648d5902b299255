//! Words of a command, as typed and as compared.

use standings_core::name;

/// A word, or several in quotes.
pub(super) struct Word<'a> {
    /// The word as it was typed.
    pub(super) raw: &'a str,
    /// The word as it is compared. Empty for quoted words, so that they match no phrase.
    pub(super) key: String,
}

impl<'a> Word<'a> {
    fn plain(raw: &'a str) -> Self {
        let key = name::fold(raw).trim_matches([',', '.', ';', ':', '!', '(', ')']).to_owned();
        Self { raw: raw.trim_matches([',', ';']), key }
    }

    fn quoted(raw: &'a str) -> Self {
        Self { raw, key: String::new() }
    }

    pub(super) fn is_preposition(&self) -> bool {
        matches!(self.key.as_str(), "for" | "from" | "in" | "of" | "on" | "during")
    }

    pub(super) fn number(&self) -> Option<u32> {
        number(&self.key)
    }

    /// Returns the number if it has the four digits of a year.
    pub(super) fn year(&self) -> Option<u32> {
        year(&self.key)
    }
}

/// Splits a text at white space and keeps double-quoted parts together.
pub(super) fn split(text: &str) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    let mut rest = text;
    while let Some((before, (inner, after))) =
        rest.split_once(is_quote).and_then(|(before, quoted)| Some((before, quoted.split_once(is_quote)?)))
    {
        words.extend(before.split_whitespace().map(Word::plain));
        words.push(Word::quoted(inner.trim()));
        rest = after;
    }
    // A quotation mark without a partner only separates words.
    words.extend(rest.split(|c: char| c.is_whitespace() || is_quote(c)).map(Word::plain));
    words.retain(|word| !word.raw.is_empty());
    words
}

/// Puts a name into quotes, so that [`split`] keeps it together and no phrase matches it. Quotation marks inside the
/// name become spaces: they would end the quotes, and names are found without them.
pub(crate) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace(is_quote, " "))
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '\u{201c}' | '\u{201d}' | '\u{201e}' | '«' | '»')
}

/// Parses ASCII digits without a sign. A number that overflows saturates, so that range checks still see it as too
/// large.
pub(super) fn number(text: &str) -> Option<u32> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().unwrap_or(u32::MAX))
}

/// Parses a year of four digits.
pub(super) fn year(text: &str) -> Option<u32> {
    number(text).filter(|_| text.len() == 4)
}
