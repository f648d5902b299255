//! Zip archives: workbooks, and archives with one sales file, as browsers and mail programs compress exports.

use std::io::{self, Cursor, Read};

use flate2::Crc;
use flate2::read::DeflateDecoder;
use standings_core::explain;
use zip::{CompressionMethod, ZipArchive};

use crate::compression::guarded;
use crate::origin::Bytes;
use crate::sales_file::{ReadError, rejected};

/// The file in an archive.
pub(crate) struct Member {
    pub(crate) name: String,
    pub(crate) bytes: Bytes,
}

/// A file in an archive, as its index describes it.
struct Entry {
    index: usize,
    name: String,
}

/// Returns the only file of an archive, which is decompressed while it is read.
///
/// # Errors
///
/// If there are several files, or it cannot be decompressed.
pub(crate) fn only_member(file: Vec<u8>) -> Result<Member, ReadError> {
    let mut archive = ZipArchive::new(Cursor::new(file.as_slice())).map_err(|_| damaged())?;
    let names = archive.file_names().enumerate();
    let names = names.map(|(index, name)| Entry { index, name: name.map(|name| name.to_string()).unwrap_or_default() });
    let entries: Vec<Entry> = names.filter(|entry| !is_side_file(&entry.name)).collect();
    let [Entry { index, name }] = &entries[..] else {
        return Err(rejected(if entries.is_empty() {
            explain!["this is an empty zip archive. Upload the sales files themselves"]
        } else {
            explain![
                "this is a zip archive with ",
                entries.len(),
                " files. Upload them one by one, as they are or compressed with gzip",
            ]
        }));
    };
    let (begin, size, method, crc) = {
        let entry = archive.by_index_raw(*index).map_err(|_| damaged())?;
        if entry.encrypted() {
            return Err(rejected(explain![
                "the zip archive is protected by a password. Upload the files in it without one"
            ]));
        }
        (entry.data_start(), entry.compressed_size(), entry.compression(), entry.crc32())
    };
    let name = name.clone();
    let mut packed = Cursor::new(file);
    packed.set_position(begin.unwrap_or_default());
    let packed = packed.take(size);
    let unpacked: Box<dyn Read + Send> = match method {
        CompressionMethod::Stored => Box::new(packed),
        CompressionMethod::Deflated => Box::new(guarded(Box::new(DeflateDecoder::new(packed)), size)),
        _ => {
            return Err(rejected(explain![
                "the zip archive is compressed in an unusual way. Upload the file in it, as it is or compressed with gzip"
            ]));
        }
    };
    Ok(Member { name, bytes: Box::new(Checked { bytes: unpacked, expected: crc, crc: Crc::new() }) })
}

/// Whether a name is that of a folder, or of what operating systems add to archives.
fn is_side_file(name: &str) -> bool {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    last.is_empty()
        || last.starts_with('.')
        || name.starts_with("__MACOSX/")
        || matches!(last.to_ascii_lowercase().as_str(), "thumbs.db" | "desktop.ini")
}

/// Checks the sum of a file once it has been read whole.
struct Checked {
    bytes: Box<dyn Read + Send>,
    expected: u32,
    crc: Crc,
}

impl Read for Checked {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.bytes.read(buffer)?;
        self.crc.update(&buffer[..read]);
        if read == 0 && !buffer.is_empty() && self.crc.sum() != self.expected {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "its checksum is wrong"));
        }
        Ok(read)
    }
}

fn damaged() -> ReadError {
    rejected(explain![
        "the zip archive is damaged or incomplete. Export the file again and upload it under the same name"
    ])
}
