//! What the function posts to the response URLs of interactions that are under way.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::Value;

/// So often a response URL may be used. <https://docs.slack.dev/interactivity/handling-user-interaction/>
const USES: usize = 5;

/// The messages so far, by the id in the response URL.
#[derive(Default)]
pub(crate) struct Responses(Mutex<State>);

#[derive(Default)]
struct State {
    last: u64,
    open: BTreeMap<u64, Vec<Value>>,
}

impl Responses {
    /// Begins an interaction, and returns its id.
    pub(crate) fn open(&self) -> u64 {
        let mut state = self.state();
        state.last += 1;
        let id = state.last;
        state.open.insert(id, Vec::new());
        id
    }

    /// Takes a message in, unless the interaction is over or the URL used up.
    pub(crate) fn add(&self, id: u64, message: Value) -> bool {
        let mut state = self.state();
        let Some(messages) = state.open.get_mut(&id).filter(|messages| messages.len() < USES) else { return false };
        messages.push(message);
        true
    }

    /// Ends an interaction, and returns its messages.
    pub(crate) fn close(&self, id: u64) -> Vec<Value> {
        self.state().open.remove(&id).unwrap_or_default()
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
    fn a_url_takes_five_messages_while_its_interaction_is_under_way() {
        let responses = Responses::default();
        let (first, second) = (responses.open(), responses.open());
        let taken: Vec<bool> = (0..6).map(|number| responses.add(first, json!(number))).collect();
        assert_eq!(taken, [true, true, true, true, true, false]);
        assert_eq!(responses.close(second), Vec::<Value>::new());
        assert_eq!(responses.close(first), [json!(0), json!(1), json!(2), json!(3), json!(4)]);
        assert!(!responses.add(first, json!(6)));
    }
}
