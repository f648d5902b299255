//! One row: whether it is a sale, and its day and amount.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;
use standings_core::explanation::{quoted, trusted};
use standings_core::{Decimal, Explanation, Segment, explain};

use super::{Key, Sale, Tallies};
use crate::amount::AmountError;
use crate::columns::{Gate, GateKind, Unit, Verdict};
use crate::ids::Deal;
use crate::names::{NO_NAME, TOTAL, refusal};
use crate::rows::Rows;
use crate::sold_at::{self, SoldAt, When};
use crate::special_words::{is_null_word, is_total_word};
use crate::values::{Days, Words, bare, date_of_day};

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

/// Why a row has no day.
enum NoDay<'a> {
    NoDate,
    NotADate(&'a str),
    OutOfRange(Date),
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

    /// Returns what the gates say about a row: one that says that it is no sale decides, then one that says that it was won. A won
    /// deal keeps the stage that it had, such as "Proposal".
    fn verdict(&mut self, rows: &Rows, row: usize) -> Verdict {
        let mut said = Verdict::Silent;
        let mut is_open = false;
        for (gate, words) in &rows.gates {
            let verdict = self.word(gate, words, row);
            is_open |= verdict == Verdict::Open;
            if weight(verdict) > weight(said) {
                said = verdict;
            }
        }
        if is_open && matches!(said, Verdict::Won | Verdict::Refund) {
            self.overrule(rows, row);
        }
        said
    }

    /// Returns what a gate says about a row.
    fn word(&mut self, gate: &Gate, words: &Words, row: usize) -> Verdict {
        let dialect = &self.pass.dialect;
        if !gate.has_words() || dialect.ignored_gates.contains(&gate.name) {
            return Verdict::Silent;
        }
        let verdict = self.evidence.word(gate, words.get(row).trim());
        match (&gate.kind, verdict) {
            (GateKind::PerhapsStatus, _) => Verdict::Silent,
            (_, Verdict::Unknown) if dialect.pipelines.contains(&gate.name) => Verdict::Open,
            _ => verdict,
        }
    }

    /// Notes the words that would have left a row out, had another one not decided that it counts.
    #[cold]
    fn overrule(&mut self, rows: &Rows, row: usize) {
        for (gate, words) in &rows.gates {
            let text = words.get(row).trim();
            if !self.pass.dialect.ignored_gates.contains(&gate.name) && gate.is_used() {
                self.evidence.overrule(gate, text);
            }
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

    #[expect(clippy::inline_always, reason = "the days of Parquet files are the hot path")]
    #[inline(always)]
    fn day_of_row<'r>(&mut self, row_ref: &RowRef<'r>) -> Result<(i32, Segment), NoDay<'r>> {
        match &row_ref.rows.sold_at {
            Some(Days::Known(days)) => with_segment(days.get(row_ref.row).ok_or(NoDay::NoDate)?),
            _ => self.day_of_time(row_ref),
        }
    }

    fn day_of_time<'r>(&mut self, row_ref: &RowRef<'r>) -> Result<(i32, Segment), NoDay<'r>> {
        let RowRef { rows, row, .. } = *row_ref;
        match rows.sold_at.as_ref().ok_or(NoDay::NoDate)? {
            Days::Known(days) => with_segment(days.get(row).ok_or(NoDay::NoDate)?),
            Days::Times(times) => {
                let second = times.get(row).ok_or(NoDay::NoDate)?;
                let instant = if times.are_instants { Some((second, 0)) } else { self.instant_of_local(second, rows) };
                let day = match instant {
                    Some((second, offset)) => self.day_of_instant(second, offset, row_ref),
                    None => day_of_second(second),
                };
                with_segment(day.ok_or(NoDay::NoDate)?)
            }
            Days::Text(words) => {
                let text = bare(words.get(row));
                let no_date = || if is_null_word(text) { NoDay::NoDate } else { NoDay::NotADate(text) };
                let day = self.day(text, row_ref).ok_or_else(no_date)?;
                let since_1970 = (day - Date::constant(1970, 1, 1)).get_days();
                Ok((since_1970, Segment::of_day(since_1970).ok_or(NoDay::OutOfRange(day))?))
            }
        }
    }

    /// Whether times without an offset are in UTC: by the option, or by the name of the column.
    fn has_utc_times(&self, rows: &Rows) -> bool {
        self.pass.reading.utc_times || rows.unit_of_dates == Unit::Utc
    }

    fn day(&mut self, text: &str, row_ref: &RowRef<'_>) -> Option<Date> {
        let order = match row_ref.rows.unit_of_dates {
            Unit::Order(order) => Some(order),
            _ => self.pass.dialect.date_order,
        };
        let SoldAt { when, order: shown } = sold_at::parse(text, order)?;
        if !matches!(row_ref.rows.unit_of_dates, Unit::Order(_)) {
            self.evidence.date(shown, text, || row_ref.place());
        }
        let (second, offset) = match when {
            When::Day(day) => return Some(day),
            When::Instant(instant) => (instant.as_second(), 0),
            When::Local(time) => {
                let second = Offset::UTC.to_timestamp(time).ok()?.as_second();
                let Some(instant) = self.instant_of_local(second, row_ref.rows) else { return Some(time.date()) };
                instant
            }
        };
        date_of_day(self.day_of_instant(second, offset, row_ref)?)
    }

    /// Returns the instant of a time without an offset, counted as if it were in UTC, and the offset of its zone. `None`
    /// if it is in the zone of the organization, where its day is known.
    fn instant_of_local(&self, second: i64, rows: &Rows) -> Option<(i64, i64)> {
        if self.has_utc_times(rows) {
            return Some((second, 0));
        }
        let zone = self.pass.reading.local_time_zone.as_ref()?;
        let time = Offset::UTC.to_datetime(Timestamp::from_second(second).ok()?);
        let instant = zone.to_timestamp(time).ok()?.as_second();
        Some((instant, second - instant))
    }

    /// Returns the day of an instant in the zone of the organization. `offset` is that of the zone in which it was
    /// written: where each instant of the file is midnight there, they are dates that a program has turned into times.
    fn day_of_instant(&mut self, second: i64, offset: i64, row_ref: &RowRef<'_>) -> Option<i32> {
        let here = self.pass.reading.time_zone.to_offset(Timestamp::from_second(second).ok()?).seconds();
        let (there, here) = (day_of_second(second + offset)?, day_of_second(second + i64::from(here))?);
        let is_midnight = (second + offset).rem_euclid(24 * 60 * 60) == 0;
        self.evidence.instant(is_midnight, there != here, || row_ref.place());
        Some(if is_midnight && !self.pass.dialect.midnight_is_time { there } else { here })
    }
}

impl NoDay<'_> {
    fn explanation(&self) -> Explanation {
        match self {
            Self::NoDate => explain!["there is no date"],
            Self::NotADate(text) => explain![quoted(text), " is not a date such as 2026-11-20"],
            Self::OutOfRange(date) => {
                explain!["the year of ", quoted(&date.to_string()), " is not between 1900 and 2199"]
            }
        }
    }
}

/// Returns the weight of a word where columns contradict each other.
const fn weight(verdict: Verdict) -> usize {
    match verdict {
        Verdict::Silent | Verdict::Sale | Verdict::OfReceipt | Verdict::Changed | Verdict::Unknown => 0,
        Verdict::Open => 1,
        Verdict::Won => 2,
        Verdict::Refund => 3,
        Verdict::Former | Verdict::NoSale => 4,
    }
}

/// Returns a day since 1970 with its segment.
#[inline]
fn with_segment<'a>(day: i32) -> Result<(i32, Segment), NoDay<'a>> {
    let segment = Segment::of_day(day);
    let segment = segment.ok_or_else(|| date_of_day(day).map_or(NoDay::NoDate, NoDay::OutOfRange))?;
    Ok((day, segment))
}

/// Returns the day of a second since 1970.
fn day_of_second(second: i64) -> Option<i32> {
    i32::try_from(second.div_euclid(24 * 60 * 60)).ok()
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
