//! All of Standings in one process, for development and tests: embedded S3 and `DynamoDB`, the queue between them, and
//! the two real Lambda functions, invoked with the events that AWS would send.
//!
//! ```text
//! S3 client -> bucket -> notification -> queue -> recompute -> tables <- slash-command <- API Gateway <- Slack client
//! ```
//!
//! [`aws`] has the embedded servers, [`slack`] the Slack client and the demo page. The page is both a Slack client and
//! an S3 client, for a browser.

pub mod aws;
mod error;
pub mod slack;
mod stack;

pub use aws::notification::{batch_of, notification_of};
pub use aws::queue::{DeadLetter, Queue};
pub use error::{BoxError, StackError};
pub use stack::{Options, Stack, variables};
