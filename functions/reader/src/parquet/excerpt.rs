//! Excerpts: some row groups of a Parquet file, with the column chunks of some columns, as a small Parquet file of its
//! own. Only the bytes in the excerpt are fetched. See <https://parquet.apache.org/docs/file-format/>.

use std::io::Cursor;
use std::ops::Range;

use polars_parquet_format::thrift::protocol::{TCompactInputProtocol, TCompactOutputProtocol};
use polars_parquet_format::{ColumnMetaData, FileMetaData, PageHeader, RowGroup};
use standings_core::explain;

use super::{damaged, undamaged};
use crate::origin::Origin;
use crate::sales_file::{ReadError, rejected};

const MAGIC: &[u8] = b"PAR1";

/// Bytes fetched from the end at first. The index of most files is shorter.
const TAIL: u64 = 64 * 1024;

/// Maximum bytes of the index, which has an entry per column chunk with its lowest and highest value.
const MAX_INDEX: u64 = 64 * 1024 * 1024;

/// Column chunks that are at most this far apart are fetched in one request: the bytes in between take less time than
/// another request.
const GAP: u64 = 512 * 1024;

/// Maximum decompressed bytes of an excerpt. One per processor is in memory at a time.
const MAX_GROUP: u64 = 256 * 1024 * 1024;

/// Maximum bytes of a page header, which has a few numbers, and the lowest and highest value.
const MAX_PAGE_HEADER: usize = 16 * 1024 * 1024;

/// Fetches the index of a file.
pub(crate) fn index(origin: &dyn Origin) -> Result<FileMetaData, ReadError> {
    let size = origin.size();
    let mut tail = Vec::new();
    append(&mut tail, origin, size.saturating_sub(TAIL)..size)?;
    let [tail @ .., a, b, c, d, b'P', b'A', b'R', b'1'] = tail.as_slice() else { return Err(damaged()) };
    let length = u32::from_le_bytes([*a, *b, *c, *d]);
    let begin = (size - 8).checked_sub(length.into()).filter(|_| u64::from(length) <= MAX_INDEX).ok_or_else(damaged)?;
    let mut index = Vec::new();
    match tail.len().checked_sub(length as usize) {
        Some(before) => index.extend_from_slice(&tail[before..]),
        None => append(&mut index, origin, begin..size - 8)?,
    }
    let mut protocol = TCompactInputProtocol::new(index.as_slice(), 2 * index.len() + 1024);
    undamaged(|| FileMetaData::read_from_in_protocol(&mut protocol).ok())
}

/// Fetches an excerpt of these row groups, with the columns that `is_wanted`.
pub(crate) fn take(
    origin: &dyn Origin,
    index: &FileMetaData,
    mut groups: Vec<RowGroup>,
    is_wanted: &dyn Fn(&ColumnMetaData) -> bool,
) -> Result<Vec<u8>, ReadError> {
    let mut wanted = Vec::new();
    for chunk in groups.iter().flat_map(|group| &group.columns) {
        let chunk = chunk.meta_data.as_ref().ok_or_else(damaged)?;
        if is_wanted(chunk) {
            wanted.push(place(chunk).filter(|place| place.end <= origin.size()).ok_or_else(damaged)?);
        }
    }
    if wanted.iter().map(|place| place.end - place.start).sum::<u64>() > MAX_GROUP {
        return Err(too_large());
    }

    let mut file = MAGIC.to_vec();
    let mut moved = Vec::new();
    for stretch in stretches(wanted) {
        moved.push((stretch.clone(), file.len() as u64));
        append(&mut file, origin, stretch)?;
    }

    let mut unpacked = 0;
    for chunk in groups.iter_mut().flat_map(|group| &mut group.columns) {
        let chunk = chunk.meta_data.as_mut().ok_or_else(damaged)?;
        chunk.statistics = None;
        let from = place(chunk).filter(|_| is_wanted(chunk));
        let to = from.and_then(|from| {
            let (stretch, to) = moved.iter().find(|(stretch, _)| stretch.contains(&from.start))?;
            Some(to + (from.start - stretch.start))
        });
        // The columns that are not wanted keep their entry in the index.
        let to = to.unwrap_or_default();
        chunk.dictionary_page_offset = None;
        chunk.data_page_offset = i64::try_from(to).map_err(|_| damaged())?;
        if to > 0 {
            unpacked += undamaged(|| unpacked_size(&file, place(chunk)?))?;
        }
    }
    if unpacked > MAX_GROUP {
        return Err(too_large());
    }

    let rows = groups.iter().map(|group| group.num_rows).sum();
    let index = FileMetaData { num_rows: rows, row_groups: groups, ..index.clone() };
    let begin = file.len();
    let mut protocol = TCompactOutputProtocol::new(&mut file);
    undamaged(|| index.write_to_out_protocol(&mut protocol).ok())?;
    let length = u32::try_from(file.len() - begin).map_err(|_| damaged())?;
    file.extend(length.to_le_bytes());
    file.extend(MAGIC);
    Ok(file)
}

/// Returns the decompressed size of the wanted columns of a row group, as the index states it.
pub(crate) fn size(group: &RowGroup, is_wanted: &dyn Fn(&ColumnMetaData) -> bool) -> u64 {
    let chunks = group.columns.iter().filter_map(|chunk| chunk.meta_data.as_ref());
    chunks.filter(|chunk| is_wanted(chunk)).map(|chunk| chunk.total_uncompressed_size.unsigned_abs()).sum()
}

/// Returns the place of a column chunk, which starts with its dictionary if it has one.
fn place(chunk: &ColumnMetaData) -> Option<Range<u64>> {
    let begin = u64::try_from(chunk.dictionary_page_offset.unwrap_or(chunk.data_page_offset)).ok()?;
    Some(begin..begin.checked_add(u64::try_from(chunk.total_compressed_size).ok()?)?)
}

/// Joins places that are close to each other.
fn stretches(mut places: Vec<Range<u64>>) -> Vec<Range<u64>> {
    places.sort_unstable_by_key(|place| (place.start, place.end));
    let mut stretches: Vec<Range<u64>> = Vec::new();
    for place in places {
        match stretches.last_mut() {
            Some(last) if place.start <= last.end.saturating_add(GAP) => last.end = last.end.max(place.end),
            _ => stretches.push(place),
        }
    }
    stretches
}

fn append(to: &mut Vec<u8>, origin: &dyn Origin, range: Range<u64>) -> Result<(), ReadError> {
    if range.is_empty() { Ok(()) } else { origin.part(range, to).map_err(ReadError::Source) }
}

/// Returns the decompressed size of a column chunk as its page headers state it: Polars allocates that much before it
/// decompresses anything. `None` if the chunk is damaged.
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

fn too_large() -> ReadError {
    let megabytes = MAX_GROUP / (1024 * 1024);
    rejected(explain![
        "a row group of the Parquet file expands to more than ",
        megabytes,
        " MB. Write smaller row groups"
    ])
}
