//! Access to the objects of the bucket in their current state.

use std::io::{self, Read};
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use aws_sdk_s3::Client;
use aws_sdk_s3::error::SdkError;
use aws_sdk_s3::operation::get_object::GetObjectError;
use aws_sdk_s3::primitives::{ByteStream, DateTime};
use jiff::Timestamp;
use standings_reader::{Bytes, Origin, SourceError};
use tokio::sync::mpsc;

use crate::error::BucketError;

/// Body chunks buffered between the download and the reader. Beyond it the download waits (backpressure), so that
/// memory does not grow with the size of the file.
const BUFFERED_CHUNKS: usize = 64;

/// An object, or a range of it, whose body is being received.
pub(crate) struct OpenObject {
    body: ByteStream,
    pub(crate) uploaded_at: Timestamp,
    pub(crate) etag: Option<String>,
    pub(crate) size: u64,
}

/// Result of opening an object.
pub(crate) enum Lookup {
    Object(OpenObject),
    /// No object has this key: it was deleted, or is not visible yet.
    NotFound,
    /// The object is in an archive storage class and has to be restored before it can be read.
    Archived,
    /// The object no longer has the requested entity tag.
    Changed,
}

/// Opens an object: only the version with the entity tag `etag`, if given, and only the bytes in `range`, if given.
pub(crate) async fn open(
    client: &Client,
    bucket: &str,
    key: &str,
    etag: Option<&str>,
    range: Option<Range<u64>>,
) -> Result<Lookup, BucketError> {
    // The header's range includes its last byte.
    let range = range.map(|range| format!("bytes={}-{}", range.start, range.end.saturating_sub(1)));
    let get = client.get_object().bucket(bucket).key(key);
    match get.set_if_match(etag.map(str::to_owned)).set_range(range).send().await {
        Ok(object) => Ok(Lookup::Object(OpenObject {
            uploaded_at: timestamp(object.last_modified),
            etag: object.e_tag,
            size: length(object.content_length),
            body: object.body,
        })),
        Err(SdkError::ServiceError(error)) => {
            let status = error.raw().status().as_u16();
            match error.err() {
                GetObjectError::NoSuchKey(_) => Ok(Lookup::NotFound),
                GetObjectError::InvalidObjectState(_) => Ok(Lookup::Archived),
                // A wrong bucket name must not look like a bucket whose files were all deleted.
                _ if status == 404 && error.err().meta().code() != Some("NoSuchBucket") => Ok(Lookup::NotFound),
                _ if status == 412 => Ok(Lookup::Changed),
                error => Err(BucketError::of(error)),
            }
        }
        Err(error) => Err(BucketError::of(&error)),
    }
}

/// An object of a listing.
#[derive(Debug)]
pub(crate) struct Listed {
    pub(crate) key: String,
    pub(crate) uploaded_at: Timestamp,
    pub(crate) etag: Option<String>,
    pub(crate) size: u64,
}

/// Passes the objects whose keys start with `prefix` to `add`, in the order of their keys.
pub(crate) async fn list(
    client: &Client,
    bucket: &str,
    prefix: &str,
    mut add: impl FnMut(Listed),
) -> Result<(), BucketError> {
    let mut pages = client.list_objects_v2().bucket(bucket).prefix(prefix).into_paginator().send();
    while let Some(page) = pages.next().await {
        for object in page.map_err(|error| BucketError::of(&error))?.contents.unwrap_or_default() {
            let Some(key) = object.key else { continue };
            let (uploaded_at, size) = (timestamp(object.last_modified), length(object.size));
            add(Listed { key, uploaded_at, etag: object.e_tag, size });
        }
    }
    Ok(())
}

fn timestamp(time: Option<DateTime>) -> Timestamp {
    time.and_then(|time| Timestamp::from_second(time.secs()).ok()).unwrap_or(Timestamp::UNIX_EPOCH)
}

fn length(size: Option<i64>) -> u64 {
    size.and_then(|size| u64::try_from(size).ok()).unwrap_or_default()
}

/// Returns the first keys that start with `prefix`, at most `max`. One call.
pub(crate) async fn list_first(
    client: &Client,
    bucket: &str,
    prefix: &str,
    max: i32,
) -> Result<Vec<String>, BucketError> {
    let page = client.list_objects_v2().bucket(bucket).prefix(prefix).max_keys(max).send().await;
    let objects = page.map_err(|error| BucketError::of(&error))?.contents.unwrap_or_default();
    Ok(objects.into_iter().filter_map(|object| object.key).collect())
}

impl OpenObject {
    /// Appends the whole body to `to`.
    pub(crate) async fn append_to(mut self, to: &mut Vec<u8>) -> io::Result<()> {
        while let Some(chunk) = self.body.next().await {
            to.extend_from_slice(&chunk.map_err(SourceError::io)?);
        }
        Ok(())
    }

    /// Returns the body for a reader on a blocking thread. A task downloads it ahead of the reader, so that one chunk
    /// is fetched while another is parsed.
    ///
    /// Panics outside of a Tokio runtime context.
    pub(crate) fn bytes(self) -> Bytes {
        let (sender, chunks) = mpsc::channel(BUFFERED_CHUNKS);
        let mut body = self.body;
        tokio::spawn(async move {
            while let Some(chunk) = body.next().await {
                let chunk = chunk.map_err(SourceError::io);
                let failed = chunk.is_err();
                // Sending fails once the reader has dropped its end, because it needs no more of the file.
                if sender.send(chunk).await.is_err() || failed {
                    break;
                }
            }
        });
        Box::new(ChunkReader { chunks, current: io::Cursor::default() })
    }
}

/// The receiving end of a download, as a blocking reader.
struct ChunkReader {
    chunks: mpsc::Receiver<io::Result<bytes::Bytes>>,
    current: io::Cursor<bytes::Bytes>,
}

impl Read for ChunkReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = self.current.read(buffer)?;
            if read > 0 || buffer.is_empty() {
                return Ok(read);
            }
            match self.chunks.blocking_recv() {
                Some(chunk) => self.current = io::Cursor::new(chunk?),
                None => return Ok(0),
            }
        }
    }
}

/// The object was replaced between two requests for it.
#[derive(Debug, thiserror::Error)]
#[error("the file was replaced while it was read")]
struct ChangedMeanwhile;

/// Returns whether a read failed because the object was replaced meanwhile.
pub(crate) fn is_changed(error: &io::Error) -> bool {
    let source = error.get_ref().and_then(|inner| inner.downcast_ref::<SourceError>());
    source.is_some_and(|source| source.0.is::<ChangedMeanwhile>())
}

/// Returns the failure of S3 behind an error of a reader.
pub(crate) fn bucket_error(error: &io::Error) -> BucketError {
    let source = error.get_ref().and_then(|inner| inner.downcast_ref::<SourceError>());
    let known = source.and_then(|source| source.0.downcast_ref::<BucketError>());
    known.cloned().unwrap_or_else(|| BucketError::without_code(error.to_string()))
}

/// An object as the [`Origin`] of a reader on a blocking thread.
///
/// Every request carries the entity tag of the version that was opened first. All bytes that the reader sees are
/// therefore of one version, even if the object is replaced while it is read.
pub(crate) struct Remote {
    runtime: tokio::runtime::Handle,
    s3: Client,
    bucket: String,
    pub(crate) key: String,
    etag: Option<String>,
    size: u64,
    /// Body of the first request, used for the first pass.
    opened: Mutex<Option<OpenObject>>,
}

impl Remote {
    /// Returns the origin for an object that was just opened. Panics outside of a Tokio runtime context.
    pub(crate) fn new(s3: Client, bucket: &str, key: &str, opened: OpenObject) -> Self {
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

    /// Opens the same version of the object again.
    fn reopen(&self, range: Option<Range<u64>>) -> io::Result<OpenObject> {
        let open = open(&self.s3, &self.bucket, &self.key, self.etag.as_deref(), range);
        match self.runtime.block_on(open) {
            Ok(Lookup::Object(opened)) => Ok(opened),
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
        let opened = opened.map_or_else(|| self.reopen(None), Ok)?;
        // `bytes` spawns a task, and this thread may not be one of the runtime.
        let _runtime = self.runtime.enter();
        Ok(opened.bytes())
    }

    fn part(&self, range: Range<u64>, to: &mut Vec<u8>) -> io::Result<()> {
        self.runtime.block_on(self.reopen(Some(range))?.append_to(to))
    }
}
