//! A running stack, and short ways to change and to see it.

use std::path::PathBuf;

use aws_sdk_s3::primitives::ByteStream;
use standings_core::{Board, Report, Status, Week};
use standings_local::slack::client;
use standings_local::{Options, Stack};
use tempfile::TempDir;

pub(crate) const HEADER: &str = "sold_at,salesperson,team,amount\n";

pub(crate) struct World {
    pub(crate) stack: Stack,
    folder: TempDir,
}

pub(crate) fn fixture(path: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "../../fixtures", path].iter().collect()
}

/// A sales file of lines such as `2026-11-16,Ana,EMEA,10`.
pub(crate) fn csv(lines: &[&str]) -> String {
    format!("{HEADER}{}\n", lines.join("\n"))
}

impl World {
    pub(crate) async fn start() -> Self {
        Self::start_with(&[]).await
    }

    pub(crate) async fn start_with(settings: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let settings = settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let options = Options { settings, folder: Some(folder.path().to_owned()), ..Options::default() };
        Self { stack: Stack::start(options).await.unwrap(), folder }
    }

    /// Stops everything and starts it again on what was kept. `change` is done meanwhile.
    pub(crate) async fn restart(self, change: impl FnOnce(&Self)) -> Self {
        change(&self);
        let Self { stack, folder } = self;
        drop(stack);
        let options = Options { folder: Some(folder.path().to_owned()), ..Options::default() };
        Self { stack: Stack::start(options).await.unwrap(), folder }
    }

    /// Uploads a file and waits until it counts.
    pub(crate) async fn put(&self, key: &str, content: impl Into<Vec<u8>>) {
        let body = ByteStream::from(content.into());
        self.stack.s3.put_object().bucket(self.stack.bucket()).key(key).body(body).send().await.unwrap();
        self.stack.queue.quiet().await;
    }

    /// Deletes a file and waits until it no longer counts.
    pub(crate) async fn delete(&self, key: &str) {
        self.stack.s3.delete_object().bucket(self.stack.bucket()).key(key).send().await.unwrap();
        self.stack.queue.quiet().await;
    }

    /// Where a file lies that nobody is told about.
    pub(crate) fn behind(&self, key: &str) -> PathBuf {
        self.folder.path().join("s3").join(self.stack.bucket()).join(key)
    }

    /// Writes a file that nobody is told about.
    pub(crate) fn put_behind(&self, key: &str, content: &str) {
        let path = self.behind(key);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }

    pub(crate) fn delete_behind(&self, key: &str) {
        std::fs::remove_file(self.behind(key)).unwrap();
    }

    /// Sends a message as it is, and waits until it is handled or given up.
    pub(crate) async fn send(&self, body: &str) {
        self.stack.queue.send(body);
        self.stack.queue.quiet().await;
    }

    pub(crate) async fn report(&self, board: &Board, week: &str) -> Option<Report> {
        self.stack.report(&board.key(week.parse::<Week>().unwrap())).await.unwrap()
    }

    pub(crate) async fn company(&self, week: &str) -> Report {
        self.report(&Board::Company, week).await.unwrap()
    }

    /// The lines of a company report: rank, name, team, amount, rank before.
    pub(crate) async fn lines(&self, week: &str) -> Vec<String> {
        self.report(&Board::Company, week).await.as_ref().map(lines).unwrap_or_default()
    }

    pub(crate) async fn status(&self) -> Status {
        self.stack.status().await.unwrap()
    }

    /// All that is said in the answer to a command.
    pub(crate) async fn ask(&self, text: &str) -> String {
        let answer = client::ask(self.stack.slack_address, text).await.unwrap();
        assert_eq!(answer.status, 200);
        answer.body
    }
}

pub(crate) fn lines(report: &Report) -> Vec<String> {
    let line = |entry: &standings_core::Entry| {
        let before = entry.previous_rank.map_or("new".to_owned(), |rank| rank.to_string());
        format!("{} {} {} {} {before}", entry.rank, entry.name, entry.team.as_deref().unwrap_or("-"), entry.amount)
    };
    report.entries.iter().map(line).collect()
}
