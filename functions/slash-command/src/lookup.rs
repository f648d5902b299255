//! Access to the table of reports: one `GetItem` per report, or one `BatchGetItem` for a roster and the user's
//! identity.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;

use aws_config::SdkConfig;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::ProvideErrorMetadata;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::types::{AttributeValue, KeysAndAttributes, ReturnValuesOnConditionCheckFailure};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use standings_core::{
    Board, DecodeError, Period, Periods, Report, Roster, RosterPart, Status, Upload, periods, slack_user, status,
};
use tokio::time::error::Elapsed;

/// Timeout of one attempt of a read. DynamoDB usually responds within 10 ms, so after a second it has failed.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(1);

/// Timeout of a read with its retry. Slack gives up after three seconds.
const OPERATION_TIMEOUT: Duration = Duration::from_secs(2);

/// Attempts per read: more do not fit into [`OPERATION_TIMEOUT`].
const ATTEMPTS: u32 = 2;

/// Maximum length of a key in S3. DynamoDB would reject a request for a longer one.
const MAX_KEY_BYTES: usize = 1024;

/// Parts of a split roster that are read to find a part of a name: those of some 80,000 people. In a larger organization,
/// the whole name is needed.
const MAX_PARTS: u32 = 8;

/// Creates a client that gives up before Slack does.
pub(crate) fn client(config: &SdkConfig) -> Client {
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(ATTEMPT_TIMEOUT)
        .operation_attempt_timeout(ATTEMPT_TIMEOUT)
        .operation_timeout(OPERATION_TIMEOUT)
        .build();
    let retries = RetryConfig::standard().with_max_attempts(ATTEMPTS);
    let config = aws_sdk_dynamodb::config::Builder::from(config).timeout_config(timeouts).retry_config(retries);
    Client::from_conf(config.build())
}

/// The table of reports.
///
/// Reads are eventually consistent: they cost half as much, and a reply may be a second behind.
#[derive(Debug)]
pub(crate) struct ReportsTable {
    client: Client,
    name: String,
}

/// A Slack user id that is safe to use in a key.
#[derive(Clone)]
pub(crate) struct UserId(String);

/// The salesperson that a user of Slack said they are.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Identity {
    /// The name of the salesperson; `None` after `forget me`.
    pub(crate) name: Option<String>,
}

/// Time within which a second press of a button is a double click.
const SAME_SHARE_SECONDS: i64 = 10;

/// The report of a board, or the roster in which its name may be found in another spelling.
pub(crate) enum ReportOrRoster {
    Report(Report),
    Roster(Option<Roster>),
}

/// The reason why a lookup failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum LookupError {
    /// No response from DynamoDB, or an error that may pass, with its code.
    #[error("DynamoDB does not respond ({code})")]
    Unavailable { code: String },
    /// The table does not exist, or this function may not read it.
    #[error("table {table} does not exist, or this function may not read it ({code})")]
    NotSetUp { table: String, code: String },
    /// An item that cannot be decoded.
    #[error("the item is damaged; a rebuild writes it again")]
    Damaged,
    /// An item in the format of a newer version.
    #[error("the item was written by a newer version; deploy both functions from the same commit")]
    Newer,
    /// A state that should be impossible.
    #[error("internal error (bug in Standings): {0}")]
    Internal(&'static str),
}

/// Returns the outcome of lookups that had a timeout.
///
/// # Errors
///
/// Theirs, and [`LookupError::Unavailable`] if there was no time.
pub(crate) fn in_time<T>(outcome: Result<Result<T, LookupError>, Elapsed>) -> Result<T, LookupError> {
    outcome.unwrap_or_else(|_| Err(LookupError::Unavailable { code: "timeout".to_owned() }))
}

impl ReportsTable {
    pub(crate) fn new(client: Client, name: String) -> Self {
        Self { client, name }
    }

    /// Reads the report of a board in a period, or in the latest week with sales if that is `None`.
    pub(crate) async fn report(&self, board: &Board, period: Option<Period>) -> Result<Option<Report>, LookupError> {
        self.read(&board_key(board, period)).await?.map(|stored| decode_report(&stored)).transpose()
    }

    /// Reads the roster of a period, or of the latest week with sales if that is `None`. One that is split has only the
    /// best entries.
    pub(crate) async fn roster(&self, period: Option<Period>) -> Result<Option<Roster>, LookupError> {
        self.read(&roster_key(period)).await?.map(|stored| decode_roster(&stored)).transpose()
    }

    /// Adds a part of a split roster to it.
    pub(crate) async fn add_part(
        &self,
        roster: &mut Roster,
        period: Option<Period>,
        part: u32,
    ) -> Result<(), LookupError> {
        let Some(stored) = self.read(&Roster::part_key(period, part)).await? else { return Ok(()) };
        let packed = stored.as_b().map_err(|_| LookupError::Damaged)?;
        roster.add(RosterPart::decode(packed.as_ref())?);
        Ok(())
    }

    /// Adds all parts of a split roster to it, up to [`MAX_PARTS`].
    pub(crate) async fn add_parts(&self, roster: &mut Roster, period: Option<Period>) -> Result<(), LookupError> {
        for part in 0..roster.parts.min(MAX_PARTS) {
            self.add_part(roster, period, part).await?;
        }
        Ok(())
    }

    /// Returns the roster of a period with everyone, also if it is split.
    pub(crate) async fn everyone(&self, period: Option<Period>) -> Result<Option<Roster>, LookupError> {
        let mut roster = self.roster(period).await?;
        if let Some(roster) = &mut roster {
            self.add_parts(roster, period).await?;
        }
        Ok(roster)
    }

    /// Reads a roster like [`roster`](Self::roster), and who users said they are, in one request. A name is `None` if a user
    /// said nothing.
    pub(crate) async fn roster_and_names(
        &self,
        period: Option<Period>,
        users: &[UserId],
    ) -> Result<(Option<Roster>, Vec<Option<String>>), LookupError> {
        let roster_key = roster_key(period);
        let keys = users.iter().map(UserId::identity_key).chain([roster_key.clone()]).collect();
        let mut items = self.read_all(keys).await?;
        let roster = items.remove(&roster_key).map(|stored| decode_roster(&stored)).transpose()?;
        let name = |user: &UserId| {
            let identity: Option<Identity> = items.get(&user.identity_key()).map(decode_json).transpose()?;
            Ok(identity.and_then(|identity| identity.name))
        };
        Ok((roster, users.iter().map(name).collect::<Result<_, LookupError>>()?))
    }

    /// Reads the report of the first of these boards that has one, and a roster like [`roster`](Self::roster), in one
    /// request. The roster is only decoded if there is no report.
    pub(crate) async fn report_or_roster(
        &self,
        boards: &[Board],
        period: Option<Period>,
    ) -> Result<ReportOrRoster, LookupError> {
        let key_of = |board: &Board| board_key(board, period);
        let roster_key = roster_key(period);
        let keys = boards.iter().map(key_of).chain([roster_key.clone()]).collect();
        let mut items = self.read_all(keys).await?;
        if let Some(stored) = boards.iter().find_map(|board| items.remove(&key_of(board))) {
            return Ok(ReportOrRoster::Report(decode_report(&stored)?));
        }
        let roster = items.remove(&roster_key).map(|stored| decode_roster(&stored)).transpose()?;
        Ok(ReportOrRoster::Roster(roster))
    }

    /// Reads the reports of a board in several periods, in one request, by period.
    pub(crate) async fn reports_of(
        &self,
        board: &Board,
        periods: &[Period],
    ) -> Result<BTreeMap<Period, Report>, LookupError> {
        let items = self.read_all(periods.iter().map(|period| board.key(*period)).collect()).await?;
        let reports = items.values().map(decode_report).map(|report| report.map(|report| (report.period, report)));
        reports.collect()
    }

    /// Reads the rosters of several periods like [`roster`](Self::roster), in one request, by period.
    pub(crate) async fn rosters_of(&self, periods: &[Period]) -> Result<BTreeMap<Period, Roster>, LookupError> {
        let items = self.read_all(periods.iter().map(|period| Roster::key(*period)).collect()).await?;
        let rosters =
            items.values().map(decode_roster).map(|roster| roster.map(|roster| (roster.report.period, roster)));
        rosters.collect()
    }

    /// Reads several items in one request: what they hold, by their keys.
    async fn read_all(&self, keys: BTreeSet<String>) -> Result<HashMap<String, AttributeValue>, LookupError> {
        let keys: Vec<_> = keys.iter().map(|pk| key(pk)).collect();
        let keys = KeysAndAttributes::builder().set_keys(Some(keys)).build();
        let keys = keys.map_err(|_| LookupError::Internal("a batch without keys"))?;
        let output = self.client.batch_get_item().request_items(&self.name, keys).send().await;
        let output = output.map_err(|error| self.lookup_error(error.code()))?;
        // DynamoDB returns keys as unprocessed when a read exceeds its capacity.
        if output.unprocessed_keys.is_some_and(|keys| !keys.is_empty()) {
            return Err(self.lookup_error(Some("ProvisionedThroughputExceededException")));
        }
        let items = output.responses.unwrap_or_default().remove(&self.name).unwrap_or_default();
        let stored = items.into_iter().filter_map(|mut item| match (item.remove("pk"), item.remove("report")) {
            (Some(AttributeValue::S(key)), Some(stored)) => Some((key, stored)),
            _ => None,
        });
        Ok(stored.collect())
    }

    /// Writes the identity of a user.
    pub(crate) async fn put_identity(&self, user: &UserId, identity: &Identity) -> Result<(), LookupError> {
        let text =
            serde_json::to_string(identity).map_err(|_| LookupError::Internal("an identity that is not JSON"))?;
        let mut item = key(&user.identity_key());
        item.insert("report".to_owned(), AttributeValue::S(text));
        self.put(item).await
    }

    /// Notes that a user shares a message at this time (in seconds), so that a second press within seconds does not share it
    /// again. Returns whether this is the first press. `message` identifies the message, without any name in it.
    pub(crate) async fn note_share(&self, user: &UserId, message: &str, at: i64) -> Result<bool, LookupError> {
        let condition = "attribute_not_exists(pk) OR shared_at < :before OR shared_at > :at OR message <> :message";
        let values = [
            (":before", AttributeValue::N((at - SAME_SHARE_SECONDS).to_string())),
            (":at", AttributeValue::N(at.to_string())),
            (":message", AttributeValue::S(message.to_owned())),
        ];
        let shared = self.put_if(share_item(user, message, at), condition, &values).await?;
        Ok(shared.is_none())
    }

    /// Takes a note of [`note_share`](Self::note_share) back: the message was not shared.
    pub(crate) async fn take_share_back(&self, user: &UserId, message: &str) -> Result<(), LookupError> {
        self.put(share_item(user, message, 0)).await
    }

    /// Puts an item under a condition. Returns the item that is there if the condition does not hold.
    pub(crate) async fn put_if(
        &self,
        item: HashMap<String, AttributeValue>,
        condition: &str,
        values: &[(&str, AttributeValue)],
    ) -> Result<Option<HashMap<String, AttributeValue>>, LookupError> {
        let mut put =
            self.client.put_item().table_name(&self.name).set_item(Some(item)).condition_expression(condition);
        for (name, value) in values {
            put = put.expression_attribute_values(*name, value.clone());
        }
        let put = put.return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        let Err(error) = put.send().await else { return Ok(None) };
        match error.as_service_error() {
            Some(PutItemError::ConditionalCheckFailedException(failed)) => {
                Ok(Some(failed.item.clone().unwrap_or_default()))
            }
            _ => Err(self.lookup_error(error.code())),
        }
    }

    /// Puts an item.
    pub(crate) async fn put(&self, item: HashMap<String, AttributeValue>) -> Result<(), LookupError> {
        let put = self.client.put_item().table_name(&self.name).set_item(Some(item));
        put.send().await.map_err(|error| self.lookup_error(error.code()))?;
        Ok(())
    }

    /// Reads the periods with sales, latest first. The list is empty if there are none.
    pub(crate) async fn periods(&self) -> Result<Periods, LookupError> {
        self.read(periods::KEY).await?.map_or_else(|| Ok(Periods::default()), |stored| decode_json(&stored))
    }

    /// Reads the status of the last uploads, or `None` if there was none yet.
    pub(crate) async fn status(&self) -> Result<Option<Status>, LookupError> {
        self.read(status::KEY).await?.map(|stored| decode_json(&stored)).transpose()
    }

    /// Reads the record of the file with this name below the prefix of sales files, or `None` if there is no such file.
    pub(crate) async fn file(&self, name: &str) -> Result<Option<Upload>, LookupError> {
        if name.len() > MAX_KEY_BYTES {
            return Ok(None);
        }
        self.read(&status::file_key(name)).await?.map_or(Ok(None), |stored| decode_json(&stored))
    }

    /// Reads a note of this function, as text.
    pub(crate) async fn note(&self, pk: &str) -> Result<Option<String>, LookupError> {
        let stored = self.read(pk).await?;
        stored.map(|stored| stored.as_s().cloned().map_err(|_| LookupError::Damaged)).transpose()
    }

    async fn read(&self, pk: &str) -> Result<Option<AttributeValue>, LookupError> {
        let request = self.client.get_item().table_name(&self.name).set_key(Some(key(pk)));
        let output = request.send().await.map_err(|error| self.lookup_error(error.code()))?;
        let Some(mut item) = output.item else { return Ok(None) };
        // An item without a report is that of a team that no longer has one.
        Ok(item.remove("report"))
    }

    /// Returns the error for a failed request by the code of DynamoDB. The SDK's own error is dropped: it may quote the
    /// request and the response.
    fn lookup_error(&self, code: Option<&str>) -> LookupError {
        let code = code.unwrap_or("no response").to_owned();
        match code.as_str() {
            "ResourceNotFoundException" | "AccessDeniedException" | "ValidationException" => {
                LookupError::NotSetUp { table: self.name.clone(), code }
            }
            _ => LookupError::Unavailable { code },
        }
    }
}

impl UserId {
    /// The id, or `None` if it does not have the form of a Slack user id.
    pub(crate) fn new(id: &str) -> Option<Self> {
        slack_user::is_id(id).then(|| Self(id.to_owned()))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    fn identity_key(&self) -> String {
        format!("person#{}", self.0)
    }
}

impl From<DecodeError> for LookupError {
    fn from(error: DecodeError) -> Self {
        match error {
            DecodeError::Newer(_) => Self::Newer,
            // The error itself may quote names, which must not be logged.
            DecodeError::Damaged(_) | DecodeError::Packed(_) => Self::Damaged,
        }
    }
}

fn key(pk: &str) -> HashMap<String, AttributeValue> {
    HashMap::from([("pk".to_owned(), AttributeValue::S(pk.to_owned()))])
}

fn board_key(board: &Board, period: Option<Period>) -> String {
    period.map_or_else(|| board.latest_key(), |period| board.key(period))
}

fn roster_key(period: Option<Period>) -> String {
    period.map_or_else(Roster::latest_key, Roster::key)
}

fn share_item(user: &UserId, message: &str, at: i64) -> HashMap<String, AttributeValue> {
    let mut item = key(&format!("{}#shared", user.identity_key()));
    item.insert("message".to_owned(), AttributeValue::S(message.to_owned()));
    item.insert("shared_at".to_owned(), AttributeValue::N(at.to_string()));
    item
}

fn decode_report(stored: &AttributeValue) -> Result<Report, LookupError> {
    Ok(Report::decode(stored.as_s().map_err(|_| LookupError::Damaged)?)?)
}

fn decode_roster(stored: &AttributeValue) -> Result<Roster, LookupError> {
    let packed = stored.as_b().map_err(|_| LookupError::Damaged)?;
    Ok(Roster::decode(packed.as_ref())?)
}

fn decode_json<T: DeserializeOwned>(stored: &AttributeValue) -> Result<T, LookupError> {
    let text = stored.as_s().map_err(|_| LookupError::Damaged)?;
    serde_json::from_str(text).map_err(|_| LookupError::Damaged)
}
