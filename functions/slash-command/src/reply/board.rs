//! The ranking of a board.

use standings_core::{Entry, Measure, Report};

use super::actions::Actions;
use super::message::Message;
use super::money::{self, Currency};
use super::table::{self, Align, Column, RankingStyle, TableBlock};
use super::text::{defused, shown};
use super::{Asking, counted, dates};
use crate::command::{Ask, Query};

/// Names and teams in a table are cut here, so that a row fits on a phone held sideways.
const NAME_COLUMNS: usize = 24;
const TEAM_COLUMNS: usize = 14;

/// The text that screen readers read names so many.
const SPOKEN: usize = 3;

/// The best of a report that has entries.
pub(crate) fn board(report: &Report, query: &Query, asking: Asking) -> Message {
    let report = &report.clone().by(query.measure);
    let currency = Currency::new(&report.currency);
    let entries = &report.entries[..report.entries.len().min(query.rows)];
    let message = Message::new(&heading(report, str::to_owned), spoken(report, query.measure, currency)).section(lead(
        report,
        query.measure,
        currency,
        asking,
    ));
    let columns = columns(report, entries, query.measure, asking.style);
    let (message, rows) = ranking(message, &columns, asking);
    let totals = [salespeople(report, rows), total(report, currency), updated(report)].join(" \u{b7} ");
    // A team as it is called, however it was typed.
    let ask = report.team.clone().map_or(Ask::Company, Ask::Team);
    Actions::new(asking, &Query { ask, ..query.clone() }, report.week)
        .weeks()
        .teams(report)
        .measures(report)
        .share()
        .onto(message)
        .context(std::iter::once(totals).chain(problems(report, asking)).chain(asking.notes()))
}

/// Adds rows to a message in the style that is set, and says how many there was room for.
pub(super) fn ranking(message: Message, columns: &[Column], asking: Asking) -> (Message, usize) {
    match asking.style {
        RankingStyle::Text => {
            let lines = table::lines(columns);
            (message.sections(&lines, "```\n", "\n```"), lines.len() - 1)
        }
        RankingStyle::Table => {
            let table = TableBlock::new(columns);
            let rows = table.len();
            (message.table(table), rows)
        }
    }
}

fn heading(report: &Report, name: impl Fn(&str) -> String) -> String {
    let dates = dates::range(report.monday, report.sunday);
    match &report.team {
        Some(team) => format!("{}: {dates}", name(&shown(team, 60))),
        None => format!("Sales standings: {dates}"),
    }
}

/// All that matters, in one line.
fn spoken(report: &Report, measure: Measure, currency: Currency) -> String {
    let best = report.entries.iter().take(SPOKEN).map(|entry| {
        let value = match measure {
            Measure::Amount => money::value(entry, measure, currency),
            Measure::Deals | Measure::Units => money::named_value(entry, measure, currency),
        };
        format!("{}. {} {value}", entry.rank, defused(&shown(&entry.name, 60)))
    });
    let best = best.collect::<Vec<_>>().join("; ");
    let heading = heading(report, defused);
    format!("{heading}: {best}. Total {}", currency.total(report.total))
}

/// The point of it all: who is first and by how much, and who comes next, with their medals.
fn lead(report: &Report, measure: Measure, currency: Currency, asking: Asking) -> String {
    let Some(first) = report.entries.first() else { return String::new() };
    let of_rank = |rank| report.entries.iter().filter(move |entry| entry.rank == rank).collect::<Vec<_>>();
    let name = |entry: &Entry| format!("{}*{}*", medal(entry.rank), defused(&shown(&entry.name, 60)));
    let value = |entry: &Entry| money::named_value(entry, measure, currency);
    let (leads, share, follows) =
        if report.week >= asking.this_week { ("leads", "share", "follows") } else { ("led", "shared", "came next") };
    let third = match of_rank(3).as_slice() {
        [third] => format!(" {} {follows} with {}.", name(third), value(third)),
        _ => String::new(),
    };
    match (of_rank(1).as_slice(), of_rank(2).as_slice()) {
        ([_], [second]) => {
            // Amounts that overflow here are damage; they are shown, only not compared.
            let ahead = money::ahead(first, second, measure, currency);
            let ahead = ahead.map_or(String::new(), |ahead| format!(", {ahead} ahead of {}", name(second)));
            format!("{} {leads} with {}{ahead}.{third}", name(first), value(first))
        }
        ([_], [second, other]) => {
            format!("{} {leads} with {}, ahead of {} and {}.", name(first), value(first), name(second), name(other))
        }
        ([one, other], _) => {
            format!("{} and {} {share} the lead with {} each.{third}", name(one), name(other), value(first))
        }
        ([_], _) => format!("{} {leads} with {}.", name(first), value(first)),
        (leaders, _) => {
            format!("{}{} people {share} the lead with {} each.", medal(1), leaders.len(), value(first))
        }
    }
}

/// The medals of the first three places.
pub(super) fn medal(rank: u32) -> &'static str {
    match rank {
        1 => "\u{1f947} ",
        2 => "\u{1f948} ",
        3 => "\u{1f949} ",
        _ => "",
    }
}

/// The columns of some entries of a report. In a table of Slack's the medals stand with the ranks; in text they would
/// push the columns apart, since no two fonts agree how wide they are.
pub(super) fn columns(report: &Report, entries: &[Entry], measure: Measure, style: RankingStyle) -> Vec<Column> {
    let currency = Currency::new(&report.currency);
    let rank = |entry: &Entry| match style {
        RankingStyle::Text => entry.rank.to_string(),
        RankingStyle::Table => format!("{}{}", medal(entry.rank), entry.rank),
    };
    let mut columns = vec![
        Column::new("#", Align::Right, entries.iter().map(rank)),
        Column::new("Salesperson", Align::Left, entries.iter().map(|entry| shown(&entry.name, NAME_COLUMNS))),
    ];
    if report.team.is_none() && entries.iter().any(|entry| entry.team.is_some()) {
        let team =
            |entry: &Entry| entry.team.as_deref().map_or("\u{2013}".to_owned(), |team| shown(team, TEAM_COLUMNS));
        columns.push(Column::new("Team", Align::Left, entries.iter().map(team)));
    }
    let title = match measure {
        Measure::Amount if currency.code.is_empty() => "Amount",
        Measure::Amount => currency.code,
        Measure::Deals => "Deals",
        Measure::Units => "Units",
    };
    columns.push(Column::new(title, Align::Right, entries.iter().map(|entry| money::value(entry, measure, currency))));
    columns.push(Column::new("Change", Align::Left, entries.iter().map(movement)));
    columns
}

/// How far someone has come since the week before, in words.
pub(super) fn movement(entry: &Entry) -> String {
    match entry.previous_rank {
        None => "new".to_owned(),
        Some(before) if before > entry.rank => format!("up {}", before - entry.rank),
        Some(before) if before < entry.rank => format!("down {}", entry.rank - before),
        Some(_) => "same".to_owned(),
    }
}

fn salespeople(report: &Report, rows: usize) -> String {
    let all = counted(report.salespeople.into(), "salesperson", "salespeople");
    if u32::try_from(rows).is_ok_and(|rows| rows < report.salespeople) { format!("Top {rows} of {all}") } else { all }
}

fn total(report: &Report, currency: Currency) -> String {
    let change = money::change(report.total, report.previous_total, currency)
        .map_or("nothing was sold the week before".to_owned(), |change| format!("{change} on the week before"));
    format!("total *{}*, {change}", currency.total(report.total))
}

pub(super) fn updated(report: &Report) -> String {
    format!("updated {}", dates::instant(report.computed_at))
}

/// What did not count, so that nobody wonders.
pub(super) fn problems(report: &Report, asking: Asking) -> Option<String> {
    let rows = (report.skipped_rows > 0).then(|| counted(report.skipped_rows, "row was skipped", "rows were skipped"));
    let files = (report.rejected_files > 0)
        .then(|| counted(report.rejected_files.into(), "file could not be read", "files could not be read"));
    let problems: Vec<String> = rows.into_iter().chain(files).collect();
    (!problems.is_empty())
        .then(|| format!("Not all of it counts: {}. See `{} status`.", problems.join(" and "), asking.command))
}
