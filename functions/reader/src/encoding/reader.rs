//! Decoding of a stream of text into UTF-8.

use std::io::{BufReader, Read};

use encoding_rs_io::DecodeReaderBytesBuilder;

use super::{CodePage, Encoding, Kind, Legacy, TextEncoding};
use crate::origin::Bytes;

/// Size of the buffers before and after decoding. A character of DOS takes at most three bytes in UTF-8.
const BUFFER: usize = 64 * 1024;

impl Encoding {
    /// Returns the text in UTF-8. Text in damaged UTF-8 stays as it is.
    pub(crate) fn decoded(&self, bytes: Bytes) -> Bytes {
        match self {
            Self::Legacy(Legacy { encoding: TextEncoding(Kind::Web(encoding)), .. }) => {
                let reader = DecodeReaderBytesBuilder::new().encoding(Some(encoding)).bom_sniffing(false).build(bytes);
                Box::new(BufReader::with_capacity(BUFFER, reader))
            }
            Self::Legacy(Legacy { encoding: TextEncoding(Kind::Dos(page)), .. }) => {
                Box::new(DosReader { bytes, page: *page, text: Vec::new(), read: 0 })
            }
            Self::Utf8 | Self::DamagedUtf8 { .. } => bytes,
        }
    }
}

struct DosReader {
    bytes: Bytes,
    page: CodePage,
    /// The decoded text, of which `read` bytes have been read.
    text: Vec<u8>,
    read: usize,
}

impl Read for DosReader {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.read == self.text.len() {
            let mut block = Vec::with_capacity(BUFFER);
            self.bytes.by_ref().take(BUFFER as u64).read_to_end(&mut block)?;
            self.text = TextEncoding(Kind::Dos(self.page)).decode(&block).into_bytes();
            self.read = 0;
        }
        let rest = self.text.get(self.read..).unwrap_or_default();
        let length = rest.len().min(buffer.len());
        buffer[..length].copy_from_slice(&rest[..length]);
        self.read += length;
        Ok(length)
    }
}
