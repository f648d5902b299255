//! Rosters: all salespeople of one period, for commands about one person.

use std::collections::{BTreeMap, HashSet};
use std::io::{Read, Write};

use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::contribution::Contribution;
use crate::entry::Entry;
use crate::name;
use crate::period::Period;
use crate::report::Report;
use crate::stored::{self, DecodeError};

/// Maximum size of the stored form. DynamoDB items are limited to 400 KB including the key; 380 KB hold about 20,000
/// salespeople.
pub const MAX_BYTES: usize = 380 * 1024;

/// Maximum size of a decompressed roster, which bounds the memory that a damaged item can take (a decompression bomb).
const MAX_UNPACKED: u64 = 64 * 1024 * 1024;

/// The company report of a period with the entries of all salespeople, and their Slack user ids.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Roster {
    /// Company report with all entries, or with as many as fit into an item.
    pub report: Report,
    /// Names of salespeople by Slack user id, as far as the sales contain ids.
    pub slack_users: BTreeMap<String, String>,
}

impl Roster {
    /// Returns the roster of a period, from a company report with all entries and the contributions that it was computed
    /// from.
    #[must_use]
    pub fn of(report: Report, total: &Contribution) -> Self {
        let users =
            total.people.iter().filter_map(|(name, person)| Some((person.slack_user_id.clone()?, name.clone())));
        Self { report, slack_users: users.collect() }
    }

    /// Returns the roster of a period without sales.
    #[must_use]
    pub fn empty(period: Period, currency: &str, computed_at: Timestamp) -> Self {
        Self { report: Report::empty(period, None, currency, computed_at), slack_users: BTreeMap::new() }
    }

    /// Returns the entries that match a typed name. An exact match, ignoring case and spacing, is returned alone;
    /// otherwise the entries whose names contain every word of `typed`, ignoring case and accents.
    #[must_use]
    pub fn find(&self, typed: &str) -> Vec<&Entry> {
        let entries = &self.report.entries;
        let folded = name::fold(typed);
        if let Some(entry) = entries.iter().find(|entry| name::fold(&entry.name) == folded) {
            return vec![entry];
        }
        let plain = name::plain(typed);
        let words: Vec<&str> = plain.split(' ').filter(|word| !word.is_empty()).collect();
        let has_all = |entry: &&Entry| {
            let name = name::plain(&entry.name);
            words.iter().all(|word| name.contains(word))
        };
        if words.is_empty() { Vec::new() } else { entries.iter().filter(has_all).collect() }
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

    /// Returns the stored form.
    ///
    /// # Errors
    ///
    /// See [`encode`](Self::encode).
    pub fn encode_all(&self) -> std::io::Result<Vec<Vec<u8>>> {
        Ok(vec![self.encode()?])
    }

    /// Returns the stored form, which is compressed and at most [`MAX_BYTES`] long. If it would be longer, the entries
    /// with the lowest amounts are dropped, a fifth at a time.
    ///
    /// # Errors
    ///
    /// None in practice: every field has a JSON representation, and writing to memory does not fail.
    pub fn encode(&self) -> std::io::Result<Vec<u8>> {
        let mut roster = self.clone();
        loop {
            let text = stored::encode(&roster)?;
            let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
            encoder.write_all(text.as_bytes())?;
            let packed = encoder.finish()?;
            if packed.len() <= MAX_BYTES {
                return Ok(packed);
            }
            roster.report.entries.truncate(roster.report.entries.len() * 4 / 5);
            let kept: HashSet<&str> = roster.report.entries.iter().map(|entry| entry.name.as_str()).collect();
            roster.slack_users.retain(|_, name| kept.contains(name.as_str()));
        }
    }

    /// Parses the stored form.
    ///
    /// # Errors
    ///
    /// If it is damaged or has a newer version than this code.
    pub fn decode(packed: &[u8]) -> Result<Self, DecodeError> {
        let mut text = Vec::new();
        DeflateDecoder::new(packed).take(MAX_UNPACKED).read_to_end(&mut text)?;
        stored::decode(&text)
    }
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
        assert_eq!(Roster::decode(&roster.encode().unwrap()).unwrap(), roster);
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
        assert_eq!(found("lima ana"), ["Ana Lima", "Ana Lima Souza"]);
        assert_eq!(found("JOSE nun"), ["José Núñez"]);
        assert_eq!(found("siobhan o'neill"), ["Siobhán O\u{2019}Neill"]);
        assert_eq!(found("nobody"), [""; 0]);
        assert_eq!(found(" "), [""; 0]);
        assert_eq!(roster.of_user("U1").map(|e| e.name.as_str()), Some("Bo"));
        assert_eq!(roster.of_user("U2"), None);
    }

    #[test]
    fn a_roster_that_is_too_large_keeps_the_highest_amounts() {
        let roster = roster(40_000);
        let packed = roster.encode().unwrap();
        assert!(packed.len() <= MAX_BYTES);
        let stored = Roster::decode(&packed).unwrap();
        let kept = stored.report.entries.len();
        assert!((5_000..40_000).contains(&kept), "{kept}");
        assert_eq!(stored.report.entries[..], roster.report.entries[..kept]);
        assert_eq!(stored.report.salespeople, 40_000);
    }
}
