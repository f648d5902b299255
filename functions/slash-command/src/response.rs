//! The response to a request: what is logged of it, and its form for API Gateway.

use std::time::Duration;

use serde_json::{Value, json};

use crate::allow::Refusal;
use crate::outcome::Outcome;
use crate::reply::{self, Message};
use crate::signature::Unverified;

/// The response to a request.
pub(crate) struct Response {
    pub(crate) outcome: Outcome,
    pub(crate) status: u16,
    pub(crate) body: Body,
    /// Details for the log, such as the reason of a rejection.
    pub(crate) reason: Option<&'static str>,
}

/// The body of a response.
pub(crate) enum Body {
    Empty,
    /// A message to Slack.
    Message(Box<Message>),
    /// A response of JSON-RPC.
    Json(Value),
    /// A file: its name and content.
    Csv(String, String),
    /// A sentence in a browser.
    Text(&'static str),
}

impl Response {
    pub(crate) fn empty(outcome: Outcome, status: u16) -> Self {
        Self { outcome, status, body: Body::Empty, reason: None }
    }

    pub(crate) fn json(outcome: Outcome, body: Value) -> Self {
        Self { body: Body::Json(body), ..Self::empty(outcome, 200) }
    }

    pub(crate) fn refused(refusal: Refusal, message: Option<Message>) -> Self {
        let body = message.map_or(Body::Empty, |message| Body::Message(Box::new(message)));
        Self { body, reason: Some(refusal.as_str()), ..Self::empty(Outcome::Refused, 200) }
    }

    /// The response to a request that is not from Slack. It says nothing, so that an attacker learns nothing; the
    /// reason is in the log.
    pub(crate) fn unverified(reason: Unverified) -> Self {
        let outcome = if reason == Unverified::WrongSignature { Outcome::WrongSignature } else { Outcome::Unverified };
        Self { reason: Some(reason.as_str()), ..Self::empty(outcome, 401) }
    }

    /// The response while the signing secret is not known. The request may well be from Slack, so a user may be
    /// waiting; but until it is verified, the response must not depend on it. Slack shows no body in response to an
    /// interaction, and a tool has none either.
    pub(crate) fn no_secret(reason: Unverified, is_without_body: bool) -> Self {
        let (status, body) =
            if is_without_body { (503, Body::Empty) } else { (200, Body::Message(Box::new(reply::no_secret()))) };
        Self { outcome: Outcome::NoSecret, status, body, reason: Some(reason.as_str()) }
    }

    /// Writes the log line of the request.
    pub(crate) fn log(&self, duration: Duration) {
        let Self { status, reason, .. } = *self;
        let outcome = self.outcome.as_str();
        let duration_us = u64::try_from(duration.as_micros()).unwrap_or(u64::MAX);
        if let Some(check) = self.outcome.rejected_by() {
            tracing::warn!(outcome, status, duration_us, reason, "request rejected: {check}");
        } else {
            tracing::info!(outcome, status, duration_us, "request answered: {outcome}");
        }
    }

    /// Returns a response to a browser, which must neither keep nor interpret it.
    fn to_browser(&self, kind: &str, file: Option<&str>, body: &str) -> Value {
        let mut headers = json!({
            "content-type": format!("{kind}; charset=utf-8"),
            "cache-control": "no-store",
            "x-content-type-options": "nosniff",
            "referrer-policy": "no-referrer",
        });
        if let Some(file) = file {
            headers["content-disposition"] = format!("attachment; filename=\"{file}\"").into();
        }
        json!({"statusCode": self.status, "headers": headers, "body": body, "isBase64Encoded": false})
    }

    /// Returns the response in the format of API Gateway.
    /// <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html>
    pub(crate) fn to_json(&self) -> Value {
        let body = match &self.body {
            Body::Empty => None,
            Body::Message(message) => serde_json::to_string(message).ok(),
            Body::Json(json) => Some(json.to_string()),
            Body::Text(text) => return self.to_browser("text/plain", None, text),
            Body::Csv(name, csv) => return self.to_browser("text/csv", Some(name), csv),
        };
        match body {
            Some(body) => json!({
                "statusCode": self.status,
                "headers": {"content-type": "application/json; charset=utf-8"},
                "body": body,
                "isBase64Encoded": false,
            }),
            None => json!({"statusCode": self.status, "headers": {}, "body": "", "isBase64Encoded": false}),
        }
    }
}
