//! The rows of a ranking in a command: `top 5`, `bottom 3`, `total`, and what is shown instead: `trend`, `csv`.

use super::query::{MAX_ROWS, Part};
use super::word::{Word, number};

/// Returns which rows the start of `words` asks for, how many if it says so, which may be out of range, and the number of
/// words.
pub(super) fn rows(words: &[Word]) -> Option<((Part, Option<usize>), usize)> {
    let first = words.first()?.key.as_str();
    let is_alone = words.len() == 1;
    if matches!(first, "total" | "totals" | "sum" | "altogether") || first == "overall" && is_alone {
        return Some(((Part::Total, None), 1));
    }
    if matches!(first, "trend" | "trends" | "trending" | "history" | "chart" | "graph" | "sparkline") {
        return Some(((Part::Trend, None), 1));
    }
    if matches!(first, "csv" | "spreadsheet" | "excel" | "xlsx" | "download" | "export") {
        return Some(((Part::File, None), 1));
    }
    let second = words.get(1).map_or("", |word| word.key.as_str());
    match (first, second) {
        ("over", "time") => return Some(((Part::Trend, None), 2)),
        ("how", "much") => return Some(((Part::Total, None), 2)),
        ("last", "place" | "") => return Some(((Part::Last, None), words.len().min(2))),
        // The whole ranking has that place.
        ("number" | "no" | "rank" | "place", _)
            if number(unmarked(second)).is_some() || words.get(1).is_some_and(|word| word.number().is_some()) =>
        {
            return Some(((Part::Best, None), 2));
        }
        _ => {}
    }
    counted_after(words).or_else(|| counted_before(words))
}

/// Parses `top 5`, `top5`, `top-5`, `top ten`, `top all`, `bottom 5`, `worst`.
fn counted_after(words: &[Word]) -> Option<((Part, Option<usize>), usize)> {
    let first = words.first()?.key.as_str();
    let (name, attached) = match first.find(|c: char| !c.is_alphabetic()) {
        Some(at) => first.split_at(at),
        None => (first, ""),
    };
    let (part, needs_number) = part(name)?;
    let attached = unmarked(attached);
    if !attached.is_empty() {
        return Some(((part, Some(count(number(attached)?))), 1));
    }
    // In "top - 5" the dash is a word.
    let dash = usize::from(words.get(1).is_some_and(|word| word.key == "-"));
    let next = words.get(1 + dash);
    if next.is_some_and(|next| next.key == "all") {
        return Some(((part, Some(MAX_ROWS)), 2 + dash));
    }
    let typed = next.and_then(|next| number(unmarked(&next.key)).or_else(|| next.number()));
    match typed {
        Some(typed) => Some(((part, Some(count(typed))), 2 + dash)),
        None => (!needs_number).then_some(((part, None), 1)),
    }
}

/// Parses `5 best`, `3 worst`, `10 rows`.
fn counted_before(words: &[Word]) -> Option<((Part, Option<usize>), usize)> {
    let typed = words.first()?.number()?;
    let next = words.get(1)?.key.as_str();
    let part = match next {
        "rows" | "lines" | "people" | "reps" | "salespeople" | "sellers" => Part::Best,
        _ => part(next).map(|(part, _)| part)?,
    };
    Some(((part, Some(count(typed))), 2))
}

/// Returns which rows a word stands for, and whether it only does so before a number.
fn part(name: &str) -> Option<(Part, bool)> {
    match name {
        "top" | "best" | "first" | "highest" => Some((Part::Best, true)),
        "bottom" | "worst" | "lowest" | "least" | "fewest" | "weakest" | "losing" | "loser" | "losers" => {
            Some((Part::Last, false))
        }
        "last" => Some((Part::Last, true)),
        _ => None,
    }
}

/// Returns a number without the mark before it, as in `top #5` and `top-5`.
fn unmarked(text: &str) -> &str {
    text.trim_start_matches(['-', ':', '#', '='])
}

fn count(typed: u32) -> usize {
    usize::try_from(typed).unwrap_or(usize::MAX)
}
