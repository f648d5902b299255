//! The stack: everything started, wired and reachable.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use lambda_runtime::LambdaEvent;
use serde_json::json;
use standings_core::{Board, Report, Status};
use standings_lambda::Variables;
use standings_recompute::Recompute;
use standings_slash_command::{ResponseUrls, SigningSecret, SlashCommand};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::aws::bucket::{self, BUCKET};
use crate::aws::lambda_process::{LambdaProcess, LambdaProcessError};
use crate::aws::queue::{Queue, context};
use crate::aws::{api_gateway, clients, tables};
use crate::error::StackError;
use crate::slack::{client, page};

/// What is named alike in every stack.
const NAMES: [(&str, &str); 3] =
    [("SALES_BUCKET", BUCKET), ("LEDGER_TABLE", tables::LEDGER), ("REPORTS_TABLE", tables::REPORTS)];

/// So many batches are handled at once, as the event source mapping has it.
const CONCURRENCY: usize = 2;

/// How the stack is to be started.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Settings of the functions, by their names, such as `TIME_ZONE`.
    pub settings: Vec<(String, String)>,
    /// The port of S3; any that is free where there is none.
    pub s3_port: Option<u16>,
    /// The port that answers Slack; any that is free where there is none.
    pub slack_port: Option<u16>,
    /// Where files and tables are kept; nowhere where there is none.
    pub folder: Option<PathBuf>,
}

/// A running stack. It stops when it is dropped.
#[derive(Debug)]
pub struct Stack {
    /// A client of the bucket.
    pub s3: aws_sdk_s3::Client,
    /// A client of the tables.
    pub dynamodb: aws_sdk_dynamodb::Client,
    /// Between bucket and function.
    pub queue: Queue,
    /// The function that ranks; for events of a kind that the bucket does not send.
    pub recompute: Recompute,
    /// Where S3 listens.
    pub s3_address: SocketAddr,
    /// Where `DynamoDB` listens.
    pub dynamodb_address: SocketAddr,
    /// Where the slash command listens.
    pub slack_address: SocketAddr,
    _tasks: JoinSet<()>,
    /// Dropped last, when nobody writes to it any more.
    _temporary: Option<TempDir>,
}

impl Stack {
    /// Starts everything. What a kept folder holds is put through again, so that changes made while nothing ran count.
    ///
    /// # Errors
    ///
    /// See [`StackError`].
    pub async fn start(options: Options) -> Result<Self, StackError> {
        let (folder, temporary) = folder(options.folder.as_deref())?;
        let bucket_folder = folder.join("s3");
        std::fs::create_dir_all(bucket_folder.join(BUCKET))
            .map_err(|error| StackError::Folder(bucket_folder.clone(), error.to_string()))?;
        let s3_listener = listen(options.s3_port).await?;
        let dynamodb_listener = listen(None).await?;
        let slack_listener = listen(options.slack_port).await?;
        let (s3_address, dynamodb_address, slack_address) =
            (address(&s3_listener)?, address(&dynamodb_listener)?, address(&slack_listener)?);

        let queue = Queue::default();
        let mut tasks = JoinSet::new();
        let serve = bucket::serve(s3_listener, &bucket_folder, queue.clone());
        tasks.spawn(serve.map_err(|error| StackError::Folder(bucket_folder.clone(), error.to_string()))?);
        let file = options.folder.is_some().then(|| folder.join("dynamodb.sqlite"));
        let serve = tables::serve(dynamodb_listener, file.as_deref());
        tasks.spawn(serve.map_err(|error| StackError::Folder(folder.clone(), error))?);

        let (s3, dynamodb) = (clients::s3(s3_address), clients::dynamodb(dynamodb_address));
        tables::create(&dynamodb).await.map_err(|error| StackError::Part("DynamoDB", error))?;

        let names = NAMES.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned()));
        let settings = Variables::from_pairs(names.chain(options.settings));
        let recompute = recompute(&settings, &s3, &dynamodb)?;
        for _ in 0..CONCURRENCY {
            tasks.spawn(queue.clone().deliver(recompute.clone()));
        }
        let page = page::Page::new(slack_address, s3.clone(), dynamodb.clone(), queue.clone());
        let function = slash_command(&settings, &dynamodb, slack_address)?;
        let router = api_gateway::router(function).merge(page::router(page));
        tasks.spawn(async move {
            if let Err(error) = axum::serve(slack_listener, router).await {
                tracing::error!(%error, "the front stopped");
            }
        });

        let stack = Self {
            s3,
            dynamodb,
            queue,
            recompute,
            s3_address,
            dynamodb_address,
            slack_address,
            _tasks: tasks,
            _temporary: temporary,
        };
        if options.folder.is_some() {
            stack.rebuild().await?;
        }
        Ok(stack)
    }

    /// The name of the bucket that files are uploaded to.
    #[must_use]
    pub fn bucket(&self) -> &'static str {
        BUCKET
    }

    /// The name of the table of contributions.
    #[must_use]
    pub fn ledger_table(&self) -> &'static str {
        tables::LEDGER
    }

    /// The name of the table of reports.
    #[must_use]
    pub fn reports_table(&self) -> &'static str {
        tables::REPORTS
    }

    /// Runs a function on this bucket and these tables, in a process of its own; `variables` come beside those that name
    /// them, or instead.
    ///
    /// # Errors
    ///
    /// See [`LambdaProcess::start`].
    pub async fn run(
        &self,
        program: &Path,
        arguments: &[&str],
        variables: &[(&str, &str)],
    ) -> Result<LambdaProcess, LambdaProcessError> {
        let (s3, dynamodb) = (format!("http://{}", self.s3_address), format!("http://{}", self.dynamodb_address));
        let servers = [("AWS_ENDPOINT_URL_S3", &*s3), ("AWS_ENDPOINT_URL_DYNAMODB", &dynamodb)];
        let all: Vec<_> = NAMES.into_iter().chain(servers).chain(variables.iter().copied()).collect();
        LambdaProcess::start(program, arguments, &all).await
    }

    /// What an S3 client of this bucket signs with: access key, secret key, region.
    #[must_use]
    pub fn credentials(&self) -> (&'static str, &'static str, &'static str) {
        (clients::ACCESS_KEY, clients::SECRET_KEY, clients::REGION)
    }

    /// Puts all files of the bucket through, as a `rebuild` event does, and returns what it answers.
    ///
    /// # Errors
    ///
    /// Where the function fails.
    pub async fn rebuild(&self) -> Result<serde_json::Value, StackError> {
        let failed = |error: String| StackError::Part("the rebuild failed", error);
        let event = serde_json::from_value(json!({"rebuild": {}})).map_err(|error| failed(error.to_string()))?;
        self.recompute.handle(LambdaEvent::new(event, context())).await.map_err(|error| failed(error.to_string()))
    }

    /// The latest company report, as it stands in the table; `None` where nothing counts yet.
    ///
    /// # Errors
    ///
    /// Where the table cannot be read.
    pub async fn latest_report(&self) -> Result<Option<Report>, StackError> {
        self.report(&Board::Company.latest_key()).await
    }

    /// The report that stands under a key.
    ///
    /// # Errors
    ///
    /// Where the table cannot be read.
    pub async fn report(&self, key: &str) -> Result<Option<Report>, StackError> {
        let text = tables::report(&self.dynamodb, key).await?;
        text.map(|text| Report::decode(&text).map_err(|error| StackError::Part("a report", error.to_string())))
            .transpose()
    }

    /// What came in last, and what is wrong with it.
    ///
    /// # Errors
    ///
    /// Where the table cannot be read.
    pub async fn status(&self) -> Result<Status, StackError> {
        tables::status(&self.dynamodb).await
    }
}

fn folder(wanted: Option<&Path>) -> Result<(PathBuf, Option<TempDir>), StackError> {
    let place = wanted.map_or_else(std::env::temp_dir, Path::to_owned);
    let problem = |error: std::io::Error| StackError::Folder(place.clone(), error.to_string());
    if wanted.is_some() {
        std::fs::create_dir_all(&place).map_err(problem)?;
        return Ok((place.canonicalize().map_err(problem)?, None));
    }
    let temporary = tempfile::Builder::new().prefix("standings-").tempdir().map_err(problem)?;
    Ok((temporary.path().to_owned(), Some(temporary)))
}

async fn listen(port: Option<u16>) -> Result<TcpListener, StackError> {
    let port = port.unwrap_or(0);
    TcpListener::bind(("127.0.0.1", port)).await.map_err(|error| StackError::Port(port, error))
}

fn address(listener: &TcpListener) -> Result<SocketAddr, StackError> {
    listener.local_addr().map_err(|error| StackError::Port(0, error))
}

fn recompute(
    settings: &Variables,
    s3: &aws_sdk_s3::Client,
    dynamodb: &aws_sdk_dynamodb::Client,
) -> Result<Recompute, StackError> {
    let settings = standings_recompute::Settings::read(settings);
    let settings = settings.map_err(|error| StackError::Setting(error.to_string()))?;
    Ok(Recompute::new(settings, s3.clone(), dynamodb.clone()))
}

fn slash_command(
    settings: &Variables,
    dynamodb: &aws_sdk_dynamodb::Client,
    address: SocketAddr,
) -> Result<SlashCommand, StackError> {
    let secret =
        SigningSecret::fixed(client::SIGNING_SECRET).map_err(|error| StackError::Setting(error.to_string()))?;
    let settings = standings_slash_command::Settings::read(settings);
    let settings = settings.map_err(|error| StackError::Setting(error.to_string()))?;
    Ok(SlashCommand::new(settings, dynamodb.clone(), secret, ResponseUrls::local(address)))
}
