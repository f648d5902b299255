//! The shape of a file: where its records are, as its beginning shows.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::ops::Range;

use serde_json::value::RawValue;
use standings_core::explain;
use standings_core::explanation::quoted;

use super::objects::Objects;
use super::outline::{Outline, Site};
use super::paths::{Envelope, Path};
use super::scan;
use crate::columns::{Field, Layout};
use crate::origin::Bytes;
use crate::pass::Pass;
use crate::sales_file::{ReadError, rejected};

/// Bytes read at first. Usually they contain several records.
#[cfg(not(any(test, fuzzing)))]
const HEAD: usize = 64 * 1024;
/// Small enough that tests meet a beginning that is longer.
#[cfg(any(test, fuzzing))]
const HEAD: usize = 512;

/// Maximum bytes before the list of the sales.
const MAX_HEAD: usize = 16 * 1024 * 1024;

/// Keys whose object may be the record, next to what a tool says about it: Airbyte, Elasticsearch, GraphQL, `HubSpot`,
/// JSON:API, Airtable, `DynamoDB`, Debezium, Kafka and others.
const ENVELOPES: [&str; 12] = [
    "_airbyte_data",
    "Item",
    "payload",
    "after",
    "_source",
    "node",
    "properties",
    "attributes",
    "fields",
    "data",
    "record",
    "value",
];

/// Keys of lists that may be empty, as those of the pages of an API.
const LISTS: [&str; 12] =
    ["results", "data", "records", "rows", "items", "value", "values", "hits", "orders", "deals", "sales", "entries"];

/// Where the records of a file are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools, reason = "each is a property of its own")]
pub(super) struct Shape {
    /// The keys that lead to the list of the records, as they are written; empty for records at the top level.
    pub(super) path: Vec<Vec<u8>>,
    /// Whether the records are in a list.
    pub(super) is_list: bool,
    /// Whether the records are the members of an object, whatever their keys.
    pub(super) is_keyed: bool,
    /// Whether each record has a line of its own.
    pub(super) is_lines: bool,
    pub(super) envelope: Envelope,
    /// The names of the fields of records that are lists.
    pub(super) header: Vec<String>,
    /// Whether the names are the first record.
    pub(super) header_is_record: bool,
}

impl Shape {
    /// Detects the shape. Returns it with all bytes.
    pub(super) fn detect(mut bytes: Bytes, pass: &Pass<'_>) -> Result<(Self, Bytes), ReadError> {
        let mut head = Vec::new();
        loop {
            let wanted = head.len().max(HEAD);
            let read = bytes.by_ref().take(wanted as u64).read_to_end(&mut head).map_err(ReadError::Source)?;
            let at_end = read < wanted || head.len() > MAX_HEAD;
            if let Some(shape) = Self::of(&head, at_end, pass)? {
                return Ok((shape, Box::new(std::io::Cursor::new(head).chain(bytes))));
            }
        }
    }

    /// Returns the shape that a beginning shows, or `None` if it is too short.
    fn of(head: &[u8], at_end: bool, pass: &Pass<'_>) -> Result<Option<Self>, ReadError> {
        let outline = Outline::of(head);
        let lines = || Self { is_lines: true, ..Self::default() };
        if !outline.is_json {
            return Ok(Some(lines()));
        }
        let candidates: Vec<Candidate> =
            outline.sites.iter().filter_map(|site| Candidate::of(site, &outline, head, pass)).collect();
        let mut complete: Vec<&Candidate> = candidates.iter().filter(|candidate| candidate.is_complete()).collect();
        // The lines of an order have what the order has, but the order is the record.
        let paths: Vec<_> = complete.iter().map(|candidate| candidate.shape.path.clone()).collect();
        complete.retain(|candidate| {
            let path = &candidate.shape.path;
            !paths.iter().any(|other| other.len() < path.len() && path.starts_with(other))
        });
        if let [first, second, ..] = complete[..] {
            return Err(two_lists(&first.shape.path, &second.shape.path));
        }
        if is_columns(&outline, head, pass) {
            return Err(rejected(explain![
                "the file lists each column by itself. Export one object per sale, as pandas does with orient=\"records\""
            ]));
        }
        if complete.is_empty()
            && let Some(keyed) = Self::keyed(&outline, head, pass)?
        {
            return Ok(Some(keyed));
        }
        let is_open = outline.top.is_empty();
        let best = match complete.first() {
            Some(only) => *only,
            None if is_open && !at_end => return Ok(None),
            None => match candidates.iter().reduce(|best, other| if other.rank() > best.rank() { other } else { best })
            {
                Some(best) => best,
                None => return Ok(Some(Self::of_empty(&outline).unwrap_or_else(lines))),
            },
        };
        let mut shape = best.shape.clone();
        if !best.is_complete()
            && let Some(empty) = Self::of_empty(&outline)
        {
            shape = empty;
        }
        shape.is_lines = shape.path.is_empty() && !shape.is_list && is_line(head, outline.top.first());
        Ok(Some(shape))
    }

    /// Returns the shape of a file whose records are the members of an object, as Firebase exports them.
    fn keyed(outline: &Outline, head: &[u8], pass: &Pass<'_>) -> Result<Option<Self>, ReadError> {
        let may_be = |site: &&Site| !site.is_mixed && (site.members.len() > 1 || !site.path.is_empty());
        let is_single = outline.top.len() <= 1;
        let found = outline.sites.iter().filter(|site| is_single && may_be(site)).filter_map(|site| {
            let samples: Vec<&[u8]> = site.members.iter().map(|range| &head[range.clone()]).collect();
            let (required, envelope) = envelope(&samples, pass);
            let shape = Self { path: site.path.clone(), is_keyed: true, envelope, ..Self::default() };
            (!samples.is_empty() && required == Field::REQUIRED.len()).then_some(shape)
        });
        let found: Vec<Self> = found.collect();
        match &found[..] {
            [] => Ok(None),
            [only] => Ok(Some(only.clone())),
            [first, second, ..] => Err(two_lists(&first.path, &second.path)),
        }
    }

    /// Returns the shape of a page whose list is empty.
    fn of_empty(outline: &Outline) -> Option<Self> {
        let [_] = outline.top[..] else { return None };
        let lists: Vec<&Site> = outline.sites.iter().filter(|site| site.is_list).collect();
        let [list] = lists[..] else { return None };
        let is_known = list.path.iter().all(|key| LISTS.iter().any(|known| known.as_bytes().eq_ignore_ascii_case(key)));
        let is_empty = list.objects.is_empty() && list.lists.is_empty();
        (is_known && is_empty && list.values.as_ref().is_some_and(|text| text.len() < 8)).then(|| Self {
            path: list.path.clone(),
            is_list: true,
            ..Self::default()
        })
    }
}

/// Rejects a file in which a list next to that of the sales has sales too: whether they count is not to be guessed.
/// `others` are the beginnings of such lists, by their key.
pub(super) fn check_others(shape: &Shape, others: &[(Vec<u8>, Vec<u8>)], pass: &Pass<'_>) -> Result<(), ReadError> {
    for (key, list) in others {
        let first = list.iter().position(|&byte| byte == b'{').filter(|&at| list[1..at].trim_ascii().is_empty());
        let Some(object) = first.and_then(|at| Some(&list[at..scan::end(list, at)?])) else { continue };
        if envelope(&[object], pass).0 == Field::REQUIRED.len() {
            return Err(two_lists(&shape.path, std::slice::from_ref(key)));
        }
    }
    Ok(())
}

/// Whether the file has a list for each column, or an object with the numbers of rows as keys, instead of one object for
/// each sale.
fn is_columns(outline: &Outline, head: &[u8], pass: &Pass<'_>) -> bool {
    let [_] = outline.top[..] else { return false };
    let is_numbered = |range: &Range<usize>| {
        let rows: Option<BTreeMap<String, &RawValue>> = serde_json::from_slice(&head[range.clone()]).ok();
        rows.is_some_and(|rows| rows.keys().all(|key| key.bytes().all(|byte| byte.is_ascii_digit())))
    };
    let is_root = |site: &&Site| site.path.is_empty() && site.members.iter().all(is_numbered);
    let lists = outline.sites.iter().filter(|site| site.path.len() == 1 && site.values.is_some());
    let objects = outline.sites.iter().filter(is_root).flat_map(|site| &site.keys);
    let names: BTreeSet<String> =
        lists.map(|site| shown(&site.path)).chain(objects.map(|key| shown(std::slice::from_ref(key)))).collect();
    required(&names.into_iter().collect::<Vec<_>>(), pass) == Field::REQUIRED.len()
}

fn two_lists(first: &[Vec<u8>], second: &[Vec<u8>]) -> ReadError {
    rejected(explain![
        "two lists could be the sales: ",
        quoted(&shown(first)),
        " and ",
        quoted(&shown(second)),
        ". Upload only the one with the sales",
    ])
}

/// Returns keys as people write them.
pub(super) fn shown(path: &[Vec<u8>]) -> String {
    path.iter().map(|key| String::from_utf8_lossy(key)).collect::<Vec<_>>().join(".")
}

/// Whether the first value is a line.
fn is_line(head: &[u8], first: Option<&Range<usize>>) -> bool {
    first.is_some_and(|first| {
        let rest = &head[first.end..];
        let rest = rest.iter().find(|byte| !matches!(byte, b' ' | b'\t' | b'\r' | b','));
        !head[first.clone()].contains(&b'\n') && matches!(rest, None | Some(b'\n'))
    })
}

/// A place that may have the records.
struct Candidate {
    shape: Shape,
    required: usize,
    samples: usize,
}

impl Candidate {
    fn of(site: &Site, outline: &Outline, head: &[u8], pass: &Pass<'_>) -> Option<Self> {
        let shape = Shape { path: site.path.clone(), is_list: site.is_list, ..Shape::default() };
        if !site.objects.is_empty() {
            let samples: Vec<&[u8]> = site.objects.iter().map(|range| &head[range.clone()]).collect();
            let (required, envelope) = envelope(&samples, pass);
            return Some(Self { shape: Shape { envelope, ..shape }, required, samples: samples.len() });
        }
        if !site.path.is_empty() && !site.is_list || site.lists.is_empty() {
            return None;
        }
        // The names are the first list, or in a list next to this one.
        let own = header(&head[site.lists[0].clone()]).map(|names| (names, true));
        let next = outline.sites.iter().filter(|other| {
            other.path.len() == site.path.len()
                && other.path.split_last().map(|(_, path)| path) == site.path.split_last().map(|(_, path)| path)
        });
        let next = next.filter_map(|other| Some((header(&head[other.values.clone()?])?, false)));
        let (required, (header, header_is_record)) =
            own.into_iter().chain(next).map(|names| (required(&names.0, pass), names)).max_by_key(|names| names.0)?;
        let samples = site.lists.len();
        Some(Self { shape: Shape { header, header_is_record, ..shape }, required, samples })
    }

    fn is_complete(&self) -> bool {
        self.required == Field::REQUIRED.len()
    }

    fn rank(&self) -> (usize, usize) {
        (self.required, self.samples)
    }
}

/// Returns the strings of a list of strings.
fn header(list: &[u8]) -> Option<Vec<String>> {
    serde_json::from_slice(list).ok()
}

/// Returns the number of required fields among names.
fn required(names: &[String], pass: &Pass<'_>) -> usize {
    match Layout::resolve(names, pass) {
        Ok(layout) => Field::REQUIRED.into_iter().filter(|&field| layout.place(field).is_some()).count(),
        // Names that could be the same field are explained once the file is read.
        Err(_) => Field::REQUIRED.len(),
    }
}

/// Returns the number of required fields that records have, and the envelope in which they are.
fn envelope(samples: &[&[u8]], pass: &Pass<'_>) -> (usize, Envelope) {
    let own = Envelope::default();
    let records = parsed(samples, &own, pass);
    let mut best = (required(&records.paths.names(), pass), own.clone());
    if best.0 == Field::REQUIRED.len() {
        return best;
    }
    let chains = ENVELOPES.iter().map(|&key| vec![key]);
    let chains = chains.chain(ENVELOPES.iter().flat_map(|&first| ENVELOPES.iter().map(move |&key| vec![first, key])));
    for chain in chains {
        if !records.paths.has(&chain, chain == ["_airbyte_data"]) {
            continue;
        }
        let keys: Vec<String> = chain.iter().map(|&key| key.to_owned()).collect();
        let mut envelope = Envelope { keys, is_complete: false };
        let found = parsed(samples, &envelope, pass).paths;
        let inside = required(&found.names_of(|path: &Path| path.is_inside), pass);
        let all = required(&found.names(), pass);
        envelope.is_complete = inside == Field::REQUIRED.len();
        let count = inside.max(all);
        if count > best.0 || (envelope.is_complete && !best.1.is_complete && count == best.0) {
            best = (count, envelope);
        }
    }
    best
}

/// Parses records as far as they are valid.
fn parsed<'t>(samples: &[&'t [u8]], envelope: &'t Envelope, pass: &'t Pass<'t>) -> Objects<'t> {
    let mut objects = Objects::new(pass, envelope, &[], &[]);
    for sample in samples {
        // A faulty record is reported once the file is read.
        let _ = objects.add(0, sample);
    }
    objects
}
