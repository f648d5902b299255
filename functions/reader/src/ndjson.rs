//! Newline-delimited JSON (NDJSON): `serde_json` checks each line, and Polars parses the valid ones. The keys may
//! change from line to line.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use polars::io::ndjson::core::parse_ndjson;
use polars::prelude::{DataType, Schema};
use serde::Deserializer;
use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde_json::error::Category;
use standings_core::explanation::{quoted, trusted};
use standings_core::{Explanation, explain};

use crate::chunks::{self, Chunk, Records};
use crate::columns::{Field, Layout};
use crate::origin::Bytes;
use crate::reading::Reading;
use crate::rows::Rows;
use crate::sales_file::{ReadError, rejected};
use crate::tally::Tallies;

/// Maximum distinct keys that are considered. Objects whose keys are data (ids, dates) would fill the memory.
const MAX_KEYS: usize = 10_000;

/// Unknown keys that are kept to be quoted if a column is missing.
const QUOTED_KEYS: usize = 20;

/// Each line is a record.
struct Lines;

impl Records for Lines {
    fn whole(&self, text: &[u8]) -> usize {
        memchr::memrchr(b'\n', text).map_or(0, |end| end + 1)
    }

    fn first_end(&self, text: &[u8]) -> Option<usize> {
        memchr::memchr(b'\n', text).map(|end| end + 1)
    }

    fn breaks_off(&self, _: &[u8]) -> bool {
        false
    }
}

pub(crate) fn read<'a>(
    bytes: Bytes,
    reading: &Reading,
    tallies: &(impl Fn() -> Tallies<'a> + Sync),
) -> Result<Tallies<'a>, ReadError> {
    let seen = Mutex::new(Seen::default());
    let sum = chunks::each(bytes, 1, &Lines, tallies, |chunk, tallies| {
        let (keys, layout) = add(chunk, reading, tallies)?;
        // A panic while the lock was held leaves the sets valid.
        seen.lock().unwrap_or_else(PoisonError::into_inner).add(keys, &layout);
        Ok(())
    })?;
    let seen = seen.into_inner().unwrap_or_else(PoisonError::into_inner);
    seen.check()?;
    let keys: Vec<String> = seen.keys.into_iter().collect();
    if !keys.is_empty() {
        Layout::resolve(&keys, &reading.columns)?.require(&keys)?;
    }
    Ok(sum)
}

/// The keys of all chunks. A column is missing only if no chunk has it.
#[derive(Default)]
struct Seen {
    /// The known keys, and a few others to be quoted.
    keys: BTreeSet<String>,
    /// The required fields, each with the keys that stand for it.
    required: BTreeSet<(&'static str, String)>,
}

impl Seen {
    /// Adds the keys of a chunk.
    fn add(&mut self, keys: Vec<String>, layout: &Layout) {
        for field in Field::REQUIRED {
            if let Some(place) = layout.place(field) {
                self.required.insert((field.name(), keys[place].clone()));
            }
        }
        for (place, key) in keys.into_iter().enumerate() {
            if layout.has(place) || self.keys.len() < QUOTED_KEYS {
                self.keys.insert(key);
            }
        }
    }

    /// Rejects a file in which different keys stand for the same required field: the sums would depend on where chunks
    /// are cut.
    fn check(&self) -> Result<(), ReadError> {
        let required: Vec<_> = self.required.iter().collect();
        for pair in required.windows(2) {
            if let [(field, first), (other, second)] = pair
                && field == other
            {
                return Err(rejected(explain![
                    "some lines name the ",
                    *field,
                    " ",
                    quoted(first),
                    ", others ",
                    quoted(second),
                    ". Use the same name on each line",
                ]));
            }
        }
        Ok(())
    }
}

/// Adds up a chunk. Returns its keys, and which of them are known.
fn add(chunk: &Chunk, reading: &Reading, tallies: &mut Tallies<'_>) -> Result<(Vec<String>, Layout), ReadError> {
    let Objects { keys, text, lines, others } = Objects::of(chunk);
    let names: Vec<&String> = keys.iter().collect();
    let layout = Layout::resolve(&names, &reading.columns)?;
    let known: Vec<(Field, usize)> =
        Field::ALL.into_iter().filter_map(|field| Some((field, layout.place(field)?))).collect();
    if known.is_empty() {
        for &line in &lines {
            tallies.skip(line, || explain!["it has no salesperson, amount or date"]);
        }
        skip_others(&others, tallies);
        return Ok((keys, layout));
    }
    let schema: Schema = known.iter().map(|(_, place)| (names[*place].as_str().into(), DataType::String)).collect();
    let fields: Vec<(Field, usize)> = known.iter().enumerate().map(|(at, (field, _))| (*field, at)).collect();
    let line_of = |row: usize| lines.get(row).copied().unwrap_or_default();
    let mut position = chunk.index << 32;
    for segment in chunks::isolate(&Lines, &text, 0, &|text| parse_ndjson(text, None, &schema, false)) {
        // Lines of `text` count from 0.
        let first = usize::try_from(segment.line).unwrap_or(usize::MAX);
        let Some(frame) = segment.parsed else {
            tallies.skip(line_of(first), || explain!["it is a JSON object that cannot be read"]);
            continue;
        };
        let rows = Rows::of_text(&frame, &fields, None)?;
        tallies.add(&rows, position, &|row| line_of(first + row));
        position += frame.height() as u64;
    }
    skip_others(&others, tallies);
    Ok((keys, layout))
}

/// The lines of a chunk, separated into JSON objects and others.
struct Objects {
    /// All keys, in ascending order.
    keys: Vec<String>,
    /// The objects, one per line.
    text: Vec<u8>,
    /// The line of the file that each line of `text` is.
    lines: Vec<u64>,
    /// The lines that are not objects.
    others: Vec<(u64, serde_json::Error)>,
}

impl Objects {
    /// Checks each line with `serde_json` before Polars parses it: `serde_json` limits how deep objects nest, and its
    /// errors say what is wrong.
    fn of(chunk: &Chunk) -> Self {
        let mut keys = BTreeSet::new();
        let mut objects = Vec::with_capacity(chunk.text.len());
        let (mut lines, mut others) = (Vec::new(), Vec::new());
        for (line, text) in (chunk.line..).zip(chunk.text.split(|&byte| byte == b'\n')) {
            if text.trim_ascii().is_empty() {
                continue;
            }
            match serde_json::Deserializer::from_slice(text).deserialize_map(Keys(&mut keys)) {
                Ok(()) => {
                    objects.extend_from_slice(text);
                    objects.push(b'\n');
                    lines.push(line);
                }
                Err(error) => others.push((line, error)),
            }
        }
        Self { keys: keys.into_iter().collect(), text: objects, lines, others }
    }
}

/// Skips the lines that are not objects. They come last, since rows are skipped in the order of the file.
fn skip_others(others: &[(u64, serde_json::Error)], tallies: &mut Tallies<'_>) {
    for (line, error) in others {
        tallies.skip(*line, || not_an_object(error));
    }
}

/// Explains why a line is not a JSON object.
fn not_an_object(error: &serde_json::Error) -> Explanation {
    match error.classify() {
        Category::Eof => explain!["it is only a part of a JSON object. Write each object on one line"],
        Category::Syntax => {
            // serde_json sees one line only, so it always says "line 1". Its syntax errors quote nothing of the line.
            let error = error.to_string().replace(" at line 1 column ", " at character ");
            explain!["it is not a JSON object: ", trusted(error)]
        }
        // JSON, but not an object. The error would quote the value.
        Category::Data | Category::Io => explain!["it is not a JSON object"],
    }
}

/// Collects the keys of an object.
struct Keys<'a>(&'a mut BTreeSet<String>);

impl<'de> Visitor<'de> for Keys<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<Cow<'de, str>>()? {
            if self.0.len() < MAX_KEYS && !self.0.contains(key.as_ref()) {
                self.0.insert(key.into_owned());
            }
            map.next_value::<IgnoredAny>()?;
        }
        Ok(())
    }
}
