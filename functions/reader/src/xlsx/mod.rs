//! Excel workbooks: the first sheet with the required columns is read, row by row.

mod cell;
mod header;
mod package;

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{DataRef, Reader, SheetType, SheetVisible, Xlsx, XlsxCellReader};
use standings_core::explanation::{quoted, quoted_list};
use standings_core::{Explanation, explain};

use self::cell::Value;
use self::header::{Header, Search};
use crate::columns::{Field, Role};
use crate::origin::Bytes;
use crate::pass::Pass;
use crate::rows::Rows;
use crate::sales_file::{ReadError, rejected};
use crate::tally::Tallies;
use crate::values::{Numbers, Words};
use crate::workers;

/// Maximum rows and bytes of a batch.
const BATCH: usize = if cfg!(any(test, fuzzing)) { 8 } else { 16 * 1024 };
const BATCH_SIZE: usize = 8 * 1024 * 1024;

/// Maximum sheets that a message names.
const MAX_NAMED: usize = 3;

type Workbook = Xlsx<Cursor<Vec<u8>>>;
type Cells<'w> = XlsxCellReader<'w, Cursor<Vec<u8>>>;

pub(crate) fn read<'a>(bytes: Bytes, pass: &'a Pass<'_>) -> Result<Tallies<'a>, ReadError> {
    let file = package::load(bytes)?;
    let mut workbook: Workbook = undamaged(|| Xlsx::new(Cursor::new(file)).ok())?;
    let mut search = Search::default();
    for (name, is_visible) in sheets(&workbook) {
        let Some(mut cells) = open(&mut workbook, &name)? else { continue };
        search.look(&name, is_visible, &mut cells, pass)?;
    }
    let (header, others) = search.end()?;
    let Some(cells) = open(&mut workbook, &header.sheet)? else { return Err(damaged()) };
    let mut batches = Batches::new(cells, &header, pass);
    let roles = batches.roles.clone();
    let mut tallies = workers::each(
        || batches.next(),
        pass,
        |batch, sum| {
            sum.add(batch.rows(&roles), batch.position, &|row| batch.lines.get(row).copied().unwrap_or_default());
            sum.check()
        },
    )?;
    let (sheet, line) = (quoted(&header.sheet), header.line);
    tallies.read_as.push(explain!["sheet ", sheet, " of an Excel workbook, header on row ", line]);
    tallies.read_as.extend(header.layout.explained(&header.names));
    tallies.remarks.extend(not_read(&others));
    tallies.columns = header.names;
    Ok(tallies)
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
}

impl<'w> Batches<'w> {
    fn new(cells: Cells<'w>, header: &Header, pass: &Pass<'_>) -> Self {
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
        let header = header.row;
        Self { cells, roles, places, amount, currencies, next: None, header, position: 0, done: false }
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
        self.position += batch.lines.len() as u64;
        Ok((!batch.lines.is_empty()).then_some(batch))
    }

    /// Writes the currency to a number, if its format shows another one than the organization's.
    fn with_currency(&self, Cell { value, style, .. }: Cell) -> Value {
        match self.currencies.get(style) {
            Some(Some(currency)) if value.is_number => {
                Value { text: format!("{currency} {}", value.text), is_number: false }
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
