//! The message with the ranking of a board.

use standings_core::{Entry, FiscalCalendar, Measure, PeriodKind, Report, SoFar};

use super::actions::Actions;
use super::blocks::Align;
use super::context::Context;
use super::dates;
use super::message::Message;
use super::money::{self, Currency, Value};
use super::movement::Movement;
use super::number::counted;
use super::table::{Column, RankingStyle, add_table};
use super::text::{display_name, escape_mrkdwn};
use crate::command::{Query, Subject};

/// Maximum width of a name in a table, so that a row fits on a phone in landscape.
const NAME_COLUMNS: usize = 24;

/// Maximum width of a team in a table. Same reason as for names.
const TEAM_COLUMNS: usize = 14;

/// Salespeople in the plain text, which screen readers read aloud.
const SPOKEN: usize = 3;

/// Returns the ranking of a report that has entries.
pub(crate) fn board(report: &Report, query: &Query, context: Context) -> Message {
    let report = &report.clone().by(query.measure);
    let currency = Currency::new(&report.currency);
    let entries = &report.entries[..report.entries.len().min(query.rows)];
    let calendar = context.today.calendar;
    let message =
        Message::new(&heading(report, calendar, str::to_owned), plain_text(report, query.measure, currency, calendar))
            .section(lead(report, query.measure, currency, context));
    let columns = columns(report, entries, query.measure, context.style);
    let (message, rows) = add_table(message, &columns, context.style);
    let totals = [salespeople(report, rows), total(report, currency, context), updated(report)].join(" \u{b7} ");
    // The buttons use the team's name in the report, not as it was typed.
    let subject = report.team.clone().map_or(Subject::Company, Subject::Team);
    Actions::new(context, &Query { subject, ..query.clone() }, report.period)
        .neighbors()
        .teams(report)
        .kinds()
        .measures(report)
        .share()
        .onto(message)
        .small_print(
            std::iter::once(totals)
                .chain(ranks(report, context))
                .chain(problems(report, context))
                .chain(context.notes()),
        )
}

fn heading(report: &Report, calendar: FiscalCalendar, escape: impl Fn(&str) -> String) -> String {
    let dates = dates::title(report.period, calendar);
    match &report.team {
        Some(team) => format!("{}: {dates}", escape(&display_name(team, 60))),
        None => format!("Sales standings: {dates}"),
    }
}

/// Returns the essentials in one line.
fn plain_text(report: &Report, measure: Measure, currency: Currency, calendar: FiscalCalendar) -> String {
    let best = report.entries.iter().take(SPOKEN).map(|entry| {
        let value = Value::of(entry, measure).brief(currency);
        format!("{}. {} {value}", entry.rank, escape_mrkdwn(&display_name(&entry.name, 60)))
    });
    let best = best.collect::<Vec<_>>().join("; ");
    let heading = heading(report, calendar, escape_mrkdwn);
    format!("{heading}: {best}. Total {}", currency.total(report.total))
}

/// Returns a sentence about the top three: who leads and by how much, and who follows.
fn lead(report: &Report, measure: Measure, currency: Currency, context: Context) -> String {
    let Some(first) = report.entries.first() else { return String::new() };
    let of_rank = |rank| report.entries.iter().filter(move |entry| entry.rank == rank).collect::<Vec<_>>();
    let name = |entry: &Entry| format!("{}*{}*", medal(entry.rank), escape_mrkdwn(&display_name(&entry.name, 60)));
    let value = |entry: &Entry| Value::of(entry, measure).named(currency);
    let (leads, share, follows) =
        if context.is_open(report.period) { ("leads", "share", "follows") } else { ("led", "shared", "came next") };
    let third = match of_rank(3).as_slice() {
        [third] => format!(" {} {follows} with {}.", name(third), value(third)),
        _ => String::new(),
    };
    match (of_rank(1).as_slice(), of_rank(2).as_slice()) {
        ([_], [second]) => {
            let ahead = Value::ahead(first, second, measure);
            let ahead =
                ahead.map_or(String::new(), |ahead| format!(", {} ahead of {}", ahead.brief(currency), name(second)));
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

/// Returns the medal of the first three ranks, with a space.
pub(super) fn medal(rank: u32) -> &'static str {
    match rank {
        1 => "\u{1f947} ",
        2 => "\u{1f948} ",
        3 => "\u{1f949} ",
        _ => "",
    }
}

/// Returns the columns of some entries of a report. Only a table block has medals: fonts disagree about their width, so
/// in text they would misalign the columns.
pub(super) fn columns(report: &Report, entries: &[Entry], measure: Measure, style: RankingStyle) -> Vec<Column> {
    let currency = Currency::new(&report.currency);
    let rank = |entry: &Entry| match style {
        RankingStyle::Text => entry.rank.to_string(),
        RankingStyle::Table => format!("{}{}", medal(entry.rank), entry.rank),
    };
    let mut columns = vec![
        Column::new("#", Align::Right, entries.iter().map(rank)),
        Column::new("Salesperson", Align::Left, entries.iter().map(|entry| display_name(&entry.name, NAME_COLUMNS))),
    ];
    if report.team.is_none() && entries.iter().any(|entry| entry.team.is_some()) {
        let team = |entry: &Entry| {
            entry.team.as_deref().map_or("\u{2013}".to_owned(), |team| display_name(team, TEAM_COLUMNS))
        };
        columns.push(Column::new("Team", Align::Left, entries.iter().map(team)));
    }
    let title = match measure {
        Measure::Amount if currency.code.is_empty() => "Amount",
        Measure::Amount => currency.code,
        Measure::Deals => "Deals",
        Measure::Units => "Units",
    };
    let value = |entry: &Entry| Value::of(entry, measure).bare(currency);
    columns.push(Column::new(title, Align::Right, entries.iter().map(value)));
    columns.push(Column::new("Change", Align::Left, entries.iter().map(|entry| Movement::of(entry).cell())));
    columns
}

fn salespeople(report: &Report, rows: usize) -> String {
    let all = counted(report.salespeople.into(), "salesperson", "salespeople");
    if u32::try_from(rows).is_ok_and(|rows| rows < report.salespeople) { format!("Top {rows} of {all}") } else { all }
}

/// Returns the total and its change: against the same days of the period before while the period is running.
fn total(report: &Report, currency: Currency, context: Context) -> String {
    let kind = report.period.kind().name();
    let total = currency.total(report.total);
    let running = report
        .so_far
        .as_ref()
        .filter(|so_far| report.period.contains(context.today.date) && so_far.through < report.period.last_day());
    let Some(SoFar { through, total: total_so_far, previous_through, previous_total }) = running else {
        let change = money::change(report.total, report.previous_total, currency)
            .map_or(format!("no sales the {kind} before"), |change| format!("{change} on the {kind} before"));
        return format!("total *{total}*, {change}");
    };
    let same_days = dates::days(report.period.previous().first_day(), *previous_through);
    let change = money::change(*total_so_far, *previous_total, currency)
        .map_or(format!("no sales in the same days of the {kind} before ({same_days})"), |change| {
            format!("{change} on the same days of the {kind} before ({same_days})")
        });
    let until =
        if *through < context.today.date { format!(" until {}", through.strftime("%-d %b")) } else { String::new() };
    format!("total *{total}* so far{until}, {change}")
}

/// Says what the ranks of a running period are compared with.
fn ranks(report: &Report, context: Context) -> Option<String> {
    let is_running = report.so_far.is_some() && report.period.contains(context.today.date);
    let previous = dates::title(report.period.previous(), context.today.calendar);
    is_running.then(|| format!("Change compares ranks with the whole of {previous}."))
}

/// Returns when a report was computed.
pub(super) fn updated(report: &Report) -> String {
    format!("updated {}", dates::instant(report.computed_at))
}

/// Returns what is missing from a report, if anything is.
pub(super) fn problems(report: &Report, context: Context) -> Option<String> {
    let mut problems = Vec::new();
    if report.skipped_rows > 0 {
        problems.push(counted(report.skipped_rows, "row was skipped", "rows were skipped"));
    }
    if report.rejected_files > 0 {
        problems.push(counted(report.rejected_files.into(), "file could not be read", "files could not be read"));
    }
    if !problems.is_empty() {
        let problems = problems.join(" and ");
        return Some(format!("This ranking is incomplete: {problems}. See `{} status`.", context.command));
    }
    let is_partial = report.is_migrating && report.period.kind() != PeriodKind::Week;
    is_partial.then(|| {
        "Standings was updated: files that were uploaded before are missing here until your administrator has run a \
         rebuild."
            .to_owned()
    })
}
