//! The domain of Standings: weeks, exact decimals, contributions, rankings and reports.
//!
//! Everything here is pure: no AWS, no async runtime, no clock. Callers pass in the current time.
//!
//! # Data flow
//!
//! ```text
//! sales file ──reader──> Contribution, one per Segment that the file has rows in   contribution, segment, decimal, name
//!                             │  summed by recompute over all files of a segment,
//!                             │  and over all segments of a period
//!                             ▼
//!                        LedgerSum of a Period, and that of the previous one       contribution, period
//!                             │  PeriodReports::compute                            period_reports, ranking, measure
//!                             ▼
//!                        Report of each Board, and the period's Roster             report, entry, board, roster
//!                             │  encoded with a version                            stored
//!                             ▼
//!                        slash-command answers from one of them
//! ```
//!
//! Two more items are kept for the slash command: [`Status`] (the latest [`Upload`]s and their problems) and [`Periods`]
//! (the list of periods that have sales). Each module that defines an item of the reports table also defines its key.
//!
//! Modules only import modules above them in this order: `week`, `month`, `decimal`, `number`, `name`, `slack_user`;
//! `segment`, `fiscal`; `period`; `expected`, `explanation`, `board`, `contribution` with `people`, `periods`, `status`, `stored`;
//! `entry`; `measure`; `ranking`, `report`; `roster`; `period_reports`.

mod adding;
pub mod board;
pub mod contribution;
pub mod decimal;
pub mod entry;
pub mod expected;
pub mod explanation;
pub mod fiscal;
pub mod measure;
pub mod month;
pub mod name;
pub mod number;
pub mod people;
pub mod period;
pub mod period_reports;
pub mod periods;
pub mod ranking;
pub mod report;
pub mod roster;
pub mod segment;
pub mod slack_user;
pub mod status;
pub mod stored;
pub mod week;

pub use adding::StoredSum;
pub use board::Board;
pub use contribution::{Contribution, LedgerSum, Person, Tally};
pub use decimal::{Decimal, DecimalStyle, ParseDecimalError};
pub use entry::Entry;
pub use expected::{Every, Expected, ExpectedSources};
pub use explanation::Explanation;
pub use fiscal::{FiscalCalendar, FiscalYearName};
pub use measure::Measure;
pub use month::{Month, ParseMonthError};
pub use number::PlainNumber;
pub use people::People;
pub use period::{ParsePeriodError, Period, PeriodKind};
pub use period_reports::PeriodReports;
pub use periods::Periods;
pub use report::{Report, SoFar};
pub use roster::{Roster, RosterPart};
pub use segment::{ParseSegmentError, Segment};
pub use status::{FailedSubject, Failure, OtherRows, Outlook, Rejection, SkippedRow, Status, Upload};
pub use stored::DecodeError;
pub use week::{ParseWeekError, Week};
