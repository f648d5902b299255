//! Normalization of the names of salespeople and teams, from sales files and from commands.

use std::borrow::Cow;

use unicode_normalization::char::is_combining_mark;
use unicode_normalization::{UnicodeNormalization, is_nfc};

/// Maximum length of a name in characters. Longer text is damage, typically a missing quote that merged several fields.
pub const MAX_CHARS: usize = 200;

/// Returns a name in the form that is compared and displayed: in Unicode normalization form C (composed), trimmed, with
/// every white space replaced by a plain space, and without control characters, invisible characters and bidirectional
/// overrides. The result is empty if nothing is left. A name that is already clean is borrowed.
#[must_use]
pub fn clean(raw: &str) -> Cow<'_, str> {
    let trimmed = raw.trim();
    let sound = |c: char| !c.is_control() && !is_invisible(c) && (c == ' ' || !c.is_whitespace());
    if trimmed.is_ascii() && trimmed.bytes().all(|b| (b' '..=b'~').contains(&b)) {
        return Cow::Borrowed(trimmed);
    }
    if trimmed.chars().all(sound) && is_nfc(trimmed) {
        return Cow::Borrowed(trimmed);
    }
    let spaced = trimmed.chars().map(|c| if c.is_whitespace() { ' ' } else { c });
    let name: String = spaced.filter(|&c| sound(c)).nfc().collect();
    Cow::Owned(name.trim().to_owned())
}

/// Returns whether a name exceeds [`MAX_CHARS`].
#[must_use]
pub fn is_too_long(name: &str) -> bool {
    // The length in bytes is known without counting, and bounds the number of characters.
    name.len() > MAX_CHARS && name.chars().count() > MAX_CHARS
}

/// Returns the form of a name by which it is identified: cleaned, in lower case and with single spaces, so that `EMEA`,
/// `emea` and ` Emea ` are equal.
#[must_use]
pub fn fold(name: &str) -> String {
    let name = clean(name).to_lowercase();
    name.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ").nfc().collect()
}

/// Returns a folded name without accents, so that a search for `jose` finds `José`.
#[must_use]
pub fn plain(name: &str) -> String {
    fold(name).nfd().filter(|&c| !is_combining_mark(c)).collect()
}

/// Whether a character takes no space, or changes the direction of the text after it. The joiners U+200C and U+200D do
/// not count as invisible: Persian, Hindi and emoji need them.
#[must_use]
pub const fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_look_the_same_are_equal_once_cleaned() {
        assert_eq!(clean("  Ana Lima\t"), "Ana Lima");
        assert_eq!(clean("Zoe\u{308}"), "Zoë");
        assert_eq!(clean("Ana\u{200b} \u{202e}Lima"), "Ana Lima");
        assert_eq!(clean("Ana\r\nLima"), "Ana  Lima");
        assert_eq!(clean(" \u{feff}\u{200b} "), "");
        assert!(matches!(clean("Ana Lima"), Cow::Borrowed(_)));
    }

    #[test]
    fn folding_ignores_case_and_repeated_spaces() {
        assert_eq!(fold(" North   EAST "), "north east");
        assert_eq!(fold("ÎLE-DE-FRANCE"), "île-de-france");
    }

    #[test]
    fn length_is_counted_in_characters() {
        assert!(!is_too_long(&"ü".repeat(200)));
        assert!(is_too_long(&"ü".repeat(201)));
    }
}
