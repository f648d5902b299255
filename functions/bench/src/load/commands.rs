//! Many commands a second, signed and over kept connections, as they come and not as they are answered.

use std::sync::Arc;
use std::time::Duration;

use standings_local::Stack;
use standings_local::slack::client::Connection;
use tokio::sync::{Mutex, mpsc};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use crate::Failure;

/// So many connections are kept. A command that finds none free waits, and its waiting counts.
const CONNECTIONS: usize = 64;

/// Each command, and what its answer has.
const COMMANDS: [(&str, &str); 4] =
    [("2025-W10", "Person"), ("top 3 2025-W11", "Person"), ("", "Person"), ("help", "/standings")];

/// Asks at this rate for this long, and prints how long the answers took from when each command was due.
pub(crate) async fn ask(stack: &Stack, rate: u32, time: Duration) -> Result<(), Failure> {
    let (due, queue) = mpsc::unbounded_channel::<(Instant, usize)>();
    let queue = Arc::new(Mutex::new(queue));
    let mut tasks: JoinSet<Result<Vec<Duration>, Failure>> = JoinSet::new();
    for _ in 0..CONNECTIONS {
        let (front, queue) = (stack.slack_address, queue.clone());
        tasks.spawn(async move {
            let mut connection = Connection::open(front).await?;
            let mut times = Vec::new();
            loop {
                let next = queue.lock().await.recv().await;
                let Some((due, number)) = next else { return Ok(times) };
                let (text, expected) = COMMANDS[number % COMMANDS.len()];
                let answer = connection.ask(text).await?;
                times.push(due.elapsed());
                if answer.status != 200 || !answer.body.contains(expected) {
                    return Err(format!("{text:?} was answered with {} {}", answer.status, answer.body).into());
                }
            }
        });
    }
    let start = Instant::now();
    let commands = time.as_secs() * u64::from(rate);
    for number in 0..commands {
        let at = start + Duration::from_nanos(number * 1_000_000_000 / u64::from(rate));
        sleep_until(at).await;
        due.send((at, usize::try_from(number)?))?;
    }
    drop(due);
    let mut times = Vec::new();
    while let Some(done) = tasks.join_next().await {
        times.extend(done??);
    }
    times.sort_unstable();
    println!("{} commands, {rate} a second: no error.\n", times.len());
    println!("| share of answers | within |\n|---|---|");
    for (share, name) in [(500, "50%"), (900, "90%"), (990, "99%"), (999, "99.9%"), (1000, "all")] {
        let index = (times.len() * share).div_ceil(1000).saturating_sub(1);
        let micros = times.get(index).ok_or("nothing was asked")?.as_micros();
        println!("| {name} | {}.{:02} ms |", micros / 1000, micros % 1000 / 10);
    }
    Ok(())
}
