//! A Slack client: sends commands and interactions as Slack does, in signed forms over HTTP.

use std::net::SocketAddr;

use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderName, HeaderValue, Method, Uri};
use base16ct::lower;
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
use crate::error::BoxError;

/// Signing secret of the local stack. It is public: the stack listens on the loopback interface only.
pub const SIGNING_SECRET: &str = "standings-local-signing-secret";

/// Path of commands.
pub const COMMANDS: &str = "/slack/commands";

/// Path of interactions: pressed buttons and chosen options.
pub const INTERACTIONS: &str = "/slack/interactions";

// The workspace, channel, user and app that every request comes from.
const WORKSPACE: &str = "T0LOCAL";
const DOMAIN: &str = "local";
const CHANNEL: &str = "C0LOCAL";
const CHANNEL_NAME: &str = "sales";
const USER: &str = "U0LOCAL";
const USER_NAME: &str = "you";
const APP: &str = "A0LOCAL";

/// The response to a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpResponse {
    /// HTTP status.
    pub status: u16,
    /// Body: a message in JSON if the status is 200.
    pub body: String,
}

/// Why a request got no response.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The connection was refused.
    #[error("cannot connect to {0}: {1}")]
    Connect(SocketAddr, std::io::Error),
    /// The connection broke.
    #[error("the connection to {0} broke: {1}")]
    Exchange(SocketAddr, BoxError),
}

/// An interaction with a message: a pressed button, or a chosen option.
#[derive(Clone, Debug, Deserialize)]
pub struct Press {
    /// Timestamp of the message, which identifies it.
    pub message_ts: String,
    /// Whether only the user sees the message.
    pub is_ephemeral: bool,
    /// The only element of `actions`.
    pub action: Value,
    /// Chosen options of all lists in the message, by block and action.
    pub values: Value,
}

/// Sends `/standings text`.
///
/// # Errors
///
/// If there is no response. A response with another status than 200 is not an error.
pub async fn ask(address: SocketAddr, text: &str) -> Result<HttpResponse, ClientError> {
    Connection::open(address).await?.ask(text).await
}

/// Sends an interaction. The response is empty: the messages go to the `response_url`.
///
/// # Errors
///
/// If there is no response. A response with another status than 200 is not an error.
pub async fn press(address: SocketAddr, press: &Press, response_url: &str) -> Result<HttpResponse, ClientError> {
    let payload = payload(press, response_url).to_string();
    let body = form_urlencoded::Serializer::new(String::new()).append_pair("payload", &payload).finish();
    Connection::open(address).await?.post_signed(INTERACTIONS, body).await
}

/// Returns the form of the command `/standings text`.
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

/// Returns the Lambda event of the signed command `/standings text`.
#[must_use]
pub fn event(text: &str) -> Value {
    let timestamp = Timestamp::now().as_second().to_string();
    let body = form(text);
    let signature = signature(SIGNING_SECRET, &timestamp, &body);
    event_of(&timestamp, &signature, &body)
}

/// Returns the Lambda event of a command with this form and signature.
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

/// Returns the payload of an interaction.
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

/// Returns Slack's signature of a request body: `v0=` and the HMAC-SHA256 in hexadecimal.
/// <https://docs.slack.dev/authentication/verifying-requests-from-slack/>
#[must_use]
pub fn signature(secret: &str, timestamp: &str, body: impl AsRef<[u8]>) -> String {
    // HMAC accepts keys of any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else { return String::new() };
    mac.update(format!("v0:{timestamp}:").as_bytes());
    mac.update(body.as_ref());
    format!("v0={}", lower::encode_string(&mac.finalize().into_bytes()))
}

/// Posts a form with this signature.
///
/// # Errors
///
/// If there is no response. A response with another status than 200 is not an error.
pub async fn post(
    address: SocketAddr,
    path: &str,
    timestamp: &str,
    signature: &str,
    body: String,
) -> Result<HttpResponse, ClientError> {
    Connection::open(address).await?.post(path, timestamp, signature, body).await
}

/// A connection that is kept alive from one command to the next, like Slack's.
#[derive(Debug)]
pub struct Connection {
    address: SocketAddr,
    sender: http1::SendRequest<Full<Bytes>>,
}

impl Connection {
    /// Connects to API Gateway.
    ///
    /// # Errors
    ///
    /// If the connection is refused.
    pub async fn open(address: SocketAddr) -> Result<Self, ClientError> {
        let stream = TcpStream::connect(address).await.map_err(|error| ClientError::Connect(address, error))?;
        let handshake = http1::handshake(TokioIo::new(stream)).await;
        let (sender, connection) = handshake.map_err(|error| ClientError::Exchange(address, error.into()))?;
        tokio::spawn(connection);
        Ok(Self { address, sender })
    }

    /// Sends `/standings text`.
    ///
    /// # Errors
    ///
    /// If the connection breaks. A response with another status than 200 is not an error.
    pub async fn ask(&mut self, text: &str) -> Result<HttpResponse, ClientError> {
        self.post_signed(COMMANDS, form(text)).await
    }

    async fn post_signed(&mut self, path: &str, body: String) -> Result<HttpResponse, ClientError> {
        let timestamp = Timestamp::now().as_second().to_string();
        let signature = signature(SIGNING_SECRET, &timestamp, &body);
        self.post(path, &timestamp, &signature, body).await
    }

    async fn post(
        &mut self,
        path: &str,
        timestamp: &str,
        signature: &str,
        body: String,
    ) -> Result<HttpResponse, ClientError> {
        let broke = |error: BoxError| ClientError::Exchange(self.address, error);
        let request = Request::post(path)
            .header("host", self.address.to_string())
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
        Ok(HttpResponse { status, body: String::from_utf8_lossy(&body).into_owned() })
    }
}
