//! Cells: their values as text, independent of how Excel shows them.

use calamine::DataRef;

use crate::currency::{Currency, CurrencyNamed};

/// The value of a cell.
#[derive(Clone)]
pub(super) struct Value {
    pub(super) text: String,
    /// Whether it is a number, which has a decimal point whatever the notation of the file.
    pub(super) is_number: bool,
    /// Whether it is a date, as opposed to a text that looks like one.
    pub(super) is_date: bool,
}

impl Value {
    const fn new(text: String) -> Self {
        Self { text, is_number: false, is_date: false }
    }
}

/// Serial number of the first day after 9999, in both date systems.
const MAX_SERIAL: f64 = 2_958_466.0;

/// Returns the value of a cell, or `None` if it is empty. Dates are local: Excel knows no time zones.
pub(super) fn value(cell: &DataRef<'_>) -> Option<Value> {
    let text = |text: &str| Some(Value::new(text.to_owned()));
    // The shortest decimal that prints the number.
    let number = |number: f64| Some(Value { is_number: number.is_finite(), ..Value::new(number.to_string()) });
    match cell {
        DataRef::Empty => None,
        DataRef::Int(integer) => Some(Value { is_number: true, ..Value::new(integer.to_string()) }),
        DataRef::Float(float) => number(*float),
        DataRef::String(words) | DataRef::DateTimeIso(words) | DataRef::DurationIso(words) => text(words),
        DataRef::SharedString(words) => text(words),
        DataRef::Bool(truth) => text(if *truth { "true" } else { "false" }),
        DataRef::Error(error) => text(&error.to_string()),
        DataRef::DateTime(time) if !time.is_datetime() || !(0.0..MAX_SERIAL).contains(&time.as_f64()) => {
            number(time.as_f64())
        }
        DataRef::DateTime(time) => {
            let (year, month, day, hour, minute, second, _) = time.to_ymd_hms_milli();
            let clock = format!("{hour:02}:{minute:02}:{second:02}");
            let text = if time.as_f64() < 1.0 {
                // A time without a date.
                clock
            } else if clock == "00:00:00" {
                format!("{year:04}-{month:02}-{day:02}")
            } else {
                format!("{year:04}-{month:02}-{day:02}T{clock}")
            };
            Some(Value { is_date: true, ..Value::new(text) })
        }
    }
    .filter(|value| !value.text.trim().is_empty())
}

/// Returns the sign or code of another currency that a number format shows next to the number: `€` of `[$€-407] #,##0.00`
/// and of `#,##0.00 "€"`.
pub(super) fn foreign_currency(format: &str, currency: &Currency) -> Option<String> {
    let positive = format.split(';').next().unwrap_or_default();
    let mut marks = marks(positive).into_iter().map(|mark| mark.trim().to_owned());
    marks.find(|mark| currency.is_named_by(mark) == CurrencyNamed::Other)
}

/// Returns the texts of a number format that are shown as they are.
fn marks(format: &str) -> Vec<String> {
    let mut marks = Vec::new();
    let mut chars = format.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => marks.push(chars.by_ref().take_while(|&c| c != '"').collect()),
            // `[$€-407]` is a sign and a language, `[Red]` a color.
            '[' => {
                let inner: String = chars.by_ref().take_while(|&c| c != ']').collect();
                let sign = inner.strip_prefix('$').map(|inner| inner.split('-').next().unwrap_or_default());
                marks.extend(sign.map(str::to_owned));
            }
            '\\' | '_' | '*' => drop(chars.next()),
            c if !c.is_ascii() || c == '$' => marks.push(c.to_string()),
            _ => {}
        }
    }
    marks
}

#[cfg(test)]
mod tests {
    use calamine::{ExcelDateTime, ExcelDateTimeType};

    use super::*;

    #[test]
    fn dates_are_read_in_both_date_systems() {
        for (serial, is_1904, expected) in [
            (46_342.0, false, "2026-11-16"),
            (44_880.0, true, "2026-11-16"),
            (46_342.75, false, "2026-11-16T18:00:00"),
            (46_342.999_988_425_93, false, "2026-11-16T23:59:59"),
            (60.0, false, "1900-02-29"),
            (0.5, false, "12:00:00"),
            (-1.0, false, "-1"),
            (1e300, false, &format!("1{}", "0".repeat(300))),
        ] {
            let time = ExcelDateTime::new(serial, ExcelDateTimeType::DateTime, is_1904);
            assert_eq!(value(&DataRef::DateTime(time)).unwrap().text, expected, "{serial}");
        }
    }

    #[test]
    fn numbers_are_printed_with_the_fewest_digits() {
        for (number, expected) in [(0.1, "0.1"), (1_250.0, "1250"), (1e15, "1000000000000000"), (-2.5, "-2.5")] {
            let value = value(&DataRef::Float(number)).unwrap();
            assert_eq!((value.text.as_str(), value.is_number), (expected, true));
        }
    }

    #[test]
    fn a_number_format_tells_the_currency() {
        for (format, expected) in [
            ("[$\u{20ac}-407] #,##0.00", Some("\u{20ac}")),
            ("#,##0.00 \"\u{20ac}\"", Some("\u{20ac}")),
            ("#,##0.00\\ \u{20ac};[Red]-#,##0.00", Some("\u{20ac}")),
            ("[$\u{a3}-809]#,##0", Some("\u{a3}")),
            ("\"$\"#,##0.00", None),
            ("[$$-409]#,##0.00", None),
            ("[$-409]d/m/yy", None),
            ("[Red]0.00", None),
            ("#,##0", None),
        ] {
            assert_eq!(foreign_currency(format, &Currency::new("USD")).as_deref(), expected, "{format}");
        }
    }
}
