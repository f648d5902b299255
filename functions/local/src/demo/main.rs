//! The demo: starts the local stack, uploads sales files, asks, and serves until Ctrl-C.
//!
//! Standard output has the answers and nothing else; everything else goes to standard error.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program for a terminal")]

mod notes;
mod report;
mod upload;

use std::io::{self, IsTerminal};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use serde_json::Value;
use standings_local::slack::{client, render};
use standings_local::{Options, Stack};
use tracing_subscriber::EnvFilter;

/// The sales files that come with Standings.
const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/sales");

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Starts all of Standings on this machine, uploads sales files, and answers as it would in Slack.
#[derive(Debug, Parser)]
#[allow(clippy::struct_excessive_bools, reason = "each is a flag")]
#[command(name = "cargo demo --", version)]
struct Args {
    /// Leave after the answers, instead of serving until Ctrl-C
    #[arg(long)]
    once: bool,
    /// The sales files to upload: a folder, or one file [default: the ones that come with Standings]
    #[arg(long, value_name = "FOLDER")]
    data: Option<PathBuf>,
    /// Ask this, as typed after /standings in Slack; may be repeated [default: three questions]
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    ask: Vec<String>,
    /// Print the raw replies, as Slack would get them, one line each
    #[arg(long)]
    json: bool,
    /// Print the latest company report as JSON, instead of asking
    #[arg(long, conflicts_with_all = ["ask", "json"])]
    report: bool,
    /// The organisation's time zone, such as Europe/Berlin: when a week begins [default: UTC]
    #[arg(long, value_name = "ZONE")]
    time_zone: Option<String>,
    /// The organisation's currency [default: USD]
    #[arg(long, value_name = "CODE")]
    currency: Option<String>,
    /// Other names of columns, such as "salesperson=Rep Name,amount=Net"
    #[arg(long, value_name = "COLUMN=NAME,...")]
    columns: Option<String>,
    /// The files write 1.234,56 for 1,234.56
    #[arg(long)]
    decimal_comma: bool,
    /// Keep files and tables in this folder, and go on with what is in it
    #[arg(long, value_name = "FOLDER")]
    keep: Option<PathBuf>,
    /// The port of S3 [default: any that is free]
    #[arg(long, value_name = "PORT")]
    s3_port: Option<u16>,
    /// The port that answers as Slack would be answered [default: any that is free]
    #[arg(long, value_name = "PORT")]
    slack_port: Option<u16>,
    /// Ask a demo that is running there already, instead of starting one
    #[arg(long, value_name = "ADDRESS:PORT", requires = "ask")]
    #[arg(conflicts_with_all = ["data", "report", "time_zone", "currency", "columns", "decimal_comma", "keep", "s3_port", "slack_port"])]
    at: Option<SocketAddr>,
    /// Log what the functions do
    #[arg(short, long)]
    verbose: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    let args = Args::parse();
    log(args.verbose);
    match run(args).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(args: Args) -> Result<(), Failure> {
    if let Some(address) = args.at {
        return answer(address, &args.ask, args.json).await;
    }
    let options = Options {
        settings: settings(&args),
        s3_port: args.s3_port,
        slack_port: args.slack_port,
        folder: args.keep.clone(),
    };
    let stack = Stack::start(options).await?;
    upload::upload(&stack, args.data.as_deref().unwrap_or_else(|| Path::new(FIXTURES))).await?;
    notes::print(&stack).await?;

    if args.report {
        let report = stack.latest_report().await?.ok_or("no sales: nothing in these files counts up to this week")?;
        println!("{}", report::json(&report)?);
    } else {
        let questions = if args.ask.is_empty() { questions(&stack).await? } else { args.ask };
        answer(stack.slack_address, &questions, args.json).await?;
    }
    if !args.once {
        eprint!("{}", notes::how_to_go_on(&stack));
        tokio::signal::ctrl_c().await?;
        eprintln!("\nstopped");
    }
    Ok(())
}

/// The settings of the functions, by the names that they have in Lambda.
fn settings(args: &Args) -> Vec<(String, String)> {
    let decimal_comma = args.decimal_comma.then(|| "true".to_owned());
    let given = [
        ("TIME_ZONE", args.time_zone.clone()),
        ("CURRENCY", args.currency.clone()),
        ("COLUMNS", args.columns.clone()),
        ("DECIMAL_COMMA", decimal_comma),
    ];
    given.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
}

/// Three questions that fit whatever was uploaded.
async fn questions(stack: &Stack) -> Result<Vec<String>, Failure> {
    let report = stack.latest_report().await?;
    let team = report.and_then(|report| report.teams.into_iter().next());
    let second = team.map_or("top 3".to_owned(), |team| format!("{team} top 3"));
    Ok(vec![String::new(), second, "teams".to_owned()])
}

/// Asks each question through a signed request, and prints the answers.
async fn answer(address: SocketAddr, questions: &[String], json: bool) -> Result<(), Failure> {
    let styled = io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    for question in questions {
        let answer = client::ask(address, question).await?;
        if answer.status != 200 {
            return Err(format!("the slash command answered {} instead of a message", answer.status).into());
        }
        if json {
            println!("{}", answer.body);
        } else {
            let message: Value = serde_json::from_str(&answer.body)?;
            let command = format!("/standings {question}");
            println!("> {}\n\n{}\n", command.trim_end(), render::render(&message, styled));
        }
    }
    Ok(())
}

/// Logs are quiet unless asked for.
fn log(verbose: bool) {
    let default =
        if verbose { "standings_recompute=info,standings_slash_command=info,standings_local=info" } else { "off" };
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(default));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).init();
}
