//! A message as Slack takes it, from blocks that it has known for years.
//!
//! Limits: <https://docs.slack.dev/reference/block-kit/blocks>. All are in characters, counted after escaping.

use serde::Serialize;

use super::actions::Element;
use super::table::TableBlock;

/// The text of a section may be so long.
pub(crate) const MAX_SECTION: usize = 3000;

/// The text of a header may be so long.
const MAX_HEADER: usize = 150;

/// An answer.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Message {
    response_type: ResponseType,
    /// Whether it takes the place of the message whose button was pressed; said in answers to interactions alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    replace_original: Option<bool>,
    /// What screen readers read and notifications show: all that matters, in one line.
    text: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    blocks: Vec<Block>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    attachments: Vec<Attachment>,
}

#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
enum ResponseType {
    /// For the one who asked alone.
    Ephemeral,
    /// For everyone in the channel.
    InChannel,
}

#[derive(Clone, Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Block {
    Header { text: Text },
    Section { text: Text, expand: bool },
    Context { elements: Vec<Text> },
    Actions { block_id: String, elements: Vec<Element> },
    Table(TableBlock),
}

/// What stands below a message: the one place for a table that every version of the documentation allows.
/// <https://docs.slack.dev/reference/block-kit/blocks/table-block>
#[derive(Clone, Debug, Serialize)]
struct Attachment {
    blocks: Vec<Block>,
}

/// A text in a block.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Text {
    /// Shown as it is; no name in it can become a mention, nor `:tada:` an emoji.
    PlainText { text: String, emoji: bool },
    /// Slack's markup. Verbatim, so that nothing in it is made a link or a mention that was not written as one.
    Mrkdwn { text: String, verbatim: bool },
}

impl Text {
    pub(super) fn plain(text: impl Into<String>) -> Self {
        Self::PlainText { text: text.into(), emoji: false }
    }

    fn markup(text: impl Into<String>) -> Self {
        Self::Mrkdwn { text: text.into(), verbatim: true }
    }
}

impl Message {
    /// A message that starts with a heading. `heading` and `text` may hold names: `heading` as they are, `text` escaped.
    pub(crate) fn new(heading: &str, text: String) -> Self {
        let heading: String = heading.chars().take(MAX_HEADER).collect();
        let header = Block::Header { text: Text::plain(heading) };
        let (response_type, replace_original) = (ResponseType::Ephemeral, None);
        Self { response_type, replace_original, text, blocks: vec![header], attachments: Vec::new() }
    }

    /// Adds a paragraph of markup.
    pub(crate) fn section(mut self, text: impl Into<String>) -> Self {
        // Never folded behind "see more".
        self.blocks.push(Block::Section { text: Text::markup(text), expand: true });
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
        self.blocks.push(Block::Context { elements: texts.into_iter().map(Text::markup).collect() });
        self
    }

    /// Adds buttons. `block_id` comes back when one of them is pressed; it must differ from that of every other message.
    pub(super) fn actions(mut self, block_id: String, elements: Vec<Element>) -> Self {
        if !elements.is_empty() {
            self.blocks.push(Block::Actions { block_id, elements });
        }
        self
    }

    /// Adds a table; Slack takes one in a message.
    pub(super) fn table(mut self, table: TableBlock) -> Self {
        self.attachments.push(Attachment { blocks: vec![Block::Table(table)] });
        self
    }

    /// For everyone in the channel, without buttons: whoever pressed one would change the message for all.
    pub(crate) fn for_the_channel(mut self) -> Self {
        self.response_type = ResponseType::InChannel;
        self.blocks.retain(|block| !matches!(block, Block::Actions { .. }));
        self
    }

    /// As an answer to an interaction: in the place of the message whose button was pressed, or beside it.
    pub(crate) fn in_place_of_the_original(mut self, is: bool) -> Self {
        self.replace_original = Some(is);
        self
    }

    /// The text alone.
    pub(crate) fn plain(&self) -> Self {
        Self { blocks: Vec::new(), attachments: Vec::new(), text: self.text.clone(), ..*self }
    }
}
