//! Gates: columns that tell sales from other rows, and the words in them.
//!
//! A row counts if no gate says that it is no sale. Words that are not known never keep a row from counting, except in
//! a pipeline: a column of stages, one of which is "won", says which deals are won.

use standings_core::name;

use super::header::{Header, fold};
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
    /// What kind of record a row is: a sale, a refund, a fee.
    Type,
    /// The operation of change data capture.
    Operation,
    /// True for rows that are no sales, such as `is_deleted`.
    FalseIfSale,
    /// False for rows that are no sales, such as `is_won`.
    TrueIfSale,
    /// Filled in for rows that are no sales, such as `cancelled_at`.
    EmptyIfSale,
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
    /// The row is a sale that was won, so that the column is a pipeline.
    Won,
    /// The row is a refund of its own.
    Refund,
    /// The row is no sale yet: a column of another name that says it was won decides.
    Open,
    /// The row is no sale.
    NoSale,
    /// The word is not known.
    Unknown,
}

/// Parts of names of status columns that are not about the sale itself.
const OTHER_STATUSES: [&str; 32] = [
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
    "refund",
    "return",
    "cvc",
    "cvv",
    "avs",
    "invoicest",
];

impl Gate {
    /// Returns the gate that a column is, if its name is known for one.
    pub(crate) fn of(name: &str, header: &Header) -> Option<Self> {
        kind(&header.base).map(|kind| Self { name: name.to_owned(), kind })
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
            GateKind::Status => status(&words),
            GateKind::Type => kind_of_record(&words),
            GateKind::Operation => operation(text),
            GateKind::FalseIfSale => flag(&words, Verdict::NoSale, Verdict::Silent),
            GateKind::TrueIfSale => flag(&words, Verdict::Sale, Verdict::NoSale),
            // MySQL's and Go's way to write that there is no time.
            GateKind::EmptyIfSale if text == "0" || text.starts_with("0000-") || text.starts_with("0001-") => {
                Verdict::Silent
            }
            GateKind::EmptyIfSale => Verdict::NoSale,
            GateKind::Rule(_) => Verdict::Unknown,
        }
    }
}

fn kind(base: &str) -> Option<GateKind> {
    Some(match base {
        "isdeleted" | "deleted" | "fivetrandeleted" | "deletedflag" | "isremoved" | "removed" | "iscancelled"
        | "iscanceled" | "cancelled" | "canceled" | "isvoid" | "isvoided" | "void" | "voided" | "isrefunded"
        | "refunded" | "isdraft" | "draft" | "istest" | "test" | "testorder" | "islost" | "lost" | "isclosedlost"
        | "failed" | "isfailed" => GateKind::FalseIfSale,
        "iswon" | "won" | "isclosedwon" | "closedwon" | "dealiswon" | "isclosed" | "ispaid" | "paid" | "captured"
        | "iscaptured" | "succeeded" | "issuccessful" | "completed" | "iscompleted" | "livemode" => {
            GateKind::TrueIfSale
        }
        "cancelledat" | "canceledat" | "cancelledon" | "canceledon" | "cancelleddate" | "canceleddate"
        | "cancellationdate" | "datecancelled" | "datecanceled" | "deletedat" | "deletedon" | "voidedat"
        | "voidedon" | "voideddate" | "lostat" | "losttime" | "lostdate" | "deallosttime" | "lostreason"
        | "deallostreason" | "closedlostreason" | "sdcdeletedat" | "abcdcdeletedat" => GateKind::EmptyIfSale,
        "op" | "cdcop" | "cdcoperation" | "operation" | "changetype" | "rowkind" => GateKind::Operation,
        "type" | "transactiontype" | "recordtype" | "saletype" | "ordertype" | "eventtype" | "kind"
        | "documenttype" | "belegart" | "doctype" | "entrytype" | "invoicetype" | "linetype" | "rowtype"
        | "transactionkind" => GateKind::Type,
        "outcome" | "result" | "paymentresult" | "dealoutcome" | "stagename" | "statustype" | "statuslabel"
        | "dealstagename" | "opportunitystate" | "orderstate" | "dealstate" | "statut" | "estado"
        | "situa\u{e7}\u{e3}o" | "situacao" | "stato" | "statoordine" | "etapa" | "etapadelnegocio"
        | "\u{72b6}\u{6001}" => GateKind::Status,
        _ if base.ends_with("status") || base.ends_with("stage") => {
            if OTHER_STATUSES.iter().any(|other| base.contains(other)) {
                return None;
            }
            GateKind::Status
        }
        _ => return None,
    })
}

/// Splits a text into lower-case words: `Closed Won (100%)`, `closedwon` and `CLOSED_WON` all contain "won".
fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        // A new word begins where a small letter is followed by a capital.
        let mut current = String::new();
        let mut was_lower = false;
        for c in word.chars() {
            if c.is_uppercase() && was_lower {
                words.push(std::mem::take(&mut current));
            }
            was_lower = c.is_lowercase();
            current.extend(c.to_lowercase());
        }
        words.push(current);
    }
    words
}

/// Words that make a row no sale wherever they are among the others.
const NO_SALE: [&str; 67] = [
    "lost",
    "closedlost",
    "failed",
    "failure",
    "refunded",
    "cancelled",
    "canceled",
    "cancelation",
    "cancellation",
    "void",
    "voided",
    "deleted",
    "declined",
    "denied",
    "rejected",
    "expired",
    "abandoned",
    "draft",
    "uncaptured",
    "blocked",
    "chargeback",
    "chargedback",
    "reversed",
    "returned",
    "trash",
    "disputed",
    "error",
    "unpaid",
    "unsuccessful",
    "verloren",
    "storniert",
    "abgelehnt",
    "fehlgeschlagen",
    "erstattet",
    "r\u{fc}ckerstattet",
    "zur\u{fc}ckgesendet",
    "perdu",
    "perdue",
    "perdida",
    "perdido",
    "annul\u{e9}",
    "annul\u{e9}e",
    "rembours\u{e9}",
    "rembours\u{e9}e",
    "refus\u{e9}",
    "refus\u{e9}e",
    "cancelado",
    "cancelada",
    "anulado",
    "anulada",
    "reembolsado",
    "reembolsada",
    "rechazado",
    "rechazada",
    "annullato",
    "annullata",
    "rimborsato",
    "persa",
    "estornado",
    "estornada",
    "fail",
    "\u{5df2}\u{53d6}\u{6d88}",
    "\u{5df2}\u{9000}\u{6b3e}",
    "geannuleerd",
    "terugbetaald",
    "anulowane",
    "zwr\u{f3}cone",
];

/// Words of a deal that is not closed. "Won" and words for a sale in the same text have more weight.
const OPEN: [&str; 42] = [
    "open",
    "pending",
    "quote",
    "quoted",
    "quotation",
    "estimate",
    "proposal",
    "negotiation",
    "negotiating",
    "prospecting",
    "prospect",
    "qualification",
    "qualified",
    "qualifying",
    "qualifiedtobuy",
    "appointmentscheduled",
    "presentationscheduled",
    "decisionmakerboughtin",
    "contractsent",
    "analysis",
    "proposition",
    "engaging",
    "discovery",
    "demo",
    "contacted",
    "authorized",
    "authorised",
    "incomplete",
    "overdue",
    "offen",
    "ausstehend",
    "angebot",
    "bearbeitung",
    "pendiente",
    "abierto",
    "abierta",
    "ouvert",
    "devis",
    "attente",
    "aguardando",
    "pendente",
    "openstaand",
];

/// Words for sales that were won.
const WON: [&str; 10] =
    ["won", "closedwon", "gewonnen", "gagn\u{e9}", "gagn\u{e9}e", "ganada", "ganado", "ganha", "ganho", "vinta"];

/// Words for other sales.
const SALE: [&str; 40] = [
    "paid",
    "complete",
    "completed",
    "succeeded",
    "success",
    "successful",
    "captured",
    "settled",
    "fulfilled",
    "delivered",
    "shipped",
    "processing",
    "processed",
    "closed",
    "approved",
    "confirmed",
    "booked",
    "signed",
    "invoiced",
    "sold",
    "accepted",
    "deposited",
    "cleared",
    "posted",
    "final",
    "finalized",
    "done",
    "received",
    "bezahlt",
    "abgeschlossen",
    "pay\u{e9}",
    "pagado",
    "pagada",
    "pago",
    "pagato",
    "pay\u{e9}e",
    "betaald",
    "op\u{142}acone",
    "completado",
    "completada",
];

fn status(words: &[String]) -> Verdict {
    // HubSpot writes `appointmentscheduled` for what it shows as "Appointment Scheduled".
    let whole = words.concat();
    let has = |list: &[&str]| list.contains(&whole.as_str()) || words.iter().any(|word| list.contains(&word.as_str()));
    let follows = |first: &[&str], second: &[&str]| {
        words.windows(2).any(|pair| first.contains(&pair[0].as_str()) && second.contains(&pair[1].as_str()))
    };
    let refunded = ["refund", "refunded", "paid"];
    if follows(&["partial", "partially"], &refunded) || follows(&refunded, &["partial", "partially"]) {
        return Verdict::Sale;
    }
    if follows(&["partial", "partially"], &["fulfilled", "shipped", "delivered"]) {
        return Verdict::Sale;
    }
    let not = ["not", "no", "never"];
    // "Not refunded" and "not shipped" say nothing about the sale.
    if follows(&not, &NO_SALE) || follows(&not, &["shipped", "delivered", "fulfilled"]) {
        return Verdict::Silent;
    }
    if has(&NO_SALE) || follows(&not, &WON) || follows(&not, &SALE) {
        return Verdict::NoSale;
    }
    if has(&WON) {
        return Verdict::Won;
    }
    let waiting = follows(&["on"], &["hold"])
        || follows(&["past"], &["due"])
        || follows(&["in", "under"], &["progress", "negotiation", "review"]) && !has(&["processing"])
        || has(&["requires", "awaiting"]) && has(&["payment", "action", "method", "confirmation", "capture"]);
    let is_agreed = has(&["accepted", "signed", "approved"]) && !follows(&["to", "be"], &SALE);
    if (has(&OPEN) || waiting) && !is_agreed {
        return Verdict::Open;
    }
    if has(&SALE) {
        return Verdict::Sale;
    }
    Verdict::Unknown
}

fn kind_of_record(words: &[String]) -> Verdict {
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    // The ordinary sale of a terminal, and the end of a hold.
    if has(&["capture"]) || has(&["hold"]) {
        return if has(&["hold"]) { Verdict::NoSale } else { Verdict::Sale };
    }
    if has(&[
        "refund",
        "refunds",
        "refunded",
        "return",
        "returns",
        "chargeback",
        "reversal",
        "gutschrift",
        "avoir",
        "stornorechnung",
    ]) || has(&["credit"]) && has(&["note", "memo"])
        || has(&["creditnote", "creditmemo"])
    {
        return Verdict::Refund;
    }
    if has(&[
        "void",
        "voided",
        "cancel",
        "cancelled",
        "canceled",
        "cancellation",
        "quote",
        "angebot",
        "estimate",
        "payout",
        "withdrawal",
        "transfer",
        "fee",
        "fees",
        "authorization",
        "auth",
        "draft",
        "expense",
        "bill",
        "proforma",
        "subtotal",
        "total",
    ]) {
        return Verdict::NoSale;
    }
    if has(&[
        "sale", "sales", "payment", "charge", "order", "invoice", "purchase", "capture", "receipt", "income", "revenue",
    ]) {
        return Verdict::Sale;
    }
    // Renewal, new business: such a column is about something else.
    Verdict::Silent
}

fn operation(text: &str) -> Verdict {
    match name::fold(text).as_str() {
        "d" | "-d" | "del" | "delete" | "deleted" | "remove" | "-u" | "ub" | "update_preimage" | "update_before" => {
            Verdict::NoSale
        }
        _ => Verdict::Silent,
    }
}

fn flag(words: &[String], if_true: Verdict, if_false: Verdict) -> Verdict {
    match words {
        [word] => match word.as_str() {
            "true" | "t" | "yes" | "y" | "1" | "wahr" | "ja" | "oui" | "vrai" => if_true,
            "false" | "f" | "no" | "n" | "0" | "falsch" | "nein" | "non" | "faux" => if_false,
            _ => Verdict::Unknown,
        },
        _ => Verdict::Unknown,
    }
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
        assert_eq!(verdict(GateKind::Type, "New Business"), Verdict::Silent);
        assert_eq!(verdict(GateKind::Type, "Authorization w/ Auto Capture"), Verdict::Sale);
        assert_eq!(verdict(GateKind::Type, "Reversal of General Account Hold"), Verdict::NoSale);
        assert_eq!(verdict(GateKind::Operation, "D"), Verdict::NoSale);
        assert_eq!(verdict(GateKind::Operation, "U"), Verdict::Silent);
        assert_eq!(verdict(GateKind::FalseIfSale, "TRUE"), Verdict::NoSale);
        assert_eq!(verdict(GateKind::TrueIfSale, "false"), Verdict::NoSale);
        assert_eq!(verdict(GateKind::TrueIfSale, "250.00"), Verdict::Unknown);
        assert_eq!(verdict(GateKind::EmptyIfSale, "2026-11-16"), Verdict::NoSale);
        assert_eq!(verdict(GateKind::EmptyIfSale, "0000-00-00 00:00:00"), Verdict::Silent);
        assert_eq!(verdict(GateKind::EmptyIfSale, "0"), Verdict::Silent);
    }
}
