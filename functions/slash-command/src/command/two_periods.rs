//! The period of a command that names one, or several that belong together: `november last year`, `this month vs last month`.

use jiff::ToSpan;
use standings_core::{Period, Week};

use super::filler::is_between;
use super::parse::{Parser, Phrase};
use super::period::{self, PeriodMatch};
use super::query::{Asked, Note};
use super::word::typed;

impl Parser<'_, '_> {
    pub(super) fn found_period(&self) -> Option<PeriodMatch> {
        let is_start_of_name = self.person_starts.is_some_and(|start| start == self.names.len());
        // In "find may" it is a name.
        period::period(self.rest, self.today).filter(|found| !(is_start_of_name && found.is_bare))
    }

    pub(super) fn add_period(&mut self, found: PeriodMatch) {
        let (used, rest) = self.rest.split_at(found.words);
        let before = self.period.take();
        if self.is_kind {
            self.notes.push(Note::Unused(typed(used)));
            (self.period, self.rest) = (before, rest);
            return;
        }
        if let Some((_, other)) = self.bare.as_mut().filter(|_| !found.is_bare) {
            // In "april jones last month" the other reading has this period.
            *other = found.period.clone();
        }
        if found.is_bare {
            let other = before.as_ref().map_or(Asked::Latest, |before| before.value.clone());
            self.bare = Some((self.words.len() - self.rest.len(), other));
        }
        // A heading names a week twice: "W47, 16–22 Nov 2026". Only the days say of which year.
        let is_heading = |before: &Phrase<Asked>| match (&before.value, &found.period) {
            (Asked::At(before), Asked::At(period)) => before == period || is_week_of_another_year(*before, *period),
            (before, period) => before == period,
        };
        self.rest = rest;
        let found_phrase = Phrase { value: found.period.clone(), typed: typed(used) };
        let at = self.words.len() - self.rest.len() - used.len();
        let joint = at.checked_sub(1).map_or("", |at| self.words[at].key.as_str());
        let are_compared = is_between(joint);
        let before_typed = before.as_ref().map(|before| before.typed.clone());
        let Some(before) = before.filter(|before| !is_heading(before)) else {
            self.notes.extend(found.note);
            let running = match &before_typed {
                Some(_) => None,
                None => self.compared_with(at, &found_phrase.value),
            };
            // In "october vs october last year" the year belongs to the second.
            let unused = before_typed.filter(|_| are_compared && joint != "-");
            self.notes.extend(unused.and_then(Note::unused));
            self.period = Some(Phrase { value: running.unwrap_or(found_phrase.value), ..found_phrase });
            return;
        };
        if let Some(period) = self.in_year(&before, &found_phrase) {
            self.notes.retain(|note| !note.is_about_period());
            let typed = format!("{} {}", before.typed, found_phrase.typed);
            self.period = Some(Phrase { value: Asked::At(period), typed });
            return;
        }
        // Of two that are compared the later, whose change is against the one before.
        let is_list = matches!(joint, "and" | "or" | "&");
        let is_earlier = matches!((&before.value, &found.period), (Asked::At(before), Asked::At(period))
            if before.first_day() > period.first_day());
        let is_before = |one: &Asked, other: &Asked| match (one, other) {
            (Asked::At(one), Asked::At(other)) => !is_list && other.previous() == *one,
            _ => false,
        };
        if are_compared && is_earlier {
            if !is_before(&found_phrase.value, &before.value) {
                self.notes.push(Note::Unused(found_phrase.typed));
            }
            self.period = Some(before);
        } else {
            self.notes.retain(|note| !note.is_about_period());
            if !(are_compared && is_before(&before.value, &found_phrase.value)) {
                self.notes.push(Note::Unused(before.typed));
            }
            self.notes.extend(found.note);
            self.period = Some(found_phrase);
        }
    }

    /// Returns the running period if the one before it is only what to compare with, as in "are we ahead of last month": its change
    /// is against that one. `at` is the index of the first word of the period.
    fn compared_with(&self, at: usize, period: &Asked) -> Option<Asked> {
        let key = |back: usize| at.checked_sub(back).map_or("", |at| self.words[at].key.as_str());
        let is_compared = matches!(key(1), "vs" | "versus" | "than" | "beat" | "behind")
            || matches!(
                (key(2), key(1)),
                ("compared" | "compare", "to" | "with") | ("ahead", "of") | ("up" | "down", "on" | "from")
            );
        let Asked::At(period) = period else { return None };
        let running = self.today.running(period.kind()).filter(|running| is_compared && running.previous() == *period);
        running.map(Asked::At)
    }

    /// Returns the period of `november last year` and `last year's q4`: one without a year, and a year in words.
    fn in_year(&self, one: &Phrase<Asked>, other: &Phrase<Asked>) -> Option<Period> {
        let is_without_year = |typed: &str| !typed.bytes().any(|byte| byte.is_ascii_digit()) || typed.len() <= 3;
        let (Asked::At(one_period), Asked::At(other_period)) = (&one.value, &other.value) else { return None };
        let (period, year, typed) = match (one_period, other_period) {
            (Period::Year(_), Period::Year(_)) => return None,
            (period, Period::Year(year)) if is_without_year(&other.typed) => (*period, *year, &one.typed),
            (Period::Year(year), period) if is_without_year(&one.typed) => (*period, *year, &other.typed),
            _ => return None,
        };
        if !is_without_year(typed) {
            return None;
        }
        match period {
            Period::Month(month) => {
                let after = (i32::from(month.number()) - i32::from(year.number())).rem_euclid(12);
                Some(Period::Month(year.back(-after)))
            }
            Period::Quarter(first) => {
                let (_, number, _) = self.today.calendar.quarter_of(first);
                Some(Period::Quarter(year.back(-3 * (i32::from(number) - 1))))
            }
            // The week with the same number.
            Period::Week(week) => {
                let years = i32::from(week.monday().year()) - i32::from(year.first_day().year());
                let near = week.monday().checked_sub((52 * i64::from(years)).weeks()).ok()?;
                let mut candidates = [0_i64, 1, -1].into_iter().filter_map(|off| near.checked_sub(off.weeks()).ok());
                let number = week.monday().iso_week_date().week();
                let same = candidates.find(|day| day.iso_week_date().week() == number);
                Week::of_date(same.unwrap_or(near)).map(Period::Week)
            }
            Period::Year(_) => None,
        }
    }
}

/// Returns whether two periods are weeks with the same number.
fn is_week_of_another_year(one: Period, other: Period) -> bool {
    let number = |period: Period| match period {
        Period::Week(week) => Some(week.monday().iso_week_date().week()),
        _ => None,
    };
    number(one).is_some() && number(one) == number(other)
}
