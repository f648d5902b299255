//! The world that a history happens in: bucket, queue, workers and tables, where one call at a time goes on.

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
use crate::history::{Fault, History, KEYS, Step};
use crate::oracle::{Lines, Oracle};
use crate::reports;
use crate::servers::{BUCKET, LEDGER, REPORTS, Servers, Service};
use crate::wire::{self, Gate};

/// So many workers at once.
pub(crate) const WORKERS: usize = 3;

/// After this many receives a message is a dead letter, as Terraform has it.
const MAX_RECEIVES: u32 = 5;

/// A batch, as the event source mapping has it.
const BATCH: usize = 10;

/// A history that needs more calls than this at its end does not come to one.
const MAX_CALLS: usize = 20_000;

type Item = HashMap<String, AttributeValue>;

/// What is wrong, in words.
pub(crate) type Finding = String;

pub(crate) struct World {
    pub(crate) bucket: Bucket,
    dynamodb: aws_sdk_dynamodb::Client,
    servers: Arc<Servers>,
    gate: Arc<Gate>,
    functions: Vec<Recompute>,
    workers: Vec<Option<Worker>>,
    queue: VecDeque<Message>,
    /// The messages that were given up.
    dead: BTreeSet<usize>,
    /// The messages that have to be: those that are no notifications.
    strange: BTreeSet<usize>,
    sent: usize,
    /// The calls that were let through.
    calls: Vec<String>,
}

/// An invocation that is under way.
struct Worker {
    messages: Vec<Message>,
    invocation: JoinHandle<Result<Value, lambda_runtime::Error>>,
    /// What is to happen to its next calls.
    faults: VecDeque<Fault>,
    /// Whether anything happened to it that may fail its messages.
    harmed: bool,
}

#[derive(Clone)]
struct Message {
    id: usize,
    /// The key of the file that changed; none where the message is no notification.
    key: Option<String>,
    receives: u32,
}

/// Where a history happens: on one thread, and one more for what blocks, so that whoever waits for that thread has waited
/// for every reader before.
pub(crate) fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread().enable_time().max_blocking_threads(1).build().unwrap()
}

/// Lives through a history. Says which calls were let through, or what is wrong with its end.
pub(crate) fn live(history: &History) -> Result<Vec<String>, Finding> {
    runtime().block_on(async {
        let mut world = World::new(history.attempts);
        for step in &history.steps {
            world.step(step).await?;
        }
        world.quiet(history.stalled_last).await?;
        world.check().await?;
        Ok(world.calls)
    })
}

impl World {
    pub(crate) fn new(attempts: u32) -> Self {
        let servers = Arc::new(Servers::start());
        let gate = Arc::new(Gate::default());
        let (client, dynamodb) = wire::clients(&servers, None, 1);
        let settings = [("SALES_BUCKET", BUCKET), ("LEDGER_TABLE", LEDGER), ("REPORTS_TABLE", REPORTS)];
        let settings = Settings::read(&Variables::from_pairs(settings)).unwrap();
        let function = |worker| {
            let (s3, dynamodb) = wire::clients(&servers, Some((&gate, worker)), attempts);
            Recompute::new(settings.clone(), s3, dynamodb)
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
            strange: BTreeSet::new(),
            sent: 0,
            calls: Vec::new(),
        }
    }

    pub(crate) async fn step(&mut self, step: &Step) -> Result<(), Finding> {
        match step {
            Step::Put { key, file, events } => {
                self.bucket.put(KEYS[*key], &file.text(), file.day).await;
                (0..*events).for_each(|_| self.send(Some(KEYS[*key])));
            }
            Step::Delete { key, events } => {
                if self.bucket.object(KEYS[*key]).is_some() {
                    self.bucket.delete(KEYS[*key]).await;
                    (0..*events).for_each(|_| self.send(Some(KEYS[*key])));
                }
            }
            Step::Strange => self.send(None),
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
            Step::Harm { worker, fault, calls } => {
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

    /// Sends a message that a file changed, or one that says nothing.
    pub(crate) fn send(&mut self, key: Option<&str>) {
        if key.is_none() {
            self.strange.insert(self.sent);
        }
        self.queue.push_back(Message { id: self.sent, key: key.map(str::to_owned), receives: 0 });
        self.sent += 1;
    }

    /// Hands a batch to a free worker. Where there is none, it goes back.
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
        self.workers[free] = Some(Worker { messages: batch, invocation, faults: VecDeque::new(), harmed: false });
        self.settle(false).await;
    }

    /// A worker that is under way.
    fn busy(&self, worker: usize) -> Option<usize> {
        let busy: Vec<usize> = (0..WORKERS).filter(|&at| self.workers[at].is_some()).collect();
        Some(busy[worker.checked_rem(busy.len())?])
    }

    /// Lets a worker make one of the calls that it waits with, and waits until it waits again, or is done.
    async fn go(&mut self, at: usize, call: usize) -> Result<(), Finding> {
        let Some(worker) = &mut self.workers[at] else { return Ok(()) };
        if !worker.invocation.is_finished() {
            let call = {
                let mut calls = self.gate.calls();
                let own: Vec<usize> = (0..calls.len()).filter(|&i| calls[i].worker == at).collect();
                let place = call.checked_rem(own.len()).ok_or("a worker waits for what never comes")?;
                let call = calls.remove(own[place]);
                self.calls.push(format!("worker {at}, call {place} of {}: {}", own.len(), call.name()));
                call
            };
            let fault = worker.faults.pop_front();
            worker.harmed |= fault.is_some_and(|fault| fault != Fault::Outclaimed);
            let reads = call.service == Service::S3;
            match fault {
                Some(Fault::Outclaimed) => {
                    // What they stopped with comes again.
                    for key in self.outclaim().await {
                        self.send(Some(&key));
                    }
                }
                Some(Fault::Replaced) if reads => {
                    *self.gate.to_replace.lock().unwrap() = Some(self.bucket.clone());
                }
                _ => {}
            }
            call.go(&self.servers, fault).await;
            self.settle(reads).await;
            *self.gate.to_replace.lock().unwrap() = None;
            let replaced = std::mem::take(&mut *self.gate.replaced.lock().unwrap());
            for key in replaced {
                self.send(Some(&key));
            }
        }
        self.reap(at).await
    }

    /// Waits until nothing goes on but calls that wait at the gate.
    async fn settle(&self, reads: bool) {
        let mut still = 0;
        while still < 2 {
            let before = self.gate.came();
            for _ in 0..4 {
                tokio::task::yield_now().await;
            }
            if reads {
                tokio::task::spawn_blocking(|| ()).await.unwrap();
                for _ in 0..4 {
                    tokio::task::yield_now().await;
                }
            }
            still = if self.gate.came() == before { still + 1 } else { 0 };
        }
    }

    /// Claims every subject there is, and stops. Returns the keys of the files among them.
    pub(crate) async fn outclaim(&self) -> Vec<String> {
        let mut files = Vec::new();
        let items = self.dynamodb.scan().table_name(LEDGER).send().await.unwrap().items.unwrap_or_default();
        let is = |item: &Item, name, value| item[name].as_s().unwrap() == value;
        for fence in items.into_iter().filter(|item| is(item, "sk", "fence") || is(item, "pk", "weeks")) {
            files.extend(fence["pk"].as_s().unwrap().strip_prefix("source#").map(str::to_owned));
            let key = fence.into_iter().filter(|(name, _)| name == "pk" || name == "sk").collect();
            let claim = self.dynamodb.update_item().table_name(LEDGER).set_key(Some(key));
            let claim = claim.update_expression("ADD generation :one");
            claim.expression_attribute_values(":one", AttributeValue::N("1".to_owned())).send().await.unwrap();
        }
        files
    }

    /// Takes the answer of a worker that is done, and does with its messages what the queue would.
    async fn reap(&mut self, at: usize) -> Result<(), Finding> {
        let done = self.workers[at].take_if(|worker| worker.invocation.is_finished());
        let Some(Worker { messages, invocation, harmed, .. }) = done else { return Ok(()) };
        let answer = invocation.await.map_err(|error| format!("an invocation panicked: {error}"))?;
        let answer = answer.map_err(|error| format!("an invocation failed: {error}"))?;
        let failures = answer["batchItemFailures"].as_array().ok_or("the answer names no failures")?;
        let failed: BTreeSet<&str> = failures.iter().filter_map(|failure| failure["itemIdentifier"].as_str()).collect();
        for message in messages {
            let failed = failed.contains(message.id.to_string().as_str());
            match &message.key {
                None if !failed => return Err("a message that is no notification got lost".to_owned()),
                None if message.receives >= MAX_RECEIVES => drop(self.dead.insert(message.id)),
                Some(key) if failed && !harmed => return Err(format!("a message of {key:?} failed without harm")),
                // One that dies of harm alone is put back by whoever looks after the dead letters.
                _ if failed => self.queue.push_back(message),
                _ => {}
            }
        }
        Ok(())
    }

    /// Goes on without harm until nothing is left to do.
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
        Err("it never comes to rest".to_owned())
    }

    /// What stands in the table of reports.
    pub(crate) async fn reports(&self) -> BTreeMap<String, Lines> {
        reports::all(&self.dynamodb).await
    }

    /// Compares what stands in the tables and among the dead letters with what the bucket and the messages say.
    pub(crate) async fn check(&self) -> Result<(), Finding> {
        if self.dead != self.strange {
            return Err(format!("the dead letters are {:?}; they are to be {:?}", self.dead, self.strange));
        }
        let files: Vec<_> = KEYS.iter().filter_map(|key| self.bucket.object(key)).collect();
        reports::compare(&self.reports().await, &Oracle::of(&files))
    }
}

impl Message {
    /// The message as the function gets it.
    fn record(&self) -> Value {
        let body = match &self.key {
            Some(key) => json!({"Records": [{
                "eventName": "ObjectCreated:Put",
                "s3": {"bucket": {"name": BUCKET}, "object": {"key": encoded(key)}},
            }]}),
            None => json!({"greeting": "hello"}),
        };
        json!({"messageId": self.id.to_string(), "body": body.to_string()})
    }
}

/// A key as notifications have it.
fn encoded(key: &str) -> String {
    let parts = key.split('/').map(|part| form_urlencoded::byte_serialize(part.as_bytes()).collect::<String>());
    parts.collect::<Vec<_>>().join("/")
}
