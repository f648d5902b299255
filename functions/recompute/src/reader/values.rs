//! The values of a column, whatever the file holds them as.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use polars::prelude::{Column, DataType, PolarsError, PolarsResult, StringChunked, TimeUnit};
use standings_core::{Decimal, ParseDecimalError};

/// A column of words.
pub(super) struct Words(StringChunked);

impl Words {
    /// Takes a column of any plain type by its text.
    pub(super) fn of(column: &Column) -> PolarsResult<Self> {
        if column.dtype().is_nested() {
            return Err(PolarsError::InvalidOperation("a nested value is no word".into()));
        }
        let text = if column.dtype() == &DataType::String { column.clone() } else { column.cast(&DataType::String)? };
        Ok(Self(text.str()?.rechunk().into_owned()))
    }

    /// The text of a row, empty where there is none.
    pub(super) fn get(&self, row: usize) -> &str {
        self.0.get(row).unwrap_or_default()
    }
}

/// A column of numbers.
pub(super) enum Numbers {
    Text(Words),
    Exact(Vec<Option<Result<Decimal, ParseDecimalError>>>),
}

impl Numbers {
    /// Takes integers and decimals as they are and floating-point numbers as the decimals they print as.
    pub(super) fn of(column: &Column) -> PolarsResult<Self> {
        let exact = |digits: Option<i128>, scale: usize| {
            let scale = i32::try_from(scale).unwrap_or(i32::MAX);
            digits.map(|digits| Decimal::from_scaled(digits, scale).ok_or(ParseDecimalError::TooLarge))
        };
        Ok(match column.dtype() {
            DataType::Decimal(_, scale) => {
                let digits = column.decimal()?.physical().clone();
                Self::Exact(digits.iter().map(|digits| exact(digits, *scale)).collect())
            }
            kind if kind.is_integer() => {
                let digits = column.cast(&DataType::Int128)?;
                Self::Exact(digits.i128()?.iter().map(|digits| exact(digits, 0)).collect())
            }
            DataType::Float32 => Self::Exact(column.f32()?.iter().map(|n| n.map(|n| n.to_string().parse())).collect()),
            DataType::Float64 => Self::Exact(column.f64()?.iter().map(|n| n.map(|n| n.to_string().parse())).collect()),
            _ => Self::Text(Words::of(column)?),
        })
    }
}

/// A column of days.
pub(super) enum Days {
    Text(Words),
    Known(Vec<Option<Date>>),
}

impl Days {
    /// Takes dates, and timestamps by the day they lie in: with a zone they are instants, without one local.
    pub(super) fn of(column: &Column, time_zone: &TimeZone) -> PolarsResult<Self> {
        Ok(match column.dtype() {
            DataType::Date => {
                let days = column.date()?.physical().clone();
                Self::Known(days.iter().map(|day| date_of_day(i64::from(day?))).collect())
            }
            DataType::Datetime(unit, zone) => {
                let zone = zone.is_some().then_some(time_zone);
                let times = column.datetime()?.physical().clone();
                Self::Known(times.iter().map(|time| date_of_time(time?, *unit, zone)).collect())
            }
            _ => Self::Text(Words::of(column)?),
        })
    }
}

fn date_of_day(days: i64) -> Option<Date> {
    let day = Timestamp::from_second(days.checked_mul(86_400)?).ok()?;
    Some(TimeZone::UTC.to_datetime(day).date())
}

fn date_of_time(time: i64, unit: TimeUnit, zone: Option<&TimeZone>) -> Option<Date> {
    let instant = match unit {
        TimeUnit::Nanoseconds => Timestamp::from_nanosecond(time.into()),
        TimeUnit::Microseconds => Timestamp::from_microsecond(time),
        TimeUnit::Milliseconds => Timestamp::from_millisecond(time),
    };
    Some(zone.unwrap_or(&TimeZone::UTC).to_datetime(instant.ok()?).date())
}

/// A date or number without white space around it, nor the invisible marks that spreadsheets and CRMs put there.
pub(super) fn bare(text: &str) -> &str {
    let invisible = |c: char| matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2060}' | '\u{feff}');
    text.trim_matches(|c: char| c.is_whitespace() || invisible(c))
}

/// A value from a file as a message shows it: quoted, and not longer than a line.
pub(super) fn shown(value: &str) -> String {
    const MOST: usize = 40;
    let visible = |c: char| match c {
        _ if c.is_control() => ' ',
        // What turns text around would turn the message around.
        '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' => '\u{fffd}',
        _ => c,
    };
    let mut chars = value.chars().map(visible);
    let short: String = chars.by_ref().take(MOST).collect();
    let more = if chars.next().is_some() { "..." } else { "" };
    format!("\"{}{more}\"", short.trim())
}
