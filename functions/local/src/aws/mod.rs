//! The embedded AWS: S3, SQS, DynamoDB, API Gateway and Lambda.

pub(crate) mod api_gateway;
pub(crate) mod bucket;
pub(crate) mod clients;
pub mod cloudwatch;
pub mod fault_proxy;
pub mod lambda_process;
pub(crate) mod notification;
pub(crate) mod queue;
pub(crate) mod sqs;
pub mod tables;
