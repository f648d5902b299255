//! Messages for sharing a reply with the channel.

use super::message::Message;
use super::text::{NO_NAME, display_name, escape_mrkdwn};

/// Returns the message for the channel, and the one that replaces the private message.
pub(crate) fn shared(message: Message, user_name: &str) -> (Message, Message) {
    let by = match display_name(user_name, 40).as_str() {
        NO_NAME => "Shared from Standings".to_owned(),
        name => format!("Shared by {}", escape_mrkdwn(name)),
    };
    let for_channel = message.clone().for_the_channel().small_print([by]);
    // Posts to a response URL are limited, and one in which a chart is refused takes one more.
    (for_channel, message.without_chart().small_print(["You shared this with the channel.".to_owned()]))
}

/// Returns the message for a reply that Slack did not accept for the channel.
pub(crate) fn sharing_failed() -> Message {
    let text =
        "This could not be shared with the channel. Press Share to Channel again, or type the command with `share`.";
    Message::new("That did not work", text.replace('`', "")).section(text)
}
