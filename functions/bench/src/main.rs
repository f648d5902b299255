//! Benchmarks: the release binaries on a local Runtime API, each compared with a peer in the same run.
//!
//! The results go to standard output and to a Markdown file. They are for people to compare; no test depends on them.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program for a terminal")]
#![allow(clippy::float_arithmetic, reason = "ratios of times, not money")]

mod baseline;
mod command;
mod cost;
mod growth;
mod handler_time;
mod memory;
mod reader;
mod sales;
mod scaling;
mod table;
mod upload;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, ValueEnum};
use standings_local::BoxError;

/// Measures Standings and what one would use instead.
#[derive(Debug, Parser)]
#[command(name = "just bench", version)]
struct Args {
    /// Parts to measure [default: all]
    parts: Vec<Part>,
    /// Python interpreter that has the peers' packages
    #[arg(long, value_name = "FILE", default_value = "python3")]
    python: PathBuf,
    /// Also write the results to this file
    #[arg(long, value_name = "FILE")]
    markdown: Option<PathBuf>,
    /// Divide all sizes and counts by this, for a quick check that everything runs
    #[arg(long, default_value_t = 1)]
    divided_by: u32,
    /// Run as the baseline: the function that makes one `GetItem`
    #[arg(long, hide = true)]
    baseline: bool,
    /// Read this file, and print the seconds and the peak memory
    #[arg(long, hide = true, value_name = "FILE")]
    read: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Part {
    /// Rows per second of the reader
    Reader,
    /// Time and memory of recompute for files of 1, 2 and 4 GB
    Scaling,
    /// Time from an upload to fresh reports
    Upload,
    /// Time, calls and capacity units of an upload, in weeks of up to 50,000 files
    Growth,
    /// Time from a command to its response
    Command,
}

#[tokio::main]
async fn main() -> ExitCode {
    match Box::pin(run(&Args::parse())).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(args: &Args) -> Result<(), BoxError> {
    if args.baseline {
        return baseline::run().await;
    }
    if let Some(path) = &args.read {
        let (seconds, peak) = reader::read(path)?;
        println!("{seconds} {peak}");
        return Ok(());
    }
    let python = on_path(&args.python);
    let mut text = machine();
    let (mut upload, mut command) = (None, None);
    for part in [Part::Reader, Part::Scaling, Part::Upload, Part::Growth, Part::Command] {
        if !args.parts.is_empty() && !args.parts.contains(&part) {
            continue;
        }
        eprintln!("{part:?} ...");
        let table = match part {
            Part::Growth => {
                write!(text, "\n{}", growth::measure(args.divided_by).await?)?;
                continue;
            }
            Part::Reader => reader::measure(&python, args.divided_by)?,
            Part::Scaling => scaling::measure(args.divided_by).await?,
            Part::Upload => {
                let (table, time) = upload::measure(args.divided_by).await?;
                upload = Some(time);
                table
            }
            Part::Command => {
                let (table, times) = command::measure(&python, args.divided_by).await?;
                command = Some(times);
                table
            }
        };
        write!(text, "\n{table}")?;
    }
    if let Some((upload, command)) = upload.zip(command) {
        write!(text, "\n{}", cost::table(upload, &command)?)?;
    }
    print!("{text}");
    if let Some(path) = &args.markdown {
        std::fs::write(path, text)?;
    }
    Ok(())
}

/// Returns the path of a program that is named without a folder. The functions of the peers run in an empty environment,
/// without a `PATH` to find it by.
fn on_path(program: &Path) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).map(|folder| folder.join(program)).find(|file| file.is_file());
    found.unwrap_or_else(|| program.to_owned())
}

/// Returns a line with the date and the machine.
fn machine() -> String {
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or(": unknown");
    let model = model.trim_start_matches([' ', '\t', ':']);
    format!("Measured on {} on {processors} cores ({model}).\n", jiff::Timestamp::now().strftime("%F"))
}

/// Returns the path of a binary of this workspace. Cargo puts all of them into one folder.
fn binary(name: &str) -> Result<PathBuf, BoxError> {
    Ok(std::env::current_exe()?.with_file_name(name))
}

/// Returns the path of a peer's program.
fn peer(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("peers").join(name)
}
