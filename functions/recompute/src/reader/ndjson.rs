//! Newline-delimited JSON. Polars parses the lines; which keys there are is found piece by piece.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Mutex;

use polars::io::ndjson::core::parse_ndjson;
use polars::prelude::{DataType, Schema};
use serde::Deserializer;
use serde::de::{IgnoredAny, MapAccess, Visitor};

use super::columns::{Field, Layout};
use super::pieces::{self, Piece, Records};
use super::rows::Rows;
use super::tally::Tallies;
use super::{Bytes, ReadError, Reading};

/// A line has at most this many keys that are looked at.
const MAX_KEYS: usize = 10_000;

/// A record is a line.
struct Lines;

impl Records for Lines {
    fn whole(&self, text: &[u8]) -> usize {
        memchr::memrchr(b'\n', text).map_or(0, |end| end + 1)
    }

    fn breaks_off(&self, _: &[u8]) -> bool {
        false
    }
}

pub(super) fn read<'a>(
    bytes: Bytes,
    reading: &Reading,
    tallies: &(impl Fn() -> Tallies<'a> + Sync),
) -> Result<Tallies<'a>, ReadError> {
    // What has been seen in any piece: a column that none has is missing from the file.
    let seen = Mutex::new(BTreeSet::new());
    let sum = pieces::each(bytes, 1, &Lines, tallies, |piece, tallies| {
        let keys = add(piece, reading, tallies)?;
        if let Ok(mut seen) = seen.lock() {
            seen.extend(keys);
        }
        Ok(())
    })?;
    let seen: Vec<String> = seen.into_inner().unwrap_or_default().into_iter().collect();
    if !seen.is_empty() {
        Layout::resolve(&seen, &reading.columns)?.require(&seen)?;
    }
    Ok(sum)
}

fn add(piece: &Piece, reading: &Reading, tallies: &mut Tallies<'_>) -> Result<BTreeSet<String>, ReadError> {
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
            Err(error) => tallies.skip(None, Some(line), format!("it is not a JSON object: {error}")),
        }
    }
    let names: Vec<&String> = keys.iter().collect();
    let layout = Layout::resolve(&names, &reading.columns)?;
    let known: Vec<(Field, usize)> =
        Field::ALL.into_iter().filter_map(|field| Some((field, layout.place(field)?))).collect();
    if known.is_empty() {
        for &line in &lines {
            tallies.skip(None, Some(line), "it has no salesperson, amount or date".to_owned());
        }
        return Ok(keys);
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
    problem.map_or(Ok(keys), Err)
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
