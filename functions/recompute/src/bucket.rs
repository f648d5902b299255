//! Objects of the bucket, as they are now.

use std::io::{self, Read};
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use aws_sdk_s3::Client;
use aws_sdk_s3::error::SdkError;
use aws_sdk_s3::operation::get_object::GetObjectError;
use aws_sdk_s3::primitives::ByteStream;
use jiff::Timestamp;
use standings_reader::{Bytes, Origin, SourceError};
use tokio::sync::mpsc;

use crate::error::{self, BucketError};

/// So many parts of the body are fetched ahead of the reader.
const AHEAD: usize = 64;

/// An object that was opened for reading.
pub(crate) struct Opened {
    body: ByteStream,
    pub(crate) uploaded_at: Timestamp,
    etag: Option<String>,
    pub(crate) size: u64,
}

/// What stands in the bucket under a key.
pub(crate) enum Found {
    Object(Opened),
    /// Nothing, any more or yet.
    Nothing,
    /// Something that cannot be read without somebody doing something about it.
    Archived,
    /// With an entity tag asked for: another version than that.
    Changed,
}

/// Opens an object, of the version `etag` where one is given, and of its bytes those of `range` where one is.
pub(crate) async fn open(
    client: &Client,
    bucket: &str,
    key: &str,
    etag: Option<&str>,
    range: Option<Range<u64>>,
) -> Result<Found, BucketError> {
    // The last byte is one of the range.
    let range = range.map(|range| format!("bytes={}-{}", range.start, range.end.saturating_sub(1)));
    let get = client.get_object().bucket(bucket).key(key);
    match get.set_if_match(etag.map(str::to_owned)).set_range(range).send().await {
        Ok(object) => Ok(Found::Object(Opened {
            uploaded_at: object
                .last_modified
                .and_then(|time| Timestamp::from_second(time.secs()).ok())
                .unwrap_or(Timestamp::UNIX_EPOCH),
            etag: object.e_tag,
            size: object.content_length.and_then(|size| u64::try_from(size).ok()).unwrap_or_default(),
            body: object.body,
        })),
        Err(SdkError::ServiceError(error)) => {
            let status = error.raw().status().as_u16();
            match error.err() {
                GetObjectError::NoSuchKey(_) => Ok(Found::Nothing),
                GetObjectError::InvalidObjectState(_) => Ok(Found::Archived),
                _ if status == 404 && error.err().meta().code() != Some("NoSuchBucket") => Ok(Found::Nothing),
                _ if status == 412 => Ok(Found::Changed),
                _ => Err(BucketError(error::said(error.err()))),
            }
        }
        Err(error) => Err(BucketError(error::said(&error))),
    }
}

/// The keys that start with `prefix`.
pub(crate) async fn list(client: &Client, bucket: &str, prefix: &str) -> Result<Vec<String>, BucketError> {
    let mut pages = client.list_objects_v2().bucket(bucket).prefix(prefix).into_paginator().send();
    let mut keys = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page.map_err(|error| BucketError(error::said(&error)))?;
        keys.extend(page.contents.unwrap_or_default().into_iter().filter_map(|object| object.key));
    }
    Ok(keys)
}

impl Opened {
    /// Appends the whole body.
    pub(crate) async fn append_to(mut self, to: &mut Vec<u8>) -> io::Result<()> {
        while let Some(part) = self.body.next().await {
            to.extend_from_slice(&part.map_err(SourceError::io)?);
        }
        Ok(())
    }

    /// The body for a reader on a thread of its own, fetched ahead of it.
    pub(crate) fn bytes(self) -> Bytes {
        let (sender, parts) = mpsc::channel(AHEAD);
        let mut body = self.body;
        tokio::spawn(async move {
            while let Some(part) = body.next().await {
                let part = part.map_err(SourceError::io);
                let failed = part.is_err();
                // A reader that has seen enough drops the other end.
                if sender.send(part).await.is_err() || failed {
                    break;
                }
            }
        });
        Box::new(Parts { parts, current: std::io::Cursor::default() })
    }
}

struct Parts {
    parts: mpsc::Receiver<io::Result<bytes::Bytes>>,
    current: std::io::Cursor<bytes::Bytes>,
}

impl Read for Parts {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = self.current.read(buffer)?;
            if read > 0 || buffer.is_empty() {
                return Ok(read);
            }
            match self.parts.blocking_recv() {
                Some(part) => self.current = std::io::Cursor::new(part?),
                None => return Ok(0),
            }
        }
    }
}

/// The file was replaced between two passes over it.
#[derive(Debug, thiserror::Error)]
#[error("the file was replaced while it was read")]
struct ChangedMeanwhile;

pub(crate) fn is_changed(error: &io::Error) -> bool {
    let source = error.get_ref().and_then(|inner| inner.downcast_ref::<SourceError>());
    source.is_some_and(|source| source.0.is::<ChangedMeanwhile>())
}

/// An object for a reader on a thread where blocking is fine. Each of its bytes is of the version that was opened.
pub(crate) struct Remote {
    runtime: tokio::runtime::Handle,
    s3: Client,
    bucket: String,
    pub(crate) key: String,
    etag: Option<String>,
    size: u64,
    /// What was opened already.
    opened: Mutex<Option<Opened>>,
}

impl Remote {
    /// The object under a key, from what was opened of it. It must be made within the runtime.
    pub(crate) fn new(s3: Client, bucket: &str, key: &str, opened: Opened) -> Self {
        Self {
            runtime: tokio::runtime::Handle::current(),
            s3,
            bucket: bucket.to_owned(),
            key: key.to_owned(),
            etag: opened.etag.clone(),
            size: opened.size,
            opened: Mutex::new(Some(opened)),
        }
    }

    fn again(&self, range: Option<Range<u64>>) -> io::Result<Opened> {
        let open = open(&self.s3, &self.bucket, &self.key, self.etag.as_deref(), range);
        match self.runtime.block_on(open) {
            Ok(Found::Object(opened)) => Ok(opened),
            Ok(_) => Err(SourceError::io(ChangedMeanwhile)),
            Err(error) => Err(SourceError::io(error)),
        }
    }
}

impl Origin for Remote {
    fn size(&self) -> u64 {
        self.size
    }

    fn open(&self) -> io::Result<Bytes> {
        let opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner).take();
        let opened = opened.map_or_else(|| self.again(None), Ok)?;
        let _runtime = self.runtime.enter();
        Ok(opened.bytes())
    }

    fn part(&self, range: Range<u64>, to: &mut Vec<u8>) -> io::Result<()> {
        self.runtime.block_on(self.again(Some(range))?.append_to(to))
    }
}
