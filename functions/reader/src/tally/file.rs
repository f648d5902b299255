//! The result: sums become contributions, with an account of all rows and of how they were read.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;
use standings_core::{Contribution, Person, Segment, SkippedRow, Tally, explain};

use super::{Extras, Key, Sum, Tallies};
use crate::sales_file::{ReadError, SalesFile, rejected};

/// Maximum segments per file: thirty years. Beyond it some other column was taken for the date.
const MAX_SEGMENTS: usize = 1_900;

impl Tallies<'_> {
    /// Returns the contributions by segment. A skipped row without a date may belong to any segment, so each counts it.
    ///
    /// # Errors
    ///
    /// If the file is implausible as a whole.
    pub(crate) fn into_sales_file(mut self) -> Result<SalesFile, ReadError> {
        self.check_ids()?;
        self.explain();
        let readable_skips = self.readable_skips;
        let mut segments: BTreeMap<Segment, Contribution> = BTreeMap::new();
        let no_extras = Extras::default();
        let teams = self.teams.smallest_spellings(self.sums.keys().map(|key| key.team));
        let team_name = |team: u32| teams.get(self.teams.identity(team)).copied().unwrap_or_default();
        let straddling = self.straddling.deals();
        for (key, Sum { amount, rows }) in self.sums {
            let Extras { units, repeats_of_team, repeats_of_person } = self.extras.get(&key).unwrap_or(&no_extras);
            let (of_person, of_team) = straddling.get(&key).copied().unwrap_or_default();
            let Key { segment, person: number, team } = key;
            let contribution = segments.entry(segment).or_default();
            let tally = Tally { amount, deals: rows - repeats_of_team + of_team, units: *units };
            let person = Person {
                deals: rows - repeats_of_person + of_person,
                teams: [(team_name(team).to_owned(), tally)].into(),
                slack_user_id: self.slack_users.get(&number).cloned(),
            };
            contribution.people.add(self.people.name(number), rows, person);
            contribution.rows += rows;
        }
        for ((day, team), amount) in self.days {
            let date = Date::constant(1970, 1, 1).saturating_add(day.days());
            if let Some(contribution) = Segment::of_day(day).and_then(|segment| segments.get_mut(&segment)) {
                contribution.add_to_day(date, team_name(team), amount);
            }
        }
        let rows = segments.values().map(|contribution| contribution.rows).sum();
        for (&segment, &skipped) in &self.skipped {
            match segment {
                Some(segment) => segments.entry(segment).or_default().skipped_rows += skipped,
                // `None` sorts first, so segments with only skipped rows are not there yet.
                None => segments.values_mut().for_each(|contribution| contribution.undated_rows += skipped),
            }
        }
        let examples = self.examples.into_iter().map(|((line, _), reason)| SkippedRow { line, reason }).collect();
        let file = SalesFile {
            segments,
            rows,
            skipped_rows: self.skipped.values().sum(),
            examples,
            other_rows: self.other_rows,
            sketch: self.sketch.into_hashes(),
            columns: self.columns,
            read_as: self.read_as,
            remarks: self.remarks,
        };
        checked(file, readable_skips)
    }

    /// Rejects a file whose rows change or repeat others, without a column that says which.
    fn check_ids(&self) -> Result<(), ReadError> {
        if self.has_changes() && !self.has_sale_ids {
            return Err(rejected(explain![
                "the file is a change log (CDC), and has no column that says which sale a row changes. Name it in the option \
                 columns: sale_id=..., or export the table instead",
            ]));
        }
        if self.orders.has_repeats_without_order() {
            return Err(rejected(explain![
                "the amount is the total of an order, repeated on its lines, and no column says which lines are one order. \
                 Name it in the option columns: order_id=..., or the total of the line: amount=...",
            ]));
        }
        Ok(())
    }
}

/// Rejects a file most of whose rows cannot be read, and one in which nothing can be counted.
fn checked(file: SalesFile, readable_skips: u64) -> Result<SalesFile, ReadError> {
    let understood = file.rows + file.other_rows.not_sales + file.other_rows.repeated;
    let unreadable = file.skipped_rows - readable_skips;
    if unreadable > understood + readable_skips || understood == 0 && file.skipped_rows > 0 {
        let example = match file.examples.into_iter().next() {
            Some(row) => explain![". Line ", row.line, ": ", row.reason],
            None => explain![],
        };
        let all = file.skipped_rows + understood;
        return Err(rejected(explain![file.skipped_rows, " of ", all, " rows cannot be counted", example]));
    }
    if file.segments.len() > MAX_SEGMENTS {
        return Err(rejected(explain![
            "the file has rows in more than ",
            MAX_SEGMENTS / 63,
            " years. Check its dates, or split it into several files",
        ]));
    }
    Ok(file)
}
