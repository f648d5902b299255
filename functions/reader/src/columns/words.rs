//! Words of gates: what the values of stages, statuses, kinds, operations and flags say about their rows.

use standings_core::{Decimal, name};

use super::gate::Verdict;

/// Splits a text into lower-case words: `Closed Won (100%)`, `closedwon` and `CLOSED_WON` all contain "won".
pub(super) fn words(text: &str) -> Vec<String> {
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
const NO_SALE: [&str; 69] = [
    "lost",
    "loss",
    "unsold",
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
const OPEN: [&str; 44] = [
    "open",
    "pipeline",
    "omitted",
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
const WON: [&str; 11] =
    ["won", "win", "closedwon", "gewonnen", "gagn\u{e9}", "gagn\u{e9}e", "ganada", "ganado", "ganha", "ganho", "vinta"];

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

pub(super) fn status(words: &[String]) -> Verdict {
    // HubSpot writes `appointmentscheduled` for what it shows as "Appointment Scheduled".
    let whole = words.concat();
    let has = |list: &[&str]| list.contains(&whole.as_str()) || words.iter().any(|word| list.contains(&word.as_str()));
    let follows = |first: &[&str], second: &[&str]| follows(words, first, second);
    if is_partly(words, &["refund", "refunded", "paid"]) {
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
    // Events: an order that is created is not paid yet. As a status of its own, the word says less.
    let is_begun = has(&["created", "initiated"]) && has(&["order", "checkout", "invoice", "payment", "deal"]);
    let is_agreed = has(&["accepted", "signed", "approved"]) && !follows(&["to", "be"], &SALE);
    if (has(&OPEN) || waiting || is_begun) && !is_agreed {
        return Verdict::Open;
    }
    if has(&SALE) {
        return Verdict::Sale;
    }
    Verdict::Unknown
}

fn follows(words: &[String], first: &[&str], second: &[&str]) -> bool {
    words.windows(2).any(|pair| first.contains(&pair[0].as_str()) && second.contains(&pair[1].as_str()))
}

fn is_partly(words: &[String], what: &[&str]) -> bool {
    let partly = ["partial", "partially", "partly"];
    follows(words, &partly, what) || follows(words, what, &partly)
}

/// Whether a status says that a part of the amount was refunded.
pub(crate) fn is_partly_refunded(status: &str) -> bool {
    is_partly(&words(status), &["refund", "refunded"])
}

pub(super) fn kind_of_record(words: &[String]) -> Verdict {
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    let all = |list: &[&str]| !words.is_empty() && words.iter().all(|word| list.contains(&word.as_str()));
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
        "storno",
        "stornierung",
        "stornorechnung",
        "rechnungskorrektur",
        "korrekturrechnung",
        "cn",
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
        "delete",
        "deleted",
        "lieferschein",
        "devis",
        "presupuesto",
        "offerte",
    ]) || all(&["tax", "taxes", "vat", "mwst"])
    {
        return Verdict::NoSale;
    }
    // The lines of a receipt, and what was paid for it. Without the receipt itself they are sales.
    let of_receipt = ["sale", "sales", "order", "invoice", "receipt", "customer", "received"];
    let is_line = has(&["line", "lines"]) && has(&["sale", "sales", "order", "invoice", "receipt", "item", "items"]);
    let payments = ["payment", "payments", "tender", "zahlung", "zahlungseingang", "paiement", "pago"];
    let is_payment = has(&payments) && all(&[&payments[..], &of_receipt[..]].concat());
    let is_item = all(&["item", "items", "product", "products"]);
    if is_line || is_item || has(&["lineitem"]) {
        return Verdict::Line;
    }
    if is_payment {
        return Verdict::Payment;
    }
    if has(&[
        "sale", "sales", "payment", "inv", "rechnung", "facture", "factura", "charge", "order", "invoice", "purchase",
        "capture", "captured", "settled", "receipt", "income", "revenue", "insert",
    ]) {
        return Verdict::Sale;
    }
    // Renewal, new business: if it knows no other word, the column is about something else.
    Verdict::Unknown
}

/// Whether a kind of record is a receipt, order or invoice as a whole.
pub(crate) fn is_of_receipts(kind: &str) -> bool {
    let words = words(kind);
    let is_whole = ["sale", "sales", "order", "invoice", "inv", "receipt", "rechnung", "facture", "factura"];
    kind_of_record(&words) == Verdict::Sale && words.iter().any(|word| is_whole.contains(&word.as_str()))
}

/// Returns what an operation of change data capture says, or `None` if it is none.
pub(super) fn operation(text: &str) -> Option<Verdict> {
    Some(match name::fold(text).as_str() {
        "d" | "-d" | "del" | "delete" | "deleted" | "remove" => Verdict::NoSale,
        "-u" | "ub" | "update_preimage" | "update_before" => Verdict::Former,
        "u" | "+u" | "ua" | "update" | "updated" | "update_postimage" | "update_after" | "modify" => Verdict::Changed,
        _ => return None,
    })
}

/// Whether a word is that of a change to a row of a table.
pub(crate) fn is_change(text: &str) -> bool {
    operation(text).is_some()
}

/// Returns what a probability says: 40%, 40 and 0.4 are those of a deal that is not won.
pub(super) fn probability(text: &str) -> Verdict {
    let digits = text.trim().trim_end_matches('%').trim_end().replace(',', ".");
    match digits.parse::<Decimal>().map(Decimal::ten_thousandths) {
        Ok(10_000 | 1_000_000) => Verdict::Sale,
        Ok(_) => Verdict::Open,
        Err(_) => Verdict::Unknown,
    }
}

pub(super) fn flag(text: &str, if_true: Verdict, if_false: Verdict) -> Verdict {
    match name::fold(text).as_str() {
        "true" | "t" | "yes" | "y" | "1" | "wahr" | "ja" | "j" | "oui" | "vrai" | "si" | "s\u{ed}" | "sim" | "x"
        | "\u{2713}" | "\u{2714}" | "\u{2611}" | "\u{2705}" => if_true,
        "false" | "f" | "no" | "n" | "0" | "falsch" | "nein" | "non" | "faux" | "n\u{e3}o" | "\u{2717}"
        | "\u{2718}" | "\u{2610}" | "\u{274c}" => if_false,
        _ => Verdict::Unknown,
    }
}
