//! The message with the course of a board or a person over the last periods.

use standings_core::{Decimal, Measure, Period};

use super::actions::Actions;
use super::blocks::{Align, LineChart};
use super::context::Context;
use super::dates;
use super::message::Message;
use super::money::{self, Currency};
use super::number::count;
use super::periods::capitalized;
use super::table::{Column, add_table};
use super::text::{display_name, escape_mrkdwn};
use crate::command::Query;

/// Periods in a trend: a quarter of weeks.
pub(crate) const PERIODS: i32 = 13;

/// Maximum width of a bar, so that a row fits on a phone.
const BAR: i128 = 14;

/// The steps of a line of characters, from low to high.
const STEPS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// The course of a board or a person.
pub(crate) struct Trend {
    /// The name of the team or person; `None` for the company.
    pub(crate) name: Option<String>,
    /// The values by period, the earliest first, zero where nothing was sold. There is at least one.
    pub(crate) points: Vec<(Period, Decimal)>,
    /// What the values are.
    pub(crate) measure: Measure,
    /// The organization's currency (ISO 4217).
    pub(crate) currency: String,
}

/// Returns the message with a trend.
pub(crate) fn trend(trend: &Trend, query: &Query, context: Context) -> Message {
    let calendar = context.today.calendar;
    let currency = Currency::new(&trend.currency, context.today.locale);
    let Some((period, last)) = trend.points.last().copied() else { return Message::new("Trend", String::new()) };
    let kind = period.kind().name();
    let name = trend.name.as_deref().map_or("Sales".to_owned(), |name| display_name(name, 60));
    let value = |value: Decimal| match trend.measure {
        Measure::Amount => currency.total(value),
        Measure::Deals => format!("{} deals", count_of(value)),
        Measure::Units => format!("{} units", count_of(value)),
    };
    let (best_period, best) =
        trend.points.iter().copied().rev().max_by_key(|(_, value)| *value).unwrap_or((period, last));
    let so_far = if period.contains(context.today.date) { " so far" } else { "" };
    let phrase = |period| dates::phrase(period, calendar);
    let before = trend.points.iter().rev().nth(1);
    // A running period is not compared with whole ones.
    let change = before.filter(|_| so_far.is_empty()).and_then(|(before, earlier)| {
        Some(format!(", {} on {}", money::change(last, *earlier, currency)?, phrase(*before)))
    });
    let of = escape_mrkdwn(&name);
    let text = format!(
        "*{of}* in {}{so_far}: {}{}. The best of the last {} {kind}s: {} with {}.",
        phrase(period),
        value(last),
        change.unwrap_or_default(),
        trend.points.len(),
        phrase(best_period),
        value(best),
    );
    let line = line(&trend.points);
    let header = format!("{name}: {} {kind}s up to {}", trend.points.len(), dates::title(period, context.today));
    let fallback = format!("{line} {}", text.replace('*', ""));
    let message = Message::new(&header, fallback.clone()).section(format!("{text}\n{line}"));
    let title = match trend.measure {
        Measure::Amount if currency.code.is_empty() => "Amount",
        Measure::Amount => currency.code,
        Measure::Deals => "Deals",
        Measure::Units => "Units",
    };
    let cell = |value: Decimal| match trend.measure {
        Measure::Amount => currency.amount(value),
        Measure::Deals | Measure::Units => count_of(value),
    };
    let columns = [
        Column::new(capitalized(kind), Align::Left, trend.points.iter().map(|(period, _)| phrase(*period))),
        Column::new(title, Align::Right, trend.points.iter().map(|(_, value)| cell(*value))),
        Column::new("", Align::Left, trend.points.iter().map(|(_, value)| bar(*value, best))),
    ];
    let (message, _) = add_table(message, &columns, context.style);
    let actions = |message| Actions::new(context, query, period).neighbors().kinds().ranking().share().onto(message);
    let points = trend.points.iter().map(|(period, value)| (phrase(*period), number(*value)));
    let chart = LineChart::new(&name, points, &capitalized(kind), title);
    let charted = Message::new(&header, fallback).section(text).chart(&format!("{name} by {kind}"), chart);
    actions(message).or_with_chart(actions(charted)).small_print(context.notes())
}

/// Returns a value for a chart, whose height is all that is seen of it.
fn number(value: Decimal) -> f64 {
    value.to_string().parse().unwrap_or_default()
}

fn count_of(value: Decimal) -> String {
    count(u64::try_from(value.ten_thousandths() / 10_000).unwrap_or_default())
}

/// Returns a line of characters whose heights are the values.
fn line(points: &[(Period, Decimal)]) -> String {
    let values = || points.iter().map(|(_, value)| value.ten_thousandths().max(0));
    let (low, high) = (values().min().unwrap_or(0), values().max().unwrap_or(0));
    let step = |value: i128| {
        let step = if high == low { 3 } else { (value - low).saturating_mul(7) / (high - low) };
        usize::try_from(step).ok().and_then(|step| STEPS.get(step)).copied().unwrap_or('▁')
    };
    values().map(step).collect()
}

/// Returns a bar whose length is that of a value, beside the best one.
fn bar(value: Decimal, best: Decimal) -> String {
    let (value, best) = (value.ten_thousandths().max(0), best.ten_thousandths().max(1));
    let halves = value.saturating_mul(2 * BAR) / best;
    let full = usize::try_from(halves / 2).unwrap_or_default();
    let half = if halves % 2 == 1 { "▌" } else { "" };
    let is_small = value > 0 && halves == 0;
    format!("{}{}", "█".repeat(full), if is_small { "▏" } else { half })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_and_steps_are_in_proportion() {
        let week: Period = "2026-W47".parse().unwrap();
        let points = |values: &[&str]| values.iter().map(|value| (week, value.parse().unwrap())).collect::<Vec<_>>();
        assert_eq!(line(&points(&["0", "50", "100", "-3"])), "▁▄█▁");
        assert_eq!(line(&points(&["5", "5"])), "▄▄");
        let decimal = |text: &str| text.parse::<Decimal>().unwrap();
        assert_eq!(bar(decimal("100"), decimal("100")).chars().count(), 14);
        assert_eq!(bar(decimal("25"), decimal("100")), "███▌");
        assert_eq!(
            (bar(decimal("0.1"), decimal("100")), bar(decimal("-1"), decimal("100"))),
            ("▏".into(), String::new())
        );
    }
}
