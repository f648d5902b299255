//! The whole of Standings in one process, for development: an embedded S3, an embedded `DynamoDB`, the queue between
//! them, and the two real Lambda functions, reached as AWS would reach them.
//!
//! ```text
//! S3 client -> bucket -> notification -> queue -> recompute -> tables <- slash-command <- front <- HTTP client
//! ```

pub mod ask;
mod bucket;
mod clients;
pub mod door;
mod front;
pub mod log;
mod notification;
mod queue;
pub mod sandbox;
mod stack;
mod tables;
pub mod terminal;

pub use notification::{batch_of, notification_of};
pub use queue::{DeadLetter, Queue};
pub use stack::{Options, Stack, StackError};
