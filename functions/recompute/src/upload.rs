//! The record of an upload: what the status and `/standings file` say about a file.

use standings_core::{Rejection, Upload};
use standings_reader::{ReadError, SalesFile};

use crate::sales_key::{KeyKind, is_marker};
use crate::settings::Settings;

/// Returns the record of a file that was read, or rejected. `base` has its key and version.
pub(crate) fn upload(base: Upload, content: Result<&SalesFile, &Rejection>) -> Upload {
    match content {
        Ok(file) => {
            let mut weeks = file.weeks.iter().filter(|(_, contribution)| contribution.rows > 0).map(|(&week, _)| week);
            let first = weeks.next();
            Upload {
                weeks: first.map(|first| (first, weeks.next_back().unwrap_or(first))),
                rows: file.rows,
                skipped_rows: file.skipped_rows,
                examples: file.examples.clone(),
                other_rows: file.other_rows,
                columns: file.columns.clone(),
                sketch: file.sketch.clone(),
                read_as: file.read_as.clone(),
                remarks: file.remarks.clone(),
                ..base
            }
        }
        Err(rejection) => Upload { rejection: Some(rejection.clone()), ..base },
    }
}

/// Reads a file as if it were uploaded as `key`, without AWS. Returns what the status would say about it; `None` if it is
/// no sales file.
///
/// # Errors
///
/// If its bytes do not arrive, which cannot happen with bytes in memory.
#[allow(clippy::needless_pass_by_value, reason = "an owned vector is what the reader takes as an origin")]
pub fn dry_run(settings: &Settings, key: &str, bytes: Vec<u8>) -> std::io::Result<Option<Upload>> {
    let size = bytes.len() as u64;
    if settings.kind_of(key) != KeyKind::SalesFile || is_marker(key, size) {
        return Ok(None);
    }
    let base = Upload { key: key.to_owned(), size, ..Upload::default() };
    let read = match standings_reader::read(key, settings.reading_of(key), &bytes) {
        Ok(file) => Ok(file),
        Err(ReadError::Rejected(rejection)) => Err(rejection),
        Err(ReadError::Source(error)) => return Err(error),
    };
    Ok(Some(upload(base, read.as_ref()).after(None)))
}
