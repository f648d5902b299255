//! What sales files add to a week.

use std::collections::BTreeMap;
use std::ops::AddAssign;

use serde::{Deserialize, Serialize};

use crate::decimal::Decimal;

/// What one sales file adds to one week. Several merge into one by `+=`, in any order, to the same result.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contribution {
    /// The salespeople, by name.
    pub people: BTreeMap<String, Person>,
    /// The rows that counted.
    pub rows: u64,
    /// The rows of this week that were skipped, and those whose week could not be read.
    pub skipped_rows: u64,
}

/// What one salesperson sold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Deals over all teams. An order that spans two teams is one deal here and one in each of them.
    pub deals: u64,
    /// What they sold for each team; sales without a team stand under the empty name.
    pub teams: BTreeMap<String, Tally>,
    /// Who they are in Slack, where the sales say so; of several the highest, so that merging needs no order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slack_user_id: Option<String>,
}

/// A sum of sales.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// The exact amount, in the organisation's currency.
    pub amount: Decimal,
    /// The number of deals: rows, or distinct orders where the file has them.
    pub deals: u64,
    /// The units sold.
    pub units: Decimal,
}

/// All contributions to one week, merged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WeekLedger {
    /// The sum of the contributions.
    pub total: Contribution,
    /// The files that have rows in this week.
    pub files: u32,
    /// The files that were uploaded in this week, or had rows in it before, and cannot be read as they are now.
    pub rejected_files: u32,
}

impl Contribution {
    /// Whether nothing counted and nothing was skipped.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows == 0 && self.skipped_rows == 0
    }
}

impl Person {
    /// The amount over all teams.
    #[must_use]
    pub fn amount(&self) -> Decimal {
        self.teams.values().map(|tally| tally.amount).sum()
    }

    /// The units over all teams.
    #[must_use]
    pub fn units(&self) -> Decimal {
        self.teams.values().map(|tally| tally.units).sum()
    }
}

impl AddAssign for Contribution {
    fn add_assign(&mut self, other: Self) {
        for (name, person) in other.people {
            *self.people.entry(name).or_default() += person;
        }
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
        (btree_map("[a-e]", person(), 0..5), 0_u64..1000, 0_u64..10)
            .prop_map(|(people, rows, skipped_rows)| Contribution { people, rows, skipped_rows })
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
        fn amounts_add_up_to_the_last_place(parts in vec(contribution(), 0..6)) {
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
        fn the_stored_form_comes_back(part in contribution()) {
            let text = serde_json::to_string(&part).unwrap();
            prop_assert_eq!(serde_json::from_str::<Contribution>(&text).unwrap(), part);
        }
    }
}
