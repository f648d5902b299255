//! Names by number: a file has few distinct names, so each is cleaned once and rows refer to it by number.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::ops::Range;

use foldhash::fast::RandomState;
use serde::de::IgnoredAny;
use standings_core::explanation::quoted;
use standings_core::{Explanation, explain, name};

use crate::special_words::{is_null_word, is_total_word, subject_of_total};
use crate::values::Words;

/// Maximum bytes of a name as the file has it, invisible characters included. Longer ones would fill the lookup tables.
const MAX_NAME_BYTES: usize = 4_096;

/// The number of a value that is not a name.
pub(crate) const NO_NAME: u32 = u32::MAX;

/// The number of a value that says that its row is a total.
pub(crate) const TOTAL: u32 = u32::MAX - 1;

/// A hash map with a fast, non-cryptographic hasher: three lookups per row are the hot path.
pub(crate) type Map<K, V> = HashMap<K, V, RandomState>;

/// The names of a column.
#[derive(Default)]
pub(crate) struct Names {
    /// The number of each name as the file writes it.
    numbers: Map<String, u32>,
    /// The numbers of names short enough to be compared as one integer, see [`Words::short`].
    short: Map<u128, u32>,
    /// The cleaned names, by number.
    pub(crate) cleaned: Vec<String>,
    /// The folded names, by number: two spellings of one name are the same.
    identities: Vec<String>,
    distinct: HashSet<String>,
    /// The folded names that are known to be totals.
    totals: BTreeSet<String>,
}

impl Names {
    /// Returns no names yet, of which these folded ones are totals.
    pub(crate) fn with_totals(totals: &BTreeSet<String>) -> Self {
        Self { totals: totals.clone(), ..Self::default() }
    }

    /// Looks up the numbers of the names in some rows; [`NO_NAME`] where the value is not a name.
    pub(crate) fn numbers(&mut self, words: Option<&Words>, rows: Range<usize>, numbers: &mut [u32]) {
        let Some(words) = words else { return numbers.fill(self.number("")) };
        for (row, number) in rows.zip(numbers) {
            let short = words.short(row);
            let known = short.and_then(|short| self.short.get(&short));
            *number = known.copied().unwrap_or_else(|| {
                let number = self.number(words.get(row));
                if let Some(short) = short {
                    self.short.insert(short, number);
                }
                number
            });
        }
    }

    fn number(&mut self, raw: &str) -> u32 {
        if let Some(&number) = self.numbers.get(raw) {
            return number;
        }
        match clean(raw) {
            Ok(cleaned) if is_null_word(&cleaned) => self.add(raw.to_owned(), String::new()),
            Ok(cleaned) if self.is_total(&cleaned) => TOTAL,
            Ok(cleaned) => self.add(raw.to_owned(), cleaned.into_owned()),
            Err(_) => NO_NAME,
        }
    }

    /// Whether a name says that its row is a total. "Ana Total" may be somebody's name, unless the file shows the opposite.
    fn is_total(&self, name: &str) -> bool {
        is_total_word(name) && (subject_of_total(name).is_none() || self.totals.contains(&name::fold(name)))
    }

    fn add(&mut self, raw: String, cleaned: String) -> u32 {
        let number = u32::try_from(self.cleaned.len()).unwrap_or(NO_NAME);
        let identity = name::fold(&cleaned);
        if !self.distinct.contains(&identity) {
            self.distinct.insert(identity.clone());
        }
        self.identities.push(identity);
        self.cleaned.push(cleaned);
        self.numbers.insert(raw, number);
        number
    }

    /// Returns the number of a name that another worker has cleaned.
    pub(crate) fn merge(&mut self, cleaned: String) -> u32 {
        self.numbers.get(&cleaned).copied().unwrap_or_else(|| self.add(cleaned.clone(), cleaned))
    }

    /// Returns the number of the empty name.
    pub(crate) fn nameless(&mut self) -> u32 {
        self.number("")
    }

    /// Returns the number of names, however they are spelled.
    pub(crate) fn distinct(&self) -> usize {
        self.distinct.len()
    }

    /// Returns the numbers of the names that may be those of totals, each with the folded name of whose total it would be.
    pub(crate) fn subjects_of_totals(&self) -> HashMap<u32, String> {
        let subject = |(number, name): (u32, &String)| Some((number, subject_of_total(name)?));
        (0..).zip(&self.cleaned).filter_map(subject).collect()
    }

    /// Whether there is a name, folded.
    pub(crate) fn has(&self, identity: &str) -> bool {
        self.distinct.contains(identity)
    }

    /// Returns what identifies a name, however it is spelled.
    pub(crate) fn identity(&self, number: u32) -> &str {
        &self.identities[number as usize]
    }

    /// Returns the smallest spelling of each of these names by code points, by what identifies the name.
    pub(crate) fn smallest_spellings(&self, numbers: impl Iterator<Item = u32>) -> HashMap<&str, &str> {
        let mut spellings: HashMap<&str, &str> = HashMap::new();
        for number in numbers {
            let smallest = spellings.entry(self.identity(number)).or_insert(self.name(number));
            *smallest = self.name(number).min(smallest);
        }
        spellings
    }

    pub(crate) fn name(&self, number: u32) -> &str {
        &self.cleaned[number as usize]
    }
}

/// Explains what is wrong with a value that got [`NO_NAME`].
pub(crate) fn refusal(raw: &str) -> Explanation {
    match clean(raw) {
        Err(NotAName::TooLong) => explain![quoted(raw), " is longer than ", name::MAX_CHARS, " characters"],
        Err(NotAName::Json) => explain![quoted(raw), " is a JSON object or list, not a name"],
        Ok(_) => explain!["cannot be read"],
    }
}

/// Why a value is not a name.
#[derive(Debug)]
enum NotAName {
    TooLong,
    Json,
}

fn clean(raw: &str) -> Result<Cow<'_, str>, NotAName> {
    let cleaned = name::clean(raw);
    if name::is_too_long(&cleaned) || raw.len() > MAX_NAME_BYTES {
        return Err(NotAName::TooLong);
    }
    // Nested values in JSON arrive as their text.
    if cleaned.starts_with(['{', '[']) && serde_json::from_str::<IgnoredAny>(&cleaned).is_ok() {
        return Err(NotAName::Json);
    }
    Ok(cleaned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_that_is_not_a_name_is_explained() {
        assert_eq!(clean(" Ana ").unwrap(), "Ana");
        assert_eq!(refusal(r#"{"a":1}"#).as_str(), r#""{"a":1}" is a JSON object or list, not a name"#);
        let long = format!("[\"{}\"]", "a".repeat(name::MAX_CHARS));
        assert!(refusal(&long).as_str().contains("is longer than"), "its length is explained first");
    }
}
