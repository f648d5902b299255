//! Parsing: chunks become rows. Polars parses the known columns, as text.

use polars_core::prelude::{DataFrame, DataType, PolarsResult, Schema};
use polars_io::csv::read::_csv_read_internal::read_chunk;
use polars_io::csv::read::CsvParseOptions;
use standings_core::explanation::quoted;
use standings_core::{Explanation, explain};

use super::grammar::Grammar;
use super::header::Header;
use super::normalize::{Normalizer, Part, Problem};
use super::notation::{Notation, Quoting, Stage};
use super::survey;
use crate::chunks::{self, Chunk, Records};
use crate::columns::{Field, Role};
use crate::encoding::Encoding;
use crate::pass::Pass;
use crate::rows::Rows;
use crate::sales_file::{ReadError, rejected};
use crate::tally::Tallies;

/// Parses the chunks of a file.
pub(super) struct Parser<'h> {
    header: &'h Header,
    grammar: Grammar,
    notation: Notation,
    options: CsvParseOptions,
    schema: Schema,
    /// The columns to parse, in ascending order. The last one lies beyond the header and catches surplus fields.
    projection: Vec<usize>,
    /// What each column of the projection is read for.
    roles: Vec<(Role, usize)>,
    /// The number of fields of a record.
    width: usize,
}

impl<'h> Parser<'h> {
    pub(super) fn new(header: &'h Header, notation: Notation) -> Self {
        let width = header.names.len() + notation.trailing;
        let roles = header.layout.roles();
        let projection = roles.iter().map(|(_, place)| *place).chain([width]).collect();
        let roles = roles.into_iter().enumerate().map(|(at, (role, _))| (role, at)).collect();
        let grammar = header.grammar(notation);
        Self {
            options: CsvParseOptions {
                separator: grammar.delimiter,
                truncate_ragged_lines: true,
                quote_char: (notation.quoting != Quoting::Literal).then_some(b'"'),
                ..CsvParseOptions::default()
            },
            header,
            grammar,
            notation,
            schema: (0..=width).map(|i| (i.to_string().into(), DataType::String)).collect(),
            projection,
            roles,
            width,
        }
    }

    pub(super) fn grammar(&self) -> &Grammar {
        &self.grammar
    }

    pub(super) fn add(&self, chunk: &Chunk, pass: &Pass<'_>, tallies: &mut Tallies<'_>) -> Result<(), ReadError> {
        if let Some(at) = memchr::memchr(0, &chunk.text) {
            let line = chunk.line + chunks::lines(&chunk.text[..at]);
            return Err(rejected(explain![
                "line ",
                line,
                " contains a NUL byte, which no text file has. Export the file again and upload it under the same name"
            ]));
        }
        let text = &chunk.text;
        // Polars assumes that the text is UTF-8.
        let is_damaged = std::str::from_utf8(text).is_err();
        if is_damaged && pass.dialect.encoding == Encoding::Utf8 {
            return Err(survey::start_encoding(pass));
        }
        let mut position = chunk.index << 32;
        if let Some((at, word)) = twice_encoded(text) {
            tallies.evidence.twice_encoded(&word, (position, chunk.line + chunks::lines(&text[..at])));
        }
        let is_plain = !is_damaged && !self.has_marks(text) && !self.has_surplus_end(text);
        if is_plain
            && let Ok(frame) = self.parse(text)
            && !self.is_suspicious(&frame)?
        {
            return self.add_frame(&frame, text, chunk.line, &mut position, tallies);
        }
        let columns = &self.projection[..self.roles.len()];
        let normalizer = Normalizer { grammar: &self.grammar, header: &self.header.record, columns, width: self.width };
        let chunk_parts = normalizer.normalize(text, chunk.line, is_damaged);
        if chunk_parts.contradicts && self.notation.stage == Stage::Assumed {
            return Err(survey::start(pass));
        }
        for part in chunk_parts.parts {
            match part {
                Part::Records { text, line } => self.add_records(&text, line, &mut position, tallies)?,
                Part::Unreadable { line, problem } => tallies.skip(line, position, || self.explain(problem)),
            }
        }
        Ok(())
    }

    fn explain(&self, problem: Problem) -> Explanation {
        match problem {
            Problem::OpenQuote => explain!["its quotes are not closed properly"],
            Problem::Swallowed => explain!["it is within quotes that hold several rows. Check where they are closed"],
            Problem::Damaged { column } => {
                let name = self.header.names.get(column).map_or("", String::as_str);
                explain!["the column ", quoted(name), " has damaged characters. Export the file as UTF-8"]
            }
        }
    }

    /// Adds normalized records.
    fn add_records(
        &self,
        text: &[u8],
        line: u64,
        position: &mut u64,
        tallies: &mut Tallies<'_>,
    ) -> Result<(), ReadError> {
        for segment in chunks::isolate(&self.normalized_grammar(), text, line, &|text| self.parse(text)) {
            match segment.parsed {
                Some(frame) => self.add_frame(&frame, segment.text, segment.line, position, tallies)?,
                None => tallies.skip(segment.line, *position, || self.explain(Problem::OpenQuote)),
            }
        }
        Ok(())
    }

    fn add_frame(
        &self,
        frame: &DataFrame,
        text: &[u8],
        line: u64,
        position: &mut u64,
        tallies: &mut Tallies<'_>,
    ) -> Result<(), ReadError> {
        let rows = Rows::of(frame, &self.roles, Some(self.projection.len() - 1))?;
        tallies.add(rows, *position, &|row| line + self.line_within(text, row));
        *position += frame.height() as u64;
        Ok(())
    }

    /// Whether a text contains quotes or backslashes that may mean something.
    fn has_marks(&self, text: &[u8]) -> bool {
        match (self.notation.quoting, self.notation.stage) {
            (Quoting::Literal, _) => false,
            (Quoting::Standard, Stage::Settled) => memchr::memchr(b'"', text).is_some(),
            _ => memchr::memchr2(b'"', b'\\', text).is_some(),
        }
    }

    /// Whether a line ends with a delimiter and has more fields than the header: Polars does not tell an empty surplus
    /// field from a missing one. Only for text without quotes.
    fn has_surplus_end(&self, text: &[u8]) -> bool {
        let delimiter = self.grammar.delimiter;
        let has_surplus = |end: usize| {
            let begin = memchr::memrchr(b'\n', &text[..end]).map_or(0, |at| at + 1);
            memchr::memchr_iter(delimiter, &text[begin..=end]).count() >= self.width
        };
        let ends_with_delimiter = |end: usize| match text[..end] {
            [.., last, b'\r'] => last == delimiter && has_surplus(end - 2),
            [.., last] => last == delimiter && has_surplus(end - 1),
            [] => false,
        };
        let last = text.trim_ascii_end().len();
        let is_last = text.get(last..).is_some_and(|end| !end.contains(&b'\n'));
        memchr::memchr_iter(b'\n', text).any(ends_with_delimiter)
            || is_last && text.last() == Some(&delimiter) && has_surplus(text.len() - 1)
    }

    /// Returns the grammar of normalized text: RFC 4180, unless quotes mean nothing.
    fn normalized_grammar(&self) -> Grammar {
        let quoting = match self.notation.quoting {
            Quoting::Literal => Quoting::Literal,
            Quoting::Standard | Quoting::Backslash => Quoting::Standard,
        };
        Grammar { quoting, shape: None, ..self.grammar.clone() }
    }

    /// Whether a row may be more or less than a record: a rule or footer of a table, a repeated header, or a record with
    /// more fields than the header.
    fn is_suspicious(&self, frame: &DataFrame) -> Result<bool, ReadError> {
        let broken = |_| rejected(explain!["the rows cannot be parsed. Please report it as a bug of Standings"]);
        let column = |field: Field| {
            let role = self.roles.iter().find(|(role, _)| matches!(role, Role::Field(known, _) if *known == field));
            role.and_then(|(_, place)| frame.columns().get(*place))
                .map(|column| column.str().map_err(broken))
                .transpose()
        };
        if frame.columns().last().is_some_and(|surplus| surplus.null_count() < surplus.len()) {
            return Ok(true);
        }
        let (Some(days), Some(amounts)) = (column(Field::SoldAt)?, column(Field::Amount)?) else { return Ok(true) };
        // Almost every date begins with a digit.
        let is_plain = |day: &str| {
            day.as_bytes().first().is_some_and(u8::is_ascii_digit) || day.bytes().any(|byte| byte.is_ascii_digit())
        };
        Ok(amounts.null_count() > 0 || days.iter().any(|day| !day.is_some_and(is_plain)))
    }

    /// Parses complete records.
    ///
    /// This calls an inner function of Polars. Its reader of whole files would split the text once more, by counting
    /// quotes wherever they are: a single unpaired quote, such as an inch sign in a product name, would shift every later
    /// split.
    fn parse(&self, text: &[u8]) -> PolarsResult<DataFrame> {
        let capacity = text.len() / 64;
        read_chunk(
            text,
            &self.options,
            &self.schema,
            false,            // ignore_errors
            &self.projection, // projection
            0,                // bytes_offset_thread: `text` is the whole chunk
            capacity,         // capacity, in rows
            None,             // null_values
            usize::MAX >> 32, // chunk_size: the maximum number of lines, hence all
            text.len(),       // stop_at_nbytes
            Some(0),          // starting_point_offset
        )
    }

    /// Returns the number of lines between the start of `text` and the record `row`.
    fn line_within(&self, text: &[u8], row: usize) -> u64 {
        if self.notation.quoting == Quoting::Literal || memchr::memchr(b'"', text).is_none() {
            return row as u64;
        }
        let grammar = self.normalized_grammar();
        let mut begin = 0;
        for _ in 0..row {
            begin += grammar.first_end(&text[begin..]).unwrap_or(0);
        }
        chunks::lines(&text[..begin])
    }
}

/// Finds a word that was encoded in UTF-8 twice, such as `José` that became `JosÃ©`, and its place. No language writes
/// `Ã` before a sign.
fn twice_encoded(text: &[u8]) -> Option<(usize, String)> {
    const LETTER: &[u8] = "Ã\u{a9}".as_bytes().split_at(3).0;
    let is_sign = |at: &usize| text.get(at + LETTER.len()).is_some_and(|byte| (0xa1..=0xbf).contains(byte));
    let at = memchr::memmem::find_iter(text, LETTER).find(is_sign)?;
    let is_end = |byte: &u8| byte.is_ascii() && !byte.is_ascii_alphabetic();
    let begin = text[..at].iter().rposition(is_end).map_or(0, |end| end + 1);
    let end = text[at..].iter().position(is_end).map_or(text.len(), |end| at + end);
    Some((at, String::from_utf8_lossy(&text[begin..end]).chars().take(30).collect()))
}
