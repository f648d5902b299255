//! Notifications as S3 sends them, in messages as SQS delivers them.

use std::sync::atomic::{AtomicU64, Ordering};

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::aws::clients::REGION;

/// A change of an object.
#[derive(Clone, Debug)]
pub(crate) struct Change {
    /// Event name, such as `ObjectCreated:Put`.
    pub(crate) event_name: &'static str,
    pub(crate) bucket: String,
    pub(crate) key: String,
    /// Size in bytes. Deletions have neither size nor entity tag.
    pub(crate) size: Option<i64>,
    pub(crate) etag: Option<String>,
}

impl Change {
    /// Returns the notification, the body of an SQS message.
    /// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html>
    pub(crate) fn body(&self) -> String {
        static SEQUENCER: AtomicU64 = AtomicU64::new(1);
        let mut object = json!({
            "key": encoded(&self.key),
            "sequencer": format!("{:016X}", SEQUENCER.fetch_add(1, Ordering::Relaxed)),
        });
        if let Some(size) = self.size {
            object["size"] = size.into();
        }
        if let Some(etag) = &self.etag {
            object["eTag"] = etag.as_str().into();
        }
        json!({"Records": [{
            "eventVersion": "2.5",
            "eventSource": "aws:s3",
            "awsRegion": REGION,
            "eventTime": Timestamp::now().to_string(),
            "eventName": self.event_name,
            "userIdentity": {"principalId": "AIDALOCAL"},
            "requestParameters": {"sourceIPAddress": "127.0.0.1"},
            "responseElements": {"x-amz-request-id": "LOCAL", "x-amz-id-2": "LOCAL"},
            "s3": {
                "s3SchemaVersion": "1.0",
                "configurationId": "sales",
                "bucket": {
                    "name": self.bucket,
                    "ownerIdentity": {"principalId": "LOCAL"},
                    "arn": format!("arn:aws:s3:::{}", self.bucket),
                },
                "object": object,
            },
        }]})
        .to_string()
    }
}

/// Encodes a key as S3 does in notifications: like a form value, except for slashes.
fn encoded(key: &str) -> String {
    let parts: Vec<String> =
        key.split('/').map(|part| form_urlencoded::byte_serialize(part.as_bytes()).collect()).collect();
    parts.join("/")
}

/// Returns the notification that this object was put, the body of an SQS message.
#[must_use]
pub fn notification_of(bucket: &str, key: &str) -> String {
    let (bucket, key) = (bucket.to_owned(), key.to_owned());
    Change { event_name: "ObjectCreated:Put", bucket, key, size: None, etag: None }.body()
}

/// Returns the event of a batch with one message per object. The message id is the object's key.
#[must_use]
pub fn batch_of(bucket: &str, keys: &[&str]) -> Value {
    let bodies: Vec<String> = keys.iter().map(|key| notification_of(bucket, key)).collect();
    sqs_event(keys.iter().zip(&bodies).map(|(key, body)| (*key, body.as_str(), 1)))
}

/// Returns the receipt handle of a delivery.
pub(crate) fn receipt_handle(id: &str, receives: u32) -> String {
    format!("receipt-{id}-{receives}")
}

/// Returns the Lambda event of a batch of messages (id, body, receive count).
pub(crate) fn sqs_event<'a>(messages: impl IntoIterator<Item = (&'a str, &'a str, u32)>) -> Value {
    let sent = Timestamp::now().as_millisecond().to_string();
    let records: Vec<Value> = messages
        .into_iter()
        .map(|(id, body, receives)| {
            json!({
                "messageId": id,
                "receiptHandle": receipt_handle(id, receives),
                "body": body,
                "attributes": {
                    "ApproximateReceiveCount": receives.to_string(),
                    "SentTimestamp": sent,
                    "SenderId": "AIDALOCAL",
                    "ApproximateFirstReceiveTimestamp": sent,
                },
                "messageAttributes": {},
                "eventSource": "aws:sqs",
                "eventSourceARN": format!("arn:aws:sqs:{REGION}:000000000000:standings-recompute"),
                "awsRegion": REGION,
            })
        })
        .collect();
    json!({ "Records": records })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_encoded_as_in_s3_notifications() {
        assert_eq!(encoded("sales/région nord/Q4 (1)+.csv"), "sales/r%C3%A9gion+nord/Q4+%281%29%2B.csv");
    }
}
