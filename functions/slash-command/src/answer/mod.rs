//! Answers a query: looks up what it needs, and builds the reply.

mod boards;
mod people;

use standings_core::{Board, FailedSubject, Failure, Period, Periods, Report, Roster};

use crate::command::{Asked, DEFAULT_ROWS, Name, Note, Part, Query, Subject};
use crate::download::Downloads;
use crate::files;
use crate::form::Form;
use crate::freshness::Source;
use crate::lookup::{LookupError, ReportsTable};
use crate::outcome::Outcome;
use crate::reply::{self, Context, Message, RankingStyle, Unknown};
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

    /// Says which of the expected sources are late, where sales are shown; of the status, all of them.
    pub(crate) fn with_sources(self, sources: &[Source]) -> Self {
        let Self { outcome, message } = self;
        let message = match outcome {
            Outcome::Status => reply::with_sources(message, sources),
            _ if outcome.is_shareable() || outcome == Outcome::NoSales => reply::with_late(message, sources),
            _ => message,
        };
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
    downloads: Option<Downloads<'_>>,
) -> Result<Reply, LookupError> {
    let command = form.command_name();
    let running = Period::all_of(today.date, today.calendar);
    let running = running.ok_or(LookupError::Internal("today is after the year 2199"))?;
    let style = if query.wide && style == RankingStyle::Text { RankingStyle::Wide } else { style };
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
    if query.part == Part::File && query.subject.is_of_sales() {
        return lookup.csv(downloads).await;
    }
    match &query.subject {
        Subject::Help => Ok(Reply::new(Outcome::Help, reply::help(context))),
        Subject::Status => {
            let status = reports.status().await?.unwrap_or_default();
            Ok(Reply::new(Outcome::Status, reply::status(&status, context)))
        }
        Subject::File(name) => file(reports, name.as_deref(), context).await,
        Subject::Periods(kind) => {
            // The default is that of a ranking.
            let rows = if query.rows == DEFAULT_ROWS { usize::MAX } else { query.rows };
            Ok(Reply::new(Outcome::Periods, reply::periods(&reports.periods().await?, *kind, rows, context)))
        }
        Subject::Company => lookup.company().await,
        Subject::Teams => lookup.teams(&[]).await,
        Subject::Named(name) => lookup.named(name).await,
        Subject::Find(typed) => lookup.find(typed).await,
        Subject::User(id, _) if *id == form.user_id => lookup.me(&form.user_id).await,
        Subject::User(id, name) => lookup.user(id, name.as_deref()).await,
        Subject::Me => lookup.me(&form.user_id).await,
        Subject::MyTeam => lookup.my_team(&form.user_id).await,
        Subject::Versus(sides) => lookup.versus(&form.user_id, sides).await,
        Subject::MeIs(introduction) => lookup.me_is(&form.user_id, introduction).await,
        Subject::ForgetMe => lookup.forget_me(&form.user_id).await,
    }
}

/// Returns the ranking that a query asks for, or `None` if it asks for something else. Inside is `None` for a ranking without
/// sales.
///
/// # Errors
///
/// If the report cannot be read.
pub(crate) async fn ranking(reports: &ReportsTable, query: &Query) -> Result<Option<Option<Report>>, LookupError> {
    let board = match &query.subject {
        Subject::Company => Board::Company,
        Subject::Teams => Board::Teams,
        Subject::Named(Name { core, .. }) => match Board::team(core) {
            Some(board) => board,
            None => return Ok(None),
        },
        _ => return Ok(None),
    };
    let period = match query.period {
        Asked::Latest => None,
        Asked::At(period) => Some(period),
        Asked::Invalid(_) => return Ok(None),
    };
    let report = reports.report(&board, period).await?;
    Ok(Some(report.filter(|report| !report.entries.is_empty())))
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
#[derive(Clone, Copy)]
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

    fn query_with(&self, note: Option<Note>) -> Query {
        let notes = self.query.notes.iter().cloned().chain(note).collect();
        Query { notes, ..self.query.clone() }
    }

    fn context_of<'b>(&'b self, query: &'b Query) -> Context<'b> {
        Context { notes: &query.notes, ..self.context }
    }

    /// The means to answer another query.
    fn with<'b>(&'b self, query: &'b Query) -> Lookup<'b> {
        Lookup { query, context: self.context_of(query), ..*self }
    }
}

/// Returns the periods of a trend, the earliest first.
fn trend_periods(last: Period) -> Vec<Period> {
    (0..reply::TREND_PERIODS).rev().map(|back| last.back(back)).collect()
}
