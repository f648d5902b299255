//! Adding up: rows become sums per week, person and team.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use standings_core::explanation::{quoted, trusted};
use standings_core::{
    Contribution, Decimal, DecimalStyle, Explanation, OtherRows, ParseDecimalError, Person, SkippedRow, Tally, Week, explain,
    slack_user,
};

use crate::ids::Deal;
use crate::names::{Map, NO_NAME, Names, refusal};
use crate::pass::Pass;
use crate::reading::Reading;
use crate::rows::Rows;
use crate::sales_file::{ReadError, SalesFile, rejected};
use crate::values::{Days, Numbers, Words, bare, date_of_day};
use crate::{amount, sold_at};

/// Maximum distinct salespeople, and teams, per file. Beyond it some other column was taken for them.
#[cfg(not(any(test, fuzzing)))]
const MAX_NAMES: usize = 1_000_000;
#[cfg(any(test, fuzzing))]
const MAX_NAMES: usize = 1_000;

/// Maximum sums per file, one for each week, salesperson and team: what fits into the memory of the function.
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
    people: Names,
    teams: Names,
    sums: Map<Key, Sum>,
    extras: Map<Key, Extras>,
    /// The Slack user ids of people, by number.
    slack_users: Map<u32, String>,
    /// The number of skipped rows in each week; `None` for those whose date cannot be read.
    skipped: BTreeMap<Option<Week>, u64>,
    /// The first skipped rows, by their line.
    examples: BTreeMap<u64, Explanation>,
    other_rows: OtherRows,
    /// How the file was read, and what a person should check: filled in by the reader of the format, on the final sum.
    pub(crate) read_as: Vec<Explanation>,
    pub(crate) remarks: Vec<Explanation>,
    /// The names of the file's columns, likewise.
    pub(crate) columns: Vec<String>,
}

/// Week, number of the person and number of the team.
type Key = (Week, u32, u32);

/// One row of a chunk, with the numbers of its names.
#[derive(Clone, Copy)]
struct RowRef<'r> {
    rows: &'r Rows,
    row: usize,
    /// Its place among all rows of the file.
    position: u64,
    person: u32,
    team: u32,
}

/// One accepted row: its key and amount. Units and repeated orders go to [`Extras`].
struct Sale {
    week: Week,
    person: u32,
    team: u32,
    amount: Decimal,
}

/// Hot accumulator, one per week, person and team. Kept small so that more of them fit into the CPU cache.
#[derive(Default)]
struct Sum {
    amount: Decimal,
    rows: u64,
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

/// A skipped row: the week for which it would have counted and, if it may be an example, the reason.
struct Skip {
    week: Option<Week>,
    reason: Option<Explanation>,
}

/// Why a row has no week.
enum NoWeek<'a> {
    NoDate,
    NotADate(&'a str),
    OutOfRange(Date),
}

impl<'a> Tallies<'a> {
    pub(crate) fn new(pass: &'a Pass<'a>) -> Self {
        Self {
            pass,
            people: Names::default(),
            teams: Names::default(),
            sums: Map::default(),
            extras: Map::default(),
            slack_users: Map::default(),
            skipped: BTreeMap::new(),
            examples: BTreeMap::new(),
            other_rows: OtherRows::default(),
            read_as: Vec::new(),
            remarks: Vec::new(),
            columns: Vec::new(),
        }
    }

    /// Adds rows. `position` is the place of the first among all rows of the file; `line_of` returns the line of a row.
    pub(crate) fn add(&mut self, rows: &Rows, position: u64, line_of: &dyn Fn(usize) -> u64) {
        let (mut people, mut teams) = ([0; BLOCK], [0; BLOCK]);
        let mut sales = Vec::with_capacity(BLOCK);
        for begin in (0..rows.count).step_by(BLOCK) {
            let block = begin..rows.count.min(begin + BLOCK);
            self.people.numbers(rows.salesperson.as_ref(), block.clone(), &mut people);
            self.teams.numbers(rows.team.as_ref(), block.clone(), &mut teams);
            for ((row, person), team) in block.zip(people).zip(teams) {
                let row_ref = RowRef { rows, row, position: position + row as u64, person, team };
                if let Err(Skip { week, reason }) = self.add_row(row_ref, &mut sales) {
                    // Counting lines takes time, so only examples get one.
                    self.note_skipped(week, reason.map(|reason| (line_of(row), reason)));
                }
            }
            for Sale { week, person, team, amount } in sales.drain(..) {
                let sum = self.sums.entry((week, person, team)).or_default();
                sum.amount += amount;
                sum.rows += 1;
            }
        }
    }

    /// Counts a row that could not be parsed, so that it has no date.
    pub(crate) fn skip(&mut self, line: u64, reason: impl FnOnce() -> Explanation) {
        let last = self.examples.last_key_value().map(|(&last, _)| last);
        let is_example = self.examples.len() < MAX_EXAMPLES || last.is_some_and(|last| line < last);
        self.note_skipped(None, is_example.then(|| (line, reason())));
    }

    /// Counts rows that hold no sale of their own: blank ones, rules, footers.
    pub(crate) fn blank(&mut self, count: u64) {
        self.other_rows.blank += count;
    }

    fn note_skipped(&mut self, week: Option<Week>, example: Option<(u64, Explanation)>) {
        *self.skipped.entry(week).or_default() += 1;
        if let Some((line, reason)) = example {
            self.examples.insert(line, reason);
            self.keep_first_examples();
        }
    }

    fn keep_first_examples(&mut self) {
        while self.examples.len() > MAX_EXAMPLES {
            self.examples.pop_last();
        }
    }

    /// Adds a row to `sales` and to the extras. Ignores blank rows, and rows whose `sale_id` occurs again later in the
    /// file.
    fn add_row(&mut self, row_ref: RowRef<'_>, sales: &mut Vec<Sale>) -> Result<(), Skip> {
        let RowRef { rows, row, position, person, team } = row_ref;
        let week = match self.week(rows, row) {
            Ok(week) => week,
            Err(_) if rows.is_blank(row) => return Ok(()),
            Err(no_week) => return Err(self.skipped(None, || no_week.explanation())),
        };
        if !text(rows.surplus.as_ref(), row).is_empty() {
            return Err(self.skipped(Some(week), || explain!["it has more fields than the header"]));
        }
        let currency = text(rows.currency.as_ref(), row);
        if !currency.is_empty() && !currency.eq_ignore_ascii_case(&self.pass.reading.currency) {
            let counted = trusted(&self.pass.reading.currency);
            return Err(self.skipped(Some(week), || {
                explain!["the currency is ", quoted(currency), "; only ", counted, " is counted"]
            }));
        }
        let amount = match self.amount(rows.amount.as_ref(), row) {
            Ok(amount) => amount,
            Err(problem) => {
                return Err(self.skipped(Some(week), || self.no_amount(rows.amount.as_ref(), row, problem)));
            }
        };
        if person == NO_NAME {
            let name = text(rows.salesperson.as_ref(), row);
            return Err(self.skipped(Some(week), || explain!["the salesperson ", refusal(name)]));
        }
        if self.people.name(person).is_empty() {
            return Err(self.skipped(Some(week), || explain!["there is no salesperson"]));
        }
        if team == NO_NAME {
            let name = text(rows.team.as_ref(), row);
            return Err(self.skipped(Some(week), || explain!["the team ", refusal(name)]));
        }
        let sale_id = text(rows.sale_id.as_ref(), row);
        if !sale_id.is_empty() && !self.pass.ids.sale_counts(sale_id, position) {
            return Ok(());
        }
        // A sale counts even if its quantity cannot be read.
        let units = self.number(rows.quantity.as_ref(), row).and_then(Result::ok).unwrap_or_default();
        let deal = match text(rows.order_id.as_ref(), row) {
            "" => Deal { of_person: true, of_team: true },
            order => self.pass.ids.order(week, self.people.folded(person), self.teams.folded(team), order),
        };
        if let Some(ids) = &rows.slack_user_id {
            self.note_user(person, ids.get(row).trim());
        }
        sales.push(Sale { week, person, team, amount });
        if units != Decimal::ZERO || !deal.of_person || !deal.of_team {
            let extras = self.extras.entry((week, person, team)).or_default();
            extras.units += units;
            extras.repeats_of_team += u64::from(!deal.of_team);
            extras.repeats_of_person += u64::from(!deal.of_person);
        }
        Ok(())
    }

    /// Returns the skip of a row. Its reason is built only if it can be an example: rows come in the order of the file.
    #[cold]
    fn skipped(&self, week: Option<Week>, reason: impl FnOnce() -> Explanation) -> Skip {
        Skip { week, reason: (self.examples.len() < MAX_EXAMPLES).then(reason) }
    }

    /// Notes the Slack user id of a person. The highest of several wins, so that the order of rows does not matter.
    fn note_user(&mut self, person: u32, id: &str) {
        if slack_user::is_id(id) && self.slack_users.get(&person).is_none_or(|known| known.as_str() < id) {
            self.slack_users.insert(person, id.to_owned());
        }
    }

    fn week<'r>(&self, rows: &'r Rows, row: usize) -> Result<Week, NoWeek<'r>> {
        match rows.sold_at.as_ref().ok_or(NoWeek::NoDate)? {
            Days::Known(days) => {
                let day = days.get(row).ok_or(NoWeek::NoDate)?;
                Week::of_day(day).ok_or_else(|| date_of_day(day).map_or(NoWeek::NoDate, NoWeek::OutOfRange))
            }
            Days::Times(times) => {
                let second = times.get(row).ok_or(NoWeek::NoDate)?;
                let day = self.day_of_second(second, times.are_instants).ok_or(NoWeek::NoDate)?;
                Week::of_day(day).ok_or_else(|| date_of_day(day).map_or(NoWeek::NoDate, NoWeek::OutOfRange))
            }
            Days::Text(words) => match bare(words.get(row)) {
                "" => Err(NoWeek::NoDate),
                text => {
                    let day = sold_at::day(text, &self.pass.reading.time_zone).ok_or(NoWeek::NotADate(text))?;
                    Week::of_date(day).ok_or(NoWeek::OutOfRange(day))
                }
            },
        }
    }

    /// Returns the day of a second since 1970, of UTC or of a local clock.
    fn day_of_second(&self, second: i64, is_instant: bool) -> Option<i32> {
        let offset = match is_instant {
            true => self.pass.reading.time_zone.to_offset(Timestamp::from_second(second).ok()?).seconds(),
            false => 0,
        };
        i32::try_from((second + i64::from(offset)).div_euclid(24 * 60 * 60)).ok()
    }

    #[expect(clippy::inline_always, reason = "returns the result of `ScaledNumbers::get`, see there")]
    #[inline(always)]
    fn amount(&self, amounts: Option<&Numbers>, row: usize) -> Result<Decimal, ParseDecimalError> {
        self.number(amounts, row).unwrap_or(Err(ParseDecimalError::Empty))
    }

    fn no_amount(&self, amounts: Option<&Numbers>, row: usize, problem: ParseDecimalError) -> Explanation {
        match (problem, amounts) {
            (ParseDecimalError::Empty, _) => explain!["there is no amount"],
            (problem, Some(Numbers::Text(words) | Numbers::Mixed(words, _))) => self.refused(words.get(row), problem),
            (problem, _) => explain!["the amount ", described(problem)],
        }
    }

    #[expect(clippy::inline_always, reason = "returns the result of `ScaledNumbers::get`, see there")]
    #[inline(always)]
    fn number(&self, numbers: Option<&Numbers>, row: usize) -> Option<Result<Decimal, ParseDecimalError>> {
        match numbers? {
            Numbers::Scaled(values) => values.get(row),
            Numbers::Printed(values) => values.get(row).copied().flatten(),
            Numbers::Text(words) => Some(amount::parse(bare(words.get(row)), self.pass.reading)),
            Numbers::Mixed(words, are_numbers) => Some(if are_numbers.get(row) == Some(&true) {
                Decimal::parse(words.get(row), DecimalStyle::Point)
            } else {
                amount::parse(bare(words.get(row)), self.pass.reading)
            }),
        }
    }

    /// Explains why a text is not an amount, with the setting that would make it one.
    fn refused(&self, text: &str, problem: ParseDecimalError) -> Explanation {
        let (other, hint) = match self.pass.reading.decimal_mark.unwrap_or_default() {
            DecimalStyle::Point => (DecimalStyle::Comma, "has a decimal comma. Set DECIMAL_COMMA=true to read it"),
            DecimalStyle::Comma => (DecimalStyle::Point, "has a decimal point, but DECIMAL_COMMA is true"),
        };
        let other = Reading { decimal_mark: Some(other), ..self.pass.reading.clone() };
        let text = bare(text);
        if problem == ParseDecimalError::NotANumber && amount::parse(text, &other).is_ok() {
            return explain!["the amount ", quoted(text), " ", hint];
        }
        if amount::is_foreign(text, &self.pass.reading.currency) {
            return explain![
                "the amount ",
                quoted(text),
                " is in another currency; only ",
                trusted(&self.pass.reading.currency),
                " is counted",
            ];
        }
        explain!["the amount ", quoted(text), " ", described(problem)]
    }

    /// Checks that the sums fit into memory.
    pub(crate) fn check(&self) -> Result<(), ReadError> {
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
                " combinations of salesperson, team and week. Split it into several files"
            ]));
        }
        self.pass.ids.check()
    }

    /// Adds the sums of another worker.
    pub(crate) fn merge(&mut self, other: Self) {
        let people: Vec<u32> = other.people.cleaned.into_iter().map(|name| self.people.merge(name)).collect();
        let teams: Vec<u32> = other.teams.cleaned.into_iter().map(|name| self.teams.merge(name)).collect();
        let here = |(week, person, team): Key| (week, people[person as usize], teams[team as usize]);
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
        for (person, id) in other.slack_users {
            self.note_user(people[person as usize], &id);
        }
        for (week, count) in other.skipped {
            *self.skipped.entry(week).or_default() += count;
        }
        self.examples.extend(other.examples);
        self.keep_first_examples();
    }

    /// Returns the contributions by week. A skipped row without a date may belong to any week, so each week counts it.
    pub(crate) fn into_sales_file(self) -> SalesFile {
        let mut weeks: BTreeMap<Week, Contribution> = BTreeMap::new();
        let no_extras = Extras::default();
        for (key @ (week, number, team), Sum { amount, rows }) in self.sums {
            let Extras { units, repeats_of_team, repeats_of_person } = self.extras.get(&key).unwrap_or(&no_extras);
            let contribution = weeks.entry(week).or_default();
            let tally = Tally { amount, deals: rows - repeats_of_team, units: *units };
            let person = Person {
                deals: rows - repeats_of_person,
                teams: [(self.teams.name(team).to_owned(), tally)].into(),
                slack_user_id: self.slack_users.get(&number).cloned(),
            };
            contribution.people.add(self.people.name(number), rows, person);
            contribution.rows += rows;
        }
        let rows = weeks.values().map(|contribution| contribution.rows).sum();
        for (&week, &skipped) in &self.skipped {
            match week {
                Some(week) => weeks.entry(week).or_default().skipped_rows += skipped,
                // `None` sorts first, so weeks with only skipped rows are not there yet.
                None => weeks.values_mut().for_each(|contribution| contribution.skipped_rows += skipped),
            }
        }
        let examples = self.examples.into_iter().map(|(line, reason)| SkippedRow { line, reason }).collect();
        SalesFile {
            weeks,
            rows,
            skipped_rows: self.skipped.values().sum(),
            examples,
            other_rows: self.other_rows,
            columns: self.columns,
            read_as: self.read_as,
            remarks: self.remarks,
        }
    }
}

impl NoWeek<'_> {
    fn explanation(&self) -> Explanation {
        match self {
            Self::NoDate => explain!["there is no date"],
            Self::NotADate(text) => explain![quoted(text), " is not a date such as 2026-11-20"],
            Self::OutOfRange(date) => {
                explain!["the year of ", quoted(&date.to_string()), " is not between 1900 and 2199"]
            }
        }
    }
}

/// What is wrong with an amount, as a part of a sentence.
const fn described(problem: ParseDecimalError) -> &'static str {
    match problem {
        ParseDecimalError::Empty => "is empty",
        ParseDecimalError::NotANumber => "is not a number",
        ParseDecimalError::TooLarge => "is too large: at most 22 digits before the decimal point",
    }
}

/// Returns the text of a row, empty if there is no such column: most files have few of the optional ones.
#[inline]
fn text(words: Option<&Words>, row: usize) -> &str {
    words.map_or("", |words| words.get(row).trim())
}
