//! How the rows of a file were understood, in words, and what a person should check.

use std::collections::BTreeSet;

use standings_core::explanation::{quoted, quoted_list, trusted};
use standings_core::{Explanation, explain};

use super::money::Refunds;
use super::orders::{Repeats, Shown};
use super::{MAX_TEAMS, Tallies};
use crate::columns::{Field, GateKind, Layout, Verdict, is_change, is_partly_refunded, joined};
use crate::evidence::Words;

/// Maximum words of a column that an explanation names.
const MAX_WORDS: usize = 6;

impl Tallies<'_> {
    /// Whether the file is a log, some of whose rows change or delete others.
    pub(super) fn has_changes(&self) -> bool {
        let mut logs = self.evidence.gates.values().filter(|words| words.gate.kind == GateKind::Operation);
        logs.any(|words| words.rows.keys().any(|text| is_change(text)))
    }

    /// Says in words how the values were read.
    pub(super) fn explain(&mut self) {
        self.read_as.extend(self.evidence.explained(self.pass));
        self.remarks.extend(self.evidence.remarks(self.pass));
        if self.pass.dialect.is_grouped {
            let clause = explain!["rows without a salesperson are those of the salesperson above them"];
            // Names on rows of their own leave no doubt.
            if self.groups.titles > 0 { &mut self.read_as } else { &mut self.remarks }.push(clause);
        }
        for field in Field::ALL {
            if let Some(value) = self.pass.partitions.get(field) {
                self.read_as.push(explain![
                    trusted(field.name()),
                    " is ",
                    quoted(value),
                    " where the file has no column for it"
                ]);
            }
        }
        for name in &self.pass.dialect.ignored_gates {
            self.read_as.push(explain![
                quoted(name),
                " is not used after all: its words do not tell sales from other rows. The option `sales` can",
            ]);
        }
        for words in self.evidence.gates.values().filter(|words| words.gate.is_used()) {
            let is_pipeline =
                words.gate.kind == GateKind::Status && self.pass.dialect.pipelines.contains(&words.gate.name);
            self.read_as.extend(decided(words, is_pipeline));
            self.remarks.extend(unknown(words, is_pipeline));
        }
        self.explain_refunds();
        self.explain_ids();
        self.explain_open_deals();
        self.explain_doubts();
        if self.negative_units > 0 {
            self.remarks.push(explain![
                self.negative_units,
                " rows have a negative quantity and a positive amount, which counts as it is. If they are returns, export \
                 their amounts as negative",
            ]);
        }
        let layout = Layout::resolve(&self.columns, self.pass).unwrap_or_default();
        self.remarks.extend(layout.remark_on_amount(&self.columns, self.pass));
        if self.rows_excluded() {
            self.remarks.push(explain![
                "no row of the file counts: each is no sale, by the columns above. The option `sales` tells which rows are sales",
            ]);
        }
        if self.repeated_totals > 0 {
            self.read_as.push(explain![
                "the amount is the total of an order, which counts once: further lines that repeat it: ",
                self.repeated_totals,
            ]);
        }
        match self.orders.shown() {
            Shown::Totals => self.remarks.push(explain![
                "each order has the same total on all of its lines, so it counts once per order. If it is that of the \
                 line, map another column to amount",
            ]),
            Shown::Unclear => self.remarks.push(explain![
                "an order has the same total on all of its lines, and each line counts. If it is that of the order, name \
                 the column \"Order Total\"",
            ]),
            Shown::Nothing | Shown::Lines => {}
        }
        if self.pass.dialect.without_teams {
            self.remarks.push(explain![
                "the column for the team has more than ",
                MAX_TEAMS,
                " different values, so it is no team: rows count without one. Is another column the team? Name it in `columns`",
            ]);
        }
    }

    /// Says what the ids of sales were taken for, and points out totals that count as names.
    fn explain_ids(&mut self) {
        if self.pass.dialect.sale_ids_are_orders {
            self.read_as.push(explain![
                "sale_id is on several rows of one day with different items, so it names orders: each row counts"
            ]);
        }
        if self.has_changes() {
            self.remarks.push(explain![
                "the file is a change log (CDC): the last row of each sale counts. Changes do not apply to sales in other \
                 files: upload the whole log under one name, or export the table instead",
            ]);
        } else if self.other_rows.repeated > 0 && self.receipts.shown() == Repeats::PerhapsLines {
            self.remarks.push(explain![
                "rows with the same sale_id have different amounts, and only the last of each counts. If they are the lines \
                 of an order, map that column to order_id: COLUMNS=order_id=...",
            ]);
        }
        let subjects = self.people.subjects_of_totals();
        let counted = self.sums.keys().filter(|key| subjects.contains_key(&key.person));
        let totals: BTreeSet<&str> = counted.map(|key| self.people.name(key.person)).collect();
        if !totals.is_empty() {
            let list = quoted_list(totals.into_iter().take(MAX_WORDS));
            self.remarks.push(explain![list, " counts as a salesperson: nothing shows that such a row is a total"]);
        }
    }

    /// Points out rows that count although a column may say that they are no sales.
    fn explain_doubts(&mut self) {
        for words in self.evidence.gates.values() {
            let rows_with = |wanted: &dyn Fn(&str, Verdict) -> bool| -> u64 {
                words.rows.iter().filter(|(text, (verdict, _))| wanted(text, *verdict)).map(|(_, (_, rows))| rows).sum()
            };
            let blank = rows_with(&|_, verdict| verdict == Verdict::Silent);
            let are_true = rows_with(&|_, verdict| verdict == Verdict::Sale);
            let are_false = rows_with(&|_, verdict| verdict == Verdict::NoSale);
            if words.gate.kind == GateKind::TrueIfSale && blank > 0 && are_true > 0 && are_false == 0 {
                self.remarks.push(explain![
                    blank,
                    " rows have nothing in ",
                    quoted(&words.gate.name),
                    ", and count. The option `sales` tells which rows are sales",
                ]);
            }
            let is_event = words.gate.name.to_lowercase().starts_with("event") && words.gate.kind == GateKind::Status;
            let refunded =
                rows_with(&|text, verdict| verdict == Verdict::NoSale && text.to_lowercase().contains("refund"));
            if is_event && refunded > 0 {
                self.remarks.push(explain![
                    refunded,
                    " refunds in ",
                    quoted(&words.gate.name),
                    " do not count, and are not subtracted from the sales either",
                ]);
            }
        }
    }

    /// Points out deals that may not be won, in a file without a column that says which are.
    fn explain_open_deals(&mut self) {
        let gates = || self.evidence.gates.values();
        let tells =
            |words: &Words| matches!(words.gate.kind, GateKind::Status | GateKind::TrueIfSale | GateKind::Rule(_));
        let Some(words) = gates().find(|words| words.gate.kind == GateKind::Probability) else { return };
        let below: u64 =
            words.rows.values().filter(|(verdict, _)| *verdict == Verdict::Open).map(|(_, rows)| rows).sum();
        if below > 0 && !gates().any(tells) {
            self.remarks.push(explain![
                below,
                " rows have a ",
                quoted(&words.gate.name),
                " below 100%, and count: no column says which deals are won",
            ]);
        }
    }

    /// Whether nothing counts because each row is no sale.
    fn rows_excluded(&self) -> bool {
        self.sums.is_empty() && self.other_rows.not_sales > 0
    }

    /// Says what was subtracted, and points out refunds of which no column tells the amount.
    fn explain_refunds(&mut self) {
        let Refunds { column, partly, wholly } = &self.refunds;
        let Some(column) = column else {
            let is_partly = |(text, _): &(&String, _)| is_partly_refunded(text);
            let gates = self.evidence.gates.values().filter(|words| words.gate.is_used());
            let rows: u64 =
                gates.flat_map(|words| words.rows.iter().filter(is_partly)).map(|(_, (_, rows))| rows).sum();
            if rows > 0 {
                self.remarks.push(explain![
                    rows,
                    " rows are partly refunded, and count with their whole amount: no column says how much was refunded",
                ]);
            }
            return;
        };
        let by_column = || explain!["by ", quoted(column)];
        if *partly > 0 {
            let rows = if *partly == 1 { " row is" } else { " rows are" };
            self.read_as.push(explain![
                *partly,
                rows,
                " partly refunded, ",
                by_column(),
                ": the rest of the amount counts"
            ]);
        }
        if *wholly > 0 {
            let rows = if *wholly == 1 { " row is no sale" } else { " rows are no sales" };
            self.read_as.push(explain![*wholly, rows, ": refunded in full, ", by_column()]);
        }
    }
}

/// Says which words of a column made rows count, and which did not.
fn decided(words: &Words, is_pipeline: bool) -> Option<Explanation> {
    let rows_with = |wanted: &dyn Fn(Verdict) -> bool| {
        let mut found: Vec<(&str, u64)> = words
            .rows
            .iter()
            .filter(|(_, (verdict, _))| wanted(*verdict))
            .map(|(text, (_, rows))| (text.as_str(), rows - words.overruled.get(text).unwrap_or(&0)))
            .filter(|(_, rows)| *rows > 0)
            .collect();
        found.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
        found
    };
    let out = rows_with(&|verdict| {
        matches!(verdict, Verdict::NoSale | Verdict::Former | Verdict::Open)
            || is_pipeline && verdict == Verdict::Unknown
    });
    let refunds = rows_with(&|verdict| verdict == Verdict::Refund);
    if out.is_empty() && refunds.is_empty() {
        return None;
    }
    let mut clauses = Vec::new();
    if !out.is_empty() {
        let rows: u64 = out.iter().map(|(_, rows)| rows).sum();
        clauses.push(explain![
            rows,
            if rows == 1 { " row is no sale: " } else { " rows are no sales: " },
            listed(&words.gate.name, &out)
        ]);
    }
    if !refunds.is_empty() {
        let rows: u64 = refunds.iter().map(|(_, rows)| rows).sum();
        clauses.push(explain![
            rows,
            if rows == 1 { " row is a refund: " } else { " rows are refunds: " },
            listed(&words.gate.name, &refunds)
        ]);
    }
    Some(joined(clauses))
}

/// Points out the words of a status column that are not known.
fn unknown(words: &Words, is_pipeline: bool) -> Option<Explanation> {
    let mut unknown: Vec<(&str, u64)> = words
        .rows
        .iter()
        .filter(|(_, (verdict, _))| *verdict == Verdict::Unknown)
        .map(|(text, (_, rows))| {
            let overruled = words.overruled.get(text).filter(|_| is_pipeline);
            (text.as_str(), rows - overruled.unwrap_or(&0))
        })
        .filter(|(_, rows)| *rows > 0)
        .collect();
    unknown.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
    // A column of kinds of which no word is known is about something else.
    let is_of_kinds = matches!(words.gate.kind, GateKind::Type | GateKind::TypeOfReceipt | GateKind::TypeOfLine);
    let knows_any = words.rows.values().any(|(verdict, _)| !matches!(verdict, Verdict::Unknown | Verdict::Silent));
    if unknown.is_empty() || is_of_kinds && !knows_any {
        return None;
    }
    let consequence = if is_pipeline {
        " do not count: Standings does not know these words, but the column says which deals are won"
    } else {
        " count: Standings does not know these words"
    };
    let rows: u64 = unknown.iter().map(|(_, rows)| rows).sum();
    let list = listed(&words.gate.name, &unknown);
    Some(explain![rows, " rows with ", list, consequence, ". The option `sales` tells which rows are sales"])
}

/// Lists the words of a column: "Stage" = "Open", "Lost".
fn listed(column: &str, words: &[(&str, u64)]) -> Explanation {
    let shown = joined(words.iter().take(MAX_WORDS).map(|(word, _)| explain![quoted(word)]));
    let list = explain![quoted(column), " = ", shown];
    if words.len() > MAX_WORDS { explain![list, " and ", words.len() - MAX_WORDS, " more"] } else { list }
}
