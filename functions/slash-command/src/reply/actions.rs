//! Buttons and choices: each stands for the text of a command.
//!
//! The text is the value of a button. The value of a choice is short, so that the rest of its text is the id of the
//! block that it stands in.

use serde::Serialize;
use standings_core::{Measure, Report, Week};

use super::Asking;
use super::message::{Message, Text};
use super::text::shown;
use crate::command::{Ask, Period, Query, quoted};

/// Limits of Slack: <https://docs.slack.dev/reference/block-kit/block-elements>.
const MAX_OPTIONS: usize = 100;
const MAX_OPTION_VALUE: usize = 150;
const MAX_BLOCK_ID: usize = 255;
const MAX_BUTTON_VALUE: usize = 2000;

/// A button's label and an option may have 75 characters; longer ones are hard to read anyway.
const LABEL_COLUMNS: usize = 40;
const MAX_LABEL: usize = 75;

/// The choice that is no team.
const EVERYONE: &str = "everyone";

/// Something to press.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Element {
    Button { action_id: String, text: Text, value: String },
    StaticSelect { action_id: &'static str, placeholder: Text, options: Vec<Choice>, initial_option: Choice },
}

/// One option of a choice.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Choice {
    text: Text,
    value: String,
}

/// The buttons below an answer about one week.
pub(super) struct Actions<'a> {
    asking: Asking<'a>,
    /// What was asked; a button does not share what its answer has shared.
    query: Query,
    was_shared: bool,
    week: Week,
    elements: Vec<Element>,
}

impl<'a> Actions<'a> {
    pub(super) fn new(asking: Asking<'a>, query: &Query, week: Week) -> Self {
        let (was_shared, query) = (query.share, Query { share: false, ..query.clone() });
        Self { asking, query, was_shared, week, elements: Vec::new() }
    }

    /// The week before, and the one after where it has begun.
    pub(super) fn weeks(mut self) -> Self {
        let (before, after) = (self.week.previous(), self.week.next());
        let before = self.text(&self.query, before);
        self.press("week_before", "Week Before", before);
        if after <= self.asking.this_week {
            let after = self.text(&self.query, after);
            self.press("week_after", "Week After", after);
        }
        self
    }

    /// The latest week that has sales.
    pub(super) fn latest(mut self) -> Self {
        let value = self.latest_text(&self.query);
        self.press("latest", "Latest Week", value);
        self
    }

    /// The choice of a team, where there are any.
    pub(super) fn teams(mut self, report: &Report) -> Self {
        let choice = |label: &str, value: String| Choice { text: Text::plain(label_of(label)), value };
        let everyone = || choice("Everyone", EVERYONE.to_owned());
        let chosen = report.team.as_deref().map(|team| choice(team, quoted(team)));
        let chosen = chosen.filter(|choice| choice.value.chars().count() <= MAX_OPTION_VALUE).unwrap_or_else(everyone);
        let mut options = vec![everyone()];
        // Two teams of one name would be two options of one value, which Slack refuses.
        for team in report.teams.iter().map(|team| choice(team, quoted(team))) {
            let fits = team.value.chars().count() <= MAX_OPTION_VALUE;
            if fits && options.iter().all(|other| other.value != team.value) {
                options.push(team);
            }
        }
        options.truncate(MAX_OPTIONS);
        if options.iter().all(|option| option.value != chosen.value) {
            options.pop();
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

    /// The measures that are not shown.
    pub(super) fn measures(mut self, report: &Report) -> Self {
        let shown = self.query.measure;
        for measure in Measure::ALL.into_iter().filter(|&measure| measure != shown) {
            let (action_id, label) = match measure {
                Measure::Amount => ("by_amount", "By Amount"),
                Measure::Deals => ("by_deals", "By Deals"),
                Measure::Units if report.entries.iter().any(|entry| entry.units.ten_thousandths() != 0) => {
                    ("by_units", "By Units")
                }
                // Nobody noted any.
                Measure::Units => continue,
            };
            let value = self.text(&Query { measure, ..self.query.clone() }, self.week);
            self.press(action_id, label, value);
        }
        self
    }

    /// Everyone in the channel is to see it.
    pub(super) fn share(mut self) -> Self {
        if self.was_shared {
            return self;
        }
        let value = self.text(&Query { share: true, ..self.query.clone() }, self.week);
        self.press("share", "Share to Channel", value);
        self
    }

    /// What was probably meant.
    pub(super) fn suggestion(mut self, label: &str, ask: Ask) -> Self {
        let query = Query { ask, ..self.query.clone() };
        let value = match self.query.period {
            Period::Latest => self.latest_text(&query),
            _ => self.text(&query, self.week),
        };
        // No two of a block may have the same.
        let action_id = format!("suggestion_{}", self.elements.len() + 1);
        self.press(&action_id, label, value);
        self
    }

    /// Adds the buttons to a message.
    pub(super) fn onto(self, message: Message) -> Message {
        let everyone = Query { ask: Ask::Company, ..self.query.clone() };
        let block_id: String = self.text(&everyone, self.week).chars().take(MAX_BLOCK_ID).collect();
        message.actions(block_id, self.elements)
    }

    fn press(&mut self, action_id: &str, label: &str, value: String) {
        // The words of a person's name may be of any length; without the button they can still be typed.
        if value.chars().count() <= MAX_BUTTON_VALUE {
            let (action_id, text) = (action_id.to_owned(), Text::plain(label_of(label)));
            self.elements.push(Element::Button { action_id, text, value });
        }
    }

    fn text(&self, query: &Query, week: Week) -> String {
        format!("{} {}", self.asking.command, query.text(week))
    }

    /// The same of the latest week, whichever that is by then.
    fn latest_text(&self, query: &Query) -> String {
        let text = query.text(self.week);
        let words = text.split_once(' ').map_or("", |(_, words)| words);
        format!("{} latest {words}", self.asking.command).trim_end().to_owned()
    }
}

/// A label that fits, however many characters its columns have.
fn label_of(label: &str) -> String {
    shown(label, LABEL_COLUMNS).chars().take(MAX_LABEL).collect()
}
