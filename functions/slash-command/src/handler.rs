//! The way of a request through this function.

use std::borrow::Cow;
use std::time::{Duration, Instant};

use aws_config::SdkConfig;
use aws_lambda_events::apigw::ApiGatewayV2httpRequest;
use aws_sdk_dynamodb::Client;
use jiff::Timestamp;
use lambda_runtime::LambdaEvent;
use serde_json::{Value, json};
use standings_core::Board;
use standings_lambda::{Metrics, Unit, Variables};
use tokio::time::timeout;

use crate::allow::Refusal;
use crate::answer::{Answer, answer};
use crate::command::Query;
use crate::event::{self, Event};
use crate::form::{self, Form};
use crate::interaction::{Interaction, NoInteraction};
use crate::lookup::{self, LookupError, Reports};
use crate::reply::{self, Message};
use crate::response_url::{PostError, ResponseUrls};
use crate::secret::{SecretError, SigningSecret};
use crate::settings::Settings;
use crate::signature::{Signed, Unverified};

/// The routes.
const COMMANDS: &str = "/slack/commands";
const INTERACTIONS: &str = "/slack/interactions";

/// Slack waits for three seconds in all. A lookup for a command may take most of them; after one for an interaction
/// there is still something to be posted.
const COMMAND_LOOKUP: Duration = Duration::from_millis(2200);
const INTERACTION_LOOKUP: Duration = Duration::from_millis(1200);
const INTERACTION: Duration = Duration::from_millis(2700);

/// The function, with the clients that it works through.
#[derive(Debug)]
pub struct SlashCommand {
    settings: Settings,
    reports: Reports,
    secret: SigningSecret,
    response_urls: ResponseUrls,
}

/// What comes of a request; the log names it.
struct Outcome {
    name: &'static str,
    status: u16,
    message: Option<Message>,
}

impl SlashCommand {
    /// Wires the function.
    #[must_use]
    pub fn new(settings: Settings, dynamodb: Client, secret: SigningSecret, response_urls: ResponseUrls) -> Self {
        let reports = Reports::new(dynamodb, settings.reports_table.clone());
        Self { settings, reports, secret, response_urls }
    }

    /// Wires the function from the environment: reads the secret and, meanwhile, opens the connection to DynamoDB, so
    /// that the first to ask need not wait for either.
    ///
    /// # Errors
    ///
    /// Where there is no signing secret. That DynamoDB cannot be reached is left to the first request.
    pub async fn connect(settings: Settings, variables: &Variables, config: &SdkConfig) -> Result<Self, SecretError> {
        let dynamodb = lookup::client(config);
        let reports = Reports::new(dynamodb, settings.reports_table.clone());
        let (secret, _) = tokio::join!(SigningSecret::read(variables, config), reports.latest(&Board::Company));
        Ok(Self { settings, reports, secret: secret?, response_urls: ResponseUrls::slack() })
    }

    /// Handles an event: the warmer's by a real read, a request by an answer for API Gateway.
    ///
    /// # Errors
    ///
    /// Where the warmer cannot read: nobody asks, so nobody else would notice. A request is always answered.
    pub async fn handle(&self, event: LambdaEvent<Event>) -> Result<Value, lambda_runtime::Error> {
        match event.payload {
            Event::Warmer => {
                let report = self.reports.latest(&Board::Company).await?;
                tracing::info!(has_report = report.is_some(), "warmed");
                Ok(json!({"warmed": true}))
            }
            Event::Http(request) => Ok(self.answer(&request, Timestamp::now()).await),
        }
    }

    /// The answer to a request at an instant.
    pub(crate) async fn answer(&self, request: &ApiGatewayV2httpRequest, now: Timestamp) -> Value {
        let started = Instant::now();
        let outcome = self.outcome(request, now).await;
        let micros = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
        tracing::info!(outcome = outcome.name, status = outcome.status, duration_us = micros, "answered");
        self.count(&outcome, started.elapsed());
        outcome.response()
    }

    /// Writes the metrics of an answered question. What was not verified or not allowed was no question.
    fn count(&self, outcome: &Outcome, took: Duration) {
        let Some((function, lookup)) = self.settings.function_name.as_ref().zip(outcome.lookup()) else { return };
        let millis = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        Metrics::of(function).with("AnswerTime", Unit::Milliseconds, millis).emit();
        Metrics::of(function).by("outcome", lookup).with("Lookups", Unit::Count, 1).emit();
    }

    async fn outcome(&self, request: &ApiGatewayV2httpRequest, now: Timestamp) -> Outcome {
        let is_interaction = event::is_post_to(request, INTERACTIONS);
        if !is_interaction && !event::is_post_to(request, COMMANDS) {
            return Outcome::bare("unknown route", 404);
        }
        let Some(body) = event::raw_body(request) else { return Outcome::unverified(Unverified::MalformedBody) };
        if form::is_ssl_check(&body) {
            return Outcome::bare("ssl check", 200);
        }
        let verified = match Signed::at(now.as_second(), request, &body) {
            Ok(signed) => self.secret.verify(&signed).await,
            Err(reason) => Err(reason),
        };
        match verified {
            Ok(()) => {}
            // It may well be Slack, so somebody waits. The answer says nothing that depends on the request.
            Err(Unverified::NoSecret) => return Outcome::no_secret(is_interaction),
            Err(reason) => return Outcome::unverified(reason),
        }
        if is_interaction { self.interaction(&body, now).await } else { self.command(&body, now).await }
    }

    /// A command is answered by the response.
    async fn command(&self, body: &[u8], now: Timestamp) -> Outcome {
        let form = Form::parse(body);
        let query = self.query(&form, now);
        let Answer { name, message, is_result } = self.answer_to(&form, &query, now, COMMAND_LOOKUP).await;
        let message = if query.share && is_result { message.for_the_channel() } else { message };
        Outcome { name, status: 200, message: Some(message) }
    }

    /// An interaction is answered at its response URL; the response only says that it was. Where nothing could be
    /// posted, the response is an error, which Slack shows to whoever pressed.
    async fn interaction(&self, body: &[u8], now: Timestamp) -> Outcome {
        let interaction = match Interaction::parse(body) {
            Ok(interaction) => interaction,
            Err(NoInteraction::OtherKind) => return Outcome::bare("other interaction", 200),
            Err(NoInteraction::Malformed) => return Outcome::bare("malformed interaction", 400),
        };
        let (name, posted) = match timeout(INTERACTION, self.act(&interaction, now)).await {
            Ok(done) => done,
            Err(_) => ("lookup failed", Err(PostError::Unreachable)),
        };
        match posted {
            Ok(()) => Outcome::bare(name, 200),
            Err(error) => {
                tracing::error!(%error, "an answer to an interaction did not arrive");
                Outcome::bare("not delivered", if error == PostError::NotSlack { 400 } else { 502 })
            }
        }
    }

    async fn act(&self, interaction: &Interaction, now: Timestamp) -> (&'static str, Result<(), PostError>) {
        let Interaction { form, response_url } = interaction;
        let query = self.query(form, now);
        let post = async |message: Message, replaces: bool| {
            self.response_urls.post(response_url, &message.in_place_of_the_original(replaces)).await
        };
        let Answer { name, message, is_result } = self.answer_to(form, &query, now, INTERACTION_LOOKUP).await;
        if !(query.share && is_result) {
            // What went wrong stands beside the ranking that was there, so that nothing is lost.
            let replaces = !matches!(name, "lookup failed" | "refused");
            return (name, post(message, replaces).await);
        }
        let (for_channel, private) = reply::shared(message, &form.user_name);
        match post(for_channel, false).await {
            Ok(()) => ("shared", post(private, true).await),
            Err(PostError::NotSlack) => (name, Err(PostError::NotSlack)),
            Err(error) => {
                tracing::error!(%error, "an answer could not be shared");
                ("not shared", post(reply::sharing_failed(), false).await)
            }
        }
    }

    fn query(&self, form: &Form, now: Timestamp) -> Query {
        Query::parse(&form.text, self.settings.time_zone.to_datetime(now).date())
    }

    /// The answer to whoever may ask, and a refusal to others.
    async fn answer_to(&self, form: &Form, query: &Query, now: Timestamp, patience: Duration) -> Answer {
        if let Err(refusal) = self.check(form) {
            tracing::warn!(list = refusal.as_str(), "refused");
            let command: Cow<'_, str> = form.command_name();
            return Answer { name: "refused", message: reply::refused(refusal, form, &command), is_result: false };
        }
        let today = self.settings.time_zone.to_datetime(now).date();
        let answer = answer(&self.reports, form, query, today, self.settings.ranking_style);
        let answered = timeout(patience, answer).await.unwrap_or(Err(LookupError::Unavailable));
        answered.unwrap_or_else(|error| {
            tracing::error!(%error, "the lookup failed");
            Answer { name: "lookup failed", message: reply::lookup_failed(error), is_result: false }
        })
    }

    fn check(&self, form: &Form) -> Result<(), Refusal> {
        if let Some(token) = &self.settings.verification_token {
            token.check(form)?;
        }
        self.settings.allow.check(form)
    }
}

impl Outcome {
    const fn bare(name: &'static str, status: u16) -> Self {
        Self { name, status, message: None }
    }

    /// How the metrics count it: few kinds, since each costs.
    fn lookup(&self) -> Option<&'static str> {
        match self.name {
            "board" | "person" | "teams" | "weeks" | "status" | "shared" | "remembered" | "forgotten" => Some("found"),
            "no sales" | "unknown" | "unknown asker" | "several names" => Some("none"),
            "lookup failed" | "not delivered" | "not shared" | "no secret" => Some("failed"),
            _ => None,
        }
    }

    /// Whoever cannot sign learns nothing; the log says what was wrong.
    fn unverified(reason: Unverified) -> Self {
        tracing::warn!(reason = reason.as_str(), "unverified");
        Self::bare("unverified", 401)
    }

    /// Nobody can be told from anybody else as long as the signing secret is not known: all get the same few words.
    /// For an interaction Slack shows only that it failed.
    fn no_secret(is_interaction: bool) -> Self {
        tracing::warn!(reason = Unverified::NoSecret.as_str(), "unverified");
        if is_interaction {
            return Self::bare("no secret", 503);
        }
        Self { name: "no secret", status: 200, message: Some(reply::no_secret()) }
    }

    /// The response as API Gateway takes it.
    /// <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html>
    fn response(&self) -> Value {
        let text = self.message.as_ref().map(serde_json::to_string).transpose();
        match text {
            Ok(Some(body)) => json!({
                "statusCode": self.status,
                "headers": {"content-type": "application/json; charset=utf-8"},
                "body": body,
                "isBase64Encoded": false,
            }),
            _ => json!({"statusCode": self.status, "headers": {}, "body": "", "isBase64Encoded": false}),
        }
    }
}
