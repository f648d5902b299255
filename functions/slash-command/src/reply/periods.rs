//! The message with the periods that have sales.

use standings_core::{Decimal, Period, PeriodKind, Periods};

use super::blocks::Align;
use super::context::Context;
use super::dates;
use super::message::Message;
use super::money::Currency;
use super::number::counted;
use super::table::{Column, add_table};

/// Periods in the list of one kind unless the command says otherwise: half a year of weeks.
const MAX_LISTED: usize = 26;

/// Periods of each kind in the list of all kinds.
const MAX_LISTED_EACH: usize = 6;

/// Periods named in a message about one without sales.
const MAX_NAMED: usize = 5;

/// Returns the periods with sales, latest first: those of a kind, or of all kinds.
pub(crate) fn periods(periods: &Periods, kind: Option<PeriodKind>, rows: usize, context: Context) -> Message {
    let noun = kind.map_or("period", PeriodKind::name);
    let heading = format!("{}s with sales", capitalized(noun));
    let of_kinds: Vec<Vec<(Period, Decimal)>> = match kind {
        Some(kind) => vec![periods.of(kind).take(rows.min(MAX_LISTED)).collect()],
        None => PeriodKind::ALL.map(|kind| periods.of(kind).take(rows.min(MAX_LISTED_EACH)).collect()).into(),
    };
    let listed: Vec<(Period, Decimal)> = of_kinds.into_iter().flatten().collect();
    let all = periods.periods.iter().filter(|(period, _)| kind.is_none_or(|kind| period.kind() == kind)).count();
    let Some((latest, _)) = listed.first() else {
        let text = "No sales yet. The ranking starts with the first sales file.";
        return Message::new(&heading, text.to_owned()).section(text);
    };
    let currency = Currency::new(&periods.currency, context.today.locale);
    let calendar = context.today.calendar;
    let (name, phrase) = (dates::range(*latest, context.today.locale), dates::phrase(*latest, calendar));
    let count = counted(all as u64, &format!("{noun} has"), &format!("{noun}s have"));
    let example = format!("{} {phrase}", context.command);
    let hint = match kind {
        Some(PeriodKind::Week) => "Ask for one by its number or any of its days",
        _ => "Ask for one by its name",
    };
    let message = Message::new(&heading, format!("{count} sales, the latest is {phrase}, {name}"))
        .section(format!("{count} sales. {hint}: `{example}`"));
    let cells = |cell: &dyn Fn(&(Period, Decimal)) -> String| listed.iter().map(cell).collect::<Vec<_>>();
    let columns = [
        Column::new(capitalized(noun), Align::Left, cells(&|(period, _)| dates::phrase(*period, calendar))),
        Column::new("Dates", Align::Left, cells(&|(period, _)| dates::short_range(*period, context.today.locale))),
        Column::new("Total", Align::Right, cells(&|(_, total)| currency.amount(*total))),
    ];
    let (message, rows) = add_table(message, &columns, context.style);
    let mut details = Vec::new();
    if !currency.code.is_empty() {
        details.push(format!("in {}", currency.code));
    }
    if all > rows {
        let more = counted((all - rows) as u64, &format!("earlier {noun}"), &format!("earlier {noun}s"));
        details.push(format!("and {more}"));
    }
    details.extend(context.notes());
    message.small_print((!details.is_empty()).then(|| details.join(" \u{b7} ")))
}

/// Returns the periods to ask for instead of one of that kind without sales: `Weeks with sales: 2026-W47, 2026-W46 and 6
/// more.`
pub(super) fn others(periods: &Periods, kind: PeriodKind, context: Context) -> Option<String> {
    let calendar = context.today.calendar;
    let named = periods.of(kind).take(MAX_NAMED).map(|(period, _)| format!("`{}`", dates::phrase(period, calendar)));
    let named: Vec<String> = named.collect();
    let more = periods.of(kind).count().saturating_sub(MAX_NAMED);
    let noun = kind.name();
    let more = if more > 0 { format!(" and {more} more (`{} {noun}s`)", context.command) } else { String::new() };
    (!named.is_empty()).then(|| format!("{}s with sales: {}{more}.", capitalized(noun), named.join(", ")))
}

/// Returns a word with a capital letter.
pub(super) fn capitalized(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or(String::new(), |first| first.to_uppercase().chain(chars).collect())
}
