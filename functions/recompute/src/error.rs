//! Failures of AWS, of time and of Standings itself. All of them are retryable: the message is redelivered.
//!
//! What is wrong with a sales file is not an error here but a rejection, which is recorded and shown in the status.

use std::error::Error;
use std::fmt::Display;

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::operation::RequestId;

/// A failure of the ledger or the reports table.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StoreError {
    /// A call failed, after the retries of the SDK.
    #[error("DynamoDB: {0}")]
    Call(String),
    /// A message could not be sent to the function's own queue.
    #[error("SQS: {0}")]
    Queue(String),
    /// The ledger has the form of a newer version.
    #[error(
        "the ledger has version {0}, which a newer version of Standings wrote; deploy both functions from the same commit"
    )]
    Newer(u32),
    /// A value that no number of items can hold.
    #[error("{0}")]
    TooLarge(&'static str),
    /// An item lacks an attribute that this function always writes.
    #[error("the ledger is damaged: {0}. A rebuild repairs it")]
    Damaged(&'static str),
    /// An item cannot be encoded or decoded.
    #[error("the stored form of {what}: {problem}")]
    Encoding {
        /// Kind of item.
        what: &'static str,
        /// Message of the library, without values.
        problem: String,
    },
}

impl StoreError {
    /// The failure of a call to SQS.
    pub(crate) fn queue<E, R>(error: &SdkError<E, R>) -> Self
    where
        SdkError<E, R>: Error + ProvideErrorMetadata + RequestId,
    {
        Self::Queue(describe(error))
    }
}

/// A failure of S3, after the retries of the SDK.
#[derive(Clone, Debug, thiserror::Error)]
#[error("S3: {description}")]
pub(crate) struct BucketError {
    /// Error code, if S3 responded.
    pub(crate) code: Option<String>,
    /// Error code, message and request id, or the chain of causes.
    pub(crate) description: String,
}

impl BucketError {
    /// The failure of a call.
    pub(crate) fn of<E: Error + ProvideErrorMetadata + RequestId>(error: &E) -> Self {
        Self { code: error.code().map(str::to_owned), description: describe(error) }
    }

    /// A failure that is not the response to a call.
    pub(crate) fn without_code(description: impl Into<String>) -> Self {
        Self { code: None, description: description.into() }
    }
}

/// The reason why a sales file was not ingested, or reports were not refreshed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WorkError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Bucket(#[from] BucketError),
    /// The deadline was reached. The time after it is reserved for the response.
    #[error("the invocation ran out of time")]
    OutOfTime,
    /// A panic. The panic hook has logged its location.
    #[error("internal error (bug in Standings)")]
    Panicked,
}

/// Describes a failed call: error code, message and request id if the service responded, else the chain of causes.
///
/// The SDK's own `Display` and `Debug` end in the whole response, which may contain names of people.
pub(crate) fn describe<E: Error + ProvideErrorMetadata + RequestId>(error: &E) -> String {
    if let Some(code) = error.code() {
        let (message, id) = (error.message().unwrap_or("no message"), error.request_id().unwrap_or("unknown"));
        return format!("{code}: {message} (request {id})");
    }
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text = format!("{text}: {error}");
        source = error.source();
    }
    text
}

impl<E, R> From<SdkError<E, R>> for StoreError
where
    SdkError<E, R>: Error + ProvideErrorMetadata + RequestId,
{
    fn from(error: SdkError<E, R>) -> Self {
        Self::Call(describe(&error))
    }
}

/// Returns a conversion of library errors into [`StoreError::Encoding`], for `map_err`.
pub(crate) fn encoding_error<E: Display>(what: &'static str) -> impl FnOnce(E) -> StoreError {
    move |error| StoreError::Encoding { what, problem: error.to_string() }
}

/// Returns a conversion of JSON errors into [`StoreError::Encoding`], for `map_err`. It keeps the kind of error and its
/// position, since the message of `serde_json` may quote a value, such as a name.
pub(crate) fn json_error(what: &'static str) -> impl FnOnce(serde_json::Error) -> StoreError {
    move |error| {
        let problem = format!("{:?} error at line {} column {}", error.classify(), error.line(), error.column());
        StoreError::Encoding { what, problem }
    }
}
