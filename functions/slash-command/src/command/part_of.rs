//! Periods that are a part of a longer one in a command (`last week of october`), or the same as one of another year.

use jiff::ToSpan;
use standings_core::{Period, PeriodKind, Week};

use super::longer::{kind, offset};
use super::period::{PeriodMatch, single};
use super::query::{Asked, Note};
use super::span::year_before;
use super::word::Word;
use crate::today::Today;

/// Returns the period at the start of `words` that is named by another one, if there is one.
pub(super) fn part_of(words: &[Word], today: Today) -> Option<PeriodMatch> {
    same(words, today).or_else(|| numbered(words, today))
}

/// Parses `same week last year` and `this time last year`.
fn same(words: &[Word], today: Today) -> Option<PeriodMatch> {
    let [same, what, rest @ ..] = words else { return None };
    let kind_of = match (same.key.as_str(), what.key.as_str()) {
        ("same", "period" | "time" | "day" | "point") | ("this", "time" | "point") => PeriodKind::Week,
        ("same", what) => kind(what)?.0,
        _ => return None,
    };
    let joint = usize::from(rest.first().is_some_and(|word| word.is_preposition() || word.key == "as"));
    let [which, unit, ..] = rest.get(joint..)? else { return None };
    let is_year_before =
        offset(&which.key) == Some(1) && kind(&unit.key).is_some_and(|(kind, _)| kind == PeriodKind::Year);
    let period = year_before(today.running(kind_of)?).filter(|_| is_year_before)?;
    Some(PeriodMatch::new(Asked::At(period), 4 + joint))
}

/// Parses `last week of october`, `first month of Q4`, `second quarter of 2025` and `last day of the year`.
fn numbered(words: &[Word], today: Today) -> Option<PeriodMatch> {
    let [which, unit, of, rest @ ..] = words else { return None };
    let number = match which.key.as_str() {
        "first" | "1st" => Some(0),
        "second" | "2nd" => Some(1),
        "third" | "3rd" => Some(2),
        "fourth" | "4th" => Some(3),
        "fifth" | "5th" => Some(4),
        "last" | "final" => None,
        _ => return None,
    };
    if !matches!(of.key.as_str(), "of" | "in") {
        return None;
    }
    let article = usize::from(rest.first().is_some_and(|word| word.key == "the"));
    let whole = single(rest.get(article..)?, today)?;
    let Asked::At(of) = whole.period else { return None };
    let used = 3 + article + whole.words;
    if unit.key == "day" {
        let first = of.first_day();
        let day =
            number.map_or_else(|| Some(of.last_day()), |number| first.checked_add(i64::from(number).days()).ok())?;
        let week = Week::of_date(day)?;
        return Some(PeriodMatch {
            note: Some(Note::Day(day, week)),
            ..PeriodMatch::new(Asked::At(week.into()), used)
        });
    }
    let (kind, _) = kind(&unit.key).filter(|(kind, _)| *kind < of.kind())?;
    let of_day = |day| Period::of(kind, day, today.calendar);
    // A week belongs to the period with its Thursday, as an ISO week does to its year.
    let is_inside = |part: &Period| match part {
        Period::Week(week) => week.monday().checked_add(3.days()).is_ok_and(|thursday| of.contains(thursday)),
        _ => of.contains(part.first_day()),
    };
    let [first, last] = [of_day(of.first_day())?, of_day(of.last_day())?];
    let part = match number {
        Some(number) => if is_inside(&first) { first } else { first.next() }.back(-number),
        None => {
            if is_inside(&last) {
                last
            } else {
                last.previous()
            }
        }
    };
    is_inside(&part).then(|| PeriodMatch::new(Asked::At(part), used))
}
