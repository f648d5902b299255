//! Exact decimals with four places. Money is never a float.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

const PLACES: i32 = 4;
const UNIT: i128 = 10_i128.pow(PLACES.unsigned_abs());

/// Numbers of more digits before the point than this are refused: a hundred billion of the largest still add up
/// without overflow, so that sums need no check.
const INTEGER_DIGITS: i32 = 22;

/// An exact decimal: an amount of money in the organisation's currency, or a number of units.
///
/// Addition is exact, hence associative and commutative: however the rows of a file are split and merged, the sum is
/// the same to the last place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Decimal(i128);

/// How numbers are written in the sales files of an organisation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DecimalStyle {
    /// `1,234.56`
    #[default]
    Point,
    /// `1.234,56`
    Comma,
}

/// Why a text is not a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseDecimalError {
    /// There is nothing to read.
    #[error("is empty")]
    Empty,
    /// It has a letter or sign where none belongs, or separators that do not form thousands.
    #[error("is not a number")]
    NotANumber,
    /// More digits before the point than any sale has.
    #[error("is too large: at most 22 digits stand before the decimal point")]
    TooLarge,
}

impl Decimal {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// A number of ten-thousandths.
    #[must_use]
    pub const fn from_ten_thousandths(ten_thousandths: i128) -> Self {
        Self(ten_thousandths)
    }

    /// Its ten-thousandths.
    #[must_use]
    pub const fn ten_thousandths(self) -> i128 {
        self.0
    }

    /// `digits` with the last `scale` of them behind the point; what lies beyond the fourth place is rounded half away
    /// from zero, as SQL does. `None` where it is too large.
    #[must_use]
    pub fn from_scaled(digits: i128, scale: i32) -> Option<Self> {
        let shift = PLACES - scale;
        let value = if shift >= 0 {
            10_i128.checked_pow(shift.unsigned_abs()).and_then(|factor| digits.checked_mul(factor))
        } else {
            // A divisor past i128 leaves nothing of any digits.
            Some(10_i128.checked_pow(shift.unsigned_abs()).map_or(0, |divisor| round_div(digits, divisor)))
        };
        if digits == 0 {
            return Some(Self::ZERO);
        }
        value.map(Self).filter(|d| d.0.unsigned_abs() < 10_u128.pow((INTEGER_DIGITS + PLACES).unsigned_abs()))
    }

    /// Reads a number as people and spreadsheets write it: `1234.5`, `1,234.56`, `-12`, `12-`, `(12.50)`, `1e3`,
    /// `1 234,56`, `1'234.56`. More than four places are rounded half away from zero.
    ///
    /// Separators must form thousands (or lakhs), so that `12,5` is refused rather than read as 125.
    ///
    /// # Errors
    ///
    /// See [`ParseDecimalError`].
    pub fn parse(text: &str, style: DecimalStyle) -> Result<Self, ParseDecimalError> {
        match plain(text.as_bytes(), style) {
            Some(decimal) => Ok(decimal),
            None => elaborate(text, style),
        }
    }
}

/// The bulk of all amounts: an optional minus, digits, at most four places, and nothing else.
fn plain(bytes: &[u8], style: DecimalStyle) -> Option<Decimal> {
    let (negative, digits) = match bytes {
        [b'-', rest @ ..] => (true, rest),
        _ => (false, bytes),
    };
    if digits.is_empty() || digits.len() > 18 {
        return None;
    }
    let point = if style == DecimalStyle::Comma { b',' } else { b'.' };
    let mut value: i64 = 0;
    let mut places: Option<u32> = None;
    for &byte in digits {
        if byte.is_ascii_digit() {
            value = value * 10 + i64::from(byte - b'0');
            places = places.map(|p| p + 1);
        } else if byte == point && places.is_none() {
            places = Some(0);
        } else {
            return None;
        }
    }
    // In `1.234` with a decimal comma the point is no decimal point, and `.` or `5.` are left to the other path.
    let scale = match places {
        None => 0,
        Some(p @ 1..=4) if digits[0] != point => p,
        Some(_) => return None,
    };
    let value = i128::from(value) * 10_i128.pow(PLACES.unsigned_abs() - scale);
    Some(Decimal(if negative { -value } else { value }))
}

/// Everything else that is a number.
fn elaborate(text: &str, style: DecimalStyle) -> Result<Decimal, ParseDecimalError> {
    use ParseDecimalError::{Empty, NotANumber, TooLarge};

    let text = text.trim();
    if text.is_empty() {
        return Err(Empty);
    }
    let (negative, text) = sign(text).ok_or(NotANumber)?;
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) if exponent.len() <= 6 => (mantissa, exponent.parse().map_err(|_| NotANumber)?),
        Some(_) => return Err(NotANumber),
        None => (text, 0_i32),
    };
    let (point, comma) = match style {
        DecimalStyle::Point => ('.', ','),
        DecimalStyle::Comma => (',', '.'),
    };
    let (whole, fraction) = mantissa.split_once(point).unwrap_or((mantissa, ""));
    let whole = without_thousands(whole, comma).ok_or(NotANumber)?;
    if !fraction.bytes().all(|b| b.is_ascii_digit()) || whole.is_empty() && fraction.is_empty() {
        return Err(NotANumber);
    }
    // Beyond 38 digits an i128 overflows. Leading zeros are none, and what comes past the rounding place only matters
    // where it is not zero, which never changes a half that is rounded away from zero.
    let digits: String = whole.chars().chain(fraction.chars()).skip_while(|&c| c == '0').collect();
    let scale = i32::try_from(fraction.len()).map_err(|_| TooLarge)?.saturating_sub(exponent);
    let kept = digits.len().min(36);
    let dropped = i32::try_from(digits.len() - kept).map_err(|_| TooLarge)?;
    let value = if kept == 0 { 0 } else { digits[..kept].parse().map_err(|_| NotANumber)? };
    let value = Decimal::from_scaled(value, scale.saturating_sub(dropped)).ok_or(TooLarge)?;
    Ok(if negative { -value } else { value })
}

/// Takes the sign off: `-12`, `−12`, `+12`, `12-` and the accountant's `(12)`.
fn sign(text: &str) -> Option<(bool, &str)> {
    if let Some(inner) = text.strip_prefix('(') {
        let inner = inner.strip_suffix(')')?.trim();
        return (!inner.starts_with(['-', '+'])).then_some((true, inner));
    }
    if let Some(rest) = text.strip_prefix(['-', '\u{2212}']) {
        return Some((true, rest.trim_start()));
    }
    if let Some(rest) = text.strip_suffix(['-', '\u{2212}']) {
        return Some((true, rest.trim_end()));
    }
    Some((false, text.strip_prefix('+').unwrap_or(text)))
}

/// The digits of a whole number whose thousands may be set apart, or `None` where the groups are not thousands.
fn without_thousands(whole: &str, comma: char) -> Option<String> {
    let separator = whole.chars().find(|c| !c.is_ascii_digit());
    let Some(separator) = separator else { return Some(whole.to_owned()) };
    if separator != comma && !matches!(separator, ' ' | '\u{a0}' | '\u{202f}' | '\'' | '\u{2019}') {
        return None;
    }
    let groups: Vec<&str> = whole.split(separator).collect();
    let (first, last) = (groups.first()?, groups.last()?);
    let middle = &groups[1..groups.len() - 1];
    let thousands = middle.iter().all(|g| g.len() == 3);
    let lakhs = middle.iter().all(|g| g.len() == 2) && first.len() <= 2;
    let sound = (1..=3).contains(&first.len()) && last.len() == 3 && (thousands || lakhs);
    let digits = groups.concat();
    (sound && digits.bytes().all(|b| b.is_ascii_digit())).then_some(digits)
}

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

/// Without needless zeros: `1234.5`, `-3`.
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

impl FromStr for Decimal {
    type Err = ParseDecimalError;

    /// Reads what [`Display`](fmt::Display) writes.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text, DecimalStyle::Point)
    }
}

impl TryFrom<String> for Decimal {
    type Error = ParseDecimalError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        // A sum may have more digits than a single amount may.
        let plain_sum = || {
            let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
            let digits: i128 = format!("{whole}{fraction:0<4}").parse().ok()?;
            (fraction.len() <= 4).then_some(Self(digits))
        };
        plain_sum().ok_or(ParseDecimalError::NotANumber)
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

    fn point(text: &str) -> Result<String, ParseDecimalError> {
        Decimal::parse(text, DecimalStyle::Point).map(|d| d.to_string())
    }

    fn comma(text: &str) -> Result<String, ParseDecimalError> {
        Decimal::parse(text, DecimalStyle::Comma).map(|d| d.to_string())
    }

    #[test]
    fn numbers_are_read_as_people_write_them() {
        for (text, value) in [
            ("0", "0"),
            ("12", "12"),
            ("-0.5", "-0.5"),
            ("1234.5600", "1234.56"),
            (" 1,234.56 ", "1234.56"),
            ("1,234,567", "1234567"),
            ("12,34,567.5", "1234567.5"),
            ("1 234.5", "1234.5"),
            ("1\u{a0}234.5", "1234.5"),
            ("1'234.5", "1234.5"),
            ("+7", "7"),
            ("7-", "-7"),
            ("(7.25)", "-7.25"),
            ("\u{2212}7", "-7"),
            (".5", "0.5"),
            ("5.", "5"),
            ("1e5", "100000"),
            ("1.5E-3", "0.0015"),
            ("00012.10", "12.1"),
            ("0000000000000000000000000000000000000000001", "1"),
            ("9999999999999999999999.9999", "9999999999999999999999.9999"),
        ] {
            assert_eq!(point(text).as_deref(), Ok(value), "{text}");
        }
        for (text, value) in [("1.234,56", "1234.56"), ("1.234", "1234"), ("0,5", "0.5"), ("1.234.567,8", "1234567.8")]
        {
            assert_eq!(comma(text).as_deref(), Ok(value), "{text}");
        }
    }

    #[test]
    fn what_is_no_number_is_refused() {
        use ParseDecimalError::{Empty, NotANumber, TooLarge};
        for (text, error) in [
            ("", Empty),
            ("   ", Empty),
            ("abc", NotANumber),
            ("NaN", NotANumber),
            ("inf", NotANumber),
            ("12,5", NotANumber),
            ("1,2345", NotANumber),
            ("1,23.45", NotANumber),
            (",123", NotANumber),
            ("1.2.3", NotANumber),
            ("--1", NotANumber),
            ("(1", NotANumber),
            ("(-1)", NotANumber),
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
            assert_eq!(point(text), Err(error), "{text}");
        }
        assert_eq!(comma("1.23"), Err(NotANumber), "a point that sets no thousands apart");
    }

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
            assert_eq!(point(text).as_deref(), Ok(value), "{text}");
        }
    }

    proptest! {
        #[test]
        fn the_text_of_a_decimal_comes_back(value in any::<i64>()) {
            let decimal = Decimal(i128::from(value));
            prop_assert_eq!(decimal.to_string().parse::<Decimal>(), Ok(decimal));
            prop_assert_eq!(Decimal::try_from(decimal.to_string()), Ok(decimal));
        }

        #[test]
        fn both_paths_read_the_same(text in "-?[0-9]{1,9}(\\.[0-9]{1,4})?") {
            prop_assert_eq!(plain(text.as_bytes(), DecimalStyle::Point), elaborate(&text, DecimalStyle::Point).ok());
        }

        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,60}") {
            let _ = point(&text);
            let _ = comma(&text);
        }

        #[test]
        fn rounding_is_that_of_whole_numbers(digits in -1_000_000_000_i64..1_000_000_000, scale in 5_i32..9) {
            let decimal = Decimal::from_scaled(digits.into(), scale).unwrap();
            let divisor = 10_i128.pow((scale - 4).unsigned_abs());
            let error = (decimal.0 * divisor - i128::from(digits)).abs() * 2;
            prop_assert!(error < divisor || error == divisor && decimal.0.abs() * divisor > i128::from(digits).abs());
        }
    }
}
