//! A Lambda function in its own process: the real binary, on a local Runtime API.
//! <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path as UrlPath, State};
use axum::http::{Response, StatusCode};
use axum::routing::{get, post};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};
use tokio::task::{JoinHandle, JoinSet};

use crate::aws::clients::{ACCESS_KEY, REGION, SECRET_KEY};

/// Name that every function here gets.
pub const FUNCTION_NAME: &str = "local";

/// Maximum time of the init phase.
/// <https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html>
const INIT: Duration = Duration::from_secs(10);

/// A running function. The process is killed when this is dropped.
#[derive(Debug)]
pub struct LambdaProcess {
    process: Process,
    events: mpsc::UnboundedSender<Event>,
    invocations: u64,
    readers: Vec<JoinHandle<()>>,
    lines: Arc<Mutex<Vec<String>>>,
    exited: oneshot::Receiver<()>,
    _server: JoinSet<()>,
}

/// A child process that is killed when this is dropped.
#[derive(Debug)]
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        // Both fail if the process has exited already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The result of an invocation.
#[derive(Clone, Debug, PartialEq)]
pub enum Invocation {
    /// The function responded.
    Response(Value),
    /// The function reported an error: `errorType` and `errorMessage`.
    Error(Value),
    /// The function did not respond in time. Like Lambda, the harness then killed it.
    TimedOut,
    /// The process exited before it responded.
    Exited,
}

impl Invocation {
    /// Returns the response, if there is one.
    #[must_use]
    pub fn response(&self) -> Option<&Value> {
        if let Self::Response(response) = self { Some(response) } else { None }
    }
}

/// Why a function cannot be started.
#[derive(Debug, thiserror::Error)]
#[error("the function cannot be started: {0}")]
pub struct LambdaProcessError(#[from] std::io::Error);

struct Event {
    request_id: String,
    body: String,
    timeout: Duration,
    /// Notified when the function fetches the event.
    fetched: oneshot::Sender<()>,
    result: oneshot::Sender<Invocation>,
}

/// Lambda's side of the Runtime API.
struct Runtime {
    events: tokio::sync::Mutex<mpsc::UnboundedReceiver<Event>>,
    /// Invocations in progress, by request id.
    pending: Mutex<HashMap<String, oneshot::Sender<Invocation>>>,
}

impl LambdaProcess {
    /// Starts the program with Lambda's environment variables and these. Of several with one name the last is used.
    ///
    /// # Errors
    ///
    /// If the program cannot be started, or no port is free.
    pub async fn start(
        program: &Path,
        arguments: &[&str],
        variables: &[(&str, &str)],
    ) -> Result<Self, LambdaProcessError> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let (events, queue) = mpsc::unbounded_channel();
        let runtime = Arc::new(Runtime { events: queue.into(), pending: Mutex::default() });
        let mut server = JoinSet::new();
        server.spawn(async move {
            if let Err(error) = axum::serve(listener, router(runtime)).await {
                tracing::error!(%error, "the local Runtime API stopped");
            }
        });

        let mut process = Process(command(program, address).args(arguments).envs(variables.iter().copied()).spawn()?);
        let lines = Arc::new(Mutex::new(Vec::new()));
        let (running, exited) = oneshot::channel();
        let output = process.0.stdout.take().map(|output| read(output, lines.clone(), Some(running)));
        let errors = process.0.stderr.take().map(|errors| read(errors, lines.clone(), None));
        let readers = output.into_iter().chain(errors).collect();
        Ok(Self { process, events, invocations: 0, readers, lines, exited, _server: server })
    }

    /// Invokes the function, and waits for its response for up to `timeout`.
    pub async fn invoke(&mut self, event: &Value, timeout: Duration) -> Invocation {
        self.invocations += 1;
        let request_id = request_id(self.invocations);
        let (fetched, is_fetched) = oneshot::channel();
        let (result, done) = oneshot::channel();
        let event = Event { request_id, body: event.to_string(), timeout, fetched, result };
        if self.events.send(event).is_err() {
            return Invocation::Exited;
        }
        let in_time = async {
            // The init phase has its own limit, and does not count towards the timeout.
            let _ = tokio::time::timeout(INIT, is_fetched).await;
            tokio::time::timeout(timeout, done).await
        };
        tokio::select! {
            result = in_time => if let Ok(result) = result {
                result.unwrap_or(Invocation::Exited)
            } else {
                let _ = self.process.0.kill();
                Invocation::TimedOut
            },
            _ = &mut self.exited => Invocation::Exited,
        }
    }

    /// Returns the request id of the last invocation.
    #[must_use]
    pub fn request_id(&self) -> String {
        request_id(self.invocations)
    }

    /// Returns the process id.
    #[must_use]
    pub fn process_id(&self) -> u32 {
        self.process.0.id()
    }

    /// Waits until the process exits by itself, and returns its output, both streams, line by line.
    pub async fn ended(mut self) -> Vec<String> {
        for reader in self.readers.drain(..) {
            let _ = reader.await;
        }
        std::mem::take(&mut *self.lines.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Kills the process, and returns its output, both streams, line by line.
    pub async fn stop(mut self) -> Vec<String> {
        let _ = self.process.0.kill();
        self.ended().await
    }
}

fn request_id(invocation: u64) -> String {
    format!("00000000-0000-4000-8000-{invocation:012}")
}

/// Returns the command that runs a program in Lambda's environment. Nothing is inherited from this process.
/// <https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html>
fn command(program: &Path, runtime: SocketAddr) -> Command {
    let mut command = Command::new(program);
    command.env_clear().stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.env("AWS_LAMBDA_RUNTIME_API", runtime.to_string()).envs([
        ("AWS_LAMBDA_FUNCTION_NAME", FUNCTION_NAME),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "1769"),
        ("AWS_LAMBDA_LOG_FORMAT", "JSON"),
        ("AWS_REGION", REGION),
        ("AWS_DEFAULT_REGION", REGION),
        ("AWS_ACCESS_KEY_ID", ACCESS_KEY),
        ("AWS_SECRET_ACCESS_KEY", SECRET_KEY),
    ]);
    command
}

/// Collects lines until the process exits, and then drops `running`.
fn read(
    output: impl Read + Send + 'static,
    lines: Arc<Mutex<Vec<String>>>,
    running: Option<oneshot::Sender<()>>,
) -> JoinHandle<()> {
    tokio::task::spawn_blocking(move || {
        for line in BufReader::new(output).lines() {
            let Ok(line) = line else { break };
            lines.lock().unwrap_or_else(PoisonError::into_inner).push(line);
        }
        drop(running);
    })
}

fn router(runtime: Arc<Runtime>) -> Router {
    Router::new()
        .route("/2018-06-01/runtime/invocation/next", get(next))
        .route("/2018-06-01/runtime/invocation/{id}/response", post(response))
        .route("/2018-06-01/runtime/invocation/{id}/error", post(error))
        .with_state(runtime)
}

async fn next(State(runtime): State<Arc<Runtime>>) -> Response<Body> {
    let Some(event) = runtime.events.lock().await.recv().await else { return status(StatusCode::GONE) };
    let deadline = SystemTime::now() + event.timeout;
    let deadline = deadline.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_millis();
    let response = Response::builder()
        .header("content-type", "application/json")
        .header("lambda-runtime-aws-request-id", &event.request_id)
        .header("lambda-runtime-deadline-ms", deadline.to_string())
        .header(
            "lambda-runtime-invoked-function-arn",
            format!("arn:aws:lambda:{REGION}:000000000000:function:{FUNCTION_NAME}"),
        )
        .header("lambda-runtime-trace-id", "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Sampled=0")
        .body(Body::from(event.body));
    runtime.pending.lock().unwrap_or_else(PoisonError::into_inner).insert(event.request_id, event.result);
    // Fails if `invoke` was canceled.
    let _ = event.fetched.send(());
    response.unwrap_or_else(|_| status(StatusCode::INTERNAL_SERVER_ERROR))
}

async fn response(state: State<Arc<Runtime>>, id: UrlPath<String>, body: Bytes) -> Response<Body> {
    settle(&state, &id, &body, Invocation::Response)
}

async fn error(state: State<Arc<Runtime>>, id: UrlPath<String>, body: Bytes) -> Response<Body> {
    settle(&state, &id, &body, Invocation::Error)
}

fn settle(runtime: &Runtime, id: &str, body: &[u8], result: impl Fn(Value) -> Invocation) -> Response<Body> {
    let pending = runtime.pending.lock().unwrap_or_else(PoisonError::into_inner).remove(id);
    let Some((pending, body)) = pending.zip(serde_json::from_slice(body).ok()) else {
        return status(StatusCode::BAD_REQUEST);
    };
    // Fails if `invoke` was canceled.
    let _ = pending.send(result(body));
    status(StatusCode::ACCEPTED)
}

fn status(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}
