//! The reports as tools of the Model Context Protocol (MCP), which Slackbot and other programs call.
//!
//! A tool is a question with its parts apart: a call becomes the text that a user would type, and is answered like that, from the
//! same one read. The transport is streamable HTTP without sessions: each request is one JSON-RPC message, and its response is
//! JSON. That is little enough to be written out here: the crates that implement all of the protocol would make the package of
//! the function a third larger.
//!
//! Requests have Slack's signature like all others. Slackbot says who asks in `params._meta.slack`.
//! <https://modelcontextprotocol.io/specification/2025-06-18/basic/transports>,
//! <https://docs.slack.dev/ai/slackbot-mcp-client>

use serde::Deserialize;
use serde_json::{Value, json};
use standings_core::Measure;

use crate::command::{Query, Subject, phrase_of};
use crate::form::Form;
use crate::outcome::Outcome;
use crate::reply::Message;

/// Versions of the protocol that a client may ask for, the newest first.
const VERSIONS: [&str; 3] = ["2025-11-25", "2025-06-18", "2025-03-26"];

/// Longest argument that is a text, in characters.
const MAX_TEXT: usize = 200;

/// Codes of errors. <https://www.jsonrpc.org/specification#error_object>
const PARSE_ERROR: i32 = -32_700;
const INVALID_REQUEST: i32 = -32_600;
const UNKNOWN_METHOD: i32 = -32_601;
const INVALID_PARAMETERS: i32 = -32_602;

/// A message of a client.
pub(crate) enum Incoming {
    /// It needs no lookup: the response, or `None` for a notification, which gets none.
    Answered(Option<Value>),
    Call(Box<Call>),
}

/// A call of a tool, as a command.
pub(crate) struct Call {
    id: Value,
    /// The user, the workspace, and the question.
    pub(crate) form: Form,
}

/// A tool. Each of them only reads.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Tool {
    Ranking,
    Person,
    Teams,
    Periods,
    Status,
}

#[derive(Deserialize)]
struct Envelope {
    #[serde(default)]
    id: Option<Value>,
    method: String,
    #[serde(default)]
    params: Value,
}

#[derive(Deserialize)]
struct CallParameters {
    name: Tool,
    #[serde(default)]
    arguments: Option<Arguments>,
}

/// Arguments of all tools; each tool takes some of them.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Arguments {
    #[serde(default)]
    period: String,
    #[serde(default)]
    team: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    by: Option<By>,
    #[serde(default)]
    top: Option<u8>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum By {
    Amount,
    Deals,
    Units,
}

/// Reads the body of a request.
pub(crate) fn read(body: &[u8]) -> Incoming {
    let Ok(message) = serde_json::from_slice::<Value>(body) else {
        return Incoming::Answered(Some(error(&Value::Null, PARSE_ERROR, "the body is not JSON")));
    };
    let Ok(Envelope { id, method, params }) = serde_json::from_value(message) else {
        return Incoming::Answered(Some(error(&Value::Null, INVALID_REQUEST, "not a single JSON-RPC request")));
    };
    let Some(id) = id else { return Incoming::Answered(None) };
    let result = match method.as_str() {
        "initialize" => initialize(&params),
        "ping" => json!({}),
        "tools/list" => json!({"tools": Tool::ALL.map(Tool::description)}),
        "tools/call" => return call(id, &params),
        _ => return Incoming::Answered(Some(error(&id, UNKNOWN_METHOD, "unknown method"))),
    };
    Incoming::Answered(Some(json!({"jsonrpc": "2.0", "id": id, "result": result})))
}

fn error(id: &Value, code: i32, message: &str) -> Value {
    json!({"jsonrpc": "2.0", "id": id, "error": {"code": code, "message": message}})
}

fn initialize(params: &Value) -> Value {
    let asked = params["protocolVersion"].as_str().unwrap_or_default();
    let version = VERSIONS.into_iter().find(|version| *version == asked).unwrap_or(VERSIONS[0]);
    json!({
        "protocolVersion": version,
        "capabilities": {"tools": {"listChanged": false}},
        "serverInfo": {"name": "standings", "title": "Standings", "version": env!("CARGO_PKG_VERSION")},
        "instructions": "Rankings of salespeople and teams by amount, deals or units, for weeks, months, quarters and years.",
    })
}

fn call(id: Value, params: &Value) -> Incoming {
    let slack = |name: &str| params["_meta"]["slack"][name].as_str().unwrap_or_default().to_owned();
    let (user_id, team_id, enterprise_id) = (slack("user_id"), slack("team_id"), slack("enterprise_id"));
    let parameters = CallParameters::deserialize(params).map_err(|error| error.to_string());
    let question =
        parameters.and_then(|CallParameters { name, arguments }| name.question(&arguments.unwrap_or_default()));
    match question {
        Ok(text) => {
            let form = Form { enterprise_id, team_id, user_id, text, ..Form::default() };
            Incoming::Call(Box::new(Call { id, form }))
        }
        Err(problem) => Incoming::Answered(Some(error(&id, INVALID_PARAMETERS, &problem))),
    }
}

impl Tool {
    const ALL: [Self; 5] = [Self::Ranking, Self::Person, Self::Teams, Self::Periods, Self::Status];

    /// Describes the tool to a client, with the schema of its arguments.
    fn description(self) -> Value {
        let period = json!({"type": "string", "description": "Such as: this week, last week, 2026-W47, november, last month, Q4 2026, FY27 Q1, ytd, 2026. By default the latest week with sales."});
        let by = json!({"type": "string", "enum": ["amount", "deals", "units"], "description": "Measure to rank by; amount by default."});
        let (name, description, properties, required) = match self {
            Self::Ranking => (
                "ranking",
                "Ranks salespeople, of the whole company or of one team, for a period.",
                json!({
                    "period": period,
                    "team": {"type": "string", "description": "Name of a team. By default the whole company."},
                    "by": by,
                    "top": {"type": "integer", "minimum": 1, "maximum": 50, "description": "Number of salespeople; 15 by default."},
                }),
                json!([]),
            ),
            Self::Person => (
                "person",
                "Shows the place of one salesperson in a period, with what is ahead and behind.",
                json!({
                    "name": {"type": "string", "description": "Name or part of it, or `me` for the user who asks."},
                    "period": period,
                    "by": by,
                }),
                json!(["name"]),
            ),
            Self::Teams => (
                "teams",
                "Ranks the teams of the company for a period.",
                json!({"period": period, "by": by}),
                json!([]),
            ),
            Self::Periods => (
                "periods",
                "Lists the weeks, months, quarters and years that have sales, with their totals.",
                json!({}),
                json!([]),
            ),
            Self::Status => (
                "status",
                "Says whether all sales files were read, which ones had problems, and what to do about them.",
                json!({}),
                json!([]),
            ),
        };
        json!({
            "name": name,
            "description": description,
            "inputSchema": {"type": "object", "properties": properties, "required": required, "additionalProperties": false},
            "annotations": {"readOnlyHint": true, "openWorldHint": false},
        })
    }

    /// Returns the question that a call asks, as a user would type it.
    fn question(self, arguments: &Arguments) -> Result<String, String> {
        let Arguments { period, team, name, by, top } = arguments;
        for text in [period, team, name] {
            if text.chars().count() > MAX_TEXT {
                return Err(format!("an argument has more than {MAX_TEXT} characters"));
            }
        }
        let by = phrase_of(match by {
            None | Some(By::Amount) => Measure::Amount,
            Some(By::Deals) => Measure::Deals,
            Some(By::Units) => Measure::Units,
        });
        let is_me = name.trim().eq_ignore_ascii_case("me");
        Ok(match self {
            Self::Ranking => {
                let top = top.map(|top| format!("top {top}")).unwrap_or_default();
                format!("{team} {period} {by} {top}")
            }
            Self::Person if name.trim().is_empty() => return Err("name is missing".to_owned()),
            Self::Person if is_me => format!("me {period} {by}"),
            Self::Person => format!("find {name} {period} {by}"),
            Self::Teams => format!("teams {period} {by}"),
            Self::Periods => "periods".to_owned(),
            Self::Status => "status".to_owned(),
        })
    }
}

/// Whether a question only reads. An argument may hold any words, also those that would store something or post to a channel.
pub(crate) fn is_read_only(query: &Query) -> bool {
    !query.share && !matches!(query.subject, Subject::MeIs(_) | Subject::ForgetMe)
}

impl Call {
    /// Returns the response with a message. Slackbot shows its blocks; other clients get its text.
    pub(crate) fn result(&self, message: &Message, outcome: Outcome) -> Value {
        let message = serde_json::to_value(message).unwrap_or_default();
        let mut blocks = message["blocks"].as_array().cloned().unwrap_or_default();
        // Buttons belong to the messages of this app, not to those of Slackbot.
        blocks.retain(|block| block["type"] != "actions");
        let mut texts = Vec::new();
        for block in &blocks {
            add_texts(block, &mut texts);
        }
        let text = if texts.is_empty() {
            message["text"].as_str().unwrap_or_default().to_owned()
        } else {
            plain(&texts.join("\n"))
        };
        self.content(&text, outcome == Outcome::LookupFailed, &json!({"slack": {"blocks": blocks}}))
    }

    /// Returns the response that a call failed, with what the user may know.
    pub(crate) fn failure(&self, text: &str) -> Value {
        self.content(text, true, &json!({}))
    }

    fn content(&self, text: &str, is_error: bool, meta: &Value) -> Value {
        let content = json!([{"type": "text", "text": text}]);
        json!({"jsonrpc": "2.0", "id": self.id, "result": {"content": content, "isError": is_error, "_meta": meta}})
    }
}

/// Returns markup without what only Slack shows: instants in its reader's time zone, and escaped characters.
/// <https://docs.slack.dev/messaging/formatting-message-text>
fn plain(markup: &str) -> String {
    let mut parts = markup.split("<!date^");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (instant, rest) = part.split_once('>').unwrap_or((part, ""));
        text.push_str(instant.rsplit_once('|').map_or(instant, |(_, fallback)| fallback));
        text.push_str(rest);
    }
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

/// Adds the texts of a block, in reading order. The cells of a row are one line.
fn add_texts(part: &Value, texts: &mut Vec<String>) {
    match part {
        Value::Object(members) => match members.get("text") {
            Some(Value::String(text)) => texts.push(text.clone()),
            _ => members.values().for_each(|member| add_texts(member, texts)),
        },
        Value::Array(parts) if parts.iter().all(Value::is_array) => {
            for row in parts {
                let mut cells = Vec::new();
                add_texts(row, &mut cells);
                texts.push(cells.join(" | "));
            }
        }
        Value::Array(parts) => parts.iter().for_each(|part| add_texts(part, texts)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(body: &str) -> Value {
        match read(body.as_bytes()) {
            Incoming::Answered(answer) => answer.unwrap_or_default(),
            Incoming::Call(call) => {
                json!({"question": call.form.text.split_whitespace().collect::<Vec<_>>().join(" ")})
            }
        }
    }

    fn asked(name: &str, arguments: &Value) -> Value {
        answered(
            &json!({"id": 1, "method": "tools/call", "params": {"name": name, "arguments": arguments}}).to_string(),
        )
    }

    #[test]
    fn a_version_that_is_not_known_gets_the_newest() {
        let version = |asked: &str| {
            let request =
                json!({"jsonrpc": "2.0", "id": "a", "method": "initialize", "params": {"protocolVersion": asked}});
            answered(&request.to_string())["result"]["protocolVersion"].clone()
        };
        assert_eq!((version("2025-03-26"), version("2030-01-01")), (json!("2025-03-26"), json!("2025-11-25")));
    }

    #[test]
    fn a_call_is_the_question_that_a_user_would_type() {
        for (tool, arguments, question) in [
            ("ranking", json!({}), ""),
            (
                "ranking",
                json!({"team": "EMEA", "period": "last week", "by": "deals", "top": 3}),
                "EMEA last week by deals top 3",
            ),
            ("person", json!({"name": "Me", "period": "q4"}), "me q4"),
            ("person", json!({"name": "Ana Lima", "by": "amount"}), "find Ana Lima"),
            ("teams", json!({"period": "2026", "by": "units"}), "teams 2026 by units"),
            ("periods", json!({}), "periods"),
            ("status", json!({}), "status"),
        ] {
            assert_eq!(asked(tool, &arguments), json!({"question": question}));
        }
    }

    #[test]
    fn markup_that_only_slack_shows_is_written_out() {
        let markup = "updated <!date^1795460400^{date_short_pretty} at {time}|2026-11-23 19:00 UTC> &amp; *done* &lt;3";
        assert_eq!(plain(markup), "updated 2026-11-23 19:00 UTC & *done* <3");
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (answer, code) in [
            (answered("{"), PARSE_ERROR),
            (answered("[]"), INVALID_REQUEST),
            (answered(r#"{"id": 1, "method": "resources/list"}"#), UNKNOWN_METHOD),
            (asked("drop", &json!({})), INVALID_PARAMETERS),
            (asked("ranking", &json!({"top": "all"})), INVALID_PARAMETERS),
            (asked("ranking", &json!({"limit": 3})), INVALID_PARAMETERS),
            (asked("ranking", &json!({"team": "x".repeat(201)})), INVALID_PARAMETERS),
            (asked("person", &json!({})), INVALID_PARAMETERS),
        ] {
            assert_eq!(answer["error"]["code"], code, "{answer}");
        }
        assert_eq!(answered(r#"{"method": "notifications/initialized"}"#), Value::Null);
    }
}
