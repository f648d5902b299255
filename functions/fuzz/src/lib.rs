//! What is fuzzed: each function takes any bytes, and panics where a promise is broken. `.ci/fuzz` drives them with
//! libFuzzer; `cargo test` puts the seeds through them.

use std::panic;
use std::sync::{Once, OnceLock};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use lambda_runtime::{Context, LambdaEvent};
use serde_json::{Value, json};
use standings_local::slack::client;
use standings_local::{Options, Stack};
use standings_reader::{ReadError, Reading, SalesFile};
use standings_recompute::Event;
use standings_slash_command::{ResponseUrls, SigningSecret, SlashCommand};
use tokio::runtime::Runtime;

/// The file reader: any bytes are read or refused, and compressing them changes nothing.
pub fn reader(data: &[u8]) {
    let_polars_panic();
    let reading = &Reading::default();
    for name in ["sales/export", "sales/export.ndjson"] {
        let plain = read(name, reading, data);
        let Ok(packed) = zstd::bulk::compress(data, 1) else { continue };
        if !is_compressed(data) {
            assert_eq!(read(name, reading, &packed), plain, "compressed it is another file");
        }
        let Ok(file) = plain else { continue };
        let rows: u64 = file.weeks.values().map(|week| week.rows).sum();
        assert_eq!(rows, file.rows, "the weeks hold the rows");
        assert!(file.skipped_rows <= file.rows, "more than half is bad");
        assert!(
            file.examples.len() as u64 <= file.skipped_rows && (file.skipped_rows == 0 || !file.examples.is_empty())
        );
        for person in file.weeks.values().flat_map(|week| week.people.values()) {
            let deals: u64 = person.teams.values().map(|tally| tally.deals).sum();
            assert!(person.deals <= deals, "a deal of a person is one of a team");
        }
    }
}

/// The reader takes a panic of Polars on a damaged file for damage; libFuzzer's hook would end the process before that.
fn let_polars_panic() {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            if !panic.location().is_some_and(|place| place.file().contains("/polars-")) {
                before(panic);
            }
        }));
    });
}

fn read(name: &str, reading: &Reading, bytes: &[u8]) -> Result<SalesFile, String> {
    standings_reader::read(name, reading, &bytes.to_vec()).map_err(|error| match error {
        ReadError::Rejected(rejection) => {
            assert!(!rejection.0.as_str().is_empty(), "a rejection gives a reason");
            rejection.0.to_string()
        }
        ReadError::Source(error) => panic!("bytes in memory always arrive: {error}"),
    })
}

/// Gzip, and the frames of zstd, those to be skipped among them.
fn is_compressed(data: &[u8]) -> bool {
    matches!(data, [0x1f, 0x8b, ..] | [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..])
}

/// The event reader: any event, and any message in one, is handled or comes again.
pub fn event(data: &[u8]) {
    let message = json!({"Records": [{"messageId": "1", "body": String::from_utf8_lossy(data)}]});
    let whole = serde_json::from_slice::<Value>(data).ok();
    for event in [Some(message), whole].into_iter().flatten() {
        let ids: Vec<Value> =
            event["Records"].as_array().into_iter().flatten().map(|r| r["messageId"].clone()).collect();
        let Ok(event) = serde_json::from_value::<Event>(event) else { continue };
        let is_batch = matches!(event, Event::Sqs(_));
        let World { runtime, stack, .. } = World::get();
        let answer = runtime.block_on(stack.recompute.handle(LambdaEvent::new(event, Context::default())));
        let answer = answer.expect("the bucket and the ledger are there");
        if is_batch {
            for failure in answer["batchItemFailures"].as_array().expect("a batch is answered with its failures") {
                let id = &failure["itemIdentifier"];
                assert!(ids.contains(id) || id == "", "{id} is no message of the batch");
            }
        }
    }
}

/// The request path: whatever comes without a signature gets nothing but a bare answer.
pub fn request(data: &[u8]) {
    let whole = serde_json::from_slice::<Value>(data).ok();
    let unsigned = http(&STANDARD.encode(data), "v0=00", &Timestamp::now().as_second().to_string());
    for event in [Some(unsigned), whole].into_iter().flatten() {
        let Some(answer) = answer(event) else { continue };
        let status = answer["statusCode"].as_u64().expect("each answer has a status");
        assert!(matches!(status, 200 | 401 | 404), "{answer}");
        assert_eq!(answer["body"], "", "nobody has signed this");
    }
}

/// The command grammar: whatever is typed, the answer is a message.
pub fn command(data: &[u8]) {
    let body = client::form(&String::from_utf8_lossy(data));
    let timestamp = Timestamp::now().as_second().to_string();
    let signature = client::sign(client::SIGNING_SECRET, &timestamp, &body);
    let answer = answer(http(&STANDARD.encode(&body), &signature, &timestamp)).expect("this is a request");
    assert_eq!(answer["statusCode"], 200, "{answer}");
    let message: Value = serde_json::from_str(answer["body"].as_str().unwrap_or_default()).expect("a message is JSON");
    let text = message["text"].as_str().unwrap_or_default();
    assert!(!text.is_empty(), "a message has a text: {message}");
    // https://docs.slack.dev/reference/block-kit/blocks
    let blocks = message["blocks"].as_array().map_or(0, Vec::len);
    assert!(blocks <= 50, "{blocks} blocks");
}

fn http(body: &str, signature: &str, timestamp: &str) -> Value {
    json!({
        "version": "2.0",
        "routeKey": "POST /slack/commands",
        "rawPath": "/slack/commands",
        "headers": {
            "content-type": "application/x-www-form-urlencoded",
            "x-slack-request-timestamp": timestamp,
            "x-slack-signature": signature,
        },
        "requestContext": {"http": {"method": "POST", "path": "/slack/commands"}},
        "body": body,
        "isBase64Encoded": true,
    })
}

/// The answer to an event, or `None` where it is no request.
fn answer(event: Value) -> Option<Value> {
    let event: standings_slash_command::Event = serde_json::from_value(event).ok()?;
    if !matches!(event, standings_slash_command::Event::Http(_)) {
        return None;
    }
    let World { runtime, slash_command, .. } = World::get();
    let answer = runtime.block_on(slash_command.handle(LambdaEvent::new(event, Context::default())));
    Some(answer.expect("a request is always answered"))
}

/// Both functions over embedded servers, with a week of sales.
struct World {
    runtime: Runtime,
    stack: Stack,
    slash_command: SlashCommand,
}

impl World {
    fn get() -> &'static Self {
        static WORLD: OnceLock<World> = OnceLock::new();
        WORLD.get_or_init(|| {
            let runtime = Runtime::new().expect("a runtime starts");
            let stack = runtime.block_on(async {
                let stack = Stack::start(Options::default()).await.expect("the stack starts");
                let sales =
                    "date,rep,team,amount\n2026-11-16,Ana,EMEA,2\n2026-11-16,Bo,North America,1\n2026-11-17,,,\nx,,,\n";
                let put = stack.s3.put_object().bucket(stack.bucket()).key("sales/a.csv");
                put.body(sales.as_bytes().to_vec().into()).send().await.expect("a file is uploaded");
                stack.queue.quiet().await;
                stack
            });
            let settings = standings_slash_command::Settings::new("standings-reports", jiff::tz::TimeZone::UTC);
            let secret = SigningSecret::fixed(client::SIGNING_SECRET).expect("this is a secret");
            let slash_command = SlashCommand::new(settings, stack.dynamodb.clone(), secret, ResponseUrls::slack());
            Self { runtime, stack, slash_command }
        })
    }
}

#[cfg(feature = "libfuzzer")]
use libfuzzer_sys as _; // what is instrumented calls it
