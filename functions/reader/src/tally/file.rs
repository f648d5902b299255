//! The result: sums become contributions, with an account of all rows and of how they were read.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;
use standings_core::explanation::{quoted, trusted};
use standings_core::{Contribution, Explanation, Person, Segment, SkippedRow, Tally, explain};

use super::orders::Shown;
use super::{Extras, Key, MAX_TEAMS, Sum, Tallies};
use crate::columns::{Field, Verdict, joined};
use crate::evidence::Words;
use crate::sales_file::{ReadError, SalesFile, rejected};

/// Maximum segments per file: thirty years. Beyond it some other column was taken for the date.
const MAX_SEGMENTS: usize = 1_900;

/// Maximum words of a column that an explanation names.
const MAX_WORDS: usize = 6;

impl Tallies<'_> {
    /// Returns the contributions by segment. A skipped row without a date may belong to any segment, so each counts it.
    ///
    /// # Errors
    ///
    /// If the file is implausible as a whole.
    pub(crate) fn into_sales_file(mut self) -> Result<SalesFile, ReadError> {
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

    /// Says in words how the values were read.
    fn explain(&mut self) {
        self.read_as.extend(self.evidence.explained(self.pass));
        self.remarks.extend(self.evidence.remarks(self.pass));
        if self.pass.dialect.is_grouped {
            self.read_as.push(explain!["rows without a salesperson are those of the salesperson above them"]);
        }
        for field in Field::ALL {
            if let Some(value) = self.pass.partitions.get(field) {
                self.read_as.push(explain![
                    trusted(field.name()),
                    " is ",
                    quoted(value),
                    " where the file has no column for it"
                ]);
            }
        }
        for name in &self.pass.dialect.ignored_gates {
            self.read_as.push(explain![
                quoted(name),
                " is not used after all: its words do not tell sales from other rows. The option `sales` can",
            ]);
        }
        for words in self.evidence.gates.values() {
            let is_pipeline = self.pass.dialect.pipelines.contains(&words.gate.name);
            self.read_as.extend(decided(words, is_pipeline));
            self.remarks.extend(unknown(words, is_pipeline));
        }
        if self.repeated_totals > 0 {
            self.read_as.push(explain![
                "the amount is the total of an order, which counts once: further lines that repeat it: ",
                self.repeated_totals,
            ]);
        }
        match self.orders.shown() {
            Shown::Totals => self.remarks.push(explain![
                "each order has the same total on all of its lines, so it counts once per order. If it is that of the \
                 line, map another column to amount",
            ]),
            Shown::Unclear => self.remarks.push(explain![
                "an order has the same total on all of its lines, and each line counts. If it is that of the order, name \
                 the column \"Order Total\"",
            ]),
            Shown::Nothing | Shown::Lines => {}
        }
        if self.pass.dialect.without_teams {
            self.remarks.push(explain![
                "the column for the team has more than ",
                MAX_TEAMS,
                " different values, so it is no team: rows count without one. Is another column the team? Name it in `columns`",
            ]);
        }
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

/// Says which words of a column made rows count, and which did not.
fn decided(words: &Words, is_pipeline: bool) -> Option<Explanation> {
    let rows_with = |wanted: &dyn Fn(Verdict) -> bool| {
        let mut found: Vec<(&str, u64)> = words
            .rows
            .iter()
            .filter(|(_, (verdict, _))| wanted(*verdict))
            .map(|(text, (_, rows))| (text.as_str(), *rows))
            .collect();
        found.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
        found
    };
    let out = rows_with(&|verdict| {
        matches!(verdict, Verdict::NoSale | Verdict::Open) || is_pipeline && verdict == Verdict::Unknown
    });
    let refunds = rows_with(&|verdict| verdict == Verdict::Refund);
    if out.is_empty() && refunds.is_empty() {
        return None;
    }
    let mut clauses = Vec::new();
    if !out.is_empty() {
        let rows: u64 = out.iter().map(|(_, rows)| rows).sum();
        clauses.push(explain![
            rows,
            if rows == 1 { " row is no sale: " } else { " rows are no sales: " },
            listed(&words.gate.name, &out)
        ]);
    }
    if !refunds.is_empty() {
        let rows: u64 = refunds.iter().map(|(_, rows)| rows).sum();
        clauses.push(explain![
            rows,
            if rows == 1 { " row is a refund: " } else { " rows are refunds: " },
            listed(&words.gate.name, &refunds)
        ]);
    }
    Some(joined(clauses))
}

/// Points out the words of a status column that are not known.
fn unknown(words: &Words, is_pipeline: bool) -> Option<Explanation> {
    let mut unknown: Vec<(&str, u64)> = words
        .rows
        .iter()
        .filter(|(_, (verdict, _))| *verdict == Verdict::Unknown)
        .map(|(text, (_, rows))| (text.as_str(), *rows))
        .collect();
    unknown.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
    if unknown.is_empty() {
        return None;
    }
    let consequence = if is_pipeline {
        " do not count: Standings does not know these words, but the column says which deals are won"
    } else {
        " count: Standings does not know these words"
    };
    let rows: u64 = unknown.iter().map(|(_, rows)| rows).sum();
    let list = listed(&words.gate.name, &unknown);
    Some(explain![rows, " rows with ", list, consequence, ". The option `sales` tells which rows are sales"])
}

/// Lists the words of a column: "Stage" = "Open", "Lost".
fn listed(column: &str, words: &[(&str, u64)]) -> Explanation {
    let shown = joined(words.iter().take(MAX_WORDS).map(|(word, _)| explain![quoted(word)]));
    let list = explain![quoted(column), " = ", shown];
    if words.len() > MAX_WORDS { explain![list, " and ", words.len() - MAX_WORDS, " more"] } else { list }
}
