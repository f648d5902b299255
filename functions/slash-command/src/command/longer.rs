//! Months, quarters and years in a command, in any of the forms that people type.

use standings_core::{Month, Period, PeriodKind};
use strsim::damerau_levenshtein;

use super::day::month;
use super::period::PeriodMatch;
use super::query::{Asked, Note};
use super::word::{Word, number, typed};
use crate::today::Today;

/// Returns the month, quarter or year at the start of `words`, or the week of a word such as `week`.
pub(super) fn longer(words: &[Word], today: Today) -> Option<PeriodMatch> {
    several(words, today)
        .or_else(|| unknown_length(words, today))
        .or_else(|| relative(words, today))
        .or_else(|| ago(words, today))
        .or_else(|| quarter(words, today))
        .or_else(|| named_month(words, today))
        .or_else(|| written(words.first()?, today))
        .or_else(|| year(words, today))
        .or_else(|| slip_of_month(words, today))
}

fn at(period: Period, words: usize) -> PeriodMatch {
    PeriodMatch::new(Asked::At(period), words)
}

fn invalid(words: &[Word]) -> PeriodMatch {
    PeriodMatch::new(Asked::Invalid(typed(words)), words.len())
}

/// Returns the kind of period that a word names, and whether it is a plural.
pub(super) fn kind(word: &str) -> Option<(PeriodKind, bool)> {
    let word = word.strip_suffix("'s").unwrap_or(word);
    let kind = match word {
        "wk" | "wks" => PeriodKind::Week,
        "mth" | "mths" => PeriodKind::Month,
        "qtr" | "qtrs" => PeriodKind::Quarter,
        "yr" | "yrs" => PeriodKind::Year,
        _ => {
            let singular = word.strip_suffix('s').unwrap_or(word);
            PeriodKind::ALL.into_iter().find(|kind| kind.name() == singular)?
        }
    };
    Some((kind, word.ends_with('s')))
}

/// Which period of a kind, relative to the running one.
pub(super) fn offset(word: &str) -> Option<i32> {
    match word {
        "this" | "current" | "latest" | "running" => Some(0),
        "last" | "previous" | "prev" | "past" | "prior" => Some(1),
        "next" => Some(-1),
        _ => None,
    }
}

/// Parses `last 4 weeks` and the like. One period is shown at a time: the running one of the nearest length.
fn several(words: &[Word], today: Today) -> Option<PeriodMatch> {
    let [last, count, rest @ ..] = words else { return None };
    if !matches!(last.key.as_str(), "last" | "past" | "previous" | "latest" | "prior" | "trailing" | "rolling") {
        return None;
    }
    if count.key == "fortnight" {
        let period = today.running(PeriodKind::Month)?;
        return Some(PeriodMatch { note: Some(Note::Single(typed(&words[..2]), period)), ..at(period, 2) });
    }
    let count = match count.key.as_str() {
        "couple" => 2,
        "few" | "several" => 3,
        _ => count.number()?,
    };
    let of = usize::from(rest.first()?.key == "of");
    let unit = rest.get(of)?;
    let used = 3 + of;
    let days_each = match (unit.key.as_str(), kind(&unit.key)) {
        ("day" | "days", _) => 1,
        (_, Some((PeriodKind::Week, _))) => 7,
        (_, Some((PeriodKind::Month, _))) => 30,
        (_, Some((PeriodKind::Quarter, _))) => 91,
        (_, Some((PeriodKind::Year, _))) => 365,
        _ => return None,
    };
    let kind = match count.saturating_mul(days_each) {
        0..=10 => PeriodKind::Week,
        11..=45 => PeriodKind::Month,
        46..=135 => PeriodKind::Quarter,
        _ => PeriodKind::Year,
    };
    let period = today.running(kind)?;
    Some(PeriodMatch { note: Some(Note::Single(typed(&words[..used]), period)), ..at(period, used) })
}

/// Parses lengths that no ranking has: half years, and all time. Answered with the year.
fn unknown_length(words: &[Word], today: Today) -> Option<PeriodMatch> {
    let key = |index: usize| words.get(index).map_or("", |word| word.key.as_str());
    let used = match (key(0), key(1)) {
        ("all", "time") | ("half", "year") | ("first" | "second", "half") => 2,
        ("all-time" | "alltime" | "ever" | "h1" | "h2" | "half-year", _) => 1,
        _ => return None,
    };
    let year = words.get(used).filter(|_| key(0) != "all").and_then(Word::year);
    let period = match year {
        Some(year) => Period::Year(today.calendar.start_of_year(i16::try_from(year).ok()?)?),
        None => today.running(PeriodKind::Year)?,
    };
    let used = used + usize::from(year.is_some());
    Some(PeriodMatch { note: Some(Note::Single(typed(&words[..used]), period)), ..at(period, used) })
}

/// Parses `this month`, `last full quarter`, `lastweek`, `year`, `year to date`, `week before last`, `ytd` and the like.
fn relative(words: &[Word], today: Today) -> Option<PeriodMatch> {
    let key = |index: usize| words.get(index).map_or("", |word| word.key.as_str());
    let to_date = match key(0) {
        "wtd" => Some(PeriodKind::Week),
        "mtd" => Some(PeriodKind::Month),
        "qtd" => Some(PeriodKind::Quarter),
        "ytd" => Some(PeriodKind::Year),
        _ => None,
    };
    if let Some(kind) = to_date {
        return Some(at(today.running(kind)?, 1));
    }
    let back = |kind, periods: i32| Some(today.running(kind)?.back(periods));
    let of_adjective = match key(0) {
        "weekly" => Some(PeriodKind::Week),
        "monthly" => Some(PeriodKind::Month),
        "quarterly" => Some(PeriodKind::Quarter),
        "yearly" | "annual" => Some(PeriodKind::Year),
        _ => None,
    };
    if let Some(kind) = of_adjective {
        return Some(at(today.running(kind)?, 1));
    }
    if let Some((kind, false)) = kind(key(0)) {
        let (periods, used) = match (key(1), key(2)) {
            ("to", "date") | ("so", "far") => (0, 3),
            ("before", "last" | "that") => (2, 3),
            ("before", _) => (1, 2),
            _ => (0, 1),
        };
        return Some(at(back(kind, periods)?, used));
    }
    // In one word, as in "lastweek".
    let joined = |name: &'static str| Some((name, kind(key(0).strip_prefix(name)?)?.0));
    if let Some((name, kind)) = ["this", "last", "next", "previous"].into_iter().find_map(joined) {
        return Some(at(back(kind, offset(name)?)?, 1));
    }
    let Some(periods) = offset(key(0)) else { return slip(words, today) };
    let is_filler =
        matches!(key(1), "full" | "complete" | "whole" | "entire" | "calendar" | "fiscal" | "financial" | "sales");
    let unit = 1 + usize::from(is_filler);
    let Some((kind, is_plural)) = kind(key(unit)) else { return slip(words, today) };
    // "this weeks" is a slip of "this week's".
    let is_slip = is_plural && kind == PeriodKind::Week;
    (!is_plural || is_slip).then_some(at(back(kind, periods)?, unit + 1))
}

/// Parses a slip of one letter in `last week` and the like: `lst week`, `this wek`, `last moth`.
fn slip(words: &[Word], today: Today) -> Option<PeriodMatch> {
    let [first, second, ..] = words else { return None };
    let is_slip = |typed: &str, name: &str| typed.len() >= 3 && damerau_levenshtein(typed, name) <= 1;
    let which = ["last", "this", "next"].into_iter().find(|name| is_slip(&first.key, name))?;
    let kind = PeriodKind::ALL.into_iter().find(|kind| is_slip(&second.key, kind.name()))?;
    // "list weeks" and "list week" are about the list.
    let is_exact = (first.key == which, second.key == kind.name());
    if first.key == "list" || is_exact == (true, true) || is_exact == (false, false) {
        return None;
    }
    let period = today.running(kind)?.back(offset(which)?);
    Some(PeriodMatch { note: Some(Note::Slip(typed(&words[..2]), period)), ..at(period, 2) })
}

/// Parses `2 months ago`.
fn ago(words: &[Word], today: Today) -> Option<PeriodMatch> {
    let [count, unit, ago, ..] = words else { return None };
    let count = if count.key == "a" { 1 } else { count.number()? };
    let (kind, _) = kind(&unit.key)?;
    if !matches!(ago.key.as_str(), "ago" | "back") {
        return None;
    }
    let count = i32::try_from(count).ok().filter(|count| *count <= 1200);
    let period = count.map(|count| today.running(kind).map(|running| running.back(count)));
    // The calendar begins in 1900.
    let exists = |period: &Period| Month::of_date(period.first_day()).is_some();
    Some(period.flatten().filter(exists).map_or_else(|| invalid(&words[..3]), |period| at(period, 3)))
}

/// Parses `november`, `last november`, `nov 2025` or `2025 november`. Without a year, it is the latest such month that has started.
fn named_month(words: &[Word], today: Today) -> Option<PeriodMatch> {
    let first = words.first()?;
    let (year_before, word) = match first.year() {
        Some(year) => (Some(year), words.get(1)?),
        None => (None, first),
    };
    // "last november" is the latest one that has ended.
    let which = offset(&first.key).filter(|_| words.get(1).is_some_and(|word| month(&word.key).is_some()));
    if let Some(periods) = which {
        let running = Month::of_date(today.date)?;
        let number = i32::try_from(month(&words[1].key)?).ok()?;
        let back = (i32::from(running.number()) - number).rem_euclid(12);
        let years = match periods {
            1 if back == 0 => 1,
            -1 => -1,
            _ => 0,
        };
        return Some(at(Period::Month(running.back(back + 12 * years)), 2));
    }
    let number = month(&word.key)?;
    // "May I see EMEA?"
    if first.key == "may" && words.get(1).is_some_and(|next| matches!(next.key.as_str(), "i" | "we" | "you")) {
        return None;
    }
    let mut used = if year_before.is_some() { 2 } else { 1 };
    let mut year = year_before;
    if year.is_none()
        && let Some((after, words)) = year_after(&words[1..])
    {
        (year, used) = (Some(after), 1 + words);
    }
    let number = i8::try_from(number).ok()?;
    let Some(year) = year else {
        let this_month = Month::of_date(today.date)?;
        let back = (i32::from(this_month.number()) - i32::from(number)).rem_euclid(12);
        return Some(PeriodMatch { is_bare: true, ..at(Period::Month(this_month.back(back)), used) });
    };
    let found = i16::try_from(year).ok().and_then(|year| Month::new(year, number));
    Some(found.map_or_else(|| invalid(&words[..used]), |month| at(Period::Month(month), used)))
}

/// Parses a period as it is written in one word: `2026-11`, `11/2026`, `2026-10/P3M`.
fn written(word: &Word, _: Today) -> Option<PeriodMatch> {
    if let Ok(period) = word.key.to_ascii_uppercase().parse::<Period>() {
        return Some(at(period, 1));
    }
    let (first, second) = word.key.split_once(['-', '/'])?;
    let (year, month) = match (first.len(), second.len()) {
        (4, 1 | 2) => (first, second),
        (1 | 2, 4) => (second, first),
        _ => return None,
    };
    let (year, month) = (number(year)?, number(month)?);
    let month =
        i16::try_from(year).ok().zip(i8::try_from(month).ok()).and_then(|(year, month)| Month::new(year, month));
    let words = std::slice::from_ref(word);
    Some(month.map_or_else(|| invalid(words), |month| at(Period::Month(month), 1)))
}

/// Parses `Q4`, `Q4 2026`, `2026-Q4`, `4Q26`, `FY27 Q1`, `Q1 FY27`, `fourth quarter 2026`. Without a year, it is the latest
/// such quarter that has started.
fn quarter(words: &[Word], today: Today) -> Option<PeriodMatch> {
    let first = &words.first()?.key;
    // The number and year in one word.
    if let Some((number, year)) = quarter_of_word(first) {
        let (year, used) = match (year, year_after(&words[1..])) {
            (Some(year), _) => (Some(year), 1),
            (None, Some((year, used))) => (Some(year), 1 + used),
            (None, None) => (None, 1),
        };
        return Some(quarter_match(number, year, &words[..used], today));
    }
    // The year first.
    if let Some(year) = fiscal_year(first, true)
        && let Some((number, None)) = words.get(1).and_then(|word| quarter_of_word(&word.key))
    {
        return Some(quarter_match(number, Some(year), &words[..2], today));
    }
    // In words.
    let second = words.get(1).map_or("", |word| word.key.as_str());
    let second = if second == "qtr" { "quarter" } else { second };
    let number = match (first.as_str(), second) {
        ("first" | "1st", "quarter") | ("quarter", "1" | "one") => 1,
        ("second" | "2nd", "quarter") | ("quarter", "2" | "two") => 2,
        ("third" | "3rd", "quarter") | ("quarter", "3" | "three") => 3,
        ("fourth" | "4th", "quarter") | ("quarter", "4" | "four") => 4,
        _ => return None,
    };
    let year = year_after(&words[2..]);
    let used = 2 + year.map_or(0, |(_, used)| used);
    Some(quarter_match(number, year.map(|(year, _)| year), &words[..used], today))
}

/// Parses the year after a quarter or month, also in `Q4 of 2025`: the year and the number of words.
fn year_after(words: &[Word]) -> Option<(u32, usize)> {
    let of = usize::from(words.first().is_some_and(|word| matches!(word.key.as_str(), "of" | "in")));
    let word = words.get(of)?;
    let year = fiscal_year(&word.key, true).or_else(|| word.year())?;
    Some((year, of + 1))
}

/// Parses a month with a slip in it: `novemeber`, `feburary`. Short names are too close to those of people.
fn slip_of_month(words: &[Word], today: Today) -> Option<PeriodMatch> {
    const LONG: [&str; 7] = ["january", "february", "august", "september", "october", "november", "december"];
    let key = words.first()?.key.as_str();
    let is_slip = |name: &str| {
        let allowed = if name.len() > 7 { 2 } else { 1 };
        key.len() + 1 >= name.len()
            && key.starts_with(&name[..1])
            && !key.starts_with(name)
            && damerau_levenshtein(key, name) <= allowed
    };
    let name = LONG.into_iter().find(|name| is_slip(name))?;
    let named = [Word::plain(name)];
    let year = year_after(&words[1..]);
    let used = 1 + year.map_or(0, |(_, used)| used);
    let number = i8::try_from(month(name)?).ok()?;
    let period = match year {
        Some((year, _)) => Period::Month(Month::new(i16::try_from(year).ok()?, number)?),
        None => match named_month(&named, today)?.period {
            Asked::At(period) => period,
            _ => return None,
        },
    };
    let note = Some(Note::Slip(typed(&words[..used]), period));
    Some(PeriodMatch { note, is_bare: year.is_none(), ..at(period, used) })
}

/// Parses a quarter in one word: `q4`, `2026-q4`, `2026q4`, `q4-2026`, `4q26`, `fy27q1`, `fy2027-q1`. Returns its number, and
/// its year if the word has one.
fn quarter_of_word(word: &str) -> Option<(u8, Option<u32>)> {
    let (before, after) = word.split_once('q')?;
    let trimmed = |text: &str| text.trim_matches(['-', '/', '\'']).to_owned();
    let quarter = |text: &str| text.parse::<u8>().ok().filter(|number| text.len() == 1 && (1..=4).contains(number));
    let (before, after) = (trimmed(before), trimmed(after));
    if let Some(number) = quarter(&after) {
        let year = if before.is_empty() { None } else { Some(fiscal_year(&before, false)?) };
        return Some((number, year));
    }
    if let Some(number) = quarter(&before) {
        return Some((number, Some(fiscal_year(&after, false)?)));
    }
    let mut digits = after.splitn(2, ['-', '/', '\'']);
    let number = quarter(digits.next()?)?;
    before.is_empty().then_some((number, Some(fiscal_year(digits.next()?, false)?)))
}

/// Parses a year: `2026`, `fy27`, `fy2027`, and unless `is_alone`, `26`.
fn fiscal_year(word: &str, is_alone: bool) -> Option<u32> {
    let (digits, is_fiscal) = match word.strip_prefix("fy") {
        Some(digits) => (digits.trim_matches(['-', '\'']), true),
        None => (word, false),
    };
    let year = number(digits)?;
    match digits.len() {
        4 => Some(year),
        2 if is_fiscal || !is_alone => Some(2000 + year),
        _ => None,
    }
}

fn quarter_match(number: u8, year: Option<u32>, words: &[Word], today: Today) -> PeriodMatch {
    let months = 3 * (i32::from(number) - 1);
    let found = match year {
        Some(year) => {
            let start = i16::try_from(year).ok().and_then(|year| today.calendar.start_of_year(year));
            start.map(|start| start.back(-months))
        }
        None => Month::of_date(today.date).map(|this_month| {
            let (_, running, start) = today.calendar.quarter_of(this_month);
            start.back(3 * (i32::from(running) - i32::from(number)).rem_euclid(4))
        }),
    };
    found.map_or_else(|| invalid(words), |first| at(Period::Quarter(first), words.len()))
}

/// Parses `2026`, `fy27`, `fy 2027` or `year 2026`.
fn year(words: &[Word], today: Today) -> Option<PeriodMatch> {
    let first = &words.first()?.key;
    let (year, used) = match fiscal_year(first, true) {
        Some(year) => (year, 1),
        None if first == "fy" => (fiscal_year(&words.get(1)?.key, false)?, 2),
        None if matches!(first.as_str(), "fiscal" | "financial" | "calendar") => {
            let is_long = words.get(1)?.key == "year";
            (fiscal_year(&words.get(if is_long { 2 } else { 1 })?.key, false)?, if is_long { 3 } else { 2 })
        }
        None => return None,
    };
    let start = i16::try_from(year).ok().and_then(|year| today.calendar.start_of_year(year));
    Some(start.map_or_else(|| invalid(&words[..used]), |start| at(Period::Year(start), used)))
}
