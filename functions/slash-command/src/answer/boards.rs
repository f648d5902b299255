//! Answers about the company and its teams.

use standings_core::{Board, Decimal, Measure, Period, Report};

use super::{Lookup, Reply, trend_periods};
use crate::command::{Note, Part, Query, Subject, phrase_of};
use crate::download::Downloads;
use crate::lookup::LookupError;
use crate::outcome::Outcome;
use crate::reply::{self, Trend};

impl Lookup<'_> {
    /// Replies with a link to everyone of the period as a file. It has the whole company, whatever was asked.
    pub(super) async fn csv(&self, downloads: Option<Downloads<'_>>) -> Result<Reply, LookupError> {
        let report = self.reports.report(&Board::Company, self.period).await?;
        let link = match (&report, downloads) {
            (Some(report), Some(downloads)) => downloads.link(report.period).await,
            _ => None,
        };
        let note = (self.query.subject != Subject::Company).then_some(Note::WholeFile);
        let query = Query { subject: Subject::Company, ..self.query_with(note) };
        self.with(&query)
            .show(report, Outcome::Csv, &|report| reply::csv(report, link.as_deref(), &query, self.context_of(&query)))
            .await
    }

    /// Replies with the board of the company. Only the roster has the last places, and all deals, of very many.
    pub(super) async fn company(&self) -> Result<Reply, LookupError> {
        let mut report = self.reports.report(&Board::Company, self.period).await?;
        let is_cut = |report: &Report| (report.salespeople as usize) > report.entries.len();
        let needs_everyone =
            self.query.part == Part::Last || self.query.part == Part::Total && self.query.measure != Measure::Amount;
        if needs_everyone && report.as_ref().is_some_and(is_cut) {
            report = self.reports.everyone(self.period).await?.map(|roster| roster.report);
        }
        self.show_board(report).await
    }

    pub(super) async fn show_board(&self, report: Option<Report>) -> Result<Reply, LookupError> {
        if self.query.part == Part::Trend
            && let Some(report) = &report
        {
            return self.trend_of_board(report).await;
        }
        self.show(report, Outcome::Board, &|report| reply::board(report, self.query, self.context)).await
    }

    /// Replies with the ranking of the teams: all, or those with these names.
    pub(super) async fn teams(&self, names: &[String]) -> Result<Reply, LookupError> {
        if let Some(mut report) = self.reports.report(&Board::Teams, self.period).await? {
            let query = if names.is_empty() {
                Query { subject: Subject::Teams, ..self.query.clone() }
            } else {
                report.entries.retain(|entry| names.contains(&entry.name));
                report.total = report.entries.iter().map(|entry| entry.amount).sum();
                // The totals of several teams over time are not one line.
                let note = (self.query.part == Part::Trend).then(|| Note::Unused("trend".to_owned()));
                Query { part: Part::Compared, ..self.query_with(note) }
            };
            let context = self.context_of(&query);
            return self.show(Some(report), Outcome::Teams, &|report| reply::board(report, &query, context)).await;
        }
        // Without teams, or not refreshed since Standings ranks them.
        let company = self.reports.report(&Board::Company, self.period).await?;
        self.show(company, Outcome::Teams, &|report| reply::teams(report, self.query, self.context)).await
    }

    /// Replies with the totals of a board in the periods up to that of a report of it.
    pub(super) async fn trend_of_board(&self, report: &Report) -> Result<Reply, LookupError> {
        let board = report.team.as_deref().and_then(Board::team).unwrap_or(Board::Company);
        let periods = trend_periods(report.period);
        let reports = self.reports.reports_of(&board, &periods).await?;
        let total = |period: &Period| reports.get(period).map_or(Decimal::ZERO, |report| report.total);
        let trend = Trend {
            name: report.team.clone(),
            points: periods.iter().map(|period| (*period, total(period))).collect(),
            measure: Measure::Amount,
            currency: report.currency.clone(),
        };
        let by = Note::unused(phrase_of(self.query.measure).to_owned());
        let subject = report.team.clone().map_or(Subject::Company, Subject::named);
        let query = Query { subject, measure: Measure::Amount, ..self.query_with(by) };
        Ok(Reply::new(Outcome::Board, reply::trend(&trend, &query, self.context_of(&query))))
    }

    pub(super) async fn company_with(&self, report: Option<Report>) -> Result<Reply, LookupError> {
        let query = Query { subject: Subject::Company, ..self.query.clone() };
        let lookup = self.with(&query);
        if query.part == Part::Last { lookup.company().await } else { lookup.show_board(report).await }
    }

    /// Replies that a team of the latest week, or of the weeks before it, has no sales in this period.
    pub(super) async fn team_without_sales(&self, of_team: &Report) -> Result<Reply, LookupError> {
        let Report { team, currency, computed_at, .. } = of_team;
        let period = self.period.unwrap_or(of_team.period);
        let empty = Report::empty(period, team.as_deref(), currency, *computed_at);
        self.no_sales(Some(&empty)).await
    }
}
