//! The table of what was measured.

use std::fmt;
use std::time::Duration;

/// Rows of what was measured, each beside what it is compared with.
#[derive(Debug, Default)]
pub(crate) struct Table(Vec<[String; 4]>);

impl Table {
    /// Adds a time, which is compared with another: the ratio is how many times as long the other takes.
    pub(crate) fn time(&mut self, what: &str, time: Duration, beside: Option<(&str, Duration)>) {
        let ratio = beside.map(|(_, other)| other.as_secs_f64() / time.as_secs_f64());
        self.add(
            what,
            milliseconds(time),
            beside.map(|(name, other)| format!("{name}: {}", milliseconds(other))),
            ratio,
        );
    }

    /// Adds a rate, in so many things a second: the ratio is how many times as many these are.
    pub(crate) fn rate(&mut self, what: &str, rate: f64, beside: Option<(&str, f64)>) {
        let millions = |rate: f64| format!("{:.2} million/s", rate / 1e6);
        let (beside, ratio) =
            beside.map(|(name, other)| (format!("{name}: {}", millions(other)), rate / other)).unzip();
        self.add(what, millions(rate), beside, ratio);
    }

    /// Adds a size in bytes.
    pub(crate) fn size(&mut self, what: &str, bytes: u64, beside: Option<(&str, u64)>) {
        let megabytes = |bytes: u64| format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000);
        let ratio = beside
            .and_then(|(_, other)| Some(f64::from(u32::try_from(other).ok()?) / f64::from(u32::try_from(bytes).ok()?)));
        self.add(what, megabytes(bytes), beside.map(|(name, other)| format!("{name}: {}", megabytes(other))), ratio);
    }

    fn add(&mut self, what: &str, measured: String, beside: Option<String>, ratio: Option<f64>) {
        let ratio = ratio.map(|ratio| format!("{ratio:.2}"));
        self.0.push([what.to_owned(), measured, beside.unwrap_or_default(), ratio.unwrap_or_default()]);
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "| what | Standings | beside it | times |\n|---|---|---|---|")?;
        self.0.iter().try_for_each(|row| writeln!(f, "| {} |", row.join(" | ")))
    }
}

fn milliseconds(time: Duration) -> String {
    format!("{}.{:02} ms", time.as_millis(), time.subsec_micros() % 1000 / 10)
}

/// The value that this share, in percent, of the values does not exceed.
pub(crate) fn percentile(times: &mut [Duration], percent: usize) -> Duration {
    times.sort_unstable();
    times.get((times.len() * percent).div_ceil(100).saturating_sub(1)).copied().unwrap_or_default()
}
