//! Logging: one JSON object a line, as CloudWatch reads it.

use tracing_subscriber::EnvFilter;

/// Starts logging to standard output, from `AWS_LAMBDA_LOG_LEVEL` or `RUST_LOG` on, else from INFO on.
///
/// The runtime's own subscriber leaves out the time, and Lambda takes a line without one for INFO.
/// <https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html>
pub fn init() {
    let level = std::env::var("AWS_LAMBDA_LOG_LEVEL").or_else(|_| std::env::var("RUST_LOG")).unwrap_or_default();
    let filter =
        EnvFilter::try_new(&level).ok().filter(|_| !level.is_empty()).unwrap_or_else(|| EnvFilter::new("info"));
    tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_current_span(true)
        .with_span_list(false)
        .with_env_filter(filter)
        .init();
}
