//! The local stack: embedded servers and both functions, started and wired.

use std::fmt::Display;
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
use crate::aws::{api_gateway, clients, sqs, tables};
use crate::error::StackError;
use crate::slack::{client, page};

/// Settings that name the bucket, the tables and the queue; the same in every stack.
const NAMES: [(&str, &str); 4] = [
    ("SALES_BUCKET", BUCKET),
    ("LEDGER_TABLE", tables::LEDGER),
    ("REPORTS_TABLE", tables::REPORTS),
    ("QUEUE_URL", sqs::QUEUE_URL),
];

/// Batches handled concurrently, as in `terraform/` (maximum concurrency of the event source mapping).
const CONCURRENCY: usize = 2;

/// Options of [`Stack::start`].
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Settings of both functions, by the names of their environment variables, such as `TIME_ZONE`.
    pub settings: Vec<(String, String)>,
    /// Port of S3. Default: any free one.
    pub s3_port: Option<u16>,
    /// Port that Slack's requests go to. Default: any free one.
    pub slack_port: Option<u16>,
    /// Folder that keeps files and tables. Default: a temporary folder, deleted with the stack, and tables in memory.
    pub folder: Option<PathBuf>,
}

/// A running stack. It stops when it is dropped.
#[derive(Debug)]
pub struct Stack {
    /// Client of the bucket.
    pub s3: aws_sdk_s3::Client,
    /// Client of the tables.
    pub dynamodb: aws_sdk_dynamodb::Client,
    /// Queue between the bucket and recompute.
    pub queue: Queue,
    /// The recompute function, to be invoked directly with events that the bucket does not send.
    pub recompute: Recompute,
    /// Address of S3.
    pub s3_address: SocketAddr,
    /// Address of SQS.
    pub sqs_address: SocketAddr,
    /// Address of `DynamoDB`.
    pub dynamodb_address: SocketAddr,
    /// Address of API Gateway, that Slack's requests go to, and of the demo page.
    pub slack_address: SocketAddr,
    _tasks: JoinSet<()>,
    /// Dropped last, after the tasks that write to it.
    _temporary: Option<TempDir>,
}

impl Stack {
    /// Starts the stack. With a kept folder it then rebuilds, so that changes made to the folder in the meantime are
    /// ingested.
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
        let sqs_listener = listen(None).await?;
        let sqs_address = address(&sqs_listener)?;
        let (s3_address, dynamodb_address, slack_address) =
            (address(&s3_listener)?, address(&dynamodb_listener)?, address(&slack_listener)?);

        let queue = Queue::default();
        let mut tasks = JoinSet::new();
        let sqs_router = sqs::router(queue.clone());
        tasks.spawn(async move {
            if let Err(error) = axum::serve(sqs_listener, sqs_router).await {
                tracing::error!(%error, "the embedded SQS stopped");
            }
        });
        let serve = bucket::serve(s3_listener, &bucket_folder, queue.clone());
        tasks.spawn(serve.map_err(|error| StackError::Folder(bucket_folder.clone(), error.to_string()))?);
        let file = options.folder.is_some().then(|| folder.join("dynamodb.sqlite"));
        tasks.spawn(tables::serve(dynamodb_listener, file.as_deref())?);

        let (s3, dynamodb) = (clients::s3(s3_address), clients::dynamodb(dynamodb_address));
        tables::create_all(&dynamodb).await?;

        let settings = variables(options.settings);
        let recompute = recompute(&settings, &s3, &dynamodb, &clients::sqs(sqs_address))?;
        for _ in 0..CONCURRENCY {
            tasks.spawn(queue.clone().deliver(recompute.clone()));
        }
        let page = page::Page::new(slack_address, s3.clone(), dynamodb.clone(), queue.clone());
        let function = slash_command(&settings, &dynamodb, slack_address)?;
        let router = api_gateway::router(function).merge(page::router(page));
        tasks.spawn(async move {
            if let Err(error) = axum::serve(slack_listener, router).await {
                tracing::error!(%error, "the embedded API Gateway stopped");
            }
        });

        let stack = Self {
            s3,
            dynamodb,
            queue,
            recompute,
            s3_address,
            sqs_address,
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

    /// Name of the bucket.
    #[must_use]
    pub fn bucket(&self) -> &'static str {
        BUCKET
    }

    /// Name of the ledger table.
    #[must_use]
    pub fn ledger_table(&self) -> &'static str {
        tables::LEDGER
    }

    /// Name of the reports table.
    #[must_use]
    pub fn reports_table(&self) -> &'static str {
        tables::REPORTS
    }

    /// Runs a Lambda binary on this bucket and these tables. `variables` are added to the environment variables that name
    /// bucket, tables and servers, and override them.
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
        let sqs = format!("http://{}", self.sqs_address);
        let servers =
            [("AWS_ENDPOINT_URL_S3", &*s3), ("AWS_ENDPOINT_URL_DYNAMODB", &dynamodb), ("AWS_ENDPOINT_URL_SQS", &sqs)];
        let all: Vec<_> = NAMES.into_iter().chain(servers).chain(variables.iter().copied()).collect();
        LambdaProcess::start(program, arguments, &all).await
    }

    /// Returns another recompute, whose calls to DynamoDB go to this address: that of a proxy.
    ///
    /// # Errors
    ///
    /// If a setting is wrong.
    pub fn recompute_through(&self, dynamodb: SocketAddr) -> Result<Recompute, StackError> {
        recompute(&variables(Vec::new()), &self.s3, &clients::dynamodb(dynamodb), &clients::sqs(self.sqs_address))
    }

    /// Credentials of an S3 client of this bucket: access key, secret key, region.
    #[must_use]
    pub fn credentials(&self) -> (&'static str, &'static str, &'static str) {
        (clients::ACCESS_KEY, clients::SECRET_KEY, clients::REGION)
    }

    /// Invokes recompute with a `rebuild` event, which ingests every file of the bucket, and returns its response.
    ///
    /// # Errors
    ///
    /// If the function fails.
    pub async fn rebuild(&self) -> Result<serde_json::Value, StackError> {
        let event = serde_json::from_value(json!({"rebuild": {}}));
        let event = event.map_err(|error| StackError::recompute("decoding the rebuild event", error))?;
        let response = self.recompute.handle(LambdaEvent::new(event, context())).await;
        response.map_err(|error| StackError::recompute("rebuilding", error))
    }

    /// Reads the latest report of the company board; `None` before the first sale.
    ///
    /// # Errors
    ///
    /// If the table cannot be read.
    pub async fn latest_report(&self) -> Result<Option<Report>, StackError> {
        self.report(&Board::Company.latest_key()).await
    }

    /// Reads the report with this key.
    ///
    /// # Errors
    ///
    /// If the table cannot be read.
    pub async fn report(&self, key: &str) -> Result<Option<Report>, StackError> {
        let text = tables::report(&self.dynamodb, key).await?;
        let report = text.map(|text| Report::decode(&text)).transpose();
        report.map_err(|error| StackError::dynamodb("decoding a report", error))
    }

    /// Reads the status: the latest uploads and their problems.
    ///
    /// # Errors
    ///
    /// If the table cannot be read.
    pub async fn status(&self) -> Result<Status, StackError> {
        tables::status(&self.dynamodb).await
    }
}

/// Returns the settings of both functions: those given, by the names of their environment variables, and those that name
/// the bucket and the tables.
#[must_use]
pub fn variables(settings: Vec<(String, String)>) -> Variables {
    let names = NAMES.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned()));
    Variables::from_pairs(names.chain(settings))
}

/// Creates the folder to keep, or else a temporary one.
fn folder(kept: Option<&Path>) -> Result<(PathBuf, Option<TempDir>), StackError> {
    let parent = kept.map_or_else(std::env::temp_dir, Path::to_owned);
    let failed = |error: std::io::Error| StackError::Folder(parent.clone(), error.to_string());
    if kept.is_some() {
        std::fs::create_dir_all(&parent).map_err(failed)?;
        return Ok((parent.canonicalize().map_err(failed)?, None));
    }
    let temporary = tempfile::Builder::new().prefix("standings-").tempdir().map_err(failed)?;
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
    sqs: &aws_sdk_sqs::Client,
) -> Result<Recompute, StackError> {
    let settings = standings_recompute::Settings::read(settings);
    let settings = settings.map_err(|error| StackError::settings("recompute", error))?;
    Ok(Recompute::new(settings, s3.clone(), dynamodb.clone(), sqs.clone()))
}

fn slash_command(
    settings: &Variables,
    dynamodb: &aws_sdk_dynamodb::Client,
    address: SocketAddr,
) -> Result<SlashCommand, StackError> {
    let failed = |error: &dyn Display| StackError::settings("slash-command", error);
    let secret = SigningSecret::fixed(client::SIGNING_SECRET).map_err(|error| failed(&error))?;
    let settings = standings_slash_command::Settings::read(settings).map_err(|error| failed(&error))?;
    Ok(SlashCommand::new(settings, dynamodb.clone(), secret, ResponseUrls::local(address)))
}
