//! An open-loop load of commands: each is due at a fixed time, whether or not earlier ones have been answered.

use std::sync::Arc;
use std::time::Duration;

use standings_local::slack::client::Connection;
use standings_local::{BoxError, Stack};
use tokio::sync::{Mutex, mpsc};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

/// Keep-alive connections. If all are busy, a command waits for one, and its latency includes that wait.
const CONNECTIONS: usize = 64;

/// Commands, each with a text that the response must contain.
const COMMANDS: [(&str, &str); 4] =
    [("2025-W10", "Person"), ("top 3 2025-W11", "Person"), ("", "Person"), ("help", "/standings")];

/// Sends commands at this rate, and prints percentiles of the latency, measured from the time that each was due.
pub(crate) async fn send(stack: &Stack, rate: u32, time: Duration) -> Result<(), BoxError> {
    let (due, queue) = mpsc::unbounded_channel::<(Instant, usize)>();
    let queue = Arc::new(Mutex::new(queue));
    let mut tasks: JoinSet<Result<Vec<Duration>, BoxError>> = JoinSet::new();
    for _ in 0..CONNECTIONS {
        let (address, queue) = (stack.slack_address, queue.clone());
        tasks.spawn(async move {
            let mut connection = Connection::open(address).await?;
            let mut times = Vec::new();
            loop {
                let next = queue.lock().await.recv().await;
                let Some((due, number)) = next else { return Ok(times) };
                let (text, expected) = COMMANDS[number % COMMANDS.len()];
                let response = connection.ask(text).await?;
                times.push(due.elapsed());
                if response.status != 200 || !response.body.contains(expected) {
                    return Err(
                        format!("unexpected response to {text:?}: {} {}", response.status, response.body).into()
                    );
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
    println!("{} commands, {rate} per second: every response was right.\n", times.len());
    println!("| percentile | latency |\n|---|---|");
    for (share, name) in [(500, "p50"), (900, "p90"), (990, "p99"), (999, "p99.9"), (1000, "maximum")] {
        let index = (times.len() * share).div_ceil(1000).saturating_sub(1);
        let micros = times.get(index).ok_or("no commands were sent")?.as_micros();
        println!("| {name} | {}.{:02} ms |", micros / 1000, micros % 1000 / 10);
    }
    Ok(())
}
