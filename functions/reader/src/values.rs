//! The values of a column, whatever the file holds them as.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use polars::prelude::{
    Column, DataType, Int32Chunked, Int32Type, Int128Type, PolarsDataType, PolarsError, PolarsResult, StringType,
    TimeUnit,
};
use standings_core::{Decimal, ParseDecimalError};

/// What Polars holds a piece of a column in, if in one: rows are asked for one by one, and a column of several pieces
/// would look for the right one each time.
type Array<T> = <T as PolarsDataType>::Array;

/// A column of words.
pub(crate) struct Words(Array<StringType>);

impl Words {
    /// Takes a column of any plain type by its text.
    pub(crate) fn of(column: &Column) -> PolarsResult<Self> {
        if column.dtype().is_nested() {
            return Err(PolarsError::InvalidOperation("a nested value is no word".into()));
        }
        let text = if column.dtype() == &DataType::String { column.clone() } else { column.cast(&DataType::String)? };
        Ok(Self(text.str()?.rechunk().downcast_as_array().clone()))
    }

    /// The text of a row, empty where there is none.
    pub(crate) fn get(&self, row: usize) -> &str {
        self.0.get(row).unwrap_or_default()
    }

    /// The text of a row as a number that no other text has, where it is short enough. Most names are; 0 is no text.
    pub(crate) fn short(&self, row: usize) -> Option<u128> {
        match self.0.get(row) {
            Some(_) => self.0.views().get(row).filter(|view| view.is_inline()).map(|view| view.as_u128()),
            None => Some(0),
        }
    }
}

/// Whole numbers, with some of their digits behind the point.
pub(crate) struct ScaledNumbers {
    digits: Array<Int128Type>,
    scale: i32,
    /// Of one of them, where that is a whole number.
    ten_thousandths: Option<i64>,
}

impl ScaledNumbers {
    fn new(digits: Array<Int128Type>, scale: i32) -> Self {
        let one = Decimal::from_scaled(1, scale).map(Decimal::ten_thousandths);
        let ten_thousandths = one.filter(|_| (0..=4).contains(&scale)).and_then(|one| i64::try_from(one).ok());
        Self { digits, scale, ten_thousandths }
    }

    /// The number of a row, where there is any.
    #[expect(
        clippy::inline_always,
        reason = "128 bits that are handed over in memory cost a tenth of the time of Parquet"
    )]
    #[inline(always)]
    pub(crate) fn get(&self, row: usize) -> Option<Result<Decimal, ParseDecimalError>> {
        let there = self.digits.validity().is_none_or(|there| there.get_bit(row));
        let digits = self.digits.values().get(row).filter(|_| there)?;
        // The bulk of all amounts, and none of them is too large.
        if let (Ok(digits), Some(one)) = (i64::try_from(*digits), self.ten_thousandths) {
            return Some(Ok(Decimal::from_ten_thousandths(i128::from(digits) * i128::from(one))));
        }
        Some(Decimal::from_scaled(*digits, self.scale).ok_or(ParseDecimalError::TooLarge))
    }
}

/// A column of numbers.
pub(crate) enum Numbers {
    Text(Words),
    Scaled(ScaledNumbers),
    /// Floating-point numbers, as the decimals they print as.
    Printed(Vec<Option<Result<Decimal, ParseDecimalError>>>),
}

impl Numbers {
    pub(crate) fn of(column: &Column) -> PolarsResult<Self> {
        Ok(match column.dtype() {
            DataType::Decimal(_, scale) => {
                let digits = column.decimal()?.physical().rechunk();
                let scale = i32::try_from(*scale).unwrap_or(i32::MAX);
                Self::Scaled(ScaledNumbers::new(digits.downcast_as_array().clone(), scale))
            }
            kind if kind.is_integer() => {
                let digits = column.cast(&DataType::Int128)?;
                Self::Scaled(ScaledNumbers::new(digits.i128()?.rechunk().downcast_as_array().clone(), 0))
            }
            DataType::Float32 => {
                Self::Printed(column.f32()?.iter().map(|number| number.map(|n| n.to_string().parse())).collect())
            }
            DataType::Float64 => {
                Self::Printed(column.f64()?.iter().map(|number| number.map(|n| n.to_string().parse())).collect())
            }
            _ => Self::Text(Words::of(column)?),
        })
    }
}

/// A column of days.
pub(crate) enum Days {
    Text(Words),
    Known(KnownDays),
}

/// Days that are counted from 1 January 1970 on.
pub(crate) struct KnownDays(Array<Int32Type>);

impl KnownDays {
    /// The day of a row.
    pub(crate) fn get(&self, row: usize) -> Option<i32> {
        let there = self.0.validity().is_none_or(|there| there.get_bit(row));
        self.0.values().get(row).filter(|_| there).copied()
    }
}

impl Days {
    /// Takes dates, and timestamps by the day they lie in: with a zone they are instants, without one local.
    pub(crate) fn of(column: &Column, time_zone: &TimeZone) -> PolarsResult<Self> {
        Ok(match column.dtype() {
            DataType::Date => Self::Known(KnownDays(column.date()?.physical().rechunk().downcast_as_array().clone())),
            DataType::Datetime(unit, zone) => {
                let zone = zone.is_some().then_some(time_zone);
                let times = column.datetime()?.physical().clone();
                let days: Int32Chunked = times.iter().map(|time| day_of_time(time?, *unit, zone)).collect();
                Self::Known(KnownDays(days.rechunk().downcast_as_array().clone()))
            }
            _ => Self::Text(Words::of(column)?),
        })
    }
}

/// The date of a day that is counted from 1 January 1970 on.
pub(crate) fn date_of_day(day: i32) -> Option<Date> {
    Date::constant(1970, 1, 1).checked_add(SignedDuration::from_hours(24) * day).ok()
}

fn day_of_time(time: i64, unit: TimeUnit, zone: Option<&TimeZone>) -> Option<i32> {
    let second = match unit {
        TimeUnit::Nanoseconds => 1_000_000_000,
        TimeUnit::Microseconds => 1_000_000,
        TimeUnit::Milliseconds => 1_000,
    };
    let instant = time.div_euclid(second);
    let offset = match zone {
        Some(zone) => zone.to_offset(Timestamp::from_second(instant).ok()?).seconds(),
        None => 0,
    };
    i32::try_from((instant + i64::from(offset)).div_euclid(24 * 60 * 60)).ok()
}

/// A date or number without white space around it, nor the invisible marks that spreadsheets and CRMs put there.
pub(crate) fn bare(text: &str) -> &str {
    let invisible = |c: char| matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2060}' | '\u{feff}');
    text.trim_matches(|c: char| c.is_whitespace() || invisible(c))
}

/// A value from a file as a message shows it: quoted, and not longer than a line.
pub(crate) fn shown(value: &str) -> String {
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
