//! The reader: the bytes of a sales file become contributions.
//!
//! A file is read as a stream: a thread decompresses it and cuts it at the borders of rows, and as many workers as
//! there are processors have Polars parse the pieces and add them up. Memory depends on the size of a piece and on the
//! number of salespeople (and ids, where the file has some), not on the size of the file.
//!
//! ```text
//! bytes -> compression -> format -> pieces -> Polars -> rows -> contributions
//! ```

mod amount;
mod columns;
mod compression;
mod csv;
mod format;
mod ids;
mod ndjson;
mod parquet;
mod pieces;
mod rows;
mod sold_at;
mod tally;
mod values;

use std::collections::{BTreeMap, HashMap};
use std::io::{self, Read};

use jiff::tz::TimeZone;
use standings_core::{Contribution, DecimalStyle, Rejection, SkippedRow, Week};

pub use self::columns::ColumnNames;
use self::format::{Content, Format};
use self::ids::Ids;
use self::tally::Tallies;

/// How sales files are read.
#[derive(Clone, Debug)]
pub struct Reading {
    /// Names of columns beyond those that are known anyway.
    pub columns: ColumnNames,
    /// How numbers are written.
    pub decimal_style: DecimalStyle,
    /// Where a day begins.
    pub time_zone: TimeZone,
    /// The currency that counts (ISO 4217, in capitals).
    pub currency: String,
}

/// What a sales file holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SalesFile {
    /// What it adds to each week.
    pub weeks: BTreeMap<Week, Contribution>,
    /// The rows that counted.
    pub rows: u64,
    /// The rows that were skipped.
    pub skipped_rows: u64,
    /// The first few of them.
    pub examples: Vec<SkippedRow>,
}

/// Why a file was not read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// There is something wrong with the file; reading it again changes nothing.
    #[error("the file is rejected: {}", .0.0)]
    Rejected(Rejection),
    /// The bytes did not arrive; another try may help.
    #[error("the file could not be fetched: {0}")]
    Source(#[source] io::Error),
}

/// A failure of where the bytes come from, as opposed to one of the bytes. A source wraps its errors in this, so that
/// they are told from what a decompressor finds wrong.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct SourceError(pub Box<dyn std::error::Error + Send + Sync>);

/// The bytes of a sales file, from the first one.
pub type Bytes = Box<dyn Read + Send>;

/// A file may have rows in this many weeks: thirty years.
const MAX_WEEKS: usize = 1_600;

/// The last row (by its position) of each sale that the file names more than once.
type LastRows = HashMap<u128, u64>;

/// Reads a sales file. `open` yields its bytes; it is called a second time only where a `sale_id` is repeated, when the
/// last row of each is known and the others are to be passed over. `name` helps where the content does not tell the
/// format.
///
/// # Errors
///
/// See [`ReadError`].
pub fn read(
    name: &str,
    reading: &Reading,
    mut open: impl FnMut() -> io::Result<Bytes>,
) -> Result<SalesFile, ReadError> {
    let ids = Ids::new(LastRows::new());
    let first = read_once(name, reading, open().map_err(ReadError::Source)?, &ids)?;
    let repeated = ids.into_repeated();
    if repeated.is_empty() {
        return checked(first);
    }
    checked(read_once(name, reading, open().map_err(ReadError::Source)?, &Ids::new(repeated))?)
}

fn read_once(name: &str, reading: &Reading, bytes: Bytes, ids: &Ids) -> Result<SalesFile, ReadError> {
    let Content { format, bytes, compressed } = format::detect(name, bytes)?;
    let tallies = || Tallies::new(reading, ids);
    let read = match format {
        Format::Delimited => csv::read(bytes, reading, &tallies),
        Format::Ndjson => ndjson::read(bytes, reading, &tallies),
        Format::Parquet => parquet::read(bytes, reading, &tallies),
    };
    read.map(Tallies::into_sales_file).map_err(|error| match error {
        ReadError::Source(error) if compressed && !is_source_error(&error) => damaged(&error),
        error => error,
    })
}

fn damaged(error: &io::Error) -> ReadError {
    rejected(format!("the compressed data is damaged or cut off ({error}). Export and upload the file again"))
}

fn is_source_error(error: &io::Error) -> bool {
    error.get_ref().is_some_and(|inner| inner.is::<SourceError>())
}

/// Refuses a file that is not what it should be as a whole.
fn checked(file: SalesFile) -> Result<SalesFile, ReadError> {
    if file.skipped_rows > file.rows {
        let example =
            file.examples.first().map(|row| format!(" Line {}: {}.", row.line, row.reason)).unwrap_or_default();
        let all = file.skipped_rows + file.rows;
        return Err(rejected(format!("{} of {all} rows cannot be read.{example}", file.skipped_rows)));
    }
    if file.weeks.len() > MAX_WEEKS {
        return Err(rejected(format!(
            "it has rows in {} weeks, and a file may have rows in {MAX_WEEKS}. Split it, or look at its dates",
            file.weeks.len()
        )));
    }
    Ok(file)
}

fn rejected(reason: impl Into<String>) -> ReadError {
    ReadError::Rejected(Rejection(reason.into()))
}
