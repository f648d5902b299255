//! Lines about expected sources, below an answer.

use super::dates;
use super::message::Message;
use super::text::{display_name, escape_mrkdwn};
use crate::freshness::Source;

/// Late sources named below a ranking. The status names all.
const MAX_NAMED: usize = 3;

/// Expected sources in the status, a limit of Slack's small print.
const MAX_LISTED: usize = 10;

/// Adds the sources whose last due upload has not come.
pub(crate) fn with_late(message: Message, sources: &[Source]) -> Message {
    let late: Vec<&Source> = sources.iter().filter(|source| source.is_late).collect();
    let more = late.len().saturating_sub(MAX_NAMED);
    let more = (more > 0).then(|| format!("{more} more sources are late."));
    message.small_print(late.into_iter().take(MAX_NAMED).map(line).chain(more))
}

/// Adds all expected sources.
pub(crate) fn with_sources(message: Message, sources: &[Source]) -> Message {
    message.small_print(sources.iter().take(MAX_LISTED).map(line))
}

fn line(source: &Source) -> String {
    let Source { name, arrived_at, is_late } = source;
    let name = escape_mrkdwn(&display_name(name, 40));
    match (is_late, arrived_at) {
        (true, Some(at)) => format!(":warning: *{name}* is late: its last upload was {}.", dates::instant(*at)),
        (true, None) => format!(":warning: *{name}* is late: nothing was uploaded yet."),
        (false, Some(at)) => format!("*{name}* is up to date: its last upload was {}.", dates::instant(*at)),
        (false, None) => format!("*{name}* is not due yet."),
    }
}
