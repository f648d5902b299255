//! The header: the first row of a workbook that names the required columns.

use standings_core::explanation::{quoted, quoted_list};
use standings_core::{Explanation, explain};

use super::{Cell, Cells, MAX_NAMED, next_cell};
use crate::columns::Layout;
use crate::pass::Pass;
use crate::sales_file::{ReadError, rejected};
use crate::titles;

/// Rows among which the header is looked for: there may be a title and the filters of a report above it.
const MAX_ROWS: usize = 30;

/// Maximum columns, those of Excel.
const MAX_COLUMNS: u32 = 16_384;

/// Maximum names of columns quoted for each sheet.
const MAX_QUOTED_NAMES: usize = 4;

/// A header and its place.
pub(super) struct Header {
    pub(super) sheet: String,
    /// Its row, counted from 0.
    pub(super) row: u32,
    /// Its row as Excel shows it.
    pub(super) line: u64,
    /// The name of each column, empty where it has none.
    pub(super) names: Vec<String>,
    pub(super) layout: Layout,
    /// What the titles above it say about the amounts.
    pub(super) remark: Option<Explanation>,
}

/// The search for a header in one sheet after the other.
#[derive(Default)]
pub(super) struct Search {
    found: Option<Header>,
    /// Whether there are rows below it: a template has none.
    has_rows: bool,
    /// Sheets with values that are not read.
    others: Vec<String>,
    /// The first row of each sheet, as long as there is no header.
    first_rows: Vec<(String, Vec<String>)>,
    /// Why the most promising row is no header, and how many known columns it has.
    refusal: Option<(usize, ReadError)>,
}

impl Search {
    /// Looks for a header in a sheet.
    pub(super) fn look(
        &mut self,
        sheet: &str,
        is_visible: bool,
        cells: &mut Cells<'_>,
        pass: &Pass<'_>,
    ) -> Result<(), ReadError> {
        let rows = first_rows(cells)?;
        let Some((_, first)) = rows.first() else { return Ok(()) };
        self.first_rows.push((sheet.to_owned(), first.clone()));
        let last = rows.last().map(|(row, _)| *row);
        let mut remark = None;
        let found = rows.into_iter().find_map(|(row, names)| {
            let title = names.iter().filter(|name| !name.is_empty()).map(String::as_str).collect::<Vec<_>>().join(",");
            let header = self.header(sheet, row, names, pass);
            if header.is_none() && remark.is_none() {
                remark = titles::remark(u64::from(row) + 1, &title, &pass.currency, &pass.reading.currency);
            }
            header
        });
        let found = found.map(|header| Header { remark, ..header });
        match found {
            Some(header) if self.found.is_none() || !self.has_rows && last > Some(header.row) => {
                self.has_rows = last > Some(header.row);
                self.others.extend(self.found.replace(header).map(|header| header.sheet));
            }
            // Hidden sheets usually hold lists that the others refer to.
            None if !is_visible => {}
            _ => self.others.push(sheet.to_owned()),
        }
        Ok(())
    }

    fn header(&mut self, sheet: &str, row: u32, names: Vec<String>, pass: &Pass<'_>) -> Option<Header> {
        let refused = match Layout::resolve(&names, pass) {
            Ok(layout) => match layout.require(&names, pass) {
                Ok(()) => {
                    let (sheet, line) = (sheet.to_owned(), u64::from(row) + 1);
                    return Some(Header { sheet, row, line, names, layout, remark: None });
                }
                Err(error) => (layout.known(), error),
            },
            // Several columns could be a required one: this is the header.
            Err(error) => (usize::MAX, error),
        };
        if refused.0 > self.refusal.as_ref().map_or(0, |(known, _)| *known) {
            self.refusal = Some(refused);
        }
        None
    }

    /// Returns the header, and the names of other sheets with values.
    pub(super) fn end(self) -> Result<(Header, Vec<String>), ReadError> {
        if let Some(header) = self.found {
            return Ok((header, self.others));
        }
        if let Some((_, error)) = self.refusal {
            return Err(error);
        }
        if self.first_rows.is_empty() {
            return Err(rejected(explain!["the workbook has no values"]));
        }
        let sheets = self.first_rows.iter().take(MAX_NAMED - 1).fold(explain![], |text, (sheet, names)| {
            let names = names.iter().map(String::as_str).filter(|name| !name.is_empty());
            text.with(". The sheet ")
                .with(quoted(sheet))
                .with(" begins with ")
                .with(quoted_list(names.take(MAX_QUOTED_NAMES - 1)))
        });
        Err(rejected(
            explain!["no sheet has a row with the names of columns such as sold_at, salesperson, amount"].with(sheets),
        ))
    }
}

/// Returns the first rows of a sheet with any value: the number of each, and its texts by column.
fn first_rows(cells: &mut Cells<'_>) -> Result<Vec<(u32, Vec<String>)>, ReadError> {
    let mut rows: Vec<(u32, Vec<String>)> = Vec::new();
    while let Some(Cell { row, column, value, .. }) = next_cell(cells)? {
        if rows.last().is_none_or(|(last, _)| *last != row) {
            if rows.len() == MAX_ROWS {
                break;
            }
            rows.push((row, Vec::new()));
        }
        if let Some((_, texts)) = rows.last_mut().filter(|_| column < MAX_COLUMNS) {
            if texts.len() <= column as usize {
                texts.resize(column as usize + 1, String::new());
            }
            value.text.clone_into(&mut texts[column as usize]);
        }
    }
    Ok(rows)
}
