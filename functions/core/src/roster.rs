//! Rosters: all salespeople of one period, for commands about one person.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::{Read, Write};

use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::contribution::Contribution;
use crate::entry::Entry;
use crate::name;
use crate::period::Period;
use crate::report::Report;
use crate::stored::{self, DecodeError};

/// Letters from which on a typed word may be inside a word of a name. `mid` is in Schmidt, and `um` in Summer.
const MIN_INSIDE: usize = 4;

/// Letters from which on a typed word may be the beginning of a word. Fewer are an initial next to a longer word, or a whole one.
const MIN_BEGINNING: usize = 3;

/// Maximum size of an item. DynamoDB items are limited to 400 KB including the key; 380 KB hold about 20,000 salespeople.
const MAX_BYTES: usize = 380 * 1024;

/// Maximum number of parts.
const MAX_PARTS: u32 = 64;

/// Maximum size of a decompressed roster, which bounds the memory that a damaged item can take (a decompression bomb).
const MAX_UNPACKED: u64 = 64 * 1024 * 1024;

/// The company report of a period with the entries of all salespeople, and their Slack user ids.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Roster {
    /// Company report with all entries, or the best if the roster is split.
    pub report: Report,
    /// Names of salespeople by Slack user id, as far as the sales contain ids.
    pub slack_users: BTreeMap<String, String>,
    /// Number of parts that the entries are split into, a power of two, if they do not fit into one item. The report then
    /// has only the best entries.
    #[serde(default)]
    pub parts: u32,
}

/// A part of a roster that does not fit into one item.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RosterPart {
    /// Entries of the people whose folded names belong to this part.
    entries: Vec<Entry>,
    /// Entries of the people whose Slack user ids belong to this part, by id.
    slack_users: BTreeMap<String, Entry>,
}

impl Roster {
    /// Returns the roster of a period, from a company report with all entries and the contributions that it was computed
    /// from.
    #[must_use]
    pub fn of(report: Report, total: &Contribution) -> Self {
        let users =
            total.people.iter().filter_map(|(name, person)| Some((person.slack_user_id.clone()?, name.clone())));
        Self { report, slack_users: users.collect(), parts: 0 }
    }

    /// Returns the roster of a period without sales.
    #[must_use]
    pub fn empty(period: Period, currency: &str, computed_at: Timestamp) -> Self {
        Self { report: Report::empty(period, None, currency, computed_at), slack_users: BTreeMap::new(), parts: 0 }
    }

    /// Returns the entries that match a typed name, ignoring case, accents and punctuation: those with exactly these words in
    /// any order; or else those with a word that starts with each typed one; or else those that contain each typed word. Few
    /// letters are in many names, so these have to be at the start of a word. A name that is written in the same way is
    /// returned alone.
    #[must_use]
    pub fn find(&self, typed: &str) -> Vec<&Entry> {
        let entries = &self.report.entries;
        let folded = name::fold(typed);
        if let Some(entry) = entries.iter().find(|entry| name::fold(&entry.name) == folded) {
            return vec![entry];
        }
        let typed = name::words(typed);
        if typed.is_empty() {
            return Vec::new();
        }
        let named: Vec<(&Entry, Vec<String>)> = entries.iter().map(|entry| (entry, name::words(&entry.name))).collect();
        let sorted = |words: &[String]| {
            let mut words = words.to_vec();
            words.sort_unstable();
            words
        };
        let sorted_typed = sorted(&typed);
        let is_same = |words: &[String]| words.len() == typed.len() && sorted(words) == sorted_typed;
        let is_long = |part: &str| part.len() >= MIN_BEGINNING || !part.is_ascii();
        let has_long = typed.iter().any(|part| is_long(part));
        let starts = |words: &[String]| {
            typed
                .iter()
                .all(|part| words.iter().any(|word| if has_long { word.starts_with(part) } else { word == part }))
        };
        // In "annalena" two words of a name are typed as one.
        let starts_joined = |words: &[String], part: &str| {
            is_long(part) && (0..words.len()).any(|at| words[at..].concat().starts_with(part))
        };
        let is_inside = |words: &[String], part: &str| {
            (part.len() >= MIN_INSIDE || !part.is_ascii()) && words.iter().any(|word| word.contains(part))
        };
        let contains = |words: &[String]| typed.iter().all(|part| starts_joined(words, part) || is_inside(words, part));
        let matching = |rule: &dyn Fn(&[String]) -> bool| {
            named.iter().filter(|(_, words)| rule(words)).map(|(entry, _)| *entry).collect::<Vec<_>>()
        };
        let mut found = matching(&is_same);
        if found.is_empty() {
            found = matching(&starts);
        }
        if found.is_empty() {
            found = matching(&contains);
        }
        found
    }

    /// Returns the entry of the person with this Slack user id, if the sales contain it.
    #[must_use]
    pub fn of_user(&self, user_id: &str) -> Option<&Entry> {
        let name = self.slack_users.get(user_id)?;
        self.report.entries.iter().find(|entry| entry.name == *name)
    }

    /// Returns the key of the roster of `period` in the reports table.
    #[must_use]
    pub fn key(period: Period) -> String {
        format!("{period}#roster")
    }

    /// Returns the key of the copy of the latest roster.
    #[must_use]
    pub fn latest_key() -> String {
        "latest#roster".to_owned()
    }

    /// Returns the key of a part of the roster of `period`, or of the latest one.
    #[must_use]
    pub fn part_key(period: Option<Period>, part: u32) -> String {
        period.map_or_else(Self::latest_key, Self::key) + &format!("#{part}")
    }

    /// Returns the part with a person, by any spelling of the name; `None` if the roster is not split.
    #[must_use]
    pub fn part_of_name(&self, name: &str) -> Option<u32> {
        (self.parts > 0).then(|| name::part_of(&name::fold(name), self.parts))
    }

    /// Returns the part with a Slack user; `None` if the roster is not split.
    #[must_use]
    pub fn part_of_user(&self, user_id: &str) -> Option<u32> {
        (self.parts > 0).then(|| name::part_of(user_id, self.parts))
    }

    /// Adds the entries of a part that the roster does not have yet.
    pub fn add(&mut self, part: RosterPart) {
        let of_users = part.slack_users.into_iter().map(|(user_id, entry)| {
            self.slack_users.insert(user_id, entry.name.clone());
            entry
        });
        let added: Vec<Entry> = of_users.chain(part.entries).collect();
        let mut known: HashSet<String> = self.report.entries.iter().map(|entry| entry.name.clone()).collect();
        self.report.entries.extend(added.into_iter().filter(|entry| known.insert(entry.name.clone())));
        self.report.entries.sort_by(|a, b| (a.rank, &a.name).cmp(&(b.rank, &b.name)));
    }

    /// Returns the stored form, compressed: one item of at most 380 KB, or if that is not enough one with the best
    /// entries and the number of parts, and after it the parts.
    ///
    /// # Errors
    ///
    /// If there are more people than 64 parts hold, about a million.
    pub fn encode_all(&self) -> std::io::Result<Vec<Vec<u8>>> {
        let whole = packed(&Self { parts: 0, ..self.clone() })?;
        if whole.len() <= MAX_BYTES {
            return Ok(vec![whole]);
        }
        // Entries of people with a Slack user id are in two parts.
        let needed = u32::try_from(2 * whole.len().div_ceil(MAX_BYTES)).unwrap_or(u32::MAX);
        let mut parts = needed.next_power_of_two();
        while parts <= MAX_PARTS {
            let split = self.split(parts).iter().map(packed).collect::<std::io::Result<Vec<_>>>()?;
            if split.iter().all(|part| part.len() <= MAX_BYTES) {
                let mut report = self.report.clone();
                report.keep_the_best();
                let base = packed(&Self { report, slack_users: BTreeMap::new(), parts })?;
                return Ok(std::iter::once(base).chain(split).collect());
            }
            parts *= 2;
        }
        Err(std::io::Error::other("the roster has too many people"))
    }

    /// Splits the entries into as many parts, by names and by Slack user ids.
    fn split(&self, parts: u32) -> Vec<RosterPart> {
        let mut split = vec![RosterPart::default(); parts as usize];
        let mut by_name: HashMap<&str, &Entry> = HashMap::new();
        for entry in &self.report.entries {
            by_name.insert(&entry.name, entry);
            split[name::part_of(&name::fold(&entry.name), parts) as usize].entries.push(entry.clone());
        }
        for (user_id, name) in &self.slack_users {
            if let Some(&entry) = by_name.get(name.as_str()) {
                let part = &mut split[name::part_of(user_id, parts) as usize];
                part.slack_users.insert(user_id.clone(), entry.clone());
            }
        }
        split
    }

    /// Parses the stored form.
    ///
    /// # Errors
    ///
    /// If it is damaged or has a newer version than this code.
    pub fn decode(packed: &[u8]) -> Result<Self, DecodeError> {
        unpacked(packed)
    }
}

impl RosterPart {
    /// Parses the stored form.
    ///
    /// # Errors
    ///
    /// If it is damaged or has a newer version than this code.
    pub fn decode(packed: &[u8]) -> Result<Self, DecodeError> {
        unpacked(packed)
    }
}

fn packed<T: Serialize>(value: &T) -> std::io::Result<Vec<u8>> {
    let text = stored::encode(value)?;
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text.as_bytes())?;
    encoder.finish()
}

fn unpacked<T: DeserializeOwned>(packed: &[u8]) -> Result<T, DecodeError> {
    let mut text = Vec::new();
    DeflateDecoder::new(packed).take(MAX_UNPACKED).read_to_end(&mut text)?;
    stored::decode(&text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contribution::{Person, Tally};
    use crate::decimal::Decimal;
    use crate::ranking::Rankings;

    fn roster(people: u32) -> Roster {
        let mut total = Contribution::default();
        for i in 0..people {
            let amount = Decimal::from_ten_thousandths(i128::from(i).pow(3) * 7919 % 10_000_000_000);
            let teams = [("EMEA".to_owned(), Tally { amount, deals: u64::from(i % 17), units: Decimal::ZERO })].into();
            let slack_user_id = (i % 2 == 0).then(|| format!("U{i:08X}"));
            let person = Person { deals: u64::from(i % 17), teams, slack_user_id };
            let name = format!("{:x} Person {i}", u64::from(i).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32);
            total.people.add(&name, 1, person);
        }
        let entries = Rankings::of(&total, &Contribution::default()).company.entries;
        let empty = Report::empty("2026-W47".parse().unwrap(), None, "USD", Timestamp::UNIX_EPOCH);
        Roster::of(Report { entries, salespeople: people, ..empty }, &total)
    }

    #[test]
    fn a_roster_contains_everyone_and_its_stored_form_round_trips() {
        let roster = roster(300);
        assert_eq!((roster.report.entries.len(), roster.report.salespeople, roster.slack_users.len()), (300, 300, 150));
        assert_eq!(Roster::decode(&roster.encode_all().unwrap()[0]).unwrap(), roster);
        assert!(matches!(Roster::decode(b"rubbish"), Err(DecodeError::Packed(_) | DecodeError::Damaged(_))));
    }

    #[test]
    fn people_are_found_by_part_of_a_name_and_by_slack_user_id() {
        let mut roster = roster(0);
        for name in ["Ana Lima", "Ana Lima Souza", "José Núñez", "Siobhán O\u{2019}Neill", "Bo"] {
            roster.report.entries.push(Entry::new(name, "", Tally::default()));
        }
        roster.slack_users.insert("U1".to_owned(), "Bo".to_owned());
        let found = |typed: &str| roster.find(typed).into_iter().map(|e| e.name.as_str()).collect::<Vec<_>>();
        assert_eq!(found("ana lima"), ["Ana Lima"]);
        assert_eq!(found("Lima, Ana."), ["Ana Lima"]);
        assert_eq!(found("lim an"), ["Ana Lima", "Ana Lima Souza"]);
        assert_eq!(found("oza"), [""; 0]);
        assert_eq!(found("ouza"), ["Ana Lima Souza"]);
        assert_eq!(found("JOSE nun"), ["José Núñez"]);
        for typed in ["siobhan o'neill", "siobhan oneill", "O`Neill"] {
            assert_eq!(found(typed), ["Siobhán O\u{2019}Neill"], "{typed}");
        }
        assert_eq!(found("nobody"), [""; 0]);
        assert_eq!(found(" "), [""; 0]);
        assert_eq!(roster.of_user("U1").map(|e| e.name.as_str()), Some("Bo"));
        assert_eq!(roster.of_user("U2"), None);
    }

    #[test]
    fn a_roster_of_any_size_has_everyone_in_one_part_of_it() {
        let roster = roster(60_000);
        let items = roster.encode_all().unwrap();
        assert!(items.iter().all(|item| item.len() <= MAX_BYTES));
        let base = Roster::decode(&items[0]).unwrap();
        assert_eq!((base.parts as usize, base.report.salespeople), (items.len() - 1, 60_000));
        assert!(base.report.entries.len() <= 300 && base.report.entries[0] == roster.report.entries[0]);
        let with = |part: Option<u32>| {
            let mut found = base.clone();
            found.add(RosterPart::decode(&items[1 + part.unwrap() as usize]).unwrap());
            found
        };
        let last = roster.report.entries.last().unwrap();
        assert_eq!(with(base.part_of_name(&last.name.to_uppercase())).find(&last.name), [last]);
        let (user_id, name) = roster.slack_users.iter().next_back().unwrap();
        assert_eq!(with(base.part_of_user(user_id)).of_user(user_id).map(|entry| &entry.name), Some(name));
        let mut all = base.clone();
        items[1..].iter().for_each(|part| all.add(RosterPart::decode(part).unwrap()));
        assert_eq!((all.report.entries, all.slack_users), (roster.report.entries, roster.slack_users));
        assert_eq!(self::roster(9).part_of_name("Ana"), None);
    }
}
