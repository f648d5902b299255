//! Real SDK clients whose every call waits at a gate until it is let through.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, ThreadId};

use aws_sdk_dynamodb::config::retry::{RetryConfig, RetryPartition, TokenBucket};
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::config::{
    AsyncSleep, BehaviorVersion, Credentials, Region, Sleep, StalledStreamProtectionConfig,
};
use aws_sdk_s3::primitives::SdkBody;
use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use bytes::Bytes;
use futures_util::stream;
use http_body_util::{BodyExt, StreamBody};
use hyper::body::Frame;
use tokio::sync::oneshot;

use crate::bucket::{self, Bucket};
use crate::history::Fault;
use crate::servers::{ACCESS_KEY, Servers, Service};

/// What a client gets for a call.
pub(crate) type Answer = Result<HttpResponse, ConnectorError>;

/// A call that waits.
pub(crate) struct Call {
    /// The place of the worker that makes it.
    pub(crate) worker: usize,
    pub(crate) service: Service,
    pub(crate) request: http::Request<Bytes>,
    pub(crate) answer: oneshot::Sender<Answer>,
}

/// Where the calls of all workers of a history wait.
#[derive(Default)]
pub(crate) struct Gate {
    waiting: Mutex<Vec<Call>>,
    /// How many came ever.
    came: AtomicU64,
    /// A file is to be replaced before it is opened again.
    pub(crate) to_replace: Mutex<Option<Bucket>>,
    /// The keys of files that were replaced so.
    pub(crate) replaced: Mutex<Vec<String>>,
}

impl Gate {
    /// The calls that wait, as they came. Those whose worker is gone are none.
    pub(crate) fn calls(&self) -> std::sync::MutexGuard<'_, Vec<Call>> {
        let mut calls = self.waiting.lock().unwrap();
        calls.retain(|call| !call.answer.is_closed());
        calls
    }

    pub(crate) fn came(&self) -> u64 {
        self.came.load(Ordering::Relaxed)
    }
}

/// The clients of a worker, or of someone whose calls wait for nobody.
pub(crate) fn clients(
    servers: &Arc<Servers>,
    gate: Option<(&Arc<Gate>, usize)>,
    attempts: u32,
) -> (aws_sdk_s3::Client, aws_sdk_dynamodb::Client) {
    let http = |service| {
        let connector = SharedHttpConnector::new(Wire {
            service,
            servers: Arc::clone(servers),
            gate: gate.map(|(gate, worker)| (Arc::clone(gate), worker)),
            thread: thread::current().id(),
        });
        http_client_fn(move |_, _| connector.clone())
    };
    /// What the configurations of both clients have in common.
    macro_rules! config {
        ($service:ident, $http:expr) => {
            $service::Config::builder()
                .behavior_version(BehaviorVersion::v2026_01_12())
                .region(Region::new("us-east-1"))
                .credentials_provider(Credentials::new(ACCESS_KEY, ACCESS_KEY, None, None, "simulation"))
                .endpoint_url("http://simulation")
                .http_client($http)
                .retry_config(RetryConfig::standard().with_max_attempts(attempts))
                // By default all clients of a process share a budget of retries, and with it their fate.
                .retry_partition(RetryPartition::custom("simulation").token_bucket(TokenBucket::unlimited()).build())
                .sleep_impl(NoSleep)
                .timeout_config(TimeoutConfig::disabled())
                .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
        };
    }
    let s3 = config!(aws_sdk_s3, http(Service::S3)).force_path_style(true).build();
    let dynamodb = config!(aws_sdk_dynamodb, http(Service::DynamoDb)).build();
    (aws_sdk_s3::Client::from_conf(s3), aws_sdk_dynamodb::Client::from_conf(dynamodb))
}

/// Nobody waits before trying again.
#[derive(Debug)]
struct NoSleep;

impl AsyncSleep for NoSleep {
    fn sleep(&self, _: std::time::Duration) -> Sleep {
        Sleep::new(std::future::ready(()))
    }
}

/// Carries the calls of one client.
#[derive(Clone)]
struct Wire {
    service: Service,
    servers: Arc<Servers>,
    gate: Option<(Arc<Gate>, usize)>,
    /// The thread of the history.
    thread: ThreadId,
}

impl std::fmt::Debug for Wire {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Wire")
    }
}

impl HttpConnector for Wire {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let wire = self.clone();
        HttpConnectorFuture::new(async move { wire.carry(request).await })
    }
}

impl Wire {
    async fn carry(self, request: HttpRequest) -> Answer {
        let request = received(request).await;
        let Some((gate, worker)) = self.gate else {
            return Ok(sent(self.servers.answer(self.service, request).await));
        };
        if thread::current().id() != self.thread {
            // The reader opens the file again, on a thread where nothing can wait for others. It need not: only what
            // happens to the file matters to it.
            let replaces = gate.to_replace.lock().unwrap().take();
            if let Some(bucket) = replaces {
                let key = bucket::key_of(&request);
                bucket.put(&key, "sold_at,salesperson,amount\n", 0).await;
                gate.replaced.lock().unwrap().push(key);
            }
            return Ok(sent(self.servers.answer(self.service, request).await));
        }
        let (answer, answered) = oneshot::channel();
        gate.waiting.lock().unwrap().push(Call { worker, service: self.service, request, answer });
        gate.came.fetch_add(1, Ordering::Relaxed);
        answered.await.unwrap_or_else(|gone| Err(ConnectorError::io(gone.into())))
    }
}

impl Call {
    /// What is called.
    pub(crate) fn name(&self) -> &str {
        let target = self.request.headers().get("x-amz-target").and_then(|target| target.to_str().ok());
        target.unwrap_or_else(|| self.request.uri().path())
    }

    /// Lets the call through, or what the fault leaves of it.
    pub(crate) async fn go(self, servers: &Servers, fault: Option<Fault>) {
        let Self { service, request, answer, .. } = self;
        let done = match fault {
            Some(Fault::Throttled | Fault::Failed { done: false } | Fault::TimedOut { done: false }) => None,
            _ => Some(servers.answer(service, request).await),
        };
        let answered = match (fault, done) {
            (Some(Fault::Throttled), _) => Ok(throttled(service)),
            (Some(Fault::Failed { .. }), _) => Ok(error(service, 500, "InternalServerError", "InternalError")),
            (Some(Fault::CutOff), Some(done)) => Ok(cut_off(done)),
            (None | Some(Fault::Outclaimed | Fault::Replaced), Some(done)) => Ok(sent(done)),
            _ => Err(ConnectorError::timeout("there is no answer".into())),
        };
        // Whoever made the call may be gone.
        let _ = answer.send(answered);
    }
}

async fn received(request: HttpRequest) -> http::Request<Bytes> {
    let (mut head, body) = request.try_into_http1x().unwrap().into_parts();
    let host = head.uri.host().unwrap().parse().unwrap();
    head.headers.insert(http::header::HOST, host);
    http::Request::from_parts(head, body.collect().await.unwrap().to_bytes())
}

fn sent(answer: http::Response<Bytes>) -> HttpResponse {
    answer.map(SdkBody::from).try_into().unwrap()
}

fn cut_off(answer: http::Response<Bytes>) -> HttpResponse {
    let broken = answer.map(|body| {
        let half = body.slice(..body.len() / 2);
        let parts = [Ok(Frame::data(half)), Err(std::io::Error::other("the connection broke"))];
        SdkBody::from_body_1_x(StreamBody::new(stream::iter(parts)))
    });
    broken.try_into().unwrap()
}

fn throttled(service: Service) -> HttpResponse {
    match service {
        Service::S3 => error(service, 503, "", "SlowDown"),
        Service::DynamoDb => error(service, 400, "ProvisionedThroughputExceededException", ""),
    }
}

/// An error as the service writes it.
fn error(service: Service, status: u16, dynamodb: &str, s3: &str) -> HttpResponse {
    let body = match service {
        Service::S3 => format!("<Error><Code>{s3}</Code><Message>simulated</Message></Error>"),
        Service::DynamoDb => format!("{{\"__type\":\"com.amazonaws.dynamodb.v20120810#{dynamodb}\"}}"),
    };
    sent(http::Response::builder().status(status).body(body.into()).unwrap())
}
