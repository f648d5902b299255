//! Load test: many commands per second, and many concurrent uploads, through the whole local stack.
//!
//! It fails if a response or a ranking is wrong. Times are printed, and have no limit.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program for a terminal")]

mod commands;
mod files;

use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use standings_local::{BoxError, Options, Stack};

/// Uploads many files concurrently, sends many commands per second, and checks every total and every response.
#[derive(Debug, Parser)]
#[command(name = "just load", version)]
struct Args {
    /// Duration of the commands in seconds
    #[arg(long, default_value_t = 60)]
    seconds: u32,
    /// Commands per second
    #[arg(long, default_value_t = 500)]
    rate: u32,
    /// Number of files to upload
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

async fn run(args: &Args) -> Result<(), BoxError> {
    let stack = Stack::start(Options::default()).await?;
    files::upload(&stack, args.files).await?;
    commands::send(&stack, args.rate, Duration::from_secs(args.seconds.into())).await
}
