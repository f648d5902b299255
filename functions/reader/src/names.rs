//! Names by number: a file names the same few again and again.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use foldhash::fast::RandomState;
use serde::de::IgnoredAny;
use standings_core::name;

use crate::values::{Words, shown};

/// A name of more bytes than this, whatever is invisible in it, is not kept to be compared.
const MAX_NAME_BYTES: usize = 4_096;

/// The number of what is no name.
pub(crate) const NO_NAME: u32 = u32::MAX;

/// Each row is looked up three times.
pub(crate) type Map<K, V> = HashMap<K, V, RandomState>;

/// The names of a column.
#[derive(Default)]
pub(crate) struct Names {
    /// By the name as it stands in the file, the short ones as one number.
    numbers: Map<String, u32>,
    short: Map<u128, u32>,
    /// By number: the cleaned name.
    pub(crate) cleaned: Vec<String>,
}

impl Names {
    /// The numbers of the names in some rows; [`NO_NAME`] for what is none.
    pub(crate) fn numbers(&mut self, words: Option<&Words>, rows: Range<usize>, numbers: &mut [u32]) {
        let Some(words) = words else { return numbers.fill(self.number("")) };
        for (row, number) in rows.zip(numbers) {
            let short = words.short(row);
            let known = short.and_then(|short| self.short.get(&short));
            *number = known.copied().unwrap_or_else(|| {
                let number = self.number(words.get(row));
                self.short.extend(short.map(|short| (short, number)));
                number
            });
        }
    }

    fn number(&mut self, raw: &str) -> u32 {
        if let Some(&number) = self.numbers.get(raw) {
            return number;
        }
        let cleaned = clean(raw);
        cleaned.map_or(NO_NAME, |cleaned| self.add(raw.to_owned(), cleaned.into_owned()))
    }

    fn add(&mut self, raw: String, cleaned: String) -> u32 {
        let number = u32::try_from(self.cleaned.len()).unwrap_or(NO_NAME);
        self.cleaned.push(cleaned);
        self.numbers.insert(raw, number);
        number
    }

    /// The number of a name that another worker has cleaned.
    pub(crate) fn take(&mut self, cleaned: String) -> u32 {
        self.numbers.get(&cleaned).copied().unwrap_or_else(|| self.add(cleaned.clone(), cleaned))
    }

    pub(crate) fn name(&self, number: u32) -> &str {
        &self.cleaned[number as usize]
    }
}

/// What is wrong with a name as it stands in the file, if anything.
pub(crate) fn refusal(raw: &str) -> Option<String> {
    clean(raw).err()
}

/// The cleaned name, or what is wrong with it.
fn clean(raw: &str) -> Result<Cow<'_, str>, String> {
    let cleaned = name::clean(raw);
    if name::is_too_long(&cleaned) || raw.len() > MAX_NAME_BYTES {
        return Err(format!("{} is longer than {} characters", shown(raw), name::MAX_CHARS));
    }
    // What JSON holds as an object arrives as its text.
    if cleaned.starts_with(['{', '[']) && serde_json::from_str::<IgnoredAny>(&cleaned).is_ok() {
        return Err(format!("{} is no name but an object or a list", shown(raw)));
    }
    Ok(cleaned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_name_says_why() {
        assert_eq!(refusal(" Ana "), None);
        assert_eq!(refusal(r#"{"a":1}"#).unwrap(), r#""{"a":1}" is no name but an object or a list"#);
        let long = format!("[\"{}\"]", "a".repeat(name::MAX_CHARS));
        assert!(refusal(&long).unwrap().contains("is longer than"), "its length comes first");
    }
}
