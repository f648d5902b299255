//! Text from files and from people, made safe and made to fit.

use std::borrow::Cow;

use standings_core::name;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Longer names than core lets in are damage; this bounds what is looked at.
const MAX_CHARS: usize = name::MAX_CHARS;

/// A name ready to be shown: clean, on one line, of at most `max` columns, and never empty.
pub(crate) fn shown(name: &str, max: usize) -> String {
    let bounded: String = name.chars().take(MAX_CHARS.max(max)).collect();
    let clean = name::clean(&bounded);
    // A name of nothing but characters without width would be an empty cell.
    if clean.width() == 0 { "\u{2013}".to_owned() } else { fit(&clean, max) }
}

/// Shortens `text` to `max` columns with an ellipsis, between whole characters as people see them.
fn fit(text: &str, max: usize) -> String {
    if text.width() <= max {
        return text.to_owned();
    }
    let mut end = 0;
    let mut before = None;
    for (index, c) in text.char_indices() {
        // Marks, joined emoji and skin tones belong to what stands before them.
        let is_joined =
            before == Some('\u{200d}') || c.width().unwrap_or(0) == 0 || matches!(c, '\u{1f3fb}'..='\u{1f3ff}');
        before = Some(c);
        if is_joined {
            continue;
        }
        if text[..index].width() > max.saturating_sub(1) {
            break;
        }
        end = index;
    }
    format!("{}\u{2026}", text[..end].trim_end())
}

/// Where `text` runs from right to left, marks keep the numbers around it in their places.
pub(crate) fn isolated(text: &str) -> Cow<'_, str> {
    let runs_left = |c| matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}' | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}');
    if text.contains(runs_left) { Cow::Owned(format!("\u{200e}{text}\u{200e}")) } else { Cow::Borrowed(text) }
}

/// Slack's three special characters, escaped.
pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Text for a code span or block: a backtick would end it.
pub(crate) fn code(text: &str) -> String {
    escaped(&text.replace('`', "'"))
}

/// Escaped text for the places that Slack scans for links, `@here` and `#channel`: a word joiner, which nobody sees or
/// hears, stands in their way.
pub(crate) fn defused(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        // Nothing keeps a backtick from starting code.
        safe.push(if c == '`' { '\'' } else { c });
        let is_trigger = matches!(c, '@' | '#' | ':' | '/' | '*' | '_' | '~')
            || (c == '.' && chars.peek().is_some_and(|next| next.is_alphabetic()));
        if is_trigger {
            safe.push('\u{2060}');
        }
    }
    escaped(&safe)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_are_shortened_by_columns() {
        assert_eq!(shown("Ana Lima", 8), "Ana Lima");
        assert_eq!(shown("Ana Lima", 7), "Ana Li\u{2026}");
        assert_eq!(shown("Ana Lima", 5), "Ana\u{2026}");
        assert_eq!(shown("山田太郎", 8), "山田太郎");
        assert_eq!(shown("山田太郎", 7), "山田太\u{2026}");
        assert_eq!(shown("山田太郎", 6), "山田\u{2026}");
        assert_eq!(shown("\u{202e}\n\u{200b}", 5), "\u{2013}");
    }

    #[test]
    fn what_people_see_as_one_character_stays_whole() {
        let family = "\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}";
        assert_eq!(shown(&format!("ab{family}cdef"), 5), format!("ab{family}\u{2026}"));
        assert_eq!(shown(&format!("abc{family}cdef"), 5), "abc\u{2026}");
        assert_eq!(shown("q\u{323}q\u{323}q\u{323}q\u{323}", 3), "q\u{323}q\u{323}\u{2026}");
    }

    #[test]
    fn nothing_of_slack_or_a_code_block_gets_through() {
        assert_eq!(code("<!here> & `x`"), "&lt;!here&gt; &amp; 'x'");
        assert_eq!(defused("@here"), "@\u{2060}here");
        assert!(!defused("https://evil.example/x").contains("://"));
        assert!(!defused("evil.example").contains(".e"));
        assert_eq!(defused("J. Doe 1.5"), "J. Doe 1.5");
    }

    #[test]
    fn text_from_right_to_left_is_set_apart() {
        assert_eq!(isolated("Ana"), "Ana");
        assert_eq!(isolated("שרה"), "\u{200e}שרה\u{200e}");
    }

    proptest! {
        #[test]
        fn a_shown_name_fits_and_is_never_empty(name in ".{0,60}", max in 2usize..40) {
            let shown = shown(&name, max);
            prop_assert!(shown.width() <= max, "{} columns: {shown:?}", shown.width());
            prop_assert!(shown.width() > 0);
            prop_assert!(!shown.contains('\n'));
        }
    }
}
