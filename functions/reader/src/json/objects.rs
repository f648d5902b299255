//! Objects as columns: each record is parsed once, into the columns that may be known ones.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use serde::de::{IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::paths::{Envelope, Paths, ROOT};
use crate::pass::Pass;
use crate::values::{Numbers, Words};

/// The replacement character, which stands for bytes that are not UTF-8.
const REPLACEMENT: char = '\u{fffd}';

/// The objects of a chunk, as columns.
pub(super) struct Objects<'t> {
    pub(super) paths: Paths<'t>,
    /// The names of the fields of records that are lists.
    header: &'t [String],
    /// The values of each column, each with its row.
    columns: Vec<Vec<(usize, Option<Text<'t>>)>>,
    /// The line of each row.
    pub(super) lines: Vec<u64>,
    /// Whether each row has a value at all.
    pub(super) has_values: Vec<bool>,
    /// The values of the current record. Discarded if it is invalid.
    current: Current<'t>,
}

/// The content of a string, or anything else as it is written, so that no number passes through a float.
#[derive(Clone)]
pub(super) struct Text<'t> {
    text: Cow<'t, str>,
    is_number: bool,
}

/// The values of a record, each with its column; `None` for null.
#[derive(Default)]
struct Current<'x> {
    values: Vec<(usize, Option<Text<'x>>)>,
    has_values: bool,
}

/// A key, borrowed unless it has escapes.
#[derive(Deserialize)]
struct Key<'t>(#[serde(borrow)] Cow<'t, str>);

/// What is wrong with a record.
#[derive(Debug)]
pub(super) enum Fault {
    /// It is not UTF-8 in a column that is read.
    Encoding,
    Json(serde_json::Error),
}

impl<'t> Objects<'t> {
    pub(super) fn new(pass: &'t Pass<'t>, envelope: &'t Envelope, header: &'t [String], wanted: &'t [String]) -> Self {
        Self {
            paths: Paths::new(pass, envelope, wanted),
            header,
            columns: Vec::new(),
            lines: Vec::new(),
            has_values: Vec::new(),
            current: Current::default(),
        }
    }

    /// Adds a record as a row.
    pub(super) fn add(&mut self, line: u64, text: &'t [u8]) -> Result<(), Fault> {
        let mut current = std::mem::take(&mut self.current);
        current.values.clear();
        current.has_values = false;
        if let Ok(text) = std::str::from_utf8(text) {
            self.fill(text, &mut current)?;
        } else {
            let text = String::from_utf8_lossy(text);
            let mut lossy = Current::default();
            self.fill(&text, &mut lossy)?;
            if lossy
                .values
                .iter()
                .any(|(_, value)| value.as_ref().is_some_and(|value| value.text.contains(REPLACEMENT)))
            {
                return Err(Fault::Encoding);
            }
            current.extend_owned(lossy);
        }
        self.columns.resize_with(self.paths.of_columns.len(), Vec::new);
        for (column, value) in current.values.drain(..) {
            self.columns[column].push((self.lines.len(), value));
        }
        self.lines.push(line);
        self.has_values.push(current.has_values);
        self.current = current;
        Ok(())
    }

    fn fill<'x>(&mut self, text: &'x str, current: &mut Current<'x>) -> Result<(), Fault> {
        let mut json = serde_json::Deserializer::from_str(text);
        let fill = Fill { paths: &mut self.paths, header: self.header, at: ROOT, current };
        let parsed = if self.header.is_empty() { json.deserialize_map(fill) } else { json.deserialize_seq(fill) };
        parsed.and_then(|()| json.end()).map_err(Fault::Json)
    }

    /// Returns the paths of a name, the best ones last.
    fn columns_of(&self, name: &str) -> Vec<usize> {
        let mut columns: Vec<_> = self
            .paths
            .all
            .iter()
            .filter(|path| path.name == name)
            .filter_map(|path| path.column.map(|column| (path.rank, column)))
            .collect();
        columns.sort_by_key(|&(rank, column)| std::cmp::Reverse((rank, column)));
        columns.into_iter().map(|(_, column)| column).filter(|&column| column < self.columns.len()).collect()
    }

    /// Whether a name was kept while the records were parsed.
    pub(super) fn is_kept(&self, name: &str) -> bool {
        self.paths.all.iter().any(|path| path.name == name && path.column.is_some())
    }

    /// Calls `found` with each row that has a value of this name, and some of them repeatedly.
    pub(super) fn each_row(&self, name: &str, mut found: impl FnMut(usize)) {
        for column in self.columns_of(name) {
            self.columns[column].iter().filter(|(_, value)| value.is_some()).for_each(|(row, _)| found(*row));
        }
    }

    /// Returns the values of a name, by row. If an object repeats a key, its first value wins.
    fn values(&self, name: &str) -> Vec<Option<&Text<'t>>> {
        let mut values: Vec<Option<&Text<'t>>> = vec![None; self.lines.len()];
        for column in self.columns_of(name) {
            let mut last = None;
            for (row, value) in &self.columns[column] {
                if last.replace(*row) != Some(*row) && value.is_some() {
                    values[*row] = value.as_ref();
                }
            }
        }
        values
    }

    /// Returns the words of a name in these rows.
    pub(super) fn words(&self, name: &str, rows: &[usize]) -> Words {
        let values = self.values(name);
        Words::of_texts(rows.iter().map(|&row| values[row].map(|value| &*value.text)).collect())
    }

    /// Returns the numbers of a name in these rows.
    pub(super) fn numbers(&self, name: &str, rows: &[usize]) -> Numbers {
        let values = self.values(name);
        let are_numbers = rows.iter().map(|&row| values[row].is_some_and(|value| value.is_number)).collect();
        Numbers::Mixed(self.words(name, rows), are_numbers)
    }
}

impl Current<'_> {
    fn extend_owned(&mut self, other: Current<'_>) {
        self.has_values |= other.has_values;
        self.values.extend(other.values.into_iter().map(|(column, value)| {
            let owned =
                value.map(|value| Text { text: Cow::Owned(value.text.into_owned()), is_number: value.is_number });
            (column, owned)
        }));
    }
}

/// Fills in the values of the object at a path.
struct Fill<'f, 'p, 'x> {
    paths: &'f mut Paths<'p>,
    header: &'f [String],
    at: usize,
    current: &'f mut Current<'x>,
}

impl<'x> Visitor<'x> for Fill<'_, '_, 'x> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a record")
    }

    fn visit_map<A: MapAccess<'x>>(mut self, mut map: A) -> Result<(), A::Error> {
        while let Some(Key(key)) = map.next_key()? {
            match self.paths.child(self.at, &key) {
                Some(path) => self.take(path, map.next_value()?),
                None => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'x>>(mut self, mut seq: A) -> Result<(), A::Error> {
        let mut names = self.header.iter();
        while let Some(value) = seq.next_element::<&RawValue>()? {
            let name = names.next().filter(|name| !name.is_empty());
            if let Some(path) = name.and_then(|name| self.paths.child(self.at, name)) {
                self.take(path, value);
            }
        }
        Ok(())
    }
}

impl<'x> Fill<'_, '_, 'x> {
    fn take(&mut self, at: usize, value: &'x RawValue) {
        let json = value.get();
        let path = &self.paths.all[at];
        let (column, is_open, is_envelope) = (path.column, path.is_open, path.is_envelope);
        match json.as_bytes().first() {
            Some(b'{') if is_open => {
                let begin = self.current.values.len();
                self.object(at, json);
                // An object whose name or value was found is not a value itself.
                if let Some(column) = column
                    && !self.has_part(at, begin..self.current.values.len())
                {
                    self.current.values.push((column, text(json)));
                }
                return;
            }
            Some(b'"') if is_envelope => {
                // Some tools write the object as a string.
                let Some(Text { text, .. }) = text(json) else { return };
                let mut inner = Current::default();
                Fill { paths: self.paths, header: &[], at, current: &mut inner }.object(at, &text);
                self.current.extend_owned(inner);
                return;
            }
            _ => {}
        }
        self.current.has_values |= !matches!(json, "null" | "\"\"" | "{}" | "[]");
        if let Some(column) = column {
            self.current.values.push((column, text(json)));
        }
    }

    /// Fills in the values of an object.
    fn object(&mut self, at: usize, json: &'x str) {
        let begin = self.current.values.len();
        let fill = Fill { paths: &mut *self.paths, header: &[], at, current: &mut *self.current };
        // It is valid, save for a key that is half of a surrogate pair. An object with one has no values.
        if serde_json::Deserializer::from_str(json).deserialize_map(fill).is_err() {
            self.current.values.truncate(begin);
        }
    }

    /// Whether one of the values is of a path with the same name.
    fn has_part(&self, at: usize, values: Range<usize>) -> bool {
        let name_of = |path: usize| &self.paths.all[path].name;
        self.current.values[values].iter().any(|(column, _)| name_of(self.paths.of_columns[*column]) == name_of(at))
    }
}

/// Returns the text of a value, or `None` for null.
fn text(json: &str) -> Option<Text<'_>> {
    let text = match json.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        // Half of a surrogate pair is no character. A string with one stays escaped.
        Some(string) if string.contains('\\') => serde_json::from_str(json).map_or(Cow::Borrowed(string), Cow::Owned),
        Some(string) => Cow::Borrowed(string),
        None if json == "null" => return None,
        None => Cow::Borrowed(json),
    };
    let is_number = json.starts_with(|c: char| c == '-' || c.is_ascii_digit());
    Some(Text { text, is_number })
}
