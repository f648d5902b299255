//! Rosters: everyone of one week, for questions about one person.

use std::collections::BTreeMap;
use std::io::{Read, Write};

use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::contribution::Contribution;
use crate::entry::Entry;
use crate::name;
use crate::report::Report;
use crate::stored::{self, DecodeError};
use crate::week::Week;

/// What the stored form may take: an item of DynamoDB may have 400 KB. That is room for some 20,000 salespeople.
pub const MAX_BYTES: usize = 380 * 1024;

/// No stored form of that size unpacks to more.
const MAX_UNPACKED: u64 = 64 * 1024 * 1024;

/// The company report of a week with everyone in it, and who they are in Slack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Roster {
    /// The report, with all entries; fewer only where they would not fit into an item.
    pub report: Report,
    /// The names of salespeople by their user ids in Slack, where the sales have them.
    pub slack_users: BTreeMap<String, String>,
}

impl Roster {
    /// The roster of a week: a company report that has everyone in it, and the contributions that it comes from.
    #[must_use]
    pub fn of(report: Report, week: &Contribution) -> Self {
        let users = week.people.iter().filter_map(|(name, person)| Some((person.slack_user_id.clone()?, name.clone())));
        Self { report, slack_users: users.collect() }
    }

    /// The roster of a week that nothing was sold in.
    #[must_use]
    pub fn empty(week: Week, currency: &str, computed_at: Timestamp) -> Self {
        Self { report: Report::empty(week, None, currency, computed_at), slack_users: BTreeMap::new() }
    }

    /// The entries whose names have every word of `typed` in them, whatever its case and accents; where one is the
    /// name that was typed, that one alone.
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

    /// The entry of whoever has this user id in Slack, as far as the sales say.
    #[must_use]
    pub fn of_user(&self, user_id: &str) -> Option<&Entry> {
        let name = self.slack_users.get(user_id)?;
        self.report.entries.iter().find(|entry| entry.name == *name)
    }

    /// The key of the roster of `week`.
    #[must_use]
    pub fn key(week: Week) -> String {
        format!("{week}#roster")
    }

    /// The key of the copy of the latest roster.
    #[must_use]
    pub fn latest_key() -> String {
        "latest#roster".to_owned()
    }

    /// The stored form, compressed: at most [`MAX_BYTES`]. Where it would be more, those who sold least are left out.
    ///
    /// # Errors
    ///
    /// None in practice: every field has a form in JSON, and memory can be written to.
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
            let kept: std::collections::HashSet<&str> = roster.report.entries.iter().map(|e| e.name.as_str()).collect();
            roster.slack_users.retain(|_, name| kept.contains(name.as_str()));
        }
    }

    /// Reads the stored form.
    ///
    /// # Errors
    ///
    /// Where it is damaged, or newer than this code.
    pub fn decode(packed: &[u8]) -> Result<Self, DecodeError> {
        let mut text = Vec::new();
        DeflateDecoder::new(packed).take(MAX_UNPACKED).read_to_end(&mut text)?;
        stored::decode(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contribution::{Person, Tally, WeekLedger};
    use crate::decimal::Decimal;
    use crate::week_reports::WeekReports;

    fn roster(people: u32) -> Roster {
        let mut ledger = WeekLedger::default();
        for i in 0..people {
            let amount = Decimal::from_ten_thousandths(i128::from(i).pow(3) * 7919 % 10_000_000_000);
            let teams = [("EMEA".to_owned(), Tally { amount, deals: u64::from(i % 17), units: Decimal::ZERO })].into();
            let slack_user_id = (i % 2 == 0).then(|| format!("U{i:08X}"));
            let person = Person { deals: u64::from(i % 17), teams, slack_user_id };
            let name = format!("{:x} Person {i}", u64::from(i).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32);
            ledger.total.people.insert(name, person);
        }
        let week = "2026-W47".parse().unwrap();
        WeekReports::compute(week, &ledger, &WeekLedger::default(), "USD", Timestamp::UNIX_EPOCH).roster
    }

    #[test]
    fn a_roster_has_everyone_and_comes_back_from_its_stored_form() {
        let roster = roster(300);
        assert_eq!((roster.report.entries.len(), roster.report.salespeople, roster.slack_users.len()), (300, 300, 150));
        assert_eq!(Roster::decode(&roster.encode().unwrap()).unwrap(), roster);
        assert!(matches!(Roster::decode(b"rubbish"), Err(DecodeError::Packed(_) | DecodeError::Damaged(_))));
    }

    #[test]
    fn a_part_of_a_name_finds_it() {
        let mut roster = roster(0);
        for name in ["Ana Lima", "Ana Lima Souza", "José Núñez", "Bo"] {
            roster.report.entries.push(Entry::new(name, "", Tally::default()));
        }
        roster.slack_users.insert("U1".to_owned(), "Bo".to_owned());
        let found = |typed: &str| roster.find(typed).into_iter().map(|e| e.name.as_str()).collect::<Vec<_>>();
        assert_eq!(found("ana lima"), ["Ana Lima"]);
        assert_eq!(found("lima ana"), ["Ana Lima", "Ana Lima Souza"]);
        assert_eq!(found("JOSE nun"), ["José Núñez"]);
        assert_eq!(found("nobody"), [""; 0]);
        assert_eq!(found(" "), [""; 0]);
        assert_eq!(roster.of_user("U1").map(|e| e.name.as_str()), Some("Bo"));
        assert_eq!(roster.of_user("U2"), None);
    }

    #[test]
    fn a_roster_that_would_not_fit_keeps_the_best() {
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
