//! The parser of the command grammar.

use jiff::ToSpan;
use standings_core::{Measure, Period, PeriodKind, Week};

use super::filler::{
    is_between, is_filler, is_first_person, is_greeting, is_of_freshness, is_of_speech, is_team, shows,
};
use super::period::{self, PeriodMatch};
use super::query::{Asked, DEFAULT_ROWS, Introduction, LAST_ROWS, MAX_ROWS, Name, Note, Part, Query, Side, Subject};
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
struct Phrase<T> {
    value: T,
    typed: String,
}

/// A parser of one text.
struct Parser<'a, 'b> {
    words: &'a [Word<'b>],
    rest: &'a [Word<'b>],
    today: Today,
    period: Option<Phrase<Asked>>,
    rows: Option<Phrase<(Part, Option<usize>)>>,
    measure: Option<Phrase<Measure>>,
    wide: bool,
    share: bool,
    subject: Option<Subject>,
    notes: Vec<Note>,
    /// The words that belong to no phrase, by their indexes.
    names: Vec<usize>,
    /// The index among them at which the name of a person starts.
    person_starts: Option<usize>,
    /// The name of a month or day of the week that may be that of a person, by its index, and the other period.
    bare: Option<(usize, Asked)>,
    /// Whether the period only says of which kind the periods are, as in `by month`.
    is_kind: bool,
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
        let with = rest.first().is_some_and(|word| word.key == "with");
        is_question || self.words[..at].iter().any(asks) || with && rest.len() > 1 && !is_to_all(rest)
    }

    /// Returns whether the word "deals" that follows is about single deals, as in "biggest deal" and "top 5 deals".
    fn asks_for_single_deals(&self) -> bool {
        let at = self.words.len() - self.rest.len();
        let before = at.checked_sub(1).map_or("", |at| self.words[at].key.as_str());
        let is_deal = matches!(self.rest[0].key.as_str(), "deal" | "order");
        // "Deal of the month"
        let is_elected = is_deal && self.rest.get(1).is_some_and(|word| word.key == "of");
        let is_greatest = matches!(before, "biggest" | "largest" | "best" | "highest" | "greatest")
            && (is_deal || matches!(self.rest[0].key.as_str(), "deals" | "orders"));
        is_elected || is_greatest
    }

    fn found_period(&self) -> Option<PeriodMatch> {
        let is_start_of_name = self.person_starts.is_some_and(|start| start == self.names.len());
        // In "find may" it is a name.
        period::period(self.rest, self.today).filter(|found| !(is_start_of_name && found.is_bare))
    }

    fn add_period(&mut self, found: PeriodMatch) {
        let (used, rest) = self.rest.split_at(found.words);
        let before = self.period.take();
        if self.is_kind {
            self.notes.push(Note::Unused(typed(used)));
            (self.period, self.rest) = (before, rest);
            return;
        }
        if let Some((_, other)) = self.bare.as_mut().filter(|_| !found.is_bare) {
            // In "april jones last month" the other reading has this period.
            *other = found.period.clone();
        }
        if found.is_bare {
            let other = before.as_ref().map_or(Asked::Latest, |before| before.value.clone());
            self.bare = Some((self.words.len() - self.rest.len(), other));
        }
        // A heading names a week twice: "W47, 16–22 Nov 2026". Only the days say of which year.
        let is_heading = |before: &Phrase<Asked>| match (&before.value, &found.period) {
            (Asked::At(before), Asked::At(period)) => before == period || is_week_of_another_year(*before, *period),
            (before, period) => before == period,
        };
        self.rest = rest;
        let found_phrase = Phrase { value: found.period.clone(), typed: typed(used) };
        let at = self.words.len() - self.rest.len() - used.len();
        let Some(before) = before.filter(|before| !is_heading(before)) else {
            self.notes.extend(found.note);
            let value = self.compared_with(at, &found_phrase.value).unwrap_or(found_phrase.value);
            self.period = Some(Phrase { value, ..found_phrase });
            return;
        };
        if let Some(period) = self.in_year(&before, &found_phrase) {
            self.notes.retain(|note| !note.is_about_period());
            let typed = format!("{} {}", before.typed, found_phrase.typed);
            self.period = Some(Phrase { value: Asked::At(period), typed });
            return;
        }
        // Of two that are compared the later, whose change is against the one before.
        let is_list = at > 0 && matches!(self.words[at - 1].key.as_str(), "and" | "or" | "&");
        let are_compared = at > 0 && is_between(&self.words[at - 1].key);
        let is_earlier = matches!((&before.value, &found.period), (Asked::At(before), Asked::At(period))
            if before.first_day() > period.first_day());
        let is_before = |one: &Asked, other: &Asked| match (one, other) {
            (Asked::At(one), Asked::At(other)) => !is_list && other.previous() == *one,
            _ => false,
        };
        if are_compared && is_earlier {
            if !is_before(&found_phrase.value, &before.value) {
                self.notes.push(Note::Unused(found_phrase.typed));
            }
            self.period = Some(before);
        } else {
            self.notes.retain(|note| !note.is_about_period());
            if !(are_compared && is_before(&before.value, &found_phrase.value)) {
                self.notes.push(Note::Unused(before.typed));
            }
            self.notes.extend(found.note);
            self.period = Some(found_phrase);
        }
    }

    /// Returns the running period if the one before it is only what to compare with, as in "are we ahead of last month": its change
    /// is against that one. `at` is the index of the first word of the period.
    fn compared_with(&self, at: usize, period: &Asked) -> Option<Asked> {
        let key = |back: usize| at.checked_sub(back).map_or("", |at| self.words[at].key.as_str());
        let is_compared = matches!(key(1), "vs" | "versus" | "than" | "beat")
            || matches!((key(2), key(1)), ("compared", "to" | "with") | ("ahead", "of"));
        let Asked::At(period) = period else { return None };
        let running = self.today.running(period.kind()).filter(|running| is_compared && running.previous() == *period);
        running.map(Asked::At)
    }

    /// Returns the period of `november last year` and `last year's q4`: one without a year, and a year in words.
    fn in_year(&self, one: &Phrase<Asked>, other: &Phrase<Asked>) -> Option<Period> {
        let is_without_year = |typed: &str| !typed.bytes().any(|byte| byte.is_ascii_digit()) || typed.len() <= 3;
        let (Asked::At(one_period), Asked::At(other_period)) = (&one.value, &other.value) else { return None };
        let (period, year, typed) = match (one_period, other_period) {
            (Period::Year(_), Period::Year(_)) => return None,
            (period, Period::Year(year)) if is_without_year(&other.typed) => (*period, *year, &one.typed),
            (Period::Year(year), period) if is_without_year(&one.typed) => (*period, *year, &other.typed),
            _ => return None,
        };
        if !is_without_year(typed) {
            return None;
        }
        match period {
            Period::Month(month) => {
                let after = (i32::from(month.number()) - i32::from(year.number())).rem_euclid(12);
                Some(Period::Month(year.back(-after)))
            }
            Period::Quarter(first) => {
                let (_, number, _) = self.today.calendar.quarter_of(first);
                Some(Period::Quarter(year.back(-3 * (i32::from(number) - 1))))
            }
            // The week with the same number.
            Period::Week(week) => {
                let years = i32::from(week.monday().year()) - i32::from(year.first_day().year());
                let near = week.monday().checked_sub((52 * i64::from(years)).weeks()).ok()?;
                let mut candidates = [0_i64, 1, -1].into_iter().filter_map(|off| near.checked_sub(off.weeks()).ok());
                let number = week.monday().iso_week_date().week();
                let same = candidates.find(|day| day.iso_week_date().week() == number);
                Week::of_date(same.unwrap_or(near)).map(Period::Week)
            }
            Period::Year(_) => None,
        }
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

    /// Returns the subject from the words that belong to no phrase.
    fn subject_of_names(&mut self) -> Subject {
        let word = |index: &usize| &self.words[*index];
        if let Some(start) = self.person_starts {
            if start > 0 && self.names[..start].iter().any(|index| !is_filler(&word(index).key)) {
                self.notes.push(Note::WholeCompany);
            }
            if let Some((id, name)) = self.names[start..].iter().find_map(|index| word(index).mention()) {
                return Subject::User(id.to_owned(), name.map(str::to_owned));
            }
            let name = self.joined(&self.names[start..]);
            // `find` without a name: the help explains it.
            return if name.is_empty() { Subject::Help } else { Subject::Find(name) };
        }
        if let Some(versus) = self.versus() {
            return versus;
        }
        if let Some((id, name)) = self.names.iter().find_map(|index| word(index).mention()) {
            let is_used = |index: &&usize| {
                word(index).mention().is_some_and(|(other, _)| other == id) || is_filler(&word(index).key)
            };
            let unused: Vec<usize> = self.names.iter().filter(|index| !is_used(index)).copied().collect();
            let unused = self.joined(&unused);
            self.notes.extend(Note::unused(unused));
            return Subject::User(id.to_owned(), name.map(str::to_owned));
        }
        let keys: Vec<&str> = self.names.iter().map(|index| word(index).key.as_str()).collect();
        // "show me" is not about me.
        let is_shown = |at: usize| {
            let (before, after) =
                (at.checked_sub(1).map_or("", |at| keys[at]), keys.get(at + 1).copied().unwrap_or(""));
            match keys[at] {
                "me" => shows(before),
                "i" => matches!(before, "can" | "could" | "may" | "might") || before.is_empty() && wants(after),
                "i'm" | "im" => wants(after),
                _ => false,
            }
        };
        let is_me = (0..keys.len()).any(|at| is_first_person(keys[at]) && !is_shown(at));
        // "Will" is a name unless it is a verb.
        let is_will = |at: usize| {
            keys[at] == "will"
                && (at == 0 || is_between(keys[at - 1]))
                && !keys.get(at + 1).is_some_and(|next| is_verb_after_will(next))
        };
        let adds = |at: &usize| {
            is_will(*at)
                || !is_filler(keys[*at]) && !is_first_person(keys[*at]) && !is_decoration(word(&self.names[*at]))
        };
        let mut core: Vec<usize> = (0..keys.len()).filter(adds).collect();
        let all = self.joined(&self.names);
        if core.iter().all(|at| is_between(keys[*at])) {
            core.clear();
        }
        // In "week 46 and 47" there is nothing else.
        if self.period.is_some() && core.iter().all(|at| is_between(keys[*at]) || word::number(keys[*at]).is_some()) {
            let numbers: Vec<usize> = core.iter().map(|at| self.names[*at]).collect();
            let unused = self.joined(&numbers);
            self.notes.extend(Note::unused(unused));
            core.clear();
        }
        let core_keys: Vec<&str> = core.iter().map(|at| keys[*at]).collect();
        if is_me && !core.is_empty() && asks_about_me(&keys) && core_keys != ["forget"] {
            let rest: Vec<usize> = core.iter().map(|at| self.names[*at]).collect();
            let rest = self.joined(&rest);
            self.notes.push(Note::Unused(rest));
            return Subject::Me;
        }
        match core_keys.as_slice() {
            [] if asks_for_help(&keys) => Subject::Help,
            [] if is_me => Subject::Me,
            [] if all.is_empty() => Subject::Company,
            [] if keys.iter().any(|key| is_between(key)) => Subject::Company,
            // Only fillers: the company, unless a team has that name.
            [] => Subject::Named(Name { core: String::new(), typed: all }),
            ["help" | "?" | "commands" | "usage" | "-h" | "--help" | "/help"] => Subject::Help,
            ["work"] if keys[0] == "how" => Subject::Help,
            ["forget"] if is_me => Subject::ForgetMe,
            [one] if is_me && is_team(one) => Subject::MyTeam,
            teams if teams.iter().all(|key| is_team(key)) => Subject::Teams,
            ["periods"] => Subject::Periods(None),
            ["weeks"] => Subject::Periods(Some(PeriodKind::Week)),
            ["months"] => Subject::Periods(Some(PeriodKind::Month)),
            ["quarters"] => Subject::Periods(Some(PeriodKind::Quarter)),
            ["years"] => Subject::Periods(Some(PeriodKind::Year)),
            freshness if freshness.iter().all(|key| is_of_freshness(key) || is_between(key)) => Subject::Status,
            ["files"] => Subject::File(None),
            _ => {
                let core = core.iter().filter(|at| !is_team(keys[**at])).map(|at| self.names[*at]);
                let core: Vec<usize> = core.collect();
                Subject::Named(Name { core: self.joined(&core), typed: all })
            }
        }
    }

    /// Returns what is compared if a user of Slack is among it: "me vs Bo", "@ana and @bo", "am I ahead of Bo".
    fn versus(&mut self) -> Option<Subject> {
        let key = |index: usize| self.words[index].key.as_str();
        let keys: Vec<&str> = self.names.iter().map(|&index| key(index)).collect();
        let is_me = |at: usize| {
            is_first_person(keys[at])
                && !(keys[at] == "me" && at > 0 && shows(keys[at - 1]))
                && !(keys[at] == "i" && at > 0 && matches!(keys[at - 1], "can" | "could" | "may" | "might"))
        };
        let has_me = (0..keys.len()).any(is_me);
        // In "am I ahead of Bo" these words are between the two.
        let is_ahead = |at: usize| has_me && matches!(keys[at], "ahead" | "behind" | "beating" | "beat" | "than");
        let ends: Vec<usize> = (0..keys.len()).filter(|&at| is_between(keys[at]) || is_ahead(at)).collect();
        let starts = std::iter::once(0).chain(ends.iter().map(|end| end + 1));
        let sides = starts.zip(ends.iter().copied().chain([keys.len()])).filter_map(|(start, end)| {
            if let Some((id, name)) = self.names[start..end].iter().find_map(|&index| self.words[index].mention()) {
                return Some(Side::User(id.to_owned(), name.map(str::to_owned)));
            }
            let name = (start..end).filter(|&at| !is_filler(keys[at]) && !is_first_person(keys[at]));
            let name = self.joined(&name.map(|at| self.names[at]).collect::<Vec<_>>());
            let is_asker = name.is_empty() && (start..end).any(is_me);
            if is_asker { Some(Side::Asker) } else { (!name.is_empty()).then_some(Side::Named(name)) }
        });
        let mut sides: Vec<Side> = sides.collect();
        sides.dedup();
        let has_user = sides.iter().any(|side| !matches!(side, Side::Named(_)));
        (has_user && sides.len() > 1).then_some(Subject::Versus(sides))
    }

    /// Returns words as they were typed, and a name without the `@` before it.
    fn joined(&self, indexes: &[usize]) -> String {
        let raw = indexes.iter().map(|&index| self.words[index].raw.trim_start_matches('@'));
        raw.collect::<Vec<_>>().join(" ")
    }

    /// Returns the other reading of a name next to that of a month or day, with its period.
    fn alternative(&self, subject: &Subject) -> Option<(String, Asked)> {
        let (bare, period) = self.bare.clone()?;
        let Subject::Named(Name { core, .. }) = subject else { return None };
        let mut indexes: Vec<usize> =
            self.names.iter().copied().filter(|&index| !is_filler(&self.words[index].key)).collect();
        let is_next = indexes.iter().any(|&index| index + 1 == bare || bare + 1 == index);
        indexes.push(bare);
        indexes.sort_unstable();
        (is_next && !core.is_empty()).then(|| (self.joined(&indexes), period))
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

/// Returns whether words without any others are a greeting, or ask what can be asked.
fn asks_for_help(keys: &[&str]) -> bool {
    let has = |key: &str| keys.contains(&key);
    let is_emoji = |key: &str| !key.chars().any(char::is_alphanumeric);
    let is_greeting_alone = keys.first().is_some_and(|key| is_greeting(key))
        && keys.iter().all(|key| is_greeting(key) || is_of_speech(key) || is_emoji(key));
    is_greeting_alone || (has("you") && has("can") && has("do"))
}

/// Returns whether a question with other words is still about the one who asks: "where am I in EMEA", "my rank in EMEA".
fn asks_about_me(keys: &[&str]) -> bool {
    let is_pair = |pair: &[&str]| match pair {
        ["am" | "do" | "did" | "was" | "have", "i"] => true,
        ["my", what] => is_filler(what),
        _ => false,
    };
    keys.first() == Some(&"me") || keys.windows(2).any(is_pair)
}

/// Returns whether two periods are weeks with the same number.
fn is_week_of_another_year(one: Period, other: Period) -> bool {
    let number = |period: Period| match period {
        Period::Week(week) => Some(week.monday().iso_week_date().week()),
        _ => None,
    };
    number(one).is_some() && number(one) == number(other)
}

/// Drops the preposition after a phrase, as in "top 5 in emea".
fn skip_preposition<'a, 'b>(words: &'a [Word<'b>]) -> &'a [Word<'b>] {
    match words {
        [first, rest @ ..] if first.is_preposition() => rest,
        _ => words,
    }
}

/// Returns whether after "I" or "I'm" such a word asks for something, and not about the one who asks.
fn wants(key: &str) -> bool {
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

/// Returns whether "will" before this word is a verb.
fn is_verb_after_will(key: &str) -> bool {
    matches!(
        key,
        "win" | "be" | "we" | "i" | "you" | "he" | "she" | "they" | "it" | "the" | "there" | "make" | "get" | "have"
    )
}

/// Returns whether a word is an emoji, as a character or as its name.
fn is_decoration(word: &Word) -> bool {
    let is_name = word.whole.len() > 2 && word.whole.starts_with(':') && word.whole.ends_with(':');
    let has_text = word.key.chars().any(char::is_alphanumeric);
    is_name
        || !has_text && !word.key.is_empty() && !is_between(&word.key) && word.key != "?" && word.mention().is_none()
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
