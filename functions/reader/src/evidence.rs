//! Evidence: what the values of a file show about its notation, and what follows from that for the next pass.

use std::collections::{BTreeMap, HashMap};

use standings_core::explanation::quoted;
use standings_core::{Decimal, DecimalStyle, Explanation, explain};

use crate::amount::MarkShown;
use crate::columns::{Gate, GateKind, Verdict};
use crate::currency::Places;
use crate::dialect::Dialect;
use crate::pass::Pass;
use crate::reading::DateOrder;
use crate::sales_file::{ReadError, rejected};
use crate::sold_at::{OrderShown, ShortDate, Shown};

/// Maximum distinct words of a column that tells sales from other rows. A column with more is free text.
const MAX_WORDS: usize = 100;

/// Amounts from which numbers are written with marks between thousands.
const THOUSAND: Decimal = Decimal::from_ten_thousandths(10_000_000);

/// A value that shows something, and the first line it is on.
#[derive(Clone, Debug)]
pub(crate) struct Example {
    /// Its place among all rows of the file.
    position: u64,
    pub(crate) line: u64,
    pub(crate) text: String,
}

/// What the values of a file have shown so far.
#[derive(Default)]
pub(crate) struct Evidence {
    dates: Dates,
    short_dates: ShortDates,
    amounts: Amounts,
    times: Times,
    /// A word that was encoded in UTF-8 twice.
    twice_encoded: Option<Example>,
    pub(crate) gates: BTreeMap<String, Words>,
    /// Whether the text is delimited by semicolons, as spreadsheets do where the comma is the decimal mark.
    pub(crate) has_semicolons: bool,
    /// Whether programs wrote the amounts (JSON, Parquet): they know one notation, with a decimal point.
    pub(crate) is_of_programs: bool,
}

#[derive(Default)]
struct Dates {
    day_first: Option<Example>,
    month_first: Option<Example>,
    either: Option<Example>,
}

/// What dates of three numbers of two digits show: `26/11/23` is of 2026 or of 2023.
#[derive(Default)]
struct ShortDates {
    /// The first, with either order, and whether it is written with points, which the day precedes almost everywhere.
    either: Option<Example>,
    has_points: bool,
    /// A date whose last number can only be the year: 23/11/99, 5/11/26.
    year_last: Option<Example>,
    /// The first and the last numbers of the others, a bit for each.
    firsts: u128,
    lasts: u128,
}

/// What short dates show about the place of the year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum YearShown {
    First,
    Last,
    Unknown,
}

/// Years of two digits in which a file of sales may be, a bit for each: 2018 to 2039. Those outside may be days.
const YEARS_OF_SALES: u128 = ((1 << 22) - 1) << 18;

/// Maximum years in a file whose days are more, and minimum days more than years: two years and two days may be either.
const MAX_YEARS: u32 = 4;
const MIN_MORE_DAYS: u32 = 2;

#[derive(Default)]
struct Amounts {
    point: Option<Example>,
    comma: Option<Example>,
    /// A point, or a comma, before exactly three digits: thousands or decimals.
    either_point: Option<Example>,
    either_comma: Option<Example>,
    /// An amount in thousands or millions.
    scaled: Option<Example>,
    /// Whether one of these ends in a zero, which decimals of programs do not.
    ends_in_zero: bool,
    /// Whether there are whole numbers below 1,000, and others, without a mark.
    small: bool,
    large: bool,
}

#[derive(Default)]
struct Times {
    /// Midnight UTC, where it is another day in the zone of the organization.
    midnight: Option<Example>,
    /// Whether there are instants other than midnight UTC.
    other: bool,
}

/// The words of a gate, and the number of rows with each.
pub(crate) struct Words {
    pub(crate) gate: Gate,
    pub(crate) rows: HashMap<String, (Verdict, u64)>,
    /// The number of rows with each word that count nevertheless, since another column decides.
    pub(crate) overruled: HashMap<String, u64>,
    /// Whether there are too many distinct ones.
    pub(crate) is_free_text: bool,
}

impl Evidence {
    /// Notes what a date shows. `place`, its position and line, is called for the first of each kind.
    pub(crate) fn date(&mut self, shown: Shown, text: &str, place: impl Fn() -> (u64, u64)) {
        let Shown { order, short } = shown;
        match short {
            None => {}
            Some(ShortDate::YearLast) => note(&mut self.short_dates.year_last, text, &place),
            Some(ShortDate::Either { first, last, has_points }) => {
                note(&mut self.short_dates.either, text, &place);
                self.short_dates.has_points |= has_points;
                self.short_dates.firsts |= 1 << first;
                self.short_dates.lasts |= 1 << last;
            }
        }
        let example = match order {
            OrderShown::Nothing | OrderShown::Only(DateOrder::YearFirst) => return,
            OrderShown::Only(DateOrder::DayFirst) => &mut self.dates.day_first,
            OrderShown::Only(DateOrder::MonthFirst) => &mut self.dates.month_first,
            OrderShown::Either => &mut self.dates.either,
        };
        note(example, text, place);
    }

    /// Notes what an amount shows.
    #[inline]
    pub(crate) fn amount(&mut self, shown: MarkShown, value: Decimal, text: &str, place: impl Fn() -> (u64, u64)) {
        if let MarkShown::Scaled(_) = shown {
            note(&mut self.amounts.scaled, text, &place);
        }
        let example = match shown {
            MarkShown::Nothing => {
                let is_small = value < THOUSAND && value > -THOUSAND;
                self.amounts.small |= is_small;
                self.amounts.large |= !is_small;
                return;
            }
            MarkShown::Scaled(None) => return,
            MarkShown::Point | MarkShown::Scaled(Some('.')) => &mut self.amounts.point,
            MarkShown::Comma | MarkShown::Scaled(Some(_)) => &mut self.amounts.comma,
            MarkShown::Either { mark, trailing_zero } => {
                self.amounts.ends_in_zero |= trailing_zero;
                if mark == ',' { &mut self.amounts.either_comma } else { &mut self.amounts.either_point }
            }
        };
        if example.is_none() {
            note(example, text, place);
        }
    }

    /// Notes a word that was encoded in UTF-8 twice.
    pub(crate) fn twice_encoded(&mut self, word: &str, place: (u64, u64)) {
        note(&mut self.twice_encoded, word, || place);
    }

    /// Notes an instant. `moves` tells whether its day in the zone of the organization is another one than in UTC.
    #[inline]
    pub(crate) fn instant(&mut self, is_midnight: bool, moves: bool, place: impl FnOnce() -> (u64, u64)) {
        if !is_midnight {
            self.times.other = true;
        } else if moves {
            note(&mut self.times.midnight, "", place);
        }
    }

    /// Notes a word of a gate and returns what it says.
    pub(crate) fn word(&mut self, gate: &Gate, text: &str) -> Verdict {
        let words = match self.gates.get_mut(&gate.name) {
            Some(words) => words,
            None => self.gates.entry(gate.name.clone()).or_insert_with(|| Words::new(gate)),
        };
        let text = words.key(text);
        if let Some((verdict, rows)) = words.rows.get_mut(text) {
            *rows += 1;
            return *verdict;
        }
        let verdict = gate.verdict(text);
        words.add(text, verdict, 1);
        verdict
    }

    /// Notes that a row counts although this word says that it does not.
    #[cold]
    pub(crate) fn overrule(&mut self, gate: &Gate, text: &str) {
        let Some(words) = self.gates.get_mut(&gate.name) else { return };
        let text = words.key(text);
        if let Some((Verdict::Open | Verdict::Unknown, _)) = words.rows.get(text) {
            *words.overruled.entry(text.to_owned()).or_default() += 1;
        }
    }

    /// Adds the evidence of another worker.
    pub(crate) fn merge(&mut self, other: Self) {
        let first = |here: &mut Option<Example>, there: Option<Example>| {
            if let Some(there) = there
                && here.as_ref().is_none_or(|here| there.position < here.position)
            {
                *here = Some(there);
            }
        };
        let (dates, short, amounts, times) = (other.dates, other.short_dates, other.amounts, other.times);
        first(&mut self.dates.day_first, dates.day_first);
        first(&mut self.dates.month_first, dates.month_first);
        first(&mut self.dates.either, dates.either);
        first(&mut self.short_dates.either, short.either);
        first(&mut self.short_dates.year_last, short.year_last);
        self.short_dates.has_points |= short.has_points;
        self.short_dates.firsts |= short.firsts;
        self.short_dates.lasts |= short.lasts;
        first(&mut self.amounts.point, amounts.point);
        first(&mut self.amounts.comma, amounts.comma);
        first(&mut self.amounts.either_point, amounts.either_point);
        first(&mut self.amounts.either_comma, amounts.either_comma);
        first(&mut self.amounts.scaled, amounts.scaled);
        first(&mut self.twice_encoded, other.twice_encoded);
        first(&mut self.times.midnight, times.midnight);
        self.amounts.ends_in_zero |= amounts.ends_in_zero;
        self.amounts.small |= amounts.small;
        self.amounts.large |= amounts.large;
        self.times.other |= times.other;
        self.has_semicolons |= other.has_semicolons;
        self.is_of_programs |= other.is_of_programs;
        for (name, words) in other.gates {
            let here = self.gates.entry(name).or_insert_with(|| Words::new(&words.gate));
            here.is_free_text |= words.is_free_text;
            for (text, rows) in words.overruled {
                *here.overruled.entry(text).or_default() += rows;
            }
            for (text, (verdict, rows)) in words.rows {
                here.add(&text, verdict, rows);
            }
        }
    }

    /// Returns the assumptions on which the file has to be read again, if it contradicts those of this pass. `is_whole`
    /// tells whether this is the evidence of the whole file: before that, only what can no longer change counts.
    ///
    /// # Errors
    ///
    /// If the whole file does not show what one of its values means, and no option decides it.
    pub(crate) fn contradiction(&self, pass: &Pass<'_>, is_whole: bool) -> Result<Option<Dialect>, ReadError> {
        let mut next = pass.dialect.clone();
        if is_whole {
            next.is_of_whole_file = true;
            if self.short_dates.is_year_first(pass.reading.date_order)? {
                // In a pass with the year first, these are dates of four-digit years.
                if pass.dialect.date_order == Some(DateOrder::YearFirst) && self.dates.either.is_some() {
                    return Err(self.undecided_dates());
                }
                next.date_order = Some(DateOrder::YearFirst);
            } else if self.dates.either.is_some() {
                let option = pass.reading.date_order.filter(|order| *order != DateOrder::YearFirst);
                let order = self.date_order().or(option);
                next.date_order = Some(order.ok_or_else(|| self.undecided_dates())?);
            } else if next.date_order == Some(DateOrder::YearFirst) && self.short_dates.either.is_some() {
                next.date_order = None;
            }
            if let Some(example) = self.amounts.either_point.as_ref().or(self.amounts.either_comma.as_ref()) {
                let mark = self.mark_of_amounts(pass);
                next.decimal_mark = mark.ok_or_else(|| undecided_amounts(example))?;
            }
        } else if !next.is_of_whole_file {
            // The rest of the file may show the opposite, so this is undone once it has been read as a whole.
            next.date_order = self.date_order().filter(|_| self.dates.either.is_some()).or(next.date_order);
            let is_open = self.amounts.either_point.is_some() || self.amounts.either_comma.is_some();
            next.decimal_mark = self.decimal_mark(false).filter(|_| is_open).unwrap_or(next.decimal_mark);
        }
        next.midnight_is_time |= self.times.other && self.times.midnight.is_some();
        for (name, words) in &self.gates {
            let is_pipeline =
                words.is_pipeline() && words.rows.values().any(|(verdict, _)| *verdict == Verdict::Unknown);
            if is_pipeline || words.has_receipts() {
                next.pipelines.insert(name.clone());
            }
            // Whether each of them is an amount, only the whole file shows.
            if words.gate.may_be_refunded() && !is_whole {
                continue;
            }
            if words.has_refunded_amounts() {
                next.refunded.insert(name.clone());
            } else if (words.is_free_text || words.is_no_flag()) && !words.has_times() {
                next.ignored_gates.insert(name.clone());
            }
            if is_whole && (words.is_status() || words.has_lines() || words.has_times()) {
                next.statuses.insert(name.clone());
            }
        }
        let is_same = Dialect { is_of_whole_file: pass.dialect.is_of_whole_file, ..next.clone() } == pass.dialect;
        Ok((!is_same).then_some(next))
    }

    /// Points out readings that are possible, but seldom meant.
    pub(crate) fn remarks(&self, pass: &Pass<'_>) -> impl Iterator<Item = Explanation> {
        let scaled = self.amounts.scaled.as_ref().map(|example| {
            explain![
                "line ",
                example.line,
                ": the amount ",
                quoted(&example.text),
                " is in thousands or millions, so it may be rounded. Export whole amounts if they are to be exact",
            ]
        });
        let twice_encoded = self.twice_encoded.as_ref().map(|example| {
            explain![
                "line ",
                example.line,
                ": ",
                quoted(&example.text),
                " looks as if the file had been converted to UTF-8 twice. Export it again, so that names are right",
            ]
        });
        self.remark_on_mark(pass).into_iter().chain(self.short_dates.remark(pass)).chain(scaled).chain(twice_encoded)
    }

    fn remark_on_mark(&self, pass: &Pass<'_>) -> Option<Explanation> {
        let as_decimals = match pass.dialect.decimal_mark {
            DecimalStyle::Point => &self.amounts.either_point,
            DecimalStyle::Comma => &self.amounts.either_comma,
        };
        let example = as_decimals.as_ref()?;
        let is_evident = self.is_of_programs || self.decimal_mark(true).is_some();
        let is_of_option = pass.reading.decimal_mark == Some(pass.dialect.decimal_mark);
        (is_of_option && !is_evident && pass.currency.places() != Places::Three).then(|| {
            explain![
                "line ",
                example.line,
                ": the amount ",
                quoted(&example.text),
                " is read with three decimals, by the option `decimal_mark`. No amount of the file shows the mark",
            ]
        })
    }

    /// The order of day and month, if the dates show one.
    fn date_order(&self) -> Option<DateOrder> {
        match (&self.dates.day_first, &self.dates.month_first) {
            (Some(_), None) => Some(DateOrder::DayFirst),
            (None, Some(_)) => Some(DateOrder::MonthFirst),
            _ => None,
        }
    }

    /// The decimal mark, if the amounts show one: by a number that can be read in one way only, or by the whole of
    /// them.
    fn decimal_mark(&self, is_whole: bool) -> Option<DecimalStyle> {
        let Amounts { point, comma, either_point, either_comma, ends_in_zero, small, large, .. } = &self.amounts;
        match (point, comma) {
            (Some(_), None) => return Some(DecimalStyle::Point),
            (None, Some(_)) => return Some(DecimalStyle::Comma),
            (Some(_), Some(_)) => return None,
            (None, None) => {}
        }
        // Each number from 1,000 has the mark, and no smaller one has it. Decimals with three places, the last of them
        // a zero, would have been written on the small numbers too.
        let separates_thousands = is_whole && *small && !*large && *ends_in_zero;
        match (either_point, either_comma) {
            (Some(_), None) if separates_thousands => Some(DecimalStyle::Comma),
            (None, Some(_)) if separates_thousands => Some(DecimalStyle::Point),
            _ => None,
        }
    }

    /// The decimal mark of amounts such as `1.500`, if anything tells it.
    fn mark_of_amounts(&self, pass: &Pass<'_>) -> Option<DecimalStyle> {
        let of_currency = self.mark_by_currency(pass.currency.places());
        let is_certain = pass.currency.places() == Places::None;
        self.decimal_mark(true)
            .or_else(|| of_currency.filter(|_| is_certain))
            .or(pass.reading.decimal_mark)
            .or(of_currency)
            .or_else(|| self.plausible_mark(pass.currency.places()))
    }

    /// The decimal mark that the currency of the organization shows. A currency without decimals has thousands after
    /// either mark. One with three has decimals after a point, if no amount is without; after a comma, thousands are
    /// as likely.
    fn mark_by_currency(&self, places: Places) -> Option<DecimalStyle> {
        let Amounts { point, comma, either_point, either_comma, ends_in_zero, small, large, .. } = &self.amounts;
        match (places, point, comma, either_point, either_comma) {
            (Places::None, None, None, Some(_), None) => Some(DecimalStyle::Comma),
            (Places::None, None, None, None, Some(_)) => Some(DecimalStyle::Point),
            // A number from 1,000 without a mark shows that the mark does not separate thousands.
            (Places::Three, None, None, Some(_), None) if *large || !*small => Some(DecimalStyle::Point),
            (Places::Three, None, None, None, Some(_)) if *large || self.has_semicolons && !*small => {
                Some(DecimalStyle::Comma)
            }
            // The last digit of a decimal that a program prints is not a zero.
            (Places::Three, None, None, Some(_), None) if self.is_of_programs && !*ends_in_zero => {
                Some(DecimalStyle::Point)
            }
            _ => None,
        }
    }

    /// The decimal mark where neither amounts nor options decide: semicolons are written where the comma is the
    /// decimal mark, and `1,500` elsewhere has never been one and a half, unless the currency has three decimals.
    fn plausible_mark(&self, places: Places) -> Option<DecimalStyle> {
        match (&self.amounts.either_point, &self.amounts.either_comma) {
            _ if self.amounts.point.is_some() => None,
            _ if self.is_of_programs => Some(DecimalStyle::Point),
            _ if places == Places::Three => None,
            (Some(_), None) if self.has_semicolons => Some(DecimalStyle::Comma),
            (None, Some(_)) if !self.has_semicolons => Some(DecimalStyle::Point),
            _ => None,
        }
    }

    fn undecided_dates(&self) -> ReadError {
        if let (Some(day), Some(month)) = (&self.dates.day_first, &self.dates.month_first) {
            return rejected(explain![
                "line ",
                day.line,
                " has the date ",
                quoted(&day.text),
                ", day first, and line ",
                month.line,
                " has ",
                quoted(&month.text),
                ", month first. Set `date_order` for this source to day_first or month_first, which decides the others",
            ]);
        }
        let (line, text) = self.dates.either.as_ref().map_or((0, ""), |date| (date.line, date.text.as_str()));
        rejected(explain![
            "line ",
            line,
            ": the date ",
            quoted(text),
            " can be day/month or month/day, and no date of the file shows which. Set `date_order` for this source to \
             day_first or month_first, or export dates as 2026-11-20",
        ])
    }

    /// Says in words what the dates and amounts have shown.
    pub(crate) fn explained(&self, pass: &Pass<'_>) -> Vec<Explanation> {
        let mut clauses = Vec::new();
        if pass.dialect.date_order == Some(DateOrder::YearFirst)
            && let Some(example) = &self.short_dates.either
        {
            let why = match self.short_dates.shown() {
                YearShown::First => ", as the years show together",
                YearShown::Last | YearShown::Unknown => ", by the option `date_order`",
            };
            let place = explain![" (line ", example.line, ": ", quoted(&example.text), ")"];
            clauses.push(explain!["dates are year/month/day", why, place]);
        } else if self.dates.day_first.is_some() || self.dates.month_first.is_some() || self.dates.either.is_some() {
            let order = self.date_order();
            let words = match order.or(pass.dialect.date_order) {
                Some(DateOrder::DayFirst) => "dates are day/month/year",
                Some(DateOrder::YearFirst | DateOrder::MonthFirst) | None => "dates are month/day/year",
            };
            let example = match order {
                Some(DateOrder::DayFirst) => self.dates.day_first.as_ref(),
                Some(DateOrder::MonthFirst) => self.dates.month_first.as_ref(),
                Some(DateOrder::YearFirst) | None => None,
            };
            clauses.push(because(words, example, "by the option `date_order`"));
        }
        if self.times.midnight.is_some() && !pass.dialect.midnight_is_time {
            clauses.push(explain!["each time is midnight UTC, so they are dates"]);
        }
        clauses.extend(self.explained_amounts(pass));
        clauses
    }

    fn explained_amounts(&self, pass: &Pass<'_>) -> Option<Explanation> {
        match (&self.amounts.point, &self.amounts.comma) {
            (Some(_), Some(_)) => return Some(explain!["amounts have decimal points and decimal commas"]),
            (Some(point), None) => return Some(because("decimal point", Some(point), "")),
            (None, Some(comma)) => return Some(because("decimal comma", Some(comma), "")),
            (None, None) => {}
        }
        let (example, mark) = match (&self.amounts.either_point, &self.amounts.either_comma) {
            (Some(example), _) => (example, DecimalStyle::Point),
            (None, Some(example)) => (example, DecimalStyle::Comma),
            (None, None) => return None,
        };
        let words = match (mark, mark == pass.dialect.decimal_mark) {
            (DecimalStyle::Point, true) => "decimal point",
            (DecimalStyle::Comma, true) => "decimal comma",
            (DecimalStyle::Point, false) => "points separate thousands",
            (DecimalStyle::Comma, false) => "commas separate thousands",
        };
        let places = pass.currency.places();
        let is_by_currency = self.mark_by_currency(places) == Some(pass.dialect.decimal_mark);
        let why = if self.decimal_mark(true).is_some() {
            ", as the amounts show together"
        } else if is_by_currency && places == Places::None {
            ", as the currency has no decimals"
        } else if pass.reading.decimal_mark.is_some() {
            ", by the option `decimal_mark`"
        } else if is_by_currency {
            ", as the currency has three decimals"
        } else if self.is_of_programs {
            ", as programs write it"
        } else if self.has_semicolons {
            ", as in files with semicolons"
        } else {
            ""
        };
        Some(explain![words, why, " (line ", example.line, ": ", quoted(&example.text), ")"])
    }
}

impl ShortDates {
    /// Whether the year comes first. `option` decides where the dates do not show it.
    ///
    /// # Errors
    ///
    /// If nothing decides it.
    fn is_year_first(&self, option: Option<DateOrder>) -> Result<bool, ReadError> {
        let Some(Example { line, text, .. }) = &self.either else { return Ok(false) };
        match (self.shown(), option) {
            (YearShown::First, _) | (YearShown::Unknown, Some(DateOrder::YearFirst)) => Ok(true),
            (YearShown::Last, _) | (YearShown::Unknown, Some(_)) => Ok(false),
            (YearShown::Unknown, None) if self.has_points => Ok(false),
            (YearShown::Unknown, None) => Err(rejected(explain![
                "line ",
                *line,
                ": the date ",
                quoted(text),
                " can begin or end with the year, and the dates of the file do not show which. Set `date_order` for this \
                 source to day_first, month_first or year_first, or export dates as 2026-11-20",
            ])),
        }
    }

    /// What the dates show together: years are few and recent, days are many.
    fn shown(&self) -> YearShown {
        if self.year_last.is_some() {
            return YearShown::Last;
        }
        let (first, last) = (self.firsts & !YEARS_OF_SALES == 0, self.lasts & !YEARS_OF_SALES == 0);
        let (firsts, lasts) = (self.firsts.count_ones(), self.lasts.count_ones());
        match (first, last) {
            (true, false) => YearShown::First,
            (false, true) => YearShown::Last,
            _ if firsts <= MAX_YEARS && lasts >= firsts + MIN_MORE_DAYS => YearShown::First,
            _ if lasts <= MAX_YEARS && firsts >= lasts + MIN_MORE_DAYS => YearShown::Last,
            _ => YearShown::Unknown,
        }
    }

    /// Points out a reading that is a guess.
    fn remark(&self, pass: &Pass<'_>) -> Option<Explanation> {
        let example = self.either.as_ref().filter(|_| self.has_points && pass.reading.date_order.is_none())?;
        (self.shown() == YearShown::Unknown).then(|| {
            explain![
                "line ",
                example.line,
                ": the date ",
                quoted(&example.text),
                " is read as day.month.year. If the year comes first, set `date_order` for this source to year_first",
            ]
        })
    }
}

impl Words {
    fn new(gate: &Gate) -> Self {
        Self { gate: gate.clone(), rows: HashMap::new(), overruled: HashMap::new(), is_free_text: false }
    }

    /// Returns the text under which a value is counted. Of columns that are filled in for rows that are no sales, the
    /// values themselves do not matter.
    fn key<'t>(&self, text: &'t str) -> &'t str {
        let is_filled = self.gate.kind == GateKind::EmptyIfSale && self.gate.verdict(text) == Verdict::NoSale;
        if is_filled { "filled in" } else { text }
    }

    fn add(&mut self, text: &str, verdict: Verdict, rows: u64) {
        let is_rule = matches!(self.gate.kind, GateKind::Rule(_));
        let is_full = self.rows.len() >= MAX_WORDS;
        let key = match verdict {
            Verdict::NoSale if is_rule && is_full => "other values",
            _ => text,
        };
        if let Some((_, known)) = self.rows.get_mut(key) {
            *known += rows;
        } else if is_rule || !is_full {
            self.rows.insert(key.to_owned(), (verdict, rows));
        } else {
            self.is_free_text = true;
        }
    }

    /// Whether the column has a stage for deals that were won.
    fn is_pipeline(&self) -> bool {
        self.gate.kind == GateKind::Status && self.rows.values().any(|(verdict, _)| *verdict == Verdict::Won)
    }

    /// Whether the column is named like one of yes and no, but has other values: `Paid` with amounts or dates. A word such as
    /// "partly" says nothing, and leaves the others their meaning.
    pub(crate) fn is_no_flag(&self) -> bool {
        let is_value = |text: &String| text.bytes().any(|byte| byte.is_ascii_digit());
        let unknown = self.rows.iter().filter(|(_, (verdict, _))| *verdict == Verdict::Unknown);
        let unknown: Vec<&String> = unknown.map(|(text, _)| text).collect();
        matches!(self.gate.kind, GateKind::TrueIfSale | GateKind::FalseIfSale | GateKind::TrueIfRefund)
            && (unknown.iter().any(|text| is_value(text)) || !unknown.is_empty() && unknown.len() == self.rows.len())
    }
}

fn note(example: &mut Option<Example>, text: &str, place: impl FnOnce() -> (u64, u64)) {
    if example.is_none() {
        let (position, line) = place();
        *example = Some(Example { position, line, text: text.to_owned() });
    }
}

fn because(words: &'static str, example: Option<&Example>, otherwise: &'static str) -> Explanation {
    match example {
        Some(example) => explain![words, " (line ", example.line, ": ", quoted(&example.text), ")"],
        None if otherwise.is_empty() => explain![words],
        None => explain![words, " ", otherwise],
    }
}

fn undecided_amounts(example: &Example) -> ReadError {
    rejected(explain![
        "line ",
        example.line,
        ": the amount ",
        quoted(&example.text),
        " can have thousands or decimals after its mark, and no amount of the file shows which. Set `decimal_mark` for \
         this source to point or comma",
    ])
}
