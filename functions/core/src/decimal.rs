//! Exact decimals with four places, for money and units. Money is never a float.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Decimal places. Four cover every currency's minor unit and the unit prices of common exports.
const PLACES: i32 = 4;

/// Ten-thousandths in 1.
const UNIT: i128 = 10_i128.pow(PLACES.unsigned_abs());

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
/// * Grammar: sales files are written by people and spreadsheets. [`Decimal::parse`] accepts their notations, and
///   rejects what could be misread.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
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
    /// A letter or sign in the wrong place, or separators that do not separate thousands.
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

    /// Parses a number in the notations of people and spreadsheets: signs before or after, accounting parentheses,
    /// thousands separators, exponents. Beyond the fourth place it is rounded half away from zero.
    ///
    /// ```
    /// use standings_core::{Decimal, DecimalStyle};
    ///
    /// let point = |text| Decimal::parse(text, DecimalStyle::Point).map(|amount| amount.to_string());
    /// assert_eq!(point("1,234.50")?, "1234.5");
    /// assert_eq!(point("1 234.50")?, "1234.5");
    /// assert_eq!(point("12,34,567")?, "1234567"); // lakhs
    /// assert_eq!(point("(12.50)")?, "-12.5");
    /// assert_eq!(point("12.5-")?, "-12.5");
    /// assert_eq!(point("1.5e3")?, "1500");
    /// assert_eq!(point("0.00005")?, "0.0001");
    ///
    /// let comma = |text| Decimal::parse(text, DecimalStyle::Comma).map(|amount| amount.to_string());
    /// assert_eq!(comma("1.234,50")?, "1234.5");
    /// assert_eq!(comma("1.234")?, "1234");
    /// # Ok::<(), standings_core::ParseDecimalError>(())
    /// ```
    ///
    /// Separators must separate thousands or lakhs. A number with the other decimal mark is therefore an error,
    /// instead of being read as ten or a hundred times its value:
    ///
    /// ```
    /// # use standings_core::{Decimal, DecimalStyle, ParseDecimalError::*};
    /// assert_eq!(Decimal::parse("12,5", DecimalStyle::Point), Err(NotANumber));
    /// assert_eq!(Decimal::parse("12.50", DecimalStyle::Comma), Err(NotANumber));
    /// assert_eq!(Decimal::parse("12 EUR", DecimalStyle::Point), Err(NotANumber));
    /// assert_eq!(Decimal::parse("NaN", DecimalStyle::Point), Err(NotANumber));
    /// assert_eq!(Decimal::parse("1e30", DecimalStyle::Point), Err(TooLarge));
    /// assert_eq!(Decimal::parse(" ", DecimalStyle::Point), Err(Empty));
    /// ```
    ///
    /// # Errors
    ///
    /// See [`ParseDecimalError`].
    pub fn parse(text: &str, style: DecimalStyle) -> Result<Self, ParseDecimalError> {
        match parse_plain(text.as_bytes(), style) {
            Some(decimal) => Ok(decimal),
            None => parse_any(text, style),
        }
    }
}

/// Fast path for the plain notation of most amounts: an optional minus, digits and at most four places.
fn parse_plain(bytes: &[u8], style: DecimalStyle) -> Option<Decimal> {
    let (negative, digits) = match bytes {
        [b'-', rest @ ..] => (true, rest),
        _ => (false, bytes),
    };
    // 18 digits fit into an `i64`.
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
    // `.`, `.5` and `5.` are left to the slow path.
    let scale = match places {
        None => 0,
        Some(p @ 1..=4) if digits[0] != point => p,
        Some(_) => return None,
    };
    let value = i128::from(value) * 10_i128.pow(PLACES.unsigned_abs() - scale);
    Some(Decimal(if negative { -value } else { value }))
}

/// Slow path: every accepted notation.
fn parse_any(text: &str, style: DecimalStyle) -> Result<Decimal, ParseDecimalError> {
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
    let (point, grouping) = match style {
        DecimalStyle::Point => ('.', ','),
        DecimalStyle::Comma => (',', '.'),
    };
    let (whole, fraction) = mantissa.split_once(point).unwrap_or((mantissa, ""));
    let whole = without_thousands(whole, grouping).ok_or(NotANumber)?;
    if !fraction.bytes().all(|b| b.is_ascii_digit()) || whole.is_empty() && fraction.is_empty() {
        return Err(NotANumber);
    }
    // An `i128` overflows at 39 digits, so only the first 36 significant ones are parsed. If any are dropped, the
    // number is either too large anyway or the dropped digits lie far beyond the rounding place. Dropping them cannot turn
    // a remainder below one half into one half or more, so the rounded result is the same.
    let digits: String = whole.chars().chain(fraction.chars()).skip_while(|&c| c == '0').collect();
    let scale = i32::try_from(fraction.len()).map_err(|_| TooLarge)?.saturating_sub(exponent);
    let kept = digits.len().min(36);
    let dropped = i32::try_from(digits.len() - kept).map_err(|_| TooLarge)?;
    let value = if kept == 0 { 0 } else { digits[..kept].parse().map_err(|_| NotANumber)? };
    let value = Decimal::from_scaled(value, scale.saturating_sub(dropped)).ok_or(TooLarge)?;
    Ok(if negative { -value } else { value })
}

/// Splits off the sign: `-12`, `−12` (U+2212), `+12`, `12-` and the accounting form `(12)`. Returns whether the number
/// is negative and the rest, or `None` for an unclosed or doubly signed form.
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

/// Returns the digits of a whole number without thousands separators, or `None` if the groups are neither thousands
/// (`1,234,567`) nor lakhs (`12,34,567`). `grouping` is the separator of the decimal style; spaces and apostrophes are
/// accepted in both.
fn without_thousands(whole: &str, grouping: char) -> Option<String> {
    let separator = whole.chars().find(|c| !c.is_ascii_digit());
    let Some(separator) = separator else { return Some(whole.to_owned()) };
    if separator != grouping && !matches!(separator, ' ' | '\u{a0}' | '\u{202f}' | '\'' | '\u{2019}') {
        return None;
    }
    let groups: Vec<&str> = whole.split(separator).collect();
    let (first, last) = (groups.first()?, groups.last()?);
    let middle = &groups[1..groups.len() - 1];
    let thousands = middle.iter().all(|g| g.len() == 3);
    let lakhs = middle.iter().all(|g| g.len() == 2) && first.len() <= 2;
    let well_formed = (1..=3).contains(&first.len()) && last.len() == 3 && (thousands || lakhs);
    let digits = groups.concat();
    (well_formed && digits.bytes().all(|b| b.is_ascii_digit())).then_some(digits)
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

impl FromStr for Decimal {
    type Err = ParseDecimalError;

    /// Parses a number with a decimal point, as [`Display`](fmt::Display) writes it.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text, DecimalStyle::Point)
    }
}

impl TryFrom<String> for Decimal {
    type Error = ParseDecimalError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        // The stored form of sums, which may have more digits than [`Decimal::parse`] accepts for a single amount.
        let sum = || {
            let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
            let digits: i128 = format!("{whole}{fraction:0<4}").parse().ok()?;
            (fraction.len() <= 4).then_some(Self(digits))
        };
        sum().ok_or(ParseDecimalError::NotANumber)
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
    fn common_notations_of_numbers_are_parsed() {
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
    fn text_that_is_not_a_number_is_refused() {
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
        assert_eq!(comma("1.23"), Err(NotANumber), "a point that does not separate thousands");
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
        fn the_text_form_round_trips(value in any::<i64>()) {
            let decimal = Decimal(i128::from(value));
            prop_assert_eq!(decimal.to_string().parse::<Decimal>(), Ok(decimal));
            prop_assert_eq!(Decimal::try_from(decimal.to_string()), Ok(decimal));
        }

        #[test]
        fn the_fast_path_agrees_with_the_slow_path(text in "-?[0-9]{1,9}(\\.[0-9]{1,4})?") {
            prop_assert_eq!(parse_plain(text.as_bytes(), DecimalStyle::Point), parse_any(&text, DecimalStyle::Point).ok());
        }

        #[test]
        fn no_text_causes_a_panic(text in "\\PC{0,60}") {
            let _ = point(&text);
            let _ = comma(&text);
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
