//! Slack messages in a terminal.

use std::iter::Peekable;
use std::str::Chars;

use serde_json::Value;

const BOLD: &str = "\u{1b}[1m";
const DIM: &str = "\u{1b}[2m";
const PLAIN: &str = "\u{1b}[0m";

/// Stands between two characters that Slack would otherwise take for markup; nobody sees it.
const WORD_JOINER: char = '\u{2060}';

/// Shows a message as Slack would, as well as a terminal can: with bold and dim text where it is `styled`.
///
/// Instants are shown in UTC, and a message of another shape as it is.
#[must_use]
pub fn render(message: &Value, styled: bool) -> String {
    let blocks = message.get("blocks").and_then(Value::as_array);
    let Some(blocks) = blocks.filter(|blocks| !blocks.is_empty()) else {
        let text = message.get("text").and_then(Value::as_str);
        return text.map_or_else(|| message.to_string(), |text| markup(text, styled));
    };
    let (bold, dim, plain) = if styled { (BOLD, DIM, PLAIN) } else { ("", "", "") };
    let parts = blocks.iter().filter_map(|block| match block.get("type")?.as_str()? {
        "header" => Some(format!("{bold}{}{plain}", block["text"]["text"].as_str()?)),
        "section" => Some(text(&block["text"], styled)),
        "context" => {
            let lines = block.get("elements")?.as_array()?.iter().map(|element| text(element, false));
            Some(format!("{dim}{}{plain}", lines.collect::<Vec<_>>().join("\n")))
        }
        "divider" => Some("\u{2500}".repeat(40)),
        _ => None,
    });
    parts.collect::<Vec<_>>().join("\n\n")
}

fn text(text: &Value, styled: bool) -> String {
    let value = text["text"].as_str().unwrap_or_default();
    if text["type"] == "mrkdwn" { markup(value, styled) } else { value.to_owned() }
}

/// Slack's markup, as far as Standings writes it: bold, code, dates and entities.
fn markup(text: &str, styled: bool) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut is_bold = false;
    let mut is_code = false;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '`' => {
                let ticks = 1 + count(&mut chars, '`');
                is_code = !is_code;
                // A block needs no marks, a word does.
                if ticks == 3 {
                    chars.next_if_eq(&'\n');
                    shown.truncate(shown.trim_end_matches('\n').len());
                } else {
                    shown.extend(std::iter::repeat_n('`', ticks));
                }
            }
            '*' if !is_code && chars.peek() != Some(&WORD_JOINER) => {
                is_bold = !is_bold;
                shown.push_str(match (styled, is_bold) {
                    (false, _) => "",
                    (true, true) => BOLD,
                    (true, false) => PLAIN,
                });
            }
            '<' => {
                let inner: String = chars.by_ref().take_while(|&c| c != '>').collect();
                shown.push_str(inner.rsplit_once('|').map_or(inner.as_str(), |(_, fallback)| fallback));
            }
            WORD_JOINER => {}
            c => shown.push(c),
        }
    }
    shown.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

fn count(chars: &mut Peekable<Chars>, wanted: char) -> usize {
    let mut count = 0;
    while chars.next_if_eq(&wanted).is_some() {
        count += 1;
    }
    count
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_message_reads_as_in_slack() {
        let message = json!({"text": "unseen", "blocks": [
            {"type": "header", "text": {"type": "plain_text", "text": "Week *1*"}},
            {"type": "section", "text": {"type": "mrkdwn", "text": "*A &amp; B* won 2*\u{2060}3 with `top 5`"}},
            {"type": "section", "text": {"type": "mrkdwn", "text": "```\n#  Name\n1  A &lt;b&gt;*\n```"}},
            {"type": "context", "elements": [{"type": "mrkdwn", "text": "at <!date^1^{time}|00:01 UTC>"}, {"type": "mrkdwn", "text": "b"}]},
        ]});
        assert_eq!(
            render(&message, false),
            "Week *1*\n\nA & B won 2*3 with `top 5`\n\n#  Name\n1  A <b>*\n\nat 00:01 UTC\nb"
        );
        assert!(render(&message, true).contains("\u{1b}[1mA & B\u{1b}[0m won"));
        assert_eq!(render(&json!({"text": "only *this*"}), false), "only this");
    }
}
