//! The message with the ranking of a board.

use standings_core::{Entry, Measure, PeriodKind, Report, SoFar};

use super::actions::Actions;
use super::blocks::Align;
use super::context::Context;
use super::dates;
use super::message::Message;
use super::money::{self, Currency, Value};
use super::movement::Movement;
use super::number::{count, counted};
use super::periods::capitalized;
use super::table::{Column, RankingStyle, add_table, is_narrowed};
use super::teams::without_board;
use super::text::{display_name, escape_mrkdwn};
use crate::command::{Part, Query, Subject};
use crate::today::Today;

/// Maximum width of a name in a table, so that a row fits on a phone in landscape.
const NAME_COLUMNS: usize = 24;

/// Maximum width of a team in a table. Same reason as for names.
const TEAM_COLUMNS: usize = 14;

/// Salespeople in the plain text, which screen readers read aloud.
const SPOKEN: usize = 3;

/// Returns the ranking of a report that has entries.
pub(crate) fn board(report: &Report, query: &Query, context: Context) -> Message {
    let (today, asked) = (context.today, query.measure);
    let dates = dates::title(report.period, today);
    let query = &Query { measure: measure(report, query.measure), ..query.clone() };
    let no_units =
        (query.measure != asked).then(|| format!("No sale in {dates} has a quantity, so this is by amount. "));
    let report = &report.clone().by(query.measure);
    let currency = Currency::new(&report.currency, context.today.locale);
    let shown = report.entries.len().min(query.rows);
    let entries = match query.part {
        Part::Best => &report.entries[..shown],
        Part::Compared => &report.entries,
        Part::Last => &report.entries[report.entries.len() - shown..],
        Part::Total | Part::Trend | Part::File => &[],
    };
    let totals = match query.part {
        Part::Compared => format!("together *{}*", currency.total(report.total)),
        _ => total(report, currency, context),
    };
    let totals = match (query.part, total_of(report, query.measure)) {
        (Part::Total, Some(value)) => format!("total *{}*", value.named(currency)),
        _ => totals,
    };
    let lead = match query.part {
        Part::Best | Part::Compared => lead(report, query.measure, currency, context),
        Part::Last => last(entries, query.measure, currency),
        Part::Total | Part::Trend | Part::File => format!("{}.", capitalized(&totals)),
    };
    let text = plain_text(report, entries, query, currency, today);
    let message =
        Message::new(&heading(report, query, today, str::to_owned), text).section(no_units.unwrap_or_default() + &lead);
    let columns = columns(report, entries, query, context);
    let (message, rows) = if entries.is_empty() { (message, 0) } else { add_table(message, &columns, context.style) };
    let mut small_print = vec![salespeople(report, rows, query)];
    small_print.extend((query.part != Part::Total).then_some(totals));
    small_print.push(updated(report));
    let is_narrowed = !entries.is_empty() && is_narrowed(&columns, context.style);
    // The buttons use the team's name in the report, not as it was typed.
    let subject = match &report.team {
        Some(team) => Subject::named(team),
        None if query.part == Part::Compared => query.subject.clone(),
        None if is_of_teams(query) => Subject::Teams,
        None => Subject::Company,
    };
    Actions::new(context, &Query { subject, ..query.clone() }, report.period)
        .neighbors()
        .teams(report)
        .kinds()
        .measures(report)
        .trend_of(query)
        .share()
        .onto(message)
        .small_print(
            std::iter::once(small_print.join(" \u{b7} "))
                .chain(without_board(report).filter(|_| query.subject == Subject::Teams))
                .chain(is_narrowed.then(|| format!("`{} wide` shows the teams, too.", context.command)))
                .chain(ranks(report, context))
                .chain(problems(report, context))
                .chain(context.notes()),
        )
}

/// Returns whether the entries are teams.
fn is_of_teams(query: &Query) -> bool {
    query.subject == Subject::Teams || query.part == Part::Compared
}

/// Returns the measure by which a report is ranked: not by units if no sale has any.
pub(super) fn measure(report: &Report, asked: Measure) -> Measure {
    let has_units = report.entries.iter().any(|entry| entry.units.ten_thousandths() != 0);
    if asked == Measure::Units && !has_units { Measure::Amount } else { asked }
}

fn heading(report: &Report, query: &Query, today: Today, escape: impl Fn(&str) -> String) -> String {
    let dates = dates::title(report.period, today);
    match &report.team {
        Some(team) => format!("{}: {dates}", escape(&display_name(team, 60))),
        None if is_of_teams(query) => format!("Teams: {dates}"),
        None => format!("Sales standings: {dates}"),
    }
}

/// Returns the essentials in one line.
fn plain_text(report: &Report, entries: &[Entry], query: &Query, currency: Currency, today: Today) -> String {
    let heading = heading(report, query, today, escape_mrkdwn);
    if entries.is_empty() {
        let total = total_of(report, query.measure);
        let total = total.map_or_else(|| currency.total(report.total), |total| total.named(currency));
        return format!("{heading}: total {total}");
    }
    let best = entries.iter().take(SPOKEN).map(|entry| {
        let value = Value::of(entry, query.measure).brief(currency);
        format!("{}. {} {value}", entry.rank, escape_mrkdwn(&display_name(&entry.name, 60)))
    });
    let best = best.collect::<Vec<_>>().join("; ");
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

/// Returns a sentence about the last of a ranking.
fn last(entries: &[Entry], measure: Measure, currency: Currency) -> String {
    let Some(last) = entries.last() else { return String::new() };
    let name = escape_mrkdwn(&display_name(&last.name, 60));
    format!("*{name}* is number {} with {}.", count(last.rank.into()), Value::of(last, measure).named(currency))
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
pub(super) fn columns(report: &Report, entries: &[Entry], query: &Query, context: Context) -> Vec<Column> {
    let (measure, style) = (query.measure, context.style);
    let currency = Currency::new(&report.currency, context.today.locale);
    let rank = |entry: &Entry| match style {
        RankingStyle::Text | RankingStyle::Wide => entry.rank.to_string(),
        RankingStyle::Table => format!("{}{}", medal(entry.rank), entry.rank),
    };
    let name = if is_of_teams(query) { "Team" } else { "Salesperson" };
    let mut columns = vec![
        Column::new("#", Align::Right, entries.iter().map(rank)),
        Column::new(name, Align::Left, entries.iter().map(|entry| display_name(&entry.name, NAME_COLUMNS)))
            .shortened_first(),
    ];
    if report.team.is_none() && entries.iter().any(|entry| entry.team.is_some()) {
        let team = |entry: &Entry| {
            entry.team.as_deref().map_or("\u{2013}".to_owned(), |team| display_name(team, TEAM_COLUMNS))
        };
        columns.push(Column::new("Team", Align::Left, entries.iter().map(team)).left_out_first());
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

fn salespeople(report: &Report, rows: usize, query: &Query) -> String {
    let all = match (&query.subject, query.part) {
        (_, Part::Compared) => return counted(rows as u64, "team", "teams"),
        (Subject::Teams, _) => counted(report.salespeople.into(), "team", "teams"),
        _ => counted(report.salespeople.into(), "salesperson", "salespeople"),
    };
    let is_part = u32::try_from(rows).is_ok_and(|rows| rows < report.salespeople);
    match query.part {
        Part::Best if is_part => format!("Top {rows} of {all}"),
        // Only the best of a large team are stored.
        Part::Last if (report.salespeople as usize) > report.entries.len() => {
            format!("The last of the best {} of {all}", report.entries.len())
        }
        Part::Last if is_part => format!("Last {rows} of {all}"),
        _ => all,
    }
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
    let same_days = dates::days(report.period.previous().first_day(), *previous_through, context.today.locale);
    let change = money::change(*total_so_far, *previous_total, currency)
        .map_or(format!("no sales in the same days of the {kind} before ({same_days})"), |change| {
            format!("{change} on the same days of the {kind} before ({same_days})")
        });
    let until = if *through < context.today.date {
        format!(" until {}", dates::day(*through, context.today.locale))
    } else {
        String::new()
    };
    format!("total *{total}* so far{until}, {change}")
}

/// Returns the total of a measure other than the amount; `None` if not everyone is in the report.
fn total_of(report: &Report, measure: Measure) -> Option<Value> {
    let has_everyone = report.entries.len() >= report.salespeople as usize;
    match measure {
        Measure::Deals if has_everyone => Some(Value::Deals(report.entries.iter().map(|entry| entry.deals).sum())),
        Measure::Units if has_everyone => Some(Value::Units(report.entries.iter().map(|entry| entry.units).sum())),
        _ => None,
    }
}

/// Says what the ranks of a running period are compared with.
fn ranks(report: &Report, context: Context) -> Option<String> {
    let is_running = report.so_far.is_some() && report.period.contains(context.today.date);
    let previous = dates::title(report.period.previous(), context.today);
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
