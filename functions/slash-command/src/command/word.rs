//! Words, as they are typed and as they are compared.

use standings_core::name;

/// A word.
pub(super) struct Word<'a> {
    /// As it was typed.
    pub(super) raw: &'a str,
    /// As it is compared; empty for quoted words: they belong to no phrase.
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
}

/// Words are split at white space, and what stands in double quotes stays together.
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
    // A quote that is never closed is only a mark.
    words.extend(rest.split(|c: char| c.is_whitespace() || is_quote(c)).map(Word::plain));
    words.retain(|word| !word.raw.is_empty());
    words
}

/// A name in quotes, so that it stays together whatever it sounds like. Quotes inside it are left out; they would end
/// it, and teams are found without them.
pub(crate) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace(is_quote, " "))
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '\u{201c}' | '\u{201d}' | '\u{201e}' | '«' | '»')
}

/// Digits alone; a number too large for anything stays too large.
pub(super) fn number(text: &str) -> Option<u32> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().unwrap_or(u32::MAX))
}
