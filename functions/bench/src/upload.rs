//! Time from an upload to fresh reports, in weeks with more and more files.

use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::json;
use standings_bench::grouped;
use standings_local::{BoxError, Options, Stack, batch_of};

use crate::table::{Table, percentile};
use crate::{binary, sales};

/// Files in the week, the uploaded one included.
const FILES: [u32; 3] = [1, 100, 3000];

/// Rows of the uploaded file.
const ROWS: u32 = 1000;

const PEOPLE: u32 = 100;

/// Uploads per week, of which the median is reported.
const UPLOADS: u32 = 20;

const TIMEOUT: Duration = Duration::from_mins(5);

/// Writes a file into the bucket's folder, without a notification.
pub(crate) fn put(folder: &Path, key: &str, content: &[u8]) -> Result<(), BoxError> {
    let path = folder.join("s3").join(key);
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent)?;
    }
    Ok(std::fs::write(path, content)?)
}

/// Returns the table, and the time in the week with the most files.
pub(crate) async fn measure(divided_by: u32) -> Result<(Table, Duration), BoxError> {
    let note = "Relative to a week with 1 file: 0.5 means twice the time.";
    let mut table = Table::new("From an upload to fresh reports", note);
    let (mut first, mut last) = (None, Duration::ZERO);
    for files in FILES.map(|files| (files / divided_by).max(1)) {
        let folder = tempfile::tempdir()?;
        let stack = Stack::start(Options { folder: Some(folder.path().to_owned()), ..Options::default() }).await?;
        let bucket = stack.bucket();
        let mut function = stack.run(&binary("recompute")?, &[], &[]).await?;
        for number in 1..files {
            put(folder.path(), &format!("{bucket}/sales/there/{number}.csv"), &sales::week(10, PEOPLE, number)?)?;
        }
        let rebuilt = function.invoke(&json!({"rebuild": {}}), TIMEOUT).await;
        rebuilt.response().ok_or_else(|| format!("the rebuild failed: {rebuilt:?}"))?;

        let mut times = Vec::new();
        for number in 0..UPLOADS {
            put(folder.path(), &format!("{bucket}/sales/new.csv"), &sales::week(ROWS, PEOPLE, number)?)?;
            let started = Instant::now();
            let invocation = function.invoke(&batch_of(bucket, &["sales/new.csv"]), TIMEOUT).await;
            times.push(started.elapsed());
            if invocation.response() != Some(&json!({"batchItemFailures": []})) {
                return Err(format!("ingesting failed: {invocation:?}").into());
            }
        }
        let time = percentile(&mut times, 50);
        let noun = if files == 1 { "file" } else { "files" };
        let what = format!("{} rows, in a week with {} {noun}", grouped(ROWS), grouped(files));
        table.time(&what, time, first.map(|first| ("1 file", first)));
        first = first.or(Some(time));
        last = time;
    }
    Ok((table, last))
}
