//! Logging: one JSON object a line, as CloudWatch reads it.

use std::{env, panic};

use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// Starts logging to standard output, from `AWS_LAMBDA_LOG_LEVEL` or `RUST_LOG` on, else from INFO on.
///
/// The runtime's own subscriber leaves out the time, and Lambda takes a line without one for INFO.
/// <https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html>
pub fn init() {
    let level = env::var("AWS_LAMBDA_LOG_LEVEL").or_else(|_| env::var("RUST_LOG")).unwrap_or_default();
    // What cannot be read is no reason to log nothing.
    let filter: Targets = directives(&level).parse().unwrap_or_else(|_| Targets::new().with_default(LevelFilter::INFO));
    let json =
        tracing_subscriber::fmt::layer().json().flatten_event(true).with_current_span(true).with_span_list(false);
    // A subscriber that stands already stays.
    let _ = tracing_subscriber::registry().with(filter).with(json).try_init();
    // A panic may quote what it broke on, names of people too, so the log has only the place.
    panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "this is a bug of Standings; please report it");
    }));
}

/// A plain level goes for this code alone: at their lower levels the Lambda runtime, the SDK and Polars write whole
/// requests, names and credentials included. Whoever wants that must say so (`RUST_LOG=lambda_runtime=trace`).
fn directives(level: &str) -> String {
    let level = match level.trim() {
        "" => LevelFilter::INFO,
        fatal if fatal.eq_ignore_ascii_case("fatal") => LevelFilter::ERROR,
        level => match level.parse() {
            Ok(level) => level,
            Err(_) => return level.to_owned(),
        },
    };
    let others = level.min(LevelFilter::INFO);
    format!("{others},standings_core={level},standings_recompute={level}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_runtime_and_the_sdk_never_write_requests_unless_asked_by_name() {
        assert_eq!(directives(""), "info,standings_core=info,standings_recompute=info");
        assert_eq!(directives("TRACE"), "info,standings_core=trace,standings_recompute=trace");
        assert_eq!(directives("FATAL"), "error,standings_core=error,standings_recompute=error");
        assert_eq!(directives("info,aws_smithy_runtime=debug"), "info,aws_smithy_runtime=debug");
    }
}
