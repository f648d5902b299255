//! One row: whether it counts, and for what.

use standings_core::explanation::{quoted, trusted};
use standings_core::{Decimal, Explanation, Segment, explain};

use super::day::NoDay;
use super::{Key, Sale, Tallies};
use crate::amount::AmountError;
use crate::columns::{GateKind, Unit, Verdict};
use crate::ids::Deal;
use crate::names::{NO_NAME, TOTAL, refusal};
use crate::rows::Rows;
use crate::special_words::{is_null_word, is_total_word};
use crate::values::{Days, Words};

/// One row of a chunk, with the numbers of its names.
#[derive(Clone, Copy)]
pub(super) struct RowRef<'r> {
    pub(super) rows: &'r Rows,
    pub(super) row: usize,
    /// Its place among all rows of the file.
    pub(super) position: u64,
    pub(super) person: u32,
    pub(super) team: u32,
    pub(super) line_of: &'r dyn Fn(usize) -> u64,
}

/// Why a row does not count.
pub(super) enum Left {
    /// It cannot be counted.
    Skipped(Skip),
    NotASale,
    Repeated,
    /// It holds no sale of its own.
    Blank,
}

/// A row that cannot be counted.
pub(super) struct Skip {
    /// The segment for which it would have counted.
    pub(super) segment: Option<Segment>,
    /// Why, if it may be an example.
    pub(super) reason: Option<Explanation>,
    /// Whether it can be read, but is of nobody, or in another currency. Such rows do not make a file implausible.
    pub(super) is_readable: bool,
}

impl RowRef<'_> {
    /// Returns its place among all rows of the file, and its line.
    pub(super) fn place(&self) -> (u64, u64) {
        (self.position, (self.line_of)(self.row))
    }
}

impl Tallies<'_> {
    /// Adds a row to `sales` and to the extras.
    pub(super) fn add_row(&mut self, row_ref: RowRef<'_>, sales: &mut Vec<Sale>) -> Result<(), Left> {
        let RowRef { rows, row, position, person, team, .. } = row_ref;
        let verdict = if rows.gates.is_empty() { Verdict::Silent } else { self.verdict(rows, row) };
        if matches!(verdict, Verdict::NoSale | Verdict::Former | Verdict::Open) {
            // The deletion of a row may have nothing but its id.
            let is_blank = Self::is_blank(&row_ref) && id(rows.sale_id.as_ref(), row).is_empty();
            return Err(match verdict {
                _ if is_blank => Left::Blank,
                Verdict::Former => Left::NotASale,
                _ => self.not_a_sale(&row_ref),
            });
        }
        let (day, segment) = match self.day_of_row(&row_ref) {
            Ok(found) => found,
            Err(_) if Self::is_blank(&row_ref) || is_total_word(text(rows.salesperson.as_ref(), row)) => {
                self.groups.current = None;
                return Err(Left::Blank);
            }
            Err(NoDay::NoDate) if rows.has_no_amount(row) && self.is_title(person) => return Err(Left::Blank),
            Err(no_day) => return Err(self.skipped(None, || no_day.explanation())),
        };
        if person == TOTAL {
            return Err(Left::Blank);
        }
        if !text(rows.surplus.as_ref(), row).is_empty() {
            return Err(self.skipped(Some(segment), || explain!["it has more fields than the header"]));
        }
        let currency = text(rows.currency.as_ref(), row);
        if !currency.is_empty() && !self.is_own(currency) {
            let counted = trusted(&self.pass.reading.currency);
            return Err(self.set_aside(segment, || {
                explain!["the currency is ", quoted(currency), "; only ", counted, " is counted"]
            }));
        }
        let amount = match self.amount(&row_ref) {
            Ok(amount) => amount,
            Err(AmountError::Empty) if Self::is_blank(&row_ref) => return Err(Left::Blank),
            Err(AmountError::Foreign) => {
                return Err(self.set_aside(segment, || self.no_amount(rows.amount.as_ref(), row, AmountError::Foreign)));
            }
            Err(problem) => {
                return Err(self.skipped(Some(segment), || self.no_amount(rows.amount.as_ref(), row, problem)));
            }
        };
        if person == NO_NAME {
            let name = text(rows.salesperson.as_ref(), row);
            return Err(self.skipped(Some(segment), || explain!["the salesperson ", refusal(name)]));
        }
        let person = if self.people.name(person).is_empty() { self.somebody(&row_ref, segment)? } else { person };
        if self.pass.dialect.is_grouped {
            self.groups.current = Some(person);
        }
        if team == NO_NAME {
            let name = text(rows.team.as_ref(), row);
            return Err(self.skipped(Some(segment), || explain!["the team ", refusal(name)]));
        }
        let is_refund = verdict == Verdict::Refund;
        let is_plain = rows.gates.is_empty() && !matches!(rows.unit_of_amounts, Unit::Cents | Unit::Each);
        let money = if is_plain { Ok(Some(amount)) } else { self.money(&row_ref, amount, is_refund) };
        let amount = match money {
            Ok(Some(amount)) => amount,
            Ok(None) => return Err(self.not_a_sale(&row_ref)),
            Err(problem) => return Err(self.skipped(Some(segment), || problem.explanation())),
        };
        let sale_id = id(rows.sale_id.as_ref(), row);
        if !sale_id.is_empty() {
            let item = rows.gates.iter().find(|(gate, _)| gate.kind == GateKind::Item);
            let item = item.map(|(_, words)| words.get(row).trim());
            self.receipts.add(sale_id, (day, self.people.identity(person)), item, amount);
            if !self.pass.ids.sale_counts(sale_id, position) {
                return Err(Left::Repeated);
            }
        }
        self.count(row_ref, Sale { day, segment, person, team, amount }, sale_id, is_refund, sales);
        Ok(())
    }

    /// Leaves out a row that is no sale. A sale that a later row cancels or deletes does not count by its earlier rows.
    fn not_a_sale(&self, row_ref: &RowRef<'_>) -> Left {
        let sale_id = id(row_ref.rows.sale_id.as_ref(), row_ref.row);
        if !sale_id.is_empty() {
            self.pass.ids.sale_counts(sale_id, row_ref.position);
        }
        Left::NotASale
    }

    /// Returns the person of a row that names nobody: that of its group, in a grouped file.
    #[cold]
    fn somebody(&mut self, row_ref: &RowRef<'_>, segment: Segment) -> Result<u32, Left> {
        if is_total_word(text(row_ref.rows.team.as_ref(), row_ref.row)) {
            return Err(Left::Blank);
        }
        self.groups.current.ok_or_else(|| {
            self.groups.nameless += 1;
            let is_empty = text(row_ref.rows.salesperson.as_ref(), row_ref.row).is_empty();
            self.groups.is_broken |= !is_empty || row_ref.position == 0;
            self.set_aside(segment, || explain!["there is no salesperson"])
        })
    }

    /// Counts a sale.
    fn count(&mut self, row_ref: RowRef<'_>, sale: Sale, sale_id: &str, is_refund: bool, sales: &mut Vec<Sale>) {
        let RowRef { rows, row, position, .. } = row_ref;
        let Sale { day, segment, person, team, amount } = sale;
        // A sale counts even if its quantity cannot be read.
        let units = self.quantity(rows.quantity.as_ref(), row);
        let order = id(rows.order_id.as_ref(), row);
        let team = if team == TOTAL { self.teams.nameless() } else { team };
        let deal = match order {
            "" => Deal { of_person: true, of_team: true },
            order if segment.shares_week() => {
                let (person_id, team_id) = (self.people.identity(person), self.teams.identity(team));
                let hashes = self.pass.ids.of_order(segment.week(), person_id, team_id, order);
                self.straddling.add(hashes, Key { segment, person, team });
                Deal::default()
            }
            order => {
                self.pass.ids.order(segment.week(), self.people.identity(person), self.teams.identity(team), order)
            }
        };
        let amount = match (rows.unit_of_amounts, order) {
            (Unit::TotalOfUnknownOrder, _) => {
                self.orders.add_unknown(day, self.people.identity(person), amount);
                amount
            }
            (_, "") => amount,
            (Unit::OrderTotal, order) => self.once_per_order(order, day, amount, position),
            (Unit::PerhapsOrderTotal, order) => {
                self.orders.add(order, amount, units);
                let is_of_order = self.pass.dialect.totals_are_of_orders;
                if is_of_order { self.once_per_order(order, day, amount, position) } else { amount }
            }
            _ => amount,
        };
        if !sale_id.is_empty() || !order.is_empty() {
            let id = if sale_id.is_empty() { order } else { sale_id };
            self.sketch.add(id, segment.week(), self.people.identity(person), amount);
        }
        if let Some(ids) = &rows.slack_user_id {
            self.note_user(person, ids.get(row).trim());
        }
        self.negative_units += u64::from(units < Decimal::ZERO && amount > Decimal::ZERO && !is_refund);
        let subtracted = |value: Decimal| if is_refund && value > Decimal::ZERO { -value } else { value };
        let (amount, units) = (subtracted(amount), subtracted(units));
        sales.push(Sale { day, segment, person, team, amount });
        if units != Decimal::ZERO || !deal.of_person || !deal.of_team {
            let extras = self.extras.entry(Key { segment, person, team }).or_default();
            extras.units += units;
            extras.repeats_of_team += u64::from(!deal.of_team);
            extras.repeats_of_person += u64::from(!deal.of_person);
        }
    }

    /// Whether a row holds no sale of its own: a blank line, one of the empty rows that spreadsheets leave, the row of
    /// a total, or a further line of an order, whose first line has the fields of the order.
    fn is_blank(row_ref: &RowRef<'_>) -> bool {
        let RowRef { rows, row, person, .. } = *row_ref;
        let date = match &rows.sold_at {
            Some(Days::Text(words)) => words.get(row),
            _ => "",
        };
        let name = text(rows.salesperson.as_ref(), row);
        if person == TOTAL {
            return true;
        }
        if !is_null_word(name) {
            return false;
        }
        is_total_word(date) || is_total_word(text(rows.team.as_ref(), row)) || rows.has_no_amount(row)
    }

    /// Notes a row with nothing but a name. Whether it is the title of a group, only the whole file can tell.
    fn is_title(&mut self, person: u32) -> bool {
        if person == NO_NAME || person == TOTAL || self.people.name(person).is_empty() {
            return false;
        }
        self.groups.titles += 1;
        if self.pass.dialect.is_grouped {
            self.groups.current = Some(person);
        }
        self.pass.dialect.is_grouped
    }

    /// Returns the skip of a row. Its reason is built only if it can be an example: rows come in the order of the file.
    #[cold]
    fn skipped(&self, segment: Option<Segment>, reason: impl FnOnce() -> Explanation) -> Left {
        Left::Skipped(Skip { segment, reason: self.may_be_example().then(reason), is_readable: false })
    }

    /// Returns the skip of a row that can be read.
    #[cold]
    fn set_aside(&self, segment: Segment, reason: impl FnOnce() -> Explanation) -> Left {
        Left::Skipped(Skip { segment: Some(segment), reason: self.may_be_example().then(reason), is_readable: true })
    }

    /// Returns the total of an order once, and zero for its other lines.
    fn once_per_order(&mut self, order: &str, day: i32, total: Decimal, position: u64) -> Decimal {
        // A separator that no id contains keeps these apart from sale ids.
        // Tills number their orders anew each day.
        if self.pass.ids.sale_counts(&format!("{order}\u{0}{total}\u{0}{day}"), position) {
            return total;
        }
        self.repeated_totals += 1;
        Decimal::ZERO
    }
}

/// Returns the text of a row, empty if there is no such column: most files have few of the optional ones.
#[inline]
pub(super) fn text(words: Option<&Words>, row: usize) -> &str {
    words.map_or("", |words| words.get(row).trim())
}

/// Returns the id of a row, empty if it has none.
#[inline]
fn id(words: Option<&Words>, row: usize) -> &str {
    let Some(words) = words else { return "" };
    let id = words.get(row).trim();
    if is_null_word(id) || id == "NA" { "" } else { id }
}
