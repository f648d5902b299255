//! SDK clients whose calls wait at a gate until the harness lets them through.

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

/// Result of a call, as the client gets it.
pub(crate) type CallResult = Result<HttpResponse, ConnectorError>;

/// A waiting call.
pub(crate) struct Call {
    /// Index of the worker that makes it.
    pub(crate) worker: usize,
    pub(crate) service: Service,
    pub(crate) request: http::Request<Bytes>,
    pub(crate) result: oneshot::Sender<CallResult>,
}

/// The waiting calls of all workers.
#[derive(Default)]
pub(crate) struct Gate {
    waiting: Mutex<Vec<Call>>,
    /// Number of calls so far.
    arrived: AtomicU64,
    /// Set if a file is to be replaced before it is opened again.
    pub(crate) to_replace: Mutex<Option<Bucket>>,
    /// Keys of the files that were replaced for this reason.
    pub(crate) replaced: Mutex<Vec<String>>,
}

impl Gate {
    /// Returns the waiting calls in order of arrival, without those of aborted workers.
    pub(crate) fn calls(&self) -> std::sync::MutexGuard<'_, Vec<Call>> {
        let mut calls = self.waiting.lock().unwrap();
        calls.retain(|call| !call.result.is_closed());
        calls
    }

    pub(crate) fn arrived(&self) -> u64 {
        self.arrived.load(Ordering::Relaxed)
    }
}

/// Returns clients of a worker, or clients whose calls do not wait.
pub(crate) fn clients(
    servers: &Arc<Servers>,
    gate: Option<(&Arc<Gate>, usize)>,
    attempts: u32,
) -> (aws_sdk_s3::Client, aws_sdk_dynamodb::Client, aws_sdk_sqs::Client) {
    let http = |service| {
        let connector = SharedHttpConnector::new(Wire {
            service,
            servers: Arc::clone(servers),
            gate: gate.map(|(gate, worker)| (Arc::clone(gate), worker)),
            thread: thread::current().id(),
        });
        http_client_fn(move |_, _| connector.clone())
    };
    /// Configuration that all clients have in common.
    macro_rules! config {
        ($service:ident, $http:expr) => {
            $service::Config::builder()
                .behavior_version(BehaviorVersion::v2026_01_12())
                .region(Region::new("us-east-1"))
                .credentials_provider(Credentials::new(ACCESS_KEY, ACCESS_KEY, None, None, "simulation"))
                .endpoint_url("http://simulation")
                .http_client($http)
                .retry_config(RetryConfig::standard().with_max_attempts(attempts))
                // By default, all clients of a process share a retry budget. Histories would influence each other.
                .retry_partition(RetryPartition::custom("simulation").token_bucket(TokenBucket::unlimited()).build())
                .sleep_impl(NoSleep)
                .timeout_config(TimeoutConfig::disabled())
                .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
        };
    }
    let s3 = config!(aws_sdk_s3, http(Service::S3)).force_path_style(true).build();
    let dynamodb = config!(aws_sdk_dynamodb, http(Service::DynamoDb)).build();
    let sqs = config!(aws_sdk_sqs, http(Service::Sqs)).build();
    (
        aws_sdk_s3::Client::from_conf(s3),
        aws_sdk_dynamodb::Client::from_conf(dynamodb),
        aws_sdk_sqs::Client::from_conf(sqs),
    )
}

/// No delay before a retry.
#[derive(Debug)]
struct NoSleep;

impl AsyncSleep for NoSleep {
    fn sleep(&self, _: std::time::Duration) -> Sleep {
        Sleep::new(std::future::ready(()))
    }
}

/// HTTP connector of one client.
#[derive(Clone)]
struct Wire {
    service: Service,
    servers: Arc<Servers>,
    gate: Option<(Arc<Gate>, usize)>,
    /// Thread that the history runs on.
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
        HttpConnectorFuture::new(async move { wire.send(request).await })
    }
}

impl Wire {
    async fn send(self, request: HttpRequest) -> CallResult {
        let request = to_http(request).await;
        let Some((gate, worker)) = self.gate else {
            return Ok(from_http(self.servers.handle(self.service, request).await));
        };
        if thread::current().id() != self.thread {
            // The reader opens the file again, on a blocking thread that cannot wait at the gate. It need not wait: only
            // changes of the file make a difference to it.
            let replaces = gate.to_replace.lock().unwrap().take();
            if let Some(bucket) = replaces {
                let key = bucket::key_of(&request);
                bucket.put(&key, "sold_at,salesperson,amount\n", 0).await;
                gate.replaced.lock().unwrap().push(key);
            }
            return Ok(from_http(self.servers.handle(self.service, request).await));
        }
        let (result, done) = oneshot::channel();
        gate.waiting.lock().unwrap().push(Call { worker, service: self.service, request, result });
        gate.arrived.fetch_add(1, Ordering::Relaxed);
        done.await.unwrap_or_else(|canceled| Err(ConnectorError::io(canceled.into())))
    }
}

impl Call {
    /// Returns the operation, or the path of an S3 call.
    pub(crate) fn name(&self) -> &str {
        let target = self.request.headers().get("x-amz-target").and_then(|target| target.to_str().ok());
        target.unwrap_or_else(|| self.request.uri().path())
    }

    /// Executes the call, with a fault if there is one.
    pub(crate) async fn execute(self, servers: &Servers, fault: Option<Fault>) {
        let Self { service, request, result, .. } = self;
        let response = match fault {
            Some(Fault::Throttled | Fault::Failed { done: false } | Fault::TimedOut { done: false }) => None,
            _ => Some(servers.handle(service, request).await),
        };
        let faulty = match (fault, response) {
            (Some(Fault::Throttled), _) => Ok(throttled(service)),
            (Some(Fault::Failed { .. }), _) => Ok(error(service, 500, "InternalServerError", "InternalError")),
            (Some(Fault::CutOff), Some(response)) => Ok(cut_off(response)),
            (None | Some(Fault::Outclaimed | Fault::Replaced), Some(response)) => Ok(from_http(response)),
            _ => Err(ConnectorError::timeout("simulated timeout".into())),
        };
        // Fails if the worker was aborted.
        let _ = result.send(faulty);
    }
}

async fn to_http(request: HttpRequest) -> http::Request<Bytes> {
    let (mut head, body) = request.try_into_http1x().unwrap().into_parts();
    let host = head.uri.host().unwrap().parse().unwrap();
    head.headers.insert(http::header::HOST, host);
    http::Request::from_parts(head, body.collect().await.unwrap().to_bytes())
}

fn from_http(response: http::Response<Bytes>) -> HttpResponse {
    response.map(SdkBody::from).try_into().unwrap()
}

/// Cuts a response in half, followed by a connection error.
fn cut_off(response: http::Response<Bytes>) -> HttpResponse {
    let broken = response.map(|body| {
        let half = body.slice(..body.len() / 2);
        let parts = [Ok(Frame::data(half)), Err(std::io::Error::other("the connection broke"))];
        SdkBody::from_body_1_x(StreamBody::new(stream::iter(parts)))
    });
    broken.try_into().unwrap()
}

fn throttled(service: Service) -> HttpResponse {
    match service {
        Service::S3 => error(service, 503, "", "SlowDown"),
        Service::DynamoDb | Service::Sqs => error(service, 400, "ProvisionedThroughputExceededException", ""),
    }
}

/// Returns an error in the form of the service.
fn error(service: Service, status: u16, dynamodb: &str, s3: &str) -> HttpResponse {
    let body = match service {
        Service::S3 => format!("<Error><Code>{s3}</Code><Message>simulated</Message></Error>"),
        Service::DynamoDb | Service::Sqs => format!("{{\"__type\":\"com.amazonaws.dynamodb.v20120810#{dynamodb}\"}}"),
    };
    from_http(http::Response::builder().status(status).body(body.into()).unwrap())
}
