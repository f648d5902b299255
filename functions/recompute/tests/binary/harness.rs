//! Test harness: the binary, connected to embedded S3 and DynamoDB through proxies that inject faults.

use std::path::Path;
use std::time::Duration;

use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::{Value, json};
use standings_core::Report;
use standings_local::aws::cloudwatch;
use standings_local::aws::fault_proxy::FaultProxy;
use standings_local::aws::lambda_process::{Invocation, LambdaProcess};
use standings_local::{Options, Stack, batch_of};
use tempfile::TempDir;

/// Timeout of invocations in tests that are not about time.
pub(crate) const MINUTE: Duration = Duration::from_mins(1);

const RECOMPUTE: &str = env!("CARGO_BIN_EXE_recompute");

/// The binary with embedded servers.
pub(crate) struct Harness {
    pub(crate) stack: Stack,
    pub(crate) s3: FaultProxy,
    pub(crate) dynamodb: FaultProxy,
    pub(crate) function: LambdaProcess,
    folder: TempDir,
}

/// Returns a sales file with lines such as `2026-11-16,Ana,EMEA,10`.
pub(crate) fn csv(lines: &[&str]) -> String {
    format!("sold_at,salesperson,team,amount\n{}\n", lines.join("\n"))
}

/// Starts the binary alone, with these environment variables.
pub(crate) async fn start(variables: &[(&str, &str)]) -> LambdaProcess {
    LambdaProcess::start(Path::new(RECOMPUTE), &[], variables).await.unwrap()
}

async fn function(stack: &Stack, s3: &FaultProxy, dynamodb: &FaultProxy, level: &str) -> LambdaProcess {
    let (s3, dynamodb) = (format!("http://{}", s3.address), format!("http://{}", dynamodb.address));
    let given = [
        ("AWS_ENDPOINT_URL_S3", &*s3),
        ("AWS_ENDPOINT_URL_DYNAMODB", &dynamodb),
        // Lambda passes on lines from INFO, and the function writes those of its own level.
        ("AWS_LAMBDA_LOG_LEVEL", "INFO"),
        ("RUST_LOG", level),
    ];
    stack.run(Path::new(RECOMPUTE), &[], &given).await.unwrap()
}

impl Harness {
    pub(crate) async fn start() -> Self {
        Self::start_at("INFO").await
    }

    pub(crate) async fn start_at(level: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let options = Options { folder: Some(folder.path().to_owned()), ..Options::default() };
        let stack = Stack::start(options).await.unwrap();
        let s3 = FaultProxy::start(stack.s3_address).await.unwrap();
        let dynamodb = FaultProxy::start(stack.dynamodb_address).await.unwrap();
        let function = function(&stack, &s3, &dynamodb, level).await;
        Self { stack, s3, dynamodb, function, folder }
    }

    /// Replaces the process by a new one.
    pub(crate) async fn restart(self) -> Self {
        let function = function(&self.stack, &self.s3, &self.dynamodb, "INFO").await;
        Self { function, ..self }
    }

    /// Writes a file to the bucket without sending an event.
    pub(crate) fn put<C: AsRef<[u8]> + ?Sized>(&self, key: &str, content: &C) {
        let path = self.folder.path().join("s3").join(self.stack.bucket()).join(key);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }

    /// Invokes the function for these objects.
    pub(crate) async fn invoke(&mut self, keys: &[&str], timeout: Duration) -> Invocation {
        let event = batch_of(self.stack.bucket(), keys);
        self.function.invoke(&event, timeout).await
    }

    /// Invokes the function for these objects, and returns those whose messages have to be redelivered.
    pub(crate) async fn failed(&mut self, keys: &[&str]) -> Vec<String> {
        failed(&self.invoke(keys, MINUTE).await)
    }

    /// Returns the entries of the company report of a week: rank, name, amount.
    pub(crate) async fn ranks(&self, week: &str) -> Vec<String> {
        let report: Option<Report> = self.stack.report(&format!("{week}#company")).await.unwrap();
        let entries = report.map(|report| report.entries).unwrap_or_default();
        entries.iter().map(|entry| format!("{} {} {}", entry.rank, entry.name, entry.amount)).collect()
    }

    /// Writes a part of the sum of the segment 2026-11-16 to the ledger that no sales file has.
    pub(crate) async fn plant(&self, part: u32, total: &Value) {
        let sum = json!({"total": total, "files": 0, "rejected_files": 0});
        let packed = zstd::bulk::compress(sum.to_string().as_bytes(), 3).unwrap();
        let put = self.stack.dynamodb.put_item().table_name(self.stack.ledger_table());
        let put = put.item("pk", AttributeValue::S("totals#2026".to_owned()));
        let put = put.item("sk", AttributeValue::S(format!("2026-11-16#{part}")));
        put.item("subtotal", AttributeValue::B(Blob::new(packed))).send().await.unwrap();
    }

    /// Stops the function, and returns its log.
    pub(crate) async fn log(self) -> Log {
        Log::of(&self.function.stop().await)
    }
}

/// Returns the messages that a response lists as failed.
pub(crate) fn failed(outcome: &Invocation) -> Vec<String> {
    let response = outcome.response().unwrap_or_else(|| panic!("{outcome:?}"));
    let failures = response["batchItemFailures"].as_array().unwrap();
    failures.iter().map(|failure| failure["itemIdentifier"].as_str().unwrap().to_owned()).collect()
}

/// Lines of a log, each of them valid for CloudWatch.
#[derive(Debug)]
pub(crate) struct Log(pub(crate) Vec<Value>);

impl Log {
    pub(crate) fn of(lines: &[String]) -> Self {
        Self(lines.iter().map(|line| cloudwatch::read(line).unwrap()).collect())
    }

    /// Returns the lines with this message.
    pub(crate) fn saying(&self, message: &str) -> Vec<&Value> {
        self.0.iter().filter(|line| line["message"] == message).collect()
    }

    pub(crate) fn errors(&self) -> Vec<&Value> {
        self.0.iter().filter(|line| line["level"] == "ERROR").collect()
    }
}
