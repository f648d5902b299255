//! Names of months and weekdays in the languages of Western Europe.

use super::cursor::Cursor;

/// Names and abbreviations of the months in English, German, French, Spanish, Italian, Portuguese, Dutch and the
/// Scandinavian languages. None of them means different months in two of these. (Slavic languages are left out because
/// `listopad` does.)
const MONTHS: [&[&str]; 12] = [
    &["january", "jan", "januar", "jänner", "janvier", "janv", "enero", "ene", "gennaio", "gen", "janeiro", "januari"],
    &[
        "february",
        "feb",
        "februar",
        "febr",
        "février",
        "fevrier",
        "févr",
        "fevr",
        "fév",
        "fev",
        "febrero",
        "febbraio",
        "fevereiro",
        "februari",
    ],
    &["march", "mar", "märz", "maerz", "mär", "mrz", "mars", "marzo", "março", "marco", "maart", "mrt", "marts"],
    &["april", "apr", "avril", "avr", "abril", "abr", "aprile"],
    &["may", "mai", "mayo", "maggio", "mag", "maio", "mei", "maj"],
    &["june", "jun", "juni", "juin", "junio", "giugno", "giu", "junho"],
    &["july", "jul", "juli", "juillet", "juil", "julio", "luglio", "lug", "julho"],
    &["august", "aug", "août", "aout", "agosto", "ago", "augustus", "augusti"],
    &["september", "sep", "sept", "septembre", "septiembre", "setiembre", "settembre", "set", "setembro"],
    &["october", "oct", "oktober", "okt", "octobre", "octubre", "ottobre", "ott", "outubro", "out"],
    &["november", "nov", "novembre", "noviembre", "novembro"],
    &[
        "december",
        "dec",
        "dezember",
        "dez",
        "décembre",
        "decembre",
        "déc",
        "diciembre",
        "dic",
        "dicembre",
        "dezembro",
        "desember",
        "des",
    ],
];

/// Names and abbreviations of the weekdays in the same languages, and the characters of East Asian ones. They are only
/// skipped: the date decides.
const WEEKDAYS: &[&str] = &[
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "mon",
    "tue",
    "tues",
    "wed",
    "thu",
    "thur",
    "thurs",
    "fri",
    "sat",
    "sun",
    "montag",
    "dienstag",
    "mittwoch",
    "donnerstag",
    "freitag",
    "samstag",
    "sonnabend",
    "sonntag",
    "mo",
    "di",
    "mi",
    "do",
    "fr",
    "sa",
    "so",
    "lundi",
    "mardi",
    "mercredi",
    "jeudi",
    "vendredi",
    "samedi",
    "dimanche",
    "lun",
    "mar",
    "mer",
    "jeu",
    "ven",
    "sam",
    "dim",
    "lunes",
    "martes",
    "miércoles",
    "jueves",
    "viernes",
    "sábado",
    "domingo",
    "mié",
    "jue",
    "vie",
    "sáb",
    "dom",
    "lunedì",
    "martedì",
    "mercoledì",
    "giovedì",
    "venerdì",
    "sabato",
    "domenica",
    "gio",
    "sab",
    "segunda-feira",
    "terça-feira",
    "quarta-feira",
    "quinta-feira",
    "sexta-feira",
    "seg",
    "ter",
    "qua",
    "qui",
    "sex",
    "maandag",
    "dinsdag",
    "woensdag",
    "donderdag",
    "vrijdag",
    "zaterdag",
    "zondag",
    "ma",
    "wo",
    "vr",
    "za",
    "zo",
    "mandag",
    "tirsdag",
    "onsdag",
    "torsdag",
    "fredag",
    "lørdag",
    "søndag",
    "måndag",
    "tisdag",
    "lördag",
    "söndag",
    "月",
    "火",
    "水",
    "木",
    "金",
    "土",
    "日",
    "월",
    "화",
    "수",
    "목",
    "금",
    "토",
    "일",
    "星期一",
    "星期二",
    "星期三",
    "星期四",
    "星期五",
    "星期六",
    "星期日",
];

/// Returns the number of a month by its name in lower case.
pub(super) fn month(name: &str) -> Option<i8> {
    let place = MONTHS.iter().position(|names| names.contains(&name))?;
    i8::try_from(place + 1).ok()
}

/// Skips a weekday before or after a date: `Mon, `, `lun. `, ` (月)`.
pub(super) fn skip_weekday(cursor: &mut Cursor<'_>) {
    let mut ahead = *cursor;
    ahead.skip_spaces();
    ahead.take(",");
    ahead.skip_spaces();
    let bracketed = ahead.take("(");
    let letters = ahead.letters();
    if letters.is_empty() {
        return;
    }
    let word = if ahead.take("-feira") { format!("{letters}-feira") } else { letters.to_owned() };
    if !WEEKDAYS.contains(&word.as_str()) || bracketed && !ahead.take(")") {
        return;
    }
    ahead.take(".");
    ahead.take(",");
    ahead.skip_spaces();
    // `mar` is Tuesday in French, and March if no other month follows: `mar. 17 nov. 2026`, `Mar 17 2026`.
    let names_another_month = ahead.rest().split(|c: char| !c.is_alphabetic()).any(|word| month(word).is_some());
    if month(&word).is_none() || names_another_month {
        *cursor = ahead;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_means_two_months() {
        let names: Vec<_> = MONTHS.concat();
        let distinct: std::collections::HashSet<_> = names.iter().collect();
        assert_eq!(distinct.len(), names.len());
    }
}
