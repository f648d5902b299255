//! The oracle: expected reports, computed from the files in the bucket in the simplest way.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use standings_core::{FiscalCalendar, FiscalYearName, Period, PeriodKind, Segment};

use crate::bucket::Object;
use crate::history::{FISCAL_YEAR_START, FUTURE, UPLOAD_DAYS};

/// A row that counts.
#[derive(Clone)]
struct Sale {
    day: Date,
    name: String,
    team: String,
    amount: i128,
    units: i128,
}

/// A file as it should be ingested.
struct Counted {
    key: String,
    uploaded_at: u64,
    sales: Vec<Sale>,
    /// Day of each skipped row.
    skipped: Vec<Date>,
    rejected: bool,
}

/// The expected contents of the reports table.
pub(crate) struct Oracle {
    files: Vec<Counted>,
}

/// An item of the reports table as text, for comparison.
pub(crate) type Lines = Vec<String>;

impl Oracle {
    pub(crate) fn of(objects: &[Object]) -> Self {
        Self { files: objects.iter().map(Counted::of).collect() }
    }

    /// Returns the keys of all items that must exist.
    pub(crate) fn keys(&self) -> BTreeSet<String> {
        let mut keys = BTreeSet::new();
        for period in self.days().into_iter().flat_map(periods) {
            keys.extend([format!("{period}#company"), format!("{period}#roster")]);
            keys.extend(self.boards(period).into_iter().map(|board| format!("{period}#team#{board}")));
            keys.extend(self.boards(period).first().map(|_| format!("{period}#teams")));
        }
        if let Some(latest) = self.latest() {
            keys.extend(["latest#company".to_owned(), "latest#roster".to_owned()]);
            keys.extend(self.boards(latest).into_iter().map(|board| format!("latest#team#{board}")));
            keys.extend(self.boards(latest).first().map(|_| "latest#teams".to_owned()));
        }
        if !self.files.is_empty() {
            keys.extend(["periods".to_owned(), "status".to_owned()]);
        }
        keys
    }

    /// Returns the expected item with this key.
    pub(crate) fn item(&self, key: &str) -> Lines {
        match key.split_once('#') {
            Some(("latest", board)) => self.latest().map_or_else(|| nothing(None), |week| self.report(week, board)),
            Some((period, board)) => self.report(period.parse().unwrap(), board),
            None if key == "periods" => self.period_list(),
            None => self.status(),
        }
    }

    /// Returns the days with sales, skipped rows or rejected files.
    fn days(&self) -> BTreeSet<Date> {
        let of_rows = self.files.iter().flat_map(|file| file.sales.iter().map(|sale| sale.day));
        let skipped = self.files.iter().flat_map(|file| file.skipped.iter().copied());
        let rejected = self.files.iter().filter(|file| file.rejected).map(Counted::day_of_upload);
        of_rows.chain(skipped).chain(rejected).collect()
    }

    /// Returns the periods of a kind that have sales and have begun, latest first.
    fn with_sales(&self, kind: PeriodKind) -> Vec<Period> {
        let days = self.files.iter().flat_map(|file| file.sales.iter().map(|sale| sale.day));
        let past = days.filter(|day| !is_future(*day));
        let found: BTreeSet<Period> = past.filter_map(|day| Period::of(kind, day, calendar())).collect();
        found.into_iter().rev().collect()
    }

    fn latest(&self) -> Option<Period> {
        self.with_sales(PeriodKind::Week).first().copied()
    }

    fn sales(&self, period: Period) -> impl Iterator<Item = &Sale> {
        self.files.iter().flat_map(|file| &file.sales).filter(move |sale| period.contains(sale.day))
    }

    /// Returns the team boards of a period.
    fn boards(&self, period: Period) -> BTreeSet<String> {
        self.sales(period).filter(|sale| !sale.team.is_empty()).map(|sale| sale.team.to_lowercase()).collect()
    }

    fn report(&self, period: Period, board: &str) -> Lines {
        let is_of_teams = board == "teams";
        let board = board.strip_prefix("team#");
        let boards = self.boards(period);
        if board.is_some_and(|board| !boards.contains(board)) || (is_of_teams && boards.is_empty()) {
            return nothing(Some(period));
        }
        let ranked = |period| if is_of_teams { self.ranked_teams(period) } else { self.ranked(period, board) };
        let (now, then) = (ranked(period), ranked(period.previous()));
        let sum = |ranked: &[Line]| ranked.iter().map(|line| line.amount).sum::<i128>();
        // A file counts in each segment of the period; the segment with the most has the number.
        let files_of = |segment: Segment| {
            let has_sales = |file: &&Counted| file.sales.iter().any(|sale| Segment::of_date(sale.day) == Some(segment));
            self.files.iter().filter(has_sales).count()
        };
        let files = period.segments().map(files_of).max().unwrap_or(0);
        let rejected = self.files.iter().filter(|file| file.rejected && period.contains(file.day_of_upload())).count();
        let skipped = self.files.iter().flat_map(|file| &file.skipped).filter(|day| period.contains(**day)).count();
        // The ranking of the teams is of their names.
        let named: Vec<String> = boards.iter().map(|board| self.shown(period, board)).collect();
        let teams_named = if is_of_teams { Vec::new() } else { named };
        let mut lines = vec![
            format!("period {period}"),
            format!("total {} before {}", sum(&now), sum(&then)),
            format!("people {} files {files} rejected {rejected}", now.len()),
            format!("rows {} skipped {skipped}", self.sales(period).count()),
            format!("teams {teams_named:?}"),
        ];
        for line in now {
            let rank_then =
                then.iter().find(|other| identity(&other.name) == identity(&line.name)).map(|other| other.rank);
            let Line { rank, name, team, amount, deals, units } = line;
            lines.push(format!("{rank} {name} {team:?} {amount} {deals} {units} before {rank_then:?}"));
        }
        lines
    }

    /// Returns the display name of a team.
    fn shown(&self, period: Period, board: &str) -> String {
        let names = self.sales(period).map(|sale| &sale.team).filter(|team| team.to_lowercase() == *board);
        names.min().cloned().unwrap()
    }

    fn ranked_teams(&self, period: Period) -> Vec<Line> {
        let boards = self.boards(period);
        let own =
            |board: &str| self.sales(period).filter(move |sale| sale.team.to_lowercase() == board).collect::<Vec<_>>();
        let amount = |board: &String| own(board).iter().map(|sale| sale.amount).sum::<i128>();
        let line = |board: &String| Line {
            rank: 1 + boards.iter().filter(|other| amount(other) > amount(board)).count(),
            name: self.shown(period, board),
            team: String::new(),
            amount: amount(board),
            deals: own(board).len(),
            units: own(board).iter().map(|sale| sale.units).sum(),
        };
        let mut lines: Vec<Line> = boards.iter().map(line).collect();
        lines.sort_by_key(|line| (line.rank, line.name.clone()));
        lines
    }

    fn ranked(&self, period: Period, board: Option<&str>) -> Vec<Line> {
        let on_board = |sale: &&Sale| board.is_none_or(|board| sale.team.to_lowercase() == board);
        let sales: Vec<&Sale> = self.sales(period).filter(on_board).collect();
        let people: BTreeSet<String> = sales.iter().map(|sale| identity(&sale.name)).collect();
        let of = |person: &str| sales.iter().filter(|sale| identity(&sale.name) == *person).collect::<Vec<_>>();
        let amount = |person: &str| of(person).iter().map(|sale| sale.amount).sum::<i128>();
        let line = |person: &String| {
            let own = of(person);
            let mut teams: BTreeMap<&str, i128> = BTreeMap::new();
            for sale in &own {
                *teams.entry(&sale.team).or_default() += sale.amount;
            }
            // On the company board the team with the highest amount, and a team rather than none in a tie. On a team's
            // board the first spelling of its name.
            let by_amount = |(team, amount): &(&&str, &i128)| (Reverse(**amount), team.is_empty(), (**team).to_owned());
            let team = match board {
                None => teams.iter().min_by_key(by_amount).map(|(team, _)| *team),
                Some(_) => teams.keys().next().copied(),
            };
            Line {
                rank: 1 + people.iter().filter(|other| amount(other) > amount(person)).count(),
                name: self.displayed(period, person),
                team: team.unwrap_or_default().to_owned(),
                amount: amount(person),
                deals: own.len(),
                units: own.iter().map(|sale| sale.units).sum(),
            }
        };
        let mut lines: Vec<Line> = people.iter().map(line).collect();
        lines.sort_by_key(|line| (line.rank, line.name.clone()));
        lines
    }

    /// Returns the spelling of a person that most rows of the period have, on whatever board.
    fn displayed(&self, period: Period, person: &str) -> String {
        let mut rows: BTreeMap<&str, usize> = BTreeMap::new();
        for sale in self.sales(period).filter(|sale| identity(&sale.name) == person) {
            *rows.entry(&sale.name).or_default() += 1;
        }
        let most = rows.values().max().copied();
        rows.into_iter().find(|(_, count)| Some(*count) == most).unwrap().0.to_owned()
    }

    fn period_list(&self) -> Lines {
        let periods = PeriodKind::ALL.into_iter().flat_map(|kind| self.with_sales(kind));
        let total = |period| self.sales(period).map(|sale| sale.amount).sum::<i128>();
        periods.map(|period| format!("{period} {}", total(period))).collect()
    }

    fn status(&self) -> Lines {
        let mut files: Vec<&Counted> = self.files.iter().collect();
        files.sort_by_key(|file| (Reverse(file.uploaded_at), &file.key));
        let line = |file: &&Counted| {
            let weeks = file.sales.iter().filter_map(|sale| Period::of(PeriodKind::Week, sale.day, calendar()));
            let weeks: BTreeSet<Period> = weeks.collect();
            let weeks =
                weeks.first().zip(weeks.last()).map_or(String::new(), |(first, last)| format!("{first} {last}"));
            let Counted { key, uploaded_at, sales, skipped, rejected, .. } = file;
            let (rows, skipped) = if *rejected { (0, 0) } else { (sales.len(), skipped.len()) };
            format!("{key} {uploaded_at} [{weeks}] rows {rows} skipped {skipped} rejected {rejected}")
        };
        let problems = files.iter().filter(|file| file.rejected || !file.skipped.is_empty());
        files.iter().map(line).chain(problems.map(line).map(|line| format!("problem {line}"))).collect()
    }
}

fn calendar() -> FiscalCalendar {
    FiscalCalendar::new(FISCAL_YEAR_START, FiscalYearName::End).unwrap()
}

/// Returns the week, month, quarter and year of a day.
fn periods(day: Date) -> [Period; 4] {
    Period::all_of(day, calendar()).unwrap()
}

fn is_future(day: Date) -> bool {
    day.to_string().starts_with(FUTURE)
}

/// Returns an empty report, without its period if that is `None`.
fn nothing(period: Option<Period>) -> Lines {
    let mut lines: Lines = period.map(|period| format!("period {period}")).into_iter().collect();
    lines
        .extend(["total 0 before 0", "people 0 files 0 rejected 0", "rows 0 skipped 0", "teams []"].map(str::to_owned));
    lines
}

/// Returns a name as it is displayed.
fn displayed(name: &str) -> String {
    name.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Returns what all spellings of a name in a history have in common.
fn identity(name: &str) -> String {
    name.to_lowercase().chars().filter(|c| c.is_alphabetic()).collect()
}

/// An entry of a ranking.
struct Line {
    rank: usize,
    name: String,
    team: String,
    amount: i128,
    deals: usize,
    units: i128,
}

impl Counted {
    fn of(object: &Object) -> Self {
        let (mut sales, mut skipped) = (Vec::new(), Vec::new());
        let mut named: BTreeMap<&str, Sale> = BTreeMap::new();
        let mut rejected = !object.text.starts_with("sale_id,") && !object.text.starts_with("sold_at,");
        for line in object.text.lines().skip(1).filter(|_| !rejected) {
            let [id, date, name, team, amount, units] = line.split(',').collect::<Vec<_>>()[..] else {
                panic!("{line}")
            };
            let day: Date = date.parse().unwrap();
            let Ok(amount) = amount.parse::<i128>() else {
                skipped.push(day);
                continue;
            };
            let units = units.parse().unwrap();
            let sale = Sale { day, name: displayed(name), team: team.to_owned(), amount, units };
            if id.is_empty() {
                sales.push(sale);
            } else {
                named.insert(id, sale);
            }
        }
        sales.extend(named.into_values());
        if skipped.len() > sales.len() {
            rejected = true;
        }
        // Within a file, a team has one spelling.
        let teams: BTreeSet<String> = sales.iter().map(|sale| sale.team.clone()).collect();
        for sale in &mut sales {
            let mut same = teams.iter().filter(|team| team.to_lowercase() == sale.team.to_lowercase());
            sale.team.clone_from(same.next().unwrap());
        }
        if rejected {
            sales.clear();
            skipped.clear();
        }
        Self { key: object.key.clone(), uploaded_at: object.uploaded_at, sales, skipped, rejected }
    }

    fn day_of_upload(&self) -> Date {
        let time = jiff::Timestamp::from_second(self.uploaded_at.try_into().unwrap()).unwrap().to_string();
        UPLOAD_DAYS.iter().find(|known| time.starts_with(**known)).unwrap().parse().unwrap()
    }
}
