//! The log of a function, read line by line as CloudWatch reads it.

use jiff::Timestamp;
use serde_json::Value;
use standings_lambda::metrics::NAMESPACE;

/// What CloudWatch takes for a level.
/// <https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html>
const LEVELS: [&str; 6] = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"];

/// Units that metrics may have here.
const UNITS: [&str; 2] = ["Count", "Milliseconds"];

/// CloudWatch takes so many values of a metric from one line.
const MAX_VALUES: usize = 100;

/// Why a line is none that CloudWatch would take.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}: {1}")]
pub struct LineError(&'static str, String);

/// Reads a line: one JSON object with an RFC 3339 time and a level; metrics in the embedded metric format.
///
/// # Errors
///
/// Says what is wrong with the line.
pub fn read(line: &str) -> Result<Value, LineError> {
    let wrong = |problem| LineError(problem, line.to_owned());
    let value: Value = serde_json::from_str(line).map_err(|_| wrong("this is no JSON"))?;
    let text = |name: &str| value.get(name).and_then(Value::as_str);
    if text("timestamp").is_none_or(|time| time.parse::<Timestamp>().is_err()) {
        return Err(wrong("there is no RFC 3339 time"));
    }
    if text("level").is_none_or(|level| !LEVELS.contains(&level)) {
        return Err(wrong("there is no level"));
    }
    if text("message").is_none_or(str::is_empty) {
        return Err(wrong("it says nothing"));
    }
    if let Some(metadata) = value.get("_aws") {
        metrics(metadata, &value).map_err(wrong)?;
    }
    Ok(value)
}

/// Checks metrics against the embedded metric format.
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html>
fn metrics(metadata: &Value, line: &Value) -> Result<(), &'static str> {
    fn list(value: &Value) -> &[Value] {
        value.as_array().map(Vec::as_slice).unwrap_or_default()
    }
    let milliseconds = metadata["Timestamp"].as_i64().and_then(|time| Timestamp::from_millisecond(time).ok());
    let age = milliseconds.ok_or("_aws.Timestamp is no time in milliseconds")?.duration_until(Timestamp::now());
    // CloudWatch drops what is older than two weeks; seconds taken for milliseconds would be of 1970.
    if age.as_hours().abs() > 1 {
        return Err("_aws.Timestamp is not now");
    }
    let directives = list(&metadata["CloudWatchMetrics"]);
    if directives.is_empty() {
        return Err("there is no directive");
    }
    for directive in directives {
        if directive["Namespace"] != NAMESPACE {
            return Err("the namespace is another");
        }
        let dimensions: Vec<&Value> = list(&directive["Dimensions"]).iter().flat_map(list).collect();
        if dimensions.is_empty() || dimensions.len() > 30 {
            return Err("there are no dimensions, or too many");
        }
        if !dimensions.iter().all(|name| name.as_str().is_some_and(|name| line[name].is_string())) {
            return Err("a dimension is no member of the line");
        }
        let metrics = list(&directive["Metrics"]);
        if metrics.is_empty() || metrics.len() > 100 {
            return Err("there are no metrics, or too many");
        }
        for metric in metrics {
            if !metric["Unit"].as_str().is_some_and(|unit| UNITS.contains(&unit)) {
                return Err("a metric has no unit");
            }
            let value = metric["Name"].as_str().and_then(|name| line.get(name)).ok_or("a metric is no member")?;
            let numbers = list(value);
            let many = (1..=MAX_VALUES).contains(&numbers.len()) && numbers.iter().all(Value::is_number);
            if !(value.is_number() || many) {
                return Err("a metric is neither a number nor a list of them");
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
    fn lines_of_functions_are_read_and_others_are_not() {
        let now = Timestamp::now();
        let metrics = Metrics::of("f").by("outcome", "found").with("Rows", Unit::Count, vec![1, 2]);
        read(&metrics.line(now)).unwrap();
        read(r#"{"timestamp":"2026-11-24T09:00:00Z","level":"INFO","message":"hello"}"#).unwrap();
        for (line, problem) in [
            ("Error: it broke", "this is no JSON"),
            (r#"{"level":"INFO","message":"hello"}"#, "there is no RFC 3339 time"),
            (r#"{"timestamp":"2026-11-24T09:00:00Z","message":"hello"}"#, "there is no level"),
            (r#"{"timestamp":"2026-11-24T09:00:00Z","level":"INFO"}"#, "it says nothing"),
            (&metrics.line(Timestamp::from_second(1_700_000).unwrap()), "_aws.Timestamp is not now"),
            (&metrics.line(now).replace("\"Rows\":[1,2]", "\"Lines\":1"), "a metric is no member"),
            (&metrics.line(now).replace("\"outcome\":\"found\"", "\"x\":1"), "a dimension is no member of the line"),
            (&Metrics::of("f").line(now), "there are no metrics, or too many"),
        ] {
            assert_eq!(read(line).unwrap_err().0, problem, "{line}");
        }
    }
}
