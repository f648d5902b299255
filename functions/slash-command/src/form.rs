//! Who asks, where, and what: the fields of a request that matter here.

use std::borrow::Cow;

/// What Slack says about who asks, where, and what.
///
/// There is deliberately no `Debug`: nothing of it belongs in a log.
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
    /// Reads a form. What is unknown is ignored, what is missing is empty, and of a repeated field the first counts.
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

    /// The command as hints may repeat it: `/standings`, or whatever the app calls it.
    pub(crate) fn command_name(&self) -> Cow<'static, str> {
        let sound = |c: &char| c.is_alphanumeric() || matches!(c, '-' | '_');
        let name: String = self.command.trim().trim_start_matches('/').chars().filter(sound).take(32).collect();
        if name.is_empty() { Cow::Borrowed("/standings") } else { Cow::Owned(format!("/{name}")) }
    }
}

/// Whether this is Slack having a look at the certificate: `ssl_check=1`, unsigned.
pub(crate) fn is_ssl_check(body: &[u8]) -> bool {
    form_urlencoded::parse(body).any(|(name, value)| name == "ssl_check" && value == "1")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_decoded() {
        let form = Form::parse(b"team_id=T1&text=last+week+r%C3%A9gion%26&command=/weather&text=again&extra&=&token=");
        assert_eq!((form.team_id.as_str(), form.text.as_str()), ("T1", "last week région&"));
        assert_eq!((form.token.as_str(), form.channel_id.as_str()), ("", ""));
        assert!(Form::parse(b"\xff%FF%zz&&==").text.is_empty());
    }

    #[test]
    fn a_hint_repeats_the_command_and_nothing_else() {
        let name = |command: &str| Form { command: command.to_owned(), ..Form::default() }.command_name().into_owned();
        assert_eq!(name("/leaderboard"), "/leaderboard");
        assert_eq!(name("/sales_top-1"), "/sales_top-1");
        assert_eq!(name(""), "/standings");
        assert_eq!(name("/`<!here>`"), "/here");
        assert_eq!(name(&"x".repeat(99)).len(), 33);
    }

    #[test]
    fn only_one_is_an_ssl_check() {
        assert!(is_ssl_check(b"ssl_check=1&token=x") && is_ssl_check(b"token=x&ssl_check=1"));
        assert!(!is_ssl_check(b"ssl_check=0") && !is_ssl_check(b"text=ssl_check%3D1") && !is_ssl_check(b""));
    }
}
