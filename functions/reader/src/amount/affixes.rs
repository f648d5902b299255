//! What is around the digits of an amount: signs, brackets, marks of a currency, and guards of spreadsheets.

use std::borrow::Cow;

use standings_core::{Decimal, DecimalStyle, name};

use super::scale;
use super::{Amount, AmountError, MarkShown, digits};
use crate::currency::{Currency, CurrencyNamed};
use crate::values::plain_digit;

/// Maximum length of an amount in bytes.
const MAX_BYTES: usize = 200;

/// The affixes that were taken from a text.
#[derive(Default)]
struct Affixes {
    /// The sign, before or after the number. There may be one.
    sign: Option<char>,
    /// Whether an accountant's bracket is open, which makes the number negative.
    is_bracketed: bool,
    /// The mark before a dash for no cents.
    mark_of_cents: Option<char>,
    /// Whether a currency was named that is not the organization's.
    is_foreign: bool,
    /// The power of ten that a word after the number multiplies it with: 6 for millions.
    exponent: Option<i32>,
}

/// Parses an amount in any notation.
pub(super) fn parse(text: &str, mark: DecimalStyle, currency: &Currency) -> Result<Amount, AmountError> {
    use AmountError::{Empty, Foreign, NotANumber};

    if text.len() > MAX_BYTES {
        return Err(NotANumber);
    }
    let text = normalized(text);
    let text = text.trim();
    // Excel reads `="007"` as text, and hides an apostrophe before a text. Exporters write both as guards.
    let text = text.strip_prefix("=\"").and_then(|text| text.strip_suffix('"')).unwrap_or(text);
    let text = text.strip_prefix('\'').unwrap_or(text).trim();
    if text.is_empty() {
        return Err(Empty);
    }
    let mut affixes = Affixes::default();
    let body = without_filling(text);
    let body = affixes.take_front(body, currency).ok_or(NotANumber)?;
    let amount = if body.is_empty() {
        // Accountants write a dash for zero.
        if affixes.sign != Some('-') || affixes.is_bracketed {
            return Err(NotANumber);
        }
        Amount { value: Decimal::ZERO, shown: MarkShown::Nothing }
    } else {
        let body = affixes.take_back(body, currency).ok_or(NotANumber)?;
        match (affixes.mark_of_cents, affixes.exponent) {
            (Some(_), Some(_)) => return Err(NotANumber),
            (Some(mark), None) => digits::parse_whole(body, mark)?,
            (None, None) => digits::parse(body, mark, 0)?,
            (None, Some(exponent)) => scaled(digits::parse(body, mark, exponent)?)?,
        }
    };
    if affixes.is_foreign {
        return Err(Foreign);
    }
    let is_negative = affixes.is_bracketed || affixes.sign == Some('-');
    Ok(if is_negative { Amount { value: -amount.value, ..amount } } else { amount })
}

impl Affixes {
    /// Takes what is before the number, and returns the rest. `None` if it cannot be before a number.
    fn take_front<'t>(&mut self, text: &'t str, currency: &Currency) -> Option<&'t str> {
        let mut rest = text.trim_start();
        while let Some(first) = rest.chars().next() {
            let mut others = rest[first.len_utf8()..].chars();
            match first {
                c if c.is_ascii_digit() => break,
                '.' | ',' if others.next().is_some_and(|c| c.is_ascii_digit()) => break,
                '(' if !self.is_bracketed && self.sign.is_none() => self.is_bracketed = true,
                '-' | '+' if self.sign.is_none() && !self.is_bracketed => self.sign = Some(first),
                '(' | '-' | '+' => return None,
                _ => {
                    let end = rest.find(|c: char| c.is_ascii_digit() || matches!(c, '(' | '-' | '+'));
                    let end = end.unwrap_or(rest.len());
                    let end = end - usize::from(ends_with_mark_of_number(&rest[..end]));
                    self.take_currency(&rest[..end], currency)?;
                    rest = rest[end..].trim_start();
                    continue;
                }
            }
            rest = rest[first.len_utf8()..].trim_start();
        }
        Some(rest)
    }

    /// Takes what is after the number, and returns the rest. `None` if it cannot be after a number.
    fn take_back<'t>(&mut self, text: &'t str, currency: &Currency) -> Option<&'t str> {
        let mut is_closed = false;
        let mut rest = text.trim_end();
        while let Some(last) = rest.chars().next_back() {
            let others = &rest[..rest.len() - last.len_utf8()];
            match last {
                c if c.is_ascii_digit() => break,
                '.' | ',' if others.ends_with(|c: char| c.is_ascii_digit()) => break,
                ')' if self.is_bracketed && !is_closed => is_closed = true,
                '-' => {
                    if let Some((whole, mark)) = without_dash_for_cents(rest) {
                        self.mark_of_cents = Some(mark);
                        rest = whole;
                        break;
                    }
                    self.take_sign_after(last)?;
                }
                '+' => self.take_sign_after(last)?,
                ')' => return None,
                _ => {
                    let begin = rest.rfind(|c: char| c.is_ascii_digit() || matches!(c, ')' | '-' | '+'))? + 1;
                    if self.take_currency(&rest[begin..], currency).is_none() {
                        self.take_scale(&rest[begin..], currency)?;
                    }
                    rest = rest[..begin].trim_end();
                    continue;
                }
            }
            rest = others.trim_end();
        }
        (is_closed == self.is_bracketed).then_some(rest)
    }

    fn take_sign_after(&mut self, sign: char) -> Option<()> {
        let is_first = self.sign.is_none() && !self.is_bracketed;
        self.sign = Some(sign);
        is_first.then_some(())
    }

    /// Takes a word for thousands or millions, with or without a currency: `M`, ` Mio. €`, `K USD`.
    fn take_scale(&mut self, text: &str, currency: &Currency) -> Option<()> {
        let (exponent, rest) = scale::split(text)?;
        if !rest.is_empty() {
            self.take_currency(rest, currency)?;
        }
        self.exponent.replace(exponent).is_none().then_some(())
    }

    fn take_currency(&mut self, text: &str, currency: &Currency) -> Option<()> {
        match currency.is_named_by(text) {
            CurrencyNamed::Own => {}
            CurrencyNamed::Other => self.is_foreign = true,
            CurrencyNamed::None => return None,
        }
        Some(())
    }
}

/// Returns an amount in thousands or millions. Marks that may separate thousands have two readings then.
fn scaled(amount: Amount) -> Result<Amount, AmountError> {
    let shown = match amount.shown {
        MarkShown::Nothing => None,
        MarkShown::Point => Some('.'),
        MarkShown::Comma => Some(','),
        MarkShown::Either { .. } | MarkShown::Scaled(_) => return Err(AmountError::NotANumber),
    };
    Ok(Amount { shown: MarkShown::Scaled(shown), ..amount })
}

/// Whether the point or comma at the end of what is before the digits belongs to the number, as in `$.50` and `USD .50`.
/// After a letter it belongs to an abbreviation: `Rs.500`.
fn ends_with_mark_of_number(before: &str) -> bool {
    let Some(before) = before.strip_suffix(['.', ',']) else { return false };
    !before.ends_with(char::is_alphabetic)
}

/// Splits a number from the mark and dash for no cents, or returns `None` if it has none: `99,-`, `1'250.-`, `12,--`, `100:-`,
/// `1,500/-`.
fn without_dash_for_cents(text: &str) -> Option<(&str, char)> {
    let marked = text.trim_end_matches('-');
    let mark = marked.chars().next_back().filter(|mark| matches!(mark, ',' | '.' | ':' | '/'))?;
    let whole = &marked[..marked.len() - 1];
    whole.ends_with(|c: char| c.is_ascii_digit()).then_some((whole, mark))
}

/// Removes the question marks with which Excel reserves the width of digits after the dash for zero.
fn without_filling(text: &str) -> &str {
    let bare = text.trim_end_matches('?').trim_end();
    if bare.ends_with('-') { bare } else { text }
}

/// Returns a text with plain digits, signs, apostrophes and spaces, and without invisible characters.
fn normalized(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|b| (b' '..=b'~').contains(&b) && b != b'`') {
        return Cow::Borrowed(text);
    }
    let plain = text.chars().filter(|&c| !name::is_invisible(c)).map(|c| match c {
        c if c.is_whitespace() => ' ',
        '`' | '\u{b4}' | '\u{2bc}' | '\u{2018}' | '\u{2019}' | '\u{2032}' => '\'',
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe63}' => '-',
        // The full-width forms are in the order of ASCII.
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        c => plain_digit(c),
    });
    Cow::Owned(plain.collect())
}
