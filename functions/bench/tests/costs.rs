//! The documented costs are those of the formulas, and the formulas are those of the function.

use std::path::Path;

use lambda_runtime::{Context, LambdaEvent};
use serde_json::json;
use standings_bench::bill::{self, DOCUMENTED};
use standings_bench::units::{Sizes, Week, name, team};
use standings_local::aws::fault_proxy::FaultProxy;
use standings_local::{Options, Stack, batch_of};

/// The costs in `terraform/README.md` are printed by `just cost`.
#[test]
fn the_documented_costs_are_those_of_the_formulas() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../terraform/README.md");
    let page = std::fs::read_to_string(page).unwrap();
    let table = bill::table(&DOCUMENTED).unwrap();
    assert!(page.contains(&table), "terraform/README.md (Costs) needs this table:\n\n{table}");
}

/// Uploads of more files into a week that already has some.
#[tokio::test]
async fn an_upload_takes_as_many_units_as_the_formulas_say() {
    const UPLOADS: u32 = 5;
    for week in [
        Week { files: 10, people: 40, people_per_file: 40, teams: 4, periods: 4 },
        Week { files: 10, people: 400, people_per_file: 200, teams: 10, periods: 4 },
    ] {
        let folder = tempfile::tempdir().unwrap();
        let stack =
            Stack::start(Options { folder: Some(folder.path().to_owned()), ..Options::default() }).await.unwrap();
        let proxy = FaultProxy::start(stack.dynamodb_address).await.unwrap();
        let function = stack.recompute_through(proxy.address).unwrap();
        let today = jiff::tz::TimeZone::UTC.to_datetime(jiff::Timestamp::now()).date();
        let upload = async |file: u32| {
            let first = file * week.people_per_file % week.people;
            let rows = (first..first + week.people_per_file).map(|person| {
                let (name, team) = (name(person), team(person % week.teams));
                format!("{today},{name},{team},{}.{:02}\n", person * 7919 % 90_000, file % 100)
            });
            let key = format!("sales/2026/11/export {file}.csv");
            let path = folder.path().join("s3").join(stack.bucket()).join(&key);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "sold_at,salesperson,team,amount\n".to_owned() + &rows.collect::<String>()).unwrap();
            let event = serde_json::from_value(batch_of(stack.bucket(), &[&key])).unwrap();
            let response = function.handle(LambdaEvent::new(event, Context::default())).await.unwrap();
            assert_eq!(response, json!({"batchItemFailures": []}));
        };
        for file in 0..week.files {
            upload(file).await;
        }
        proxy.count_capacity();
        for file in 0..UPLOADS {
            upload(week.files + file).await;
        }
        let (counted, each) = (proxy.capacity(), f64::from(UPLOADS));
        let expected = Sizes::of(week).unwrap().upload(1.0);
        for (what, counted, expected) in
            [("read", counted.read / each, expected.read), ("write", counted.written / each, expected.written)]
        {
            let ratio = expected / counted;
            println!("{week:?}: {counted:.0} {what} units, {expected:.0} by the formula");
            assert!((0.8..1.25).contains(&ratio), "{week:?}: {counted:.0} {what} units, {expected:.0} by the formula");
        }
    }
}
