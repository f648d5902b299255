//! Detection of the format: by the content first, by the name second.

use std::io::{BufReader, Cursor, Read};

use encoding_rs_io::DecodeReaderBytes;
use standings_core::explain;

use crate::compression;
use crate::origin::{Bytes, is_source_error};
use crate::sales_file::{ReadError, damaged, rejected};

/// A supported format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// CSV and its variants.
    Delimited,
    /// Newline-delimited JSON: one object per line.
    Ndjson,
    /// Parquet.
    Parquet,
    /// An Excel workbook, or what may be one: a zip archive or an OLE container.
    Workbook,
}

/// A file whose format is known.
pub(crate) struct Content {
    pub(crate) format: Format,
    /// The whole text or Parquet file: decompressed, in UTF-8, without a byte order mark.
    pub(crate) bytes: Bytes,
    pub(crate) compressed: bool,
}

/// Bytes read to detect the format. Enough for a long header line, and for NUL bytes in binary files to show up.
const HEAD: u64 = 64 * 1024;

/// Byte order mark of UTF-8.
const BOM: &[u8] = b"\xef\xbb\xbf";

pub(crate) fn detect(name: &str, bytes: Bytes) -> Result<Content, ReadError> {
    let (mut bytes, compressed) = compression::decompressed(bytes).map_err(ReadError::Source)?;
    let failed =
        |error| if compressed && !is_source_error(&error) { damaged(&error) } else { ReadError::Source(error) };
    let mut head = Vec::new();
    bytes.by_ref().take(HEAD).read_to_end(&mut head).map_err(failed)?;
    if matches!(head[..], [0xff, 0xfe, ..] | [0xfe, 0xff, ..]) {
        // Excel saves "Unicode Text" as UTF-16.
        bytes = Box::new(BufReader::new(DecodeReaderBytes::new(Cursor::new(head).chain(bytes))));
        head = Vec::new();
        bytes.by_ref().take(HEAD).read_to_end(&mut head).map_err(failed)?;
    }
    let format = sniff(name, &head)?;
    if head.starts_with(BOM) {
        head.drain(..BOM.len());
    }
    Ok(Content { format, bytes: Box::new(Cursor::new(head).chain(bytes)), compressed })
}

fn sniff(name: &str, head: &[u8]) -> Result<Format, ReadError> {
    if head.starts_with(b"PAR1") {
        return Ok(Format::Parquet);
    }
    if matches!(head, [b'P', b'K', 3 | 5, _, ..] | [0xd0, 0xcf, 0x11, 0xe0, ..]) {
        return Ok(Format::Workbook);
    }
    if let Some((kind, advice)) = unsupported(head) {
        return Err(rejected(explain!["this is ", kind, ". ", advice]));
    }
    if head.contains(&0) {
        return Err(rejected(explain![
            "this is not UTF-8 text: it contains NUL bytes. Export the sales as CSV or newline-delimited JSON in UTF-8, \
             or as Parquet"
        ]));
    }
    let text = head.strip_prefix(BOM).unwrap_or(head);
    if text.is_empty() {
        return Err(rejected(explain!["the file is empty"]));
    }
    let first = text.iter().find(|b| !b.is_ascii_whitespace());
    // `sales.csv.gz` counts as `sales.csv`.
    let name = name.to_ascii_lowercase();
    let name =
        name.trim_end_matches(".gz").trim_end_matches(".gzip").trim_end_matches(".zst").trim_end_matches(".zstd");
    let named = |endings: &[&str]| endings.iter().any(|ending| name.ends_with(ending));
    match first {
        _ if named(&[".ndjson", ".jsonl"]) => Ok(Format::Ndjson),
        Some(b'{') if !named(&[".csv", ".tsv", ".psv", ".txt"]) => Ok(Format::Ndjson),
        Some(b'[') if named(&[".json"]) || looks_like_array(text) => Err(rejected(explain![
            "this is a JSON array. Write one JSON object per line, without brackets and commas between them \
             (newline-delimited JSON)"
        ])),
        Some(b'<') => {
            Err(rejected(explain!["this is a web page or XML, perhaps an error page saved by mistake. ", EXPORT]))
        }
        None => Err(rejected(explain!["the file contains only white space"])),
        Some(_) => Ok(Format::Delimited),
    }
}

const EXPORT: &str = "Export the sales as CSV, newline-delimited JSON or Parquet";

/// Recognizes formats that are not supported. Returns what the file is, and what to do.
fn unsupported(head: &[u8]) -> Option<(&'static str, &'static str)> {
    const COMPRESS: &str = "Compress it with gzip or zstd instead, or upload it uncompressed";
    match head {
        [b'P', b'A', b'R', b'E', ..] => Some(("an encrypted Parquet file", "Export it without encryption")),
        [b'%', b'P', b'D', b'F', ..] => Some(("a PDF", EXPORT)),
        [0x1f, 0x8b, ..] | [0x28, 0xb5, 0x2f, 0xfd, ..] => {
            Some(("compressed twice", "Compress it once, or upload it uncompressed"))
        }
        [b'B', b'Z', b'h', b'1'..=b'9', 0x31, 0x41, ..] => Some(("compressed with bzip2", COMPRESS)),
        [0xfd, b'7', b'z', b'X', b'Z', ..] => Some(("compressed with xz", COMPRESS)),
        [b'O', b'b', b'j', 1, ..] => Some(("an Avro file", EXPORT)),
        [b'O', b'R', b'C', ..] if !head.contains(&b',') => Some(("an ORC file", EXPORT)),
        [b'A', b'R', b'R', b'O', b'W', b'1', ..] => Some(("an Arrow file", EXPORT)),
        [b'S', b'Q', b'L', b'i', b't', b'e', b' ', ..] => Some(("a SQLite database", EXPORT)),
        _ => None,
    }
}

/// Whether this starts an array of objects or arrays, unlike a CSV header such as `[id],...`.
fn looks_like_array(text: &[u8]) -> bool {
    let mut marks = text.iter().filter(|b| !b.is_ascii_whitespace());
    marks.next() == Some(&b'[') && matches!(marks.next(), Some(b'{' | b'[' | b']'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_content_takes_precedence_over_the_name() {
        assert_eq!(sniff("sales.csv", b"PAR1....").unwrap(), Format::Parquet);
        assert_eq!(sniff("sales.csv", b"PK\x03\x04").unwrap(), Format::Workbook);
        assert_eq!(sniff("sales", b" {\"a\":1}").unwrap(), Format::Ndjson);
        assert_eq!(sniff("sales.json", b"{\"a\":1}").unwrap(), Format::Ndjson);
        assert_eq!(sniff("sales.csv.gz", b"{id},amount").unwrap(), Format::Delimited);
        assert_eq!(sniff("noise.jsonl.zst", b"sold_at").unwrap(), Format::Ndjson);
        assert_eq!(sniff("x", b"sold_at;amount").unwrap(), Format::Delimited);
    }

    #[test]
    fn other_formats_are_rejected_by_name() {
        for (head, word) in [
            (&b"PARE\x15"[..], "encrypted"),
            (b"", "empty"),
            (b" \n ", "white space"),
            (b"\x1f\x8b\x08", "twice"),
            (b"a\0b", "NUL"),
            (b"<!DOCTYPE html>", "web page"),
            (b"[{\"a\":1}]", "JSON array"),
            (b"%PDF-1.7", "PDF"),
        ] {
            let error = sniff("sales.csv", head).unwrap_err().to_string();
            assert!(error.contains(word), "{error}");
        }
    }
}
