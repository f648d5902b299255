//! A running stack, with short ways to change files and to read reports.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use aws_sdk_s3::primitives::ByteStream;
use standings_core::{Board, Report, Status};
use standings_local::slack::client;
use standings_local::{Options, Stack};
use tempfile::TempDir;

pub(crate) const HEADER: &str = "sold_at,salesperson,team,amount\n";

pub(crate) struct Harness {
    pub(crate) stack: Stack,
    folder: TempDir,
}

pub(crate) fn fixture(path: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "../../fixtures", path].iter().collect()
}

/// Returns a sales file with lines such as `2026-11-16,Ana,EMEA,10`.
pub(crate) fn csv(lines: &[&str]) -> String {
    format!("{HEADER}{}\n", lines.join("\n"))
}

impl Harness {
    pub(crate) async fn start() -> Self {
        Self::start_with(&[]).await
    }

    pub(crate) async fn start_with(settings: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let settings = settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let options = Options { settings, folder: Some(folder.path().to_owned()), ..Options::default() };
        Self { stack: Stack::start(options).await.unwrap(), folder }
    }

    /// Restarts the stack on the kept folder. `change` runs while it is stopped.
    pub(crate) async fn restart(self, change: impl FnOnce(&Path)) -> Self {
        let Self { stack, folder } = self;
        drop(stack);
        change(folder.path());
        let options = Options { folder: Some(folder.path().to_owned()), ..Options::default() };
        Self { stack: Stack::start(options).await.unwrap(), folder }
    }

    /// Uploads a file, and waits until it is ingested.
    pub(crate) async fn put(&self, key: &str, content: impl Into<Vec<u8>>) {
        let body = ByteStream::from(content.into());
        self.stack.s3.put_object().bucket(self.stack.bucket()).key(key).body(body).send().await.unwrap();
        self.stack.queue.quiet().await;
    }

    /// Deletes a file, and waits until the reports are refreshed.
    pub(crate) async fn delete(&self, key: &str) {
        self.stack.s3.delete_object().bucket(self.stack.bucket()).key(key).send().await.unwrap();
        self.stack.queue.quiet().await;
    }

    /// Writes a file without a notification.
    pub(crate) fn put_silently(&self, key: &str, content: &str) {
        put_silently(self.folder.path(), key, content);
    }

    /// Makes a file look as if it had been uploaded some time ago.
    pub(crate) fn set_age(&self, key: &str, age: Duration) {
        let file = File::options().write(true).open(path(self.folder.path(), key)).unwrap();
        file.set_modified(SystemTime::now() - age).unwrap();
    }

    /// Deletes a file without a notification.
    pub(crate) fn delete_silently(&self, key: &str) {
        delete_silently(self.folder.path(), key);
    }

    /// Sends a message, and waits until it is handled or in the dead-letter queue.
    pub(crate) async fn send(&self, body: &str) {
        self.stack.queue.send(body);
        self.stack.queue.quiet().await;
    }

    pub(crate) async fn report(&self, board: &Board, week: &str) -> Option<Report> {
        self.stack.report(&board.key(week.parse().unwrap())).await.unwrap()
    }

    pub(crate) async fn company(&self, week: &str) -> Report {
        self.report(&Board::Company, week).await.unwrap()
    }

    /// Returns the entries of a company report: rank, name, team, amount, previous rank.
    pub(crate) async fn lines(&self, week: &str) -> Vec<String> {
        self.report(&Board::Company, week).await.as_ref().map(lines).unwrap_or_default()
    }

    pub(crate) async fn status(&self) -> Status {
        self.stack.status().await.unwrap()
    }

    /// Returns the reply to a command.
    pub(crate) async fn ask(&self, text: &str) -> String {
        let response = client::ask(self.stack.slack_address, text).await.unwrap();
        assert_eq!(response.status, 200);
        response.body
    }
}

/// Returns the path of an object in a kept folder.
fn path(folder: &Path, key: &str) -> PathBuf {
    folder.join("s3/standings").join(key)
}

pub(crate) fn put_silently(folder: &Path, key: &str, content: &str) {
    let path = path(folder, key);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, content).unwrap();
}

pub(crate) fn delete_silently(folder: &Path, key: &str) {
    std::fs::remove_file(path(folder, key)).unwrap();
}

/// Returns the entries of a report: rank, name, team, amount, previous rank.
pub(crate) fn lines(report: &Report) -> Vec<String> {
    let line = |entry: &standings_core::Entry| {
        let previous = entry.previous_rank.map_or("new".to_owned(), |rank| rank.to_string());
        format!("{} {} {} {} {previous}", entry.rank, entry.name, entry.team.as_deref().unwrap_or("-"), entry.amount)
    };
    report.entries.iter().map(line).collect()
}
