//! Tables of a message: as aligned text in a code block, or as Slack's table block.

use unicode_width::UnicodeWidthStr;

use super::blocks::{Align, Cell, ColumnSetting, MAX_TABLE_CHARS, MAX_TABLE_ROWS, TableBlock};
use super::message::Message;
use super::text::{escape_code, with_direction_marks};

/// How rankings are shown (`RANKING_STYLE`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RankingStyle {
    /// As aligned text (`text`), which every Slack client shows alike.
    #[default]
    Text,
    /// As Slack's table block (`table`).
    Table,
}

/// Space between two columns.
const GAP: &str = "  ";

/// Content of a cell without text.
const EMPTY_CELL: &str = "\u{2013}";

/// A column of a table.
pub(super) struct Column {
    title: String,
    cells: Vec<String>,
    align: Align,
}

impl Column {
    pub(super) fn new(title: impl Into<String>, align: Align, cells: impl IntoIterator<Item = String>) -> Self {
        Self { title: title.into(), align, cells: cells.into_iter().collect() }
    }
}

/// Adds a table to a message. Returns the message and the number of rows that fit into it, without the titles.
pub(super) fn add_table(message: Message, columns: &[Column], style: RankingStyle) -> (Message, usize) {
    match style {
        RankingStyle::Text => (message.sections(&lines(columns), "```\n", "\n```"), row_count(columns)),
        RankingStyle::Table => {
            let table = table_block(columns);
            let rows = table.rows.len().saturating_sub(1);
            (message.table(table), rows)
        }
    }
}

/// Returns a table block with the titles and as many rows as fit.
fn table_block(columns: &[Column]) -> TableBlock {
    let column_settings =
        columns.iter().map(|column| ColumnSetting { align: column.align, is_wrapped: false }).collect();
    let cell = |text: &str| Cell::RawText { text: if text.is_empty() { EMPTY_CELL } else { text }.to_owned() };
    let mut rows: Vec<Vec<Cell>> = vec![columns.iter().map(|column| cell(&column.title)).collect()];
    for row in 0..row_count(columns) {
        rows.push(columns.iter().map(|column| cell(column.cells.get(row).map_or("", String::as_str))).collect());
    }
    let mut chars = 0;
    let fitting = rows.iter().take_while(|row| {
        chars += row.iter().map(|Cell::RawText { text }| text.chars().count()).sum::<usize>();
        chars <= MAX_TABLE_CHARS
    });
    let fitting = fitting.count().min(MAX_TABLE_ROWS);
    rows.truncate(fitting);
    TableBlock { column_settings, rows }
}

fn row_count(columns: &[Column]) -> usize {
    columns.iter().map(|column| column.cells.len()).max().unwrap_or(0)
}

/// Returns the lines of a table, the titles first, aligned for a monospace font and escaped for a code block.
fn lines(columns: &[Column]) -> Vec<String> {
    let widths: Vec<usize> = columns
        .iter()
        .map(|column| column.cells.iter().chain([&column.title]).map(|cell| cell.width()).max().unwrap_or(0))
        .collect();
    let line = |cell: &dyn Fn(&Column) -> String| {
        let mut line = String::new();
        for (index, (column, width)) in columns.iter().zip(&widths).enumerate() {
            let text = cell(column);
            let space = " ".repeat(width.saturating_sub(text.width()));
            let text = escape_code(&with_direction_marks(&text));
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
    let rows = (0..row_count(columns)).map(|row| line(&|column| column.cells.get(row).cloned().unwrap_or_default()));
    std::iter::once(titles).chain(rows).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned_by_display_width() {
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
