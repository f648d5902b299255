//! Time of slash-command's handler without its `GetItem`.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use aws_sdk_dynamodb::config::interceptors::{
    BeforeSerializationInterceptorContextRef, FinalizerInterceptorContextRef,
};
use aws_sdk_dynamodb::config::{ConfigBag, Intercept};
use aws_sdk_dynamodb::error::BoxError as SdkError;
use lambda_runtime::{Context, LambdaEvent};
use standings_local::slack::client;
use standings_local::{BoxError, Stack};
use standings_slash_command::{ResponseUrls, Settings, SigningSecret, SlashCommand};

/// An interceptor that adds up the time of a client's calls.
#[derive(Clone, Debug, Default)]
struct CallTimer(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    started: Option<Instant>,
    total: Duration,
}

impl CallTimer {
    /// Returns the total since the last time this was called.
    fn take(&self) -> Duration {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner)).total
    }
}

impl Intercept for CallTimer {
    fn name(&self) -> &'static str {
        "CallTimer"
    }

    fn read_before_execution(
        &self,
        _: &BeforeSerializationInterceptorContextRef<'_>,
        _: &mut ConfigBag,
    ) -> Result<(), SdkError> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).started = Some(Instant::now());
        Ok(())
    }

    fn read_after_execution(
        &self,
        _: &FinalizerInterceptorContextRef<'_>,
        _: &aws_sdk_dynamodb::config::RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), SdkError> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(started) = state.started.take() {
            state.total += started.elapsed();
        }
        Ok(())
    }
}

/// Returns the time of each of `commands` commands.
pub(crate) async fn measure(stack: &Stack, commands: u32) -> Result<Vec<Duration>, BoxError> {
    let calls = CallTimer::default();
    let config = stack.dynamodb.config().to_builder().interceptor(calls.clone()).build();
    let settings = Settings::new(stack.reports_table(), jiff::tz::TimeZone::UTC);
    let secret = SigningSecret::fixed(client::SIGNING_SECRET)?;
    let dynamodb = aws_sdk_dynamodb::Client::from_conf(config);
    let function = SlashCommand::new(settings, dynamodb, secret, ResponseUrls::slack());
    let mut times = Vec::new();
    for _ in 0..commands {
        // As text, because decoding the event is part of the handler's work.
        let event = client::event("").to_string();
        calls.take();
        let started = Instant::now();
        let event = LambdaEvent::new(serde_json::from_str(&event)?, Context::default());
        let response = function.handle(event).await?.to_string();
        let time = started.elapsed();
        if !response.contains("Person") {
            return Err(format!("unexpected response: {response}").into());
        }
        times.push(time.saturating_sub(calls.take()));
    }
    Ok(times)
}
