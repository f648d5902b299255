//! The `recompute` Lambda function: sales files in S3 change, and the rankings in DynamoDB follow.
//!
//! ```text
//! event ──> batch (SQS) or rebuild ──> pipeline ──> source:  bucket ──> reader ──> contributions
//!                                          └──────> refresh: contributions ──> sums ──> core ──> reports
//! ```
//!
//! | modules, from the top | responsibility |
//! |---|---|
//! | [`handler`] | dispatches events; warm-up |
//! | [`batch`], [`rebuild`], [`reconcile`] | SQS messages, a listing of the bucket, or what it has and the ledger has not, to keys of sales files; the response |
//! | [`redelivery`] | when failed messages are delivered again |
//! | [`pipeline`] | keys to reports, level by level; deadline, [`isolation`], partial batch failure |
//! | [`source`], [`refresh`] | one sales file to its contributions; contributions to sums, and sums to reports |
//! | [`delayed`] | refreshes of months, quarters and years by a delayed message |
//! | [`migration`] | the ledger of the version before |
//! | [`sales_key`], [`table_format`] | which objects are sales files, and which belong to a Delta or Iceberg table |
//! | [`arrivals`] | when the expected sources came in |
//! | [`upload`], [`failures`] | what the status says about a file, and about what failed |
//! | [`metrics`] | EMF metrics |
//! | [`app`] | settings and clients, which the modules above receive |
//! | [`ledger`], [`member`], [`sums`], [`period_fences`], [`reports`] | access to the two tables, and their keys |
//! | [`fence`] | the protocol under which both tables are written, and why it is correct |
//! | [`bucket`], [`table`], [`event`], [`settings`], [`sources`], [`error`] | S3, DynamoDB, input, configuration, failures |
//!
//! The result does not depend on the order, number or grouping of events; [`fence`] has the argument.

mod app;
mod arrivals;
mod batch;
mod bucket;
mod delayed;
mod error;
mod event;
mod failures;
mod fence;
mod handler;
mod isolation;
mod ledger;
mod member;
mod metrics;
mod migration;
mod period_fences;
mod pipeline;
mod rebuild;
mod reconcile;
mod redelivery;
mod refresh;
mod reports;
mod sales_key;
mod settings;
mod source;
mod sources;
mod sums;
mod table;
mod table_format;
mod upload;

pub use app::Recompute;
pub use event::{Event, Rebuild, Reconcile};
pub use sales_key::{KeyKind, is_marker};
pub use settings::Settings;
pub use sums::stored_contribution;
pub use upload::dry_run;
