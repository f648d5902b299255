//! Settings, read from the environment once at start-up.

use standings_core::DecimalStyle;
use standings_lambda::{SettingsError, Variables};
use standings_reader::Reading;

/// Settings of the function.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `SALES_BUCKET`: bucket of the sales files.
    pub bucket: String,
    /// `SALES_PREFIX`: prefix of the keys of sales files, `sales/` by default.
    pub prefix: String,
    /// `LEDGER_TABLE`: name of the ledger table.
    pub ledger_table: String,
    /// `REPORTS_TABLE`: name of the reports table.
    pub reports_table: String,
    /// `AWS_LAMBDA_FUNCTION_NAME`, set by Lambda: dimension of all metrics. Without it no metrics are emitted.
    pub function_name: Option<String>,
    /// `TIME_ZONE`, `CURRENCY`, `COLUMNS` and `DECIMAL_COMMA`: how sales files are read.
    pub reading: Reading,
}

impl Settings {
    /// Reads the settings from environment variables.
    ///
    /// # Errors
    ///
    /// [`SettingsError`] names the first variable that is missing or invalid.
    pub fn read(variables: &Variables) -> Result<Self, SettingsError> {
        let currency = variables.parsed("CURRENCY", |code| {
            let is_code = code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_alphabetic());
            let problem = || "is not an ISO 4217 currency code such as EUR".to_owned();
            if is_code { Ok(Some(code.to_ascii_uppercase())) } else { Err(problem()) }
        })?;
        let decimal_mark = variables.parsed("DECIMAL_COMMA", |value| match value.to_ascii_lowercase().as_str() {
            "false" | "0" => Ok(None),
            "true" | "1" => Ok(Some(DecimalStyle::Comma)),
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
                decimal_mark,
                time_zone: variables.time_zone()?,
                currency: currency.unwrap_or_else(|| "USD".to_owned()),
                ..Reading::default()
            },
        })
    }

    /// Returns whether a key is that of a sales file. A key that ends in a slash is a folder marker, an empty object
    /// that the S3 console creates.
    pub(crate) fn is_sales_file(&self, key: &str) -> bool {
        key.starts_with(&self.prefix) && !key.ends_with('/')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REQUIRED: [(&str, &str); 3] = [("SALES_BUCKET", "b"), ("LEDGER_TABLE", "l"), ("REPORTS_TABLE", "r")];

    #[test]
    fn optional_settings_have_defaults() {
        let settings = Settings::read(&Variables::from_pairs(REQUIRED)).unwrap();
        assert_eq!((settings.prefix.as_str(), settings.reading.currency.as_str()), ("sales/", "USD"));
    }

    #[test]
    fn folders_and_objects_outside_the_prefix_are_not_sales_files() {
        let settings = Settings::read(&Variables::from_pairs(REQUIRED)).unwrap();
        assert!(settings.is_sales_file("sales/a.csv") && settings.is_sales_file("sales/2026/47"));
        assert!(!settings.is_sales_file("sales/2026/") && !settings.is_sales_file("other/a.csv"));
    }

    #[test]
    fn errors_name_the_setting_and_its_value() {
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
