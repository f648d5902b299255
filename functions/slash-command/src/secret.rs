//! The signing secret, and how it is kept up to date while it is rotated.

use std::fmt;
use std::time::{Duration, Instant};

use standings_lambda::Variables;
use tokio::sync::{Mutex, RwLock};

use crate::parameter;
use crate::signature::{Key, Signed, Unverified};

/// Minimum time between two reads of a known secret. It is read again when a signature is wrong, so a new secret works
/// within a minute, and forged requests cannot cause more reads than this.
const REFRESH: Duration = Duration::from_mins(1);

/// Minimum time between two reads while no secret is known. Shorter, since until then every request fails.
const RETRY: Duration = Duration::from_secs(3);

/// The secret with which Slack signs its requests: one, or the current and the previous one during rotation.
///
/// It is never printed, logged, or part of an error.
pub struct SigningSecret {
    keys: RwLock<Vec<Key>>,
    parameter: Option<Parameter>,
}

/// Parameter in SSM Parameter Store that holds the secret.
struct Parameter {
    client: aws_sdk_ssm::Client,
    name: String,
    refresh: Duration,
    retry: Duration,
    last_read: Mutex<Option<Instant>>,
}

/// The reason why there is no signing secret at startup.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// An empty secret. Anyone can sign a request with it.
    #[error("{0} is empty: set it to the Signing Secret, which Slack shows under Basic Information")]
    Empty(String),
    /// No secret is configured.
    #[error("set SLACK_SIGNING_SECRET_PARAMETER to the name of the SSM parameter that holds the signing secret")]
    Missing,
}

impl SigningSecret {
    /// A secret from the environment, for development: one, or the current and the previous one separated by a comma.
    ///
    /// # Errors
    ///
    /// [`SecretError::Empty`] if there is none.
    pub fn fixed(secret: &str) -> Result<Self, SecretError> {
        let keys = parse(secret).ok_or_else(|| SecretError::Empty("SLACK_SIGNING_SECRET".to_owned()))?;
        Ok(Self { keys: RwLock::new(keys), parameter: None })
    }

    /// A secret in SSM Parameter Store, in the same format. If it cannot be read now, startup continues: every request
    /// is rejected until a later read succeeds.
    ///
    /// # Errors
    ///
    /// [`SecretError::Empty`] if the parameter can be read and is empty.
    pub async fn parameter(client: aws_sdk_ssm::Client, name: impl Into<String>) -> Result<Self, SecretError> {
        let name = name.into();
        let parameter = Parameter { client, name, refresh: REFRESH, retry: RETRY, last_read: Mutex::new(None) };
        let keys = match parameter.read().await {
            Ok(value) => {
                *parameter.last_read.lock().await = Some(Instant::now());
                parse(&value).ok_or_else(|| SecretError::Empty(format!("the SSM parameter {}", parameter.name)))?
            }
            Err(error) => {
                parameter.log_failure(&error);
                Vec::new()
            }
        };
        Ok(Self { keys: RwLock::new(keys), parameter: Some(parameter) })
    }

    /// The secret from the parameter that `SLACK_SIGNING_SECRET_PARAMETER` names, or from `SLACK_SIGNING_SECRET`.
    ///
    /// # Errors
    ///
    /// [`SecretError::Missing`] if neither is set, [`SecretError::Empty`] if the secret is empty.
    pub async fn read(variables: &Variables, config: &aws_config::SdkConfig) -> Result<Self, SecretError> {
        match (variables.get("SLACK_SIGNING_SECRET_PARAMETER"), variables.get("SLACK_SIGNING_SECRET")) {
            (Some(name), _) => Self::parameter(aws_sdk_ssm::Client::new(config), name).await,
            (None, Some(secret)) => Self::fixed(&secret),
            (None, None) => Err(SecretError::Missing),
        }
    }

    /// Verifies a signature. If it is wrong, reads the secret again if that is due, and verifies once more.
    ///
    /// # Errors
    ///
    /// [`Unverified::NoSecret`] while no secret is known, else [`Unverified::WrongSignature`].
    pub(crate) async fn verify(&self, signed: &Signed<'_>) -> Result<(), Unverified> {
        if self.accepts(signed).await {
            return Ok(());
        }
        if let Some(parameter) = &self.parameter {
            self.read_again(parameter).await;
            // Also if nothing was read: a concurrent request may have read the secret while this one waited for the
            // lock.
            if self.accepts(signed).await {
                return Ok(());
            }
        }
        Err(if self.keys.read().await.is_empty() { Unverified::NoSecret } else { Unverified::WrongSignature })
    }

    /// Signs a text with the current secret, in hexadecimal digits; `None` while no secret is known.
    pub(crate) async fn sign(&self, text: &str) -> Option<String> {
        self.keys.read().await.first().map(|key| key.sign(text))
    }

    /// Whether a signature of a text was made with this secret, or the one before during a rotation.
    pub(crate) async fn is_signature(&self, text: &str, signature: &str) -> bool {
        self.keys.read().await.iter().any(|key| key.is_signature(text, signature))
    }

    async fn accepts(&self, signed: &Signed<'_>) -> bool {
        self.keys.read().await.iter().any(|key| signed.is_signed_with(key))
    }

    async fn read_again(&self, parameter: &Parameter) {
        // The lock is held during the read, so that concurrent requests share one read.
        let mut last_read = parameter.last_read.lock().await;
        let interval = if self.keys.read().await.is_empty() { parameter.retry } else { parameter.refresh };
        if last_read.is_some_and(|instant| instant.elapsed() < interval) {
            return;
        }
        *last_read = Some(Instant::now());
        match parameter.read().await.map(|value| parse(&value)) {
            Ok(Some(keys)) => *self.keys.write().await = keys,
            // The known secret remains in use, so that a parameter emptied by accident does not lock everyone out.
            Ok(None) => parameter.log_failure("it is empty"),
            Err(error) => parameter.log_failure(&error),
        }
    }
}

impl Parameter {
    /// Returns the value, or the code of the error.
    async fn read(&self) -> Result<String, String> {
        parameter::read(&self.client, &self.name).await
    }

    fn log_failure(&self, error: &str) {
        tracing::error!(parameter = self.name, error, "signing secret {} not read", self.name);
    }
}

impl fmt::Debug for SigningSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningSecret(..)")
    }
}

/// Parses comma-separated secrets. White space around them, such as a pasted line end, is removed.
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
    use crate::tests::signed;

    const NOW: i64 = 1_700_000_000;

    /// A fake parameter store: the value that it returns, and the number of reads.
    #[derive(Clone, Default)]
    struct Store(Arc<(std::sync::Mutex<Option<String>>, AtomicUsize)>);

    impl Store {
        fn set(&self, value: Option<&str>) {
            *self.0.0.lock().unwrap() = value.map(str::to_owned);
        }

        fn reads(&self) -> usize {
            self.0.1.load(Ordering::SeqCst)
        }

        async fn serve(&self) -> aws_sdk_ssm::Client {
            let respond = async |State(store): State<Store>, body: String| {
                store.0.1.fetch_add(1, Ordering::SeqCst);
                let request: serde_json::Value = serde_json::from_str(&body).unwrap();
                assert_eq!(request, json!({"Name": "/standings/secret", "WithDecryption": true}));
                match &*store.0.0.lock().unwrap() {
                    Some(value) => (StatusCode::OK, json!({"Parameter": {"Value": value}}).to_string()),
                    None => (StatusCode::BAD_REQUEST, json!({"__type": "AccessDeniedException"}).to_string()),
                }
            };
            let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
            let address = listener.local_addr().unwrap();
            let router = axum::Router::new().fallback(respond).with_state(self.clone());
            tokio::spawn(async { axum::serve(listener, router).await });
            aws_sdk_ssm::Client::new(&signed::config(address).await)
        }
    }

    fn signed_with(secret: &str) -> ApiGatewayV2httpRequest {
        let signature = signed::sign(secret, &NOW.to_string(), "");
        signed::request("", &json!({"x-slack-request-timestamp": NOW.to_string(), "x-slack-signature": signature}))
    }

    async fn verify(secret: &SigningSecret, with: &str) -> Result<(), Unverified> {
        let request = signed_with(with);
        secret.verify(&Signed::at(NOW, &request, b"").unwrap()).await
    }

    #[tokio::test]
    async fn a_rotated_secret_is_read_again_but_not_before_it_is_due() {
        let store = Store::default();
        store.set(Some("old"));
        let mut secret = SigningSecret::parameter(store.serve().await, "/standings/secret").await.unwrap();
        assert_eq!((verify(&secret, "old").await, store.reads()), (Ok(()), 1));

        store.set(Some("new,old"));
        assert_eq!(
            verify(&secret, "new").await,
            Err(Unverified::WrongSignature),
            "the secret was read less than a minute ago"
        );
        assert_eq!(store.reads(), 1);

        secret.parameter.as_mut().unwrap().refresh = Duration::ZERO;
        assert_eq!((verify(&secret, "new").await, store.reads()), (Ok(()), 2));
        assert_eq!((verify(&secret, "old").await, store.reads()), (Ok(()), 2), "a valid signature causes no read");

        // The known secret survives a failed read and an empty parameter.
        for value in [None, Some(" ")] {
            store.set(value);
            assert_eq!(verify(&secret, "wrong").await, Err(Unverified::WrongSignature));
            assert_eq!(verify(&secret, "new").await, Ok(()));
        }
    }

    #[tokio::test]
    async fn a_secret_that_cannot_be_read_at_startup_is_read_later() {
        let store = Store::default();
        let mut secret = SigningSecret::parameter(store.serve().await, "/standings/secret").await.unwrap();
        secret.parameter.as_mut().unwrap().retry = Duration::ZERO;
        assert_eq!(verify(&secret, "secret").await, Err(Unverified::NoSecret));
        store.set(Some("secret\n"));
        assert_eq!(verify(&secret, "secret").await, Ok(()));
    }

    #[tokio::test]
    async fn an_empty_parameter_fails_startup() {
        let store = Store::default();
        store.set(Some(""));
        let error = SigningSecret::parameter(store.serve().await, "/standings/secret").await.unwrap_err();
        assert_eq!(error, SecretError::Empty("the SSM parameter /standings/secret".to_owned()));
    }
}
