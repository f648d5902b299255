//! Numbers with separators.

use crate::locale::Separators;

/// Formats a number of things: `1,234`.
pub(super) fn count(number: u64) -> String {
    grouped(&number.to_string(), Separators::COMMA)
}

/// Formats a number of things with its noun: `1 row`, `1,234 rows`.
pub(super) fn counted(number: u64, singular: &str, plural: &str) -> String {
    format!("{} {}", count(number), if number == 1 { singular } else { plural })
}

/// Formats a number of ten-thousandths with `places` decimal places, at most four, rounded half away from zero.
pub(super) fn fixed(ten_thousandths: i128, places: usize, separators: Separators) -> String {
    let places = places.min(4);
    let step = 10_u128.pow(4 - u32::try_from(places).unwrap_or(4));
    let rounded = (ten_thousandths.unsigned_abs() + step / 2) / step;
    let digits = format!("{rounded:0>width$}", width = places + 1);
    let (whole, fraction) = digits.split_at(digits.len() - places);
    let sign = if ten_thousandths < 0 && rounded > 0 { "-" } else { "" };
    let mut text = format!("{sign}{}", grouped(whole, separators));
    if places > 0 {
        text.push(separators.point);
        text.push_str(fraction);
    }
    text
}

/// Inserts separators between groups of digits.
pub(super) fn grouped(digits: &str, separators: Separators) -> String {
    let mut grouped = String::with_capacity(digits.len() * 2);
    for (index, digit) in digits.chars().enumerate() {
        let left = digits.len() - index;
        let starts_group =
            if separators.is_indian && left > 3 { (left - 3).is_multiple_of(2) } else { left.is_multiple_of(3) };
        if index > 0 && starts_group {
            grouped.push_str(separators.group);
        }
        grouped.push(digit);
    }
    grouped
}
