//! What kind of file this is: by its content first, by its name second.

use std::io::{BufReader, Read};

use encoding_rs_io::DecodeReaderBytes;

use crate::compression;
use crate::origin::Bytes;
use crate::origin::is_source_error;
use crate::sales_file::{ReadError, damaged, rejected};

/// The kinds of files that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// CSV and its kin.
    Delimited,
    /// One JSON object a line.
    Ndjson,
    /// Parquet.
    Parquet,
}

/// A file whose format is known.
pub(crate) struct Content {
    pub(crate) format: Format,
    /// From the first byte of the text or of the Parquet file: decompressed, in UTF-8, without a byte order mark.
    pub(crate) bytes: Bytes,
    pub(crate) compressed: bool,
}

const HEAD: u64 = 64 * 1024;

pub(crate) fn detect(name: &str, bytes: Bytes) -> Result<Content, ReadError> {
    let (mut bytes, compressed) = compression::decompressed(bytes).map_err(ReadError::Source)?;
    let failed =
        |error| if compressed && !is_source_error(&error) { damaged(&error) } else { ReadError::Source(error) };
    let mut head = Vec::new();
    bytes.by_ref().take(HEAD).read_to_end(&mut head).map_err(failed)?;
    if matches!(head[..], [0xff, 0xfe, ..] | [0xfe, 0xff, ..]) {
        // Excel's "Unicode Text" is UTF-16.
        bytes = Box::new(BufReader::new(DecodeReaderBytes::new(std::io::Cursor::new(head).chain(bytes))));
        head = Vec::new();
        bytes.by_ref().take(HEAD).read_to_end(&mut head).map_err(failed)?;
    }
    let format = sniff(name, &head)?;
    if head.starts_with(BOM) {
        head.drain(..BOM.len());
    }
    Ok(Content { format, bytes: Box::new(std::io::Cursor::new(head).chain(bytes)), compressed })
}

const BOM: &[u8] = b"\xef\xbb\xbf";

fn sniff(name: &str, head: &[u8]) -> Result<Format, ReadError> {
    const TEXT: &str = "CSV, newline-delimited JSON or Parquet";
    let other = match head {
        [b'P', b'A', b'R', b'1', ..] => return Ok(Format::Parquet),
        [b'P', b'K', 3 | 5, ..] => Some("an Excel workbook or a zip archive"),
        [0xd0, 0xcf, 0x11, 0xe0, ..] => Some("an old Excel workbook"),
        [b'%', b'P', b'D', b'F', ..] => Some("a PDF"),
        [0x1f, 0x8b, ..] | [0x28, 0xb5, 0x2f, 0xfd, ..] => Some("compressed twice"),
        [b'B', b'Z', b'h', b'1'..=b'9', 0x31, 0x41, ..] => Some("compressed with bzip2; gzip and zstd are read"),
        [0xfd, b'7', b'z', b'X', b'Z', ..] => Some("compressed with xz; gzip and zstd are read"),
        [b'O', b'b', b'j', 1, ..] => Some("an Avro file"),
        [b'O', b'R', b'C', ..] if !head.contains(&b',') => Some("an ORC file"),
        [b'A', b'R', b'R', b'O', b'W', b'1', ..] => Some("an Arrow file"),
        [b'S', b'Q', b'L', b'i', b't', b'e', b' ', ..] => Some("a SQLite database"),
        _ => None,
    };
    if let Some(kind) = other {
        return Err(rejected(format!("this is {kind}. Export the sales as {TEXT}")));
    }
    if head.contains(&0) {
        return Err(rejected(format!(
            "this is no text in UTF-8: it has NUL bytes. Export the sales as {TEXT}, in UTF-8"
        )));
    }
    let text = head.strip_prefix(BOM).unwrap_or(head);
    if text.is_empty() {
        return Err(rejected("the file is empty"));
    }
    let first = text.iter().find(|b| !b.is_ascii_whitespace());
    // The name of what was compressed: `sales.csv.gz` is `sales.csv`.
    let name = name.to_ascii_lowercase();
    let name =
        name.trim_end_matches(".gz").trim_end_matches(".gzip").trim_end_matches(".zst").trim_end_matches(".zstd");
    let named = |endings: &[&str]| endings.iter().any(|ending| name.ends_with(ending));
    match first {
        _ if named(&[".ndjson", ".jsonl"]) => Ok(Format::Ndjson),
        Some(b'{') if !named(&[".csv", ".tsv", ".psv", ".txt"]) => Ok(Format::Ndjson),
        Some(b'[') if named(&[".json"]) || looks_like_array(text) => {
            Err(rejected("this is a JSON array. Write one JSON object a line (newline-delimited JSON)"))
        }
        Some(b'<') => Err(rejected(format!(
            "this is a web page or XML, perhaps an error page saved by mistake. Export the sales as {TEXT}"
        ))),
        None => Err(rejected("the file holds nothing but white space")),
        Some(_) => Ok(Format::Delimited),
    }
}

/// Whether this opens an array of objects or arrays, which a header line `[id],...` does not.
fn looks_like_array(text: &[u8]) -> bool {
    let mut marks = text.iter().filter(|b| !b.is_ascii_whitespace());
    marks.next() == Some(&b'[') && matches!(marks.next(), Some(b'{' | b'[' | b']'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_comes_before_the_name() {
        assert_eq!(sniff("sales.csv", b"PAR1....").unwrap(), Format::Parquet);
        assert_eq!(sniff("sales", b" {\"a\":1}").unwrap(), Format::Ndjson);
        assert_eq!(sniff("sales.json", b"{\"a\":1}").unwrap(), Format::Ndjson);
        assert_eq!(sniff("sales.csv.gz", b"{id},amount").unwrap(), Format::Delimited);
        assert_eq!(sniff("noise.jsonl.zst", b"sold_at").unwrap(), Format::Ndjson);
        assert_eq!(sniff("x", b"sold_at;amount").unwrap(), Format::Delimited);
    }

    #[test]
    fn what_is_no_sales_file_is_named() {
        for (head, word) in [
            (&b"PK\x03\x04"[..], "Excel"),
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
