//! Parquet, some rows at a time and only the columns that are known.

use std::io::{Cursor, Read};
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use polars::prelude::{
    DataFrame, FileMetadata, FileMetadataRef, ParallelStrategy, ParquetReader, PolarsResult, SerReader,
};
use polars_parquet_format::PageHeader;
use polars_parquet_format::thrift::protocol::TCompactInputProtocol;

use super::columns::{Field, Layout};
use super::rows::Rows;
use super::tally::Tallies;
use super::{Bytes, ReadError, Reading, rejected, workers};

/// So many rows of a few columns take some tens of megabytes. Batches begin where a row group does, where they can: a
/// group whose middle is asked for is unpacked from its beginning.
const BATCH: usize = 256 * 1024;

/// Row groups of fewer rows are read together.
const SMALL: usize = 64 * 1024;

/// A Parquet file is held in memory as it is, since its index stands at its end. Some are read side by side.
const MAX_SIZE: u64 = 256 * 1024 * 1024;

/// The known columns of a row group may unpack to this. As many are in memory as there are processors.
const MAX_GROUP: u64 = 256 * 1024 * 1024;

/// The header of a page holds a few numbers, and the lowest and highest value.
const MAX_PAGE_HEADER: usize = 16 * 1024 * 1024;

/// A value that is repeated takes no space in a Parquet file, so that its size does not limit its rows.
const MAX_ROWS: usize = 100_000_000;

pub(super) fn read<'a>(
    bytes: Bytes,
    reading: &Reading,
    tallies: &(impl Fn() -> Tallies<'a> + Sync),
) -> Result<Tallies<'a>, ReadError> {
    let mut file = Vec::new();
    bytes.take(MAX_SIZE + 1).read_to_end(&mut file).map_err(ReadError::Source)?;
    if file.len() as u64 > MAX_SIZE {
        return Err(rejected("a Parquet file may have 256 MB. Split it into several"));
    }
    let mut index = ParquetReader::new(Cursor::new(file.as_slice()));
    let schema = undamaged(|| index.schema().ok())?;
    let rows = undamaged(|| index.num_rows().ok())?;
    if rows > MAX_ROWS {
        return Err(rejected(format!(
            "it has {rows} rows, and a Parquet file may have {MAX_ROWS}. Split it into several"
        )));
    }
    let names: Vec<&str> = schema.iter_names().map(polars::prelude::PlSmallStr::as_str).collect();
    let layout = Layout::resolve(&names, &reading.columns)?;
    layout.require(&names)?;
    let mut known: Vec<(usize, Field)> =
        Field::ALL.into_iter().filter_map(|field| Some((layout.place(field)?, field))).collect();
    known.sort_unstable_by_key(|(place, _)| *place);
    let projection: Vec<usize> = known.iter().map(|(place, _)| *place).collect();
    let fields: Vec<(Field, usize)> = known.iter().enumerate().map(|(at, (_, field))| (*field, at)).collect();
    let mut index = FileMetadata::clone(undamaged(|| index.get_metadata().ok())?);
    let groups = std::mem::take(&mut index.row_groups);
    let (mut runs, mut left): (Vec<(Vec<_>, usize, u64)>, _) = (Vec::new(), rows);
    for group in groups {
        let chunks = projection.iter().filter_map(|&place| group.columns_under_root_iter(names[place])).flatten();
        let mut size = 0;
        for chunk in chunks {
            size += undamaged(|| unpacked_size(&file, chunk.byte_range()))?;
        }
        if size > MAX_GROUP {
            let megabytes = MAX_GROUP / (1024 * 1024);
            return Err(rejected(format!(
                "a row group of the Parquet file unpacks to more than {megabytes} MB. Write smaller row groups"
            )));
        }
        let count = group.num_rows();
        left = left.checked_sub(count).ok_or_else(damaged)?;
        match runs.last_mut() {
            Some((groups, rows, sizes)) if *rows + count <= SMALL && *sizes + size <= MAX_GROUP => {
                groups.push(group);
                *rows += count;
                *sizes += size;
            }
            _ => runs.push((vec![group], count, size)),
        }
    }
    if left > 0 {
        return Err(damaged());
    }
    let mut position = 0;
    let mut batches = runs.into_iter().flat_map(|(groups, count, _)| {
        let index = Arc::new(FileMetadata { num_rows: count, row_groups: groups, ..index.clone() });
        let begin = position;
        position += count;
        (0..count).step_by(BATCH).map(move |start| Batch {
            index: index.clone(),
            rows: start..count.min(start + BATCH),
            position: begin + start,
        })
    });
    workers::each(
        || Ok(batches.next()),
        tallies,
        |batch, sum| {
            let frame = undamaged(|| batch.read(&file, &projection).ok())?;
            let rows = Rows::of(&frame, &fields, None, &reading.time_zone)?;
            sum.add(&rows, batch.position as u64, &|row| (batch.position + row + 1) as u64);
            Ok(())
        },
    )
}

/// Rows that are read at once.
struct Batch {
    /// The index of the file, of these row groups alone.
    index: FileMetadataRef,
    /// Those of the groups' rows that are meant.
    rows: Range<usize>,
    /// How many rows of the file come before.
    position: usize,
}

impl Batch {
    /// The known columns of its rows.
    fn read(&self, file: &[u8], projection: &[usize]) -> PolarsResult<DataFrame> {
        let mut reader = ParquetReader::new(Cursor::new(file))
            .with_projection(Some(projection.to_vec()))
            .with_slice(Some((self.rows.start, self.rows.len())))
            .read_parallel(ParallelStrategy::None);
        reader.set_metadata(self.index.clone());
        reader.finish()
    }
}

/// What the pages of a column's chunk say that they unpack to: Polars believes them before it unpacks anything. `None`
/// where the chunk is damaged.
fn unpacked_size(file: &[u8], chunk: Range<u64>) -> Option<u64> {
    let chunk = file.get(usize::try_from(chunk.start).ok()?..usize::try_from(chunk.end).ok()?)?;
    let mut pages = Cursor::new(chunk);
    let mut size = 0;
    while pages.position() < chunk.len() as u64 {
        let page =
            PageHeader::read_from_in_protocol(&mut TCompactInputProtocol::new(&mut pages, MAX_PAGE_HEADER)).ok()?;
        size += u64::try_from(page.uncompressed_page_size).ok()?;
        pages.set_position(pages.position() + u64::try_from(page.compressed_page_size).ok()?);
    }
    Some(size)
}

/// What a library makes of the file. On some damage Polars panics instead of returning an error; it means the same.
fn undamaged<T>(read: impl FnOnce() -> Option<T>) -> Result<T, ReadError> {
    catch_unwind(AssertUnwindSafe(read)).ok().flatten().ok_or_else(damaged)
}

fn damaged() -> ReadError {
    rejected("the Parquet file is damaged or cut off. Export and upload it again")
}
