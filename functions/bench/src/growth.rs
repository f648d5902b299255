//! Growth of the cost of an upload with the number of files in its week, in function time, calls and capacity units.

use std::fmt::Write;
use std::time::{Duration, Instant};

use aws_sdk_dynamodb::types::{AttributeValue, PutRequest, WriteRequest};
use futures_util::{StreamExt, TryStreamExt, stream};
use serde_json::json;
use standings_bench::grouped;
use standings_bench::units::{Sizes, Units, Week, name, team};
use standings_core::{Contribution, Decimal, Person, Segment, Tally};
use standings_local::aws::fault_proxy::{Capacity, FaultProxy};
use standings_local::aws::lambda_process::LambdaProcess;
use standings_local::{BoxError, Options, Stack, batch_of};
use standings_recompute::stored_contribution;

use crate::binary;
use crate::table::{milliseconds, percentile};
use crate::upload;

/// Files in the week.
const FILES: [u32; 4] = [1, 1_000, 10_000, 50_000];

/// People in the week.
const PEOPLE: [u32; 2] = [50, 5_000];

const TEAMS: u32 = 5;

/// People per file.
const PEOPLE_PER_FILE: u32 = 5;

/// Files that are really uploaded to a week of synthetic ones, so that every shard of it is summed up: with ten for each of
/// 64 shards, the chance that one has none is below one in 300.
const SETTLING: u32 = 640;

/// Uploads that are measured, of which the median is reported.
const UPLOADS: u32 = 20;

const TIMEOUT: Duration = Duration::from_mins(5);

/// Items per request, the maximum of `BatchWriteItem`.
const BATCH: usize = 25;

/// One upload.
#[derive(Debug)]
struct Upload {
    time: Duration,
    calls: u64,
    capacity: Capacity,
}

/// Measures all sizes. Returns the table in Markdown.
pub(crate) async fn measure(divided_by: u32) -> Result<String, BoxError> {
    let mut text =
        "### Growth\n\nAn upload of one row, by the number of files and people in its week. Relative to the \
                    week with 1 file: 2.00 means twice as much. In brackets, the units by the formulas of the costs.\n\n\
                    | files | people | function time | AWS calls | read units | write units | time, relative |\n\
                    |---|---|---|---|---|---|---|\n"
            .to_owned();
    for people in PEOPLE.map(|people| (people / divided_by).max(PEOPLE_PER_FILE)) {
        let mut first: Option<Upload> = None;
        for files in FILES.map(|files| (files / divided_by).max(1)) {
            let upload = upload(files, people).await?;
            let of_first = first.as_ref().unwrap_or(&upload).time;
            let Upload { time, calls, capacity } = &upload;
            let ratio = time.as_secs_f64() / of_first.as_secs_f64();
            let week = Week { files, people, people_per_file: PEOPLE_PER_FILE, teams: TEAMS, periods: 4 };
            let expected: Units = Sizes::of(week)?.upload(1.0);
            let (files, people) = (grouped(files), grouped(people));
            let (time, Capacity { read, written }) = (milliseconds(*time), capacity);
            writeln!(
                text,
                "| {files} | {people} | {time} | {calls} | {read:.0} ({:.0}) | {written:.0} ({:.0}) | {ratio:.2} |",
                expected.read, expected.written
            )?;
            first.get_or_insert(upload);
        }
    }
    Ok(text)
}

/// Uploads a file of one row into a week of `files` files and `people` people.
async fn upload(files: u32, people: u32) -> Result<Upload, BoxError> {
    let folder = tempfile::tempdir()?;
    let stack = Stack::start(Options { folder: Some(folder.path().to_owned()), ..Options::default() }).await?;
    // Everyone is in the week from the start, so that only the number of files differs.
    let put = |key: &str, content: String| {
        upload::put(folder.path(), &format!("{}/{key}", stack.bucket()), content.as_bytes())
    };
    put("sales/everyone.csv", rows(0..people))?;
    if files > 1 {
        synthesize(&stack, files, people).await?;
    }
    let proxy = FaultProxy::start(stack.dynamodb_address).await?;
    let address = format!("http://{}", proxy.address);
    let mut function = stack.run(&binary("recompute")?, &[], &[("AWS_ENDPOINT_URL_DYNAMODB", &address)]).await?;
    let settling = if files > 1 { SETTLING.min(files) } else { 1 };
    let keys: Vec<String> = (0..settling).map(|number| format!("sales/settling/{number}.csv")).collect();
    for key in &keys {
        put(key, rows(0..1))?;
    }
    for keys in keys.chunks(100) {
        let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        ingest(&mut function, &stack, &keys).await?;
    }
    ingest(&mut function, &stack, &["sales/everyone.csv"]).await?;

    let _ = proxy.calls();
    proxy.count_capacity();
    let mut times = Vec::new();
    for number in 0..UPLOADS {
        put("sales/new.csv", rows(number..number + 1))?;
        let started = Instant::now();
        ingest(&mut function, &stack, &["sales/new.csv"]).await?;
        times.push(started.elapsed());
    }
    let calls = proxy.calls().values().sum::<u64>() / u64::from(UPLOADS);
    let Capacity { read, written } = proxy.capacity();
    let each = f64::from(UPLOADS);
    let capacity = Capacity { read: read / each, written: written / each };
    Ok(Upload { time: percentile(&mut times, 50), calls, capacity })
}

async fn ingest(function: &mut LambdaProcess, stack: &Stack, keys: &[&str]) -> Result<(), BoxError> {
    let invocation = function.invoke(&batch_of(stack.bucket(), keys), TIMEOUT).await;
    if invocation.response() != Some(&json!({"batchItemFailures": []})) {
        return Err(format!("ingesting failed: {invocation:?}").into());
    }
    Ok(())
}

/// Returns a file with a row for each of these people.
fn rows(people: std::ops::Range<u32>) -> String {
    let rows =
        people.map(|person| format!("2025-03-05,{},{},{}.25\n", name(person), team(person % TEAMS), person % 900));
    "sold_at,salesperson,team,amount\n".to_owned() + &rows.collect::<String>()
}

/// Writes what `files` files of the week would have contributed into the ledger.
async fn synthesize(stack: &Stack, files: u32, people: u32) -> Result<(), BoxError> {
    let segment: Segment = "2025-03-03".parse()?;
    let mut items = Vec::new();
    for file in 0..files {
        let mut contribution = Contribution { rows: PEOPLE_PER_FILE.into(), ..Contribution::default() };
        for person in (0..PEOPLE_PER_FILE).map(|each| (file * PEOPLE_PER_FILE + each) % people) {
            let tally = Tally {
                amount: Decimal::from_ten_thousandths(i128::from(person % 900) * 10_000),
                deals: 1,
                ..Tally::default()
            };
            let team = team(person % TEAMS);
            contribution.add_to_day(segment.first_day(), &team, tally.amount);
            let person_of = Person { deals: 1, teams: [(team, tally)].into(), ..Person::default() };
            contribution.people.add(&name(person), 1, person_of);
        }
        items.extend(stored_contribution(&format!("sales/synthetic/{file}.csv"), segment, contribution)?);
    }
    let batches: Vec<Vec<WriteRequest>> = items
        .chunks(BATCH)
        .map(|items| {
            let requests = items.iter().map(|item| {
                let mut item = item.clone();
                item.insert("generation".to_owned(), AttributeValue::N("1".to_owned()));
                let put = PutRequest::builder().set_item(Some(item)).build()?;
                Ok(WriteRequest::builder().put_request(put).build())
            });
            requests.collect::<Result<Vec<_>, BoxError>>()
        })
        .collect::<Result<_, _>>()?;
    stream::iter(batches)
        .map(|batch| async move {
            stack.dynamodb.batch_write_item().request_items(stack.ledger_table(), batch).send().await?;
            Ok::<(), BoxError>(())
        })
        .buffer_unordered(4)
        .try_collect()
        .await
}
