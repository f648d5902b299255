//! Slack's request signature, version 0.
//!
//! `v0=` and the hexadecimal HMAC-SHA256 of `v0:<timestamp>:<body>` under the signing secret, for at most five minutes:
//! <https://docs.slack.dev/authentication/verifying-requests-from-slack>.

use std::fmt;

use aws_lambda_events::apigw::ApiGatewayV2httpRequest;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::event;

const TIMESTAMP_HEADER: &str = "x-slack-request-timestamp";
const SIGNATURE_HEADER: &str = "x-slack-signature";

/// A signature counts for so many seconds; a clock may be wrong either way.
const MAX_AGE: u64 = 300;

/// Why a request is not taken. Says nothing of what the signature was or should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unverified {
    MalformedBody,
    MissingHeader,
    RepeatedHeader,
    MalformedTimestamp,
    StaleTimestamp,
    MalformedSignature,
    WrongSignature,
    NoSecret,
}

impl Unverified {
    /// The reason as it is logged.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::MalformedBody => "the body is not the base64 it claims to be",
            Self::MissingHeader => "a header is missing",
            Self::RepeatedHeader => "a header is repeated",
            Self::MalformedTimestamp => "the timestamp is not a number",
            Self::StaleTimestamp => "the timestamp is more than five minutes off",
            Self::MalformedSignature => "the signature is not v0= and 64 hexadecimal digits",
            Self::WrongSignature => "the signature is wrong",
            Self::NoSecret => "the signing secret is not known yet",
        }
    }
}

/// One signing secret, ready to use. It cannot be printed.
#[derive(Clone)]
pub(crate) struct Key(Hmac<Sha256>);

impl Key {
    /// The key of a secret, or `None` where it is empty. The secret is text: its digits are not decoded.
    pub(crate) fn new(secret: &str) -> Option<Self> {
        if secret.is_empty() {
            return None;
        }
        Hmac::new_from_slice(secret.as_bytes()).ok().map(Self)
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(..)")
    }
}

/// A request whose headers are in order and whose timestamp is fresh. What is left to check is the signature itself.
pub(crate) struct Signed<'a> {
    timestamp: &'a [u8],
    signature: [u8; 32],
    body: &'a [u8],
}

impl<'a> Signed<'a> {
    /// Checks everything that takes no secret.
    pub(crate) fn at(now: i64, request: &'a ApiGatewayV2httpRequest, body: &'a [u8]) -> Result<Self, Unverified> {
        let timestamp = single(request, TIMESTAMP_HEADER)?;
        let signature = single(request, SIGNATURE_HEADER)?;
        let seconds = parse_timestamp(timestamp).ok_or(Unverified::MalformedTimestamp)?;
        if now.abs_diff(seconds) > MAX_AGE {
            return Err(Unverified::StaleTimestamp);
        }
        let signature = parse_signature(signature).ok_or(Unverified::MalformedSignature)?;
        Ok(Self { timestamp, signature, body })
    }

    /// Whether the request is signed with this key, in constant time.
    pub(crate) fn is_signed_with(&self, key: &Key) -> bool {
        let mut mac = key.0.clone();
        // The timestamp goes in as it was sent, leading zeros and all.
        for part in [b"v0:", self.timestamp, b":", self.body] {
            mac.update(part);
        }
        mac.verify_slice(&self.signature).is_ok()
    }
}

fn single<'a>(request: &'a ApiGatewayV2httpRequest, name: &str) -> Result<&'a [u8], Unverified> {
    match event::header(request, name).as_slice() {
        [value] => Ok(value),
        [] => Err(Unverified::MissingHeader),
        _ => Err(Unverified::RepeatedHeader),
    }
}

fn parse_timestamp(text: &[u8]) -> Option<i64> {
    // `parse` would take a sign as well.
    text.iter().all(u8::is_ascii_digit).then_some(text).and_then(|digits| str::from_utf8(digits).ok()?.parse().ok())
}

/// Slack writes small digits; capitals are refused, so that a request has one signature and no more.
fn parse_signature(text: &[u8]) -> Option<[u8; 32]> {
    let digits = text.strip_prefix(b"v0=").filter(|digits| digits.len() == 64)?;
    let mut bytes = [0; 32];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Some(bytes)
}

const fn digit(character: u8) -> Option<u8> {
    match character {
        b'0'..=b'9' => Some(character - b'0'),
        b'a'..=b'f' => Some(character - b'a' + 10),
        _ => None,
    }
}
