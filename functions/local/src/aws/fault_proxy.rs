//! A door before an embedded server, that counts the calls and fails them as AWS may.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Response, StatusCode, header, request};
use futures_util::stream;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// A door. What stands behind it is reached through its address.
#[derive(Debug)]
pub struct FaultProxy {
    /// Where it listens.
    pub address: SocketAddr,
    shared: Arc<Shared>,
    _server: JoinSet<()>,
}

#[derive(Debug)]
struct Shared {
    behind: SocketAddr,
    state: Mutex<Faults>,
}

#[derive(Debug, Default)]
struct Faults {
    calls: BTreeMap<String, u64>,
    /// The calls that are to fail, how, and how often still.
    faults: Vec<(String, Fault, u32)>,
}

/// How a call fails.
#[derive(Clone, Debug)]
pub enum Fault {
    /// An error, as DynamoDB and SSM write it: the status, its code and what it says.
    Json(u16, &'static str, &'static str),
    /// An error, as S3 writes it: the status and its code.
    Xml(u16, &'static str),
    /// No answer for this long, and then one.
    Late(Duration),
    /// Half of the body, and then the connection breaks off.
    BreaksOff,
    /// An answer that is none.
    Garbage,
}

impl FaultProxy {
    /// Opens a door before the server at `behind`.
    ///
    /// # Errors
    ///
    /// Where no port is free.
    pub async fn open(behind: SocketAddr) -> std::io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared { behind, state: Mutex::default() });
        let router = Router::new().fallback(answer).with_state(shared.clone());
        let mut server = JoinSet::new();
        server.spawn(async move {
            if let Err(error) = axum::serve(listener, router).await {
                tracing::error!(%error, "a door stopped");
            }
        });
        Ok(Self { address, shared, _server: server })
    }

    /// Fails the next `times` calls of this name, such as `Query` or `GET /bucket/key`.
    pub fn fail(&self, call: &str, fault: &Fault, times: u32) {
        self.shared.state().faults.push((call.to_owned(), fault.clone(), times));
    }

    /// Lets everything through again.
    pub fn mend(&self) {
        self.shared.state().faults.clear();
    }

    /// How often each call was made, since this was last asked.
    #[must_use]
    pub fn calls(&self) -> BTreeMap<String, u64> {
        std::mem::take(&mut self.shared.state().calls)
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, Faults> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a call, and says how it is to fail.
    fn enter(&self, call: &str) -> Option<Fault> {
        let mut state = self.state();
        *state.calls.entry(call.to_owned()).or_default() += 1;
        let (_, fault, times) = state.faults.iter_mut().find(|(name, _, times)| name == call && *times > 0)?;
        *times -= 1;
        Some(fault.clone())
    }
}

/// The name of a call: what the JSON protocols say in a header, else the method and the path.
fn name(request: &request::Parts) -> String {
    let target = request.headers.get("x-amz-target").and_then(|target| target.to_str().ok());
    let name = target.and_then(|target| target.split_once('.')).map(|(_, name)| name.to_owned());
    name.unwrap_or_else(|| format!("{} {}", request.method, request.uri.path()))
}

async fn answer(State(shared): State<Arc<Shared>>, request: Request) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let fault = shared.enter(&name(&parts));
    let passed = || pass(shared.behind, parts, body);
    let answer = match fault {
        None => passed().await,
        Some(Fault::Late(time)) => {
            tokio::time::sleep(time).await;
            passed().await
        }
        Some(Fault::Json(status, code, message)) => {
            let body = serde_json::json!({"__type": format!("com.amazonaws#{code}"), "message": message});
            Ok((status_of(status), HeaderMap::new(), body.to_string().into()))
        }
        Some(Fault::Xml(status, code)) => {
            let body = format!("<Error><Code>{code}</Code><Message>{code}</Message></Error>");
            Ok((status_of(status), HeaderMap::new(), body.into()))
        }
        Some(Fault::Garbage) => passed().await.map(|(status, headers, body)| {
            let half = body.slice(..body.len() / 2);
            (status, without_length(headers), half)
        }),
        Some(Fault::BreaksOff) => match passed().await {
            Ok((status, headers, body)) => {
                let half: Bytes = body.slice(..body.len() / 2);
                let parts = [Ok(half), Err(std::io::Error::other("broken off"))];
                return response(status, headers, Body::from_stream(stream::iter(parts)));
            }
            Err(error) => Err(error),
        },
    };
    match answer {
        Ok((status, headers, body)) => response(status, headers, Body::from(body)),
        Err(error) => {
            tracing::debug!(error, "nobody is behind the door");
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
    // DynamoDB's checksum of the body; of half a body it would be seen to be wrong.
    headers.remove("x-amz-crc32");
    headers
}

fn response(status: StatusCode, headers: HeaderMap, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}

/// Passes a request on as it is; its signature covers the host that it was sent to.
async fn pass(behind: SocketAddr, parts: request::Parts, body: Body) -> Result<(StatusCode, HeaderMap, Bytes), String> {
    let body = body.collect().await.map_err(|error| error.to_string())?.to_bytes();
    let stream = TcpStream::connect(behind).await.map_err(|error| error.to_string())?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(|error| error.to_string())?;
    tokio::spawn(connection);
    let request = Request::from_parts(parts, Full::new(body));
    let answer = sender.send_request(request).await.map_err(|error| error.to_string())?;
    let (parts, body) = answer.into_parts();
    let body = body.collect().await.map_err(|error| error.to_string())?.to_bytes();
    Ok((parts.status, parts.headers, body))
}
