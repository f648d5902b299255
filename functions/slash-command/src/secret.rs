//! The signing secret, and how it is kept up to date.

use std::fmt;
use std::time::{Duration, Instant};

use aws_sdk_ssm::error::ProvideErrorMetadata;
use standings_lambda::Variables;
use tokio::sync::{Mutex, RwLock};

use crate::signature::{Key, Signed, Unverified};

/// A known secret is read again this often at most, when a signature fails: a new secret works within a minute, and
/// whoever sends rubbish cannot make us ask more.
const REFRESH: Duration = Duration::from_mins(1);

/// As long as no secret is known, there is more reason to ask.
const RETRY: Duration = Duration::from_secs(3);

/// Slack waits for three seconds in all.
const PATIENCE: Duration = Duration::from_secs(1);

/// What Slack signs its requests with: one secret, or the current one and the previous one while it is being changed.
///
/// It is never printed, logged, or part of an error.
pub struct SigningSecret {
    keys: RwLock<Vec<Key>>,
    parameter: Option<Parameter>,
}

/// A parameter of SSM Parameter Store that holds the secret.
struct Parameter {
    client: aws_sdk_ssm::Client,
    name: String,
    refresh: Duration,
    retry: Duration,
    last_read: Mutex<Option<Instant>>,
}

/// Why there is no signing secret to start with.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// It is empty, and would let everyone in.
    #[error("{0} is empty: put the Signing Secret there that Slack shows under Basic Information")]
    Empty(String),
    /// It is nowhere.
    #[error("set SLACK_SIGNING_SECRET_PARAMETER to the name of the SSM parameter that holds the signing secret")]
    Missing,
}

impl SigningSecret {
    /// A secret given as it is, for local work: one, or the current and the previous one with a comma between.
    ///
    /// # Errors
    ///
    /// [`SecretError::Empty`].
    pub fn fixed(secret: &str) -> Result<Self, SecretError> {
        let keys = parse(secret).ok_or_else(|| SecretError::Empty("SLACK_SIGNING_SECRET".to_owned()))?;
        Ok(Self { keys: RwLock::new(keys), parameter: None })
    }

    /// A secret that stands in SSM Parameter Store. Where it cannot be read now, no request is let in until it can.
    ///
    /// # Errors
    ///
    /// [`SecretError::Empty`], where the parameter can be read and has nothing in it.
    pub async fn parameter(client: aws_sdk_ssm::Client, name: impl Into<String>) -> Result<Self, SecretError> {
        let name = name.into();
        let parameter = Parameter { client, name, refresh: REFRESH, retry: RETRY, last_read: Mutex::new(None) };
        let keys = match parameter.read().await {
            Ok(value) => {
                *parameter.last_read.lock().await = Some(Instant::now());
                parse(&value).ok_or_else(|| SecretError::Empty(format!("the SSM parameter {}", parameter.name)))?
            }
            Err(error) => {
                parameter.complain(&error);
                Vec::new()
            }
        };
        Ok(Self { keys: RwLock::new(keys), parameter: Some(parameter) })
    }

    /// The secret that the settings name: `SLACK_SIGNING_SECRET_PARAMETER`, or `SLACK_SIGNING_SECRET` itself.
    ///
    /// # Errors
    ///
    /// See [`SecretError`].
    pub async fn read(variables: &Variables, config: &aws_config::SdkConfig) -> Result<Self, SecretError> {
        match (variables.get("SLACK_SIGNING_SECRET_PARAMETER"), variables.get("SLACK_SIGNING_SECRET")) {
            (Some(name), _) => Self::parameter(aws_sdk_ssm::Client::new(config), name).await,
            (None, Some(secret)) => Self::fixed(&secret),
            (None, None) => Err(SecretError::Missing),
        }
    }

    /// Checks a signature, where it fails once more with the secret as it is now.
    pub(crate) async fn verify(&self, signed: &Signed<'_>) -> Result<(), Unverified> {
        if self.accepts(signed).await {
            return Ok(());
        }
        if let Some(parameter) = &self.parameter {
            self.read_again(parameter).await;
            // Also where someone else has just read it, or it was not due: the answer is the same, only later.
            if self.accepts(signed).await {
                return Ok(());
            }
        }
        Err(if self.keys.read().await.is_empty() { Unverified::NoSecret } else { Unverified::WrongSignature })
    }

    async fn accepts(&self, signed: &Signed<'_>) -> bool {
        self.keys.read().await.iter().any(|key| signed.is_signed_with(key))
    }

    async fn read_again(&self, parameter: &Parameter) {
        // Held while reading, so that requests that fail together ask once together.
        let mut last_read = parameter.last_read.lock().await;
        let interval = if self.keys.read().await.is_empty() { parameter.retry } else { parameter.refresh };
        if last_read.is_some_and(|instant| instant.elapsed() < interval) {
            return;
        }
        *last_read = Some(Instant::now());
        match parameter.read().await.map(|value| parse(&value)) {
            Ok(Some(keys)) => *self.keys.write().await = keys,
            // What was known stays: a parameter emptied by accident is not a reason to refuse everyone.
            Ok(None) => parameter.complain("it is empty"),
            Err(error) => parameter.complain(&error),
        }
    }
}

impl Parameter {
    /// The value, or what went wrong in a word or two; the SDK's error might quote the answer.
    async fn read(&self) -> Result<String, String> {
        let request = self.client.get_parameter().name(&self.name).with_decryption(true).send();
        let answer = tokio::time::timeout(PATIENCE, request).await.map_err(|_| "it took too long".to_owned())?;
        let answer = answer.map_err(|error| error.code().unwrap_or("SSM cannot be reached").to_owned())?;
        Ok(answer.parameter.and_then(|parameter| parameter.value).unwrap_or_default())
    }

    fn complain(&self, error: &str) {
        tracing::error!(parameter = self.name, error, "the signing secret cannot be read");
    }
}

impl fmt::Debug for SigningSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningSecret(..)")
    }
}

/// The secrets in a value; white space around them is a line end that came along when they were pasted.
fn parse(value: &str) -> Option<Vec<Key>> {
    let keys: Vec<Key> = value.split(',').filter_map(|secret| Key::new(secret.trim())).collect();
    (!keys.is_empty()).then_some(keys)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use aws_lambda_events::apigw::ApiGatewayV2httpRequest;
    use axum::extract::State;
    use axum::http::StatusCode;
    use serde_json::json;
    use tokio::net::TcpListener;

    use super::*;
    use crate::tests::desk;

    const NOW: i64 = 1_700_000_000;

    /// A parameter store: what it answers, and how often it was asked.
    #[derive(Clone, Default)]
    struct Store(Arc<(std::sync::Mutex<Option<String>>, AtomicUsize)>);

    impl Store {
        fn set(&self, value: Option<&str>) {
            *self.0.0.lock().unwrap() = value.map(str::to_owned);
        }

        fn asked(&self) -> usize {
            self.0.1.load(Ordering::SeqCst)
        }

        async fn serve(&self) -> aws_sdk_ssm::Client {
            let answer = async |State(store): State<Store>, body: String| {
                store.0.1.fetch_add(1, Ordering::SeqCst);
                let asked: serde_json::Value = serde_json::from_str(&body).unwrap();
                assert_eq!(asked, json!({"Name": "/standings/secret", "WithDecryption": true}));
                match &*store.0.0.lock().unwrap() {
                    Some(value) => (StatusCode::OK, json!({"Parameter": {"Value": value}}).to_string()),
                    None => (StatusCode::BAD_REQUEST, json!({"__type": "AccessDeniedException"}).to_string()),
                }
            };
            let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
            let address = listener.local_addr().unwrap();
            let router = axum::Router::new().fallback(answer).with_state(self.clone());
            tokio::spawn(async { axum::serve(listener, router).await });
            aws_sdk_ssm::Client::new(&desk::config(address).await)
        }
    }

    fn signed_with(secret: &str) -> ApiGatewayV2httpRequest {
        let signature = desk::sign(secret, &NOW.to_string(), b"");
        desk::request("", &json!({"x-slack-request-timestamp": NOW.to_string(), "x-slack-signature": signature}))
    }

    async fn verify(secret: &SigningSecret, with: &str) -> Result<(), Unverified> {
        let request = signed_with(with);
        secret.verify(&Signed::at(NOW, &request, b"").unwrap()).await
    }

    #[tokio::test]
    async fn a_changed_secret_is_read_again_and_only_when_it_is_due() {
        let store = Store::default();
        store.set(Some("old"));
        let mut secret = SigningSecret::parameter(store.serve().await, "/standings/secret").await.unwrap();
        assert_eq!((verify(&secret, "old").await, store.asked()), (Ok(()), 1));

        store.set(Some("new,old"));
        assert_eq!(verify(&secret, "new").await, Err(Unverified::WrongSignature), "it was read a moment ago");
        assert_eq!(store.asked(), 1);

        secret.parameter.as_mut().unwrap().refresh = Duration::ZERO;
        assert_eq!((verify(&secret, "new").await, store.asked()), (Ok(()), 2));
        assert_eq!((verify(&secret, "old").await, store.asked()), (Ok(()), 2), "a signature that holds asks nobody");

        // Neither a parameter that cannot be read nor an empty one takes away what is known.
        for value in [None, Some(" ")] {
            store.set(value);
            assert_eq!(verify(&secret, "wrong").await, Err(Unverified::WrongSignature));
            assert_eq!(verify(&secret, "new").await, Ok(()));
        }
    }

    #[tokio::test]
    async fn a_store_that_is_down_at_the_start_is_asked_again() {
        let store = Store::default();
        let mut secret = SigningSecret::parameter(store.serve().await, "/standings/secret").await.unwrap();
        secret.parameter.as_mut().unwrap().retry = Duration::ZERO;
        assert_eq!(verify(&secret, "secret").await, Err(Unverified::NoSecret));
        store.set(Some("secret\n"));
        assert_eq!(verify(&secret, "secret").await, Ok(()));
    }

    #[tokio::test]
    async fn an_empty_parameter_is_no_secret() {
        let store = Store::default();
        store.set(Some(""));
        let error = SigningSecret::parameter(store.serve().await, "/standings/secret").await.unwrap_err();
        assert_eq!(error, SecretError::Empty("the SSM parameter /standings/secret".to_owned()));
    }
}
