//! Adding up: rows become sums per week, person and team.

use std::collections::BTreeMap;

use jiff::civil::Date;
use standings_core::{Contribution, Decimal, DecimalStyle, ParseDecimalError, SkippedRow, Tally, Week};

use crate::ids::{Deal, Ids};
use crate::names::{Map, NO_NAME, Names, refusal};
use crate::reading::Reading;
use crate::rows::Rows;
use crate::sales_file::{ReadError, SalesFile, rejected};
use crate::values::{Days, Numbers, Words, bare, date_of_day, shown};
use crate::{amount, sold_at};

/// A file may write this many different salespeople, and teams. Any more and some other column was taken for them.
#[cfg(not(any(test, fuzzing)))]
const MAX_NAMES: usize = 1_000_000;
#[cfg(any(test, fuzzing))]
const MAX_NAMES: usize = 1_000;

/// And have this many sums, one for each week, salesperson and team.
#[cfg(not(any(test, fuzzing)))]
const MAX_SUMS: usize = 2_000_000;
#[cfg(any(test, fuzzing))]
const MAX_SUMS: usize = 2_000;

/// Each file shows this many of its skipped rows.
const MAX_EXAMPLES: usize = 5;

/// So many rows go through each step before the next: in a short loop, the processor waits for several lookups at once.
const BLOCK: usize = 256;

/// The sums of the rows that one worker has seen.
pub(crate) struct Tallies<'a> {
    reading: &'a Reading,
    ids: &'a Ids,
    people: Names,
    teams: Names,
    sums: Map<Key, Sum>,
    rests: Map<Key, Rest>,
    /// Who people are in Slack, by number.
    slack_users: Map<u32, String>,
    /// The skipped rows of each week; those whose date cannot be read stand under none.
    skipped: BTreeMap<Option<Week>, u64>,
    /// The first skipped rows, by their line.
    examples: BTreeMap<u64, String>,
}

/// Week, person and team.
type Key = (Week, u32, u32);

/// What a row counts, but for the rest.
struct Sale {
    week: Week,
    person: u32,
    team: u32,
    amount: Decimal,
}

/// What most rows add to. The smaller it is, the more of them are at hand.
#[derive(Default)]
struct Sum {
    amount: Decimal,
    rows: u64,
}

/// What only some rows add to.
#[derive(Default)]
struct Rest {
    units: Decimal,
    /// Rows of orders that were met before, with this team and with this person: they are no deal of theirs.
    repeats_of_team: u64,
    repeats_of_person: u64,
}

/// Why a row is skipped, and the week it would have counted for.
struct Skip {
    week: Option<Week>,
    reason: String,
}

impl<'a> Tallies<'a> {
    pub(crate) fn new(reading: &'a Reading, ids: &'a Ids) -> Self {
        Self {
            reading,
            ids,
            people: Names::default(),
            teams: Names::default(),
            sums: Map::default(),
            rests: Map::default(),
            slack_users: Map::default(),
            skipped: BTreeMap::new(),
            examples: BTreeMap::new(),
        }
    }

    /// Adds rows. Their positions in the file begin at `position`; `line_of` tells the line of one of them.
    pub(crate) fn add(&mut self, rows: &Rows, position: u64, line_of: &dyn Fn(usize) -> u64) {
        let (mut people, mut teams) = ([0; BLOCK], [0; BLOCK]);
        let mut sales = Vec::with_capacity(BLOCK);
        for begin in (0..rows.count).step_by(BLOCK) {
            let block = begin..rows.count.min(begin + BLOCK);
            self.people.numbers(rows.salesperson.as_ref(), block.clone(), &mut people);
            self.teams.numbers(rows.team.as_ref(), block.clone(), &mut teams);
            for ((row, person), team) in block.zip(people).zip(teams) {
                if let Err(Skip { week, reason }) =
                    self.add_row(rows, row, position + row as u64, person, team, &mut sales)
                {
                    // Lines are counted only where somebody will read them.
                    let line = (self.examples.len() < MAX_EXAMPLES).then(|| line_of(row));
                    self.skip(week, line, reason);
                }
            }
            for Sale { week, person, team, amount } in sales.drain(..) {
                let sum = self.sums.entry((week, person, team)).or_default();
                sum.amount += amount;
                sum.rows += 1;
            }
        }
    }

    /// Counts a row that cannot be read; with its line, it is shown.
    pub(crate) fn skip(&mut self, week: Option<Week>, line: Option<u64>, reason: String) {
        *self.skipped.entry(week).or_default() += 1;
        self.examples.extend(line.map(|line| (line, reason)));
        self.keep_first_examples();
    }

    fn keep_first_examples(&mut self) {
        while self.examples.len() > MAX_EXAMPLES {
            self.examples.pop_last();
        }
    }

    /// Adds a row to `sales`, and to the rest. One that is blank adds nothing, nor one whose sale another row counts.
    fn add_row(
        &mut self,
        rows: &Rows,
        row: usize,
        position: u64,
        person: u32,
        team: u32,
        sales: &mut Vec<Sale>,
    ) -> Result<(), Skip> {
        let week = match self.week(rows, row) {
            Ok(week) => week,
            Err(_) if rows.is_blank(row) => return Ok(()),
            Err(reason) => return Err(Skip { week: None, reason }),
        };
        let skip = |reason: String| Skip { week: Some(week), reason };
        if !text(rows.extra.as_ref(), row).is_empty() {
            return Err(skip("it has more fields than the header".to_owned()));
        }
        let currency = text(rows.currency.as_ref(), row);
        if !currency.is_empty() && !currency.eq_ignore_ascii_case(&self.reading.currency) {
            let counted = &self.reading.currency;
            return Err(skip(format!("the currency is {}, and {counted} is what counts", shown(currency))));
        }
        let amount = self.amount(rows.amount.as_ref(), row).map_err(skip)?;
        if person == NO_NAME {
            return Err(skip(format!(
                "the salesperson {}",
                refusal(text(rows.salesperson.as_ref(), row)).unwrap_or_default()
            )));
        }
        if self.people.name(person).is_empty() {
            return Err(skip("there is no salesperson".to_owned()));
        }
        if team == NO_NAME {
            return Err(skip(format!("the team {}", refusal(text(rows.team.as_ref(), row)).unwrap_or_default())));
        }
        let sale_id = text(rows.sale_id.as_ref(), row);
        if !sale_id.is_empty() && !self.ids.sale_counts(sale_id, position) {
            return Ok(());
        }
        // A number of units that cannot be read is no reason to lose the sale.
        let units = self.number(rows.quantity.as_ref(), row).and_then(Result::ok).unwrap_or_default();
        let deal = match text(rows.order_id.as_ref(), row) {
            "" => Deal { of_person: true, of_team: true },
            order => self.ids.order(week, self.people.name(person), self.teams.name(team), order),
        };
        if let Some(ids) = &rows.slack_user_id {
            self.note_user(person, ids.get(row).trim());
        }
        sales.push(Sale { week, person, team, amount });
        if units != Decimal::ZERO || !deal.of_person || !deal.of_team {
            let rest = self.rests.entry((week, person, team)).or_default();
            rest.units += units;
            rest.repeats_of_team += u64::from(!deal.of_team);
            rest.repeats_of_person += u64::from(!deal.of_person);
        }
        Ok(())
    }

    /// Notes who somebody is in Slack; of several ids the highest counts, so that the order of rows does not matter.
    fn note_user(&mut self, person: u32, id: &str) {
        let is_id = id.starts_with(['U', 'W']) && id.len() <= 32 && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if is_id && self.slack_users.get(&person).is_none_or(|known| known.as_str() < id) {
            self.slack_users.insert(person, id.to_owned());
        }
    }

    fn week(&self, rows: &Rows, row: usize) -> Result<Week, String> {
        let missing = || "there is no date".to_owned();
        match rows.sold_at.as_ref().ok_or_else(missing)? {
            Days::Known(days) => {
                let day = days.get(row).ok_or_else(missing)?;
                Week::of_day(day).ok_or_else(|| date_of_day(day).map_or_else(missing, no_such_year))
            }
            Days::Text(words) => match bare(words.get(row)) {
                "" => Err(missing()),
                text => {
                    let day = sold_at::day(text, &self.reading.time_zone);
                    let day = day.ok_or_else(|| format!("{} is not a date such as 2026-11-20", shown(text)))?;
                    Week::of_date(day).ok_or_else(|| no_such_year(day))
                }
            },
        }
    }

    #[expect(clippy::inline_always, reason = "as for `ScaledNumbers::get`, which it hands on")]
    #[inline(always)]
    fn amount(&self, amounts: Option<&Numbers>, row: usize) -> Result<Decimal, String> {
        match self.number(amounts, row) {
            Some(Ok(amount)) => Ok(amount),
            Some(Err(problem)) => Err(self.no_amount(amounts, row, problem)),
            None => Err(self.no_amount(amounts, row, ParseDecimalError::Empty)),
        }
    }

    fn no_amount(&self, amounts: Option<&Numbers>, row: usize, problem: ParseDecimalError) -> String {
        match (problem, amounts) {
            (ParseDecimalError::Empty, _) => "there is no amount".to_owned(),
            (problem, Some(Numbers::Text(words))) => self.refused(words.get(row), problem),
            (problem, _) => format!("the amount {problem}"),
        }
    }

    #[expect(clippy::inline_always, reason = "as for `ScaledNumbers::get`, which it hands on")]
    #[inline(always)]
    fn number(&self, numbers: Option<&Numbers>, row: usize) -> Option<Result<Decimal, ParseDecimalError>> {
        match numbers? {
            Numbers::Scaled(values) => values.get(row),
            Numbers::Printed(values) => values.get(row).copied().flatten(),
            Numbers::Text(words) => Some(amount::parse(bare(words.get(row)), self.reading)),
        }
    }

    /// Why an amount is none, with the setting that would make it one.
    fn refused(&self, text: &str, problem: ParseDecimalError) -> String {
        let (other, hint) = match self.reading.decimal_style {
            DecimalStyle::Point => (DecimalStyle::Comma, "has a decimal comma; DECIMAL_COMMA=true reads it"),
            DecimalStyle::Comma => (DecimalStyle::Point, "has a decimal point, and DECIMAL_COMMA is true"),
        };
        let other = Reading { decimal_style: other, ..self.reading.clone() };
        let text = bare(text);
        if problem == ParseDecimalError::NotANumber && amount::parse(text, &other).is_ok() {
            return format!("the amount {} {hint}", shown(text));
        }
        if amount::is_foreign(text, &self.reading.currency) {
            return format!(
                "the amount {} is in another currency, and {} is what counts",
                shown(text),
                self.reading.currency
            );
        }
        format!("the amount {} {problem}", shown(text))
    }

    /// Whether the file keeps within what fits into memory.
    pub(crate) fn check(&self) -> Result<(), ReadError> {
        for (names, what) in [(&self.people, "salespeople"), (&self.teams, "teams")] {
            if names.cleaned.len() > MAX_NAMES {
                return Err(rejected(format!("it names more than {MAX_NAMES} {what}. Is it the right column?")));
            }
        }
        if self.sums.len() > MAX_SUMS {
            return Err(rejected(format!(
                "it adds up to more than {MAX_SUMS} sums of a salesperson, team and week. Split it into several"
            )));
        }
        self.ids.check()
    }

    /// Takes in what another worker has seen.
    pub(crate) fn merge(&mut self, other: Self) {
        let people: Vec<u32> = other.people.cleaned.into_iter().map(|name| self.people.take(name)).collect();
        let teams: Vec<u32> = other.teams.cleaned.into_iter().map(|name| self.teams.take(name)).collect();
        let here = |(week, person, team): Key| (week, people[person as usize], teams[team as usize]);
        for (key, Sum { amount, rows }) in other.sums {
            let sum = self.sums.entry(here(key)).or_default();
            sum.amount += amount;
            sum.rows += rows;
        }
        for (key, Rest { units, repeats_of_team, repeats_of_person }) in other.rests {
            let rest = self.rests.entry(here(key)).or_default();
            rest.units += units;
            rest.repeats_of_team += repeats_of_team;
            rest.repeats_of_person += repeats_of_person;
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

    /// The sums, by week. Rows whose date cannot be read may belong to any week, so each week of the file shows them.
    pub(crate) fn into_sales_file(self) -> SalesFile {
        let mut weeks: BTreeMap<Week, Contribution> = BTreeMap::new();
        let no_rest = Rest::default();
        for (key @ (week, number, team), Sum { amount, rows }) in self.sums {
            let Rest { units, repeats_of_team, repeats_of_person } = self.rests.get(&key).unwrap_or(&no_rest);
            let contribution = weeks.entry(week).or_default();
            let person = contribution.people.entry(self.people.name(number).to_owned()).or_default();
            person.slack_user_id = person.slack_user_id.take().max(self.slack_users.get(&number).cloned());
            person.deals += rows - repeats_of_person;
            *person.teams.entry(self.teams.name(team).to_owned()).or_default() +=
                Tally { amount, deals: rows - repeats_of_team, units: *units };
            contribution.rows += rows;
        }
        let rows = weeks.values().map(|contribution| contribution.rows).sum();
        for (&week, &skipped) in &self.skipped {
            match week {
                Some(week) => weeks.entry(week).or_default().skipped_rows += skipped,
                // None sorts first; the weeks that have nothing but skipped rows come after.
                None => weeks.values_mut().for_each(|contribution| contribution.skipped_rows += skipped),
            }
        }
        let examples = self.examples.into_iter().map(|(line, reason)| SkippedRow { line, reason }).collect();
        SalesFile { weeks, rows, skipped_rows: self.skipped.values().sum(), examples }
    }
}

fn no_such_year(date: Date) -> String {
    format!("the year of {date} is not between 1900 and 2199")
}

/// The text of a row, empty where there is no such column: most files have few of the known ones.
#[inline]
fn text(words: Option<&Words>, row: usize) -> &str {
    words.map_or("", |words| words.get(row).trim())
}
