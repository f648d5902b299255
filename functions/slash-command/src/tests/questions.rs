//! Questions as salespeople, managers and operators type them, and what the answer is about. It is Tuesday, 24 November 2026.

use standings_core::{Board, Report};

use super::harness::Harness;
use super::replies::{company, emea, report};

/// Questions with the heading of their answer, and a part of the answer.
const QUESTIONS: &[(&str, &str, &str)] = &[
    // Names.
    ("ana lima", "Ana Lima: W47", "number 1 of 5"),
    ("Ana", "Ana Lima: W47", ""),
    ("@ana", "Ana Lima: W47", ""),
    ("lima, ana", "Ana Lima: W47", ""),
    ("find Ana Lima.", "Ana Lima: W47", ""),
    ("find @bo", "Bo Chen: W47", ""),
    ("bo chen's numbers", "Bo Chen: W47", ""),
    ("how's bo doing?", "Bo Chen: W47", ""),
    ("siobhan o\u{2019}neill", "Siobhán O'Neill <i>: W47", ""),
    ("anna lima", "Did you mean Ana Lima?", "Did you mean Ana Lima?"),
    ("find anna lima", "anna lima: W47", "Did you mean Ana Lima?"),
    ("ana vs bo", "Compared: W47", "11,338.50 ahead of"),
    ("ana lima and bo chen by deals", "Compared: W47", "level with"),
    ("emea ana", "Ana Lima: W47", "Places are in the whole company"),
    ("bo last week top 3", "Bo Chen: W47", "`top 3` was not used."),
    ("<@U0AAAAAAA>", "Who is that?", "me is NAME"),
    ("i am not sure", "Who are you?", "Nobody called"),
    // Teams.
    ("the emea team", "EMEA: W47", ""),
    ("for emea", "EMEA: W47", ""),
    ("last week in emea?", "EMEA: W47", ""),
    ("show emea", "EMEA: W47", ""),
    ("e.m.e.a.", "EMEA: W47", ""),
    ("emea commission", "EMEA: W47", "`commission` was not used."),
    ("emea this week", "No sales: W48", "No sales for EMEA yet this week"),
    ("everyone except emea", "No such team", "except emea"),
    ("teams", "Teams: W47", "2 teams"),
    ("best team", "Teams: W47", "EMEA* led"),
    ("team totals", "Teams: W47", ""),
    ("by region", "Teams: W47", ""),
    ("teams top 1", "Teams: W47", "Top 1 of 2 teams"),
    ("emea vs apac", "Teams: W47", "together *333,330.60 USD*"),
    ("emea or apac by deals", "Teams: W47", "3 deals"),
    // Rows and measures.
    ("top-2", "Sales standings: W47", "Top 2 of 5"),
    ("top two reps", "Sales standings: W47", "Top 2 of 5"),
    ("bottom 2", "Sales standings: W47", "Last 2 of 5"),
    ("who is last", "Sales standings: W47", "Cy Diaz* is number 5"),
    ("total", "Sales standings: W47", "Total *544,331.60 USD*"),
    ("how much did we sell last week", "Sales standings: W47", "Total *544,331.60 USD*"),
    ("most deals", "Sales standings: W47", "Deals"),
    ("number 1", "Sales standings: W47", "Ana Lima"),
    ("top 3 top 2", "Sales standings: W47", "`top 3` was not used."),
    // Sentences.
    ("who is winning?", "Sales standings: W47", "Ana Lima* led"),
    ("who sold the most last week?", "Sales standings: W47", ""),
    ("can you show me the leaderboard please", "Sales standings: W47", ""),
    ("my position?", "Who are you?", ""),
    ("hello", "How to ask", ""),
    ("what can you do?", "How to ask", ""),
    ("is the data up to date?", "Uploads", ""),
    ("share status", "Uploads", "Only rankings can be shared"),
    // Days and periods.
    ("today", "No sales: W48", "this is the week of Tue 24 Nov"),
    ("last friday", "Sales standings: W47", "the week of Fri 20 Nov"),
    ("the 20th", "Sales standings: W47", "the week of Fri 20 Nov"),
    ("11/20", "Sales standings: W47", "the week of Fri 20 Nov"),
    ("20/11", "Sales standings: W47", "the week of Fri 20 Nov"),
    ("20.11.2026", "Sales standings: W47", "the week of Fri 20 Nov"),
    ("20261120", "Sales standings: W47", "the week of Fri 20 Nov"),
    ("5 days ago", "Sales standings: W47", "the week of Thu 19 Nov"),
    ("week of nov 16", "Sales standings: W47", ""),
    ("w/e 22 nov", "Sales standings: W47", ""),
    ("16\u{2013}22 Nov 2026", "Sales standings: W47", ""),
    ("W47, 16\u{2013}22 Nov 2026", "Sales standings: W47", ""),
    ("nov 16 to nov 22", "Sales standings: W47", ""),
    ("wk47/26", "Sales standings: W47", ""),
    ("week 47 of 2026", "Sales standings: W47", ""),
    ("lastweek", "Sales standings: W47", ""),
    ("lst week", "Sales standings: W47", "`lst week` is read as W47"),
    ("two weeks ago", "No sales: W46", ""),
    ("week before last", "No sales: W46", ""),
    ("W46 W47", "Sales standings: W47", "`W46` was not used."),
    ("last 2 weeks", "No sales: November 2026", "For `last 2 weeks`, this is November 2026."),
    ("47", "Did you mean one of these?", "Did you mean top 47 or week 47?"),
    // The last periods.
    ("csv", "Sales standings as a file: W47", "no files here"),
    ("emea csv last week", "Sales standings as a file: W47", "with teams in a column"),
    ("csv share", "Sales standings as a file: W47", "Only rankings can be shared"),
    ("can i get it as a csv", "Sales standings as a file: W47", ""),
    ("trend", "Sales: 13 weeks up to W47", "2026-W35"),
    ("emea trend", "EMEA: 13 weeks up to W47", "182,340.50"),
    ("ana trend by deals", "Ana Lima: 13 weeks up to W47", "3 deals"),
    ("by month", "No sales: November 2026", ""),
    // Words that were taken for something else.
    ("um who is first", "Sales standings: W47", ""),
    ("I'd like to see the leaderboard", "Sales standings: W47", ""),
    ("total deals last week", "Sales standings: W47", "Total *15 deals*"),
    ("biggest deal", "Sales standings: W47", "Single deals are not kept"),
    ("can i get the top 2 please", "Sales standings: W47", "Top 2 of 5"),
    ("may i see emea", "EMEA: W47", ""),
    ("i'm looking for emea", "EMEA: W47", ""),
    ("what share does emea have last week", "EMEA: W47", "\"ephemeral\""),
    ("share emea with #sales", "EMEA: W47", "Nothing was posted."),
    ("emea share", "EMEA: W47", "\"in_channel\""),
    ("november last year", "No sales: November 2025", ""),
    ("last year november", "No sales: November 2025", ""),
    ("q4 last year", "No sales: Q4 2025", ""),
    ("this week last year", "No sales: W48, 24\u{2013}30 Nov 2025", ""),
    ("last november", "No sales: November 2025", ""),
    ("october the 24th", "No sales: W43", ""),
    ("day before yesterday", "Sales standings: W47", "the week of Sun 22 Nov"),
    ("since november 16", "No sales: November 2026", "For `since november 16`"),
    ("since november", "No sales: November 2026", ""),
    ("who will win", "Sales standings: W47", ""),
    ("thx \u{1f64f}", "How to ask", ""),
    ("monthly leaderboard", "No sales: November 2026", ""),
    ("emea's numbers", "EMEA: W47", ""),
    ("emea/apac", "Teams: W47", ""),
    ("/standings emea", "EMEA: W47", ""),
    ("top 2 :trophy: \u{1f440}", "Sales standings: W47", "Top 2 of 5"),
    ("what is our quota", "There are no quotas", "I know what was sold, but no quotas"),
    ("please don't share emea", "EMEA: W47", "Nothing was posted."),
    ("how do i share this", "Who are you?", ""),
    ("the numbers are wrong", "Uploads", ""),
    ("emea's share", "EMEA: W47", "\"ephemeral\""),
    ("forget it", "No such team", ""),
    ("my name is wrong", "Who are you?", ""),
    ("me is winning", "Who are you?", ""),
    ("who r the top 3", "Sales standings: W47", "Top 3 of 5"),
    ("number one in emea", "EMEA: W47", ""),
    ("overall winner last week", "Sales standings: W47", ""),
    ("are we ahead of last week", "No sales: W48", ""),
    ("3rd qtr", "No sales: Q3 2026", ""),
    ("last 6 months by month", "No sales: November 2026", ""),
    ("<@U012AB3CD|ana>", "Ana Lima: W47", "`@ana` is read as Ana Lima"),
    ("trend <@U012AB3CD|ana.lima>", "Ana Lima: 13 weeks up to W47", "182,340.50"),
    // Spans and parts of periods.
    ("jan-mar", "No sales: Q1 2026", ""),
    ("january to march", "No sales: Q1 2026", ""),
    ("october to december 2025", "No sales: Q4 2025", ""),
    ("oct - dec", "No sales: Q4 2026", ""),
    ("from february to april", "No sales: 2026", "For `from february to april`"),
    ("w46-w47", "No sales: November 2026", "For `w46-w47`"),
    ("weeks 46-47", "No sales: November 2026", "For `weeks 46-47`"),
    ("week 46 to 47", "No sales: November 2026", ""),
    ("q1 to q3", "No sales: 2026", "For `q1 to q3`"),
    ("11/16-11/22", "Sales standings: W47", ""),
    ("week no 47", "Sales standings: W47", ""),
    ("q4 of 2025", "No sales: Q4 2025", ""),
    ("november of 2025", "No sales: November 2025", ""),
    ("same week last year", "No sales: W48, 24\u{2013}30 Nov 2025", ""),
    ("third week of november", "Sales standings: W47", ""),
    ("last week of october", "No sales: W44", ""),
    ("first month of q4", "No sales: October 2026", ""),
    ("last day of october", "No sales: W44", "the week of Sat 31 Oct"),
    ("novemeber", "No sales: November 2026", "`novemeber` is read as November 2026"),
    ("emea octobre 2025", "No sales: October 2025", "`octobre 2025` is read as"),
    // Comparisons.
    ("ana vs nobody", "Ana Lima: W47", "No sales for nobody in this period."),
    ("<@U012AB3CD|ana> vs <@U012AB3CE|bo>", "Compared: W47", "11,338.50 ahead of"),
    ("<@U012AB3CD|ana> vs bo by deals", "Compared: W47", "level with"),
    ("me vs bo", "Who are you?", ""),
    ("am i ahead of bo", "Who are you?", ""),
    ("my team", "Who are you?", ""),
    ("trend emea vs apac", "Teams: W47", "`trend` was not used."),
    ("ana's commission", "Ana Lima: W47", "`commission` was not used."),
    ("how many deals did we close last week", "Sales standings: W47", "Total *15 deals*"),
    ("by number of sales", "Sales standings: W47", "Deals"),
    ("deal of the month", "No sales: November 2026", "Single deals are not kept"),
    ("share top 5 with the team", "Sales standings: W47", "\"in_channel\""),
    ("how many calls did bo make", "Bo Chen: W47", "`calls` was not used."),
];

#[tokio::test]
async fn questions_are_answered_as_they_are_meant() {
    let teams = ["1 EMEA||182340.50|2", "2 APAC||150990.10|1"];
    let teams = Report { teams: Vec::new(), ..report("2026-W47", None, "333330.60", "1", &teams) };
    let harness = Harness::with(&[company(), emea()]).await;
    for key in [Board::Teams.key(teams.period), Board::Teams.latest_key()] {
        harness.put(&key, &teams.encode().unwrap()).await;
    }
    let mut wrong = Vec::new();
    for (question, heading, part) in QUESTIONS {
        let answer = harness.ask(question).await;
        let found = answer["blocks"][0]["text"]["text"].as_str().unwrap_or_default();
        let text = answer.to_string();
        if !found.starts_with(heading) || !text.contains(part) {
            wrong.push(format!("{question:?}: {found:?}, expected {heading:?} and {part:?} in {text}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), QUESTIONS.len(), wrong.join("\n"));
}
