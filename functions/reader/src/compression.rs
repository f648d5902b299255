//! Decompression of gzip and zstd, guarded against decompression bombs.

use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::bufread::GzDecoder;

/// Maximum decompressed size that is never taken for a bomb, whatever the ratio: small files of few distinct rows
/// compress well, and this much is read in seconds.
#[cfg(any(test, fuzzing))]
pub(crate) const HARMLESS: u64 = 1024 * 1024;
#[cfg(not(any(test, fuzzing)))]
pub(crate) const HARMLESS: u64 = 512 * 1024 * 1024;

/// Maximum expansion ratio. Beyond it we assume a decompression bomb; real exports compress about 20:1, rarely 100:1.
pub(crate) const MAX_RATIO: u64 = 400;

/// Size of the buffers before and after decompression.
const BUFFER: usize = 256 * 1024;

/// Length of the longest magic number, that of zstd.
const MAGIC: u64 = 4;

/// Returns the decompressed bytes, and whether they were compressed. Gzip may have several members, zstd several
/// frames.
pub(crate) fn decompressed(bytes: Box<dyn Read + Send>) -> io::Result<(Box<dyn BufRead + Send>, bool)> {
    let compressed_size = Arc::new(AtomicU64::new(0));
    let mut bytes = Counted { inner: bytes, count: Arc::clone(&compressed_size) };
    // A short read is not the end of a stream, so this reads until there are enough bytes.
    let mut magic = Vec::new();
    bytes.by_ref().take(MAGIC).read_to_end(&mut magic)?;
    let format = magic.clone();
    let bytes = BufReader::with_capacity(BUFFER, Cursor::new(magic).chain(bytes));
    let decoder: Box<dyn Read + Send> = match format[..] {
        [0x1f, 0x8b, ..] => Box::new(Members { decoder: Some(GzDecoder::new(bytes)) }),
        [0x28, 0xb5, 0x2f, 0xfd] | [0x50..=0x5f, 0x2a, 0x4d, 0x18] => Box::new(zstd::Decoder::with_buffer(bytes)?),
        _ => return Ok((Box::new(bytes), false)),
    };
    let guarded = Guarded { inner: decoder, size: 0, compressed_size };
    Ok((Box::new(BufReader::with_capacity(BUFFER, guarded)), true))
}

/// Guards a decompressor of data whose compressed size is known.
pub(crate) fn guarded(bytes: Box<dyn Read + Send>, compressed_size: u64) -> impl Read + Send {
    Guarded { inner: bytes, size: 0, compressed_size: Arc::new(AtomicU64::new(compressed_size)) }
}

/// A decompression bomb: data that expands as no export does.
#[derive(Debug, thiserror::Error)]
#[error(
    "the compressed data expands to more than {MAX_RATIO} times its size, as no export does. Export the file again, or \
     upload it uncompressed"
)]
pub(crate) struct Bomb;

/// The members of a gzip file, one after the other. Zeros after the last one are ignored, as gzip does: tapes and block
/// devices are padded with them.
struct Members<R> {
    /// The current member; `None` after the last one.
    decoder: Option<GzDecoder<R>>,
}

impl<R: BufRead> Read for Members<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while let Some(decoder) = &mut self.decoder {
            let read = decoder.read(buffer)?;
            if read > 0 || buffer.is_empty() {
                return Ok(read);
            }
            let Some(mut bytes) = self.decoder.take().map(GzDecoder::into_inner) else { break };
            match bytes.fill_buf()?.first() {
                None => break,
                Some(0) => only_zeros(bytes)?,
                Some(_) => self.decoder = Some(GzDecoder::new(bytes)),
            }
        }
        Ok(0)
    }
}

/// Reads the padding at the end of a file.
fn only_zeros(mut bytes: impl BufRead) -> io::Result<()> {
    loop {
        let buffer = bytes.fill_buf()?;
        if buffer.is_empty() {
            return Ok(());
        }
        if buffer.iter().any(|&byte| byte != 0) {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "there is other data after the compressed data"));
        }
        let read = buffer.len();
        bytes.consume(read);
    }
}

/// Counts the bytes that are read.
struct Counted<R> {
    inner: R,
    count: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.count.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

/// Fails with [`Bomb`] once the decompressed data is too large for the compressed bytes read so far.
struct Guarded<R> {
    inner: R,
    size: u64,
    compressed_size: Arc<AtomicU64>,
}

impl<R: Read> Read for Guarded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.size += read as u64;
        if self.size > HARMLESS && self.size / MAX_RATIO > self.compressed_size.load(Ordering::Relaxed) {
            return Err(io::Error::new(io::ErrorKind::InvalidData, Bomb));
        }
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    /// Returns the number of decompressed bytes, and the final result of the read.
    fn unpack(packed: Vec<u8>) -> (u64, io::Result<u64>) {
        let (mut bytes, compressed) = decompressed(Box::new(Cursor::new(packed))).unwrap();
        assert!(compressed);
        let mut size = 0;
        let mut buffer = vec![0; BUFFER];
        loop {
            match bytes.read(&mut buffer) {
                Ok(0) => return (size, Ok(size)),
                Ok(read) => size += read as u64,
                Err(error) => return (size, Err(error)),
            }
        }
    }

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn a_decompression_bomb_is_stopped_long_before_its_end() {
        let zeros = vec![0; 16 * 1024 * 1024];
        for packed in [gzip(&zeros), zstd::bulk::compress(&zeros, 19).unwrap()] {
            let most = HARMLESS.max(packed.len() as u64 * MAX_RATIO) + BUFFER as u64;
            let (size, end) = unpack(packed);
            assert!(end.unwrap_err().get_ref().unwrap().is::<Bomb>());
            assert!(size <= most && most < zeros.len() as u64, "{size} {most}");
        }
    }

    #[test]
    fn an_export_with_repetitive_rows_is_not_taken_for_a_bomb() {
        let rows = (0..200_000)
            .map(|i| format!("2026-11-16,Ana,EMEA,{}.00\n", i * 7_919 % 10_007))
            .collect::<Vec<_>>()
            .concat();
        assert!(rows.len() as u64 > HARMLESS);
        for packed in [gzip(rows.as_bytes()), zstd::bulk::compress(rows.as_bytes(), 3).unwrap()] {
            assert_eq!(unpack(packed).1.unwrap(), rows.len() as u64);
        }
    }

    #[test]
    fn zeros_after_the_last_member_are_ignored_and_nothing_else() {
        let members = [gzip(b"one\n"), gzip(b""), gzip(b"two\n")].concat();
        for zeros in [0, 1, 600, 2 * BUFFER] {
            assert_eq!(unpack([members.clone(), vec![0; zeros]].concat()).1.unwrap(), 8, "{zeros}");
        }
        for rest in [&b"\0\0x"[..], b"x", b"\x1f\x8b", &[vec![0; 9], gzip(b"three")].concat()] {
            let (size, end) = unpack([&members[..], rest].concat());
            assert!(end.is_err(), "{rest:?}");
            assert_eq!(size, 8);
        }
    }
}
