//! Answers a query: looks up what it needs, and builds the reply.

use standings_core::{Board, Decimal, FailedSubject, Failure, Measure, Period, Periods, Report, Roster, name};

use crate::command::{Asked, DEFAULT_ROWS, Introduction, Name, Note, Part, Query, Subject, phrase_of};
use crate::download::Downloads;
use crate::files;
use crate::form::Form;
use crate::freshness::Source;
use crate::lookup::{Identity, LookupError, ReportOrRoster, ReportsTable, UserId};
use crate::names::{self, Found};
use crate::outcome::Outcome;
use crate::reply::{self, Context, Message, RankingStyle, Trend, Unknown, Who};
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

    /// Replies with a link to everyone of the period as a file. It has the whole company, whatever was asked.
    async fn csv(&self, downloads: Option<Downloads<'_>>) -> Result<Reply, LookupError> {
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

    /// Replies that there are no sales. `report` is the empty report, if there is one.
    async fn no_sales(&self, report: Option<&Report>) -> Result<Reply, LookupError> {
        // One more read, for the periods that do have sales. Without even a latest report, there are none.
        let periods =
            if report.is_none() && self.period.is_none() { Periods::default() } else { self.reports.periods().await? };
        let message = reply::no_sales(self.period, report, &periods, self.query, self.context);
        Ok(Reply::new(Outcome::NoSales, message))
    }

    /// Replies with the board of the company. Only the roster has the last places of very many.
    async fn company(&self) -> Result<Reply, LookupError> {
        let mut report = self.reports.report(&Board::Company, self.period).await?;
        let is_cut = |report: &Report| (report.salespeople as usize) > report.entries.len();
        if self.query.part == Part::Last && report.as_ref().is_some_and(is_cut) {
            report = self.reports.everyone(self.period).await?.map(|roster| roster.report);
        }
        self.show_board(report).await
    }

    async fn show_board(&self, report: Option<Report>) -> Result<Reply, LookupError> {
        if self.query.part == Part::Trend
            && let Some(report) = &report
        {
            return self.trend_of_board(report).await;
        }
        self.show(report, Outcome::Board, &|report| reply::board(report, self.query, self.context)).await
    }

    /// Replies with the ranking of the teams: all, or those with these names.
    async fn teams(&self, names: &[String]) -> Result<Reply, LookupError> {
        if let Some(mut report) = self.reports.report(&Board::Teams, self.period).await? {
            let query = if names.is_empty() {
                Query { subject: Subject::Teams, ..self.query.clone() }
            } else {
                report.entries.retain(|entry| names.contains(&entry.name));
                report.total = report.entries.iter().map(|entry| entry.amount).sum();
                Query { part: Part::Compared, ..self.query.clone() }
            };
            return self.show(Some(report), Outcome::Teams, &|report| reply::board(report, &query, self.context)).await;
        }
        // Without teams, or not refreshed since Standings ranks them.
        let company = self.reports.report(&Board::Company, self.period).await?;
        self.show(company, Outcome::Teams, &|report| reply::teams(report, self.query, self.context)).await
    }

    /// Replies with the board of the team or the place of the person whose name was typed, or else with what there is.
    async fn named(&self, typed: &Name) -> Result<Reply, LookupError> {
        let mut boards: Vec<Board> =
            [&typed.typed, &typed.core].into_iter().filter_map(|name| Board::team(name)).collect();
        boards.dedup();
        if typed.core.is_empty() {
            // Words that add nothing, unless a team has that name.
            let company = self.reports.report(&Board::Company, self.period).await?;
            let has_name =
                |report: &Report| report.teams.iter().any(|team| boards.contains(&Board::Team(name::fold(team))));
            let Some(board) = boards.first().filter(|_| company.as_ref().is_some_and(has_name)) else {
                return self.company_with(company).await;
            };
            return self.show_board(self.reports.report(board, self.period).await?).await;
        }
        let roster = match self.reports.report_or_roster(&boards, self.period).await? {
            ReportOrRoster::Report(report) => return self.show_board(Some(report)).await,
            ReportOrRoster::Roster(roster) => roster.filter(|roster| !roster.report.entries.is_empty()),
        };
        if let Some(alternative) = self.alternative().await? {
            return Ok(alternative);
        }
        let Some(best) = roster else { return self.named_without_sales(typed, &boards, None).await };
        let mut found = names::find(typed, &best);
        let mut whole = None;
        if found == Found::Nothing
            && let Some(part) = best.part_of_name(&typed.core)
        {
            let roster = whole.insert(best.clone());
            self.reports.add_part(roster, self.period, part).await?;
            found = names::find(typed, roster);
            if found == Found::Nothing {
                self.reports.add_parts(roster, self.period).await?;
                found = names::find(typed, roster);
            }
        }
        let roster = whole.as_ref().unwrap_or(&best);
        match found {
            Found::Team(board, unused) => {
                let report = self.reports.report(&board, self.period).await?;
                let query = self.query_with(Note::unused(unused));
                self.with(&query).show_board(report).await
            }
            Found::Teams(names, unused) => {
                let query = self.query_with(Note::unused(unused));
                self.with(&query).teams(&names).await
            }
            Found::People(words) => {
                if self.query.part == Part::Trend
                    && let [one] = roster.find(&words).as_slice()
                {
                    return self.trend_of_person(roster, &one.name).await;
                }
                Ok(self.people(roster, &words, self.query.clone()))
            }
            Found::Compared(names) => {
                let query = Query { alternative: None, ..self.query.clone() };
                let message = reply::compared(roster, &names, &query, self.context_of(&query));
                Ok(Reply::new(Outcome::Person, message))
            }
            Found::PeopleOfTeam(words) => Ok(self.people(roster, &words, self.query_with(Some(Note::WholeCompany)))),
            Found::Nothing => self.named_without_sales(typed, &boards, Some(&best)).await,
        }
    }

    /// Replies with the totals of a board in the periods up to that of a report of it.
    async fn trend_of_board(&self, report: &Report) -> Result<Reply, LookupError> {
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

    /// Replies with the sales of a person in the periods up to that of a roster.
    async fn trend_of_person(&self, roster: &Roster, name: &str) -> Result<Reply, LookupError> {
        let periods = trend_periods(roster.report.period);
        let mut rosters = self.reports.rosters_of(&periods).await?;
        let identity = name::fold(name);
        let mut points = Vec::new();
        for period in periods {
            let mut value = Decimal::ZERO;
            if let Some(roster) = rosters.get_mut(&period) {
                if let Some(part) = roster.part_of_name(name) {
                    self.reports.add_part(roster, Some(period), part).await?;
                }
                let entry = roster.report.entries.iter().find(|entry| name::fold(&entry.name) == identity);
                value = entry.map_or(Decimal::ZERO, |entry| match self.query.measure {
                    Measure::Amount => entry.amount,
                    Measure::Deals => Decimal::from_ten_thousandths(i128::from(entry.deals) * 10_000),
                    Measure::Units => entry.units,
                });
            }
            points.push((period, value));
        }
        let Report { currency, .. } = &roster.report;
        let (measure, currency) = (self.query.measure, currency.clone());
        let trend = Trend { name: Some(name.to_owned()), points, measure, currency };
        let query = Query { subject: Subject::Find(name.to_owned()), ..self.query.clone() };
        Ok(Reply::new(Outcome::Person, reply::trend(&trend, &query, self.context_of(&query))))
    }

    fn people(&self, roster: &Roster, words: &str, query: Query) -> Reply {
        let unused = query.text_of_rows();
        let mut query =
            Query { subject: Subject::Find(words.to_owned()), part: Part::Best, rows: DEFAULT_ROWS, ..query };
        query.notes.extend(Note::unused(unused));
        let message = reply::find(roster, words, &query, self.context_of(&query));
        Reply::new(Outcome::Person, message)
    }

    async fn company_with(&self, report: Option<Report>) -> Result<Reply, LookupError> {
        let query = Query { subject: Subject::Company, ..self.query.clone() };
        let lookup = self.with(&query);
        if query.part == Part::Last { lookup.company().await } else { lookup.show_board(report).await }
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

    /// Replies with the place of a person whose name has that of a month or day in it, if there is such a person.
    async fn alternative(&self) -> Result<Option<Reply>, LookupError> {
        let Some(alternative) = &self.query.alternative else { return Ok(None) };
        let (Subject::Named(Name { core, .. }), Asked::At(_) | Asked::Latest) =
            (&alternative.subject, &alternative.period)
        else {
            return Ok(None);
        };
        let period = match alternative.period {
            Asked::At(period) => Some(period),
            _ => None,
        };
        let roster = self.reports.roster(period).await?;
        let found = roster.filter(|roster| !roster.find(core).is_empty());
        let lookup = Lookup { period, ..*self };
        Ok(found.map(|roster| lookup.people(&roster, core, (**alternative).clone())))
    }

    /// Replies for a name that is not in a period: that the team has no sales in it, or what there is instead. `roster` is that
    /// of the period, if it has sales.
    async fn named_without_sales(
        &self,
        typed: &Name,
        boards: &[Board],
        roster: Option<&Roster>,
    ) -> Result<Reply, LookupError> {
        if self.period.is_some()
            && let ReportOrRoster::Report(report) = self.reports.report_or_roster(boards, None).await?
        {
            return self.team_without_sales(&report).await;
        }
        if roster.is_none() && self.period.is_some() {
            // Nobody has sales in this period. The latest week knows the name, if anything does.
            let latest = self.reports.roster(None).await?;
            match latest.as_ref().map(|latest| names::find(typed, latest)) {
                Some(Found::Team(board, _)) => {
                    if let Some(report) = self.reports.report(&board, None).await? {
                        return self.team_without_sales(&report).await;
                    }
                }
                Some(Found::People(_) | Found::PeopleOfTeam(_) | Found::Teams(..) | Found::Compared(_)) => {
                    return self.no_sales(None).await;
                }
                Some(Found::Nothing) | None => {}
            }
            if self.period.is_some_and(|period| !matches!(period, Period::Week(_))) {
                let query = self.query_with(Some(Note::Unused(typed.core.clone())));
                return self.with(&query).no_sales(None).await;
            }
        }
        let unknown = Unknown::Name(&typed.core, roster);
        Ok(Reply::new(Outcome::Unknown, reply::unknown(&unknown, self.query, self.context)))
    }

    /// Replies that a team of the latest week, or of the weeks before it, has no sales in this period.
    async fn team_without_sales(&self, of_team: &Report) -> Result<Reply, LookupError> {
        let Report { team, currency, computed_at, .. } = of_team;
        let period = self.period.unwrap_or(of_team.period);
        let empty = Report::empty(period, team.as_deref(), currency, *computed_at);
        self.no_sales(Some(&empty)).await
    }

    /// Replies with the place of a person by a part of the name.
    async fn find(&self, typed: &str) -> Result<Reply, LookupError> {
        let mut roster = self.reports.roster(self.period).await?;
        if let Some(roster) = &mut roster
            && let Some(part) = roster.part_of_name(typed)
        {
            self.reports.add_part(roster, self.period, part).await?;
            if roster.find(typed).is_empty() {
                self.reports.add_parts(roster, self.period).await?;
            }
        }
        // In "ana in emea" only the first is a name.
        let short = typed.split_whitespace().position(|word| matches!(word, "in" | "from" | "of" | "for"));
        let short = short.map(|at| typed.split_whitespace().take(at).collect::<Vec<_>>().join(" "));
        let is_found = |typed: &str| roster.as_ref().is_some_and(|roster| !roster.find(typed).is_empty());
        let typed = short.filter(|short| !is_found(typed) && is_found(short)).unwrap_or_else(|| typed.to_owned());
        if self.query.part == Part::Trend
            && let Some(roster) = &roster
            && let [one] = roster.find(&typed).as_slice()
        {
            return self.trend_of_person(roster, &one.name).await;
        }
        self.show_person(roster, &|roster| reply::find(roster, &typed, self.query, self.context)).await
    }

    /// Replies with the place of a user who was mentioned: the salesperson they said they are, or that of the sales files,
    /// or one with the name of the mention.
    async fn user(&self, user_id: &str, name: Option<&str>) -> Result<Reply, LookupError> {
        let unknown = || Ok(Reply::new(Outcome::UnknownAsker, reply::unknown_user(self.context)));
        let Some(user) = UserId::new(user_id) else { return unknown() };
        let (roster, who) = self.roster_and_name(&user).await?;
        let from_mention = || {
            let found = roster.as_ref()?.find(name?);
            if let [one] = found.as_slice() { Some(one.name.clone()) } else { None }
        };
        let Some(who) = who.or_else(from_mention) else { return unknown() };
        self.show_person(roster, &|roster| reply::find(roster, &who, self.query, self.context)).await
    }

    /// Replies with the place of the user.
    async fn me(&self, user_id: &str) -> Result<Reply, LookupError> {
        let Some(user) = UserId::new(user_id) else { return Ok(self.unknown_asker()) };
        let (roster, name) = self.roster_and_name(&user).await?;
        let Some(name) = name else { return Ok(self.unknown_asker()) };
        if self.query.part == Part::Trend
            && let Some(roster) = &roster
        {
            return self.trend_of_person(roster, &name).await;
        }
        self.show_person(roster, &|roster| {
            // The sales may spell the name in another way than the user typed it.
            let entry = roster.report.entries.iter().find(|entry| name::fold(&entry.name) == name::fold(&name));
            let name = entry.map_or(name.as_str(), |entry| entry.name.as_str());
            reply::person(roster, name, Who::Asker, self.query, self.context)
        })
        .await
    }

    /// Reads the roster, and which salesperson a user is. What the user said takes precedence over the sales files.
    async fn roster_and_name(&self, user: &UserId) -> Result<(Option<Roster>, Option<String>), LookupError> {
        let (mut roster, identity) = self.reports.roster_and_identity(self.period, user).await?;
        let said = identity.and_then(|identity| identity.name);
        if let Some(roster) = &mut roster {
            let part =
                said.as_ref().map_or_else(|| roster.part_of_user(user.as_str()), |name| roster.part_of_name(name));
            if let Some(part) = part {
                self.reports.add_part(roster, self.period, part).await?;
            }
        }
        let from_sales = roster.as_ref().and_then(|roster| roster.of_user(user.as_str()));
        let name = said.or_else(|| from_sales.map(|entry| entry.name.clone()));
        Ok((roster, name))
    }

    /// Stores which salesperson the user is.
    async fn me_is(&self, user_id: &str, introduction: &Introduction) -> Result<Reply, LookupError> {
        let Some(user) = UserId::new(user_id) else { return Ok(self.unknown_asker()) };
        let typed = name::clean(&introduction.name);
        if typed.is_empty() || name::is_too_long(&typed) {
            return self.forget_me(user_id).await;
        }
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
            // "I am not sure" introduces nobody.
            _ if !introduction.is_plain => {
                return Ok(Reply::new(Outcome::UnknownAsker, reply::not_introduced(&typed, self.context)));
            }
            _ => typed.into_owned(),
        };
        self.reports.put_identity(&user, &Identity { name: Some(name.clone()) }).await?;
        Ok(Reply::new(Outcome::Remembered, reply::remembered(&name, !found.is_empty(), self.context)))
    }

    /// Forgets which salesperson the user is.
    async fn forget_me(&self, user_id: &str) -> Result<Reply, LookupError> {
        let Some(user) = UserId::new(user_id) else { return Ok(self.unknown_asker()) };
        self.reports.put_identity(&user, &Identity::default()).await?;
        Ok(Reply::new(Outcome::Forgotten, reply::forgotten(self.context)))
    }

    fn unknown_asker(&self) -> Reply {
        Reply::new(Outcome::UnknownAsker, reply::unknown_asker(self.context))
    }
}

/// Returns the periods of a trend, the earliest first.
fn trend_periods(last: Period) -> Vec<Period> {
    (0..reply::TREND_PERIODS).rev().map(|back| last.back(back)).collect()
}
