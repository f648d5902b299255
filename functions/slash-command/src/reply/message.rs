//! A message to Slack, built block by block.

use std::borrow::Cow;
use std::iter;

use serde::Serialize;

use super::blocks::{
    Attachment, Block, Element, LineChart, MAX_ACTIONS, MAX_BLOCKS, MAX_CHART_TITLE, MAX_CONTEXT_ELEMENTS,
    MAX_FALLBACK, MAX_HEADER, MAX_SECTION, ResponseType, TableBlock, Text,
};
use super::text::first_chars;

/// A message to Slack.
/// <https://docs.slack.dev/interactivity/handling-user-interaction#message_responses>
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Message {
    response_type: ResponseType,
    /// Whether the message replaces the one whose button was pressed. Only for replies to interactions.
    #[serde(skip_serializing_if = "Option::is_none")]
    replace_original: Option<bool>,
    /// The essentials in one line, for notifications and screen readers.
    text: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    blocks: Vec<Block>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    attachments: Vec<Attachment>,
    /// The same message with a chart in place of its table, for where Slack says whether it takes it.
    #[serde(skip)]
    charted: Option<Box<Self>>,
}

impl Message {
    /// A message with a header. `header` is literal, `text` is markup.
    pub(super) fn new(header: &str, text: String) -> Self {
        debug_assert!(text.chars().count() <= MAX_FALLBACK, "{} characters of fallback text", text.chars().count());
        let header = Block::Header { text: Text::plain(first_chars(header, MAX_HEADER)) };
        Self {
            response_type: ResponseType::Ephemeral,
            replace_original: None,
            text,
            blocks: vec![header],
            attachments: Vec::new(),
            charted: None,
        }
    }

    /// Adds a paragraph of markup.
    pub(super) fn section(self, text: impl Into<String>) -> Self {
        self.push(Block::Section { text: Text::markup(text), expand: true })
    }

    /// Adds a paragraph of markup before everything but the header.
    pub(super) fn lead(mut self, text: &str) -> Self {
        let section = Block::Section { text: Text::markup(text), expand: true };
        self.blocks.insert(self.blocks.len().min(1), section);
        let text_with_lead = format!("{text} {}", self.text);
        first_chars(&text_with_lead, MAX_FALLBACK).clone_into(&mut self.text);
        self.charted = self.charted.map(|charted| Box::new(charted.lead(text)));
        self
    }

    /// Adds lines of markup in as many sections as they need. Each section starts with `open` and ends with `close`.
    pub(super) fn sections(mut self, lines: &[String], open: &str, close: &str) -> Self {
        let frame = open.chars().count() + close.chars().count();
        let mut part = String::new();
        let mut chars = 0;
        for line in lines {
            let added = line.chars().count() + 1;
            if chars > 0 && frame + chars + added > MAX_SECTION {
                self = self.section(format!("{open}{}{close}", part.trim_end_matches('\n')));
                part.clear();
                chars = 0;
            }
            part.push_str(line);
            part.push('\n');
            chars += added;
        }
        if chars > 0 { self.section(format!("{open}{}{close}", part.trim_end_matches('\n'))) } else { self }
    }

    /// Adds a context block, which Slack shows in small print: one element per text, all markup. Without texts it adds
    /// nothing, since Slack rejects an empty block.
    pub(super) fn small_print(self, texts: impl IntoIterator<Item = String>) -> Self {
        let elements: Vec<Text> = texts.into_iter().map(Text::markup).collect();
        debug_assert!(elements.len() <= MAX_CONTEXT_ELEMENTS, "{} texts in small print", elements.len());
        if elements.is_empty() { self } else { self.push(Block::Context { elements }) }
    }

    /// Adds buttons and selects. Slack returns `block_id` with the element that was used.
    pub(super) fn actions(self, block_id: String, elements: Vec<Element>) -> Self {
        debug_assert!(elements.len() <= MAX_ACTIONS, "{} buttons and selects", elements.len());
        if elements.is_empty() { self } else { self.push(Block::Actions { block_id, elements }) }
    }

    fn push(mut self, block: Block) -> Self {
        debug_assert!(self.blocks.len() < MAX_BLOCKS, "more than {MAX_BLOCKS} blocks");
        self.charted = self.charted.map(|charted| Box::new(charted.push(block.clone())));
        self.blocks.push(block);
        self
    }

    /// Adds a table. Slack accepts one per message.
    pub(super) fn table(mut self, table: TableBlock) -> Self {
        self.attachments.push(Attachment { blocks: vec![Block::Table(table)] });
        self
    }

    /// Adds a line chart.
    pub(super) fn chart(self, title: &str, chart: LineChart) -> Self {
        self.push(Block::DataVisualization { title: first_chars(title, MAX_CHART_TITLE).to_owned(), chart })
    }

    /// The same message, which may also be sent as `charted`. What is added from now on is added to both.
    pub(super) fn or_with_chart(self, charted: Self) -> Self {
        Self { charted: Some(Box::new(charted)), ..self }
    }

    /// Whether there is a form with a chart.
    pub(crate) const fn has_chart(&self) -> bool {
        self.charted.is_some()
    }

    /// The same message without a chart.
    pub(super) fn without_chart(self) -> Self {
        Self { charted: None, ..self }
    }

    /// Returns the forms in which the message can be sent, the best first: each for the case that Slack does not accept some block
    /// of the one before.
    pub(crate) fn forms(&self) -> impl Iterator<Item = Cow<'_, Self>> {
        let forms = self.charted.as_deref().into_iter().chain([self]).map(Cow::Borrowed);
        forms.chain(iter::once_with(|| Cow::Owned(self.plain())))
    }

    /// The same message for everyone in the channel. It has no buttons: pressing one would change the message for all.
    pub(crate) fn for_the_channel(mut self) -> Self {
        self.response_type = ResponseType::InChannel;
        self.blocks.retain(|block| !matches!(block, Block::Actions { .. }));
        self.charted = self.charted.map(|charted| Box::new(charted.for_the_channel()));
        self
    }

    /// The same message as the reply to an interaction: instead of the message whose button was pressed, or next to it.
    pub(crate) fn replacing_original(mut self, replaces: bool) -> Self {
        self.replace_original = Some(replaces);
        self.charted = self.charted.map(|charted| Box::new(charted.replacing_original(replaces)));
        self
    }

    /// The same message without blocks.
    fn plain(&self) -> Self {
        let (blocks, attachments) = (Vec::new(), Vec::new());
        Self { blocks, attachments, charted: None, text: self.text.clone(), ..*self }
    }
}
