//! A function as Lambda runs it: the real binary, in a process of its own, on a local Runtime API.
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

/// The name of every function here.
pub const FUNCTION_NAME: &str = "local";

/// How long a function may take to start.
/// <https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html>
const INIT: Duration = Duration::from_secs(10);

/// A running function. It is killed when it is dropped.
#[derive(Debug)]
pub struct LambdaProcess {
    process: Process,
    events: mpsc::UnboundedSender<Event>,
    invocations: u64,
    readers: Vec<JoinHandle<()>>,
    lines: Arc<Mutex<Vec<String>>>,
    gone: oneshot::Receiver<()>,
    _server: JoinSet<()>,
}

/// A process that does not outlive whoever started it.
#[derive(Debug)]
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        // One that is gone already needs no end.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What came of an invocation.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// The function answered.
    Answer(Value),
    /// The function reported an error: `errorType` and `errorMessage`.
    Error(Value),
    /// It did not answer in time, and was killed, as Lambda does.
    TimedOut,
    /// It ended instead of an answer.
    Exited,
}

impl Outcome {
    /// The answer, where there is one.
    #[must_use]
    pub fn answer(&self) -> Option<&Value> {
        if let Self::Answer(answer) = self { Some(answer) } else { None }
    }
}

/// Why a function does not run.
#[derive(Debug, thiserror::Error)]
#[error("the function does not start: {0}")]
pub struct LambdaProcessError(#[from] std::io::Error);

struct Event {
    request_id: String,
    body: String,
    timeout: Duration,
    taken: oneshot::Sender<()>,
    outcome: oneshot::Sender<Outcome>,
}

/// The side of Lambda.
struct Runtime {
    events: tokio::sync::Mutex<mpsc::UnboundedReceiver<Event>>,
    waiting: Mutex<HashMap<String, oneshot::Sender<Outcome>>>,
}

impl LambdaProcess {
    /// Starts the program with these variables beside those that Lambda sets; of several of one name the last counts.
    ///
    /// # Errors
    ///
    /// Where there is no such program, or no free port.
    pub async fn start(
        program: &Path,
        arguments: &[&str],
        variables: &[(&str, &str)],
    ) -> Result<Self, LambdaProcessError> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let (events, queue) = mpsc::unbounded_channel();
        let runtime = Arc::new(Runtime { events: queue.into(), waiting: Mutex::default() });
        let mut server = JoinSet::new();
        server.spawn(async move {
            if let Err(error) = axum::serve(listener, router(runtime)).await {
                tracing::error!(%error, "the Runtime API stopped");
            }
        });

        let mut process = Process(command(program, address).args(arguments).envs(variables.iter().copied()).spawn()?);
        let lines = Arc::new(Mutex::new(Vec::new()));
        let (open, gone) = oneshot::channel();
        let output = process.0.stdout.take().map(|output| read(output, lines.clone(), Some(open)));
        let errors = process.0.stderr.take().map(|errors| read(errors, lines.clone(), None));
        let readers = output.into_iter().chain(errors).collect();
        Ok(Self { process, events, invocations: 0, readers, lines, gone, _server: server })
    }

    /// Hands over an event, and waits for what comes of it for as long as the function may take.
    pub async fn invoke(&mut self, event: &Value, timeout: Duration) -> Outcome {
        self.invocations += 1;
        let request_id = request_id(self.invocations);
        let (taken, is_taken) = oneshot::channel();
        let (outcome, done) = oneshot::channel();
        let event = Event { request_id, body: event.to_string(), timeout, taken, outcome };
        if self.events.send(event).is_err() {
            return Outcome::Exited;
        }
        let in_time = async {
            // Its start is not on the function's time, and has a limit of its own.
            let _ = tokio::time::timeout(INIT, is_taken).await;
            tokio::time::timeout(timeout, done).await
        };
        tokio::select! {
            outcome = in_time => if let Ok(outcome) = outcome {
                outcome.unwrap_or(Outcome::Exited)
            } else {
                let _ = self.process.0.kill();
                Outcome::TimedOut
            },
            _ = &mut self.gone => Outcome::Exited,
        }
    }

    /// The id that Lambda gives to the last invocation.
    #[must_use]
    pub fn request_id(&self) -> String {
        request_id(self.invocations)
    }

    /// The process, for whoever measures it.
    #[must_use]
    pub fn process_id(&self) -> u32 {
        self.process.0.id()
    }

    /// Waits until the function ends by itself, and returns all that it wrote.
    pub async fn ended(mut self) -> Vec<String> {
        for reader in self.readers.drain(..) {
            let _ = reader.await;
        }
        std::mem::take(&mut *self.lines.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Ends the function, and returns all that it wrote, to standard output and to standard error, line by line.
    pub async fn stop(mut self) -> Vec<String> {
        let _ = self.process.0.kill();
        self.ended().await
    }
}

fn request_id(invocation: u64) -> String {
    format!("00000000-0000-4000-8000-{invocation:012}")
}

/// The environment is that of Lambda and nothing of this machine.
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

/// Reads lines until the process is gone; `open` is dropped then.
fn read(
    output: impl Read + Send + 'static,
    lines: Arc<Mutex<Vec<String>>>,
    open: Option<oneshot::Sender<()>>,
) -> JoinHandle<()> {
    tokio::task::spawn_blocking(move || {
        for line in BufReader::new(output).lines() {
            let Ok(line) = line else { break };
            lines.lock().unwrap_or_else(PoisonError::into_inner).push(line);
        }
        drop(open);
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
    runtime.waiting.lock().unwrap_or_else(PoisonError::into_inner).insert(event.request_id, event.outcome);
    // Whoever waits for it may have given up.
    let _ = event.taken.send(());
    response.unwrap_or_else(|_| status(StatusCode::INTERNAL_SERVER_ERROR))
}

async fn response(state: State<Arc<Runtime>>, id: UrlPath<String>, body: Bytes) -> Response<Body> {
    settle(&state, &id, &body, Outcome::Answer)
}

async fn error(state: State<Arc<Runtime>>, id: UrlPath<String>, body: Bytes) -> Response<Body> {
    settle(&state, &id, &body, Outcome::Error)
}

fn settle(runtime: &Runtime, id: &str, body: &[u8], outcome: impl Fn(Value) -> Outcome) -> Response<Body> {
    let waiting = runtime.waiting.lock().unwrap_or_else(PoisonError::into_inner).remove(id);
    let Some((waiting, body)) = waiting.zip(serde_json::from_slice(body).ok()) else {
        return status(StatusCode::BAD_REQUEST);
    };
    // Whoever asked may have given up.
    let _ = waiting.send(outcome(body));
    status(StatusCode::ACCEPTED)
}

fn status(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}
