//! Excerpts: some row groups of a Parquet file, with the column chunks of some columns, as a small Parquet file of its
//! own. Only the bytes in the excerpt are fetched. See <https://parquet.apache.org/docs/file-format/>.

use std::io::Cursor;
use std::ops::Range;

use polars_parquet_format::thrift::protocol::{TCompactInputProtocol, TCompactOutputProtocol};
use polars_parquet_format::{ColumnChunk, ColumnMetaData, FileMetaData, PageHeader, RowGroup, SchemaElement};
use standings_core::explain;
use standings_core::explanation::quoted;

use super::protocol::Lenient;
use super::schema::Leaf;
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
    undamaged(|| FileMetaData::read_from_in_protocol(&mut Lenient::new(&index)).ok())
}

/// Fetches an excerpt of these row groups, with the `wanted` columns only, which are named by their numbers.
pub(super) fn take(origin: &dyn Origin, groups: &[RowGroup], wanted: &[Leaf]) -> Result<Vec<u8>, ReadError> {
    let mut places = Vec::new();
    for group in groups {
        for leaf in wanted {
            let chunk = chunk(group, leaf)?;
            places.push(place(chunk).filter(|place| place.end <= origin.size()).ok_or_else(damaged)?);
        }
    }
    if places.iter().map(|place| place.end - place.start).sum::<u64>() > MAX_GROUP {
        return Err(too_large());
    }

    let mut file = MAGIC.to_vec();
    let mut moved = Vec::new();
    for stretch in stretches(places) {
        moved.push((stretch.clone(), file.len() as u64));
        append(&mut file, origin, stretch)?;
    }

    let mut unpacked = 0;
    let mut taken = Vec::new();
    for group in groups {
        let mut columns = Vec::new();
        for (number, leaf) in wanted.iter().enumerate() {
            let chunk = chunk(group, leaf)?;
            let from = place(chunk).ok_or_else(damaged)?;
            let (stretch, to) = moved.iter().find(|(stretch, _)| stretch.contains(&from.start)).ok_or_else(damaged)?;
            let begin = to + (from.start - stretch.start);
            unpacked += undamaged(|| unpacked_size(&file, begin..begin.checked_add(from.end - from.start)?))?;
            columns.push(moved_to(begin, chunk, &leaf.elements(&number.to_string()))?);
        }
        taken.push(RowGroup { columns, sorting_columns: None, ..group.clone() });
    }
    if unpacked > MAX_GROUP {
        return Err(too_large());
    }

    let index = index_of(taken, wanted)?;
    let begin = file.len();
    let mut protocol = TCompactOutputProtocol::new(&mut file);
    undamaged(|| index.write_to_out_protocol(&mut protocol).ok())?;
    let length = u32::try_from(file.len() - begin).map_err(|_| damaged())?;
    file.extend(length.to_le_bytes());
    file.extend(MAGIC);
    Ok(file)
}

/// Returns the index of an excerpt. It has nothing but what it takes to read the columns: no statistics, and no schema of
/// another library, which Polars would interpret.
fn index_of(groups: Vec<RowGroup>, wanted: &[Leaf]) -> Result<FileMetaData, ReadError> {
    let count = i32::try_from(wanted.len()).map_err(|_| damaged())?;
    let root = SchemaElement {
        type_: None,
        type_length: None,
        repetition_type: None,
        name: "excerpt".to_owned(),
        num_children: Some(count),
        converted_type: None,
        scale: None,
        precision: None,
        field_id: None,
        logical_type: None,
    };
    let columns = wanted.iter().enumerate().flat_map(|(number, leaf)| leaf.elements(&number.to_string()));
    Ok(FileMetaData {
        version: 1,
        schema: std::iter::once(root).chain(columns).collect(),
        num_rows: groups.iter().map(|group| group.num_rows).sum(),
        row_groups: groups,
        key_value_metadata: None,
        created_by: None,
        column_orders: None,
        encryption_algorithm: None,
        footer_signing_key_metadata: None,
    })
}

/// Returns the entry of a column chunk that begins at `begin`.
fn moved_to(begin: u64, chunk: &ColumnMetaData, elements: &[SchemaElement]) -> Result<ColumnChunk, ReadError> {
    let begin = i64::try_from(begin).map_err(|_| damaged())?;
    let chunk = ColumnMetaData {
        path_in_schema: elements.iter().map(|element| element.name.clone()).collect(),
        key_value_metadata: None,
        data_page_offset: begin,
        index_page_offset: None,
        dictionary_page_offset: None,
        statistics: None,
        encoding_stats: None,
        bloom_filter_offset: None,
        bloom_filter_length: None,
        size_statistics: None,
        ..chunk.clone()
    };
    Ok(ColumnChunk {
        file_path: None,
        file_offset: 0,
        meta_data: Some(chunk),
        offset_index_offset: None,
        offset_index_length: None,
        column_index_offset: None,
        column_index_length: None,
        crypto_metadata: None,
        encrypted_column_metadata: None,
    })
}

/// Returns the entry of a column in a row group.
fn chunk<'g>(group: &'g RowGroup, leaf: &Leaf) -> Result<&'g ColumnMetaData, ReadError> {
    let chunk = group.columns.get(leaf.chunk).ok_or_else(damaged)?;
    if chunk.crypto_metadata.is_some() || chunk.encrypted_column_metadata.is_some() {
        return Err(rejected(explain![
            "the column ",
            quoted(&leaf.name),
            " is encrypted. Export the file without encryption",
        ]));
    }
    let entry = chunk.meta_data.as_ref().ok_or_else(damaged)?;
    if Some(entry.type_) == leaf.element.type_ { Ok(entry) } else { Err(damaged()) }
}

/// Returns the decompressed size of the wanted columns of a row group, as the index states it.
pub(super) fn size(group: &RowGroup, wanted: &[Leaf]) -> Result<u64, ReadError> {
    wanted
        .iter()
        .try_fold(0_u64, |sum, leaf| Ok(sum.saturating_add(chunk(group, leaf)?.total_uncompressed_size.unsigned_abs())))
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
