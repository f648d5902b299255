//! The reader: the bytes of a sales file become contributions.
//!
//! Text is read as a stream: a thread decompresses it and cuts it at the borders of rows, and as many workers as there
//! are processors have Polars parse the pieces and add them up. Of Parquet, each worker fetches some row groups, and
//! only the columns that are known. Memory depends on the size of a piece or row group and on the number of salespeople
//! (and ids, where the file has some), not on the size of the file.
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
mod names;
mod ndjson;
mod origin;
mod parquet;
mod pieces;
mod reading;
mod rows;
mod sales_file;
mod sold_at;
mod tally;
#[cfg(test)]
mod tests;
mod values;
mod workers;

pub use columns::ColumnNames;
use format::{Content, Format};
use ids::{Ids, LastRows};
use origin::is_source_error;
pub use origin::{Bytes, Origin, SourceError};
pub use reading::Reading;
pub use sales_file::{ReadError, SalesFile};
use sales_file::{damaged, rejected};
use tally::Tallies;

/// A file may have rows in this many weeks: thirty years.
const MAX_WEEKS: usize = 1_600;

/// Reads a sales file. `name` helps where the content does not tell the format.
///
/// # Errors
///
/// See [`ReadError`].
pub fn read(name: &str, reading: &Reading, origin: &dyn Origin) -> Result<SalesFile, ReadError> {
    let ids = Ids::new(LastRows::new());
    let first = read_once(name, reading, origin, &ids)?;
    let repeated = ids.into_repeated();
    if repeated.is_empty() {
        return checked(first);
    }
    checked(read_once(name, reading, origin, &Ids::new(repeated))?)
}

fn read_once(name: &str, reading: &Reading, origin: &dyn Origin, ids: &Ids) -> Result<SalesFile, ReadError> {
    let Content { format, bytes, compressed } = format::detect(name, origin.open().map_err(ReadError::Source)?)?;
    let tallies = || Tallies::new(reading, ids);
    let read = match format {
        Format::Delimited => csv::read(bytes, reading, &tallies),
        Format::Ndjson => ndjson::read(bytes, reading, &tallies),
        Format::Parquet => parquet::read(bytes, (!compressed).then_some(origin), reading, &tallies),
    };
    read.map(Tallies::into_sales_file).map_err(|error| match error {
        ReadError::Source(error) if compressed && !is_source_error(&error) => damaged(&error),
        error => error,
    })
}

/// Refuses a file that is not what it should be as a whole.
fn checked(file: SalesFile) -> Result<SalesFile, ReadError> {
    if file.skipped_rows > file.rows {
        let example =
            file.examples.first().map(|row| format!(" Line {}: {}.", row.line, row.reason)).unwrap_or_default();
        let all = file.skipped_rows + file.rows;
        return Err(rejected(format!("{} of {all} rows cannot be counted.{example}", file.skipped_rows)));
    }
    if file.weeks.len() > MAX_WEEKS {
        return Err(rejected(format!(
            "it has rows in {} weeks, and a file may have rows in {MAX_WEEKS}. Split it, or look at its dates",
            file.weeks.len()
        )));
    }
    Ok(file)
}
