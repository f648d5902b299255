//! Tests of the whole function as Slack sees it, on an embedded DynamoDB.

mod downloads;
mod harness;
mod hostile;
mod interactions;
mod limits;
mod mcp;
mod posts;
mod questions;
mod replies;
pub(crate) mod signed;
mod verification;
