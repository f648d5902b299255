//! The binary, with fault proxies in front of a parameter store and of the embedded DynamoDB.

use std::path::Path;
use std::time::{Duration, Instant};

use axum::Router;
use axum::routing::post;
use serde_json::{Value, json};
use standings_local::aws::cloudwatch;
use standings_local::aws::fault_proxy::FaultProxy;
use standings_local::aws::lambda_process::LambdaProcess;
use standings_local::slack::client;
use standings_local::{Options, Stack};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio::time::sleep;

/// Maximum duration of a request. Slack gives up after three seconds; half a second is for the network.
const REQUEST_LIMIT: Duration = Duration::from_millis(2500);

/// Maximum time until the function has recovered from a fault. It reads the secret every three seconds at most.
const RECOVERY_LIMIT: Duration = Duration::from_secs(15);

pub(crate) struct Harness {
    pub(crate) stack: Stack,
    pub(crate) ssm: FaultProxy,
    pub(crate) dynamodb: FaultProxy,
    pub(crate) function: LambdaProcess,
    _parameter_store: JoinSet<()>,
}

/// The response to a request.
#[derive(Clone, Debug)]
pub(crate) struct Response {
    pub(crate) status: u64,
    pub(crate) body: String,
}

impl Harness {
    /// Starts the function, with a sale of Ana this week.
    pub(crate) async fn start() -> Self {
        Self::start_expecting("").await
    }

    /// Starts the function, with a sale of Ana this week, and with expected sources.
    pub(crate) async fn start_expecting(sources: &str) -> Self {
        let harness = Self::launch("INFO", sources, |_| ()).await;
        harness.upload_sale("Ana").await;
        harness
    }

    /// Starts the function without sales, after `prepare` has set up the faults of the parameter store.
    pub(crate) async fn start_with(level: &str, prepare: impl FnOnce(&FaultProxy)) -> Self {
        Self::launch(level, "", prepare).await
    }

    async fn launch(level: &str, expected: &str, prepare: impl FnOnce(&FaultProxy)) -> Self {
        let stack = Stack::start(Options::default()).await.unwrap();
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let ssm = FaultProxy::start(listener.local_addr().unwrap()).await.unwrap();
        let mut parameter_store = JoinSet::new();
        let secret = post(async || json!({"Parameter": {"Value": client::SIGNING_SECRET}}).to_string());
        parameter_store.spawn(async move { axum::serve(listener, Router::new().route("/", secret)).await.unwrap() });
        prepare(&ssm);
        let dynamodb = FaultProxy::start(stack.dynamodb_address).await.unwrap();

        let (ssm_url, dynamodb_url) = (format!("http://{}", ssm.address), format!("http://{}", dynamodb.address));
        let variables = [
            ("AWS_ENDPOINT_URL_SSM", &*ssm_url),
            ("AWS_ENDPOINT_URL_DYNAMODB", &dynamodb_url),
            ("SLACK_SIGNING_SECRET_PARAMETER", "/standings/secret"),
            ("POST_PARAMETERS", "/standings/posts/"),
            ("EXPECTED", expected),
            ("AWS_LAMBDA_LOG_LEVEL", level),
        ];
        let binary = Path::new(env!("CARGO_BIN_EXE_slash-command"));
        let function = stack.run(binary, &[], &variables).await.unwrap();
        Self { stack, ssm, dynamodb, function, _parameter_store: parameter_store }
    }

    /// Uploads a sale of this week, and waits until it is in the reports.
    pub(crate) async fn upload_sale(&self, name: &str) {
        let today = jiff::Timestamp::now().strftime("%F");
        let body = format!("sold_at,salesperson,team,amount\n{today},{name},EMEA,10\n").into_bytes();
        let put = self.stack.s3.put_object().bucket(self.stack.bucket()).key("sales/a.csv");
        put.body(body.into()).send().await.unwrap();
        self.stack.queue.quiet().await;
    }

    /// Sends a signed command.
    pub(crate) async fn send_command(&mut self, text: &str) -> Response {
        self.send(&client::event(text)).await
    }

    /// Sends an event, and checks that the response comes in time.
    pub(crate) async fn send(&mut self, event: &Value) -> Response {
        let started = Instant::now();
        let outcome = self.function.invoke(event, Duration::from_secs(10)).await;
        let answer = outcome.response().unwrap_or_else(|| panic!("{outcome:?}"));
        assert!(started.elapsed() < REQUEST_LIMIT, "{:?}", started.elapsed());
        Response { status: answer["statusCode"].as_u64().unwrap(), body: answer["body"].as_str().unwrap().to_owned() }
    }

    /// Sends empty commands until the body of a response contains `expected`.
    pub(crate) async fn wait_for(&mut self, expected: &str) {
        let started = Instant::now();
        loop {
            let response = self.send_command("").await;
            if response.body.contains(expected) {
                return;
            }
            assert!(started.elapsed() < RECOVERY_LIMIT, "{expected}: {response:?}");
            sleep(Duration::from_millis(250)).await;
        }
    }

    /// Sends a warm-up, so that the start of the process is not part of a request.
    pub(crate) async fn warm_up(&mut self) {
        let outcome = self.function.invoke(&json!({"warmer": true}), Duration::from_secs(10)).await;
        assert!(outcome.response().is_some(), "{outcome:?}");
    }

    /// Stops the function and returns its log, after checking that CloudWatch would accept each line.
    pub(crate) async fn log(self) -> Vec<Value> {
        self.function.stop().await.iter().map(|line| cloudwatch::read(line).unwrap()).collect()
    }
}
