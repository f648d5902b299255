//! Paths: the keys of a record and of the objects in it, and the name by which each is looked up.

use crate::columns::{Field, Layout, Role, is_id};
use crate::names::Map;
use crate::pass::Pass;

/// Maximum distinct paths that are considered. Objects whose keys are data (ids, dates) would fill the memory.
const MAX_PATHS: usize = 10_000;

/// Maximum keys on a path.
const MAX_DEPTH: usize = 5;

/// Where the fields of a record are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Envelope {
    /// The keys that lead to the object with the fields; empty if the record has them itself.
    pub(super) keys: Vec<String>,
    /// Whether that object has all required fields, so that a date or amount around it is another one.
    pub(super) is_complete: bool,
}

/// A key in an object.
#[allow(clippy::struct_excessive_bools, reason = "each is a property of its own")]
pub(super) struct Path {
    /// Its keys, joined with points. Those of the envelope are left out.
    pub(super) text: String,
    /// The name by which its column is known: that of the object that has it, for the parts of a person or amount.
    pub(super) name: String,
    /// Its place among the paths of the same name: values of a lower one take precedence.
    pub(super) rank: usize,
    /// Its place among the columns that are kept.
    pub(super) column: Option<usize>,
    /// Whether an object here is looked into.
    pub(super) is_open: bool,
    /// Whether this is the end of the envelope.
    pub(super) is_envelope: bool,
    /// Whether it is within the envelope.
    pub(super) is_inside: bool,
    /// Whether it is the former state of a row, next to the envelope `after`.
    is_before: bool,
    children: Map<String, usize>,
    depth: usize,
    /// The number of the envelope's keys that lead here, if these are all its keys.
    on_way: Option<usize>,
}

/// The paths of a chunk.
pub(super) struct Paths<'r> {
    pass: &'r Pass<'r>,
    envelope: &'r Envelope,
    wanted: &'r [String],
    pub(super) all: Vec<Path>,
    /// The path of each column that is kept.
    pub(super) of_columns: Vec<usize>,
}

/// The rank of an id that a row had before a change.
const RANK_BEFORE: usize = 1_000;

/// The path of the record itself.
pub(super) const ROOT: usize = 0;

impl Path {
    pub(super) fn has_children(&self) -> bool {
        !self.children.is_empty()
    }
}

impl<'r> Paths<'r> {
    /// Returns no paths yet. `wanted` are names that are kept though they mean nothing by themselves.
    pub(super) fn new(pass: &'r Pass<'r>, envelope: &'r Envelope, wanted: &'r [String]) -> Self {
        let root = Path {
            text: String::new(),
            name: String::new(),
            rank: 0,
            column: None,
            is_open: true,
            is_envelope: false,
            is_inside: envelope.keys.is_empty(),
            is_before: false,
            children: Map::default(),
            depth: 0,
            on_way: Some(0),
        };
        Self { pass, envelope, wanted, all: vec![root], of_columns: Vec::new() }
    }

    /// Returns the path of a key in the object at `parent`, or `None` if there are too many.
    pub(super) fn child(&mut self, parent: usize, key: &str) -> Option<usize> {
        if let Some(&child) = self.all[parent].children.get(key) {
            return Some(child);
        }
        if self.all.len() > MAX_PATHS {
            return None;
        }
        let path = self.path(&self.all[parent], key);
        let child = self.all.len();
        if path.column.is_some() {
            self.of_columns.push(child);
        }
        self.all.push(path);
        self.all[parent].children.insert(key.to_owned(), child);
        Some(child)
    }

    fn path(&self, parent: &Path, key: &str) -> Path {
        let on_way = parent
            .on_way
            .filter(|&matched| self.envelope.keys.get(matched).is_some_and(|wanted| wanted == key))
            .map(|matched| matched + 1);
        if let Some(matched) = on_way {
            let is_envelope = matched == self.envelope.keys.len();
            return Path {
                text: String::new(),
                name: String::new(),
                rank: 0,
                column: None,
                is_open: true,
                is_envelope,
                is_inside: is_envelope,
                is_before: false,
                children: Map::default(),
                depth: 0,
                on_way,
            };
        }
        let text = if parent.text.is_empty() { key.to_owned() } else { format!("{}.{key}", parent.text) };
        let is_before = key == "before" && self.is_next_to_after(parent);
        let (name, rank) = match self.name(&text, parent, key) {
            // A row that was deleted has nothing after it, so its id is that before.
            _ if parent.is_before && is_id(key) => (key.to_owned(), RANK_BEFORE),
            found => found,
        };
        let hidden = !parent.is_inside
            && self.envelope.is_complete
            && matches!(self.role(&name), Some(Role::Field(field, _)) if Field::REQUIRED.contains(&field));
        let kept = !hidden && (self.role(&name).is_some() || self.wanted.contains(&name));
        Path {
            column: kept.then_some(self.of_columns.len()),
            is_open: parent.depth + 1 < MAX_DEPTH,
            is_envelope: false,
            is_inside: parent.is_inside,
            is_before,
            children: Map::default(),
            depth: parent.depth + 1,
            on_way: None,
            text,
            // A hidden column has no name, so that it is not taken for a second one.
            name: if hidden { String::new() } else { name },
            rank,
        }
    }

    /// Whether the key `after` in an object is the last one of the envelope.
    fn is_next_to_after(&self, parent: &Path) -> bool {
        let Some((last, way)) = self.envelope.keys.split_last() else { return false };
        last == "after" && parent.on_way == Some(way.len())
    }

    /// Returns the name of a path, and its rank among those of the same name.
    fn name(&self, text: &str, parent: &Path, key: &str) -> (String, usize) {
        let own = self.role(text);
        // `salesperson.name` is also a synonym. Only a path that the settings name is a column of its own.
        let is_part = own.is_none() || (own == self.role(&parent.name) && !self.pass.reading.columns.contains(text));
        if !parent.name.is_empty() && is_part {
            let key: String = key.chars().filter(char::is_ascii_alphanumeric).collect();
            let key = key.to_ascii_lowercase();
            let role = self.role(&parent.name);
            let place = |words: &[&str]| words.iter().position(|&word| word == key);
            if let Some(place) = role.as_ref().and_then(|role| place(part_words(role))) {
                return (parent.name.clone(), parent.rank * 10 + place + 1);
            }
            if matches!(role, Some(Role::Field(Field::Amount, _))) && place(CURRENCY_WORDS).is_some() {
                return (Field::Currency.name().to_owned(), 1);
            }
        }
        (text.to_owned(), 0)
    }

    /// Returns what a column of this name is read for.
    fn role(&self, name: &str) -> Option<Role> {
        role_of(name, self.pass)
    }

    /// Whether an object was met at the end of these keys, or anything at all if `any`.
    pub(super) fn has(&self, keys: &[&str], any: bool) -> bool {
        let mut at = ROOT;
        for &key in keys {
            let Some(&child) = self.all[at].children.get(key) else { return false };
            at = child;
        }
        any || !self.all[at].children.is_empty()
    }

    /// Returns the names of all paths without objects, in ascending order, each once.
    pub(super) fn names(&self) -> Vec<String> {
        self.names_of(|_| true)
    }

    /// Returns the names of some paths.
    pub(super) fn names_of(&self, wanted: impl Fn(&Path) -> bool) -> Vec<String> {
        let paths = self.all.iter().filter(|path| !path.name.is_empty() && wanted(path));
        let mut names: Vec<String> = paths
            .filter(|path| path.children.is_empty() || path.column.is_some())
            .map(|path| path.name.clone())
            .collect();
        names.sort_unstable();
        names.dedup();
        names
    }
}

fn role_of(name: &str, pass: &Pass<'_>) -> Option<Role> {
    let layout = Layout::resolve(&[name], pass).ok()?;
    layout.roles().into_iter().next().map(|(role, _)| role)
}

const CURRENCY_WORDS: &[&str] = &["currency", "currencycode", "currencyisocode"];

/// The keys under which an object has the value that a column of this role is about. Those of one letter are of
/// `DynamoDB`.
const fn part_words(role: &Role) -> &'static [&'static str] {
    match role {
        Role::LastName => &["value", "s"],
        Role::Field(Field::Salesperson | Field::Team, _) => &["name", "fullname", "displayname", "label", "value", "s"],
        // Those with a dollar sign are of MongoDB.
        Role::Field(Field::Amount | Field::Quantity, _) => {
            &["value", "amount", "numberdecimal", "numberlong", "numberint", "numberdouble", "n", "s"]
        }
        Role::Field(Field::SoldAt, _) => &["date", "datetime", "value", "numberlong", "s", "n"],
        Role::Field(Field::OrderId, _) => &["id", "number", "value", "s", "n"],
        Role::Field(Field::Currency, _) => &["code", "isocode", "value", "s"],
        Role::Field(Field::SaleId, _) => &["oid", "value", "s", "n"],
        Role::Field(Field::SlackUserId, _) => &["id", "value"],
        Role::Gate(_) => &["name", "label", "displayname", "value", "s", "n", "bool"],
    }
}
