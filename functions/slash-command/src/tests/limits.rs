//! Slack's limits, and the markup that must not be in a message.
//!
//! <https://docs.slack.dev/reference/block-kit/blocks>, <https://docs.slack.dev/messaging/formatting-message-text>

use serde_json::Value;

/// Panics if a private message exceeds a limit, or contains markup that could only come from a file or a user.
pub(super) fn check(message: &Value) {
    // API Gateway accepts 10 MB and Lambda 6 MB; Slack's limit is not documented.
    assert!(message.to_string().len() < 256 * 1024, "{} bytes", message.to_string().len());
    let text = message["text"].as_str().unwrap();
    length(text, 4000);
    markup(text);
    let blocks = message["blocks"].as_array().unwrap();
    assert!((1..=50).contains(&blocks.len()), "{} blocks", blocks.len());
    blocks.iter().for_each(block);
    if let Some(attachments) = message.get("attachments") {
        let [attachment] = attachments.as_array().unwrap().as_slice() else { panic!("more than one table") };
        let [table] = attachment["blocks"].as_array().unwrap().as_slice() else {
            panic!("more than a table in the attachment")
        };
        self::table(table);
    }
    assert_eq!(message["response_type"], "ephemeral", "a private message");
}

/// Like [`check`], for a message to the whole channel.
pub(super) fn check_shared(message: &Value) {
    assert_eq!(message["response_type"], "in_channel");
    assert!(!message.to_string().contains("\"actions\""), "a button would let anyone change the message for all");
    let mut private = message.clone();
    private["response_type"] = "ephemeral".into();
    check(&private);
}

fn block(block: &Value) {
    match block["type"].as_str().unwrap() {
        "header" => plain(&block["text"], 150),
        "section" => mrkdwn(&block["text"]),
        "context" => {
            let elements = block["elements"].as_array().unwrap();
            assert!((1..=10).contains(&elements.len()), "{} elements", elements.len());
            elements.iter().for_each(mrkdwn);
        }
        "actions" => actions(block),
        "data_visualization" => chart(block),
        other => panic!("a block of type {other}"),
    }
}

fn actions(block: &Value) {
    length(block["block_id"].as_str().unwrap(), 255);
    let elements = block["elements"].as_array().unwrap();
    assert!((1..=25).contains(&elements.len()), "{} elements", elements.len());
    let mut ids = Vec::new();
    for element in elements {
        let id = element["action_id"].as_str().unwrap();
        length(id, 255);
        assert!(!ids.contains(&id), "{id} twice");
        ids.push(id);
        match element["type"].as_str().unwrap() {
            "button" => {
                plain(&element["text"], 75);
                length(element["value"].as_str().unwrap(), 2000);
            }
            "static_select" => {
                plain(&element["placeholder"], 150);
                let options = element["options"].as_array().unwrap();
                assert!((1..=100).contains(&options.len()), "{} options", options.len());
                assert!(options.contains(&element["initial_option"]), "the initial option is not an option: {element}");
                for (index, option) in options.iter().enumerate() {
                    plain(&option["text"], 75);
                    length(option["value"].as_str().unwrap(), 150);
                    assert!(options[..index].iter().all(|other| other["value"] != option["value"]), "{option} twice");
                }
            }
            other => panic!("an element of type {other}"),
        }
    }
}

fn chart(block: &Value) {
    length(block["title"].as_str().unwrap(), 50);
    let (chart, axes) = (&block["chart"], &block["chart"]["axis_config"]);
    assert_eq!(chart["type"], "line");
    let [series] = chart["series"].as_array().unwrap().as_slice() else { panic!("one series") };
    length(series["name"].as_str().unwrap(), 20);
    for label in ["x_label", "y_label"] {
        length(axes[label].as_str().unwrap(), 50);
    }
    let points = series["data"].as_array().unwrap();
    assert!((1..=20).contains(&points.len()), "{} points", points.len());
    let labels: Vec<&Value> = points.iter().map(|point| &point["label"]).collect();
    assert_eq!(labels, axes["categories"].as_array().unwrap().iter().collect::<Vec<_>>());
    assert!(points.iter().all(|point| point["value"].is_number()));
    for label in labels {
        length(label.as_str().unwrap(), 20);
    }
}

fn table(block: &Value) {
    assert_eq!(block["type"], "table");
    let rows = block["rows"].as_array().unwrap();
    let columns = block["column_settings"].as_array().unwrap().len();
    assert!((1..=100).contains(&rows.len()) && (1..=20).contains(&columns), "{} rows", rows.len());
    let mut chars = 0;
    for row in rows {
        assert_eq!(row.as_array().unwrap().len(), columns);
        for cell in row.as_array().unwrap() {
            assert_eq!(cell["type"], "raw_text");
            let text = cell["text"].as_str().unwrap();
            length(text, 10_000);
            clean(text);
            chars += text.chars().count();
        }
    }
    assert!(chars <= 10_000, "{chars} characters in cells");
}

/// Checks a literal text.
fn plain(text: &Value, max: usize) {
    assert_eq!((&text["type"], &text["emoji"]), (&"plain_text".into(), &false.into()));
    length(text["text"].as_str().unwrap(), max);
    clean(text["text"].as_str().unwrap());
}

fn mrkdwn(text: &Value) {
    assert_eq!((&text["type"], &text["verbatim"]), (&"mrkdwn".into(), &true.into()));
    let text = text["text"].as_str().unwrap();
    length(text, 3000);
    markup(text);
}

fn length(text: &str, max: usize) {
    let chars = text.chars().count();
    assert!((1..=max).contains(&chars), "{chars} characters, at most {max}: {text:?}");
    assert!(!text.trim().is_empty());
}

/// Checks that there are no control characters but line feeds, and none that change the direction of text.
fn clean(text: &str) {
    let is_bad =
        |c: char| (c.is_control() && c != '\n') || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    assert!(!text.contains(is_bad), "{text:?}");
}

fn markup(text: &str) {
    clean(text);
    for (index, _) in text.match_indices('&') {
        let is_entity = ["&amp;", "&lt;", "&gt;"].iter().any(|entity| text[index..].starts_with(entity));
        assert!(is_entity, "a bare & in {text:?}");
    }
    for (index, _) in text.match_indices('<') {
        let (inner, _) = text[index + 1..].split_once('>').unwrap();
        let (date, fallback) = inner.split_once('|').unwrap();
        assert!(date.starts_with("!date^") && !fallback.is_empty(), "{inner:?} in {text:?}");
    }
    assert_eq!(text.matches('<').count(), text.matches('>').count(), "a bare > in {text:?}");
    assert_eq!(text.matches('`').count() % 2, 0, "a code span without an end: {text:?}");
    // Slack does not interpret code spans. Outside them, nothing may start a mention, a channel or a link.
    let mut spans = text.split('`');
    while let Some(outside) = spans.next() {
        let mut chars = outside.chars().peekable();
        while let Some(c) = chars.next() {
            let starts_word = chars.peek().is_some_and(|next| next.is_alphanumeric());
            assert!(!(matches!(c, '@' | '#') && starts_word), "{c} starts a word in {text:?}");
        }
        assert!(!outside.contains("://"), "a link in {text:?}");
        if spans.next().is_none() {
            break;
        }
    }
}
