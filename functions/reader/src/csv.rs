//! CSV and its variants: the header line tells the delimiter, and Polars parses the rows.

use std::io::Read;

use polars_core::prelude::{DataFrame, DataType, PolarsResult, Schema};
use polars_io::csv::read::_csv_read_internal::read_chunk;
use polars_io::csv::read::CsvParseOptions;
use standings_core::explain;
use standings_core::explanation::quoted_list;

use crate::chunks::{self, Chunk, Records};
use crate::columns::{Layout, Role};
use crate::origin::Bytes;
use crate::pass::Pass;
use crate::rows::Rows;
use crate::sales_file::{ReadError, rejected};
use crate::tally::Tallies;

const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// Maximum bytes of the header line. Beyond it this is not a text file with one row per line.
const MAX_HEADER: usize = 1024 * 1024;

/// Maximum columns. Exports have hundreds at most, and each costs memory in Polars' schema.
const MAX_COLUMNS: usize = 10_000;

/// Maximum column names quoted where none is known. Five show whether the first line is data or a title.
const MAX_QUOTED_NAMES: usize = 5;

/// Bytes read at first to find the header line. Most header lines are much shorter.
const HEAD: usize = 64 * 1024;

/// The syntax of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Dialect {
    delimiter: u8,
}

pub(crate) fn read<'a>(bytes: Bytes, pass: &'a Pass<'_>) -> Result<Tallies<'a>, ReadError> {
    let header = Header::read(with_line_feeds(bytes)?, pass)?;
    header.require(pass)?;
    let parser = Parser::new(&header);
    chunks::each(header.rest, header.line, &header.dialect, pass, |chunk, tallies| parser.add(chunk, tallies))
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

struct Header {
    names: Vec<String>,
    layout: Layout,
    dialect: Dialect,
    /// The line after the header.
    line: u64,
    /// The bytes after the header.
    rest: Bytes,
}

/// A header line as one of the dialects reads it.
struct Candidate {
    dialect: Dialect,
    names: Vec<String>,
    layout: Layout,
    /// The end of the header line in the text.
    end: usize,
}

impl Header {
    fn read(mut bytes: Bytes, pass: &Pass<'_>) -> Result<Self, ReadError> {
        let mut text = Vec::new();
        let mut line = 1;
        loop {
            let wanted = text.len().max(HEAD) as u64;
            let read = bytes.by_ref().take(wanted).read_to_end(&mut text).map_err(ReadError::Source)?;
            let at_end = (read as u64) < wanted;
            let begin = before_header(&text);
            line += chunks::lines(&text[..begin]);
            text.drain(..begin);
            if at_end && text.trim_ascii().is_empty() {
                return Err(rejected(explain!["the file contains only white space"]));
            }
            if let Some(Candidate { dialect, names, layout, end }) = Candidate::best(&text, at_end, line, pass)? {
                let rest = text.split_off(end);
                let line = line + chunks::lines(&text);
                let rest = Box::new(std::io::Cursor::new(rest).chain(bytes));
                return Ok(Self { names, layout, dialect, line, rest });
            }
            if at_end {
                return Err(chunks::unclosed_quote(line));
            }
            if text.len() > MAX_HEADER {
                return Err(rejected(explain![
                    "the first line is longer than ",
                    MAX_HEADER / (1024 * 1024),
                    " MB. Check that this is a text file with one row per line",
                ]));
            }
        }
    }

    /// Checks that this is a header at all, and that it has the required columns.
    fn require(&self, pass: &Pass<'_>) -> Result<(), ReadError> {
        if self.layout.known() == 0 {
            return Err(rejected(explain![
                "the first line does not name the columns. Start the file with a line such as \
                 sold_at,salesperson,amount, or map the names with COLUMNS. The first line is ",
                quoted_list(self.names.iter().take(MAX_QUOTED_NAMES).map(String::as_str)),
            ]));
        }
        self.layout.require(&self.names, pass)
    }
}

impl Candidate {
    /// Reads the header line in each dialect and returns the reading that knows the most columns, then the one that has
    /// the most; `None` if `text` does not contain the whole line. `line` is its number.
    fn best(text: &[u8], at_end: bool, line: u64, pass: &Pass<'_>) -> Result<Option<Self>, ReadError> {
        let mut best: Option<Self> = None;
        for dialect in DELIMITERS.map(|delimiter| Dialect { delimiter }) {
            // Where a quoted field ends, and so the line, depends on the delimiter.
            let end = dialect.first_end(text).or((at_end && !dialect.breaks_off(text)).then_some(text.len()));
            let Some(end) = end else { continue };
            let names = dialect.fields(&text[..end]).ok_or_else(|| not_utf8(line))?;
            if names.len() > MAX_COLUMNS {
                return Err(rejected(explain![
                    "the file has more than ",
                    MAX_COLUMNS,
                    " columns. Export only the columns that describe sales"
                ]));
            }
            let layout = Layout::resolve(&names, pass)?;
            let candidate = Self { dialect, names, layout, end };
            if best.as_ref().is_none_or(|best| candidate.rank() > best.rank()) {
                best = Some(candidate);
            }
        }
        Ok(best)
    }

    fn rank(&self) -> (usize, usize) {
        (self.layout.known(), self.names.len())
    }
}

/// Returns the length of what comes before the header: blank lines, and the hint `sep=;` that Excel writes.
fn before_header(text: &[u8]) -> usize {
    let mut begin = 0;
    for end in memchr::memchr_iter(b'\n', text) {
        let line = &text[begin..end];
        // The delimiter may be a tab, which is white space too.
        let hint = line.len() >= 4 && line[..4].eq_ignore_ascii_case(b"sep=") && line[4..].trim_ascii().len() <= 1;
        if !line.trim_ascii().is_empty() && !hint {
            break;
        }
        begin = end + 1;
    }
    begin
}

impl Dialect {
    /// Calls `found` with the end of each record until it returns false. Returns where the last, incomplete record
    /// starts, and whether it ends within quotes.
    ///
    /// A quote opens a quoted field only at the beginning of the field; from there on each quote switches quoting on or
    /// off. This must agree with Polars, to the byte: a crate such as `csv-core` has rules of its own.
    fn walk(self, text: &[u8], mut found: impl FnMut(usize) -> bool) -> (usize, bool) {
        let (mut at, mut record) = (0, 0);
        while at < text.len() {
            let mut quoted = text[at] == b'"';
            let mut from = at + usize::from(quoted);
            let end = loop {
                let rest = &text[from..];
                let mark = if quoted {
                    memchr::memchr(b'"', rest)
                } else if text[at] == b'"' {
                    memchr::memchr3(b'"', self.delimiter, b'\n', rest)
                } else {
                    memchr::memchr2(self.delimiter, b'\n', rest)
                };
                match mark {
                    None => return (record, quoted),
                    Some(mark) if rest[mark] == b'"' => {
                        quoted = !quoted;
                        from += mark + 1;
                    }
                    Some(mark) => break from + mark,
                }
            };
            at = end + 1;
            if text[end] == b'\n' {
                record = at;
                if !found(at) {
                    return (record, false);
                }
            }
        }
        (record, false)
    }

    /// Returns the fields of one record without their quotes, or `None` if it is not UTF-8.
    fn fields(self, record: &[u8]) -> Option<Vec<String>> {
        let record = std::str::from_utf8(record).ok()?;
        let mut fields = vec![String::new()];
        let mut quoted = false;
        let mut chars = record.trim_end_matches(['\r', '\n']).chars().peekable();
        while let Some(c) = chars.next() {
            let field = fields.last_mut().filter(|_| quoted || c != char::from(self.delimiter));
            match (field, c) {
                (None, _) => fields.push(String::new()),
                (Some(field), '"') if quoted && chars.peek() == Some(&'"') => {
                    chars.next();
                    field.push('"');
                }
                (Some(field), '"') if quoted || field.is_empty() => quoted = !quoted,
                (Some(field), c) => field.push(c),
            }
        }
        Some(fields)
    }
}

impl Records for Dialect {
    fn first_end(&self, text: &[u8]) -> Option<usize> {
        let mut end = None;
        self.walk(text, |record_end| {
            end = Some(record_end);
            false
        });
        end
    }

    fn whole(&self, text: &[u8]) -> usize {
        if memchr::memchr(b'"', text).is_none() {
            return memchr::memrchr(b'\n', text).map_or(0, |end| end + 1);
        }
        self.walk(text, |_| true).0
    }

    fn breaks_off(&self, text: &[u8]) -> bool {
        self.walk(text, |_| true).1
    }
}

/// Parses chunks with Polars: the known columns only, as text.
struct Parser {
    options: CsvParseOptions,
    dialect: Dialect,
    schema: Schema,
    /// The columns to parse, in ascending order. The last one lies beyond the header and catches surplus fields.
    projection: Vec<usize>,
    /// What each column of the projection is read for.
    roles: Vec<(Role, usize)>,
}

impl Parser {
    fn new(header: &Header) -> Self {
        let width = header.names.len();
        let roles = header.layout.roles();
        let projection = roles.iter().map(|(_, place)| *place).chain([width]).collect();
        let roles = roles.into_iter().enumerate().map(|(at, (role, _))| (role, at)).collect();
        Self {
            options: CsvParseOptions {
                separator: header.dialect.delimiter,
                truncate_ragged_lines: true,
                ..CsvParseOptions::default()
            },
            dialect: header.dialect,
            schema: (0..=width).map(|i| (i.to_string().into(), DataType::String)).collect(),
            projection,
            roles,
        }
    }

    fn add(&self, chunk: &Chunk, tallies: &mut Tallies<'_>) -> Result<(), ReadError> {
        // Polars assumes that the text is UTF-8.
        if let Err(error) = std::str::from_utf8(&chunk.text) {
            return Err(not_utf8(chunk.line + chunks::lines(&chunk.text[..error.valid_up_to()])));
        }
        if let Some(at) = memchr::memchr(0, &chunk.text) {
            let line = chunk.line + chunks::lines(&chunk.text[..at]);
            return Err(rejected(explain![
                "line ",
                line,
                " contains a NUL byte, which no text file has. Export the file again and upload it under the same name"
            ]));
        }
        let surplus = self.projection.len() - 1;
        let mut position = chunk.index << 32;
        for segment in chunks::isolate(&self.dialect, &chunk.text, chunk.line, &|text| self.parse(text)) {
            let Some(frame) = segment.parsed else {
                tallies.skip(segment.line, || explain!["its quotes are not closed properly"]);
                continue;
            };
            let rows = Rows::of(&frame, &self.roles, Some(surplus))?;
            tallies.add(rows, position, &|row| segment.line + self.line_within(segment.text, row));
            position += frame.height() as u64;
        }
        Ok(())
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
        let mut begin = 0;
        let mut left = row;
        if left > 0 {
            self.dialect.walk(text, |end| {
                begin = end;
                left -= 1;
                left > 0
            });
        }
        chunks::lines(&text[..begin])
    }
}

fn not_utf8(line: u64) -> ReadError {
    rejected(explain!["line ", line, " is not UTF-8. Export the file as UTF-8 (in Excel: CSV UTF-8)"])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const COMMA: Dialect = Dialect { delimiter: b',' };

    fn records(text: &str) -> Vec<&str> {
        let mut ends = vec![0];
        let (rest, _) = COMMA.walk(text.as_bytes(), |end| {
            ends.push(end);
            true
        });
        let whole = ends.windows(2).map(|pair| &text[pair[0]..pair[1]]);
        whole.chain([&text[rest..]]).collect()
    }

    #[test]
    fn records_end_with_a_line_outside_quotes() {
        assert_eq!(records("a,b\nc"), ["a,b\n", "c"]);
        assert_eq!(records("\"a\nb\",c\nd\n"), ["\"a\nb\",c\n", "d\n", ""]);
        assert_eq!(records("\"a \"\"quoted\"\"\n\",c\nd"), ["\"a \"\"quoted\"\"\n\",c\n", "d"]);
        // A quote within a field is an ordinary character: five inches.
        assert_eq!(records("5\" pipe,1\n6\" pipe,2\n"), ["5\" pipe,1\n", "6\" pipe,2\n", ""]);
        assert!(COMMA.breaks_off(b"1,\"open\n2,3\n"));
        assert!(!COMMA.breaks_off(b"1,2"));
    }

    #[test]
    fn quoted_column_names_are_unescaped() {
        let names = COMMA.fields(b"\"Rep, full \"\"name\"\"\",amount\r\n").unwrap();
        assert_eq!(names, ["Rep, full \"name\"", "amount"]);
    }

    proptest! {
        /// The size of chunks must not matter: cutting after any complete record leaves the same records.
        #[test]
        fn cutting_anywhere_leaves_the_same_records(text in "[ab,\"\n]{0,40}", cut in 0_usize..40) {
            let cut = cut.min(text.len());
            let whole = COMMA.walk(&text.as_bytes()[..cut], |_| true).0;
            let all = records(&text);
            let mut parts = records(&text[..whole]);
            parts.pop();
            parts.extend(records(&text[whole..]));
            prop_assert_eq!(parts, all);
        }
    }
}
