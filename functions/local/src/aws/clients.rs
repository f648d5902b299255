//! SDK clients for the embedded servers.

use aws_sdk_s3::config::{Credentials, Region};
use std::net::SocketAddr;

/// Credentials of every S3, SQS and `DynamoDB` client of the local stack. They are no secret: the stack listens on the
/// loopback interface only.
pub(crate) const ACCESS_KEY: &str = "standings";
pub(crate) const SECRET_KEY: &str = "standings-local";
pub(crate) const REGION: &str = "us-east-1";

fn credentials() -> Credentials {
    Credentials::new(ACCESS_KEY, SECRET_KEY, None, None, "local")
}

pub(crate) fn s3(address: SocketAddr) -> aws_sdk_s3::Client {
    let config = aws_sdk_s3::Config::builder()
        .behavior_version(aws_sdk_s3::config::BehaviorVersion::v2026_01_12())
        .region(Region::new(REGION))
        .credentials_provider(credentials())
        .endpoint_url(format!("http://{address}"))
        .force_path_style(true)
        .build();
    aws_sdk_s3::Client::from_conf(config)
}

pub(crate) fn sqs(address: SocketAddr) -> aws_sdk_sqs::Client {
    let config = aws_sdk_sqs::Config::builder()
        .behavior_version(aws_sdk_sqs::config::BehaviorVersion::v2026_01_12())
        .region(Region::new(REGION))
        .credentials_provider(credentials())
        .endpoint_url(format!("http://{address}"))
        .build();
    aws_sdk_sqs::Client::from_conf(config)
}

pub(crate) fn dynamodb(address: SocketAddr) -> aws_sdk_dynamodb::Client {
    let config = aws_sdk_dynamodb::Config::builder()
        .behavior_version(aws_sdk_dynamodb::config::BehaviorVersion::v2026_01_12())
        .region(Region::new(REGION))
        .credentials_provider(credentials())
        .endpoint_url(format!("http://{address}"))
        .build();
    aws_sdk_dynamodb::Client::from_conf(config)
}
