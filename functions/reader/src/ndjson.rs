//! Newline-delimited JSON. Polars parses the lines; which keys there are is found piece by piece.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use polars::io::ndjson::core::parse_ndjson;
use polars::prelude::{DataType, Schema};
use serde::Deserializer;
use serde::de::{IgnoredAny, MapAccess, Visitor};

use crate::columns::{Field, Layout};
use crate::origin::Bytes;
use crate::pieces::{self, Piece, Records};
use crate::reading::Reading;
use crate::rows::Rows;
use crate::sales_file::{ReadError, rejected};
use crate::tally::Tallies;
use crate::values::shown;

/// A line has at most this many keys that are looked at.
const MAX_KEYS: usize = 10_000;

/// So many keys are kept to be shown where a column is missing.
const SHOWN_KEYS: usize = 20;

/// A record is a line.
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
    let sum = pieces::each(bytes, 1, &Lines, tallies, |piece, tallies| {
        let (keys, layout) = add(piece, reading, tallies)?;
        // A panic while the lock was held leaves sets that are whole.
        seen.lock().unwrap_or_else(PoisonError::into_inner).take(keys, &layout);
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

/// What has been seen in any piece: a column that none has is missing from the file.
#[derive(Default)]
struct Seen {
    /// The known keys, and a few others to be shown.
    keys: BTreeSet<String>,
    /// The keys of what must be there.
    required: BTreeSet<(&'static str, String)>,
}

impl Seen {
    /// Takes in what a piece has.
    fn take(&mut self, keys: Vec<String>, layout: &Layout) {
        for field in Field::REQUIRED {
            if let Some(place) = layout.place(field) {
                self.required.insert((field.name(), keys[place].clone()));
            }
        }
        for (place, key) in keys.into_iter().enumerate() {
            if layout.has(place) || self.keys.len() < SHOWN_KEYS {
                self.keys.insert(key);
            }
        }
    }

    /// Where pieces take different keys for the same column, what counts would depend on where they are cut.
    fn check(&self) -> Result<(), ReadError> {
        let required: Vec<_> = self.required.iter().collect();
        for pair in required.windows(2) {
            if let [(field, first), (other, second)] = pair
                && field == other
            {
                return Err(rejected(format!(
                    "some lines write {field} as {}, others as {}. Name it the same in each",
                    shown(first),
                    shown(second)
                )));
            }
        }
        Ok(())
    }
}

/// Adds a piece up and returns its keys, and which of them is which.
fn add(piece: &Piece, reading: &Reading, tallies: &mut Tallies<'_>) -> Result<(Vec<String>, Layout), ReadError> {
    let mut keys = BTreeSet::new();
    let mut sound = Vec::with_capacity(piece.text.len());
    let mut lines = Vec::new();
    for (line, text) in (piece.line..).zip(piece.text.split(|&byte| byte == b'\n')) {
        if text.trim_ascii().is_empty() {
            continue;
        }
        // serde_json checks the line first: it stops where objects nest too deep, and its errors say what is wrong.
        match serde_json::Deserializer::from_slice(text).deserialize_map(Keys(&mut keys)) {
            Ok(()) => {
                sound.extend_from_slice(text);
                sound.push(b'\n');
                lines.push(line);
            }
            Err(error) if error.is_eof() => {
                tallies.skip(None, Some(line), "it is a part of a JSON object; each must stand on one line".to_owned());
            }
            Err(error) => {
                // The line that serde_json counts is always the first.
                let error = error.to_string().replace(" at line 1 column ", " at its character ");
                tallies.skip(None, Some(line), format!("it is not a JSON object: {error}"));
            }
        }
    }
    let keys: Vec<String> = keys.into_iter().collect();
    let names: Vec<&String> = keys.iter().collect();
    let layout = Layout::resolve(&names, &reading.columns)?;
    let known: Vec<(Field, usize)> =
        Field::ALL.into_iter().filter_map(|field| Some((field, layout.place(field)?))).collect();
    if known.is_empty() {
        for &line in &lines {
            tallies.skip(None, Some(line), "it has no salesperson, amount or date".to_owned());
        }
        return Ok((keys, layout));
    }
    let schema: Schema = known.iter().map(|(_, place)| (names[*place].as_str().into(), DataType::String)).collect();
    let fields: Vec<(Field, usize)> = known.iter().enumerate().map(|(at, (field, _))| (*field, at)).collect();
    let mut position = piece.index << 32;
    let mut first = 0;
    let mut problem = None;
    let mut refused = Vec::new();
    pieces::isolate(
        &Lines,
        &sound,
        0,
        &|text| parse_ndjson(text, None, &schema, false),
        &mut |frame, _, line| {
            first = usize::try_from(line).unwrap_or(usize::MAX);
            match Rows::of_text(&frame, &fields, None) {
                Ok(rows) => tallies.add(&rows, position, &|row| lines.get(first + row).copied().unwrap_or_default()),
                Err(error) => problem = Some(error),
            }
            position += frame.height() as u64;
        },
        &mut |line| refused.push(line),
    );
    for line in refused {
        let line = usize::try_from(line).ok().and_then(|line| lines.get(line)).copied();
        tallies.skip(None, line, "it is not a JSON object that can be read".to_owned());
    }
    problem.map_or(Ok((keys, layout)), Err)
}

/// Notes the keys of an object.
struct Keys<'a>(&'a mut BTreeSet<String>);

impl<'de> Visitor<'de> for Keys<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<std::borrow::Cow<'de, str>>()? {
            if self.0.len() < MAX_KEYS && !self.0.contains(key.as_ref()) {
                self.0.insert(key.into_owned());
            }
            map.next_value::<IgnoredAny>()?;
        }
        Ok(())
    }
}
