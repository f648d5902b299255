//! Parquet: row groups are read in parallel, and only the known columns of them are fetched.

mod decode;
mod excerpt;
#[cfg(test)]
mod exports;
mod protocol;
mod schema;

use std::io::{Cursor, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};

use polars_core::prelude::{Column, DataFrame, PolarsResult};
use polars_io::prelude::{FileMetadataRef, ParallelStrategy, ParquetReader, SerReader};
use polars_parquet_format::{LogicalType, RowGroup, TimestampType};
use standings_core::explanation::quoted;
use standings_core::{Explanation, explain};

use self::decode::{Purpose, decode};
use self::schema::{Columns, Kind, Leaf};
use crate::columns::{Field, Layout, Role};
use crate::origin::{Bytes, Origin};
use crate::pass::Pass;
use crate::rows::Rows;
use crate::sales_file::{ReadError, rejected};
use crate::tally::Tallies;
use crate::workers;

/// Rows per batch. A batch of a few columns takes some tens of megabytes.
const BATCH: usize = 256 * 1024;

/// Row groups are combined up to this many rows and bytes, so that tiny ones do not cost a request each.
const SMALL: usize = 64 * 1024;
const SMALL_SIZE: u64 = 16 * 1024 * 1024;

/// Maximum size of a file that is fetched whole. Below it more requests would take longer than the bytes.
const SMALL_FILE: u64 = 1024 * 1024;

/// Maximum decompressed size of a file that was compressed as a whole. It is kept in memory, since the index is at its
/// end.
const MAX_UNPACKED: u64 = 256 * 1024 * 1024;

/// Maximum rows per file. The size of a Parquet file does not limit them: a repeated value takes no space.
const MAX_ROWS: usize = 100_000_000;

/// Reads a small file from `bytes`, and a large one from the parts of `origin` that contain known columns. A file that
/// was compressed as a whole has no `origin`.
pub(crate) fn read<'a>(
    bytes: Bytes,
    origin: Option<&dyn Origin>,
    pass: &'a Pass<'_>,
) -> Result<Tallies<'a>, ReadError> {
    if let Some(origin) = origin.filter(|origin| origin.size() > SMALL_FILE) {
        drop(bytes);
        return read_parts(origin, pass);
    }
    let mut file = Vec::new();
    bytes.take(MAX_UNPACKED + 1).read_to_end(&mut file).map_err(ReadError::Source)?;
    if file.len() as u64 > MAX_UNPACKED {
        return Err(rejected(explain![
            "the Parquet file is compressed as a whole and expands to more than 256 MB. Upload it uncompressed: Parquet \
             compresses its columns itself"
        ]));
    }
    read_parts(&file, pass)
}

fn read_parts<'a>(origin: &dyn Origin, pass: &'a Pass<'_>) -> Result<Tallies<'a>, ReadError> {
    let mut index = excerpt::index(origin)?;
    let groups = std::mem::take(&mut index.row_groups);
    let rows = usize::try_from(index.num_rows).map_err(|_| damaged())?;
    if rows > MAX_ROWS {
        return Err(rejected(explain![
            "the file has ",
            rows,
            " rows; the limit for Parquet is ",
            MAX_ROWS,
            ". Split it into several files"
        ]));
    }
    let columns = Columns::of(&index.schema)?;
    if groups.iter().any(|group| group.columns.len() != columns.chunks) {
        return Err(damaged());
    }
    let Wanted { roles, leaves: wanted, explained } = wanted(&columns, pass)?;
    let mut runs = runs(groups, rows, &wanted)?.into_iter();
    let mut tallies = workers::each(
        || Ok(runs.next()),
        pass,
        |run, sum| {
            let file = excerpt::take(origin, &run.groups, &wanted)?;
            let mut reader = ParquetReader::new(Cursor::new(&file));
            let index = undamaged(|| reader.get_metadata().ok())?;
            for begin in (0..run.rows).step_by(BATCH) {
                let frame = undamaged(|| batch(&file, index, begin, &roles, &wanted).ok())?;
                let position = run.position + begin;
                let rows = Rows::of(&frame, &roles, None)?;
                sum.add(rows, position as u64, &|row| (position + row + 1) as u64);
                sum.check()?;
            }
            Ok(())
        },
    )?;
    tallies.evidence.is_of_programs = true;
    tallies.read_as.push(explain!["a Parquet file"]);
    tallies.read_as.extend(explained);
    tallies.columns = columns.leaves.into_iter().map(|leaf| leaf.name).collect();
    Ok(tallies)
}

/// The columns to read.
struct Wanted {
    roles: Vec<(Role, usize)>,
    /// What the frames of an excerpt hold: one column for each role.
    leaves: Vec<Leaf>,
    /// What is read for what, in words.
    explained: Vec<Explanation>,
}

fn wanted(columns: &Columns, pass: &Pass<'_>) -> Result<Wanted, ReadError> {
    let names: Vec<&str> = columns.leaves.iter().map(|leaf| leaf.name.as_str()).collect();
    let layout = Layout::resolve(&names, pass)?;
    if let Err(error) = layout.require(&names, pass) {
        return Err(record(columns, pass).unwrap_or(error));
    }
    let (mut roles, mut wanted) = (Vec::new(), Vec::new());
    for (role, place) in layout.roles() {
        let Some(leaf) = columns.leaves.get(place) else { continue };
        if let (Role::Gate(_), Kind::Unsupported(_)) = (&role, &leaf.kind) {
            continue;
        }
        if let Kind::Unsupported(what) = leaf.kind {
            return Err(unsupported(&leaf.name, &role, what));
        }
        let mut leaf = leaf.clone();
        if purpose(&role) != Purpose::Time
            && let Some(LogicalType::TIMESTAMP(TimestampType { is_adjusted_to_u_t_c, .. })) =
                &mut leaf.element.logical_type
        {
            // As text, Polars prints only times without a zone.
            *is_adjusted_to_u_t_c = false;
        }
        roles.push((role, wanted.len()));
        wanted.push(leaf);
    }
    Ok(Wanted { roles, leaves: wanted, explained: layout.explained(&names) })
}

/// Returns the rejection of a record in place of a required column, if that is why it is missing.
fn record(columns: &Columns, pass: &Pass<'_>) -> Option<ReadError> {
    let leaves = columns.leaves.iter().map(|leaf| &leaf.name);
    let names: Vec<&String> = leaves.chain(&columns.records).collect();
    let layout = Layout::resolve(&names, pass).ok()?;
    let place = Field::REQUIRED.into_iter().filter_map(|field| layout.place(field));
    let place = place.into_iter().find(|&place| place >= columns.leaves.len())?;
    let (role, _) = layout.roles().into_iter().find(|(_, at)| *at == place)?;
    Some(unsupported(names.get(place)?, &role, "records"))
}

fn unsupported(name: &str, role: &Role, what: &'static str) -> ReadError {
    let field = match role {
        Role::Field(field, _) => field.name(),
        Role::LastName => "last name",
        Role::Gate(_) => "which rows are sales",
    };
    let advice = if what == "records" {
        ". Name the field to read with the option columns, such as salesperson=Owner.Name"
    } else {
        ". Export it as plain text, numbers or dates"
    };
    rejected(explain!["the column ", quoted(name), " (for ", field, ") contains ", what, advice])
}

fn purpose(role: &Role) -> Purpose {
    match role {
        Role::Field(Field::SoldAt, _) => Purpose::Time,
        Role::Field(Field::Amount | Field::Quantity, _) => Purpose::Number,
        Role::Field(..) | Role::LastName | Role::Gate(_) => Purpose::Text,
    }
}

/// Row groups that one worker reads together.
struct Run {
    groups: Vec<RowGroup>,
    rows: usize,
    /// The number of rows before it in the file.
    position: usize,
}

/// Combines the row groups of a file with `rows` rows into runs.
fn runs(groups: Vec<RowGroup>, rows: usize, wanted: &[Leaf]) -> Result<Vec<Run>, ReadError> {
    let mut runs: Vec<Run> = Vec::new();
    let (mut position, mut size_of_last) = (0, 0);
    for group in groups {
        let count = usize::try_from(group.num_rows).map_err(|_| damaged())?;
        // The row counts must add up to that of the file, which is limited.
        if count > rows - position {
            return Err(damaged());
        }
        let size = excerpt::size(&group, wanted)?;
        match runs.last_mut() {
            Some(last) if last.rows + count <= SMALL && size <= SMALL_SIZE.saturating_sub(size_of_last) => {
                last.groups.push(group);
                last.rows += count;
                size_of_last += size;
            }
            _ => {
                runs.push(Run { groups: vec![group], rows: count, position });
                size_of_last = size;
            }
        }
        position += count;
    }
    if position == rows { Ok(runs) } else { Err(damaged()) }
}

/// Reads rows from an excerpt.
fn batch(
    file: &[u8],
    index: &FileMetadataRef,
    begin: usize,
    roles: &[(Role, usize)],
    wanted: &[Leaf],
) -> PolarsResult<DataFrame> {
    let mut reader =
        ParquetReader::new(Cursor::new(file)).with_slice(Some((begin, BATCH))).read_parallel(ParallelStrategy::None);
    reader.set_metadata(index.clone());
    let frame = reader.finish()?;
    let columns = frame.columns().iter().zip(wanted).zip(roles);
    let columns: PolarsResult<Vec<Column>> =
        columns.map(|((column, leaf), (role, _))| decode(column, leaf, purpose(role))).collect();
    DataFrame::new(frame.height(), columns?)
}

/// Calls a library that reads the file. On some damage Polars panics instead of returning an error, which means the
/// same.
fn undamaged<T>(read: impl FnOnce() -> Option<T>) -> Result<T, ReadError> {
    catch_unwind(AssertUnwindSafe(read)).ok().flatten().ok_or_else(damaged)
}

fn damaged() -> ReadError {
    rejected(explain!["the Parquet file is damaged or incomplete. Export it again and upload it under the same name"])
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::ops::Range;
    use std::sync::Mutex;

    use polars_core::prelude::Column;
    use polars_io::prelude::{ParquetCompression, ParquetWriter};
    use standings_core::{Decimal, Person};

    use super::*;
    use crate::reading::Reading;

    /// A file that records the ranges that were fetched.
    struct Noted {
        file: Vec<u8>,
        parts: Mutex<Vec<Range<u64>>>,
    }

    impl Origin for Noted {
        fn size(&self) -> u64 {
            self.file.size()
        }

        fn open(&self) -> io::Result<Bytes> {
            self.file.open()
        }

        fn part(&self, range: Range<u64>, to: &mut Vec<u8>) -> io::Result<()> {
            self.parts.lock().unwrap().push(range.clone());
            self.file.part(range, to)
        }
    }

    /// Rows whose last column, which is not a known one, takes most of the file.
    fn noted(rows: u32, group: usize) -> Noted {
        let column =
            |name: &str, of: &dyn Fn(u32) -> String| Column::new(name.into(), (0..rows).map(of).collect::<Vec<_>>());
        let columns = vec![
            column("sold_at", &|_| "2026-11-16".to_owned()),
            column("salesperson", &|row| format!("Salesperson of a long name {}", row % 7)),
            column("amount", &|row| row.to_string()),
            column("notes", &|row| format!("{row:0>400}")),
        ];
        let mut frame = DataFrame::new(rows as usize, columns).unwrap();
        let mut file = Vec::new();
        let writer = ParquetWriter::new(&mut file).with_compression(ParquetCompression::Uncompressed);
        writer.with_row_group_size(Some(group)).finish(&mut frame).unwrap();
        Noted { file, parts: Mutex::default() }
    }

    fn sum(file: &impl Origin) -> Decimal {
        let file = crate::read("sales/export", &Reading::default(), file).unwrap();
        assert_eq!(file.skipped_rows, 0);
        file.segments.values().flat_map(|week| week.people.values()).map(Person::amount).sum()
    }

    #[test]
    fn only_the_known_columns_of_a_large_file_are_fetched() {
        let rows = 6_000;
        let file = noted(rows, 2_000);
        assert!(file.size() > 2 * SMALL_FILE);
        assert_eq!(sum(&file).to_string(), (rows * (rows - 1) / 2).to_string());
        let parts = file.parts.into_inner().unwrap();
        let fetched: u64 = parts.iter().map(|part| part.end - part.start).sum();
        assert!(fetched < file.file.len() as u64 / 3, "{fetched} bytes of {} in {parts:?}", file.file.len());
    }

    #[test]
    fn a_small_file_is_fetched_whole() {
        let file = noted(1_000, 100);
        assert_eq!(sum(&file).to_string(), "499500");
        assert_eq!(file.parts.into_inner().unwrap(), []);
    }

    #[test]
    fn damage_is_rejected_or_harmless_wherever_it_is() {
        let (Noted { file, .. }, reading) = (noted(20, 7), Reading::default());
        for at in (4..file.len()).rev() {
            let cut = file[..at].to_vec();
            assert!(crate::read("sales/export", &reading, &cut).is_err(), "cut off at {at}");
        }
        let index = file.len() - 2_000;
        for at in index..file.len() {
            for bit in [1, 64, 128] {
                let mut file = file.clone();
                file[at] ^= bit;
                let _ = crate::read("sales/export", &reading, &file);
            }
        }
    }
}
