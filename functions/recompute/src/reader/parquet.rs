//! Parquet, some rows at a time and only the columns that are known.

use std::io::{Cursor, Read};

use polars::prelude::{DataFrame, ParquetReader, PolarsResult, SerReader};

use super::columns::{Field, Layout};
use super::rows::Rows;
use super::tally::Tallies;
use super::{Bytes, ReadError, Reading, rejected};

/// So many rows of a few columns take some tens of megabytes.
const BATCH: usize = 256 * 1024;

/// A Parquet file is held in memory as it is, since its index stands at its end.
const MAX_SIZE: u64 = 1024 * 1024 * 1024;

pub(super) fn read<'a>(
    bytes: Bytes,
    reading: &Reading,
    tallies: &impl Fn() -> Tallies<'a>,
) -> Result<Tallies<'a>, ReadError> {
    let mut file = Vec::new();
    bytes.take(MAX_SIZE + 1).read_to_end(&mut file).map_err(ReadError::Source)?;
    if file.len() as u64 > MAX_SIZE {
        return Err(rejected("a Parquet file may have 1 GB. Split it into several"));
    }
    let cut_off = |_| rejected("the Parquet file is damaged or cut off. Export and upload it again");
    let mut index = ParquetReader::new(Cursor::new(file.as_slice()));
    let schema = index.schema().map_err(cut_off)?;
    let rows = index.num_rows().map_err(cut_off)?;
    let names: Vec<&str> = schema.iter_names().map(polars::prelude::PlSmallStr::as_str).collect();
    let layout = Layout::resolve(&names, &reading.columns)?;
    layout.require(&names)?;
    let mut known: Vec<(usize, Field)> =
        Field::ALL.into_iter().filter_map(|field| Some((layout.place(field)?, field))).collect();
    known.sort_unstable_by_key(|(place, _)| *place);
    let projection: Vec<usize> = known.iter().map(|(place, _)| *place).collect();
    let fields: Vec<(Field, usize)> = known.iter().enumerate().map(|(at, (_, field))| (*field, at)).collect();

    let mut sum = tallies();
    for begin in (0..rows).step_by(BATCH) {
        let frame = batch(&file, &projection, begin).map_err(cut_off)?;
        let rows = Rows::of(&frame, &fields, None, &reading.time_zone)?;
        sum.add(&rows, begin as u64, &|row| (begin + row + 1) as u64);
    }
    Ok(sum)
}

fn batch(file: &[u8], projection: &[usize], begin: usize) -> PolarsResult<DataFrame> {
    ParquetReader::new(Cursor::new(file))
        .with_projection(Some(projection.to_vec()))
        .with_slice(Some((begin, BATCH)))
        .finish()
}
