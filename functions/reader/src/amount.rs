//! Amounts as text. Stub until the parsers land.
use crate::currency::Currency;
use standings_core::{Decimal, DecimalStyle, ParseDecimalError};
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MarkShown {
    Nothing,
    Point,
    Comma,
    Either { mark: char, trailing_zero: bool },
}
pub(crate) struct Amount {
    pub(crate) value: Decimal,
    pub(crate) shown: MarkShown,
}
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AmountError {
    Empty,
    NotANumber,
    TooLarge,
    Foreign,
}
pub(crate) fn parse(text: &str, mark: DecimalStyle, _: &Currency) -> Result<Amount, AmountError> {
    let bare = text.replace(['$'], "");
    match Decimal::parse(&bare, mark) {
        Ok(value) => Ok(Amount { value, shown: MarkShown::Nothing }),
        Err(ParseDecimalError::Empty) => Err(AmountError::Empty),
        Err(ParseDecimalError::TooLarge) => Err(AmountError::TooLarge),
        Err(_) => Err(AmountError::NotANumber),
    }
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
