//! Load: many commands a second, and many files at once, through the whole local stack.
//!
//! It fails where an answer or a ranking is wrong. Times are printed and decide nothing.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program for a terminal")]

mod commands;
mod files;

use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use standings_local::{Options, Stack};

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Asks many commands a second, uploads many files at once, and checks every answer and every sum.
#[derive(Debug, Parser)]
#[command(name = "just load", version)]
struct Args {
    /// Ask for so long, in seconds
    #[arg(long, default_value_t = 60)]
    seconds: u32,
    /// Ask so many commands a second
    #[arg(long, default_value_t = 500)]
    rate: u32,
    /// Upload so many files at once
    #[arg(long, default_value_t = 2000)]
    files: u32,
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
    let stack = Stack::start(Options::default()).await?;
    files::upload(&stack, args.files).await?;
    commands::ask(&stack, args.rate, Duration::from_secs(args.seconds.into())).await
}
