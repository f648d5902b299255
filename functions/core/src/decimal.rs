//! Exact decimals with four places, for money and units. Money is never a float.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub};

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

/// Decimal places. Four cover every currency's minor unit and the unit prices of common exports.
const PLACES: i32 = 4;

/// Ten-thousandths in 1.
pub(crate) const UNIT: i128 = 10_i128.pow(PLACES.unsigned_abs());

/// Maximum number of digits before the decimal point. It leaves headroom for sums: an `i128` holds the sum of 1.7
/// trillion of the largest accepted amounts, more than a ledger can contain.
const INTEGER_DIGITS: i32 = 22;

/// An exact decimal with four places: an amount of money in the organization's currency, or a number of units.
///
/// Addition is exact, therefore associative and commutative. However the rows of a file are divided among threads and
/// merged, the sum is the same to the last place.
///
/// # Why not `rust_decimal`
///
/// * Range: sums need more digits than single amounts. An `i128` of ten-thousandths holds 22 digits before the decimal
///   point and 4 after it, and 1.7 trillion of the largest accepted amounts can be added without overflow.
///   `rust_decimal` has 28 digits in total.
/// * Speed: the reader adds one amount per row. With a fixed scale, that is an integer addition, without aligning
///   scales and without a `Result`. (`overflow-checks` is on for this crate in the release profile, so that a sum of
///   damaged data that does overflow would end in a panic, not in a wrong ranking.)
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(into = "String")]
pub struct Decimal(i128);

/// Decimal mark in the sales files of an organization.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DecimalStyle {
    /// `1,234.56`
    #[default]
    Point,
    /// `1.234,56`
    Comma,
}

/// Text that is not a number. The messages continue "the amount ...".
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseDecimalError {
    /// Empty or only white space.
    #[error("is empty")]
    Empty,
    /// A character that does not belong there, or no digit.
    #[error("is not a number")]
    NotANumber,
    /// More than 22 digits before the decimal point.
    #[error("is too large: at most 22 digits before the decimal point")]
    TooLarge,
}

impl Decimal {
    /// Zero.
    pub const ZERO: Self = Self(0);

    /// Returns the decimal for a number of ten-thousandths: 12,345 is 1.2345.
    #[must_use]
    pub const fn from_ten_thousandths(ten_thousandths: i128) -> Self {
        Self(ten_thousandths)
    }

    /// Returns the number of ten-thousandths.
    #[must_use]
    pub const fn ten_thousandths(self) -> i128 {
        self.0
    }

    /// Returns `digits` × 10^-`scale`, or `None` if it has more than 22 digits before the decimal point. Beyond the
    /// fourth place it is rounded half away from zero, as SQL databases round.
    ///
    /// ```
    /// use standings_core::Decimal;
    ///
    /// assert_eq!(Decimal::from_scaled(1_234_567, 2), "12345.67".parse().ok());
    /// assert_eq!(Decimal::from_scaled(-5, 5), "-0.0001".parse().ok());
    /// ```
    #[must_use]
    pub fn from_scaled(digits: i128, scale: i32) -> Option<Self> {
        let shift = PLACES - scale;
        let value = if shift >= 0 {
            10_i128.checked_pow(shift.unsigned_abs()).and_then(|factor| digits.checked_mul(factor))
        } else {
            // A divisor larger than `i128` rounds every numerator to zero.
            Some(10_i128.checked_pow(shift.unsigned_abs()).map_or(0, |divisor| round_div(digits, divisor)))
        };
        if digits == 0 {
            return Some(Self::ZERO);
        }
        value.map(Self).filter(|d| d.0.unsigned_abs() < 10_u128.pow((INTEGER_DIGITS + PLACES).unsigned_abs()))
    }

    /// Returns the number whose digits before and after the decimal mark are given, times 10^`exponent`. Beyond the
    /// fourth place it is rounded half away from zero.
    ///
    /// ```
    /// use standings_core::{Decimal, ParseDecimalError::*};
    ///
    /// assert_eq!(Decimal::from_digits("1234", "50", 0)?.to_string(), "1234.5");
    /// assert_eq!(Decimal::from_digits("1", "5", 3)?.to_string(), "1500");
    /// assert_eq!(Decimal::from_digits("", "00005", 0)?.to_string(), "0.0001");
    /// assert_eq!(Decimal::from_digits("1", "", 30), Err(TooLarge));
    /// assert_eq!(Decimal::from_digits("1,000", "", 0), Err(NotANumber));
    /// assert_eq!(Decimal::from_digits("", "", 0), Err(NotANumber));
    /// # Ok::<(), standings_core::ParseDecimalError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ParseDecimalError::NotANumber`] if there is no digit, or anything else, and [`ParseDecimalError::TooLarge`].
    pub fn from_digits(whole: &str, fraction: &str, exponent: i32) -> Result<Self, ParseDecimalError> {
        use ParseDecimalError::{NotANumber, TooLarge};

        let mut all = whole.bytes().chain(fraction.bytes());
        if !all.all(|byte| byte.is_ascii_digit()) || whole.is_empty() && fraction.is_empty() {
            return Err(NotANumber);
        }
        let scale = i32::try_from(fraction.len()).map_err(|_| TooLarge)?.saturating_sub(exponent);
        if whole.len() + fraction.len() <= 18 {
            let digits = whole.bytes().chain(fraction.bytes()).map(|digit| i64::from(digit - b'0'));
            let value = digits.fold(0, |value, digit| value * 10 + digit);
            return Self::from_scaled(value.into(), scale).ok_or(TooLarge);
        }
        // An `i128` overflows at 39 digits, so only the first 36 significant ones are parsed. If any are dropped, the
        // number is either too large anyway or the dropped digits lie far beyond the rounding place. Dropping them cannot
        // turn a remainder below one half into one half or more, so the rounded result is the same.
        let digits: String = whole.chars().chain(fraction.chars()).skip_while(|&c| c == '0').collect();
        let kept = digits.len().min(36);
        let dropped = i32::try_from(digits.len() - kept).map_err(|_| TooLarge)?;
        let value = if kept == 0 { 0 } else { digits[..kept].parse().map_err(|_| NotANumber)? };
        Self::from_scaled(value, scale.saturating_sub(dropped)).ok_or(TooLarge)
    }
}

/// Divides and rounds half away from zero.
fn round_div(value: i128, divisor: i128) -> i128 {
    let (quotient, remainder) = (value / divisor, value % divisor);
    let away = remainder.unsigned_abs() >= divisor.unsigned_abs().div_ceil(2);
    quotient + if away { value.signum() } else { 0 }
}

impl Add for Decimal {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl Sub for Decimal {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl Neg for Decimal {
    type Output = Self;
    fn neg(self) -> Self {
        Self(-self.0)
    }
}

impl AddAssign for Decimal {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

impl Sum for Decimal {
    fn sum<I: Iterator<Item = Self>>(iter: I) -> Self {
        iter.fold(Self::ZERO, Add::add)
    }
}

/// Writes the shortest form: `1234.5`, `-3`.
impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, places) =
            (self.0.unsigned_abs() / UNIT.unsigned_abs(), self.0.unsigned_abs() % UNIT.unsigned_abs());
        if places == 0 {
            return write!(f, "{sign}{whole}");
        }
        let places = format!("{places:04}");
        write!(f, "{sign}{whole}.{}", places.trim_end_matches('0'))
    }
}

/// Reads the stored form of sums, which may have more digits than a single amount.
impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Stored;

        impl Visitor<'_> for Stored {
            type Value = Decimal;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a decimal with at most four places, as text")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Decimal, E> {
                // The error does not quote the text, which may be anything in a damaged item.
                Decimal::from_stored(text).ok_or_else(|| E::custom(ParseDecimalError::NotANumber))
            }
        }

        deserializer.deserialize_str(Stored)
    }
}

impl Decimal {
    fn from_stored(text: &str) -> Option<Self> {
        let unsigned = text.strip_prefix('-').unwrap_or(text);
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
        let missing = 4_usize.checked_sub(fraction.len())?;
        if whole.len() <= 12 {
            // Nearly all, without the arithmetic of 128 bits.
            let digit = |sum: i64, byte: u8| byte.is_ascii_digit().then(|| sum * 10 + i64::from(byte - b'0'));
            let sum = whole.bytes().chain(fraction.bytes()).try_fold(0, digit).filter(|_| !whole.is_empty())?;
            let ten_thousandths = i128::from(sum * 10_i64.pow(u32::try_from(missing).ok()?));
            return Some(Self(if unsigned.len() < text.len() { -ten_thousandths } else { ten_thousandths }));
        }
        let digits = whole.bytes().chain(fraction.bytes()).chain(std::iter::repeat_n(b'0', missing));
        let add = |sum: i128, digit: u8| {
            let digit = digit.is_ascii_digit().then(|| i128::from(digit - b'0'))?;
            sum.checked_mul(10)?.checked_add(digit)
        };
        let ten_thousandths = digits.clone().try_fold(0, add).filter(|_| !whole.is_empty())?;
        Some(Self(if unsigned.len() < text.len() { -ten_thousandths } else { ten_thousandths }))
    }
}

impl From<Decimal> for String {
    fn from(decimal: Decimal) -> Self {
        decimal.to_string()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn more_than_four_places_round_half_away_from_zero() {
        for (text, value) in [
            ("0.00005", "0.0001"),
            ("-0.00005", "-0.0001"),
            ("0.00004999999999999999999999999999999999999999", "0"),
            ("0.00005000000000000000000000000000000000000001", "0.0001"),
            ("2.123450", "2.1235"),
            ("1e-40", "0"),
        ] {
            assert_eq!(text.parse::<Decimal>().map(|d| d.to_string()).as_deref(), Ok(value), "{text}");
        }
    }

    proptest! {
        #[test]
        fn the_text_form_round_trips(value in any::<i64>()) {
            let decimal = Decimal(i128::from(value));
            prop_assert_eq!(decimal.to_string().parse::<Decimal>(), Ok(decimal));
            prop_assert_eq!(Decimal::from_stored(&decimal.to_string()), Some(decimal));
        }

        #[test]
        fn rounding_is_half_away_from_zero(digits in -1_000_000_000_i64..1_000_000_000, scale in 5_i32..9) {
            let decimal = Decimal::from_scaled(digits.into(), scale).unwrap();
            let divisor = 10_i128.pow((scale - 4).unsigned_abs());
            let error = (decimal.0 * divisor - i128::from(digits)).abs() * 2;
            prop_assert!(error < divisor || error == divisor && decimal.0.abs() * divisor > i128::from(digits).abs());
        }
    }
}
