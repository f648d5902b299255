//! Adding up: rows become sums per segment, person and team.

mod day;
mod explain;
mod file;
mod money;
mod orders;
mod row;
mod straddling;
mod verdict;

use std::collections::{BTreeMap, BTreeSet, HashSet};

use standings_core::{Decimal, Explanation, OtherRows, Segment, explain, slack_user};

use crate::columns::{Field, Layout};
use crate::dialect::Dialect;
use crate::evidence::Evidence;
use crate::names::{Map, Names};
use crate::pass::Pass;
use crate::rows::Rows;
use crate::sales_file::{ReadError, rejected};
use crate::sketch::Sketch;
use money::Refunds;
use orders::{Orders, Receipts, Repeats, Shown};
use row::{Left, RowRef, Skip};
use straddling::Straddling;

/// Maximum distinct teams per file. A column with more is not that of a team: each would get a board of its own.
pub(crate) const MAX_TEAMS: usize = 500;

/// Maximum distinct salespeople, and teams, per file. Beyond it some other column was taken for them.
#[cfg(not(any(test, fuzzing)))]
const MAX_NAMES: usize = 1_000_000;
#[cfg(any(test, fuzzing))]
const MAX_NAMES: usize = 1_000;

/// Maximum sums per file, one for each segment, salesperson and team: what fits into the memory of the function.
#[cfg(not(any(test, fuzzing)))]
const MAX_SUMS: usize = 2_000_000;
#[cfg(any(test, fuzzing))]
const MAX_SUMS: usize = 2_000;

/// Skipped rows per file that are reported with their line and reason. Usually a file has one kind of problem, and five
/// rows show it.
const MAX_EXAMPLES: usize = 5;

/// Rows per block. Blocks keep the lookup loops short, so that cache misses overlap.
const BLOCK: usize = 256;

/// The sums of the rows that one worker has read.
pub(crate) struct Tallies<'a> {
    pass: &'a Pass<'a>,
    /// Whether amounts that name no currency are not the organization's money.
    is_foreign: bool,
    people: Names,
    teams: Names,
    sums: Map<Key, Sum>,
    extras: Map<Key, Extras>,
    /// Amounts per day and number of the team.
    days: Map<(i32, u32), Decimal>,
    straddling: Straddling,
    /// The Slack user ids of people, by number.
    slack_users: Map<u32, String>,
    /// The number of skipped rows in each segment; `None` for those whose date cannot be read.
    skipped: BTreeMap<Option<Segment>, u64>,
    /// The first skipped rows, by their line.
    examples: BTreeMap<Place, Explanation>,
    other_rows: OtherRows,
    /// Skipped rows that can be read: of nobody, or in another currency.
    readable_skips: u64,
    /// Lines that repeat the total of their order.
    repeated_totals: u64,
    refunds: Refunds,
    /// Rows with a negative quantity and a positive amount.
    negative_units: u64,
    groups: Groups,
    /// The rows of each id of a sale.
    receipts: Receipts,
    /// Whether rows have ids of sales.
    has_sale_ids: bool,
    /// The amounts of orders, where it is not known whether they are those of their lines.
    orders: Orders,
    sketch: Sketch,
    pub(crate) evidence: Evidence,
    /// How the file was read, and what a person should check: filled in by the reader of the format, on the final sum.
    pub(crate) read_as: Vec<Explanation>,
    pub(crate) remarks: Vec<Explanation>,
    /// The names of the file's columns, likewise.
    pub(crate) columns: Vec<String>,
}

/// The line of a row, and its place among all rows of the file: several may be on one line.
type Place = (u64, u64);

/// What sums are kept by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Key {
    segment: Segment,
    /// The number of the person.
    person: u32,
    /// The number of the team.
    team: u32,
}

/// One accepted row: its day, key and amount. Units and repeated orders go to [`Extras`].
#[derive(Clone, Copy)]
struct Sale {
    /// Days since 1970.
    day: i32,
    segment: Segment,
    person: u32,
    team: u32,
    amount: Decimal,
}

/// Hot accumulator, one per segment, person and team. Kept small so that more of them fit into the CPU cache.
#[derive(Default)]
struct Sum {
    amount: Decimal,
    rows: u64,
}

/// Rows in groups: the name of a salesperson on a row of its own, and the sales of that person below.
#[derive(Default)]
struct Groups {
    /// Rows with nothing but a name.
    titles: u64,
    /// Sales without a name.
    nameless: u64,
    /// Whether one of these cannot be that of the name above: it is the first row, or a word says that there is no name.
    is_broken: bool,
    /// The number of the last name, in a pass over a grouped file.
    current: Option<u32>,
}

/// Cold accumulator for rare fields: units and repeated orders.
#[derive(Default)]
struct Extras {
    units: Decimal,
    /// Rows that are not a new deal of the team, because their order was met before.
    repeats_of_team: u64,
    /// Rows that are not a new deal of the person.
    repeats_of_person: u64,
}

impl<'a> Tallies<'a> {
    pub(crate) fn new(pass: &'a Pass<'a>) -> Self {
        Self {
            pass,
            is_foreign: pass.reading.amounts_in.is_some(),
            people: Names::with_totals(&pass.dialect.totals),
            teams: Names::default(),
            sums: Map::default(),
            extras: Map::default(),
            days: Map::default(),
            straddling: Straddling::default(),
            slack_users: Map::default(),
            skipped: BTreeMap::new(),
            examples: BTreeMap::new(),
            other_rows: OtherRows::default(),
            readable_skips: 0,
            repeated_totals: 0,
            refunds: Refunds::default(),
            negative_units: 0,
            groups: Groups::default(),
            receipts: Receipts::default(),
            has_sale_ids: false,
            orders: Orders::default(),
            sketch: Sketch::default(),
            evidence: Evidence::default(),
            read_as: Vec::new(),
            remarks: Vec::new(),
            columns: Vec::new(),
        }
    }

    /// Adds rows. `position` is the place of the first among all rows of the file; `line_of` returns the line of a row.
    pub(crate) fn add(&mut self, rows: Rows, position: u64, line_of: &dyn Fn(usize) -> u64) {
        let mut rows = rows.with_partitions(&self.pass.partitions);
        self.has_sale_ids |= rows.sale_id.is_some();
        if self.pass.dialect.sale_ids_are_orders {
            rows.order_id = rows.sale_id.take();
        }
        let rows = &rows;
        let (mut people, mut teams) = ([0; BLOCK], [0; BLOCK]);
        let mut sales = Vec::with_capacity(BLOCK);
        for begin in (0..rows.count).step_by(BLOCK) {
            let block = begin..rows.count.min(begin + BLOCK);
            self.people.numbers(rows.salesperson.as_ref(), block.clone(), &mut people);
            let team = rows.team.as_ref().filter(|_| !self.pass.dialect.without_teams);
            self.teams.numbers(team, block.clone(), &mut teams);
            for ((row, person), team) in block.zip(people).zip(teams) {
                let row_ref = RowRef { rows, row, position: position + row as u64, person, team, line_of };
                match self.add_row(row_ref, &mut sales) {
                    Ok(()) => {}
                    // Counting lines takes time, so only examples get one.
                    Err(Left::Skipped(Skip { segment, reason, is_readable })) => {
                        self.readable_skips += u64::from(is_readable);
                        self.note_skipped(
                            segment,
                            reason.map(|reason| ((line_of(row), position + row as u64), reason)),
                        );
                    }
                    Err(Left::NotASale) => self.other_rows.not_sales += 1,
                    Err(Left::Repeated) => self.other_rows.repeated += 1,
                    Err(Left::Blank) => self.other_rows.blank += 1,
                }
            }
            for &Sale { segment, person, team, amount, .. } in &sales {
                let sum = self.sums.entry(Key { segment, person, team }).or_default();
                sum.amount += amount;
                sum.rows += 1;
            }
            for Sale { day, team, amount, .. } in sales.drain(..) {
                *self.days.entry((day, team)).or_default() += amount;
            }
        }
    }

    /// Counts a row that could not be parsed, so that it has no date. `position` tells several on one line apart.
    pub(crate) fn skip(&mut self, line: u64, position: u64, reason: impl FnOnce() -> Explanation) {
        let place = (line, position);
        let last = self.examples.last_key_value().map(|(&last, _)| last);
        let is_example = self.examples.len() < MAX_EXAMPLES || last.is_some_and(|last| place < last);
        self.note_skipped(None, is_example.then(|| (place, reason())));
    }

    /// Counts rows that hold no sale of their own: blank ones, rules, footers.
    pub(crate) fn blank(&mut self, count: u64) {
        self.other_rows.blank += count;
    }

    fn note_skipped(&mut self, segment: Option<Segment>, example: Option<(Place, Explanation)>) {
        *self.skipped.entry(segment).or_default() += 1;
        if let Some((place, reason)) = example {
            self.examples.insert(place, reason);
            self.keep_first_examples();
        }
    }

    fn keep_first_examples(&mut self) {
        while self.examples.len() > MAX_EXAMPLES {
            self.examples.pop_last();
        }
    }

    /// Whether a row that is skipped now may be one of the first.
    fn may_be_example(&self) -> bool {
        self.examples.len() < MAX_EXAMPLES
    }

    /// Notes the Slack user id of a person. The highest of several wins, so that the order of rows does not matter.
    fn note_user(&mut self, person: u32, id: &str) {
        if slack_user::is_id(id) && self.slack_users.get(&person).is_none_or(|known| known.as_str() < id) {
            self.slack_users.insert(person, id.to_owned());
        }
    }

    /// Checks that the sums fit into memory, and that the rows so far do not contradict the assumptions of this pass.
    pub(crate) fn check(&self) -> Result<(), ReadError> {
        if let Some(next) = self.contradiction(false)? {
            return Err(self.pass.read_again(next));
        }
        for (names, what) in [(&self.people, "salespeople"), (&self.teams, "teams")] {
            if names.cleaned.len() > MAX_NAMES {
                return Err(rejected(explain![
                    "the file has more than ",
                    MAX_NAMES,
                    " ",
                    what,
                    ". Check that the right column is read as their name",
                ]));
            }
        }
        if self.sums.len() > MAX_SUMS {
            return Err(rejected(explain![
                "the file has more than ",
                MAX_SUMS,
                " combinations of salesperson, team and period. Split it into several files"
            ]));
        }
        self.pass.ids.check(self.straddling.len())
    }

    /// Returns the assumptions on which the file has to be read again, if it contradicts those of this pass.
    pub(crate) fn contradiction(&self, is_whole: bool) -> Result<Option<Dialect>, ReadError> {
        let next = self.evidence.contradiction(self.pass, is_whole)?;
        let assumed = &self.pass.dialect;
        let mut shown = next.clone().unwrap_or_else(|| assumed.clone());
        shown.without_teams |= self.teams.distinct() > MAX_TEAMS;
        if is_whole {
            shown.totals_are_of_orders |= self.orders.shown() == Shown::Totals;
            shown.sale_ids_are_orders |= self.receipts.shown() == Repeats::Lines;
            shown.is_grouped |= self.is_grouped();
            shown.totals.extend(self.total_names());
        }
        Ok(if shown == *assumed { next } else { Some(shown) })
    }

    /// Whether rows without a name are those of the name above them: it is on a row of its own, or on the first row of a
    /// group in the first column, and on no other.
    fn is_grouped(&self) -> bool {
        let Groups { titles, nameless, is_broken, .. } = self.groups;
        let named: u64 = self.sums.values().map(|sum| sum.rows).sum();
        let has_titles = titles > 0 && nameless > 0 && named == 0;
        let has_first_rows = || named > 1 && self.people_of_sums() as u64 == named && self.names_come_first();
        has_titles || nameless >= named && !is_broken && has_first_rows()
    }

    /// Whether the salesperson is in the first column, or next to the team in it.
    fn names_come_first(&self) -> bool {
        let layout = Layout::resolve(&self.columns, self.pass).unwrap_or_default();
        let is_first = match layout.place(Field::Salesperson) {
            Some(1) => layout.place(Field::Team) == Some(0),
            place => place == Some(0),
        };
        is_first && !self.evidence.is_of_programs
    }

    /// Returns the folded names that say that their row is the total of somebody else's: of a salesperson or team of the
    /// file, or of all of them.
    fn total_names(&self) -> BTreeSet<String> {
        let subjects = self.people.subjects_of_totals();
        if subjects.is_empty() {
            return BTreeSet::new();
        }
        let mut sums: BTreeMap<u32, Decimal> = BTreeMap::new();
        let mut others = Decimal::ZERO;
        for (key, sum) in &self.sums {
            if subjects.contains_key(&key.person) {
                *sums.entry(key.person).or_default() += sum.amount;
            } else {
                others += sum.amount;
            }
        }
        let is_known = |name: &str| self.people.has(name) || self.teams.has(name);
        let is_total = |(person, sum): &(u32, Decimal)| is_known(&subjects[person]) || *sum == others;
        sums.into_iter().filter(is_total).map(|(person, _)| self.people.identity(person).to_owned()).collect()
    }

    /// Returns the number of people with sales.
    fn people_of_sums(&self) -> usize {
        let people: HashSet<&str> = self.sums.keys().map(|key| self.people.identity(key.person)).collect();
        people.len()
    }

    /// Adds the sums of another worker.
    pub(crate) fn merge(&mut self, other: Self) {
        let people: Vec<u32> = other.people.cleaned.into_iter().map(|name| self.people.merge(name)).collect();
        let teams: Vec<u32> = other.teams.cleaned.into_iter().map(|name| self.teams.merge(name)).collect();
        let here = |Key { segment, person, team }: Key| {
            let (person, team) = (people[person as usize], teams[team as usize]);
            Key { segment, person, team }
        };
        for (key, Sum { amount, rows }) in other.sums {
            let sum = self.sums.entry(here(key)).or_default();
            sum.amount += amount;
            sum.rows += rows;
        }
        for (key, Extras { units, repeats_of_team, repeats_of_person }) in other.extras {
            let extras = self.extras.entry(here(key)).or_default();
            extras.units += units;
            extras.repeats_of_team += repeats_of_team;
            extras.repeats_of_person += repeats_of_person;
        }
        for ((day, team), amount) in other.days {
            *self.days.entry((day, teams[team as usize])).or_default() += amount;
        }
        self.straddling.merge(other.straddling, here);
        for (person, id) in other.slack_users {
            self.note_user(people[person as usize], &id);
        }
        for (segment, count) in other.skipped {
            *self.skipped.entry(segment).or_default() += count;
        }
        self.other_rows.not_sales += other.other_rows.not_sales;
        self.other_rows.repeated += other.other_rows.repeated;
        self.other_rows.blank += other.other_rows.blank;
        self.repeated_totals += other.repeated_totals;
        self.readable_skips += other.readable_skips;
        self.refunds.merge(other.refunds);
        self.negative_units += other.negative_units;
        self.groups.titles += other.groups.titles;
        self.groups.nameless += other.groups.nameless;
        self.groups.is_broken |= other.groups.is_broken;
        self.receipts.merge(other.receipts);
        self.has_sale_ids |= other.has_sale_ids;
        self.orders.merge(other.orders);
        self.sketch.merge(other.sketch);
        self.evidence.merge(other.evidence);
        self.examples.extend(other.examples);
        self.keep_first_examples();
    }
}
