//! The demo: starts the local stack, uploads sales files, asks questions, and serves until Ctrl-C.
//!
//! Answers go to standard output, everything else to standard error.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program for a terminal")]

mod explain;
mod notes;
mod report;
mod upload;

use std::io::{self, IsTerminal};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use serde_json::Value;
use standings_core::{Board, Report};
use standings_lambda::Variables;
use standings_local::slack::{client, render};
use standings_local::{BoxError, Options, Stack};
use standings_slash_command::period_of;
use tracing_subscriber::EnvFilter;

/// Sales files that come with Standings.
const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/sales");

/// Starts all of Standings on this computer, uploads sales files, and answers as it does in Slack.
#[derive(Debug, Parser)]
#[allow(clippy::struct_excessive_bools, reason = "each is a flag")]
#[allow(clippy::doc_markdown, reason = "the help shows these texts in a terminal")]
#[command(name = "cargo demo --", version)]
struct Args {
    /// Exit after the answers instead of serving until Ctrl-C
    #[arg(long)]
    once: bool,
    /// Sales files to upload: a folder or one file [default: the files that come with Standings]
    #[arg(long, value_name = "PATH")]
    data: Option<PathBuf>,
    /// Question to ask, as typed after /standings in Slack; can be repeated [default: three questions]
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    ask: Vec<String>,
    /// Print the raw JSON replies that Slack would get, one per line
    #[arg(long)]
    json: bool,
    /// Print the latest company report, or that of --period, as JSON instead of asking questions
    #[arg(long, conflicts_with_all = ["ask", "json"])]
    report: bool,
    /// Period of the report, such as 2016-W12, 2016-08, 2016-Q3, 2016 or FY17 [default: the latest week with sales]
    #[arg(long, value_name = "PERIOD", requires = "report")]
    period: Option<String>,
    /// Month in which the fiscal year starts, 1 to 12 [default: 1]
    #[arg(long, value_name = "MONTH")]
    fiscal_year_start: Option<u8>,
    /// Whether a fiscal year is named after its end or its start [default: end]
    #[arg(long, value_name = "end|start")]
    fiscal_year_name: Option<String>,
    /// Time zone of the organization, such as Europe/Berlin; it decides when a week begins [default: UTC]
    #[arg(long, value_name = "ZONE")]
    time_zone: Option<String>,
    /// Currency of the organization [default: USD]
    #[arg(long, value_name = "CODE")]
    currency: Option<String>,
    /// Column names that Standings does not know, such as "salesperson=Rep Name,amount=Net"
    #[arg(long, value_name = "COLUMN=NAME,...")]
    columns: Option<String>,
    /// Read 1.234,56 as 1,234.56
    #[arg(long)]
    decimal_comma: bool,
    /// Order of day and month in dates that do not show it: day_first (16/11/2026) or month_first (11/16/2026)
    #[arg(long, value_name = "ORDER")]
    date_order: Option<String>,
    /// Language and region whose form of numbers and dates answers have, such as en-US
    #[arg(long, value_name = "TAG")]
    locale: Option<String>,
    /// Read times without an offset as UTC instead of local
    #[arg(long)]
    utc_times: bool,
    /// Reading options of a part of the files, such as '{"prefix": "sales/emea/", "date_order": "day_first"}'; can be
    /// repeated
    #[arg(long, value_name = "JSON", conflicts_with = "sources")]
    source: Vec<String>,
    /// File with a JSON list of such objects
    #[arg(long, value_name = "FILE")]
    sources: Option<PathBuf>,
    /// Print how these files would be read, without starting anything; a folder stands for all files in it. Exits with 1
    /// if a file would be rejected
    #[arg(long, value_name = "PATH", num_args = 1.., conflicts_with_all = ["ask", "json", "report", "data", "keep", "once", "s3_port", "slack_port"])]
    explain: Vec<PathBuf>,
    /// Keep files and tables in this folder, and start with what it already contains
    #[arg(long, value_name = "FOLDER")]
    keep: Option<PathBuf>,
    /// Port of S3 [default: any free one]
    #[arg(long, value_name = "PORT")]
    s3_port: Option<u16>,
    /// Port of the page and of the slash command [default: any free one]
    #[arg(long, value_name = "PORT")]
    slack_port: Option<u16>,
    /// Ask a demo that is already running at this address instead of starting one
    #[arg(long, value_name = "ADDRESS:PORT", requires = "ask")]
    #[arg(conflicts_with_all = ["data", "report", "period", "fiscal_year_start", "fiscal_year_name", "time_zone", "currency", "columns", "decimal_comma", "date_order", "locale", "utc_times", "source", "sources", "explain", "keep", "s3_port", "slack_port"])]
    at: Option<SocketAddr>,
    /// Print the logs of the functions
    #[arg(short, long)]
    verbose: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    let args = Args::parse();
    log(args.verbose);
    match run(args).await {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(args: Args) -> Result<ExitCode, BoxError> {
    if let Some(address) = args.at {
        ask(address, &args.ask, args.json).await?;
        return Ok(ExitCode::SUCCESS);
    }
    if !args.explain.is_empty() {
        let is_accepted = explain::print(&args.explain, settings(&args)?, is_styled())?;
        return Ok(if is_accepted { ExitCode::SUCCESS } else { ExitCode::FAILURE });
    }
    let settings = settings(&args)?;
    let options = Options {
        settings: settings.clone(),
        s3_port: args.s3_port,
        slack_port: args.slack_port,
        folder: args.keep.clone(),
    };
    let stack = Stack::start(options).await?;
    upload::upload(&stack, args.data.as_deref().unwrap_or_else(|| Path::new(FIXTURES))).await?;
    notes::print(&stack).await?;

    if args.report {
        let report = match &args.period {
            None => stack.latest_report().await?.ok_or("these files contain no sales up to this week")?,
            Some(text) => report_of(&stack, text, &settings).await?,
        };
        println!("{}", report::json(&report)?);
    } else {
        let questions = if args.ask.is_empty() { questions(&stack).await? } else { args.ask };
        ask(stack.slack_address, &questions, args.json).await?;
    }
    if !args.once {
        eprint!("{}", notes::next_steps(&stack));
        tokio::signal::ctrl_c().await?;
        eprintln!("\nstopped");
    }
    Ok(ExitCode::SUCCESS)
}

/// Returns the report of a period, as typed on the command line.
async fn report_of(stack: &Stack, text: &str, settings: &[(String, String)]) -> Result<Report, BoxError> {
    let calendar = Variables::from_pairs(settings.iter().cloned()).fiscal_calendar()?;
    let period = period_of(text, jiff::tz::TimeZone::UTC.to_datetime(jiff::Timestamp::now()).date(), calendar);
    let period = period
        .ok_or_else(|| format!("{text:?} is not a period; periods are 2016-W12, 2016-08, 2016-Q3, 2016, FY17"))?;
    let report = stack.report(&Board::Company.key(period)).await?;
    Ok(report.ok_or_else(|| format!("these files contain no sales in {text}"))?)
}

/// Returns the settings of the functions, by the names of their environment variables.
fn settings(args: &Args) -> Result<Vec<(String, String)>, BoxError> {
    let flag = |is_set: bool| is_set.then(|| "true".to_owned());
    let sources = match &args.sources {
        Some(file) => {
            let text = std::fs::read_to_string(file);
            Some(text.map_err(|error| format!("cannot read {}: {error}", file.display()))?)
        }
        None => (!args.source.is_empty()).then(|| format!("[{}]", args.source.join(","))),
    };
    let given = [
        ("TIME_ZONE", args.time_zone.clone()),
        ("CURRENCY", args.currency.clone()),
        ("COLUMNS", args.columns.clone()),
        ("DECIMAL_COMMA", flag(args.decimal_comma)),
        ("DATE_ORDER", args.date_order.clone()),
        ("LOCALE", args.locale.clone()),
        ("UTC_TIMES", flag(args.utc_times)),
        ("SOURCES", sources),
        ("FISCAL_YEAR_START", args.fiscal_year_start.map(|month| month.to_string())),
        ("FISCAL_YEAR_NAME", args.fiscal_year_name.clone()),
        // The demo has everything that can be switched on.
        ("MCP", flag(true)),
    ];
    Ok(given.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect())
}

/// Returns whether the output is for a person at a terminal.
fn is_styled() -> bool {
    io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

/// Returns three questions that the uploaded files can answer.
async fn questions(stack: &Stack) -> Result<Vec<String>, BoxError> {
    let report = stack.latest_report().await?;
    let team = report.and_then(|report| report.teams.into_iter().next());
    let second = team.map_or("top 3".to_owned(), |team| format!("{team} top 3"));
    Ok(vec![String::new(), second, "teams".to_owned()])
}

/// Asks each question in a signed request, and prints the answers.
async fn ask(address: SocketAddr, questions: &[String], json: bool) -> Result<(), BoxError> {
    let styled = is_styled();
    for question in questions {
        let response = client::ask(address, question).await?;
        if response.status != 200 {
            return Err(format!("the slash command returned HTTP {} instead of a message", response.status).into());
        }
        if json {
            println!("{}", response.body);
        } else {
            let message: Value = serde_json::from_str(&response.body)?;
            let command = format!("/standings {question}");
            println!("> {}\n\n{}\n", command.trim_end(), render::render(&message, styled));
        }
    }
    Ok(())
}

/// Sets up logging, which is off unless `--verbose` or `RUST_LOG` turns it on.
fn log(verbose: bool) {
    let default =
        if verbose { "standings_recompute=info,standings_slash_command=info,standings_local=info" } else { "off" };
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(default));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).init();
}
