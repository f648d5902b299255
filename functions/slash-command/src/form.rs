//! The form of a slash command: the fields of a request that Standings uses.

use std::borrow::Cow;

/// Fields of a slash command: user, workspace, channel, app, and the text.
///
/// It does not implement `Debug`, because none of it may be logged.
///
/// <https://docs.slack.dev/interactivity/implementing-slash-commands>
#[derive(Default)]
pub(crate) struct Form {
    pub(crate) token: String,
    pub(crate) enterprise_id: String,
    pub(crate) enterprise_name: String,
    pub(crate) team_id: String,
    pub(crate) channel_id: String,
    pub(crate) user_id: String,
    pub(crate) user_name: String,
    pub(crate) api_app_id: String,
    pub(crate) command: String,
    pub(crate) text: String,
}

impl Form {
    /// Parses a form. Unknown fields are ignored, missing ones are empty, and of a repeated field the first value that
    /// is not empty is used.
    pub(crate) fn parse(body: &[u8]) -> Self {
        let mut form = Self::default();
        for (name, value) in form_urlencoded::parse(body) {
            let field = match &*name {
                "token" => &mut form.token,
                "enterprise_id" => &mut form.enterprise_id,
                "enterprise_name" => &mut form.enterprise_name,
                "team_id" => &mut form.team_id,
                "channel_id" => &mut form.channel_id,
                "user_id" => &mut form.user_id,
                "user_name" => &mut form.user_name,
                "api_app_id" => &mut form.api_app_id,
                "command" => &mut form.command,
                "text" => &mut form.text,
                _ => continue,
            };
            if field.is_empty() {
                *field = value.into_owned();
            }
        }
        form
    }

    /// Returns the name of the command for use in replies: `/standings`, or what the Slack app calls it, reduced to
    /// characters that are safe in markup.
    pub(crate) fn command_name(&self) -> Cow<'static, str> {
        let is_safe = |c: &char| c.is_alphanumeric() || matches!(c, '-' | '_');
        let name: String = self.command.trim().trim_start_matches('/').chars().filter(is_safe).take(32).collect();
        if name.is_empty() { Cow::Borrowed("/standings") } else { Cow::Owned(format!("/{name}")) }
    }
}

/// Whether the request is Slack's check of the TLS certificate: `ssl_check=1`, unsigned.
pub(crate) fn is_ssl_check(body: &[u8]) -> bool {
    form_urlencoded::parse(body).any(|(name, value)| name == "ssl_check" && value == "1")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_decoded_and_the_first_value_of_a_field_is_used() {
        let form = Form::parse(b"team_id=T1&text=last+week+r%C3%A9gion%26&command=/weather&text=again&extra&=&token=");
        assert_eq!((form.team_id.as_str(), form.text.as_str()), ("T1", "last week région&"));
        assert_eq!((form.token.as_str(), form.channel_id.as_str()), ("", ""));
        assert!(Form::parse(b"\xff%FF%zz&&==").text.is_empty());
    }

    #[test]
    fn a_command_name_is_reduced_to_safe_characters() {
        let name = |command: &str| Form { command: command.to_owned(), ..Form::default() }.command_name().into_owned();
        assert_eq!(name("/leaderboard"), "/leaderboard");
        assert_eq!(name("/sales_top-1"), "/sales_top-1");
        assert_eq!(name(""), "/standings");
        assert_eq!(name("/`<!here>`"), "/here");
        assert_eq!(name(&"x".repeat(99)).len(), 33);
    }

    #[test]
    fn only_ssl_check_1_is_a_certificate_check() {
        assert!(is_ssl_check(b"ssl_check=1&token=x") && is_ssl_check(b"token=x&ssl_check=1"));
        assert!(!is_ssl_check(b"ssl_check=0") && !is_ssl_check(b"text=ssl_check%3D1") && !is_ssl_check(b""));
    }
}
