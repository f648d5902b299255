//! Prints what Standings costs in a month.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program for a terminal")]

use std::process::ExitCode;

use clap::Parser;
use standings_bench::bill::{self, DOCUMENTED, Workload};
use standings_local::BoxError;

/// Prints what Standings costs in a month, at list prices of us-east-1.
///
/// Without options: the three workloads of terraform/README.md.
#[derive(Debug, Parser)]
#[command(name = "just cost", version)]
struct Args {
    /// Questions asked in Slack
    #[arg(long)]
    questions: Option<u32>,
    /// Files that arrive
    #[arg(long)]
    files: Option<u32>,
    /// Salespeople who sell in a week
    #[arg(long)]
    people: Option<u32>,
    /// Salespeople in one file
    #[arg(long)]
    people_per_file: Option<u32>,
    /// Teams
    #[arg(long)]
    teams: Option<u32>,
    /// GB of sales files in the bucket
    #[arg(long)]
    gigabytes: Option<f64>,
}

impl Args {
    /// The workload of the options, if there is one; what is not given is as in the middle of the documented ones.
    fn workload(&self) -> Option<Workload> {
        let [_, base, _] = DOCUMENTED;
        let workload = Workload {
            questions: self.questions.unwrap_or(base.questions),
            files: self.files.unwrap_or(base.files),
            burst: base.burst,
            people: self.people.unwrap_or(base.people),
            people_per_file: self.people_per_file.unwrap_or(base.people_per_file),
            teams: self.teams.unwrap_or(base.teams),
            gigabytes: self.gigabytes.unwrap_or(base.gigabytes),
        };
        let numbers = [self.questions, self.files, self.people, self.people_per_file, self.teams];
        let is_given = self.gigabytes.is_some() || numbers.iter().any(Option::is_some);
        is_given.then_some(workload)
    }
}

fn main() -> ExitCode {
    match run(&Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &Args) -> Result<(), BoxError> {
    let workload = args.workload();
    print!("{}", bill::table(workload.as_ref().map_or(&DOCUMENTED[..], std::slice::from_ref))?);
    Ok(())
}
