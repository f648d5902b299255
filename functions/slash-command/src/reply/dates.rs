//! Dates and times, as people read them.

use jiff::Timestamp;
use jiff::civil::Date;
use standings_core::{FiscalCalendar, Month, Period};

use crate::locale::Locale;
use crate::today::Today;

/// Formats the days of a period: `16–22 Nov 2026`, `30 Nov – 6 Dec 2026`, `28 Dec 2026 – 3 Jan 2027`; with the month first `Nov
/// 16–22, 2026`, `Nov 30 – Dec 6, 2026`, `Dec 28, 2026 – Jan 3, 2027`.
pub(super) fn range(period: Period, locale: Locale) -> String {
    days(period.first_day(), period.last_day(), locale)
}

/// Formats the days from `first` to `last`.
pub(super) fn days(first: Date, last: Date, locale: Locale) -> String {
    let is_month_first = locale.is_month_first();
    if first == last {
        return first.strftime(if is_month_first { "%b %-d, %Y" } else { "%-d %b %Y" }).to_string();
    }
    let is_one_year = first.year() == last.year();
    let is_one_month = is_one_year && first.month() == last.month();
    let (from, to) = match (is_month_first, is_one_year, is_one_month) {
        (false, false, _) => ("%-d %b %Y \u{2013} ", "%-d %b %Y"),
        (false, true, false) => ("%-d %b \u{2013} ", "%-d %b %Y"),
        (false, true, true) => ("%-d\u{2013}", "%-d %b %Y"),
        (true, false, _) => ("%b %-d, %Y \u{2013} ", "%b %-d, %Y"),
        (true, true, false) => ("%b %-d \u{2013} ", "%b %-d, %Y"),
        (true, true, true) => ("%b %-d\u{2013}", "%-d, %Y"),
    };
    format!("{}{}", first.strftime(from), last.strftime(to))
}

/// Formats a day without its year: `24 Nov`, `Nov 24`.
pub(super) fn day(day: Date, locale: Locale) -> String {
    day.strftime(if locale.is_month_first() { "%b %-d" } else { "%-d %b" }).to_string()
}

/// Returns what to type for a period: `2026-W47`, `2026-11`, `Q4 2026` or `FY27 Q1`, `2026` or `FY27`.
pub(super) fn phrase(period: Period, calendar: FiscalCalendar) -> String {
    match period {
        Period::Week(week) => week.to_string(),
        Period::Month(month) => month.to_string(),
        Period::Quarter(first) => {
            let (year, number, _) = calendar.quarter_of(first);
            if calendar.is_civil() { format!("Q{number} {year}") } else { format!("{} Q{number}", fiscal_year(year)) }
        }
        Period::Year(first) => {
            let (year, _) = calendar.year_of(first);
            if calendar.is_civil() { year.to_string() } else { fiscal_year(year) }
        }
    }
}

/// Formats the days of a period without their years: `16–22 Nov`, `1 Oct – 31 Dec`.
pub(super) fn short_range(period: Period, locale: Locale) -> String {
    let (first, last) = (period.first_day(), period.last_day());
    let (from, to) = match (locale.is_month_first(), first.month() == last.month()) {
        (false, true) => ("%-d\u{2013}", "%-d %b"),
        (false, false) => ("%-d %b \u{2013} ", "%-d %b"),
        (true, true) => ("%b %-d\u{2013}", "%-d"),
        (true, false) => ("%b %-d \u{2013} ", "%b %-d"),
    };
    format!("{}{}", first.strftime(from), last.strftime(to))
}

/// Returns the name of a period with its days: `W47, 16–22 Nov 2026`, `November 2026`, `Q4 2026, 1 Oct – 31 Dec 2026`.
pub(super) fn title(period: Period, today: Today) -> String {
    let range = range(period, today.locale);
    match period {
        Period::Week(week) => format!("W{:02}, {range}", week.monday().iso_week_date().week()),
        Period::Month(month) => name_of_month(month),
        Period::Quarter(_) | Period::Year(_) => format!("{}, {range}", phrase(period, today.calendar)),
    }
}

fn name_of_month(month: Month) -> String {
    month.first_day().strftime("%B %Y").to_string()
}

/// Formats a fiscal year: `FY27`, and with all digits where two are not clear.
fn fiscal_year(year: i16) -> String {
    if (2000..2100).contains(&year) { format!("FY{:02}", year % 100) } else { format!("FY{year}") }
}

/// Formats an instant as markup that Slack shows in the reader's time zone.
/// <https://docs.slack.dev/messaging/formatting-message-text#date-formatting>
pub(super) fn instant(instant: Timestamp) -> String {
    let seconds = instant.as_second();
    format!("<!date^{seconds}^{{date_short_pretty}} at {{time}}|{}>", instant.strftime("%Y-%m-%d %H:%M UTC"))
}

#[cfg(test)]
mod tests {
    use standings_core::{FiscalYearName, Week};

    use super::*;

    fn today(calendar: FiscalCalendar, tag: &str) -> Today {
        let date = Date::constant(2026, 11, 24);
        Today { date, calendar, date_order: None, locale: Locale::parse(tag).unwrap() }
    }

    #[test]
    fn a_week_within_one_month_or_year_names_it_once() {
        let american = Locale::parse("en-US").unwrap();
        for (week, day_first, month_first) in [
            ("2026-W47", "16\u{2013}22 Nov 2026", "Nov 16\u{2013}22, 2026"),
            ("2026-W49", "30 Nov \u{2013} 6 Dec 2026", "Nov 30 \u{2013} Dec 6, 2026"),
            ("2026-W53", "28 Dec 2026 \u{2013} 3 Jan 2027", "Dec 28, 2026 \u{2013} Jan 3, 2027"),
        ] {
            let week: Week = week.parse().unwrap();
            assert_eq!(range(week.into(), Locale::default()), day_first);
            assert_eq!(range(week.into(), american), month_first);
        }
    }

    #[test]
    fn longer_periods_have_names_and_days() {
        let july = FiscalCalendar::new(7, FiscalYearName::End).unwrap();
        for (period, civil, fiscal) in [
            ("2026-11", "November 2026", "November 2026"),
            ("2026-10/P3M", "Q4 2026, 1 Oct \u{2013} 31 Dec 2026", "FY27 Q2, 1 Oct \u{2013} 31 Dec 2026"),
            ("2026-07/P1Y", "2026, 1 Jul 2026 \u{2013} 30 Jun 2027", "FY27, 1 Jul 2026 \u{2013} 30 Jun 2027"),
        ] {
            let period: Period = period.parse().unwrap();
            let titles = [FiscalCalendar::CIVIL, july].map(|calendar| title(period, today(calendar, "en-GB")));
            assert_eq!(titles, [civil, fiscal]);
        }
    }

    #[test]
    fn a_title_is_read_back_as_its_period() {
        let july = FiscalCalendar::new(7, FiscalYearName::End).unwrap();
        for (calendar, tag) in [(FiscalCalendar::CIVIL, "en-GB"), (FiscalCalendar::CIVIL, "en-US"), (july, "en-US")] {
            let today = today(calendar, tag);
            for back in 0..700 {
                let day = Date::constant(2027, 3, 1).checked_sub(jiff::ToSpan::days(i64::from(back) * 5)).unwrap();
                for period in Period::all_of(day, calendar).unwrap() {
                    for text in [title(period, today), range(period, today.locale), phrase(period, calendar)] {
                        assert_eq!(crate::command::period_of(&text, today.date, calendar), Some(period), "{text}");
                    }
                }
            }
        }
    }

    #[test]
    fn an_instant_is_shown_in_the_reader_s_time_zone() {
        let at = "2026-11-23T19:00:00Z".parse().unwrap();
        assert_eq!(instant(at), "<!date^1795460400^{date_short_pretty} at {time}|2026-11-23 19:00 UTC>");
    }
}
