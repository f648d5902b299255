//! Settings, read from the environment once at start-up.

use standings_core::{DecimalStyle, ExpectedSources, FiscalCalendar};
use standings_lambda::{SettingsError, Variables};
use standings_reader::Reading;

use crate::sales_key::KeyKind;
use crate::sources::{self, Sources};

/// Settings of the function.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `SALES_BUCKET`: bucket of the sales files.
    pub bucket: String,
    /// `SALES_PREFIX`: prefix of the keys of sales files, `sales/` by default. Empty for `/`: all keys of the bucket.
    pub prefix: String,
    /// `LEDGER_TABLE`: name of the ledger table.
    pub ledger_table: String,
    /// `REPORTS_TABLE`: name of the reports table.
    pub reports_table: String,
    /// `QUEUE_URL`: the function's own queue, to which it sends delayed messages.
    pub queue_url: String,
    /// `FISCAL_YEAR_START` and `FISCAL_YEAR_NAME`: the organization's quarters and years.
    pub calendar: FiscalCalendar,
    /// `EXPECTED`: sources whose uploads are noted, since they are expected regularly.
    pub expected: ExpectedSources,
    /// `AWS_LAMBDA_FUNCTION_NAME`, set by Lambda: dimension of all metrics. Without it no metrics are emitted.
    pub function_name: Option<String>,
    /// `TIME_ZONE`, `CURRENCY`, `COLUMNS`, `DECIMAL_COMMA`, `DATE_ORDER`, `ENCODING` and `UTC_TIMES`: how the files of the
    /// default source are read. Its time zone and currency are those of the organization.
    pub reading: Reading,
    /// `SOURCES`: prefixes whose files are read in another way.
    pub(crate) sources: Sources,
}

impl Settings {
    /// Reads the settings from environment variables.
    ///
    /// # Errors
    ///
    /// [`SettingsError`] names the first variable that is missing or invalid.
    pub fn read(variables: &Variables) -> Result<Self, SettingsError> {
        let currency = variables.parsed("CURRENCY", |code| sources::currency(code).map(Some))?;
        let is_comma = flag(variables, "DECIMAL_COMMA")?;
        let prefix = match variables.get("SALES_PREFIX") {
            Some(prefix) if prefix == "/" => String::new(),
            prefix => prefix.unwrap_or_else(|| "sales/".to_owned()),
        };
        let reading = Reading {
            columns: variables.parsed("COLUMNS", str::parse)?,
            decimal_mark: is_comma.then_some(DecimalStyle::Comma),
            date_order: variables.parsed("DATE_ORDER", |order| sources::date_order(order).map(Some))?,
            encoding: variables.parsed("ENCODING", |name| sources::encoding(name).map(Some))?,
            utc_times: flag(variables, "UTC_TIMES")?,
            time_zone: variables.time_zone()?,
            currency: currency.unwrap_or_else(|| "USD".to_owned()),
            ..Reading::default()
        };
        Ok(Self {
            bucket: variables.required("SALES_BUCKET")?,
            ledger_table: variables.required("LEDGER_TABLE")?,
            reports_table: variables.required("REPORTS_TABLE")?,
            queue_url: variables.required("QUEUE_URL")?,
            calendar: variables.fiscal_calendar()?,
            expected: variables.expected()?,
            function_name: variables.get("AWS_LAMBDA_FUNCTION_NAME"),
            sources: variables.parsed("SOURCES", |text| Sources::parse(text, &reading, &prefix))?,
            prefix,
            reading,
        })
    }

    /// Returns the options for reading the file `key`: those of its source, or else of the default one.
    #[must_use]
    pub fn reading_of(&self, key: &str) -> &Reading {
        self.sources.reading_of(key).unwrap_or(&self.reading)
    }

    /// Returns what the key of an object says about it.
    #[must_use]
    pub fn kind_of<'a>(&self, key: &'a str) -> KeyKind<'a> {
        KeyKind::of(key, &self.prefix)
    }

    /// Returns the name of a file below the prefix, with its folders.
    pub(crate) fn name_of<'a>(&self, key: &'a str) -> &'a str {
        key.strip_prefix(&self.prefix).unwrap_or(key)
    }
}

fn flag(variables: &Variables, name: &'static str) -> Result<bool, SettingsError> {
    variables.parsed(name, |value| match value.to_ascii_lowercase().as_str() {
        "false" | "0" => Ok(false),
        "true" | "1" => Ok(true),
        _ => Err("is neither true nor false".to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use standings_reader::DateOrder;

    use super::*;

    const REQUIRED: [(&str, &str); 4] =
        [("SALES_BUCKET", "b"), ("LEDGER_TABLE", "l"), ("REPORTS_TABLE", "r"), ("QUEUE_URL", "q")];

    #[test]
    fn optional_settings_have_defaults() {
        let settings = Settings::read(&Variables::from_pairs(REQUIRED)).unwrap();
        assert_eq!((settings.prefix.as_str(), settings.reading.currency.as_str()), ("sales/", "USD"));
    }

    #[test]
    fn a_slash_is_the_whole_bucket() {
        let all = Settings::read(&Variables::from_pairs(REQUIRED.into_iter().chain([("SALES_PREFIX", "/")]))).unwrap();
        assert_eq!(all.kind_of("a.csv"), KeyKind::SalesFile);
        assert_eq!((all.name_of("x/a.csv"), all.kind_of("_x/a.csv")), ("x/a.csv", KeyKind::SideFile));
    }

    #[test]
    fn a_source_has_its_own_options_and_the_old_settings_are_those_of_the_others() {
        let options = [
            ("DATE_ORDER", "month_first"),
            ("UTC_TIMES", "true"),
            ("SOURCES", r#"[{"prefix": "sales/emea/", "date_order": "day_first"}]"#),
        ];
        let settings = Settings::read(&Variables::from_pairs(REQUIRED.into_iter().chain(options))).unwrap();
        let (default, emea) = (settings.reading_of("sales/a.csv"), settings.reading_of("sales/emea/a.csv"));
        assert_eq!((default.date_order, default.utc_times), (Some(DateOrder::MonthFirst), true));
        assert_eq!((emea.date_order, emea.utc_times), (Some(DateOrder::DayFirst), true));
        assert_eq!(settings.name_of("sales/emea/a.csv"), "emea/a.csv");
    }

    #[test]
    fn errors_name_the_setting_and_its_value() {
        for (name, value) in [
            ("TIME_ZONE", "Mars/Base"),
            ("CURRENCY", "dollars"),
            ("DECIMAL_COMMA", "maybe"),
            ("COLUMNS", "amount"),
            ("DATE_ORDER", "dmy"),
            ("UTC_TIMES", "yes"),
            ("ENCODING", "EBCDIC"),
            ("FISCAL_YEAR_START", "July"),
            ("SOURCES", "[1]"),
            ("EXPECTED", "[2]"),
        ] {
            let variables = Variables::from_pairs(REQUIRED.into_iter().chain([(name, value)]));
            let error = Settings::read(&variables).unwrap_err().to_string();
            assert!(error.contains(name) && error.contains(value), "{error}");
        }
        let error = Settings::read(&Variables::from_pairs::<&str, &str>([])).unwrap_err().to_string();
        assert_eq!(error, "SALES_BUCKET is not set");
    }
}
