//! Dates and times, as people read them.

use jiff::Timestamp;
use jiff::civil::Date;

/// Formats a week: `16–22 Nov 2026`, `30 Nov – 6 Dec 2026`, `28 Dec 2026 – 3 Jan 2027`.
pub(super) fn range(monday: Date, sunday: Date) -> String {
    let (from, to) = if monday.year() != sunday.year() {
        ("%-d %b %Y \u{2013} ", "%-d %b %Y")
    } else if monday.month() != sunday.month() {
        ("%-d %b \u{2013} ", "%-d %b %Y")
    } else {
        ("%-d\u{2013}", "%-d %b %Y")
    };
    format!("{}{}", monday.strftime(from), sunday.strftime(to))
}

/// Formats an instant as markup that Slack shows in the reader's time zone.
/// <https://docs.slack.dev/messaging/formatting-message-text#date-formatting>
pub(super) fn instant(instant: Timestamp) -> String {
    let seconds = instant.as_second();
    format!("<!date^{seconds}^{{date_short_pretty}} at {{time}}|{}>", instant.strftime("%Y-%m-%d %H:%M UTC"))
}

#[cfg(test)]
mod tests {
    use standings_core::Week;

    use super::*;

    #[test]
    fn a_week_within_one_month_or_year_names_it_once() {
        for (week, expected) in [
            ("2026-W47", "16\u{2013}22 Nov 2026"),
            ("2026-W49", "30 Nov \u{2013} 6 Dec 2026"),
            ("2026-W53", "28 Dec 2026 \u{2013} 3 Jan 2027"),
        ] {
            let week: Week = week.parse().unwrap();
            assert_eq!(range(week.monday(), week.sunday()), expected);
        }
    }

    #[test]
    fn an_instant_is_shown_in_the_reader_s_time_zone() {
        let at = "2026-11-23T19:00:00Z".parse().unwrap();
        assert_eq!(instant(at), "<!date^1795460400^{date_short_pretty} at {time}|2026-11-23 19:00 UTC>");
    }
}
