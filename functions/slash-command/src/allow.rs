//! Allow-lists. Slack itself lets every member of a workspace use every slash command in every channel.

use std::fmt;

use crate::form::Form;

/// Allow-lists. An empty list allows everyone; a request must be on every list that is not empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AllowLists {
    /// Enterprises, by id or name (`ALLOWED_ENTERPRISES`).
    pub enterprises: Vec<String>,
    /// Workspaces, by id (`ALLOWED_WORKSPACES`).
    pub workspaces: Vec<String>,
    /// Channels, by id (`ALLOWED_CHANNELS`).
    pub channels: Vec<String>,
    /// Users, by id (`ALLOWED_USERS`).
    pub users: Vec<String>,
    /// Slack apps, by id (`ALLOWED_APPS`).
    pub apps: Vec<String>,
}

/// Slack's verification token, the predecessor of signatures, for organizations that still check it. It is checked in
/// addition to the signature, never instead of it.
///
/// <https://docs.slack.dev/authentication/verifying-requests-from-slack>
#[derive(Clone, PartialEq, Eq)]
pub struct VerificationToken(String);

/// The check that a verified request did not pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    Token,
    App,
    Enterprise,
    Workspace,
    Channel,
    User,
}

impl AllowLists {
    /// Checks a request against every list; the first one it is not on is the refusal.
    pub(crate) fn check(&self, form: &Form) -> Result<(), Refusal> {
        let lists: [(&[String], &[&str], Refusal); 5] = [
            (&self.apps, &[&form.api_app_id], Refusal::App),
            (&self.enterprises, &[&form.enterprise_id, &form.enterprise_name], Refusal::Enterprise),
            (&self.workspaces, &[&form.team_id], Refusal::Workspace),
            (&self.channels, &[&form.channel_id], Refusal::Channel),
            (&self.users, &[&form.user_id], Refusal::User),
        ];
        let is_on = |list: &[String], values: &[&str]| list.iter().any(|allowed| values.contains(&allowed.as_str()));
        match lists.into_iter().find(|(list, values, _)| !list.is_empty() && !is_on(list, values)) {
            Some((_, _, refusal)) => Err(refusal),
            None => Ok(()),
        }
    }
}

impl VerificationToken {
    /// A token to check, or `None` if `token` is empty.
    #[must_use]
    pub fn new(token: &str) -> Option<Self> {
        (!token.is_empty()).then(|| Self(token.to_owned()))
    }

    /// Checks the token of a request. The comparison need not take constant time: only Slack, which knows the token,
    /// can send a request whose signature has been verified.
    pub(crate) fn check(&self, form: &Form) -> Result<(), Refusal> {
        if self.0 == form.token { Ok(()) } else { Err(Refusal::Token) }
    }
}

impl fmt::Debug for VerificationToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VerificationToken(..)")
    }
}

impl Refusal {
    /// Returns the name of the check, for the log.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Token => "verification token",
            Self::App => "app",
            Self::Enterprise => "enterprise",
            Self::Workspace => "workspace",
            Self::Channel => "channel",
            Self::User => "user",
        }
    }

    /// Returns the setting that would allow the request.
    pub(crate) const fn setting(self) -> &'static str {
        match self {
            Self::Token => "SLACK_VERIFICATION_TOKEN",
            Self::App => "ALLOWED_APPS",
            Self::Enterprise => "ALLOWED_ENTERPRISES",
            Self::Workspace => "ALLOWED_WORKSPACES",
            Self::Channel => "ALLOWED_CHANNELS",
            Self::User => "ALLOWED_USERS",
        }
    }

    /// Returns the value of the request that is not in the setting; empty for the token, which is a secret.
    pub(crate) fn value(self, form: &Form) -> &str {
        match self {
            Self::Token => "",
            Self::App => &form.api_app_id,
            Self::Enterprise => &form.enterprise_id,
            Self::Workspace => &form.team_id,
            Self::Channel => &form.channel_id,
            Self::User => &form.user_id,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form() -> Form {
        Form::parse(
            b"team_id=T1&enterprise_id=E1&enterprise_name=Acme+Inc&channel_id=C1&user_id=U1&api_app_id=A1&token=t",
        )
    }

    fn list(values: &[&str]) -> Vec<String> {
        values.iter().map(|&value| value.to_owned()).collect()
    }

    #[test]
    fn empty_lists_allow_everyone() {
        assert_eq!(AllowLists::default().check(&form()), Ok(()));
        assert_eq!(AllowLists::default().check(&Form::default()), Ok(()));
    }

    #[test]
    fn a_request_must_be_on_every_list_that_is_set() {
        let all = AllowLists {
            enterprises: list(&["E1"]),
            workspaces: list(&["T0", "T1"]),
            channels: list(&["C1"]),
            users: list(&["U1"]),
            apps: list(&["A1"]),
        };
        assert_eq!(all.check(&form()), Ok(()));
        let by_name = AllowLists { enterprises: list(&["Acme Inc"]), ..all.clone() };
        assert_eq!(by_name.check(&form()), Ok(()));
        let no = list(&["X"]);
        for (lists, refusal) in [
            (AllowLists { enterprises: no.clone(), ..all.clone() }, Refusal::Enterprise),
            (AllowLists { workspaces: no.clone(), ..all.clone() }, Refusal::Workspace),
            (AllowLists { channels: no.clone(), ..all.clone() }, Refusal::Channel),
            (AllowLists { users: no.clone(), ..all.clone() }, Refusal::User),
            (AllowLists { apps: no, ..all.clone() }, Refusal::App),
        ] {
            assert_eq!(lists.check(&form()), Err(refusal));
        }
        assert_eq!(all.check(&Form::default()), Err(Refusal::App), "an empty form is on no list");
    }

    #[test]
    fn the_verification_token_is_checked_if_one_is_set() {
        let token = VerificationToken::new("t").unwrap();
        assert_eq!(token.check(&form()), Ok(()));
        assert_eq!(token.check(&Form::default()), Err(Refusal::Token));
        assert_eq!(VerificationToken::new(""), None);
        assert_eq!(format!("{token:?}"), "VerificationToken(..)");
    }
}
