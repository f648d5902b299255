//! Generated sales files. They are the same on each run.

use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::Path;

const HEADER: &str = "sold_at,salesperson,team,amount\n";

/// Writes rows of `people` people on `days` days from Monday, 3 March 2025. Another seed gives other rows.
fn write_rows(out: &mut impl Write, rows: u32, days: u32, people: u32, seed: u32) -> io::Result<()> {
    for row in 0..rows {
        let random = row.wrapping_add(seed).wrapping_mul(2_654_435_761) >> 8;
        let (day, person, team) = (3 + random % days, random % people, random % 5);
        writeln!(out, "2025-03-{day:02},Person {person},Team {team},{}.{:02}", random % 9000, random % 100)?;
    }
    Ok(())
}

/// Returns a file of one week.
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

/// Writes a file with the rows of `source`, `times` times over.
pub(crate) fn repeat(path: &Path, source: &Path, times: u32) -> io::Result<()> {
    let mut file = BufWriter::new(File::create(path)?);
    file.write_all(HEADER.as_bytes())?;
    for _ in 0..times {
        let mut rows = BufReader::new(File::open(source)?);
        rows.read_exact(&mut [0; HEADER.len()])?;
        io::copy(&mut rows, &mut file)?;
    }
    file.flush()
}
