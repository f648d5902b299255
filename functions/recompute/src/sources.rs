//! Sources: parts of the bucket whose files are read with options of their own (setting `SOURCES`).

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use serde::Deserialize;
use standings_core::DecimalStyle;
use standings_reader::{ColumnNames, DateOrder, Reading, SalesRule, TextEncoding, UnknownEncoding};

/// The sources, the longest prefix first.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sources(Vec<(String, Reading)>);

impl Sources {
    /// Parses the setting: a JSON list of objects. An option that a source leaves out is that of `default`. `prefix` is
    /// that of all sales files.
    ///
    /// # Errors
    ///
    /// Says which source and which option is invalid, and what is allowed.
    pub(crate) fn parse(text: &str, default: &Reading, prefix: &str) -> Result<Self, String> {
        let json = &mut serde_json::Deserializer::from_str(text);
        let options: Vec<Options> = serde_path_to_error::deserialize(json).map_err(|error| {
            let place = error.path().to_string();
            format!("source {place}: {}", error.into_inner()).replacen("source .: ", "", 1)
        })?;
        let mut sources: Vec<(String, Reading)> = Vec::with_capacity(options.len());
        for (at, options) in options.into_iter().enumerate() {
            let problem = |problem: String| format!("source [{at}] ({:?}): {problem}", options.prefix);
            if !options.prefix.starts_with(prefix) || options.prefix == prefix {
                return Err(problem(format!(
                    "prefix: must begin with {prefix:?}, the prefix of all sales files, and be longer"
                )));
            }
            if sources.iter().any(|(known, _)| *known == options.prefix) {
                return Err(problem("prefix: an earlier source has the same".to_owned()));
            }
            let reading = options.reading(default).map_err(problem)?;
            sources.push((options.prefix, reading));
        }
        sources.sort_by_key(|(prefix, _)| std::cmp::Reverse(prefix.len()));
        Ok(Self(sources))
    }

    /// Returns the options of the source of a file, if it has one.
    pub(crate) fn reading_of(&self, key: &str) -> Option<&Reading> {
        self.0.iter().find(|(prefix, _)| key.starts_with(prefix)).map(|(_, reading)| reading)
    }
}

/// The options of a source, as they are written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Options {
    prefix: String,
    #[serde(default)]
    time_zone: Option<String>,
    #[serde(default)]
    utc_times: Option<bool>,
    #[serde(default)]
    date_order: Option<DateOrderOption>,
    #[serde(default)]
    decimal_mark: Option<DecimalMarkOption>,
    #[serde(default)]
    encoding: Option<String>,
    #[serde(default)]
    columns: Option<BTreeMap<String, String>>,
    #[serde(default)]
    currency: Option<String>,
    #[serde(default)]
    sales: Option<SalesOption>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::enum_variant_names, reason = "they are named like the values of the setting")]
enum DateOrderOption {
    DayFirst,
    MonthFirst,
    YearFirst,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum DecimalMarkOption {
    Point,
    Comma,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SalesOption {
    column: String,
    values: Vec<String>,
}

impl Options {
    fn reading(&self, default: &Reading) -> Result<Reading, String> {
        let mut reading = default.clone();
        if let Some(name) = &self.time_zone {
            let zone = time_zone(name).map_err(|problem| format!("time_zone: {name:?} {problem}"))?;
            reading.local_time_zone = Some(zone);
        }
        if let Some(utc_times) = self.utc_times {
            reading.utc_times = utc_times;
        }
        if let Some(order) = self.date_order {
            reading.date_order = Some(match order {
                DateOrderOption::DayFirst => DateOrder::DayFirst,
                DateOrderOption::MonthFirst => DateOrder::MonthFirst,
                DateOrderOption::YearFirst => DateOrder::YearFirst,
            });
        }
        if let Some(mark) = self.decimal_mark {
            reading.decimal_mark = Some(match mark {
                DecimalMarkOption::Point => DecimalStyle::Point,
                DecimalMarkOption::Comma => DecimalStyle::Comma,
            });
        }
        if let Some(name) = &self.encoding {
            reading.encoding = Some(encoding(name).map_err(|problem| format!("encoding: {name:?} {problem}"))?);
        }
        if let Some(columns) = &self.columns {
            reading.columns = column_names(columns).map_err(|problem| format!("columns: {problem}"))?;
        }
        if let Some(code) = &self.currency {
            let code = currency(code).map_err(|problem| format!("currency: {code:?} {problem}"))?;
            reading.amounts_in = (code != reading.currency).then_some(code);
        }
        if let Some(SalesOption { column, values }) = &self.sales {
            if column.trim().is_empty() || values.iter().all(|value| value.trim().is_empty()) {
                return Err("sales: needs a column and at least one value".to_owned());
            }
            reading.sales = Some(SalesRule { column: column.clone(), values: values.clone() });
        }
        Ok(reading)
    }
}

fn column_names(columns: &BTreeMap<String, String>) -> Result<ColumnNames, String> {
    if let Some(name) = columns.values().find(|name| name.contains(',')) {
        return Err(format!("{name:?} contains a comma. Rename that column in the sales files"));
    }
    let pairs: Vec<String> = columns.iter().map(|(field, name)| format!("{field}={name}")).collect();
    pairs.join(",").parse()
}

/// Parses the name of a time zone. The problem continues the value.
pub(crate) fn time_zone(name: &str) -> Result<TimeZone, String> {
    TimeZone::get(name).map_err(|_| "is not an IANA time zone such as Europe/Berlin".to_owned())
}

/// Parses a currency. The problem continues the value.
pub(crate) fn currency(code: &str) -> Result<String, String> {
    let is_code = code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_alphabetic());
    if is_code { Ok(code.to_ascii_uppercase()) } else { Err("is not an ISO 4217 currency code such as EUR".to_owned()) }
}

/// Parses a date order. The problem continues the value.
pub(crate) fn date_order(order: &str) -> Result<DateOrder, String> {
    match order {
        "day_first" => Ok(DateOrder::DayFirst),
        "month_first" => Ok(DateOrder::MonthFirst),
        "year_first" => Ok(DateOrder::YearFirst),
        _ => Err("is none of day_first (16/11/2026), month_first (11/16/2026) and year_first (26/11/16)".to_owned()),
    }
}

/// Parses the name of an encoding. The problem continues the value.
pub(crate) fn encoding(name: &str) -> Result<TextEncoding, String> {
    name.parse().map_err(|problem: UnknownEncoding| problem.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Sources, String> {
        let default =
            Reading { date_order: Some(DateOrder::MonthFirst), currency: "EUR".to_owned(), ..Reading::default() };
        Sources::parse(text, &default, "sales/")
    }

    #[test]
    fn terraform_lists_names_of_encodings_that_are_known() {
        let listed = include_str!("../../../terraform/lists/encodings.txt");
        let unknown: Vec<&str> = listed.lines().filter(|name| encoding(name).is_err()).collect();
        assert!(listed.lines().count() > 200 && unknown.is_empty(), "terraform/lists/encodings.txt: {unknown:?}");
    }

    #[test]
    fn the_longest_prefix_decides_and_what_a_source_leaves_out_is_inherited() {
        let sources = parse(
            r#"[
                {"prefix": "sales/apac/", "time_zone": "Asia/Tokyo", "currency": "jpy", "utc_times": true,
                 "encoding": "Shift_JIS"},
                {"prefix": "sales/apac/au/", "date_order": "day_first", "decimal_mark": "comma", "currency": "EUR",
                 "columns": {"salesperson": "Rep Name", "amount": "Net"}, "time_zone": null,
                 "sales": {"column": "Stage", "values": ["Closed Won"]}}
            ]"#,
        )
        .unwrap();
        assert!(sources.reading_of("sales/emea/a.csv").is_none());
        let apac = sources.reading_of("sales/apac/a.csv").unwrap();
        assert_eq!(apac.local_time_zone.as_ref().unwrap().iana_name(), Some("Asia/Tokyo"));
        assert_eq!((apac.currency.as_str(), apac.amounts_in.as_deref()), ("EUR", Some("JPY")));
        assert_eq!((apac.utc_times, apac.date_order), (true, Some(DateOrder::MonthFirst)));
        assert_eq!(apac.encoding.unwrap().to_string(), "Shift_JIS");
        let au = sources.reading_of("sales/apac/au/a.csv").unwrap();
        assert_eq!(
            (au.utc_times, au.date_order, au.decimal_mark),
            (false, Some(DateOrder::DayFirst), Some(DecimalStyle::Comma))
        );
        assert_eq!((&au.amounts_in, &au.columns), (&None, &"amount=Net,salesperson=Rep Name".parse().unwrap()));
        let rule = SalesRule { column: "Stage".to_owned(), values: vec!["Closed Won".to_owned()] };
        assert_eq!(au.sales, Some(rule));
    }

    #[test]
    fn an_error_says_which_source_and_option_and_what_is_allowed() {
        for (text, expected) in [
            (
                r#"[{"prefix": "sales/a/", "date_order": "dmy"}]"#,
                ["[0].date_order", "`day_first`, `month_first`, `year_first`"],
            ),
            (
                r#"[{"prefix": "sales/a/"}, {"prefix": "sales/b/", "utc_times": "yes"}]"#,
                ["[1].utc_times", "expected a boolean"],
            ),
            (r#"[{"prefix": "sales/a/", "timezone": "UTC"}]"#, ["[0]", "unknown field `timezone`"]),
            (r#"[{"prefix": "sales/a/", "time_zone": "Tokyo"}]"#, ["[0] (\"sales/a/\"): time_zone", "Europe/Berlin"]),
            (r#"[{"prefix": "sales/a/", "encoding": "EBCDIC"}]"#, ["encoding: \"EBCDIC\"", "windows-1250"]),
            (r#"[{"prefix": "sales/a/", "currency": "€"}]"#, ["currency: \"€\"", "such as EUR"]),
            (
                r#"[{"prefix": "sales/a/", "columns": {"boss": "X"}}]"#,
                ["columns: there is no column \"boss\"", "salesperson"],
            ),
            (r#"[{"prefix": "sales/a/", "columns": {"team": "A, B"}}]"#, ["columns: \"A, B\"", "comma"]),
            (
                r#"[{"prefix": "sales/a/", "sales": {"column": "Stage", "values": []}}]"#,
                ["sales:", "at least one value"],
            ),
            (r#"[{"prefix": "other/"}]"#, ["prefix:", "\"sales/\""]),
            (r#"[{"prefix": "sales/"}]"#, ["prefix:", "be longer"]),
            (r#"[{"prefix": "sales/a/"}, {"prefix": "sales/a/"}]"#, ["[1]", "same"]),
            ("[{}]", ["[0]", "missing field `prefix`"]),
            (r#"{"prefix": "sales/a/"}"#, ["expected a sequence", ""]),
        ] {
            let error = parse(text).unwrap_err();
            assert!(expected.iter().all(|part| error.contains(part)), "{text}: {error}");
        }
    }
}
