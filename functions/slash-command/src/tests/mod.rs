//! The function as Slack sees it, against an embedded `DynamoDB`.

mod answers;
pub(crate) mod desk;
mod hostile;
mod limits;
mod requests;
