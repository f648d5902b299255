//! Scaling with the size of a file: time should grow in proportion, memory not at all.

use std::path::Path;
use std::time::{Duration, Instant};

use aws_sdk_s3::primitives::ByteStream;
use serde_json::json;
use standings_bench::grouped;
use standings_local::{BoxError, Options, Stack, batch_of};

use crate::table::Table;
use crate::{binary, memory, sales};

/// Rows of one gigabyte.
const ROWS: u32 = 27_000_000;

/// Sizes of the files in gigabytes.
const SIZES: [u32; 3] = [1, 2, 4];

/// A prefix that the stack's own recompute ignores, so that only the measured process works on the file.
const PREFIX: &str = "big/";

const TIMEOUT: Duration = Duration::from_mins(10);

pub(crate) async fn measure(divided_by: u32) -> Result<Table, BoxError> {
    let note = "From S3 to fresh reports, relative to the 1 GB run: 0.25 means four times the time or memory.";
    let mut table = Table::new("Large files", note);
    let folder = tempfile::tempdir()?;
    let one = folder.path().join("one.csv");
    sales::write(&one, ROWS / divided_by)?;
    let mut runs = Vec::new();
    for size in SIZES {
        runs.push(ingest(folder.path(), &one, size).await?);
    }
    let Some(&(first_time, first_peak, _)) = runs.first() else { return Ok(table) };
    for (index, (time, _, bytes)) in runs.iter().enumerate() {
        let peer = (index > 0).then_some(("1 GB", first_time));
        table.time(&format!("CSV of {} MB: time", grouped(bytes / 1_000_000)), *time, peer);
    }
    for (index, (_, peak, bytes)) in runs.iter().enumerate() {
        let peer = (index > 0).then_some(("1 GB", first_peak));
        table.size(&format!("CSV of {} MB: memory", grouped(bytes / 1_000_000)), *peak, peer);
    }
    Ok(table)
}

/// Ingests a file of `times` times the rows of `one`. Returns time, peak memory and size.
async fn ingest(folder: &Path, one: &Path, times: u32) -> Result<(Duration, u64, u64), BoxError> {
    let folder = folder.join("stack");
    let stack = Stack::start(Options { folder: Some(folder.clone()), ..Options::default() }).await?;
    let mut function = stack.run(&binary("recompute")?, &[], &[("SALES_PREFIX", PREFIX)]).await?;
    let path = folder.join("big.csv");
    sales::repeat(&path, one, times)?;
    let key = &format!("{PREFIX}big.csv");
    let put = stack.s3.put_object().bucket(stack.bucket()).key(key).body(ByteStream::from_path(&path).await?);
    put.send().await?;

    let started = Instant::now();
    let invocation = function.invoke(&batch_of(stack.bucket(), &[key]), TIMEOUT).await;
    let time = started.elapsed();
    if invocation.response() != Some(&json!({"batchItemFailures": []})) {
        return Err(format!("ingesting failed: {invocation:?}\n{}", function.stop().await.join("\n")).into());
    }
    let measured = (time, memory::peak(function.process_id())?, path.metadata()?.len());
    std::fs::remove_dir_all(&folder)?;
    Ok(measured)
}
