//! The binary, with a parameter store and the embedded `DynamoDB` behind doors that fail on demand.

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

/// Slack gives up after three seconds; half a second is for the network.
pub(crate) const PATIENCE: Duration = Duration::from_millis(2500);

pub(crate) struct World {
    pub(crate) stack: Stack,
    pub(crate) ssm: FaultProxy,
    pub(crate) dynamodb: FaultProxy,
    pub(crate) function: LambdaProcess,
    _store: JoinSet<()>,
}

/// What the function answered to whoever asked.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u64,
    pub(crate) text: String,
}

impl World {
    /// A world in which Ana sold something this week.
    pub(crate) async fn start() -> Self {
        let world = Self::start_with("INFO", |_| ()).await;
        world.sell("Ana").await;
        world
    }

    /// A world without sales. `before` is done to the parameter store before the function starts.
    pub(crate) async fn start_with(level: &str, before: impl FnOnce(&FaultProxy)) -> Self {
        let stack = Stack::start(Options::default()).await.unwrap();
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let ssm = FaultProxy::start(listener.local_addr().unwrap()).await.unwrap();
        let mut store = JoinSet::new();
        let secret = post(async || json!({"Parameter": {"Value": client::SIGNING_SECRET}}).to_string());
        store.spawn(async move { axum::serve(listener, Router::new().route("/", secret)).await.unwrap() });
        before(&ssm);
        let dynamodb = FaultProxy::start(stack.dynamodb_address).await.unwrap();

        let (ssm_url, dynamodb_url) = (format!("http://{}", ssm.address), format!("http://{}", dynamodb.address));
        let given = [
            ("AWS_ENDPOINT_URL_SSM", &*ssm_url),
            ("AWS_ENDPOINT_URL_DYNAMODB", &dynamodb_url),
            ("SLACK_SIGNING_SECRET_PARAMETER", "/standings/secret"),
            ("AWS_LAMBDA_LOG_LEVEL", level),
        ];
        let binary = Path::new(env!("CARGO_BIN_EXE_slash-command"));
        let function = stack.run(binary, &[], &given).await.unwrap();
        Self { stack, ssm, dynamodb, function, _store: store }
    }

    /// Uploads a sale of this week.
    pub(crate) async fn sell(&self, name: &str) {
        let today = jiff::Timestamp::now().strftime("%F");
        let body = format!("sold_at,salesperson,team,amount\n{today},{name},EMEA,10\n").into_bytes();
        let put = self.stack.s3.put_object().bucket(self.stack.bucket()).key("sales/a.csv");
        put.body(body.into()).send().await.unwrap();
        self.stack.queue.quiet().await;
    }

    /// Asks as Slack does; the answer comes in time.
    pub(crate) async fn ask(&mut self, text: &str) -> Answer {
        self.send(&client::event(text)).await
    }

    pub(crate) async fn send(&mut self, event: &Value) -> Answer {
        // Its start is not part of the answer.
        let started = Instant::now();
        let outcome = self.function.invoke(event, Duration::from_secs(10)).await;
        let answer = outcome.response().unwrap_or_else(|| panic!("{outcome:?}"));
        assert!(started.elapsed() < PATIENCE, "{:?}", started.elapsed());
        Answer { status: answer["statusCode"].as_u64().unwrap(), text: answer["body"].as_str().unwrap().to_owned() }
    }

    /// Waits until the function has started.
    pub(crate) async fn warm(&mut self) {
        let warmed = self.function.invoke(&json!({"warmer": true}), Duration::from_secs(10)).await;
        assert!(warmed.response().is_some(), "{warmed:?}");
    }

    /// Ends the function, and returns its log, each line of which CloudWatch takes.
    pub(crate) async fn log(self) -> Vec<Value> {
        self.function.stop().await.iter().map(|line| cloudwatch::read(line).unwrap()).collect()
    }
}
