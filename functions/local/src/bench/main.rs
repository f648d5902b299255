//! Benchmarks: the real release binaries on a local Runtime API, with a peer beside each in the same run.
//!
//! Nothing here decides a test. The table goes to standard output, for whoever compares.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program for a terminal")]
#![allow(clippy::float_arithmetic, reason = "ratios of times, and no money")]

mod ask;
mod reader;
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
    #[arg(long, value_name = "FILE")]
    python: PathBuf,
    /// So much less of everything, to see that it works
    #[arg(long, default_value_t = 1)]
    divided_by: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Part {
    /// Rows a second of the reader of sales files
    Reader,
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
    let mut table = Table::default();
    for part in [Part::Reader, Part::Upload, Part::Ask] {
        if !args.parts.is_empty() && !args.parts.contains(&part) {
            continue;
        }
        eprintln!("{part:?} ...");
        match part {
            Part::Reader => reader::measure(&args.python, args.divided_by, &mut table)?,
            Part::Upload => upload::measure(args.divided_by, &mut table).await?,
            Part::Ask => ask::measure(&args.python, args.divided_by, &mut table).await?,
        }
    }
    println!("{table}");
    Ok(())
}

/// A binary of this workspace; Cargo puts it beside this program.
fn binary(name: &str) -> Result<PathBuf, Failure> {
    Ok(std::env::current_exe()?.with_file_name(name))
}

/// The program of a peer.
fn peer(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/bench/peers").join(name)
}
