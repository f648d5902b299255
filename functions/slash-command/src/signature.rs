//! Slack's request signature, version 0.
//!
//! The signature is `v0=` and the HMAC-SHA256 of `v0:<timestamp>:<body>` with the signing secret as the key, in
//! lower-case hexadecimal digits. It is valid for five minutes, which limits replay.
//!
//! <https://docs.slack.dev/authentication/verifying-requests-from-slack>

use std::fmt;

use aws_lambda_events::apigw::ApiGatewayV2httpRequest;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::event;

const TIMESTAMP_HEADER: &str = "x-slack-request-timestamp";
const SIGNATURE_HEADER: &str = "x-slack-signature";

/// Maximum difference between the timestamp and now, in seconds, as Slack recommends. It holds in both directions,
/// since either clock may be wrong.
const MAX_AGE: u64 = 300;

/// The reason why a request is not verified. It reveals nothing of the signature that was sent or expected.
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
    /// Returns the reason in words, for the log.
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

/// A signing secret as an HMAC key. It cannot be printed.
#[derive(Clone)]
pub(crate) struct Key(Hmac<Sha256>);

impl Key {
    /// The key for a secret, or `None` if it is empty. The secret is used as text; its hexadecimal digits are not
    /// decoded.
    pub(crate) fn new(secret: &str) -> Option<Self> {
        if secret.is_empty() {
            return None;
        }
        Hmac::new_from_slice(secret.as_bytes()).ok().map(Self)
    }

    /// Returns the HMAC-SHA256 of a text in hexadecimal digits.
    pub(crate) fn sign(&self, text: &str) -> String {
        let mut mac = self.0.clone();
        mac.update(text.as_bytes());
        base16ct::lower::encode_string(&mac.finalize().into_bytes())
    }

    /// Whether a signature is that of a text. The comparison takes constant time.
    pub(crate) fn is_signature(&self, text: &str, signature: &str) -> bool {
        let Some(signature) = parse_digits(signature.as_bytes()) else { return false };
        let mut mac = self.0.clone();
        mac.update(text.as_bytes());
        mac.verify_slice(&signature).is_ok()
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(..)")
    }
}

/// A request with well-formed headers and a fresh timestamp, whose signature is still to be verified.
pub(crate) struct Signed<'a> {
    timestamp: &'a [u8],
    signature: [u8; 32],
    body: &'a [u8],
}

impl<'a> Signed<'a> {
    /// Checks everything that needs no secret, against `now` in seconds since the Unix epoch.
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

    /// Whether the request is signed with this key. The comparison takes constant time.
    pub(crate) fn is_signed_with(&self, key: &Key) -> bool {
        let mut mac = key.0.clone();
        // The timestamp is signed as it was sent, with leading zeros if there are any.
        for part in [b"v0:", self.timestamp, b":", self.body] {
            mac.update(part);
        }
        mac.verify_slice(&self.signature).is_ok()
    }
}

/// Returns the only value of a header. Several values are ambiguous and therefore rejected.
fn single<'a>(request: &'a ApiGatewayV2httpRequest, name: &str) -> Result<&'a [u8], Unverified> {
    match event::header(request, name).as_slice() {
        [value] => Ok(value),
        [] => Err(Unverified::MissingHeader),
        _ => Err(Unverified::RepeatedHeader),
    }
}

fn parse_timestamp(text: &[u8]) -> Option<i64> {
    // `parse` alone would also accept a sign.
    text.iter().all(u8::is_ascii_digit).then_some(text).and_then(|digits| str::from_utf8(digits).ok()?.parse().ok())
}

/// Parses `v0=` and 64 hexadecimal digits. Slack writes lower-case digits; upper-case ones are rejected, so that a
/// request has exactly one valid signature.
fn parse_signature(text: &[u8]) -> Option<[u8; 32]> {
    parse_digits(text.strip_prefix(b"v0=")?)
}

fn parse_digits(digits: &[u8]) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    // `decode` fails if there are more digits than fit, and returns a shorter slice if there are fewer.
    let decoded = base16ct::lower::decode(digits, &mut bytes).ok()?;
    (decoded.len() == 32).then_some(bytes)
}
