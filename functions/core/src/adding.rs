//! Adding stored contributions and sums to a sum without building them first.
//!
//! A segment of many files is the sum of 64 shards, each of which may have everyone in it. Building hundreds of thousands of
//! people only to add them to others takes most of the time of an upload; this adds each to the person who is there, who is found
//! by a hash of the spelling: folding a name and searching a tree for it take longer than reading the rest.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::ops::AddAssign;

use foldhash::fast::RandomState;
use jiff::civil::Date;
use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::contribution::{Contribution, LedgerSum, Tally};
use crate::decimal::Decimal;
use crate::name;
use crate::people::{People, Spelled};

/// The sum of stored contributions, or of stored sums.
#[derive(Debug, Default)]
pub struct StoredSum {
    people: PeopleSum,
    /// Everything but the people.
    rest: LedgerSum,
}

/// People to whom others are added.
#[derive(Debug, Default)]
pub(crate) struct PeopleSum {
    /// With the folded names that identify them, in the order in which they were found.
    people: Vec<(String, Spelled)>,
    /// Indexes of `people` by folded name and by each spelling.
    indexes: HashMap<String, usize, RandomState>,
}

impl StoredSum {
    /// Adds the stored form (JSON) of a contribution.
    ///
    /// # Errors
    ///
    /// If it is damaged. The sum is then of no use.
    pub fn add_contribution(&mut self, json: &[u8]) -> Result<(), serde_json::Error> {
        let contribution = read(json, AddContribution(&mut self.people))?;
        self.rest.files += u32::from(contribution.rows > 0);
        self.rest.total += contribution;
        Ok(())
    }

    /// Adds the record of a rejected file.
    pub fn add_rejected_file(&mut self) {
        self.rest.rejected_files += 1;
    }

    /// Adds the stored form (JSON) of the sum of a shard, as [`LedgerSum::add_shard`] adds it.
    ///
    /// # Errors
    ///
    /// As above.
    pub fn add_shard(&mut self, json: &[u8]) -> Result<(), serde_json::Error> {
        let shard = read(json, AddSum(&mut self.people))?;
        self.rest.add_shard(shard);
        Ok(())
    }

    /// Adds the stored form (JSON) of the sum of a segment, as [`LedgerSum::add_segment`] adds it.
    ///
    /// # Errors
    ///
    /// As above.
    pub fn add_segment(&mut self, json: &[u8]) -> Result<(), serde_json::Error> {
        let segment = read(json, AddSum(&mut self.people))?;
        self.rest.add_segment(segment);
        Ok(())
    }

    /// Returns the sum.
    #[must_use]
    pub fn into_sum(self) -> LedgerSum {
        let Self { people, mut rest } = self;
        rest.total.people = people.into_people();
        rest
    }
}

impl PeopleSum {
    /// Returns the sums of a person and the rows of each spelling, to be added to. A new person has no spelling yet.
    fn person_mut(&mut self, spelling: &str) -> Option<&mut Spelled> {
        let index = match self.indexes.get(spelling) {
            Some(index) => *index,
            None => self.index_of_new(spelling),
        };
        self.people.get_mut(index).map(|(_, spelled)| spelled)
    }

    /// Returns the index of a person under a spelling that was not found before.
    fn index_of_new(&mut self, spelling: &str) -> usize {
        let identity = name::fold(spelling);
        let index = *self.indexes.entry(identity.clone()).or_insert_with(|| {
            self.people.push((identity, Spelled::default()));
            self.people.len() - 1
        });
        self.indexes.insert(spelling.to_owned(), index);
        index
    }

    pub(crate) fn into_people(self) -> People {
        People::of_identities(self.people)
    }
}

fn read<'de, S: DeserializeSeed<'de>>(json: &'de [u8], seed: S) -> Result<S::Value, serde_json::Error> {
    // Checked as a whole, which is faster than text by text.
    let json = std::str::from_utf8(json).map_err(|_| serde_json::Error::custom("invalid UTF-8"))?;
    let mut deserializer = serde_json::Deserializer::from_str(json);
    let value = seed.deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok(value)
}

/// Adds the people of a sum. The value is the rest of it.
struct AddSum<'a>(&'a mut PeopleSum);

/// Adds the people of a contribution. The value is the rest of it.
struct AddContribution<'a>(&'a mut PeopleSum);

/// Adds people.
pub(crate) struct AddPeople<'a>(pub(crate) &'a mut PeopleSum);

/// Adds the sums of a person under one spelling of the name.
struct AddPerson<'a> {
    /// What there is of the person.
    spelled: &'a mut Spelled,
    name: &'a str,
}

/// Adds the sums of teams.
struct AddTeams<'a>(&'a mut BTreeMap<String, Tally>);

/// Reads a text, which is copied only if it has escapes.
struct Text;

/// A field of a stored sum, contribution or person.
#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "snake_case")]
enum Field {
    Total,
    Files,
    RejectedFiles,
    People,
    Rows,
    SkippedRows,
    UndatedRows,
    Days,
    Deals,
    Teams,
    SlackUserId,
    Spellings,
    #[serde(other)]
    Other,
}

impl<'de> DeserializeSeed<'de> for AddSum<'_> {
    type Value = LedgerSum;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<LedgerSum, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for AddSum<'_> {
    type Value = LedgerSum;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a sum")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<LedgerSum, A::Error> {
        let mut rest = LedgerSum::default();
        while let Some(field) = map.next_key()? {
            match field {
                Field::Total => rest.total = map.next_value_seed(AddContribution(&mut *self.0))?,
                Field::Files => rest.files = map.next_value()?,
                Field::RejectedFiles => rest.rejected_files = map.next_value()?,
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(rest)
    }
}

impl<'de> DeserializeSeed<'de> for AddContribution<'_> {
    type Value = Contribution;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Contribution, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for AddContribution<'_> {
    type Value = Contribution;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a contribution")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Contribution, A::Error> {
        let mut rest = Contribution::default();
        while let Some(field) = map.next_key()? {
            match field {
                Field::People => map.next_value_seed(AddPeople(&mut *self.0))?,
                Field::Rows => rest.rows = map.next_value()?,
                Field::SkippedRows => rest.skipped_rows = map.next_value()?,
                Field::UndatedRows => rest.undated_rows = map.next_value()?,
                Field::Days => rest.days = map.next_value::<BTreeMap<Date, BTreeMap<String, Decimal>>>()?,
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(rest)
    }
}

impl<'de> DeserializeSeed<'de> for AddPeople<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for AddPeople<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("people by name")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key_seed(Text)? {
            let spelled = self.0.person_mut(&name).ok_or_else(|| A::Error::custom("no such person"))?;
            map.next_value_seed(AddPerson { spelled, name: &name })?;
        }
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for AddPerson<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        // An array, or an object if it was stored before people were arrays.
        deserializer.deserialize_any(self)
    }
}

impl AddPerson<'_> {
    /// Adds what was read after the teams.
    fn add(self, deals: u64, slack_user_id: Option<String>, spellings: &BTreeMap<String, u64>) {
        let Spelled { person, spellings: known } = self.spelled;
        person.deals += deals;
        if slack_user_id > person.slack_user_id {
            person.slack_user_id = slack_user_id;
        }
        for (spelling, rows) in spellings {
            add_to(known, spelling, *rows);
        }
        if spellings.is_empty() {
            add_to(known, self.name, People::implied_rows(deals));
        }
    }
}

impl<'de> Visitor<'de> for AddPerson<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the sums of a person")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut fields: A) -> Result<(), A::Error> {
        let deals = fields.next_element()?.unwrap_or_default();
        fields.next_element_seed(AddTeams(&mut self.spelled.person.teams))?;
        let slack_user_id = fields.next_element::<Option<String>>()?.flatten();
        let spellings = fields.next_element()?.unwrap_or_default();
        self.add(deals, slack_user_id, &spellings);
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let (mut deals, mut slack_user_id, mut spellings) = (0, None, BTreeMap::new());
        while let Some(field) = map.next_key()? {
            match field {
                Field::Deals => deals = map.next_value()?,
                Field::Teams => map.next_value_seed(AddTeams(&mut self.spelled.person.teams))?,
                Field::SlackUserId => slack_user_id = map.next_value()?,
                Field::Spellings => spellings = map.next_value()?,
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        self.add(deals, slack_user_id, &spellings);
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for AddTeams<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for AddTeams<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("sums by team")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(team) = map.next_key_seed(Text)? {
            add_to(self.0, &team, map.next_value()?);
        }
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Text {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Cow<'de, str>, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Text {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }

    fn visit_str<E>(self, text: &str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Owned(text.to_owned()))
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Borrowed(text))
    }
}

/// Adds to the value of a key, which is allocated only if it is new.
fn add_to<V: AddAssign>(map: &mut BTreeMap<String, V>, key: &str, added: V) {
    match map.get_mut(key) {
        Some(value) => *value += added,
        None => drop(map.insert(key.to_owned(), added)),
    }
}
