//! A stream of events that never pauses.

use crate::history::{Content, File, KEYS, Row, Step, WEEKS};
use crate::oracle::Lines;
use crate::world::{self, Finding, World};

/// So many changes come, one after the other.
const CHANGES: i32 = 60;

/// So many calls each worker makes between two changes.
const CALLS: usize = 4;

/// A report may lag so many changes behind: an invocation makes some fifty calls, and its message waits as long.
const LAG: i32 = 30;

#[test]
fn reports_keep_being_published_while_every_writer_is_always_outclaimed() {
    world::runtime().block_on(stream()).unwrap();
}

async fn stream() -> Result<(), Finding> {
    let mut world = World::new(1);
    world.step(&change(0)).await?;
    world.quiet(false).await?;
    for amount in 1..=CHANGES {
        world.step(&change(amount)).await?;
        world.step(&Step::Receive { messages: vec![0] }).await?;
        for worker in 0..world::WORKERS {
            for call in 0..CALLS {
                // Those who claim stop for good: the stream itself brings the file again.
                world.outclaim().await;
                world.step(&Step::Go { worker, call, calls: 1 }).await?;
            }
        }
        let reports = world.reports().await;
        for key in [format!("{}#company", WEEKS[0].0), "latest#company".to_owned(), "latest#team#emea".to_owned()] {
            let published = total(&reports[&key]);
            assert!(published + LAG >= amount, "{key} has change {published}, and {amount} is past");
        }
    }
    world.quiet(true).await?;
    world.check().await
}

/// The file that all is about, replaced by one with this amount.
fn change(amount: i32) -> Step {
    let row = Row { date: WEEKS[0].1[0], name: "Ana", team: "EMEA", amount, quantity: 1, bad: false };
    let file = File { content: Content::Rows { rows: vec![row], named: false }, day: 0 };
    Step::Put { key: KEYS.len() - 1, file, events: 1 }
}

/// The total that a report says.
fn total(report: &Lines) -> i32 {
    let total = report.iter().find_map(|line| line.strip_prefix("total ")).unwrap();
    total.split(' ').next().unwrap().parse().unwrap()
}
