//! The oracle: expected reports, computed from the files in the bucket in the simplest way.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use crate::bucket::Object;
use crate::history::{FUTURE, UPLOAD_DAYS, WEEKS};

/// A row that counts.
#[derive(Clone)]
struct Sale {
    week: &'static str,
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
    /// Week of each skipped row.
    skipped: Vec<&'static str>,
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
        for week in self.weeks() {
            keys.extend([format!("{week}#company"), format!("{week}#roster")]);
            keys.extend(self.boards(week).into_iter().map(|board| format!("{week}#team#{board}")));
        }
        if let Some(latest) = self.latest() {
            keys.extend(["latest#company".to_owned(), "latest#roster".to_owned()]);
            keys.extend(self.boards(latest).into_iter().map(|board| format!("latest#team#{board}")));
        }
        if !self.files.is_empty() {
            keys.extend(["weeks".to_owned(), "status".to_owned()]);
        }
        keys
    }

    /// Returns the expected item with this key.
    pub(crate) fn item(&self, key: &str) -> Lines {
        match key.split_once('#') {
            Some(("latest", board)) => self.latest().map_or_else(|| nothing(None), |week| self.report(week, board)),
            Some((week, board)) => self.report(WEEKS.iter().find(|(known, _)| *known == week).unwrap().0, board),
            None if key == "weeks" => self.week_list(),
            None => self.status(),
        }
    }

    /// Returns the weeks with sales, skipped rows or rejected files.
    fn weeks(&self) -> BTreeSet<&'static str> {
        let of_rows = self.files.iter().flat_map(|file| file.sales.iter().map(|sale| sale.week));
        let skipped = self.files.iter().flat_map(|file| file.skipped.iter().copied());
        let rejected = self.files.iter().filter(|file| file.rejected).map(Counted::week_of_upload);
        of_rows.chain(skipped).chain(rejected).collect()
    }

    fn latest(&self) -> Option<&'static str> {
        let weeks = self.files.iter().flat_map(|file| file.sales.iter().map(|sale| sale.week));
        weeks.filter(|week| *week != FUTURE).max()
    }

    fn sales(&self, week: &str) -> impl Iterator<Item = &Sale> {
        self.files.iter().flat_map(|file| &file.sales).filter(move |sale| sale.week == week)
    }

    /// Returns the team boards of a week.
    fn boards(&self, week: &str) -> BTreeSet<String> {
        self.sales(week).filter(|sale| !sale.team.is_empty()).map(|sale| sale.team.to_lowercase()).collect()
    }

    fn report(&self, week: &'static str, board: &str) -> Lines {
        let board = board.strip_prefix("team#");
        if board.is_some_and(|board| !self.boards(week).contains(board)) {
            return nothing(Some(week));
        }
        let before = WEEKS.iter().take_while(|(known, _)| *known != week).last();
        let before = before.filter(|_| week != FUTURE).map_or("", |(week, _)| week);
        let (now, then) = (self.ranked(week, board), self.ranked(before, board));
        let sum = |ranked: &[Line]| ranked.iter().map(|line| line.amount).sum::<i128>();
        let shown = |board: &String| {
            let names = self.sales(week).map(|sale| &sale.team).filter(|team| team.to_lowercase() == *board);
            names.min().cloned().unwrap()
        };
        let files = self.files.iter().filter(|file| file.sales.iter().any(|sale| sale.week == week)).count();
        let rejected = self.files.iter().filter(|file| file.rejected && file.week_of_upload() == week).count();
        let skipped = self.files.iter().flat_map(|file| &file.skipped).filter(|skipped| **skipped == week).count();
        let mut lines = vec![
            format!("week {week}"),
            format!("total {} before {}", sum(&now), sum(&then)),
            format!("people {} files {files} rejected {rejected}", now.len()),
            format!("rows {} skipped {skipped}", self.sales(week).count()),
            format!("teams {:?}", self.boards(week).iter().map(shown).collect::<Vec<_>>()),
        ];
        for line in now {
            let rank_then =
                then.iter().find(|other| identity(&other.name) == identity(&line.name)).map(|other| other.rank);
            let Line { rank, name, team, amount, deals, units } = line;
            lines.push(format!("{rank} {name} {team:?} {amount} {deals} {units} before {rank_then:?}"));
        }
        lines
    }

    fn ranked(&self, week: &str, board: Option<&str>) -> Vec<Line> {
        let on_board = |sale: &&Sale| board.is_none_or(|board| sale.team.to_lowercase() == board);
        let sales: Vec<&Sale> = self.sales(week).filter(on_board).collect();
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
                name: self.displayed(week, person),
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

    /// Returns the spelling of a person that most rows of the week have, on whatever board.
    fn displayed(&self, week: &str, person: &str) -> String {
        let mut rows: BTreeMap<&str, usize> = BTreeMap::new();
        for sale in self.sales(week).filter(|sale| identity(&sale.name) == person) {
            *rows.entry(&sale.name).or_default() += 1;
        }
        let most = rows.values().max().copied();
        rows.into_iter().find(|(_, count)| Some(*count) == most).unwrap().0.to_owned()
    }

    fn week_list(&self) -> Lines {
        let weeks = WEEKS.iter().rev().map(|(week, _)| *week).filter(|week| *week != FUTURE);
        weeks
            .filter(|week| self.sales(week).next().is_some())
            .map(|week| format!("{week} {}", self.sales(week).map(|sale| sale.amount).sum::<i128>()))
            .collect()
    }

    fn status(&self) -> Lines {
        let mut files: Vec<&Counted> = self.files.iter().collect();
        files.sort_by_key(|file| (Reverse(file.uploaded_at), &file.key));
        let line = |file: &&Counted| {
            let weeks: BTreeSet<&str> = file.sales.iter().map(|sale| sale.week).collect();
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

/// Returns an empty report, without its week if that is `None`.
fn nothing(week: Option<&str>) -> Lines {
    let mut lines: Lines = week.map(|week| format!("week {week}")).into_iter().collect();
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
            let week = WEEKS.iter().find(|(_, days)| days.contains(&date)).unwrap().0;
            let Ok(amount) = amount.parse::<i128>() else {
                skipped.push(week);
                continue;
            };
            let units = units.parse().unwrap();
            let sale = Sale { week, name: displayed(name), team: team.to_owned(), amount, units };
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

    fn week_of_upload(&self) -> &'static str {
        let day = jiff::Timestamp::from_second(self.uploaded_at.try_into().unwrap()).unwrap().to_string();
        let at = UPLOAD_DAYS.iter().position(|known| day.starts_with(known)).unwrap();
        WEEKS[at].0
    }
}
