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
pub(super) struct Orders(HashMap<u64, Order>);

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
        if let Some(known) = self.0.get_mut(&hash) {
            known.lines += 1;
            known.other_amount |= known.amount != amount;
            known.other_units |= known.units != units;
        } else if self.0.len() < MAX_ORDERS {
            self.0.insert(hash, Order { amount, units, lines: 1, other_amount: false, other_units: false });
        }
    }

    /// Adds the orders of another worker.
    pub(super) fn merge(&mut self, other: Self) {
        for (hash, order) in other.0 {
            match self.0.get_mut(&hash) {
                Some(known) => {
                    known.lines += order.lines;
                    known.other_amount |= order.other_amount || known.amount != order.amount;
                    known.other_units |= order.other_units || known.units != order.units;
                }
                None => drop(self.0.insert(hash, order)),
            }
        }
    }

    pub(super) fn shown(&self) -> Shown {
        let mut several = 0;
        let mut with_other_units = false;
        for order in self.0.values().filter(|order| order.lines > 1) {
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
}
