//! What goes wrong outside of the sales files, and is worth another try.

use std::error::Error;

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::operation::RequestId;

/// A failure of DynamoDB.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StoreError {
    /// A call failed, after the tries that the SDK makes.
    #[error("DynamoDB: {0}")]
    Call(String),
    /// An item is not what this function writes.
    #[error("the ledger is damaged: {0}. A rebuild mends it")]
    Damaged(&'static str),
    /// An item cannot be written or read in its stored form.
    #[error("the stored form of {what}: {problem}")]
    Form {
        /// What it is about.
        what: &'static str,
        /// What the library says.
        problem: String,
    },
}

/// A failure of S3, after the tries that the SDK makes.
#[derive(Debug, thiserror::Error)]
#[error("S3: {0}")]
pub(crate) struct BucketError(pub(crate) String);

/// Why an object or a week could not be worked through.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WorkError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Bucket(#[from] BucketError),
    /// There was not enough time; the rest of it is kept for the answer.
    #[error("the time of this invocation ran out")]
    OutOfTime,
    /// The work panicked; another line says where.
    #[error("a bug of Standings broke it off")]
    Panicked,
}

/// What a failed call says. The SDK's own text for this ends in the whole answer, and that may hold names of people.
pub(crate) fn said<E: Error + ProvideErrorMetadata + RequestId>(error: &E) -> String {
    if let Some(code) = error.code() {
        let (message, id) = (error.message().unwrap_or("no more is said"), error.request_id().unwrap_or("unknown"));
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
        Self::Call(said(&error))
    }
}

/// Conversions for operation errors that were taken out of their envelope.
macro_rules! store_errors {
    ($($error:ty),+) => {$(
        impl From<$error> for StoreError {
            fn from(error: $error) -> Self {
                Self::Call(said(&error))
            }
        }
    )+};
}

store_errors!(
    aws_sdk_dynamodb::operation::put_item::PutItemError,
    aws_sdk_dynamodb::operation::update_item::UpdateItemError
);

/// An item that cannot be written or read in its stored form.
pub(crate) fn form(error: impl std::fmt::Display) -> StoreError {
    StoreError::Form { what: "a report", problem: error.to_string() }
}
