//! Asking as Slack asks: a signed form over HTTP.

use std::net::SocketAddr;

use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderName, HeaderValue, Method, Uri};
use hmac::{Hmac, KeyInit, Mac};
use http_body_util::{BodyExt, Full};
use hyper::Request;
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::Sha256;
use tokio::net::TcpStream;

use crate::aws::api_gateway;

/// What the local stack's requests are signed with. It protects nothing, and is no secret.
pub const SIGNING_SECRET: &str = "standings-local-signing-secret";

/// Where Slack sends what people type.
pub const COMMANDS: &str = "/slack/commands";

/// Where Slack sends what people press and choose.
pub const INTERACTIONS: &str = "/slack/interactions";

// Who asks, and where.
const WORKSPACE: &str = "T0LOCAL";
const DOMAIN: &str = "local";
const CHANNEL: &str = "C0LOCAL";
const CHANNEL_NAME: &str = "sales";
const USER: &str = "U0LOCAL";
const USER_NAME: &str = "you";
const APP: &str = "A0LOCAL";

/// An answer that Slack would get.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The body; a message in JSON where the status is 200.
    pub body: String,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// Nobody listens there, or no longer.
    #[error("cannot reach {0}: {1}")]
    Connect(SocketAddr, std::io::Error),
    /// The exchange broke off.
    #[error("the exchange with {0} broke off: {1}")]
    Exchange(SocketAddr, Box<dyn std::error::Error + Send + Sync>),
}

/// What a person did to a message: pressed a button, or chose from a list.
#[derive(Clone, Debug, Deserialize)]
pub struct Press {
    /// The message, by its time.
    pub message_ts: String,
    /// Whether only this person sees the message.
    pub is_ephemeral: bool,
    /// The one of `actions`.
    pub action: Value,
    /// What is chosen in the lists of the message, by block and action.
    pub values: Value,
}

/// Types `/standings text` as a person in Slack does.
///
/// # Errors
///
/// Where nobody listens at `front`. An answer that is not a 200 is an answer.
pub async fn ask(front: SocketAddr, text: &str) -> Result<Answer, AskError> {
    Connection::open(front).await?.ask(text).await
}

/// Presses or chooses as a person in Slack does. The answer is empty: what the person sees goes to the `response_url`.
///
/// # Errors
///
/// Where nobody listens at `front`. An answer that is not a 200 is an answer.
pub async fn press(front: SocketAddr, press: &Press, response_url: &str) -> Result<Answer, AskError> {
    let payload = payload(press, response_url).to_string();
    let body = form_urlencoded::Serializer::new(String::new()).append_pair("payload", &payload).finish();
    Connection::open(front).await?.post_signed(INTERACTIONS, body).await
}

/// The form that Slack sends when someone types `/standings text`.
#[must_use]
pub fn form(text: &str) -> String {
    form_urlencoded::Serializer::new(String::new())
        .append_pair("token", "deprecated")
        .append_pair("team_id", WORKSPACE)
        .append_pair("team_domain", DOMAIN)
        .append_pair("channel_id", CHANNEL)
        .append_pair("channel_name", CHANNEL_NAME)
        .append_pair("user_id", USER)
        .append_pair("user_name", USER_NAME)
        .append_pair("command", "/standings")
        .append_pair("text", text)
        .append_pair("api_app_id", APP)
        .append_pair("is_enterprise_install", "false")
        .append_pair("response_url", "https://hooks.slack.com/commands/T0LOCAL/1/local")
        .append_pair("trigger_id", "1.2.local")
        .finish()
}

/// The event that Lambda gets when someone types `/standings text`.
#[must_use]
pub fn event(text: &str) -> Value {
    let timestamp = Timestamp::now().as_second().to_string();
    let body = form(text);
    let signature = sign(SIGNING_SECRET, &timestamp, &body);
    event_of(&timestamp, &signature, &body)
}

/// The event that Lambda gets for a form with this signature.
#[must_use]
pub fn event_of(timestamp: &str, signature: &str, body: &str) -> Value {
    let headers = [
        (CONTENT_TYPE, "application/x-www-form-urlencoded"),
        (HeaderName::from_static("x-slack-request-timestamp"), timestamp),
        (HeaderName::from_static("x-slack-signature"), signature),
    ];
    let headers = headers.into_iter().filter_map(|(name, value)| Some((name, HeaderValue::from_str(value).ok()?)));
    api_gateway::event(&Method::POST, &Uri::from_static(COMMANDS), &headers.collect(), body.as_bytes())
}

/// The payload that Slack sends when someone presses or chooses.
/// <https://docs.slack.dev/reference/interaction-payloads/block_actions-payload/>
fn payload(press: &Press, response_url: &str) -> Value {
    json!({
        "type": "block_actions",
        "user": {"id": USER, "username": USER_NAME, "name": USER_NAME, "team_id": WORKSPACE},
        "api_app_id": APP,
        "token": "deprecated",
        "container": {
            "type": "message",
            "message_ts": press.message_ts,
            "channel_id": CHANNEL,
            "is_ephemeral": press.is_ephemeral,
        },
        "trigger_id": "1.2.local",
        "team": {"id": WORKSPACE, "domain": DOMAIN},
        "enterprise": null,
        "is_enterprise_install": false,
        "channel": {"id": CHANNEL, "name": CHANNEL_NAME},
        "state": {"values": press.values},
        "response_url": response_url,
        "actions": [press.action],
    })
}

/// Slack's signature of a body.
#[must_use]
pub fn sign(secret: &str, timestamp: &str, body: &str) -> String {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else { return String::new() };
    mac.update(format!("v0:{timestamp}:{body}").as_bytes());
    let digest = mac.finalize().into_bytes();
    digest.iter().fold("v0=".to_owned(), |text, byte| format!("{text}{byte:02x}"))
}

/// Posts a form to one of the function's routes.
///
/// # Errors
///
/// Where nobody listens at `front`.
pub async fn post(
    front: SocketAddr,
    path: &str,
    timestamp: &str,
    signature: &str,
    body: String,
) -> Result<Answer, AskError> {
    Connection::open(front).await?.post(path, timestamp, signature, body).await
}

/// A connection that is kept from one question to the next, as Slack's are.
#[derive(Debug)]
pub struct Connection {
    front: SocketAddr,
    sender: http1::SendRequest<Full<Bytes>>,
}

impl Connection {
    /// Connects.
    ///
    /// # Errors
    ///
    /// Where nobody listens at `front`.
    pub async fn open(front: SocketAddr) -> Result<Self, AskError> {
        let stream = TcpStream::connect(front).await.map_err(|error| AskError::Connect(front, error))?;
        let handshake = http1::handshake(TokioIo::new(stream)).await;
        let (sender, connection) = handshake.map_err(|error| AskError::Exchange(front, error.into()))?;
        tokio::spawn(connection);
        Ok(Self { front, sender })
    }

    /// Types `/standings text` as a person in Slack does.
    ///
    /// # Errors
    ///
    /// Where the exchange breaks off. An answer that is not a 200 is an answer.
    pub async fn ask(&mut self, text: &str) -> Result<Answer, AskError> {
        self.post_signed(COMMANDS, form(text)).await
    }

    async fn post_signed(&mut self, path: &str, body: String) -> Result<Answer, AskError> {
        let timestamp = Timestamp::now().as_second().to_string();
        let signature = sign(SIGNING_SECRET, &timestamp, &body);
        self.post(path, &timestamp, &signature, body).await
    }

    async fn post(&mut self, path: &str, timestamp: &str, signature: &str, body: String) -> Result<Answer, AskError> {
        let broke = |error: Box<dyn std::error::Error + Send + Sync>| AskError::Exchange(self.front, error);
        let request = Request::post(path)
            .header("host", self.front.to_string())
            .header("content-type", "application/x-www-form-urlencoded")
            .header("user-agent", "Slackbot 1.0 (+https://api.slack.com/robots)")
            .header("x-slack-request-timestamp", timestamp)
            .header("x-slack-signature", signature)
            .body(Full::new(Bytes::from(body)))
            .map_err(|error| broke(error.into()))?;
        self.sender.ready().await.map_err(|error| broke(error.into()))?;
        let response = self.sender.send_request(request).await.map_err(|error| broke(error.into()))?;
        let status = response.status().as_u16();
        let body = response.into_body().collect().await.map_err(|error| broke(error.into()))?.to_bytes();
        Ok(Answer { status, body: String::from_utf8_lossy(&body).into_owned() })
    }
}
