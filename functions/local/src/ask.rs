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
use serde_json::Value;
use sha2::Sha256;
use tokio::net::TcpStream;

use crate::front;

/// What the local stack's requests are signed with. It protects nothing, and is no secret.
pub const SIGNING_SECRET: &str = "standings-local-signing-secret";

/// The route of commands.
const COMMANDS: &str = "/slack/commands";

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

/// Types `/standings text` as a person in Slack does.
///
/// # Errors
///
/// Where nobody listens at `front`. An answer that is not a 200 is an answer.
pub async fn ask(front: SocketAddr, text: &str) -> Result<Answer, AskError> {
    Connection::open(front).await?.ask(text).await
}

/// The form that Slack sends when someone types `/standings text`.
#[must_use]
pub fn form(text: &str) -> String {
    form_urlencoded::Serializer::new(String::new())
        .append_pair("token", "deprecated")
        .append_pair("team_id", "T0LOCAL")
        .append_pair("team_domain", "local")
        .append_pair("channel_id", "C0LOCAL")
        .append_pair("channel_name", "sales")
        .append_pair("user_id", "U0LOCAL")
        .append_pair("user_name", "you")
        .append_pair("command", "/standings")
        .append_pair("text", text)
        .append_pair("api_app_id", "A0LOCAL")
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
    front::event(&Method::POST, &Uri::from_static(COMMANDS), &headers.collect(), body.as_bytes())
}

/// Slack's signature of a body.
#[must_use]
pub fn sign(secret: &str, timestamp: &str, body: &str) -> String {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else { return String::new() };
    mac.update(format!("v0:{timestamp}:{body}").as_bytes());
    let digest = mac.finalize().into_bytes();
    digest.iter().fold("v0=".to_owned(), |text, byte| format!("{text}{byte:02x}"))
}

/// Posts a form to the slash command's route.
///
/// # Errors
///
/// Where nobody listens at `front`.
pub async fn post(front: SocketAddr, timestamp: &str, signature: &str, body: String) -> Result<Answer, AskError> {
    Connection::open(front).await?.post(timestamp, signature, body).await
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
        let timestamp = Timestamp::now().as_second().to_string();
        let body = form(text);
        let signature = sign(SIGNING_SECRET, &timestamp, &body);
        self.post(&timestamp, &signature, body).await
    }

    async fn post(&mut self, timestamp: &str, signature: &str, body: String) -> Result<Answer, AskError> {
        let broke = |error: Box<dyn std::error::Error + Send + Sync>| AskError::Exchange(self.front, error);
        let request = Request::post(COMMANDS)
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
