//! The domain of Standings: weeks, exact decimals, contributions, rankings and reports.
//!
//! Everything here is pure: no AWS, no async runtime, no clock. Callers pass in the current time.
//!
//! # Data flow
//!
//! ```text
//! sales file ──reader──> Contribution, one per Week that the file has rows in      contribution, week, decimal, name
//!                             │  summed by recompute over all files of the week
//!                             ▼
//!                        WeekLedger of a week, and that of the previous week       contribution
//!                             │  WeekReports::compute                              week_reports, ranking, measure
//!                             ▼
//!                        Report of each Board, and the week's Roster               report, entry, board, roster
//!                             │  encoded with a version                            stored
//!                             ▼
//!                        slash-command answers from one of them
//! ```
//!
//! Two more items are kept for the slash command: [`Status`] (the latest [`Upload`]s and their problems) and [`Weeks`]
//! (the list of weeks that have sales). Each module that defines an item of the reports table also defines its key.
//!
//! Modules only import modules above them in this order: `week`, `decimal`, `number`, `name`, `slack_user`; `explanation`,
//! `board`, `contribution` with `people`, `weeks`, `status`, `stored`; `entry`; `measure`; `ranking`, `report`; `roster`;
//! `week_reports`.

pub mod board;
pub mod contribution;
pub mod decimal;
pub mod entry;
pub mod explanation;
pub mod measure;
pub mod name;
pub mod number;
pub mod people;
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
pub use explanation::Explanation;
pub use measure::Measure;
pub use number::PlainNumber;
pub use people::People;
pub use report::Report;
pub use roster::Roster;
pub use status::{FailedSubject, Failure, OtherRows, Outlook, Rejection, SkippedRow, Status, Upload};
pub use stored::DecodeError;
pub use week::{ParseWeekError, Week};
pub use week_reports::WeekReports;
pub use weeks::Weeks;
