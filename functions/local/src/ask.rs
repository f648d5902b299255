//! Asking as Slack asks: a signed form over HTTP.

use std::net::SocketAddr;

use hmac::{Hmac, KeyInit, Mac};
use http_body_util::{BodyExt, Full};
use hyper::Request;
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use jiff::Timestamp;
use sha2::Sha256;
use tokio::net::TcpStream;

/// What the local stack's requests are signed with. It protects nothing, and is no secret.
pub const SIGNING_SECRET: &str = "standings-local-signing-secret";

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
    let timestamp = Timestamp::now().as_second().to_string();
    let body = form(text);
    let signature = sign(SIGNING_SECRET, &timestamp, &body);
    post(front, &timestamp, &signature, body).await
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
    let stream = TcpStream::connect(front).await.map_err(|error| AskError::Connect(front, error))?;
    let broke = |error: Box<dyn std::error::Error + Send + Sync>| AskError::Exchange(front, error);
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(|error| broke(error.into()))?;
    tokio::spawn(connection);
    let request = Request::post("/slack/commands")
        .header("host", front.to_string())
        .header("content-type", "application/x-www-form-urlencoded")
        .header("user-agent", "Slackbot 1.0 (+https://api.slack.com/robots)")
        .header("x-slack-request-timestamp", timestamp)
        .header("x-slack-signature", signature)
        .body(Full::new(Bytes::from(body)))
        .map_err(|error| broke(error.into()))?;
    let response = sender.send_request(request).await.map_err(|error| broke(error.into()))?;
    let status = response.status().as_u16();
    let body = response.into_body().collect().await.map_err(|error| broke(error.into()))?.to_bytes();
    Ok(Answer { status, body: String::from_utf8_lossy(&body).into_owned() })
}
