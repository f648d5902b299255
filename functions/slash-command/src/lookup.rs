//! Reading reports: one `GetItem` each, or one `BatchGetItem` for who asks and everyone.

use std::collections::HashMap;
use std::time::Duration;

use aws_config::SdkConfig;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::ProvideErrorMetadata;
use aws_sdk_dynamodb::types::{AttributeValue, KeysAndAttributes};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use standings_core::{Board, DecodeError, Report, Roster, Status, Week, Weeks, slack_user, status, weeks};

/// Slack waits for three seconds in all: an attempt that takes one has failed, and there is time for another.
const ATTEMPT: Duration = Duration::from_secs(1);
const OPERATION: Duration = Duration::from_secs(2);
const ATTEMPTS: u32 = 2;

/// A client that gives up before Slack does.
pub(crate) fn client(config: &SdkConfig) -> Client {
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(ATTEMPT)
        .operation_attempt_timeout(ATTEMPT)
        .operation_timeout(OPERATION)
        .build();
    let retries = RetryConfig::standard().with_max_attempts(ATTEMPTS);
    let config = aws_sdk_dynamodb::config::Builder::from(config).timeout_config(timeouts).retry_config(retries);
    Client::from_conf(config.build())
}

/// The table of reports. Reads are eventually consistent: they cost half, and a report that is a second old is fresh.
#[derive(Debug)]
pub(crate) struct Reports {
    client: Client,
    table: String,
}

/// The id of a user in Slack.
#[derive(Clone)]
pub(crate) struct UserId(String);

/// What somebody said about themselves.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Person {
    /// The name that the sales have for them; `None` where they took it back.
    pub(crate) name: Option<String>,
}

/// Why a report cannot be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum LookupError {
    /// `DynamoDB` does not answer, or not in time.
    #[error("DynamoDB does not answer")]
    Unavailable,
    /// There is no such table, or this function may not read it.
    #[error("the table of reports does not exist, or this function may not read it")]
    NotSetUp,
    /// The item is not what was once written.
    #[error("the report is damaged; a rebuild writes it anew")]
    Damaged,
    /// The item was written by a newer version.
    #[error("the report was written by a newer version; deploy both functions from the same commit")]
    Newer,
}

impl Reports {
    pub(crate) fn new(client: Client, table: String) -> Self {
        Self { client, table }
    }

    /// The latest report of a board, or `None` where there is none.
    pub(crate) async fn latest(&self, board: &Board) -> Result<Option<Report>, LookupError> {
        self.of(board, None).await
    }

    /// The report of a board and a week, of the latest one where it is `None`; or `None` where there is none.
    pub(crate) async fn of(&self, board: &Board, week: Option<Week>) -> Result<Option<Report>, LookupError> {
        self.report(week.map_or_else(|| board.latest_key(), |week| board.key(week))).await
    }

    /// Everyone of a week, of the latest one where it is `None`; or `None` where there is no roster of it.
    pub(crate) async fn roster(&self, week: Option<Week>) -> Result<Option<Roster>, LookupError> {
        self.read(roster_key(week)).await?.map(|stored| roster(&stored)).transpose()
    }

    /// The same with what is known of whoever asks, in one request.
    pub(crate) async fn roster_and_person(
        &self,
        week: Option<Week>,
        user: &UserId,
    ) -> Result<(Option<Roster>, Option<Person>), LookupError> {
        let (roster_key, person_key) = (roster_key(week), user.person_key());
        let keys = KeysAndAttributes::builder().set_keys(Some(vec![key(&roster_key), key(&person_key)])).build();
        let keys = keys.map_err(|_| LookupError::Damaged)?;
        let answer = self.client.batch_get_item().request_items(&self.table, keys).send().await;
        let answer = answer.map_err(|error| self.problem(error.code()))?;
        // What DynamoDB leaves for later, it leaves because it is overloaded.
        if answer.unprocessed_keys.is_some_and(|left| !left.is_empty()) {
            return Err(self.problem(Some("ProvisionedThroughputExceededException")));
        }
        let mut found: HashMap<String, AttributeValue> = HashMap::new();
        for mut item in answer.responses.unwrap_or_default().remove(&self.table).unwrap_or_default() {
            if let (Some(AttributeValue::S(key)), Some(stored)) = (item.remove("pk"), item.remove("report")) {
                found.insert(key, stored);
            }
        }
        let roster = found.remove(&roster_key).map(|stored| roster(&stored)).transpose()?;
        let person = found.remove(&person_key).map(|stored| json(&stored)).transpose()?;
        Ok((roster, person))
    }

    /// Keeps what is known of somebody.
    pub(crate) async fn remember(&self, user: &UserId, person: &Person) -> Result<(), LookupError> {
        let text = serde_json::to_string(person).map_err(|_| LookupError::Damaged)?;
        let put = self
            .client
            .put_item()
            .table_name(&self.table)
            .item("pk", AttributeValue::S(user.person_key()))
            .item("report", AttributeValue::S(text));
        put.send().await.map_err(|error| self.problem(error.code()))?;
        Ok(())
    }

    /// The weeks that have sales, latest first; none where there are none.
    pub(crate) async fn weeks(&self) -> Result<Weeks, LookupError> {
        self.read(weeks::KEY.to_owned()).await?.map_or_else(|| Ok(Weeks::default()), |stored| json(&stored))
    }

    async fn report(&self, key: String) -> Result<Option<Report>, LookupError> {
        let Some(stored) = self.read(key).await? else { return Ok(None) };
        Ok(Some(Report::decode(stored.as_s().map_err(|_| LookupError::Damaged)?)?))
    }

    /// The last uploads, or `None` where there were none.
    pub(crate) async fn status(&self) -> Result<Option<Status>, LookupError> {
        self.read(status::KEY.to_owned()).await?.map(|stored| json(&stored)).transpose()
    }

    async fn read(&self, pk: String) -> Result<Option<AttributeValue>, LookupError> {
        let request = self.client.get_item().table_name(&self.table).set_key(Some(key(&pk)));
        let answer = request.send().await.map_err(|error| self.problem(error.code()))?;
        let Some(mut item) = answer.item else { return Ok(None) };
        item.remove("report").map(Some).ok_or(LookupError::Damaged)
    }

    /// What a failed request means for whoever asks. The error itself is logged where it is answered; this is what
    /// `DynamoDB` calls it.
    fn problem(&self, code: Option<&str>) -> LookupError {
        let code = code.unwrap_or("no answer");
        tracing::warn!(table = self.table, code, "the reports cannot be reached");
        match code {
            "ResourceNotFoundException" | "AccessDeniedException" | "ValidationException" => LookupError::NotSetUp,
            _ => LookupError::Unavailable,
        }
    }
}

impl UserId {
    /// The id of a user, or `None` where it is none: a key is made of it.
    pub(crate) fn new(id: &str) -> Option<Self> {
        slack_user::is_id(id).then(|| Self(id.to_owned()))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    fn person_key(&self) -> String {
        format!("person#{}", self.0)
    }
}

impl From<DecodeError> for LookupError {
    fn from(error: DecodeError) -> Self {
        match error {
            DecodeError::Newer(_) => Self::Newer,
            // The error itself may quote names, so that it is not logged.
            DecodeError::Damaged(_) | DecodeError::Packed(_) => Self::Damaged,
        }
    }
}

fn key(pk: &str) -> HashMap<String, AttributeValue> {
    HashMap::from([("pk".to_owned(), AttributeValue::S(pk.to_owned()))])
}

fn roster_key(week: Option<Week>) -> String {
    week.map_or_else(Roster::latest_key, Roster::key)
}

fn roster(stored: &AttributeValue) -> Result<Roster, LookupError> {
    let packed = stored.as_b().map_err(|_| LookupError::Damaged)?;
    Ok(Roster::decode(packed.as_ref())?)
}

fn json<T: DeserializeOwned>(stored: &AttributeValue) -> Result<T, LookupError> {
    let text = stored.as_s().map_err(|_| LookupError::Damaged)?;
    serde_json::from_str(text).map_err(|_| LookupError::Damaged)
}
