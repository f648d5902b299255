//! Exports of real tools, one folder each in `fixtures/exports`: what counts is what was sold, and how each was read
//! is said in words.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use standings_core::{Upload, Week};
use walkdir::WalkDir;

use crate::harness::{Harness, fixture};

/// Returns the settings of an export, by the names of their environment variables.
fn settings(folder: &Path) -> Vec<(String, String)> {
    let text = std::fs::read_to_string(folder.join("settings.txt")).unwrap_or_default();
    let pair = |line: &str| line.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned())).unwrap();
    text.lines().map(pair).collect()
}

/// Returns the files of an export, with their keys.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let data = folder.join("data");
    let paths = WalkDir::new(&data).sort_by_file_name().into_iter().map(|entry| entry.unwrap().into_path());
    let files = paths.filter(|path| path.is_file()).map(|path| {
        let key = path.strip_prefix(&data).unwrap().to_str().unwrap().to_owned();
        (format!("sales/{key}"), std::fs::read(path).unwrap())
    });
    files.collect()
}

/// Uploads the files of an export, and returns what counts: week, name, amount and deals, or that all were rejected.
async fn counted(harness: &Harness, uploads: &[Upload]) -> String {
    let weeks: BTreeSet<Week> =
        uploads.iter().filter_map(|upload| upload.weeks).flat_map(|(first, last)| [first, last]).collect();
    let (Some(&first), Some(&last)) = (weeks.first(), weeks.last()) else {
        assert!(uploads.iter().all(|upload| upload.rejection.is_some()), "{uploads:?}");
        return "rejected\n".to_owned();
    };
    let mut text = String::new();
    let mut week = first;
    while week <= last {
        if let Some(report) = harness.report(&standings_core::Board::Company, &week.to_string()).await {
            for entry in report.entries {
                writeln!(text, "{week} | {} | {} | {}", entry.name, entry.amount, entry.deals).unwrap();
            }
        }
        week = week.next();
    }
    text
}

/// Describes how a file was read, for the snapshot.
fn described(upload: &Upload) -> String {
    let mut text = format!("  {}\n", upload.key);
    if let Some(rejection) = &upload.rejection {
        writeln!(text, "    rejected: {}", rejection.0).unwrap();
    }
    let other = upload.other_rows;
    writeln!(
        text,
        "    rows: {} count, {} no sales, {} skipped, {} repeated, {} blank",
        upload.rows, other.not_sales, upload.skipped_rows, other.repeated, other.blank
    )
    .unwrap();
    for clause in &upload.read_as {
        writeln!(text, "    {clause}").unwrap();
    }
    for remark in &upload.remarks {
        writeln!(text, "    remark: {remark}").unwrap();
    }
    for row in &upload.examples {
        writeln!(text, "    line {}: {}", row.line, row.reason).unwrap();
    }
    text
}

#[tokio::test]
async fn exports_of_real_tools_count_for_what_they_mean() {
    let mut folders: Vec<PathBuf> =
        std::fs::read_dir(fixture("exports")).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.retain(|folder| folder.is_dir());
    folders.sort();
    assert!(folders.len() >= 50, "{}", folders.len());
    let mut table = String::new();
    let mut wrong = String::new();
    for folder in folders {
        let settings = settings(&folder);
        let settings: Vec<(&str, &str)> =
            settings.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let harness = Harness::start_with(&settings).await;
        for (key, content) in files(&folder) {
            harness.put(&key, content).await;
        }
        let mut uploads = harness.status().await.uploads;
        uploads.sort_by(|a, b| a.key.cmp(&b.key));
        let name = folder.file_name().unwrap().to_str().unwrap();
        writeln!(table, "{name}").unwrap();
        for upload in &uploads {
            table += &described(upload);
        }
        table += "\n";
        let expected = std::fs::read_to_string(folder.join("expected.txt")).unwrap();
        let counted = counted(&harness, &uploads).await;
        if counted != expected {
            writeln!(wrong, "{name}: expected\n{expected}counted\n{counted}").unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong}\n{table}");
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../../../../fixtures/exports");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!("outcomes", table));
}
