//! Origins: where the bytes of a sales file come from.

use std::io::{self, Read};
use std::ops::Range;

/// The bytes of a sales file, from the first one.
pub type Bytes = Box<dyn Read + Send>;

/// A source of the bytes of one sales file, which do not change while it is read. A `Vec<u8>` is one.
pub trait Origin: Sync {
    /// Returns the number of bytes.
    fn size(&self) -> u64;

    /// Returns all bytes, as a stream. Called a second time only if the file repeats a `sale_id`: the first pass finds
    /// the last row of each, and the second one counts only these.
    ///
    /// # Errors
    ///
    /// If they cannot be fetched. A failure of the source contains a [`SourceError`], here and when reading the stream.
    fn open(&self) -> io::Result<Bytes>;

    /// Appends the bytes of a non-empty range within the size to `to`. Called by several threads at once.
    ///
    /// # Errors
    ///
    /// As for [`open`](Self::open).
    fn part(&self, range: Range<u64>, to: &mut Vec<u8>) -> io::Result<()>;
}

impl Origin for Vec<u8> {
    fn size(&self) -> u64 {
        self.len() as u64
    }

    fn open(&self) -> io::Result<Bytes> {
        Ok(Box::new(io::Cursor::new(self.clone())))
    }

    fn part(&self, range: Range<u64>, to: &mut Vec<u8>) -> io::Result<()> {
        let bound = |at| usize::try_from(at).map_err(|_| io::ErrorKind::UnexpectedEof);
        let part = self.get(bound(range.start)?..bound(range.end)?);
        to.extend_from_slice(part.ok_or(io::ErrorKind::UnexpectedEof)?);
        Ok(())
    }
}

/// An I/O error of the source (network, S3), as opposed to corrupt content. Retryable.
///
/// An [`Origin`] wraps its errors in this, so that the reader can tell them from those of a decompressor.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct SourceError(pub Box<dyn std::error::Error + Send + Sync>);

impl SourceError {
    /// Wraps an error of a source in an [`io::Error`].
    pub fn io(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> io::Error {
        io::Error::other(Self(error.into()))
    }
}

pub(crate) fn is_source_error(error: &io::Error) -> bool {
    error.get_ref().and_then(|inner| inner.downcast_ref::<SourceError>()).is_some()
}
