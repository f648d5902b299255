//! Spans from one period to another in a command: `jan-mar`, `week 45 to 47`, `Q1 through Q3 2026`. A ranking is of one period,
//! so a span is answered with the shortest one that contains it.

use jiff::civil::Date;
use standings_core::{Period, PeriodKind, Week};

use super::longer::offset;
use super::period::{PeriodMatch, single};
use super::query::{Asked, Note};
use super::word::{Word, number, typed, year_after};
use crate::today::Today;

/// Returns the period that contains a span at the start of `words`, if there is one.
pub(super) fn span(words: &[Word], today: Today) -> Option<PeriodMatch> {
    in_one_word(words, today).or_else(|| of_weeks(words, today)).or_else(|| between(words, today))
}

/// Returns a match of all `words`, which name the days from `first` to `last`: the shortest period that contains them, or else
/// the year of the last one. A note says if it has other days, too.
pub(super) fn days_match(first: Date, last: Date, words: &[Word], today: Today) -> PeriodMatch {
    let of_kind = |kind| Some((Period::of(kind, first, today.calendar)?, Period::of(kind, last, today.calendar)?));
    let containing = PeriodKind::ALL.into_iter().filter_map(of_kind).find(|(one, other)| one == other);
    let Some((_, period)) = containing.or_else(|| of_kind(PeriodKind::Year)) else {
        return PeriodMatch::new(Asked::Invalid(typed(words)), words.len());
    };
    let is_whole = (period.first_day(), period.last_day()) == (first, last);
    let note = (!is_whole).then(|| Note::Single(typed(words), period));
    PeriodMatch { note, ..PeriodMatch::new(Asked::At(period), words.len()) }
}

/// Returns the same period of the year before.
pub(super) fn year_before(period: Period) -> Option<Period> {
    match period {
        Period::Week(week) => {
            let date = week.monday().iso_week_date();
            // A week 53 that the year before does not have is its last one.
            let before = Week::new(date.year() - 1, date.week()).or_else(|| Week::new(date.year() - 1, 52));
            before.map(Period::Week)
        }
        Period::Month(_) => Some(period.back(12)),
        Period::Quarter(_) => Some(period.back(4)),
        Period::Year(_) => Some(period.back(1)),
    }
}

/// Returns whether a word stands between the ends of a span. After "between" it is "and".
pub(super) fn is_joint(word: &Word, is_between: bool) -> bool {
    matches!(word.key.as_str(), "-" | "to" | "until" | "till" | "through" | "thru") || is_between && word.key == "and"
}

/// Parses `jan-mar`, `w45-w47` and `11/16-11/22`.
fn in_one_word(words: &[Word], today: Today) -> Option<PeriodMatch> {
    let word = words.first()?;
    let (first, last) = word.raw.split_once(['-', '\u{2013}', '\u{2014}'])?;
    if single(&words[..1], today).is_some() {
        return None;
    }
    let end_of = |text| single(&[Word::plain(text)], today).filter(|found| matches!(found.period, Asked::At(_)));
    ends_match(&end_of(first)?, &end_of(last)?, (first, last), &words[..1], today)
}

/// Parses `weeks 45-47` and `week 45 to 47`.
fn of_weeks(words: &[Word], today: Today) -> Option<PeriodMatch> {
    let [unit, first, rest @ ..] = words else { return None };
    if !matches!(unit.key.as_str(), "week" | "weeks" | "wk" | "wks" | "w" | "cw" | "kw") {
        return None;
    }
    let of = |text: &str| number(text).filter(|number| (1..=53).contains(number));
    let (from, to, mut used) = match (first.key.split_once('-'), rest) {
        (Some((from, to)), _) => (of(from)?, of(to)?, 2),
        (None, [joint, last, ..]) if is_joint(joint, false) => (of(&first.key)?, of(&last.key)?, 4),
        _ => return None,
    };
    // In "week 47-26" the second is a year.
    if from >= to {
        return None;
    }
    let year = year_after(&words[used..]);
    used += year.map_or(0, |(_, words)| words);
    let this_week = Week::of_date(today.date)?;
    let this_year = this_week.monday().iso_week_date().year();
    let week = |year: i16, number: u32| Week::new(year, number.try_into().ok()?);
    let year = match year {
        Some((year, _)) => year.try_into().ok()?,
        // The latest one of which the first week has started.
        None if week(this_year, from)? <= this_week => this_year,
        None => this_year - 1,
    };
    Some(days_match(week(year, from)?.monday(), week(year, to)?.sunday(), &words[..used], today))
}

/// Parses two periods with a dash or a word between them: `january to march 2026`, `between Q1 and Q3`.
fn between(words: &[Word], today: Today) -> Option<PeriodMatch> {
    let is_between = words.first()?.key == "between";
    let prefix = usize::from(is_between || words[0].key == "from");
    let from = words.get(prefix..)?;
    // "From last week to this week" compares them.
    if offset(&from.first()?.key).is_some() {
        return None;
    }
    let first = single(from, today)?;
    let joint = from.get(first.words)?;
    let to = from.get(first.words + 1..)?;
    let last = is_joint(joint, is_between).then(|| single(to, today))??;
    let used = prefix + first.words + 1 + last.words;
    let ends = (typed(&from[..first.words]), typed(&to[..last.words]));
    ends_match(&first, &last, (&ends.0, &ends.1), &words[..used], today)
}

/// Returns the match of a span with these ends. Without a year, an end is in the year of the other one, or in the next to it.
fn ends_match(
    first: &PeriodMatch,
    last: &PeriodMatch,
    (first_typed, last_typed): (&str, &str),
    words: &[Word],
    today: Today,
) -> Option<PeriodMatch> {
    let day = |found: &PeriodMatch, of_period: fn(Period) -> Date| match (&found.note, &found.period) {
        (Some(Note::Day(day, _) | Note::Ambiguous(_, day)), _) => Some(*day),
        (_, Asked::At(period)) => Some(of_period(*period)),
        _ => None,
    };
    let (Asked::At(from), Asked::At(to)) = (&first.period, &last.period) else { return None };
    let has_year = |typed: &str| {
        typed.contains('\'') || typed.split(|c: char| !c.is_ascii_digit()).any(|digits| digits.len() == 4)
    };
    let (mut begin, mut end) = (day(first, Period::first_day)?, day(last, Period::last_day)?);
    let (mut from, mut to) = (*from, *to);
    if !has_year(first_typed) {
        while begin > end && has_year(last_typed) {
            from = year_before(from)?;
            begin = from.first_day();
        }
    }
    if !has_year(last_typed) {
        if begin > end && to.kind() == PeriodKind::Month {
            to = to.back(-12);
            end = to.last_day();
        }
        while has_year(first_typed) && year_before(to)?.last_day() > begin {
            to = year_before(to)?;
            end = to.last_day();
        }
    }
    (begin <= end && from.kind() == to.kind()).then(|| days_match(begin, end, words, today))
}
