//! The settings, read once at start.

use standings_core::DecimalStyle;

use standings_lambda::{SettingsError, Variables};
use standings_reader::Reading;

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

impl Settings {
    /// Reads the settings.
    ///
    /// # Errors
    ///
    /// Names the variable that is missing or invalid.
    pub fn read(variables: &Variables) -> Result<Self, SettingsError> {
        let currency = variables.parsed("CURRENCY", |code| {
            let is_code = code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_alphabetic());
            let problem = || "is not an ISO 4217 currency code such as EUR".to_owned();
            if is_code { Ok(Some(code.to_ascii_uppercase())) } else { Err(problem()) }
        })?;
        let decimal_style = variables.parsed("DECIMAL_COMMA", |value| match value.to_ascii_lowercase().as_str() {
            "false" | "0" => Ok(DecimalStyle::Point),
            "true" | "1" => Ok(DecimalStyle::Comma),
            _ => Err("is neither true nor false".to_owned()),
        })?;
        Ok(Self {
            bucket: variables.required("SALES_BUCKET")?,
            prefix: variables.get("SALES_PREFIX").unwrap_or_else(|| "sales/".to_owned()),
            ledger_table: variables.required("LEDGER_TABLE")?,
            reports_table: variables.required("REPORTS_TABLE")?,
            function_name: variables.get("AWS_LAMBDA_FUNCTION_NAME"),
            reading: Reading {
                columns: variables.parsed("COLUMNS", str::parse)?,
                decimal_style,
                time_zone: variables.time_zone()?,
                currency: currency.unwrap_or_else(|| "USD".to_owned()),
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REQUIRED: [(&str, &str); 3] = [("SALES_BUCKET", "b"), ("LEDGER_TABLE", "l"), ("REPORTS_TABLE", "r")];

    #[test]
    fn what_is_not_set_has_a_default() {
        let settings = Settings::read(&Variables::from_pairs(REQUIRED)).unwrap();
        assert_eq!((settings.prefix.as_str(), settings.reading.currency.as_str()), ("sales/", "USD"));
    }

    #[test]
    fn a_wrong_setting_is_named() {
        for (name, value) in
            [("TIME_ZONE", "Mars/Base"), ("CURRENCY", "dollars"), ("DECIMAL_COMMA", "maybe"), ("COLUMNS", "amount")]
        {
            let variables = Variables::from_pairs(REQUIRED.into_iter().chain([(name, value)]));
            let error = Settings::read(&variables).unwrap_err().to_string();
            assert!(error.contains(name) && error.contains(value), "{error}");
        }
        let error = Settings::read(&Variables::from_pairs::<&str, &str>([])).unwrap_err().to_string();
        assert_eq!(error, "SALES_BUCKET is not set");
    }
}
