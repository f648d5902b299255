//! Lines that hold no record: the rules of tables, the footers of database clients, and repeated headers.

/// Maximum bytes of a footer.
const MAX_FOOTER: usize = 100;

/// Whether a line is a rule or a footer, as terminals and database clients print them.
pub(super) fn is_decoration(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    is_rule(line) || is_footer(line)
}

/// Whether a line consists of dashes, equals signs, corners and delimiters, with at least two dashes or equals signs in
/// a row. One dash alone is a value: a row may consist of dashes for missing values.
fn is_rule(line: &[u8]) -> bool {
    let is_mark = |byte: &u8| matches!(byte, b'-' | b'=' | b'+' | b'|' | b':' | b' ' | b'\t' | b',' | b';');
    line.iter().all(is_mark) && line.windows(2).any(|pair| matches!(pair, b"--" | b"=="))
}

fn is_footer(line: &[u8]) -> bool {
    // Ctrl-Z is how old programs end a text.
    if line == b"\x1a" {
        return true;
    }
    // Most rows begin with a date, which shows at once that they are no footer.
    let count = line.iter().take_while(|byte| byte.is_ascii_digit() || **byte == b',').count();
    let is_candidate = match line.first() {
        Some(b'(' | b'Q' | b'E') => true,
        _ => count > 0 && line.get(count) == Some(&b' '),
    };
    if line.len() > MAX_FOOTER || !is_candidate {
        return false;
    }
    let Ok(line) = std::str::from_utf8(line) else { return false };
    if line.starts_with("Query OK") || line.starts_with("Empty set (") {
        return true;
    }
    let inner = line.strip_prefix('(').and_then(|line| line.strip_suffix(')')).unwrap_or(line);
    let is_whole = inner.len() < line.len();
    let Some((count, words)) = inner.trim().split_once(' ') else { return false };
    let is_count = !count.is_empty() && count.bytes().all(|byte| byte.is_ascii_digit() || byte == b',');
    let words = words.trim();
    let is_rows =
        matches!(words, "row" | "rows" | "row affected" | "rows affected" | "row(s) affected" | "record" | "records");
    is_count
        && ((is_whole && is_rows)
            || words.starts_with("rows in set")
            || words.starts_with("row in set")
            || matches!(words, "rows selected." | "row selected." | "rows affected" | "row affected"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_and_footers_are_told_from_rows() {
        for line in [
            "----+----",
            "|---|:--:|",
            "+----+----+\r",
            "====",
            "-----,----",
            "(3 rows)",
            "(1 row)",
            "(3 rows affected)",
            "3 rows in set (0.00 sec)",
            "1 row in set, 1 warning (0.00 sec)",
            "Query OK, 3 rows affected (0.01 sec)",
            "\x1a",
            "(1,234 rows)",
            " --- | --- ",
        ] {
            assert!(is_decoration(line.as_bytes()), "{line}");
        }
        for line in ["-,-,-", "2026-11-16", "", ",,", "3 rows", "(3 rows) or so", "-- Ana,1", "(rows)", "| |", "+,+"] {
            assert!(!is_decoration(line.as_bytes()), "{line}");
        }
    }
}
