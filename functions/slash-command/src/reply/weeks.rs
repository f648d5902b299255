//! The message with the weeks that have sales.

use standings_core::{Decimal, Week, Weeks};

use super::blocks::Align;
use super::context::Context;
use super::dates;
use super::message::Message;
use super::money::Currency;
use super::number::counted;
use super::table::{Column, add_table};

/// Weeks in the list: half a year.
const MAX_LISTED: usize = 26;

/// Weeks named in a message about a week without sales.
const MAX_NAMED: usize = 5;

/// Returns the weeks with sales, latest first.
pub(crate) fn weeks(weeks: &Weeks, context: Context) -> Message {
    let heading = "Weeks with sales";
    let Some((latest, _)) = weeks.weeks.first() else {
        let text = "No sales yet. The ranking starts with the first sales file.";
        return Message::new(heading, text.to_owned()).section(text);
    };
    let currency = Currency::new(&weeks.currency);
    let count = counted(weeks.weeks.len() as u64, "week has", "weeks have");
    let latest_dates = dates::range(latest.monday(), latest.sunday());
    let message = Message::new(heading, format!("{count} sales, the latest is {latest}, {latest_dates}")).section(
        format!("{count} sales. Ask for one by its number or any of its days: `{} {latest}`", context.command),
    );
    let listed = &weeks.weeks[..weeks.weeks.len().min(MAX_LISTED)];
    let cells = |cell: &dyn Fn(&(Week, Decimal)) -> String| listed.iter().map(cell).collect::<Vec<_>>();
    let columns = [
        Column::new("Week", Align::Left, cells(&|(week, _)| week.to_string())),
        Column::new("Dates", Align::Left, cells(&|(week, _)| dates::range(week.monday(), week.sunday()))),
        Column::new("Total", Align::Right, cells(&|(_, total)| currency.amount(*total))),
    ];
    let (message, rows) = add_table(message, &columns, context.style);
    let mut details = Vec::new();
    if !currency.code.is_empty() {
        details.push(format!("in {}", currency.code));
    }
    if weeks.weeks.len() > rows {
        details.push(format!("and {}", counted((weeks.weeks.len() - rows) as u64, "earlier week", "earlier weeks")));
    }
    details.extend(context.notes());
    message.small_print((!details.is_empty()).then(|| details.join(" \u{b7} ")))
}

/// Returns the weeks to ask for instead of one without sales: `Weeks with sales: 2026-W47, 2026-W46 and 6 more.`
pub(super) fn other_weeks(weeks: &Weeks, context: Context) -> Option<String> {
    let named: Vec<String> = weeks.weeks.iter().take(MAX_NAMED).map(|(week, _)| format!("`{week}`")).collect();
    let more = weeks.weeks.len().saturating_sub(MAX_NAMED);
    let more = if more > 0 { format!(" and {more} more (`{} weeks`)", context.command) } else { String::new() };
    (!named.is_empty()).then(|| format!("Weeks with sales: {}{more}.", named.join(", ")))
}
