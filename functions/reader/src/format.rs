//! Detection of the format: by the content first, by the name second.

use std::io::{BufReader, Cursor, Read};

use encoding_rs::{Encoding, UTF_16BE, UTF_16LE};
use encoding_rs_io::{DecodeReaderBytes, DecodeReaderBytesBuilder};
use standings_core::explain;

use crate::compression;
use crate::origin::{Bytes, is_source_error};
use crate::sales_file::{ReadError, damaged, rejected};

/// A supported format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// CSV and its variants.
    Delimited,
    /// JSON: objects in lines, lists or wrappers.
    Json,
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
    } else if let Some(encoding) = utf_16_without_mark(&head) {
        let decoder = DecodeReaderBytesBuilder::new().encoding(Some(encoding)).build(Cursor::new(head).chain(bytes));
        bytes = Box::new(BufReader::new(decoder));
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
    match first {
        _ if is_json(name, text) => Ok(Format::Json),
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

/// Whether this is JSON. The name decides only where a header line of CSV could begin in the same way.
fn is_json(name: &str, text: &[u8]) -> bool {
    // JSON text sequences begin with a record separator.
    let mut marks = text.iter().filter(|b| !b.is_ascii_whitespace() && **b != 0x1e);
    // `sales.csv.gz` counts as `sales.csv`.
    let name = name.to_ascii_lowercase();
    let name =
        name.trim_end_matches(".gz").trim_end_matches(".gzip").trim_end_matches(".zst").trim_end_matches(".zstd");
    let named = [".ndjson", ".jsonl", ".json"].iter().any(|ending| name.ends_with(ending));
    match (marks.next(), marks.next()) {
        (Some(b'{'), Some(b'"' | b'}')) | (Some(b'['), Some(b'{' | b'[' | b']')) => true,
        (Some(b'{' | b'['), _) => named,
        // The first lines may be broken.
        _ => named && text.split(|&b| b == b'\n').any(|line| line.trim_ascii_start().starts_with(b"{\"")),
    }
}

/// Returns the encoding of a text that seems to be UTF-16 without a byte order mark: of Latin letters, digits and
/// signs, one byte is NUL.
fn utf_16_without_mark(head: &[u8]) -> Option<&'static Encoding> {
    const SAMPLE: usize = 256;
    let pairs = || head.as_chunks::<2>().0.iter().take(SAMPLE);
    let all = pairs().count();
    let zeros = |place: usize| pairs().filter(|pair| pair[place] == 0).count();
    // Names may be in other scripts.
    let most = |zeros: usize| all >= 4 && zeros * 4 >= all * 3;
    match (zeros(0), zeros(1)) {
        (0, high) if most(high) => Some(UTF_16LE),
        (high, 0) if most(high) => Some(UTF_16BE),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_content_takes_precedence_over_the_name() {
        assert_eq!(sniff("sales.csv", b"PAR1....").unwrap(), Format::Parquet);
        for name in ["sales", "sales.json", "sales.csv", "sales.txt.gz"] {
            for text in [&b" {\"a\":1}"[..], b"{\n  \"a\":1}", b"[{\"a\":1}]", b"[[1]]", b"\x1e{\"a\":1}", b"[]", b"{}"]
            {
                assert_eq!(sniff(name, text).unwrap(), Format::Json, "{name}");
            }
        }
        for text in [&b"{id},amount"[..], b"[id],amount", b"sold_at,amount"] {
            assert_eq!(sniff("sales.csv.gz", text).unwrap(), Format::Delimited);
        }
        assert_eq!(sniff("noise.jsonl.zst", b"sold_at").unwrap(), Format::Delimited);
        assert_eq!(sniff("x.jsonl", b"broken\n{\"a\":1}").unwrap(), Format::Json);
        assert_eq!(sniff("sales.csv", b"PK\x03\x04").unwrap(), Format::Workbook);
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
            (b"%PDF-1.7", "PDF"),
        ] {
            let error = sniff("sales.csv", head).unwrap_err().to_string();
            assert!(error.contains(word), "{error}");
        }
    }

    #[test]
    fn utf_16_is_recognized_without_a_byte_order_mark() {
        let text = "date,rep,amount\n2026-11-16,Zo\u{eb} \u{141}uk,1\n";
        let units = || text.encode_utf16();
        assert_eq!(utf_16_without_mark(&units().flat_map(u16::to_le_bytes).collect::<Vec<_>>()), Some(UTF_16LE));
        assert_eq!(utf_16_without_mark(&units().flat_map(u16::to_be_bytes).collect::<Vec<_>>()), Some(UTF_16BE));
        let utf_32: Vec<u8> = text.chars().flat_map(|c| u32::from(c).to_le_bytes()).collect();
        assert_eq!(utf_16_without_mark(&utf_32), None);
        assert_eq!(utf_16_without_mark(text.as_bytes()), None);
    }
}
