//! The parser of the command grammar.

use standings_core::{Measure, PeriodKind};

use super::filler::is_filler;
use super::period;
use super::query::{Asked, DEFAULT_ROWS, Introduction, LAST_ROWS, MAX_ROWS, Name, Note, Part, Query, Subject};
use super::rows::rows;
use super::word::{self, Word, typed};
use crate::today::Today;

impl Query {
    /// Parses the text of a command, on the day `today`. Every text has a meaning, so there is no error; see
    /// [`Asked::Invalid`] and [`Query::notes`].
    ///
    /// On Tuesday, 24 November 2026:
    ///
    /// | text | subject | period | further |
    /// |---|---|---|---|
    /// | (empty), `who is winning?` | company | latest | 15 rows by amount |
    /// | `last week` | company | 2026-W47 | |
    /// | `november`, `this month`, `2026-11` | company | November 2026 | |
    /// | `Q4`, `this quarter`, `2026-Q4` | company | the fourth quarter of 2026 | |
    /// | `ytd`, `2026` | company | the year 2026 | |
    /// | `nov 18`, `last wednesday` | company | 2026-W47 | with [`Note::Day`] |
    /// | `north america top 5 by deals share` | "north america" | latest | 5 rows by deals, shared |
    /// | `show me the emea team please` | "emea", as typed "the emea team" | latest | |
    /// | `top 500` | company | latest | 100 rows, with [`Note::Rows`] |
    /// | `bottom 5`, `total` | company | latest | the last rows, the total |
    /// | `W46 W47` | company | 2026-W47 | with [`Note::Unused`] |
    /// | `Feb 30` | company | 2026-W09 | with [`Note::Nearest`] |
    /// | `2026-13-01` | company | invalid | |
    /// | `best team`, `team totals` | the teams | latest | |
    /// | `file "november.csv"` | the file "november.csv" | latest | |
    /// | `me is Ana Lima` | the user is "Ana Lima" | latest | |
    /// | `where am i` | the user | latest | |
    /// | `emea find ana` | person "ana" | latest | with [`Note::WholeCompany`] |
    /// | `"last week" last week` | "last week" | 2026-W47 | |
    pub(crate) fn parse(text: &str, today: Today) -> Self {
        // Slack escapes these three characters in the text of a command.
        // https://docs.slack.dev/messaging/formatting-message-text
        let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
        let mut words = word::split(&text);
        // The command, typed twice.
        if words.len() > 1 && words[0].raw.strip_prefix('/').is_some_and(|name| name.chars().all(char::is_alphabetic)) {
            words.remove(0);
        }
        let mut parser = Parser::new(&words, today);
        parser.phrases();
        parser.query()
    }
}

/// A phrase that was found: its meaning, and how it was typed.
pub(super) struct Phrase<T> {
    pub(super) value: T,
    pub(super) typed: String,
}

/// A parser of one text.
pub(super) struct Parser<'a, 'b> {
    pub(super) words: &'a [Word<'b>],
    pub(super) rest: &'a [Word<'b>],
    pub(super) today: Today,
    pub(super) period: Option<Phrase<Asked>>,
    pub(super) rows: Option<Phrase<(Part, Option<usize>)>>,
    pub(super) measure: Option<Phrase<Measure>>,
    pub(super) wide: bool,
    pub(super) share: bool,
    pub(super) subject: Option<Subject>,
    pub(super) notes: Vec<Note>,
    /// The words that belong to no phrase, by their indexes.
    pub(super) names: Vec<usize>,
    /// The index among them at which the name of a person starts.
    pub(super) person_starts: Option<usize>,
    /// The name of a month or day of the week that may be that of a person, by its index, and the other period.
    pub(super) bare: Option<(usize, Asked)>,
    /// Whether the period only says of which kind the periods are, as in `by month`.
    pub(super) is_kind: bool,
}

impl<'a, 'b> Parser<'a, 'b> {
    fn new(words: &'a [Word<'b>], today: Today) -> Self {
        Self {
            words,
            rest: words,
            today,
            period: None,
            rows: None,
            measure: None,
            wide: false,
            share: false,
            subject: None,
            notes: Vec::new(),
            names: Vec::new(),
            person_starts: None,
            bare: None,
            is_kind: false,
        }
    }

    /// Splits the text into phrases and names.
    fn phrases(&mut self) {
        while let [first, after_first @ ..] = self.rest {
            let is_start =
                self.names.iter().all(|&index| is_filler(&self.words[index].key)) && self.person_starts.is_none();
            if first.key == "file" && is_start {
                // Names of files look like anything, so all further words are the name.
                let name = after_first.iter().map(|word| word.whole).collect::<Vec<_>>().join(" ");
                self.subject = Some(Subject::File((!name.is_empty()).then_some(name)));
                self.rest = &[];
            } else if let Some(introduction) = introduction(self.rest).filter(|_| is_start) {
                self.subject = Some(Subject::MeIs(introduction));
                self.rest = &[];
            } else if let Some(kind) = kept_per(self.rest) {
                let typed = typed(&self.rest[..2]);
                self.rows = Some(Phrase { value: (Part::Trend, None), typed: typed.clone() });
                let running = self.today.running(kind).map_or(Asked::Latest, Asked::At);
                self.period = Some(Phrase { value: running, typed });
                self.is_kind = true;
                self.rest = &self.rest[2..];
            } else if let Some(found) = self.found_period() {
                self.add_period(found);
            } else if let Some(measure) = counted(self.rest) {
                let typed = typed(&self.rest[..3]);
                self.rows = Some(Phrase { value: (Part::Total, None), typed: typed.clone() });
                self.measure = Some(Phrase { value: measure, typed });
                self.rest = &self.rest[3..];
            } else if let Some((found, used)) = rows(self.rest) {
                let typed = typed(&self.rest[..used]);
                if let Some(other) = self.rows.replace(Phrase { value: found, typed }) {
                    self.notes.push(Note::Unused(other.typed));
                }
                self.rest = skip_preposition(&self.rest[used..]);
            } else if let Some((measure, used)) = measure(self.rest) {
                let typed = typed(&self.rest[..used]);
                if measure == Measure::Deals && self.asks_for_single_deals() {
                    self.notes.push(Note::SingleDeals);
                }
                let other = self.measure.replace(Phrase { value: measure, typed });
                self.notes.extend(other.filter(|other| other.value != measure).map(|other| Note::Unused(other.typed)));
                self.rest = skip_preposition(&self.rest[used..]);
            } else if first.key == "share" && self.is_verb() {
                let is_asked = self.is_asked_about_sharing();
                let names_channel =
                    |word: &Word| !word.key.is_empty() && (word.raw.starts_with('#') || word.raw.starts_with("<#"));
                let at = after_first.iter().position(names_channel);
                // A message goes to the channel where it was asked for.
                match at {
                    None if !is_asked => self.share = true,
                    _ => self.notes.push(Note::NothingPosted),
                }
                self.rest = at.map_or(after_first, |at| if at <= 1 { &after_first[at + 1..] } else { after_first });
            } else if self.share && is_to_all(self.rest) {
                // In "share top 5 with the team" that is the channel.
                self.rest = &[];
            } else if first.key == "wide" {
                self.wide = true;
                self.rest = after_first;
            } else if matches!(first.key.as_str(), "find" | "search" | "lookup") && self.person_starts.is_none() {
                self.person_starts = Some(self.names.len());
                let is_filler = |word: &&Word| matches!(word.key.as_str(), "me" | "for");
                self.rest = &after_first[after_first.iter().take_while(is_filler).count()..];
            } else {
                // The "in" of "emea in week 47" belongs to the period, not to the team.
                if !(first.is_preposition() && period::period(after_first, self.today).is_some()) {
                    self.names.push(self.words.len() - self.rest.len());
                }
                self.rest = after_first;
            }
        }
    }

    /// Returns whether the word "share" that follows is not a part of something: "EMEA's share of total".
    fn is_verb(&self) -> bool {
        let at = self.words.len() - self.rest.len();
        let before = at.checked_sub(1).map_or("", |at| self.words[at].key.as_str());
        let after = self.rest.get(1).map_or("", |word| word.key.as_str());
        if before.ends_with("'s") && before != "let's" || before == "our" {
            return false;
        }
        !matches!(
            before,
            "what" | "what's" | "whats" | "which" | "market" | "his" | "her" | "their" | "its" | "the" | "a"
        ) && !matches!(after, "of" | "does" | "do" | "did" | "has" | "have" | "is")
    }

    /// Returns whether sharing is asked about or refused, or is with somebody: "how do I share this", "don't share", "share with Bo".
    fn is_asked_about_sharing(&self) -> bool {
        let at = self.words.len() - self.rest.len();
        let asks = |word: &Word| {
            matches!(word.key.as_str(), "how" | "should" | "what" | "don't" | "dont" | "not" | "never" | "no" | "why")
                || word.key == "don\u{2019}t"
        };
        let is_question = self.words.last().is_some_and(|word| word.whole.ends_with('?'));
        let rest = &self.rest[1..];
        // "Share EMEA with Bo"
        let with = rest.iter().position(|word| word.key == "with");
        let is_for_others = with.is_some_and(|with| with + 1 < rest.len() && !is_to_all(&rest[with..]));
        is_question || self.words[..at].iter().any(asks) || is_for_others
    }

    /// Returns whether the word "deals" that follows is about single deals, as in "biggest deal" and "top 5 deals".
    fn asks_for_single_deals(&self) -> bool {
        let at = self.words.len() - self.rest.len();
        let before = at.checked_sub(1).map_or("", |at| self.words[at].key.as_str());
        let is_deal = matches!(self.rest[0].key.as_str(), "deal" | "order");
        let before_number = at.checked_sub(2).map_or("", |at| self.words[at].key.as_str());
        let is_listed = matches!(before, "top" | "first" | "last" | "latest" | "recent" | "of")
            || before_number == "top" && word::number(before).is_some();
        let is_greatest = matches!(before, "biggest" | "largest" | "best" | "highest" | "greatest");
        let is_named = is_deal || matches!(self.rest[0].key.as_str(), "deals" | "orders");
        // "Deal of the month", "my last deal"
        is_deal || is_named && (is_greatest || is_listed)
    }

    /// Puts the phrases and names together.
    fn query(mut self) -> Query {
        let subject = match self.subject.take() {
            Some(subject) => subject,
            None => self.subject_of_names(),
        };
        let (part, typed_rows) = match &self.rows {
            Some(Phrase { value, .. }) => *value,
            None => (Part::Best, None),
        };
        let default = if part == Part::Last { LAST_ROWS } else { DEFAULT_ROWS };
        let rows = typed_rows.unwrap_or(default).clamp(1, MAX_ROWS);
        if typed_rows.is_some_and(|typed| typed != rows) {
            self.notes.push(Note::Rows);
        }
        // A file has everyone, whoever wants it.
        let is_nobody =
            matches!(&subject, Subject::Me) || matches!(&subject, Subject::Named(Name { core, .. }) if core.is_empty());
        let subject = if part == Part::File && is_nobody { Subject::Company } else { subject };
        // Totals of teams are their ranking.
        let part = if part == Part::Total && subject == Subject::Teams { Part::Best } else { part };
        let alternative = self.alternative(&subject);
        let mut query = Query {
            subject,
            period: self.period.as_ref().map_or(Asked::Latest, |period| period.value.clone()),
            rows,
            part,
            measure: self.measure.as_ref().map_or(Measure::Amount, |measure| measure.value),
            wide: self.wide,
            share: self.share,
            notes: Vec::new(),
            alternative: None,
        };
        self.note_unused(&mut query);
        query.notes = self.notes;
        query.alternative = alternative.map(|(name, period)| {
            let is_name =
                |note: &Note| matches!(note, Note::Unused(unused) if name.split(' ').any(|word| word == unused));
            let notes = query.notes.iter().filter(|note| !note.is_about_period() && !is_name(note)).cloned().collect();
            Box::new(Query { subject: Subject::named(name), period, notes, ..query.clone() })
        });
        query
    }

    /// Notes the phrases that the subject has no use for.
    fn note_unused(&mut self, query: &mut Query) {
        let (uses_period, uses_rows, uses_measure, can_be_shared) = match &query.subject {
            Subject::Company | Subject::Named(_) | Subject::MyTeam => (true, true, true, true),
            Subject::Versus(_) => (true, false, true, true),
            Subject::Teams => (true, query.part != Part::Trend, true, true),
            Subject::Me | Subject::User(..) | Subject::Find(_) => (true, query.part == Part::Trend, true, true),
            Subject::Periods(_) => (false, query.part == Part::Best, false, true),
            Subject::Status | Subject::File(_) | Subject::Help | Subject::MeIs(_) | Subject::ForgetMe => {
                (false, false, false, false)
            }
        };
        let can_be_shared = can_be_shared && query.part != Part::File;
        let mut note = |typed: Option<String>| self.notes.extend(typed.map(Note::Unused));
        if !uses_period
            && let Some(Phrase { value, typed }) = self.period.as_ref().filter(|period| period.value != Asked::Latest)
        {
            if matches!(value, Asked::Invalid(_)) {
                query.period = Asked::Latest;
            }
            note(Some(typed.clone()));
        }
        if !uses_rows {
            (query.rows, query.part) = (DEFAULT_ROWS, Part::Best);
            note(self.rows.as_ref().map(|rows| rows.typed.clone()));
        }
        if !uses_measure {
            query.measure = Measure::Amount;
            note(self.measure.as_ref().map(|measure| measure.typed.clone()));
        }
        if !uses_period {
            self.notes.retain(|note| !note.is_about_period());
        }
        if self.share && !can_be_shared {
            query.share = false;
            self.notes.push(Note::NotShared);
        }
    }
}

/// Returns whether words are "with everyone" and the like, which is the channel.
fn is_to_all(words: &[Word]) -> bool {
    let is_all = |word: &Word| {
        matches!(
            word.key.as_str(),
            "everyone"
                | "everybody"
                | "all"
                | "us"
                | "the"
                | "this"
                | "whole"
                | "my"
                | "our"
                | "channel"
                | "team"
                | "group"
                | "company"
                | "here"
                | "please"
        )
    };
    matches!(words, [with, all @ ..] if matches!(with.key.as_str(), "with" | "to") && !all.is_empty() && all.iter().all(is_all))
}

/// Drops the preposition after a phrase, as in "top 5 in emea".
fn skip_preposition<'a, 'b>(words: &'a [Word<'b>]) -> &'a [Word<'b>] {
    match words {
        [first, rest @ ..] if first.is_preposition() => rest,
        _ => words,
    }
}

/// Returns whether after "I" or "I'm" such a word asks for something, and not about the one who asks.
pub(super) fn wants(key: &str) -> bool {
    matches!(
        key,
        "want"
            | "need"
            | "wanna"
            | "would"
            | "like"
            | "looking"
            | "curious"
            | "interested"
            | "trying"
            | "wondering"
            | "asking"
    )
}

/// Parses `by month`, `per week` and `best month`: sales of each period, whose kind is returned. They are two words.
fn kept_per(words: &[Word]) -> Option<PeriodKind> {
    let [per, kind, after @ ..] = words else { return None };
    match per.key.as_str() {
        "by" | "per" | "every" => {}
        // In "the best week last week" it is one of the period.
        "best" | "biggest" if after.iter().all(|word| word.key == "ever") => {}
        _ => return None,
    }
    PeriodKind::ALL.into_iter().find(|known| known.name() == kind.key)
}

/// Parses `me is Ana Lima`. All remaining words are the name, even if they look like phrases.
fn introduction(words: &[Word]) -> Option<Introduction> {
    let key = |index: usize| words.get(index).map_or("", |word| word.key.as_str());
    let (used, is_plain) = match (key(0), key(1), key(2)) {
        ("me", "is", _) | ("i'm" | "im", "called", _) => (2, true),
        ("my", "name", "is") | ("i", "am", "called") => (3, true),
        ("i", "am", _) => (2, false),
        ("i'm" | "im", _, _) => (1, false),
        _ => return None,
    };
    let rest = words.get(used..)?;
    // "I am winning", "I'm looking for EMEA" and "my name is wrong" introduce nobody.
    let is_no_name = |word: &Word| {
        wants(&word.key)
            || word.mention().is_some()
            || is_plain
                && matches!(word.key.as_str(), "not" | "wrong" | "missing" | "incorrect" | "misspelled" | "misspelt")
    };
    if rest.first().is_some_and(is_no_name) || rest.iter().all(|word| is_filler(&word.key)) {
        return None;
    }
    let name = typed(rest);
    let name = name.trim_start_matches('@').to_owned();
    (!name.is_empty()).then_some(Introduction { name, is_plain })
}

/// Parses `how many deals`: what is counted. They are three words.
fn counted(words: &[Word]) -> Option<Measure> {
    let [how, many, what, ..] = words else { return None };
    match (how.key.as_str(), many.key.as_str(), what.key.as_str()) {
        ("how", "many", "deals" | "orders" | "sales") => Some(Measure::Deals),
        ("how", "many", "units" | "pieces") => Some(Measure::Units),
        _ => None,
    }
}

/// Parses `by deals`, and `deals` alone: the measure and the number of words.
fn measure(words: &[Word]) -> Option<(Measure, usize)> {
    let key = |index: usize| words.get(index).map_or("", |word| word.key.as_str());
    let by = usize::from(matches!(key(0), "by" | "per" | "in"));
    let counted = matches!((key(by), key(by + 1)), ("number" | "count", "of"));
    let number_of = if counted || (key(by), key(by + 1)) == ("amount", "of") { 2 } else { 0 };
    let at = by + number_of;
    let (measure, is_clear) = match key(at) {
        "deals" | "deal" | "orders" => (Measure::Deals, true),
        "units" | "unit" | "quantity" | "pieces" => (Measure::Units, true),
        "revenue" | "turnover" | "amount" | "amounts" | "money" | "value" => (Measure::Amount, true),
        "sales" if counted => (Measure::Deals, true),
        "sales" => (Measure::Amount, false),
        "count" => (Measure::Deals, false),
        _ => return None,
    };
    let is_count = at + 1 < words.len() && matches!(key(at + 1), "count" | "counts");
    let used = at + 1 + usize::from(is_clear && is_count);
    (is_clear || by == 1 && key(0) == "by").then_some((measure, used))
}
