//! Recompute: a sales file changes, the rankings follow.
//!
//! ```text
//! event -> batch -> source (bucket -> reader -> ledger) -> refresh (ledger -> reports)
//! ```
//!
//! Nothing here depends on the order, the number or the grouping of events; [`fence`] says why.

mod app;
mod batch;
mod bucket;
mod error;
mod event;
mod fence;
mod ledger;
mod metrics;
mod rebuild;
mod refresh;
mod reports;
mod settings;
mod source;
mod weeks;

pub use app::Recompute;
pub use event::{Event, Rebuild};
pub use settings::Settings;
