//! Amounts as text, in the notations of programs, spreadsheets and people.

mod affixes;
mod digits;
mod scale;
#[cfg(test)]
mod tests;

use standings_core::{Decimal, DecimalStyle, ParseDecimalError, PlainNumber};

use crate::currency::Currency;

/// What the text of an amount shows about the decimal mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MarkShown {
    /// Nothing: there is no mark.
    Nothing,
    /// The point is the decimal mark, or the comma separates thousands: `12.5`, `1,234,567`.
    Point,
    /// The comma is the decimal mark, or the point separates thousands: `12,5`, `1.234.567`.
    Comma,
    /// The mark may be either, as in `1.500`.
    Either {
        /// The mark, `.` or `,`.
        mark: char,
        /// Whether the last digit is a zero, which only a fixed number of places would have.
        trailing_zero: bool,
    },
    /// The number is in thousands or millions, as in `1.2M`, with this decimal mark.
    Scaled(Option<char>),
}

/// A parsed amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Amount {
    pub(crate) value: Decimal,
    pub(crate) shown: MarkShown,
}

/// Why a text is no amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AmountError {
    /// Empty or only white space.
    Empty,
    /// A letter or sign in the wrong place, or separators that do not separate thousands.
    NotANumber,
    /// More than 22 digits before the decimal mark.
    TooLarge,
    /// A number with the sign, code or name of another currency.
    Foreign,
}

impl From<ParseDecimalError> for AmountError {
    fn from(error: ParseDecimalError) -> Self {
        match error {
            ParseDecimalError::Empty => Self::Empty,
            ParseDecimalError::NotANumber => Self::NotANumber,
            ParseDecimalError::TooLarge => Self::TooLarge,
        }
    }
}

/// Parses an amount, with or without marks of the organization's currency: `1234.5`, `$1,234.56`, `(12,50 €)`, `99,-`.
/// `mark` decides only where both readings are possible, [`MarkShown::Either`].
#[inline]
pub(crate) fn parse(text: &str, mark: DecimalStyle, currency: &Currency) -> Result<Amount, AmountError> {
    match plain(text, mark) {
        Some(amount) => Ok(amount),
        None => affixes::parse(text, mark, currency),
    }
}

/// Fast path for the plain notation of most amounts.
#[inline]
fn plain(text: &str, style: DecimalStyle) -> Option<Amount> {
    let PlainNumber { value, whole_digits, fraction } = PlainNumber::parse(text)?;
    let shown = match fraction {
        None => MarkShown::Nothing,
        Some((mark, 3)) if whole_digits <= 3 && !text.trim_start_matches('-').starts_with('0') => {
            let mark = char::from(mark);
            let value = if mark == style_mark(style) {
                value
            } else {
                Decimal::from_ten_thousandths(value.ten_thousandths() * 1_000)
            };
            return Some(Amount { value, shown: MarkShown::Either { mark, trailing_zero: text.ends_with('0') } });
        }
        Some((b',', _)) => MarkShown::Comma,
        Some(_) => MarkShown::Point,
    };
    Some(Amount { value, shown })
}

const fn style_mark(style: DecimalStyle) -> char {
    match style {
        DecimalStyle::Point => '.',
        DecimalStyle::Comma => ',',
    }
}
