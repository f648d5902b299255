//! Pieces: a stream of text, cut at the borders of records and worked on side by side.

use std::io::Read;

use crate::origin::Bytes;
use crate::sales_file::{ReadError, rejected};
use crate::tally::Tallies;
use crate::workers;

/// Large enough that what happens once a piece does not count, small enough that some fit into the caches.
#[cfg(not(any(test, fuzzing)))]
const PIECE: usize = 2 * 1024 * 1024;
/// Small enough that tests meet every border.
#[cfg(any(test, fuzzing))]
const PIECE: usize = 64;

/// A record that is longer than this has swallowed its neighbours.
const MAX_RECORD: usize = 16 * 1024 * 1024;

/// How records end.
pub(crate) trait Records: Sync {
    /// The number of bytes of the whole records that `text` begins with, or why there never will be one.
    /// `text` begins where a record does.
    fn whole(&self, text: &[u8]) -> usize;

    /// The end of the first record, where `text` holds a whole one.
    fn first_end(&self, text: &[u8]) -> Option<usize>;

    /// Whether `text`, the last bytes of the file from the beginning of a record on, breaks off within one.
    fn breaks_off(&self, text: &[u8]) -> bool;
}

/// Whole records, and where they stand in the file.
pub(crate) struct Piece {
    pub(crate) text: Vec<u8>,
    /// How many pieces came before.
    pub(crate) index: u64,
    /// The line that the text begins on, the first being 1.
    pub(crate) line: u64,
}

/// Cuts `bytes` into pieces and has `work` add each up, in as many threads as there are processors. `line` is the line
/// that the bytes begin on.
pub(crate) fn each<'a, R: Records>(
    bytes: Bytes,
    line: u64,
    records: &R,
    tallies: &(impl Fn() -> Tallies<'a> + Sync),
    work: impl Fn(&Piece, &mut Tallies<'a>) -> Result<(), ReadError> + Sync,
) -> Result<Tallies<'a>, ReadError> {
    let mut cutter = Cutter { bytes, rest: Vec::new(), index: 0, line, done: false };
    workers::each(|| cutter.next(records), tallies, |piece, sum| work(&piece, sum))
}

struct Cutter {
    bytes: Bytes,
    /// The beginning of a record whose end has not been read.
    rest: Vec<u8>,
    index: u64,
    line: u64,
    done: bool,
}

impl Cutter {
    fn next<R: Records>(&mut self, records: &R) -> Result<Option<Piece>, ReadError> {
        let mut text = std::mem::take(&mut self.rest);
        while !self.done {
            let wanted = PIECE.max(text.len()) as u64;
            let read = self.bytes.by_ref().take(wanted).read_to_end(&mut text).map_err(ReadError::Source)?;
            self.done = (read as u64) < wanted;
            let whole = records.whole(&text);
            if self.done {
                if records.breaks_off(&text[whole..]) {
                    let line = self.line + lines(&text[..whole]);
                    return Err(never_closes(line));
                }
                break;
            }
            if whole > 0 {
                self.rest = text.split_off(whole);
                break;
            }
            if text.len() > MAX_RECORD {
                return Err(rejected(format!(
                    "line {}: a row of more than {} MB begins there. Does a quote open that never closes?",
                    self.line,
                    MAX_RECORD / (1024 * 1024)
                )));
            }
        }
        if text.is_empty() {
            return Ok(None);
        }
        let piece = Piece { line: self.line, index: self.index, text };
        self.line += lines(&piece.text);
        self.index += 1;
        Ok(Some(piece))
    }
}

/// A file whose last row has swallowed all that follows.
pub(crate) fn never_closes(line: u64) -> ReadError {
    rejected(format!("line {line}: a quote opens in the row that begins there and never closes. Close it or remove it"))
}

/// The number of line ends.
pub(crate) fn lines(text: &[u8]) -> u64 {
    memchr::memchr_iter(b'\n', text).count() as u64
}

/// Finds out what is wrong with a piece that `parse` refuses: halves it until the faulty records stand alone, gives
/// the sound stretches to `good` and the line of each faulty record to `bad`.
pub(crate) fn isolate<R: Records, T, E: std::fmt::Display>(
    records: &R,
    text: &[u8],
    line: u64,
    parse: &impl Fn(&[u8]) -> Result<T, E>,
    good: &mut impl FnMut(T, &[u8], u64),
    bad: &mut impl FnMut(u64),
) {
    match parse(text) {
        Ok(parsed) => good(parsed, text, line),
        Err(_) => match middle(records, text) {
            None => bad(line),
            Some(middle) => {
                let (left, right) = text.split_at(middle);
                isolate(records, left, line, parse, good, bad);
                isolate(records, right, line + lines(left), parse, good, bad);
            }
        },
    }
}

/// A border of records near the middle, or `None` where there is only one.
fn middle<R: Records>(records: &R, text: &[u8]) -> Option<usize> {
    let half = records.whole(&text[..text.len() / 2]);
    if half > 0 {
        return Some(half);
    }
    // The first record is longer than half of the text: its end is found by growing the view.
    let mut view = text.len() / 2;
    while view < text.len() {
        view = (view + view / 2 + 1).min(text.len());
        if let Some(first) = records.first_end(&text[..view]) {
            return (first < text.len()).then_some(first);
        }
    }
    None
}
