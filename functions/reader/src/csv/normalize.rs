//! Normalization: a chunk in any notation becomes text that Polars reads as it was meant.

use std::borrow::Cow;

use super::grammar::{Field, Grammar, Outline};
use super::lines;
use super::notation::Quoting;
use crate::chunks;

/// The text of the first surplus field of a record, where the file leaves it empty: the tally skips the row for it.
const SURPLUS: &str = "+";

/// A chunk as Polars and the tally read it.
pub(super) struct Normalized<'t> {
    pub(super) parts: Vec<Part<'t>>,
    /// Whether the chunk contains evidence against the assumed notation.
    pub(super) contradicts: bool,
}

/// Consecutive records of a chunk, or lines that cannot be read.
pub(super) enum Part<'t> {
    Records { text: Cow<'t, [u8]>, line: u64 },
    Unreadable { line: u64, problem: Problem },
}

/// Why a line cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Problem {
    /// A quote is never closed.
    OpenQuote,
    /// The line is part of a quoted field that contains whole rows.
    Swallowed,
    /// A column that is read contains bytes that are not UTF-8.
    Damaged { column: usize },
}

/// What the normalization needs to know of the file.
pub(super) struct Normalizer<'h> {
    pub(super) grammar: &'h Grammar,
    /// The header record as the file writes it, without its line end.
    pub(super) header: &'h [u8],
    /// The columns to read, in ascending order.
    pub(super) columns: &'h [usize],
    /// The number of fields of a record.
    pub(super) width: usize,
}

/// The parts that have been built so far.
struct Builder<'t> {
    text: &'t [u8],
    parts: Vec<Part<'t>>,
    /// Records that had to be changed, and those before them.
    changed: Vec<u8>,
    /// The beginning of the records that are neither in `parts` nor in `changed`.
    copied: usize,
    /// The beginning of the records that are not in `parts`, and its line.
    begin: usize,
    line: u64,
}

impl Normalizer<'_> {
    /// Normalizes complete records. `line` is the line on which they start, and `is_damaged` tells that they are not UTF-8.
    pub(super) fn normalize<'t>(&self, text: &'t [u8], line: u64, is_damaged: bool) -> Normalized<'t> {
        let mut builder = Builder { text, parts: Vec::new(), changed: Vec::new(), copied: 0, begin: 0, line };
        let mut contradicts = false;
        let (mut fields, mut at) = (Vec::new(), 0);
        while at < text.len() {
            let record = &text[at..];
            let outline = self.grammar.record(record, true, &mut fields).unwrap_or_else(|| {
                // A record that is too long for its end to be looked for.
                let end = memchr::memchr(b'\n', record).map_or(record.len(), |end| end + 1);
                Outline { end, broken: true, ..Outline::default() }
            });
            let end = at + outline.end;
            let record = &text[at..end];
            let is_decoration = self.is_decoration(record);
            contradicts |= !is_decoration && self.contradicts(record, &outline, &fields);
            if is_decoration {
                builder.replace(at, end, |_| {});
            } else if outline.broken {
                builder.skip(at, end, Problem::OpenQuote);
            } else if outline.swallows {
                builder.skip(at, end, Problem::Swallowed);
            } else if let Some(column) = self.damaged_column(record, &fields, is_damaged) {
                builder.skip(at, end, Problem::Damaged { column });
            } else if outline.irregular && self.grammar.quoting != Quoting::Literal
                || fields.len() > self.width
                || is_damaged && std::str::from_utf8(record).is_err()
            {
                builder.replace(at, end, |to| self.write(record, &fields, to));
            }
            at = end;
        }
        builder.flush(text.len());
        Normalized { parts: builder.parts, contradicts }
    }

    fn is_decoration(&self, record: &[u8]) -> bool {
        let line = record.trim_ascii();
        line == self.header || lines::is_decoration(line)
    }

    /// Whether a record is evidence against the assumed notation.
    fn contradicts(&self, record: &[u8], outline: &Outline, fields: &[Field]) -> bool {
        if outline.broken || outline.swallows || outline.stray_quotes > 0 || outline.backslash_quote {
            return true;
        }
        let line = record.trim_ascii_end();
        if line.ends_with(b"\\") {
            return true;
        }
        let surplus = fields.get(self.width..).unwrap_or_default();
        let is_blank = |field: &Field| field.is_blank(record);
        !surplus.is_empty()
            && (memchr::memmem::find(record, &[b'\\', self.grammar.delimiter]).is_some()
                || surplus.iter().all(is_blank) && !fields.iter().all(is_blank))
    }

    /// Returns the first column to be read whose field is not UTF-8.
    fn damaged_column(&self, record: &[u8], fields: &[Field], is_damaged: bool) -> Option<usize> {
        let mut columns = self.columns.iter().copied().filter(|_| is_damaged);
        columns.find(|&column| {
            let field = fields.get(column).map(|field| self.grammar.value(record, *field));
            field.is_some_and(|value| std::str::from_utf8(&value).is_err())
        })
    }

    /// Writes a record as RFC 4180, with as many line ends as before.
    fn write(&self, record: &[u8], fields: &[Field], to: &mut Vec<u8>) {
        for (at, field) in fields.iter().enumerate() {
            if at > 0 {
                to.push(self.grammar.delimiter);
            }
            let value = self.grammar.value(record, *field);
            let mut value = String::from_utf8_lossy(&value);
            if at == self.width && value.trim().is_empty() {
                value = Cow::Owned(format!("{SURPLUS}{value}"));
            }
            let is_special = |byte: u8| byte == self.grammar.delimiter || matches!(byte, b'"' | b'\n' | b'\r');
            if self.grammar.quoting == Quoting::Literal || !value.bytes().any(is_special) {
                to.extend(value.as_bytes());
            } else {
                to.push(b'"');
                to.extend(value.replace('"', "\"\"").as_bytes());
                to.push(b'"');
            }
        }
    }
}

impl Builder<'_> {
    /// Replaces a record by what `write` writes, and a line end.
    fn replace(&mut self, begin: usize, end: usize, write: impl FnOnce(&mut Vec<u8>)) {
        self.changed.extend(&self.text[self.copied..begin]);
        write(&mut self.changed);
        self.changed.push(b'\n');
        self.copied = end;
    }

    /// Leaves out the lines of a record.
    fn skip(&mut self, begin: usize, end: usize, problem: Problem) {
        self.flush(begin);
        let skipped = &self.text[begin..end];
        let ends = chunks::lines(skipped);
        // A file may end without a line end. A damaged row is one row, whatever the notes in it.
        let lines = if problem == Problem::Swallowed { ends + u64::from(!skipped.ends_with(b"\n")) } else { 1 };
        self.parts.extend((0..lines).map(|line| Part::Unreadable { line: self.line + line, problem }));
        self.line += ends;
        (self.begin, self.copied) = (end, end);
    }

    /// Makes a part of the records before `end`.
    fn flush(&mut self, end: usize) {
        if self.begin == end {
            return;
        }
        let text = if self.changed.is_empty() {
            Cow::Borrowed(&self.text[self.begin..end])
        } else {
            self.changed.extend(&self.text[self.copied..end]);
            Cow::Owned(std::mem::take(&mut self.changed))
        };
        self.parts.push(Part::Records { text, line: self.line });
        self.line += chunks::lines(&self.text[self.begin..end]);
        (self.begin, self.copied) = (end, end);
    }
}
