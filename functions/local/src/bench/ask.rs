//! From a command to its answer, beside Python handlers that do the same on the same Runtime API.

use std::fmt::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::Value;
use standings_local::sandbox::Sandbox;
use standings_local::{Options, Stack, ask};

use crate::table::{Table, percentile};
use crate::{Failure, binary, peer};

const COMMANDS: u32 = 3000;

/// Of the peer that reads all sales for each answer: its rows, and how often it is asked.
const CLASSIC: [(u32, u32); 3] = [(10_000, 20), (1_000_000, 3), (5_000_000, 1)];

const STARTS: u32 = 10;

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

pub(crate) async fn measure(python: &Path, divided_by: u32, table: &mut Table) -> Result<(), Failure> {
    let stack = Stack::start(Options::default()).await?;
    put(&stack, "sales/a.csv", sales(10_000)).await?;
    stack.queue.quiet().await;
    let (s3, dynamodb) = (format!("http://{}", stack.s3_address), format!("http://{}", stack.dynamodb_address));
    let given = [
        ("AWS_ENDPOINT_URL_S3", &*s3),
        ("AWS_ENDPOINT_URL_DYNAMODB", &dynamodb),
        ("SLACK_SIGNING_SECRET", ask::SIGNING_SECRET),
    ];
    let variables: Vec<_> = stack.names().into_iter().chain(given).collect();
    let binary = binary("slash-command")?;
    let commands = (COMMANDS / divided_by).max(10);
    let starts = (STARTS / divided_by).max(2);

    let ours = Handler { program: &binary, arguments: &[], variables: &variables };
    let mut ours = handle(&ours, commands, starts).await?;
    let peers = peer("").to_string_lossy().into_owned();
    let in_python: Vec<_> =
        variables.iter().copied().chain([("PYTHONPATH", &*peers), ("PYTHONDONTWRITEBYTECODE", "1")]).collect();
    let bolt = Handler { program: python, arguments: &["-m", "awslambdaric", "bolt.handler"], variables: &in_python };
    let mut bolt = handle(&bolt, commands / 10, starts).await?;
    let mut bare = bare(&stack, commands).await?;

    for percent in [50, 99] {
        let time = percentile(&mut ours.answers, percent);
        let what = format!("a command, p{percent}");
        table.time(&what, time, Some(("a bare GetItem", percentile(&mut bare, percent))));
        table.time(&what, time, Some(("slack-bolt and boto3", percentile(&mut bolt.answers, percent))));
    }
    let start = percentile(&mut ours.starts, 50);
    table.time(
        "from process start to the first answer",
        start,
        Some(("slack-bolt and boto3", percentile(&mut bolt.starts, 50))),
    );
    table.size("memory of the slash command", ours.memory, Some(("slack-bolt and boto3", bolt.memory)));

    for (rows, times) in CLASSIC {
        let rows = rows / divided_by;
        put(&stack, "exports/week.csv", sales(rows)).await?;
        let arguments = &["-m", "awslambdaric", "classic.handler"];
        let classic = Handler { program: python, arguments, variables: &in_python };
        let mut classic = handle(&classic, times, 1).await?;
        let beside = format!("Pandas over the week's CSV in S3, {rows} rows");
        table.time(
            "a command, p50",
            percentile(&mut ours.answers, 50),
            Some((&beside, percentile(&mut classic.answers, 50))),
        );
    }
    Ok(())
}

/// Sales of one week, of a thousand people.
fn sales(rows: u32) -> Vec<u8> {
    let mut text = "sold_at,salesperson,team,amount\n".to_owned();
    for row in 0..rows {
        let random = row.wrapping_mul(2_654_435_761) >> 8;
        let (day, person, team) = (3 + random % 7, random % 1000, random % 5);
        // Writing to a string does not fail.
        let _ = writeln!(text, "2025-03-0{day},Person {person},Team {team},{}.50", random % 9000);
    }
    text.into_bytes()
}

async fn put(stack: &Stack, key: &str, content: Vec<u8>) -> Result<(), Failure> {
    stack.s3.put_object().bucket(stack.bucket()).key(key).body(content.into()).send().await?;
    Ok(())
}

/// Asks a handler so often, and starts it so often.
async fn handle(handler: &Handler<'_>, commands: u32, starts: u32) -> Result<Measured, Failure> {
    let mut measured = Measured { answers: Vec::new(), starts: Vec::new(), memory: 0 };
    for start in 1..=starts {
        let started = Instant::now();
        let mut function = Sandbox::start(handler.program, handler.arguments, handler.variables).await?;
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
            measured.memory = memory(function.process_id())?;
        }
    }
    Ok(measured)
}

async fn answer(function: &mut Sandbox) -> Result<(), Failure> {
    let outcome = function.invoke(&ask::event(""), TIMEOUT).await;
    let body = outcome.answer().and_then(|answer| answer["body"].as_str());
    if body.is_none_or(|body| !body.contains("Person")) {
        return Err(format!("the answer is {outcome:?}").into());
    }
    Ok(())
}

/// What a process took at most, in bytes.
fn memory(process_id: u32) -> Result<u64, Failure> {
    let status = std::fs::read_to_string(format!("/proc/{process_id}/status"))?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).ok_or("there is no VmHWM")?;
    let kilobytes: u64 = peak.trim().trim_end_matches("kB").trim().parse()?;
    Ok(kilobytes * 1024)
}

/// The read that an answer needs at least.
async fn bare(stack: &Stack, times: u32) -> Result<Vec<Duration>, Failure> {
    let mut measured = Vec::new();
    for _ in 0..times {
        let started = Instant::now();
        let get = stack.dynamodb.get_item().table_name(stack.names()[2].1);
        let item = get.key("pk", AttributeValue::S("latest#company".to_owned())).send().await?.item;
        let report: Option<Value> = item.and_then(|item| serde_json::from_str(item.get("report")?.as_s().ok()?).ok());
        measured.push(started.elapsed());
        report.ok_or("there is no report")?;
    }
    Ok(measured)
}
