//! Gates: columns that tell sales from other rows, and the words in them.
//!
//! A row counts if no gate says that it is no sale. Words that are not known never keep a row from counting, except in
//! a pipeline: a column of stages, one of which is "won", says which deals are won.

use standings_core::name;

use super::header::{Header, Unit, fold};
use super::words::{flag, kind_of_record, operation, probability, status, words};
use crate::dialect::Dialect;
use crate::special_words::is_null_word;

/// A column that tells sales from other rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Gate {
    /// The name of the column, as the file writes it.
    pub(crate) name: String,
    pub(crate) kind: GateKind,
}

/// How the words of a gate are understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum GateKind {
    /// A stage or status: won, paid, lost, open.
    Status,
    /// The probability that a deal is won, which only is pointed out.
    Probability,
    /// Perhaps a status, such as `State`, which is as often that of an address: only its words can tell.
    PerhapsStatus,
    /// What kind of record a row is: a sale, a refund, a fee.
    Type,
    /// Likewise, where receipts are rows of their own, so that their lines and payments repeat them.
    TypeOfReceipt,
    /// Likewise, where only lines are rows of their own, so that payments repeat them.
    TypeOfLine,
    /// The operation of change data capture.
    Operation,
    /// True for rows that are no sales, such as `is_deleted`.
    FalseIfSale,
    /// True for rows that are refunds of their own, such as `is_refund`.
    TrueIfRefund,
    /// The part of the amount that was refunded.
    Refunded,
    /// False for rows that are no sales, such as `is_won`.
    TrueIfSale,
    /// Filled in for rows that are no sales, such as `cancelled_at`.
    EmptyIfSale,
    /// The amount as text with its currency, which tells whether the number is in cents.
    Formatted,
    /// The item of a row, which tells the lines of an order from a sale that is repeated.
    Item,
    /// The rule of the source: the folded values of sales.
    Rule(Vec<String>),
}

/// What a word says about its row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Verdict {
    /// It says nothing.
    Silent,
    /// The row is a sale.
    Sale,
    /// The row is a line of a receipt.
    Line,
    /// The row is what was paid for a receipt.
    Payment,
    /// The row is a later state of a row of the table.
    Changed,
    /// The row is a sale that was won, so that the column is a pipeline.
    Won,
    /// The row is a refund of its own.
    Refund,
    /// The row is no sale yet: a column of another name that says it was won decides.
    Open,
    /// The row is a former state of a row of the table.
    Former,
    /// The row is no sale.
    NoSale,
    /// The word is not known.
    Unknown,
}

/// Parts of names of status columns that are not about the sale itself.
const OTHER_STATUSES: [&str; 29] = [
    "fulfil",
    "ship",
    "deliver",
    "sync",
    "email",
    "tax",
    "employ",
    "account",
    "customer",
    "lead",
    "stock",
    "inventory",
    "commission",
    "contract",
    "user",
    "owner",
    "marital",
    "loyalty",
    "subscription",
    "previous",
    "lastst",
    "fromst",
    "lifecycle",
    "approval",
    "client",
    "install",
    "cvc",
    "cvv",
    "avs",
];

/// Parts of names of status columns that may be about the sale itself.
const PERHAPS_STATUSES: [&str; 3] = ["refund", "return", "invoicest"];

impl Gate {
    /// Returns the gate that a column is, if its name is known for one, as far as the words in it are known.
    pub(super) fn of(name: &str, header: &Header, dialect: &Dialect) -> Option<Self> {
        let kind = match kind(&header.base)? {
            GateKind::PerhapsStatus if dialect.statuses.contains(name) => GateKind::Status,
            GateKind::Type if dialect.pipelines.contains(name) => GateKind::TypeOfReceipt,
            GateKind::Type if dialect.statuses.contains(name) => GateKind::TypeOfLine,
            // Dates, and not yes and no.
            GateKind::FalseIfSale if dialect.statuses.contains(name) => GateKind::EmptyIfSale,
            // Numbers, and not yes and no.
            _ if dialect.refunded.contains(name) => GateKind::Refunded,
            kind => kind,
        };
        let is_money = matches!(header.unit, Unit::None | Unit::Own | Unit::Cents);
        (kind != GateKind::Refunded || is_money).then(|| Self { name: name.to_owned(), kind })
    }

    /// Whether the column is used, other than to find out what it is.
    pub(crate) fn is_used(&self) -> bool {
        !matches!(self.kind, GateKind::PerhapsStatus | GateKind::Probability | GateKind::Item)
    }

    /// Whether a column of yes and no may have the refunded amounts instead.
    pub(crate) fn may_be_refunded(&self) -> bool {
        matches!(fold(&self.name).as_str(), "refund" | "refunded" | "return" | "returned")
    }

    /// Whether its words tell sales from other rows, or may do so.
    pub(crate) fn has_words(&self) -> bool {
        !matches!(self.kind, GateKind::Refunded | GateKind::Formatted | GateKind::Item)
    }

    /// Whether the column tells rows that were deleted.
    pub(crate) fn is_about_deletion(&self) -> bool {
        let deleted = fold(&self.name).contains("delete") && self.kind != GateKind::Status;
        deleted || self.kind == GateKind::Operation
    }

    /// Returns what a word of this column says.
    pub(crate) fn verdict(&self, text: &str) -> Verdict {
        if let GateKind::Rule(values) = &self.kind {
            return if values.contains(&name::fold(text)) { Verdict::Sale } else { Verdict::NoSale };
        }
        if is_null_word(text) {
            return Verdict::Silent;
        }
        let words = words(text);
        match self.kind {
            GateKind::Status | GateKind::PerhapsStatus => status(&words),
            GateKind::Type => kind_of_record(&words),
            GateKind::TypeOfReceipt | GateKind::TypeOfLine => match (&self.kind, kind_of_record(&words)) {
                (_, Verdict::Payment) | (GateKind::TypeOfReceipt, Verdict::Line) => Verdict::NoSale,
                (_, verdict) => verdict,
            },
            GateKind::Operation => operation(text).unwrap_or_else(|| match kind_of_record(&words) {
                Verdict::Unknown => Verdict::Silent,
                verdict => verdict,
            }),
            GateKind::FalseIfSale => flag(text, Verdict::NoSale, Verdict::Silent),
            GateKind::TrueIfSale => flag(text, Verdict::Sale, Verdict::NoSale),
            GateKind::TrueIfRefund => flag(text, Verdict::Refund, Verdict::Silent),
            // MySQL's and Go's way to write that there is no time.
            GateKind::EmptyIfSale if text == "0" || text.starts_with("0000-") || text.starts_with("0001-") => {
                Verdict::Silent
            }
            GateKind::EmptyIfSale => Verdict::NoSale,
            GateKind::Probability => probability(text),
            GateKind::Refunded | GateKind::Formatted | GateKind::Item => Verdict::Silent,
            GateKind::Rule(_) => Verdict::Unknown,
        }
    }
}

/// Whether a name says nothing but that its column has refunded amounts: `Amount Refunded`, `Refunds Total`.
fn is_refunded_amount(base: &str) -> bool {
    let parts = ["refunded", "refunds", "refund", "returned", "returns", "return"];
    let Some(part) = parts.iter().find(|part| base.contains(**part)) else { return false };
    let mut rest = base.replacen(part, "", 1);
    let mut has_amount = matches!(*part, "refunds" | "returns");
    for (word, is_amount) in
        [("amount", true), ("total", true), ("value", true), ("order", false), ("payment", false), ("partial", false)]
    {
        if let Some(at) = rest.find(word) {
            rest.replace_range(at..at + word.len(), "");
            has_amount |= is_amount;
        }
    }
    has_amount && rest.is_empty()
}

fn kind(base: &str) -> Option<GateKind> {
    Some(match base {
        "isdeleted" | "deleted" | "fivetrandeleted" | "deletedflag" | "isremoved" | "removed" | "iscancelled"
        | "iscanceled" | "cancelled" | "canceled" | "isvoid" | "isvoided" | "void" | "voided" | "isrefunded"
        | "refunded" | "isdraft" | "draft" | "istest" | "test" | "testorder" | "islost" | "lost" | "isclosedlost"
        | "failed" | "isfailed" | "returned" | "isreturned" | "storno" | "storniert" => GateKind::FalseIfSale,
        "refund" | "isrefund" | "refundflag" | "return" | "isreturn" | "returnflag" | "iscreditnote"
        | "iscreditmemo" => GateKind::TrueIfRefund,
        "probability" | "winprobability" | "dealprobability" => GateKind::Probability,
        "state" | "event" | "eventname" | "phase" | "disposition" | "\u{e9}tat" | "etat" => GateKind::PerhapsStatus,
        "iswon" | "won" | "isclosedwon" | "closedwon" | "dealiswon" | "isclosed" | "ispaid" | "paid" | "captured"
        | "iscaptured" | "closed" | "sold" | "succeeded" | "issuccessful" | "completed" | "iscompleted"
        | "livemode" => GateKind::TrueIfSale,
        "cancelledat" | "canceledat" | "cancelledon" | "canceledon" | "cancelleddate" | "canceleddate"
        | "cancellationdate" | "datecancelled" | "datecanceled" | "deletedat" | "deletedon" | "voidedat"
        | "voidedon" | "voideddate" | "lostat" | "losttime" | "lostdate" | "deallosttime" | "lostreason"
        | "deallostreason" | "closedlostreason" | "lossreason" | "reasonlost" | "reasonforloss" | "cancelreason"
        | "cancellationreason" | "voidreason" | "sdcdeletedat" | "abcdcdeletedat" => GateKind::EmptyIfSale,
        "refundreason" | "refunddate" | "refundedat" | "refundedon" | "daterefunded" | "refundeddate" => {
            GateKind::EmptyIfSale
        }
        "op" | "cdcop" | "cdcoperation" | "operation" | "changetype" | "rowkind" => GateKind::Operation,
        "type" | "transactiontype" | "recordtype" | "saletype" | "ordertype" | "eventtype" | "kind"
        | "documenttype" | "belegart" | "doctype" | "entrytype" | "invoicetype" | "linetype" | "rowtype"
        | "transactionkind" | "metadataaction" | "typededocument" | "typedocument" | "tipodocumento"
        | "tipodedocumento" | "belegtyp" | "salereturn" | "saleorreturn" | "salesreturn" | "receipttype" => {
            GateKind::Type
        }
        "outcome" | "result" | "wonlost" | "winloss" | "paymentresult" | "dealoutcome" | "stagename" | "statustype"
        | "statuslabel" | "dealstagename" | "opportunitystate" | "orderstate" | "dealstate" | "dealphase"
        | "salesphase" | "forecastcategory" | "debitcredit" | "creditdebit" | "statut" | "estado"
        | "situa\u{e7}\u{e3}o" | "situacao" | "stato" | "statoordine" | "etapa" | "etapadelnegocio"
        | "\u{72b6}\u{6001}" => GateKind::Status,
        _ if is_refunded_amount(base) => GateKind::Refunded,
        _ if ["status", "stage", "paymentstate", "orderstate"].iter().any(|name| base.ends_with(name)) => {
            if OTHER_STATUSES.iter().any(|other| base.contains(other)) {
                return None;
            }
            if PERHAPS_STATUSES.iter().any(|perhaps| base.contains(perhaps)) {
                return Some(GateKind::PerhapsStatus);
            }
            GateKind::Status
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(kind: GateKind, text: &str) -> Verdict {
        Gate { name: "x".to_owned(), kind }.verdict(text)
    }

    #[test]
    fn words_of_common_tools_are_known() {
        for text in ["Closed Won", "closedwon", "CLOSED_WON", "Won", "ClosedWon", "5 - Closed Won (100%)"] {
            assert_eq!(verdict(GateKind::Status, text), Verdict::Won, "{text}");
        }
        for text in
            ["Paid", "paid", "COMPLETED", "succeeded", "Partially refunded", "partially_refunded", "wc-completed"]
        {
            assert_eq!(verdict(GateKind::Status, text), Verdict::Sale, "{text}");
        }
        for text in [
            "Negotiation/Review",
            "Proposal/Price Quote",
            "Prospecting",
            "appointmentscheduled",
            "Appointment Scheduled",
            "on-hold",
            "requires_payment_method",
            "Value Proposition",
            "pending",
            "Quotation Sent",
        ] {
            assert_eq!(verdict(GateKind::Status, text), Verdict::Open, "{text}");
        }
        for text in
            ["Closed Lost", "closedlost", "Failed", "refunded", "voided", "Cancelled", "Not paid", "Annul\u{e9}e"]
        {
            assert_eq!(verdict(GateKind::Status, text), Verdict::NoSale, "{text}");
        }
        for text in ["Won - Pending Invoice", "Closed Won (Contract Sent)", "Won / Quote accepted", "Ganado"] {
            assert_eq!(verdict(GateKind::Status, text), Verdict::Won, "{text}");
        }
        for text in ["Quote accepted", "Processing in progress", "Proposal signed"] {
            assert_eq!(verdict(GateKind::Status, text), Verdict::Sale, "{text}");
        }
        for text in ["Not Refunded", "not returned", "Not Shipped"] {
            assert_eq!(verdict(GateKind::Status, text), Verdict::Silent, "{text}");
        }
        assert_eq!(verdict(GateKind::Status, "Kickoff"), Verdict::Unknown);
        assert_eq!(verdict(GateKind::Status, ""), Verdict::Silent);
        assert_eq!(verdict(GateKind::Type, "Payment Refund"), Verdict::Refund);
        assert_eq!(verdict(GateKind::Type, "Credit Memo"), Verdict::Refund);
        assert_eq!(verdict(GateKind::Type, "Void"), Verdict::NoSale);
        assert_eq!(verdict(GateKind::Type, "New Business"), Verdict::Unknown);
        for text in ["Sale Line", "Line Item", "ITEM"] {
            assert_eq!(verdict(GateKind::Type, text), Verdict::Line, "{text}");
            assert_eq!(verdict(GateKind::TypeOfReceipt, text), Verdict::NoSale, "{text}");
            assert_eq!(verdict(GateKind::TypeOfLine, text), Verdict::Line, "{text}");
        }
        assert_eq!(verdict(GateKind::Type, "Payment"), Verdict::Payment);
        assert_eq!(verdict(GateKind::Type, "Tax Invoice"), Verdict::Sale);
        assert_eq!(verdict(GateKind::Type, "TAX"), Verdict::NoSale);
        assert_eq!(verdict(GateKind::TypeOfLine, "Tender"), Verdict::NoSale);
        assert_eq!(verdict(GateKind::TrueIfSale, "x"), Verdict::Sale);
        assert_eq!(verdict(GateKind::TypeOfReceipt, "Sale"), Verdict::Sale);
        assert_eq!(verdict(GateKind::Type, "Payment fee"), Verdict::NoSale);
        assert_eq!(verdict(GateKind::TypeOfReceipt, "Payment plan"), Verdict::Sale);
        assert_eq!(verdict(GateKind::Probability, "40%"), Verdict::Open);
        assert_eq!(verdict(GateKind::Probability, "1.0"), Verdict::Sale);
        assert_eq!(verdict(GateKind::Operation, "-U"), Verdict::Former);
        assert_eq!(verdict(GateKind::Operation, "Refund"), Verdict::Refund);
        assert_eq!(verdict(GateKind::Status, "Win"), Verdict::Won);
        assert_eq!(verdict(GateKind::Status, "Loss"), Verdict::NoSale);
        assert_eq!(verdict(GateKind::TrueIfRefund, "Y"), Verdict::Refund);
        assert_eq!(verdict(GateKind::TrueIfRefund, "0"), Verdict::Silent);
        assert_eq!(verdict(GateKind::TrueIfRefund, "12.50"), Verdict::Unknown);
        assert_eq!(verdict(GateKind::Type, "Authorization w/ Auto Capture"), Verdict::Sale);
        assert_eq!(verdict(GateKind::Type, "Reversal of General Account Hold"), Verdict::NoSale);
        assert_eq!(verdict(GateKind::Operation, "D"), Verdict::NoSale);
        assert_eq!(verdict(GateKind::Operation, "U"), Verdict::Changed);
        assert_eq!(verdict(GateKind::FalseIfSale, "TRUE"), Verdict::NoSale);
        assert_eq!(verdict(GateKind::TrueIfSale, "false"), Verdict::NoSale);
        assert_eq!(verdict(GateKind::TrueIfSale, "250.00"), Verdict::Unknown);
        assert_eq!(verdict(GateKind::EmptyIfSale, "2026-11-16"), Verdict::NoSale);
        assert_eq!(verdict(GateKind::EmptyIfSale, "0000-00-00 00:00:00"), Verdict::Silent);
        assert_eq!(verdict(GateKind::EmptyIfSale, "0"), Verdict::Silent);
    }

    #[test]
    fn names_of_refunded_amounts_say_nothing_else() {
        for name in
            ["amountrefunded", "refundedamount", "refundstotal", "refunds", "totalrefundedamount", "partialrefunds"]
        {
            assert!(is_refunded_amount(name), "{name}");
        }
        for name in
            ["refund", "refunded", "refundtax", "refundorder", "convertedamountrefunded", "refundstatus", "amount"]
        {
            assert!(!is_refunded_amount(name), "{name}");
        }
    }
}
