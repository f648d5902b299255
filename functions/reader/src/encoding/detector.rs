//! Detection of an encoding in a whole file.

use std::collections::HashSet;
use std::hash::BuildHasher as _;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{
    BIG5, EUC_KR, GBK, ISO_8859_2, ISO_8859_15, MACINTOSH, SHIFT_JIS, WINDOWS_874, WINDOWS_1250, WINDOWS_1251,
    WINDOWS_1252, WINDOWS_1253, WINDOWS_1254, WINDOWS_1255, WINDOWS_1256, WINDOWS_1257, WINDOWS_1258,
};

use super::{CodePage, Encoding, Kind, Legacy, TextEncoding, Why};
use crate::chunks;
use crate::reading::Reading;

/// Maximum bytes of the lines by which encodings are compared. Only lines with new words are kept.
const MAX_SAMPLE: usize = 256 * 1024;

/// Maximum words that are remembered.
const MAX_WORDS: usize = 20_000;

/// Words from which on an encoding other than Windows-1252 is taken for certain.
const MANY_WORDS: usize = 4;

/// Encodings that are compared with the one that `chardetng` names, the likelier first: of Windows in Western and Central
/// Europe, of Unix with a euro sign, of classic Mac OS, and of DOS.
const OTHERS: [Kind; 6] = [
    Kind::Web(WINDOWS_1252),
    Kind::Web(WINDOWS_1250),
    Kind::Web(ISO_8859_15),
    Kind::Web(MACINTOSH),
    Kind::Dos(CodePage::Cp850),
    Kind::Dos(CodePage::Cp852),
];

/// Currencies of countries in which text is written in another encoding than in Western Europe, and that of Windows there.
/// The first two letters of a currency are those of its country.
const NATIVE: [(&str, &encoding_rs::Encoding); 31] = [
    ("PLN", WINDOWS_1250),
    ("CZK", WINDOWS_1250),
    ("HUF", WINDOWS_1250),
    ("RON", WINDOWS_1250),
    ("RSD", WINDOWS_1250),
    ("BAM", WINDOWS_1250),
    ("ALL", WINDOWS_1250),
    ("BGN", WINDOWS_1251),
    ("MKD", WINDOWS_1251),
    ("RUB", WINDOWS_1251),
    ("UAH", WINDOWS_1251),
    ("BYN", WINDOWS_1251),
    ("KZT", WINDOWS_1251),
    ("ISK", WINDOWS_1252),
    ("TRY", WINDOWS_1254),
    ("AZN", WINDOWS_1254),
    ("ILS", WINDOWS_1255),
    ("EGP", WINDOWS_1256),
    ("SAR", WINDOWS_1256),
    ("AED", WINDOWS_1256),
    ("KWD", WINDOWS_1256),
    ("JOD", WINDOWS_1256),
    ("IRR", WINDOWS_1256),
    ("JPY", SHIFT_JIS),
    ("CNY", GBK),
    ("TWD", BIG5),
    ("HKD", BIG5),
    ("MOP", BIG5),
    ("KRW", EUC_KR),
    ("THB", WINDOWS_874),
    ("VND", WINDOWS_1258),
];

/// Likewise of countries whose currency is the euro, by their time zone, with their top-level domain.
const NATIVE_ZONES: [(&str, &str, &encoding_rs::Encoding); 9] = [
    ("Europe/Riga", "lv", WINDOWS_1257),
    ("Europe/Vilnius", "lt", WINDOWS_1257),
    ("Europe/Tallinn", "ee", WINDOWS_1257),
    ("Europe/Athens", "gr", WINDOWS_1253),
    ("Asia/Nicosia", "cy", WINDOWS_1253),
    ("Europe/Bratislava", "sk", WINDOWS_1250),
    ("Europe/Ljubljana", "si", WINDOWS_1250),
    ("Europe/Zagreb", "hr", WINDOWS_1250),
    ("Europe/Sofia", "bg", WINDOWS_1251),
];

/// Collects what the text of a file shows about its encoding.
pub(crate) struct Detector {
    languages: EncodingDetector,
    /// Lines with words that no line before them has.
    sample: Vec<u8>,
    /// Hashes of the words with bytes beyond ASCII.
    words: HashSet<u64, foldhash::fast::FixedState>,
    /// The number of the line after the text so far.
    line: u64,
    /// The first line that is not UTF-8, and its number.
    not_utf8: Option<(u64, Vec<u8>)>,
}

impl Detector {
    pub(crate) fn new() -> Self {
        Self {
            languages: EncodingDetector::new(Iso2022JpDetection::Deny),
            sample: Vec::new(),
            words: HashSet::default(),
            line: 1,
            not_utf8: None,
        }
    }

    /// Adds whole lines.
    pub(crate) fn add(&mut self, text: &[u8]) {
        self.languages.feed(text, false);
        for line in text.split_inclusive(|byte| *byte == b'\n') {
            if !line.is_ascii() {
                if self.not_utf8.is_none() && std::str::from_utf8(line).is_err() {
                    self.not_utf8 = Some((self.line, line.to_owned()));
                }
                self.keep(line);
            }
            self.line += chunks::lines(line);
        }
    }

    fn keep(&mut self, line: &[u8]) {
        let mut is_new = false;
        for word in line.split(|byte| !is_part_of_word(*byte)).filter(|word| !word.is_ascii()) {
            let hash = self.words.hasher().hash_one(word);
            is_new |= self.words.len() < MAX_WORDS && self.words.insert(hash);
        }
        if is_new && self.sample.len() + line.len() <= MAX_SAMPLE {
            self.sample.extend(line);
        }
    }

    /// Decides the encoding: by the option of the source, else by the words and the country of the organization.
    pub(crate) fn decide(mut self, reading: &Reading) -> Encoding {
        let Reading { encoding: option, currency, time_zone, .. } = reading;
        let Some((line, text)) = self.not_utf8 else { return Encoding::Utf8 };
        self.languages.feed(b"", true);
        let of_currency = NATIVE.iter().find(|(code, _)| code == currency);
        let of_currency = of_currency.map(|(code, native)| (code[..2].to_ascii_lowercase(), *native));
        let of_zone = NATIVE_ZONES.iter().find(|(zone, ..)| time_zone.iana_name() == Some(*zone));
        let of_zone = of_zone.map(|(_, country, native)| ((*country).to_owned(), *native));
        let (country, native) = of_currency.or(of_zone).unzip();
        let guess = self.languages.guess(country.as_deref().map(str::as_bytes), Utf8Detection::Deny);
        // Where both are possible, exports are written by Windows.
        let first = if guess == ISO_8859_2 { WINDOWS_1250 } else { guess };
        let candidates = native.into_iter().chain([first, guess]).map(Kind::Web).chain(OTHERS).map(TextEncoding);
        let judged = candidates.map(|candidate| {
            let (marks, small) = implausible(&candidate.decode(&self.sample));
            let is_old = matches!(candidate, TextEncoding(Kind::Dos(_))) || candidate.0 == Kind::Web(MACINTOSH);
            ((marks, is_old.then_some(small)), candidate)
        });
        let Some(((marks, _), likeliest)) = judged.min_by_key(|(marks, _)| *marks) else { return Encoding::Utf8 };
        let (mut valid, mut invalid) = (0, 0);
        for chunk in self.sample.utf8_chunks() {
            valid += chunk.valid().chars().filter(|c| !c.is_ascii()).count() as u64;
            invalid += chunk.invalid().len() as u64;
        }
        if valid > 0 && marks * 4 > invalid {
            return Encoding::DamagedUtf8 { line };
        }
        let encoding = (*option).unwrap_or(likeliest);
        let is_usual = likeliest == TextEncoding(Kind::Web(WINDOWS_1252));
        let why = match option {
            Some(_) => Why::Option,
            None if marks == 0 && (is_usual || self.words.len() >= MANY_WORDS) => Why::Words,
            None => Why::FewWords,
        };
        Encoding::Legacy(Legacy { encoding, line, word: first_word(&encoding.decode(&text)), why })
    }
}

/// Whether a byte is part of a word in any encoding.
fn is_part_of_word(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte >= 0x80 || matches!(byte, b'\'' | b'-')
}

/// Returns the first word with a letter beyond ASCII, at most 30 characters of it.
fn first_word(text: &str) -> String {
    let is_separator = |c: char| c.is_whitespace() || matches!(c, ',' | ';' | '|' | '"');
    let word = text.split(is_separator).find(|word| !word.is_ascii()).unwrap_or_default();
    word.chars().take(30).collect()
}

/// Counts the marks against a text: what no name, product or price is written with. Also counts its words in small letters,
/// because names begin with capitals: they decide between Mac OS and DOS.
fn implausible(text: &str) -> (u64, u64) {
    let mut chars = text.chars().peekable();
    let (mut marks, mut small, mut before) = (0, 0, '\n');
    while let Some(c) = chars.next() {
        let after = chars.peek().copied().unwrap_or('\n');
        if !c.is_ascii() {
            marks += marks_of(before, c, after);
            small += u64::from(!before.is_alphabetic() && c.is_lowercase() && after.is_alphabetic());
        }
        before = c;
    }
    (marks + languages_mixed(text), small)
}

/// Counts letters that no file with the other letters has: those of Polish next to those of Czech.
fn languages_mixed(text: &str) -> u64 {
    let count = |letters: &str| text.chars().filter(|c| !c.is_ascii() && letters.contains(*c)).count() as u64;
    let czech = count("ěřůťďľĚŘŮŤĎĽ");
    count("łśźżŁŚŹŻ").min(czech + count("šžčŠŽČ")) + count("ąęĄĘ").min(czech)
}

fn marks_of(before: char, c: char, after: char) -> u64 {
    // Boxes and blocks of DOS, the currency sign that nobody uses, controls, and what could not be decoded.
    if matches!(c, '\u{80}'..='\u{9f}' | '\u{2500}'..='\u{25a0}' | '\u{a4}' | '\u{fffd}' | '\u{e000}'..='\u{f8ff}') {
        return 4;
    }
    let is_latin = |c: char| c.is_ascii_alphabetic() || matches!(c, '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}');
    let is_other_letter = |c: char| c.is_alphabetic() && !is_latin(c) && !matches!(c, 'ª' | 'º');
    // `MülleR`, `MÜller` and `MüLLER` are not written.
    let is_odd = if c.is_uppercase() {
        before.is_lowercase() || before.is_uppercase() && after.is_lowercase()
    } else {
        c.is_lowercase() && before.is_uppercase() && after.is_uppercase()
    };
    if is_other_letter(c) {
        return u64::from(is_odd) + u64::from(before.is_ascii_alphabetic()) + u64::from(after.is_ascii_alphabetic());
    }
    if is_latin(c) && c != '\u{d7}' && c != '\u{f7}' {
        // `Ł1,250.50` was an amount in pounds.
        let is_at_digit = before.is_ascii_digit() || after.is_ascii_digit();
        return u64::from(is_odd) + u64::from(is_at_digit) + 2 * u64::from(is_other_letter(before));
    }
    match c {
        '\u{a0}' | '\u{202f}' | '\u{2019}' | '\u{2018}' | '\u{b7}' | '\u{2013}' | '\u{2014}' | '\u{b4}' | '\u{ad}' => 0,
        // Marks after a word, quotes around it, and a price before or after one.
        '€' | '£' | '¥' => {
            u64::from(after.is_alphabetic()) + 2 * u64::from(before.is_alphabetic() && after.is_alphabetic())
        }
        _ => {
            let (left, right) = (before.is_alphabetic(), after.is_alphabetic());
            let is_around =
                matches!(c, '«' | '»' | '„' | '“' | '”' | '®' | '™' | '©' | '…' | '°' | 'ª' | 'º' | '¿' | '¡');
            let is_one_side = (left || right) && !is_around;
            2 * u64::from(left && right) + u64::from(is_one_side)
        }
    }
}
