//! Settings, read from the environment once at start-up.

use std::collections::BTreeMap;
use std::env;

use jiff::tz::TimeZone;
use standings_core::{ExpectedSources, FiscalCalendar, FiscalYearName};

/// A setting that is missing or invalid. The message names the variable.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// A required variable that is not set.
    #[error("{0} is not set")]
    Missing(&'static str),
    /// A variable with an invalid value.
    #[error("{name}={value:?}: {problem}")]
    Invalid {
        /// Name of the variable.
        name: &'static str,
        /// Value of the variable.
        value: String,
        /// The problem with the value, and an example of a valid one.
        problem: String,
    },
}

/// Environment variables by name.
///
/// Values are trimmed, and an empty value is treated as unset, because Terraform and most consoles do not distinguish
/// the two.
///
/// ```
/// use standings_lambda::{SettingsError, Variables};
///
/// let variables = Variables::from_pairs([("SALES_BUCKET", " my-bucket "), ("SALES_PREFIX", "")]);
/// assert_eq!(variables.required("SALES_BUCKET")?, "my-bucket");
/// assert_eq!(variables.get("SALES_PREFIX"), None);
///
/// let error = variables.required("LEDGER_TABLE").unwrap_err();
/// assert_eq!(error.to_string(), "LEDGER_TABLE is not set");
/// # Ok::<(), SettingsError>(())
/// ```
#[derive(Clone, Debug)]
pub enum Variables {
    /// The variables of this process.
    Environment,
    /// Given pairs, for tests and the local stack, which run both functions in one process.
    Pairs(BTreeMap<String, String>),
}

impl Variables {
    /// Returns variables from pairs of names and values. The last value of a name wins.
    pub fn from_pairs<N: Into<String>, V: Into<String>>(pairs: impl IntoIterator<Item = (N, V)>) -> Self {
        Self::Pairs(pairs.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }

    /// Returns the value of `name`, if it is set.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<String> {
        let value = match self {
            Self::Environment => env::var(name).ok()?,
            Self::Pairs(pairs) => pairs.get(name)?.clone(),
        };
        let value = value.trim();
        (!value.is_empty()).then(|| value.to_owned())
    }

    /// Returns the value of `name`.
    ///
    /// # Errors
    ///
    /// [`SettingsError::Missing`] if it is not set.
    pub fn required(&self, name: &'static str) -> Result<String, SettingsError> {
        self.get(name).ok_or(SettingsError::Missing(name))
    }

    /// Returns the comma-separated values of `name`, without empty ones.
    #[must_use]
    pub fn list(&self, name: &str) -> Vec<String> {
        let value = self.get(name).unwrap_or_default();
        value.split(',').map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect()
    }

    /// Parses the value of `name`, or returns `T`'s default if it is not set.
    ///
    /// # Errors
    ///
    /// [`SettingsError::Invalid`] with the problem that `parse` returned.
    pub fn parsed<T: Default>(
        &self,
        name: &'static str,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Result<T, SettingsError> {
        match self.get(name) {
            None => Ok(T::default()),
            Some(value) => parse(&value).map_err(|problem| SettingsError::Invalid { name, value, problem }),
        }
    }

    /// Returns the organization's time zone (`TIME_ZONE`, an IANA name; UTC by default).
    ///
    /// # Errors
    ///
    /// [`SettingsError::Invalid`] if there is no such time zone.
    pub fn time_zone(&self) -> Result<TimeZone, SettingsError> {
        let zone = self.parsed("TIME_ZONE", |name| {
            TimeZone::get(name).map(Some).map_err(|_| "is not an IANA time zone such as Europe/Berlin".to_owned())
        })?;
        Ok(zone.unwrap_or(TimeZone::UTC))
    }

    /// Returns the sources that are expected regularly (`EXPECTED`, none by default).
    ///
    /// # Errors
    ///
    /// [`SettingsError::Invalid`] with what is wrong.
    pub fn expected(&self) -> Result<ExpectedSources, SettingsError> {
        self.parsed("EXPECTED", ExpectedSources::parse)
    }

    /// Returns the organization's fiscal calendar (`FISCAL_YEAR_START`, the number of a month, 1 by default;
    /// `FISCAL_YEAR_NAME`: whether a year is named after its `end`, the default, or its `start`).
    ///
    /// # Errors
    ///
    /// [`SettingsError::Invalid`] if there is no such month, or for any other name.
    pub fn fiscal_calendar(&self) -> Result<FiscalCalendar, SettingsError> {
        let name = self.parsed("FISCAL_YEAR_NAME", |name| match name {
            "start" => Ok(FiscalYearName::Start),
            "end" => Ok(FiscalYearName::End),
            _ => Err("is neither start nor end".to_owned()),
        })?;
        self.parsed("FISCAL_YEAR_START", |month| {
            let calendar = month.parse().ok().and_then(|month| FiscalCalendar::new(month, name));
            calendar.ok_or_else(|| "is not the number of a month, 1 to 12".to_owned())
        })
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZoneDatabase;

    use super::*;

    #[test]
    fn values_are_trimmed_and_empty_ones_are_unset() {
        let variables = Variables::from_pairs([("A", " a "), ("EMPTY", ""), ("BLANK", "  "), ("LIST", "x, y z,,")]);
        assert_eq!(variables.get("A").as_deref(), Some("a"));
        assert_eq!((variables.get("EMPTY"), variables.get("BLANK"), variables.get("NONE")), (None, None, None));
        assert_eq!(variables.list("LIST"), ["x", "y z"]);
        assert_eq!(variables.required("BLANK"), Err(SettingsError::Missing("BLANK")));
    }

    #[test]
    fn fiscal_years_are_civil_ones_by_default_and_named_after_their_end() {
        let calendar = |pairs: &[(&str, &str)]| Variables::from_pairs(pairs.iter().copied()).fiscal_calendar();
        assert_eq!(calendar(&[]), Ok(FiscalCalendar::CIVIL));
        assert_eq!(calendar(&[("FISCAL_YEAR_START", "7")]).ok(), FiscalCalendar::new(7, FiscalYearName::End));
        let start = [("FISCAL_YEAR_START", "2"), ("FISCAL_YEAR_NAME", "start")];
        assert_eq!(calendar(&start).ok(), FiscalCalendar::new(2, FiscalYearName::Start));
        for wrong in [("FISCAL_YEAR_START", "13"), ("FISCAL_YEAR_START", "July"), ("FISCAL_YEAR_NAME", "both")] {
            let error = calendar(&[wrong]).unwrap_err().to_string();
            assert!(error.contains(wrong.0) && error.contains(wrong.1), "{error}");
        }
    }

    #[test]
    fn an_error_names_the_variable_and_its_value() {
        let variables = Variables::from_pairs([("TIME_ZONE", "Mars")]);
        let error = variables.time_zone().unwrap_err().to_string();
        assert_eq!(error, "TIME_ZONE=\"Mars\": is not an IANA time zone such as Europe/Berlin");
        let padded = Variables::from_pairs([("TIME_ZONE", " Europe/Berlin ")]).time_zone().unwrap();
        assert_eq!(padded.iana_name(), Some("Europe/Berlin"));
        assert_eq!(Variables::from_pairs([("TIME_ZONE", "")]).time_zone(), Ok(TimeZone::UTC));
    }

    #[test]
    fn terraform_takes_the_time_zones_that_are_known_here() {
        let known = TimeZoneDatabase::bundled();
        let mut named: Vec<String> = known.available().map(|name| name.to_string()).collect();
        // Without abbreviations, which are ambiguous.
        named.retain(|name| name.contains('/') || name == "UTC");
        named.sort_unstable();
        let listed = include_str!("../../../terraform/lists/time_zones.txt");
        assert_eq!(named.join("\n"), listed.trim_end(), "terraform/lists/time_zones.txt");
    }
}
