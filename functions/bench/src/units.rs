//! Capacity units of DynamoDB that an upload takes, as formulas of what a week holds.
//!
//! The sizes in the formulas are those of made-up people and teams in their stored forms. A test compares the formulas with
//! the units that the embedded DynamoDB counts.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use standings_core::period_reports::{Computation, PeriodReports};
use standings_core::{Board, Contribution, Decimal, LedgerSum, Period, PeriodKind, Person, Segment, Tally};
use standings_local::BoxError;
use standings_recompute::stored_contribution;

/// Shards of a segment.
const SHARDS: f64 = 64.0;

/// Segments of a period on average: a year of 365.25 days has 52.18 weeks, and 12 borders of months, 6 out of 7 of them within a week.
fn segments(kind: PeriodKind) -> f64 {
    const YEAR: f64 = 62.5;
    match kind {
        PeriodKind::Week => YEAR / 52.18,
        PeriodKind::Month => YEAR / 12.0,
        PeriodKind::Quarter => YEAR / 4.0,
        PeriodKind::Year => YEAR,
    }
}

/// Bytes of the record of an upload, in the ledger and for `/standings file`: mostly the sentences on how it was read.
const UPLOAD_BYTES: f64 = 500.0;

/// Uploads that the status lists.
const LISTED_UPLOADS: f64 = 20.0;

/// Bytes of a period in the list of periods.
const PERIOD_BYTES: f64 = 30.0;

/// Uploads that the status looks at.
const STATUS_UPLOADS: f64 = 100.0;

/// Bytes of a member in a fence: the name of a team.
const MEMBER_BYTES: f64 = 14.0;

/// Kinds of periods.
const KINDS: f64 = 4.0;

/// What a week holds.
#[derive(Clone, Copy, Debug)]
pub struct Week {
    /// Files with sales in it.
    pub files: u32,
    /// Salespeople.
    pub people: u32,
    /// Salespeople in one file.
    pub people_per_file: u32,
    /// Teams.
    pub teams: u32,
    /// Periods with sales in the list of periods: at most 100.
    pub periods: u32,
}

/// Capacity units.
#[derive(Clone, Copy, Debug, Default)]
pub struct Units {
    /// Read units: 4 KB, strongly consistent.
    pub read: f64,
    /// Write units: 1 KB.
    pub written: f64,
}

impl std::ops::Add for Units {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { read: self.read + other.read, written: self.written + other.written }
    }
}

impl std::ops::Mul<f64> for Units {
    type Output = Self;

    fn mul(self, times: f64) -> Self {
        Self { read: self.read * times, written: self.written * times }
    }
}

/// The number of shards that have at least one of so many files.
fn shards_of(files: f64) -> f64 {
    SHARDS * (1.0 - (1.0 - 1.0 / SHARDS).powf(files))
}

/// A write of an item with this many bytes.
fn write(bytes: f64) -> Units {
    Units { written: (bytes / 1024.0).ceil().max(1.0), read: 0.0 }
}

/// A strongly consistent read of items with this many bytes together.
fn read(bytes: f64) -> Units {
    Units { read: (bytes / 4096.0).ceil().max(1.0), written: 0.0 }
}

/// The sizes of what is stored of a week, in bytes.
#[derive(Clone, Copy, Debug)]
pub struct Sizes {
    week: Week,
    /// What one file contributes.
    contribution: f64,
    /// The sum of a shard with one file for each 64 of the week.
    shard: f64,
    /// The sum of the segment.
    segment: f64,
    /// The report of the company.
    company: f64,
    /// The ranking of the teams.
    ranking_of_teams: f64,
    /// The report of a team.
    team: f64,
    roster: f64,
}

impl Sizes {
    /// Encodes a week of made-up people and measures it.
    ///
    /// # Errors
    ///
    /// If it cannot be encoded.
    pub fn of(week: Week) -> Result<Self, BoxError> {
        let segment: Segment = "2026-11-16".parse()?;
        // People of files that are drawn by chance: so many of all are in at least one file of a shard.
        let (people, each) = (f64::from(week.people), f64::from(week.people_per_file.min(week.people)));
        let files_of_shard = (f64::from(week.files) / SHARDS).max(1.0);
        let people_of_shard = people * (1.0 - (1.0 - each / people).powf(files_of_shard));
        let sum = contribution(week.people, week.teams, segment);
        let stored = |contribution: Contribution| -> Result<f64, BoxError> {
            let items = stored_contribution("sales/2026/11/an export.csv", segment, contribution)?;
            Ok(items.iter().map(bytes).sum())
        };
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most the number of people")]
        let shard = contribution(people_of_shard.round() as u32, week.teams, segment);
        let of = Computation {
            period: Period::Week(segment.week()),
            currency: "USD",
            today: segment.first_day(),
            computed_at: Timestamp::UNIX_EPOCH,
            is_migrating: false,
        };
        let sum_of_period = LedgerSum { total: sum.clone(), files: week.files, rejected_files: 0 };
        let PeriodReports { boards, roster } = PeriodReports::compute(of, &sum_of_period, &sum_of_period);
        let mut sizes = Vec::new();
        for (board, report) in &boards {
            sizes.push((board, length(report.encode()?.len())));
        }
        let of = |board: &Board| sizes.iter().find(|(other, _)| *other == board).map_or(0.0, |(_, size)| *size);
        let teams: Vec<f64> =
            sizes.iter().filter(|(board, _)| matches!(board, Board::Team(_))).map(|(_, size)| *size).collect();
        let team = if teams.is_empty() { 0.0 } else { teams.iter().sum::<f64>() / length(teams.len()) };
        let roster = roster.encode_all()?.iter().map(|part| length(part.len())).sum();
        Ok(Self {
            week,
            contribution: stored(contribution(week.people_per_file, week.teams.min(3), segment))?,
            shard: stored(shard)?,
            segment: stored(sum)?,
            company: of(&Board::Company),
            ranking_of_teams: of(&Board::Teams),
            team,
            roster,
        })
    }

    /// Bytes that the tables keep of the week: its contributions, sums, reports and records of uploads.
    #[must_use]
    pub fn stored(&self) -> f64 {
        let files = f64::from(self.week.files);
        let reports = self.company + self.ranking_of_teams + self.team * f64::from(self.week.teams) + self.roster;
        let sums = self.shard * shards_of(files) + self.segment;
        // A third more for the reports of months, quarters and years.
        files * (self.contribution + UPLOAD_BYTES * 2.0) + sums + reports * 4.0 / 3.0
    }

    /// Bytes of the contributions of one shard.
    fn contributions_of_shard(&self) -> f64 {
        self.contribution * (f64::from(self.week.files) / SHARDS).max(1.0)
    }

    /// Writes of all boards and the roster.
    fn boards(&self) -> Units {
        write(self.company)
            + write(self.ranking_of_teams)
            + write(self.team) * f64::from(self.week.teams)
            + write(self.roster)
    }

    /// The fence of a period, which names its teams.
    fn fence(&self) -> f64 {
        150.0 + MEMBER_BYTES * f64::from(self.week.teams)
    }

    /// Units of an invocation that ingests `files` files of the running week, without the delayed refreshes of longer
    /// periods.
    #[must_use]
    pub fn upload(&self, files: f64) -> Units {
        // The claim; the contribution; the upload in the ledger and for `/standings file`; members and the record of the
        // version before.
        let file = write(0.0) * 2.0 + write(self.contribution) + write(UPLOAD_BYTES) * 2.0 + read(UPLOAD_BYTES);
        let shard = write(0.0) + read(self.contributions_of_shard()) + write(self.shard);
        let sums = read(self.shard * shards_of(f64::from(self.week.files)));
        let segment = write(0.0) + sums + write(self.segment);
        // Months, quarters and years, those after them, which are compared with them, and what is noted for the message.
        let wanted = write(0.0) * 9.0;
        file * files
            + shard * shards_of(files)
            + segment
            + self.refresh(PeriodKind::Week)
            + wanted
            + self.latest_and_status()
    }

    /// Units of the refresh of a running period, which is half over on average.
    #[must_use]
    pub fn refresh(&self, kind: PeriodKind) -> Units {
        let sums = read(self.segment * segments(kind) * 1.5);
        let (claim, total) = (write(self.fence()), write(self.fence()));
        claim + sums + self.boards() + total
    }

    /// Units of the delayed refreshes of a month, a quarter and a year in one invocation.
    #[must_use]
    pub fn longer_periods(&self) -> Units {
        let kinds = [PeriodKind::Month, PeriodKind::Quarter, PeriodKind::Year];
        let refreshes = kinds.into_iter().fold(Units::default(), |sum, kind| sum + self.refresh(kind));
        refreshes + write(0.0) * 3.0 + self.latest_and_status()
    }

    /// Units of the copies of the latest reports, the list of periods, and the status.
    fn latest_and_status(&self) -> Units {
        let reports = read(self.company)
            + read(self.ranking_of_teams)
            + read(self.team) * f64::from(self.week.teams)
            + read(self.roster);
        let periods = f64::from(self.week.periods);
        let lists = read(periods / KINDS * self.fence()) * KINDS;
        let latest = write(self.fence()) + lists + reports + self.boards() + write(PERIOD_BYTES * periods);
        let looked_at = f64::from(self.week.files).min(STATUS_UPLOADS);
        let status = write(300.0) + read(UPLOAD_BYTES * looked_at) + read(0.0) * 3.0 + read(self.company);
        latest + status + write(UPLOAD_BYTES * LISTED_UPLOADS.min(looked_at))
    }
}

#[allow(clippy::cast_precision_loss, reason = "sizes of items, far below 2^52")]
fn length(length: usize) -> f64 {
    length as f64
}

/// Bytes of an item, with the names of its attributes.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html>
fn bytes(item: &std::collections::HashMap<String, AttributeValue>) -> f64 {
    let value = |value: &AttributeValue| match value {
        AttributeValue::B(blob) => blob.as_ref().len(),
        AttributeValue::S(text) | AttributeValue::N(text) => text.len(),
        _ => 1,
    };
    length(item.iter().map(|(name, attribute)| name.len() + value(attribute)).sum())
}

/// What made-up people sold in a segment.
#[must_use]
pub fn contribution(people: u32, teams: u32, segment: Segment) -> Contribution {
    let mut contribution = Contribution { rows: u64::from(people) * 4, ..Contribution::default() };
    for person in 0..people {
        let amount = Decimal::from_ten_thousandths(i128::from(scattered(person) % 90_000_000) * 100);
        let team = team(person % teams.max(1));
        let tally = Tally { amount, deals: u64::from(person % 9 + 1), ..Tally::default() };
        contribution.add_to_day(segment.first_day(), &team, amount);
        let sums = Person { deals: tally.deals, teams: BTreeMap::from([(team, tally)]), ..Person::default() };
        contribution.people.add(&name(person), 1, sums);
    }
    contribution
}

/// A name as long and as varied as names are.
#[must_use]
pub fn name(person: u32) -> String {
    const FIRST: [&str; 16] = [
        "Ana",
        "Boris",
        "Chandra",
        "Dolores",
        "Emil",
        "Fatima",
        "Giulia",
        "Henrik",
        "Imani",
        "Jun",
        "Katarzyna",
        "Liam",
        "Mateo",
        "Noor",
        "Olena",
        "Priya",
    ];
    const LAST: [&str; 20] = [
        "al", "ber", "cos", "dar", "en", "fis", "gra", "hol", "im", "jor", "ka", "li", "mor", "ne", "os", "per", "qui",
        "ros", "son", "tev",
    ];
    let part =
        |list: &[&str], number: u32| list.get(number as usize % list.len()).copied().unwrap_or_default().to_owned();
    let other = scattered(person);
    let last = part(&LAST, other) + &part(&LAST, other / 20) + &part(&LAST, person / 16);
    let number = person / 320;
    let number = if number == 0 { String::new() } else { number.to_string() };
    format!("{} {}{number}", part(&FIRST, person), capitalized(&last))
}

/// The name of a team.
#[must_use]
pub fn team(number: u32) -> String {
    format!("Region {number}")
}

fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// A number that looks as if drawn by chance, always the same for the same input.
fn scattered(number: u32) -> u32 {
    number.wrapping_add(1).wrapping_mul(2_654_435_761).rotate_left(13).wrapping_mul(2_246_822_519)
}
