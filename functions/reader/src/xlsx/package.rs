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

/// A zip archive, which has been read whole.
pub(crate) enum Package {
    /// A workbook that can be decompressed, and what its parts contain.
    Workbook(Vec<u8>, Facts),
    /// An archive of files.
    Archive(Vec<u8>),
}

/// What the parts of a workbook contain besides cells.
#[derive(Default)]
pub(crate) struct Facts {
    /// Whether any sheet has merged cells.
    pub(super) has_merged_cells: bool,
    /// The hidden rows of each part of a sheet that has some.
    hidden_rows: Vec<(String, u64)>,
    /// The names of the parts of the sheets, in their order.
    sheets: Vec<String>,
}

impl Facts {
    /// Returns the number of hidden rows of a sheet, by its place.
    pub(super) fn hidden_rows_of(&self, place: usize) -> u64 {
        let Some(part) = self.sheets.get(place) else { return 0 };
        self.hidden_rows.iter().find(|(name, _)| name.ends_with(part.as_str())).map_or(0, |(_, count)| *count)
    }
}

/// Reads a zip archive whole. Checks that a workbook can be decompressed.
pub(crate) fn load(bytes: Bytes) -> Result<Package, ReadError> {
    let mut file = Vec::new();
    bytes.take(MAX_FILE + 1).read_to_end(&mut file).map_err(ReadError::Source)?;
    if file.len() as u64 > MAX_FILE {
        return Err(rejected(explain![
            "the workbook or zip archive is larger than ",
            MAX_FILE / (1024 * 1024),
            " MB. Split it into several files, or upload its data as CSV, compressed with gzip or not",
        ]));
    }
    if file.starts_with(OLE) {
        return Err(rejected(in_container(&file)));
    }
    let mut archive = ZipArchive::new(Cursor::new(file.as_slice())).map_err(|error| explained(&error))?;
    match kind(&archive) {
        Kind::Workbook => {
            let facts = measure(&mut archive, file.len() as u64)?;
            Ok(Package::Workbook(file, facts))
        }
        Kind::Other(kind) => Err(rejected(kind)),
        Kind::Archive => Ok(Package::Archive(file)),
    }
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

/// What a zip archive is.
enum Kind {
    Workbook,
    Archive,
    /// Something else, as it is called.
    Other(Explanation),
}

fn kind(archive: &ZipArchive<Cursor<&[u8]>>) -> Kind {
    let has = |wanted: &dyn Fn(&str) -> bool| archive.file_names().any(|name| wanted(&lower(name)));
    if has(&|name| name.ends_with("workbook.xml")) {
        return Kind::Workbook;
    }
    Kind::Other(if has(&|name| name.ends_with("workbook.bin")) {
        explain!["this is a binary workbook (.xlsb). Save it as .xlsx or CSV and upload that"]
    } else if has(&|name| name == "mimetype") && has(&|name| name == "content.xml") {
        explain!["this is a document of OpenOffice or LibreOffice. Save it as .xlsx or CSV and upload that"]
    } else if has(&|name| name.ends_with(IWA)) {
        explain!["this is a document of Apple Numbers. Export it as .xlsx or CSV and upload that"]
    } else if has(&|name| name == "[content_types].xml") {
        explain!["this is an Office document without sheets. Export the sales as a table: CSV, .xlsx, JSON or Parquet"]
    } else {
        return Kind::Archive;
    })
}

/// Returns a name in lower case, empty if it cannot be read.
fn lower(name: Result<Cow<'_, str>, ZipError>) -> String {
    name.map(|name| name.to_ascii_lowercase()).unwrap_or_default()
}

/// Decompresses all parts and counts their bytes. The sizes that an archive declares can be wrong.
fn measure(archive: &mut ZipArchive<Cursor<&[u8]>>, compressed: u64) -> Result<Facts, ReadError> {
    let (mut size, mut buffer) = (0_u64, vec![0; BUFFER]);
    let mut facts = Facts::default();
    let (mut index_of_sheets, mut relations) = (Vec::new(), Vec::new());
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).map_err(|error| explained(&error))?;
        let name = lower(part.name());
        let (is_sheet, is_xml) = (name.contains("worksheets/"), name.ends_with(XML));
        let (mut of_part, mut text) = (0_u64, 0_u64);
        let mut tags = Tags::default();
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
            if is_sheet {
                tags.add(&buffer[..read]);
            } else if name.ends_with("workbook.xml") {
                index_of_sheets.extend(&buffer[..read]);
            } else if name.ends_with("workbook.xml.rels") {
                relations.extend(&buffer[..read]);
            }
        }
        facts.has_merged_cells |= tags.has_merged_cells;
        if tags.hidden_rows > 0 {
            facts.hidden_rows.push((name, tags.hidden_rows));
        }
    }
    facts.sheets = parts_of_sheets(&index_of_sheets, &relations);
    Ok(facts)
}

/// Finds tags in a part that is read in blocks.
#[derive(Default)]
struct Tags {
    /// The beginning of a tag that the last block cut off.
    rest: Vec<u8>,
    has_merged_cells: bool,
    hidden_rows: u64,
}

impl Tags {
    fn add(&mut self, block: &[u8]) {
        self.rest.extend(block);
        let end = memchr::memrchr(b'<', &self.rest).unwrap_or(self.rest.len());
        let text = &self.rest[..end];
        self.has_merged_cells |= memchr::memmem::find(text, b"<mergeCell ").is_some();
        for at in memchr::memmem::find_iter(text, b" hidden=\"") {
            let tag = memchr::memrchr(b'<', &text[..at]).map(|begin| &text[begin..]).unwrap_or_default();
            let is_row = tag.starts_with(b"<row ");
            let is_set = matches!(text.get(at + b" hidden=\"".len()), Some(b'1' | b't'));
            self.hidden_rows += u64::from(is_row && is_set);
        }
        self.rest.drain(..end);
        // No tag of a sheet is this long.
        if self.rest.len() > BUFFER {
            self.rest.clear();
        }
    }
}

/// Returns the names of the parts of the sheets, in the order of the workbook, in lower case. Empty for one that is not found.
fn parts_of_sheets(workbook: &[u8], relations: &[u8]) -> Vec<String> {
    let attribute = |tag: &str, name: &str| -> Option<String> {
        let value = tag.split_once(&format!("{name}=\""))?.1;
        Some(value.split_once('"')?.0.to_owned())
    };
    let (workbook, relations) = (String::from_utf8_lossy(workbook), String::from_utf8_lossy(relations));
    let tags = |text: &str, name: &str| -> Vec<String> {
        let tags = text.split('<').filter_map(|tag| tag.split_once('>').map(|(tag, _)| tag.to_owned()));
        tags.filter(|tag| tag.starts_with(name)).collect()
    };
    let relations = tags(&relations, "Relationship ");
    let part = |sheet: &String| -> Option<String> {
        let id = attribute(sheet, "r:id")?;
        let relation = relations.iter().find(|tag| attribute(tag, " Id").as_deref() == Some(id.as_str()))?;
        Some(attribute(relation, "Target")?.trim_start_matches('/').to_ascii_lowercase())
    };
    tags(&workbook, "sheet ").iter().map(|sheet| part(sheet).unwrap_or_default()).collect()
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
