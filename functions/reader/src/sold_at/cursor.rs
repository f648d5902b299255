//! A place in a text that is being parsed, and the form of the text that the parsers expect.

use std::borrow::Cow;

use standings_core::name;

use crate::values::plain_digit;

/// Maximum length of a date in bytes. What JavaScript prints, with the name of its time zone in words, has 80 at most.
const MAX_BYTES: usize = 120;

/// Returns a text in lower case, with plain digits, signs and single spaces, and without invisible characters: what
/// East Asian keyboards and the locale data of browsers write. `None` if it is too long for a date.
pub(super) fn normalized(text: &str) -> Option<Cow<'_, str>> {
    let text = text.trim();
    if text.len() > MAX_BYTES {
        return None;
    }
    let is_plain = |b: u8| (b'!'..=b'~').contains(&b) && !b.is_ascii_uppercase();
    let bytes = text.as_bytes();
    if bytes.iter().all(|&b| is_plain(b) || b == b' ') && !bytes.windows(2).any(|pair| pair == b"  ") {
        return Some(Cow::Borrowed(text));
    }
    let mut plain = String::with_capacity(text.len());
    for c in text.chars().filter(|&c| !name::is_invisible(c)) {
        match c {
            c if c.is_whitespace() => {
                if !plain.ends_with(' ') {
                    plain.push(' ');
                }
            }
            // The full-width forms are in the order of ASCII.
            '\u{ff01}'..='\u{ff5e}' => {
                plain.extend(char::from_u32(u32::from(c) - 0xfee0).map(|c| c.to_ascii_lowercase()));
            }
            '\u{2010}'..='\u{2015}' | '\u{2212}' => plain.push('-'),
            c => plain.extend(plain_digit(c).to_lowercase()),
        }
    }
    plain.truncate(plain.trim_end().len());
    Some(Cow::Owned(plain))
}

/// A place in a normalized text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor<'t>(&'t str);

impl<'t> Cursor<'t> {
    pub(super) const fn new(text: &'t str) -> Self {
        Self(text)
    }

    pub(super) const fn rest(self) -> &'t str {
        self.0
    }

    pub(super) const fn is_at_end(self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn peek(self) -> Option<char> {
        self.0.chars().next()
    }

    /// Whether the next character is a digit.
    pub(super) fn is_at_digit(self) -> bool {
        self.0.as_bytes().first().is_some_and(u8::is_ascii_digit)
    }

    /// Takes the prefix if it comes next.
    pub(super) fn take(&mut self, prefix: &str) -> bool {
        self.0.strip_prefix(prefix).map(|rest| self.0 = rest).is_some()
    }

    /// Takes one of the ASCII marks if it comes next.
    pub(super) fn take_mark(&mut self, marks: &[u8]) -> Option<u8> {
        let mark = self.0.as_bytes().first().copied().filter(|mark| mark.is_ascii() && marks.contains(mark))?;
        self.0 = &self.0[1..];
        Some(mark)
    }

    /// Takes the digits that come next, possibly none.
    pub(super) fn digits(&mut self) -> &'t str {
        let end = self.0.bytes().position(|b| !b.is_ascii_digit()).unwrap_or(self.0.len());
        self.split(end)
    }

    /// Takes the letters that come next, possibly none.
    pub(super) fn letters(&mut self) -> &'t str {
        let end = self.0.find(|c: char| !c.is_alphabetic()).unwrap_or(self.0.len());
        self.split(end)
    }

    /// Takes one of the words if it comes next, whole.
    pub(super) fn take_word(&mut self, words: &[&str]) -> bool {
        let mut ahead = *self;
        let taken = words.contains(&ahead.letters());
        if taken {
            *self = ahead;
        }
        taken
    }

    pub(super) fn skip_spaces(&mut self) {
        self.0 = self.0.trim_start_matches(' ');
    }

    fn split(&mut self, end: usize) -> &'t str {
        let (taken, rest) = self.0.split_at(end);
        self.0 = rest;
        taken
    }
}
