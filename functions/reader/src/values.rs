//! The values of a column, independent of the type that the file gives it.

use jiff::SignedDuration;
use jiff::civil::Date;
use polars_core::prelude::{
    Column, DataType, Int32Type, Int64Type, Int128Type, PolarsDataType, PolarsError, PolarsResult, StringChunked,
    StringType, TimeUnit,
};
use standings_core::{Decimal, ParseDecimalError, name};

/// The array in which Polars keeps a column of one chunk. Access by row is direct, while a column of several chunks
/// would look for the right one each time.
type Array<T> = <T as PolarsDataType>::Array;

/// A column of words.
pub(crate) struct Words(Array<StringType>);

impl Words {
    /// Reads a column of any type that is not nested, by its text.
    pub(crate) fn of(column: &Column) -> PolarsResult<Self> {
        if column.dtype().is_nested() {
            return Err(PolarsError::InvalidOperation("nested values have no text".into()));
        }
        let text = if column.dtype() == &DataType::String { column.clone() } else { column.cast(&DataType::String)? };
        Ok(Self(text.str()?.rechunk().downcast_as_array().clone()))
    }

    /// Returns the words of a column, with `None` for a null.
    pub(crate) fn of_texts(texts: Vec<Option<&str>>) -> Self {
        Self(texts.into_iter().collect::<StringChunked>().downcast_as_array().clone())
    }

    /// Returns the text of a row, empty for a null.
    pub(crate) fn get(&self, row: usize) -> &str {
        self.0.get(row).unwrap_or_default()
    }

    /// Returns the text of a row as an integer that no other text has, if it is short enough, as most names are: up to
    /// 12 bytes are stored inline in Polars' views. A null is 0.
    pub(crate) fn short(&self, row: usize) -> Option<u128> {
        match self.0.get(row) {
            Some(_) => self.0.views().get(row).filter(|view| view.is_inline()).map(|view| view.as_u128()),
            None => Some(0),
        }
    }
}

/// Fixed-point numbers: integers, of which the last `scale` digits are decimals.
pub(crate) struct ScaledNumbers {
    digits: Array<Int128Type>,
    scale: i32,
    /// The value of the integer 1, if that is a whole number of ten-thousandths.
    ten_thousandths: Option<i64>,
}

impl ScaledNumbers {
    fn new(digits: Array<Int128Type>, scale: i32) -> Self {
        let one = Decimal::from_scaled(1, scale).map(Decimal::ten_thousandths);
        let ten_thousandths = one.filter(|_| (0..=4).contains(&scale)).and_then(|one| i64::try_from(one).ok());
        Self { digits, scale, ten_thousandths }
    }

    /// Returns the number of a row, or `None` for a null.
    #[expect(
        clippy::inline_always,
        reason = "returning 128-bit results through memory costs a tenth of the time to read Parquet"
    )]
    #[inline(always)]
    pub(crate) fn get(&self, row: usize) -> Option<Result<Decimal, ParseDecimalError>> {
        let there = self.digits.validity().is_none_or(|there| there.get_bit(row));
        let digits = self.digits.values().get(row).filter(|_| there)?;
        // Fast path for almost all amounts: an `i64` scaled this way is never too large.
        if let (Ok(digits), Some(one)) = (i64::try_from(*digits), self.ten_thousandths) {
            return Some(Ok(Decimal::from_ten_thousandths(i128::from(digits) * i128::from(one))));
        }
        Some(Decimal::from_scaled(*digits, self.scale).ok_or(ParseDecimalError::TooLarge))
    }
}

/// A column of numbers.
pub(crate) enum Numbers {
    Text(Words),
    /// Text, and whether it is a number of the format (JSON, Excel), which has a decimal point whatever the dialect.
    Mixed(Words, Vec<bool>),
    Scaled(ScaledNumbers),
    /// Floating-point numbers, as the shortest decimals that print them.
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
    Times(Times),
}

/// Times in seconds since 1 January 1970.
pub(crate) struct Times {
    counts: Array<Int64Type>,
    per_second: i64,
    /// Whether they are instants, counted in UTC, as opposed to local times.
    pub(crate) are_instants: bool,
}

impl Times {
    /// Returns the second of a row, or `None` for a null.
    pub(crate) fn get(&self, row: usize) -> Option<i64> {
        let there = self.counts.validity().is_none_or(|there| there.get_bit(row));
        self.counts.values().get(row).filter(|_| there).map(|time| time.div_euclid(self.per_second))
    }
}

/// Days since 1 January 1970.
pub(crate) struct KnownDays(Array<Int32Type>);

impl KnownDays {
    /// Returns the day of a row, or `None` for a null.
    pub(crate) fn get(&self, row: usize) -> Option<i32> {
        let there = self.0.validity().is_none_or(|there| there.get_bit(row));
        self.0.values().get(row).filter(|_| there).copied()
    }
}

impl Days {
    /// Reads dates and timestamps: those with a zone are instants, those without are local times.
    pub(crate) fn of(column: &Column) -> PolarsResult<Self> {
        Ok(match column.dtype() {
            DataType::Date => Self::Known(KnownDays(column.date()?.physical().rechunk().downcast_as_array().clone())),
            DataType::Datetime(unit, zone) => {
                let per_second = match unit {
                    TimeUnit::Nanoseconds => 1_000_000_000,
                    TimeUnit::Microseconds => 1_000_000,
                    TimeUnit::Milliseconds => 1_000,
                };
                let counts = column.datetime()?.physical().rechunk().downcast_as_array().clone();
                Self::Times(Times { counts, per_second, are_instants: zone.is_some() })
            }
            _ => Self::Text(Words::of(column)?),
        })
    }
}

/// Returns the date of a day since 1 January 1970.
pub(crate) fn date_of_day(day: i32) -> Option<Date> {
    Date::constant(1970, 1, 1).checked_add(SignedDuration::from_hours(24) * day).ok()
}

/// Trims white space and the invisible characters that spreadsheets and CRMs put around dates and numbers.
pub(crate) fn bare(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || name::is_invisible(c))
}

/// Zeros of the scripts in which spreadsheets and programs write numbers: Arabic, Persian, Devanagari, Bengali, Thai, and
/// full-width. The digits follow each of them in order.
const ZEROS: [u32; 6] = [0x660, 0x6f0, 0x966, 0x9e6, 0xe50, 0xff10];

/// Returns a digit of any script as an ASCII digit, and the signs of numbers in Arabic as those of English. Other
/// characters are left as they are.
pub(crate) fn plain_digit(c: char) -> char {
    let code = u32::from(c);
    match c {
        '\u{66b}' => '.',
        '\u{66c}' => ',',
        _ => ZEROS.iter().find_map(|zero| char::from_digit(code.checked_sub(*zero)?, 10)).unwrap_or(c),
    }
}
