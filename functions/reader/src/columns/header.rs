//! Names of columns, taken apart: what is left when the unit is removed, and what the unit says.

use crate::currency::{Currency, CurrencyNamed};
use crate::reading::DateOrder;

/// The name of a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    /// The whole name, folded.
    pub(crate) full: String,
    /// The name without its unit, folded.
    pub(crate) base: String,
    pub(crate) unit: Unit,
}

/// What the name of a column says about its values, usually in brackets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    None,
    /// Money of the organization: `Amount (USD)`.
    Own,
    /// Money in another currency.
    Foreign,
    /// Thousands or millions: `Revenue ($K)`.
    Scaled,
    /// The smallest unit of a currency: `Amount (cents)`.
    Cents,
    /// Numbers that are no money: `Sales (#)`, `Sales (%)`.
    Count,
    /// Times in UTC: `Created (UTC)`.
    Utc,
    /// Totals of orders, which are repeated on each line of an order.
    OrderTotal,
    /// Totals of lines or of orders, which only the lines of orders can tell.
    PerhapsOrderTotal,
    /// Totals of orders, in a file that does not say which lines are those of one order.
    TotalOfUnknownOrder,
    /// Prices of one unit, of which a row has a quantity.
    Each,
    /// Dates in this order: `Date (DD/MM/YYYY)`.
    Order(DateOrder),
}

/// Words for thousands and millions, as units have them.
const SCALES: [&str; 48] = [
    "k",
    "ks",
    "000",
    "000s",
    "1000",
    "thousand",
    "thousands",
    "tsd",
    "tausend",
    "t",
    "m",
    "mm",
    "mn",
    "mio",
    "mln",
    "million",
    "millions",
    "millionen",
    "millones",
    "milioni",
    "milhões",
    "billion",
    "billions",
    "bn",
    "mrd",
    "mld",
    "milliers",
    "miles",
    "milhares",
    "migliaia",
    "lakh",
    "lakhs",
    "crore",
    "crores",
    "тыс",
    "млн",
    "tys",
    "tis",
    "千",
    "万",
    "萬",
    "百万",
    "億",
    "亿",
    "천",
    "만",
    "백만",
    "억",
];

/// Words for the smallest unit of a currency.
const HUNDREDTHS: [&str; 7] = ["cents", "cent", "pence", "centavos", "centimes", "minorunits", "minorunit"];

/// Words for numbers that are no money.
const COUNTS: [&str; 14] = [
    "count", "qty", "quantity", "units", "unit", "pcs", "pieces", "no", "number", "percent", "pct", "hours", "days",
    "stk",
];

impl Header {
    /// Takes a name apart. `is_amount` tells whether a folded name is known for amounts: `amount_usd` has a unit, and
    /// `famous` has none.
    pub(crate) fn new(name: &str, currency: &Currency, is_amount: impl Fn(&str) -> bool) -> Self {
        let full = fold(name);
        if let Some((before, unit, after)) = bracketed(name, currency) {
            return Self { full, base: fold(&format!("{before} {after}")), unit };
        }
        if name.contains(['%', '#']) {
            return Self { unit: Unit::Count, ..Self::plain(full) };
        }
        // A sign such as the one in `Amount €`.
        let signs: String = name.chars().filter(|c| !c.is_alphanumeric() && !c.is_whitespace()).collect();
        if let Some(unit) = money(&signs, currency) {
            return Self { unit, ..Self::plain(full) };
        }
        if let Some((base, unit)) = affixed(&full, currency, is_amount) {
            return Self { full, base, unit };
        }
        Self::plain(full)
    }

    fn plain(full: String) -> Self {
        let base = full.clone();
        Self { full, base, unit: Unit::None }
    }
}

/// Returns a name as columns are compared: in lower case, letters and digits only.
pub(crate) fn fold(name: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    // Composed, because macOS decomposes: `Verkäufer` has two forms.
    let lower = |c: char| c.is_alphanumeric().then(|| c.to_lowercase());
    if name.is_ascii() {
        return name.chars().filter_map(lower).flatten().collect();
    }
    name.nfkc().filter_map(lower).flatten().collect()
}

/// Finds the first part in brackets that is a unit. Returns what is before it, the unit, and what is after it.
fn bracketed<'n>(name: &'n str, currency: &Currency) -> Option<(&'n str, Unit, &'n str)> {
    let mut from = 0;
    while let Some((before, after)) = name[from..].find(['(', '[', '（']).map(|at| name.split_at(from + at)) {
        let inner = after.strip_prefix(['(', '[', '（'])?;
        let close = inner.find([')', ']', '）'])?;
        let behind = inner[close..].strip_prefix([')', ']', '）'])?;
        if let Some(unit) = unit(&inner[..close], currency) {
            return Some((before, unit, behind));
        }
        from = name.len() - behind.len();
    }
    None
}

fn unit(text: &str, currency: &Currency) -> Option<Unit> {
    let folded = fold(text);
    match folded.as_str() {
        "utc" | "gmt" => return Some(Unit::Utc),
        "ddmmyyyy" | "dmyyyy" | "dmy" | "ddmmyy" => return Some(Unit::Order(DateOrder::DayFirst)),
        "mmddyyyy" | "mdyyyy" | "mdy" | "mmddyy" => return Some(Unit::Order(DateOrder::MonthFirst)),
        "yymmdd" => return Some(Unit::Order(DateOrder::YearFirst)),
        "yyyymmdd" => return Some(Unit::None),
        _ => {}
    }
    if HUNDREDTHS.contains(&folded.strip_prefix("in").unwrap_or(&folded)) || text.trim() == "\u{a2}" {
        return Some(Unit::Cents);
    }
    if text.contains(['%', '#']) || COUNTS.contains(&folded.as_str()) {
        return Some(Unit::Count);
    }
    let text = text.trim();
    let text = text.strip_prefix("in ").or_else(|| text.strip_prefix("In ")).unwrap_or(text);
    money(text, currency).or_else(|| scaled(text, currency).then_some(Unit::Scaled))
}

/// Whether a unit is thousands or millions, with or without a currency: `$K`, `EUR m`, `'000`, `TEUR`.
fn scaled(text: &str, currency: &Currency) -> bool {
    let is_scale = |word: &str| SCALES.contains(&fold(word).as_str());
    if is_scale(text) {
        return true;
    }
    let names_money = |text: &str| currency.is_named_by(text.trim()) != CurrencyNamed::None;
    text.char_indices().skip(1).any(|(at, _)| {
        let (first, last) = text.split_at(at);
        is_scale(first) && names_money(last) || names_money(first) && is_scale(last)
    })
}

fn money(text: &str, currency: &Currency) -> Option<Unit> {
    match currency.is_named_by(text) {
        CurrencyNamed::Own => Some(Unit::Own),
        CurrencyNamed::Other => Some(Unit::Foreign),
        CurrencyNamed::None => None,
    }
}

/// Splits a code off a name that is known for amounts without it: `amountusd`, `eurrevenue`, `totalinusd`.
fn affixed(full: &str, currency: &Currency, is_amount: impl Fn(&str) -> bool) -> Option<(String, Unit)> {
    if !full.is_ascii() || full.len() <= 3 {
        return None;
    }
    // Square calls amounts in cents money.
    let in_cents = ["incents", "cents", "minorunits", "money"].into_iter().find_map(|unit| full.strip_suffix(unit));
    if let Some(base) = in_cents.filter(|base| is_amount(base)) {
        return Some((base.to_owned(), Unit::Cents));
    }
    let (first, code) = full.split_at(full.len() - 3);
    let first = [first, first.strip_suffix("in").unwrap_or(first)].into_iter().find(|name| is_amount(name));
    let after = first.and_then(|name| Some((name.to_owned(), money(code, currency)?)));
    let (code, last) = full.split_at(3);
    after.or_else(|| is_amount(last).then(|| Some((last.to_owned(), money(code, currency)?))).flatten())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(name: &str) -> (String, Unit) {
        let header = Header::new(name, &Currency::new("USD"), |name| matches!(name, "amount" | "revenue" | "total"));
        (header.base, header.unit)
    }

    #[test]
    fn units_are_recognized_and_removed() {
        for (name, base, unit) in [
            ("Amount (USD)", "amount", Unit::Own),
            ("Amount [usd]", "amount", Unit::Own),
            ("Amount ($)", "amount", Unit::Own),
            ("Amount (in USD)", "amount", Unit::Own),
            ("Amount $", "amount", Unit::Own),
            ("amount_usd", "amount", Unit::Own),
            ("USD Amount", "amount", Unit::Own),
            ("Revenue in USD", "revenue", Unit::Own),
            ("Amount (EUR)", "amount", Unit::Foreign),
            ("Amount (\u{20ac})", "amount", Unit::Foreign),
            ("Amount \u{20ac}", "amount", Unit::Foreign),
            ("revenue_eur", "revenue", Unit::Foreign),
            ("Revenue ($K)", "revenue", Unit::Scaled),
            ("Revenue (k\u{20ac})", "revenue", Unit::Scaled),
            ("Revenue (in thousands)", "revenue", Unit::Scaled),
            ("Revenue ('000)", "revenue", Unit::Scaled),
            ("Revenue (USD m)", "revenue", Unit::Scaled),
            ("Revenue (cents)", "revenue", Unit::Cents),
            ("Revenue (万元)", "revenue", Unit::Scaled),
            ("Revenue（千円）", "revenue", Unit::Scaled),
            ("amount_in_cents", "amount", Unit::Cents),
            ("Amount (cents)", "amount", Unit::Cents),
            ("total_money", "total", Unit::Cents),
            ("Sales (#)", "sales", Unit::Count),
            ("Sales (%)", "sales", Unit::Count),
            ("Sales %", "sales", Unit::Count),
            ("# Sales", "sales", Unit::Count),
            ("Sales (count)", "sales", Unit::Count),
            ("Created date (UTC)", "createddate", Unit::Utc),
            ("Date (DD/MM/YYYY)", "date", Unit::Order(DateOrder::DayFirst)),
            ("Amount (converted)", "amountconverted", Unit::None),
            ("Amount", "amount", Unit::None),
            ("famous", "famous", Unit::None),
            ("Verka\u{308}ufer", "verk\u{e4}ufer", Unit::None),
        ] {
            assert_eq!(header(name), (base.to_owned(), unit), "{name}");
        }
    }
}
