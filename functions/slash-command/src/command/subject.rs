//! The subject of a command, from the words that belong to no phrase.

use standings_core::PeriodKind;

use super::filler::{
    is_between, is_filler, is_first_person, is_greeting, is_of_freshness, is_of_speech, is_team, shows,
};
use super::parse::{Parser, wants};
use super::query::{Asked, Name, Note, Side, Subject};
use super::word::{self, Word};

impl Parser<'_, '_> {
    /// Returns the subject from the words that belong to no phrase.
    pub(super) fn subject_of_names(&mut self) -> Subject {
        let words = self.words;
        let word = |index: &usize| &words[*index];
        if let Some(start) = self.person_starts {
            return self.found_person(start);
        }
        if let Some(versus) = self.versus() {
            return versus;
        }
        if let Some(mentioned) = self.mentioned() {
            return mentioned;
        }
        let keys: Vec<&str> = self.names.iter().map(|index| word(index).key.as_str()).collect();
        let is_me = (0..keys.len()).any(|at| is_first_person(keys[at]) && !is_shown(&keys, at));
        // "Will" is a name unless it is a verb.
        let is_will = |at: usize| {
            let before = at.checked_sub(1).map_or("", |at| keys[at]);
            let is_asked_about =
                matches!(before, "is" | "was" | "did" | "does" | "has" | "how's" | "where's" | "for" | "of");
            keys[at] == "will"
                && (is_asked_about
                    || (at == 0 || is_between(before))
                        && !keys.get(at + 1).is_some_and(|next| is_verb_after_will(next)))
        };
        // "R & D"
        let is_initial =
            |at: usize| keys[at] == "r" && keys.get(at + 1).is_some_and(|next| matches!(*next, "&" | "and"));
        let adds = |at: &usize| {
            is_will(*at)
                || is_initial(*at)
                || !is_filler(keys[*at]) && !is_first_person(keys[*at]) && !is_decoration(word(&self.names[*at]))
        };
        let mut core: Vec<usize> = (0..keys.len()).filter(adds).collect();
        let all = self.joined(&self.names);
        if core.iter().all(|at| is_between(keys[*at])) {
            core.clear();
        }
        // In "week 46 and 47" there is nothing else.
        let is_only = |is: &dyn Fn(&str) -> bool| core.iter().all(|at| is(keys[*at]));
        let is_numbers = self.period.is_some() && is_only(&|key| is_between(key) || word::number(key).is_some());
        // Next to a period or measure, these are not about how fresh the data is.
        let is_late = (self.period.is_some() || self.measure.is_some())
            && is_only(&|key| matches!(key, "last" | "latest" | "date"));
        if is_numbers || is_late {
            self.leave_out(&core.iter().map(|at| self.names[*at]).collect::<Vec<_>>());
            core.clear();
        }
        let core_keys: Vec<&str> = core.iter().map(|at| keys[*at]).collect();
        if is_me && !core.is_empty() && asks_about_me(&keys) && core_keys != ["forget"] {
            self.leave_out(&core.iter().map(|at| self.names[*at]).collect::<Vec<_>>());
            return Subject::Me;
        }
        match core_keys.as_slice() {
            [] if asks_for_help(&keys) => Subject::Help,
            [] if is_me && keys.contains(&"team's") => Subject::MyTeam,
            [] if is_me => Subject::Me,
            [] if all.is_empty() => Subject::Company,
            [] if keys.iter().any(|key| is_between(key)) => Subject::Company,
            // Only fillers: the company, unless a team has that name.
            [] => Subject::Named(Name { core: String::new(), typed: all }),
            ["help" | "?" | "commands" | "usage" | "-h" | "--help" | "/help" | "examples" | "example" | "ask"] => {
                Subject::Help
            }
            ["work" | "use"] if keys[0] == "how" => Subject::Help,
            ["forget"] if is_me => Subject::ForgetMe,
            [one] if is_me && is_team(one) => Subject::MyTeam,
            teams if teams.iter().all(|key| is_team(key)) => Subject::Teams,
            ["periods"] => Subject::Periods(None),
            ["weeks"] => Subject::Periods(Some(PeriodKind::Week)),
            ["months"] => Subject::Periods(Some(PeriodKind::Month)),
            ["quarters"] => Subject::Periods(Some(PeriodKind::Quarter)),
            ["years"] => Subject::Periods(Some(PeriodKind::Year)),
            ["files"] => Subject::File(None),
            freshness if freshness.iter().all(|key| is_of_freshness(key) || is_between(key) || *key == "files") => {
                Subject::Status
            }
            _ => {
                let core = core.iter().filter(|at| !is_team(keys[**at])).map(|at| self.names[*at]);
                let core: Vec<usize> = core.collect();
                Subject::Named(Name { core: self.joined(&core), typed: all })
            }
        }
    }

    /// Returns the person to be found, whose name starts at an index of `names`.
    fn found_person(&mut self, start: usize) -> Subject {
        let word = |index: &usize| &self.words[*index];
        if start > 0 && self.names[..start].iter().any(|index| !is_filler(&word(index).key)) {
            self.notes.push(Note::WholeCompany);
        }
        if let Some((id, name)) = self.names[start..].iter().find_map(|index| word(index).mention()) {
            return Subject::User(id.to_owned(), name.map(str::to_owned));
        }
        let name = self.joined(&self.names[start..]);
        // `find` without a name: the help explains it.
        if name.is_empty() { Subject::Help } else { Subject::Find(name) }
    }

    /// Returns the user of Slack who is mentioned.
    fn mentioned(&mut self) -> Option<Subject> {
        let words = self.words;
        let word = |index: &usize| &words[*index];
        let (id, name) = self.names.iter().find_map(|index| word(index).mention())?;
        let is_used =
            |index: &&usize| word(index).mention().is_some_and(|(other, _)| other == id) || is_filler(&word(index).key);
        let unused: Vec<usize> = self.names.iter().filter(|index| !is_used(index)).copied().collect();
        self.leave_out(&unused);
        Some(Subject::User(id.to_owned(), name.map(str::to_owned)))
    }

    /// Returns what is compared if a user of Slack is among it: "me vs Bo", "@ana and @bo", "am I ahead of Bo".
    fn versus(&self) -> Option<Subject> {
        let key = |index: usize| self.words[index].key.as_str();
        let keys: Vec<&str> = self.names.iter().map(|&index| key(index)).collect();
        let is_me = |at: usize| {
            is_first_person(keys[at]) && !is_shown(&keys, at) && !keys.get(at + 1).is_some_and(|next| wants(next))
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
            // "My team" is nobody.
            let is_name = |at: usize| !is_filler(keys[at]) && !is_first_person(keys[at]) && !is_team(keys[at]);
            let name = (start..end).filter(|&at| is_name(at));
            let name = self.joined(&name.map(|at| self.names[at]).collect::<Vec<_>>());
            let is_asker = name.is_empty() && (start..end).any(is_me);
            if is_asker { Some(Side::Asker) } else { (!name.is_empty()).then_some(Side::Named(name)) }
        });
        let mut sides: Vec<Side> = sides.collect();
        sides.dedup();
        let has_user = sides.iter().any(|side| !matches!(side, Side::Named(_)));
        (has_user && sides.len() > 1).then_some(Subject::Versus(sides))
    }

    /// Notes that words were not used.
    fn leave_out(&mut self, indexes: &[usize]) {
        let unused = self.joined(indexes);
        self.notes.extend(Note::unused(unused));
    }

    /// Returns words as they were typed, and a name without the `@` before it.
    fn joined(&self, indexes: &[usize]) -> String {
        let raw = indexes.iter().map(|&index| self.words[index].raw.trim_start_matches('@'));
        raw.collect::<Vec<_>>().join(" ")
    }

    /// Returns the other reading of a name next to that of a month or day, with its period.
    pub(super) fn alternative(&self, subject: &Subject) -> Option<(String, Asked)> {
        let (bare, period) = self.bare.clone()?;
        let Subject::Named(Name { core, .. }) = subject else { return None };
        let mut indexes: Vec<usize> =
            self.names.iter().copied().filter(|&index| !is_filler(&self.words[index].key)).collect();
        let is_next = indexes.iter().any(|&index| index + 1 == bare || bare + 1 == index);
        indexes.push(bare);
        indexes.sort_unstable();
        (is_next && !core.is_empty()).then(|| (self.joined(&indexes), period))
    }
}

/// Returns whether a word of the first person is not who is asked about, as in "show me" and "I want to see".
fn is_shown(keys: &[&str], at: usize) -> bool {
    let (before, after) = (at.checked_sub(1).map_or("", |at| keys[at]), keys.get(at + 1).copied().unwrap_or(""));
    match keys[at] {
        "me" => shows(before),
        "i" => matches!(before, "can" | "could" | "may" | "might") || before.is_empty() && wants(after),
        "i'm" | "im" => wants(after),
        _ => false,
    }
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
