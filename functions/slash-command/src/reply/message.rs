//! A message as Slack takes it, from blocks that it has known for years.
//!
//! Limits: <https://docs.slack.dev/reference/block-kit/blocks>. All are in characters, counted after escaping.

use serde::Serialize;

/// The text of a section may be so long.
pub(crate) const MAX_SECTION: usize = 3000;

/// The text of a header may be so long.
const MAX_HEADER: usize = 150;

/// The answer to a command.
#[derive(Debug, Serialize)]
pub(crate) struct Message {
    response_type: ResponseType,
    /// What screen readers read and notifications show: all that matters, in one line.
    text: String,
    blocks: Vec<Block>,
}

#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
enum ResponseType {
    /// For the one who asked alone.
    Ephemeral,
}

#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Block {
    Header { text: Text },
    Section { text: Text, expand: bool },
    Context { elements: Vec<Text> },
}

#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Text {
    /// Shown as it is; no name in it can become a mention, nor `:tada:` an emoji.
    PlainText { text: String, emoji: bool },
    /// Slack's markup. Verbatim, so that nothing in it is made a link or a mention that was not written as one.
    Mrkdwn { text: String, verbatim: bool },
}

impl Message {
    /// A message that starts with a heading. `heading` and `text` may hold names: `heading` as they are, `text` escaped.
    pub(crate) fn new(heading: &str, text: String) -> Self {
        let heading = heading.chars().take(MAX_HEADER).collect();
        let header = Block::Header { text: Text::PlainText { text: heading, emoji: false } };
        Self { response_type: ResponseType::Ephemeral, text, blocks: vec![header] }
    }

    /// Adds a paragraph of markup.
    pub(crate) fn section(mut self, text: impl Into<String>) -> Self {
        // Never folded behind "see more".
        self.blocks.push(Block::Section { text: mrkdwn(text), expand: true });
        self
    }

    /// Adds lines in sections, as many as it takes, each between `open` and `close`.
    pub(crate) fn sections(mut self, lines: &[String], open: &str, close: &str) -> Self {
        let frame = open.chars().count() + close.chars().count();
        let mut part = String::new();
        let mut chars = 0;
        for line in lines {
            let more = line.chars().count() + 1;
            if chars > 0 && frame + chars + more > MAX_SECTION {
                self = self.section(format!("{open}{}{close}", part.trim_end_matches('\n')));
                part.clear();
                chars = 0;
            }
            part.push_str(line);
            part.push('\n');
            chars += more;
        }
        if chars > 0 { self.section(format!("{open}{}{close}", part.trim_end_matches('\n'))) } else { self }
    }

    /// Adds a line of small print for each text.
    pub(crate) fn context(mut self, texts: impl IntoIterator<Item = String>) -> Self {
        self.blocks.push(Block::Context { elements: texts.into_iter().map(mrkdwn).collect() });
        self
    }
}

fn mrkdwn(text: impl Into<String>) -> Text {
    Text::Mrkdwn { text: text.into(), verbatim: true }
}
