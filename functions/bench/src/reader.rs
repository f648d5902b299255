//! Rows per second of the reader, compared with `DuckDB`, Polars and Pandas in Python on the same file.

use std::ffi::OsStr;
use std::fs::File;
use std::io;
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use standings_bench::grouped;
use standings_local::BoxError;
use standings_reader::{Bytes, Origin, Reading};

use crate::table::Table;
use crate::{memory, peer, sales};

const ROWS: u32 = 5_000_000;

/// Files and their peers. Pandas needs another library to read Parquet.
const PEERS: [(&str, &str, &[&str]); 2] =
    [("CSV", "sales.csv", &["DuckDB", "Polars", "Pandas"]), ("Parquet", "sales.parquet", &["DuckDB", "Polars"])];

/// Runs per reader, of which the best is reported. Pandas, which takes the longest by far, runs once.
const RUNS: u32 = 3;

pub(crate) fn measure(python: &Path, divided_by: u32) -> Result<Table, BoxError> {
    let note = "A ratio above 1 is in favor of Standings: more rows per second, or less memory.";
    let mut table = Table::new("Reading and summing a file", note);
    let folder = tempfile::tempdir()?;
    let rows = ROWS / divided_by;
    let csv = folder.path().join("sales.csv");
    sales::write(&csv, rows)?;
    let script = peer("reader.py");
    let written = Command::new(python).arg(&script).arg("parquet").arg(&csv).arg("1").output()?;
    if !written.status.success() {
        let error = String::from_utf8_lossy(&written.stderr);
        return Err(format!("the Parquet file could not be written: {error}").into());
    }

    for (format, name, peers) in PEERS {
        let path = folder.path().join(name);
        // A process of its own, like each peer, so that peak memory can be compared.
        let this = std::env::current_exe()?;
        let (seconds, peak) = run(&this, [OsStr::new("--read"), path.as_os_str()])?;
        let rate = f64::from(rows) / seconds;
        let mut theirs = Vec::new();
        for peer in peers {
            let runs = if *peer == "Pandas" { 1 } else { RUNS }.to_string();
            let function = peer.to_lowercase();
            let arguments = [script.as_os_str(), OsStr::new(&function), path.as_os_str(), OsStr::new(&runs)];
            theirs.push((*peer, run(python, arguments)?));
        }
        for (peer, (seconds, _)) in &theirs {
            let what = format!("{format}, {} rows: rate", grouped(rows));
            table.rate(&what, rate, Some((peer, f64::from(rows) / seconds)));
        }
        for (peer, (_, their_peak)) in &theirs {
            table.size(&format!("{format}, {} rows: memory", grouped(rows)), peak, Some((peer, *their_peak)));
        }
    }
    Ok(table)
}

/// Runs a program that prints the seconds of its best run and its peak memory in bytes.
fn run<'a>(program: &Path, arguments: impl IntoIterator<Item = &'a OsStr>) -> Result<(f64, u64), BoxError> {
    let output = Command::new(program).args(arguments).output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let mut numbers = text.split_whitespace();
    let measured = || -> Option<(f64, u64)> { Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?)) }();
    measured.ok_or_else(|| {
        let error = String::from_utf8_lossy(&output.stderr);
        format!("{} did not print seconds and bytes: {text}{error}", program.display()).into()
    })
}

/// A local file.
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

/// Reads a file with our reader. Returns the seconds of the best run and the peak memory in bytes.
pub(crate) fn read(path: &Path) -> Result<(f64, u64), BoxError> {
    let reading = Reading::default();
    let name = path.to_string_lossy();
    let mut best = f64::INFINITY;
    for _ in 0..RUNS {
        let started = Instant::now();
        let file = standings_reader::read(&name, &reading, &Local { path, file: File::open(path)? })?;
        best = best.min(started.elapsed().as_secs_f64());
        if file.skipped_rows > 0 || file.rows == 0 {
            return Err(format!("{} rows read, {} skipped", file.rows, file.skipped_rows).into());
        }
    }
    Ok((best, memory::peak(std::process::id())?))
}
