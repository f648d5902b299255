//! The slash command of Standings: verifies a request from Slack, reads one report, and replies with a message.
//!
//! [`SlashCommand`] is the Lambda function. `main` runs it on Lambda, and the local stack on an embedded DynamoDB. A
//! request goes through these modules, in this order:
//!
//! 1. `event`: the raw body of the HTTP request;
//! 2. `signature`, `secret`: its verification;
//! 3. `form` or `interaction`: the fields of a typed command, or of a pressed button;
//! 4. `allow`: the allow-lists;
//! 5. `command`: the text becomes a query;
//! 6. `answer`, `lookup`: the query is answered, usually with one read;
//! 7. `reply`: the message, as the body of the response, or posted to a `response_url`.
//!
//! `mcp` has the same as tools, for Slackbot and other programs. `handler` calls them, and writes the log line and the metrics by the `outcome`.

mod alert;
mod allow;
mod answer;
mod channel;
mod command;
mod download;
mod event;
mod files;
mod form;
mod freshness;
mod handler;
mod interaction;
mod locale;
mod lookup;
mod mcp;
mod names;
mod outcome;
mod parameter;
mod post_record;
mod reply;
mod response;
mod response_url;
mod scheduled_post;
mod secret;
mod settings;
mod signature;
#[cfg(test)]
mod tests;
mod today;
mod topics;

pub use alert::Alert;
pub use allow::{AllowLists, VerificationToken};
pub use channel::Channels;
pub use command::period_of;
pub use event::Event;
pub use handler::SlashCommand;
pub use locale::Locale;
pub use reply::RankingStyle;
pub use response_url::ResponseUrls;
pub use scheduled_post::{ScheduledPost, WhenComplete};
pub use secret::{SecretError, SigningSecret};
pub use settings::Settings;
pub use today::DateOrder;

/// Returns the message that `/standings file` shows about an upload, in Slack's wire format.
#[must_use]
pub fn file_message(upload: &standings_core::Upload) -> serde_json::Value {
    serde_json::to_value(reply::file(upload)).unwrap_or_default()
}
