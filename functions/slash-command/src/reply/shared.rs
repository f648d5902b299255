//! What comes of pressing Share to Channel.

use super::message::Message;
use super::text::{defused, shown};

/// The answer for the channel, and what takes the place of the private one.
pub(crate) fn shared(message: Message, user_name: &str) -> (Message, Message) {
    let by = match shown(user_name, 40).as_str() {
        "\u{2013}" => "Shared from Standings".to_owned(),
        name => format!("Shared by {}", defused(name)),
    };
    (message.clone().for_the_channel().context([by]), message.context(["You shared this with the channel.".to_owned()]))
}

/// Slack did not take it.
pub(crate) fn sharing_failed() -> Message {
    let text =
        "This could not be shared with the channel. Press Share to Channel again, or type the command with share.";
    Message::new("That did not work", text.to_owned()).section(text)
}
