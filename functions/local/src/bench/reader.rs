//! Rows a second of the reader of sales files, beside `DuckDB`, Polars and Pandas in Python on the same file.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use standings_recompute::Settings;
use standings_recompute::reader;

use crate::table::Table;
use crate::{Failure, peer};

const ROWS: u32 = 5_000_000;

const PEERS: [&str; 3] = ["duckdb", "polars", "pandas"];

const RUNS: u32 = 3;

pub(crate) fn measure(python: &Path, divided_by: u32, table: &mut Table) -> Result<(), Failure> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("sales.csv");
    let rows = ROWS / divided_by;
    write(&path, rows)?;

    let settings = Settings::from_pairs([("SALES_BUCKET", "b"), ("LEDGER_TABLE", "l"), ("REPORTS_TABLE", "r")])?;
    let mut best = f64::INFINITY;
    for _ in 0..RUNS {
        let started = Instant::now();
        let file = reader::read("sales.csv", &settings.reading, || Ok(Box::new(File::open(&path)?)))?;
        best = best.min(started.elapsed().as_secs_f64());
        if file.rows != u64::from(rows) {
            return Err(format!("{} rows were read instead of {rows}", file.rows).into());
        }
    }
    let ours = f64::from(rows) / best;
    for name in PEERS {
        let output = Command::new(python).arg(peer("reader.py")).arg(name).arg(&path).arg(RUNS.to_string()).output()?;
        let seconds = String::from_utf8_lossy(&output.stdout).trim().parse::<f64>();
        let seconds = seconds.map_err(|_| format!("{name}: {}", String::from_utf8_lossy(&output.stderr)))?;
        table.rate("rows of a CSV, read and summed", ours, Some((name, f64::from(rows) / seconds)));
    }
    Ok(())
}

/// Sales of four weeks, of a thousand people.
fn write(path: &Path, rows: u32) -> Result<(), Failure> {
    let mut file = BufWriter::new(File::create(path)?);
    writeln!(file, "sold_at,salesperson,team,amount")?;
    for row in 0..rows {
        let random = row.wrapping_mul(2_654_435_761) >> 8;
        let (day, person, team) = (3 + random % 28, random % 1000, random % 5);
        writeln!(file, "2025-03-{day:02},Person {person},Team {team},{}.{:02}", random % 9000, random % 100)?;
    }
    Ok(file.flush()?)
}
