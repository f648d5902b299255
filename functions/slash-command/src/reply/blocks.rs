//! Block Kit: the parts of a message in Slack's wire format, and their limits.
//!
//! Only block types that Slack has had for years, except for the table, which is optional, and the chart, which is sent only where
//! Slack says whether it takes it. All limits are in characters
//! after escaping. <https://docs.slack.dev/reference/block-kit/blocks>

use serde::Serialize;

use super::text::first_chars;

/// Maximum characters of the fallback text of a message, as Slack recommends.
/// <https://docs.slack.dev/reference/methods/chat.postMessage>
pub(super) const MAX_FALLBACK: usize = 4000;

/// Maximum blocks of a message.
/// <https://docs.slack.dev/reference/block-kit/blocks>
pub(super) const MAX_BLOCKS: usize = 50;

/// Maximum elements of a context block.
/// <https://docs.slack.dev/reference/block-kit/blocks/context-block>
pub(super) const MAX_CONTEXT_ELEMENTS: usize = 10;

/// Maximum elements of an actions block.
/// <https://docs.slack.dev/reference/block-kit/blocks/actions-block>
pub(super) const MAX_ACTIONS: usize = 25;

/// Maximum characters of a section's text.
/// <https://docs.slack.dev/reference/block-kit/blocks/section-block>
pub(super) const MAX_SECTION: usize = 3000;

/// Maximum characters of a header.
/// <https://docs.slack.dev/reference/block-kit/blocks/header-block>
pub(super) const MAX_HEADER: usize = 150;

/// Maximum characters of a block id.
/// <https://docs.slack.dev/reference/block-kit/blocks/actions-block>
pub(super) const MAX_BLOCK_ID: usize = 255;

/// Maximum characters of the label of a button or an option.
/// <https://docs.slack.dev/reference/block-kit/block-elements/button-element>
pub(super) const MAX_LABEL: usize = 75;

/// Maximum characters of the value of a button.
/// <https://docs.slack.dev/reference/block-kit/block-elements/button-element>
pub(super) const MAX_BUTTON_VALUE: usize = 2000;

/// Maximum options of a select.
/// <https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element>
pub(super) const MAX_OPTIONS: usize = 100;

/// Maximum characters of the value of an option.
/// <https://docs.slack.dev/reference/block-kit/composition-objects/option-object>
pub(super) const MAX_OPTION_VALUE: usize = 150;

/// Maximum rows of a table, with its titles.
/// <https://docs.slack.dev/reference/block-kit/blocks/table-block>
pub(super) const MAX_TABLE_ROWS: usize = 100;

/// Maximum characters in all cells of a table.
/// <https://docs.slack.dev/reference/block-kit/blocks/table-block>
pub(super) const MAX_TABLE_CHARS: usize = 10_000;

/// Maximum characters of the title of a chart, of the names of its points and series, and of its axes, and maximum points.
/// <https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block>
pub(super) const MAX_CHART_TITLE: usize = 50;
const MAX_CHART_LABEL: usize = 20;
const MAX_AXIS_LABEL: usize = 50;
const MAX_POINTS: usize = 20;

/// Who sees a message.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum ResponseType {
    /// Only the user who sent the request.
    Ephemeral,
    /// Everyone in the channel.
    InChannel,
}

/// A block of a message.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Block {
    Header {
        text: Text,
    },
    Section {
        text: Text,
        /// Whether a long text is shown in full, not folded behind "see more".
        expand: bool,
    },
    Context {
        elements: Vec<Text>,
    },
    Actions {
        block_id: String,
        elements: Vec<Element>,
    },
    Table(TableBlock),
    DataVisualization {
        title: String,
        chart: LineChart,
    },
}

/// An attachment, which Slack shows below the blocks of a message. A table must be in one.
/// <https://docs.slack.dev/reference/block-kit/blocks/table-block>
#[derive(Clone, Debug, Serialize)]
pub(super) struct Attachment {
    pub(super) blocks: Vec<Block>,
}

/// A text object.
/// <https://docs.slack.dev/reference/block-kit/composition-objects/text-object>
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Text {
    /// Literal text: no name in it becomes a mention, and no `:tada:` an emoji.
    PlainText { text: String, emoji: bool },
    /// Text in Slack's markup. `verbatim` keeps Slack from turning names and addresses in it into mentions and links.
    Mrkdwn { text: String, verbatim: bool },
}

impl Text {
    pub(super) fn plain(text: impl Into<String>) -> Self {
        Self::PlainText { text: text.into(), emoji: false }
    }

    pub(super) fn markup(text: impl Into<String>) -> Self {
        Self::Mrkdwn { text: text.into(), verbatim: true }
    }
}

/// An interactive element.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Element {
    Button { action_id: String, text: Text, value: String },
    StaticSelect { action_id: &'static str, placeholder: Text, options: Vec<Choice>, initial_option: Choice },
}

/// An option of a select.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Choice {
    pub(super) text: Text,
    pub(super) value: String,
}

/// A table.
#[derive(Clone, Debug, Serialize)]
pub(super) struct TableBlock {
    pub(super) column_settings: Vec<ColumnSetting>,
    pub(super) rows: Vec<Vec<Cell>>,
}

/// The layout of a column of a table.
#[derive(Clone, Debug, Serialize)]
pub(super) struct ColumnSetting {
    pub(super) align: Align,
    pub(super) is_wrapped: bool,
}

/// A line chart of one series.
/// <https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block>
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "type", rename = "line")]
pub(super) struct LineChart {
    series: [Series; 1],
    axis_config: Axes,
}

#[derive(Clone, Debug, Serialize)]
struct Series {
    name: String,
    data: Vec<Point>,
}

#[derive(Clone, Debug, Serialize)]
struct Point {
    label: String,
    value: f64,
}

#[derive(Clone, Debug, Serialize)]
struct Axes {
    categories: Vec<String>,
    x_label: String,
    y_label: String,
}

impl LineChart {
    /// A chart of points, the earliest first, with the names of its axes.
    pub(super) fn new(name: &str, points: impl Iterator<Item = (String, f64)>, x_label: &str, y_label: &str) -> Self {
        let label = |text: &str, max: usize| first_chars(text, max).to_owned();
        let data: Vec<Point> = points
            .take(MAX_POINTS)
            .map(|(text, value)| Point { label: label(&text, MAX_CHART_LABEL), value })
            .collect();
        let axis_config = Axes {
            categories: data.iter().map(|point| point.label.clone()).collect(),
            x_label: label(x_label, MAX_AXIS_LABEL),
            y_label: label(y_label, MAX_AXIS_LABEL),
        };
        Self { series: [Series { name: label(name, MAX_CHART_LABEL), data }], axis_config }
    }
}

/// The side to which the cells of a column are aligned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Align {
    Left,
    Right,
}

/// A cell of a table. Its text is literal and must not be empty.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Cell {
    RawText { text: String },
}
