//! Decompression, with an eye on bombs.

use std::io::{self, BufRead, BufReader, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Below this size nothing is taken for a bomb.
const HARMLESS: u64 = 512 * 1024 * 1024;

/// Above it, data that grew by more than this is: exports shrink to a twentieth, hardly ever to a hundredth.
const MAX_RATIO: u64 = 400;

const BUFFER: usize = 256 * 1024;

/// The bytes as they were before they were compressed, and whether they were. Gzip may have several members, zstd
/// several frames.
pub(super) fn decompressed(bytes: Box<dyn Read + Send>) -> io::Result<(Box<dyn BufRead + Send>, bool)> {
    let packed = Arc::new(AtomicU64::new(0));
    let mut bytes = BufReader::with_capacity(BUFFER, Counted { inner: bytes, count: Arc::clone(&packed) });
    let head = peek(&mut bytes)?;
    let unpacked: Box<dyn Read + Send> = match head {
        [0x1f, 0x8b, ..] => Box::new(flate2::bufread::MultiGzDecoder::new(bytes)),
        [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => {
            Box::new(zstd::Decoder::with_buffer(bytes)?)
        }
        _ => return Ok((Box::new(bytes), false)),
    };
    let guarded = Guarded { inner: unpacked, unpacked: 0, packed };
    Ok((Box::new(BufReader::with_capacity(BUFFER, guarded)), true))
}

/// The first bytes, which are not taken. A short read of a stream is not its end, so this fills the buffer once.
fn peek<R: Read>(reader: &mut BufReader<R>) -> io::Result<&[u8]> {
    reader.fill_buf()
}

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

struct Guarded<R> {
    inner: R,
    unpacked: u64,
    packed: Arc<AtomicU64>,
}

impl<R: Read> Read for Guarded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.unpacked += read as u64;
        if self.unpacked > HARMLESS && self.unpacked / MAX_RATIO > self.packed.load(Ordering::Relaxed) {
            let bomb = format!("it unpacks to more than {MAX_RATIO} times its size, which no export does");
            return Err(io::Error::new(io::ErrorKind::InvalidData, bomb));
        }
        Ok(read)
    }
}
