//! Numbers as programs write them.

use std::str::FromStr;

use crate::decimal::{Decimal, ParseDecimalError, UNIT};

/// A number in the plain notation of most amounts: an optional minus, digits and at most four places after a point or
/// comma, which is taken for the decimal mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlainNumber {
    /// Its value.
    pub value: Decimal,
    /// The number of digits before the mark.
    pub whole_digits: usize,
    /// The mark, `.` or `,`, and the number of digits after it.
    pub fraction: Option<(u8, usize)>,
}

impl PlainNumber {
    /// Parses the plain notation without allocation, as it is done for each row. `None` leaves the text to the parser
    /// of other notations, for example `.5`, `5.`, or one with more than 18 characters.
    ///
    /// ```
    /// use standings_core::PlainNumber;
    ///
    /// let number = PlainNumber::parse("-12.50").expect("it is plain");
    /// assert_eq!((number.value.to_string().as_str(), number.fraction), ("-12.5", Some((b'.', 2))));
    /// assert_eq!(PlainNumber::parse("1,234.50"), None);
    /// ```
    #[inline]
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (negative, digits) = match text.as_bytes() {
            [b'-', rest @ ..] => (true, rest),
            bytes => (false, bytes),
        };
        // 18 digits fit into an `i64`.
        if !digits.first()?.is_ascii_digit() || digits.len() > 18 {
            return None;
        }
        let mut value: i64 = 0;
        let mut mark: Option<usize> = None;
        for (place, &byte) in digits.iter().enumerate() {
            if byte.is_ascii_digit() {
                value = value * 10 + i64::from(byte - b'0');
            } else if matches!(byte, b'.' | b',') && mark.is_none() {
                mark = Some(place);
            } else {
                return None;
            }
        }
        let whole_digits = mark.unwrap_or(digits.len());
        let places = digits.len() - mark.map_or(whole_digits, |place| place + 1);
        let factor = match (places, mark) {
            (0, None) => UNIT,
            (1, _) => UNIT / 10,
            (2, _) => UNIT / 100,
            (3, _) => UNIT / 1_000,
            (4, _) => UNIT / 10_000,
            _ => return None,
        };
        let value = i128::from(value) * factor;
        let fraction = mark.map(|place| (digits[place], places));
        Some(Self {
            value: Decimal::from_ten_thousandths(if negative { -value } else { value }),
            whole_digits,
            fraction,
        })
    }
}

impl FromStr for Decimal {
    type Err = ParseDecimalError;

    /// Parses a number as programs write it, also with an exponent: that of JSON, and of [`Display`](std::fmt::Display). Beyond
    /// the fourth place it is rounded half away from zero. The notations of people are left to the reader of sales files,
    /// which knows what a comma means there.
    ///
    /// ```
    /// use standings_core::{Decimal, ParseDecimalError::*};
    ///
    /// let parse = |text: &str| text.parse::<Decimal>().map(|number| number.to_string());
    /// assert_eq!(parse("-1234.50").as_deref(), Ok("-1234.5"));
    /// assert_eq!(parse("1.5e3").as_deref(), Ok("1500"));
    /// assert_eq!(parse("0.00005").as_deref(), Ok("0.0001"));
    /// assert_eq!(parse("1,234.50"), Err(NotANumber));
    /// assert_eq!(parse("NaN"), Err(NotANumber));
    /// assert_eq!(parse("1e30"), Err(TooLarge));
    /// assert_eq!(parse(""), Err(Empty));
    /// ```
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Some(PlainNumber { value, fraction: None | Some((b'.', _)), .. }) = PlainNumber::parse(text) {
            return Ok(value);
        }
        if text.is_empty() {
            return Err(ParseDecimalError::Empty);
        }
        let (negative, number) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (mantissa, exponent) = match number.split_once(['e', 'E']) {
            // Six characters fit into an `i32`, and no decimal needs more.
            Some((mantissa, exponent)) if exponent.len() <= 6 => {
                (mantissa, exponent.parse().map_err(|_| ParseDecimalError::NotANumber)?)
            }
            Some(_) => return Err(ParseDecimalError::NotANumber),
            None => (number, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let value = Self::from_digits(whole, fraction, exponent)?;
        Ok(if negative { -value } else { value })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parsed(text: &str) -> Result<String, ParseDecimalError> {
        text.parse::<Decimal>().map(|d| d.to_string())
    }

    #[test]
    fn the_numbers_of_programs_are_parsed() {
        for (text, value) in [
            ("0", "0"),
            ("12", "12"),
            ("-0.5", "-0.5"),
            ("1234.5600", "1234.56"),
            ("+7", "7"),
            (".5", "0.5"),
            ("5.", "5"),
            ("1e5", "100000"),
            ("1.5E-3", "0.0015"),
            ("1.5E+3", "1500"),
            ("00012.10", "12.1"),
            ("0000000000000000000000000000000000000000001", "1"),
            ("9999999999999999999999.9999", "9999999999999999999999.9999"),
        ] {
            assert_eq!(parsed(text).as_deref(), Ok(value), "{text}");
        }
    }

    #[test]
    fn text_that_is_not_a_number_is_refused() {
        use ParseDecimalError::{Empty, NotANumber, TooLarge};
        for (text, error) in [
            ("", Empty),
            (" 1", NotANumber),
            ("abc", NotANumber),
            ("NaN", NotANumber),
            ("inf", NotANumber),
            ("12,5", NotANumber),
            ("1,234", NotANumber),
            ("1.2.3", NotANumber),
            ("--1", NotANumber),
            ("-+1", NotANumber),
            (".", NotANumber),
            ("-", NotANumber),
            ("1e", NotANumber),
            ("1e99999999", NotANumber),
            ("0x10", NotANumber),
            ("1_000", NotANumber),
            ("١٢", NotANumber),
            ("1e40", TooLarge),
            ("1234567890123456789012345678901234567890", TooLarge),
            ("10000000000000000000000", TooLarge),
        ] {
            assert_eq!(parsed(text), Err(error), "{text}");
        }
    }

    #[test]
    fn other_notations_are_left_to_their_parser() {
        for text in
            ["", "-", "+1", ".5", "5.", ",5", "1.2.3", "1,234.5", "1.23456", "(1)", " 1", "1e5", "1234567890123456789"]
        {
            assert_eq!(PlainNumber::parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_causes_a_panic(text in "\\PC{0,60}") {
            let _ = (parsed(&text), PlainNumber::parse(&text));
        }

        #[test]
        fn plain_numbers_have_the_value_of_their_digits(whole in "[0-9]{1,9}", fraction in "[0-9]{0,4}", minus: bool) {
            let value = Decimal::from_digits(&whole, &fraction, 0).unwrap();
            let value = if minus { -value } else { value };
            for mark in ['.', ','] {
                let sign = if minus { "-" } else { "" };
                let text = if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}{mark}{fraction}") };
                let plain = PlainNumber::parse(&text).unwrap();
                prop_assert_eq!((plain.value, plain.whole_digits), (value, whole.len()));
            }
        }
    }
}
