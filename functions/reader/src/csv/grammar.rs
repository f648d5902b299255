//! The grammar of delimited text: where records and fields end.

use std::borrow::Cow;

use super::notation::Quoting;
use crate::chunks::{MAX_RECORD, Records};

/// Minimum digits of a date: 1/5/26 has four, and an ISO week or a month name leaves three.
const MIN_DATE_DIGITS: usize = 3;

/// Maximum stray quotes in a record. With more, its quotes do not delimit fields. The limit keeps the time linear where
/// each line opens a quote that is never closed: no byte is looked at more often than this.
const MAX_STRAY_QUOTES: usize = 32;

/// Maximum escaped quotes after the first line of a field, for the same reason. Formatted JSON in a cell has hundreds.
const MAX_PAIRS: usize = 4_000;

/// Delimiter and quoting, with the shape of a record that holds a sale.
#[derive(Clone, Debug)]
pub(super) struct Grammar {
    pub(super) delimiter: u8,
    pub(super) quoting: Quoting,
    /// `None` while the header is not known.
    pub(super) shape: Option<Shape>,
}

/// The shape of a record that holds a sale.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shape {
    /// The number of fields.
    pub(super) width: usize,
    pub(super) sold_at: usize,
    pub(super) salesperson: usize,
    pub(super) amount: usize,
}

/// One field of a record.
#[derive(Clone, Copy, Debug)]
pub(super) struct Field {
    /// The text, without the quotes around it.
    begin: usize,
    end: usize,
    quoted: bool,
}

impl Field {
    /// Whether the field is empty or white space.
    pub(super) fn is_blank(self, record: &[u8]) -> bool {
        record[self.begin..self.end].trim_ascii().is_empty()
    }
}

/// What a record looks like, apart from its fields.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "independent findings about one record")]
pub(super) struct Outline {
    /// The end of the record, behind its line end.
    pub(super) end: usize,
    /// Quotes that Standard quoting would not leave as they are.
    pub(super) stray_quotes: usize,
    /// Whether Polars would read the record differently.
    pub(super) irregular: bool,
    /// Whether a backslash precedes a quote within a quoted field.
    pub(super) backslash_quote: bool,
    /// Whether a quote is never closed. The record is then only its first line.
    pub(super) broken: bool,
    /// Whether a quoted field contains a line that looks like a record that holds a sale.
    pub(super) swallows: bool,
}

/// Where a quoted field ends.
enum Closing {
    /// The end of the text within the quotes, and of the field.
    At(usize, usize),
    Never,
    /// More text is needed to know it.
    Unknown,
}

impl Grammar {
    /// Finds the end and the fields of the first record of a text; `None` if more text is needed. `at_end` tells that the
    /// text ends with the file.
    ///
    /// The outcome depends only on the text from the beginning of the record, so that chunks of any size give the same
    /// records.
    pub(super) fn record(&self, text: &[u8], at_end: bool, fields: &mut Vec<Field>) -> Option<Outline> {
        fields.clear();
        let view = &text[..text.len().min(MAX_RECORD)];
        let is_whole = at_end && view.len() == text.len();
        let mut outline = Outline::default();
        let mut at = 0;
        let mut spans = false;
        loop {
            let open = if self.quoting == Quoting::Literal { None } else { opening(view, at) };
            let end = if let Some(open) = open {
                let closing = self.closing(view, open, is_whole, view.len() < text.len(), &mut outline);
                let (end, field_end) = match closing {
                    Closing::At(end, field_end) => (end, field_end),
                    Closing::Never => return Some(broken(view, outline, fields)),
                    Closing::Unknown => return None,
                };
                outline.irregular |= open > at;
                spans |= memchr::memchr(b'\n', &view[open..end]).is_some();
                fields.push(Field { begin: open + 1, end, quoted: true });
                field_end
            } else {
                let end = match self.unquoted_end(view, at, &mut outline) {
                    Some(end) => end,
                    None if is_whole => view.len(),
                    None => return None,
                };
                let is_last = view.get(end) != Some(&self.delimiter);
                let text_end = if is_last { end - trailing_returns(&view[at..end]) } else { end };
                fields.push(Field { begin: at, end: text_end, quoted: false });
                end
            };
            at = end + 1;
            if view.get(end) != Some(&self.delimiter) {
                outline.end = at.min(view.len());
                break;
            }
        }
        if spans && (outline.stray_quotes > 0 || !self.has_width(view, fields)) {
            let record = view[..outline.end].strip_suffix(b"\n").unwrap_or(&view[..outline.end]);
            let last_line = memchr::memrchr(b'\n', record).map_or(0, |at| at + 1);
            if outline.swallows || self.line_is_sale(&record[last_line..], false) {
                return Some(broken(view, outline, fields));
            }
        }
        Some(outline)
    }

    /// Finds the end of a field without quotes around it.
    fn unquoted_end(&self, view: &[u8], begin: usize, outline: &mut Outline) -> Option<usize> {
        let mut from = begin;
        loop {
            let rest = view.get(from..)?;
            if self.quoting != Quoting::Backslash {
                return memchr::memchr2(self.delimiter, b'\n', rest).map(|at| from + at);
            }
            let at = from + memchr::memchr3(self.delimiter, b'\n', b'\\', rest)?;
            if view[at] != b'\\' {
                return Some(at);
            }
            let escaped = self.escaped(&view[at + 1..]);
            // Whether a carriage return or the end follows may not be known yet.
            if view.len() - at <= 2 && view.get(at + 1).is_none_or(|&next| next == b'\r') {
                from = view.len();
                continue;
            }
            outline.irregular |= escaped > 0;
            from = at + 1 + escaped;
        }
    }

    /// Returns the length of what a backslash before `rest` escapes; 0 if it is an ordinary character.
    fn escaped(&self, rest: &[u8]) -> usize {
        match rest {
            [b'\r', b'\n', ..] => 2,
            [b'"' | b'\\' | b'\n', ..] => 1,
            [next, ..] if *next == self.delimiter => 1,
            _ => 0,
        }
    }

    /// Finds the end of a field that is quoted from `open` on. `is_cut` tells that the view is at the limit of a record.
    fn closing(&self, view: &[u8], open: usize, is_whole: bool, is_cut: bool, outline: &mut Outline) -> Closing {
        let unknown = || if is_cut { Closing::Never } else { Closing::Unknown };
        let (mut from, mut scanned) = (open + 1, open + 1);
        let mut line: Option<usize> = None;
        let mut pairs = 0;
        loop {
            let rest = view.get(from..).unwrap_or_default();
            let mark = match self.quoting {
                Quoting::Backslash => memchr::memchr2(b'"', b'\\', rest),
                _ => memchr::memchr(b'"', rest),
            };
            let at = mark.map_or(view.len(), |mark| from + mark);
            for line_end in memchr::memchr_iter(b'\n', &view[scanned.min(at)..at]).map(|end| scanned + end) {
                if !outline.swallows
                    && let Some(begin) = line
                {
                    outline.swallows = self.line_is_sale(&view[begin..line_end], true);
                }
                line = Some(line_end + 1);
            }
            scanned = scanned.max(at);
            if outline.swallows && outline.stray_quotes > 0
                || outline.stray_quotes > MAX_STRAY_QUOTES
                || pairs > MAX_PAIRS
            {
                return Closing::Never;
            }
            if mark.is_none() {
                return if is_whole { Closing::Never } else { unknown() };
            }
            if view[at] == b'\\' {
                if at + 2 >= view.len() && !is_whole {
                    return unknown();
                }
                let escaped = self.escaped(&view[at + 1..]);
                outline.irregular |= escaped > 0;
                from = at + 1 + escaped;
                continue;
            }
            outline.backslash_quote |= view[at - 1] == b'\\';
            match view.get(at + 1) {
                Some(b'"') => {
                    pairs += usize::from(line.is_some());
                    from = at + 2;
                    continue;
                }
                None if !is_whole => return unknown(),
                _ => {}
            }
            let blank = |byte: &&u8| matches!(**byte, b' ' | b'\r' | b'\t') && **byte != self.delimiter;
            let end = at + 1 + view[at + 1..].iter().take_while(blank).count();
            match view.get(end) {
                None if !is_whole => return unknown(),
                Some(&next) if next != self.delimiter && next != b'\n' => {
                    outline.stray_quotes += 1;
                    outline.irregular = true;
                    from = at + 1;
                }
                _ => {
                    let is_plain = end == at + 1 || view.get(at + 1..end + 1) == Some(b"\r\n");
                    outline.irregular |= !is_plain;
                    return Closing::At(at, end);
                }
            }
        }
    }

    /// Whether a line looks like a record that holds a sale. With `may_be_open`, it may have a quote that is never
    /// closed.
    fn line_is_sale(&self, line: &[u8], may_be_open: bool) -> bool {
        let Some(shape) = self.shape else { return false };
        if memchr::memchr_iter(self.delimiter, line).count() + 1 < shape.width {
            return false;
        }
        let mut fields = Vec::new();
        match self.record(line, true, &mut fields) {
            Some(outline) if !outline.broken => self.holds_sale(line, &fields),
            _ if !may_be_open => false,
            _ => {
                let literal = Self { quoting: Quoting::Literal, ..self.clone() };
                literal.record(line, true, &mut fields).is_some() && literal.holds_sale(line, &fields)
            }
        }
    }

    /// Whether a record has as many fields as the header, apart from empty ones at its end.
    fn has_width(&self, record: &[u8], fields: &[Field]) -> bool {
        self.shape.is_some_and(|Shape { width, .. }| {
            fields.get(width..).is_some_and(|surplus| surplus.iter().all(|field| field.is_blank(record)))
        })
    }

    /// Whether a record has as many fields as the header, and a date, a salesperson and an amount in their places.
    pub(super) fn holds_sale(&self, record: &[u8], fields: &[Field]) -> bool {
        let Some(shape) = self.shape.filter(|_| self.has_width(record, fields)) else { return false };
        let value = |place: usize| fields.get(place).map(|field| self.value(record, *field)).unwrap_or_default();
        let digits = |value: &[u8]| value.iter().filter(|byte| byte.is_ascii_digit()).count();
        let person = value(shape.salesperson);
        digits(&value(shape.sold_at)) >= MIN_DATE_DIGITS
            && digits(&value(shape.amount)) > 0
            && !person.trim_ascii().is_empty()
            && [shape.sold_at, shape.salesperson, shape.amount].iter().all(|&place| self.is_unquoted(&value(place)))
    }

    /// Whether no quotes are left around a value: where quotes mean nothing, a value in quotes was meant otherwise.
    fn is_unquoted(&self, value: &[u8]) -> bool {
        let value = value.trim_ascii();
        let quotes = memchr::memchr_iter(b'"', value).count();
        self.quoting != Quoting::Literal
            || quotes == 0
            || (quotes.is_multiple_of(2) && !(value.starts_with(b"\"") && value.ends_with(b"\"")))
    }

    /// Returns the quotes that speak against this quoting.
    pub(super) fn stray_quotes(&self, record: &[u8], outline: &Outline, fields: &[Field]) -> usize {
        match self.quoting {
            Quoting::Literal => fields.iter().filter(|field| record[field.begin..].first() == Some(&b'"')).count(),
            _ if outline.broken => 1,
            _ => outline.stray_quotes,
        }
    }

    /// Returns the text of a field.
    pub(super) fn value<'r>(&self, record: &'r [u8], field: Field) -> Cow<'r, [u8]> {
        let raw = &record[field.begin..field.end];
        let escapes = self.quoting == Quoting::Backslash && memchr::memchr(b'\\', raw).is_some();
        let has_pairs = field.quoted && memchr::memchr(b'"', raw).is_some();
        if !escapes && !has_pairs {
            return Cow::Borrowed(raw);
        }
        let mut value = Vec::with_capacity(raw.len());
        let mut at = 0;
        while let Some(&byte) = raw.get(at) {
            let skipped = match byte {
                b'\\' if escapes => self.escaped(&raw[at + 1..]),
                b'"' if field.quoted && raw.get(at + 1) == Some(&b'"') => 1,
                _ => 0,
            };
            if skipped == 0 {
                value.push(byte);
            } else {
                value.extend(&raw[at + 1..=at + skipped]);
            }
            at += 1 + skipped;
        }
        Cow::Owned(value)
    }

    /// Returns the end of the last line before `special`, the first byte that may make a record more than a line.
    fn plain_end(text: &[u8], special: usize) -> Option<usize> {
        memchr::memrchr(b'\n', &text[..special]).map(|end| end + 1)
    }

    /// Returns the first byte that may make a record more than a line.
    fn special(&self, text: &[u8]) -> Option<usize> {
        match self.quoting {
            Quoting::Standard => memchr::memchr(b'"', text),
            Quoting::Backslash => memchr::memchr2(b'"', b'\\', text),
            Quoting::Literal => None,
        }
    }
}

impl Records for Grammar {
    fn whole(&self, text: &[u8]) -> usize {
        let mut fields = Vec::new();
        let (mut at, mut special) = (0, 0);
        while at < text.len() {
            if special <= at {
                special = self.special(&text[at..]).map_or(text.len(), |special| at + special);
            }
            if special > at {
                at += Self::plain_end(&text[at..], special - at).unwrap_or(0);
            }
            if special == text.len() {
                break;
            }
            match self.record(&text[at..], false, &mut fields) {
                Some(outline) => at += outline.end,
                None => break,
            }
        }
        at
    }

    fn first_end(&self, text: &[u8]) -> Option<usize> {
        self.record(text, false, &mut Vec::new()).map(|outline| outline.end)
    }

    /// The last record may end without a line end, and a quote that is never closed costs only its own line.
    fn breaks_off(&self, _text: &[u8]) -> bool {
        false
    }
}

/// Returns the place of the quote that opens a field.
fn opening(view: &[u8], begin: usize) -> Option<usize> {
    let rest = view.get(begin..)?;
    match rest.first()? {
        b'"' => Some(begin),
        b' ' => {
            let spaces = rest.iter().take_while(|byte| **byte == b' ').count();
            (rest.get(spaces) == Some(&b'"')).then_some(begin + spaces)
        }
        _ => None,
    }
}

/// Returns the outline of a record whose quote is never closed: it is only its first line.
fn broken(view: &[u8], outline: Outline, fields: &mut Vec<Field>) -> Outline {
    fields.clear();
    let end = memchr::memchr(b'\n', view).map_or(view.len(), |end| end + 1);
    Outline { end, broken: true, irregular: true, ..outline }
}

fn trailing_returns(text: &[u8]) -> usize {
    text.iter().rev().take_while(|byte| **byte == b'\r').count()
}
