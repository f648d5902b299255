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
use self::notation::{Encoding, Quoting, Stage};
use self::parser::Parser;
use crate::chunks;
use crate::origin::Bytes;
use crate::pass::Pass;
use crate::sales_file::ReadError;
use crate::tally::Tallies;

pub(crate) fn read<'a>(bytes: Bytes, pass: &'a Pass<'_>) -> Result<Tallies<'a>, ReadError> {
    let notation = pass.dialect.csv;
    let (header, rows) = Header::read(with_line_feeds(bytes)?, pass)?;
    match notation.stage {
        Stage::Survey => return Err(survey::decide(&header, rows, pass)),
        Stage::Assumed if header.not_utf8.is_some() => return Err(survey::start(pass)),
        Stage::Assumed | Stage::Settled => {}
    }
    let parser = Parser::new(&header, notation);
    let work = |chunk: &_, tallies: &mut _| parser.add(chunk, pass, tallies);
    let mut sum = chunks::each(rows, header.line, parser.grammar(), pass, work)?;
    sum.read_as.extend(read_as(&header, notation));
    sum.read_as.extend(header.layout.explained(&header.names));
    sum.evidence.has_semicolons = header.delimiter == b';';
    sum.columns = header.names;
    Ok(sum)
}

/// Says how the file was read, as far as it is not what everybody expects.
fn read_as(header: &Header, notation: Notation) -> Vec<Explanation> {
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
    match notation.encoding {
        Encoding::Utf8 => {}
        Encoding::DamagedUtf8 { line } => clauses.push(explain!["encoding UTF-8, damaged on line ", line]),
        Encoding::Windows1252 { line } => {
            clauses.push(explain!["encoding Windows-1252 (line ", line, " is not UTF-8)"]);
        }
    }
    if header.at_line > 1 {
        clauses.push(explain!["header on line ", header.at_line]);
    }
    clauses
}

/// Returns the bytes with line feeds as line ends: if the first line ends in a carriage return alone, as on classic Mac
/// OS, all carriage returns are replaced.
fn with_line_feeds(mut bytes: Bytes) -> Result<Bytes, ReadError> {
    let mut head = Vec::new();
    bytes.by_ref().take(HEAD as u64).read_to_end(&mut head).map_err(ReadError::Source)?;
    let carriage_returns = memchr::memchr2(b'\n', b'\r', &head)
        .is_some_and(|at| head[at] == b'\r' && head.get(at + 1).is_some_and(|&next| next != b'\n'));
    let bytes = Box::new(std::io::Cursor::new(head).chain(bytes));
    Ok(if carriage_returns { Box::new(LineFeeds(bytes)) } else { bytes })
}

struct LineFeeds(Bytes);

impl Read for LineFeeds {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.0.read(buffer)?;
        buffer[..read].iter_mut().filter(|byte| **byte == b'\r').for_each(|byte| *byte = b'\n');
        Ok(read)
    }
}
