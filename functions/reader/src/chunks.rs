//! Chunks: a stream of text, cut between records and read in parallel.

use std::io::Read;

use standings_core::explain;

use crate::origin::Bytes;
use crate::pass::Pass;
use crate::sales_file::{ReadError, rejected};
use crate::tally::Tallies;
use crate::workers;

/// Target size of a chunk. Large enough that the overhead per chunk is negligible, small enough that several fit into
/// the CPU caches.
#[cfg(not(any(test, fuzzing)))]
pub(crate) const CHUNK: usize = 2 * 1024 * 1024;
/// Small enough that tests meet every kind of boundary.
#[cfg(any(test, fuzzing))]
pub(crate) const CHUNK: usize = 64;

/// Maximum bytes of a record. A longer one has swallowed the records after it, usually because of a stray quote.
pub(crate) const MAX_RECORD: usize = 16 * 1024 * 1024;

/// The record boundaries of a text format.
pub(crate) trait Records: Sync {
    /// Returns the length of the complete records at the beginning of `text`, which starts with a record; 0 if the
    /// first one is incomplete.
    fn whole(&self, text: &[u8]) -> usize;

    /// Returns the end of the first record, if `text` contains it.
    fn first_end(&self, text: &[u8]) -> Option<usize>;

    /// Whether `text`, which starts with a record and ends with the file, ends in the middle of a record.
    fn breaks_off(&self, text: &[u8]) -> bool;
}

/// Complete records, and their place in the file.
pub(crate) struct Chunk {
    pub(crate) text: Vec<u8>,
    /// The number of chunks before this one.
    pub(crate) index: u64,
    /// The line on which the text starts; the first line of the file is 1.
    pub(crate) line: u64,
}

/// Cuts `bytes` into chunks and adds them up with `work`, in as many threads as there are processors. `line` is the
/// line on which the bytes start.
pub(crate) fn each<'a, R: Records>(
    bytes: Bytes,
    line: u64,
    records: &R,
    pass: &'a Pass<'_>,
    work: impl Fn(&Chunk, &mut Tallies<'a>) -> Result<(), ReadError> + Sync,
) -> Result<Tallies<'a>, ReadError> {
    let mut cutter = Cutter { bytes, rest: Vec::new(), index: 0, line, done: false };
    workers::each(|| cutter.next(records), pass, |chunk, sum| work(&chunk, sum))
}

struct Cutter {
    bytes: Bytes,
    /// The beginning of a record whose end has not been read yet.
    rest: Vec<u8>,
    index: u64,
    line: u64,
    done: bool,
}

impl Cutter {
    fn next<R: Records>(&mut self, records: &R) -> Result<Option<Chunk>, ReadError> {
        let mut text = std::mem::take(&mut self.rest);
        while !self.done {
            let wanted = CHUNK.max(text.len()) as u64;
            let read = self.bytes.by_ref().take(wanted).read_to_end(&mut text).map_err(ReadError::Source)?;
            self.done = (read as u64) < wanted;
            let whole = records.whole(&text);
            if self.done {
                if records.breaks_off(&text[whole..]) {
                    return Err(unclosed_quote(self.line + lines(&text[..whole])));
                }
                break;
            }
            if whole > 0 {
                self.rest = text.split_off(whole);
                break;
            }
            if text.len() > MAX_RECORD {
                return Err(rejected(explain![
                    "the row that starts on line ",
                    self.line,
                    " is longer than ",
                    MAX_RECORD / (1024 * 1024),
                    " MB. Look there for a quote that is never closed",
                ]));
            }
        }
        if text.is_empty() {
            return Ok(None);
        }
        let chunk = Chunk { line: self.line, index: self.index, text };
        self.line += lines(&chunk.text);
        self.index += 1;
        Ok(Some(chunk))
    }
}

/// The rejection of a file whose last row has swallowed everything after a quote.
pub(crate) fn unclosed_quote(line: u64) -> ReadError {
    rejected(explain![
        "the row that starts on line ",
        line,
        " opens a quote that is never closed. Close it or remove it"
    ])
}

/// Returns the number of line ends.
pub(crate) fn lines(text: &[u8]) -> u64 {
    memchr::memchr_iter(b'\n', text).count() as u64
}

/// A part of a chunk.
pub(crate) struct Segment<'t, T> {
    pub(crate) text: &'t [u8],
    /// The line on which the text starts.
    pub(crate) line: u64,
    /// The parsed records; `None` for a single record that cannot be parsed.
    pub(crate) parsed: Option<T>,
}

/// Parses a chunk, which usually gives one segment. If `parse` fails, halves the text until each faulty record is a
/// segment of its own.
pub(crate) fn isolate<'t, R: Records, T, E>(
    records: &R,
    text: &'t [u8],
    line: u64,
    parse: &impl Fn(&[u8]) -> Result<T, E>,
) -> Vec<Segment<'t, T>> {
    match parse(text) {
        Ok(parsed) => vec![Segment { text, line, parsed: Some(parsed) }],
        Err(_) => match middle(records, text) {
            None => vec![Segment { text, line, parsed: None }],
            Some(middle) => {
                let (left, right) = text.split_at(middle);
                let mut segments = isolate(records, left, line, parse);
                segments.extend(isolate(records, right, line + lines(left), parse));
                segments
            }
        },
    }
}

/// Returns a boundary between records near the middle, or `None` if there is only one record.
fn middle<R: Records>(records: &R, text: &[u8]) -> Option<usize> {
    let half = records.whole(&text[..text.len() / 2]);
    if half > 0 {
        return Some(half);
    }
    // The first record is longer than half of the text: grow the view until it contains its end.
    let mut view = text.len() / 2;
    while view < text.len() {
        view = (view + view / 2 + 1).min(text.len());
        if let Some(first) = records.first_end(&text[..view]) {
            return (first < text.len()).then_some(first);
        }
    }
    None
}
