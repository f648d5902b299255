//! Response URLs, to which the reply to an interaction is posted.
//!
//! The URL is part of the request. The request is signed, but an attacker who got hold of the signing secret could make
//! the function send requests to any address (server-side request forgery, SSRF). Therefore only Slack's hosts are
//! called, only over HTTPS, and redirects are not followed.
//!
//! <https://docs.slack.dev/interactivity/handling-user-interaction#message_responses>

use std::net::SocketAddr;
use std::sync::OnceLock;
use std::time::Duration;

use http::{Request, Uri, header};
use http_body_util::{BodyExt, Full, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;

use crate::reply::Message;

/// Slack's hosts for response URLs: the usual one, and that of Slack for US government agencies.
const HOSTS: [&str; 2] = ["hooks.slack.com", "hooks.slack-gov.com"];

/// Timeout of one attempt. Slack gives up after three seconds, which must also suffice for the lookup and a retry.
const ATTEMPT: Duration = Duration::from_millis(600);

/// Attempts per message, and one more for one with a chart. Slack accepts five posts to a response URL; sharing posts two messages,
/// the first of which may have a chart.
const ATTEMPTS: usize = 2;

/// Posts replies to response URLs.
#[derive(Debug)]
pub struct ResponseUrls {
    /// Address of the local stack, which plays Slack's part.
    local: Option<SocketAddr>,
    /// Created when it is first needed: most requests are commands, which need no client. Loading the root certificates
    /// at every cold start would be wasted.
    client: OnceLock<HttpClient>,
}

/// Maximum size of a response that is read.
const MAX_RESPONSE: usize = 64 * 1024;

/// A response of Slack.
pub(crate) struct Sent {
    pub(crate) status: u16,
    pub(crate) body: bytes::Bytes,
}

type HttpClient = Client<HttpsConnector<HttpConnector>, Full<bytes::Bytes>>;

/// The reason why a reply was not delivered. It never contains the URL: its path is a credential that allows to post.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PostError {
    /// Not a URL of Slack.
    #[error("the response URL is not a URL of Slack")]
    NotSlack,
    /// No root certificates to verify Slack's certificate with.
    #[error("there are no root certificates in the operating system's store")]
    NoCertificates,
    /// No connection, so that nothing was sent.
    #[error("Slack cannot be reached")]
    NotConnected,
    /// No response from Slack, or not in time.
    #[error("Slack did not respond in time")]
    Unreachable,
    /// A response other than success.
    #[error("Slack responded with status {0}")]
    Status(u16),
}

impl ResponseUrls {
    /// Posts to Slack, and nowhere else.
    #[must_use]
    pub fn slack() -> Self {
        Self { local: None, client: OnceLock::new() }
    }

    /// Posts to the local stack at this address, and nowhere else.
    #[must_use]
    pub fn local(address: SocketAddr) -> Self {
        Self { local: Some(address), client: OnceLock::new() }
    }

    /// Posts a message, with one retry. If Slack rejects it with status 400, which means that it does not accept some
    /// block, the retry is its next [form](Message::forms).
    ///
    /// # Errors
    ///
    /// The error of the last attempt.
    pub(crate) async fn post(&self, url: &str, message: &Message) -> Result<(), PostError> {
        let uri = self.allowed(url).ok_or(PostError::NotSlack)?;
        let mut forms = message.forms().peekable();
        let attempts = ATTEMPTS + usize::from(message.has_chart());
        let mut last = PostError::Unreachable;
        for _ in 0..attempts {
            let form = forms.peek().map(serde_json::to_vec);
            let Some(Ok(bytes)) = form.map(|form| form.map(bytes::Bytes::from)) else { return Err(last) };
            last = match tokio::time::timeout(ATTEMPT, self.send(&uri, bytes)).await {
                Ok(Ok(200..=299)) => return Ok(()),
                Ok(Ok(status)) => PostError::Status(status),
                Ok(Err(error)) => error,
                Err(_) => PostError::Unreachable,
            };
            if last == PostError::Status(400) {
                forms.next();
            }
        }
        Err(last)
    }

    /// Returns the parsed URL if posting to it is allowed. The authority is compared as a whole, so that neither
    /// credentials nor a port can be in it.
    pub(crate) fn allowed(&self, url: &str) -> Option<Uri> {
        let uri: Uri = url.parse().ok()?;
        let authority = uri.authority()?.as_str();
        let is_allowed = match self.local {
            Some(address) => uri.scheme_str() == Some("http") && authority == address.to_string(),
            None => uri.scheme_str() == Some("https") && HOSTS.contains(&authority),
        };
        is_allowed.then_some(uri)
    }

    async fn send(&self, uri: &Uri, body: bytes::Bytes) -> Result<u16, PostError> {
        Ok(self.request(uri, None, body).await?.status)
    }

    /// Sends JSON to a URL of the caller, not of a request, with a token if there is one. Returns the response.
    pub(crate) async fn send_json(&self, url: &str, token: Option<&str>, json: &Value) -> Result<Sent, PostError> {
        let uri: Uri = url.parse().map_err(|_| PostError::NotSlack)?;
        self.request(&uri, token, json.to_string().into()).await
    }

    async fn request(&self, uri: &Uri, token: Option<&str>, body: bytes::Bytes) -> Result<Sent, PostError> {
        let mut request = Request::post(uri).header(header::CONTENT_TYPE, "application/json; charset=utf-8");
        if let Some(token) = token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        let request = request.body(Full::new(body)).map_err(|_| PostError::NotSlack)?;
        let sent = self.client()?.request(request).await;
        let response =
            sent.map_err(|error| if error.is_connect() { PostError::NotConnected } else { PostError::Unreachable })?;
        let status = response.status().as_u16();
        // A status without a body has been received nevertheless.
        let body = Limited::new(response.into_body(), MAX_RESPONSE).collect().await;
        Ok(Sent { status, body: body.map(http_body_util::Collected::to_bytes).unwrap_or_default() })
    }

    fn client(&self) -> Result<&HttpClient, PostError> {
        if let Some(client) = self.client.get() {
            return Ok(client);
        }
        let https = HttpsConnectorBuilder::new().with_native_roots().map_err(|_| PostError::NoCertificates)?;
        let https = if self.local.is_some() { https.https_or_http() } else { https.https_only() };
        let client = Client::builder(TokioExecutor::new()).build(https.enable_http1().build());
        Ok(self.client.get_or_init(|| client))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_urls_of_slack_are_allowed() {
        let slack = ResponseUrls::slack();
        for url in ["https://hooks.slack.com/actions/T1/1/x", "https://hooks.slack-gov.com/commands/T1/1/x?a=b"] {
            assert!(slack.allowed(url).is_some(), "{url}");
        }
        for url in [
            "",
            "hooks.slack.com/actions",
            "/actions",
            "http://hooks.slack.com/actions/T1/1/x",
            "https://hooks.slack.com.evil.example/",
            "https://evil.example/hooks.slack.com",
            "https://hooks.slack.com@evil.example/",
            "https://user:pass@hooks.slack.com/",
            "https://hooks.slack.com:8443/",
            "https://hooks.slack.com\\@evil.example/",
            "https://HOOKS.slack.com.:443/",
            "https://slack.com/",
            "https://169.254.169.254/latest/meta-data/",
            "https://[::1]/",
            "https://localhost/",
            "ftp://hooks.slack.com/",
            "file:///etc/passwd",
            "https://hooks.slack.com/\r\nhost: evil.example",
        ] {
            assert_eq!(slack.allowed(url), None, "{url}");
        }
        let local = ResponseUrls::local(([127, 0, 0, 1], 4380).into());
        assert!(local.allowed("http://127.0.0.1:4380/responses/1").is_some());
        for url in ["http://127.0.0.1:4381/", "http://localhost:4380/", "https://hooks.slack.com/actions/T1/1/x"] {
            assert_eq!(local.allowed(url), None, "{url}");
        }
    }
}
