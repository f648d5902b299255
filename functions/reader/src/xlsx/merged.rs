//! Merged cells: a value that is written once for several rows, such as the name of a salesperson.

use super::cell::Value;
use super::header::Header;
use super::{Batch, Workbook, undamaged};
use crate::columns::{Field, Role};
use crate::sales_file::ReadError;

/// Maximum merged regions of a sheet. A sheet with more is a form, not a table.
const MAX_REGIONS: usize = 100_000;

/// The merged cells below a header, in the columns whose values hold for several rows. Amounts are not among them: a merged
/// amount is one amount.
#[derive(Default)]
pub(super) struct Merged {
    /// The regions by their first row.
    regions: Vec<Region>,
    /// The number of regions that end above the next row.
    done: usize,
    /// The number of cells that got the value of their region.
    pub(super) filled: u64,
}

struct Region {
    /// The column of the sheet, and the rows from its first to its last, counted from 0.
    column: usize,
    first: u32,
    last: u32,
    value: Option<Value>,
}

impl Merged {
    /// Reads the merged cells of a sheet.
    pub(super) fn of(workbook: &mut Workbook, header: &Header) -> Result<Self, ReadError> {
        let found = undamaged(|| workbook.merge_cells_by_sheet_name(&header.sheet).ok())?;
        let holds = |column: usize| {
            header.layout.roles().iter().any(|(role, place)| {
                *place == column
                    && match role {
                        Role::Field(field, _) => !matches!(field, Field::Amount | Field::Quantity | Field::SaleId),
                        Role::LastName | Role::Gate(_) => true,
                    }
            })
        };
        let regions = found.into_iter().map(|region| Region {
            column: region.start.1 as usize,
            first: region.start.0,
            last: region.end.0,
            value: None,
        });
        let mut regions: Vec<Region> = regions
            .filter(|region| region.first > header.row && region.last > region.first && holds(region.column))
            .take(MAX_REGIONS)
            .collect();
        regions.sort_by_key(|region| region.first);
        Ok(Self { regions, done: 0, filled: 0 })
    }

    /// Fills in the values of merged cells. `places` has the column of the batch for each column of the sheet.
    pub(super) fn fill(&mut self, batch: &mut Batch, places: &[Option<usize>]) {
        for (at, line) in batch.lines.iter().enumerate() {
            let Some(row) = line.checked_sub(1).and_then(|row| u32::try_from(row).ok()) else { continue };
            while self.regions.get(self.done).is_some_and(|region| region.last < row) {
                self.done += 1;
            }
            let regions = self.regions.get_mut(self.done..).unwrap_or_default();
            for region in regions.iter_mut().take_while(|region| region.first <= row) {
                let slot = places.get(region.column).copied().flatten();
                let Some(slot) = slot.and_then(|slot| batch.columns.get_mut(slot)?.get_mut(at)) else { continue };
                if region.first == row {
                    region.value = slot.clone();
                } else if region.last >= row && slot.is_none() && region.value.is_some() {
                    slot.clone_from(&region.value);
                    self.filled += 1;
                }
            }
        }
    }
}
