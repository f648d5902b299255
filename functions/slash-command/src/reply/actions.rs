//! Buttons and selects below a message. Each carries the text of a command.
//!
//! That text is the value of a button. The value of an option is too short for it, so an option has only the end of the
//! text; the start is the id of the block.

use standings_core::{Measure, Period, PeriodKind, Report};

use super::blocks::{Choice, Element, MAX_BLOCK_ID, MAX_BUTTON_VALUE, MAX_LABEL, MAX_OPTION_VALUE, MAX_OPTIONS, Text};
use super::context::Context;
use super::message::Message;
use super::periods::capitalized;
use super::text::{display_name, first_chars};
use crate::command::{Asked, DEFAULT_ROWS, Name, Part, Query, Subject, quoted};

/// Maximum width of a label. Longer ones are hard to read.
const LABEL_COLUMNS: usize = 40;

/// Value of the option for the company board.
const EVERYONE: &str = "everyone";

/// The buttons and selects below a message about one period.
pub(super) struct Actions<'a> {
    context: Context<'a>,
    /// The query of the message, without `share`: only the share button shares.
    query: Query,
    was_shared: bool,
    period: Period,
    elements: Vec<Element>,
}

impl<'a> Actions<'a> {
    pub(super) fn new(context: Context<'a>, query: &Query, period: Period) -> Self {
        let (was_shared, query) = (query.share, Query { share: false, alternative: None, ..query.clone() });
        Self { context, query, was_shared, period, elements: Vec::new() }
    }

    /// Adds buttons for the period before, and for the one after if it has started.
    pub(super) fn neighbors(mut self) -> Self {
        let (before, after) = (self.period.previous(), self.period.next());
        let kind = capitalized(self.period.kind().name());
        let before = self.text(&self.query, before);
        self.button("period_before", &format!("{kind} Before"), before);
        if after.first_day() <= self.context.today.date {
            let after = self.text(&self.query, after);
            self.button("period_after", &format!("{kind} After"), after);
        }
        self
    }

    /// Adds a select of the week, month, quarter and year that contain the end of the period, or today.
    pub(super) fn kinds(mut self) -> Self {
        let today = self.context.today;
        let day = if self.period.contains(today.date) { today.date } else { self.period.last_day() };
        let Some(periods) = Period::all_of(day, today.calendar) else { return self };
        let subject = match &self.query.subject {
            Subject::Named(Name { core, .. }) => quoted(core),
            Subject::Teams => "teams".to_owned(),
            Subject::Find(name) => format!("find {}", quoted(name)),
            Subject::Me => "me".to_owned(),
            _ => EVERYONE.to_owned(),
        };
        let part = if self.query.part == Part::Trend { " trend" } else { "" };
        let choice = |kind: PeriodKind, period: Period| Choice {
            text: Text::plain(capitalized(kind.name())),
            value: format!("{period}{part} {subject}"),
        };
        let chosen = choice(self.period.kind(), self.period);
        let options: Vec<Choice> = PeriodKind::ALL
            .into_iter()
            .zip(periods)
            .map(|(kind, period)| if kind == self.period.kind() { chosen.clone() } else { choice(kind, period) })
            .collect();
        // The name of a team may be of any length. Without the select, the command can still be typed.
        if options.iter().all(|option| option.value.chars().count() <= MAX_OPTION_VALUE) {
            let placeholder = Text::plain("Period".to_owned());
            let (action_id, initial_option) = ("period", chosen);
            self.elements.push(Element::StaticSelect { action_id, placeholder, options, initial_option });
        }
        self
    }

    /// Adds a button for the latest week with sales.
    pub(super) fn latest(mut self) -> Self {
        let value = self.latest_text(&self.query);
        self.button("latest", "Latest Week", value);
        self
    }

    /// Adds a select of the teams of a report, if there are any.
    pub(super) fn teams(mut self, report: &Report) -> Self {
        let choice = |label: &str, value: String| Choice { text: Text::plain(label_of(label)), value };
        let everyone = || choice("Everyone", EVERYONE.to_owned());
        let chosen = report.team.as_deref().map(|team| choice(team, quoted(team)));
        let chosen = chosen.filter(|choice| choice.value.chars().count() <= MAX_OPTION_VALUE).unwrap_or_else(everyone);
        let mut options = vec![everyone()];
        let ranked = || choice("All Teams", "teams".to_owned());
        let is_of_teams = self.query.subject == Subject::Teams;
        let chosen = if is_of_teams { ranked() } else { chosen };
        if is_of_teams || report.teams.len() > 1 {
            options.push(ranked());
        }
        // Slack rejects two options with the same value.
        let names = if report.teams.is_empty() && self.query.subject == Subject::Teams {
            report.entries.iter().map(|entry| &entry.name).collect::<Vec<_>>()
        } else {
            report.teams.iter().collect()
        };
        for team in names.into_iter().map(|team| choice(team, quoted(team))) {
            let fits = team.value.chars().count() <= MAX_OPTION_VALUE;
            if fits && options.iter().all(|other| other.value != team.value) {
                options.push(team);
            }
        }
        options.truncate(MAX_OPTIONS);
        if options.iter().all(|option| option.value != chosen.value) {
            // The report of a team may name no other teams, if there are many.
            options.truncate(MAX_OPTIONS - 1);
            options.push(chosen.clone());
        }
        if options.len() > 1 {
            let placeholder = Text::plain("Team");
            self.elements.push(Element::StaticSelect {
                action_id: "team",
                placeholder,
                options,
                initial_option: chosen,
            });
        }
        self
    }

    /// Adds buttons for the other measures. Units only if the report has any.
    pub(super) fn measures(mut self, report: &Report) -> Self {
        let current = self.query.measure;
        for measure in Measure::ALL.into_iter().filter(|&measure| measure != current) {
            let (action_id, label) = match measure {
                Measure::Amount => ("by_amount", "By Amount"),
                Measure::Deals => ("by_deals", "By Deals"),
                Measure::Units if report.entries.iter().any(|entry| entry.units.ten_thousandths() != 0) => {
                    ("by_units", "By Units")
                }
                Measure::Units => continue,
            };
            let value = self.text(&Query { measure, ..self.query.clone() }, self.period);
            self.button(action_id, label, value);
        }
        self
    }

    /// Adds a button for the last periods of a board or person, unless the query is about several.
    pub(super) fn trend_of(self, query: &Query) -> Self {
        let is_of_several = query.subject == Subject::Teams || query.part == Part::Compared;
        if is_of_several { self } else { self.trend() }
    }

    /// Adds a button for the last periods.
    pub(super) fn trend(mut self) -> Self {
        let query = Query { part: Part::Trend, rows: DEFAULT_ROWS, ..self.query.clone() };
        let value = self.text(&query, self.period);
        self.button("trend", "Trend", value);
        self
    }

    /// Adds a button for the ranking of the period.
    pub(super) fn ranking(mut self) -> Self {
        let value = self.text(&Query { part: Part::Best, ..self.query.clone() }, self.period);
        self.button("ranking", "Ranking", value);
        self
    }

    /// Adds the button that shares the message, unless it was shared already.
    pub(super) fn share(mut self) -> Self {
        if self.was_shared {
            return self;
        }
        let value = self.text(&Query { share: true, ..self.query.clone() }, self.period);
        self.button("share", "Share to Channel", value);
        self
    }

    /// Adds a button for another subject.
    pub(super) fn suggestion(mut self, label: &str, subject: Subject) -> Self {
        let query = Query { subject, ..self.query.clone() };
        let value = match self.query.period {
            Asked::Latest => self.latest_text(&query),
            _ => self.text(&query, self.period),
        };
        // The ids of the elements in a block must differ.
        let action_id = format!("suggestion_{}", self.elements.len() + 1);
        self.button(&action_id, label, value);
        self
    }

    /// Adds a button that asks with these words.
    pub(super) fn phrase(mut self, words: &str) -> Self {
        let value = format!("{} {words}", self.context.command);
        let action_id = format!("suggestion_{}", self.elements.len() + 1);
        self.button(&action_id, words, value);
        self
    }

    /// Adds the elements to a message.
    pub(super) fn onto(self, message: Message) -> Message {
        let everyone = Query { subject: Subject::Company, part: Part::Best, ..self.query.clone() };
        let text = self.text(&everyone, self.period);
        message.actions(first_chars(&text, MAX_BLOCK_ID).to_owned(), self.elements)
    }

    fn button(&mut self, action_id: &str, label: &str, value: String) {
        // A name may be of any length. Without the button, the command can still be typed.
        if value.chars().count() <= MAX_BUTTON_VALUE {
            let (action_id, text) = (action_id.to_owned(), Text::plain(label_of(label)));
            self.elements.push(Element::Button { action_id, text, value });
        }
    }

    /// Returns the text of the command for a query in a period.
    fn text(&self, query: &Query, period: Period) -> String {
        format!("{} {}", self.context.command, query.text(period))
    }

    /// Returns the text for the latest week at the time the button is pressed.
    fn latest_text(&self, query: &Query) -> String {
        let text = query.text(self.period);
        let words = text.split_once(' ').map_or("", |(_, words)| words);
        format!("{} latest {words}", self.context.command).trim_end().to_owned()
    }
}

/// Returns a label within the limits of Slack.
fn label_of(label: &str) -> String {
    first_chars(&display_name(label, LABEL_COLUMNS), MAX_LABEL).to_owned()
}
