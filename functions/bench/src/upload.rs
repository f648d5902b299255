//! From an upload to the reports: the time of the function for a small file, in weeks of different sizes.

use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::json;
use standings_local::{Options, Stack, batch_of};

use crate::table::{Table, percentile};
use crate::{Failure, binary, sales};

/// The files that the week has already.
const FILES: [u32; 3] = [1, 100, 3000];

const ROWS: u32 = 1000;

const PEOPLE: u32 = 100;

const UPLOADS: u32 = 20;

const TIMEOUT: Duration = Duration::from_mins(5);

fn put(folder: &Path, key: &str, content: &[u8]) -> Result<(), Failure> {
    let path = folder.join("s3").join(key);
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent)?;
    }
    Ok(std::fs::write(path, content)?)
}

/// Returns the time in the week of the most files.
pub(crate) async fn measure(divided_by: u32, table: &mut Table) -> Result<Duration, Failure> {
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
        rebuilt.answer().ok_or_else(|| format!("the rebuild came to {rebuilt:?}"))?;

        let mut times = Vec::new();
        for number in 0..UPLOADS {
            put(folder.path(), &format!("{bucket}/sales/new.csv"), &sales::week(ROWS, PEOPLE, number)?)?;
            let started = Instant::now();
            let outcome = function.invoke(&batch_of(bucket, &["sales/new.csv"]), TIMEOUT).await;
            times.push(started.elapsed());
            if outcome.answer() != Some(&json!({"batchItemFailures": []})) {
                return Err(format!("the upload came to {outcome:?}").into());
            }
        }
        let time = percentile(&mut times, 50);
        let beside = first.map(|first| ("in a week of its own", first));
        table.time(&format!("upload of {ROWS} rows, to the reports of a week of {files} files"), time, beside);
        first = first.or(Some(time));
        last = time;
    }
    Ok(last)
}
