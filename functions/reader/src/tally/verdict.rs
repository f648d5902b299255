//! Whether a row is a sale, as its gates say.

use super::Tallies;
use crate::columns::{Gate, GateKind, Verdict, is_of_receipts};
use crate::evidence;
use crate::reading::DateOrder;
use crate::rows::Rows;
use crate::sold_at;
use crate::values::Words;

/// What the words of a column show about the column.
impl evidence::Words {
    /// Whether the column is named like one of yes and no, but has the amounts that were refunded.
    pub(crate) fn has_refunded_amounts(&self) -> bool {
        let is_amount = |text: &String| text.is_empty() || text.bytes().all(|byte| b"0123456789.,-$ ".contains(&byte));
        self.gate.may_be_refunded()
            && (self.is_free_text || self.is_no_flag())
            && self.rows.iter().all(|(text, (verdict, _))| *verdict == Verdict::Silent || is_amount(text))
    }

    /// Whether the column has receipts, and their lines or payments as rows of their own.
    pub(crate) fn has_receipts(&self) -> bool {
        self.has_kind(|verdict| matches!(verdict, Verdict::Line | Verdict::Payment))
            && self.rows.keys().any(|text| is_of_receipts(text))
    }

    /// Whether the column has lines, and payments of them as rows of their own.
    pub(crate) fn has_lines(&self) -> bool {
        self.has_kind(|verdict| verdict == Verdict::Line) && self.has_kind(|verdict| verdict == Verdict::Payment)
    }

    fn has_kind(&self, wanted: impl Fn(Verdict) -> bool) -> bool {
        self.gate.kind == GateKind::Type && self.rows.values().any(|(verdict, _)| wanted(*verdict))
    }

    /// Whether the column is named like one of yes and no, but has the times at which rows became no sales.
    pub(crate) fn has_times(&self) -> bool {
        self.gate.kind == GateKind::FalseIfSale
            && self.rows.values().any(|(verdict, _)| *verdict == Verdict::Unknown)
            && self.rows.iter().all(|(text, (verdict, _))| *verdict == Verdict::Silent || is_date(text))
    }

    /// Whether a column that may be a status is one: most rows and most words have a known one, and it makes a difference.
    pub(crate) fn is_status(&self) -> bool {
        let is_known = |verdict: Verdict| !matches!(verdict, Verdict::Unknown | Verdict::Silent);
        let words = self.rows.values().filter(|(verdict, _)| *verdict != Verdict::Silent);
        let (words, rows) = words.fold((0, 0), |(words, rows), (verdict, count)| {
            let sign = if is_known(*verdict) { 1 } else { -1 };
            (words + sign, rows + sign * i64::try_from(*count).unwrap_or(i64::MAX))
        });
        let matters = |verdict: &Verdict| matches!(verdict, Verdict::NoSale | Verdict::Open | Verdict::Won);
        self.gate.kind == GateKind::PerhapsStatus
            && !self.is_free_text
            && words > 0
            && rows > 0
            && self.rows.values().any(|(verdict, _)| matters(verdict))
    }
}

impl Tallies<'_> {
    /// Returns what the gates say about a row: one that says that it is no sale decides, then one that says that it was won. A won
    /// deal keeps the stage that it had, such as "Proposal".
    pub(super) fn verdict(&mut self, rows: &Rows, row: usize) -> Verdict {
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
            (GateKind::PerhapsStatus | GateKind::Probability, _) => Verdict::Silent,
            (GateKind::Status, Verdict::Unknown) if dialect.pipelines.contains(&gate.name) => Verdict::Open,
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
}

/// Returns the weight of a word where columns contradict each other.
const fn weight(verdict: Verdict) -> usize {
    match verdict {
        Verdict::Silent | Verdict::Sale | Verdict::Line | Verdict::Payment | Verdict::Changed | Verdict::Unknown => 0,
        Verdict::Open => 1,
        Verdict::Won => 2,
        Verdict::Refund => 3,
        Verdict::Former | Verdict::NoSale => 4,
    }
}

/// Whether a text is a date, in whatever order.
fn is_date(text: &str) -> bool {
    text.len() >= 6 && !text.contains('.') && sold_at::parse(text, Some(DateOrder::DayFirst)).is_some()
}
