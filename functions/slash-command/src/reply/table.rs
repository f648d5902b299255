//! Tables: as text in columns for a monospace font, aligned by what is seen, and as Slack's own block.

use serde::Serialize;
use unicode_width::UnicodeWidthStr;

use super::text::{code, isolated};

/// A table of Slack's has so many rows with its titles, and so many characters in all cells.
/// <https://docs.slack.dev/reference/block-kit/blocks/table-block>
const MAX_TABLE_ROWS: usize = 100;
const MAX_TABLE_CHARS: usize = 10_000;

/// How rankings are shown (`RANKING_STYLE`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RankingStyle {
    /// As text in columns (`text`): shown the same by every client.
    #[default]
    Text,
    /// As a table of Slack's (`table`).
    Table,
}

/// Between two columns.
const GAP: &str = "  ";

/// One column of a table.
pub(crate) struct Column {
    title: String,
    cells: Vec<String>,
    align: Align,
}

/// To which side the cells of a column lean.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Align {
    Left,
    Right,
}

impl Column {
    /// A column. Numbers lean right, so that their digits stand under each other.
    pub(crate) fn new(title: impl Into<String>, align: Align, cells: impl IntoIterator<Item = String>) -> Self {
        Self { title: title.into(), align, cells: cells.into_iter().collect() }
    }
}

/// A table as Slack takes it.
#[derive(Clone, Debug, Serialize)]
pub(super) struct TableBlock {
    column_settings: Vec<ColumnSetting>,
    rows: Vec<Vec<Cell>>,
}

#[derive(Clone, Debug, Serialize)]
struct ColumnSetting {
    align: Align,
    is_wrapped: bool,
}

/// A cell shows its text as it is; nothing in it is markup. It must not be empty.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Cell {
    RawText { text: String },
}

impl TableBlock {
    /// The table of these columns: the titles, and as many rows as fit.
    pub(super) fn new(columns: &[Column]) -> Self {
        let column_settings =
            columns.iter().map(|column| ColumnSetting { align: column.align, is_wrapped: false }).collect();
        let cell = |text: &str| Cell::RawText { text: if text.is_empty() { "\u{2013}" } else { text }.to_owned() };
        let mut rows: Vec<Vec<Cell>> = vec![columns.iter().map(|column| cell(&column.title)).collect()];
        rows.extend(
            (0..self::rows(columns)).map(|row| {
                columns.iter().map(|column| cell(column.cells.get(row).map_or("", String::as_str))).collect()
            }),
        );
        let mut chars = 0;
        let fit = rows.iter().take_while(|row| {
            chars += row.iter().map(|Cell::RawText { text }| text.chars().count()).sum::<usize>();
            chars <= MAX_TABLE_CHARS
        });
        let fit = fit.count().min(MAX_TABLE_ROWS);
        rows.truncate(fit);
        Self { column_settings, rows }
    }

    /// How many rows there are, without the titles.
    pub(super) fn len(&self) -> usize {
        self.rows.len().saturating_sub(1)
    }
}

fn rows(columns: &[Column]) -> usize {
    columns.iter().map(|column| column.cells.len()).max().unwrap_or(0)
}

/// The lines of a table, the titles first, escaped for a code block.
pub(crate) fn lines(columns: &[Column]) -> Vec<String> {
    let widths: Vec<usize> = columns
        .iter()
        .map(|column| column.cells.iter().chain([&column.title]).map(|cell| cell.width()).max().unwrap_or(0))
        .collect();
    let line = |cell: &dyn Fn(&Column) -> String| {
        let mut line = String::new();
        for (index, (column, width)) in columns.iter().zip(&widths).enumerate() {
            let text = cell(column);
            let space = " ".repeat(width.saturating_sub(text.width()));
            let text = code(&isolated(&text));
            line.push_str(if index > 0 { GAP } else { "" });
            match column.align {
                Align::Left => line.extend([text, space]),
                Align::Right => line.extend([space, text]),
            }
        }
        line.truncate(line.trim_end_matches(' ').len());
        line
    };
    let titles = line(&|column| column.title.clone());
    let rows = (0..rows(columns)).map(|row| line(&|column| column.cells.get(row).cloned().unwrap_or_default()));
    std::iter::once(titles).chain(rows).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned_by_what_is_seen() {
        let strings = |cells: [&str; 3]| cells.map(str::to_owned);
        let table = [
            Column::new("#", Align::Right, strings(["1", "2", "10"])),
            Column::new("Name", Align::Left, strings(["山田太郎", "Zoe\u{308} <b>", "שרה"])),
            Column::new("USD", Align::Right, strings(["1,000.00", "-5.00", "0.00"])),
        ];
        let lines = lines(&table);
        assert_eq!(
            lines,
            [
                " #  Name           USD",
                " 1  山田太郎  1,000.00",
                " 2  Zoe\u{308} &lt;b&gt;      -5.00",
                "10  \u{200e}שרה\u{200e}           0.00",
            ]
        );
    }
}
