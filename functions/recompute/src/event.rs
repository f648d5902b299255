//! What invokes the function, and which objects it is about.

use std::str::Utf8Error;

use aws_lambda_events::sqs::{SqsEvent, SqsMessage};
use jiff::Timestamp;
use percent_encoding::percent_decode_str;
use serde::Deserialize;

/// What invokes the function.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum Event {
    /// `{"rebuild":{"prefix":"sales/"}}`: put every object under the prefix through.
    Rebuild {
        /// What to rebuild.
        rebuild: Rebuild,
    },
    /// A batch of messages that hold S3 notifications.
    Sqs(SqsEvent),
}

/// What to rebuild.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Rebuild {
    /// Objects whose keys start with this; all sales files where it is missing.
    pub prefix: Option<String>,
    /// Where a former answer said to go on.
    pub start_after: Option<String>,
}

/// What a message is about.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Message {
    /// Objects that changed, by bucket and key.
    Changed(Vec<Object>),
    /// S3 tries out the queue when it is told to use it.
    TestEvent,
    /// Something that is none of ours.
    Foreign(String),
}

/// An object in S3.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Object {
    pub(crate) bucket: String,
    pub(crate) key: String,
    /// When it changed, where the event says so.
    pub(crate) changed_at: Option<Timestamp>,
}

/// The notification as S3 sends it, or EventBridge, or the test; only what is used.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html>
#[derive(Deserialize)]
#[serde(untagged)]
enum Body {
    Notification {
        #[serde(rename = "Records")]
        records: Vec<Record>,
    },
    /// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html>
    EventBridge {
        source: String,
        #[serde(rename = "detail-type")]
        kind: String,
        #[serde(default)]
        time: Option<Timestamp>,
        detail: S3,
    },
    Test {
        #[serde(rename = "Event")]
        event: String,
    },
}

#[derive(Deserialize)]
struct Record {
    #[serde(rename = "eventName")]
    event_name: String,
    #[serde(rename = "eventTime", default)]
    event_time: Option<Timestamp>,
    s3: S3,
}

#[derive(Deserialize)]
struct S3 {
    bucket: Bucket,
    object: Key,
}

#[derive(Deserialize)]
struct Bucket {
    name: String,
}

#[derive(Deserialize)]
struct Key {
    key: String,
}

impl Message {
    /// Reads a message. Whether an object was written or deleted does not matter: what counts is what stands in the
    /// bucket when it is read.
    pub(crate) fn of(message: &SqsMessage) -> Self {
        let body = message.body.as_deref().unwrap_or_default();
        match serde_json::from_str::<Body>(body) {
            Err(_) => Self::Foreign("the body is no notification of S3".to_owned()),
            Ok(Body::Test { event }) if event == "s3:TestEvent" => Self::TestEvent,
            Ok(Body::Test { event }) => Self::Foreign(format!("unknown event {event:?}")),
            Ok(Body::EventBridge { source, kind, time, detail }) => {
                if source == "aws.s3" && matches!(kind.as_str(), "Object Created" | "Object Deleted") {
                    // EventBridge writes keys as they are.
                    let S3 { bucket, object } = detail;
                    Self::Changed(vec![Object { bucket: bucket.name, key: object.key, changed_at: time }])
                } else {
                    Self::Foreign(format!("unknown event {kind:?} of {source:?}"))
                }
            }
            Ok(Body::Notification { records }) => {
                let changed = records.into_iter().filter(Record::is_change).map(Record::object);
                match changed.collect() {
                    Ok(objects) => Self::Changed(objects),
                    Err(error) => Self::Foreign(format!("a key is not UTF-8: {error}")),
                }
            }
        }
    }
}

impl Record {
    fn is_change(&self) -> bool {
        let name = self.event_name.strip_prefix("s3:").unwrap_or(&self.event_name);
        let changes = ["ObjectCreated:", "ObjectRemoved:", "LifecycleExpiration:"];
        let is_change = changes.iter().any(|change| name.starts_with(change));
        if !is_change {
            tracing::warn!(event.name = name, "this kind of event changes no object");
        }
        is_change
    }

    /// S3 encodes keys in notifications as forms do: a space is `+`, a plus `%2B`.
    fn object(self) -> Result<Object, Utf8Error> {
        let key = self.s3.object.key.replace('+', " ");
        let key = percent_decode_str(&key).decode_utf8()?.into_owned();
        Ok(Object { bucket: self.s3.bucket.name, key, changed_at: self.event_time })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(body: &str) -> Message {
        let mut message = SqsMessage::default();
        message.body = Some(body.to_owned());
        Message::of(&message)
    }

    fn notification(name: &str, key: &str) -> String {
        format!(
            r#"{{"Records":[{{"eventName":"{name}","s3":{{"bucket":{{"name":"b"}},"object":{{"key":"{key}"}}}}}}]}}"#
        )
    }

    fn keys(body: &str) -> Vec<String> {
        match message(body) {
            Message::Changed(objects) => objects.into_iter().map(|object| object.key).collect(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn keys_of_notifications_are_decoded_and_those_of_event_bridge_are_not() {
        let key = keys(&notification("ObjectCreated:Put", "sales/r%C3%A9gion+nord/Q4+%281%29%2B%26%3D%25.csv"));
        assert_eq!(key, ["sales/région nord/Q4 (1)+&=%.csv"]);
        let body = r#"{"source":"aws.s3","detail-type":"Object Deleted","detail":{"bucket":{"name":"b"},"object":{"key":"sales/a+b%20c.csv"}}}"#;
        assert_eq!(keys(body), ["sales/a+b%20c.csv"]);
    }

    #[test]
    fn every_change_counts_and_nothing_else() {
        for name in [
            "ObjectCreated:Copy",
            "ObjectRemoved:DeleteMarkerCreated",
            "LifecycleExpiration:Delete",
            "s3:ObjectCreated:Put",
        ] {
            assert_eq!(keys(&notification(name, "sales/a.csv")), ["sales/a.csv"]);
        }
        assert!(keys(&notification("ObjectRestore:Completed", "sales/a.csv")).is_empty());
        assert_eq!(message(r#"{"Service":"Amazon S3","Event":"s3:TestEvent","Bucket":"b"}"#), Message::TestEvent);
        for body in ["", "not json", "{}", "[]", r#"{"Event":"other"}"#] {
            assert!(matches!(message(body), Message::Foreign(_)), "{body}");
        }
    }
}
