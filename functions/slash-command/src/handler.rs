//! The way of a request through this function.

use std::io::Write;
use std::time::{Duration, Instant};

use aws_config::SdkConfig;
use aws_lambda_events::apigw::ApiGatewayV2httpRequest;
use aws_sdk_dynamodb::Client;
use jiff::Timestamp;
use lambda_runtime::LambdaEvent;
use serde_json::{Value, json};
use standings_core::{Board, Metrics, Report, Unit, Week};

use crate::command::{Ask, Period, Query};
use crate::event::{self, Event};
use crate::form::{self, Form};
use crate::lookup::{self, LookupError, Reports};
use crate::reply::{self, Asking, Message, Unknown};
use crate::secret::{SecretError, SigningSecret};
use crate::settings::Settings;
use crate::signature::{Signed, Unverified};

/// The route of commands.
const COMMANDS: &str = "/slack/commands";

/// The function, with the client that it reads through.
#[derive(Debug)]
pub struct SlashCommand {
    settings: Settings,
    reports: Reports,
    secret: SigningSecret,
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
    pub fn new(settings: Settings, dynamodb: Client, secret: SigningSecret) -> Self {
        let reports = Reports::new(dynamodb, settings.reports_table.clone());
        Self { settings, reports, secret }
    }

    /// Wires the function from the environment: reads the secret and, meanwhile, opens the connection to DynamoDB, so
    /// that the first to ask need not wait for either.
    ///
    /// # Errors
    ///
    /// Where there is no signing secret. That DynamoDB cannot be reached is left to the first request.
    pub async fn connect(settings: Settings, config: &SdkConfig) -> Result<Self, SecretError> {
        let dynamodb = lookup::client(config);
        let reports = Reports::new(dynamodb, settings.reports_table.clone());
        let (secret, _) = tokio::join!(SigningSecret::from_env(config), reports.latest(&Board::Company));
        Ok(Self { settings, reports, secret: secret? })
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
        let now = Timestamp::now();
        let millis = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        let lines = [
            Metrics::of(function).with("AnswerTime", Unit::Milliseconds, millis).line(now),
            Metrics::of(function).by("outcome", lookup).with("Lookups", Unit::Count, 1).line(now),
        ];
        // A log that cannot be written to is no reason to fail.
        let _ = writeln!(std::io::stdout().lock(), "{}", lines.join("\n"));
    }

    async fn outcome(&self, request: &ApiGatewayV2httpRequest, now: Timestamp) -> Outcome {
        if !event::is_post_to(request, COMMANDS) {
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
        if let Err(reason) = verified {
            return Outcome::unverified(reason);
        }

        let form = Form::parse(&body);
        let command = form.command_name();
        let token = self.settings.verification_token.as_ref().map_or(Ok(()), |token| token.check(&form));
        if let Err(refusal) = token.and_then(|()| self.settings.allow.check(&form)) {
            tracing::warn!(list = refusal.as_str(), "refused");
            return Outcome::message("refused", reply::refused(refusal, &form, &command));
        }
        // The calendar ends long after the years of sales.
        let today = self.settings.time_zone.to_datetime(now).date();
        let Some(this_week) = Week::of_date(today) else { return Outcome::bare("no such week", 500) };
        let query = Query::parse(&form.text, this_week);
        let asking = Asking { command: &command, this_week };
        self.look_up(&query, asking).await.unwrap_or_else(|error| {
            tracing::error!(%error, "the lookup failed");
            Outcome::message("lookup failed", reply::lookup_failed(error))
        })
    }

    async fn look_up(&self, query: &Query, asking: Asking<'_>) -> Result<Outcome, LookupError> {
        let week = match &query.period {
            Period::Latest => None,
            Period::Week(week) => Some(*week),
            Period::NoSuch(typed) => {
                return Ok(Outcome::message("unknown", reply::unknown(&Unknown::Period(typed), asking)));
            }
        };
        let found = |name, week, report: Option<Report>, show: &dyn Fn(&Report) -> Message| match report {
            Some(report) if !report.entries.is_empty() => Outcome::message(name, show(&report)),
            report => Outcome::message("no sales", reply::no_sales(week, report.as_ref(), asking)),
        };
        Ok(match &query.ask {
            Ask::Help => Outcome::message("help", reply::help(asking)),
            Ask::Status => Outcome::message("status", reply::status(&self.reports.status().await?.unwrap_or_default())),
            Ask::Teams => {
                let report = self.reports.of(&Board::Company, week).await?;
                found("teams", week, report, &|report| reply::teams(report, asking))
            }
            Ask::Company => {
                let report = self.reports.of(&Board::Company, week).await?;
                found("board", week, report, &|report| reply::board(report, query.top, asking))
            }
            Ask::Team(typed) => {
                let board = Board::team(typed);
                let report = match &board {
                    Some(board) => self.reports.of(board, week).await?,
                    None => None,
                };
                if report.is_none() {
                    // One more read, so that the answer can name the teams there are.
                    let company = self.reports.of(&Board::Company, week).await?;
                    let company = company.filter(|report| !report.entries.is_empty());
                    return Ok(Outcome::message(
                        "unknown",
                        reply::unknown(&Unknown::Team(typed, company.as_ref()), asking),
                    ));
                }
                found("board", week, report, &|report| reply::board(report, query.top, asking))
            }
        })
    }
}

impl Outcome {
    fn message(name: &'static str, message: Message) -> Self {
        Self { name, status: 200, message: Some(message) }
    }

    const fn bare(name: &'static str, status: u16) -> Self {
        Self { name, status, message: None }
    }

    /// How the metrics count it: few kinds, since each costs.
    fn lookup(&self) -> Option<&'static str> {
        match self.name {
            "board" | "teams" | "status" => Some("found"),
            "no sales" | "unknown" => Some("none"),
            "lookup failed" => Some("failed"),
            _ => None,
        }
    }

    /// Whoever cannot sign learns nothing; the log says what was wrong.
    fn unverified(reason: Unverified) -> Self {
        tracing::warn!(reason = reason.as_str(), "unverified");
        Self::bare("unverified", 401)
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
