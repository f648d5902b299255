//! The function on an embedded DynamoDB.

use std::collections::HashMap;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, AttributeValue, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType,
};
use jiff::tz::TimeZone;
use serde_json::Value;
use standings_core::{Board, Report, Roster};
use tokio::net::TcpListener;

use super::limits;
use super::signed::{SECRET, command, config, now};
use crate::{ResponseUrls, Settings, SigningSecret, SlashCommand, lookup};

pub(super) const TABLE: &str = "reports";

pub(super) struct Harness {
    pub(super) function: SlashCommand,
    pub(super) client: Client,
}

pub(super) fn settings() -> Settings {
    Settings::new(TABLE, TimeZone::UTC)
}

impl Harness {
    /// Starts the function with an empty table.
    pub(super) async fn start(settings: Settings) -> Self {
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

    /// Starts the function with these reports and their rosters. The last one of each board is also its latest report.
    pub(super) async fn with(reports: &[Report]) -> Self {
        let harness = Self::start(settings()).await;
        for report in reports {
            let board = report.team.as_deref().map_or(Board::Company, |team| Board::team(team).unwrap());
            for key in [board.key(report.period), board.latest_key()] {
                harness.put(&key, &report.encode().unwrap()).await;
            }
            if board == Board::Company {
                let slack_users = std::collections::BTreeMap::new();
                harness.put_roster(&Roster { report: report.clone(), slack_users, parts: 0 }).await;
            }
        }
        harness
    }

    pub(super) async fn put(&self, key: &str, report: &str) {
        self.put_item(key, AttributeValue::S(report.to_owned())).await;
    }

    /// Puts a roster, for its week and as the latest roster.
    pub(super) async fn put_roster(&self, roster: &Roster) {
        for key in [Roster::key(roster.report.period), Roster::latest_key()] {
            for (number, item) in roster.encode_all().unwrap().into_iter().enumerate() {
                let key = if number == 0 { key.clone() } else { format!("{key}#{}", number - 1) };
                self.put_item(&key, AttributeValue::B(Blob::new(item))).await;
            }
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

    /// Returns the message in reply to a command with this text, after checking it against Slack's limits.
    pub(super) async fn ask(&self, text: &str) -> Value {
        let response = self.function.respond(&command(text), now()).await;
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
