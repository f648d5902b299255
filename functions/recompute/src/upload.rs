//! The record of an upload: what the status and `/standings file` say about a file.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use standings_core::{Explanation, Rejection, Upload, Week, explain};
use standings_reader::{ReadError, SalesFile};

use crate::sales_key::{KeyKind, is_marker};
use crate::settings::Settings;

/// Weeks after its upload from which on the date of a sale is pointed out. Planned sales are seldom dated further ahead.
const FAR_AHEAD: i32 = 53;

/// Returns the record of a file that was read, or rejected. `base` has its key and version.
pub(crate) fn upload(base: Upload, content: Result<&SalesFile, &Rejection>) -> Upload {
    match content {
        Ok(file) => {
            let with_rows = file.segments.iter().filter(|(_, contribution)| contribution.rows > 0);
            let mut weeks = with_rows.map(|(segment, _)| segment.week());
            let first = weeks.next();
            let far_ahead = far_ahead(file, base.uploaded_at);
            Upload {
                weeks: first.map(|first| (first, weeks.next_back().unwrap_or(first))),
                rows: file.rows,
                skipped_rows: file.skipped_rows,
                examples: file.examples.clone(),
                other_rows: file.other_rows,
                columns: file.columns.clone(),
                sketch: file.sketch.clone(),
                read_as: file.read_as.clone(),
                remarks: file.remarks.iter().cloned().chain(far_ahead).collect(),
                ..base
            }
        }
        Err(rejection) => Upload { rejection: Some(rejection.clone()), ..base },
    }
}

/// Points out sales whose dates lie far ahead of the upload, and are probably mistyped.
fn far_ahead(file: &SalesFile, uploaded_at: Timestamp) -> Option<Explanation> {
    let upload = Week::of_instant(uploaded_at, &TimeZone::UTC)?;
    let is_far = |week: &Week| week.ordinal() > upload.ordinal() + FAR_AHEAD;
    let weeks = file.segments.iter().map(|(segment, contribution)| (segment.week(), contribution.rows));
    let far = weeks.filter(|(week, rows)| is_far(week) && *rows > 0);
    let (last, rows) = far.fold((None, 0), |(_, rows), (week, more)| (Some(week), rows + more));
    let last = last?;
    Some(explain![
        rows,
        if rows == 1 { " row is dated" } else { " rows are dated" },
        " more than a year ahead, up to ",
        last,
        ". They count in those weeks; check the dates",
    ])
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
    let base = Upload { key: key.to_owned(), uploaded_at: Timestamp::now(), size, ..Upload::default() };
    let read = match standings_reader::read(key, settings.reading_of(key), &bytes) {
        Ok(file) => Ok(file),
        Err(ReadError::Rejected(rejection)) => Err(rejection),
        Err(ReadError::Source(error)) => return Err(error),
    };
    Ok(Some(upload(base, read.as_ref()).after(None)))
}
