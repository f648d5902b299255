//! The keys of all chunks. A column is missing only if no chunk has it.

use std::collections::BTreeSet;

use standings_core::explanation::quoted;
use standings_core::{Explanation, explain};

use super::paths::Paths;
use super::reasons;
use super::shape::Shape;
use crate::columns::{Field, Layout};
use crate::pass::Pass;
use crate::sales_file::{ReadError, rejected};

/// Unknown names that are kept, to be shown.
const OTHER_NAMES: usize = 100;

/// The keys of all chunks.
#[derive(Default)]
pub(super) struct Seen {
    /// The known names, and some others.
    names: BTreeSet<String>,
    /// The paths of these names.
    paths: BTreeSet<String>,
    /// The required fields, each with the names that stand for it.
    required: BTreeSet<(&'static str, String)>,
    records: u64,
}

impl Seen {
    /// Adds the names of a chunk.
    pub(super) fn add(&mut self, paths: &Paths<'_>, names: &[String], layout: &Layout, records: u64) {
        self.records += records;
        for field in Field::REQUIRED {
            if let Some(place) = layout.place(field) {
                self.required.insert((field.name(), names[place].clone()));
            }
        }
        let is_known =
            |name: &str| names.binary_search_by(|known| known.as_str().cmp(name)).is_ok_and(|place| layout.has(place));
        for path in &paths.all {
            let has_column = names.binary_search(&path.name).is_ok();
            if has_column && (is_known(&path.name) || self.paths.len() < OTHER_NAMES) {
                self.names.insert(path.name.clone());
                if !path.has_children() {
                    self.paths.insert(path.text.clone());
                }
            }
        }
    }

    /// Returns the names of the columns.
    pub(super) fn columns(self) -> Vec<String> {
        self.paths.into_iter().collect()
    }

    /// Returns what is read for what, in words. Rejects a file without a required column, and one in which different keys stand for the same one: the sums would
    /// depend on where chunks are cut.
    pub(super) fn check(&self, shape: &Shape, pass: &Pass<'_>) -> Result<Vec<Explanation>, ReadError> {
        let required: Vec<_> = self.required.iter().collect();
        for pair in required.windows(2) {
            if let [(field, first), (other, second)] = pair
                && field == other
            {
                return Err(rejected(explain![
                    "some ",
                    if shape.is_lines { "lines" } else { "records" },
                    " name the ",
                    *field,
                    " ",
                    quoted(first),
                    ", others ",
                    quoted(second),
                    ". Use the same name on each",
                ]));
            }
        }
        if self.names.is_empty() {
            return Ok(Vec::new());
        }
        let names: Vec<String> = self.names.iter().cloned().collect();
        let layout = Layout::resolve(&names, pass)?;
        let missing = Field::REQUIRED.into_iter().any(|field| layout.place(field).is_none());
        if missing
            && self.records == 1
            && let Some(reason) = reasons::error_message(&names)
        {
            return Err(rejected(reason));
        }
        if missing && let Some(reason) = reasons::within(&self.paths, pass) {
            return Err(rejected(reason));
        }
        layout.require(&names, pass)?;
        Ok(layout.explained(&names))
    }
}
