//! What the slash command itself takes: the time of its handler without that of its read.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use aws_sdk_dynamodb::config::interceptors::{
    BeforeSerializationInterceptorContextRef, FinalizerInterceptorContextRef,
};
use aws_sdk_dynamodb::config::{ConfigBag, Intercept};
use aws_sdk_dynamodb::error::BoxError;
use lambda_runtime::{Context, LambdaEvent};
use standings_local::Stack;
use standings_local::slack::client;
use standings_slash_command::{ResponseUrls, Settings, SigningSecret, SlashCommand};

use crate::Failure;

/// How long the calls of a client took.
#[derive(Clone, Debug, Default)]
struct Calls(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    started: Option<Instant>,
    took: Duration,
}

impl Calls {
    fn take(&self) -> Duration {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner)).took
    }
}

impl Intercept for Calls {
    fn name(&self) -> &'static str {
        "Calls"
    }

    fn read_before_execution(
        &self,
        _: &BeforeSerializationInterceptorContextRef<'_>,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).started = Some(Instant::now());
        Ok(())
    }

    fn read_after_execution(
        &self,
        _: &FinalizerInterceptorContextRef<'_>,
        _: &aws_sdk_dynamodb::config::RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(started) = state.started.take() {
            state.took += started.elapsed();
        }
        Ok(())
    }
}

/// The time of the handler around its read, of so many commands.
pub(crate) async fn measure(stack: &Stack, commands: u32) -> Result<Vec<Duration>, Failure> {
    let calls = Calls::default();
    let config = stack.dynamodb.config().to_builder().interceptor(calls.clone()).build();
    let settings = Settings::new(stack.reports_table(), jiff::tz::TimeZone::UTC);
    let secret = SigningSecret::fixed(client::SIGNING_SECRET)?;
    let dynamodb = aws_sdk_dynamodb::Client::from_conf(config);
    let function = SlashCommand::new(settings, dynamodb, secret, ResponseUrls::slack());
    let mut times = Vec::new();
    for _ in 0..commands {
        // As the runtime hands it over: reading the event is part of what the function does.
        let event = client::event("").to_string();
        calls.take();
        let started = Instant::now();
        let event = LambdaEvent::new(serde_json::from_str(&event)?, Context::default());
        let answer = function.handle(event).await?.to_string();
        let took = started.elapsed();
        if !answer.contains("Person") {
            return Err(format!("the answer is {answer}").into());
        }
        times.push(took.saturating_sub(calls.take()));
    }
    Ok(times)
}
