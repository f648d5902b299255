//! Liveness: reports keep being published during a stream of changes that never pauses.

use crate::harness::{self, Finding, Harness};
use crate::history::{Content, File, KEYS, Row, Step, WEEKS};
use crate::oracle::Lines;

/// Number of changes, one after the other.
const CHANGES: i32 = 60;

/// Calls of each worker between two changes.
const CALLS: usize = 4;

/// Maximum number of changes that a report may lag behind. An invocation makes about fifty calls, and its message waits
/// in the queue for as long.
const LAG: i32 = 30;

#[test]
fn reports_keep_being_published_while_every_writer_is_always_outclaimed() {
    harness::runtime().block_on(stream()).unwrap();
}

async fn stream() -> Result<(), Finding> {
    let mut harness = Harness::new(1);
    harness.step(&change(0)).await?;
    harness.quiet(false).await?;
    for amount in 1..=CHANGES {
        harness.step(&change(amount)).await?;
        harness.step(&Step::Receive { messages: vec![0] }).await?;
        for worker in 0..harness::WORKERS {
            for call in 0..CALLS {
                // The claimers crash, and their events are not redelivered: the stream sends the next event anyway.
                harness.outclaim().await;
                harness.step(&Step::Go { worker, call, calls: 1 }).await?;
            }
        }
        let reports = harness.reports().await;
        for key in [format!("{}#company", WEEKS[0].0), "latest#company".to_owned(), "latest#team#emea".to_owned()] {
            let published = total(&reports[&key]);
            assert!(published + LAG >= amount, "{key} has change {published} after change {amount}");
        }
    }
    harness.quiet(true).await?;
    harness.check().await
}

/// Replaces the file with one of this amount.
fn change(amount: i32) -> Step {
    let row = Row { date: WEEKS[0].1[0], name: "Ana", team: "EMEA", amount, quantity: 1, bad: false };
    let file = File { content: Content::Rows { rows: vec![row], named: false }, day: 0 };
    Step::Put { key: KEYS.len() - 1, file, events: 1 }
}

/// Returns the total of a report.
fn total(report: &Lines) -> i32 {
    let total = report.iter().find_map(|line| line.strip_prefix("total ")).unwrap();
    total.split(' ').next().unwrap().parse().unwrap()
}
