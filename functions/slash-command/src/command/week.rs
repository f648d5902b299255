//! Weeks in a command, in any of the forms that people type.

use jiff::civil::Date;
use standings_core::Week;

use super::period::PeriodMatch;
use super::query::{Asked, Note};
use super::word::{Word, number, typed, year, year_after};

/// Maximum of `N weeks ago`: a century. Larger numbers are taken as this one, with a note.
const MAX_WEEKS_AGO: u32 = 5200;

fn of(week: Week) -> Asked {
    Asked::At(week.into())
}

/// A match of all `words`: with a note if the week is only the nearest one, and invalid if there is none.
fn nearest_match(nearest: Option<Nearest>, words: &[Word]) -> PeriodMatch {
    match nearest {
        Some(Nearest { week, is_exact: true }) => PeriodMatch::new(of(week), words.len()),
        Some(Nearest { week, is_exact: false }) => PeriodMatch {
            note: Some(Note::Nearest(typed(words), week.into())),
            ..PeriodMatch::new(of(week), words.len())
        },
        None => PeriodMatch::new(Asked::Invalid(typed(words)), words.len()),
    }
}

/// A week, and whether it is exactly the typed one or the nearest that exists.
#[derive(Clone, Copy)]
struct Nearest {
    week: Week,
    is_exact: bool,
}

/// Returns the week at the start of `words`, if there is one.
pub(super) fn week(words: &[Word], today: Date) -> Option<PeriodMatch> {
    latest(words).or_else(|| weeks_ago(words, today)).or_else(|| numbered(words, today))
}

/// Parses `latest` and `latest week`.
fn latest(words: &[Word]) -> Option<PeriodMatch> {
    let key = |index: usize| words.get(index).map_or("", |word| word.key.as_str());
    let used = match (key(0), key(1)) {
        ("latest", "week" | "wk") => 2,
        ("latest", "month" | "quarter" | "year") => return None,
        ("latest", _) => 1,
        _ => return None,
    };
    Some(PeriodMatch::new(Asked::Latest, used))
}

/// Parses `2 weeks ago`.
fn weeks_ago(words: &[Word], today: Date) -> Option<PeriodMatch> {
    let [count, weeks, ago, ..] = words else { return None };
    let count = if count.key == "a" { 1 } else { count.number()? };
    if !(matches!(weeks.key.as_str(), "week" | "weeks" | "wk" | "wks") && matches!(ago.key.as_str(), "ago" | "back")) {
        return None;
    }
    let back = i32::try_from(count.min(MAX_WEEKS_AGO)).ok()?;
    let week = Week::of_date(today)?.back(back);
    Some(nearest_match(Some(Nearest { week, is_exact: count <= MAX_WEEKS_AGO }), &words[..3]))
}

/// Parses a week number with or without a year: `2026-W47`, `2026 week 47`, `week 47 2026`, `W47`.
///
/// Without a year, it is the latest week of that number that has started.
fn numbered(words: &[Word], today: Date) -> Option<PeriodMatch> {
    let year_before = words.first()?.year();
    let words_before = usize::from(year_before.is_some());
    let numbered = NumberedWeek::parse(&words[words_before..])?;
    let mut used = words_before + numbered.words;
    let mut year = numbered.year.or(year_before);
    if year.is_none()
        && let Some((after, words)) = year_after(&words[used..])
    {
        year = Some(after);
        used += words;
    }
    let nearest = match year {
        Some(year) => week_of_year(year, numbered.number),
        None => latest_of_number(numbered.number, Week::of_date(today)?),
    };
    Some(nearest_match(nearest, &words[..used]))
}

/// A week number as typed, which may be out of range.
struct NumberedWeek {
    /// The year in the same word as the number.
    year: Option<u32>,
    number: u32,
    /// Number of words that the week consists of.
    words: usize,
}

impl NumberedWeek {
    /// Parses one word (`2026-W47`, `2026w47`, `W47`, `week47`, `wk47/26`) or several (`week 47`, `week #47`, `CW 47`, `week no 47`).
    fn parse(words: &[Word]) -> Option<Self> {
        let [first, rest @ ..] = words else { return None };
        if matches!(first.key.as_str(), "w" | "wk" | "week" | "weeks" | "cw" | "kw") {
            let of_number = usize::from(matches!(rest.first()?.key.as_str(), "no" | "nr" | "num" | "number" | "#"));
            let second = &rest.get(of_number)?.key;
            let (number, year) = number_and_year(second.trim_start_matches('#'))?;
            return Some(Self { year, number, words: 2 + of_number });
        }
        let key = first.key.as_str();
        let short = ["week", "wk", "cw", "kw"].iter().find_map(|name| key.strip_prefix(name));
        let (before, after) = match short {
            Some(digits) => ("", digits),
            None => key.split_once('w')?,
        };
        let (number, year_after) = number_and_year(after.trim_start_matches('-'))?;
        let year = match before.strip_suffix('-').unwrap_or(before) {
            "" => year_after,
            before => Some(year(before)?),
        };
        Some(Self { year, number, words: 1 })
    }
}

/// Parses `47`, `47/26` and `47/2026`: the number of a week, and the year if there is one.
fn number_and_year(text: &str) -> Option<(u32, Option<u32>)> {
    let (digits, year) = text.split_once(['/', '-', '\'']).map_or((text, None), |(digits, year)| (digits, Some(year)));
    let number = number(digits).filter(|_| digits.len() <= 2)?;
    let year = match year {
        None => None,
        Some(year) if year.len() == 2 => Some(2000 + self::number(year)?),
        Some(year) => Some(self::year(year)?),
    };
    Some((number, year))
}

/// Returns the week of this year and number, or the first or last week of the year if there is none of that number.
fn week_of_year(year: u32, number: u32) -> Option<Nearest> {
    let year = year.try_into().ok()?;
    let clamped = number.clamp(1, 53);
    let found = Week::new(year, clamped.try_into().ok()?);
    // A year without a week 53 ends with week 52.
    let week = found.or_else(|| Week::new(year, 52))?;
    Some(Nearest { week, is_exact: found.is_some() && clamped == number })
}

/// Returns the latest week of this number that has started, or this week if no year has such a number.
fn latest_of_number(number: u32, this_week: Week) -> Option<Nearest> {
    if number > 53 {
        return Some(Nearest { week: this_week, is_exact: false });
    }
    let this_year = this_week.monday().iso_week_date().year();
    let clamped = number.max(1).try_into().ok()?;
    // Two years that have a week 53 are at most seven years apart.
    let week = (0..=7).filter_map(|back| Week::new(this_year - back, clamped)).find(|&week| week <= this_week)?;
    Some(Nearest { week, is_exact: number >= 1 })
}
