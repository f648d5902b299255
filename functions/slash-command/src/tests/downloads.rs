//! The ranking as a file, behind a link that works for five minutes.

use aws_lambda_events::apigw::ApiGatewayV2httpRequest;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use standings_core::{Decimal, Entry, Report};

use super::harness::{Harness, settings};
use super::replies::company;
use super::signed::{command, http, now};
use crate::Settings;

/// Returns the request of a browser.
fn get(link: &str) -> ApiGatewayV2httpRequest {
    let (path, query) = link.strip_prefix("https://api.example.com").unwrap().split_once('?').unwrap();
    http(json!({
        "version": "2.0",
        "rawPath": path,
        "rawQueryString": query,
        "headers": {},
        "requestContext": {"stage": "$default", "domainName": "api.example.com", "http": {"method": "GET", "path": path}},
    }))
}

/// Asks with a command at an API that says its domain. Returns the link in the answer.
async fn link(harness: &Harness, text: &str) -> Option<String> {
    let mut request = command(text);
    request.request_context.domain_name = Some("api.example.com".to_owned());
    let response = harness.function.respond(&request, now()).await;
    let message: Value = serde_json::from_str(response["body"].as_str().unwrap()).unwrap();
    let section = message["blocks"][1]["text"]["text"].as_str().unwrap().to_owned();
    section.strip_prefix('<')?.split_once('|').map(|(link, _)| link.to_owned())
}

async fn open(harness: &Harness, link: &str, at: Timestamp) -> (u64, Value, String) {
    let response = harness.function.respond(&get(link), at).await;
    let body = response["body"].as_str().unwrap().to_owned();
    (response["statusCode"].as_u64().unwrap(), response["headers"].clone(), body)
}

#[tokio::test]
async fn a_link_downloads_everyone_for_five_minutes() {
    let mut report: Report = company();
    let formula = Entry { name: "=1+1, \"x\"".to_owned(), amount: Decimal::ZERO, ..report.entries[0].clone() };
    report.entries.push(formula);
    let harness = Harness::with(&[report.clone()]).await;
    let link = link(&harness, "csv").await.unwrap();
    let (status, headers, csv) = open(&harness, &link, now()).await;
    assert_eq!((status, &headers["content-type"]), (200, &json!("text/csv; charset=utf-8")));
    assert_eq!(headers["content-disposition"], "attachment; filename=\"standings-2026-W47.csv\"");
    assert_eq!(headers["cache-control"], "no-store");
    let lines: Vec<&str> = csv.lines().collect();
    assert_eq!(lines[0], "\u{feff}rank,salesperson,team,amount,currency,deals,units,previous_rank");
    assert_eq!(lines.len(), 1 + report.entries.len());
    assert!(lines[1].starts_with("1,Ana Lima,"), "{}", lines[1]);
    assert!(csv.contains(",\"'=1+1, \"\"x\"\"\","), "a formula is text: {csv}");

    assert_eq!(open(&harness, &link, now() + SignedDuration::from_mins(5)).await.0, 200);
    let (status, _, text) = open(&harness, &link, now() + SignedDuration::from_secs(301)).await;
    assert!(status == 403 && text.contains("Ask for another one"), "{status} {text}");
}

#[tokio::test]
async fn a_link_that_was_changed_is_refused() {
    let harness = Harness::with(&[company()]).await;
    let link = link(&harness, "csv").await.unwrap();
    let until = now().as_second() + 300;
    for changed in [
        link.replace("2026-W47", "2026-W46"),
        link.replace(&until.to_string(), &(until + 1).to_string()),
        format!("{}0", &link[..link.len() - 1]),
        link.split_once("&signature").unwrap().0.to_owned(),
    ] {
        if changed != link {
            assert_eq!(open(&harness, &changed, now()).await.0, 403, "{changed}");
        }
    }
}

#[tokio::test]
async fn whoever_may_not_have_a_file_is_told() {
    let harness = Harness::with(&[company()]).await;
    assert!(link(&harness, "csv last year").await.is_none(), "no sales");
    let answer = harness.ask("csv").await.to_string();
    assert!(answer.contains("no files here"), "without a domain: {answer}");
    let off = Harness::start(Settings { downloads: false, ..settings() }).await;
    off.put("latest#company", &company().encode().unwrap()).await;
    assert!(link(&off, "csv").await.is_none(), "switched off");
    assert_eq!(open(&off, "https://api.example.com/slack/csv?x=y", now()).await.0, 404);
}
