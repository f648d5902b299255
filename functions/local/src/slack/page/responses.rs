//! Messages that the function posts to the response URLs of pending interactions.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::Value;

/// Maximum messages per response URL, Slack's limit.
/// <https://docs.slack.dev/interactivity/handling-user-interaction/>
const MAX_MESSAGES: usize = 5;

/// Messages of pending interactions, by the id in the response URL.
#[derive(Default)]
pub(crate) struct Responses(Mutex<State>);

#[derive(Default)]
struct State {
    last_id: u64,
    pending: BTreeMap<u64, Vec<Value>>,
}

impl Responses {
    /// Begins an interaction, and returns its id.
    pub(crate) fn open(&self) -> u64 {
        let mut state = self.state();
        state.last_id += 1;
        let id = state.last_id;
        state.pending.insert(id, Vec::new());
        id
    }

    /// Adds a message, and returns whether it was accepted: the interaction is pending, and its URL not used up.
    pub(crate) fn add(&self, id: u64, message: Value) -> bool {
        let mut state = self.state();
        match state.pending.get_mut(&id) {
            Some(messages) if messages.len() < MAX_MESSAGES => {
                messages.push(message);
                true
            }
            _ => false,
        }
    }

    /// Ends an interaction, and returns its messages.
    pub(crate) fn close(&self, id: u64) -> Vec<Value> {
        self.state().pending.remove(&id).unwrap_or_default()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_response_url_accepts_five_messages_while_its_interaction_is_pending() {
        let responses = Responses::default();
        let (first, second) = (responses.open(), responses.open());
        let accepted: Vec<bool> = (0..6).map(|number| responses.add(first, json!(number))).collect();
        assert_eq!(accepted, [true, true, true, true, true, false]);
        assert_eq!(responses.close(second), Vec::<Value>::new());
        assert_eq!(responses.close(first), [json!(0), json!(1), json!(2), json!(3), json!(4)]);
        assert!(!responses.add(first, json!(6)));
    }
}
