//! Reads sales files as the function does, and prints what they hold.
use std::fs::File;

use standings_recompute::{Settings, reader};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let settings = Settings::read(|name| {
        std::env::var(name).ok().or(Some("x".to_owned()).filter(|_| name.ends_with("TABLE") || name == "SALES_BUCKET"))
    })?;
    for path in std::env::args().skip(1) {
        let start = std::time::Instant::now();
        match reader::read(&path, &settings.reading, || Ok(Box::new(File::open(&path)?))) {
            Ok(file) => {
                let total: standings_core::Decimal =
                    file.weeks.values().flat_map(|w| w.people.values()).map(|p| p.amount()).sum();
                println!(
                    "{path}: {} weeks, {} rows, {} skipped, total {total} in {:?} {:?}",
                    file.weeks.len(),
                    file.rows,
                    file.skipped_rows,
                    start.elapsed(),
                    file.examples
                );
                if file.rows < 20 {
                    println!("{:?}", file.weeks);
                }
            }
            Err(e) => println!("{path}: {e}"),
        }
    }
    Ok(())
}
