//! Reasons: what is wrong with a file or record, and how it was read, in words.

use std::collections::BTreeSet;

use serde_json::error::Category;
use standings_core::explanation::{quoted, trusted};
use standings_core::{Explanation, explain};

use super::objects::Fault;
use super::shape::{Shape, shown};
use crate::columns::{Field, Layout};
use crate::pass::Pass;

/// Keys of the document that an API answers instead of data.
const ERROR_WORDS: [&str; 5] = ["error", "errors", "errorcode", "errormessage", "errordescription"];

/// Explains why a record is skipped.
pub(super) fn fault(fault: &Fault) -> Explanation {
    match fault {
        Fault::Encoding => explain!["it is not UTF-8. Export the file in UTF-8"],
        Fault::Json(error) => match error.classify() {
            Category::Eof => no_record(true),
            Category::Syntax => {
                // Syntax errors of serde_json quote nothing of the text. Lines within the record are not those of the
                // file.
                let error = error.to_string();
                let error = error.replace(" at line 1 column ", " at character ");
                let error = error.split(" at line ").next().unwrap_or_default().to_owned();
                explain!["it is not a JSON object: ", trusted(error)]
            }
            // JSON, but not an object. The error would quote the value.
            Category::Data | Category::Io => explain!["it is not a JSON object"],
        },
    }
}

/// Explains why text that is no record is skipped.
pub(super) fn no_record(is_part: bool) -> Explanation {
    if is_part {
        explain!["it is only a part of a JSON object: the rest of it is missing"]
    } else {
        explain!["it is not a JSON object"]
    }
}

/// Explains why a page is skipped.
pub(super) fn without_list(shape: &Shape) -> Explanation {
    explain!["it has no list ", quoted(&shown(&shape.path))]
}

/// Says how the file was read.
pub(super) fn read_as(shape: &Shape) -> Vec<Explanation> {
    let form = if shape.is_keyed && shape.path.is_empty() {
        explain!["JSON: an object with one object per sale"]
    } else if shape.is_keyed {
        explain!["JSON: the objects in ", quoted(&shown(&shape.path))]
    } else if !shape.path.is_empty() {
        explain!["JSON: the list ", quoted(&shown(&shape.path))]
    } else if shape.is_list {
        explain!["a JSON array"]
    } else if shape.is_lines {
        explain!["newline-delimited JSON"]
    } else {
        explain!["JSON objects, one after the other"]
    };
    let mut clauses = vec![form];
    if !shape.envelope.keys.is_empty() {
        clauses.push(explain!["fields within ", quoted(&shape.envelope.keys.join("."))]);
    }
    if !shape.header.is_empty() {
        clauses.push(explain![if shape.header_is_record {
            "the first list names the columns"
        } else {
            "another list names the columns"
        }]);
    }
    clauses
}

/// Returns the reason for a file that is an error message, if its only record has such names.
pub(super) fn error_message(names: &[String]) -> Option<Explanation> {
    let folded = |name: &String| -> String {
        let first = name.split('.').next().unwrap_or_default();
        first.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase()
    };
    names.iter().any(|name| ERROR_WORDS.contains(&folded(name).as_str())).then(|| {
        explain![
            "this is an error message, not sales: the tool that wrote the file could not get the data. Check the export, \
             and upload its file under the same name"
        ]
    })
}

/// Returns the reason for a file whose sales are within objects under a key that is not known.
pub(super) fn within(paths: &BTreeSet<String>, pass: &Pass<'_>) -> Option<Explanation> {
    let prefixes: BTreeSet<&str> =
        paths.iter().flat_map(|path| path.match_indices('.').map(|(at, _)| &path[..at])).collect();
    let found = prefixes.into_iter().find_map(|prefix| {
        let inner: Vec<&str> = paths.iter().filter_map(|path| path.strip_prefix(prefix)?.strip_prefix('.')).collect();
        let layout = Layout::resolve(&inner, pass).ok()?;
        let places: Option<Vec<usize>> = Field::REQUIRED.into_iter().map(|field| layout.place(field)).collect();
        Some((prefix, Field::REQUIRED[0], inner[*places?.first()?].to_owned()))
    });
    let (prefix, field, name) = found?;
    Some(explain![
        "the sales seem to lie within ",
        quoted(prefix),
        ". Export its fields as the record's own, or name each in the option columns: ",
        field.name(),
        "=",
        quoted(&format!("{prefix}.{name}")),
        " and so on",
    ])
}
