//! Decompression, with an eye on bombs.

use std::io::{self, BufRead, BufReader, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Below this size nothing is taken for a bomb.
#[cfg(any(test, fuzzing))]
const HARMLESS: u64 = 1024 * 1024;
#[cfg(not(any(test, fuzzing)))]
const HARMLESS: u64 = 512 * 1024 * 1024;

/// Above it, data that grew by more than this is: exports shrink to a twentieth, hardly ever to a hundredth.
const MAX_RATIO: u64 = 400;

const BUFFER: usize = 256 * 1024;

/// The bytes as they were before they were compressed, and whether they were. Gzip may have several members, zstd
/// several frames.
pub(crate) fn decompressed(bytes: Box<dyn Read + Send>) -> io::Result<(Box<dyn BufRead + Send>, bool)> {
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

/// The data grows as no export does.
#[derive(Debug, thiserror::Error)]
#[error("it unpacks to more than {MAX_RATIO} times its size, as no export does. Export it again, or split it")]
pub(crate) struct Bomb;

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
            return Err(io::Error::new(io::ErrorKind::InvalidData, Bomb));
        }
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    /// What comes out before the reader stops, and how it ends.
    fn unpack(packed: Vec<u8>) -> (u64, io::Result<u64>) {
        let (mut bytes, compressed) = decompressed(Box::new(io::Cursor::new(packed))).unwrap();
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
    fn a_bomb_is_stopped_long_before_it_is_unpacked() {
        let zeros = vec![0; 16 * 1024 * 1024];
        for packed in [gzip(&zeros), zstd::bulk::compress(&zeros, 19).unwrap()] {
            let most = HARMLESS.max(packed.len() as u64 * MAX_RATIO) + BUFFER as u64;
            let (size, end) = unpack(packed);
            assert!(end.unwrap_err().get_ref().unwrap().is::<Bomb>());
            assert!(size <= most && most < zeros.len() as u64, "{size} {most}");
        }
    }

    #[test]
    fn what_repeats_itself_as_exports_do_is_no_bomb() {
        let rows = (0..200_000)
            .map(|i| format!("2026-11-16,Ana,EMEA,{}.00\n", i * 7_919 % 10_007))
            .collect::<Vec<_>>()
            .concat();
        assert!(rows.len() as u64 > HARMLESS);
        for packed in [gzip(rows.as_bytes()), zstd::bulk::compress(rows.as_bytes(), 3).unwrap()] {
            assert_eq!(unpack(packed).1.unwrap(), rows.len() as u64);
        }
    }
}
