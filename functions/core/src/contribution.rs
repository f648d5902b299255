//! Contributions of sales files to segments, and their sums.

use std::collections::BTreeMap;
use std::ops::AddAssign;

use jiff::civil::Date;
use serde::{Deserialize, Serialize, Serializer};

use crate::decimal::Decimal;
use crate::name;
use crate::people::People;

/// The part of the sales of one [segment](crate::Segment) that comes from one sales file, or the sum of several such
/// parts.
///
/// Addition (`+=`) is associative and commutative, so the contributions of a segment can be merged in any order. Nothing
/// is ever subtracted: when a file changes, its contribution is replaced and the segment is summed again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contribution {
    /// Sums per salesperson.
    pub people: People,
    /// Number of rows that were counted.
    pub rows: u64,
    /// Number of skipped rows whose date could be read.
    #[serde(default)]
    pub skipped_rows: u64,
    /// Number of skipped rows whose date could not be read. They may belong to any segment, so every segment of the file
    /// includes them.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub undated_rows: u64,
    /// Amounts per day and team, so that a running period can be compared with the same days of the one before.
    #[serde(default)]
    pub days: BTreeMap<Date, BTreeMap<String, Decimal>>,
}

/// The sums of one salesperson.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Number of deals over all teams. An order that spans two teams is one deal here and one in each team.
    pub deals: u64,
    /// Sums per team, by the team's name. Sales without a team have the empty name.
    pub teams: BTreeMap<String, Tally>,
    /// Slack user id, if the sales contain one. The highest of several is kept, which makes merging commutative.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slack_user_id: Option<String>,
}

/// A sum of sales. It is stored as an array of its fields, and was stored as an object.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Tally {
    /// Exact amount in the organization's currency.
    pub amount: Decimal,
    /// Number of deals: distinct orders if the file has order ids, else rows.
    pub deals: u64,
    /// Units sold.
    pub units: Decimal,
}

/// The sum of all contributions to a segment, or to the segments of a period.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerSum {
    /// Sum of the contributions.
    pub total: Contribution,
    /// Number of files with rows. A file with rows in several segments counts in each, so the sum of a period has the
    /// number of the segment with most files: the period has at least as many.
    #[serde(default)]
    pub files: u32,
    /// Number of rejected files that were uploaded in it. Their rows are missing from the sum.
    #[serde(default)]
    pub rejected_files: u32,
}

impl LedgerSum {
    /// Adds the sum of another shard of the same segment: other files, the same days.
    pub fn add_shard(&mut self, shard: Self) {
        self.total += shard.total;
        self.files = self.files.saturating_add(shard.files);
        self.rejected_files = self.rejected_files.saturating_add(shard.rejected_files);
    }

    /// Adds the sum of another segment of the same period: other days, perhaps the same files.
    ///
    /// What every segment of a file includes (the file itself, and its rows without a date) is not added up but taken from
    /// the segment with the most.
    pub fn add_segment(&mut self, mut segment: Self) {
        let undated_rows = self.total.undated_rows.max(segment.total.undated_rows);
        segment.total.undated_rows = 0;
        self.total += segment.total;
        self.total.undated_rows = undated_rows;
        self.files = self.files.max(segment.files);
        self.rejected_files = self.rejected_files.saturating_add(segment.rejected_files);
    }

    /// Returns whether there is nothing to count or to report.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.total.is_empty() && self.files == 0 && self.rejected_files == 0
    }
}

impl Contribution {
    /// Returns whether no row was counted or skipped.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows == 0 && self.skipped_rows == 0 && self.undated_rows == 0
    }

    /// Returns the number of skipped rows, with a date or without.
    #[must_use]
    pub fn all_skipped_rows(&self) -> u64 {
        self.skipped_rows.saturating_add(self.undated_rows)
    }

    /// Splits the contribution into as many as `parts` (a power of two), whose sum it is: people and teams by a hash of
    /// their names, everything else in the first.
    #[must_use]
    pub fn split(self, parts: u32) -> Vec<Self> {
        let Self { people, days, rows, skipped_rows, undated_rows } = self;
        let people = people.split(parts).into_iter();
        let mut split: Vec<Self> = people.map(|people| Self { people, ..Self::default() }).collect();
        for (day, teams) in days {
            for (team, amount) in teams {
                if let Some(part) = split.get_mut(name::part_of(&name::fold(&team), parts) as usize) {
                    part.days.entry(day).or_default().insert(team, amount);
                }
            }
        }
        if let Some(first) = split.first_mut() {
            (first.rows, first.skipped_rows, first.undated_rows) = (rows, skipped_rows, undated_rows);
        }
        split
    }

    /// Adds an amount to the total of a day and team.
    pub fn add_to_day(&mut self, day: Date, team: &str, amount: Decimal) {
        let teams = self.days.entry(day).or_default();
        match teams.get_mut(team) {
            Some(total) => *total += amount,
            None => drop(teams.insert(team.to_owned(), amount)),
        }
    }
}

impl Person {
    /// Returns the amount over all teams.
    #[must_use]
    pub fn amount(&self) -> Decimal {
        self.teams.values().map(|tally| tally.amount).sum()
    }

    /// Returns the units over all teams.
    #[must_use]
    pub fn units(&self) -> Decimal {
        self.teams.values().map(|tally| tally.units).sum()
    }
}

impl AddAssign for Contribution {
    fn add_assign(&mut self, other: Self) {
        self.people += other.people;
        self.rows += other.rows;
        self.skipped_rows += other.skipped_rows;
        self.undated_rows += other.undated_rows;
        for (day, teams) in other.days {
            for (team, amount) in teams {
                *self.days.entry(day).or_default().entry(team).or_default() += amount;
            }
        }
    }
}

/// Whether a number is left out of the stored form.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde requires")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

impl AddAssign for Person {
    fn add_assign(&mut self, other: Self) {
        self.deals += other.deals;
        for (team, tally) in other.teams {
            *self.teams.entry(team).or_default() += tally;
        }
        self.slack_user_id = self.slack_user_id.take().max(other.slack_user_id);
    }
}

impl Serialize for Tally {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (self.amount, self.deals, self.units).serialize(serializer)
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.amount += other.amount;
        self.deals += other.deals;
        self.units += other.units;
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::{btree_map, vec};
    use proptest::prelude::*;

    use super::*;
    use crate::adding::StoredSum;

    fn tally() -> impl Strategy<Value = Tally> {
        (any::<i64>(), 0_u64..1000, any::<i32>()).prop_map(|(amount, deals, units)| Tally {
            amount: Decimal::from_ten_thousandths(amount.into()),
            deals,
            units: Decimal::from_ten_thousandths(units.into()),
        })
    }

    fn person() -> impl Strategy<Value = Person> {
        (0_u64..1000, btree_map("[xyz]?", tally(), 0..3), proptest::option::of("U[AB]"))
            .prop_map(|(deals, teams, slack_user_id)| Person { deals, teams, slack_user_id })
    }

    fn contribution() -> impl Strategy<Value = Contribution> {
        let days = btree_map(
            (1_i8..8).prop_map(|day| jiff::civil::date(2026, 11, day)),
            btree_map("[xyz]?", any::<i64>(), 1..3),
            0..3,
        );
        (vec(("[a-cA-C]", 0_u64..9, person()), 0..5), 0_u64..1000, 0_u64..10, 0_u64..3, days).prop_map(
            |(spelled, rows, skipped_rows, undated_rows, days)| {
                let mut people = People::default();
                for (spelling, rows, person) in spelled {
                    people.add(&spelling, rows, person);
                }
                let mut part = Contribution { people, rows, skipped_rows, undated_rows, ..Contribution::default() };
                for (day, teams) in days {
                    for (team, amount) in teams {
                        part.add_to_day(day, &team, Decimal::from_ten_thousandths(amount.into()));
                    }
                }
                part
            },
        )
    }

    fn merged<'a>(parts: impl IntoIterator<Item = &'a Contribution>) -> Contribution {
        parts.into_iter().fold(Contribution::default(), |mut sum, part| {
            sum += part.clone();
            sum
        })
    }

    proptest! {
        #[test]
        fn merging_is_associative(a in contribution(), b in contribution(), c in contribution()) {
            let left = merged([&merged([&a, &b]), &c]);
            let right = merged([&a, &merged([&b, &c])]);
            prop_assert_eq!(left, right);
        }

        #[test]
        fn the_parts_of_a_split_contribution_add_up(part in contribution(), bits in 0_u32..4) {
            let parts = part.clone().split(1 << bits);
            prop_assert_eq!(parts.len(), 1 << bits);
            prop_assert_eq!(merged(&parts), part);
        }

        #[test]
        fn merging_is_commutative(parts in vec(contribution(), 0..6).prop_shuffle()) {
            prop_assert_eq!(merged(&parts), merged(parts.iter().rev()));
        }

        #[test]
        fn merged_amounts_are_exact(parts in vec(contribution(), 0..6)) {
            let total: i128 = merged(&parts).people.values().map(|p| p.amount().ten_thousandths()).sum();
            let naive: i128 = parts
                .iter()
                .flat_map(|part| part.people.values())
                .flat_map(|person| person.teams.values())
                .map(|tally| tally.amount.ten_thousandths())
                .sum();
            prop_assert_eq!(total, naive);
        }

        #[test]
        fn the_stored_form_round_trips(part in contribution(), files in 0_u32..9) {
            let text = serde_json::to_string(&part).unwrap();
            prop_assert_eq!(&serde_json::from_str::<Contribution>(&text).unwrap(), &part);
            let sum = LedgerSum { total: part, files, rejected_files: 1 };
            prop_assert_eq!(serde_json::from_str::<LedgerSum>(&serde_json::to_string(&sum).unwrap()).unwrap(), sum);
        }

        /// Files with a contribution to several segments: whatever the order, they are counted at most once.
        #[test]
        fn segments_are_summed_in_any_order(parts in vec((contribution(), 0_u32..9), 0..5).prop_shuffle()) {
            let sum = |parts: Vec<(Contribution, u32)>| {
                let mut sum = LedgerSum::default();
                for (total, files) in parts {
                    sum.add_segment(LedgerSum { total, files, rejected_files: 1 });
                }
                sum
            };
            let all = sum(parts.clone());
            prop_assert_eq!(all.files, parts.iter().map(|(_, files)| *files).max().unwrap_or(0));
            prop_assert_eq!(all.total.rows, parts.iter().map(|(part, _)| part.rows).sum::<u64>());
            prop_assert_eq!(all.total.undated_rows, parts.iter().map(|(part, _)| part.undated_rows).max().unwrap_or(0));
            prop_assert_eq!(sum(parts.into_iter().rev().collect()), all);
        }

        #[test]
        fn adding_stored_contributions_is_adding_them(parts in vec(contribution(), 0..6)) {
            let (mut added, mut stored) = (LedgerSum::default(), StoredSum::default());
            let (mut of_shards, mut of_segments) = (LedgerSum::default(), LedgerSum::default());
            let (mut stored_shards, mut stored_segments) = (StoredSum::default(), StoredSum::default());
            for part in parts {
                let json = serde_json::to_vec(&part).unwrap();
                stored.add_contribution(&json).unwrap();
                added.files += u32::from(part.rows > 0);
                added.total += part.clone();
                let sum = LedgerSum { files: 3, rejected_files: 1, total: part };
                let json = serde_json::to_vec(&sum).unwrap();
                stored_shards.add_shard(&json).unwrap();
                stored_segments.add_segment(&json).unwrap();
                of_shards.add_shard(sum.clone());
                of_segments.add_segment(sum);
            }
            prop_assert_eq!(stored.into_sum(), added);
            prop_assert_eq!(stored_shards.into_sum(), of_shards);
            prop_assert_eq!(stored_segments.into_sum(), of_segments);
        }
    }
}
