//! The embedded S3 as clients other than the Rust SDK use it: several requests on one connection.

use std::time::Duration;

use aws_sdk_s3::presigning::PresigningConfig;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

use crate::harness::{Harness, csv};

type Connection = BufReader<TcpStream>;

async fn connect(harness: &Harness) -> Connection {
    BufReader::new(TcpStream::connect(harness.stack.s3_address).await.unwrap())
}

/// Sends a PUT on a connection, and returns status and headers of the first response, which may be `100 Continue`.
async fn put(harness: &Harness, connection: &mut Connection, key: &str, body: &str, header: &str) -> Vec<String> {
    let put = harness.stack.s3.put_object().bucket(harness.stack.bucket()).key(key);
    let signed = put.presigned(PresigningConfig::expires_in(Duration::from_mins(1)).unwrap()).await.unwrap();
    let path = signed.uri().splitn(4, '/').last().unwrap();
    let host = harness.stack.s3_address;
    let head = format!("PUT /{path} HTTP/1.1\r\nhost: {host}\r\ncontent-length: {}\r\n{header}\r\n", body.len());
    connection.write_all((head + body).as_bytes()).await.unwrap();
    response(connection).await
}

/// Reads a response, and returns status line and headers.
async fn response(connection: &mut Connection) -> Vec<String> {
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        tokio::time::timeout(Duration::from_secs(5), connection.read_line(&mut line)).await.unwrap().unwrap();
        let line = line.trim_end().to_ascii_lowercase();
        if line.is_empty() {
            break;
        }
        lines.push(line);
    }
    if let Some(length) = lines.iter().find_map(|line| line.strip_prefix("content-length: ")) {
        connection.read_exact(&mut vec![0; length.parse().unwrap()]).await.unwrap();
    }
    lines
}

#[tokio::test]
async fn a_connection_is_kept_alive_after_an_empty_object() {
    let harness = Harness::start().await;
    let mut connection = connect(&harness).await;
    for (key, body) in [("sales/_SUCCESS", ""), ("sales/a.csv", &*csv(&["2026-11-16,Ana,EMEA,1"])), ("sales/b", "")] {
        let response = put(&harness, &mut connection, key, body, "").await;
        assert_eq!(response[0], "http/1.1 200 ok", "{key}");
        assert!(!response.contains(&"connection: close".to_owned()), "{key}: {response:?}");
    }
    harness.stack.queue.quiet().await;
    assert_eq!(harness.lines("2026-W47").await, ["1 Ana EMEA 1 new"]);
}

/// botocore hangs if it gets neither.
#[tokio::test]
async fn an_empty_object_that_expects_100_continue_gets_it_or_a_closed_connection() {
    let harness = Harness::start().await;
    let mut connection = connect(&harness).await;
    let expect = "expect: 100-continue\r\n";
    let first = put(&harness, &mut connection, "sales/_SUCCESS", "", expect).await;
    if first[0] == "http/1.1 100 continue" {
        assert_eq!(response(&mut connection).await[0], "http/1.1 200 ok");
    } else {
        assert_eq!(first[0], "http/1.1 200 ok");
        assert!(first.contains(&"connection: close".to_owned()), "{first:?}");
        assert_eq!(connection.read(&mut [0]).await.unwrap(), 0, "the connection is closed");
        connection = connect(&harness).await;
    }
    let mut second = put(&harness, &mut connection, "sales/a.csv", &csv(&["2026-11-16,Ana,EMEA,1"]), expect).await;
    if second[0] == "http/1.1 100 continue" {
        second = response(&mut connection).await;
    }
    assert_eq!(second[0], "http/1.1 200 ok");
    harness.stack.queue.quiet().await;
    assert_eq!(harness.lines("2026-W47").await, ["1 Ana EMEA 1 new"]);
}

#[tokio::test]
async fn the_sdk_uploads_another_object_after_an_empty_one() {
    let harness = Harness::start().await;
    harness.put("sales/_SUCCESS", "").await;
    harness.put("sales/a.csv", csv(&["2026-11-16,Ana,EMEA,1"])).await;
    assert_eq!(harness.lines("2026-W47").await, ["1 Ana EMEA 1 new"]);
}
