//! The settings, read once at start.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use standings_core::DecimalStyle;

use crate::reader::{ColumnNames, Reading};

/// The settings of the function.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `SALES_BUCKET`: the bucket that sales files land in.
    pub bucket: String,
    /// `SALES_PREFIX`: the keys of sales files start with this; `sales/` unless set.
    pub prefix: String,
    /// `LEDGER_TABLE`: the table of contributions.
    pub ledger_table: String,
    /// `REPORTS_TABLE`: the table of reports.
    pub reports_table: String,
    /// `AWS_LAMBDA_FUNCTION_NAME`, which Lambda sets: metrics carry it. Without it there are none.
    pub function_name: Option<String>,
    /// How sales files are read: `TIME_ZONE`, `CURRENCY`, `COLUMNS`, `DECIMAL_COMMA`.
    pub reading: Reading,
}

/// A setting that is missing or wrong.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// It has no value and needs one.
    #[error("{0} is not set")]
    Missing(&'static str),
    /// Its value makes no sense.
    #[error("{name}={value:?}: {problem}")]
    Wrong {
        /// The name of the setting.
        name: &'static str,
        /// Its value.
        value: String,
        /// What is wrong with it, and what would be right.
        problem: String,
    },
}

impl Settings {
    /// Reads the settings from the environment.
    ///
    /// # Errors
    ///
    /// Names the variable that is missing or wrong.
    pub fn from_env() -> Result<Self, SettingsError> {
        Self::read(|name| std::env::var(name).ok())
    }

    /// Reads the settings by their names. An empty value is none.
    ///
    /// # Errors
    ///
    /// Names the setting that is missing or wrong.
    pub fn read(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, SettingsError> {
        let get = |name: &str| lookup(name).filter(|value| !value.trim().is_empty());
        let required = |name| get(name).ok_or(SettingsError::Missing(name));
        let wrong =
            |name, value: String, problem: &str| SettingsError::Wrong { name, value, problem: problem.to_owned() };

        let time_zone = match get("TIME_ZONE") {
            None => TimeZone::UTC,
            Some(name) => TimeZone::get(&name)
                .map_err(|_| wrong("TIME_ZONE", name, "is not an IANA time zone such as Europe/Berlin"))?,
        };
        let currency = get("CURRENCY").unwrap_or_else(|| "USD".to_owned());
        if currency.len() != 3 || !currency.bytes().all(|b| b.is_ascii_alphabetic()) {
            return Err(wrong("CURRENCY", currency, "is not a currency code of ISO 4217 such as EUR"));
        }
        let decimal_style = match get("DECIMAL_COMMA").unwrap_or_default().to_ascii_lowercase().as_str() {
            "" | "false" | "0" => DecimalStyle::Point,
            "true" | "1" => DecimalStyle::Comma,
            other => return Err(wrong("DECIMAL_COMMA", other.to_owned(), "is neither true nor false")),
        };
        let columns = match get("COLUMNS") {
            None => ColumnNames::default(),
            Some(text) => text.parse().map_err(|problem: String| SettingsError::Wrong {
                name: "COLUMNS",
                value: text,
                problem,
            })?,
        };
        Ok(Self {
            bucket: required("SALES_BUCKET")?,
            prefix: get("SALES_PREFIX").unwrap_or_else(|| "sales/".to_owned()),
            ledger_table: required("LEDGER_TABLE")?,
            reports_table: required("REPORTS_TABLE")?,
            function_name: get("AWS_LAMBDA_FUNCTION_NAME"),
            reading: Reading { columns, decimal_style, time_zone, currency: currency.to_ascii_uppercase() },
        })
    }

    /// Reads the settings from pairs, as tests and the local stack have them.
    ///
    /// # Errors
    ///
    /// As [`Settings::read`].
    pub fn from_pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, SettingsError> {
        let pairs: BTreeMap<_, _> = pairs.into_iter().collect();
        Self::read(|name| pairs.get(name).map(|value| (*value).to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REQUIRED: [(&str, &str); 3] = [("SALES_BUCKET", "b"), ("LEDGER_TABLE", "l"), ("REPORTS_TABLE", "r")];

    #[test]
    fn what_is_not_set_has_a_default() {
        let settings = Settings::from_pairs(REQUIRED).unwrap();
        assert_eq!((settings.prefix.as_str(), settings.reading.currency.as_str()), ("sales/", "USD"));
    }

    #[test]
    fn a_wrong_setting_is_named() {
        for (name, value) in
            [("TIME_ZONE", "Mars/Base"), ("CURRENCY", "dollars"), ("DECIMAL_COMMA", "maybe"), ("COLUMNS", "amount")]
        {
            let error = Settings::from_pairs(REQUIRED.into_iter().chain([(name, value)])).unwrap_err().to_string();
            assert!(error.contains(name) && error.contains(value), "{error}");
        }
        let error = Settings::from_pairs([]).unwrap_err().to_string();
        assert_eq!(error, "SALES_BUCKET is not set");
    }
}
