//! Origins: where the bytes of a sales file come from.

use std::io::{self, Read};
use std::ops::Range;

/// The bytes of a sales file, from the first one.
pub type Bytes = Box<dyn Read + Send>;

/// Where the bytes of a sales file are. They stay the same while it is read.
pub trait Origin: Sync {
    /// How many there are.
    fn size(&self) -> u64;

    /// All of them. This is called a second time only where a `sale_id` is repeated, when the last row of each is known
    /// and the others are to be passed over.
    ///
    /// # Errors
    ///
    /// Where they cannot be fetched; a failure of the source is a [`SourceError`] within.
    fn open(&self) -> io::Result<Bytes>;

    /// Appends those of a range that is not empty and lies within the size. Several threads ask at once.
    ///
    /// # Errors
    ///
    /// As for `open`.
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

/// A failure of where the bytes come from, as opposed to one of the bytes. A source wraps its errors in this, so that
/// they are told from what a decompressor finds wrong.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct SourceError(pub Box<dyn std::error::Error + Send + Sync>);

impl SourceError {
    /// A failure of a source as a reader of its bytes hands it on.
    pub fn io(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> io::Error {
        io::Error::other(Self(error.into()))
    }
}

pub(crate) fn is_source_error(error: &io::Error) -> bool {
    error.get_ref().and_then(|inner| inner.downcast_ref::<SourceError>()).is_some()
}
