//! Logging: JSON lines on standard output, one object per line, as CloudWatch reads them.

use std::{env, panic};

use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// Starts logging at the level of `RUST_LOG`, else `AWS_LAMBDA_LOG_LEVEL`, else INFO. A subscriber that is already
/// installed stays.
///
/// Lambda drops lines below `AWS_LAMBDA_LOG_LEVEL`, metrics among them, which are INFO. `RUST_LOG` leaves them: it only says
/// which lines are written.
///
/// The Lambda runtime's own subscriber omits the timestamp, and Lambda treats a line without one as INFO:
/// <https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html>.
pub fn init() {
    let level = env::var("RUST_LOG").or_else(|_| env::var("AWS_LAMBDA_LOG_LEVEL")).unwrap_or_default();
    let json =
        tracing_subscriber::fmt::layer().json().flatten_event(true).with_current_span(true).with_span_list(false);
    let _ = tracing_subscriber::registry().with(filter(&level)).with(json).try_init();
    // A panic message may quote the data that caused it, including names of people, so only the location is logged. A
    // backtrace would add nothing, since release binaries are stripped of symbols.
    panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "internal error (bug in Standings); please report it");
    }));
}

/// Returns the filter for a level or for directives. Invalid directives must not silence the log, so they mean INFO.
fn filter(level: &str) -> Targets {
    directives(level).parse().unwrap_or_else(|_| Targets::new().with_default(LevelFilter::INFO))
}

/// Returns the filter directives for a level, or the directives as they are.
///
/// A plain level applies to Standings alone (`standings` is a prefix of all its crates' targets). Below INFO the Lambda
/// runtime, the AWS SDK and Polars write whole requests, including names, credentials and signatures, so those levels
/// must be asked for by name: `RUST_LOG=lambda_runtime=trace`.
fn directives(level: &str) -> String {
    let level = match level.trim() {
        "" => LevelFilter::INFO,
        // Lambda's name for the level above ERROR.
        fatal if fatal.eq_ignore_ascii_case("fatal") => LevelFilter::ERROR,
        level => match level.parse() {
            Ok(level) => level,
            Err(_) => return level.to_owned(),
        },
    };
    let others = level.min(LevelFilter::INFO);
    format!("{others},standings={level}")
}

#[cfg(test)]
mod tests {
    use tracing::Level;

    use super::*;

    #[test]
    fn a_plain_level_applies_to_standings_alone() {
        for (level, own, others) in [
            ("", Level::INFO, Level::INFO),
            ("TRACE", Level::TRACE, Level::INFO),
            ("WARN", Level::WARN, Level::WARN),
            ("FATAL", Level::ERROR, Level::ERROR),
        ] {
            let filter = filter(level);
            for (target, most_verbose) in [("standings_recompute::batch", own), ("aws_smithy_runtime", others)] {
                for at in [Level::ERROR, Level::WARN, Level::INFO, Level::DEBUG, Level::TRACE] {
                    assert_eq!(filter.would_enable(target, &at), at <= most_verbose, "{level}: {target} at {at}");
                }
            }
        }
    }

    #[test]
    fn invalid_directives_mean_info() {
        let filter = filter("standings=loud");
        assert!(filter.would_enable("standings_recompute::batch", &Level::INFO));
        assert!(!filter.would_enable("standings_recompute::batch", &Level::DEBUG));
    }

    #[test]
    fn directives_are_used_as_given() {
        assert_eq!(directives("info,aws_smithy_runtime=debug"), "info,aws_smithy_runtime=debug");
    }
}
