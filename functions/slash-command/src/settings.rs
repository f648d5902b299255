//! Settings of the slash command.

use std::net::SocketAddr;

use jiff::tz::TimeZone;
use standings_core::{ExpectedSources, FiscalCalendar};
use standings_lambda::{SettingsError, Variables};

use crate::allow::{AllowLists, VerificationToken};
use crate::locale::Locale;
use crate::reply::RankingStyle;
use crate::today::DateOrder;

/// Settings of the slash command, except for its secret.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Name of the table of reports (`REPORTS_TABLE`).
    pub reports_table: String,
    /// Time zone of the organization, in which its weeks start (`TIME_ZONE`, an IANA name; UTC by default).
    pub time_zone: TimeZone,
    /// Fiscal calendar of the organization (`FISCAL_YEAR_START`, `FISCAL_YEAR_NAME`).
    pub calendar: FiscalCalendar,
    /// Order of day and month in questions (`DATE_ORDER`: `day_first` or `month_first`).
    pub date_order: Option<DateOrder>,
    /// How numbers and dates are written (`LOCALE`, such as `en-US`). By default numbers are written as in the country of the
    /// currency, and dates with the day first.
    pub locale: Locale,
    /// How rankings are shown (`RANKING_STYLE`: `text`, the default, `wide` or `table`).
    pub ranking_style: RankingStyle,
    /// Sources that are expected regularly (`EXPECTED`). Answers say which of them are late.
    pub expected: ExpectedSources,
    /// Whether rankings can be downloaded (`DOWNLOADS`: `true`, the default, or `false`).
    pub downloads: bool,
    /// Whether the tools of MCP are served (`MCP`: `true` or `false`, the default).
    pub mcp: bool,
    /// The allow-lists (`ALLOWED_*`).
    pub allow: AllowLists,
    /// Dimension of the metrics (`AWS_LAMBDA_FUNCTION_NAME`, which Lambda sets). Without it, no metrics are written.
    pub function_name: Option<String>,
    /// Address on this machine of a server that plays Slack's part in tests (`LOCAL_SLACK`). Nothing reaches Slack then.
    pub local_slack: Option<SocketAddr>,
    /// Token to check in addition to the signature (`SLACK_VERIFICATION_TOKEN`).
    pub verification_token: Option<VerificationToken>,
}

impl Settings {
    /// Settings with defaults, which allow everyone.
    #[must_use]
    pub fn new(reports_table: impl Into<String>, time_zone: TimeZone) -> Self {
        Self {
            reports_table: reports_table.into(),
            time_zone,
            calendar: FiscalCalendar::CIVIL,
            date_order: None,
            locale: Locale::default(),
            ranking_style: RankingStyle::default(),
            expected: ExpectedSources::default(),
            downloads: true,
            mcp: false,
            allow: AllowLists::default(),
            function_name: None,
            local_slack: None,
            verification_token: None,
        }
    }

    /// Reads the settings.
    ///
    /// # Errors
    ///
    /// Names the variable that is missing or invalid.
    pub fn read(variables: &Variables) -> Result<Self, SettingsError> {
        Ok(Self {
            reports_table: variables.required("REPORTS_TABLE")?,
            time_zone: variables.time_zone()?,
            calendar: variables.fiscal_calendar()?,
            date_order: variables.parsed("DATE_ORDER", |order| match order {
                "day_first" => Ok(Some(DateOrder::DayFirst)),
                "month_first" => Ok(Some(DateOrder::MonthFirst)),
                _ => Err("is neither day_first nor month_first".to_owned()),
            })?,
            locale: variables.parsed("LOCALE", Locale::parse)?,
            ranking_style: variables.parsed("RANKING_STYLE", |style| match style {
                "text" => Ok(RankingStyle::Text),
                "wide" => Ok(RankingStyle::Wide),
                "table" => Ok(RankingStyle::Table),
                _ => Err("is none of text, wide and table".to_owned()),
            })?,
            expected: variables.expected()?,
            downloads: variables.parsed("DOWNLOADS", flag)?.unwrap_or(true),
            mcp: variables.parsed("MCP", flag)?.unwrap_or(false),
            allow: AllowLists {
                enterprises: variables.list("ALLOWED_ENTERPRISES"),
                workspaces: variables.list("ALLOWED_WORKSPACES"),
                channels: variables.list("ALLOWED_CHANNELS"),
                users: variables.list("ALLOWED_USERS"),
                apps: variables.list("ALLOWED_APPS"),
            },
            function_name: variables.get("AWS_LAMBDA_FUNCTION_NAME"),
            local_slack: variables.parsed("LOCAL_SLACK", |address| {
                let address = address.parse().ok().filter(|address: &SocketAddr| address.ip().is_loopback());
                address.map(Some).ok_or_else(|| "is not an address of this machine, such as 127.0.0.1:8080".to_owned())
            })?,
            verification_token: variables.get("SLACK_VERIFICATION_TOKEN").as_deref().and_then(VerificationToken::new),
        })
    }
}

fn flag(value: &str) -> Result<Option<bool>, String> {
    match value {
        "true" => Ok(Some(true)),
        "false" => Ok(Some(false)),
        _ => Err("is neither true nor false".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<Settings, SettingsError> {
        Settings::read(&Variables::from_pairs(variables.iter().copied()))
    }

    #[test]
    fn only_the_table_is_required() {
        let settings = read(&[("REPORTS_TABLE", "reports"), ("TIME_ZONE", ""), ("ALLOWED_USERS", " ")]).unwrap();
        assert_eq!((settings.reports_table.as_str(), settings.time_zone), ("reports", TimeZone::UTC));
        assert_eq!((settings.allow, settings.verification_token), (AllowLists::default(), None));
    }

    #[test]
    fn lists_are_split_at_commas_and_secrets_are_not_printed() {
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
        assert!(error.to_string().starts_with("TIME_ZONE=\"Berlin\""));
        let error = read(&[("REPORTS_TABLE", "reports"), ("RANKING_STYLE", "fancy")]).unwrap_err();
        assert_eq!(error.to_string(), "RANKING_STYLE=\"fancy\": is none of text, wide and table");
        // Another host would get what is meant for Slack.
        for address in ["10.0.0.1:80", "hooks.slack.com:443", "127.0.0.1"] {
            assert!(read(&[("REPORTS_TABLE", "reports"), ("LOCAL_SLACK", address)]).is_err(), "{address}");
        }
    }
}
