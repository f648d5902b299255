//! Slack's side of the slash command: a client, a terminal renderer and the demo page.

pub mod client;
pub(crate) mod page;
pub mod render;
