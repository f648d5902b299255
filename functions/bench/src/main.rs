//! Benchmarks: the real release binaries on a local Runtime API, with a peer beside each in the same run.
//!
//! Nothing here decides a test. The table goes to standard output and to a Markdown file, for whoever compares.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program for a terminal")]
#![allow(clippy::float_arithmetic, reason = "ratios of times, and no money")]

mod baseline;
mod command;
mod cost;
mod handler_time;
mod memory;
mod reader;
mod sales;
mod scaling;
mod table;
mod upload;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, ValueEnum};

use self::table::Table;

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Measures Standings and what one would use instead.
#[derive(Debug, Parser)]
#[command(name = "just bench", version)]
struct Args {
    /// The parts to measure [default: all]
    parts: Vec<Part>,
    /// The Python that has the peers
    #[arg(long, value_name = "FILE", default_value = "python3")]
    python: PathBuf,
    /// Write the tables here as well
    #[arg(long, value_name = "FILE")]
    markdown: Option<PathBuf>,
    /// So much less of everything, to see that it works
    #[arg(long, default_value_t = 1)]
    divided_by: u32,
    /// Be the function that is one `GetItem`
    #[arg(long, hide = true)]
    bare: bool,
    /// Read this file, and print the seconds and the memory that it took
    #[arg(long, hide = true, value_name = "FILE")]
    read: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Part {
    /// Rows a second of the reader of sales files
    Reader,
    /// The time and memory of the function for files of gigabytes
    Big,
    /// The time from an upload to the reports
    Upload,
    /// The time from a command to its answer
    Ask,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(&Args::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(args: &Args) -> Result<(), Failure> {
    if args.bare {
        return baseline::run().await;
    }
    if let Some(path) = &args.read {
        let (seconds, peak) = reader::read(path)?;
        println!("{seconds} {peak}");
        return Ok(());
    }
    let mut table = Table::default();
    let (mut upload, mut ask) = (None, None);
    for part in [Part::Reader, Part::Big, Part::Upload, Part::Ask] {
        if !args.parts.is_empty() && !args.parts.contains(&part) {
            continue;
        }
        eprintln!("{part:?} ...");
        match part {
            Part::Reader => reader::measure(&args.python, args.divided_by, &mut table)?,
            Part::Big => scaling::measure(args.divided_by, &mut table).await?,
            Part::Upload => upload = Some(upload::measure(args.divided_by, &mut table).await?),
            Part::Ask => ask = Some(command::measure(&args.python, args.divided_by, &mut table).await?),
        }
    }
    let mut text = format!("{}\n\n{table}", machine());
    if let Some((upload, (command, classic))) = upload.zip(ask) {
        text = format!("{text}\n{}", cost::table(&cost::Measured { command, upload, classic }));
    }
    print!("{text}");
    if let Some(path) = &args.markdown {
        std::fs::write(path, text)?;
    }
    Ok(())
}

/// What it was measured on, and when.
fn machine() -> String {
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or(": unknown");
    let model = model.trim_start_matches([' ', '\t', ':']);
    format!("Measured on {} on {processors} cores ({model}).", jiff::Timestamp::now().strftime("%F"))
}

/// A binary of this workspace; Cargo puts it beside this program.
fn binary(name: &str) -> Result<PathBuf, Failure> {
    Ok(std::env::current_exe()?.with_file_name(name))
}

/// The program of a peer.
fn peer(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("peers").join(name)
}
