//! The package: a workbook is a zip archive of XML files, guarded against decompression bombs.

use std::borrow::Cow;
use std::io::{Cursor, Read};

use standings_core::explanation::trusted;
use standings_core::{Explanation, explain};
use zip::ZipArchive;
use zip::result::ZipError;

use super::damaged;
use crate::compression::{Bomb, HARMLESS, MAX_RATIO};
use crate::origin::Bytes;
use crate::sales_file::{ReadError, rejected};

/// Maximum size of a workbook, which is kept in memory: its index is at the end. A million rows of ten columns take about
/// 50 MB.
const MAX_FILE: u64 = 256 * 1024 * 1024;

/// Maximum decompressed size of a part other than a sheet. The texts of all cells, the formats and the list of sheets are
/// kept in memory.
const MAX_KEPT: u64 = if cfg!(any(test, fuzzing)) { HARMLESS / 2 } else { 256 * 1024 * 1024 };

/// Maximum bytes between two tags. They are kept in memory too; Excel allows 32,767 characters in a cell.
const MAX_TEXT: u64 = if cfg!(any(test, fuzzing)) { HARMLESS / 4 } else { 16 * 1024 * 1024 };

/// Endings of names of parts: of XML, and of those that Apple Numbers writes.
const XML: &str = ".xml";
const IWA: &str = ".iwa";

const BUFFER: usize = 64 * 1024;

/// The beginning of an OLE container, in which Office kept files before 2007, and keeps those that are encrypted.
const OLE: &[u8] = &[0xd0, 0xcf, 0x11, 0xe0];

/// Reads a workbook whole and checks that it is one, and that it can be decompressed.
pub(super) fn load(bytes: Bytes) -> Result<Vec<u8>, ReadError> {
    let mut file = Vec::new();
    bytes.take(MAX_FILE + 1).read_to_end(&mut file).map_err(ReadError::Source)?;
    if file.len() as u64 > MAX_FILE {
        return Err(rejected(explain![
            "the workbook is larger than ",
            MAX_FILE / (1024 * 1024),
            " MB. Split it into several files, or export its sheet as CSV",
        ]));
    }
    if file.starts_with(OLE) {
        return Err(rejected(in_container(&file)));
    }
    let mut archive = ZipArchive::new(Cursor::new(file.as_slice())).map_err(|error| explained(&error))?;
    if let Some(kind) = other_kind(&archive) {
        return Err(rejected(kind));
    }
    measure(&mut archive, file.len() as u64)?;
    Ok(file)
}

/// Says what is in an OLE container. Its directory has the names of its streams in UTF-16.
fn in_container(file: &[u8]) -> Explanation {
    let has = |name: &str| {
        let name: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        memchr::memmem::find(file, &name).is_some()
    };
    if has("EncryptedPackage") {
        explain!["the workbook is protected by a password. Save it without one and upload it again"]
    } else if has("WordDocument") || has("PowerPoint Document") {
        explain!["this is a document of Word or PowerPoint. Export the sales as a table: CSV, .xlsx, JSON or Parquet"]
    } else {
        explain!["this is a workbook in the old format .xls. Save it as .xlsx or CSV and upload that"]
    }
}

/// Says what an archive is if it is not a workbook.
fn other_kind(archive: &ZipArchive<Cursor<&[u8]>>) -> Option<Explanation> {
    let has = |wanted: &dyn Fn(&str) -> bool| archive.file_names().any(|name| wanted(&lower(name)));
    if has(&|name| name.ends_with("workbook.xml")) {
        return None;
    }
    Some(if has(&|name| name.ends_with("workbook.bin")) {
        explain!["this is a binary workbook (.xlsb). Save it as .xlsx or CSV and upload that"]
    } else if has(&|name| name == "mimetype") && has(&|name| name == "content.xml") {
        explain!["this is a document of OpenOffice or LibreOffice. Save it as .xlsx or CSV and upload that"]
    } else if has(&|name| name.ends_with(IWA)) {
        explain!["this is a document of Apple Numbers. Export it as .xlsx or CSV and upload that"]
    } else if has(&|name| name == "[content_types].xml") {
        explain!["this is an Office document without sheets. Export the sales as a table: CSV, .xlsx, JSON or Parquet"]
    } else if archive.is_empty() {
        explain!["this is an empty zip archive. Upload the sales files themselves"]
    } else {
        explain!["this is a zip archive. Upload the files in it one by one, as they are or compressed with gzip"]
    })
}

/// Returns a name in lower case, empty if it cannot be read.
fn lower(name: Result<Cow<'_, str>, ZipError>) -> String {
    name.map(|name| name.to_ascii_lowercase()).unwrap_or_default()
}

/// Decompresses all parts and counts their bytes. The sizes that an archive declares can be wrong.
fn measure(archive: &mut ZipArchive<Cursor<&[u8]>>, compressed: u64) -> Result<(), ReadError> {
    let (mut size, mut buffer) = (0_u64, vec![0; BUFFER]);
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).map_err(|error| explained(&error))?;
        let name = lower(part.name());
        let (is_sheet, is_xml) = (name.contains("worksheets/"), name.ends_with(XML));
        let (mut of_part, mut text) = (0_u64, 0_u64);
        loop {
            let read = part.read(&mut buffer).map_err(|_| damaged())?;
            if read == 0 {
                break;
            }
            (size, of_part) = (size + read as u64, of_part + read as u64);
            if size > HARMLESS && size / MAX_RATIO > compressed {
                return Err(rejected(explain![trusted(&Bomb)]));
            }
            if of_part > MAX_KEPT && !is_sheet && is_xml {
                return Err(too_large("texts"));
            }
            match (memchr::memchr(b'<', &buffer[..read]), memchr::memrchr(b'<', &buffer[..read])) {
                (Some(first), Some(last)) => {
                    text = if text + first as u64 > MAX_TEXT { u64::MAX } else { (read - last) as u64 };
                }
                _ => text += read as u64,
            }
            if text > MAX_TEXT && is_xml {
                return Err(too_large("text in one cell"));
            }
        }
    }
    Ok(())
}

fn too_large(what: &'static str) -> ReadError {
    rejected(explain!["the workbook has too many ", what, ". Export its sheet as CSV and upload that"])
}

fn explained(error: &ZipError) -> ReadError {
    match error {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => {
            rejected(explain!["the zip archive is protected by a password. Upload the files in it without one"])
        }
        ZipError::UnsupportedArchive(_) => rejected(explain![
            "the workbook is compressed in a way that Excel does not use. Open it in Excel, save it and upload it again"
        ]),
        _ => damaged(),
    }
}
