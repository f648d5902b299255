//! Words of a command, as typed and as compared.

use standings_core::{name, slack_user};

/// A word, or several in quotes.
#[derive(Debug)]
pub(super) struct Word<'a> {
    /// The word as it was typed.
    pub(super) whole: &'a str,
    /// The word without the marks of a sentence around it.
    pub(super) raw: &'a str,
    /// The word as it is compared. Empty for quoted words, so that they match no phrase.
    pub(super) key: String,
}

/// Marks around a word that belong to the sentence, not to the word. A minus sign belongs to a number.
const MARKS: [char; 19] =
    [',', '.', ';', ':', '!', '?', '(', ')', '…', '*', '_', '~', '`', '¿', '¡', '—', '–', '=', '|'];

impl<'a> Word<'a> {
    pub(super) fn plain(raw: &'a str) -> Self {
        let trimmed = raw.trim_matches(MARKS);
        // A question mark alone asks for help, and a dash alone is the one of a range.
        let trimmed = if trimmed.is_empty() && matches!(raw, "?" | "\u{2013}" | "\u{2014}") { raw } else { trimmed };
        let key = match trimmed {
            "\u{2014}" => "-".to_owned(),
            _ => name::fold(trimmed),
        };
        Self { whole: raw, raw: trimmed, key }
    }

    fn quoted(raw: &'a str) -> Self {
        Self { whole: raw, raw, key: String::new() }
    }

    pub(super) fn is_preposition(&self) -> bool {
        matches!(self.key.as_str(), "for" | "from" | "in" | "of" | "on" | "during" | "at" | "within")
    }

    /// Returns a number that is written in digits, or in words: each up to twenty, and tens.
    pub(super) fn number(&self) -> Option<u32> {
        const WORDS: [&str; 21] = [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
            "twenty",
        ];
        let in_words = || WORDS.iter().position(|word| *word == self.key).and_then(|number| u32::try_from(number).ok());
        let in_tens = || {
            const TENS: [&str; 8] = ["thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety", "hundred"];
            TENS.iter().position(|word| *word == self.key).and_then(|at| u32::try_from(10 * (at + 3)).ok())
        };
        number(&self.key).or_else(in_words).or_else(in_tens)
    }

    /// Returns the number if it has the four digits of a year, or two after an apostrophe.
    pub(super) fn year(&self) -> Option<u32> {
        let short = || self.key.strip_prefix('\'').filter(|digits| digits.len() == 2).and_then(number);
        year(&self.key).or_else(|| Some(2000 + short()?))
    }

    /// Returns the user id and the name of a mention as Slack escapes it (`<@U012AB3CD|ana>`, `<@U012AB3CD>`).
    /// <https://docs.slack.dev/interactivity/implementing-slash-commands#creating_commands>
    pub(super) fn mention(&self) -> Option<(&'a str, Option<&'a str>)> {
        let inner = self.raw.strip_prefix("<@")?.strip_suffix('>')?;
        let (id, name) = inner.split_once('|').map_or((inner, None), |(id, name)| (id, Some(name)));
        slack_user::is_id(id).then_some((id, name.filter(|name| !name.is_empty())))
    }
}

/// Returns the words as they were typed.
pub(super) fn typed(words: &[Word]) -> String {
    words.iter().map(|word| word.raw).collect::<Vec<_>>().join(" ")
}

/// Parses the year after a week, also in `week 47 of 2026`: the year and the number of words.
pub(super) fn year_after(words: &[Word]) -> Option<(u32, usize)> {
    let of = usize::from(words.first().is_some_and(|word| matches!(word.key.as_str(), "of" | "in")));
    Some((words.get(of)?.year()?, of + 1))
}

/// Splits a text at white space and keeps double-quoted parts together.
pub(super) fn split(text: &str) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    let mut rest = text;
    while let Some((before, (inner, after))) =
        rest.split_once(is_quote).and_then(|(before, quoted)| Some((before, quoted.split_once(is_quote)?)))
    {
        words.extend(parts(before).map(Word::plain));
        words.push(Word::quoted(inner.trim()));
        rest = after;
    }
    // A quotation mark without a partner only separates words.
    words.extend(rest.split(is_quote).flat_map(parts).map(Word::plain));
    words.retain(|word| !word.raw.is_empty());
    words
}

/// Splits a text at white space, at semicolons, and at a slash or bar between two names: `emea/apac`. In `11/16`, `w/e` and
/// the mention `<@U012AB3CD|ana>` it belongs to the word.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    let is_name = |part: &str| part.chars().count() > 2 && part.chars().all(char::is_alphabetic);
    text.split(|c: char| c.is_whitespace() || c == ';').flat_map(move |word| {
        let are_names = word.contains(['/', '|']) && word.split(['/', '|']).all(is_name);
        let separator: &[char] = if are_names { &['/', '|'] } else { &[] };
        word.split(separator)
    })
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
