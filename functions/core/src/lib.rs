//! The domain of Standings: weeks, exact decimals, contributions, rankings, reports.
//!
//! Everything here is pure. There is no AWS, no runtime and no clock: whoever calls passes in what time it is.
//! Data flows one way: a sales file becomes [`Contribution`]s, one per [`Week`]; the contributions of a week become
//! a [`WeekLedger`]; two of them, this week's and the one before, become the [`Report`]s of the week's [`Board`]s.

pub mod board;
pub mod contribution;
pub mod decimal;
pub mod entry;
pub mod measure;
pub mod name;
pub mod ranking;
pub mod report;
pub mod roster;
pub mod slack_user;
pub mod status;
pub mod stored;
pub mod week;
pub mod week_reports;
pub mod weeks;

pub use board::Board;
pub use contribution::{Contribution, Person, Tally, WeekLedger};
pub use decimal::{Decimal, DecimalStyle, ParseDecimalError};
pub use entry::Entry;
pub use measure::Measure;
pub use report::Report;
pub use roster::Roster;
pub use status::{Rejection, SkippedRow, Status, Upload};
pub use stored::DecodeError;
pub use week::{ParseWeekError, Week};
pub use week_reports::WeekReports;
pub use weeks::Weeks;
