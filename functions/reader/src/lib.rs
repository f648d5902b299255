#![doc = include_str!("../README.md")]

mod amount;
mod archive;
mod chunks;
mod columns;
mod compression;
mod csv;
mod currency;
mod dialect;
mod encoding;
mod evidence;
mod format;
mod ids;
mod json;
mod names;
mod origin;
mod parquet;
mod partitions;
mod pass;
mod reading;
mod rows;
mod sales_file;
mod sketch;
mod sold_at;
mod special_words;
mod tally;
#[cfg(test)]
mod tests;
mod titles;
mod values;
mod workers;
mod xlsx;

use archive::Member;
pub use columns::ColumnNames;
use dialect::Dialect;
pub use encoding::{TextEncoding, UnknownEncoding};
use format::{Content, Format};
use ids::{Ids, LastRows};
use origin::is_source_error;
pub use origin::{Bytes, Origin, SourceError};
use pass::Pass;
pub use reading::{DateOrder, Reading, SalesRule};
pub use sales_file::{ReadError, SalesFile};
use sales_file::{damaged, rejected};
pub use sketch::SKETCH_SIZE;
use standings_core::explain;
use standings_core::explanation::quoted;
use tally::Tallies;
use xlsx::Package;

/// Maximum passes over a file: one for each thing that a pass can learn about its notation, and the last.
const MAX_PASSES: usize = 10;

/// Reads a sales file. `name` decides only if the content does not tell the format.
///
/// ```
/// use standings_reader::{Reading, read};
///
/// let file = read("sales.csv", &Reading::default(), &b"date,rep,amount\n2026-11-16,Ana,12.50\n".to_vec())?;
/// let (segment, contribution) = file.segments.first_key_value().expect("the file has a row");
/// assert_eq!(segment.week().to_string(), "2026-W47");
/// assert_eq!(contribution.people["Ana"].amount().to_string(), "12.5");
/// # Ok::<(), standings_reader::ReadError>(())
/// ```
///
/// # Errors
///
/// [`ReadError::Rejected`] if the content is at fault, [`ReadError::Source`] if the bytes did not arrive.
pub fn read(name: &str, reading: &Reading, origin: &dyn Origin) -> Result<SalesFile, ReadError> {
    let (mut dialect, mut last_rows) = (Dialect::assumed(reading), LastRows::new());
    for _ in 0..MAX_PASSES {
        let pass = Pass::new(name, reading, dialect.clone(), Ids::new(last_rows));
        let read = read_once(&pass, origin);
        if let Some(next) = pass.next() {
            (dialect, last_rows) = (next, LastRows::new());
            continue;
        }
        let is_first = pass.ids.is_first_pass();
        let file = read?;
        last_rows = pass.ids.into_repeated();
        if !is_first || last_rows.is_empty() {
            return Ok(file);
        }
    }
    Err(rejected(explain!["the file contradicts itself about its notation. Please report it as a bug of Standings"]))
}

fn read_once(pass: &Pass<'_>, origin: &dyn Origin) -> Result<SalesFile, ReadError> {
    let content = format::detect(pass.name, origin.open().map_err(ReadError::Source)?)?;
    let mut compressed = content.compressed;
    let read =
        read_content(content, pass, origin, &mut compressed).and_then(|tallies| match tallies.contradiction(true)? {
            Some(next) => Err(pass.read_again(next)),
            None => tallies.into_sales_file(),
        });
    read.map_err(|error| match error {
        ReadError::Source(error) if compressed && !is_source_error(&error) => damaged(&error),
        error => error,
    })
}

/// Reads a file of any format. Notes whether it turns out to be compressed.
fn read_content<'a>(
    content: Content,
    pass: &'a Pass<'_>,
    origin: &dyn Origin,
    compressed: &mut bool,
) -> Result<Tallies<'a>, ReadError> {
    let Content { format, bytes, .. } = content;
    match format {
        Format::Delimited => csv::read(bytes, pass),
        Format::Json => json::read(bytes, pass),
        Format::Parquet => parquet::read(bytes, (!*compressed).then_some(origin), pass),
        Format::Workbook => match xlsx::load(bytes)? {
            Package::Workbook(file, facts) => xlsx::read(file, &facts, pass),
            Package::Archive(_) if *compressed => Err(rejected(explain![
                "this is a zip archive in another archive. Upload the files in it one by one, as they are or compressed \
                 with gzip"
            ])),
            Package::Archive(file) => {
                *compressed = true;
                let Member { name, bytes } = archive::only_member(file)?;
                let content = format::detect(&name, bytes)?;
                let mut tallies = read_content(content, pass, origin, compressed)?;
                tallies.read_as.insert(0, explain!["the file ", quoted(&name), " of a zip archive"]);
                Ok(tallies)
            }
        },
    }
}
