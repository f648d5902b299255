//! The request handler: verification, allow-lists, lookup, reply, log line and metrics.

use std::time::{Duration, Instant};

use aws_config::SdkConfig;
use aws_lambda_events::apigw::ApiGatewayV2httpRequest;
use aws_sdk_dynamodb::Client;
use jiff::Timestamp;
use lambda_runtime::LambdaEvent;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use standings_core::{Board, Roster};
use standings_lambda::{Metrics, Unit, Variables, milliseconds};
use tokio::time::timeout;

use crate::allow::Refusal;
use crate::answer::{Reply, answer};
use crate::channel::Channels;
use crate::command::Query;
use crate::download::{self, Downloads};
use crate::event::{self, Event};
use crate::form::{self, Form};
use crate::freshness::{self, Source};
use crate::interaction::{Interaction, NoInteraction};
use crate::lookup::{self, LookupError, ReportsTable, UserId};
use crate::mcp::{self, Incoming};
use crate::outcome::Outcome;
use crate::reply::{self, Message};
use crate::response::{Body, Response};
use crate::response_url::{PostError, ResponseUrls};
use crate::scheduled_post::{PostOutcome, ScheduledPost};
use crate::secret::{SecretError, SigningSecret};
use crate::settings::Settings;
use crate::signature::{Signed, Unverified};
use crate::today::Today;

/// Route of slash commands.
const COMMANDS: &str = "/slack/commands";
/// Route of interactions.
const INTERACTIONS: &str = "/slack/interactions";
/// Route of the tools.
const MCP: &str = "/slack/mcp";

/// Timeout of all lookups for a command. Slack gives up after three seconds; the rest is for the network.
/// <https://docs.slack.dev/interactivity/implementing-slash-commands>
const COMMAND_LOOKUP_TIMEOUT: Duration = Duration::from_millis(2200);
/// Timeout of all lookups for an interaction. Shorter, since the reply must be posted in the same three seconds.
const INTERACTION_LOOKUP_TIMEOUT: Duration = Duration::from_millis(1200);
/// Timeout of an interaction, with its lookups and posts.
const INTERACTION_TIMEOUT: Duration = Duration::from_millis(2700);

/// The Lambda function.
#[derive(Debug)]
pub struct SlashCommand {
    settings: Settings,
    reports: ReportsTable,
    secret: SigningSecret,
    response_urls: ResponseUrls,
    channels: Channels,
}

impl SlashCommand {
    /// Creates the function from its settings and clients.
    #[must_use]
    pub fn new(settings: Settings, dynamodb: Client, secret: SigningSecret, response_urls: ResponseUrls) -> Self {
        let reports = ReportsTable::new(dynamodb, settings.reports_table.clone());
        Self { settings, reports, secret, response_urls, channels: Channels::none() }
    }

    /// The same function, with channels for scheduled posts.
    #[must_use]
    pub fn with_channels(self, channels: Channels) -> Self {
        Self { channels, ..self }
    }

    /// Creates the function as it runs on Lambda. While it reads the signing secret, it opens the connection to
    /// DynamoDB, so that the first request waits for neither.
    ///
    /// # Errors
    ///
    /// If no signing secret is configured. It is no error if DynamoDB cannot be reached; the first request reports
    /// that.
    pub async fn connect(settings: Settings, variables: &Variables, config: &SdkConfig) -> Result<Self, SecretError> {
        let dynamodb = lookup::client(config);
        let reports = ReportsTable::new(dynamodb, settings.reports_table.clone());
        let (secret, _) = tokio::join!(SigningSecret::read(variables, config), reports.report(&Board::Company, None));
        if let Some(address) = settings.local_slack {
            tracing::warn!(%address, "LOCAL_SLACK is set: messages go to this machine, not to Slack");
        }
        let response_urls = settings.local_slack.map_or_else(ResponseUrls::slack, ResponseUrls::local);
        let channels = match (variables.get("POST_PARAMETERS"), settings.local_slack) {
            (Some(prefix), None) => Channels::new(aws_sdk_ssm::Client::new(config), prefix),
            (Some(prefix), Some(address)) => Channels::local(aws_sdk_ssm::Client::new(config), prefix, address),
            (None, _) => Channels::none(),
        };
        Ok(Self { settings, reports, secret: secret?, response_urls, channels })
    }

    /// Handles an event: a warm-up by a read, and a request by a response for API Gateway.
    ///
    /// # Errors
    ///
    /// If a warm-up cannot read the table: the failed invocation raises the alarm before a user notices. A request is
    /// never an error, since a user waits for the response.
    pub async fn handle(&self, event: LambdaEvent<Event>) -> Result<Value, lambda_runtime::Error> {
        match event.payload {
            Event::Warmer => {
                let report = self.reports.report(&Board::Company, None).await?;
                self.count_late_sources(Timestamp::now()).await?;
                tracing::info!(has_report = report.is_some(), "warm-up done");
                Ok(json!({"warmed": true}))
            }
            Event::Post(post) => self.post(&post, Timestamp::now()).await,
            Event::Http(request) => Ok(self.respond(&request, Timestamp::now()).await),
        }
    }

    /// Writes how many of the expected sources are late, if any are expected.
    async fn count_late_sources(&self, now: Timestamp) -> Result<(), LookupError> {
        let sources = freshness::sources(&self.reports, &self.settings, now).await?;
        let late: Vec<&str> =
            sources.iter().filter(|source| source.is_late).map(|source| source.name.as_str()).collect();
        if !late.is_empty() {
            tracing::warn!(sources = late.join(", "), "expected sources are late");
        }
        if let Some(function) = self.settings.function_name.as_ref().filter(|_| !sources.is_empty()) {
            Metrics::of(function).with("LateSources", Unit::Count, late.len()).emit();
        }
        Ok(())
    }

    /// Sends a scheduled post, and writes its log line and metric.
    ///
    /// # Errors
    ///
    /// If it should be tried again: Lambda repeats a failed invocation.
    pub(crate) async fn post(&self, post: &ScheduledPost, now: Timestamp) -> Result<Value, lambda_runtime::Error> {
        let style = self.settings.ranking_style;
        // A post that waits for late sources has to know them.
        let sources = if post.only_when_complete.is_some() {
            freshness::sources(&self.reports, &self.settings, now).await?
        } else {
            self.sources(COMMAND_LOOKUP_TIMEOUT, now).await
        };
        let sent = post.send(&self.reports, &self.channels, self.today(now), style, &sources, now).await;
        // The runtime logs an error in its `Debug` form, which a text has in plain words.
        let sent = sent.map_err(|error| error.to_string())?;
        let outcome = sent.as_str();
        if sent == PostOutcome::Unknown {
            tracing::error!(post = post.name, "post {} may not have arrived; look into the channel", post.name);
        } else {
            tracing::info!(post = post.name, outcome, "post {}: {outcome}", post.name);
        }
        if let Some(function) = self.settings.function_name.as_ref().filter(|_| sent.is_end()) {
            Metrics::of(function).by("outcome", outcome).with("Posts", Unit::Count, 1).emit();
        }
        Ok(json!({"post": outcome}))
    }

    /// Returns the response to a request at the time `now`, and writes its log line and metrics.
    pub(crate) async fn respond(&self, request: &ApiGatewayV2httpRequest, now: Timestamp) -> Value {
        let started = Instant::now();
        let response = self.response(request, now).await;
        let duration = started.elapsed();
        response.log(duration);
        self.write_metrics(response.outcome, duration);
        response.to_json()
    }

    /// Writes the metrics of a request: of one that [`Outcome::lookup`] counts, and of one that has all that Slack sends except
    /// the right signature. Many of those, and no other, mean that the signing secret is not that of the app.
    fn write_metrics(&self, outcome: Outcome, duration: Duration) {
        let Some(function) = &self.settings.function_name else { return };
        if outcome == Outcome::WrongSignature {
            Metrics::of(function).with("WrongSignatures", Unit::Count, 1).emit();
        }
        let Some(lookup) = outcome.lookup() else { return };
        Metrics::of(function).with("AnswerTime", Unit::Milliseconds, milliseconds(duration)).emit();
        Metrics::of(function).by("outcome", lookup.as_str()).with("Lookups", Unit::Count, 1).emit();
    }

    async fn response(&self, request: &ApiGatewayV2httpRequest, now: Timestamp) -> Response {
        if self.settings.downloads && event::is_to(request, "GET", download::ROUTE) {
            return Box::pin(self.download(request, now)).await;
        }
        let is_interaction = event::is_post_to(request, INTERACTIONS);
        let is_mcp = self.settings.mcp && event::is_post_to(request, MCP);
        if !is_interaction && !is_mcp && !event::is_post_to(request, COMMANDS) {
            return Response::empty(Outcome::UnknownRoute, 404);
        }
        let Some(body) = event::raw_body(request) else { return Response::unverified(Unverified::MalformedBody) };
        if form::is_ssl_check(&body) {
            return Response::empty(Outcome::SslCheck, 200);
        }
        let verified = match Signed::at(now.as_second(), request, &body) {
            Ok(signed) => self.secret.verify(&signed).await,
            Err(reason) => Err(reason),
        };
        let links = self.settings.downloads.then_some(Downloads { secret: &self.secret, request, now });
        match verified {
            Ok(()) if is_mcp => self.mcp(&body, links, now).await,
            Ok(()) if is_interaction => self.interaction(&body, links, now).await,
            Ok(()) => self.command(&body, links, now).await,
            Err(reason @ Unverified::NoSecret) => Response::no_secret(reason, is_interaction || is_mcp),
            Err(reason) => Response::unverified(reason),
        }
    }

    /// Handles a command. The reply is the body of the response.
    async fn command(&self, body: &[u8], links: Option<Downloads<'_>>, now: Timestamp) -> Response {
        let form = Form::parse(body);
        if let Err(refusal) = self.check(&form) {
            return Response::refused(refusal, Some(reply::refused(refusal, &form)));
        }
        let query = self.query(&form, now);
        let Reply { outcome, message } = self.reply(&form, &query, links, now, COMMAND_LOOKUP_TIMEOUT).await;
        let message = if query.share && outcome.is_shareable() { message.for_the_channel() } else { message };
        Response { outcome, status: 200, body: Body::Message(Box::new(message)), reason: None }
    }

    /// Handles a request of the Model Context Protocol. A call that is refused or fails is a result that says so.
    async fn mcp(&self, body: &[u8], links: Option<Downloads<'_>>, now: Timestamp) -> Response {
        let call = match mcp::read(body) {
            Incoming::Answered(None) => return Response::empty(Outcome::Mcp, 202),
            Incoming::Answered(Some(answer)) => return Response::json(Outcome::Mcp, answer),
            Incoming::Call(call) => call,
        };
        if let Err(refusal) = self.check(&call.form) {
            let reason = Some(refusal.as_str());
            let result = call.result(&reply::refused(refusal, &call.form), Outcome::Refused);
            return Response { reason, ..Response::json(Outcome::Refused, result) };
        }
        let query = self.query(&call.form, now);
        if !mcp::is_read_only(&query) {
            return Response::json(
                Outcome::Mcp,
                call.failure("These words would store or post something. A tool only reads."),
            );
        }
        let Reply { outcome, message } = self.reply(&call.form, &query, links, now, COMMAND_LOOKUP_TIMEOUT).await;
        Response::json(outcome, call.result(&message, outcome))
    }

    /// Returns the file that a link is about. It is opened in a browser, without any other check than that of the link.
    async fn download(&self, request: &ApiGatewayV2httpRequest, now: Timestamp) -> Response {
        let Some(period) = download::verified(request, &self.secret, now).await else {
            let text = "This link works no longer. Ask for another one in Slack: the command, and the word csv.";
            return Response { body: Body::Text(text), ..Response::empty(Outcome::ExpiredLink, 403) };
        };
        let failed = || {
            let text = "The file cannot be made at the moment. Try again in a minute.";
            Response { body: Body::Text(text), ..Response::empty(Outcome::LookupFailed, 503) }
        };
        let everyone = timeout(COMMAND_LOOKUP_TIMEOUT, self.reports.everyone(Some(period))).await;
        let roster = match lookup::in_time(everyone) {
            Ok(roster) => roster.unwrap_or_else(|| Roster::empty(period, "", now)),
            Err(error) => {
                tracing::error!(%error, "lookup failed: {error}");
                return failed();
            }
        };
        match download::csv(&roster) {
            Some(csv) => {
                let name = format!("standings-{}.csv", period.to_string().replace('/', "-"));
                Response { body: Body::Csv(name, csv), ..Response::empty(Outcome::Downloaded, 200) }
            }
            None => failed(),
        }
    }

    /// Handles an interaction. The reply is posted to its response URL, and the response has no body. If nothing could
    /// be posted, the response is an error, which Slack shows to the user who pressed the button.
    async fn interaction(&self, body: &[u8], links: Option<Downloads<'_>>, now: Timestamp) -> Response {
        let interaction = match Interaction::parse(body) {
            Ok(interaction) => interaction,
            Err(NoInteraction::OtherKind) => return Response::empty(Outcome::OtherInteraction, 200),
            Err(NoInteraction::Malformed) => return Response::empty(Outcome::MalformedInteraction, 400),
        };
        let posted = timeout(INTERACTION_TIMEOUT, self.post_reply(&interaction, links, now)).await;
        match posted.unwrap_or(Err(PostError::Unreachable)) {
            Ok(response) => response,
            Err(error) => {
                tracing::error!(%error, "reply not delivered: {error}");
                Response::empty(Outcome::NotDelivered, if error == PostError::NotSlack { 400 } else { 502 })
            }
        }
    }

    /// Posts the reply to an interaction, and returns the response for it.
    async fn post_reply(
        &self,
        interaction: &Interaction,
        links: Option<Downloads<'_>>,
        now: Timestamp,
    ) -> Result<Response, PostError> {
        let Interaction { form, response_url } = interaction;
        let post = async |message: Message, replaces_original: bool| {
            self.response_urls.post(response_url, &message.replacing_original(replaces_original)).await
        };
        if let Err(refusal) = self.check(form) {
            post(reply::refused(refusal, form), Outcome::Refused.replaces_original()).await?;
            return Ok(Response::refused(refusal, None));
        }
        let query = self.query(form, now);
        let Reply { outcome, message } = self.reply(form, &query, links, now, INTERACTION_LOOKUP_TIMEOUT).await;
        if !(query.share && outcome.is_shareable()) {
            post(message, outcome.replaces_original()).await?;
            return Ok(Response::empty(outcome, 200));
        }
        let (shared, private) = reply::shared(message, &form.user_name);
        let share = Share::of(form);
        if let Some(share) = &share {
            match self.reports.note_share(&share.user, &share.message, now.as_second()).await {
                Ok(true) => {}
                // The second press of a double click.
                Ok(false) => {
                    post(private, true).await?;
                    return Ok(Response::empty(Outcome::Shared, 200));
                }
                Err(error) => tracing::warn!(%error, "a double click on share would share twice"),
            }
        }
        match post(shared, false).await {
            Ok(()) => {
                post(private, true).await?;
                Ok(Response::empty(Outcome::Shared, 200))
            }
            // Another post to the same URL would fail in the same way.
            Err(PostError::NotSlack) => Err(PostError::NotSlack),
            Err(error) => {
                tracing::error!(%error, "reply not shared: {error}");
                if let Some(share) = share
                    && let Err(error) = self.reports.take_share_back(&share.user, &share.message).await
                {
                    tracing::warn!(%error, "sharing again works only after some seconds");
                }
                post(reply::sharing_failed(), false).await?;
                Ok(Response::empty(Outcome::NotShared, 200))
            }
        }
    }

    fn query(&self, form: &Form, now: Timestamp) -> Query {
        Query::parse(&form.text, self.today(now))
    }

    fn today(&self, now: Timestamp) -> Today {
        Today {
            date: self.settings.time_zone.to_datetime(now).date(),
            calendar: self.settings.calendar,
            date_order: self.settings.date_order.or(self.settings.locale.date_order()),
            locale: self.settings.locale,
        }
    }

    /// Returns the reply to a query. A lookup that fails or exceeds `limit` has a reply as well.
    async fn reply(
        &self,
        form: &Form,
        query: &Query,
        links: Option<Downloads<'_>>,
        now: Timestamp,
        limit: Duration,
    ) -> Reply {
        let style = self.settings.ranking_style;
        let answered = answer(&self.reports, form, query, self.today(now), style, links);
        let (answered, sources) = tokio::join!(timeout(limit, answered), self.sources(limit, now));
        let reply = lookup::in_time(answered).unwrap_or_else(|error| {
            tracing::error!(%error, "lookup failed: {error}");
            Reply::new(Outcome::LookupFailed, reply::lookup_failed(&error))
        });
        reply.with_sources(&sources)
    }

    /// Returns the expected sources. Without them, an answer is given all the same.
    async fn sources(&self, limit: Duration, now: Timestamp) -> Vec<Source> {
        let sources = timeout(limit, freshness::sources(&self.reports, &self.settings, now)).await;
        lookup::in_time(sources).unwrap_or_else(|error| {
            tracing::warn!(%error, "expected sources not checked: {error}");
            Vec::new()
        })
    }

    /// Checks the verification token and the allow-lists.
    fn check(&self, form: &Form) -> Result<(), Refusal> {
        if let Some(token) = &self.settings.verification_token {
            token.check(form)?;
        }
        self.settings.allow.check(form)
    }
}

/// A message that a user shares.
struct Share {
    user: UserId,
    /// Identifies the place and the command.
    message: String,
}

impl Share {
    fn of(form: &Form) -> Option<Self> {
        let digest = Sha256::digest(format!("{} {}", form.channel_id, form.text).as_bytes());
        let message = base16ct::lower::encode_string(&digest[..8]);
        Some(Self { user: UserId::new(&form.user_id)?, message })
    }
}
