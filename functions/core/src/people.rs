//! Salespeople by identity: one person, however a file spells the name.

use std::cmp::Reverse;
use std::collections::{BTreeMap, btree_map};
use std::ops::{AddAssign, Index};

use serde::de::DeserializeSeed;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::adding::{AddPeople, PeopleSum};
use crate::contribution::{Person, Tally};
use crate::name;

/// The salespeople of a contribution, by the folded form of their names.
///
/// A person is displayed by the spelling that most rows have; of several, by the smallest by code point. The rows of
/// each spelling are kept and added up, so that the choice is that of all files of a week together.
///
/// ```
/// use standings_core::{People, Person};
///
/// let mut people = People::default();
/// people.add("ANA LIMA", 1, Person { deals: 1, ..Person::default() });
/// people.add("Ana Lima", 2, Person { deals: 2, ..Person::default() });
/// assert_eq!(people.iter().map(|(name, person)| (name.as_str(), person.deals)).collect::<Vec<_>>(), [("Ana Lima", 3)]);
/// assert_eq!(people["ana  lima"].deals, 3);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct People {
    by_identity: BTreeMap<String, Spelled>,
}

/// A person, and the rows of each spelling of the name. There is at least one spelling.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Spelled {
    pub(crate) spellings: BTreeMap<String, u64>,
    pub(crate) person: Person,
}

impl People {
    /// Adds the sums of a person under one spelling of the name, which `rows` rows have.
    pub fn add(&mut self, spelling: &str, rows: u64, person: Person) {
        let spellings = BTreeMap::from([(spelling.to_owned(), rows.max(1))]);
        self.add_spelled(name::fold(spelling), Spelled { spellings, person });
    }

    /// Returns people by the folded names that identify them.
    pub(crate) fn of_identities(people: impl IntoIterator<Item = (String, Spelled)>) -> Self {
        Self { by_identity: people.into_iter().collect() }
    }

    fn add_spelled(&mut self, identity: String, added: Spelled) {
        match self.by_identity.entry(identity) {
            btree_map::Entry::Vacant(vacant) => drop(vacant.insert(added)),
            btree_map::Entry::Occupied(mut known) => {
                let known = known.get_mut();
                for (spelling, rows) in added.spellings {
                    *known.spellings.entry(spelling).or_default() += rows;
                }
                known.person += added.person;
            }
        }
    }

    /// Rows of the only spelling that the stored form leaves out: the deals, which are the rows of a person without order
    /// ids.
    pub(crate) fn implied_rows(deals: u64) -> u64 {
        deals.max(1)
    }

    /// Returns a person by any spelling of the name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Person> {
        self.by_identity.get(&name::fold(name)).map(|spelled| &spelled.person)
    }

    /// Returns a person to be changed, by any spelling of the name.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut Person> {
        self.by_identity.get_mut(&name::fold(name)).map(|spelled| &mut spelled.person)
    }

    /// Returns each displayed name with its person, in the order of the folded names.
    pub fn iter(&self) -> impl Iterator<Item = (&String, &Person)> {
        self.by_identity.iter().map(|(identity, spelled)| (spelled.displayed(identity), &spelled.person))
    }

    /// Returns each person with the folded name that identifies them, and the displayed one.
    pub(crate) fn identified(&self) -> impl Iterator<Item = (&String, &String, &Person)> {
        let people = self.by_identity.iter();
        people.map(|(identity, spelled)| (identity, spelled.displayed(identity), &spelled.person))
    }

    /// Returns the people without their names.
    pub fn values(&self) -> impl Iterator<Item = &Person> {
        self.by_identity.values().map(|spelled| &spelled.person)
    }

    /// Splits the people into as many as `parts`, by the part that their names belong to ([`name::part_of`]).
    #[must_use]
    pub fn split(self, parts: u32) -> Vec<Self> {
        let mut split: Vec<Self> = (0..parts).map(|_| Self::default()).collect();
        for (identity, spelled) in self.by_identity {
            let part = name::part_of(&identity, parts) as usize;
            if let Some(part) = split.get_mut(part) {
                part.by_identity.insert(identity, spelled);
            }
        }
        split
    }

    /// Returns the number of people.
    #[must_use]
    pub fn len(&self) -> usize {
        self.by_identity.len()
    }

    /// Returns whether there is no one.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_identity.is_empty()
    }
}

impl Spelled {
    /// Returns the displayed name, or the folded one should there be no spelling.
    fn displayed<'a>(&'a self, identity: &'a String) -> &'a String {
        let most = self.spellings.iter().max_by_key(|(spelling, rows)| (**rows, Reverse(*spelling)));
        most.map_or(identity, |(spelling, _)| spelling)
    }
}

impl AddAssign for People {
    fn add_assign(&mut self, other: Self) {
        for (identity, spelled) in other.by_identity {
            self.add_spelled(identity, spelled);
        }
    }
}

impl Index<&str> for People {
    type Output = Person;

    /// Returns a person by any spelling of the name.
    ///
    /// # Panics
    ///
    /// If there is no such person, like the index of a map.
    #[expect(clippy::expect_used, reason = "the contract of an index")]
    fn index(&self, name: &str) -> &Person {
        self.get(name).expect("a person with this name")
    }
}

/// Collects people by displayed name. Names that are the same when folded are one person.
impl FromIterator<(String, Person)> for People {
    fn from_iter<I: IntoIterator<Item = (String, Person)>>(people: I) -> Self {
        let mut collected = Self::default();
        for (name, person) in people {
            let rows = Self::implied_rows(person.deals);
            collected.add(&name, rows, person);
        }
        collected
    }
}

impl<'a> IntoIterator for &'a People {
    type Item = (&'a String, &'a Person);
    type IntoIter = Box<dyn Iterator<Item = Self::Item> + 'a>;

    fn into_iter(self) -> Self::IntoIter {
        Box::new(self.iter())
    }
}

impl IntoIterator for People {
    type Item = (String, Person);
    type IntoIter = Box<dyn Iterator<Item = Self::Item>>;

    fn into_iter(self) -> Self::IntoIter {
        let people = self.by_identity.into_iter();
        Box::new(people.map(|(identity, spelled)| (spelled.displayed(&identity).clone(), spelled.person)))
    }
}

/// Stored form of a person, by displayed name: an array of these fields up to the last that there is. An upload into a week of
/// many files reads hundreds of thousands of them. They were stored as objects, which can still be read.
struct StoredRef<'a> {
    deals: u64,
    teams: &'a BTreeMap<String, Tally>,
    slack_user_id: Option<&'a str>,
    /// Rows of each spelling. Left out if there is one, with as many rows as deals.
    spellings: Option<&'a BTreeMap<String, u64>>,
}

impl Serialize for StoredRef<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { deals, teams, slack_user_id, spellings } = *self;
        match (slack_user_id, spellings) {
            (None, None) => (deals, teams).serialize(serializer),
            (Some(user), None) => (deals, teams, user).serialize(serializer),
            (user, Some(spellings)) => (deals, teams, user, spellings).serialize(serializer),
        }
    }
}

impl Serialize for People {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.by_identity.iter().map(|(identity, spelled)| {
            let Spelled { spellings, person } = spelled;
            let only = (spellings.len() == 1).then(|| spellings.values().next().copied()).flatten();
            let is_implied = only == Some(Self::implied_rows(person.deals));
            let stored = StoredRef {
                deals: person.deals,
                teams: &person.teams,
                slack_user_id: person.slack_user_id.as_deref(),
                spellings: (!is_implied).then_some(spellings),
            };
            (spelled.displayed(identity), stored)
        }))
    }
}

impl<'de> Deserialize<'de> for People {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Two names of the older form may be one person.
        let mut people = PeopleSum::default();
        AddPeople(&mut people).deserialize(deserializer)?;
        Ok(people.into_people())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn deals(deals: u64) -> Person {
        Person { deals, ..Person::default() }
    }

    fn names(people: &People) -> Vec<&str> {
        people.iter().map(|(name, _)| name.as_str()).collect()
    }

    #[test]
    fn a_person_is_displayed_by_the_spelling_of_most_rows_of_all_files() {
        let mut week = People::default();
        for (spelling, rows) in
            [("ana lima", 2), ("Ana Lima", 1), ("Siobhán O'Neill", 1), ("Siobhán O\u{2019}Neill", 1)]
        {
            week.add(spelling, rows, deals(1));
        }
        assert_eq!(names(&week), ["ana lima", "Siobhán O'Neill"]);
        let mut other = People::default();
        other.add("Ana  Lima", 2, deals(2));
        other.add("Ana Lima", 2, deals(2));
        week += other;
        assert_eq!((names(&week), week["ANA LIMA"].deals), (vec!["Ana Lima", "Siobhán O'Neill"], 6));
    }

    #[test]
    fn contributions_stored_as_objects_before_people_had_spellings_are_read_as_one_person() {
        let old = r#"{"Ana Lima":{"deals":2,"teams":{"EMEA":{"amount":"3","deals":2,"units":"0"}}},
            "ana lima":{"deals":3,"teams":{"EMEA":{"amount":"4","deals":3,"units":"0"}},"slack_user_id":"U1"},
            "Bo":{"deals":0,"teams":{}}}"#;
        let people: People = serde_json::from_str(old).unwrap();
        assert_eq!(names(&people), ["ana lima", "Bo"]);
        let ana = &people["Ana Lima"];
        assert_eq!((ana.deals, ana.amount().to_string().as_str(), ana.slack_user_id.as_deref()), (5, "7", Some("U1")));
    }

    #[test]
    fn the_stored_form_round_trips_and_one_spelling_takes_no_space() {
        let mut people = People::default();
        people.add("Ana Lima", 3, deals(3));
        let text = serde_json::to_string(&people).unwrap();
        assert_eq!(text, r#"{"Ana Lima":[3,{}]}"#);
        people.add("Ana  Lima", 9, deals(1));
        people.add("Bo", 7, deals(1));
        assert_eq!(serde_json::from_str::<People>(&serde_json::to_string(&people).unwrap()).unwrap(), people);
    }
}
