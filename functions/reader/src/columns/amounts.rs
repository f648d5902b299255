//! The amount: which of several columns it is, in which unit, and which columns are close to it.

use standings_core::explanation::{quoted, quoted_list};
use standings_core::{Explanation, explain};

use super::field::{Field, ITEMS, ORDER_TOTALS, TOTALS};
use super::gate::{Gate, GateKind};
use super::header::{Header, Unit};
use super::{Layout, candidates};
use crate::pass::Pass;
use crate::reading::Reading;

/// Names of prices of one unit, folded. A bare `price` is as often that of the line.
const UNIT_PRICES: [&str; 5] = ["unitprice", "priceperunit", "priceeach", "einzelpreis", "preciounitario"];

/// Names of amounts, folded, that mean nothing by themselves: they are pointed out next to the amount.
const SIDES: [&str; 12] = [
    "net",
    "nett",
    "netto",
    "gross",
    "brutto",
    "grossamount",
    "bruttobetrag",
    "amountbeforediscount",
    "amountpaid",
    "ordernet",
    "splitamount",
    "amountsplit",
];

/// Names of discounts, folded.
const DISCOUNTS: [&str; 7] =
    ["discount", "discounts", "discountamount", "discountvalue", "rabatt", "descuento", "returns"];

/// Keys of the objects of Stripe's API, whose amounts are in the smallest unit of the currency. Its dashboard writes them in
/// another way, and whole units.
const OF_STRIPE: [&str; 7] = [
    "object",
    "livemode",
    "amount_captured",
    "amount_received",
    "amount_refunded",
    "balance_transaction",
    "payment_intent",
];

/// Keys from which on a record is an object of Stripe.
const ENOUGH_OF_STRIPE: usize = 3;

impl Layout {
    /// Returns the places of the columns that may be the amount.
    pub(super) fn amounts(&mut self, headers: &[Header], reading: &Reading) -> Vec<usize> {
        let settings = &reading.columns;
        let mut found = candidates(Field::Amount, headers, settings);
        self.refuse(headers, &mut found);
        // An amount in the organization's currency is preferred to one in any other, and one in whole units to cents.
        for preferred in [|unit| unit == Unit::Own, |unit| unit != Unit::Cents] {
            if found.iter().any(|&place| preferred(headers[place].unit)) {
                found.retain(|&place| preferred(headers[place].unit));
            }
        }
        let has_quantity = !candidates(Field::Quantity, headers, settings).is_empty();
        let is_configured = |place: usize| settings.is_configured(Field::Amount, &headers[place]);
        if let &[place] = &found[..]
            && has_quantity
            && !is_configured(place)
        {
            // Next to its total, it is that of one unit.
            let base = &headers[place].base;
            let is_total = |header: &Header| {
                let rest = header.base.strip_suffix(base.as_str()).or_else(|| header.base.strip_prefix(base.as_str()));
                matches!(rest, Some("total" | "line" | "extended")) && !ORDER_TOTALS.contains(&header.base.as_str())
            };
            let total =
                (0..headers.len()).find(|&at| is_total(&headers[at]) && headers[at].unit == headers[place].unit);
            found = vec![total.unwrap_or(place)];
        }
        let has_discount = || headers.iter().any(|header| DISCOUNTS.contains(&header.base.as_str()));
        if found.is_empty() && self.refused.is_empty() && has_quantity && !has_discount() {
            let is_price = |header: &Header| UNIT_PRICES.contains(&header.base.as_str());
            found = (0..headers.len()).filter(|&place| is_price(&headers[place])).collect();
            self.refuse(headers, &mut found);
            self.is_price = !found.is_empty();
        }
        found
    }

    /// Removes the amounts whose unit says that they are not the organization's money.
    fn refuse(&mut self, headers: &[Header], found: &mut Vec<usize>) {
        found.retain(|&place| {
            let unit = headers[place].unit;
            let is_refused = matches!(unit, Unit::Foreign | Unit::Scaled | Unit::Count);
            if is_refused {
                self.refused.push((place, unit));
            }
            !is_refused
        });
    }

    /// Returns the unit of the amount in a column.
    pub(super) fn unit_of_amount<S: AsRef<str>>(
        &self,
        names: &[S],
        headers: &[Header],
        place: usize,
        pass: &Pass<'_>,
    ) -> Unit {
        let base = headers[place].base.as_str();
        let is_of_stripe = || {
            let of_stripe = names.iter().filter(|name| OF_STRIPE.contains(&name.as_ref())).count();
            of_stripe >= ENOUGH_OF_STRIPE
        };
        let sale_id = self.place(Field::SaleId);
        let order = self.place(Field::OrderId).or(sale_id.filter(|_| pass.dialect.sale_ids_are_orders));
        match headers[place].unit {
            _ if self.is_price => Unit::Each,
            Unit::None if is_of_stripe() => Unit::Cents,
            Unit::Cents => Unit::Cents,
            _ if order.is_some() && ORDER_TOTALS.contains(&base) => Unit::OrderTotal,
            _ if order.is_some() && TOTALS.contains(&base) && has_items(headers) => Unit::PerhapsOrderTotal,
            _ if order.or(sale_id).is_none() && ORDER_TOTALS.contains(&base) && has_items(headers) => {
                Unit::TotalOfUnknownOrder
            }
            unit => unit,
        }
    }

    /// Adds the columns that say something about the amount or its lines: it as text with its currency, and the items.
    pub(super) fn add_companions<S: AsRef<str>>(
        &mut self,
        names: &[S],
        headers: &[Header],
        free: &[usize],
        reading: &Reading,
    ) {
        let mut companions = Vec::new();
        if let Some(amount) = self.fields[Field::Amount as usize] {
            let amount = headers[amount].full.as_str();
            let is_formatted = |&&place: &&usize| {
                let full = &headers[place].full;
                let rest = full.strip_suffix("formatted").or_else(|| full.strip_prefix("formatted"));
                rest == Some(amount)
            };
            companions.extend(free.iter().find(is_formatted).map(|&place| (GateKind::Formatted, place)));
        }
        let is_log = self.gates.iter().any(|(gate, _)| gate.kind == GateKind::Operation);
        let sale_id = self.fields[Field::SaleId as usize].filter(|_| !is_log);
        let may_be_order = sale_id.is_some_and(|place| !reading.columns.is_configured(Field::SaleId, &headers[place]));
        if may_be_order && self.fields[Field::OrderId as usize].is_none() {
            let is_item = |&&place: &&usize| is_item(&headers[place]);
            companions.extend(free.iter().find(is_item).map(|&place| (GateKind::Item, place)));
        }
        let gate = |(kind, place): (GateKind, usize)| (Gate { name: names[place].as_ref().to_owned(), kind }, place);
        self.gates.extend(companions.into_iter().map(gate));
    }

    /// Points out columns that could be meant instead of the amount.
    pub(crate) fn remark_on_amount<S: AsRef<str>>(&self, names: &[S], pass: &Pass<'_>) -> Option<Explanation> {
        let settings = &pass.reading.columns;
        let place = self.place(Field::Amount)?;
        let headers: Vec<Header> = headers(names, pass);
        let chosen = &headers[place];
        let is_certain = settings.is_configured(Field::Amount, chosen) || chosen.base.contains("net") || self.is_price;
        if is_certain {
            return None;
        }
        let is_free = |&at: &usize| !self.has(at) && matches!(headers[at].unit, Unit::None | Unit::Own);
        let others_of = |list: &[&str]| -> Vec<&str> {
            let is_other = |header: &Header| {
                let base = header.base.as_str();
                let is_of_line = ["line", "item", "extended"].iter().any(|line| base.contains(line));
                base != chosen.base
                    && !is_of_line
                    && (list.contains(&base) || list == SIDES && Field::Amount.is_named(base))
            };
            let places = (0..headers.len()).filter(is_free).filter(|&at| is_other(&headers[at]));
            places.map(|at| names[at].as_ref()).collect()
        };
        let counted = quoted(names[place].as_ref());
        let (others, discounts) = (others_of(&SIDES), others_of(&DISCOUNTS));
        if !others.is_empty() {
            return Some(explain![
                counted,
                " is counted, not ",
                quoted_list(others),
                ". If that is what was sold, map it: COLUMNS=amount=..."
            ]);
        }
        (!discounts.is_empty() && !chosen.base.contains("total"))
            .then(|| explain![counted, " is counted as it is: ", quoted_list(discounts), " is not subtracted from it"])
    }
}

/// Takes the names of columns apart.
pub(super) fn headers<S: AsRef<str>>(names: &[S], pass: &Pass<'_>) -> Vec<Header> {
    let settings = &pass.reading.columns;
    let is_amount = |folded: &str| Field::Amount.is_named(folded) || settings.0.iter().any(|(_, name)| name == folded);
    names.iter().map(|name| Header::new(name.as_ref(), &pass.currency, is_amount)).collect()
}

fn is_item(header: &Header) -> bool {
    ITEMS.iter().any(|item| header.base.contains(item))
        || matches!(header.base.as_str(), "line" | "lineno" | "linenumber")
}

fn has_items(headers: &[Header]) -> bool {
    headers.iter().any(|header| ITEMS.iter().any(|item| header.base.contains(item)))
}
