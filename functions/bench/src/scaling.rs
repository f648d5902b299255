//! Big files through the real function: twice the file takes twice the time, and no more memory.

use std::path::Path;
use std::time::{Duration, Instant};

use aws_sdk_s3::primitives::ByteStream;
use serde_json::json;
use standings_local::{Options, Stack, batch_of};

use crate::table::Table;
use crate::{Failure, binary, memory, sales};

/// The rows of a gigabyte.
const ROWS: u32 = 27_000_000;

/// So many gigabytes.
const SIZES: [u32; 3] = [1, 2, 4];

const PREFIX: &str = "big/";

const TIMEOUT: Duration = Duration::from_mins(10);

pub(crate) async fn measure(divided_by: u32, table: &mut Table) -> Result<(), Failure> {
    let folder = tempfile::tempdir()?;
    let one = folder.path().join("one.csv");
    sales::write(&one, ROWS / divided_by)?;
    let mut first = None;
    for size in SIZES {
        let (time, peak, bytes) = take_in(folder.path(), &one, size).await?;
        let what = format!("CSV of {} MB, through S3 to its reports", bytes / 1_000_000);
        let (beside, its_peak) = first.unzip();
        table.time(&what, time, beside.map(|time| ("the first of these", time)));
        table.size(&format!("{what}, memory"), peak, its_peak.map(|peak| ("the first of these", peak)));
        first = first.or(Some((time, peak)));
    }
    Ok(())
}

/// The time, the memory at most, and the size of the file.
async fn take_in(folder: &Path, one: &Path, times: u32) -> Result<(Duration, u64, u64), Failure> {
    let folder = folder.join("stack");
    let stack = Stack::start(Options { folder: Some(folder.clone()), ..Options::default() }).await?;
    // Uploaded beside what the stack itself takes in; only the function here is to work on it.
    let mut function = stack.run(&binary("recompute")?, &[], &[("SALES_PREFIX", PREFIX)]).await?;
    let path = folder.join("big.csv");
    sales::repeat(&path, one, times)?;
    let key = &format!("{PREFIX}big.csv");
    let put = stack.s3.put_object().bucket(stack.bucket()).key(key).body(ByteStream::from_path(&path).await?);
    put.send().await?;

    let started = Instant::now();
    let outcome = function.invoke(&batch_of(stack.bucket(), &[key]), TIMEOUT).await;
    let time = started.elapsed();
    if outcome.answer() != Some(&json!({"batchItemFailures": []})) {
        return Err(format!("the file came to {outcome:?}: {}", function.stop().await.join("\n")).into());
    }
    let measured = (time, memory::peak(function.process_id())?, path.metadata()?.len());
    std::fs::remove_dir_all(&folder)?;
    Ok(measured)
}
