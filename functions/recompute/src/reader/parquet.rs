//! Parquet, some rows at a time and only the columns that are known.

use std::io::{Cursor, Read};
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use polars::prelude::{DataFrame, ParquetReader, PolarsResult, SerReader};
use polars_parquet_format::PageHeader;
use polars_parquet_format::thrift::protocol::TCompactInputProtocol;

use super::columns::{Field, Layout};
use super::rows::Rows;
use super::tally::Tallies;
use super::{Bytes, ReadError, Reading, rejected};

/// So many rows of a few columns take some tens of megabytes. Batches begin where a row group does, where they can: a
/// group whose middle is asked for is unpacked from its beginning.
const BATCH: usize = 256 * 1024;

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
    let mut batches: Vec<Range<usize>> = Vec::new();
    let (mut begin, mut size_of_last) = (0_usize, 0);
    for group in &undamaged(|| index.get_metadata().ok())?.row_groups {
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
        let end = begin.saturating_add(group.num_rows());
        if end > rows {
            return Err(damaged());
        }
        match batches.last_mut() {
            // Small groups are read together, since each batch reads the index of the file anew.
            Some(last) if end - last.start <= BATCH && size_of_last + size <= MAX_GROUP => {
                last.end = end;
                size_of_last += size;
            }
            _ => {
                batches.extend((begin..end).step_by(BATCH).map(|from| from..end.min(from + BATCH)));
                size_of_last = size;
            }
        }
        begin = end;
    }
    if begin != rows {
        return Err(damaged());
    }
    each(&batches, tallies, |rows, sum| {
        let frame = undamaged(|| batch(&file, &projection, rows).ok())?;
        let begin = rows.start;
        let rows = Rows::of(&frame, &fields, None, &reading.time_zone)?;
        sum.add(&rows, begin as u64, &|row| (begin + row + 1) as u64);
        sum.check()
    })
}

/// Has `work` add each batch up, in as many threads as there are processors. Of several errors the first batch's counts.
fn each<'a>(
    batches: &[Range<usize>],
    tallies: &(impl Fn() -> Tallies<'a> + Sync),
    work: impl Fn(&Range<usize>, &mut Tallies<'a>) -> Result<(), ReadError> + Sync,
) -> Result<Tallies<'a>, ReadError> {
    let next = AtomicUsize::new(0);
    let worker = || {
        let mut sum = tallies();
        while let Some(batch) = batches.get(next.fetch_add(1, Ordering::Relaxed)) {
            if let Err(error) = work(batch, &mut sum) {
                // All batches before this one were taken; nobody begins another.
                next.store(batches.len(), Ordering::Relaxed);
                return Err((batch.start, error));
            }
        }
        Ok(sum)
    };
    let workers = thread::available_parallelism().map_or(1, usize::from).min(batches.len());
    let mut sum = tallies();
    thread::scope(|scope| {
        let workers: Vec<_> = (0..workers).map(|_| scope.spawn(worker)).collect();
        let mut errors = Vec::new();
        for worker in workers {
            match worker.join() {
                Ok(Ok(part)) => sum.merge(part),
                Ok(Err(error)) => errors.push(error),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        match errors.into_iter().min_by_key(|(start, _)| *start) {
            Some((_, error)) => Err(error),
            None => Ok(sum),
        }
    })
}

fn batch(file: &[u8], projection: &[usize], rows: &Range<usize>) -> PolarsResult<DataFrame> {
    ParquetReader::new(Cursor::new(file))
        .with_projection(Some(projection.to_vec()))
        .with_slice(Some((rows.start, rows.len())))
        .finish()
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
