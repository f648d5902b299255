//! Normalization of the names of salespeople and teams, from sales files and from commands.

use std::borrow::Cow;

use sha2::{Digest, Sha256};
use unicode_normalization::char::is_combining_mark;
use unicode_normalization::{UnicodeNormalization, is_nfc};

/// Maximum length of a name in characters. Longer text is damage, typically a missing quote that merged several fields.
pub const MAX_CHARS: usize = 200;

/// Returns a name in the form that is compared and displayed: in Unicode normalization form C (composed), trimmed, with
/// every run of white space replaced by a plain space, and without control characters, invisible characters and bidirectional
/// overrides. The result is empty if nothing is left. A name that is already clean is borrowed.
#[must_use]
pub fn clean(raw: &str) -> Cow<'_, str> {
    let trimmed = raw.trim();
    let sound = |c: char| !c.is_control() && !is_invisible(c) && (c == ' ' || !c.is_whitespace());
    let is_single_spaced = !trimmed.contains("  ");
    if is_single_spaced && trimmed.is_ascii() && trimmed.bytes().all(|b| (b' '..=b'~').contains(&b)) {
        return Cow::Borrowed(trimmed);
    }
    if is_single_spaced && trimmed.chars().all(sound) && is_nfc(trimmed) {
        return Cow::Borrowed(trimmed);
    }
    let spaced = trimmed.chars().map(|c| if c.is_whitespace() { ' ' } else { c });
    let name: String = spaced.filter(|&c| sound(c)).nfc().collect();
    Cow::Owned(single_spaced(&name))
}

/// Returns whether a name exceeds [`MAX_CHARS`].
#[must_use]
pub fn is_too_long(name: &str) -> bool {
    // The length in bytes is known without counting, and bounds the number of characters.
    name.len() > MAX_CHARS && name.chars().count() > MAX_CHARS
}

/// Returns the form of a name by which it is identified: cleaned, in lower case, with single spaces, one kind of
/// apostrophe and hyphen, and in Unicode normalization form KC, so that `EMEA`, `emea` and ` Emea ` are equal, `O'Neill`
/// and `O’Neill`, and full-width letters and plain ones. Folding a folded name does not change it.
#[must_use]
pub fn fold(name: &str) -> String {
    let name = clean(name);
    if name.is_ascii() {
        // Normalization does not change ASCII, and a clean name has single spaces.
        let folded = name.to_ascii_lowercase();
        return if folded.contains('`') { folded.replace('`', "'") } else { folded };
    }
    // Lower case and normalization each may undo the other in rare characters, such as `ϔ` or `K` (kelvin).
    let mut folded = single_spaced(&fold_once(name.chars()));
    for _ in 0..MAX_FOLDS {
        let again = single_spaced(&fold_once(folded.chars()));
        if again == folded {
            break;
        }
        folded = again;
    }
    folded
}

/// Repetitions after which folding is complete for every character of Unicode.
const MAX_FOLDS: usize = 3;

fn fold_once(name: impl Iterator<Item = char>) -> String {
    // Before normalization, which turns `´` into a space and an accent.
    name.map(unified).nfkc().map(unified).collect::<String>().to_lowercase().nfkc().collect()
}

fn single_spaced(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Returns the apostrophe or hyphen of a keyboard for one of its typographic forms, and other characters as they are.
const fn unified(c: char) -> char {
    match c {
        '\u{2018}' | '\u{2019}' | '\u{201b}' | '\u{2bb}' | '\u{2bc}' | '\u{2b9}' | '\u{2032}' | '\u{b4}' | '`' => '\'',
        '\u{2010}'..='\u{2013}' | '\u{2212}' => '-',
        other => other,
    }
}

/// Returns which of `parts` parts of an item that was split a name belongs to. `parts` is a power of two, and `folded` the
/// folded name. Stored items depend on the result.
#[must_use]
pub fn part_of(folded: &str, parts: u32) -> u32 {
    let hash = Sha256::digest(folded.as_bytes());
    u32::from_le_bytes([hash[0], hash[1], hash[2], hash[3]]) % parts.max(1)
}

/// Returns a folded name without accents, so that a search for `jose` finds `José`.
#[must_use]
pub fn plain(name: &str) -> String {
    fold(name).nfd().filter(|&c| !is_combining_mark(c)).collect()
}

/// Returns the words of a name as a search compares them: in lower case and without accents, apostrophes and punctuation, so
/// that `O’Neill, Siobhan` and `siobhán oneill` have the same words.
#[must_use]
pub fn words(name: &str) -> Vec<String> {
    let plain: String = plain(name).chars().filter(|&c| c != '\'').collect();
    plain.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// Whether a character takes no space, or changes the direction of the text after it. The joiners U+200C and U+200D do
/// not count as invisible: Persian, Hindi and emoji need them.
#[must_use]
pub const fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_that_look_the_same_are_equal_once_cleaned() {
        assert_eq!(clean("  Ana Lima\t"), "Ana Lima");
        assert_eq!(clean("Zoe\u{308}"), "Zoë");
        assert_eq!(clean("Ana\u{200b} \u{202e}Lima"), "Ana Lima");
        assert_eq!(clean("Ana\r\nLima"), "Ana Lima");
        assert_eq!(clean(" \u{feff}\u{200b} "), "");
        assert!(matches!(clean("Ana Lima"), Cow::Borrowed(_)));
    }

    #[test]
    fn folding_ignores_case_and_repeated_spaces() {
        assert_eq!(fold(" North   EAST "), "north east");
        assert_eq!(fold("ÎLE-DE-FRANCE"), "île-de-france");
    }

    #[test]
    fn words_of_a_search_have_no_marks() {
        assert_eq!(words("O\u{2019}Neill, Siobh\u{e1}n."), ["oneill", "siobhan"]);
        assert_eq!(words("Anna-Lena  M\u{fc}ller"), ["anna", "lena", "muller"]);
        assert_eq!(words(" ... "), [""; 0]);
    }

    #[test]
    fn folding_unifies_apostrophes_hyphens_and_compatibility_forms() {
        for apostrophe in ["'", "\u{2019}", "\u{2018}", "\u{2bc}", "`", "\u{b4}", "\u{2032}", "\u{ff07}"] {
            assert_eq!(fold(&format!("Siobha\u{301}n O{apostrophe}Neill")), "siobhán o'neill", "{apostrophe}");
        }
        for hyphen in ["-", "\u{2010}", "\u{2011}", "\u{2013}", "\u{2212}", "\u{ff0d}"] {
            assert_eq!(fold(&format!("Anna{hyphen}Lena")), "anna-lena", "{hyphen}");
        }
        assert_eq!(fold("\u{ff21}\u{ff4e}\u{ff41}\u{3000}Lima"), "ana lima");
        assert_ne!(fold("José"), fold("Jose"), "an accent is part of a name");
    }

    proptest! {
        #[test]
        fn folding_twice_changes_nothing(name in "\\PC{0,12}") {
            let once = fold(&name);
            prop_assert_eq!(fold(&once), once);
        }
    }

    #[test]
    fn length_is_counted_in_characters() {
        assert!(!is_too_long(&"ü".repeat(200)));
        assert!(is_too_long(&"ü".repeat(201)));
    }
}
