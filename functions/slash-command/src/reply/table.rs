//! Text in columns, for a monospace font: aligned by what is seen, not by characters.

use unicode_width::UnicodeWidthStr;

use super::text::{code, isolated};

/// Between two columns.
const GAP: &str = "  ";

/// One column of a table.
pub(crate) struct Column {
    title: String,
    cells: Vec<String>,
    align: Align,
}

/// To which side the cells of a column lean.
#[derive(Clone, Copy, PartialEq, Eq)]
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

/// The lines of a table, the titles first, escaped for a code block.
pub(crate) fn lines(columns: &[Column]) -> Vec<String> {
    let widths: Vec<usize> = columns
        .iter()
        .map(|column| column.cells.iter().chain([&column.title]).map(|cell| cell.width()).max().unwrap_or(0))
        .collect();
    let rows = columns.iter().map(|column| column.cells.len()).max().unwrap_or(0);
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
    let rows = (0..rows).map(|row| line(&|column| column.cells.get(row).cloned().unwrap_or_default()));
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
