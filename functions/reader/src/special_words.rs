//! Words that stand for something else than themselves: for no value at all, and for a total.

use standings_core::name;

/// Longest word for no value, in bytes. Most texts are told apart by their length or first character.
const MAX_NULL_WORD: usize = 26;

/// Words by which databases, spreadsheets and programs write that there is no value, in lower case.
const NULL_WORDS: [&str; 42] = [
    "null",
    "(null)",
    "<null>",
    "[null]",
    "\\n",
    "n/a",
    "#n/a",
    "#n/a n/a",
    "#na",
    "#ref!",
    "#value!",
    "#name?",
    "#div/0!",
    "#null!",
    "#num!",
    "nan",
    "none",
    "(none)",
    "<none>",
    "nil",
    "<nil>",
    "undefined",
    "(blank)",
    "(empty)",
    "(not set)",
    "(leer)",
    "- none -",
    "-none-",
    "not assigned",
    "unassigned",
    "(unassigned)",
    "no owner",
    "(no owner)",
    "#",
    "__hive_default_partition__",
    "-",
    "--",
    "---",
    "\u{2013}",
    "\u{2014}",
    "?",
    ".",
];

/// Words for the row of a total, folded.
const TOTAL_WORDS: [&str; 51] = [
    "total",
    "totals",
    "grand total",
    "grand totals",
    "subtotal",
    "sub-total",
    "sub total",
    "subtotals",
    "overall total",
    "report total",
    "sum",
    "sum total",
    "all",
    "overall",
    "average",
    "count",
    "gesamt",
    "gesamtsumme",
    "gesamtergebnis",
    "summe",
    "zwischensumme",
    "total g\u{e9}n\u{e9}ral",
    "total general",
    "sous-total",
    "total geral",
    "totale",
    "totale complessivo",
    "totaal",
    "eindtotaal",
    "subtotaal",
    "suma",
    "suma total",
    "razem",
    "\u{438}\u{442}\u{43e}\u{433}\u{43e}",
    "toplam",
    "genel toplam",
    "celkem",
    "\u{f6}sszesen",
    "yhteens\u{e4}",
    "i alt",
    "\u{3c3}\u{3cd}\u{3bd}\u{3bf}\u{3bb}\u{3bf}",
    "ukupno",
    "t\u{1ed5}ng c\u{1ed9}ng",
    "jumlah",
    "\u{5c0f}\u{8a08}",
    "\u{5c0f}\u{8ba1}",
    "totalt",
    "summa",
    "\u{5408}\u{8ba1}",
    "\u{5408}\u{8a08}",
    "\u{603b}\u{8ba1}",
];

/// Words at the end of the name of whose total a row is, folded.
const TOTAL_SUFFIXES: [&str; 5] = [" total", " totals", " subtotal", " gesamt", " ergebnis"];

/// Whether a text says that there is no value.
pub(crate) fn is_null_word(text: &str) -> bool {
    let text = text.trim();
    let Some(first) = text.bytes().next() else { return true };
    // Checked first, because this is called for each row.
    let may_be = matches!(
        first,
        b'n' | b'N' | b'u' | b'U' | b'_' | b'#' | b'(' | b'<' | b'[' | b'\\' | b'-' | b'?' | b'.' | 0xe2
    ) && text.len() <= MAX_NULL_WORD;
    may_be && NULL_WORDS.contains(&text.to_lowercase().as_str())
}

/// Whether a text, instead of naming somebody, says that its row is a total, or may say so.
pub(crate) fn is_total_word(text: &str) -> bool {
    let folded = name::fold(text);
    let folded = without_count(&folded);
    TOTAL_WORDS.contains(&folded)
        || [
            "total for ",
            "total of ",
            "totals for ",
            "subtotal for ",
            "sum of ",
            "summe f\u{fc}r ",
            "total pour ",
            "total: ",
        ]
        .iter()
        .any(|prefix| folded.starts_with(prefix))
        || subject(folded).is_some()
}

/// Returns the folded name of whose total a text may be, such as that of Ana in "Ana Total". It may as well be a name.
pub(crate) fn subject_of_total(text: &str) -> Option<String> {
    // Checked first, because this is called for each name.
    let end = text.trim_end_matches(|c: char| !c.is_alphanumeric() || c.is_ascii_digit()).bytes().last();
    let is_counted = text.ends_with(')');
    if !is_counted && !end.is_some_and(|end| matches!(end, b'l' | b's' | b't' | b'L' | b'S' | b'T')) {
        return None;
    }
    let folded = name::fold(text);
    let folded = without_count(&folded);
    subject(folded).filter(|_| !TOTAL_WORDS.contains(&folded)).map(str::to_owned)
}

fn subject(folded: &str) -> Option<&str> {
    let subject = TOTAL_SUFFIXES.iter().find_map(|suffix| folded.strip_suffix(suffix));
    subject.map(str::trim_end)
}

/// Removes the end of "Total (9)", "Grand Total (9 records)" and "Total:".
fn without_count(folded: &str) -> &str {
    let before = folded.split_once('(').map_or(folded, |(before, _)| before);
    let text = if before.trim().is_empty() { folded } else { before };
    text.trim_end_matches([':', '.', ' '])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_for_no_value_are_told_from_names() {
        for text in [
            "",
            " ",
            "NULL",
            "null",
            "\\N",
            "#N/A",
            "N/A",
            "-",
            "\u{2014}",
            "None",
            "NaN",
            "(blank)",
            " nil ",
            "- None -",
            "Unassigned",
        ] {
            assert!(is_null_word(text), "{text}");
        }
        for text in ["Nina", "Nulla", "NA", "-5", "Nell O'Null", "Zoe"] {
            assert!(!is_null_word(text), "{text}");
        }
    }

    #[test]
    fn totals_are_told_from_names() {
        for text in [
            "Total",
            "TOTALS:",
            "Grand  Total",
            "Grand Total (9 records)",
            "\u{418}\u{442}\u{43e}\u{433}\u{43e}",
            "Total for Mira Holt",
            "Mira Holt Total",
            "Gesamtsumme",
            "Sous-total",
        ] {
            assert!(is_total_word(text), "{text}");
        }
        assert_eq!(subject_of_total("Mira  Holt TOTAL:").as_deref(), Some("mira holt"));
        assert_eq!(subject_of_total("Grand Total"), None);
        for text in ["Tota Lee", "Mira Holt", "Totalis Maximus"] {
            assert!(!is_total_word(text), "{text}");
        }
    }
}
