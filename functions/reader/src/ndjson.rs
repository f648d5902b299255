//! Newline-delimited JSON (NDJSON). Each line is parsed once, into the columns that may be known ones. The keys may
//! change from line to line.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::error::Category;
use serde_json::value::RawValue;
use standings_core::explanation::{quoted, trusted};
use standings_core::{DecimalStyle, Explanation, explain};

use crate::chunks::{self, Chunk, Records};
use crate::columns::{Field, Layout};
use crate::names::Map;
use crate::origin::Bytes;
use crate::pass::Pass;
use crate::rows::Rows;
use crate::sales_file::{ReadError, rejected};
use crate::tally::Tallies;
use crate::values::Words;

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

pub(crate) fn read<'a>(bytes: Bytes, pass: &'a Pass<'_>) -> Result<Tallies<'a>, ReadError> {
    let seen = Mutex::new(Seen::default());
    let sum = chunks::each(bytes, 1, &Lines, pass, |chunk, tallies| {
        let (keys, layout) = add(chunk, pass, tallies)?;
        // A panic while the lock was held leaves the sets valid.
        seen.lock().unwrap_or_else(PoisonError::into_inner).add(keys, &layout);
        Ok(())
    })?;
    let seen = seen.into_inner().unwrap_or_else(PoisonError::into_inner);
    seen.check()?;
    let keys: Vec<String> = seen.keys.into_iter().collect();
    if !keys.is_empty() {
        Layout::resolve(&keys, pass)?.require(&keys, pass)?;
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
fn add<'t>(
    chunk: &'t Chunk,
    pass: &'t Pass<'_>,
    tallies: &mut Tallies<'_>,
) -> Result<(Vec<String>, Layout), ReadError> {
    let mut objects = Objects::new(pass);
    let mut others = Vec::new();
    let mut begin = 0;
    let ends = memchr::memchr_iter(b'\n', &chunk.text).chain([chunk.text.len()]);
    for (line, end) in (chunk.line..).zip(ends) {
        let text = &chunk.text[begin..end];
        begin = end + 1;
        if text.trim_ascii().is_empty() {
            continue;
        }
        if let Err(error) = objects.add(line, text) {
            others.push((line, error));
        }
    }
    let keys = objects.keys();
    let layout = Layout::resolve(&keys, pass)?;
    let lines = &objects.lines;
    if layout.known() == 0 {
        for &line in lines {
            tallies.skip(line, || explain!["it has no salesperson, amount or date"]);
        }
    } else {
        let rows = Rows::of_words(lines.len(), &layout.roles(), |place| objects.words(&keys[place]));
        tallies.add(rows, chunk.index << 32, &|row| lines.get(row).copied().unwrap_or_default());
    }
    // They come last, since rows are skipped in the order of the file.
    for (line, error) in others {
        tallies.skip(line, || not_an_object(&error));
    }
    Ok((keys, layout))
}

/// The objects of a chunk, as columns.
struct Objects<'t> {
    pass: &'t Pass<'t>,
    /// All keys, each with its place in `columns` if it can be a known one.
    keys: Map<String, Option<usize>>,
    /// The values of a key, each with its row.
    columns: Vec<Vec<(usize, Text<'t>)>>,
    /// The line of each row.
    lines: Vec<u64>,
    /// The values of the current line, each with its place in `columns`. Discarded if the line is invalid.
    current: Vec<(usize, Text<'t>)>,
}

/// A value: the content of a string, `None` for null, and anything else as it is written, so that no number passes
/// through a float.
type Text<'t> = Option<Cow<'t, str>>;

/// A key, borrowed unless it has escapes.
#[derive(Deserialize)]
struct Key<'t>(#[serde(borrow)] Cow<'t, str>);

impl<'t> Objects<'t> {
    fn new(pass: &'t Pass<'t>) -> Self {
        Self { pass, keys: Map::default(), columns: Vec::new(), lines: Vec::new(), current: Vec::new() }
    }

    /// Adds a line as a row.
    fn add(&mut self, line: u64, text: &'t [u8]) -> serde_json::Result<()> {
        self.current.clear();
        let mut json = serde_json::Deserializer::from_slice(text);
        json.deserialize_map(&mut *self)?;
        json.end()?;
        for (column, value) in self.current.drain(..) {
            self.columns[column].push((self.lines.len(), value));
        }
        self.lines.push(line);
        Ok(())
    }

    /// Returns the place of a key in `columns`, if it can be a known one. Whether it is one depends on the other keys.
    fn column(&mut self, key: &str) -> Option<usize> {
        if let Some(&column) = self.keys.get(key) {
            return column;
        }
        if self.keys.len() == MAX_KEYS {
            return None;
        }
        let layout = Layout::resolve(&[key], self.pass);
        let column = layout.is_ok_and(|layout| layout.known() > 0).then_some(self.columns.len());
        if column.is_some() {
            self.columns.push(Vec::new());
        }
        self.keys.insert(key.to_owned(), column);
        column
    }

    /// Returns all keys, in ascending order.
    fn keys(&self) -> Vec<String> {
        let mut keys: Vec<String> = self.keys.keys().cloned().collect();
        keys.sort_unstable();
        keys
    }

    /// Returns the values of a key. If an object repeats the key, the first value wins.
    fn words(&self, key: &str) -> Option<Words> {
        let column = (*self.keys.get(key)?)?;
        let mut texts = vec![None; self.lines.len()];
        for (row, text) in self.columns[column].iter().rev() {
            texts[*row] = text.as_deref();
        }
        Some(Words::of_texts(texts))
    }
}

impl<'t> Visitor<'t> for &mut Objects<'t> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'t>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(Key(key)) = map.next_key()? {
            match self.column(&key) {
                Some(column) => {
                    let value = text(map.next_value()?, self.pass.reading.decimal_mark.unwrap_or_default());
                    self.current.push((column, value));
                }
                None => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(())
    }
}

/// Returns the text of a value. JSON numbers have a decimal point, whatever the style of the numbers in strings.
fn text(value: &RawValue, style: DecimalStyle) -> Text<'_> {
    let json = value.get();
    match json.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        // Half of a surrogate pair is no character. A string with one stays escaped.
        Some(string) if string.contains('\\') => {
            Some(serde_json::from_str(json).map_or(Cow::Borrowed(string), Cow::Owned))
        }
        Some(string) => Some(Cow::Borrowed(string)),
        None if style == DecimalStyle::Comma && json.starts_with(|c: char| c == '-' || c.is_ascii_digit()) => {
            Some(Cow::Owned(json.replace('.', ",")))
        }
        None => (json != "null").then_some(Cow::Borrowed(json)),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reading::Reading;
    use crate::{SalesFile, read};

    /// Reads one line between two valid rows of Bo.
    fn between(line: &str) -> SalesFile {
        let bo = r#"{"date":"2026-11-16","rep":"Bo","amount":1}"#;
        read("sales.ndjson", &Reading::default(), &format!("{bo}\n{line}\n{bo}").into_bytes()).unwrap()
    }

    /// The amount of Ana, whose only sale has these keys and values in addition to its date.
    fn amount(values: &str) -> Option<String> {
        let file = between(&format!(r#"{{"date":"2026-11-16","rep":"Ana",{values}}}"#));
        file.weeks.values().find_map(|week| week.people.get("Ana")).map(|person| person.amount().to_string())
    }

    #[test]
    fn numbers_are_read_as_they_are_written() {
        for (number, expected) in [
            ("1.10", "1.1"),
            ("-0.12345", "-0.1235"),
            ("1.5E+3", "1500"),
            ("12345678901234567.89", "12345678901234567.89"),
            ("\"1,234.5\"", "1234.5"),
            ("\"1\\u0032\"", "12"),
        ] {
            assert_eq!(amount(&format!("\"amount\":{number}")).as_deref(), Some(expected), "{number}");
        }
        for value in ["1e999", "340282366920938463463374607431768211456", "true", "null", "[1]", "\"\\ud800\""] {
            assert_eq!(amount(&format!("\"amount\":{value}")), None, "{value}");
        }
    }

    #[test]
    fn numbers_have_a_decimal_point_in_every_style() {
        let row = |amount: &str| format!("{{\"date\":\"2026-11-16\",\"rep\":\"Ana\",\"amount\":{amount}}}\n");
        let text = row("1.234") + &row("-1.5e1") + &row("\"1.234,5\"");
        for (mark, expected) in [(DecimalStyle::Comma, "1220.734"), (DecimalStyle::Point, "1220.734")] {
            let reading = Reading { decimal_mark: Some(mark), ..Reading::default() };
            let file = read("sales.ndjson", &reading, &text.clone().into_bytes()).unwrap();
            let sums: Vec<_> = file.weeks.values().map(|week| week.people["Ana"].amount().to_string()).collect();
            assert_eq!(sums, [expected]);
        }
    }

    #[test]
    fn the_first_value_of_a_repeated_key_wins() {
        assert_eq!(amount(r#""amount":1,"amount":2"#).as_deref(), Some("1"));
        assert_eq!(amount(r#""amount":1,"a\u006dount":2"#).as_deref(), Some("1"));
        assert_eq!(amount(r#""amount":null,"amount":2"#), None);
    }

    #[test]
    fn unknown_keys_may_have_any_values() {
        let deep = format!("{}{}", "[".repeat(300_000), "]".repeat(300_000));
        for value in [deep.as_str(), r#"{"amount":7}"#, "1e999", "\"\\ud800\""] {
            assert_eq!(amount(&format!("\"x\":{value},\"amount\":1")).as_deref(), Some("1"));
        }
    }

    #[test]
    fn an_invalid_line_adds_none_of_its_values() {
        let sale = r#"{"date":"2026-11-16","rep":"Bo","amount":1,"team":"x"}"#;
        for line in [&format!("{sale} {sale}"), &format!("{sale},"), &sale[..sale.len() - 1], "[1]", "1"] {
            let file = between(line);
            assert_eq!((file.rows, file.skipped_rows, file.examples[0].line), (2, 1, 2), "{line}");
            let teams: Vec<_> = file.weeks.values().flat_map(|week| week.people["Bo"].teams.keys()).collect();
            assert_eq!(teams, [""], "{line}");
        }
    }
}
