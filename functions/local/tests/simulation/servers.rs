//! The embedded S3 and `DynamoDB`, which get the requests of real clients by function calls instead of sockets.

use std::path::PathBuf;
use std::sync::{LazyLock, Mutex};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use dynoxide::Database;
use http_body_util::BodyExt;
use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};
use s3s_fs::FileSystem;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use tempfile::TempDir;
use tokio::runtime::Runtime;

pub(crate) const BUCKET: &str = "bucket";
pub(crate) const LEDGER: &str = "ledger";
pub(crate) const REPORTS: &str = "reports";
pub(crate) const ACCESS_KEY: &str = "simulation";

/// Runtime of S3, which blocks on files. The runtime of a history has a single thread for blocking tasks.
static FILES: LazyLock<Runtime> =
    LazyLock::new(|| tokio::runtime::Builder::new_multi_thread().worker_threads(1).build().unwrap());

/// Service that a request is sent to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Service {
    S3,
    DynamoDb,
    Sqs,
}

/// The servers of one history.
pub(crate) struct Servers {
    s3: S3Service,
    tables: Database,
    folder: TempDir,
    /// Bodies of the messages that were sent.
    sent: Mutex<Vec<String>>,
}

impl Servers {
    pub(crate) fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join(BUCKET)).unwrap();
        let mut s3 = S3ServiceBuilder::new(FileSystem::new(folder.path()).unwrap());
        s3.set_auth(SimpleAuth::from_single(ACCESS_KEY, ACCESS_KEY));
        let tables = Database::memory().unwrap();
        for (table, keys) in [(LEDGER, &[("pk", "HASH"), ("sk", "RANGE")][..]), (REPORTS, &[("pk", "HASH")])] {
            let create = json!({
                "TableName": table,
                "BillingMode": "PAY_PER_REQUEST",
                "AttributeDefinitions":
                    keys.iter().map(|(name, _)| json!({"AttributeName": name, "AttributeType": "S"})).collect::<Vec<_>>(),
                "KeySchema":
                    keys.iter().map(|(name, kind)| json!({"AttributeName": name, "KeyType": kind})).collect::<Vec<_>>(),
            });
            tables.create_table(serde_json::from_value(create).unwrap()).unwrap();
        }
        Self { s3: s3.build(), tables, folder, sent: Mutex::default() }
    }

    /// Handles a request.
    pub(crate) async fn handle(&self, service: Service, request: http::Request<Bytes>) -> http::Response<Bytes> {
        match service {
            Service::S3 => {
                let s3 = self.s3.clone();
                let response = FILES.spawn(async move {
                    let (head, body) = s3.call(request.map(Into::into)).await.unwrap().into_parts();
                    http::Response::from_parts(head, body.collect().await.unwrap().to_bytes())
                });
                response.await.unwrap()
            }
            Service::DynamoDb => self.query(&request),
            Service::Sqs => {
                let message: serde_json::Value = serde_json::from_slice(request.body()).unwrap();
                // A history delivers failed messages whenever it chooses, so that the time they ask for does not matter.
                if let Some(body) = message["MessageBody"].as_str() {
                    self.sent.lock().unwrap().push(body.to_owned());
                }
                http::Response::new(r#"{"MessageId":"1"}"#.into())
            }
        }
    }

    /// Returns the bodies of the messages that were sent since the last time.
    pub(crate) fn take_sent(&self) -> Vec<String> {
        std::mem::take(&mut self.sent.lock().unwrap())
    }

    fn query(&self, request: &http::Request<Bytes>) -> http::Response<Bytes> {
        let target = request.headers()["x-amz-target"].to_str().unwrap();
        let body = request.body();
        match target.rsplit_once('.').unwrap().1 {
            "GetItem" => respond(body, |request| self.tables.get_item(request)),
            "PutItem" => respond(body, |request| self.tables.put_item(request)),
            "UpdateItem" => respond(body, |request| self.tables.update_item(request)),
            "Query" => respond(body, |request| self.tables.query(request)),
            "Scan" => respond(body, |request| self.tables.scan(request)),
            other => panic!("unexpected call of {other}"),
        }
    }

    /// Returns the path of an object's file.
    pub(crate) fn path(&self, key: &str) -> PathBuf {
        self.folder.path().join(BUCKET).join(key)
    }

    /// Sets the upload time of an object.
    pub(crate) fn set_uploaded_at(&self, key: &str, seconds: u64) {
        let file = std::fs::File::options().write(true).open(self.path(key)).unwrap();
        file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)).unwrap();
    }

    /// Returns the upload time of an object in seconds since 1970.
    pub(crate) fn uploaded_at(&self, key: &str) -> u64 {
        let modified = std::fs::metadata(self.path(key)).unwrap().modified().unwrap();
        modified.duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs()
    }
}

fn respond<Q: DeserializeOwned, A: Serialize>(
    body: &[u8],
    call: impl FnOnce(Q) -> dynoxide::Result<A>,
) -> http::Response<Bytes> {
    let (status, text) = match call(serde_json::from_slice(body).unwrap()) {
        Ok(output) => (200, serde_json::to_vec(&output).unwrap()),
        Err(error) => (error.status_code(), error.to_json().into_bytes()),
    };
    http::Response::builder().status(status).body(text.into()).unwrap()
}
