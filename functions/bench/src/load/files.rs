//! Many concurrent uploads, with duplicated messages and redelivered batches.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::{Duration, Instant};

use futures_util::{StreamExt, TryStreamExt, stream};
use standings_core::{Board, Decimal, Week};
use standings_local::{BoxError, Stack};

/// Concurrent uploads.
const CONCURRENCY: usize = 64;

/// Interval, in files, at which a notification is sent twice.
const DUPLICATE_EVERY: u32 = 10;

/// Interval, in batches, at which a response is lost, so that the whole batch is redelivered.
const LOSE_EVERY: u64 = 20;

/// Days of the sales, each in another week. All weeks are over, so that the reports do not depend on today.
const DAYS: [&str; 4] = ["2025-03-03", "2025-03-12", "2025-03-21", "2025-03-30"];

const PEOPLE: u32 = 50;

/// Returns the rows of a file: two sales of different people.
fn sales(file: u32) -> Vec<(&'static str, String, u32)> {
    [0, 1]
        .into_iter()
        .map(|sale| {
            let day = DAYS[(file + sale) as usize % DAYS.len()];
            (day, format!("Person {}", (file + sale) % PEOPLE), file + sale + 1)
        })
        .collect()
}

/// Uploads the files, waits until all are ingested, and compares each week's report with the sums of the files.
pub(crate) async fn upload(stack: &Stack, files: u32) -> Result<(), BoxError> {
    stack.queue.lose_responses(LOSE_EVERY);
    let started = Instant::now();
    stream::iter(0..files)
        .map(|file| async move {
            let mut content = "sold_at,salesperson,amount\n".to_owned();
            for (day, person, amount) in sales(file) {
                // Writing to a string does not fail.
                let _ = writeln!(content, "{day},{person},{amount}");
            }
            let key = format!("sales/load/{file}.csv");
            let put = stack.s3.put_object().bucket(stack.bucket()).key(&key);
            put.body(content.into_bytes().into()).send().await.map_err(BoxError::from)?;
            if file % DUPLICATE_EVERY == 0 {
                stack.queue.send(standings_local::notification_of(stack.bucket(), &key));
            }
            Ok::<_, BoxError>(())
        })
        .buffer_unordered(CONCURRENCY)
        .try_collect::<()>()
        .await?;
    let uploaded = started.elapsed();
    stack.queue.quiet().await;
    let quiet = started.elapsed();
    check(stack, files).await?;
    let (messages, _) = stack.queue.counts();
    println!(
        "{files} files uploaded in {}, and in the reports after {}: every total is right. \
         {messages} messages were delivered {} times.",
        seconds(uploaded),
        seconds(quiet),
        stack.queue.receives(),
    );
    Ok(())
}

async fn check(stack: &Stack, files: u32) -> Result<(), BoxError> {
    if !stack.queue.dead_letters().is_empty() {
        return Err("there are messages in the dead-letter queue".into());
    }
    let mut expected: BTreeMap<Week, BTreeMap<String, Decimal>> = BTreeMap::new();
    for (day, person, amount) in (0..files).flat_map(sales) {
        let week = Week::of_date(day.parse()?).ok_or("a day is out of range")?;
        *expected.entry(week).or_default().entry(person).or_default() +=
            Decimal::from_ten_thousandths(i128::from(amount) * 10_000);
    }
    for (week, amounts) in expected {
        let report = stack.report(&Board::Company.key(week.into())).await?.ok_or("a report is missing")?;
        let reported: BTreeMap<String, Decimal> =
            report.entries.into_iter().map(|entry| (entry.name, entry.amount)).collect();
        if reported != amounts {
            return Err(format!("the report of {week} has {reported:?} instead of {amounts:?}").into());
        }
    }
    Ok(())
}

fn seconds(time: Duration) -> String {
    format!("{}.{} s", time.as_secs(), time.subsec_millis() / 100)
}
