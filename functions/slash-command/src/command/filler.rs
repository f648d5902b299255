//! Words that add nothing to a question, as in "can you show me the ranking for emea please".

/// Words of a sentence around what is asked.
const SPEECH: &str = "\
    please pls plz ok okay the a an us we our you your it its it's that this these those there who who's whos whose \
    what what's whats which how how's hows where where's wheres is are was were be been am do does did has have had \
    show give tell get send bring fetch let display see view print pull look looking want need know can could would \
    will may might shall should like for from in of on during at within by per as many much close about just now right currently so \
    far up then only also - doing going got made make making stand again quick quickly remind if um uh hm hmm er eh \
    i'd id i'll ill we'd let's lets gimme wanna kindly simply today's info information everything any anyone full \
    rn here came come bot good morning evening afternoon team's curious wondering interested trying asking behind below \
    above idea ideas sort sorted order ordered he's she's they're who'd how'd who'll lemme yeah yes sure \
    cheers mate guys folks buddy friend r u name ones";

/// Words for a ranking, the people in it and what they do.
const RANKING: &str = "\
    ranking rankings rank ranks ranked standing standings score scores scoreboard scorecard leaderboard leaderboards \
    board table list results result report numbers figures stats statistics performance position place sales sale \
    selling sold sell sells seller sellers salesperson salespeople salesman salesmen saleswoman rep reps people \
    person performer performers closer closers closed closes everyone everybody all company whole winning wins won \
    win winner winners leading leads led lead leader leaders ahead first second third 1st 2nd 3rd #1 best highest \
    most greatest biggest top number dog mvp champ champion champions killing crushing it earner earners employee \
    employees runner overall grand podium summary overview recap dashboard";

/// Words for the teams of a company.
const TEAM: &str = "\
    team teams region regions territory territories office offices department departments squad squads group groups";

/// Words about how fresh the data is.
const FRESHNESS: &str = "\
    data date when updated update updates upload uploads uploaded last latest fresh freshness refreshed refresh \
    status health problems errors old wrong missing incorrect live sync synced reload rejected failed incomplete stale";

/// Returns whether a word, as it is compared, is passed over when the rest of a question makes sense without it.
pub(super) fn is_filler(key: &str) -> bool {
    is_greeting(key) || is_of_ranking(key) || is_of_speech(key)
}

/// Returns whether a word greets. Alone, it asks for help.
pub(super) fn is_greeting(key: &str) -> bool {
    matches!(key, "hi" | "hello" | "hey" | "hallo" | "yo" | "howdy" | "thanks" | "thank" | "thx")
}

/// Returns whether a word is about the person who asks.
pub(super) fn is_first_person(key: &str) -> bool {
    matches!(key, "me" | "my" | "mine" | "myself" | "i" | "i'm" | "im" | "i've" | "ive")
}

/// Returns whether "me" after this word is the one who is shown something, not the one who is asked about.
pub(super) fn shows(key: &str) -> bool {
    matches!(key, "show" | "give" | "tell" | "get" | "send" | "bring" | "let" | "fetch" | "find" | "remind")
}

/// Returns whether a word stands between two teams that are compared.
pub(crate) fn is_between(key: &str) -> bool {
    matches!(
        key,
        "vs" | "v"
            | "versus"
            | "against"
            | "and"
            | "or"
            | "&"
            | "with"
            | "to"
            | "compare"
            | "compared"
            | "between"
            | "-"
            | "/"
    )
}

/// Returns whether a word stands for the teams of a company.
pub(super) fn is_team(key: &str) -> bool {
    is_in(TEAM, key)
}

/// Returns whether a word is about how fresh the data is.
pub(super) fn is_of_freshness(key: &str) -> bool {
    is_in(FRESHNESS, key)
}

/// Returns whether a word turns the meaning of the next one around, which no ranking can do.
pub(crate) fn negates(key: &str) -> bool {
    matches!(key, "not" | "no" | "except" | "without" | "excluding" | "but" | "minus")
}

pub(super) fn is_of_speech(key: &str) -> bool {
    is_in(SPEECH, key)
}

fn is_of_ranking(key: &str) -> bool {
    is_in(RANKING, key)
}

fn is_in(words: &str, key: &str) -> bool {
    words.split(' ').any(|word| word == key)
}
