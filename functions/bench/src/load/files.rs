//! Many files at once, with messages that come twice and batches that come again.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::{Duration, Instant};

use futures_util::{StreamExt, TryStreamExt, stream};
use standings_core::{Board, Decimal, Week};
use standings_local::Stack;

use crate::Failure;

/// Uploads go out side by side, so many at once.
const UPLOADS: usize = 64;

/// The message of every so many-th file is sent twice.
const TWICE: u32 = 10;

/// The answer of every so many-th batch is lost, so that all of it comes again.
const LOST: u64 = 20;

/// The days that the sales are of, each of another week; all long past, so that the sums stay.
const DAYS: [&str; 4] = ["2025-03-03", "2025-03-12", "2025-03-21", "2025-03-30"];

const PEOPLE: u32 = 50;

/// A file's content: two sales, of which one person made one and the next the other.
fn sales(file: u32) -> Vec<(&'static str, String, u32)> {
    [0, 1]
        .into_iter()
        .map(|sale| {
            let day = DAYS[(file + sale) as usize % DAYS.len()];
            (day, format!("Person {}", (file + sale) % PEOPLE), file + sale + 1)
        })
        .collect()
}

/// Uploads the files, waits until all is quiet, and compares each week with what the files add up to.
pub(crate) async fn upload(stack: &Stack, files: u32) -> Result<(), Failure> {
    stack.queue.lose_answers(LOST);
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
            put.body(content.into_bytes().into()).send().await.map_err(Failure::from)?;
            if file % TWICE == 0 {
                stack.queue.send(standings_local::notification_of(stack.bucket(), &key));
            }
            Ok::<_, Failure>(())
        })
        .buffer_unordered(UPLOADS)
        .try_collect::<()>()
        .await?;
    let uploaded = started.elapsed();
    stack.queue.quiet().await;
    let quiet = started.elapsed();
    check(stack, files).await?;
    let (messages, _) = stack.queue.counts();
    println!(
        "{files} files uploaded at once, in {}: all counted exactly {} after the first. \
         {messages} messages were received {} times.",
        seconds(uploaded),
        seconds(quiet),
        stack.queue.receives(),
    );
    Ok(())
}

async fn check(stack: &Stack, files: u32) -> Result<(), Failure> {
    if !stack.queue.dead_letters().is_empty() {
        return Err("there are dead letters".into());
    }
    let mut expected: BTreeMap<Week, BTreeMap<String, Decimal>> = BTreeMap::new();
    for (day, person, amount) in (0..files).flat_map(sales) {
        let week = Week::of_date(day.parse()?).ok_or("no such week")?;
        *expected.entry(week).or_default().entry(person).or_default() +=
            Decimal::from_ten_thousandths(i128::from(amount) * 10_000);
    }
    for (week, amounts) in expected {
        let report = stack.report(&Board::Company.key(week)).await?.ok_or("a report is missing")?;
        let seen: BTreeMap<String, Decimal> =
            report.entries.into_iter().map(|entry| (entry.name, entry.amount)).collect();
        if seen != amounts {
            return Err(format!("{week} has {seen:?} instead of {amounts:?}").into());
        }
    }
    Ok(())
}

fn seconds(time: Duration) -> String {
    format!("{}.{} s", time.as_secs(), time.subsec_millis() / 100)
}
