//! Channels of Slack that scheduled posts go to: through an incoming webhook, or with a bot token.
//!
//! Each post has a parameter in SSM Parameter Store with one of the two. Neither is ever logged or part of an error.
//!
//! <https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks>,
//! <https://docs.slack.dev/reference/methods/chat.postMessage>

use std::fmt;
use std::time::Duration;

use http::Uri;
use serde_json::{Value, json};

use crate::parameter;
use crate::reply::Message;
use crate::response_url::{PostError, ResponseUrls, Sent};

/// Timeout of a post.
const POST_TIMEOUT: Duration = Duration::from_secs(2);

/// Method of Slack's Web API that posts a message.
const POST_MESSAGE: &str = "https://slack.com/api/chat.postMessage";

/// Errors of the Web API that pass by themselves. <https://docs.slack.dev/reference/methods/chat.postMessage#errors>
const PASSING: [&str; 6] =
    ["ratelimited", "rate_limited", "internal_error", "fatal_error", "service_unavailable", "request_timeout"];

/// The channels of all posts.
pub struct Channels {
    ssm: Option<aws_sdk_ssm::Client>,
    /// Start of the names of the parameters.
    prefix: String,
    slack: ResponseUrls,
    /// Address of the Web API, for tests.
    post_message: String,
}

/// What a parameter holds.
enum Door {
    Webhook(String),
    Token(String),
}

/// Why a message is not in the channel.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ChannelError {
    /// The parameter could not be read, with the code of the error.
    #[error("the parameter {0} cannot be read ({1})")]
    Parameter(String, String),
    /// The parameter holds neither.
    #[error("the parameter {0} holds neither the URL of an incoming webhook of Slack nor a bot token (xoxb-...)")]
    NoDoor(String),
    /// A bot token without a channel.
    #[error("a post with a bot token needs the id of a channel")]
    NoChannel,
    /// The connection failed before the message was sent.
    #[error("Slack cannot be reached")]
    Unreachable,
    /// Slack refused the message for now.
    #[error("Slack refuses it for now ({0})")]
    Later(String),
    /// Slack refused the message for good.
    #[error("Slack refuses it ({0}); check the channel, the webhook or token, and whether the app is in the channel")]
    Refused(String),
    /// No response: the message may be in the channel.
    #[error("Slack did not respond; the message may have arrived")]
    Unknown,
}

impl ChannelError {
    /// Whether trying again is of no use.
    pub(crate) const fn is_final(&self) -> bool {
        matches!(self, Self::NoDoor(_) | Self::NoChannel | Self::Refused(_))
    }
}

impl fmt::Debug for Channels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Channels({})", self.prefix)
    }
}

impl Channels {
    /// Channels whose parameters have names that start with `prefix`, read by `ssm`.
    #[must_use]
    pub fn new(ssm: aws_sdk_ssm::Client, prefix: impl Into<String>) -> Self {
        let post_message = POST_MESSAGE.to_owned();
        Self { ssm: Some(ssm), prefix: prefix.into(), slack: ResponseUrls::slack(), post_message }
    }

    /// No channels: there are no posts.
    #[must_use]
    pub fn none() -> Self {
        Self { ssm: None, prefix: String::new(), slack: ResponseUrls::slack(), post_message: POST_MESSAGE.to_owned() }
    }

    /// Channels of a local server that plays Slack's part.
    #[must_use]
    pub fn local(ssm: aws_sdk_ssm::Client, prefix: impl Into<String>, slack: std::net::SocketAddr) -> Self {
        let post_message = format!("http://{slack}/api/chat.postMessage");
        Self { ssm: Some(ssm), prefix: prefix.into(), slack: ResponseUrls::local(slack), post_message }
    }

    /// Posts a message. If Slack does not accept some block, the next [form](Message::forms) of it.
    ///
    /// # Errors
    ///
    /// If the message is not in the channel, or may not be.
    pub(crate) async fn post(&self, name: &str, channel: Option<&str>, message: &Message) -> Result<(), ChannelError> {
        let door = self.door(name).await?;
        let mut posted = Err(ChannelError::Unreachable);
        for form in message.forms() {
            let form = serde_json::to_value(form).unwrap_or_default();
            posted = self.post_through(&door, channel, &form).await;
            if !matches!(&posted, Err(ChannelError::Refused(reason)) if is_about_blocks(reason)) {
                break;
            }
        }
        posted
    }

    async fn door(&self, name: &str) -> Result<Door, ChannelError> {
        let parameter = format!("{}{name}", self.prefix);
        let failed = |code: &str| ChannelError::Parameter(parameter.clone(), code.to_owned());
        let ssm = self.ssm.as_ref().ok_or_else(|| failed("no posts are set up"))?;
        let value = parameter::read(ssm, &parameter).await.map_err(|code| failed(&code))?;
        let value = value.trim();
        if value.starts_with("xoxb-") {
            return Ok(Door::Token(value.to_owned()));
        }
        let is_webhook = self.slack.allowed(value).is_some_and(|url: Uri| url.path().starts_with("/services/"));
        if is_webhook { Ok(Door::Webhook(value.to_owned())) } else { Err(ChannelError::NoDoor(parameter)) }
    }

    async fn post_through(&self, door: &Door, channel: Option<&str>, message: &Value) -> Result<(), ChannelError> {
        let mut body = json!({"text": message["text"], "unfurl_links": false, "unfurl_media": false});
        for part in ["blocks", "attachments"] {
            if let Some(value) = message.get(part) {
                body[part] = value.clone();
            }
        }
        let (url, token) = match door {
            Door::Webhook(url) => (url.as_str(), None),
            Door::Token(token) => {
                body["channel"] = channel.ok_or(ChannelError::NoChannel)?.into();
                (self.post_message.as_str(), Some(token.as_str()))
            }
        };
        let sent = tokio::time::timeout(POST_TIMEOUT, self.slack.send_json(url, token, &body)).await;
        let Sent { status, body } = match sent {
            Ok(Ok(sent)) => sent,
            Ok(Err(PostError::NotConnected | PostError::NoCertificates)) => return Err(ChannelError::Unreachable),
            Ok(Err(_)) | Err(_) => return Err(ChannelError::Unknown),
        };
        let said = String::from_utf8_lossy(&body).chars().filter(char::is_ascii_graphic).take(60).collect::<String>();
        match (status, token) {
            (200..=299, None) => Ok(()),
            (200..=299, Some(_)) => {
                let answer: Value = serde_json::from_slice(&body).unwrap_or_default();
                match (answer["ok"].as_bool(), answer["error"].as_str()) {
                    (Some(true), _) => Ok(()),
                    (_, Some(error)) if PASSING.contains(&error) => Err(ChannelError::Later(error.to_owned())),
                    (_, error) => Err(ChannelError::Refused(error.unwrap_or("no reason").to_owned())),
                }
            }
            (408 | 429 | 500..=599, _) => Err(ChannelError::Later(format!("status {status}"))),
            _ => Err(ChannelError::Refused(format!("status {status} {said}"))),
        }
    }
}

/// Whether Slack refused a message because of its blocks.
fn is_about_blocks(reason: &str) -> bool {
    reason.contains("invalid_blocks") || reason.contains("invalid_attachments") || reason.contains("invalid_payload")
}
