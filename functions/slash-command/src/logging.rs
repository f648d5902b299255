//! Logging: JSON lines on standard output, as `CloudWatch` reads them.

use std::{env, panic};

use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// Starts logging. Lambda reads the level and the RFC 3339 time of each line.
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

/// A plain level goes for this code alone: at their lower levels the Lambda runtime and the SDK write whole requests,
/// names and signatures included. Whoever wants that must say so (`RUST_LOG=lambda_runtime=trace`).
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
    format!("{others},standings_core={level},standings_slash_command={level}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_runtime_never_writes_requests_unless_asked_by_name() {
        assert_eq!(directives(""), "info,standings_core=info,standings_slash_command=info");
        assert_eq!(directives("TRACE"), "info,standings_core=trace,standings_slash_command=trace");
        assert_eq!(directives("WARN"), "warn,standings_core=warn,standings_slash_command=warn");
        assert_eq!(directives("FATAL"), "error,standings_core=error,standings_slash_command=error");
        assert_eq!(directives("info,aws_smithy_runtime=debug"), "info,aws_smithy_runtime=debug");
    }
}
