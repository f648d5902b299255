//! Tables of a message: as aligned text in a code block, or as Slack's table block.

use unicode_width::UnicodeWidthStr;

use super::blocks::{Align, Cell, ColumnSetting, MAX_TABLE_CHARS, MAX_TABLE_ROWS, TableBlock};
use super::message::Message;
use super::text::{display_name, escape_code, with_direction_marks};

/// How rankings are shown (`RANKING_STYLE`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RankingStyle {
    /// As aligned text (`text`), which every Slack client shows alike, narrow enough for a phone.
    #[default]
    Text,
    /// As aligned text with all columns (`wide`), whose rows a phone wraps.
    Wide,
    /// As Slack's table block (`table`).
    Table,
}

/// Space between two columns.
const GAP: &str = "  ";

/// Maximum width of a table as text: what a phone shows of a code block in portrait.
const MAX_WIDTH: usize = 40;

/// Width to which a column is shortened at most.
const MIN_SHORTENED: usize = 8;

/// Content of a cell without text.
const EMPTY_CELL: &str = "\u{2013}";

/// A column of a table.
pub(super) struct Column {
    title: String,
    cells: Vec<String>,
    align: Align,
    narrowing: Narrowing,
}

/// What happens to a column of a table that is too wide for a phone.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Narrowing {
    /// It stays as it is.
    None,
    /// It is left out.
    LeftOut,
    /// Its cells are shortened.
    Shortened,
}

impl Column {
    pub(super) fn new(title: impl Into<String>, align: Align, cells: impl IntoIterator<Item = String>) -> Self {
        Self { title: title.into(), align, cells: cells.into_iter().collect(), narrowing: Narrowing::None }
    }

    /// A column that is left out of a table that is too wide for a phone.
    pub(super) fn left_out_first(self) -> Self {
        Self { narrowing: Narrowing::LeftOut, ..self }
    }

    /// A column whose cells are shortened in a table that is too wide for a phone.
    pub(super) fn shortened_first(self) -> Self {
        Self { narrowing: Narrowing::Shortened, ..self }
    }

    fn width(&self) -> usize {
        self.cells.iter().chain([&self.title]).map(|cell| cell.width()).max().unwrap_or(0)
    }
}

/// Returns whether a column is left out of the table, because all of them would be too wide.
pub(super) fn is_narrowed(columns: &[Column], style: RankingStyle) -> bool {
    style == RankingStyle::Text
        && is_too_wide(columns)
        && columns.iter().any(|column| column.narrowing == Narrowing::LeftOut)
}

fn is_too_wide(columns: &[Column]) -> bool {
    width(columns.iter()) > MAX_WIDTH
}

fn width<'a>(columns: impl Iterator<Item = &'a Column>) -> usize {
    columns.map(|column| column.width() + GAP.len()).sum::<usize>().saturating_sub(GAP.len())
}

/// Adds a table to a message. Returns the message and the number of rows that fit into it, without the titles.
pub(super) fn add_table(message: Message, columns: &[Column], style: RankingStyle) -> (Message, usize) {
    match style {
        RankingStyle::Text => (message.sections(&narrow_lines(columns), "```\n", "\n```"), row_count(columns)),
        RankingStyle::Wide => {
            let all: Vec<&Column> = columns.iter().collect();
            (message.sections(&lines(&all, usize::MAX), "```\n", "\n```"), row_count(columns))
        }
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

/// Returns the lines of a table that is as narrow as a phone, if leaving out and shortening columns can achieve that.
fn narrow_lines(columns: &[Column]) -> Vec<String> {
    let is_kept = |column: &&Column| column.narrowing != Narrowing::LeftOut;
    let is_too_wide = is_too_wide(columns);
    let kept: Vec<&Column> = columns.iter().filter(|column| !is_too_wide || is_kept(column)).collect();
    let is_fixed = |column: &&&Column| column.narrowing != Narrowing::Shortened;
    let shortened = kept.iter().filter(|column| !is_fixed(column)).count();
    let fixed = width(kept.iter().filter(is_fixed).copied()) + shortened * GAP.len();
    let left = MAX_WIDTH.saturating_sub(fixed) / shortened.max(1);
    lines(&kept, left.max(MIN_SHORTENED))
}

/// Returns the lines of a table, the titles first, aligned for a monospace font and escaped for a code block. Columns that
/// may be shortened are at most `shortened` wide.
fn lines(columns: &[&Column], shortened: usize) -> Vec<String> {
    let limit = |column: &Column| if column.narrowing == Narrowing::Shortened { shortened } else { usize::MAX };
    let widths: Vec<usize> = columns.iter().map(|column| column.width().min(limit(column))).collect();
    let line = |cell: &dyn Fn(&Column) -> String| {
        let mut line = String::new();
        for (index, (column, width)) in columns.iter().zip(&widths).enumerate() {
            let mut text = cell(column);
            if text.width() > limit(column) {
                text = display_name(&text, limit(column));
            }
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
    let rows = columns.iter().map(|column| column.cells.len()).max().unwrap_or(0);
    let rows = (0..rows).map(|row| line(&|column| column.cells.get(row).cloned().unwrap_or_default()));
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
        let lines = narrow_lines(&table);
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

    #[test]
    fn a_table_is_narrowed_to_what_a_phone_shows() {
        let column = |title, align, cell: &str| Column::new(title, align, [cell.to_owned()]);
        let table = |name: &str| {
            [
                column("#", Align::Right, "1"),
                column("Name", Align::Left, name).shortened_first(),
                column("Team", Align::Left, "North America").left_out_first(),
                column("USD", Align::Right, "1,234,567.89"),
                column("Change", Align::Left, "down 12"),
            ]
        };
        let short = table("Bo");
        assert!(!is_narrowed(&short[..3], RankingStyle::Text));
        assert!(is_narrowed(&short, RankingStyle::Text) && !is_narrowed(&short, RankingStyle::Wide));
        assert_eq!(narrow_lines(&short)[1], "1  Bo    1,234,567.89  down 12");
        let long = narrow_lines(&table("Maximiliane von Hohenstein"));
        assert_eq!(long[1], "1  Maximiliane v\u{2026}  1,234,567.89  down 12");
        assert!(long.iter().all(|line| line.width() <= MAX_WIDTH));
        let all = table("Maximiliane von Hohenstein");
        let all: Vec<&Column> = all.iter().collect();
        assert!(lines(&all, usize::MAX)[1].contains("Hohenstein  North America"));
    }
}
