//! Uploads and deletions, outside of the function.

use std::sync::Arc;

use aws_sdk_s3::Client;
use aws_sdk_s3::primitives::ByteStream;
use bytes::Bytes;

use crate::history::UPLOAD_DAYS;
use crate::servers::{BUCKET, Servers};

/// An object in the bucket.
pub(crate) struct Object {
    pub(crate) key: String,
    pub(crate) text: String,
    /// Upload time in seconds since 1970.
    pub(crate) uploaded_at: u64,
}

/// Returns the key in the path of a request.
pub(crate) fn key_of(request: &http::Request<Bytes>) -> String {
    let path = request.uri().path().strip_prefix(&format!("/{BUCKET}/")).unwrap();
    percent_encoding::percent_decode_str(path).decode_utf8().unwrap().into_owned()
}

/// A handle to the bucket.
#[derive(Clone)]
pub(crate) struct Bucket {
    pub(crate) client: Client,
    pub(crate) servers: Arc<Servers>,
}

impl Bucket {
    /// Uploads an object, with an upload day in the past.
    pub(crate) async fn put(&self, key: &str, text: &str, day: usize) {
        let body = ByteStream::from(text.as_bytes().to_vec());
        self.client.put_object().bucket(BUCKET).key(key).body(body).send().await.unwrap();
        let noon: jiff::Timestamp = format!("{}T12:00:00Z", UPLOAD_DAYS[day]).parse().unwrap();
        self.servers.set_uploaded_at(key, noon.as_second().try_into().unwrap());
    }

    pub(crate) async fn delete(&self, key: &str) {
        self.client.delete_object().bucket(BUCKET).key(key).send().await.unwrap();
    }

    /// Returns the object with this key.
    pub(crate) fn object(&self, key: &str) -> Option<Object> {
        let text = std::fs::read_to_string(self.servers.path(key)).ok()?;
        Some(Object { key: key.to_owned(), text, uploaded_at: self.servers.uploaded_at(key) })
    }
}
