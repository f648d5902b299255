//! Explanations: why a file was rejected or a row skipped, in words for the person who exported the file.
//!
//! An explanation quotes cells and column names, and these may be names of people, which must not reach a log. So an
//! [`Explanation`] knows which parts of its text are quoted, and [`Explanation::redacted`] leaves them out. The
//! [`explain!`](crate::explain) macro builds one:
//!
//! ```
//! use standings_core::explain;
//! use standings_core::explanation::quoted;
//!
//! let (cell, line) = (String::from("Ana \"Bo\" Cy"), 7);
//! let explanation = explain!["the amount ", quoted(&cell), " on line ", line, " is not a number"];
//! assert_eq!(explanation.to_string(), r#"the amount "Ana "Bo" Cy" on line 7 is not a number"#);
//! assert_eq!(explanation.redacted(), r#"the amount "…" on line 7 is not a number"#);
//! ```
//!
//! Plain text must be `&'static str`, and [`Quoted`] cannot be formatted, so an unquoted value from a file is a compile
//! error:
//!
//! ```compile_fail
//! # use standings_core::explain;
//! # let cell = String::from("Ana");
//! explain!["the amount ", cell.as_str(), " is not a number"];
//! ```
//!
//! ```compile_fail
//! # use standings_core::explanation::quoted;
//! format!("the amount {} is not a number", quoted("Ana"));
//! ```

use std::fmt;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::name;
use crate::week::Week;

/// Maximum characters of a quoted value. Longer ones are cut, so that a reason stays readable as one line.
const MAX_QUOTED_CHARS: usize = 40;

/// A text for people, and which parts of it are quoted from a file.
///
/// Its `Display` is the whole text. The stored form is the text alone: an explanation that was read back no longer
/// knows what it quotes, so that it is redacted entirely.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Explanation {
    text: String,
    /// Byte ranges of `text` between quotation marks, in ascending order; `None` if unknown.
    #[serde(skip)]
    quoted: Option<Vec<Range<usize>>>,
}

/// Builds an [`Explanation`] from its [parts](crate::explanation::Part).
#[macro_export]
macro_rules! explain {
    ($($part:expr),* $(,)?) => {
        $crate::Explanation::empty()$(.with($part))*
    };
}

impl Explanation {
    /// Returns an explanation without any text.
    #[must_use]
    pub const fn empty() -> Self {
        Self { text: String::new(), quoted: Some(Vec::new()) }
    }

    /// Appends a part.
    #[must_use]
    pub fn with(mut self, part: impl Part) -> Self {
        part.append_to(&mut self);
        self
    }

    /// The whole text, with everything that it quotes from the file: for people who may see the file, not for logs.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The text for logs: each quoted value is replaced by `…`.
    #[must_use]
    pub fn redacted(&self) -> String {
        let Some(quoted) = &self.quoted else { return "…".to_owned() };
        let mut redacted = String::with_capacity(self.text.len());
        let mut from = 0;
        for range in quoted {
            redacted.push_str(&self.text[from..range.start]);
            redacted.push('…');
            from = range.end;
        }
        redacted.push_str(&self.text[from..]);
        redacted
    }

    fn push_plain(&mut self, text: &str) {
        self.text.push_str(text);
    }

    fn push_quoted(&mut self, value: &str) {
        self.text.push('"');
        let start = self.text.len();
        let mut chars = value.trim().chars();
        self.text.extend(chars.by_ref().take(MAX_QUOTED_CHARS).map(printable));
        if chars.next().is_some() {
            self.text.push_str("...");
        }
        let range = start..self.text.len();
        self.text.push('"');
        if let Some(quoted) = &mut self.quoted {
            quoted.push(range);
        }
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Explanations are equal if people read the same text.
impl PartialEq for Explanation {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Explanation {}

/// A text whose quoted parts are unknown: it is redacted entirely.
impl From<String> for Explanation {
    fn from(text: String) -> Self {
        Self { text, quoted: None }
    }
}

/// Something that an explanation consists of: plain text, numbers, weeks, [`quoted`] and [`trusted`] values, and other
/// explanations.
pub trait Part {
    /// Appends it to an explanation.
    fn append_to(self, explanation: &mut Explanation);
}

impl Part for &'static str {
    fn append_to(self, explanation: &mut Explanation) {
        explanation.push_plain(self);
    }
}

macro_rules! parts_by_display {
    ($($kind:ty),*) => {
        $(impl Part for $kind {
            fn append_to(self, explanation: &mut Explanation) {
                trusted(self).append_to(explanation);
            }
        })*
    };
}

parts_by_display!(i32, u32, u64, usize, Week);

impl Part for Explanation {
    fn append_to(self, explanation: &mut Explanation) {
        let offset = explanation.text.len();
        explanation.push_plain(&self.text);
        if let Some(quoted) = &mut explanation.quoted {
            let whole = 0..self.text.len();
            let ranges = self.quoted.unwrap_or_else(|| vec![whole]);
            quoted.extend(ranges.into_iter().map(|range| range.start + offset..range.end + offset));
        }
    }
}

/// A value from a file. It has no `Display` on purpose: only an [`Explanation`] can show it.
#[must_use]
pub struct Quoted<'a>(&'a str);

/// Quotes a value from a file: between quotation marks, cut to the length of a line, and without characters that would
/// break the line or change the direction of the text.
pub const fn quoted(value: &str) -> Quoted<'_> {
    Quoted(value)
}

impl Part for Quoted<'_> {
    fn append_to(self, explanation: &mut Explanation) {
        explanation.push_quoted(self.0);
    }
}

/// Values from a file, separated by commas.
#[must_use]
pub struct QuotedList<I>(I);

/// Quotes several values from a file, each as [`quoted`] does.
pub fn quoted_list<'a, I: IntoIterator<Item = &'a str>>(values: I) -> QuotedList<I> {
    QuotedList(values)
}

impl<'a, I: IntoIterator<Item = &'a str>> Part for QuotedList<I> {
    fn append_to(self, explanation: &mut Explanation) {
        for (at, value) in self.0.into_iter().enumerate() {
            if at > 0 {
                explanation.push_plain(", ");
            }
            explanation.push_quoted(value);
        }
    }
}

/// A value that does not come from a file.
#[must_use]
pub struct Trusted<T>(T);

/// Marks a value as safe to log, because it does not come from a file: a setting, or an error of a library that quotes
/// nothing.
pub const fn trusted<T: fmt::Display>(value: T) -> Trusted<T> {
    Trusted(value)
}

impl<T: fmt::Display> Part for Trusted<T> {
    fn append_to(self, explanation: &mut Explanation) {
        explanation.push_plain(&self.0.to_string());
    }
}

/// A character as an explanation shows it.
fn printable(c: char) -> char {
    match c {
        _ if c.is_control() => ' ',
        _ if name::is_invisible(c) => char::REPLACEMENT_CHARACTER,
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn quoted_values_are_redacted_whatever_they_contain() {
        let explanation = explain!["The columns are ", quoted_list(["Ana \"Bo\" Cy", "x\\", ""]), ". Rename ", 1];
        assert_eq!(explanation.as_str(), r#"The columns are "Ana "Bo" Cy", "x\", "". Rename 1"#);
        assert_eq!(explanation.redacted(), r#"The columns are "…", "…", "…". Rename 1"#);
        assert_eq!(explain!["the file is empty"].redacted(), "the file is empty");
    }

    #[test]
    fn a_nested_explanation_keeps_its_quoted_values() {
        let inner = explain![quoted("Ana"), " is not a date"];
        let outer = explain![2_u64, " rows. Line 1: ", inner, "."];
        assert_eq!(outer.as_str(), r#"2 rows. Line 1: "Ana" is not a date."#);
        assert_eq!(outer.redacted(), r#"2 rows. Line 1: "…" is not a date."#);
        let unknown = explain!["Line 1: ", Explanation::from("Ana is not a date".to_owned()), "."];
        assert_eq!(unknown.redacted(), "Line 1: ….");
    }

    #[test]
    fn the_stored_form_is_the_text_and_comes_back_redacted_entirely() {
        let explanation = explain![quoted("Ana"), " is not a date"];
        let stored = serde_json::to_string(&explanation).unwrap();
        assert_eq!(stored, r#""\"Ana\" is not a date""#);
        let back: Explanation = serde_json::from_str(&stored).unwrap();
        assert_eq!((&back, back.redacted().as_str()), (&explanation, "…"));
    }

    #[test]
    fn a_quoted_value_fits_on_a_line_and_leaves_its_direction_alone() {
        let shown = |value: &str| explain![quoted(value)].to_string();
        assert_eq!(shown(" a\nb\tc "), "\"a b c\"");
        assert_eq!(shown("a\u{202e}b\u{200d}c"), "\"a\u{fffd}b\u{200d}c\"");
        assert_eq!(shown(&"é".repeat(41)), format!("\"{}...\"", "é".repeat(40)));
        assert_eq!(shown(&"é".repeat(40)), format!("\"{}\"", "é".repeat(40)));
    }

    proptest! {
        #[test]
        fn no_value_appears_in_the_redacted_text(values in proptest::collection::vec(any::<String>(), 0..5)) {
            let mut explanation = explain!["begin ", quoted_list(values.iter().map(String::as_str))];
            let mut expected = format!("begin {}", vec!["\"…\""; values.len()].join(", "));
            for value in &values {
                explanation = explain![explanation, "; ", quoted(value)];
                expected += "; \"…\"";
            }
            prop_assert_eq!(explanation.redacted(), expected);
        }
    }
}
