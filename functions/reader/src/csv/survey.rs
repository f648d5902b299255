//! The survey: a pass that collects evidence in the whole file and decides the notation.
//!
//! Most files need none. It starts once a chunk contradicts the assumptions, and it looks at all rows, so that the decision
//! does not depend on the size of chunks or on the order in which workers read them.

use std::io::Read;

use super::grammar::{Field, Grammar, Outline, Shape};
use super::header::Header;
use super::lines;
use super::notation::{Notation, Quoting, Stage};
use crate::chunks::{self, CHUNK, MAX_RECORD};
use crate::dialect::Dialect;
use crate::encoding::Detector;
use crate::origin::Bytes;
use crate::pass::Pass;
use crate::sales_file::ReadError;

/// Has the file read again, as a survey.
pub(super) fn start(pass: &Pass<'_>) -> ReadError {
    again(pass, Notation { stage: Stage::Survey, ..Notation::default() })
}

/// Has the file read again, as a survey of its encoding.
pub(super) fn start_encoding(pass: &Pass<'_>) -> ReadError {
    again(pass, Notation { stage: Stage::Encoding, ..Notation::default() })
}

/// Reads the whole text and decides its encoding. Returns the error with which this pass has to stop.
pub(super) fn decide_encoding(mut bytes: Bytes, pass: &Pass<'_>) -> ReadError {
    let mut detector = Detector::new();
    let mut text = Vec::new();
    loop {
        let read = match bytes.by_ref().take(CHUNK as u64).read_to_end(&mut text) {
            Ok(read) => read,
            Err(error) => return ReadError::Source(error),
        };
        let at_end = read < CHUNK;
        let is_long = text.len() > MAX_RECORD;
        let end = if at_end || is_long { text.len() } else { memchr::memrchr(b'\n', &text).map_or(0, |end| end + 1) };
        detector.add(&text[..end]);
        text.drain(..end);
        if at_end {
            break;
        }
    }
    let encoding = detector.decide(pass.reading);
    pass.read_again(Dialect { encoding, csv: Notation::default(), ..pass.dialect.clone() })
}

fn again(pass: &Pass<'_>, csv: Notation) -> ReadError {
    pass.read_again(Dialect { csv, ..pass.dialect.clone() })
}

/// Reads the rows and decides the notation. Returns the error with which this pass has to stop.
pub(super) fn decide(header: &Header, bytes: Bytes, pass: &Pass<'_>) -> ReadError {
    match notation(header, bytes) {
        Ok(notation) => again(pass, notation),
        Err(error) => ReadError::Source(error),
    }
}

fn notation(header: &Header, mut bytes: Bytes) -> std::io::Result<Notation> {
    let mut hypotheses = [Quoting::Standard, Quoting::Backslash, Quoting::Literal]
        .map(|quoting| Hypothesis::new(header.grammar(Notation { quoting, ..Notation::default() })));
    let mut block = Vec::new();
    loop {
        block.clear();
        bytes.by_ref().take(CHUNK as u64).read_to_end(&mut block)?;
        let at_end = block.len() < CHUNK;
        for hypothesis in &mut hypotheses {
            hypothesis.push(&block, at_end, &header.record);
        }
        if at_end {
            break;
        }
    }
    // Of several with the same evidence, the first.
    let best = hypotheses.into_iter().rev().max_by_key(Hypothesis::score);
    let (quoting, trailing) = best.map(|best| (best.grammar.quoting, best.trailing.decided())).unwrap_or_default();
    Ok(Notation { stage: Stage::Settled, quoting, trailing })
}

/// The records as one kind of quoting reads them.
struct Hypothesis {
    grammar: Grammar,
    /// The text whose records are not complete yet.
    rest: Vec<u8>,
    /// The length of the rest from which on it is worth to look for complete records.
    enough: usize,
    /// Records that look like sales.
    sales: u64,
    /// Other records, and stray quotes.
    against: u64,
    trailing: Trailing,
    fields: Vec<Field>,
}

impl Hypothesis {
    fn new(grammar: Grammar) -> Self {
        let trailing = Trailing { width: None, is_uniform: true, are_thousands: true };
        Self { grammar, rest: Vec::new(), enough: 0, sales: 0, against: 0, trailing, fields: Vec::new() }
    }

    /// Adds a block of text.
    fn push(&mut self, block: &[u8], at_end: bool, header: &[u8]) {
        self.rest.extend(block);
        if self.rest.len() < self.enough && !at_end {
            return;
        }
        let rest = std::mem::take(&mut self.rest);
        let mut fields = std::mem::take(&mut self.fields);
        let mut at = 0;
        while at < rest.len() {
            let Some(outline) = self.grammar.record(&rest[at..], at_end, &mut fields) else { break };
            let end = at + outline.end;
            self.add(&rest[at..end], &outline, &fields, header);
            at = end;
        }
        self.fields = fields;
        self.rest = rest;
        self.rest.drain(..at);
        // Looking again only at twice the text keeps the time linear. A record that is too long rejects the file in the
        // next pass.
        self.enough = if at > 0 { 0 } else { self.rest.len() * 2 };
        if self.rest.len() > 2 * MAX_RECORD {
            self.rest.clear();
        }
    }

    /// Returns how well this quoting explains the file. A sale more does not outweigh the stray quotes that it takes.
    fn score(&self) -> i128 {
        i128::from(self.sales) - i128::from(self.against)
    }

    fn add(&mut self, record: &[u8], outline: &Outline, fields: &[Field], header: &[u8]) {
        let line = record.trim_ascii();
        let is_blank = !outline.broken && fields.iter().all(|field| field.is_blank(record));
        if is_blank || line == header || lines::is_decoration(line) {
            return;
        }
        self.against += self.grammar.stray_quotes(record, outline, fields) as u64;
        if !outline.broken && !outline.swallows && self.grammar.holds_sale(record, fields) {
            self.sales += 1;
        } else {
            self.against += chunks::lines(record).max(1);
        }
        if !outline.broken {
            self.trailing.add(&self.grammar, record, fields);
        }
    }
}

/// Evidence that each row ends with the same number of empty fields, beyond the header.
struct Trailing {
    /// The number of surplus fields of the first row.
    width: Option<usize>,
    is_uniform: bool,
    /// Whether each row looks as if the comma between thousands split its amount.
    are_thousands: bool,
}

impl Trailing {
    fn add(&mut self, grammar: &Grammar, record: &[u8], fields: &[Field]) {
        let Some(Shape { width, amount, .. }) = grammar.shape else { return };
        let Some(surplus) = fields.get(width..) else { return };
        self.is_uniform &= *self.width.get_or_insert(surplus.len()) == surplus.len()
            && surplus.iter().all(|field| field.is_blank(record));
        let value = |place: usize| fields.get(place).map(|field| grammar.value(record, *field)).unwrap_or_default();
        let is_number = |digits: &[u8]| !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
        let (first, second) = (value(amount), value(amount + 1));
        let second = second.trim_ascii();
        self.are_thousands &= first.trim_ascii().len() <= 4
            && is_number(first.trim_ascii().strip_prefix(b"-").unwrap_or(first.trim_ascii()))
            && second.get(..3).is_some_and(is_number)
            && second.get(3).is_none_or(|next| *next == b'.');
    }

    fn decided(&self) -> usize {
        self.width.filter(|_| self.is_uniform && !self.are_thousands).unwrap_or(0)
    }
}
