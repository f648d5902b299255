//! The reports table in the oracle's text form, and the comparison of the two.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use standings_core::{Decimal, Periods, Report, Roster, Status, Upload};

use crate::harness::Finding;
use crate::oracle::{Lines, Oracle};
use crate::servers::REPORTS;

/// Returns all items, by key.
pub(crate) async fn all(client: &Client) -> BTreeMap<String, Lines> {
    let items = client.scan().table_name(REPORTS).send().await.unwrap().items.unwrap_or_default();
    let is_derived = |item: &HashMap<String, AttributeValue>| !item["pk"].as_s().unwrap().starts_with("file#");
    items
        .into_iter()
        // The record of a file depends on which of its versions were ingested.
        .filter(is_derived)
        .filter_map(|item| {
            let key = item["pk"].as_s().unwrap().clone();
            // Without a report it is that of a team that no longer has one.
            let lines = lines(&key, item.get("report")?);
            Some((key, lines))
        })
        .collect()
}

/// Compares the items with those that the oracle expects.
pub(crate) fn compare(found: &BTreeMap<String, Lines>, oracle: &Oracle) -> Result<(), Finding> {
    for key in oracle.keys() {
        if !found.contains_key(&key) {
            return Err(format!("{key} is missing; expected {:#?}", oracle.item(&key)));
        }
    }
    for (key, lines) in found {
        let mut expected = oracle.item(key);
        // Without any sale left, the latest report is that of any week.
        if key.starts_with("latest#") && !expected[0].starts_with("period") {
            expected.insert(0, lines[0].clone());
        }
        let people: Vec<String> = lines.iter().filter(|_| key.contains('#')).filter_map(|line| person(line)).collect();
        if people.iter().collect::<BTreeSet<_>>().len() != people.len() {
            return Err(format!("{key} has a person twice: {lines:#?}"));
        }
        if *lines != expected {
            return Err(format!("{key} is {lines:#?}; expected {expected:#?}"));
        }
    }
    Ok(())
}

/// Returns the letters of the name in an entry: what all spellings of one person have in common.
fn person(line: &str) -> Option<String> {
    let (rank, rest) = line.split_once(' ')?;
    rank.parse::<u32>().ok()?;
    let name = rest.split('"').next()?;
    Some(name.to_lowercase().chars().filter(|c| c.is_alphabetic()).collect())
}

fn lines(key: &str, stored: &AttributeValue) -> Lines {
    match stored {
        AttributeValue::B(packed) => report(&Roster::decode(packed.as_ref()).unwrap().report),
        AttributeValue::S(text) if key == "status" => {
            let status: Status = serde_json::from_str(text).unwrap();
            // So do remarks about it.
            let problems = status.problems.iter().filter(|file| file.rejection.is_some() || file.skipped_rows > 0);
            let problems = problems.map(|file| format!("problem {}", upload(file)));
            status.uploads.iter().map(upload).chain(problems).collect()
        }
        AttributeValue::S(text) if key == "periods" => {
            let list: Periods = serde_json::from_str(text).unwrap();
            list.periods.iter().map(|(period, total)| format!("{period} {}", whole(*total))).collect()
        }
        AttributeValue::S(text) => report(&Report::decode(text).unwrap()),
        other => panic!("{other:?}"),
    }
}

fn report(report: &Report) -> Lines {
    let mut lines = vec![
        format!("period {}", report.period),
        format!("total {} before {}", whole(report.total), whole(report.previous_total)),
        format!("people {} files {} rejected {}", report.salespeople, report.files, report.rejected_files),
        format!("rows {} skipped {}", report.rows, report.skipped_rows),
        format!("teams {:?}", report.teams),
    ];
    lines.extend(report.entries.iter().map(|entry| {
        let team = entry.team.as_deref().unwrap_or_default();
        let (rank, name, amount, units) = (entry.rank, &entry.name, whole(entry.amount), whole(entry.units));
        format!("{rank} {name} {team:?} {amount} {} {units} before {:?}", entry.deals, entry.previous_rank)
    }));
    lines
}

fn upload(file: &Upload) -> String {
    let Upload { key, rows, skipped_rows, .. } = file;
    let weeks = file.weeks.map_or(String::new(), |(first, last)| format!("{first} {last}"));
    let (at, rejected) = (file.uploaded_at.as_second(), file.rejection.is_some());
    format!("{key} {at} [{weeks}] rows {rows} skipped {skipped_rows} rejected {rejected}")
}

/// Converts a decimal to an integer. All numbers of a history are integers.
fn whole(decimal: Decimal) -> i128 {
    assert_eq!(decimal.ten_thousandths() % 10_000, 0);
    decimal.ten_thousandths() / 10_000
}
