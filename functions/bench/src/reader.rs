//! Rows a second of the reader of sales files, beside `DuckDB`, Polars and Pandas in Python on the same file.

use std::ffi::OsStr;
use std::fs::File;
use std::io;
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use standings_reader::{Bytes, Origin, Reading};

use crate::table::Table;
use crate::{Failure, memory, peer, sales};

const ROWS: u32 = 5_000_000;

/// Pandas reads Parquet only with a further library, and takes too long for money in CSV to be asked twice.
const PEERS: [(&str, &[&str]); 2] =
    [("sales.csv", &["duckdb", "polars", "pandas"]), ("sales.parquet", &["duckdb", "polars"])];

const RUNS: u32 = 3;

pub(crate) fn measure(python: &Path, divided_by: u32, table: &mut Table) -> Result<(), Failure> {
    let folder = tempfile::tempdir()?;
    let rows = ROWS / divided_by;
    let csv = folder.path().join("sales.csv");
    sales::write(&csv, rows)?;
    let script = peer("reader.py");
    let written = Command::new(python).arg(&script).arg("parquet").arg(&csv).arg("1").output()?;
    if !written.status.success() {
        return Err(format!("no Parquet file: {}", String::from_utf8_lossy(&written.stderr)).into());
    }

    for (name, peers) in PEERS {
        let path = folder.path().join(name);
        // A process of its own, as each peer is one.
        let this = std::env::current_exe()?;
        let (seconds, peak) = run(&this, [OsStr::new("--read"), path.as_os_str()])?;
        let rate = f64::from(rows) / seconds;
        for peer in peers {
            let runs = if *peer == "pandas" { 1 } else { RUNS }.to_string();
            let arguments = [script.as_os_str(), OsStr::new(peer), path.as_os_str(), OsStr::new(&runs)];
            let (seconds, its_peak) = run(python, arguments)?;
            table.rate(&format!("{name}, {rows} rows, read and summed"), rate, Some((peer, f64::from(rows) / seconds)));
            table.size(&format!("{name}, memory"), peak, Some((peer, its_peak)));
        }
    }
    Ok(())
}

/// Runs a program that prints the seconds of its best run and its memory at most, in bytes.
fn run<'a>(program: &Path, arguments: impl IntoIterator<Item = &'a OsStr>) -> Result<(f64, u64), Failure> {
    let output = Command::new(program).args(arguments).output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let mut numbers = text.split_whitespace();
    let measured = || -> Option<(f64, u64)> { Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?)) }();
    measured.ok_or_else(|| {
        format!("{} does not measure: {text}{}", program.display(), String::from_utf8_lossy(&output.stderr)).into()
    })
}

/// A file of this machine.
struct Local<'a> {
    path: &'a Path,
    file: File,
}

impl Origin for Local<'_> {
    fn size(&self) -> u64 {
        self.file.metadata().map_or(0, |metadata| metadata.len())
    }

    fn open(&self) -> io::Result<Bytes> {
        Ok(Box::new(File::open(self.path)?))
    }

    fn part(&self, range: Range<u64>, to: &mut Vec<u8>) -> io::Result<()> {
        let begin = to.len();
        to.resize(begin + usize::try_from(range.end - range.start).map_err(io::Error::other)?, 0);
        self.file.read_exact_at(&mut to[begin..], range.start)
    }
}

/// Our side of it: reads a file, and returns the seconds of the best run and the memory at most, in bytes.
pub(crate) fn read(path: &Path) -> Result<(f64, u64), Failure> {
    let reading = Reading::default();
    let name = path.to_string_lossy();
    let mut best = f64::INFINITY;
    for _ in 0..RUNS {
        let started = Instant::now();
        let file = standings_reader::read(&name, &reading, &Local { path, file: File::open(path)? })?;
        best = best.min(started.elapsed().as_secs_f64());
        if file.skipped_rows > 0 || file.rows == 0 {
            return Err(format!("{} rows were skipped", file.skipped_rows).into());
        }
    }
    Ok((best, memory::peak(std::process::id())?))
}
