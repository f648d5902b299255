//! The sales that are measured with: the same on each run.

use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::Path;

/// The column names, as every export has them.
const HEADER: &str = "sold_at,salesperson,team,amount\n";

/// Sales of a thousand people on so many days from 3 March 2025 on, a Monday; the seed makes them others.
fn write_rows(out: &mut impl Write, rows: u32, days: u32, people: u32, seed: u32) -> io::Result<()> {
    for row in 0..rows {
        let random = row.wrapping_add(seed).wrapping_mul(2_654_435_761) >> 8;
        let (day, person, team) = (3 + random % days, random % people, random % 5);
        writeln!(out, "2025-03-{day:02},Person {person},Team {team},{}.{:02}", random % 9000, random % 100)?;
    }
    Ok(())
}

/// A file of one week.
pub(crate) fn week(rows: u32, people: u32, seed: u32) -> io::Result<Vec<u8>> {
    let mut text = HEADER.as_bytes().to_vec();
    write_rows(&mut text, rows, 7, people, seed)?;
    Ok(text)
}

/// Writes a file of four weeks and a thousand people.
pub(crate) fn write(path: &Path, rows: u32) -> io::Result<()> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    let mut file = BufWriter::new(File::create(path)?);
    file.write_all(HEADER.as_bytes())?;
    write_rows(&mut file, rows, 28, 1000, 0)?;
    file.flush()
}

/// Writes a file with all rows of another so many times.
pub(crate) fn repeat(path: &Path, of: &Path, times: u32) -> io::Result<()> {
    let mut file = BufWriter::new(File::create(path)?);
    file.write_all(HEADER.as_bytes())?;
    for _ in 0..times {
        let mut rows = BufReader::new(File::open(of)?);
        rows.read_exact(&mut [0; HEADER.len()])?;
        io::copy(&mut rows, &mut file)?;
    }
    file.flush()
}
