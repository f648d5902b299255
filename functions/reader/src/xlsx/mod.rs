//! Excel workbooks: the first sheet with the required columns is read, row by row.

mod cell;
mod header;
mod merged;
mod package;
mod swapped;

use std::collections::HashSet;
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{DataRef, Reader, SheetType, SheetVisible, Xlsx, XlsxCellReader};
use standings_core::explanation::{quoted, quoted_list};
use standings_core::{Explanation, explain};

use self::cell::Value;
use self::header::{Header, Search};
use self::merged::Merged;
use self::package::Facts;
pub(crate) use self::package::{Package, load};
use self::swapped::Dates;
use crate::columns::{Field, Role};
use crate::pass::Pass;
use crate::rows::Rows;
use crate::sales_file::{ReadError, rejected};
use crate::tally::Tallies;
use crate::values::{Numbers, Words};
use crate::workers;

/// Maximum rows and bytes of a batch.
const BATCH: usize = if cfg!(any(test, fuzzing)) { 8 } else { 16 * 1024 };
const BATCH_SIZE: usize = 8 * 1024 * 1024;

/// Maximum cells without a value, and of 0, that are looked at for a formula.
const MAX_DOUBTFUL: usize = 10_000;

/// Maximum sheets that a message names.
const MAX_NAMED: usize = 3;

type Workbook = Xlsx<Cursor<Vec<u8>>>;
type Cells<'w> = XlsxCellReader<'w, Cursor<Vec<u8>>>;

pub(crate) fn read<'a>(file: Vec<u8>, facts: &Facts, pass: &'a Pass<'_>) -> Result<Tallies<'a>, ReadError> {
    let mut workbook: Workbook = undamaged(|| Xlsx::new(Cursor::new(file)).ok())?;
    let mut search = Search::default();
    for (name, is_visible) in sheets(&workbook) {
        let Some(mut cells) = open(&mut workbook, &name)? else { continue };
        search.look(&name, is_visible, &mut cells, pass)?;
    }
    let (header, others) = search.end()?;
    let merged = if facts.has_merged_cells { Merged::of(&mut workbook, &header)? } else { Merged::default() };
    let Some(cells) = open(&mut workbook, &header.sheet)? else { return Err(damaged()) };
    let mut batches = Batches::new(cells, &header, merged, pass);
    let roles = batches.roles.clone();
    let mut tallies = workers::each(
        || batches.next(),
        pass,
        |batch, sum| {
            sum.add(batch.rows(&roles), batch.position, &|row| batch.lines.get(row).copied().unwrap_or_default());
            sum.check()
        },
    )?;
    tallies.remarks.extend(batches.dates.swapped()?);
    let (doubtful, rows, filled) = batches.end();
    tallies.remarks.extend(never_calculated(&mut workbook, &header, &doubtful, rows)?);
    let place = workbook.sheets_metadata().iter().position(|sheet| sheet.name == header.sheet);
    tallies.remarks.extend(place.and_then(|place| hidden(facts, place, &header.sheet)));
    if filled > 0 {
        tallies.read_as.push(explain!["cells that are merged hold their value in each row: ", filled]);
    }
    let (sheet, line) = (quoted(&header.sheet), header.line);
    tallies.read_as.push(explain!["sheet ", sheet, " of an Excel workbook, header on row ", line]);
    tallies.read_as.extend(header.layout.explained(&header.names));
    tallies.remarks.extend(not_read(&others));
    tallies.remarks.extend(header.remark);
    tallies.columns = header.names;
    Ok(tallies)
}

/// Points out formulas whose results were never saved: programs that write workbooks do not calculate. Some leave the result
/// out, others write 0.
///
/// # Errors
///
/// If these are most of the rows.
fn never_calculated(
    workbook: &mut Workbook,
    header: &Header,
    doubtful: &Doubtful,
    rows: u64,
) -> Result<Option<Explanation>, ReadError> {
    // A few zeros are amounts.
    let has_zeros = doubtful.zeros.len() as u64 * 2 > rows;
    if doubtful.missing.is_empty() && !has_zeros {
        return Ok(None);
    }
    let Some(mut cells) = open(workbook, &header.sheet)? else { return Ok(None) };
    let (mut count, mut first) = (0_u64, None);
    while let Some(cell) = undamaged(|| cells.next_formula().ok())? {
        let place = cell.get_position();
        let is_doubtful = doubtful.missing.contains(&place) || has_zeros && doubtful.zeros.contains(&place);
        if is_doubtful && !cell.get_value().is_empty() {
            count += 1;
            first.get_or_insert(place);
        }
    }
    let Some((row, column)) = first else { return Ok(None) };
    let name = header.names.get(column as usize).map_or("", String::as_str);
    let advice = ". Open the workbook in Excel and save it, so that they are calculated, and upload it again";
    let problem = explain!["formulas without a saved result: ", count, ", the first in the column ", quoted(name)];
    let problem = explain![problem, " on row ", u64::from(row) + 1, advice];
    if count * 2 > rows { Err(rejected(explain!["the sheet has ", problem])) } else { Ok(Some(problem)) }
}

/// Points out rows that are hidden, by hand or by a filter.
fn hidden(facts: &Facts, place: usize, sheet: &str) -> Option<Explanation> {
    let count = facts.hidden_rows_of(place);
    (count > 0).then(|| {
        explain![
            "hidden rows of the sheet ",
            quoted(sheet),
            ", which count as well: ",
            count,
            ". If a filter hides what is no sale, copy the visible rows into a workbook of their own",
        ]
    })
}

/// Says which sheets are not read.
fn not_read(sheets: &[String]) -> Option<Explanation> {
    let [first, rest @ ..] = sheets else { return None };
    let advice = " is not read: only one sheet is. If it has sales, save it as a workbook of its own";
    if rest.is_empty() {
        return Some(explain!["the sheet ", quoted(first), advice]);
    }
    let named = quoted_list(sheets.iter().take(MAX_NAMED).map(String::as_str));
    let more = if sheets.len() > MAX_NAMED { " and others" } else { "" };
    Some(explain![
        "the sheets ",
        named,
        more,
        " are not read: only one is. Save those with sales as workbooks of their own"
    ])
}

/// Returns the names of the sheets with rows and columns, and whether they are visible: those that are hidden last.
fn sheets(workbook: &Workbook) -> Vec<(String, bool)> {
    let sheets = workbook.sheets_metadata().iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
    let mut sheets: Vec<(String, bool)> =
        sheets.map(|sheet| (sheet.name.clone(), sheet.visible == SheetVisible::Visible)).collect();
    sheets.sort_by_key(|(_, is_visible)| !is_visible);
    sheets
}

/// Opens a sheet; `None` if it has no cells but a chart, for instance.
fn open<'w>(workbook: &'w mut Workbook, sheet: &str) -> Result<Option<Cells<'w>>, ReadError> {
    undamaged(|| match workbook.worksheet_cells_reader(sheet) {
        Ok(cells) => Some(Some(cells)),
        Err(calamine::XlsxError::NotAWorksheet(_)) => Some(None),
        Err(_) => None,
    })
}

/// A cell that is not empty, and its place, counted from 0.
struct Cell {
    row: u32,
    column: u32,
    value: Value,
    /// The place of its format among those of the workbook.
    style: usize,
}

/// Returns the next cell that is not empty.
fn next_cell(cells: &mut Cells<'_>) -> Result<Option<Cell>, ReadError> {
    undamaged(|| {
        loop {
            let Some((cell, style)) = cells.next_cell_with_style_id().ok()? else { return Some(None) };
            let (row, column) = cell.get_position();
            let value: &DataRef<'_> = cell.get_value();
            if let Some(value) = cell::value(value) {
                return Some(Some(Cell { row, column, value, style }));
            }
        }
    })
}

/// Rows of a sheet.
struct Batch {
    /// The number of rows before it in the sheet.
    position: u64,
    /// The number of each row in Excel.
    lines: Vec<u64>,
    /// The values of each known column.
    columns: Vec<Vec<Option<Value>>>,
}

impl Batch {
    fn rows(&self, roles: &[(Role, usize)]) -> Rows {
        let values = |at: usize| self.columns.get(at).map(Vec::as_slice).unwrap_or_default();
        let words = |at: usize| {
            Words::of_texts(values(at).iter().map(|value| value.as_ref().map(|v| v.text.as_str())).collect())
        };
        let mut rows = Rows::of_words(self.lines.len(), roles, |at| Some(words(at)));
        for (role, at) in roles {
            let numbers = match role {
                Role::Field(Field::Amount, _) => &mut rows.amount,
                Role::Field(Field::Quantity, _) => &mut rows.quantity,
                _ => continue,
            };
            let are_numbers = values(*at).iter().map(|value| value.as_ref().is_some_and(|v| v.is_number)).collect();
            *numbers = Some(Numbers::Mixed(words(*at), are_numbers));
        }
        rows
    }
}

/// The rows below a header, in batches.
struct Batches<'w> {
    cells: Cells<'w>,
    /// What each column of a batch is read for.
    roles: Vec<(Role, usize)>,
    /// The column of a batch for each column of the sheet.
    places: Vec<Option<usize>>,
    /// The column of a batch with amounts.
    amount: Option<usize>,
    /// The sign of another currency that each format of the workbook shows.
    currencies: Vec<Option<String>>,
    /// The first cell of the next batch.
    next: Option<Cell>,
    header: u32,
    position: u64,
    done: bool,
    merged: Merged,
    /// The columns of the sheet and of a batch that a sale needs.
    required: Vec<(u32, usize)>,
    doubtful: Doubtful,
    dates: Dates,
}

/// Cells that may be formulas without a result, by row and column.
#[derive(Default)]
struct Doubtful {
    /// The first cells without a value that a sale needs.
    missing: HashSet<(u32, u32)>,
    /// The first amounts of 0.
    zeros: HashSet<(u32, u32)>,
}

impl<'w> Batches<'w> {
    fn new(cells: Cells<'w>, header: &Header, merged: Merged, pass: &Pass<'_>) -> Self {
        let known = header.layout.roles();
        let mut places = vec![None; header.names.len()];
        let mut roles = Vec::new();
        let mut count = 0;
        for (role, place) in known {
            let Some(slot) = places.get_mut(place) else { continue };
            let at = *slot.get_or_insert_with(|| {
                count += 1;
                count - 1
            });
            roles.push((role, at));
        }
        let formats = cells.styles().iter().map(|style| style.number_format.as_ref());
        let currency = &pass.currency;
        let currencies = formats.map(|format| cell::foreign_currency(format?.format_code.as_ref(), currency)).collect();
        let amount = header.layout.place(Field::Amount).and_then(|place| places.get(place).copied().flatten());
        let slot = |field| {
            let place = header.layout.place(field)?;
            Some((u32::try_from(place).ok()?, places.get(place).copied().flatten()?))
        };
        let dates = Dates::new(slot(Field::SoldAt).map(|(_, at)| at));
        let required = Field::REQUIRED.into_iter().filter_map(slot).collect();
        Self {
            cells,
            roles,
            amount,
            currencies,
            next: None,
            header: header.row,
            position: 0,
            done: false,
            merged,
            required,
            doubtful: Doubtful::default(),
            dates,
            places,
        }
    }

    /// Reads up to [`BATCH`] rows that have a value in any column.
    fn next(&mut self) -> Result<Option<Batch>, ReadError> {
        let width = self.places.iter().flatten().count();
        let mut batch =
            Batch { position: self.position, lines: Vec::new(), columns: (0..width).map(|_| Vec::new()).collect() };
        let mut last = None;
        let mut size = 0;
        while !self.done {
            let next = match self.next.take() {
                Some(cell) => Some(cell),
                None => next_cell(&mut self.cells)?,
            };
            let Some(cell) = next else {
                self.done = true;
                break;
            };
            if cell.row <= self.header {
                continue;
            }
            if last != Some(cell.row) {
                if batch.lines.len() == BATCH || size > BATCH_SIZE {
                    self.next = Some(cell);
                    break;
                }
                last = Some(cell.row);
                batch.lines.push(u64::from(cell.row) + 1);
                batch.columns.iter_mut().for_each(|column| column.push(None));
            }
            let Some(Some(at)) = self.places.get(cell.column as usize) else { continue };
            size += cell.value.text.len();
            let value = if Some(*at) == self.amount { self.with_currency(cell) } else { cell.value };
            if let Some(slot) = batch.columns.get_mut(*at).and_then(|column| column.last_mut()) {
                *slot = Some(value);
            }
        }
        self.merged.fill(&mut batch, &self.places);
        self.note_doubtful(&batch);
        if let Some(dates) = self.dates.column.and_then(|column| batch.columns.get(column)) {
            batch.lines.iter().zip(dates).for_each(|(line, date)| self.dates.add(*line, date.as_ref()));
        }
        self.position += batch.lines.len() as u64;
        Ok((!batch.lines.is_empty()).then_some(batch))
    }

    /// Returns the cells that may be formulas without a result, the number of rows, and that of cells that are merged with
    /// those above them.
    fn end(self) -> (Doubtful, u64, u64) {
        (self.doubtful, self.position, self.merged.filled)
    }

    /// Notes cells that may be formulas without a result. A row that lacks more than one value is a total or blank.
    fn note_doubtful(&mut self, batch: &Batch) {
        let is_missing = |at: usize, row: usize| batch.columns.get(at).is_some_and(|column| column[row].is_none());
        for (row, line) in batch.lines.iter().enumerate() {
            let Ok(sheet_row) = u32::try_from(line - 1) else { continue };
            let mut missing = self.required.iter().filter(|(_, at)| is_missing(*at, row));
            if let (Some(&(column, _)), None) = (missing.next(), missing.next())
                && self.doubtful.missing.len() < MAX_DOUBTFUL
            {
                self.doubtful.missing.insert((sheet_row, column));
            }
            let amount = self.required.iter().find(|(_, at)| Some(*at) == self.amount);
            let Some(&(column, at)) = amount else { continue };
            let is_zero = batch.columns.get(at).and_then(|column| column[row].as_ref()).is_some_and(|v| v.text == "0");
            if is_zero && self.doubtful.zeros.len() < MAX_DOUBTFUL {
                self.doubtful.zeros.insert((sheet_row, column));
            }
        }
    }

    /// Writes the currency to a number, if its format shows another one than the organization's.
    fn with_currency(&self, Cell { value, style, .. }: Cell) -> Value {
        match self.currencies.get(style) {
            Some(Some(currency)) if value.is_number => {
                Value { text: format!("{currency} {}", value.text), is_number: false, ..value }
            }
            _ => value,
        }
    }
}

/// Calls a library that reads the workbook. A panic means the same as an error.
fn undamaged<T>(read: impl FnOnce() -> Option<T>) -> Result<T, ReadError> {
    catch_unwind(AssertUnwindSafe(read)).ok().flatten().ok_or_else(damaged)
}

fn damaged() -> ReadError {
    rejected(explain![
        "the workbook is damaged or incomplete. Open it in Excel, save it and upload it again under the same name"
    ])
}

#[cfg(test)]
mod tests;
