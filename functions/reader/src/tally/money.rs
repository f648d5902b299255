//! The amount of a row: whose money it is, in which unit, and what of it was refunded.

use standings_core::explanation::{quoted, trusted};
use standings_core::{Decimal, Explanation, explain};

use super::Tallies;
use super::row::{RowRef, text};
use crate::amount::{self, Amount, AmountError};
use crate::columns::{GateKind, Unit};
use crate::currency::CurrencyNamed;
use crate::special_words::is_null_word;
use crate::values::{Numbers, Words, bare};

/// Signs of currencies that are neither letters nor the dollar sign.
const CURRENCY_SIGNS: std::ops::RangeInclusive<char> = '\u{20a0}'..='\u{20cf}';

/// What was refunded of the amounts of a file.
#[derive(Default)]
pub(super) struct Refunds {
    /// The name of the column that says it.
    pub(super) column: Option<String>,
    /// Rows of which a part was refunded, or all.
    pub(super) partly: u64,
    pub(super) wholly: u64,
}

impl Refunds {
    pub(super) fn merge(&mut self, other: Self) {
        self.column = self.column.take().or(other.column);
        self.partly += other.partly;
        self.wholly += other.wholly;
    }
}

/// Why a number is not the money of its row.
#[derive(Clone, Copy, Debug)]
pub(super) enum NoMoney {
    Fraction,
    Formatted,
    Quantity,
    Refund,
    RefundOfNothing,
    TooLarge,
}

impl NoMoney {
    pub(super) fn explanation(self) -> Explanation {
        match self {
            Self::Fraction => explain!["the amount has fractions of a cent, though its column is in cents"],
            Self::Formatted => {
                explain!["the amount and the same amount as text do not agree, so its unit is not known"]
            }
            Self::Quantity => explain!["there is no quantity, by which the price of one unit counts"],
            Self::Refund => explain!["the refunded amount is not a number"],
            Self::RefundOfNothing => explain!["there is a refunded amount, but no amount of which it is a part"],
            Self::TooLarge => explain!["the amount is too large: at most 22 digits before the decimal point"],
        }
    }
}

impl Tallies<'_> {
    pub(super) fn is_own(&self, currency: &str) -> bool {
        currency.eq_ignore_ascii_case(&self.pass.reading.currency)
            || is_null_word(currency)
            || self.pass.currency.is_named_by(currency) == CurrencyNamed::Own
    }

    /// Returns the money that a number stands for, without what was refunded of it; `None` if that is all.
    pub(super) fn money(
        &mut self,
        row_ref: &RowRef<'_>,
        amount: Decimal,
        is_refund: bool,
    ) -> Result<Option<Decimal>, NoMoney> {
        let rows = row_ref.rows;
        let of_gate = |kind: &GateKind| rows.gates.iter().find(|(gate, _)| gate.kind == *kind);
        let is_in_cents = match of_gate(&GateKind::Formatted) {
            _ if rows.unit_of_amounts == Unit::Cents => true,
            Some((_, formatted)) => self.is_in_cents(amount, bare(formatted.get(row_ref.row)))?,
            None => false,
        };
        let whole = |value: Decimal| if is_in_cents { self.of_cents(value) } else { Ok(value) };
        let amount = match rows.unit_of_amounts {
            Unit::Each => self.times_quantity(row_ref, amount)?,
            _ => whole(amount)?,
        };
        let Some((gate, words)) = of_gate(&GateKind::Refunded).filter(|_| !is_refund) else { return Ok(Some(amount)) };
        if self.refunds.column.is_none() {
            self.refunds.column = Some(gate.name.clone());
        }
        let refunded = self.refunded(row_ref, words).map_err(|_| NoMoney::Refund)?;
        let refunded = if is_in_cents { self.of_cents(refunded)? } else { refunded };
        if refunded == Decimal::ZERO || amount < Decimal::ZERO {
            return Ok(Some(amount));
        }
        if amount == Decimal::ZERO {
            return Err(NoMoney::RefundOfNothing);
        }
        if refunded >= amount {
            self.refunds.wholly += 1;
            return Ok(None);
        }
        self.refunds.partly += 1;
        Ok(Some(amount - refunded))
    }

    fn times_quantity(&self, row_ref: &RowRef<'_>, price: Decimal) -> Result<Decimal, NoMoney> {
        let quantity = self.known_quantity(row_ref.rows.quantity.as_ref(), row_ref.row).ok_or(NoMoney::Quantity)?;
        let product = price.ten_thousandths().checked_mul(quantity.ten_thousandths());
        product.and_then(|product| Decimal::from_scaled(product, 8)).ok_or(NoMoney::TooLarge)
    }

    /// Returns the whole units of a number of cents, or of what the currency has instead.
    fn of_cents(&self, cents: Decimal) -> Result<Decimal, NoMoney> {
        let digits = cents.ten_thousandths();
        let places =
            iso_currency::Currency::from_code(&self.pass.reading.currency).and_then(iso_currency::Currency::exponent);
        let is_whole = digits % 10_000 == 0;
        Decimal::from_scaled(digits, 4 + i32::from(places.unwrap_or(2))).filter(|_| is_whole).ok_or(NoMoney::Fraction)
    }

    /// Whether a number is that of cents, as the same amount shows that was written for people: 250000 and "$2,500".
    fn is_in_cents(&self, amount: Decimal, formatted: &str) -> Result<bool, NoMoney> {
        if amount == Decimal::ZERO {
            return Ok(false);
        }
        // Also "$2,500 monthly".
        let parsed = [formatted, formatted.split_whitespace().next().unwrap_or_default()]
            .into_iter()
            .find_map(|text| amount::parse(text, self.pass.dialect.decimal_mark, &self.pass.currency).ok());
        let shown = parsed.ok_or(NoMoney::Formatted)?.value;
        if shown == amount {
            return Ok(false);
        }
        // Perhaps rounded.
        let difference = (self.of_cents(amount)? - shown).ten_thousandths().abs();
        if difference < 10_000 { Ok(true) } else { Err(NoMoney::Formatted) }
    }

    fn refunded(&mut self, row_ref: &RowRef<'_>, words: &Words) -> Result<Decimal, AmountError> {
        let text = bare(words.get(row_ref.row));
        if is_null_word(text) {
            return Ok(Decimal::ZERO);
        }
        let is_of_program = !matches!(row_ref.rows.amount, Some(Numbers::Text(_)));
        let value = match text.parse() {
            Ok(value) if is_of_program => value,
            _ => {
                let Amount { value, shown } = amount::parse(text, self.pass.dialect.decimal_mark, &self.pass.currency)?;
                self.evidence.amount(shown, value, text, || row_ref.place());
                value
            }
        };
        Ok(if value < Decimal::ZERO { -value } else { value })
    }

    #[expect(clippy::inline_always, reason = "returns the result of `ScaledNumbers::get`, see there")]
    #[inline(always)]
    pub(super) fn amount(&mut self, row_ref: &RowRef<'_>) -> Result<Decimal, AmountError> {
        match &row_ref.rows.amount {
            Some(Numbers::Scaled(values)) if !self.is_foreign => {
                values.get(row_ref.row).ok_or(AmountError::Empty)?.map_err(AmountError::from)
            }
            _ => self.amount_of_text(row_ref),
        }
    }

    fn amount_of_text(&mut self, row_ref: &RowRef<'_>) -> Result<Decimal, AmountError> {
        let row = row_ref.row;
        let amounts = row_ref.rows.amount.as_ref().ok_or(AmountError::Empty)?;
        if self.is_foreign && !matches!(amounts, Numbers::Text(_)) && !Self::names_own("", row_ref) {
            return Err(AmountError::Foreign);
        }
        match amounts {
            Numbers::Scaled(values) => values.get(row).ok_or(AmountError::Empty)?.map_err(AmountError::from),
            Numbers::Printed(values) => {
                values.get(row).copied().flatten().ok_or(AmountError::Empty)?.map_err(AmountError::from)
            }
            Numbers::Mixed(words, are_numbers) if are_numbers.get(row) == Some(&true) => {
                words.get(row).parse().map_err(AmountError::from)
            }
            Numbers::Text(words) | Numbers::Mixed(words, _) => {
                let text = bare(words.get(row));
                let Amount { value, shown } = amount::parse(text, self.pass.dialect.decimal_mark, &self.pass.currency)
                    .map_err(|problem| if is_no_amount(text, problem) { AmountError::Empty } else { problem })?;
                self.evidence.amount(shown, value, text, || row_ref.place());
                if self.is_foreign && !Self::names_own(text, row_ref) {
                    return Err(AmountError::Foreign);
                }
                Ok(value)
            }
        }
    }

    /// Whether something says that an amount is the organization's money: the amount itself, the name of its column, or
    /// the column of currencies.
    fn names_own(amount: &str, row_ref: &RowRef<'_>) -> bool {
        let currency = text(row_ref.rows.currency.as_ref(), row_ref.row);
        // An amount with another mark than the organization's has not been parsed.
        let has_mark = amount
            .chars()
            .any(|c| c.is_alphabetic() || c == '$' || CURRENCY_SIGNS.contains(&c) || matches!(c, '\u{a3}' | '\u{a5}'));
        has_mark || row_ref.rows.unit_of_amounts == Unit::Own || !is_null_word(currency)
    }

    pub(super) fn no_amount(&self, amounts: Option<&Numbers>, row: usize, problem: AmountError) -> Explanation {
        let text = match amounts {
            Some(Numbers::Text(words) | Numbers::Mixed(words, _)) => bare(words.get(row)),
            _ => "",
        };
        let value = explain!["the amount ", quoted(text)];
        let amount = if text.is_empty() { explain!["the amount"] } else { value };
        match problem {
            AmountError::Empty => explain!["there is no amount"],
            AmountError::NotANumber => explain![amount, " is not a number"],
            AmountError::TooLarge => explain![amount, " is too large: at most 22 digits before the decimal point"],
            AmountError::Foreign => {
                let counted = trusted(&self.pass.reading.currency);
                explain![amount, " is in another currency; only ", counted, " is counted"]
            }
        }
    }

    /// Returns the number of units, zero if it cannot be read.
    pub(super) fn quantity(&self, numbers: Option<&Numbers>, row: usize) -> Decimal {
        self.known_quantity(numbers, row).unwrap_or_default()
    }

    fn known_quantity(&self, numbers: Option<&Numbers>, row: usize) -> Option<Decimal> {
        match numbers {
            None => None,
            Some(Numbers::Scaled(values)) => values.get(row).and_then(Result::ok),
            Some(Numbers::Printed(values)) => values.get(row).copied().flatten().and_then(Result::ok),
            Some(Numbers::Mixed(words, are_numbers)) if are_numbers.get(row) == Some(&true) => {
                words.get(row).parse().ok()
            }
            Some(Numbers::Text(words) | Numbers::Mixed(words, _)) => {
                let mark = self.pass.dialect.decimal_mark;
                amount::parse(bare(words.get(row)), mark, &self.pass.currency).ok().map(|amount| amount.value)
            }
        }
    }
}

/// Whether a text that is not a number says that there is none.
fn is_no_amount(text: &str, problem: AmountError) -> bool {
    problem == AmountError::NotANumber && is_null_word(text)
}
