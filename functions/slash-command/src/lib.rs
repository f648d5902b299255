//! The slash command of Standings: a signed request comes in, one report is read, a message goes out.
//!
//! [`SlashCommand`] is the whole of it; `main` only wires it to the Lambda runtime, and the local stack to an embedded
//! `DynamoDB`. A request passes, in this order: its raw body (`event`), its signature (`signature`, `secret`), the
//! allow-lists (`allow`), the words that were typed (`command`) or pressed (`interaction`), one read (`answer`,
//! `lookup`), and the message (`reply`), which for a pressed button goes to its `response_url`.

mod allow;
mod answer;
mod command;
mod event;
mod form;
mod handler;
mod interaction;
mod lookup;
mod reply;
mod response_url;
mod secret;
mod settings;
mod signature;
#[cfg(test)]
mod tests;

pub use allow::{AllowLists, VerificationToken};
pub use event::Event;
pub use handler::SlashCommand;
pub use reply::RankingStyle;
pub use response_url::ResponseUrls;
pub use secret::{SecretError, SigningSecret};
pub use settings::Settings;
