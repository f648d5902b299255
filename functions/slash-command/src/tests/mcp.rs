//! The tools of the Model Context Protocol, as Slackbot and other programs call them.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use standings_core::Roster;

use super::harness::{Harness, settings};
use super::replies::{company, emea};
use super::signed::{now, request_to, signed};
use crate::{AllowLists, Settings};

fn with_mcp() -> Settings {
    Settings { mcp: true, ..settings() }
}

/// Starts the function with a report of the company and one of a team.
async fn start(settings: Settings) -> Harness {
    let harness = Harness::start(settings).await;
    harness.put(&format!("{}#company", company().period), &company().encode().unwrap()).await;
    harness.put("latest#company", &company().encode().unwrap()).await;
    harness.put("latest#team#emea", &emea().encode().unwrap()).await;
    harness.put_roster(&Roster { report: company(), slack_users: BTreeMap::new(), parts: 0 }).await;
    harness
}

async fn send(harness: &Harness, message: &Value) -> (u64, Value) {
    let response = harness.function.respond(&signed("/slack/mcp", &message.to_string()), now()).await;
    let body = response["body"].as_str().unwrap();
    (response["statusCode"].as_u64().unwrap(), serde_json::from_str(body).unwrap_or_default())
}

/// Calls a tool as the user U1, and returns its result.
async fn call(harness: &Harness, tool: &str, arguments: Value) -> Value {
    let meta = json!({"slack": {"user_id": "U1", "team_id": "T1"}});
    let params = json!({"name": tool, "arguments": arguments, "_meta": meta});
    let (status, body) =
        send(harness, &json!({"jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": params})).await;
    assert_eq!((status, &body["id"]), (200, &json!(7)), "{body}");
    body["result"].clone()
}

fn text(result: &Value) -> &str {
    result["content"][0]["text"].as_str().unwrap()
}

#[tokio::test]
async fn tools_are_listed_and_answer_what_a_command_answers() {
    let harness = start(with_mcp()).await;
    let (_, list) = send(&harness, &json!({"jsonrpc": "2.0", "id": 1, "method": "tools/list"})).await;
    let tools = list["result"]["tools"].as_array().unwrap();
    let names: Vec<&str> = tools.iter().map(|tool| tool["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["ranking", "person", "teams", "periods", "status"]);
    assert!(
        tools.iter().all(|tool| tool["annotations"]["readOnlyHint"] == true && tool["inputSchema"]["type"] == "object")
    );

    let first = company().entries[0].name.clone();
    let ranking = call(&harness, "ranking", json!({"top": 3})).await;
    assert!(text(&ranking).contains(&first) && text(&ranking).contains("2026-11-23 19:00 UTC"), "{ranking}");
    assert_eq!(ranking["isError"], false);
    let blocks = ranking["_meta"]["slack"]["blocks"].as_array().unwrap();
    let asked = harness.ask("top 3").await;
    let kept: Vec<&Value> =
        asked["blocks"].as_array().unwrap().iter().filter(|block| block["type"] != "actions").collect();
    assert_eq!(blocks.iter().collect::<Vec<_>>(), kept, "the blocks of the command, without its buttons");
    assert!(text(&call(&harness, "person", json!({"name": first})).await).contains("number 1"));
    assert!(text(&call(&harness, "person", json!({"name": "me"})).await).contains("me is"));
    assert!(!text(&call(&harness, "status", json!({})).await).is_empty());
}

#[tokio::test]
async fn a_tool_neither_stores_nor_posts_anything() {
    let harness = start(with_mcp()).await;
    for arguments in [json!({"team": "me is Ana"}), json!({"team": "emea", "period": "share"})] {
        let result = call(&harness, "ranking", arguments).await;
        assert!(result["isError"] == true && text(&result).contains("only reads"), "{result}");
    }
    assert!(harness.ask("me").await.to_string().contains("me is"));
}

#[tokio::test]
async fn signature_allow_lists_and_the_setting_hold_for_tools() {
    let list = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/list"});
    let harness = start(settings()).await;
    assert_eq!(send(&harness, &list).await.0, 404, "off by default");

    let allow = AllowLists { users: vec!["U2".to_owned()], ..AllowLists::default() };
    let harness = start(Settings { allow, ..with_mcp() }).await;
    let refused = call(&harness, "ranking", json!({})).await;
    assert!(!text(&refused).contains(&company().entries[0].name), "{refused}");

    let headers = json!({"x-slack-request-timestamp": now().as_second().to_string(), "x-slack-signature": format!("v0={}", "0".repeat(64))});
    let forged = harness.function.respond(&request_to("/slack/mcp", &list.to_string(), &headers), now()).await;
    assert_eq!((&forged["statusCode"], &forged["body"]), (&json!(401), &json!("")));
    let (status, body) = send(&harness, &json!({"jsonrpc": "2.0", "method": "notifications/initialized"})).await;
    assert_eq!((status, body), (202, Value::Null));
}
