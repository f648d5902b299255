//! Response URLs: where Slack takes the answer to an interaction.
//! <https://docs.slack.dev/interactivity/handling-user-interaction#message_responses>
//!
//! The URL comes with the request. It is signed, but a function that posts to any address would still be a weapon for
//! whoever gets hold of the secret: only Slack's own hosts are called, over HTTPS, and redirects are not followed.

use std::net::SocketAddr;
use std::sync::OnceLock;
use std::time::Duration;

use http::{Request, Uri, header};
use http_body_util::Full;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

use crate::reply::Message;

/// Slack's hosts for responses: the usual one, and that of its service for governments.
const HOSTS: [&str; 2] = ["hooks.slack.com", "hooks.slack-gov.com"];

/// How long one attempt may take. Slack waits for three seconds in all.
const ATTEMPT: Duration = Duration::from_millis(600);

/// One retry. Slack takes five responses to an interaction; sharing needs two, so four at most.
const ATTEMPTS: usize = 2;

/// Posts answers to response URLs.
#[derive(Debug)]
pub struct ResponseUrls {
    /// The stack on this machine, which stands in for Slack there.
    local: Option<SocketAddr>,
    /// Made when it is first needed: most questions are commands, which are answered without it.
    client: OnceLock<HttpClient>,
}

type HttpClient = Client<HttpsConnector<HttpConnector>, Full<bytes::Bytes>>;

/// Why an answer did not arrive. Nothing of the URL is in it: whoever knows it can post.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PostError {
    /// It is not one of Slack's.
    #[error("the response URL is not one of Slack's")]
    NotSlack,
    /// There is no trust to start with.
    #[error("this machine has no root certificates")]
    NoCertificates,
    /// Slack cannot be reached, or not in time.
    #[error("Slack did not answer in time")]
    Unreachable,
    /// Slack does not take it.
    #[error("Slack answered with status {0}")]
    Status(u16),
}

impl ResponseUrls {
    /// Those of Slack.
    #[must_use]
    pub fn slack() -> Self {
        Self { local: None, client: OnceLock::new() }
    }

    /// Those of a stack on this machine, and no others.
    #[must_use]
    pub fn local(address: SocketAddr) -> Self {
        Self { local: Some(address), client: OnceLock::new() }
    }

    /// Posts a message. What Slack refuses is sent once more as plain text, which it always takes.
    pub(crate) async fn post(&self, url: &str, message: &Message) -> Result<(), PostError> {
        let uri = self.checked(url).ok_or(PostError::NotSlack)?;
        let mut body = serde_json::to_vec(message);
        let mut last = PostError::Unreachable;
        for _ in 0..ATTEMPTS {
            let bytes = bytes::Bytes::from(body.map_err(|_| PostError::Unreachable)?);
            last = match tokio::time::timeout(ATTEMPT, self.send(&uri, bytes.clone())).await {
                Ok(Ok(200..=299)) => return Ok(()),
                Ok(Ok(status)) => PostError::Status(status),
                Ok(Err(error)) => error,
                Err(_) => PostError::Unreachable,
            };
            body = match last {
                PostError::Status(400) => serde_json::to_vec(&message.plain()),
                _ => Ok(bytes.into()),
            };
        }
        Err(last)
    }

    /// The address, if it is one to post to: nothing but scheme, host and path, which are Slack's.
    fn checked(&self, url: &str) -> Option<Uri> {
        let uri: Uri = url.parse().ok()?;
        let authority = uri.authority()?.as_str();
        let is_ours = match self.local {
            Some(address) => uri.scheme_str() == Some("http") && authority == address.to_string(),
            None => uri.scheme_str() == Some("https") && HOSTS.contains(&authority),
        };
        is_ours.then_some(uri)
    }

    async fn send(&self, uri: &Uri, body: bytes::Bytes) -> Result<u16, PostError> {
        let request = Request::post(uri)
            .header(header::CONTENT_TYPE, "application/json; charset=utf-8")
            .body(Full::new(body))
            .map_err(|_| PostError::NotSlack)?;
        let response = self.client()?.request(request).await.map_err(|_| PostError::Unreachable)?;
        Ok(response.status().as_u16())
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
    fn nobody_but_slack_is_called() {
        let slack = ResponseUrls::slack();
        for url in ["https://hooks.slack.com/actions/T1/1/x", "https://hooks.slack-gov.com/commands/T1/1/x?a=b"] {
            assert!(slack.checked(url).is_some(), "{url}");
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
            assert_eq!(slack.checked(url), None, "{url}");
        }
        let local = ResponseUrls::local(([127, 0, 0, 1], 4380).into());
        assert!(local.checked("http://127.0.0.1:4380/responses/1").is_some());
        for url in ["http://127.0.0.1:4381/", "http://localhost:4380/", "https://hooks.slack.com/actions/T1/1/x"] {
            assert_eq!(local.checked(url), None, "{url}");
        }
    }
}
