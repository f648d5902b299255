//! A renderer of Slack messages for terminals.

use std::iter::Peekable;
use std::str::Chars;

use serde_json::Value;
use unicode_width::UnicodeWidthStr;

const BOLD: &str = "\u{1b}[1m";
const DIM: &str = "\u{1b}[2m";
const PLAIN: &str = "\u{1b}[0m";

/// An invisible character that slash-command puts between characters that Slack would otherwise parse as markup.
const WORD_JOINER: char = '\u{2060}';

/// Renders a message. `styled` output has bold and dim text.
///
/// Times are in UTC, buttons and lists are shown by their labels, and a message without blocks by its text.
#[must_use]
pub fn render(message: &Value, styled: bool) -> String {
    let attached = list(message, "attachments").flat_map(|attachment| list(attachment, "blocks"));
    let parts: Vec<String> = list(message, "blocks").chain(attached).filter_map(|item| block(item, styled)).collect();
    if parts.is_empty() {
        let text = message.get("text").and_then(Value::as_str);
        return text.map_or_else(|| message.to_string(), |text| markup(text, styled));
    }
    parts.join("\n\n")
}

fn block(block: &Value, styled: bool) -> Option<String> {
    let (bold, dim, plain) = if styled { (BOLD, DIM, PLAIN) } else { ("", "", "") };
    match block.get("type")?.as_str()? {
        "header" => Some(format!("{bold}{}{plain}", block["text"]["text"].as_str()?)),
        "section" => Some(text(&block["text"], styled)),
        "context" => {
            let lines = list(block, "elements").map(|element| text(element, false));
            Some(format!("{dim}{}{plain}", lines.collect::<Vec<_>>().join("\n")))
        }
        "actions" => {
            let labels = list(block, "elements").filter_map(label).map(|label| format!("[{label}]"));
            Some(format!("{dim}{}{plain}", labels.collect::<Vec<_>>().join(" ")))
        }
        "table" => Some(table(block)),
        "divider" => Some("\u{2500}".repeat(40)),
        _ => None,
    }
}

fn list<'a>(value: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    value.get(name).and_then(Value::as_array).into_iter().flatten()
}

/// Returns the label of a button, or of a closed list.
fn label(element: &Value) -> Option<&str> {
    let chosen = element["initial_option"]["text"]["text"].as_str();
    chosen.or(element["text"]["text"].as_str()).or(element["placeholder"]["text"].as_str())
}

/// Renders a table with aligned columns.
fn table(block: &Value) -> String {
    let rows: Vec<Vec<&str>> = list(block, "rows")
        .map(|row| row.as_array().into_iter().flatten().map(|cell| cell["text"].as_str().unwrap_or_default()).collect())
        .collect();
    let columns = rows.iter().map(Vec::len).max().unwrap_or_default();
    let widths: Vec<usize> = (0..columns)
        .map(|column| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.width()).max().unwrap_or_default())
        .collect();
    let lines = rows.iter().map(|row| {
        let cells = row.iter().zip(&widths).enumerate().map(|(column, (cell, width))| {
            let space = " ".repeat(width - cell.width());
            let is_right = block["column_settings"][column]["align"] == "right";
            if is_right { format!("{space}{cell}") } else { format!("{cell}{space}") }
        });
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn text(text: &Value, styled: bool) -> String {
    let value = text["text"].as_str().unwrap_or_default();
    if text["type"] == "mrkdwn" { markup(value, styled) } else { value.to_owned() }
}

/// Renders Slack's markup, as far as Standings uses it: bold, code, dates and entities.
fn markup(text: &str, styled: bool) -> String {
    let mut rendered = String::with_capacity(text.len());
    let mut is_bold = false;
    let mut is_code = false;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '`' => {
                let ticks = 1 + count(&mut chars, '`');
                is_code = !is_code;
                // A code block is apparent without backticks, inline code is not.
                if ticks == 3 {
                    chars.next_if_eq(&'\n');
                    rendered.truncate(rendered.trim_end_matches('\n').len());
                } else {
                    rendered.extend(std::iter::repeat_n('`', ticks));
                }
            }
            '*' if !is_code && chars.peek() != Some(&WORD_JOINER) => {
                is_bold = !is_bold;
                rendered.push_str(match (styled, is_bold) {
                    (false, _) => "",
                    (true, true) => BOLD,
                    (true, false) => PLAIN,
                });
            }
            '<' => {
                let inner: String = chars.by_ref().take_while(|&c| c != '>').collect();
                rendered.push_str(inner.rsplit_once('|').map_or(inner.as_str(), |(_, fallback)| fallback));
            }
            WORD_JOINER => {}
            c => rendered.push(c),
        }
    }
    rendered.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
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
    fn messages_render_as_in_slack() {
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

    #[test]
    fn buttons_lists_and_tables_are_rendered() {
        let cell = |text: &str| json!({"type": "raw_text", "text": text});
        let message = json!({"text": "unseen", "blocks": [
            {"type": "actions", "elements": [
                {"type": "button", "text": {"type": "plain_text", "text": "Week Before"}},
                {"type": "static_select", "placeholder": {"type": "plain_text", "text": "Team"}},
                {"type": "static_select", "placeholder": {"type": "plain_text", "text": "Team"},
                    "initial_option": {"text": {"type": "plain_text", "text": "EMEA"}, "value": "emea"}},
            ]},
        ], "attachments": [{"blocks": [
            {"type": "table", "column_settings": [{"align": "right"}, null, {"align": "right"}], "rows": [
                [cell("#"), cell("Salesperson"), cell("USD")],
                [cell("10"), cell("山田太郎"), cell("1.50")],
            ]},
        ]}]});
        let rendered = "[Week Before] [Team] [EMEA]\n\n #  Salesperson   USD\n10  山田太郎     1.50";
        assert_eq!(render(&message, false), rendered);
        assert!(render(&message, true).starts_with("\u{1b}[2m[Week Before] [Team] [EMEA]\u{1b}[0m\n"));
    }
}
