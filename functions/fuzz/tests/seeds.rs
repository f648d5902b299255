//! The seeds hold the properties that the fuzz targets check.

use std::path::Path;

use walkdir::WalkDir;

/// Runs a target on every file under these folders, which are relative to the root of the repository.
fn each(folders: &[&str], target: impl Fn(&[u8])) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let entries = folders.iter().flat_map(|folder| WalkDir::new(root.join(folder)).sort_by_file_name());
    let mut seeds = 0;
    for entry in entries.map(|entry| entry.expect("the folder can be read")) {
        if entry.file_type().is_file() {
            println!("{}", entry.path().display());
            target(&std::fs::read(entry.path()).expect("the file can be read"));
            seeds += 1;
        }
    }
    assert!(seeds >= 10, "{folders:?} have {seeds} seeds");
}

#[test]
fn reader() {
    each(&["fixtures/sales", "fixtures/bad", "fixtures/exports", "fixtures/parquet"], standings_fuzz::reader);
}

#[test]
fn event() {
    each(&["fixtures/events"], standings_fuzz::event);
}

#[test]
fn request() {
    each(&["fixtures/api-gateway", "fixtures/slack"], standings_fuzz::request);
}

#[test]
fn command() {
    each(&["functions/fuzz/seeds/command"], standings_fuzz::command);
}
