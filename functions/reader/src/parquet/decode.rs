//! Decoding: the values that Polars does not interpret, as text, numbers and times that it has types for.

use half::f16;
use num_bigint::{BigInt, Sign};
use polars_core::prelude::{
    BinaryChunked, Column, DataType, Int128Chunked, IntoColumn, IntoSeries, PolarsResult, StringChunked, TimeUnit,
    TimeZone,
};
use standings_core::Decimal;

use super::schema::{Kind, Leaf};

/// Decimal places of a [`Decimal`].
const PLACES: i32 = 4;

/// Maximum digits of Polars' decimals.
const PRECISION: usize = 38;

/// Maximum bytes of a decimal that is computed with. The largest, of 76 digits, takes 32; a file may claim any number.
const MAX_BYTES: usize = 64;

/// What a column is read for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    Time,
    Number,
    Text,
}

/// Returns a column as Polars would have read it, had it known the type.
pub(super) fn decode(column: &Column, leaf: &Leaf, purpose: Purpose) -> PolarsResult<Column> {
    let column = unnested(column, leaf.records.len())?;
    let name = column.name().clone();
    Ok(match (leaf.kind, purpose) {
        (Kind::Bytes, _) => texts(&column, text_or_hex)?,
        (Kind::Uuid, _) => texts(&column, |bytes| hyphenated(&hex(bytes)))?,
        (Kind::HalfFloat, Purpose::Number) => {
            numbers(&column, |bytes| Some(ten_thousandths(printed(bytes)?.parse().ok()?)))?
        }
        (Kind::HalfFloat, _) => texts(&column, |bytes| printed(bytes).unwrap_or_default())?,
        (Kind::Decimal(scale), Purpose::Number) => numbers(&column, |bytes| Some(scaled(bytes, scale)))?,
        (Kind::Decimal(scale), _) => texts(&column, |bytes| point_inserted(bytes, scale))?,
        (Kind::Int96, Purpose::Time) => {
            let times = column.datetime()?.physical().clone();
            times.into_datetime(TimeUnit::Nanoseconds, Some(TimeZone::UTC)).into_column()
        }
        _ => column,
    }
    .with_name(name))
}

/// Takes a column out of the records around it, as null where one of them is.
fn unnested(column: &Column, records: usize) -> PolarsResult<Column> {
    let mut column = column.clone();
    for _ in 0..records {
        let record = column.struct_()?.rechunk().into_owned();
        let validity = record.rechunk_validity();
        let fields = record.with_outer_validity(validity).fields_as_series();
        column = fields.into_iter().next().map_or_else(Column::default, IntoColumn::into_column);
    }
    Ok(column)
}

fn texts(column: &Column, text: impl Fn(&[u8]) -> String) -> PolarsResult<Column> {
    let texts: StringChunked = binary(column)?.iter().map(|bytes| bytes.map(&text)).collect();
    Ok(texts.into_column())
}

/// Returns the decimals of a column; `ten_thousandths` gives each.
fn numbers(column: &Column, ten_thousandths: impl Fn(&[u8]) -> Option<i128>) -> PolarsResult<Column> {
    let digits: Int128Chunked = binary(column)?.iter().map(|bytes| bytes.and_then(&ten_thousandths)).collect();
    Ok(digits.into_decimal_unchecked(PRECISION, PLACES.unsigned_abs() as usize).into_series().into_column())
}

fn binary(column: &Column) -> PolarsResult<BinaryChunked> {
    Ok(column.cast(&DataType::Binary)?.binary()?.clone())
}

fn text_or_hex(bytes: &[u8]) -> String {
    std::str::from_utf8(bytes).map_or_else(|_| hex(bytes), str::to_owned)
}

fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or('0');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// Returns the digits of a UUID in its usual form.
fn hyphenated(digits: &str) -> String {
    let groups = [0..8, 8..12, 12..16, 16..20, 20..32].map(|group| digits.get(group).unwrap_or_default());
    groups.join("-")
}

/// Returns the shortest decimal that is read back as the same number, or `None` if it is not finite.
fn printed(bytes: &[u8]) -> Option<String> {
    let number = f16::from_le_bytes(bytes.try_into().ok()?);
    if !number.is_finite() {
        return None;
    }
    let wide = f32::from(number);
    if wide.fract() == 0.0 {
        return Some(wide.to_string());
    }
    // Five significant digits tell all numbers of two bytes apart.
    let texts = (0..=4).map(|digits| format!("{wide:.digits$e}"));
    texts.into_iter().find(|text| text.parse().is_ok_and(|parsed| f16::from_f32(parsed) == number))
}

const fn ten_thousandths(decimal: Decimal) -> i128 {
    decimal.ten_thousandths()
}

/// Returns a decimal in ten-thousandths, rounded as [`Decimal::from_scaled`] does; one that is too large as the largest
/// integer, which is too large for an amount as well.
fn scaled(bytes: &[u8], scale: i32) -> i128 {
    if let Some(digits) = small(bytes) {
        return Decimal::from_scaled(digits, scale).map_or(i128::MAX, ten_thousandths);
    }
    if bytes.len() > MAX_BYTES {
        return i128::MAX;
    }
    let shift = scale - PLACES;
    let digits = BigInt::from_signed_bytes_be(bytes);
    let power = BigInt::from(10).pow(shift.unsigned_abs());
    let value = if shift > 0 {
        let half: BigInt = &power / 2;
        let half = if digits.sign() == Sign::Minus { -half } else { half };
        (digits + half) / power
    } else {
        digits * power
    };
    i128::try_from(value).unwrap_or(i128::MAX)
}

/// Returns an integer that fits into 16 bytes.
fn small(bytes: &[u8]) -> Option<i128> {
    let negative = bytes.first().is_some_and(|&first| first >= 0x80);
    let fill = if negative { 0xff } else { 0 };
    let (before, last) = bytes.split_at(bytes.len().saturating_sub(16));
    let mut wide = [fill; 16];
    wide[16 - last.len()..].copy_from_slice(last);
    let value = i128::from_be_bytes(wide);
    (before.iter().all(|&byte| byte == fill) && (value < 0) == negative).then_some(value)
}

/// Returns all digits of a decimal as text.
fn point_inserted(bytes: &[u8], scale: i32) -> String {
    if bytes.len() > MAX_BYTES {
        return hex(bytes);
    }
    let digits = BigInt::from_signed_bytes_be(bytes);
    let sign = if digits.sign() == Sign::Minus { "-" } else { "" };
    let scale = scale.unsigned_abs() as usize;
    let digits = format!("{:0>width$}", digits.magnitude().to_string(), width = scale + 1);
    let (whole, fraction) = digits.split_at(digits.len() - scale);
    let point = if fraction.is_empty() { "" } else { "." };
    format!("{sign}{whole}{point}{fraction}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn half_floats_are_printed_with_the_fewest_digits() {
        for text in ["12.34", "0.1", "1000", "-2.5", "65504", "0.05"] {
            let bytes = f16::from_f32(text.parse().unwrap()).to_le_bytes();
            assert_eq!(printed(&bytes).unwrap().parse::<Decimal>(), text.parse(), "{text}");
        }
        assert_eq!(printed(&f16::NAN.to_le_bytes()), None);
    }

    #[test]
    fn uuids_have_their_usual_form() {
        let bytes: Vec<u8> = (0..16).collect();
        assert_eq!(hyphenated(&hex(&bytes)), "00010203-0405-0607-0809-0a0b0c0d0e0f");
    }

    #[test]
    fn decimals_of_any_length_are_rounded_half_away_from_zero() {
        let bytes = |text: &str| text.parse::<BigInt>().unwrap().to_signed_bytes_be();
        let wide = format!("123450000{}", "0".repeat(40));
        for (digits, scale, expected) in [
            ("12345", 2, 1_234_500),
            ("-5", 5, -1),
            (wide.as_str(), 48, 12_345),
            (&format!("-{wide}"), 48, -12_345),
            (&format!("5{}", "0".repeat(43)), 48, 1),
            (&format!("4{}", "9".repeat(43)), 48, 0),
            (&"9".repeat(76), 0, i128::MAX),
        ] {
            assert_eq!(scaled(&bytes(digits), scale), expected, "{digits} {scale}");
        }
        assert_eq!(point_inserted(&bytes("-5"), 3), "-0.005");
        assert_eq!(point_inserted(&bytes("1234"), 0), "1234");
    }

    proptest! {
        #[test]
        fn decimals_are_read_alike_whatever_their_length(digits: i128, scale in 0..38_i32, padding in 0_usize..17) {
            let fill = if digits < 0 { 0xff } else { 0 };
            let bytes: Vec<u8> = std::iter::repeat_n(fill, padding).chain(digits.to_be_bytes()).collect();
            let expected = Decimal::from_scaled(digits, scale).map_or(i128::MAX, Decimal::ten_thousandths);
            prop_assert_eq!(scaled(&bytes, scale), expected);
        }
    }
}
