//! Micro-benchmarks of the hot paths of rows, uploads and commands.
#![allow(missing_docs, reason = "`divan` generates items without docs")]
#![allow(clippy::expect_used, clippy::missing_panics_doc, reason = "a benchmark that cannot run panics")]

use std::collections::BTreeMap;
use std::fmt::Write;

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use jiff::Timestamp;
use lambda_runtime::{Context, LambdaEvent};
use standings_core::period_reports::Computation;
use standings_core::ranking::Rankings;
use standings_core::{Contribution, Decimal, LedgerSum, Period, PeriodReports, Person, Tally};
use standings_local::slack::client;
use standings_local::{Options, Stack};
use standings_reader::Reading;
use standings_slash_command::{Event, ResponseUrls, SigningSecret, SlashCommand};
use tokio::runtime::Runtime;

const ROWS: u32 = 100_000;

fn main() {
    divan::main();
}

/// Forms of a file, each of which the reader handles in another way.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Plain,
    Quoted,
    Ndjson,
    Orders,
}

fn file(kind: Kind) -> Vec<u8> {
    let mut text = match kind {
        Kind::Plain | Kind::Quoted => "sold_at,salesperson,team,amount\n",
        Kind::Ndjson => "",
        Kind::Orders => "sold_at,salesperson,team,amount,order_id\n",
    }
    .to_owned();
    for row in 0..ROWS {
        let (day, person, team, amount) = (3 + row % 28, row % 1000, row % 5, row % 9000);
        let written = match kind {
            Kind::Plain => writeln!(text, "2025-03-{day:02},Person {person},Team {team},{amount}.25"),
            Kind::Quoted => {
                writeln!(
                    text,
                    "\"2025-03-{day:02}\",\"Person, {person}\",\"Team {team}\",\"$1,{:03}.25\"",
                    amount % 1000
                )
            }
            Kind::Ndjson => writeln!(
                text,
                r#"{{"sold_at":"2025-03-{day:02}","salesperson":"Person {person}","team":"Team {team}","amount":{amount}.25}}"#
            ),
            Kind::Orders => {
                writeln!(text, "2025-03-{day:02},Person {person},Team {team},{amount}.25,order-{}", row / 2)
            }
        };
        written.expect("writing to a string does not fail");
    }
    text.into_bytes()
}

#[divan::bench(args = [Kind::Plain, Kind::Quoted, Kind::Ndjson, Kind::Orders], sample_count = 20)]
fn read(bencher: Bencher, kind: Kind) {
    let reading = Reading::default();
    let file = file(kind);
    bencher.counter(ItemsCount::new(ROWS)).bench(|| {
        let read = standings_reader::read("sales", &reading, &file);
        assert_eq!(read.expect("the file is valid").rows, u64::from(ROWS));
    });
}

fn contribution(people: u32, seed: u32) -> Contribution {
    let person = |number: u32| {
        let amount = Decimal::from_ten_thousandths(i128::from((number + seed).wrapping_mul(2_654_435_761) >> 4));
        let tally = Tally { amount, deals: 3, ..Tally::default() };
        let teams = BTreeMap::from([(format!("Team {}", number % 5), tally)]);
        (format!("Person {number}"), Person { deals: 3, teams, slack_user_id: None })
    };
    Contribution { people: (0..people).map(person).collect(), rows: 3 * u64::from(people), ..Contribution::default() }
}

/// Sums the ledger of a week: a hundred files.
#[divan::bench(args = [10, 100, 1000])]
fn merge(bencher: Bencher, people: u32) {
    let files: Vec<Contribution> = (0..100).map(|seed| contribution(people, seed)).collect();
    bencher.with_inputs(|| files.clone()).bench_values(|files| {
        files.into_iter().fold(Contribution::default(), |mut sum, file| {
            sum += file;
            sum
        })
    });
}

#[divan::bench(args = [100, 1000, 10_000])]
fn rank(bencher: Bencher, people: u32) {
    let (week, previous) = (contribution(people, 1), contribution(people, 2));
    bencher.bench(|| Rankings::of(black_box(&week), black_box(&previous)));
}

/// Computes and encodes all reports of a week.
#[divan::bench(args = [100, 1000, 10_000])]
fn reports(bencher: Bencher, people: u32) {
    let ledger = |seed| LedgerSum { total: contribution(people, seed), files: 1, rejected_files: 0 };
    let (now, previous) = (ledger(1), ledger(2));
    let period: Period = "2025-W10".parse().expect("the week is valid");
    let (today, computed_at) = (period.last_day(), Timestamp::UNIX_EPOCH);
    let of = Computation { period, currency: "USD", today, computed_at, is_migrating: false };
    bencher.bench(|| {
        let PeriodReports { boards: reports, roster } = PeriodReports::compute(of, &now, &previous);
        let reports: Vec<String> =
            reports.values().map(|report| report.encode().expect("a report can be encoded")).collect();
        (reports, roster.encode_all().expect("a roster can be encoded"))
    });
}

/// Slash-command on an embedded table with one file.
struct Harness {
    runtime: Runtime,
    _stack: Stack,
    function: SlashCommand,
}

impl Harness {
    fn start() -> Self {
        let runtime = Runtime::new().expect("the runtime starts");
        let stack = runtime.block_on(async {
            let stack = Stack::start(Options::default()).await.expect("the stack starts");
            let put = stack.s3.put_object().bucket(stack.bucket()).key("sales/a.csv").body(file(Kind::Plain).into());
            put.send().await.expect("the file is uploaded");
            stack.queue.quiet().await;
            stack
        });
        let settings = standings_slash_command::Settings::new(stack.reports_table(), jiff::tz::TimeZone::UTC);
        let secret = SigningSecret::fixed(client::SIGNING_SECRET).expect("the secret is valid");
        let function = SlashCommand::new(settings, stack.dynamodb.clone(), secret, ResponseUrls::slack());
        Self { runtime, _stack: stack, function }
    }

    fn respond(&self, event: Event) -> String {
        let event = LambdaEvent::new(event, Context::default());
        self.runtime.block_on(self.function.handle(event)).expect("a request gets a response").to_string()
    }
}

fn event(event: serde_json::Value) -> Event {
    serde_json::from_value(event).expect("the event is valid")
}

/// A request with a wrong signature: decodes headers and body, and verifies the signature.
#[divan::bench]
fn signature(bencher: Bencher) {
    let harness = Harness::start();
    let now = Timestamp::now().as_second().to_string();
    let forged = client::event_of(&now, &format!("v0={}", "0".repeat(64)), &client::form("last week top 10"));
    bencher.with_inputs(|| event(forged.clone())).bench_values(|event| {
        let response = harness.respond(event);
        assert!(response.contains("401"), "{response}");
    });
}

/// A command without a read: verifies the signature, parses the command, and renders the help.
#[divan::bench]
fn help(bencher: Bencher) {
    let harness = Harness::start();
    bencher.with_inputs(|| event(client::event("help"))).bench_values(|event| harness.respond(event));
}

/// A ranking, including the read of the embedded table.
#[divan::bench(args = ["", "top 100", "me is Person 7", "find Person 7"])]
fn ranking_in_slack(bencher: Bencher, text: &str) {
    let harness = Harness::start();
    bencher.with_inputs(|| event(client::event(text))).bench_values(|event| harness.respond(event));
}
