//! CSV and its variants: the header tells the delimiter, the rows tell quoting and encoding, and Polars parses them.

mod grammar;
mod header;
mod lines;
mod normalize;
mod notation;
mod parser;
mod survey;
#[cfg(test)]
mod tests;

use std::io::Read;

use standings_core::{Explanation, explain};

use self::header::{HEAD, Header};
pub(crate) use self::notation::Notation;
use self::notation::{Quoting, Stage};
use self::parser::Parser;
use crate::chunks;
use crate::dialect::Dialect;
use crate::encoding::Encoding;
use crate::origin::Bytes;
use crate::pass::Pass;
use crate::sales_file::ReadError;
use crate::tally::Tallies;

pub(crate) fn read<'a>(mut bytes: Bytes, pass: &'a Pass<'_>) -> Result<Tallies<'a>, ReadError> {
    let Dialect { csv: notation, encoding, .. } = &pass.dialect;
    let notation = *notation;
    let mut head = Vec::new();
    bytes.by_ref().take(HEAD as u64).read_to_end(&mut head).map_err(ReadError::Source)?;
    let is_utf8 = may_be_utf8(&head);
    let bytes = with_line_feeds(head, bytes);
    if notation.stage == Stage::Encoding {
        return Err(survey::decide_encoding(bytes, pass));
    }
    // Before its encoding is known, a header in Japanese cannot be found.
    if *encoding == Encoding::Utf8 && !is_utf8 {
        return Err(survey::start_encoding(pass));
    }
    let bytes = encoding.decoded(bytes);
    let (header, rows) = Header::read(bytes, pass)?;
    if notation.stage == Stage::Survey {
        return Err(survey::decide(&header, rows, pass));
    }
    let parser = Parser::new(&header, notation);
    let work = |chunk: &_, tallies: &mut _| parser.add(chunk, pass, tallies);
    let mut sum = chunks::each(rows, header.line, parser.grammar(), pass, work)?;
    sum.read_as.extend(read_as(&header, notation, encoding));
    sum.remarks.extend(encoding.remark());
    sum.remarks.extend(header.remark);
    sum.read_as.extend(header.layout.explained(&header.names));
    sum.evidence.has_semicolons = header.delimiter == b';';
    sum.columns = header.names;
    Ok(sum)
}

/// Says how the file was read, as far as it is not what everybody expects.
fn read_as(header: &Header, notation: Notation, encoding: &Encoding) -> Vec<Explanation> {
    let format = match header.delimiter {
        b';' => "CSV with semicolons",
        b'\t' => "CSV with tabs",
        b'|' => "CSV with vertical bars",
        _ => "CSV",
    };
    let mut clauses = vec![explain![format]];
    match notation.quoting {
        Quoting::Standard => {}
        Quoting::Backslash => clauses.push(explain!["quotes are escaped with backslashes"]),
        Quoting::Literal => clauses.push(explain!["quotes are ordinary characters"]),
    }
    clauses.extend(encoding.explained());
    if header.at_line > 1 {
        clauses.push(explain!["header on line ", header.at_line]);
    }
    clauses
}

/// Whether the beginning of a text is UTF-8. A character that it cuts off may be.
fn may_be_utf8(head: &[u8]) -> bool {
    std::str::from_utf8(head).map_or_else(|error| error.error_len().is_none(), |_| true)
}

/// Returns the bytes with line feeds as line ends: if the first line ends in a carriage return alone, as on classic Mac
/// OS, all carriage returns are replaced.
fn with_line_feeds(head: Vec<u8>, bytes: Bytes) -> Bytes {
    let carriage_returns = memchr::memchr2(b'\n', b'\r', &head)
        .is_some_and(|at| head[at] == b'\r' && head.get(at + 1).is_some_and(|&next| next != b'\n'));
    let bytes = Box::new(std::io::Cursor::new(head).chain(bytes));
    if carriage_returns { Box::new(LineFeeds(bytes)) } else { bytes }
}

struct LineFeeds(Bytes);

impl Read for LineFeeds {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.0.read(buffer)?;
        buffer[..read].iter_mut().filter(|byte| **byte == b'\r').for_each(|byte| *byte = b'\n');
        Ok(read)
    }
}
