//! Answers about people, and about names that may be those of people or teams.

use standings_core::{Board, Decimal, Measure, Period, Report, Roster, name};

use super::{Lookup, Reply, trend_periods};
use crate::command::{Asked, DEFAULT_ROWS, Introduction, Name, Note, Part, Query, Side, Subject};
use crate::lookup::{Identity, LookupError, ReportOrRoster, UserId};
use crate::names::{self, Found};
use crate::outcome::Outcome;
use crate::reply::{self, Trend, Unknown, Who};

impl Lookup<'_> {
    /// Replies with the board of the team or the place of the person whose name was typed, or else with what there is.
    pub(super) async fn named(&self, typed: &Name) -> Result<Reply, LookupError> {
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
        self.found(found, typed, &boards, whole.as_ref().unwrap_or(&best)).await
    }

    /// Replies for what words name among the teams and people of a roster.
    async fn found(&self, found: Found, typed: &Name, boards: &[Board], roster: &Roster) -> Result<Reply, LookupError> {
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
            Found::People(words, unused) => {
                let query = self.query_with(Note::unused(unused));
                if let Some(trend) = self.with(&query).trend_of(roster, &words).await? {
                    return Ok(trend);
                }
                Ok(self.people(roster, &words, query))
            }
            Found::Compared(names, missing) => Ok(self.compared(roster, &names, missing)),
            Found::PeopleOfTeam(words) => Ok(self.people(roster, &words, self.query_with(Some(Note::WholeCompany)))),
            Found::Nothing => self.named_without_sales(typed, boards, Some(roster)).await,
        }
    }

    /// Replies with the trend of the person whom words name, if that is asked for.
    async fn trend_of(&self, roster: &Roster, words: &str) -> Result<Option<Reply>, LookupError> {
        match roster.find(words).as_slice() {
            [one] => self.trend_of_known(roster, &one.name).await,
            _ => Ok(None),
        }
    }

    /// Replies with the trend of a person, if that is asked for. They may have sold in other periods only.
    async fn trend_of_known(&self, roster: &Roster, name: &str) -> Result<Option<Reply>, LookupError> {
        if self.query.part != Part::Trend {
            return Ok(None);
        }
        self.trend_of_person(roster, name).await.map(Some)
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
        // The amount of a person is their total.
        let unused = if query.part == Part::Total { String::new() } else { query.text_of_rows() };
        let mut query =
            Query { subject: Subject::Find(words.to_owned()), part: Part::Best, rows: DEFAULT_ROWS, ..query };
        query.notes.extend(Note::unused(unused));
        let message = reply::find(roster, words, &query, self.context_of(&query));
        Reply::new(Outcome::Person, message)
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
        let Some(roster) = self.reports.roster(period).await? else { return Ok(None) };
        let name = Name::new(core);
        let found = names::find(&name, &roster);
        let lookup = Lookup { period, ..self.with(alternative) };
        match found {
            Found::People(..) | Found::Compared(..) => lookup.found(found, &name, &[], &roster).await.map(Some),
            _ => Ok(None),
        }
    }

    /// Replies with the places of several people, and which names have no sales.
    fn compared(&self, roster: &Roster, names: &[String], missing: Vec<String>) -> Reply {
        let note = (!missing.is_empty()).then_some(Note::NoSalesOf(missing));
        let mut query = Query { alternative: None, part: Part::Best, rows: DEFAULT_ROWS, ..self.query_with(note) };
        query.notes.extend(Note::unused(self.query.text_of_rows()));
        let context = self.context_of(&query);
        let message = match names {
            [one] => reply::find(roster, one, &query, context),
            _ => reply::compared(roster, names, &query, context),
        };
        Reply::new(Outcome::Person, message)
    }

    /// Replies with the places of several people, of whom some are users of Slack.
    pub(super) async fn versus(&self, asker: &str, sides: &[Side]) -> Result<Reply, LookupError> {
        let user_of = |side: &Side| match side {
            Side::Asker => UserId::new(asker),
            Side::User(id, _) => UserId::new(id),
            Side::Named(_) => None,
        };
        let users: Vec<Option<UserId>> = sides.iter().map(user_of).collect();
        let known: Vec<UserId> = users.iter().flatten().cloned().collect();
        let (roster, said) = self.reports.roster_and_names(self.period, &known).await?;
        let Some(mut roster) = roster.filter(|roster| !roster.report.entries.is_empty()) else {
            return self.no_sales(None).await;
        };
        let mut said = said.into_iter();
        let (mut names, mut missing, mut teams) = (Vec::new(), Vec::new(), Vec::new());
        for (side, user) in sides.iter().zip(&users) {
            let told = user.as_ref().and_then(|_| said.next().flatten());
            let typed = match side {
                Side::Named(name) => Some(name.clone()),
                Side::Asker | Side::User(..) => told,
            };
            let part = match (&typed, user) {
                (Some(name), _) => roster.part_of_name(name),
                (None, Some(user)) => roster.part_of_user(user.as_str()),
                (None, None) => None,
            };
            if let Some(part) = part {
                self.reports.add_part(&mut roster, self.period, part).await?;
            }
            let of_sales = || roster.of_user(user.as_ref()?.as_str()).map(|entry| vec![entry]);
            let found = match (&typed, side) {
                (Some(name), _) => roster.find(name),
                (None, Side::User(_, Some(mention))) => of_sales().unwrap_or_else(|| roster.find(mention)),
                (None, _) => of_sales().unwrap_or_default(),
            };
            if found.is_empty() {
                let unknown = match side {
                    Side::Asker if typed.is_none() => return Ok(self.unknown_asker()),
                    Side::Asker => typed,
                    Side::User(_, name) => typed.or_else(|| Some(format!("@{}", name.as_ref()?))),
                    Side::Named(name) => {
                        if matches!(names::find(&Name::new(name), &roster), Found::Team(..) | Found::Teams(..)) {
                            teams.push(name.clone());
                            continue;
                        }
                        Some(name.clone())
                    }
                };
                missing.push(unknown.unwrap_or_else(|| "somebody I do not know".to_owned()));
            }
            names.extend(found.iter().map(|entry| entry.name.clone()));
        }
        names.sort_unstable();
        names.dedup();
        if names.is_empty() {
            return Ok(Reply::new(Outcome::UnknownAsker, reply::unknown_user(self.context)));
        }
        // A team is not compared with people.
        let query = self.query_with(Note::unused(teams.join(" ")));
        Ok(self.with(&query).compared(&roster, &names, missing))
    }

    /// Replies with the board of the team of the user: the one that they sold most for in the period.
    pub(super) async fn my_team(&self, user_id: &str) -> Result<Reply, LookupError> {
        let Some(user) = UserId::new(user_id) else { return Ok(self.unknown_asker()) };
        let (roster, name) = self.roster_and_name(&user).await?;
        let Some(name) = name else { return Ok(self.unknown_asker()) };
        let entries = roster.map(|roster| roster.report.entries).unwrap_or_default();
        let entry = entries.iter().find(|entry| name::fold(&entry.name) == name::fold(&name));
        let Some(team) = entry.and_then(|entry| entry.team.clone()) else {
            // Without sales in the period, or without a team: their place says so.
            let query = Query { subject: Subject::Me, ..self.query_with(Note::unused("team".to_owned())) };
            return self.with(&query).me(user_id).await;
        };
        let query = Query { subject: Subject::named(&team), ..self.query.clone() };
        let Some(board) = Board::team(&team) else { return self.with(&query).me(user_id).await };
        let report = self.reports.report(&board, self.period).await?;
        self.with(&query).show_board(report).await
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
                Some(Found::People(..) | Found::PeopleOfTeam(_) | Found::Teams(..) | Found::Compared(..)) => {
                    return self.no_sales(None).await;
                }
                Some(Found::Nothing) | None => {}
            }
            if self.period.is_some_and(|period| !matches!(period, Period::Week(_))) {
                let query = self.query_with(Some(Note::Unused(typed.core.clone())));
                return self.with(&query).no_sales(None).await;
            }
        }
        if let Some(roster) = roster
            && let Some(name) = self.person_elsewhere(typed).await?
        {
            return self.without_sales(Some(roster.clone()), &name).await;
        }
        let unknown = Unknown::Name(&typed.core, roster);
        Ok(Reply::new(Outcome::Unknown, reply::unknown(&unknown, self.query, self.context)))
    }

    /// Replies that a person has no sales in the period of a roster.
    async fn without_sales(&self, roster: Option<Roster>, name: &str) -> Result<Reply, LookupError> {
        if let Some(roster) = &roster
            && let Some(trend) = self.trend_of_known(roster, name).await?
        {
            return Ok(trend);
        }
        let query = Query { subject: Subject::Find(name.to_owned()), ..self.query.clone() };
        let context = self.context_of(&query);
        self.show_person(roster, &|roster| reply::person(roster, name, Who::Known, &query, context)).await
    }

    /// Returns the name of the person whom words name, if they sold in the running month, quarter or year.
    async fn person_elsewhere(&self, typed: &Name) -> Result<Option<String>, LookupError> {
        for roster in self.longer_rosters().await? {
            if let Found::People(words, _) = names::find(typed, &roster)
                && let [one] = roster.find(&words).as_slice()
            {
                return Ok(Some(one.name.clone()));
            }
        }
        Ok(None)
    }

    /// Returns the name of a user of Slack, if they sold in the running month, quarter or year.
    async fn user_elsewhere(&self, user: &UserId) -> Result<Option<String>, LookupError> {
        let rosters = self.longer_rosters().await?;
        Ok(rosters.iter().find_map(|roster| roster.of_user(user.as_str())).map(|entry| entry.name.clone()))
    }

    /// Returns the rosters of the running month, quarter and year, as far as they exist.
    async fn longer_rosters(&self) -> Result<Vec<Roster>, LookupError> {
        let [_, longer @ ..] = self.context.running;
        let mut rosters = self.reports.rosters_of(&longer).await?;
        Ok(longer.iter().filter_map(|period| rosters.remove(period)).collect())
    }

    /// Replies with the place of a person by a part of the name.
    pub(super) async fn find(&self, typed: &str) -> Result<Reply, LookupError> {
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
        if let Some(roster) = &roster
            && let Some(trend) = self.trend_of(roster, &typed).await?
        {
            return Ok(trend);
        }
        self.show_person(roster, &|roster| reply::find(roster, &typed, self.query, self.context)).await
    }

    /// Replies with the place of a user who was mentioned: the salesperson they said they are, or that of the sales files,
    /// or one with the name of the mention.
    pub(super) async fn user(&self, user_id: &str, name: Option<&str>) -> Result<Reply, LookupError> {
        let unknown = || Ok(Reply::new(Outcome::UnknownAsker, reply::unknown_user(self.context)));
        let Some(user) = UserId::new(user_id) else { return unknown() };
        let (roster, who) = self.roster_and_name(&user).await?;
        if who.is_none()
            && let Some(name) = self.user_elsewhere(&user).await?
        {
            return self.without_sales(roster, &name).await;
        }
        let from_mention = || {
            let found = roster.as_ref()?.find(name?);
            if let [one] = found.as_slice() { Some(one.name.clone()) } else { None }
        };
        let guessed = if who.is_none() { from_mention() } else { None };
        let note = guessed.as_ref().map(|one| Note::Mention(name.unwrap_or_default().to_owned(), one.clone()));
        let query = self.query_with(note);
        let Some(who) = who.or(guessed) else {
            let name = name.unwrap_or_default();
            return match self.person_elsewhere(&Name::new(name)).await? {
                Some(known) => {
                    let query = self.query_with(Some(Note::Mention(name.to_owned(), known.clone())));
                    self.with(&query).without_sales(roster, &known).await
                }
                None => unknown(),
            };
        };
        if let Some(roster) = &roster
            && let Some(trend) = self.trend_of_known(roster, &who).await?
        {
            return Ok(trend);
        }
        self.show_person(roster, &|roster| reply::find(roster, &who, &query, self.context_of(&query))).await
    }

    /// Replies with the place of the user.
    pub(super) async fn me(&self, user_id: &str) -> Result<Reply, LookupError> {
        let Some(user) = UserId::new(user_id) else { return Ok(self.unknown_asker()) };
        let (roster, name) = self.roster_and_name(&user).await?;
        let Some(name) = name else { return Ok(self.unknown_asker()) };
        if let Some(roster) = &roster
            && let Some(trend) = self.trend_of_known(roster, &name).await?
        {
            return Ok(trend);
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
        let (mut roster, said) = self.reports.roster_and_names(self.period, std::slice::from_ref(user)).await?;
        let said = said.into_iter().next().flatten();
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
    pub(super) async fn me_is(&self, user_id: &str, introduction: &Introduction) -> Result<Reply, LookupError> {
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
    pub(super) async fn forget_me(&self, user_id: &str) -> Result<Reply, LookupError> {
        let Some(user) = UserId::new(user_id) else { return Ok(self.unknown_asker()) };
        self.reports.put_identity(&user, &Identity::default()).await?;
        Ok(Reply::new(Outcome::Forgotten, reply::forgotten(self.context)))
    }

    fn unknown_asker(&self) -> Reply {
        Reply::new(Outcome::UnknownAsker, reply::unknown_asker(self.context))
    }
}
