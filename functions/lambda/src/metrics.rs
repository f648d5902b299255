//! Metrics in the CloudWatch embedded metric format (EMF): JSON log lines from which CloudWatch extracts the values.
//!
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html>.

use std::io::{self, Write};
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

/// Maximum number of values of one metric in one line, a limit of the format.
pub const MAX_VALUES: usize = 100;

/// CloudWatch namespace of all metrics.
pub const NAMESPACE: &str = "Standings";

/// Returns a duration in whole milliseconds, for a metric or a field of a log line.
#[must_use]
pub fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// Unit of a metric.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// A number of things.
    Count,
    /// Milliseconds.
    Milliseconds,
}

/// Metrics of one unit of work.
///
/// ```
/// use standings_lambda::{Metrics, Unit};
///
/// Metrics::of("standings-recompute")
///     .with("Files", Unit::Count, 3)
///     .with("EventToReport", Unit::Milliseconds, vec![180, 240, 250])
///     .emit();
/// ```
#[derive(Clone, Debug, Default)]
pub struct Metrics {
    dimensions: Vec<(&'static str, String)>,
    values: Vec<(&'static str, Unit, Value)>,
}

impl Metrics {
    /// Returns empty metrics with the dimension `function`, the name of the Lambda function.
    #[must_use]
    pub fn of(function: &str) -> Self {
        Self { dimensions: vec![("function", function.to_owned())], values: Vec::new() }
    }

    /// Adds a dimension. CloudWatch bills every distinct value as a separate metric.
    #[must_use]
    pub fn by(mut self, name: &'static str, value: &str) -> Self {
        self.dimensions.push((name, value.to_owned()));
        self
    }

    /// Adds a metric: one value, or an array of at most [`MAX_VALUES`].
    #[must_use]
    pub fn with(mut self, name: &'static str, unit: Unit, value: impl Into<Value>) -> Self {
        self.values.push((name, unit, value.into()));
        self
    }

    /// Writes the metrics to standard output, stamped with the current time.
    ///
    /// A write error is ignored: there is nowhere to report it, and it must not fail the invocation.
    pub fn emit(&self) {
        let _ = writeln!(io::stdout().lock(), "{}", self.line(Timestamp::now()));
    }

    /// Returns the log line, without a line feed.
    #[must_use]
    pub fn line(&self, at: Timestamp) -> String {
        let unit = |unit| match unit {
            Unit::Count => "Count",
            Unit::Milliseconds => "Milliseconds",
        };
        let names: Vec<&str> = self.dimensions.iter().map(|(name, _)| *name).collect();
        let metrics: Vec<Value> =
            self.values.iter().map(|(name, of, _)| json!({"Name": name, "Unit": unit(*of)})).collect();
        let mut line = Map::new();
        line.insert(
            "_aws".to_owned(),
            json!({
                "Timestamp": at.as_millisecond(),
                "CloudWatchMetrics": [{"Namespace": NAMESPACE, "Dimensions": [names], "Metrics": metrics}],
            }),
        );
        // Without a level and a timestamp, Lambda wraps the line into a record of its own, and CloudWatch misses it.
        line.insert("level".to_owned(), json!("INFO"));
        line.insert("timestamp".to_owned(), json!(at.to_string()));
        line.insert("message".to_owned(), json!("metrics"));
        line.extend(self.dimensions.iter().map(|(name, value)| ((*name).to_owned(), json!(value))));
        line.extend(self.values.iter().map(|(name, _, value)| ((*name).to_owned(), value.clone())));
        Value::Object(line).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_follows_the_embedded_metric_format() {
        let metrics = Metrics::of("standings-recompute").by("outcome", "found").with("Rows", Unit::Count, 42).with(
            "EventToReport",
            Unit::Milliseconds,
            vec![12, 34],
        );
        let line: Value = serde_json::from_str(&metrics.line(Timestamp::from_second(1_795_460_400).unwrap())).unwrap();
        let expected = json!({
            "_aws": {
                "Timestamp": 1_795_460_400_000_u64,
                "CloudWatchMetrics": [{
                    "Namespace": "Standings",
                    "Dimensions": [["function", "outcome"]],
                    "Metrics": [{"Name": "Rows", "Unit": "Count"}, {"Name": "EventToReport", "Unit": "Milliseconds"}],
                }],
            },
            "level": "INFO",
            "timestamp": "2026-11-23T19:00:00Z",
            "message": "metrics",
            "function": "standings-recompute",
            "outcome": "found",
            "Rows": 42,
            "EventToReport": [12, 34],
        });
        assert_eq!(line, expected);
    }
}
