//! Words for thousands, millions and more after a number: `1.2M`, `1,2 Mio. €`, `3万`.

/// Words and their powers of ten, in lower case and without full stops. Those that mean different numbers in different
/// languages are left out, such as `mil` and `cr`.
const WORDS: [(&str, i32); 46] = [
    ("k", 3),
    ("tsd", 3),
    ("tausend", 3),
    ("thousand", 3),
    ("тыс", 3),
    ("tys", 3),
    ("tis", 3),
    ("ribu", 3),
    ("rb", 3),
    ("千", 3),
    ("천", 3),
    ("万", 4),
    ("萬", 4),
    ("만", 4),
    ("lakh", 5),
    ("lakhs", 5),
    ("lac", 5),
    ("lacs", 5),
    ("m", 6),
    ("mm", 6),
    ("mn", 6),
    ("mio", 6),
    ("mln", 6),
    ("million", 6),
    ("millions", 6),
    ("millionen", 6),
    ("millones", 6),
    ("milhões", 6),
    ("milioni", 6),
    ("miljoen", 6),
    ("milj", 6),
    ("млн", 6),
    ("juta", 6),
    ("jt", 6),
    ("triệu", 6),
    ("百万", 6),
    ("백만", 6),
    ("crore", 7),
    ("crores", 7),
    ("亿", 8),
    ("億", 8),
    ("억", 8),
    ("b", 9),
    ("bn", 9),
    ("mrd", 9),
    ("mld", 9),
];

/// Splits a word from what is after a number. Returns its power of ten and the rest, without spaces around it.
pub(super) fn split(text: &str) -> Option<(i32, &str)> {
    let text = text.trim();
    let end = text.find(|c: char| !c.is_alphabetic()).unwrap_or(text.len());
    let exponent_of = |word: &str| {
        let word = word.to_lowercase();
        WORDS.iter().find(|(known, _)| *known == word).map(|(_, exponent)| *exponent)
    };
    if let Some(exponent) = exponent_of(&text[..end]) {
        let rest = &text[end..];
        return Some((exponent, rest.strip_prefix('.').unwrap_or(rest).trim()));
    }
    // East Asian words are written together with the currency: `125万円`.
    text[..end].char_indices().skip(1).filter(|(at, _)| !text[..*at].is_ascii()).find_map(|(at, _)| {
        let (word, rest) = text.split_at(at);
        Some((exponent_of(word)?, rest.trim()))
    })
}
