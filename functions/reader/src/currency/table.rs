//! Codes, signs and names of currencies. ISO 4217 codes and English names come from the crate `iso_currency`; signs and
//! colloquial names are listed here.

use std::collections::HashMap;
use std::sync::LazyLock;

use iso_currency::Currency as Iso;
use standings_core::name;
use unicode_normalization::UnicodeNormalization;

use super::Places;

/// Currencies whose subunits are out of use, although ISO 4217 lists them: amounts are whole numbers.
const WITHOUT_SUBUNITS: [&str; 12] =
    ["COP", "CRC", "HUF", "IDR", "IQD", "IRR", "LAK", "LBP", "MMK", "TWD", "TZS", "UZS"];

/// Codes that are also words. They name a currency only in capitals.
const WORDS: [&str; 9] = ["all", "bam", "cup", "mad", "mop", "pen", "sos", "top", "try"];

/// Nouns that mean any of the currencies whose names end with them. Others are left out because they are words: `won`,
/// `real`, `sol`.
const NOUNS: [&str; 25] = [
    "dollar", "peso", "pound", "franc", "krone", "krona", "euro", "yen", "yuan", "rupee", "ruble", "lira", "dinar",
    "dirham", "riyal", "shekel", "baht", "rand", "koruna", "forint", "leu", "hryvnia", "ringgit", "rupiah", "naira",
];

/// Signs, abbreviations and names, and the currencies that each may mean.
const MARKS: &[(&str, &[&str])] = &[
    (
        "$",
        &[
            "USD", "CAD", "AUD", "NZD", "SGD", "HKD", "TWD", "MXN", "ARS", "CLP", "COP", "UYU", "DOP", "CUP", "BBD",
            "BMD", "BND", "BSD", "BZD", "FJD", "GYD", "JMD", "KYD", "LRD", "NAD", "SBD", "SRD", "TTD", "XCD", "XCG",
        ],
    ),
    ("us$", &["USD"]),
    ("u$s", &["USD"]),
    ("$us", &["USD"]),
    ("us dollar", &["USD"]),
    ("american dollar", &["USD"]),
    ("ca$", &["CAD"]),
    ("can$", &["CAD"]),
    ("cdn$", &["CAD"]),
    ("c$", &["CAD", "NIO"]),
    ("$ca", &["CAD"]),
    ("a$", &["AUD"]),
    ("au$", &["AUD"]),
    ("$au", &["AUD"]),
    ("nz$", &["NZD"]),
    ("$nz", &["NZD"]),
    ("hk$", &["HKD"]),
    ("$hk", &["HKD"]),
    ("s$", &["SGD"]),
    ("sg$", &["SGD"]),
    ("nt$", &["TWD"]),
    ("taiwan dollar", &["TWD"]),
    ("mx$", &["MXN"]),
    ("mex$", &["MXN"]),
    ("ar$", &["ARS"]),
    ("cl$", &["CLP"]),
    ("col$", &["COP"]),
    ("co$", &["COP"]),
    ("r$", &["BRL"]),
    ("reais", &["BRL"]),
    ("€", &["EUR"]),
    ("£", &["GBP", "EGP", "FKP", "GIP", "LBP", "SDG", "SHP", "SSP", "SYP"]),
    ("british pound", &["GBP"]),
    ("british pound sterling", &["GBP"]),
    ("uk pound", &["GBP"]),
    ("gb pound", &["GBP"]),
    ("uk£", &["GBP"]),
    ("gb£", &["GBP"]),
    ("sterling", &["GBP"]),
    ("pounds sterling", &["GBP"]),
    ("pound", &["GBP"]),
    ("pfund", &["GBP"]),
    ("¥", &["JPY", "CNY"]),
    // In Japanese and Korean encodings, the byte of the backslash is shown as the sign of the currency.
    ("\\", &["JPY", "KRW"]),
    ("円", &["JPY"]),
    ("日本円", &["JPY"]),
    ("jp¥", &["JPY"]),
    ("cn¥", &["CNY"]),
    ("元", &["CNY", "TWD", "HKD", "SGD", "MOP"]),
    ("人民币", &["CNY"]),
    ("rmb", &["CNY"]),
    ("renminbi", &["CNY"]),
    ("chinese yuan", &["CNY"]),
    ("yuan renminbi", &["CNY"]),
    ("chinese yuan renminbi", &["CNY"]),
    ("₩", &["KRW", "KPW"]),
    ("원", &["KRW", "KPW"]),
    ("korean won", &["KRW"]),
    ("₹", &["INR"]),
    ("rs", &["INR", "PKR", "LKR", "NPR", "MUR", "SCR"]),
    ("kr", &["SEK", "NOK", "DKK", "ISK"]),
    ("kroner", &["NOK", "DKK"]),
    ("kronor", &["SEK"]),
    ("krona", &["SEK", "ISK"]),
    ("skr", &["SEK"]),
    ("nkr", &["NOK"]),
    ("dkr", &["DKK"]),
    ("swedish krona", &["SEK"]),
    ("swedish kronor", &["SEK"]),
    ("norwegian kroner", &["NOK"]),
    ("danish kroner", &["DKK"]),
    ("zł", &["PLN"]),
    ("zl", &["PLN"]),
    ("zloty", &["PLN"]),
    ("zlotych", &["PLN"]),
    ("złotych", &["PLN"]),
    ("polish zloty", &["PLN"]),
    ("₺", &["TRY"]),
    ("tl", &["TRY"]),
    ("fr", &["CHF", "XOF", "XAF", "XPF"]),
    ("sfr", &["CHF"]),
    ("franken", &["CHF"]),
    ("schweizer franken", &["CHF"]),
    ("cfa", &["XOF", "XAF"]),
    ("fcfa", &["XOF", "XAF"]),
    ("r", &["ZAR"]),
    ("kč", &["CZK"]),
    ("czech crown", &["CZK"]),
    ("ft", &["HUF"]),
    ("lei", &["RON", "MDL"]),
    ("лв", &["BGN"]),
    ("₽", &["RUB"]),
    ("руб", &["RUB"]),
    ("rouble", &["RUB"]),
    ("russian rouble", &["RUB"]),
    ("₴", &["UAH"]),
    ("грн", &["UAH"]),
    ("₪", &["ILS"]),
    ("nis", &["ILS"]),
    ("israeli shekel", &["ILS"]),
    ("new israeli shekel", &["ILS"]),
    ("ש\"ח", &["ILS"]),
    ("₫", &["VND"]),
    ("đ", &["VND"]),
    ("dong", &["VND"]),
    ("vietnamese dong", &["VND"]),
    ("฿", &["THB"]),
    ("₱", &["PHP"]),
    ("rm", &["MYR"]),
    ("rp", &["IDR"]),
    ("dh", &["AED", "MAD"]),
    ("dhs", &["AED", "MAD"]),
    ("د.إ", &["AED"]),
    ("uae dirham", &["AED"]),
    ("emirati dirham", &["AED"]),
    ("ر.س", &["SAR"]),
    ("kd", &["KWD"]),
    ("د.ك", &["KWD"]),
    ("bd", &["BHD"]),
    ("د.ب", &["BHD"]),
    ("jd", &["JOD"]),
    ("د.ا", &["JOD"]),
    ("د.أ", &["JOD"]),
    ("ر.ع", &["OMR"]),
    ("dt", &["TND"]),
    ("د.ت", &["TND"]),
    ("ر.ق", &["QAR"]),
    ("qr", &["QAR"]),
    ("sr", &["SAR"]),
    ("ج.م", &["EGP"]),
    ("le", &["EGP"]),
    ("د.م", &["MAD"]),
    ("da", &["DZD"]),
    ("د.ج", &["DZD"]),
    ("din", &["RSD"]),
    ("дин", &["RSD"]),
    ("ден", &["MKD"]),
    ("тг", &["KZT"]),
    ("сум", &["UZS"]),
    ("tk", &["BDT"]),
    ("gs", &["PYG"]),
    ("﷼", &["SAR", "QAR", "OMR", "YER", "IRR"]),
    ("e£", &["EGP"]),
    ("₦", &["NGN"]),
    ("₵", &["GHS"]),
    ("gh₵", &["GHS"]),
    ("ksh", &["KES"]),
    ("₸", &["KZT"]),
    ("₾", &["GEL"]),
    ("₼", &["AZN"]),
    ("֏", &["AMD"]),
    ("৳", &["BDT"]),
    ("₮", &["MNT"]),
    ("₡", &["CRC"]),
    ("₲", &["PYG"]),
    ("s/", &["PEN"]),
    ("bs", &["BOB", "VES", "VED"]),
];

type Codes = Vec<&'static str>;

static TABLE: LazyLock<HashMap<String, Codes>> = LazyLock::new(|| {
    let mut table: HashMap<String, Codes> = HashMap::new();
    let mut add = |text: &str, codes: &[&'static str]| table.entry(folded(text)).or_default().extend(codes);
    for (text, codes) in MARKS {
        add(text, codes);
    }
    // The crate lists its currencies by number only, unless it pulls in another crate.
    for iso in (0..1000).filter_map(Iso::from_numeric).filter(|iso| !iso.is_special()) {
        add(iso.code(), &[iso.code()]);
        add(iso.name(), &[iso.code()]);
        let noun = iso.name().rsplit(' ').next().map(folded);
        if let Some(noun) = noun.filter(|noun| *noun != folded(iso.name()) && NOUNS.contains(&noun.as_str())) {
            add(&noun, &[iso.code()]);
        }
    }
    table
});

/// Returns the signs and colloquial names that may mean a currency.
pub(super) fn signs(code: &str) -> Vec<&'static str> {
    MARKS.iter().filter(|(_, codes)| codes.contains(&code)).map(|(text, _)| *text).collect()
}

/// Returns the decimal places of a currency.
pub(super) fn places(code: &str) -> Places {
    if WITHOUT_SUBUNITS.contains(&code) {
        return Places::None;
    }
    match Iso::from_code(code).and_then(Iso::exponent) {
        Some(0) => Places::None,
        Some(3) => Places::Three,
        _ => Places::Two,
    }
}

/// Looks up a code, sign or name, in the singular or plural, and returns what `read` makes of the currencies that it may
/// mean. `None` if it names none.
pub(super) fn with_codes<T>(text: &str, read: impl FnOnce(&[&'static str]) -> T) -> Option<T> {
    let folded = folded(text);
    if folded.is_empty() || WORDS.contains(&folded.as_str()) && text.chars().any(char::is_lowercase) {
        return None;
    }
    let codes = TABLE.get(&folded).or_else(|| {
        let singular = folded.strip_suffix('s').filter(|singular| singular.len() > 3)?;
        TABLE.get(singular)
    })?;
    Some(read(codes))
}

/// Returns a text without case, accents, spaces, full stops and hyphens, and in plain forms of its characters.
fn folded(text: &str) -> String {
    if text.bytes().all(|b| b.is_ascii_lowercase() || b == b'$') {
        return text.to_owned();
    }
    let text: String = text.nfkc().collect();
    name::plain(&text).chars().filter(|c| !matches!(c, ' ' | '.' | '-' | '\'')).collect()
}
