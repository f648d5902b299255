//! The routes of the demo page, and their protection against other web sites.

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::harness::{Harness, csv};

/// Sends a request with these headers, and returns status and body.
async fn send(harness: &Harness, request: &str, headers: &[(&str, &str)], body: &str) -> (u16, String) {
    let fixed = format!("{request} HTTP/1.1\r\nconnection: close\r\ncontent-length: {}\r\n", body.len());
    let given = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n"));
    let head: Vec<String> = std::iter::once(fixed).chain(given).collect();
    let head = head.concat();
    let mut stream = TcpStream::connect(harness.stack.slack_address).await.unwrap();
    stream.write_all(format!("{head}\r\n{body}").as_bytes()).await.unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).await.unwrap();
    let (head, body) = response.split_once("\r\n\r\n").unwrap();
    (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
}

/// Sends a request with the headers of the page's own requests.
async fn own(harness: &Harness, request: &str, body: &str) -> (u16, String) {
    let host = harness.stack.slack_address.to_string();
    let origin = format!("http://{host}");
    send(harness, request, &[("host", &host), ("origin", &origin), ("content-type", "application/json")], body).await
}

async fn files(harness: &Harness) -> Vec<(String, u64)> {
    let (status, body) = own(harness, "GET /page/files", "").await;
    assert_eq!(status, 200, "{body}");
    let files: Vec<Value> = serde_json::from_str(&body).unwrap();
    files.iter().map(|file| (file["name"].as_str().unwrap().to_owned(), file["size"].as_u64().unwrap())).collect()
}

#[tokio::test]
async fn a_file_dropped_into_the_page_counts_until_it_is_deleted() {
    let harness = Harness::start().await;
    let content = csv(&["2026-11-16,Ana,EMEA,10", "soon,Bo,EMEA,1"]);
    let (status, body) = own(&harness, "PUT /page/files/late%20%26%20d%C3%A9j%C3%A0.csv", &content).await;
    assert_eq!(status, 200, "{body}");
    let upload: Value = serde_json::from_str(&body).unwrap();
    assert_eq!((&upload["rows"], &upload["skipped_rows"]), (&json!(1), &json!(1)));
    assert_eq!(upload["examples"][0]["line"], 3);
    assert_eq!(files(&harness).await, [("late & déjà.csv".to_owned(), content.len() as u64)]);
    assert_eq!(harness.lines("2026-W47").await, ["1 Ana EMEA 10 new"]);

    let (status, body) = own(&harness, "POST /page/commands", r#"{"text": "2026-W47"}"#).await;
    let reply: Value = serde_json::from_str(&body).unwrap();
    assert_eq!((status, &reply["status"]), (200, &json!(200)));
    assert!(reply["messages"][0]["text"].as_str().unwrap().contains("1. Ana 10.00"), "{body}");

    let (status, _) = own(&harness, "DELETE /page/files/late%20%26%20d%C3%A9j%C3%A0.csv", "").await;
    assert_eq!((status, files(&harness).await.len()), (204, 0));
    assert!(harness.lines("2026-W47").await.is_empty());
}

#[tokio::test]
async fn requests_of_other_web_sites_are_rejected() {
    let harness = Harness::start().await;
    let here = harness.stack.slack_address.to_string();
    let local = format!("localhost:{}", harness.stack.slack_address.port());
    let (from_here, from_local) = (format!("http://{here}"), format!("http://{local}"));
    let own: [&[(&str, &str)]; 3] = [
        &[("host", &here), ("origin", &from_here)],
        &[("host", &local), ("origin", &from_local)],
        &[("host", &here)], // a program such as the function, which sends no origin
    ];
    let evil = format!("evil.test:{}", harness.stack.slack_address.port());
    let secure = format!("https://{here}");
    let others: [&[(&str, &str)]; 8] = [
        &[("host", &here), ("origin", "http://evil.test")],
        &[("host", &here), ("origin", "http://127.0.0.1:1")],
        &[("host", &here), ("origin", &secure)],
        &[("host", &here), ("origin", "null")],
        &[("host", &here), ("origin", "\u{e9}")],
        &[("host", &evil), ("origin", &format!("http://{evil}"))],
        &[("host", &evil)],
        &[("host", "localhost.evil.test")],
    ];
    for request in
        ["GET /", "GET /page/page.js", "GET /page/files", "PUT /page/files/a.csv", "DELETE /page/files/a.csv"]
    {
        for headers in own {
            let (status, body) = send(&harness, request, headers, "").await;
            assert!(status < 300, "{request} {headers:?}: {status} {body}");
        }
        for headers in others {
            assert_eq!(send(&harness, request, headers, "").await.0, 403, "{request} {headers:?}");
        }
    }
    // Content types that a site can send without a CORS preflight are rejected.
    let plain = [("host", here.as_str()), ("content-type", "text/plain")];
    for request in ["POST /page/commands", "POST /page/interactions", "POST /page/responses/1"] {
        assert_eq!(send(&harness, request, &plain, r#"{"text": ""}"#).await.0, 415, "{request}");
    }
}

/// Sends a command on the page, presses the element with this action in the reply, and returns the messages of the press.
async fn press(harness: &Harness, text: &str, action_id: &str) -> Vec<Value> {
    let (_, body) = own(harness, "POST /page/commands", &json!({"text": text}).to_string()).await;
    let reply: Value = serde_json::from_str(&body).unwrap();
    let blocks = reply["messages"][0]["blocks"].as_array().unwrap();
    let actions = blocks.iter().find(|block| block["type"] == "actions").unwrap();
    let elements = actions["elements"].as_array().unwrap();
    let mut action = elements.iter().find(|element| element["action_id"] == action_id).unwrap().clone();
    action["block_id"] = actions["block_id"].clone();
    let press = json!({"message_ts": "1.000001", "is_ephemeral": true, "action": action, "values": {}});
    let (status, body) = own(harness, "POST /page/interactions", &press.to_string()).await;
    let reply: Value = serde_json::from_str(&body).unwrap();
    assert_eq!((status, &reply["status"]), (200, &json!(200)), "{body}");
    reply["messages"].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_press_on_the_page_is_answered_through_its_response_url() {
    let harness = Harness::start().await;
    harness.put("sales/a.csv", csv(&["2026-11-10,Bo,EMEA,3", "2026-11-16,Ana,EMEA,10"])).await;
    let messages = press(&harness, "2026-W47", "period_before").await;
    assert_eq!(messages.len(), 1);
    assert_eq!(messages[0]["replace_original"], true);
    assert!(messages[0]["text"].as_str().unwrap().contains("1. Bo 3.00"), "{messages:?}");

    let messages = press(&harness, "2026-W47", "share").await;
    assert_eq!(messages[0]["response_type"], "in_channel");
    assert_eq!(messages[1]["replace_original"], true);
    for message in &messages {
        assert!(message["text"].as_str().unwrap().contains("1. Ana 10.00"), "{message}");
    }
    // The response URL expires with the interaction.
    assert_eq!(own(&harness, "POST /page/responses/1", r#"{"text": "late"}"#).await.0, 404);
}
