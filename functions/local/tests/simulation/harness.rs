//! The harness that runs a history: bucket, queue, workers and tables, where one call at a time proceeds.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::sync::Arc;

use aws_sdk_dynamodb::types::AttributeValue;
use lambda_runtime::{Context, LambdaEvent};
use serde_json::{Value, json};
use standings_lambda::Variables;
use standings_recompute::{Recompute, Settings};
use tokio::runtime::Runtime;
use tokio::task::JoinHandle;

use crate::bucket::Bucket;
use crate::history::{FISCAL_YEAR_START, Fault, History, KEYS, Step};
use crate::oracle::{Lines, Oracle};
use crate::reports;
use crate::servers::{BUCKET, LEDGER, REPORTS, Servers, Service};
use crate::wire::{self, Gate};

/// Concurrent workers.
pub(crate) const WORKERS: usize = 3;

/// Maximum receives of a message before it moves to the dead-letter queue, as in `terraform/`.
const MAX_RECEIVES: u32 = 10;

/// Maximum messages per batch, as in `terraform/`.
const BATCH: usize = 10;

/// Maximum calls after the last step. A history that needs more is considered a livelock.
const MAX_CALLS: usize = 60_000;

type Item = HashMap<String, AttributeValue>;

/// Description of a failure.
pub(crate) type Finding = String;

pub(crate) struct Harness {
    pub(crate) bucket: Bucket,
    dynamodb: aws_sdk_dynamodb::Client,
    servers: Arc<Servers>,
    gate: Arc<Gate>,
    functions: Vec<Recompute>,
    workers: Vec<Option<Worker>>,
    queue: VecDeque<Message>,
    /// Messages in the dead-letter queue.
    dead: BTreeSet<usize>,
    /// Messages that must end there: those that are not notifications.
    unrecognized: BTreeSet<usize>,
    sent: usize,
    /// Executed calls.
    calls: Vec<String>,
}

/// A running invocation.
struct Worker {
    messages: Vec<Message>,
    invocation: JoinHandle<Result<Value, lambda_runtime::Error>>,
    /// Faults of its next calls.
    faults: VecDeque<Fault>,
    /// Whether it had a fault that may fail its messages.
    is_faulty: bool,
}

/// What a message is about.
#[derive(Clone)]
pub(crate) enum Content {
    /// A changed file, by key.
    File(String),
    /// A message of the function to itself, by its body.
    Own(String),
    /// Nothing that the function recognizes.
    Unrecognized,
}

#[derive(Clone)]
struct Message {
    id: usize,
    content: Content,
    receives: u32,
}

/// Returns the runtime of a history: one thread, and one more for blocking tasks. Because there is only one of these, a
/// blocking task that completes proves that all readers before it have completed.
pub(crate) fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread().enable_time().max_blocking_threads(1).build().unwrap()
}

/// Runs a history, and checks the reports at its end. Returns the executed calls.
pub(crate) fn run(history: &History) -> Result<Vec<String>, Finding> {
    runtime().block_on(async {
        let mut harness = Harness::new(history.attempts);
        for step in &history.steps {
            harness.step(step).await?;
        }
        harness.quiet(history.stalled_last).await?;
        harness.check().await?;
        Ok(harness.calls)
    })
}

impl Harness {
    pub(crate) fn new(attempts: u32) -> Self {
        let servers = Arc::new(Servers::start());
        let gate = Arc::new(Gate::default());
        let (client, dynamodb, _) = wire::clients(&servers, None, 1);
        let start = FISCAL_YEAR_START.to_string();
        let settings = [
            ("SALES_BUCKET", BUCKET),
            ("LEDGER_TABLE", LEDGER),
            ("REPORTS_TABLE", REPORTS),
            ("QUEUE_URL", "http://simulation/queue"),
            ("FISCAL_YEAR_START", &start),
        ];
        let settings = Settings::read(&Variables::from_pairs(settings)).unwrap();
        let function = |worker| {
            let (s3, dynamodb, sqs) = wire::clients(&servers, Some((&gate, worker)), attempts);
            Recompute::new(settings.clone(), s3, dynamodb, sqs)
        };
        Self {
            functions: (0..WORKERS).map(function).collect(),
            workers: (0..WORKERS).map(|_| None).collect(),
            bucket: Bucket { client, servers: Arc::clone(&servers) },
            dynamodb,
            servers,
            gate,
            queue: VecDeque::new(),
            dead: BTreeSet::new(),
            unrecognized: BTreeSet::new(),
            sent: 0,
            calls: Vec::new(),
        }
    }

    pub(crate) async fn step(&mut self, step: &Step) -> Result<(), Finding> {
        match step {
            Step::Put { key, file, events } => {
                self.bucket.put(KEYS[*key], &file.text(), file.day).await;
                (0..*events).for_each(|_| self.send(Content::File(KEYS[*key].to_owned())));
            }
            Step::Delete { key, events } => {
                if self.bucket.object(KEYS[*key]).is_some() {
                    self.bucket.delete(KEYS[*key]).await;
                    (0..*events).for_each(|_| self.send(Content::File(KEYS[*key].to_owned())));
                }
            }
            Step::Unrecognized => self.send(Content::Unrecognized),
            Step::Receive { messages } => {
                let batch = messages.iter().filter_map(|at| {
                    let at = at.checked_rem(self.queue.len())?;
                    self.queue.remove(at)
                });
                let batch = batch.collect();
                self.receive(batch).await;
            }
            Step::Go { worker, call, calls } => {
                if let Some(worker) = self.busy(*worker) {
                    for _ in 0..*calls {
                        self.go(worker, *call).await?;
                    }
                }
            }
            Step::Inject { worker, fault, calls } => {
                if let Some(worker) = self.busy(*worker).and_then(|at| self.workers[at].as_mut()) {
                    worker.faults.extend(std::iter::repeat_n(*fault, *calls));
                }
            }
            Step::Crash { worker } => {
                if let Some(worker) = self.busy(*worker).and_then(|at| self.workers[at].take()) {
                    worker.invocation.abort();
                    self.settle(false).await;
                    self.queue.extend(worker.messages);
                }
            }
        }
        Ok(())
    }

    /// Sends a message.
    pub(crate) fn send(&mut self, content: Content) {
        if matches!(content, Content::Unrecognized) {
            self.unrecognized.insert(self.sent);
        }
        self.queue.push_back(Message { id: self.sent, content, receives: 0 });
        self.sent += 1;
    }

    /// Delivers a batch to a free worker. If there is none, the messages go back to the queue.
    async fn receive(&mut self, mut batch: Vec<Message>) {
        let free = self.workers.iter().position(Option::is_none);
        let Some(free) = free.filter(|_| !batch.is_empty()) else { return self.queue.extend(batch) };
        for message in &mut batch {
            message.receives += 1;
        }
        let event = json!({"Records": batch.iter().map(Message::record).collect::<Vec<_>>()});
        let event = LambdaEvent::new(serde_json::from_value(event).unwrap(), Context::default());
        let function = self.functions[free].clone();
        let invocation = tokio::spawn(async move { function.handle(event).await });
        self.workers[free] = Some(Worker { messages: batch, invocation, faults: VecDeque::new(), is_faulty: false });
        self.settle(false).await;
    }

    /// Returns a busy worker, by an index modulo their number.
    fn busy(&self, worker: usize) -> Option<usize> {
        let busy: Vec<usize> = (0..WORKERS).filter(|&at| self.workers[at].is_some()).collect();
        Some(busy[worker.checked_rem(busy.len())?])
    }

    /// Executes one of a worker's waiting calls, and waits until the worker waits again or is done.
    async fn go(&mut self, at: usize, call: usize) -> Result<(), Finding> {
        let Some(worker) = &mut self.workers[at] else { return Ok(()) };
        if !worker.invocation.is_finished() {
            let call = {
                let mut calls = self.gate.calls();
                let own: Vec<usize> = (0..calls.len()).filter(|&i| calls[i].worker == at).collect();
                let place = call.checked_rem(own.len()).ok_or("a worker is stuck without a waiting call")?;
                let call = calls.remove(own[place]);
                self.calls.push(format!("worker {at}, call {place} of {}: {}", own.len(), call.name()));
                call
            };
            let fault = worker.faults.pop_front();
            worker.is_faulty |= fault.is_some_and(|fault| fault != Fault::Outclaimed);
            let reads = call.service == Service::S3;
            match fault {
                Some(Fault::Outclaimed) => {
                    // The messages of the crashed claimers are redelivered.
                    for content in self.outclaim().await {
                        self.send(content);
                    }
                }
                Some(Fault::Replaced) if reads => {
                    *self.gate.to_replace.lock().unwrap() = Some(self.bucket.clone());
                }
                _ => {}
            }
            call.execute(&self.servers, fault).await;
            self.settle(reads).await;
            *self.gate.to_replace.lock().unwrap() = None;
            let replaced = std::mem::take(&mut *self.gate.replaced.lock().unwrap());
            for key in replaced {
                self.send(Content::File(key));
            }
            // Messages of the function to itself. A history delivers them whenever it chooses.
            for body in self.servers.take_sent() {
                self.send(Content::Own(body));
            }
        }
        self.reap(at).await
    }

    /// Waits until all workers wait at the gate or are done.
    async fn settle(&self, reads: bool) {
        let mut still = 0;
        while still < 2 {
            let before = self.gate.arrived();
            for _ in 0..4 {
                tokio::task::yield_now().await;
            }
            if reads {
                tokio::task::spawn_blocking(|| ()).await.unwrap();
                for _ in 0..4 {
                    tokio::task::yield_now().await;
                }
            }
            still = if self.gate.arrived() == before { still + 1 } else { 0 };
        }
    }

    /// Claims every subject, like an invocation that then crashes. Returns what the messages of these invocations are about.
    pub(crate) async fn outclaim(&self) -> Vec<Content> {
        let mut contents = Vec::new();
        let items = self.dynamodb.scan().table_name(LEDGER).send().await.unwrap().items.unwrap_or_default();
        let is_fence = |item: &Item| {
            let pk = item["pk"].as_s().unwrap();
            item["sk"].as_s().unwrap() == "fence"
                || pk == "segments"
                || pk.starts_with("shards#")
                || pk.starts_with("periods#")
        };
        for fence in items.into_iter().filter(is_fence) {
            let (pk, sk) = (fence["pk"].as_s().unwrap(), fence["sk"].as_s().unwrap());
            contents.extend(pk.strip_prefix("source#").map(|key| Content::File(key.to_owned())));
            if pk.starts_with("periods#") && pk != "periods#week" {
                contents.push(Content::Own(json!({"refresh": {"period": sk}}).to_string()));
            }
            let key = fence.into_iter().filter(|(name, _)| name == "pk" || name == "sk").collect();
            let claim = self.dynamodb.update_item().table_name(LEDGER).set_key(Some(key));
            let claim = claim.update_expression("ADD generation :one");
            claim.expression_attribute_values(":one", AttributeValue::N("1".to_owned())).send().await.unwrap();
        }
        contents
    }

    /// Handles the response of a worker that is done: deletes, redelivers or gives up its messages, as the queue would.
    async fn reap(&mut self, at: usize) -> Result<(), Finding> {
        let done = self.workers[at].take_if(|worker| worker.invocation.is_finished());
        let Some(Worker { messages, invocation, is_faulty, .. }) = done else { return Ok(()) };
        let response = invocation.await.map_err(|error| format!("an invocation panicked: {error}"))?;
        let response = response.map_err(|error| format!("an invocation failed: {error}"))?;
        let failures = response["batchItemFailures"].as_array().ok_or("a response has no batchItemFailures")?;
        let failed: BTreeSet<&str> = failures.iter().filter_map(|failure| failure["itemIdentifier"].as_str()).collect();
        for message in messages {
            let failed = failed.contains(message.id.to_string().as_str());
            match &message.content {
                Content::Unrecognized if !failed => return Err("an unrecognized message did not fail".to_owned()),
                Content::Unrecognized if message.receives >= MAX_RECEIVES => drop(self.dead.insert(message.id)),
                Content::File(about) | Content::Own(about) if failed && !is_faulty => {
                    return Err(format!("a message of {about:?} failed without a fault"));
                }
                // Redelivered any number of times, as if an operator redrove the dead-letter queue.
                _ if failed => self.queue.push_back(message),
                _ => {}
            }
        }
        Ok(())
    }

    /// Finishes all work without further faults.
    pub(crate) async fn quiet(&mut self, stalled_last: bool) -> Result<(), Finding> {
        self.workers.iter_mut().flatten().for_each(|worker| worker.faults.clear());
        let mut stalled: VecDeque<usize> = (0..WORKERS).filter(|&at| self.workers[at].is_some()).collect();
        for _ in 0..MAX_CALLS {
            let fresh = (0..WORKERS).find(|at| self.workers[*at].is_some() && !stalled.contains(at));
            let free = self.workers.iter().any(Option::is_none);
            let waits = !self.queue.is_empty() && free;
            match (fresh, stalled.front().copied()) {
                (Some(fresh), _) => self.go(fresh, 0).await?,
                (None, Some(first)) if !(stalled_last && waits) => {
                    self.go(first, 0).await?;
                    if self.workers[first].is_none() {
                        stalled.pop_front();
                    }
                }
                _ if waits => {
                    let size = self.queue.len().min(BATCH);
                    let batch = self.queue.drain(..size).collect();
                    self.receive(batch).await;
                }
                _ => return Ok(()),
            }
        }
        Err("the work does not end".to_owned())
    }

    /// Returns all items of the reports table.
    pub(crate) async fn reports(&self) -> BTreeMap<String, Lines> {
        reports::all(&self.dynamodb).await
    }

    /// Compares the reports with the files, and the dead-letter queue with the unrecognized messages.
    pub(crate) async fn check(&self) -> Result<(), Finding> {
        if self.dead != self.unrecognized {
            return Err(format!("the dead letters are {:?}; expected {:?}", self.dead, self.unrecognized));
        }
        let files: Vec<_> = KEYS.iter().filter_map(|key| self.bucket.object(key)).collect();
        reports::compare(&self.reports().await, &Oracle::of(&files))
    }
}

impl Message {
    /// Returns the message in the form of a Lambda event.
    fn record(&self) -> Value {
        let body = match &self.content {
            Content::File(key) => json!({"Records": [{
                "eventName": "ObjectCreated:Put",
                "s3": {"bucket": {"name": BUCKET}, "object": {"key": encoded(key)}},
            }]})
            .to_string(),
            Content::Own(body) => body.clone(),
            Content::Unrecognized => json!({"greeting": "hello"}).to_string(),
        };
        json!({"messageId": self.id.to_string(), "body": body})
    }
}

/// Encodes a key as S3 does in notifications.
fn encoded(key: &str) -> String {
    let parts = key.split('/').map(|part| form_urlencoded::byte_serialize(part.as_bytes()).collect::<String>());
    parts.collect::<Vec<_>>().join("/")
}
