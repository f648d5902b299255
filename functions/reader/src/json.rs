//! JSON: objects on lines of their own or one after the other, in lists, and in the wrappers and envelopes that APIs put
//! around them. Each record is parsed once, into the columns that may be known ones. The keys may change from record to
//! record.

mod objects;
mod outline;
mod paths;
mod reasons;
mod scan;
mod seen;
mod shape;
#[cfg(test)]
mod tests;
mod unwrap;

use std::sync::{Mutex, PoisonError};

use objects::{Fault, Objects};
use scan::{Lines, Values};
use seen::Seen;
use shape::Shape;
use standings_core::explain;
use unwrap::{Notes, Unwrapped};

use crate::chunks::{self, Chunk};
use crate::columns::{Field, Layout, Role};
use crate::origin::Bytes;
use crate::pass::Pass;
use crate::rows::Rows;
use crate::sales_file::ReadError;
use crate::tally::Tallies;
use crate::values::Numbers;

pub(crate) fn read<'a>(bytes: Bytes, pass: &'a Pass<'_>) -> Result<Tallies<'a>, ReadError> {
    let (shape, bytes) = Shape::detect(bytes, pass)?;
    let mut notes = None;
    let bytes: Bytes = if shape.is_list || shape.is_keyed || !shape.path.is_empty() {
        let (elements, met) = Unwrapped::new(bytes, &shape);
        notes = Some(met);
        Box::new(elements)
    } else {
        bytes
    };
    let reader = Reader { shape: &shape, pass, seen: Mutex::default(), wanted: Mutex::default() };
    let mut sum = if shape.is_lines {
        chunks::each(bytes, 1, &Lines, pass, |chunk, tallies| reader.add(chunk, tallies))?
    } else {
        chunks::each(bytes, 1, &Values, pass, |chunk, tallies| reader.add(chunk, tallies))?
    };
    let seen = reader.seen.into_inner().unwrap_or_else(PoisonError::into_inner);
    let columns = seen.check(&shape, pass)?;
    sum.evidence.is_of_programs = true;
    sum.columns = seen.columns();
    sum.read_as.extend(reasons::read_as(&shape));
    sum.read_as.extend(columns);
    if let Some(notes) = notes {
        let notes = notes.lock().unwrap_or_else(PoisonError::into_inner);
        shape::check_others(&shape, &notes.other_lists, pass)?;
        note(&notes, &shape, &mut sum);
    }
    Ok(sum)
}

/// Reports what was met around the elements of a list.
fn note(notes: &Notes, shape: &Shape, sum: &mut Tallies<'_>) {
    // After all records.
    let mut position = u64::MAX / 2;
    for &line in &notes.without_list {
        position += 1;
        sum.skip(line, position, || reasons::without_list(shape));
    }
    let last = notes.without_list.last().copied().unwrap_or_default();
    for _ in 0..notes.more_without_list {
        position += 1;
        sum.skip(last, position, || reasons::without_list(shape));
    }
    if notes.cut_off {
        sum.remarks.push(explain!["the file ends before its list does: it may have been cut off. Export it again"]);
    }
}

/// What all workers share.
struct Reader<'a, 'p> {
    shape: &'a Shape,
    pass: &'a Pass<'p>,
    seen: Mutex<Seen>,
    /// Names that mean something only next to others, in ascending order.
    wanted: Mutex<Vec<String>>,
}

impl Reader<'_, '_> {
    /// Adds up a chunk.
    fn add(&self, chunk: &Chunk, tallies: &mut Tallies<'_>) -> Result<(), ReadError> {
        loop {
            // A panic while the lock was held leaves the names valid.
            let wanted = self.wanted.lock().unwrap_or_else(PoisonError::into_inner).clone();
            let mut records = Records {
                objects: Objects::new(self.pass, &self.shape.envelope, &self.shape.header, &wanted),
                faults: Vec::new(),
                others: Vec::new(),
                headers: 0,
            };
            records.parse(chunk, self.shape);
            let names = records.objects.paths.names();
            let layout = Layout::resolve(&names, self.pass)?;
            let roles = layout.roles();
            let missed: Vec<&String> =
                roles.iter().map(|(_, place)| &names[*place]).filter(|name| !records.objects.is_kept(name)).collect();
            if missed.is_empty() {
                records.tally(chunk, &names, &roles, tallies);
                // A panic while the lock was held leaves the sets valid.
                let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
                seen.add(&records.objects.paths, &names, &layout, records.objects.lines.len() as u64);
                return Ok(());
            }
            // Which columns are needed depends on the others, so the chunk is parsed again. This happens in the first
            // chunks only.
            let mut all = self.wanted.lock().unwrap_or_else(PoisonError::into_inner);
            all.extend(missed.into_iter().cloned());
            all.sort_unstable();
            all.dedup();
        }
    }
}

/// The records of a chunk.
struct Records<'t> {
    objects: Objects<'t>,
    /// The lines of records that cannot be read, and why.
    faults: Vec<(u64, Fault)>,
    /// The lines of text that is no record, and whether it is an incomplete one.
    others: Vec<(u64, bool)>,
    /// The number of records that repeat the header.
    headers: u64,
}

impl<'t> Records<'t> {
    fn parse(&mut self, chunk: &'t Chunk, shape: &Shape) {
        if !shape.is_lines {
            return self.parse_values(&chunk.text, chunk.line, shape, chunk.index == 0);
        }
        let mut begin = 0;
        let ends = memchr::memchr_iter(b'\n', &chunk.text).chain([chunk.text.len()]);
        for (line, end) in (chunk.line..).zip(ends) {
            let text = &chunk.text[begin..end];
            begin = end + 1;
            // Almost every line is one record.
            match text.trim_ascii_start().first() {
                None => {}
                Some(b'{') if self.objects.add(line, text).is_ok() => {}
                Some(_) => self.parse_values(text, line, shape, false),
            }
        }
    }

    /// Parses the values in a text.
    fn parse_values(&mut self, text: &'t [u8], line: u64, shape: &Shape, is_first: bool) {
        let (mut line, mut counted) = (line, 0);
        let mut is_header = is_first && shape.header_is_record;
        let rest = scan::each(text, |item| {
            line += chunks::lines(&text[counted..item.start]);
            counted = item.start;
            let value = &text[item];
            if !shape.header.is_empty() && names(value).is_some_and(|names| names == shape.header) {
                self.headers += u64::from(!std::mem::take(&mut is_header));
                return;
            }
            match value[0] {
                b'{' | b'[' => {
                    if let Err(fault) = self.objects.add(line, value) {
                        self.faults.push((line, fault));
                    }
                }
                _ => self.others.push((line, false)),
            }
        });
        if !rest.is_empty() {
            line += chunks::lines(&text[counted..rest.start]);
            self.others.push((line, matches!(text[rest.start], b'{' | b'[')));
        }
    }

    fn tally(&self, chunk: &Chunk, names: &[String], roles: &[(Role, usize)], tallies: &mut Tallies<'_>) {
        let objects = &self.objects;
        let mut is_row = vec![false; objects.lines.len()];
        for (_, place) in roles {
            objects.each_row(&names[*place], |row| is_row[row] = true);
        }
        let rows: Vec<usize> = (0..is_row.len()).filter(|&row| is_row[row]).collect();
        let line_of = |row: usize| rows.get(row).and_then(|&row| objects.lines.get(row)).copied().unwrap_or_default();
        let mut columns = Rows::of_words(rows.len(), roles, |place| Some(objects.words(&names[place], &rows)));
        let numbers = |field: Field, text: Option<Numbers>| {
            let place = roles
                .iter()
                .find(|(role, _)| matches!(role, Role::Field(known, _) if *known == field))
                .map(|(_, place)| *place);
            place.map(|place| objects.numbers(&names[place], &rows)).or(text)
        };
        columns.amount = numbers(Field::Amount, columns.amount.take());
        columns.quantity = numbers(Field::Quantity, columns.quantity.take());
        tallies.add(columns, chunk.index << 32, &line_of);
        // Beyond the rows of this chunk, of which there are fewer than bytes.
        let mut position = (chunk.index << 32) + (u64::from(u32::MAX) / 2);
        let mut next = || {
            position += 1;
            position
        };
        // The others come last, since rows are skipped in the order of the file.
        for row in (0..is_row.len()).filter(|&row| !is_row[row]) {
            if objects.has_values[row] {
                tallies.skip(objects.lines[row], next(), || explain!["it has no salesperson, amount or date"]);
            } else {
                tallies.blank(1);
            }
        }
        tallies.blank(self.headers);
        for (line, fault) in &self.faults {
            tallies.skip(*line, next(), || reasons::fault(fault));
        }
        for &(line, is_part) in &self.others {
            tallies.skip(line, next(), || reasons::no_record(is_part));
        }
    }
}

/// Returns the strings of a list of strings.
fn names(value: &[u8]) -> Option<Vec<String>> {
    serde_json::from_slice(value).ok()
}
