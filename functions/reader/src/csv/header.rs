//! The header: the first record that names the required columns.

use std::io::Read;

use standings_core::explanation::quoted_list;
use standings_core::{Explanation, explain};

use super::grammar::{Field as TextField, Grammar, Outline, Shape};
use super::lines;
use super::notation::{Notation, Quoting};
use crate::chunks;
use crate::columns::{Field, Layout, Role};
use crate::origin::Bytes;
use crate::pass::Pass;
use crate::sales_file::{ReadError, rejected};
use crate::titles;

const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// Maximum bytes of the titles and the header. Beyond it this is not a text file with one row per line.
const MAX_HEADER: usize = 1024 * 1024;

/// Maximum columns. Exports have hundreds at most, and each costs memory in Polars' schema.
const MAX_COLUMNS: usize = 10_000;

/// Records among which the header is looked for. Reports have a few title rows; below them, rows are data.
const MAX_TITLES: usize = 30;

/// Maximum column names quoted where none is known. Five show whether the first line is data or a title.
const MAX_QUOTED_NAMES: usize = 5;

/// Bytes read at first to find the header. Most header lines are much shorter.
pub(super) const HEAD: usize = 64 * 1024;

/// The header of a file, and what follows it.
pub(super) struct Header {
    pub(super) names: Vec<String>,
    pub(super) layout: Layout,
    pub(super) delimiter: u8,
    /// The header as the file writes it, without white space around it.
    pub(super) record: Vec<u8>,
    /// The line of the header.
    pub(super) at_line: u64,
    /// What the titles above it say about the amounts.
    pub(super) remark: Option<Explanation>,
    /// The line after the header.
    pub(super) line: u64,
}

/// A record that may be the header, as one of the delimiters splits it.
struct Candidate {
    delimiter: u8,
    names: Vec<String>,
    layout: Layout,
    begin: usize,
    end: usize,
}

/// What the beginning of a file contains.
#[derive(Default)]
struct Search {
    /// The first record that has all required columns.
    header: Option<Candidate>,
    /// The record that knows the most columns.
    best: Option<Candidate>,
    /// Why a record is not the header, although it may look like it.
    problem: Option<ReadError>,
    /// Where a record begins whose end is not in the text.
    incomplete: Option<usize>,
}

impl Header {
    /// Reads the header. Returns it with the bytes after it.
    pub(super) fn read(mut bytes: Bytes, pass: &Pass<'_>) -> Result<(Self, Bytes), ReadError> {
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
            // A title that opens a quote does not hide the header.
            let is_full = text.len() > MAX_HEADER && memchr::memchr(b'\n', &text).is_some();
            let Search { header, best, problem, incomplete } = Search::of(&text, at_end || is_full, pass);
            let is_clear = header.as_ref().is_some_and(|header| incomplete.is_none_or(|at| header.begin <= at));
            let may_grow = !at_end && text.len() <= MAX_HEADER;
            if may_grow && !is_clear && incomplete.is_some() {
                continue;
            }
            let found = match (header, problem, best) {
                (Some(header), ..) => header,
                (None, Some(problem), _) => return Err(problem),
                (None, None, Some(best)) => best,
                (None, None, None) => {
                    return Err(rejected(explain![
                        "the first line is longer than ",
                        MAX_HEADER / (1024 * 1024),
                        " MB. Check that this is a text file with one row per line",
                    ]));
                }
            };
            let rest = text.split_off(found.end);
            let header = Self::new(found, &text, line, pass);
            header.require(pass)?;
            return Ok((header, Box::new(std::io::Cursor::new(rest).chain(bytes))));
        }
    }

    /// Takes the header from the end of `text`, which begins on `line`.
    fn new(found: Candidate, text: &[u8], line: u64, pass: &Pass<'_>) -> Self {
        let titles = String::from_utf8_lossy(&text[..found.begin]);
        let remark = titles.lines().zip(line..).find_map(|(title, line)| {
            titles::remark(line, title.trim_matches(['"', ',', ';', '\t']), &pass.currency, &pass.reading.currency)
        });
        Self {
            names: found.names,
            layout: found.layout,
            delimiter: found.delimiter,
            remark,
            record: text[found.begin..].trim_ascii().to_vec(),
            at_line: line + chunks::lines(&text[..found.begin]),
            line: line + chunks::lines(text),
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

    /// Returns the grammar of the records.
    pub(super) fn grammar(&self, notation: Notation) -> Grammar {
        let roles = self.layout.roles();
        let place = |field: Field| {
            roles
                .iter()
                .find(|(role, _)| matches!(role, Role::Field(known, _) if *known == field))
                .map(|(_, place)| *place)
        };
        let shape = |sold_at, salesperson, amount| Shape {
            width: self.names.len() + notation.trailing,
            sold_at,
            salesperson,
            amount,
        };
        Grammar {
            delimiter: self.delimiter,
            quoting: notation.quoting,
            shape: (|| Some(shape(place(Field::SoldAt)?, place(Field::Salesperson)?, place(Field::Amount)?)))(),
        }
    }
}

impl Search {
    /// Looks for the header in each notation.
    fn of(text: &[u8], at_end: bool, pass: &Pass<'_>) -> Self {
        let mut search = Self::default();
        let quoting = pass.dialect.csv.quoting;
        for delimiter in DELIMITERS {
            let grammar = Grammar { delimiter, quoting, shape: None };
            search.with(&grammar, text, at_end, pass);
        }
        search
    }

    fn with(&mut self, grammar: &Grammar, text: &[u8], at_end: bool, pass: &Pass<'_>) {
        let (mut at, mut seen) = (0, 0);
        let mut fields = Vec::new();
        while seen < MAX_TITLES {
            let rest = &text[at..];
            let outline = if rest.is_empty() { None } else { grammar.record(rest, at_end, &mut fields) };
            let Some(outline) = outline else {
                if !at_end {
                    self.incomplete = Some(self.incomplete.map_or(at, |other| other.min(at)));
                }
                return;
            };
            let record = &rest[..outline.end];
            if !record.trim_ascii().is_empty() && !lines::is_decoration(record) {
                seen += 1;
                if self.consider(grammar, record, at, outline, &fields, pass) {
                    return;
                }
            }
            at += outline.end;
        }
    }

    /// Considers a record as the header. Returns whether it is one.
    fn consider(
        &mut self,
        grammar: &Grammar,
        record: &[u8],
        begin: usize,
        outline: Outline,
        fields: &[TextField],
        pass: &Pass<'_>,
    ) -> bool {
        if !outline.broken && self.propose(grammar, record, begin, fields, pass) {
            return true;
        }
        // A header may have a stray quote too.
        if memchr::memchr(b'"', record).is_none() {
            return false;
        }
        let end = memchr::memchr(b'\n', record).map_or(record.len(), |end| end + 1);
        let literal = Grammar { quoting: Quoting::Literal, ..grammar.clone() };
        let mut fields = Vec::new();
        literal.record(&record[..end], true, &mut fields).is_some()
            && self.propose(&literal, &record[..end], begin, &fields, pass)
    }

    fn propose(
        &mut self,
        grammar: &Grammar,
        record: &[u8],
        begin: usize,
        fields: &[TextField],
        pass: &Pass<'_>,
    ) -> bool {
        if fields.len() > MAX_COLUMNS {
            self.problem.get_or_insert_with(|| {
                rejected(explain![
                    "the file has more than ",
                    MAX_COLUMNS,
                    " columns. Export only the columns that describe sales"
                ])
            });
            return false;
        }
        let name = |field: &TextField| String::from_utf8_lossy(&grammar.value(record, *field)).into_owned();
        let names: Vec<String> = fields.iter().map(name).collect();
        let layout = match Layout::resolve(&names, pass) {
            Ok(layout) => layout,
            Err(problem) => {
                self.problem.get_or_insert(problem);
                return false;
            }
        };
        let is_header = layout.require(&names, pass).is_ok();
        let candidate = Candidate { delimiter: grammar.delimiter, names, layout, begin, end: begin + record.len() };
        let rank = |candidate: &Candidate| (candidate.layout.known(), candidate.names.len());
        if is_header {
            let is_better = |other: &Candidate| {
                candidate.begin < other.begin || candidate.begin == other.begin && rank(&candidate) > rank(other)
            };
            if self.header.as_ref().is_none_or(is_better) {
                self.header = Some(candidate);
            }
        } else {
            let is_better = |other: &Candidate| {
                let (rank, other_rank) = (rank(&candidate), rank(other));
                rank.0 > other_rank.0 || candidate.begin == other.begin && rank > other_rank
            };
            if self.best.as_ref().is_none_or(is_better) {
                self.best = Some(candidate);
            }
        }
        is_header
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
