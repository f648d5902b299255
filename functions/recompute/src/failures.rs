//! Failures: what could not be read or refreshed, kept for the status until it succeeds.
//!
//! A file's failure is a member of the file like the record of an upload, so that whoever ingests the file later empties it. A period's failure carries the generation that the fence of the
//! period had: a refresh that claimed the period later clears it. Nothing here is needed for the rankings, and the messages are
//! redelivered all the same, so that a failure to record a failure is only logged.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::{SignedDuration, Timestamp};
use standings_core::explanation::trusted;
use standings_core::{Explanation, FailedSubject, Failure, Outlook, Period, explain};

use crate::app::Recompute;
use crate::error::{BucketError, StoreError, WorkError};
use crate::fence::Claim;
use crate::ledger::{self, FAILURES, Subject};
use crate::member::Member;
use crate::table::Item;

/// Time for which the status shows an unrecognized message: that for which the dead-letter queue keeps it.
const MESSAGE_AGE: SignedDuration = SignedDuration::from_hours(14 * 24);

/// Sort key of the failure of the latest unrecognized message. There is one record for all, because a misconfigured sender
/// can send any number of them.
const MESSAGE: &str = "message";

/// The failure of a period or a message, as it is stored.
pub(crate) struct StoredFailure {
    pub(crate) failure: Failure,
    generation: u64,
}

impl StoredFailure {
    /// Decodes an item of the ledger; `None` if it is an emptied one.
    pub(crate) fn of(item: &Item) -> Result<Option<Self>, StoreError> {
        let Some(failure) = ledger::failure_of(item)? else { return Ok(None) };
        let generation = item.get("generation").and_then(|number| number.as_n().ok()?.parse().ok()).unwrap_or_default();
        Ok(Some(Self { failure, generation }))
    }

    /// Returns whether the status still shows it.
    pub(crate) fn is_current(&self, now: Timestamp) -> bool {
        self.failure.subject != FailedSubject::Message || now.duration_since(self.failure.at) < MESSAGE_AGE
    }
}

/// Records why a file was not ingested, under the claim that failed.
pub(crate) async fn record_file(
    app: &Recompute,
    key: &str,
    claim: &Claim,
    reason: Explanation,
    outlook: Outlook,
) -> Result<(), StoreError> {
    let member = Member::Failed;
    if !claim.extend(BTreeSet::from([member.to_string()])).await?.contains(&member.to_string()) {
        return Ok(());
    }
    let subject = FailedSubject::File(key.to_owned());
    let mut item = ledger::failure_item(&Failure { subject, at: Timestamp::now(), reason, outlook })?;
    item.extend(member.key(key));
    app.ledger.put(claim, vec![item]).await
}

/// Records that the reports of a period are out of date.
pub(crate) async fn record_period(
    app: &Recompute,
    period: Period,
    error: &WorkError,
    outlook: Outlook,
) -> Result<(), StoreError> {
    // Not a claim of its own: a claim that writes nothing would keep a slower writer from adding its boards.
    let Some(generation) = app.ledger.generation(Subject::Period(period)).await? else { return Ok(()) };
    let subject = FailedSubject::Period(period);
    let failure = Failure { subject, at: Timestamp::now(), reason: reason(error), outlook };
    put(app, &period.to_string(), Some(&failure), generation).await
}

/// Records an unrecognized message.
pub(crate) async fn record_message(app: &Recompute, problem: &str, outlook: Outlook) -> Result<(), StoreError> {
    let now = Timestamp::now();
    let reason = explain![
        trusted(problem.chars().take(100).collect::<String>()),
        ". Find out who sends it to the queue of sales files, and remove it from the dead-letter queue",
    ];
    let failure = Failure { subject: FailedSubject::Message, at: now, reason, outlook };
    // The later one is kept.
    put(app, MESSAGE, Some(&failure), now.as_millisecond().unsigned_abs()).await
}

/// Clears the failures of the periods in `refreshed`, which has the generations of their refreshes. Returns whether there
/// were any.
pub(crate) async fn clear(
    app: &Recompute,
    stored: &[StoredFailure],
    refreshed: &BTreeMap<Period, u64>,
) -> Result<bool, StoreError> {
    let mut cleared = false;
    for StoredFailure { failure, generation } in stored {
        let FailedSubject::Period(period) = failure.subject else { continue };
        if let Some(&newer) = refreshed.get(&period).filter(|refreshed| *refreshed > generation) {
            put(app, &period.to_string(), None, newer).await?;
            cleared = true;
        }
    }
    Ok(cleared)
}

/// Puts a failure, or nothing in the place of one, if none of this generation or a newer one is stored.
async fn put(app: &Recompute, sk: &str, failure: Option<&Failure>, generation: u64) -> Result<(), StoreError> {
    let mut item = failure.map(ledger::failure_item).transpose()?.unwrap_or_default();
    item.extend(ledger::item_key(FAILURES, sk));
    app.ledger.table.put_if_newer(item, AttributeValue::N(generation.to_string())).await
}

/// Says what failed and what an operator can do, without anything that only the log should have.
pub(crate) fn reason(error: &WorkError) -> Explanation {
    match error {
        WorkError::Bucket(error) => bucket_reason(error),
        WorkError::Store(StoreError::Call(_)) => {
            explain!["DynamoDB did not carry out a call. The log of recompute has its error"]
        }
        WorkError::Store(StoreError::Queue(_)) => {
            explain!["a message could not be sent to the queue of recompute. The log of recompute has the error"]
        }
        WorkError::Store(StoreError::Newer(_)) => {
            explain!["a newer version of Standings wrote the ledger. Deploy both functions from the same commit"]
        }
        WorkError::Store(StoreError::TooLarge(_)) => {
            explain!["it has more salespeople than can be stored. Is the right column read as their name?"]
        }
        WorkError::Store(_) => {
            explain!["an item of the tables is damaged. The log of recompute names it; a rebuild repairs it"]
        }
        WorkError::OutOfTime => {
            explain![
                "it took longer than an invocation may take. Raise recompute_timeout or recompute_memory, or split the file"
            ]
        }
        WorkError::Panicked => explain!["a bug in Standings. Please report it, with the line in the log of recompute"],
    }
}

/// Reason of an archived file.
pub(crate) fn archived() -> Explanation {
    explain!["the file is archived (Glacier). What was counted of it keeps counting. To have it read again, restore it"]
}

fn bucket_reason(error: &BucketError) -> Explanation {
    let Some(code) = error.code.as_deref() else {
        return explain!["S3 did not return the whole file. The log of recompute has the error"];
    };
    let names_kms = error.description.contains("kms:Decrypt") || code.starts_with("KMS.");
    match code {
        "AccessDenied" if names_kms => explain![
            "S3 says AccessDenied (kms:Decrypt): allow it for the role of recompute, in the policy of the key and with \
             sales_kms_key_arns",
        ],
        "AccessDenied" => explain![
            "S3 says AccessDenied: allow s3:GetObject on the file for the role of recompute, and kms:Decrypt if the file is \
             encrypted with a key of your own (sales_kms_key_arns)",
        ],
        _ if names_kms => explain![
            "the KMS key of the file cannot be used (",
            trusted(code),
            "): enable the key, or upload the file again with another one",
        ],
        "InvalidRequest" | "InvalidArgument" => explain![
            "S3 cannot return the file without a key of the uploader (",
            trusted(code),
            "): upload it again without SSE-C",
        ],
        "NoSuchBucket" => explain!["the bucket does not exist (NoSuchBucket): check sales_bucket"],
        code => explain!["S3 did not return the file (", trusted(code), ")"],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_of_s3_names_the_permission_that_is_missing() {
        let reason = |code: &str, description: &str| {
            let error = BucketError { code: Some(code.to_owned()), description: description.to_owned() };
            super::reason(&WorkError::Bucket(error))
        };
        for (code, description, expected) in [
            ("AccessDenied", "not authorized to perform: kms:Decrypt on resource", "kms:Decrypt"),
            ("AccessDenied", "Access Denied", "s3:GetObject"),
            ("KMS.DisabledException", "is disabled", "KMS.DisabledException"),
            ("InvalidRequest", "Server Side Encryption", "SSE-C"),
            ("NoSuchBucket", "", "sales_bucket"),
            ("SlowDown", "", "SlowDown"),
        ] {
            let reason = reason(code, description);
            assert!(reason.as_str().contains(expected) && reason.as_str().len() <= 300, "{code}: {reason}");
        }
    }
}
