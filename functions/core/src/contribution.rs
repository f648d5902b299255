//! Contributions of sales files to weeks, and their sums.

use std::collections::BTreeMap;
use std::ops::AddAssign;

use serde::{Deserialize, Serialize};

use crate::decimal::Decimal;
use crate::people::People;

/// The part of one week's sales that comes from one sales file, or the sum of several such parts.
///
/// Addition (`+=`) is associative and commutative, so the contributions of a week can be merged in any order. Nothing
/// is ever subtracted: when a file changes, its contribution is replaced and the week is summed again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contribution {
    /// Sums per salesperson.
    pub people: People,
    /// Number of rows that were counted.
    pub rows: u64,
    /// Number of skipped rows: those of this week, and those whose date could not be read. The latter may belong to any
    /// week, so every week of the file includes them.
    pub skipped_rows: u64,
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

/// A sum of sales.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Exact amount in the organization's currency.
    pub amount: Decimal,
    /// Number of deals: distinct orders if the file has order ids, else rows.
    pub deals: u64,
    /// Units sold.
    pub units: Decimal,
}

/// All contributions to one week, summed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WeekLedger {
    /// Sum of the contributions.
    pub total: Contribution,
    /// Number of files that have rows in this week.
    pub files: u32,
    /// Number of rejected files that were uploaded in this week. Their rows are missing from the sum.
    pub rejected_files: u32,
}

impl Contribution {
    /// Returns whether no row was counted or skipped.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows == 0 && self.skipped_rows == 0
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
    }
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
        (vec(("[a-cA-C]", 0_u64..9, person()), 0..5), 0_u64..1000, 0_u64..10).prop_map(
            |(spelled, rows, skipped_rows)| {
                let mut people = People::default();
                for (spelling, rows, person) in spelled {
                    people.add(&spelling, rows, person);
                }
                Contribution { people, rows, skipped_rows }
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
        fn the_stored_form_round_trips(part in contribution()) {
            let text = serde_json::to_string(&part).unwrap();
            prop_assert_eq!(serde_json::from_str::<Contribution>(&text).unwrap(), part);
        }
    }
}
