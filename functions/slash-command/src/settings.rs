//! The settings, read from the environment.

use std::env;

use jiff::tz::TimeZone;

use crate::allow::{AllowLists, VerificationToken};
use crate::reply::RankingStyle;

/// The settings of the slash command, apart from its secret.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The table that the reports are read from (`REPORTS_TABLE`).
    pub reports_table: String,
    /// Where the organisation's weeks begin (`TIME_ZONE`, an IANA name; UTC unless set).
    pub time_zone: TimeZone,
    /// How rankings are shown (`RANKING_STYLE`: `text`, unless set, or `table`).
    pub ranking_style: RankingStyle,
    /// Who may ask.
    pub allow: AllowLists,
    /// `AWS_LAMBDA_FUNCTION_NAME`, which Lambda sets: metrics carry it. Without it there are none.
    pub function_name: Option<String>,
    /// The legacy token to check besides the signature (`SLACK_VERIFICATION_TOKEN`).
    pub verification_token: Option<VerificationToken>,
}

/// Why the environment does not make settings. The message names the variable.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// A variable that must be set is not.
    #[error("{0} is not set")]
    Missing(&'static str),
    /// The time zone is none.
    #[error("TIME_ZONE is {0:?}, which is not an IANA time zone such as Europe/Berlin")]
    TimeZone(String),
    /// The style is none.
    #[error("RANKING_STYLE is {0:?}, which is neither text nor table")]
    RankingStyle(String),
}

impl Settings {
    /// Settings that let everyone ask.
    #[must_use]
    pub fn new(reports_table: impl Into<String>, time_zone: TimeZone) -> Self {
        Self {
            reports_table: reports_table.into(),
            time_zone,
            ranking_style: RankingStyle::default(),
            allow: AllowLists::default(),
            function_name: None,
            verification_token: None,
        }
    }

    /// Reads the settings from the environment. An empty variable is one that is not set.
    ///
    /// # Errors
    ///
    /// See [`SettingsError`].
    pub fn from_env() -> Result<Self, SettingsError> {
        Self::from_variables(|name| env::var(name).ok())
    }

    fn from_variables(variable: impl Fn(&str) -> Option<String>) -> Result<Self, SettingsError> {
        let set = |name| variable(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty());
        let list = |name| set(name).map(|value| split(&value)).unwrap_or_default();
        let time_zone = match set("TIME_ZONE") {
            Some(name) => TimeZone::get(&name).map_err(|_| SettingsError::TimeZone(name))?,
            None => TimeZone::UTC,
        };
        Ok(Self {
            reports_table: set("REPORTS_TABLE").ok_or(SettingsError::Missing("REPORTS_TABLE"))?,
            time_zone,
            ranking_style: match set("RANKING_STYLE").as_deref() {
                None | Some("text") => RankingStyle::Text,
                Some("table") => RankingStyle::Table,
                Some(other) => return Err(SettingsError::RankingStyle(other.to_owned())),
            },
            allow: AllowLists {
                enterprises: list("ALLOWED_ENTERPRISES"),
                workspaces: list("ALLOWED_WORKSPACES"),
                channels: list("ALLOWED_CHANNELS"),
                users: list("ALLOWED_USERS"),
                apps: list("ALLOWED_APPS"),
            },
            function_name: set("AWS_LAMBDA_FUNCTION_NAME"),
            verification_token: set("SLACK_VERIFICATION_TOKEN").as_deref().and_then(VerificationToken::new),
        })
    }
}

fn split(list: &str) -> Vec<String> {
    list.split(',').map(str::trim).filter(|value| !value.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<Settings, SettingsError> {
        let find = |name: &str| variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
        Settings::from_variables(find)
    }

    #[test]
    fn a_table_is_all_it_takes() {
        let settings = read(&[("REPORTS_TABLE", "reports"), ("TIME_ZONE", ""), ("ALLOWED_USERS", " ")]).unwrap();
        assert_eq!((settings.reports_table.as_str(), settings.time_zone), ("reports", TimeZone::UTC));
        assert_eq!((settings.allow, settings.verification_token), (AllowLists::default(), None));
    }

    #[test]
    fn lists_are_split_at_commas() {
        let settings = read(&[
            ("REPORTS_TABLE", "reports"),
            ("TIME_ZONE", "Europe/Berlin"),
            ("ALLOWED_ENTERPRISES", "E1, Acme Inc,"),
            ("SLACK_VERIFICATION_TOKEN", "hush"),
        ])
        .unwrap();
        assert_eq!(settings.allow.enterprises, ["E1", "Acme Inc"]);
        assert_eq!(settings.time_zone.iana_name(), Some("Europe/Berlin"));
        assert!(!format!("{settings:?}").contains("hush"));
    }

    #[test]
    fn an_error_names_the_variable() {
        assert_eq!(read(&[]).unwrap_err().to_string(), "REPORTS_TABLE is not set");
        let error = read(&[("REPORTS_TABLE", "reports"), ("TIME_ZONE", "Berlin")]).unwrap_err();
        assert!(error.to_string().starts_with("TIME_ZONE is \"Berlin\""));
        let error = read(&[("REPORTS_TABLE", "reports"), ("RANKING_STYLE", "fancy")]).unwrap_err();
        assert_eq!(error.to_string(), "RANKING_STYLE is \"fancy\", which is neither text nor table");
    }
}
