//! Text from files and users, made safe and short enough to show.

use std::borrow::Cow;
use std::ops::RangeInclusive;

use standings_core::name;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// Maximum characters of a name before it is cleaned. Core accepts no longer names, so only damaged reports have them;
/// the bound limits the work on those.
const MAX_CHARS: usize = name::MAX_CHARS;

/// Shown instead of a name that has no visible character.
pub(super) const NO_NAME: &str = "\u{2013}";

/// Returns a name ready to be shown: without control characters, on one line, at most `max` columns wide, never empty.
pub(super) fn display_name(name: &str, max: usize) -> String {
    let clean = name::clean(first_chars(name, MAX_CHARS.max(max)));
    if clean.width() == 0 { NO_NAME.to_owned() } else { fit(&clean, max) }
}

/// Shortens a text to `max` columns. An ellipsis takes the last column.
fn fit(text: &str, max: usize) -> String {
    if text.width() <= max {
        return text.to_owned();
    }
    let start = whole_clusters(text, |start| start.width() < max);
    format!("{}\u{2026}", start.trim_end())
}

/// Returns the start of a text, at most `max` characters long; [`NO_NAME`] if not even the first grapheme cluster fits.
pub(super) fn first_chars(text: &str, max: usize) -> &str {
    // No text has more characters than bytes, so most texts need not be walked through.
    if text.len() <= max {
        return text;
    }
    match whole_clusters(text, |start| start.chars().nth(max).is_none()) {
        "" => NO_NAME,
        start => start,
    }
}

/// Returns the longest start of a text that consists of whole grapheme clusters and satisfies `fits`.
///
/// A grapheme cluster is what people see as one character, such as a flag, a family emoji, or a letter with its
/// accents. A part of one looks like another character, or like nothing. <https://www.unicode.org/reports/tr29/>
fn whole_clusters(text: &str, fits: impl Fn(&str) -> bool) -> &str {
    // `fits` sees the whole start, since the width of a text is not always the sum of the widths of its clusters.
    let ends = text.grapheme_indices(true).map(|(start, cluster)| start + cluster.len());
    let end = ends.take_while(|&end| fits(&text[..end])).last().unwrap_or(0);
    &text[..end]
}

/// Encloses right-to-left text in left-to-right marks, so that numbers next to it keep their places.
pub(super) fn with_direction_marks(text: &str) -> Cow<'_, str> {
    // Hebrew, Arabic and their neighbors; the presentation forms of both; the other right-to-left scripts.
    const RIGHT_TO_LEFT: [RangeInclusive<char>; 5] = [
        '\u{590}'..='\u{8ff}',
        '\u{fb1d}'..='\u{fdff}',
        '\u{fe70}'..='\u{feff}',
        '\u{10800}'..='\u{10fff}',
        '\u{1e800}'..='\u{1efff}',
    ];
    let is_right_to_left = |c: char| RIGHT_TO_LEFT.iter().any(|range| range.contains(&c));
    if text.contains(is_right_to_left) { Cow::Owned(format!("\u{200e}{text}\u{200e}")) } else { Cow::Borrowed(text) }
}

/// Escapes Slack's three control characters.
/// <https://docs.slack.dev/messaging/formatting-message-text#escaping>
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Escapes text for a code span or block. A backtick would end it, and becomes an apostrophe.
pub(super) fn escape_code(text: &str) -> String {
    escape(&text.replace('`', "'"))
}

/// Escapes text for markup: nothing in it becomes a mention, channel, link, emoji or formatting. An invisible word
/// joiner after each character that could start one of these breaks the pattern for which Slack looks.
pub(super) fn escape_mrkdwn(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        // A word joiner does not keep a backtick from starting code.
        safe.push(if c == '`' { '\'' } else { c });
        let is_trigger = matches!(c, '@' | '#' | ':' | '/' | '*' | '_' | '~')
            || (c == '.' && chars.peek().is_some_and(|next| next.is_alphabetic()));
        if is_trigger {
            safe.push('\u{2060}');
        }
    }
    escape(&safe)
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;

    /// Grapheme clusters of several characters, of two columns, or of none.
    const AWKWARD: [&str; 16] = [
        "a",
        " ",
        "山",
        "\u{1f1e9}\u{1f1ea}",
        "\u{1f1fa}\u{1f1f8}",
        "\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}",
        "\u{1f3f4}\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}",
        "\u{1f44d}\u{1f3fd}",
        "\u{2764}\u{fe0f}",
        "1\u{fe0f}\u{20e3}",
        "q\u{323}\u{307}",
        "\u{915}\u{94d}\u{937}\u{93f}",
        "\u{1112}\u{1161}\u{11ab}",
        "\u{e33}\u{e49}",
        "\u{5e9}\u{5c1}",
        "\u{644}\u{627}",
    ];

    #[test]
    fn names_are_shortened_to_columns() {
        assert_eq!(display_name("Ana Lima", 8), "Ana Lima");
        assert_eq!(display_name("Ana Lima", 7), "Ana Li\u{2026}");
        assert_eq!(display_name("Ana Lima", 5), "Ana\u{2026}");
        assert_eq!(display_name("山田太郎", 8), "山田太郎");
        assert_eq!(display_name("山田太郎", 7), "山田太\u{2026}");
        assert_eq!(display_name("山田太郎", 6), "山田\u{2026}");
        assert_eq!(display_name("\u{202e}\n\u{200b}", 5), NO_NAME);
    }

    #[test]
    fn a_flag_a_joined_emoji_and_a_letter_with_marks_stay_whole() {
        let flag = "\u{1f1e9}\u{1f1ea}";
        for (max, expected) in
            [(3, "ab\u{2026}".to_owned()), (4, "ab\u{2026}".to_owned()), (5, format!("ab{flag}\u{2026}"))]
        {
            assert_eq!(display_name(&format!("ab{flag}cdef"), max), expected);
        }
        let family = "\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}";
        assert_eq!(display_name(&format!("ab{family}cdef"), 5), format!("ab{family}\u{2026}"));
        assert_eq!(display_name(&format!("abc{family}cdef"), 5), "abc\u{2026}");
        assert_eq!(display_name("q\u{323}q\u{323}q\u{323}q\u{323}", 3), "q\u{323}q\u{323}\u{2026}");
        assert_eq!(first_chars(&family.repeat(2), 9), family);
        assert_eq!(first_chars(family, 4), NO_NAME);
        assert_eq!(first_chars("山田太郎", 3), "山田太");
    }

    #[test]
    fn markup_and_code_are_escaped() {
        assert_eq!(escape_code("<!here> & `x`"), "&lt;!here&gt; &amp; 'x'");
        assert_eq!(escape_mrkdwn("@here"), "@\u{2060}here");
        assert!(!escape_mrkdwn("https://evil.example/x").contains("://"));
        assert!(!escape_mrkdwn("evil.example").contains(".e"));
        assert_eq!(escape_mrkdwn("J. Doe 1.5"), "J. Doe 1.5");
    }

    #[test]
    fn right_to_left_text_is_enclosed_in_marks() {
        assert_eq!(with_direction_marks("Ana"), "Ana");
        assert_eq!(with_direction_marks("שרה"), "\u{200e}שרה\u{200e}");
    }

    /// Whether `start` ends between two grapheme clusters of `text`.
    fn is_whole_start(text: &str, start: &str) -> bool {
        let mut ends = text.grapheme_indices(true).map(|(index, cluster)| index + cluster.len());
        text.starts_with(start) && (start.is_empty() || ends.any(|end| end == start.len()))
    }

    proptest! {
        #[test]
        fn a_cut_never_splits_a_cluster_and_never_exceeds_the_width(
            clusters in vec(select(&AWKWARD[..]), 1..12), max in 1_usize..30,
        ) {
            let text = clusters.concat();
            let cut = fit(&text, max);
            prop_assert!(cut.width() <= max, "{} columns: {cut:?}", cut.width());
            if let Some(start) = cut.strip_suffix('\u{2026}') {
                // Trailing spaces, which are clusters of their own, are trimmed.
                prop_assert!(is_whole_start(&text, start), "{cut:?} of {text:?}");
            } else {
                prop_assert_eq!(&cut, &text);
            }
            let start = first_chars(&text, max);
            prop_assert!(start == NO_NAME || is_whole_start(&text, start), "{start:?} of {text:?}");
            prop_assert!((1..=max).contains(&start.chars().count()));
        }

        #[test]
        fn a_display_name_fits_and_is_never_empty(name in ".{0,60}", max in 2usize..40) {
            let shown = display_name(&name, max);
            prop_assert!(shown.width() <= max, "{} columns: {shown:?}", shown.width());
            prop_assert!(shown.width() > 0);
            prop_assert!(!shown.contains('\n'));
        }
    }
}
