//! Markdown tables of measurements.

use std::fmt;
use std::time::Duration;

use standings_bench::grouped;

/// A table: each row compares a measurement of Standings with one of a peer.
#[derive(Debug)]
pub(crate) struct Table {
    title: &'static str,
    /// Says what the ratio means.
    note: &'static str,
    rows: Vec<Row>,
}

#[derive(Debug)]
struct Row {
    what: String,
    standings: String,
    peer: String,
    ratio: String,
}

impl Table {
    pub(crate) fn new(title: &'static str, note: &'static str) -> Self {
        Self { title, note, rows: Vec::new() }
    }

    /// Adds a time. The ratio is the peer's time divided by ours.
    pub(crate) fn time(&mut self, what: &str, time: Duration, peer: Option<(&str, Duration)>) {
        let ratio = peer.map(|(_, other)| other.as_secs_f64() / time.as_secs_f64());
        self.add(what, milliseconds(time), peer.map(|(name, other)| (name, milliseconds(other))), ratio);
    }

    /// Adds a rate in rows per second. The ratio is our rate divided by the peer's.
    pub(crate) fn rate(&mut self, what: &str, rate: f64, peer: Option<(&str, f64)>) {
        let millions = |rate: f64| format!("{:.2} million rows/s", rate / 1e6);
        let ratio = peer.map(|(_, other)| rate / other);
        self.add(what, millions(rate), peer.map(|(name, other)| (name, millions(other))), ratio);
    }

    /// Adds a size in bytes. The ratio is the peer's size divided by ours.
    pub(crate) fn size(&mut self, what: &str, bytes: u64, peer: Option<(&str, u64)>) {
        let megabytes = |bytes: u64| format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000);
        let ratio = peer
            .and_then(|(_, other)| Some(f64::from(u32::try_from(other).ok()?) / f64::from(u32::try_from(bytes).ok()?)));
        self.add(what, megabytes(bytes), peer.map(|(name, other)| (name, megabytes(other))), ratio);
    }

    fn add(&mut self, what: &str, standings: String, peer: Option<(&str, String)>, ratio: Option<f64>) {
        self.rows.push(Row {
            what: what.to_owned(),
            standings,
            peer: peer.map(|(name, value)| format!("{name}: {value}")).unwrap_or_default(),
            ratio: ratio.map(|ratio| format!("{ratio:.2}")).unwrap_or_default(),
        });
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "### {}\n\n{}\n", self.title, self.note)?;
        writeln!(f, "| what | Standings | peer | ratio |\n|---|---|---|---|")?;
        let mut previous: Option<&Row> = None;
        for row in &self.rows {
            // A subject that is compared with several peers is named once.
            let is_repeated =
                previous.is_some_and(|other| (&other.what, &other.standings) == (&row.what, &row.standings));
            let (what, standings) = if is_repeated { ("", "") } else { (&*row.what, &*row.standings) };
            writeln!(f, "| {what} | {standings} | {} | {} |", row.peer, row.ratio)?;
            previous = Some(row);
        }
        Ok(())
    }
}

/// Formats a time.
pub(crate) fn milliseconds(time: Duration) -> String {
    format!("{}.{:02} ms", grouped(time.as_millis()), time.subsec_micros() % 1000 / 10)
}

/// Returns the percentile of the times: the smallest one that `percent` of them do not exceed.
pub(crate) fn percentile(times: &mut [Duration], percent: usize) -> Duration {
    times.sort_unstable();
    times.get((times.len() * percent).div_ceil(100).saturating_sub(1)).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_with_several_peers_is_named_once() {
        let mut table = Table::new("Title", "Note.");
        let second = Duration::from_secs(1);
        table.time("a", second, Some(("x", second * 2)));
        table.time("a", second, Some(("y", second / 2)));
        table.size("b", 1_500_000, None);
        let rows = "### Title\n\nNote.\n\n| what | Standings | peer | ratio |\n|---|---|---|---|\n\
                    | a | 1,000.00 ms | x: 2,000.00 ms | 2.00 |\n|  |  | y: 500.00 ms | 0.50 |\n| b | 1.5 MB |  |  |\n";
        assert_eq!(table.to_string(), rows);
    }
}
