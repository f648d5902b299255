//! A running function, and the means to ask it.

use std::collections::HashMap;
use std::net::SocketAddr;

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_lambda_events::apigw::ApiGatewayV2httpRequest;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::Credentials;
use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, AttributeValue, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType,
};
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use sha2::Sha256;
use standings_core::{Board, Report, Roster};
use tokio::net::TcpListener;

use super::limits;
use crate::event::Event;
use crate::{ResponseUrls, Settings, SigningSecret, SlashCommand, lookup};

pub(super) const TABLE: &str = "reports";
pub(super) const SECRET: &str = "8f742231b10e8888abcd99yyyzzz85a5";

/// A Tuesday, in week 48.
pub(super) fn now() -> Timestamp {
    "2026-11-24T09:00:00Z".parse().unwrap()
}

pub(super) fn fixture(path: &str) -> String {
    std::fs::read_to_string(format!("{}/../../fixtures/{path}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

pub(super) struct Desk {
    pub(super) function: SlashCommand,
    pub(super) client: Client,
}

/// The configuration of clients for a server on this machine.
pub(crate) async fn config(address: SocketAddr) -> SdkConfig {
    aws_config::defaults(BehaviorVersion::v2026_01_12())
        .region(Region::new("us-east-1"))
        .credentials_provider(Credentials::new("key", "secret", None, None, "test"))
        .endpoint_url(format!("http://{address}"))
        .load()
        .await
}

pub(super) fn settings() -> Settings {
    Settings::new(TABLE, TimeZone::UTC)
}

impl Desk {
    /// A function over an empty table.
    pub(super) async fn open(settings: Settings) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let config = config(listener.local_addr().unwrap()).await;
        let database = dynoxide::Database::memory().unwrap();
        tokio::spawn(dynoxide::server::serve_with_shutdown(listener, database, std::future::pending()));
        let client = lookup::client(&config);
        let key = AttributeDefinition::builder().attribute_name("pk").attribute_type(ScalarAttributeType::S);
        let schema = KeySchemaElement::builder().attribute_name("pk").key_type(KeyType::Hash);
        client
            .create_table()
            .table_name(TABLE)
            .billing_mode(BillingMode::PayPerRequest)
            .attribute_definitions(key.build().unwrap())
            .key_schema(schema.build().unwrap())
            .send()
            .await
            .unwrap();
        let secret = SigningSecret::fixed(SECRET).unwrap();
        let function = SlashCommand::new(settings, client.clone(), secret, ResponseUrls::slack());
        Self { function, client }
    }

    /// A function over these reports, the last of each board being its latest.
    pub(super) async fn with(reports: &[Report]) -> Self {
        let desk = Self::open(settings()).await;
        for report in reports {
            let board = report.team.as_deref().map_or(Board::Company, |team| Board::team(team).unwrap());
            for key in [board.key(report.week), board.latest_key()] {
                desk.put(&key, &report.encode().unwrap()).await;
            }
        }
        desk
    }

    pub(super) async fn put(&self, key: &str, report: &str) {
        self.put_item(key, AttributeValue::S(report.to_owned())).await;
    }

    /// Puts a roster, as that of its week and as the latest.
    pub(super) async fn put_roster(&self, roster: &Roster) {
        for key in [Roster::key(roster.report.week), Roster::latest_key()] {
            self.put_item(&key, AttributeValue::B(Blob::new(roster.encode().unwrap()))).await;
        }
    }

    async fn put_item(&self, key: &str, report: AttributeValue) {
        let item = HashMap::from([
            ("pk".to_owned(), AttributeValue::S(key.to_owned())),
            ("generation".to_owned(), AttributeValue::N("1".to_owned())),
            ("report".to_owned(), report),
        ]);
        self.client.put_item().table_name(TABLE).set_item(Some(item)).send().await.unwrap();
    }

    /// The message that comes back for a text; whatever it is, it keeps within Slack's limits.
    pub(super) async fn ask(&self, text: &str) -> Value {
        let response = self.function.answer(&command(text), now()).await;
        assert_eq!(response["statusCode"], 200, "{response}");
        assert_eq!(response["headers"]["content-type"], "application/json; charset=utf-8");
        let message: Value = serde_json::from_str(response["body"].as_str().unwrap()).unwrap();
        if message["response_type"] == "in_channel" {
            limits::check_shared(&message);
        } else {
            limits::check(&message);
        }
        message
    }
}

/// A signed command.
pub(super) fn command(text: &str) -> ApiGatewayV2httpRequest {
    let body = form_urlencoded::Serializer::new(String::new())
        .extend_pairs([("team_id", "T1"), ("channel_id", "C1"), ("user_id", "U1"), ("command", "/standings")])
        .append_pair("text", text)
        .finish();
    signed("/slack/commands", &body)
}

/// A signed request.
pub(super) fn signed(path: &str, body: &str) -> ApiGatewayV2httpRequest {
    let timestamp = now().as_second().to_string();
    let signature = sign(SECRET, &timestamp, body.as_bytes());
    request_to(path, body, &json!({"x-slack-request-timestamp": timestamp, "x-slack-signature": signature}))
}

pub(crate) fn request(body: &str, headers: &Value) -> ApiGatewayV2httpRequest {
    request_to("/slack/commands", body, headers)
}

pub(super) fn request_to(path: &str, body: &str, headers: &Value) -> ApiGatewayV2httpRequest {
    http(json!({
        "version": "2.0",
        "rawPath": path,
        "headers": headers,
        "requestContext": {"stage": "$default", "http": {"method": "POST", "path": path}},
        "body": body,
        "isBase64Encoded": false,
    }))
}

pub(super) fn http(event: Value) -> ApiGatewayV2httpRequest {
    match serde_json::from_value(event).unwrap() {
        Event::Http(request) => *request,
        Event::Warmer => panic!("the warmer is no request"),
    }
}

pub(crate) fn sign(secret: &str, timestamp: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(format!("v0:{timestamp}:").as_bytes());
    mac.update(body);
    mac.finalize().into_bytes().iter().fold("v0=".to_owned(), |text, byte| format!("{text}{byte:02x}"))
}
