//! The function as Slack sees it, against an embedded `DynamoDB`.

mod answers;
pub(crate) mod desk;
mod hostile;
mod interactions;
mod limits;
mod requests;
