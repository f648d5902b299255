//! Fuzz targets: functions that take any bytes, and panic if a property does not hold. `.ci/fuzz.sh` runs them with
//! libFuzzer, `cargo test` with the seeds only.

use std::panic;
use std::sync::{Once, OnceLock};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use lambda_runtime::{Context, LambdaEvent};
use serde_json::{Value, json};
use standings_core::{Decimal, Person, Segment};
use standings_local::slack::client;
use standings_local::{Options, Stack};
use standings_reader::{ReadError, Reading, SalesFile};
use standings_recompute::Event;
use standings_slash_command::{ResponseUrls, SigningSecret, SlashCommand};
use tokio::runtime::Runtime;

/// The reader: any bytes are read or rejected, and compression makes no difference.
pub fn reader(data: &[u8]) {
    allow_polars_panics();
    let reading = &Reading::default();
    for name in ["sales/export", "sales/export.ndjson"] {
        let plain = read(name, reading, data);
        let Ok(packed) = zstd::bulk::compress(data, 1) else { continue };
        if !is_compressed(data) {
            assert_eq!(read(name, reading, &packed), plain, "compression makes a difference");
        }
        let Ok(file) = plain else { continue };
        let rows: u64 = file.segments.values().map(|segment| segment.rows).sum();
        assert_eq!(rows, file.rows, "the rows of the segments do not add up");
        let readable = file.rows + file.other_rows.not_sales + file.other_rows.repeated;
        assert!(file.skipped_rows == 0 || readable > 0, "a file of which no row is understood must be rejected");
        assert!(
            file.examples.len() as u64 <= file.skipped_rows && (file.skipped_rows == 0 || !file.examples.is_empty())
        );
        for person in file.segments.values().flat_map(|segment| segment.people.values()) {
            let deals: u64 = person.teams.values().map(|tally| tally.deals).sum();
            assert!(person.deals <= deals, "a person has more deals than their teams");
        }
        for (segment, contribution) in &file.segments {
            let of_days: Decimal = contribution.days.values().flat_map(|teams| teams.values().copied()).sum();
            let of_people: Decimal = contribution.people.values().map(Person::amount).sum();
            assert_eq!(of_days, of_people, "the amounts of the days do not add up");
            assert!(contribution.days.keys().all(|day| Segment::of_date(*day) == Some(*segment)));
        }
    }
}

/// Removes the panic hook for panics of Polars. The reader catches these, and rejects the file as damaged; libFuzzer's
/// hook would abort the process first.
fn allow_polars_panics() {
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
            assert!(!rejection.0.as_str().is_empty(), "a rejection must have a reason");
            rejection.0.to_string()
        }
        ReadError::Source(error) => panic!("reading from memory cannot fail: {error}"),
    })
}

/// Returns whether data begins with the magic of gzip, of a zstd frame (skippable ones included), or of a zip archive that is no
/// workbook. Archives within others are rejected.
fn is_compressed(data: &[u8]) -> bool {
    const WORKBOOK: &[u8] = b"[Content_Types].xml";
    let is_archive = data.starts_with(b"PK") && !data.windows(WORKBOOK.len()).any(|part| part == WORKBOOK);
    is_archive || matches!(data, [0x1f, 0x8b, ..] | [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..])
}

/// Recompute: any event, and any message in one, is handled or reported as failed.
pub fn event(data: &[u8]) {
    let message = json!({"Records": [{"messageId": "1", "body": String::from_utf8_lossy(data)}]});
    let whole = serde_json::from_slice::<Value>(data).ok();
    for event in [Some(message), whole].into_iter().flatten() {
        let ids: Vec<Value> =
            event["Records"].as_array().into_iter().flatten().map(|r| r["messageId"].clone()).collect();
        let Ok(event) = serde_json::from_value::<Event>(event) else { continue };
        let is_batch = matches!(event, Event::Sqs(_));
        let Harness { runtime, stack, .. } = Harness::get();
        let response = runtime.block_on(stack.recompute.handle(LambdaEvent::new(event, Context::default())));
        let response = response.expect("an invocation must not fail");
        if is_batch {
            for failure in response["batchItemFailures"].as_array().expect("a batch response must list its failures") {
                let id = &failure["itemIdentifier"];
                assert!(ids.contains(id) || id == "", "{id} is not a message of the batch");
            }
        }
    }
}

/// Slash-command: a request without a valid signature gets an empty body.
pub fn request(data: &[u8]) {
    let whole = serde_json::from_slice::<Value>(data).ok();
    let unsigned = http(&STANDARD.encode(data), "v0=00", &Timestamp::now().as_second().to_string());
    for event in [Some(unsigned), whole].into_iter().flatten() {
        let Some(response) = respond(event) else { continue };
        let status = response["statusCode"].as_u64().expect("a response must have a status");
        assert!(matches!(status, 200 | 401 | 404), "{response}");
        assert_eq!(response["body"], "", "the request is not signed");
    }
}

/// The command grammar: any text gets a message.
pub fn command(data: &[u8]) {
    let body = client::form(&String::from_utf8_lossy(data));
    let timestamp = Timestamp::now().as_second().to_string();
    let signature = client::signature(client::SIGNING_SECRET, &timestamp, &body);
    let response = respond(http(&STANDARD.encode(&body), &signature, &timestamp)).expect("the event is a request");
    assert_eq!(response["statusCode"], 200, "{response}");
    let body = response["body"].as_str().unwrap_or_default();
    let message: Value = serde_json::from_str(body).expect("a message must be JSON");
    let text = message["text"].as_str().unwrap_or_default();
    assert!(!text.is_empty(), "a message must have a text: {message}");
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

/// Returns the response to an event, or `None` if the event is not a request.
fn respond(event: Value) -> Option<Value> {
    let event: standings_slash_command::Event = serde_json::from_value(event).ok()?;
    if !matches!(event, standings_slash_command::Event::Http(_)) {
        return None;
    }
    let Harness { runtime, slash_command, .. } = Harness::get();
    let response = runtime.block_on(slash_command.handle(LambdaEvent::new(event, Context::default())));
    Some(response.expect("a request must get a response"))
}

/// Both functions on embedded servers, with a week of sales.
struct Harness {
    runtime: Runtime,
    stack: Stack,
    slash_command: SlashCommand,
}

impl Harness {
    fn get() -> &'static Self {
        static HARNESS: OnceLock<Harness> = OnceLock::new();
        HARNESS.get_or_init(|| {
            let runtime = Runtime::new().expect("the runtime starts");
            let stack = runtime.block_on(async {
                let stack = Stack::start(Options::default()).await.expect("the stack starts");
                let sales =
                    "date,rep,team,amount\n2026-11-16,Ana,EMEA,2\n2026-11-16,Bo,North America,1\n2026-11-17,,,\nx,,,\n";
                let put = stack.s3.put_object().bucket(stack.bucket()).key("sales/a.csv");
                put.body(sales.as_bytes().to_vec().into()).send().await.expect("a file is uploaded");
                stack.queue.quiet().await;
                stack
            });
            let settings = standings_slash_command::Settings::new(stack.reports_table(), jiff::tz::TimeZone::UTC);
            let secret = SigningSecret::fixed(client::SIGNING_SECRET).expect("the secret is valid");
            let slash_command = SlashCommand::new(settings, stack.dynamodb.clone(), secret, ResponseUrls::slack());
            Self { runtime, stack, slash_command }
        })
    }
}

#[cfg(feature = "libfuzzer")]
use libfuzzer_sys as _; // linked for the instrumentation
