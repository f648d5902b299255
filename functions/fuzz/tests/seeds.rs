//! The seeds keep the promises that the fuzzer tries to break.

use std::path::{Path, PathBuf};

/// All files below a folder, given from the root of the repository.
fn files(folder: &str) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(folder);
    let mut folders = vec![root];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("the folder is there") {
            let path = entry.expect("an entry is there").path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files
}

fn each(folders: &[&str], target: impl Fn(&[u8])) {
    let files: Vec<PathBuf> = folders.iter().flat_map(|folder| files(folder)).collect();
    assert!(files.len() >= 10, "{folders:?} hold {} seeds", files.len());
    for file in files {
        println!("{}", file.display());
        target(&std::fs::read(file).expect("the file can be read"));
    }
}

#[test]
fn the_reader() {
    each(&["fixtures/sales", "fixtures/bad"], standings_fuzz::reader);
}

#[test]
fn the_event_reader() {
    each(&["fixtures/events"], standings_fuzz::event);
}

#[test]
fn the_request_path() {
    each(&["fixtures/api-gateway", "fixtures/slack"], standings_fuzz::request);
}

#[test]
fn the_command_grammar() {
    each(&["functions/fuzz/seeds/command"], standings_fuzz::command);
}
