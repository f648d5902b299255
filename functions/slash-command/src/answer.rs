//! Answers a query: looks up what it needs, and builds the reply.

use standings_core::{Board, FailedSubject, Failure, Period, Periods, Report, Roster, name};

use crate::command::{Asked, Query, Subject};
use crate::files;
use crate::form::Form;
use crate::lookup::{Identity, LookupError, ReportsTable, UserId};
use crate::outcome::Outcome;
use crate::reply::{self, Context, Message, RankingStyle, Unknown, Who};
use crate::today::Today;

/// A message, and the outcome that it reports.
pub(crate) struct Reply {
    pub(crate) outcome: Outcome,
    pub(crate) message: Message,
}

impl Reply {
    pub(crate) fn new(outcome: Outcome, message: Message) -> Self {
        Self { outcome, message }
    }
}

/// Answers a query of the user in `form`, on the day `today`.
///
/// # Errors
///
/// If something that the reply needs cannot be read. A report that does not exist is not an error: the reply says so.
pub(crate) async fn answer(
    reports: &ReportsTable,
    form: &Form,
    query: &Query,
    today: Today,
    style: RankingStyle,
) -> Result<Reply, LookupError> {
    let command = form.command_name();
    let running = Period::all_of(today.date, today.calendar);
    let running = running.ok_or(LookupError::Internal("today is after the year 2199"))?;
    let context = Context { command: &command, today, running, style, notes: &query.notes };
    let period = match &query.period {
        Asked::Latest => None,
        Asked::At(period) => Some(*period),
        Asked::Invalid(typed) => {
            let message = reply::unknown(&Unknown::Period(typed), query, context);
            return Ok(Reply::new(Outcome::Unknown, message));
        }
    };
    let lookup = Lookup { reports, query, period, context };
    match &query.subject {
        Subject::Help => Ok(Reply::new(Outcome::Help, reply::help(context))),
        Subject::Status => {
            let status = reports.status().await?.unwrap_or_default();
            Ok(Reply::new(Outcome::Status, reply::status(&status, context)))
        }
        Subject::File(name) => file(reports, name.as_deref(), context).await,
        Subject::Periods(kind) => {
            Ok(Reply::new(Outcome::Periods, reply::periods(&reports.periods().await?, *kind, context)))
        }
        Subject::Company => {
            let report = reports.report(&Board::Company, period).await?;
            lookup.show(report, Outcome::Board, &|report| reply::board(report, query, context)).await
        }
        Subject::Teams => {
            let report = reports.report(&Board::Company, period).await?;
            lookup.show(report, Outcome::Teams, &|report| reply::teams(report, query, context)).await
        }
        Subject::Team(typed) => lookup.team(typed).await,
        Subject::Find(typed) => {
            let mut roster = reports.roster(period).await?;
            if let Some(roster) = &mut roster
                && let Some(part) = roster.part_of_name(typed)
            {
                reports.add_part(roster, period, part).await?;
                if roster.find(typed).is_empty() {
                    reports.add_parts(roster, period).await?;
                }
            }
            lookup.show_person(roster, &|roster| reply::find(roster, typed, query, context)).await
        }
        Subject::Me => lookup.me(&form.user_id).await,
        Subject::MeIs(name) => lookup.me_is(&form.user_id, name.as_deref()).await,
    }
}

/// Answers how a file was read: one of those that the status lists, or else an older one by its whole name.
async fn file(reports: &ReportsTable, typed: Option<&str>, context: Context<'_>) -> Result<Reply, LookupError> {
    let status = reports.status().await?.unwrap_or_default();
    let Some(typed) = typed else { return Ok(Reply::new(Outcome::Help, reply::no_file(None, &status, context))) };
    let found = files::find(&status, typed);
    if found.len() > 1 {
        return Ok(Reply::new(Outcome::SeveralNames, reply::several_files(typed, &found, context)));
    }
    let key = found.first().copied().unwrap_or(typed);
    let is_failed = |failure: &&Failure| failure.subject == FailedSubject::File(key.to_owned());
    let failure = status.failures.iter().find(is_failed);
    let listed = status.all_uploads().find(|upload| upload.key == key).cloned();
    let upload = match listed {
        Some(upload) => Some(upload),
        None => reports.file(key.strip_prefix(&status.prefix).unwrap_or(key)).await?,
    };
    Ok(match (upload, failure) {
        (Some(upload), failure) => Reply::new(Outcome::File, reply::file_with(reply::file(&upload), failure, context)),
        (None, Some(failure)) => Reply::new(Outcome::File, reply::unread_file(failure, context)),
        (None, None) => Reply::new(Outcome::Unknown, reply::no_file(Some(typed), &status, context)),
    })
}

/// A query and the means to answer it.
struct Lookup<'a> {
    reports: &'a ReportsTable,
    query: &'a Query,
    /// The period of the query, or `None` for the latest week.
    period: Option<Period>,
    context: Context<'a>,
}

impl Lookup<'_> {
    /// Replies with `message` for a report that has sales, or else that there are no sales.
    async fn show(
        &self,
        report: Option<Report>,
        outcome: Outcome,
        message: &(dyn Fn(&Report) -> Message + Sync),
    ) -> Result<Reply, LookupError> {
        match report {
            Some(report) if !report.entries.is_empty() => Ok(Reply::new(outcome, message(&report))),
            report => self.no_sales(report.as_ref()).await,
        }
    }

    /// Replies with `message` for a roster that has sales, or else that there are no sales.
    async fn show_person(
        &self,
        roster: Option<Roster>,
        message: &(dyn Fn(&Roster) -> Message + Sync),
    ) -> Result<Reply, LookupError> {
        match roster {
            Some(roster) if !roster.report.entries.is_empty() => Ok(Reply::new(Outcome::Person, message(&roster))),
            roster => self.no_sales(roster.map(|roster| roster.report).as_ref()).await,
        }
    }

    /// Replies that there are no sales. `report` is the empty report, if there is one.
    async fn no_sales(&self, report: Option<&Report>) -> Result<Reply, LookupError> {
        // One more read, for the periods that do have sales. Without even a latest report, there are none.
        let periods =
            if report.is_none() && self.period.is_none() { Periods::default() } else { self.reports.periods().await? };
        let message = reply::no_sales(self.period, report, &periods, self.query, self.context);
        Ok(Reply::new(Outcome::NoSales, message))
    }

    /// Replies with the board of the team whose name was typed, or else with the names of the teams.
    async fn team(&self, typed: &str) -> Result<Reply, LookupError> {
        let mut report = match Board::team(typed) {
            Some(board) => self.reports.report(&board, self.period).await?,
            None => None,
        };
        if report.is_none() {
            // The company report has the names of all teams: the typed name may differ from one only in punctuation.
            let company = self.reports.report(&Board::Company, self.period).await?;
            let company = company.filter(|report| !report.entries.is_empty());
            let typed_key = without_punctuation(typed);
            let is_typed = |team: &&String| !typed_key.is_empty() && without_punctuation(team) == typed_key;
            let board = company.as_ref().and_then(|company| Board::team(company.teams.iter().find(is_typed)?));
            let Some(board) = board else {
                if let Some(period) = self.period
                    && let Some(board) = Board::team(typed)
                    && let Some(Report { team, currency, computed_at, .. }) = self.reports.report(&board, None).await?
                {
                    // A team of the latest week, or of the weeks before it, that has no sales in this period.
                    let empty = Report::empty(period, team.as_deref(), &currency, computed_at);
                    return self.no_sales(Some(&empty)).await;
                }
                if company.is_none() && self.period.is_some_and(|period| !matches!(period, Period::Week(_))) {
                    return self.no_sales(None).await;
                }
                let unknown = Unknown::Team(typed, company.as_ref());
                return Ok(Reply::new(Outcome::Unknown, reply::unknown(&unknown, self.query, self.context)));
            };
            report = self.reports.report(&board, self.period).await?;
        }
        self.show(report, Outcome::Board, &|report| reply::board(report, self.query, self.context)).await
    }

    /// Replies with the place of the user. What the user said about themselves takes precedence over the sales files.
    async fn me(&self, user_id: &str) -> Result<Reply, LookupError> {
        let Some(user) = UserId::new(user_id) else { return Ok(self.unknown_asker()) };
        let (mut roster, identity) = self.reports.roster_and_identity(self.period, &user).await?;
        let said = identity.and_then(|identity| identity.name);
        if let Some(roster) = &mut roster {
            let part =
                said.as_ref().map_or_else(|| roster.part_of_user(user.as_str()), |name| roster.part_of_name(name));
            if let Some(part) = part {
                self.reports.add_part(roster, self.period, part).await?;
            }
        }
        let from_sales = roster.as_ref().and_then(|roster| roster.of_user(user.as_str()));
        let Some(name) = said.or_else(|| from_sales.map(|entry| entry.name.clone())) else {
            return Ok(self.unknown_asker());
        };
        self.show_person(roster, &|roster| {
            // The sales may spell the name in another way than the user typed it.
            let entry = roster.report.entries.iter().find(|entry| name::fold(&entry.name) == name::fold(&name));
            let name = entry.map_or(name.as_str(), |entry| entry.name.as_str());
            reply::person(roster, name, Who::Asker, self.query, self.context)
        })
        .await
    }

    /// Stores which salesperson the user is; `None` forgets it.
    async fn me_is(&self, user_id: &str, typed: Option<&str>) -> Result<Reply, LookupError> {
        let Some(user) = UserId::new(user_id) else { return Ok(self.unknown_asker()) };
        let Some(typed) = typed.map(name::clean).filter(|name| !name.is_empty() && !name::is_too_long(name)) else {
            self.reports.put_identity(&user, &Identity::default()).await?;
            return Ok(Reply::new(Outcome::Forgotten, reply::forgotten(self.context)));
        };
        let mut roster = self.reports.roster(None).await?;
        if let Some(roster) = &mut roster
            && let Some(part) = roster.part_of_name(&typed)
        {
            self.reports.add_part(roster, None, part).await?;
        }
        let found = roster.as_ref().map(|roster| roster.find(&typed)).unwrap_or_default();
        let name = match (found.as_slice(), &roster) {
            ([one], _) => one.name.clone(),
            ([_, _, ..], Some(roster)) => {
                let message = reply::several_names(roster, &found, &typed, self.query, self.context);
                return Ok(Reply::new(Outcome::SeveralNames, message));
            }
            _ => typed.into_owned(),
        };
        self.reports.put_identity(&user, &Identity { name: Some(name.clone()) }).await?;
        Ok(Reply::new(Outcome::Remembered, reply::remembered(&name, !found.is_empty(), self.context)))
    }

    fn unknown_asker(&self) -> Reply {
        Reply::new(Outcome::UnknownAsker, reply::unknown_asker(self.context))
    }
}

/// Returns only the letters and digits of a name, so that `R & D`, `r&d` and `R-D` compare equal.
fn without_punctuation(name: &str) -> String {
    name::plain(name).chars().filter(|c| c.is_alphanumeric()).collect()
}
