//! Interactions: a pressed button or a chosen option.
//!
//! The value of a button is the text of a command, so a button on an old message works as long as the command grammar
//! still understands that text.
//!
//! <https://docs.slack.dev/reference/interaction-payloads/block_actions-payload>

use serde::Deserialize;

use crate::form::Form;

/// A pressed button or a chosen option.
pub(crate) struct Interaction {
    /// The equivalent command, with the user and the place.
    pub(crate) form: Form,
    /// The URL to which the reply is posted.
    pub(crate) response_url: String,
}

/// The reason why a payload is not an interaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoInteraction {
    /// A payload of another type, such as a closed dialog. It needs no reply.
    OtherKind,
    /// A payload that cannot be parsed.
    Malformed,
}

/// Fields of a payload. Slack omits a field or sends `null`, with the same meaning.
#[derive(Deserialize)]
struct Payload {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    token: Option<String>,
    #[serde(default)]
    api_app_id: Option<String>,
    #[serde(default)]
    enterprise: Option<Named>,
    #[serde(default)]
    team: Option<Named>,
    #[serde(default)]
    channel: Option<Named>,
    #[serde(default)]
    user: Option<Named>,
    #[serde(default)]
    response_url: Option<String>,
    #[serde(default)]
    actions: Vec<Action>,
}

#[derive(Default, Deserialize)]
struct Named {
    #[serde(default)]
    id: String,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    username: Option<String>,
    /// Workspace of the user. If the app is installed for an Enterprise organization, the payload has no other
    /// workspace.
    #[serde(default)]
    team_id: Option<String>,
}

#[derive(Deserialize)]
struct Action {
    #[serde(default)]
    block_id: String,
    #[serde(default)]
    value: Option<String>,
    #[serde(default)]
    selected_option: Option<Choice>,
}

#[derive(Deserialize)]
struct Choice {
    value: String,
}

impl Interaction {
    /// Parses the body of a request.
    pub(crate) fn parse(body: &[u8]) -> Result<Self, NoInteraction> {
        let payload = form_urlencoded::parse(body).find(|(name, _)| name == "payload");
        let (_, payload) = payload.ok_or(NoInteraction::Malformed)?;
        let payload: Payload = serde_json::from_str(&payload).map_err(|_| NoInteraction::Malformed)?;
        if payload.kind != "block_actions" {
            return Err(NoInteraction::OtherKind);
        }
        let action = payload.actions.first().ok_or(NoInteraction::Malformed)?;
        // The value of an option is only the end of the command; the start is the id of its block. Without a chosen
        // option, the command is the company board.
        let command_text = match (&action.value, &action.selected_option) {
            (Some(value), _) => value.clone(),
            (None, Some(choice)) => format!("{} {}", action.block_id, choice.value),
            (None, None) => action.block_id.clone(),
        };
        let (command, text) = command_text.split_once(' ').unwrap_or((&command_text, ""));
        let (enterprise, user) = (payload.enterprise.unwrap_or_default(), payload.user.unwrap_or_default());
        let team_id = payload.team.map(|team| team.id).or(user.team_id).unwrap_or_default();
        let form = Form {
            token: payload.token.unwrap_or_default(),
            enterprise_id: enterprise.id,
            enterprise_name: enterprise.name.unwrap_or_default(),
            team_id,
            channel_id: payload.channel.unwrap_or_default().id,
            user_id: user.id,
            user_name: user.name.or(user.username).unwrap_or_default(),
            api_app_id: payload.api_app_id.unwrap_or_default(),
            command: command.to_owned(),
            text: text.to_owned(),
        };
        Ok(Self { form, response_url: payload.response_url.unwrap_or_default() })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn parse(payload: &Value) -> Result<Interaction, NoInteraction> {
        let body =
            form_urlencoded::Serializer::new(String::new()).append_pair("payload", &payload.to_string()).finish();
        Interaction::parse(body.as_bytes())
    }

    #[test]
    fn a_button_is_a_command_of_the_user_who_pressed_it() {
        let interaction = parse(&json!({
            "type": "block_actions", "api_app_id": "A1", "token": "t", "enterprise": {"id": "E1", "name": "Acme"},
            "team": {"id": "T1", "domain": "acme"}, "channel": {"id": "C1", "name": "sales"},
            "user": {"id": "U1", "username": "ana", "name": "ana", "team_id": "T1"}, "response_url": "https://x",
            "actions": [{"type": "button", "block_id": "b", "value": "/top 2026-W47 \"r&d\""}],
        }));
        let Interaction { form, response_url } = interaction.ok().unwrap();
        assert_eq!((form.command.as_str(), form.text.as_str()), ("/top", "2026-W47 \"r&d\""));
        assert_eq!((form.user_id.as_str(), form.user_name.as_str(), form.team_id.as_str()), ("U1", "ana", "T1"));
        assert_eq!((form.enterprise_id.as_str(), form.enterprise_name.as_str()), ("E1", "Acme"));
        assert_eq!((form.channel_id.as_str(), form.api_app_id.as_str(), form.token.as_str()), ("C1", "A1", "t"));
        assert_eq!(response_url, "https://x");
    }

    #[test]
    fn a_chosen_option_completes_the_command_of_its_block() {
        let chosen = |option: Value| {
            let payload = json!({
                "type": "block_actions", "team": null, "user": {"id": "U1", "team_id": "T2"}, "enterprise": null,
                "actions": [{"type": "static_select", "block_id": "/standings W47 top 5", "selected_option": option}],
            });
            let interaction = parse(&payload).ok().unwrap();
            (interaction.form.text, interaction.form.team_id, interaction.response_url)
        };
        let expected = |text: &str| (text.to_owned(), "T2".to_owned(), String::new());
        assert_eq!(chosen(json!({"text": {}, "value": "\"emea\""})), expected("W47 top 5 \"emea\""));
        assert_eq!(chosen(Value::Null), expected("W47 top 5"));
    }

    #[test]
    fn other_payloads_are_rejected() {
        assert_eq!(parse(&json!({"type": "view_closed"})).err(), Some(NoInteraction::OtherKind));
        assert_eq!(parse(&json!({"type": "block_actions"})).err(), Some(NoInteraction::Malformed));
        assert_eq!(parse(&json!([])).err(), Some(NoInteraction::Malformed));
        assert_eq!(Interaction::parse(b"").err(), Some(NoInteraction::Malformed));
    }
}
