//! The ranking of a board.

use std::iter;

use standings_core::{Decimal, Entry, Report};

use super::message::Message;
use super::money::{self, Currency, grouped};
use super::table::{self, Align, Column};
use super::text::{defused, shown};
use super::{Asking, counted, dates};
use crate::command::{MAX_ROWS, Top};

/// Names and teams in a table are cut here, so that a row fits on a phone held sideways.
const NAME_COLUMNS: usize = 24;
const TEAM_COLUMNS: usize = 14;

/// The text that screen readers read names so many.
const SPOKEN: usize = 3;

/// The best `top` of a report that has entries.
pub(crate) fn board(report: &Report, top: Top, asking: Asking) -> Message {
    let currency = Currency::new(&report.currency);
    let entries = &report.entries[..report.entries.len().min(top.rows)];
    let mut message = Message::new(&heading(report, str::to_owned), spoken(report, currency))
        .section(lead(report, currency, asking))
        .sections(&table::lines(&columns(report, entries, currency)), "```\n", "\n```");
    let totals = [salespeople(report, entries.len()), total(report, currency), updated(report)].join(" \u{b7} ");
    let clamped = top.is_clamped.then(|| format!("A ranking shows 1 to {MAX_ROWS} rows; this one shows {}.", top.rows));
    message = message.context(iter::once(totals).chain(problems(report, asking)).chain(clamped));
    message
}

fn heading(report: &Report, name: impl Fn(&str) -> String) -> String {
    let dates = dates::range(report.monday, report.sunday);
    match &report.team {
        Some(team) => format!("{}: {dates}", name(&shown(team, 60))),
        None => format!("Sales standings: {dates}"),
    }
}

/// All that matters, in one line.
fn spoken(report: &Report, currency: Currency) -> String {
    let best =
        report.entries.iter().take(SPOKEN).map(|entry| {
            format!("{}. {} {}", entry.rank, defused(&shown(&entry.name, 60)), currency.amount(entry.amount))
        });
    let best = best.collect::<Vec<_>>().join("; ");
    let heading = heading(report, defused);
    format!("{heading}: {best}. Total {} {}", currency.amount(report.total), currency.code)
}

/// The point of it all: who is first, and by how much.
fn lead(report: &Report, currency: Currency, asking: Asking) -> String {
    let name = |entry: &Entry| format!("*{}*", defused(&shown(&entry.name, 60)));
    let Some(first) = report.entries.first() else { return String::new() };
    let leaders = report.entries.iter().take_while(|entry| entry.rank == first.rank).count();
    let amount = format!("{} {}", currency.amount(first.amount), currency.code);
    let is_running = report.week >= asking.this_week;
    let (leads, share) = if is_running { ("leads", "share") } else { ("led", "shared") };
    match (leaders, report.entries.get(1)) {
        (1, Some(second)) => {
            // Amounts that overflow here are damage; they are shown, only not compared.
            let ahead = first.amount.ten_thousandths().checked_sub(second.amount.ten_thousandths());
            let ahead = ahead.map_or(String::new(), |ahead| {
                let ahead = currency.amount(Decimal::from_ten_thousandths(ahead));
                format!(", {ahead} ahead of {}", defused(&shown(&second.name, 60)))
            });
            format!("{} {leads} with {amount}{ahead}.", name(first))
        }
        (1, None) => format!("{} {leads} with {amount}.", name(first)),
        (2, Some(second)) => format!("{} and {} {share} the lead with {amount} each.", name(first), name(second)),
        _ => format!("{leaders} people {share} the lead with {amount} each."),
    }
}

fn columns(report: &Report, entries: &[Entry], currency: Currency) -> Vec<Column> {
    let mut columns = vec![
        Column::new("#", Align::Right, entries.iter().map(|entry| entry.rank.to_string())),
        Column::new("Salesperson", Align::Left, entries.iter().map(|entry| shown(&entry.name, NAME_COLUMNS))),
    ];
    if report.team.is_none() && entries.iter().any(|entry| entry.team.is_some()) {
        let team =
            |entry: &Entry| entry.team.as_deref().map_or("\u{2013}".to_owned(), |team| shown(team, TEAM_COLUMNS));
        columns.push(Column::new("Team", Align::Left, entries.iter().map(team)));
    }
    let amounts = entries.iter().map(|entry| currency.amount(entry.amount));
    columns.push(Column::new(currency.code, Align::Right, amounts));
    columns.push(Column::new("Change", Align::Left, entries.iter().map(movement)));
    columns
}

/// How far someone has come since the week before, in words.
fn movement(entry: &Entry) -> String {
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
    format!("total *{} {}*, {change}", currency.amount(report.total), currency.code)
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

/// A number with its noun.
pub(super) fn number(count: u64) -> String {
    grouped(&count.to_string())
}
