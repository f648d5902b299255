//! Orders with several lines: whether an amount named "total" is that of the line or that of the order.

use std::collections::HashMap;

use standings_core::Decimal;
use xxhash_rust::xxh3::xxh3_64;

/// Maximum orders that are looked at. Those after them are like those before them.
const MAX_ORDERS: usize = 200_000;

/// Orders of several lines with one amount on all lines, from which on this is no coincidence.
const ENOUGH: usize = 3;

/// The amounts on the lines of each order.
#[derive(Default)]
pub(super) struct Orders {
    by_hash: HashMap<u64, Order>,
    /// Whether no column names the orders, so that lines with the same total may be those of one.
    are_unknown: bool,
}

struct Order {
    amount: Decimal,
    units: Decimal,
    lines: u64,
    /// Whether a line has another amount, or another number of units, than the first.
    other_amount: bool,
    other_units: bool,
}

/// What the lines of orders show about their amounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shown {
    /// Nothing: no order has several lines.
    Nothing,
    /// They are amounts of lines.
    Lines,
    /// They are the totals of orders, repeated on each line.
    Totals,
    /// One or two orders have the same amount on each line, which can be either.
    Unclear,
}

impl Orders {
    pub(super) fn add(&mut self, order: &str, amount: Decimal, units: Decimal) {
        let hash = xxh3_64(order.as_bytes());
        if let Some(known) = self.by_hash.get_mut(&hash) {
            known.lines += 1;
            known.other_amount |= known.amount != amount;
            known.other_units |= known.units != units;
        } else if self.by_hash.len() < MAX_ORDERS {
            self.by_hash.insert(hash, Order { amount, units, lines: 1, other_amount: false, other_units: false });
        }
    }

    /// Adds a line of an order that no column names.
    pub(super) fn add_unknown(&mut self, day: i32, person: &str, amount: Decimal) {
        self.are_unknown = true;
        self.add(&format!("{day}\0{person}\0{amount}"), amount, Decimal::ZERO);
    }

    /// Whether the total of an order that no column names is on several rows.
    pub(super) fn has_repeats_without_order(&self) -> bool {
        self.are_unknown && self.by_hash.values().any(|order| order.lines > 1)
    }

    /// Adds the orders of another worker.
    pub(super) fn merge(&mut self, other: Self) {
        self.are_unknown |= other.are_unknown;
        for (hash, order) in other.by_hash {
            match self.by_hash.get_mut(&hash) {
                Some(known) => {
                    known.lines += order.lines;
                    known.other_amount |= order.other_amount || known.amount != order.amount;
                    known.other_units |= order.other_units || known.units != order.units;
                }
                None => drop(self.by_hash.insert(hash, order)),
            }
        }
    }

    pub(super) fn shown(&self) -> Shown {
        let mut several = 0;
        let mut with_other_units = false;
        for order in self.by_hash.values().filter(|order| order.lines > 1 && !self.are_unknown) {
            if order.other_amount {
                return Shown::Lines;
            }
            several += 1;
            with_other_units |= order.other_units;
        }
        match several {
            0 => Shown::Nothing,
            // Two chairs do not cost as much as one.
            _ if with_other_units || several >= ENOUGH => Shown::Totals,
            _ => Shown::Unclear,
        }
    }
}

/// The rows of each id of a sale.
#[derive(Default)]
pub(super) struct Receipts(HashMap<u64, Receipt>);

struct Receipt {
    /// The hash of the day and the salesperson.
    sale: u64,
    item: u64,
    amount: Decimal,
    rows: u64,
    /// Whether a row has another day or salesperson, another item, or another amount than the first.
    other_sale: bool,
    other_item: bool,
    other_amount: bool,
}

/// What the rows with the same id are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Repeats {
    /// No id is on several rows, or they are the same but for what may have changed.
    Sales,
    /// They may be the lines of an order: on one day, with different amounts.
    PerhapsLines,
    /// They are the lines of an order: on one day, with different items.
    Lines,
}

impl Receipts {
    pub(super) fn add(&mut self, id: &str, (day, person): (i32, &str), item: Option<&str>, amount: Decimal) {
        let sale = xxh3_64(person.as_bytes()).wrapping_add(u64::from(day.unsigned_abs()));
        let item = item.map_or(0, |item| xxh3_64(item.as_bytes()));
        let hash = xxh3_64(id.as_bytes());
        if let Some(known) = self.0.get_mut(&hash) {
            known.rows += 1;
            known.other_sale |= known.sale != sale;
            known.other_item |= known.item != item;
            known.other_amount |= known.amount != amount;
        } else if self.0.len() < MAX_ORDERS {
            let receipt =
                Receipt { sale, item, amount, rows: 1, other_sale: false, other_item: false, other_amount: false };
            self.0.insert(hash, receipt);
        }
    }

    /// Adds the rows of another worker.
    pub(super) fn merge(&mut self, other: Self) {
        for (hash, receipt) in other.0 {
            match self.0.get_mut(&hash) {
                Some(known) => {
                    known.rows += receipt.rows;
                    known.other_sale |= receipt.other_sale || known.sale != receipt.sale;
                    known.other_item |= receipt.other_item || known.item != receipt.item;
                    known.other_amount |= receipt.other_amount || known.amount != receipt.amount;
                }
                None => drop(self.0.insert(hash, receipt)),
            }
        }
    }

    pub(super) fn shown(&self) -> Repeats {
        let repeated = || self.0.values().filter(|receipt| receipt.rows > 1);
        if repeated().any(|receipt| receipt.other_sale) {
            return Repeats::Sales;
        }
        if repeated().any(|receipt| receipt.other_item) {
            return Repeats::Lines;
        }
        if repeated().any(|receipt| receipt.other_amount) { Repeats::PerhapsLines } else { Repeats::Sales }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(lines: &[(&str, &str, &str)]) -> Shown {
        let mut orders = Orders::default();
        let mut others = Orders::default();
        for (at, (order, amount, units)) in lines.iter().enumerate() {
            let to = if at % 2 == 0 { &mut orders } else { &mut others };
            to.add(order, amount.parse().unwrap(), units.parse().unwrap());
        }
        orders.merge(others);
        orders.shown()
    }

    #[test]
    fn equal_amounts_on_all_lines_of_an_order_are_its_total() {
        assert_eq!(shown(&[("1", "300", "1"), ("1", "300", "2"), ("2", "5", "1")]), Shown::Totals);
        assert_eq!(shown(&[("1", "300", "1"), ("1", "300", "1")]), Shown::Unclear);
        let three = ["1", "2", "3"].map(|order| [(order, "9", "1"); 2]).concat();
        assert_eq!(shown(&three), Shown::Totals);
        assert_eq!(shown(&[("1", "300", "1"), ("1", "200", "2"), ("2", "5", "1"), ("2", "5", "2")]), Shown::Lines);
        assert_eq!(shown(&[("1", "300", "1"), ("2", "300", "1")]), Shown::Nothing);
    }

    fn repeats(rows: &[(&str, i32, Option<&str>, &str)]) -> Repeats {
        let mut receipts = Receipts::default();
        let mut others = Receipts::default();
        for (at, (id, day, item, amount)) in rows.iter().enumerate() {
            let to = if at % 2 == 0 { &mut receipts } else { &mut others };
            to.add(id, (*day, "ana"), *item, amount.parse().unwrap());
        }
        receipts.merge(others);
        receipts.shown()
    }

    #[test]
    fn rows_of_one_id_on_one_day_with_different_items_are_lines() {
        assert_eq!(repeats(&[("1", 1, Some("Chair"), "5"), ("1", 1, Some("Table"), "5")]), Repeats::Lines);
        assert_eq!(repeats(&[("1", 1, Some("Chair"), "5"), ("1", 2, Some("Table"), "5")]), Repeats::Sales);
        assert_eq!(repeats(&[("1", 1, Some("Chair"), "5"), ("1", 1, Some("Chair"), "5")]), Repeats::Sales);
        assert_eq!(repeats(&[("1", 1, None, "5"), ("1", 1, None, "6")]), Repeats::PerhapsLines);
        assert_eq!(repeats(&[("1", 1, None, "5"), ("2", 1, None, "6")]), Repeats::Sales);
    }

    #[test]
    fn a_total_on_two_lines_of_an_unknown_order_is_noticed() {
        let mut orders = Orders::default();
        orders.add_unknown(1, "ana", "300".parse().unwrap());
        orders.add_unknown(2, "ana", "300".parse().unwrap());
        assert!(!orders.has_repeats_without_order());
        orders.add_unknown(1, "ana", "300".parse().unwrap());
        assert!(orders.has_repeats_without_order());
        assert_eq!(orders.shown(), Shown::Nothing);
    }
}
