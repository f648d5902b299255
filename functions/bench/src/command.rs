//! From a command to its answer, beside Python handlers that do the same on the same Runtime API.

use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::DeflateEncoder;
use standings_local::aws::lambda_process::LambdaProcess;
use standings_local::slack::client;
use standings_local::{Options, Stack};

use crate::table::{Table, percentile};
use crate::{Failure, binary, handler_time, memory, peer, sales};

const COMMANDS: u32 = 3000;

/// Of the peer that reads all sales for each answer: its rows, and how often it is asked.
const CLASSIC: [(u32, u32); 3] = [(10_000, 20), (1_000_000, 3), (5_000_000, 1)];

const STARTS: u32 = 10;

const PEOPLE: u32 = 1000;

const TIMEOUT: Duration = Duration::from_mins(2);

/// A handler: the program and its arguments.
struct Handler<'a> {
    program: &'a Path,
    arguments: &'a [&'a str],
    variables: &'a [(&'a str, &'a str)],
}

struct Measured {
    answers: Vec<Duration>,
    starts: Vec<Duration>,
    memory: u64,
}

/// Returns the time of a command, and that of one to each classic design with its rows.
pub(crate) async fn measure(
    python: &Path,
    divided_by: u32,
    table: &mut Table,
) -> Result<(Duration, [(u32, Duration); 3]), Failure> {
    let stack = Stack::start(Options::default()).await?;
    put(&stack, "sales/a.csv", sales::week(10_000, PEOPLE, 0)?).await?;
    stack.queue.quiet().await;
    let secret = ("SLACK_SIGNING_SECRET", client::SIGNING_SECRET);
    let binary = binary("slash-command")?;
    let commands = (COMMANDS / divided_by).max(10);
    let starts = (STARTS / divided_by).max(2);

    let ours = Handler { program: &binary, arguments: &[], variables: &[secret] };
    let mut ours = handle(&stack, &ours, commands, starts).await?;
    let peers = peer("").to_string_lossy().into_owned();
    let in_python = [secret, ("PYTHONPATH", &*peers), ("PYTHONDONTWRITEBYTECODE", "1")];
    let bolt = Handler { program: python, arguments: &["-m", "awslambdaric", "bolt.handler"], variables: &in_python };
    let mut bolt = handle(&stack, &bolt, commands / 10, starts).await?;
    let this = std::env::current_exe()?;
    let bare = Handler { program: &this, arguments: &["--bare"], variables: &[] };
    let mut bare = handle(&stack, &bare, commands, starts).await?;
    let mut around = handler_time::measure(&stack, commands).await?;
    for percent in [50, 99] {
        table.time(&format!("a command without its GetItem, p{percent}"), percentile(&mut around, percent), None);
    }

    for percent in [50, 99] {
        let time = percentile(&mut ours.answers, percent);
        let what = format!("a command, p{percent}");
        table.time(&what, time, Some(("a function that is one GetItem", percentile(&mut bare.answers, percent))));
        table.time(&what, time, Some(("slack-bolt and boto3", percentile(&mut bolt.answers, percent))));
    }
    let start = percentile(&mut ours.starts, 50);
    table.time(
        "from process start to the first answer",
        start,
        Some(("slack-bolt and boto3", percentile(&mut bolt.starts, 50))),
    );
    table.size("memory of the slash command", ours.memory, Some(("slack-bolt and boto3", bolt.memory)));

    let mut zip = DeflateEncoder::new(Vec::new(), Compression::best());
    zip.write_all(&std::fs::read(&binary)?)?;
    table.size("the slash command as it is deployed, compressed", zip.finish()?.len() as u64, None);

    let mut classics = CLASSIC.map(|(rows, _)| (rows / divided_by, Duration::ZERO));
    for ((rows, time), (_, times)) in classics.iter_mut().zip(CLASSIC) {
        put(&stack, "exports/week.csv", sales::week(*rows, PEOPLE, 0)?).await?;
        let arguments = &["-m", "awslambdaric", "classic.handler"];
        let classic = Handler { program: python, arguments, variables: &in_python };
        *time = percentile(&mut handle(&stack, &classic, times, 1).await?.answers, 50);
        let beside = format!("Pandas over the week's CSV in S3, {rows} rows");
        table.time("a command, p50", percentile(&mut ours.answers, 50), Some((&beside, *time)));
    }
    Ok((percentile(&mut ours.answers, 50), classics))
}

async fn put(stack: &Stack, key: &str, content: Vec<u8>) -> Result<(), Failure> {
    stack.s3.put_object().bucket(stack.bucket()).key(key).body(content.into()).send().await?;
    Ok(())
}

/// Asks a handler so often, and starts it so often.
async fn handle(stack: &Stack, handler: &Handler<'_>, commands: u32, starts: u32) -> Result<Measured, Failure> {
    let mut measured = Measured { answers: Vec::new(), starts: Vec::new(), memory: 0 };
    for start in 1..=starts {
        let started = Instant::now();
        let mut function = stack.run(handler.program, handler.arguments, handler.variables).await?;
        if let Err(error) = answer(&mut function).await {
            return Err(format!("{error}: {}", function.stop().await.join("\n")).into());
        }
        measured.starts.push(started.elapsed());
        if start == starts {
            for _ in 0..commands {
                let started = Instant::now();
                answer(&mut function).await?;
                measured.answers.push(started.elapsed());
            }
            measured.memory = memory::peak(function.process_id())?;
        }
    }
    Ok(measured)
}

async fn answer(function: &mut LambdaProcess) -> Result<(), Failure> {
    let outcome = function.invoke(&client::event(""), TIMEOUT).await;
    let body = outcome.answer().and_then(|answer| answer["body"].as_str());
    if body.is_none_or(|body| !body.contains("Person")) {
        return Err(format!("the answer is {outcome:?}").into());
    }
    Ok(())
}
