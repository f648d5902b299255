//! Upload of sales files, with a progress bar.

use std::path::{Path, PathBuf};
use std::time::Duration;

use aws_sdk_s3::error::DisplayErrorContext;
use aws_sdk_s3::primitives::ByteStream;
use futures_util::{StreamExt, TryStreamExt, stream};
use indicatif::{ProgressBar, ProgressStyle};
use standings_local::{BoxError, Stack};
use standings_recompute::KeyKind;
use walkdir::{DirEntry, WalkDir};

/// Files uploaded concurrently. More do not help: the embedded S3 shares the processors with the functions.
const CONCURRENCY: usize = 8;

/// Prefix of the keys of sales files.
pub(crate) const PREFIX: &str = "sales/";

/// Interval at which the progress bar is updated.
const TICK: Duration = Duration::from_millis(50);

/// Uploads every file under `path`, and waits until all of them are ingested.
pub(crate) async fn upload(stack: &Stack, path: &Path) -> Result<(), BoxError> {
    let files = files(path).map_err(|error| format!("cannot read {}: {error}", path.display()))?;
    if files.is_empty() {
        return Err(format!("there are no files in {}", path.display()).into());
    }
    let (before, _) = stack.queue.counts();
    let bar = ProgressBar::new(files.len() as u64).with_message("uploading sales files");
    bar.set_style(
        ProgressStyle::with_template("{msg} {bar:30} {pos}/{len}").unwrap_or_else(|_| ProgressStyle::default_bar()),
    );
    stream::iter(&files)
        .map(|(key, file)| async {
            put(stack, key, file).await?;
            bar.inc(1);
            Ok::<_, BoxError>(())
        })
        .buffer_unordered(CONCURRENCY)
        .try_collect::<()>()
        .await?;

    let (sent, _) = stack.queue.counts();
    bar.set_message("refreshing rankings");
    bar.set_length(sent - before);
    let quiet = stack.queue.quiet();
    tokio::pin!(quiet);
    loop {
        let (_, waiting) = stack.queue.counts();
        bar.set_position((sent - before).saturating_sub(waiting as u64));
        tokio::select! {
            () = &mut quiet => break,
            () = tokio::time::sleep(TICK) => {}
        }
    }
    bar.finish_and_clear();
    eprintln!("uploaded {} {}", files.len(), if files.len() == 1 { "file" } else { "files" });
    Ok(())
}

async fn put(stack: &Stack, key: &str, file: &Path) -> Result<(), BoxError> {
    let failed = |error: String| format!("{}: {error}", file.display());
    let body = ByteStream::from_path(file).await.map_err(|error| failed(error.to_string()))?;
    let put = stack.s3.put_object().bucket(stack.bucket()).key(key).body(body);
    put.send().await.map_err(|error| failed(DisplayErrorContext(error).to_string()))?;
    Ok(())
}

/// Returns all files under `path`, which may be a file itself, with their keys, sorted by key. What recompute would pass
/// over is left out of a folder, such as hidden files.
pub(crate) fn files(path: &Path) -> Result<Vec<(String, PathBuf)>, walkdir::Error> {
    let root = if path.is_file() { path.parent().unwrap_or(path) } else { path };
    let is_shown = |entry: &DirEntry| {
        let name = entry.file_name().to_string_lossy();
        // The log of a Delta table says that the files next to it are no sales files of their own.
        entry.depth() == 0 || !entry.file_type().is_dir() || name == "_delta_log" || is_read(&format!("{PREFIX}{name}"))
    };
    let mut files = Vec::new();
    for entry in WalkDir::new(path).follow_links(true).into_iter().filter_entry(is_shown) {
        let entry = entry?;
        if !entry.file_type().is_dir() {
            let names = entry.path().strip_prefix(root).unwrap_or(entry.path()).components();
            let names: Vec<_> = names.map(|name| name.as_os_str().to_string_lossy()).collect();
            let key = format!("{PREFIX}{}", names.join("/"));
            if path.is_file() || KeyKind::of(&key, PREFIX) != KeyKind::SideFile {
                files.push((key, entry.into_path()));
            }
        }
    }
    files.sort();
    Ok(files)
}

fn is_read(key: &str) -> bool {
    KeyKind::of(key, PREFIX) == KeyKind::SalesFile
}
