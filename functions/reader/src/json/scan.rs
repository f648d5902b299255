//! Cutting of text into top-level JSON values, whether line feeds, commas or nothing separates them.

use std::ops::Range;

use crate::chunks::Records;

/// Bytes of one line beyond which it is also cut between its values. A stream without line feeds may follow on lines.
const LONG_LINE: usize = 1024 * 1024;

/// Records that are lines.
pub(super) struct Lines;

/// Records that are top-level values.
pub(super) struct Values;

impl Records for Lines {
    fn whole(&self, text: &[u8]) -> usize {
        match memchr::memrchr(b'\n', text) {
            Some(end) => end + 1,
            None if text.len() > LONG_LINE => Values.whole(text),
            None => 0,
        }
    }

    fn first_end(&self, text: &[u8]) -> Option<usize> {
        memchr::memchr(b'\n', text).map(|end| end + 1)
    }

    fn breaks_off(&self, _: &[u8]) -> bool {
        false
    }
}

impl Records for Values {
    fn whole(&self, text: &[u8]) -> usize {
        let mut whole = 0;
        each(text, |item| whole = item.end);
        whole
    }

    fn first_end(&self, text: &[u8]) -> Option<usize> {
        let begin = begin(text, 0)?;
        end(text, begin)
    }

    fn breaks_off(&self, _: &[u8]) -> bool {
        false
    }
}

/// Calls `found` with each complete item: a value in brackets, or text that is none. Returns the incomplete rest.
pub(super) fn each(text: &[u8], mut found: impl FnMut(Range<usize>)) -> Range<usize> {
    let mut at = 0;
    while let Some(begin) = begin(text, at) {
        let Some(end) = end(text, begin) else { return begin..text.len() };
        found(begin..end);
        at = end;
    }
    text.len()..text.len()
}

/// Whether a byte may stand between values: white space, a comma, or the record separator of JSON text sequences.
pub(super) const fn separates(byte: u8) -> bool {
    byte.is_ascii_whitespace() || byte == b',' || byte == 0x1e
}

fn begin(text: &[u8], from: usize) -> Option<usize> {
    text[from..].iter().position(|&byte| !separates(byte)).map(|at| from + at)
}

/// Returns the end of the item that begins at `begin`, or `None` if the text ends first.
pub(super) fn end(text: &[u8], begin: usize) -> Option<usize> {
    if !matches!(text[begin], b'{' | b'[') {
        return text[begin + 1..].iter().position(|byte| matches!(byte, b'\n' | b'{' | b'[')).map(|at| begin + 1 + at);
    }
    let mut depth = 0_usize;
    let mut at = begin;
    loop {
        match text.get(at)? {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth -= 1;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            b'"' => {
                at = string_end(text, at)?;
                // No string of JSON has a line feed, so this one lacks its quote. What follows starts afresh.
                if text[at] == b'\n' {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
        at += 1;
    }
}

/// Returns the place of the closing quote of the string whose opening one is at `at`, or of the line feed that breaks
/// it off.
pub(super) fn string_end(text: &[u8], mut at: usize) -> Option<usize> {
    at += 1;
    loop {
        at += memchr::memchr3(b'"', b'\\', b'\n', text.get(at..)?)?;
        if text[at] != b'\\' {
            return Some(at);
        }
        at += 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_cut_at_their_brackets() {
        let cut = |text: &str| {
            let mut items = Vec::new();
            let rest = each(text.as_bytes(), |item| items.push(text[item].to_owned()));
            (items, text[rest].to_owned())
        };
        for (text, items, rest) in [
            (r#"{"a":"}\"{"}{}"#, &[r#"{"a":"}\"{"}"#, "{}"][..], ""),
            ("{\"a\":\n[{}]\n} , [1]\n", &["{\"a\":\n[{}]\n}", "[1]"], ""),
            ("x{}", &["x", "{}"], ""),
            ("{\"a\":\"x\n{}", &["{\"a\":\"x\n", "{}"], ""),
            (r#"{}{"a":"x\"#, &["{}"], r#"{"a":"x\"#),
            ("}\n{", &["}"], "{"),
        ] {
            let items: Vec<String> = items.iter().map(|&item| item.to_owned()).collect();
            assert_eq!(cut(text), (items, rest.to_owned()), "{text}");
        }
    }
}
