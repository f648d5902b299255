//! Digits with a decimal mark and separators of thousands.

use standings_core::{Decimal, DecimalStyle, ParseDecimalError};

use super::{Amount, AmountError, MarkShown, style_mark};

/// Parses an unsigned number that begins and ends with a digit, point or comma, and multiplies it with a power of ten.
/// Spaces and apostrophes separate thousands in both styles.
pub(super) fn parse(text: &str, style: DecimalStyle, power: i32) -> Result<Amount, AmountError> {
    use AmountError::NotANumber;

    if let Some((mantissa, exponent)) = text.split_once(['e', 'E']) {
        // Six characters fit into an `i32`, and no amount needs more.
        let exponent: i32 = if exponent.len() <= 6 { exponent.parse().ok() } else { None }.ok_or(NotANumber)?;
        let (whole, fraction) = mantissa.split_once(['.', ',']).unwrap_or((mantissa, ""));
        let shown = match mantissa.find(['.', ',']) {
            Some(place) if mantissa[place..].starts_with(',') => MarkShown::Comma,
            Some(_) => MarkShown::Point,
            None => MarkShown::Nothing,
        };
        return Ok(Amount { value: Decimal::from_digits(whole, fraction, exponent + power)?, shown });
    }
    let (points, commas) = (text.matches('.').count(), text.matches(',').count());
    match (points, commas) {
        (0, 0) => whole(text, None, MarkShown::Nothing, power),
        (0, 1) => one_mark(text, ',', style, power),
        (1, 0) => one_mark(text, '.', style, power),
        (0, _) => whole(text, Some(','), MarkShown::Point, power),
        (_, 0) => whole(text, Some('.'), MarkShown::Comma, power),
        // The last one is the decimal mark, the other separates thousands.
        _ if text.rfind('.') > text.rfind(',') && points == 1 => with_fraction(text, '.', Some(','), power),
        _ if text.rfind(',') > text.rfind('.') && commas == 1 => with_fraction(text, ',', Some('.'), power),
        _ => Err(NotANumber),
    }
}

/// Parses a whole number that was followed by a mark and a dash for no cents: any mark in it separates thousands.
pub(super) fn parse_whole(text: &str, mark_of_cents: char) -> Result<Amount, AmountError> {
    match text.chars().find(|c| matches!(c, '.' | ',')) {
        Some('.') => whole(text, Some('.'), MarkShown::Comma, 0),
        Some(_) => whole(text, Some(','), MarkShown::Point, 0),
        None if mark_of_cents == ',' => whole(text, None, MarkShown::Comma, 0),
        // `99.-` is written with either decimal mark, in Switzerland and Austria.
        None => whole(text, None, MarkShown::Nothing, 0),
    }
}

/// A number with one point or comma, which separates thousands or is the decimal mark.
fn one_mark(text: &str, mark: char, style: DecimalStyle, power: i32) -> Result<Amount, AmountError> {
    let (whole, fraction) = text.split_once(mark).ok_or(AmountError::NotANumber)?;
    let is_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let may_be_thousands = (1..=3).contains(&whole.len()) && !whole.starts_with('0') && is_digits(whole);
    if !may_be_thousands || fraction.len() != 3 || !is_digits(fraction) {
        return with_fraction(text, mark, None, power);
    }
    let shown = MarkShown::Either { mark, trailing_zero: fraction.ends_with('0') };
    let value = if mark == style_mark(style) {
        Decimal::from_digits(whole, fraction, power)?
    } else {
        Decimal::from_digits(&format!("{whole}{fraction}"), "", power)?
    };
    Ok(Amount { value, shown })
}

fn with_fraction(text: &str, mark: char, separator: Option<char>, power: i32) -> Result<Amount, AmountError> {
    let (whole, fraction) = text.split_once(mark).ok_or(AmountError::NotANumber)?;
    let whole = without_separators(whole, separator)?;
    let shown = match mark {
        // `5.` and `5,` may be the end of a sentence or of a list.
        _ if fraction.is_empty() && separator.is_none() => MarkShown::Nothing,
        ',' => MarkShown::Comma,
        _ => MarkShown::Point,
    };
    Ok(Amount { value: Decimal::from_digits(&whole, fraction, power)?, shown })
}

fn whole(text: &str, separator: Option<char>, shown: MarkShown, power: i32) -> Result<Amount, AmountError> {
    Ok(Amount { value: Decimal::from_digits(&without_separators(text, separator)?, "", power)?, shown })
}

/// Returns the digits of a whole number without separators: `separator`, or spaces or apostrophes. It is an error if the
/// groups are neither thousands (`1,234,567`) nor lakhs (`12,34,567`).
fn without_separators(whole: &str, separator: Option<char>) -> Result<String, ParseDecimalError> {
    let Some(found) = whole.chars().find(|c| !c.is_ascii_digit()) else { return Ok(whole.to_owned()) };
    if Some(found) != separator && !matches!(found, ' ' | '\'') {
        return Err(ParseDecimalError::NotANumber);
    }
    let groups: Vec<&str> = whole.split(found).collect();
    let [first, middle @ .., last] = groups.as_slice() else { return Err(ParseDecimalError::NotANumber) };
    let thousands = middle.iter().all(|g| g.len() == 3);
    let lakhs = middle.iter().all(|g| g.len() == 2) && first.len() <= 2;
    if !(1..=3).contains(&first.len()) || last.len() != 3 || !thousands && !lakhs {
        return Err(ParseDecimalError::NotANumber);
    }
    Ok(groups.concat())
}
