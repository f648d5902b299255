//! Checks of a function's log lines: would CloudWatch parse them, and extract their metrics?

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde_json::Value;
use standings_lambda::metrics::NAMESPACE;

/// Log levels of JSON logs in Lambda.
/// <https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html>
const LEVELS: [&str; 6] = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"];

/// Metric units that Standings uses, of those that CloudWatch knows.
const UNITS: [&str; 2] = ["Count", "Milliseconds"];

/// Maximum values of one metric in a line, a limit of the embedded metric format.
const MAX_VALUES: usize = 100;

/// Maximum dimensions of a metric, a limit of the embedded metric format.
const MAX_DIMENSIONS: usize = 30;

/// Maximum metrics of a directive, a limit of the embedded metric format.
const MAX_METRICS: usize = 100;

/// A line that CloudWatch would not parse: the reason, and the line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}: {1}")]
pub struct LineError(&'static str, String);

/// Parses a line: a JSON object with an RFC 3339 time, a level and a message, and metrics in the embedded metric format.
///
/// # Errors
///
/// If the line is not such an object.
pub fn read(line: &str) -> Result<Value, LineError> {
    let wrong = |problem| LineError(problem, line.to_owned());
    let value: Value = serde_json::from_str(line).map_err(|_| wrong("not JSON"))?;
    let text = |name: &str| value.get(name).and_then(Value::as_str);
    if text("timestamp").is_none_or(|time| time.parse::<Timestamp>().is_err()) {
        return Err(wrong("timestamp is not an RFC 3339 time"));
    }
    if text("level").is_none_or(|level| !LEVELS.contains(&level)) {
        return Err(wrong("level is missing or unknown"));
    }
    if text("message").is_none_or(str::is_empty) {
        return Err(wrong("message is missing or empty"));
    }
    if let Some(metadata) = value.get("_aws") {
        metrics(metadata, &value).map_err(wrong)?;
    }
    Ok(value)
}

/// Returns the metrics in the log lines of a function: for each name, the dimensions it was written with, such as
/// `function,outcome=failed`. The name of the function is left out.
#[must_use]
pub fn series(lines: &[Value]) -> BTreeMap<String, BTreeSet<String>> {
    let mut series: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for line in lines {
        for directive in list(&line["_aws"]["CloudWatchMetrics"]) {
            let names = list(&directive["Dimensions"]).iter().flat_map(list).filter_map(Value::as_str);
            let dimensions: Vec<String> = names
                .map(|name| match &line[name] {
                    Value::String(value) if name != "function" => format!("{name}={value}"),
                    _ => name.to_owned(),
                })
                .collect();
            for metric in list(&directive["Metrics"]).iter().filter_map(|metric| metric["Name"].as_str()) {
                series.entry(metric.to_owned()).or_default().insert(dimensions.join(","));
            }
        }
    }
    series
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

/// Checks metrics against the embedded metric format.
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html>
fn metrics(metadata: &Value, line: &Value) -> Result<(), &'static str> {
    let milliseconds = metadata["Timestamp"].as_i64().and_then(|time| Timestamp::from_millisecond(time).ok());
    let age = milliseconds.ok_or("_aws.Timestamp is not a time in milliseconds")?.duration_until(Timestamp::now());
    // CloudWatch drops metrics that are older than two weeks. Seconds in place of milliseconds would be in 1970.
    if age.as_hours().abs() > 1 {
        return Err("_aws.Timestamp is not the current time");
    }
    let directives = list(&metadata["CloudWatchMetrics"]);
    if directives.is_empty() {
        return Err("_aws.CloudWatchMetrics is missing or empty");
    }
    for directive in directives {
        if directive["Namespace"] != NAMESPACE {
            return Err("unexpected namespace");
        }
        let dimensions: Vec<&Value> = list(&directive["Dimensions"]).iter().flat_map(list).collect();
        if dimensions.is_empty() || dimensions.len() > MAX_DIMENSIONS {
            return Err("no dimensions, or too many");
        }
        if !dimensions.iter().all(|name| name.as_str().is_some_and(|name| line[name].is_string())) {
            return Err("a dimension is not a text member of the line");
        }
        let metrics = list(&directive["Metrics"]);
        if metrics.is_empty() || metrics.len() > MAX_METRICS {
            return Err("no metrics, or too many");
        }
        for metric in metrics {
            if !metric["Unit"].as_str().is_some_and(|unit| UNITS.contains(&unit)) {
                return Err("the unit of a metric is missing or unexpected");
            }
            let value = metric["Name"]
                .as_str()
                .and_then(|name| line.get(name))
                .ok_or("a metric is not a member of the line")?;
            let numbers = list(value);
            let is_list = (1..=MAX_VALUES).contains(&numbers.len()) && numbers.iter().all(Value::is_number);
            if !(value.is_number() || is_list) {
                return Err("a metric is neither a number nor a list of numbers");
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use standings_lambda::{Metrics, Unit};

    use super::*;

    #[test]
    fn log_lines_are_accepted_and_others_are_rejected_with_the_reason() {
        let now = Timestamp::now();
        let metrics = Metrics::of("f").by("outcome", "found").with("Rows", Unit::Count, vec![1, 2]);
        read(&metrics.line(now)).unwrap();
        read(r#"{"timestamp":"2026-11-24T09:00:00Z","level":"INFO","message":"hello"}"#).unwrap();
        for (line, problem) in [
            ("Error: it broke", "not JSON"),
            (r#"{"level":"INFO","message":"hello"}"#, "timestamp is not an RFC 3339 time"),
            (r#"{"timestamp":"2026-11-24T09:00:00Z","message":"hello"}"#, "level is missing or unknown"),
            (r#"{"timestamp":"2026-11-24T09:00:00Z","level":"INFO"}"#, "message is missing or empty"),
            (&metrics.line(Timestamp::from_second(1_700_000).unwrap()), "_aws.Timestamp is not the current time"),
            (&metrics.line(now).replace("\"Rows\":[1,2]", "\"Lines\":1"), "a metric is not a member of the line"),
            (
                &metrics.line(now).replace("\"outcome\":\"found\"", "\"x\":1"),
                "a dimension is not a text member of the line",
            ),
            (&Metrics::of("f").line(now), "no metrics, or too many"),
        ] {
            assert_eq!(read(line).unwrap_err().0, problem, "{line}");
        }
    }
}
