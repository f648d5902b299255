//! The announcement above the ranking of an alert.

use super::message::Message;
use super::text::{display_name, escape_mrkdwn};
use crate::alert::News;

/// News in one message: so many people can be tied for a place that their names would not fit.
const MAX_NEWS: usize = 5;

/// Maximum characters of a name.
const MAX_NAME: usize = 60;

/// Adds what is new, if anything is.
pub(crate) fn with_news(message: Message, news: &[News]) -> Message {
    if news.is_empty() {
        return message;
    }
    let more = news.len().saturating_sub(MAX_NEWS);
    let more = (more > 0).then(|| format!("{more} more have changed places."));
    let lines: Vec<String> = news.iter().take(MAX_NEWS).map(line).chain(more).collect();
    message.lead(&lines.join(" "))
}

fn line(news: &News) -> String {
    let (News::Leads(name) | News::Enters(name)) = news;
    let name = escape_mrkdwn(&display_name(name, MAX_NAME));
    match news {
        News::Leads(_) => format!(":trophy: *{name}* takes the lead."),
        News::Enters(_) => format!(":rocket: *{name}* is now among the first."),
    }
}
