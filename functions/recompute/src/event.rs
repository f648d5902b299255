//! Input of the function: invocation events, and the S3 notifications in SQS messages.

use std::str::Utf8Error;

use aws_lambda_events::sqs::{SqsEvent, SqsMessage};
use jiff::Timestamp;
use percent_encoding::percent_decode_str;
use serde::Deserialize;
use standings_core::Period;

/// Event of an invocation.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum Event {
    /// `{"rebuild":{"prefix":"sales/"}}`: ingest all sales files under a prefix again.
    Rebuild {
        /// Files to rebuild.
        rebuild: Rebuild,
    },
    /// `{"reconcile":{}}`: ingest the recent sales files whose events were lost.
    Reconcile {
        /// Files to compare.
        reconcile: Reconcile,
    },
    /// A batch of SQS messages: S3 notifications, and messages of this function to itself.
    Sqs(SqsEvent),
}

/// Files to rebuild.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Rebuild {
    /// Prefix of the keys. Defaults to the prefix of all sales files.
    pub prefix: Option<String>,
    /// Key or period to continue after: `next` of the previous response.
    pub start_after: Option<String>,
}

/// Files to compare with the ledger.
#[derive(Debug, Deserialize)]
#[serde(default)]
pub struct Reconcile {
    /// Days back from now within which a file was uploaded.
    pub days: u16,
}

impl Default for Reconcile {
    fn default() -> Self {
        Self { days: 7 }
    }
}

/// Content of one SQS message.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Notification {
    /// Objects that changed.
    Changed(Vec<Object>),
    /// A message of this function to itself: a period is to be refreshed.
    Refresh(Period),
    /// The message that S3 sends when notifications are configured, to test its access to the queue.
    TestEvent,
    /// Anything else, with the reason. A log that shows this has found a misconfigured sender.
    Unrecognized(String),
}

/// A changed object.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Object {
    pub(crate) bucket: String,
    pub(crate) key: String,
    /// Time of the change, if the event has one.
    pub(crate) changed_at: Option<Timestamp>,
}

/// Body of a message, reduced to the fields that are used.
#[derive(Deserialize)]
#[serde(untagged)]
enum Body {
    /// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html>
    S3 {
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
        detail: Detail,
    },
    Test {
        #[serde(rename = "Event")]
        event: String,
    },
    /// See [`delayed`](crate::delayed).
    Refresh { refresh: Refresh },
    /// What a topic of SNS puts around a message, unless its subscription delivers raw messages.
    /// <https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html>
    Sns {
        #[serde(rename = "Type")]
        kind: String,
        #[serde(rename = "Message")]
        message: String,
    },
}

#[derive(Deserialize)]
struct Refresh {
    period: Period,
}

#[derive(Deserialize)]
struct Record {
    #[serde(rename = "eventName")]
    event_name: String,
    #[serde(rename = "eventTime", default)]
    event_time: Option<Timestamp>,
    s3: Detail,
}

#[derive(Deserialize)]
struct Detail {
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

impl Notification {
    /// Parses the body of a message. Creation and deletion are not distinguished: the event only says which object to
    /// look at, and the object's current state in the bucket decides.
    pub(crate) fn parse(message: &SqsMessage) -> Self {
        let body = serde_json::from_str(message.body.as_deref().unwrap_or_default());
        Self::of(match body {
            Ok(Body::Sns { kind, message }) if kind == "Notification" => serde_json::from_str(&message),
            body => body,
        })
    }

    fn of(body: serde_json::Result<Body>) -> Self {
        match body {
            Err(_) => Self::Unrecognized("the body is not an S3 notification".to_owned()),
            Ok(Body::Sns { kind, .. }) => Self::Unrecognized(format!("unknown message {kind:?} of SNS")),
            Ok(Body::Refresh { refresh }) => Self::Refresh(refresh.period),
            Ok(Body::Test { event }) if event == "s3:TestEvent" => Self::TestEvent,
            Ok(Body::Test { event }) => Self::Unrecognized(format!("unknown event {event:?}")),
            Ok(Body::EventBridge { source, kind, time, detail }) => {
                let is_change =
                    matches!(kind.as_str(), "Object Created" | "Object Deleted" | "Object Restore Completed");
                if source == "aws.s3" && is_change {
                    // Unlike S3, EventBridge does not encode keys.
                    let Detail { bucket, object } = detail;
                    Self::Changed(vec![Object { bucket: bucket.name, key: object.key, changed_at: time }])
                } else {
                    Self::Unrecognized(format!("unknown event {kind:?} of {source:?}"))
                }
            }
            Ok(Body::S3 { records }) => {
                let changed = records.into_iter().filter(Record::is_change).map(Record::object);
                match changed.collect() {
                    Ok(objects) => Self::Changed(objects),
                    Err(error) => Self::Unrecognized(format!("a key is not UTF-8: {error}")),
                }
            }
        }
    }
}

impl Record {
    /// Returns whether the event changes an object, or makes it readable: the end of a restore from an archive. Others,
    /// such as the begin of a restore, are ignored.
    fn is_change(&self) -> bool {
        let name = self.event_name.strip_prefix("s3:").unwrap_or(&self.event_name);
        let changes = ["ObjectCreated:", "ObjectRemoved:", "LifecycleExpiration:", "ObjectRestore:Completed"];
        let is_change = changes.iter().any(|change| name.starts_with(change));
        if !is_change {
            tracing::warn!(event.name = name, "ignored: not an object change");
        }
        is_change
    }

    /// Returns the object with its key decoded. In notifications, S3 encodes keys like form fields: a space is `+`, a
    /// plus sign is `%2B`.
    fn object(self) -> Result<Object, Utf8Error> {
        let key = self.s3.object.key.replace('+', " ");
        let key = percent_decode_str(&key).decode_utf8()?.into_owned();
        Ok(Object { bucket: self.s3.bucket.name, key, changed_at: self.event_time })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn parse(body: &str) -> Notification {
        let mut message = SqsMessage::default();
        message.body = Some(body.to_owned());
        Notification::parse(&message)
    }

    fn notification(name: &str, key: &str) -> String {
        format!(
            r#"{{"Records":[{{"eventName":"{name}","s3":{{"bucket":{{"name":"b"}},"object":{{"key":"{key}"}}}}}}]}}"#
        )
    }

    fn keys(body: &str) -> Vec<String> {
        match parse(body) {
            Notification::Changed(objects) => objects.into_iter().map(|object| object.key).collect(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn keys_of_s3_notifications_are_decoded_and_those_of_event_bridge_are_not() {
        let key = keys(&notification("ObjectCreated:Put", "sales/r%C3%A9gion+nord/Q4+%281%29%2B%26%3D%25.csv"));
        assert_eq!(key, ["sales/région nord/Q4 (1)+&=%.csv"]);
        let body = r#"{"source":"aws.s3","detail-type":"Object Deleted","detail":{"bucket":{"name":"b"},"object":{"key":"sales/a+b%20c.csv"}}}"#;
        assert_eq!(keys(body), ["sales/a+b%20c.csv"]);
    }

    #[test]
    fn only_changes_of_objects_are_recognized() {
        for name in [
            "ObjectCreated:Copy",
            "ObjectRemoved:DeleteMarkerCreated",
            "LifecycleExpiration:Delete",
            "s3:ObjectCreated:Put",
            "ObjectRestore:Completed",
        ] {
            assert_eq!(keys(&notification(name, "sales/a.csv")), ["sales/a.csv"]);
        }
        assert!(keys(&notification("ObjectRestore:Post", "sales/a.csv")).is_empty());
        let restored = r#"{"source":"aws.s3","detail-type":"Object Restore Completed","detail":{"bucket":{"name":"b"},"object":{"key":"a"}}}"#;
        assert_eq!(keys(restored), ["a"]);
        assert_eq!(parse(r#"{"Service":"Amazon S3","Event":"s3:TestEvent","Bucket":"b"}"#), Notification::TestEvent);
        let topic = |kind: &str, message: &str| {
            json!({"Type": kind, "Message": message, "TopicArn": "arn:aws:sns:::t"}).to_string()
        };
        assert_eq!(
            keys(&topic("Notification", &notification("ObjectCreated:Put", "sales/a+b.csv"))),
            ["sales/a b.csv"]
        );
        assert_eq!(keys(&topic("Notification", restored)), ["a"]);
        let twice = topic("Notification", &topic("Notification", restored));
        for body in [topic("SubscriptionConfirmation", "Visit the URL"), topic("Notification", "hello"), twice] {
            assert!(matches!(parse(&body), Notification::Unrecognized(_)), "{body}");
        }
        let refresh = parse(r#"{"refresh":{"period":"2026-10/P3M"}}"#);
        assert_eq!(refresh, Notification::Refresh("2026-10/P3M".parse().unwrap()));
        for body in ["", "not json", "{}", "[]", r#"{"Event":"other"}"#, r#"{"refresh":{"period":"soon"}}"#] {
            assert!(matches!(parse(body), Notification::Unrecognized(_)), "{body}");
        }
    }
}
