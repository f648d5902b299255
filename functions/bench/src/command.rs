//! Time from a command to its response, compared with Python handlers on the same Runtime API.

use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::DeflateEncoder;
use standings_bench::grouped;
use standings_local::aws::lambda_process::LambdaProcess;
use standings_local::slack::client;
use standings_local::{BoxError, Options, Stack};

use crate::table::{Table, percentile};
use crate::{binary, handler_time, memory, peer, sales};

/// Commands to slash-command and to the baseline. Bolt, which is slower, gets a tenth.
const COMMANDS: u32 = 3000;

/// Sizes of the classic design, which reads all sales at request time: rows, and commands to measure.
const CLASSIC: [(u32, u32); 3] = [(10_000, 20), (1_000_000, 3), (5_000_000, 1)];

/// Cold starts per handler.
const STARTS: u32 = 10;

const PEOPLE: u32 = 1000;

const TIMEOUT: Duration = Duration::from_mins(2);

const BOLT: &str = "slack-bolt and boto3";

/// Times that the cost table needs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Times {
    /// A command to Standings.
    pub(crate) command: Duration,
    /// A command to the classic design, by rows.
    pub(crate) classic: [(u32, Duration); 3],
}

/// A Lambda function to measure.
struct Handler<'a> {
    program: &'a Path,
    arguments: &'a [&'a str],
    variables: &'a [(&'a str, &'a str)],
}

struct Measured {
    responses: Vec<Duration>,
    cold_starts: Vec<Duration>,
    memory: u64,
}

pub(crate) async fn measure(python: &Path, divided_by: u32) -> Result<(Table, Times), BoxError> {
    let note = "A ratio above 1 is in favor of Standings: less time, or less memory.";
    let mut table = Table::new("From a command to its response", note);
    let stack = Stack::start(Options::default()).await?;
    put(&stack, "sales/a.csv", sales::week(10_000, PEOPLE, 0)?).await?;
    stack.queue.quiet().await;
    let secret = ("SLACK_SIGNING_SECRET", client::SIGNING_SECRET);
    let binary = binary("slash-command")?;
    let commands = (COMMANDS / divided_by).max(10);
    let starts = (STARTS / divided_by).max(2);

    let ours = Handler { program: &binary, arguments: &[], variables: &[secret] };
    let mut ours = run(&stack, &ours, commands, starts).await?;
    let peers = peer("").to_string_lossy().into_owned();
    let in_python = [secret, ("PYTHONPATH", &*peers), ("PYTHONDONTWRITEBYTECODE", "1")];
    let bolt = Handler { program: python, arguments: &["-m", "awslambdaric", "bolt.handler"], variables: &in_python };
    let mut bolt = run(&stack, &bolt, commands / 10, starts).await?;
    let this = std::env::current_exe()?;
    let baseline = Handler { program: &this, arguments: &["--baseline"], variables: &[] };
    let mut baseline = run(&stack, &baseline, commands, starts).await?;
    let mut handler = handler_time::measure(&stack, commands).await?;

    let mut classic = CLASSIC.map(|(rows, _)| (rows / divided_by, Duration::ZERO));
    for ((rows, time), (_, times)) in classic.iter_mut().zip(CLASSIC) {
        put(&stack, "exports/week.csv", sales::week(*rows, PEOPLE, 0)?).await?;
        let arguments = &["-m", "awslambdaric", "classic.handler"];
        let handler = Handler { program: python, arguments, variables: &in_python };
        *time = percentile(&mut run(&stack, &handler, times, 1).await?.responses, 50);
    }

    let median = percentile(&mut ours.responses, 50);
    for percent in [50, 99] {
        let time = percentile(&mut ours.responses, percent);
        let what = format!("a command, p{percent}");
        let floor = percentile(&mut baseline.responses, percent);
        table.time(&what, time, Some(("a function that makes one GetItem", floor)));
        table.time(&what, time, Some((BOLT, percentile(&mut bolt.responses, percent))));
        // Too few runs for a p99.
        for (rows, time) in classic.iter().filter(|_| percent == 50) {
            let peer = format!("Pandas over the week's CSV in S3, {} rows", grouped(*rows));
            table.time(&what, median, Some((&peer, *time)));
        }
    }
    for percent in [50, 99] {
        let time = percentile(&mut handler, percent);
        table.time(&format!("a command without its GetItem, p{percent}"), time, None);
    }
    let start = percentile(&mut ours.cold_starts, 50);
    table.time("cold start to first response", start, Some((BOLT, percentile(&mut bolt.cold_starts, 50))));
    table.size("memory of slash-command", ours.memory, Some((BOLT, bolt.memory)));
    let mut zip = DeflateEncoder::new(Vec::new(), Compression::best());
    zip.write_all(&std::fs::read(&binary)?)?;
    table.size("slash-command as deployed, compressed", zip.finish()?.len() as u64, None);
    Ok((table, Times { command: median, classic }))
}

async fn put(stack: &Stack, key: &str, content: Vec<u8>) -> Result<(), BoxError> {
    stack.s3.put_object().bucket(stack.bucket()).key(key).body(content.into()).send().await?;
    Ok(())
}

/// Starts a function `starts` times, and sends `commands` commands to the last process.
async fn run(stack: &Stack, handler: &Handler<'_>, commands: u32, starts: u32) -> Result<Measured, BoxError> {
    let mut measured = Measured { responses: Vec::new(), cold_starts: Vec::new(), memory: 0 };
    for start in 1..=starts {
        let started = Instant::now();
        let mut function = stack.run(handler.program, handler.arguments, handler.variables).await?;
        if let Err(error) = command(&mut function).await {
            return Err(format!("{error}\n{}", function.stop().await.join("\n")).into());
        }
        measured.cold_starts.push(started.elapsed());
        if start == starts {
            for _ in 0..commands {
                let started = Instant::now();
                command(&mut function).await?;
                measured.responses.push(started.elapsed());
            }
            measured.memory = memory::peak(function.process_id())?;
        }
    }
    Ok(measured)
}

async fn command(function: &mut LambdaProcess) -> Result<(), BoxError> {
    let invocation = function.invoke(&client::event(""), TIMEOUT).await;
    let body = invocation.response().and_then(|response| response["body"].as_str());
    if body.is_none_or(|body| !body.contains("Person")) {
        return Err(format!("unexpected response: {invocation:?}").into());
    }
    Ok(())
}
