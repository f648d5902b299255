//! CSV and its kin. The header line tells the delimiter; Polars parses the rows.

use std::io::Read;

use polars::io::csv::read::_csv_read_internal::read_chunk;
use polars::io::csv::read::CsvParseOptions;
use polars::prelude::{DataFrame, DataType, PolarsResult, Schema};

use crate::columns::{Field, Layout};
use crate::origin::Bytes;
use crate::pieces::{self, Piece, Records};
use crate::reading::Reading;
use crate::rows::Rows;
use crate::sales_file::{ReadError, rejected};
use crate::tally::Tallies;

const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];
const MAX_HEADER: usize = 1024 * 1024;
const MAX_COLUMNS: usize = 10_000;

/// So much is read at first.
const HEAD: usize = 64 * 1024;

/// How the text is made up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Dialect {
    delimiter: u8,
}

pub(crate) fn read<'a>(
    bytes: Bytes,
    reading: &Reading,
    tallies: &(impl Fn() -> Tallies<'a> + Sync),
) -> Result<Tallies<'a>, ReadError> {
    let header = Header::read(with_line_feeds(bytes)?, reading)?;
    header.require()?;
    let parser = Parser::new(&header);
    pieces::each(header.rest, header.line, &header.dialect, tallies, |piece, tallies| parser.add(piece, tallies))
}

/// The bytes with line feeds, where the first line ends in a carriage return alone, as old Macs wrote it.
fn with_line_feeds(mut bytes: Bytes) -> Result<Bytes, ReadError> {
    let mut head = Vec::new();
    bytes.by_ref().take(HEAD as u64).read_to_end(&mut head).map_err(ReadError::Source)?;
    let alone = memchr::memchr2(b'\n', b'\r', &head)
        .is_some_and(|at| head[at] == b'\r' && head.get(at + 1).is_some_and(|&next| next != b'\n'));
    let bytes = Box::new(std::io::Cursor::new(head).chain(bytes));
    Ok(if alone { Box::new(LineFeeds(bytes)) } else { bytes })
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
    /// What follows the header.
    rest: Bytes,
}

impl Header {
    fn read(mut bytes: Bytes, reading: &Reading) -> Result<Self, ReadError> {
        let mut text = Vec::new();
        let mut line = 1;
        loop {
            let wanted = text.len().max(HEAD) as u64;
            let read = bytes.by_ref().take(wanted).read_to_end(&mut text).map_err(ReadError::Source)?;
            let at_end = (read as u64) < wanted;
            let begin = before_header(&text);
            line += pieces::lines(&text[..begin]);
            text.drain(..begin);
            if at_end && text.trim_ascii().is_empty() {
                return Err(rejected("the file holds nothing but white space"));
            }
            // What is a record depends on the delimiter only where quotes are; the best reading of the line wins.
            let mut best: Option<(Layout, Vec<String>, Dialect, usize)> = None;
            for dialect in DELIMITERS.map(|delimiter| Dialect { delimiter }) {
                let end = dialect.first_end(&text).or((at_end && !dialect.breaks_off(&text)).then_some(text.len()));
                let Some(end) = end else { continue };
                let names = dialect.fields(&text[..end]).ok_or_else(|| not_utf8(line))?;
                if names.len() > MAX_COLUMNS {
                    return Err(rejected(format!("it has more than {MAX_COLUMNS} columns. Leave out what is no sale")));
                }
                let layout = Layout::resolve(&names, &reading.columns)?;
                let better = |(other, others, ..): &(Layout, Vec<String>, Dialect, usize)| {
                    (layout.known(), names.len()) > (other.known(), others.len())
                };
                if best.as_ref().is_none_or(better) {
                    best = Some((layout, names, dialect, end));
                }
            }
            if let Some((layout, names, dialect, end)) = best {
                let rest = text.split_off(end);
                let line = line + pieces::lines(&text);
                let rest = Box::new(std::io::Cursor::new(rest).chain(bytes));
                return Ok(Self { names, layout, dialect, line, rest });
            }
            if at_end {
                return Err(pieces::never_closes(line));
            }
            if text.len() > MAX_HEADER {
                return Err(rejected("the header line is longer than 1 MB. Is this a text file with one row a line?"));
            }
        }
    }

    /// Whether this can be a header at all, and has the columns that must be there.
    fn require(&self) -> Result<(), ReadError> {
        if self.layout.known() == 0 {
            let shown: Vec<String> = self.names.iter().take(5).map(|name| crate::values::shown(name)).collect();
            return Err(rejected(format!(
                "the first line must name the columns, such as sold_at, salesperson, amount, or as COLUMNS says; here it is {}",
                shown.join(", ")
            )));
        }
        self.layout.require(&self.names)
    }
}

/// How much of `text` comes before the header: blank lines, and the hint `sep=;` that Excel writes.
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
    /// Calls `found` with the end of each record until it says no; returns where the last, unfinished record begins and
    /// whether it breaks off within quotes.
    ///
    /// A quote opens a quoted field only where the field begins; from there on each quote turns quoting off and on, as
    /// Polars has it.
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

    /// The fields of one record, without their quotes; `None` where it is not UTF-8.
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

/// Has Polars parse pieces into the columns that are known, as text.
struct Parser {
    options: CsvParseOptions,
    dialect: Dialect,
    schema: Schema,
    /// The columns to parse, in order; the last lies beyond the header, and what is in it is too much.
    projection: Vec<usize>,
    fields: Vec<(Field, usize)>,
}

impl Parser {
    fn new(header: &Header) -> Self {
        let width = header.names.len();
        let known = Field::ALL.into_iter().filter_map(|field| Some((field, header.layout.place(field)?)));
        let mut projection: Vec<usize> = known.clone().map(|(_, place)| place).chain([width]).collect();
        projection.sort_unstable();
        let at = |place: usize| projection.iter().position(|&p| p == place);
        let fields = known.filter_map(|(field, place)| Some((field, at(place)?))).collect();
        Self {
            options: CsvParseOptions {
                separator: header.dialect.delimiter,
                truncate_ragged_lines: true,
                ..CsvParseOptions::default()
            },
            dialect: header.dialect,
            schema: (0..=width).map(|i| (i.to_string().into(), DataType::String)).collect(),
            projection,
            fields,
        }
    }

    fn add(&self, piece: &Piece, tallies: &mut Tallies<'_>) -> Result<(), ReadError> {
        // Polars takes the text for UTF-8 from here on.
        if let Err(error) = std::str::from_utf8(&piece.text) {
            return Err(not_utf8(piece.line + pieces::lines(&piece.text[..error.valid_up_to()])));
        }
        if let Some(at) = memchr::memchr(0, &piece.text) {
            let line = piece.line + pieces::lines(&piece.text[..at]);
            return Err(rejected(format!("line {line} has a NUL byte, which no text has. Export and upload it again")));
        }
        let position = piece.index << 32;
        let mut before = 0;
        let mut error = None;
        let mut good = |frame: DataFrame, text: &[u8], line: u64| {
            let height = frame.height() as u64;
            let extra = self.projection.len() - 1;
            let line_of = |row: usize| line + self.line_within(text, row);
            match Rows::of_text(&frame, &self.fields, Some(extra)) {
                Ok(rows) => tallies.add(&rows, position + before, &line_of),
                Err(problem) => error = Some(problem),
            }
            before += height;
        };
        let mut unreadable = Vec::new();
        pieces::isolate(&self.dialect, &piece.text, piece.line, &|text| self.parse(text), &mut good, &mut |line| {
            unreadable.push(line);
        });
        for line in unreadable {
            tallies.skip(None, Some(line), "its quotes are not closed properly".to_owned());
        }
        error.map_or(Ok(()), Err)
    }

    /// Polars' own reader of whole files splits them once more, by counting quotes wherever they stand, which one inch
    /// sign in a product's name leads astray. Its inner function parses what it is given.
    fn parse(&self, text: &[u8]) -> PolarsResult<DataFrame> {
        let guess = text.len() / 64;
        read_chunk(
            text,
            &self.options,
            &self.schema,
            false,
            &self.projection,
            0,
            guess,
            None,
            usize::MAX >> 32,
            text.len(),
            Some(0),
        )
    }

    /// How many lines after the first of `text` the record `row` begins.
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
        pieces::lines(&text[..begin])
    }
}

fn not_utf8(line: u64) -> ReadError {
    rejected(format!("line {line} is not UTF-8. Export the file as UTF-8 (in Excel: CSV UTF-8)"))
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
    fn records_end_where_a_line_ends_outside_quotes() {
        assert_eq!(records("a,b\nc"), ["a,b\n", "c"]);
        assert_eq!(records("\"a\nb\",c\nd\n"), ["\"a\nb\",c\n", "d\n", ""]);
        assert_eq!(records("\"a \"\"quoted\"\"\n\",c\nd"), ["\"a \"\"quoted\"\"\n\",c\n", "d"]);
        // A quote within a field opens nothing: five inches.
        assert_eq!(records("5\" pipe,1\n6\" pipe,2\n"), ["5\" pipe,1\n", "6\" pipe,2\n", ""]);
        assert!(COMMA.breaks_off(b"1,\"open\n2,3\n"));
        assert!(!COMMA.breaks_off(b"1,2"));
    }

    #[test]
    fn the_header_is_split_as_the_rows_are() {
        let names = COMMA.fields(b"\"Rep, full \"\"name\"\"\",amount\r\n").unwrap();
        assert_eq!(names, ["Rep, full \"name\"", "amount"]);
    }

    proptest! {
        /// Where a piece ends must not matter: cutting at any whole record leaves the same records.
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
