//! Uploading sales files, with a bar that shows how far it has come.

use std::path::{Path, PathBuf};
use std::time::Duration;

use aws_sdk_s3::error::DisplayErrorContext;
use aws_sdk_s3::primitives::ByteStream;
use futures_util::{StreamExt, TryStreamExt, stream};
use indicatif::{ProgressBar, ProgressStyle};
use standings_local::Stack;

use crate::Failure;

/// So many files are uploaded at once.
const AT_ONCE: usize = 8;

/// Uploads every file under `path`, and waits until all of it counts.
pub(crate) async fn upload(stack: &Stack, path: &Path) -> Result<(), Failure> {
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
            Ok::<_, Failure>(())
        })
        .buffer_unordered(AT_ONCE)
        .try_collect::<()>()
        .await?;

    let (sent, _) = stack.queue.counts();
    bar.set_message("ranking");
    bar.set_length(sent - before);
    let quiet = stack.queue.quiet();
    tokio::pin!(quiet);
    loop {
        let (_, waiting) = stack.queue.counts();
        bar.set_position((sent - before).saturating_sub(waiting as u64));
        tokio::select! {
            () = &mut quiet => break,
            () = tokio::time::sleep(Duration::from_millis(50)) => {}
        }
    }
    bar.finish_and_clear();
    eprintln!("uploaded {} {}", files.len(), if files.len() == 1 { "file" } else { "files" });
    Ok(())
}

async fn put(stack: &Stack, key: &str, file: &Path) -> Result<(), Failure> {
    let problem = |error: String| format!("{}: {error}", file.display());
    let body = ByteStream::from_path(file).await.map_err(|error| problem(error.to_string()))?;
    let put = stack.s3.put_object().bucket(stack.bucket()).key(key).body(body);
    put.send().await.map_err(|error| problem(format!("{}", DisplayErrorContext(error))))?;
    Ok(())
}

/// All files under `path` with the keys they get, in order of their keys. Hidden ones are not meant.
fn files(path: &Path) -> std::io::Result<Vec<(String, PathBuf)>> {
    let mut files = Vec::new();
    if path.is_file() {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        files.push((format!("sales/{name}"), path.to_owned()));
    } else {
        walk(path, "sales", &mut files)?;
    }
    files.sort();
    Ok(files)
}

fn walk(folder: &Path, prefix: &str, files: &mut Vec<(String, PathBuf)>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let key = format!("{prefix}/{name}");
        if name.starts_with('.') {
            continue;
        }
        if path.is_dir() {
            walk(&path, &key, files)?;
        } else {
            files.push((key, path));
        }
    }
    Ok(())
}
