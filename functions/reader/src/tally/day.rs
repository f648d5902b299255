//! The day of a row, in the zone of the organization.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;
use standings_core::explanation::quoted;
use standings_core::{Explanation, Segment, explain};

use super::Tallies;
use super::row::RowRef;
use crate::columns::Unit;
use crate::rows::Rows;
use crate::sold_at::{self, SoldAt, When};
use crate::special_words::is_null_word;
use crate::values::{Days, bare, date_of_day};

/// Why a row has no day.
pub(super) enum NoDay<'a> {
    NoDate,
    NotADate(&'a str),
    OutOfRange(Date),
}

impl Tallies<'_> {
    #[expect(clippy::inline_always, reason = "the days of Parquet files are the hot path")]
    #[inline(always)]
    pub(super) fn day_of_row<'r>(&mut self, row_ref: &RowRef<'r>) -> Result<(i32, Segment), NoDay<'r>> {
        match &row_ref.rows.sold_at {
            Some(Days::Known(days)) => with_segment(days.get(row_ref.row).ok_or(NoDay::NoDate)?),
            _ => self.day_of_time(row_ref),
        }
    }

    fn day_of_time<'r>(&mut self, row_ref: &RowRef<'r>) -> Result<(i32, Segment), NoDay<'r>> {
        let RowRef { rows, row, .. } = *row_ref;
        match rows.sold_at.as_ref().ok_or(NoDay::NoDate)? {
            Days::Known(days) => with_segment(days.get(row).ok_or(NoDay::NoDate)?),
            Days::Times(times) => {
                let second = times.get(row).ok_or(NoDay::NoDate)?;
                let instant = if times.are_instants { Some((second, 0)) } else { self.instant_of_local(second, rows) };
                let day = match instant {
                    Some((second, offset)) => self.day_of_instant(second, offset, row_ref),
                    None => day_of_second(second),
                };
                with_segment(day.ok_or(NoDay::NoDate)?)
            }
            Days::Text(words) => {
                let text = bare(words.get(row));
                let no_date = || if is_null_word(text) { NoDay::NoDate } else { NoDay::NotADate(text) };
                let day = self.day(text, row_ref).ok_or_else(no_date)?;
                let since_1970 = (day - Date::constant(1970, 1, 1)).get_days();
                Ok((since_1970, Segment::of_day(since_1970).ok_or(NoDay::OutOfRange(day))?))
            }
        }
    }

    /// Whether times without an offset are in UTC: by the option, or by the name of the column.
    fn has_utc_times(&self, rows: &Rows) -> bool {
        self.pass.reading.utc_times || rows.unit_of_dates == Unit::Utc
    }

    fn day(&mut self, text: &str, row_ref: &RowRef<'_>) -> Option<Date> {
        let order = match row_ref.rows.unit_of_dates {
            Unit::Order(order) => Some(order),
            _ => self.pass.dialect.date_order,
        };
        let SoldAt { when, order: shown } = sold_at::parse(text, order)?;
        if !matches!(row_ref.rows.unit_of_dates, Unit::Order(_)) {
            self.evidence.date(shown, text, || row_ref.place());
        }
        let (second, offset) = match when {
            When::Day(day) => return Some(day),
            When::Instant(instant) => (instant.as_second(), 0),
            When::Local(time) => {
                let second = Offset::UTC.to_timestamp(time).ok()?.as_second();
                let Some(instant) = self.instant_of_local(second, row_ref.rows) else { return Some(time.date()) };
                instant
            }
        };
        date_of_day(self.day_of_instant(second, offset, row_ref)?)
    }

    /// Returns the instant of a time without an offset, counted as if it were in UTC, and the offset of its zone. `None`
    /// if it is in the zone of the organization, where its day is known.
    fn instant_of_local(&self, second: i64, rows: &Rows) -> Option<(i64, i64)> {
        if self.has_utc_times(rows) {
            return Some((second, 0));
        }
        let zone = self.pass.reading.local_time_zone.as_ref()?;
        let time = Offset::UTC.to_datetime(Timestamp::from_second(second).ok()?);
        let instant = zone.to_timestamp(time).ok()?.as_second();
        Some((instant, second - instant))
    }

    /// Returns the day of an instant in the zone of the organization. `offset` is that of the zone in which it was
    /// written: where each instant of the file is midnight there, they are dates that a program has turned into times.
    fn day_of_instant(&mut self, second: i64, offset: i64, row_ref: &RowRef<'_>) -> Option<i32> {
        let here = self.pass.reading.time_zone.to_offset(Timestamp::from_second(second).ok()?).seconds();
        let (there, here) = (day_of_second(second + offset)?, day_of_second(second + i64::from(here))?);
        let is_midnight = (second + offset).rem_euclid(24 * 60 * 60) == 0;
        self.evidence.instant(is_midnight, there != here, || row_ref.place());
        Some(if is_midnight && !self.pass.dialect.midnight_is_time { there } else { here })
    }
}

impl NoDay<'_> {
    pub(super) fn explanation(&self) -> Explanation {
        match self {
            Self::NoDate => explain!["there is no date"],
            Self::NotADate(text) => explain![quoted(text), " is not a date such as 2026-11-20"],
            Self::OutOfRange(date) => {
                explain!["the year of ", quoted(&date.to_string()), " is not between 1900 and 2199"]
            }
        }
    }
}

/// Returns a day since 1970 with its segment.
#[inline]
fn with_segment<'a>(day: i32) -> Result<(i32, Segment), NoDay<'a>> {
    let segment = Segment::of_day(day);
    let segment = segment.ok_or_else(|| date_of_day(day).map_or(NoDay::NoDate, NoDay::OutOfRange))?;
    Ok((day, segment))
}

/// Returns the day of a second since 1970.
fn day_of_second(second: i64) -> Option<i32> {
    i32::try_from(second.div_euclid(24 * 60 * 60)).ok()
}
