//! The whole of Standings in one process, for development: an embedded S3, an embedded `DynamoDB`, the queue between
//! them, and the two real Lambda functions, reached as AWS would reach them.
//!
//! ```text
//! S3 client -> bucket -> notification -> queue -> recompute -> tables <- slash-command <- front <- HTTP client
//! ```
//!
//! The `page` is an HTTP client and an S3 client in one, for a browser.

pub mod aws;
mod error;
pub mod slack;
mod stack;

pub use aws::notification::{batch_of, notification_of};
pub use aws::queue::{DeadLetter, Queue};
pub use error::StackError;
pub use stack::{Options, Stack};
