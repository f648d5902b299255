//! The answer to a question: what is read, and which message says it.

use jiff::civil::Date;
use standings_core::{Board, Report, Roster, Week, Weeks, name};

use crate::command::{Ask, Period, Query};
use crate::form::Form;
use crate::lookup::{LookupError, Person, Reports, UserId};
use crate::reply::{self, Asking, Message, RankingStyle, Unknown, Who};

/// A message, and what it is called in the log.
pub(crate) struct Answer {
    pub(crate) name: &'static str,
    pub(crate) message: Message,
    /// Whether it is worth showing to the channel: what went wrong is for whoever asked.
    pub(crate) is_result: bool,
}

impl Answer {
    fn result(name: &'static str, message: Message) -> Self {
        Self { name, message, is_result: true }
    }

    fn notice(name: &'static str, message: Message) -> Self {
        Self { name, message, is_result: false }
    }
}

/// Answers what somebody typed, or pressed.
pub(crate) async fn answer(
    reports: &Reports,
    form: &Form,
    query: &Query,
    today: Date,
    style: RankingStyle,
) -> Result<Answer, LookupError> {
    let command = form.command_name();
    // The calendar ends long after the years of sales.
    let this_week = Week::of_date(today).ok_or(LookupError::Damaged)?;
    let asking = Asking { command: &command, this_week, style, notes: &query.notes };
    let week = match &query.period {
        Period::Latest => None,
        Period::Week(week) => Some(*week),
        Period::NoSuch(typed) => {
            return Ok(Answer::notice("unknown", reply::unknown(&Unknown::Period(typed), query, asking)));
        }
    };
    let question = Question { reports, query, week, asking };
    match &query.ask {
        Ask::Help => Ok(Answer::notice("help", reply::help(asking))),
        Ask::Status => {
            let status = reports.status().await?.unwrap_or_default();
            Ok(Answer::notice("status", reply::status(&status, asking)))
        }
        Ask::Weeks => Ok(Answer::result("weeks", reply::weeks(&reports.weeks().await?, asking))),
        Ask::Company => {
            let report = reports.of(&Board::Company, week).await?;
            question.about(report, "board", &|report| reply::board(report, query, asking)).await
        }
        Ask::Teams => {
            let report = reports.of(&Board::Company, week).await?;
            question.about(report, "teams", &|report| reply::teams(report, query, asking)).await
        }
        Ask::Team(typed) => question.team(typed).await,
        Ask::Find(typed) => {
            let roster = reports.roster(week).await?;
            question.about_someone(roster, &|roster| reply::find(roster, typed, query, asking)).await
        }
        Ask::Me => question.me(&form.user_id).await,
        Ask::MeIs(name) => question.me_is(&form.user_id, name.as_deref()).await,
    }
}

/// A question about one week.
struct Question<'a> {
    reports: &'a Reports,
    query: &'a Query,
    /// The latest with sales, where it is `None`.
    week: Option<Week>,
    asking: Asking<'a>,
}

impl Question<'_> {
    /// The answer from a report that has sales, or that there are none.
    async fn about(
        &self,
        report: Option<Report>,
        name: &'static str,
        show: &(dyn Fn(&Report) -> Message + Sync),
    ) -> Result<Answer, LookupError> {
        match report {
            Some(report) if !report.entries.is_empty() => Ok(Answer::result(name, show(&report))),
            report => {
                // One more read, so that the answer can name the weeks that have some.
                let weeks = if report.is_none() && self.week.is_none() {
                    Weeks::default()
                } else {
                    self.reports.weeks().await?
                };
                let message = reply::no_sales(self.week, report.as_ref(), &weeks, self.query, self.asking);
                Ok(Answer::notice("no sales", message))
            }
        }
    }

    /// The answer from a roster that has sales, or that there are none.
    async fn about_someone(
        &self,
        roster: Option<Roster>,
        show: &(dyn Fn(&Roster) -> Message + Sync),
    ) -> Result<Answer, LookupError> {
        match roster {
            Some(roster) if !roster.report.entries.is_empty() => Ok(Answer::result("person", show(&roster))),
            roster => self.about(roster.map(|roster| roster.report), "person", &|_| reply::help(self.asking)).await,
        }
    }

    async fn team(&self, typed: &str) -> Result<Answer, LookupError> {
        let board = Board::team(typed);
        let mut report = match &board {
            Some(board) => self.reports.of(board, self.week).await?,
            None => None,
        };
        if report.is_none() {
            // Another read: perhaps it is written with other marks, and else the answer can name the teams there are.
            let company = self.reports.of(&Board::Company, self.week).await?;
            let company = company.filter(|report| !report.entries.is_empty());
            let same = |team: &&String| marks_aside(team) == marks_aside(typed) && !marks_aside(typed).is_empty();
            let found = company.as_ref().and_then(|company| Board::team(company.teams.iter().find(same)?));
            let Some(board) = found else {
                let unknown = Unknown::Team(typed, company.as_ref());
                return Ok(Answer::notice("unknown", reply::unknown(&unknown, self.query, self.asking)));
            };
            report = self.reports.of(&board, self.week).await?;
        }
        self.about(report, "board", &|report| reply::board(report, self.query, self.asking)).await
    }

    async fn me(&self, user: &str) -> Result<Answer, LookupError> {
        let unknown = || Answer::notice("unknown asker", reply::unknown_asker(self.asking));
        let Some(user) = UserId::new(user) else { return Ok(unknown()) };
        let (roster, person) = self.reports.roster_and_person(self.week, &user).await?;
        let told = person.and_then(|person| person.name);
        let from_sales = roster.as_ref().and_then(|roster| roster.of_user(user.as_str()));
        // What one says oneself counts more than what a file says.
        let Some(name) = told.or_else(|| from_sales.map(|entry| entry.name.clone())) else { return Ok(unknown()) };
        self.about_someone(roster, &|roster| {
            // The name may be written in another way than it was typed.
            let entry = roster.report.entries.iter().find(|entry| name::fold(&entry.name) == name::fold(&name));
            let name = entry.map_or(name.as_str(), |entry| entry.name.as_str());
            reply::person(roster, name, Who::Asker, self.query, self.asking)
        })
        .await
    }

    async fn me_is(&self, user: &str, typed: Option<&str>) -> Result<Answer, LookupError> {
        let Some(user) = UserId::new(user) else {
            return Ok(Answer::notice("unknown asker", reply::unknown_asker(self.asking)));
        };
        let Some(typed) = typed.map(name::clean).filter(|name| !name.is_empty() && !name::is_too_long(name)) else {
            self.reports.remember(&user, &Person::default()).await?;
            return Ok(Answer::notice("forgotten", reply::forgotten(self.asking)));
        };
        let roster = self.reports.roster(None).await?;
        let found = roster.as_ref().map(|roster| roster.find(&typed)).unwrap_or_default();
        let name = match (found.as_slice(), &roster) {
            ([one], _) => one.name.clone(),
            ([_, _, ..], Some(roster)) => {
                let message = reply::several_names(roster, &found, &typed, self.query, self.asking);
                return Ok(Answer::notice("several names", message));
            }
            _ => typed.into_owned(),
        };
        self.reports.remember(&user, &Person { name: Some(name.clone()) }).await?;
        Ok(Answer::notice("remembered", reply::remembered(&name, !found.is_empty(), self.asking)))
    }
}

/// A team's name by its letters and digits alone: `R & D`, `r&d` and `R-D` are one.
fn marks_aside(name: &str) -> String {
    name::plain(name).chars().filter(|c| c.is_alphanumeric()).collect()
}
