//! Scheduled posts: questions that a schedule asks, answered in a channel.
//!
//! A post is sent at most once for each time of its schedule. Before it is sent, its record says so; whoever finds that record
//! later does not know whether it arrived, and raises the alarm instead of sending it again. What Slack refused for now is
//! tried again when Lambda repeats the invocation, twice and a minute or two later.
//!
//! A post may wait until no expected source is late, or be an [alert](crate::alert): its schedule then runs more often than it
//! has something to post.

use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Deserializer};

use crate::alert::Alert;
use crate::answer::{Reply, answer, ranking};
use crate::channel::{ChannelError, Channels};
use crate::command::Query;
use crate::form::Form;
use crate::freshness::Source;
use crate::lookup::{self, LookupError, ReportsTable};
use crate::outcome::Outcome;
use crate::post_record::{Attempt, PostRecord};
use crate::reply::{self, RankingStyle};
use crate::today::Today;

/// Deliveries after which a post is given up: the first, and two that Lambda repeats.
/// <https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html>
const ATTEMPTS: u32 = 3;

/// Timeout of the lookups.
const LOOKUP_TIMEOUT: Duration = Duration::from_millis(1500);

/// A post, as the schedule describes it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct ScheduledPost {
    /// Name of the post, which names the parameter with its webhook or token, too.
    pub name: String,
    /// The question, as it would be typed after the command.
    pub question: String,
    /// The time of the schedule (`<aws.scheduler.scheduled-time>`), which is the same whenever the invocation is repeated.
    pub scheduled_at: String,
    /// Id of the channel, for a bot token. A webhook has its own.
    #[serde(default)]
    pub channel: Option<String>,
    /// Name of the command, for the hints in the answer.
    #[serde(default)]
    pub command: String,
    /// Whether the post waits for late sources. It is then sent once a day, however often the schedule runs.
    #[serde(default)]
    pub only_when_complete: Option<WhenComplete>,
    /// Whether only changes of the first places are posted.
    #[serde(default)]
    pub alert: Option<Alert>,
}

/// How long a post waits for the expected sources that are late.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WhenComplete {
    /// Hour of the day (0 to 23) from which it is sent whatever is late.
    pub latest_hour: i8,
    /// Time zone of the schedule, an IANA name.
    #[serde(deserialize_with = "time_zone")]
    pub time_zone: TimeZone,
}

fn time_zone<'de, D: Deserializer<'de>>(deserializer: D) -> Result<TimeZone, D::Error> {
    TimeZone::get(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
}

/// How a post ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PostOutcome {
    /// Slack accepted it.
    Sent,
    /// It was sent before, for the same time of the schedule.
    SentBefore,
    /// It was given up: Slack refused it for good, or too often, or the question has no answer to post.
    Failed,
    /// It may or may not have arrived. It is not sent again.
    Unknown,
    /// It waits for late sources.
    Waiting,
    /// It is an alert, and there is nothing to announce.
    NoNews,
}

/// Why the invocation has to be repeated.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RepeatPost {
    /// The answer or the record could not be read or written.
    #[error("post {0} not sent yet: {1}")]
    Lookup(String, LookupError),
    /// Slack, or the parameter with the webhook or token, could not be reached, or Slack wants it later.
    #[error("post {0} not sent yet: {1}")]
    Channel(String, ChannelError),
    /// Another invocation is sending it.
    #[error("post {0} is being sent by another invocation")]
    InFlight(String),
}

impl PostOutcome {
    /// Returns the name in the log and in the metric dimension `outcome`.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::SentBefore => "sent before",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
            Self::Waiting => "waiting for late sources",
            Self::NoNews => "no news",
        }
    }

    /// Returns whether the post ended, well or not: the metric counts no run that had nothing to send yet.
    pub(crate) const fn is_end(self) -> bool {
        !matches!(self, Self::Waiting | Self::NoNews)
    }
}

impl ScheduledPost {
    /// Answers the question and posts the answer.
    ///
    /// # Errors
    ///
    /// If it should be tried again.
    pub(crate) async fn send(
        &self,
        reports: &ReportsTable,
        channels: &Channels,
        today: Today,
        style: RankingStyle,
        sources: &[Source],
        now: Timestamp,
    ) -> Result<PostOutcome, RepeatPost> {
        let repeat = |error| RepeatPost::Lookup(self.name.clone(), error);
        let query = Query { share: true, ..Query::parse(&self.question, today) };
        if let Some(when) = &self.only_when_complete
            && when.waits(sources, now)
        {
            return Ok(PostOutcome::Waiting);
        }
        let news = match self.alert {
            None => Vec::new(),
            Some(alert) => {
                let found = tokio::time::timeout(LOOKUP_TIMEOUT, ranking(reports, &query)).await;
                let Some(found) = lookup::in_time(found).map_err(repeat)? else {
                    return Ok(self.unanswerable("alerts need the ranking of the company, of the teams or of a team"));
                };
                let Some(report) = found else { return Ok(PostOutcome::NoNews) };
                let day = today.date;
                let news = alert.news(reports, &self.name, &self.scheduled_at, report, query.measure, day);
                let news = news.await.map_err(repeat)?;
                if news.is_empty() {
                    return Ok(PostOutcome::NoNews);
                }
                news
            }
        };
        let form = Form { command: self.command.clone(), text: self.question.clone(), ..Form::default() };
        let answered = tokio::time::timeout(LOOKUP_TIMEOUT, answer(reports, &form, &query, today, style, None)).await;
        let Reply { outcome, message } = lookup::in_time(answered).map_err(repeat)?.with_sources(sources);
        if !(outcome.is_shareable() || outcome == Outcome::NoSales) {
            return Ok(self.unanswerable("the answer is no ranking"));
        }
        let message = reply::with_news(message, &news);
        // A post that waits is sent once on its day, whichever run of the schedule finds everything there.
        let occasion = self.only_when_complete.as_ref().map(|when| when.day(now));
        let record = PostRecord::new(reports, &self.name, occasion.as_ref().unwrap_or(&self.scheduled_at));
        let attempt = match record.begin(now).await.map_err(repeat)? {
            Attempt::Number(attempt) => attempt,
            Attempt::SentBefore => return Ok(PostOutcome::SentBefore),
            Attempt::InFlight => return Err(RepeatPost::InFlight(self.name.clone())),
            Attempt::Unknown => return Ok(PostOutcome::Unknown),
        };
        match channels.post(&self.name, self.channel.as_deref(), &message.for_the_channel()).await {
            Ok(()) => {
                // If this fails, the next delivery finds that it may have been sent.
                record.sent(now).await.map_err(repeat)?;
                Ok(PostOutcome::Sent)
            }
            Err(ChannelError::Unknown) => Ok(PostOutcome::Unknown),
            Err(error) => {
                record.failed(now, attempt).await.map_err(repeat)?;
                if error.is_final() || attempt >= ATTEMPTS {
                    tracing::error!(post = self.name, attempt, %error, "post {} given up: {error}", self.name);
                    Ok(PostOutcome::Failed)
                } else {
                    Err(RepeatPost::Channel(self.name.clone(), error))
                }
            }
        }
    }

    /// Reports that the question cannot be posted.
    fn unanswerable(&self, reason: &str) -> PostOutcome {
        tracing::error!(
            post = self.name,
            "post {} not sent: {reason}; correct its question in the variable posts",
            self.name
        );
        PostOutcome::Failed
    }
}

impl WhenComplete {
    fn waits(&self, sources: &[Source], now: Timestamp) -> bool {
        let hour = self.time_zone.to_datetime(now).hour();
        hour < self.latest_hour && sources.iter().any(|source| source.is_late)
    }

    fn day(&self, now: Timestamp) -> String {
        self.time_zone.to_datetime(now).date().to_string()
    }
}
