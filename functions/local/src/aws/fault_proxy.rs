//! A proxy in front of an embedded server that counts calls and capacity units, and injects faults.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{self, Request};
use axum::http::{HeaderMap, Response, StatusCode, header, request};
use futures_util::stream;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// A running proxy. It stops when it is dropped.
#[derive(Debug)]
pub struct FaultProxy {
    /// Address that clients connect to instead of the server's.
    pub address: SocketAddr,
    shared: Arc<Shared>,
    _tasks: JoinSet<()>,
}

#[derive(Debug)]
struct Shared {
    server: SocketAddr,
    state: Mutex<State>,
}

/// Capacity units of `DynamoDB` that calls consumed.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Capacity {
    /// Read units.
    pub read: f64,
    /// Write units.
    pub written: f64,
}

#[derive(Debug, Default)]
struct State {
    calls: BTreeMap<String, u64>,
    /// Units consumed, if they are counted.
    capacity: Option<Capacity>,
    /// Calls to fail, how, and how many more times.
    faults: Vec<(String, Fault, u32)>,
}

/// How a call fails.
#[derive(Clone, Debug)]
pub enum Fault {
    /// An error in the form of `DynamoDB` and SSM: HTTP status, code, message. The call does not reach the server.
    Json(u16, &'static str, &'static str),
    /// An error in the form of S3: HTTP status, code. The call does not reach the server.
    Xml(u16, &'static str),
    /// The call reaches the server after this delay.
    Delay(Duration),
    /// The response is cut in half, and the connection closed.
    Disconnect,
    /// The response is cut in half but otherwise complete, so that its body cannot be parsed.
    Truncate,
}

impl FaultProxy {
    /// Starts a proxy to `server` on a free port.
    ///
    /// # Errors
    ///
    /// If no port is free.
    pub async fn start(server: SocketAddr) -> std::io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared { server, state: Mutex::default() });
        let router = Router::new().fallback(respond).with_state(shared.clone());
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            if let Err(error) = axum::serve(listener, router).await {
                tracing::error!(%error, "a fault proxy stopped");
            }
        });
        Ok(Self { address, shared, _tasks: tasks })
    }

    /// Fails the next `times` calls with this name: an operation such as `Query`, or `GET /bucket/key` for S3.
    pub fn fail(&self, call: &str, fault: &Fault, times: u32) {
        self.shared.state().faults.push((call.to_owned(), fault.clone(), times));
    }

    /// Counts capacity units from now on, by asking `DynamoDB` for them in each call.
    pub fn count_capacity(&self) {
        self.shared.state().capacity = Some(Capacity::default());
    }

    /// Returns the units consumed since the last time this was called.
    #[must_use]
    pub fn capacity(&self) -> Capacity {
        self.shared.state().capacity.as_mut().map(std::mem::take).unwrap_or_default()
    }

    /// Removes all faults.
    pub fn clear(&self) {
        self.shared.state().faults.clear();
    }

    /// Returns the number of calls by name since the last time this was called.
    #[must_use]
    pub fn calls(&self) -> BTreeMap<String, u64> {
        std::mem::take(&mut self.shared.state().calls)
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a call, and returns the fault to inject.
    fn enter(&self, call: &str) -> Option<Fault> {
        let mut state = self.state();
        *state.calls.entry(call.to_owned()).or_default() += 1;
        let (_, fault, times) = state.faults.iter_mut().find(|(name, _, times)| name == call && *times > 0)?;
        *times -= 1;
        Some(fault.clone())
    }
}

/// Has a call return the units that it consumes. The embedded server does not verify signatures, which cover the body.
fn asking_for_capacity(body: &Bytes) -> Bytes {
    let Ok(mut request) = serde_json::from_slice::<Value>(body) else { return body.clone() };
    request["ReturnConsumedCapacity"] = "TOTAL".into();
    request.to_string().into()
}

/// Adds the units in a response to those of earlier calls.
#[expect(clippy::float_arithmetic, reason = "capacity units, not money")]
fn add_capacity(capacity: &mut Capacity, name: &str, response: &[u8]) {
    let Ok(response) = serde_json::from_slice::<Value>(response) else { return };
    let consumed = &response["ConsumedCapacity"];
    let each = consumed.as_array().map_or(std::slice::from_ref(consumed), Vec::as_slice);
    let units: f64 = each.iter().filter_map(|table| table["CapacityUnits"].as_f64()).sum();
    let is_write = ["Put", "Update", "Delete", "BatchWrite"].iter().any(|write| name.starts_with(write));
    *(if is_write { &mut capacity.written } else { &mut capacity.read }) += units;
}

/// Returns the name of a call: the operation that the JSON protocols have in a header, or else method and path.
fn name(request: &request::Parts) -> String {
    let target = request.headers.get("x-amz-target").and_then(|target| target.to_str().ok());
    let name = target.and_then(|target| target.split_once('.')).map(|(_, name)| name.to_owned());
    name.unwrap_or_else(|| format!("{} {}", request.method, request.uri.path()))
}

async fn respond(extract::State(shared): extract::State<Arc<Shared>>, request: Request) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let name = name(&parts);
    let fault = shared.enter(&name);
    let is_counted = shared.state().capacity.is_some();
    let forwarded = || async {
        let answer = forward(shared.server, parts, body, is_counted).await?;
        if let Some(capacity) = &mut shared.state().capacity {
            add_capacity(capacity, &name, &answer.2);
        }
        Ok::<_, String>(answer)
    };
    let answer = match fault {
        None => forwarded().await,
        Some(Fault::Delay(time)) => {
            tokio::time::sleep(time).await;
            forwarded().await
        }
        Some(Fault::Json(status, code, message)) => {
            let body = serde_json::json!({"__type": format!("com.amazonaws#{code}"), "message": message});
            Ok((status_of(status), HeaderMap::new(), body.to_string().into()))
        }
        Some(Fault::Xml(status, code)) => {
            let body = format!("<Error><Code>{code}</Code><Message>{code}</Message></Error>");
            Ok((status_of(status), HeaderMap::new(), body.into()))
        }
        Some(Fault::Truncate) => forwarded().await.map(|(status, headers, body)| {
            let half = body.slice(..body.len() / 2);
            (status, without_length(headers), half)
        }),
        Some(Fault::Disconnect) => match forwarded().await {
            Ok((status, headers, body)) => {
                let half: Bytes = body.slice(..body.len() / 2);
                let parts = [Ok(half), Err(std::io::Error::other("injected fault"))];
                return response(status, headers, Body::from_stream(stream::iter(parts)));
            }
            Err(error) => Err(error),
        },
    };
    match answer {
        Ok((status, headers, body)) => response(status, headers, Body::from(body)),
        Err(error) => {
            tracing::debug!(error, "the server behind the fault proxy did not respond");
            response(StatusCode::BAD_GATEWAY, HeaderMap::new(), Body::empty())
        }
    }
}

fn status_of(status: u16) -> StatusCode {
    StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

fn without_length(mut headers: HeaderMap) -> HeaderMap {
    for name in [header::CONTENT_LENGTH, header::TRANSFER_ENCODING] {
        headers.remove(name);
    }
    // DynamoDB's checksum of the whole body. Clients would notice that it is wrong before they parse the half.
    headers.remove("x-amz-crc32");
    headers
}

fn response(status: StatusCode, headers: HeaderMap, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}

/// Forwards a request with its `host` header, which the signature covers. Unchanged, unless capacity is counted.
async fn forward(
    server: SocketAddr,
    parts: request::Parts,
    body: Body,
    is_counted: bool,
) -> Result<(StatusCode, HeaderMap, Bytes), String> {
    let mut body = body.collect().await.map_err(|error| error.to_string())?.to_bytes();
    let mut parts = parts;
    if is_counted {
        body = asking_for_capacity(&body);
        parts.headers.insert(header::CONTENT_LENGTH, body.len().into());
    }
    let stream = TcpStream::connect(server).await.map_err(|error| error.to_string())?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(|error| error.to_string())?;
    tokio::spawn(connection);
    let request = Request::from_parts(parts, Full::new(body));
    let answer = sender.send_request(request).await.map_err(|error| error.to_string())?;
    let (parts, body) = answer.into_parts();
    let body = body.collect().await.map_err(|error| error.to_string())?.to_bytes();
    Ok((parts.status, parts.headers, body))
}
