//! The weeks that have sales.

use standings_core::{Decimal, Week, Weeks};

use super::message::Message;
use super::money::Currency;
use super::table::{Align, Column};
use super::{Asking, board, counted, dates};

/// So many weeks are listed.
const LISTED: usize = 26;

/// An answer about a week without sales names so many that have some.
const NAMED: usize = 5;

/// The weeks that have sales, latest first.
pub(crate) fn weeks(weeks: &Weeks, asking: Asking) -> Message {
    let Some((latest, _)) = weeks.weeks.first() else {
        let text = "No week has sales yet. The first sales file that is uploaded starts the ranking.";
        return Message::new("Weeks with sales", text.to_owned()).section(text);
    };
    let currency = Currency::new(&weeks.currency);
    let count = counted(weeks.weeks.len() as u64, "week has", "weeks have");
    let latest_dates = dates::range(latest.monday(), latest.sunday());
    let message = Message::new("Weeks with sales", format!("{count} sales, the latest is {latest}, {latest_dates}"))
        .section(format!("{count} sales. Ask for one by its number or any of its days: `{} {latest}`", asking.command));
    let listed = &weeks.weeks[..weeks.weeks.len().min(LISTED)];
    let cells = |cell: &dyn Fn(&(Week, Decimal)) -> String| listed.iter().map(cell).collect::<Vec<_>>();
    let columns = [
        Column::new("Week", Align::Left, cells(&|(week, _)| week.to_string())),
        Column::new("Dates", Align::Left, cells(&|(week, _)| dates::range(week.monday(), week.sunday()))),
        Column::new("Total", Align::Right, cells(&|(_, total)| currency.amount(*total))),
    ];
    let (message, rows) = board::ranking(message, &columns, asking);
    let more = weeks.weeks.len() - rows.min(weeks.weeks.len());
    let more = (more > 0).then(|| format!("and {} before", counted(more as u64, "week", "weeks")));
    let currency = (!currency.code.is_empty()).then(|| format!("in {}", currency.code));
    let small: Vec<String> = currency.into_iter().chain(more).chain(asking.notes()).collect();
    if small.is_empty() { message } else { message.context([small.join(" \u{b7} ")]) }
}

/// The weeks to ask for instead of one without sales: `Weeks with sales: 2026-W47, 2026-W46 and 6 more.`
pub(super) fn instead(weeks: &Weeks, asking: Asking) -> Option<String> {
    let named: Vec<String> = weeks.weeks.iter().take(NAMED).map(|(week, _)| format!("`{week}`")).collect();
    let more = weeks.weeks.len().saturating_sub(NAMED);
    let more = if more > 0 { format!(" and {more} more (`{} weeks`)", asking.command) } else { String::new() };
    (!named.is_empty()).then(|| format!("Weeks with sales: {}{more}.", named.join(", ")))
}
