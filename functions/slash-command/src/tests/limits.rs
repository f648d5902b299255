//! What Slack takes, and what nobody may smuggle into it.
//!
//! <https://docs.slack.dev/reference/block-kit/blocks>, <https://docs.slack.dev/messaging/formatting-message-text>

use serde_json::Value;

/// Panics where a message is over a limit, or holds markup that it should not.
pub(super) fn check(message: &Value) {
    assert!(matches!(message["response_type"].as_str(), Some("ephemeral" | "in_channel")), "{message}");
    let text = message["text"].as_str().unwrap();
    length(text, 4000);
    markup(text);
    let blocks = message["blocks"].as_array().unwrap();
    assert!((1..=50).contains(&blocks.len()), "{} blocks", blocks.len());
    for block in blocks {
        match block["type"].as_str().unwrap() {
            "header" => {
                let text = &block["text"];
                assert_eq!((&text["type"], &text["emoji"]), (&"plain_text".into(), &false.into()));
                length(text["text"].as_str().unwrap(), 150);
                clean(text["text"].as_str().unwrap());
            }
            "section" => mrkdwn(&block["text"]),
            "context" => {
                let elements = block["elements"].as_array().unwrap();
                assert!((1..=10).contains(&elements.len()), "{} elements", elements.len());
                elements.iter().for_each(mrkdwn);
            }
            other => panic!("a block of type {other}"),
        }
    }
}

fn mrkdwn(text: &Value) {
    assert_eq!((&text["type"], &text["verbatim"]), (&"mrkdwn".into(), &true.into()));
    let text = text["text"].as_str().unwrap();
    length(text, 3000);
    markup(text);
}

fn length(text: &str, max: usize) {
    let chars = text.chars().count();
    assert!((1..=max).contains(&chars), "{chars} characters, {max} may be: {text:?}");
    assert!(!text.trim().is_empty());
}

/// No control characters but line ends, and none that turn text around.
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
    assert_eq!(text.matches('`').count() % 2, 0, "a code span that does not end: {text:?}");
    // What stands in code stays as it is; elsewhere nothing may start a mention, a channel or a link.
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
